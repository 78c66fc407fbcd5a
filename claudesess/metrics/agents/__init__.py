"""Agents: what do subagents buy, in time, and what do they cost?"""

from claudesess import text

TITLE = "What subagents buy"
QUESTION = "How much time do subagents save, what do they cost, and is what they find used?"
NAMES = {status: called.capitalize() for status, called in text.AGENT_STATUSES.items()}
ORDER = ("parallel_gain", "per_agent", "looked_again")
