"""Agents: what do agents buy, in time, and what do they cost?"""

from claudesess import text

TITLE = "What agents buy"
QUESTION = "How much time do agents save, what do they cost, and is what they find used?"
NAMES = {status: called.capitalize() for status, called in text.AGENT_STATUSES.items()} | {
    "gain": "As they ran",
    "possible": "At best",
}
ORDER = ("parallel_gain", "per_agent", "looked_again")
