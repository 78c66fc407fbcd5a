"""What every interval here is: two-sided, by session; what cannot be estimated is NaN, never 0.

Calls of one session are alike: the same task, the same repository, the same model on the same day. So the
session is what was drawn, and what varies from session to session is what limits are made of. Functions take
one row per session and group, of numbers that can be added up, and return one entry per group.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

LEVEL = 0.95
"""Confidence level of every interval unless a caller says otherwise."""

FEWEST_SESSIONS = 3
"""Fewer sessions than this have no limits: two sessions say how they differ, not how sessions differ."""

SMALL_SESSIONS = 8
"""An estimate from fewer sessions is small."""

SMALL_EFFECTIVE = 10
"""An estimate that is worth fewer independent observations is small."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Texts = NDArray[np.object_]

FEW = "fewer than 3 sessions: no limits"
NOTHING = "nothing was observed"


class Estimates(NamedTuple):
    """Estimates between their limits, an entry per group, each with what it rests on.

    Attributes
    ----------
    estimate, low, high
        NaN where nothing can be said; `low` and `high` also under three sessions.
    n_units
        Units counted: the denominator of a share, the events of a rate, chains, agents.
    n_sessions
        Sessions that hold at least one of them.
    n_effective
        Independent observations that the estimate is worth, with the price of few sessions.
    n_pending
        Units whose outcome at this horizon is not decided yet, and which therefore are not at risk.
    n_censored
        Units that were watched for a time and not to their end.
    exposure
        What events are counted over; `n_units` where that is the same.
    is_small
        Fewer than eight sessions, or worth fewer than ten observations.
    method
        How the limits were made, in a few words.
    note
        What has to be said beside the number, or ``""``.
    """

    estimate: Floats
    low: Floats
    high: Floats
    n_units: Ints
    n_sessions: Ints
    n_effective: Floats
    n_pending: Ints
    n_censored: Ints
    exposure: Floats
    is_small: Bools
    method: str
    note: Texts


def estimates(
    estimate: Floats,
    low: Floats,
    high: Floats,
    *,
    n_units: ArrayLike,
    n_sessions: ArrayLike,
    n_effective: Floats,
    method: str,
    n_pending: ArrayLike = 0,
    n_censored: ArrayLike = 0,
    exposure: ArrayLike | None = None,
    note: ArrayLike = "",
) -> Estimates:
    """Give every number its shape, take limits away where sessions are too few, and say what is small."""
    shape = np.shape(estimate)

    def whole(values: ArrayLike) -> Ints:
        spread: Ints = np.broadcast_to(np.asarray(values), shape).round().astype(np.int64)
        return spread

    sessions, units = whole(n_sessions), whole(n_units)
    is_few = sessions < FEWEST_SESSIONS
    notes = np.broadcast_to(np.asarray(note, dtype=object), shape)
    notes = np.where(sessions == 0, NOTHING, np.where(is_few & (notes == ""), FEW, notes)).astype(object)
    return Estimates(
        np.asarray(estimate, dtype=float),
        np.where(is_few, np.nan, low),
        np.where(is_few, np.nan, high),
        units,
        sessions,
        np.asarray(n_effective, dtype=float),
        whole(n_pending),
        whole(n_censored),
        np.broadcast_to(np.asarray(units if exposure is None else exposure, dtype=float), shape).copy(),
        (sessions < SMALL_SESSIONS) | ~(np.asarray(n_effective) >= SMALL_EFFECTIVE),
        method,
        notes,
    )


def group_codes(group: ArrayLike | None, n_rows: int, n_groups: int | None = None) -> tuple[Ints, int]:
    """Return the group of every row, numbered from 0, and how many groups there are; without any: one."""
    if group is None:
        return np.zeros(n_rows, dtype=np.int64), 1 if n_groups is None else n_groups
    codes: Ints = np.asarray(group, dtype=np.int64)
    return codes, n_groups if n_groups is not None else int(codes.max(initial=-1)) + 1


def add_up(values: Floats, group: Ints, n_groups: int) -> Floats:
    """Sum rows (of numbers, or of arrays of them) per group.

    Examples
    --------
    >>> add_up(np.array([1.0, 2.0, 4.0]), np.array([0, 1, 0]), 3).tolist()
    [5.0, 2.0, 0.0]
    """
    if values.ndim == 1:
        return np.bincount(group, weights=values, minlength=n_groups).astype(float)
    total = np.zeros((n_groups, *values.shape[1:]))
    np.add.at(total, group, values)
    return total


def kish(sizes: Floats, group: Ints, n_groups: int) -> Floats:
    """Return how many sessions of equal size these sessions of unequal size are worth: (Σn)² / Σn².

    Examples
    --------
    >>> kish(np.array([10.0, 10.0, 1.0]), np.zeros(3, dtype=int), 1).round(2).tolist()
    [2.19]
    """
    squares = add_up(sizes**2, group, n_groups)
    return divide(add_up(sizes, group, n_groups) ** 2, squares)


def divide(top: ArrayLike, bottom: ArrayLike, empty: float = np.nan) -> Floats:
    """Divide, and give `empty` where there is nothing to divide by."""
    top, bottom = np.asarray(top, dtype=float), np.asarray(bottom, dtype=float)
    out = np.full(np.broadcast_shapes(top.shape, bottom.shape), empty)
    np.divide(top, bottom, out=out, where=np.broadcast_to(bottom > 0, out.shape))
    return out


def normal_quantile(level: float) -> float:
    """Return how many standard errors of a normal estimate the limits lie apart from it."""
    return float(special.ndtri((1 + level) / 2))


def t_quantile(freedom: ArrayLike, level: float) -> Floats:
    """Return Student's quantile; NaN without a degree of freedom."""
    degrees = np.asarray(freedom, dtype=float)
    return np.asarray(special.stdtrit(np.where(degrees > 0, degrees, np.nan), (1 + level) / 2), dtype=float)


def price_of_few(n_sessions: ArrayLike, level: float) -> Floats:
    """Return what an effective number shrinks by because its variance comes from few sessions: (z/t)²."""
    return (normal_quantile(level) / t_quantile(np.asarray(n_sessions, dtype=float) - 1, level)) ** 2
