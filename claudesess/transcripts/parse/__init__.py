"""Lines of transcripts, turned into the events that hooks would have sent."""
