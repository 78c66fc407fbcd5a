"""Which groups rest on enough sessions to be set beside others."""

from __future__ import annotations

import numpy as np
import pandas as pd

from claudesess import text
from claudesess.estimating.sums import numbered, taken

_NAMES = ["group", "group_2"]
_IN_ORDER = ("day", "attempt")  # a gap in these would be read as nothing


def enough(estimates: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Return estimates without groups of too few sessions for limits, and how many groups these were.

    Where no group has enough, all stay; so do all that follow each other, as days do.

    Examples
    --------
    >>> rows = pd.DataFrame({"group_by": "agent_type", "group": ["a", "b"], "n_sessions": [9, 2]})
    >>> kept, n_few = enough(rows)
    >>> kept["group"].tolist(), n_few, len(enough(rows.tail(1))[0])
    (['a'], 1, 1)
    """
    from claudesess.stats.intervals import FEWEST_SESSIONS  # what estimates has loaded it

    if "n_sessions" not in estimates or estimates["group_by"].isin(_IN_ORDER).any():
        return estimates, 0
    is_group = estimates["group"].notna()
    is_few = is_group & (estimates["n_sessions"] < FEWEST_SESSIONS)
    if not is_few.any() or is_few[is_group].all():
        return estimates, 0
    kept = estimates[~is_few]
    return kept, _n_groups(estimates) - _n_groups(kept)


def _n_groups(rows: pd.DataFrame) -> int:
    """Count the groups that rows are about."""
    named = np.flatnonzero(rows["group"].notna())
    names = {name: rows[name].array for name in _NAMES if name in rows}
    return len(numbered(taken(names, named), len(named))[1])


def left_out(n_few: int, n_bare: int = 0) -> str:
    """Say how many groups are left out for it, and how many for having no number beside those of others.

    Examples
    --------
    >>> left_out(1), left_out(0, 2)
    ('Left out: 1 group of fewer than 3 sessions.', 'Left out: 2 groups without a number to compare.')
    >>> left_out(2, 1)
    'Left out: 2 groups of fewer than 3 sessions, 1 group without a number to compare.'
    """
    from claudesess.stats.intervals import FEWEST_SESSIONS

    parts = ((n_few, f"of fewer than {FEWEST_SESSIONS} sessions"), (n_bare, "without a number to compare"))
    counted = ", ".join(f"{text.count(n, 'group')} {why}" for n, why in parts if n)
    return f"Left out: {counted}."
