"""One session in a terminal: its lanes, and what happened in it."""
