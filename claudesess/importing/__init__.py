"""Past sessions, out of the client's own transcripts: the rows that the hooks would have written."""
