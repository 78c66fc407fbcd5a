"""What is kept of databases, for whoever wants to see or empty it."""
