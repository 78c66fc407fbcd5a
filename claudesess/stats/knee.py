"""From which level on more goes wrong: a step in a share, within sessions, or none that is seen."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from claudesess.stats.intervals import FEWEST_SESSIONS, LEVEL, Floats, divide

DRAWS = 1_000
WIDEST = 0.25
"""Limits further from the knee than this share of it do not say where it is: none is seen."""


class Knee(NamedTuple):
    """A step in a share.

    Attributes
    ----------
    at, low, high
        The number of the first level behind the step, between its limits; NaN where none is seen.
    p
        Chance of a step as clear where levels say nothing; over all levels at once.
    """

    at: float
    low: float
    high: float
    p: float


def knee(
    events: ArrayLike,
    n: ArrayLike,
    level_at: ArrayLike,
    *,
    seed: int = 1,
    draws: int = DRAWS,
    level: float = LEVEL,
) -> Knee:
    """Find the level from which on a larger share counts.

    Parameters
    ----------
    events, n : array_like of float, sessions × levels
        Units that count, and all units.
    level_at : array_like of float
        Where each level begins, from the lowest up.
    seed, draws : int
        Of the sessions and signs that are drawn.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    Knee

    Notes
    -----
    Sessions differ, and those that go badly are longer: each is compared with itself. At every level, what
    counted from there on less what would have by the session's own share, over its spread; the largest is
    the knee. Limits: sessions drawn again, with replacement. p: signs of whole sessions flipped, the largest
    of all levels compared. None is seen at p above 1 - `level`, or where limits are far from it (`WIDEST`).

    Examples
    --------
    >>> knee([[1, 1, 5, 6]] * 9 + [[0, 2, 6, 5]] * 9, [[10] * 4] * 18, [0, 10, 20, 30])[:3]
    (20.0, 20.0, 20.0)
    >>> bool(np.isnan(knee([[1, 1, 1, 1]] * 9, [[10] * 4] * 9, [0, 10, 20, 30]).at))
    True
    """
    k, size, at = (np.asarray(values, dtype=float) for values in (events, n, level_at))
    whole = size.sum(axis=1, keepdims=True)
    share = divide(k.sum(axis=1, keepdims=True), whole, 0.0)
    above = np.cumsum(size[:, ::-1], axis=1)[:, ::-1]
    counted = np.cumsum(k[:, ::-1], axis=1)[:, ::-1]
    excess = (counted - share * above)[:, 1:]
    spread = (share * (1 - share) * divide(above * (whole - above), whole, 0.0))[:, 1:]
    tells = spread.sum(axis=1) > 0
    excess, spread = excess[tells], spread[tells]
    if len(excess) < FEWEST_SESSIONS:
        return Knee(np.nan, np.nan, np.nan, np.nan)
    luck = np.random.default_rng(seed)
    best = _clear(excess.sum(axis=0), spread.sum(axis=0))
    signs = luck.choice([-1.0, 1.0], size=(draws, len(excess)))
    # The spread that sessions show, at least that of chance: units of one session are alike.
    seen = np.maximum(spread.sum(axis=0), (excess**2).sum(axis=0))
    null = _clear(signs @ excess, seen).max(axis=1)
    p = float((1 + (null >= _clear(excess.sum(axis=0), seen).max()).sum()) / (1 + draws))
    times = luck.multinomial(len(excess), np.full(len(excess), 1 / len(excess)), size=draws).astype(float)
    again = at[1:][_clear(times @ excess, times @ spread).argmax(axis=1)]
    found = float(at[1:][best.argmax()])
    tail = (1 - level) / 2
    low, high = (float(one) for one in np.quantile(again, (tail, 1 - tail), method="nearest"))
    if p > 1 - level or max(found - low, high - found) > WIDEST * found:
        return Knee(np.nan, np.nan, np.nan, p)
    return Knee(found, low, high, p)


def _clear(excess: Floats, spread: Floats) -> Floats:
    """Return how clearly more counted than by the session's own share; nothing where that cannot show."""
    clear: Floats = np.where(spread > 0, excess / np.sqrt(np.where(spread > 0, spread, 1.0)), -np.inf)
    return clear
