"""What happened while somebody was away: from a moment on, in every session."""
