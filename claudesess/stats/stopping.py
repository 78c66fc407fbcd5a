"""When to stop trying: what each next try brings and costs, against what it costs to ask."""

from typing import NamedTuple

import numpy as np

from claudesess.stats.intervals import (
    FEWEST_SESSIONS,
    LEVEL,
    Estimates,
    Floats,
    Ints,
    add_up,
    divide,
    estimates,
    t_quantile,
)
from claudesess.stats.resampling import jackknife

STEPS = 6
"""Failures after which asking is looked at; later ones count as the last."""
WATCHED = 4
"""Somebody has to be seen to try again after this failure: what going on costs is not known before."""
UNWATCHED = f"nobody was seen to try again after failure {WATCHED}: what going on costs is not known"


class Sums(NamedTuple):
    """What is added up over sessions: one row per session and group, a column per failure from the first.

    `fixed` of `tried`: how many of the next tries passed, of those of which that is known; `cost` of `timed`:
    what the next try cost in all, and of how many that is known; `asking` of `asked`: what asking would have
    cost, one row of the two per session.
    """

    fixed: Floats
    tried: Floats
    cost: Floats
    timed: Floats
    asking: Floats
    asked: Floats


def saved(sums: Sums, group: Ints, n_groups: int, *, level: float = LEVEL) -> tuple[Estimates, Ints]:
    """Estimate what asking at each failure saves, against going on to the last one and asking then.

    Parameters
    ----------
    sums : Sums
    group : ndarray of int
        The group of every row.
    n_groups : int
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    Estimates
        Groups × `STEPS`: saved per chain; NaN at failures after which nobody was seen to try again, and
        in all of a group in which nobody was after failure `WATCHED`.
    best : ndarray of int
        Per group: the column in which most is saved.

    Notes
    -----
    Asking at failure k costs C(k) = Σⱼ₍ⱼ<ₖ₎ S(j) m(j) + S(k) A: S(j) is the share still failing at failure j,
    m(j) what the next try costs, A what asking costs. C(k+1) - C(k) = S(k) (m(k) - h(k) A), so that going on
    pays while the next try passes with a chance of more than m/A (optimal stopping, one step ahead). Saved is
    C after the last step less C(k). Beyond what was seen nobody goes on: there it is time to
    ask. Jackknife over sessions, Student's t.

    Examples
    --------
    Ten fail; the next try mends five, then none of five, three times, at 2 minutes a try; asking costs 10.

    >>> tried = np.array([[10.0, 5, 5, 5, 0, 0]])
    >>> mended = np.array([[5.0, 0, 0, 0, 0, 0]])
    >>> once = np.ones((1, 1))
    >>> seen, best = saved(Sums(mended, tried, 2 * tried, tried, 10 * once, once), np.array([0]), 1)
    >>> seen.estimate[0, :5].tolist(), best.tolist()
    ([0.0, 3.0, 2.0, 1.0, nan], [1])
    """
    table = np.concatenate([np.asarray(part, dtype=float) for part in sums], axis=1)
    keep = (np.asarray(sums.tried) > 0).any(axis=1)
    table, group = table[keep], group[keep]
    value, variance, n_sessions = jackknife(table, group, n_groups, _saved)
    half = t_quantile(n_sessions - 1, level)[:, None] * np.sqrt(np.where(variance > 0, variance, np.nan))
    at_risk = add_up(np.asarray(sums.tried, dtype=float)[keep], group, n_groups)
    is_watched = at_risk[:, WATCHED - 1 : WATCHED] > 0
    value = np.where(is_watched & (at_risk > 0), value, np.nan)
    seen = estimates(
        value, value - half, value + half, n_units=at_risk, n_sessions=n_sessions[:, None],
        n_effective=np.where(n_sessions[:, None] >= FEWEST_SESSIONS, at_risk, np.nan),
        method=f"{100 * level:g} % jackknife by session, t", note=np.where(is_watched, "", UNWATCHED),
    )  # fmt: skip
    return seen, np.argmax(np.nan_to_num(value, nan=-np.inf), axis=1)


def _saved(sums: Floats) -> Floats:
    """Return what is saved by asking at each failure, of sums along the last axis."""
    steps = [sums[..., at * STEPS : (at + 1) * STEPS] for at in range(4)]
    fixed, tried, cost, timed = steps
    asking = divide(sums[..., 4 * STEPS], sums[..., 4 * STEPS + 1])[..., None]
    failing = np.cumprod(1 - divide(fixed, tried, 0.0), axis=-1)
    before = np.concatenate([np.ones_like(failing[..., :1]), failing[..., :-1]], axis=-1)
    spent = np.cumsum(before * divide(cost, timed, 0.0), axis=-1)
    spent_before = np.concatenate([np.zeros_like(spent[..., :1]), spent[..., :-1]], axis=-1)
    last = spent[..., -1:] + failing[..., -1:] * asking
    return np.asarray(last - (spent_before + before * asking), dtype=float)
