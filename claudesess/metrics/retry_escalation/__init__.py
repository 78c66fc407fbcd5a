"""Retry escalation: when a check fails, after how many tries is it fixed, and when is it put to others?"""

TITLE = "Retries"
QUESTION = "When a check fails, after how many tries is it fixed, and when is it put to research or the user?"
ORDER = ("outcome_by_attempt", "time_to_fix", "next_step", "after_an_escalation", "repeats", "failures")

NAMES = {
    "fixed": "Fixed unaided",
    "escalated_research": "Escalated to research",
    "escalated_user": "Put to the user",
    "abandoned": "Abandoned",
    "open": "Still open",
    "retried": "Tried again, failed again",
}
"""What an event is called where people read it. Put to the user: asked, or told at the end of a turn."""
