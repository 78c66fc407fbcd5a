"""What a notebook shows: the explorer, and tables."""
