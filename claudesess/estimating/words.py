"""Findings in words: counts where n is small, shares with their limits elsewhere."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from claudesess import text

PERCENT_FROM = 20
"""Fewer observations than this are counted, not turned into percent."""

_NAMED = 3  # groups that a sentence names


def share_of(row: pd.Series, what: str) -> str:
    """Say a share: ``3 of 5 reads``, or ``24 % of 97 reads (95 % limits 14 %–37 %)``.

    Examples
    --------
    >>> share_of(pd.Series({"n_events": 1, "exposure": 5, "estimate": .2, "low": .04, "high": .6}), "reads")
    '1 of 5 reads'
    >>> share_of(pd.Series({"n_events": 10, "exposure": 40, "estimate": .25, "low": .1, "high": .5}), "reads")
    '25 % of 40 reads (95 % limits 10 %–50 %)'
    """
    if row["exposure"] < PERCENT_FROM:
        return f"{row['n_events']:.0f} of {row['exposure']:.0f} {what}"
    return f"{text.percent(row['estimate'])} of {row['exposure']:,.0f} {what}{limits_of(row, text.percent)}"


def limits_of(row: pd.Series, form: Callable[[float], str]) -> str:
    """Say the limits of an estimate in brackets; nothing where it has none.

    Examples
    --------
    >>> limits_of(pd.Series({"low": 1.0, "high": 2.5}), text.number)
    ' (95 % limits 1–2.5)'
    >>> limits_of(pd.Series({"low": None, "high": None}), text.number)
    ''
    """
    if pd.isna(row["low"]) and pd.isna(row["high"]):
        return ""
    return f" (95 % limits {text.limits(row['low'], row['high'], form)})"


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


def sentence(said: str) -> str:
    """Return what was said as a sentence, or nothing.

    Examples
    --------
    >>> sentence("3 of 5 reads"), sentence("")
    ('3 of 5 reads.', '')
    """
    return f"{said[0].upper()}{said[1:]}." if said else ""
