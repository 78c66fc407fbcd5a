"""Checks: can their answers be trusted, which failures come back, and when is it time to ask?"""

TITLE = "Checks"
QUESTION = "Can the answers of checks be trusted, which failures come back, and when is it time to ask?"
NAMES = {"red": "Had failed", "failed": "Failed", "passed": "Passed", "not known": "Not known"}
ORDER = ("hidden_status", "recurring", "flapping", "when_to_ask")
