"""Asking questions of stores: options, and a question asked of every project."""
