"""Give back the room of old sessions."""
