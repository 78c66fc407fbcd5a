"""Retry escalation: when a check fails, after how many tries is it fixed, and when is somebody else asked?"""

TITLE = "Retry escalation"
QUESTION = "When a check fails, after how many tries is it fixed, and when does the agent ask somebody else?"
ORDER = ("outcome_by_attempt", "next_step", "after_an_escalation", "repeats", "failures")

NAMES = {
    "fixed": "Fixed unaided",
    "escalated_research": "Escalated to research",
    "escalated_user": "Escalated to the user",
    "abandoned": "Abandoned",
    "open": "Still open",
    "retried": "Tried again, failed again",
}
"""What an event is called where people read it."""
