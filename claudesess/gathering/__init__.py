"""Many databases over an engine: sums of each are made where it lies, estimates of all in one place."""
