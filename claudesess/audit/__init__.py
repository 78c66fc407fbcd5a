"""What a store can answer, and what is odd about it."""
