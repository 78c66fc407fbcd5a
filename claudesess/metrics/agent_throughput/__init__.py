"""Agent throughput: how much do agents finish per hour, how many run at once, how long do they take?"""

TITLE = "Agent throughput"
QUESTION = "How much do agents finish per hour, how many run at once, and how long do they take?"
NAMES = {"aborted_stale": "Given up"}
ORDER = ("rate", "concurrency", "timeline", "by_session", "duration", "files_and_calls")
