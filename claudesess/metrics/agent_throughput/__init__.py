"""Agent throughput: how much do agents finish per hour, how many run at once, how long do they take?"""

from claudesess import text

TITLE = "Agents at work"
QUESTION = "How much do agents finish per hour, how many run at once, and how long do they take?"
NAMES = {status: called.capitalize() for status, called in text.AGENT_STATUSES.items()}
ORDER = ("rate", "concurrency", "timeline", "by_session", "duration", "files_and_calls")
