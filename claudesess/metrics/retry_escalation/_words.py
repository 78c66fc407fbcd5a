"""What is said to have failed: checks, unless something else was asked for."""

import pandas as pd

from claudesess import text

_NAMES = {
    "check": ("check", "checks"),
    "vcs": ("git command", "git commands"),
    "run": ("one-off run", "one-off runs"),
    "probe": ("look", "looks"),
    "all": ("thing tried", "things tried"),
}


def tried(row: pd.Series, n: float = 2) -> str:
    """Name what was tried so many times, by the option that the note of an estimate tells.

    Examples
    --------
    >>> row = pd.Series({"note": "few; asked with kind=vcs"})
    >>> tried(row, 1), tried(row), tried(pd.Series({"note": None}))
    ('git command', 'git commands', 'checks')
    """
    note = "" if pd.isna(row["note"]) else row["note"]
    kind = note.partition("kind=")[2].partition(",")[0]
    one, many = _NAMES[kind or "check"]
    return text.named(n, one, many)
