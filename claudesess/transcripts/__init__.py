"""Reading the transcripts that the client keeps: find them, parse them, tell events."""
