"""Look back at what coding agents did."""
