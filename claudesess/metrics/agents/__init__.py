"""Agents: what do subagents buy, in time, and what do they cost?"""

TITLE = "What subagents buy"
QUESTION = "How much time do subagents save, what do they cost, and is what they find used?"
NAMES = {"aborted_stale": "Given up"}
ORDER = ("parallel_gain", "per_agent", "looked_again")
