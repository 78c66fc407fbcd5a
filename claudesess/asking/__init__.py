"""Asking questions of stores: what can be asked, an answer, and the answers of a whole question."""
