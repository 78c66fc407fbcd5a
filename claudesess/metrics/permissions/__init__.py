"""Permissions: how long do calls wait until somebody lets them run, and which could do without?"""

TITLE = "Permissions"
QUESTION = (
    "How long do calls wait until somebody lets them run, and which of them are let through every time?"
)
NAMES = {
    "waited": "Pause before a call that was asked about",
    "granted": "Granted",
    "none proposed": "Where no entry is proposed",
}
ORDER = ("asked",)
