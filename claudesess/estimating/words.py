"""Findings in words: counts where n is small or there are no limits, shares with their limits elsewhere."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from claudesess import text

PERCENT_FROM = 20
"""Fewer observations than this are counted, not turned into percent."""

_NAMED = 3  # groups that a sentence names


def sessions_of(row: pd.Series) -> str:
    """Say in how many sessions something was seen.

    Examples
    --------
    >>> sessions_of(pd.Series({"n_sessions": 1})), sessions_of(pd.Series({"n_sessions": 14}))
    ('in 1 session', 'in 14 sessions')
    """
    return f"in {text.count(int(row['n_sessions']), 'session')}"


def has_limits(row: pd.Series) -> bool:
    """Whether an estimate has limits, or one of them.

    Examples
    --------
    >>> has_limits(pd.Series({"low": 0.1, "high": None})), has_limits(pd.Series({"low": None, "high": None}))
    (True, False)
    """
    return bool(pd.notna(row["low"]) or pd.notna(row["high"]))


def share_of(row: pd.Series, what: str) -> str:
    """Say a share: ``3 of 5 reads in 2 sessions``; in percent only from twenty on, and with its limits.

    Examples
    --------
    >>> row = pd.Series({"n_events": 1, "exposure": 5, "low": .04, "high": .6, "n_sessions": 4})
    >>> share_of(row, "reads")
    '1 of 5 reads in 4 sessions'
    >>> row = pd.Series({"exposure": 36, "estimate": .25, "low": .1, "high": .5, "n_sessions": 4})
    >>> share_of(row, "reads")
    '25 % of 36 reads in 4 sessions (95 % limits 10 %–50 %)'
    """
    of = " ".join(filter(None, (f"{row['exposure']:,.0f}", what, sessions_of(row))))
    if row["exposure"] < PERCENT_FROM or not has_limits(row):
        return f"{row['n_events']:,.0f} of {of}"
    return f"{text.percent(row['estimate'])} of {of}{limits_of(row, text.percent)}"


def limits_of(row: pd.Series, form: Callable[[float], str]) -> str:
    """Say the limits of an estimate in brackets; nothing where it has none.

    Examples
    --------
    >>> limits_of(pd.Series({"low": 1.0, "high": 2.5}), text.number)
    ' (95 % limits 1–2.5)'
    >>> limits_of(pd.Series({"low": None, "high": None}), text.number)
    ''
    """
    if not has_limits(row):
        return ""
    return f" (95 % limits {text.limits(row['low'], row['high'], form)})"


def hourly(row: pd.Series) -> str:
    """Say in how many active hours something was counted, and from an hour on how often per hour.

    Examples
    --------
    >>> row = pd.Series({"exposure": 2.0, "estimate": 1.5, "low": .5, "high": 4, "n_sessions": 3})
    >>> hourly(row)
    '2.0 h of activity in 3 sessions, 1.5 per active hour (95 % limits 0.5–4)'
    """
    hours = f"{text.clock(row['exposure'] * 3600)} of activity {sessions_of(row)}"
    if row["exposure"] < 1:
        return hours
    return f"{hours}, {text.number(row['estimate'])} per active hour{limits_of(row, text.number)}"


def noted(estimates: pd.DataFrame, note: str) -> pd.DataFrame:
    """Return estimates with a note behind their own.

    Examples
    --------
    >>> noted(pd.DataFrame({"note": ["few", None]}), "asked with k=5")["note"].tolist()
    ['few; asked with k=5', 'asked with k=5']
    """
    own = estimates["note"].astype("string")
    return estimates.assign(note=(own + "; ").fillna("") + note)


def by_group(rows: pd.DataFrame, say: Callable[[pd.Series], str]) -> str:
    """Say the first groups of estimates, each with its name; the one row of all without.

    Examples
    --------
    >>> rows = pd.DataFrame({"group_by": "agent_type", "group": ["a", "b"], "n_units": [3, 2]})
    >>> by_group(rows, lambda row: f"{row['n_units']} agents")
    'by agent type, a: 3 agents; b: 2 agents'
    """
    parts = []
    for row in (rows.iloc[place] for place in range(min(_NAMED, len(rows)))):
        names = " × ".join(str(row[name]) for name in ("group", "group_2") if pd.notna(row.get(name)))
        parts.append(f"{names}: {say(row)}" if names else say(row))
    named = [name for name in ("group_by", "group_2_by") if name in rows and rows[name].notna().any()]
    by = " and ".join(str(rows[name].iloc[0]).replace("_", " ") for name in named)
    more = f"; and {len(rows) - _NAMED} more" if len(rows) > _NAMED else ""
    return (f"by {by}, " if by and parts else "") + "; ".join(parts) + more


def sentence(words: str) -> str:
    """Return what was said as a sentence, or nothing.

    Examples
    --------
    >>> sentence("3 of 5 reads"), sentence("")
    ('3 of 5 reads.', '')
    """
    return f"{words[0].upper()}{words[1:]}." if words else ""
