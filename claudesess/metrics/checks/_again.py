"""What happens again to the same thing: counted after its first time, and where it is dealt out at random."""

from __future__ import annotations

import pandas as pd

from claudesess.estimating import By, Part, stacked, summed
from claudesess.estimating.controls import dealt_again, repeated

THING = "aim"
"""What a check is known by, in every session and every project."""


def with_again(units: pd.DataFrame, event: str) -> pd.DataFrame:
    """Add `is_again`: the event of units of the same aim and database to which it happened before; else NA.

    Parameters
    ----------
    units
        In order of time: `db`, `aim`, and perhaps a `draw`.
    event
        The column that says whether it happened.

    Examples
    --------
    >>> rows = pd.DataFrame({"db": "d", "aim": ["a", "a", "b", "a"], "is_failed": [True, False, True, True]})
    >>> with_again(rows, "is_failed")["is_again"].tolist()
    [<NA>, False, <NA>, True]
    """
    keys = [name for name in ("draw", "db", THING) if name in units]
    happened = units[event].astype(int)
    before = happened.groupby([units[name] for name in keys], dropna=False, sort=False).cumsum() - happened
    return units.assign(is_again=units[event].astype("boolean").where((before > 0).to_numpy()))


def dealt(units: pd.DataFrame, event: str, *others: str, seed: int, draws: int) -> pd.DataFrame:
    """Deal what happened out to the units of each database at random, once per `draw`."""
    drawn = repeated(units, draws)
    order = dealt_again(drawn, ["draw", "db"], seed)
    drawn = drawn.assign(**{name: drawn[name].array[order] for name in (event, *others)})
    return with_again(drawn, event)


def summed_with_again(units: pd.DataFrame, by: By, *parts: Part, again: str) -> pd.DataFrame:
    """Add up by aim, and what happened again of all aims together, whichever it was."""
    whole = None if by == THING else by
    return stacked(summed(units, by, *parts), summed(units, whole, Part(again, "is_again")))
