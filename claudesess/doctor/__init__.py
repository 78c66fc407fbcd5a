"""Whether recording works on this machine, and what is to be done where it does not."""
