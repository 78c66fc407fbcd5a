"""Competing events: what becomes of chains of failures, attempt by attempt, while some are still open."""

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from claudesess.stats.intervals import (
    LEVEL,
    Estimates,
    Floats,
    add_up,
    divide,
    estimates,
    group_codes,
    kish,
)
from claudesess.stats.proportions import effective_size, wilson
from claudesess.stats.resampling import jackknife

HORIZONS = (1, 2, 3, 5)
"""The attempts by which shares are told. Never "the last attempt seen": it differs from group to group."""

FEWEST_AT_RISK = 10
"""Groups are compared at the latest horizon at which each of them has so many chains at risk."""


def attempt_sums(
    attempt: ArrayLike,
    event: ArrayLike,
    row: ArrayLike,
    *,
    n_rows: int,
    n_causes: int,
    last: int = max(HORIZONS),
) -> Floats:
    """Count chains per session, group and attempt, in numbers that can be added up.

    Parameters
    ----------
    attempt : array_like of int
        Attempt, from 1, at which a chain's event was seen; of a chain that is still open, its last one.
    event : array_like of int
        The event, from 0; below 0: still open.
    row : array_like of int
        The row (session and group) that each chain belongs to, from 0.
    n_rows, n_causes : int
        How many rows and events there are.
    last : int
        Attempts up to this are counted.

    Returns
    -------
    ndarray, n_rows × 2 + n_causes × last
        Chains that reached each attempt; those still open at it; those that each event ended at it.

    Examples
    --------
    One session: fixed after attempt 1, fixed after 2, still open after 2.

    >>> attempt_sums([1, 2, 2], [0, 0, -1], [0, 0, 0], n_rows=1, n_causes=1, last=2)[0].astype(int).tolist()
    [[3, 2], [0, 1], [1, 1]]
    """
    at, cause = np.asarray(attempt, dtype=np.int64), np.asarray(event, dtype=np.int64)
    of = np.asarray(row, dtype=np.int64)
    kind = np.where(cause < 0, 0, cause + 1)
    beyond = np.minimum(at, last + 1) - 1
    cells = np.ravel_multi_index((of, kind, beyond), (n_rows, n_causes + 1, last + 1))
    counted = np.bincount(cells, minlength=n_rows * (n_causes + 1) * (last + 1)).astype(float)
    counted = counted.reshape(n_rows, n_causes + 1, last + 1)
    reached = counted.sum(axis=1)[:, ::-1].cumsum(axis=1)[:, ::-1]
    return np.concatenate([reached[:, None, :], counted], axis=1)[:, :, :last]


def incidence(
    sums: ArrayLike,
    group: ArrayLike | None = None,
    *,
    n_groups: int | None = None,
    horizons: Sequence[int] = HORIZONS,
    level: float = LEVEL,
) -> Estimates:
    """Shares of chains that each event has ended by some attempts, chains still open being pending there.

    A chain that is still open has no outcome at its last attempt: it is not at risk there, as it would be if
    it were known to have survived it. Ten chains, five fixed at once and five open after their first attempt,
    are five of five fixed.

    Parameters
    ----------
    sums : array_like, one row per session and group
        From :func:`attempt_sums`.
    group : array_like of int, optional
        The group of every row, from 0; without it there is one.
    n_groups : int, optional
        How many groups there are, where the last ones have no rows.
    horizons : sequence of int
        Attempts, at most as many as `sums` count.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    Estimates
        Arrays of groups × events × horizons. `n_units`: chains whose outcome at the first attempt is known;
        `exposure`: chains at risk at the horizon; `n_pending`: chains open at or before the horizon. NaN
        where nobody was at risk at the horizon although some chains were free of any event before it.

    Notes
    -----
    F(t) = Σ S(j-1) dⱼ/nⱼ over j ≤ t with nⱼ = reached j less open at j, S(j) = Π(1 - all dⱼ/nⱼ). Variance:
    jackknife over sessions. Limits: Wilson's with the effective number of :func:`.proportions.shares`, at
    most what Peto et al. (1977, British Journal of Cancer 35(1)) take those at risk for, n(t)/S(t-1).
    What is taken for granted: that a chain is open for reasons that say nothing of how it would have ended.
    """
    table = np.asarray(sums, dtype=float)
    codes, count = group_codes(group, len(table), n_groups)
    at_risk_anywhere = (table[:, 0, 0] - table[:, 1, 0]) > 0
    pending = add_up(table[:, 1], codes, count)
    table, codes = table[at_risk_anywhere], codes[at_risk_anywhere]
    n_causes, last = table.shape[1] - 2, table.shape[2]
    pick = np.asarray(horizons, dtype=np.int64) - 1
    if pick.min() < 0 or pick.max() >= last:
        raise ValueError(f"horizons must be from 1 to {last}, the attempts that are counted")

    def by_horizon(flat: Floats) -> Floats:
        return _incidence(flat.reshape(*flat.shape[:-1], n_causes + 2, last))[0][..., pick]

    share, variance, sessions = jackknife(
        table.reshape(len(table), prod(table.shape[1:])), codes, count, by_horizon
    )
    total = add_up(table, codes, count)
    _, free, at_risk = _incidence(total)
    before = np.concatenate([np.ones((count, 1)), free[:, :-1]], axis=1)[:, pick]
    at_risk, decided = at_risk[:, pick], at_risk[:, 0]
    is_open = (at_risk <= 0) & (before > 1e-12)
    most = np.where(at_risk > 0, divide(at_risk, before), decided[:, None])
    each = table[:, 0, 0] - table[:, 1, 0]
    worth = np.minimum(kish(each, codes, count)[:, None], most)

    def wide(values: NDArray[Any]) -> NDArray[Any]:
        return np.broadcast_to(values[:, None, :], share.shape)

    size = effective_size(
        share, variance, wide(np.minimum(most, decided[:, None])), wide(worth), sessions[:, None, None], level
    )
    hidden = wide(is_open)
    low, high = wilson(share, np.where(hidden, np.nan, size), level=level)
    return estimates(
        np.where(hidden, np.nan, share),
        low,
        high,
        n_units=decided[:, None, None],
        n_sessions=sessions[:, None, None],
        n_effective=np.where(hidden, np.nan, size),
        n_pending=wide(pending.cumsum(axis=1)[:, pick]),
        exposure=wide(at_risk),
        method=f"{100 * level:g} % Wilson, jackknife by session, t",
        note=np.where(hidden, "nobody was at risk at this attempt", ""),
    )


def mean_attempts(
    sums: ArrayLike,
    group: ArrayLike | None = None,
    *,
    n_groups: int | None = None,
    horizon: int = max(HORIZONS),
    level: float = LEVEL,
) -> Estimates:
    """Restricted mean: attempts that a chain takes until its event, counted up to the horizon.

    Parameters
    ----------
    sums : array_like, one row per session and group
        From :func:`attempt_sums`.
    group : array_like of int, optional
        The group of every row, from 0; without it there is one.
    n_groups : int, optional
        How many groups there are, where the last ones have no rows.
    horizon : int
        Attempts from this on count as one more.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    Estimates
        An entry per group, from 1 to `horizon`: Σ S(j) over j from 0 to `horizon` - 1, S as in
        :func:`incidence`; limits of the share of `horizon` - 1 further attempts, as there. NaN where nobody
        was at risk at the last attempt that counts although some chains were free of any event before it.
    """
    table = np.asarray(sums, dtype=float)
    codes, count = group_codes(group, len(table), n_groups)
    keep = (table[:, 0, 0] - table[:, 1, 0]) > 0
    pending = add_up(table[:, 1, : max(horizon - 1, 1)].sum(axis=1), codes, count)
    table, codes = table[keep], codes[keep]
    shape = table.shape[1:]

    def mean(flat: Floats) -> Floats:
        free = _incidence(flat.reshape(*flat.shape[:-1], *shape))[1]
        return np.asarray(1.0 + free[..., : horizon - 1].sum(axis=-1), dtype=float)

    value, variance, sessions = jackknife(
        table.reshape(len(table), prod(table.shape[1:])), codes, count, mean
    )
    _, free, at_risk = _incidence(add_up(table, codes, count))
    step = max(horizon - 2, 0)
    hidden = (sessions == 0) | (
        (at_risk[:, step] <= 0) & (free[:, step] > 1e-12)
    )  # of nobody none has an event
    # From 1 to the horizon: a share of the attempts that could have been, with the limits of a share.
    part = (value - 1) / max(horizon - 1, 1)
    spread = variance / max(horizon - 1, 1) ** 2
    each = table[:, 0, 0] - table[:, 1, 0]
    size = effective_size(part, spread, np.inf, kish(each, codes, count), sessions, level)
    low, high = (1 + (horizon - 1) * limit for limit in wilson(part, size, level=level))
    return estimates(
        np.where(hidden, np.nan, value),
        np.where(hidden, np.nan, low),
        np.where(hidden, np.nan, high),
        n_units=at_risk[:, 0],
        n_sessions=sessions,
        n_effective=np.where(hidden, np.nan, size),
        n_pending=pending,
        method=f"{100 * level:g} % Wilson, jackknife by session, t",
        note=np.where(hidden, "nobody was at risk at the last attempt", ""),
    )


def common_horizon(at_risk: ArrayLike, horizons: Sequence[int] = HORIZONS) -> int | None:
    """Return the latest horizon at which every group still has ten chains at risk; none: nothing is compared.

    Parameters
    ----------
    at_risk : array_like, groups × horizons
        Chains at risk at each horizon.
    horizons : sequence of int
        What the last axis stands for.

    Returns
    -------
    int or None
        One of `horizons`.

    Examples
    --------
    >>> common_horizon([[40, 22, 12, 3], [30, 15, 9, 9]])
    2
    """
    fewest = np.asarray(at_risk, dtype=float).min(axis=0)
    enough = [horizon for horizon, n in zip(horizons, fewest, strict=True) if n >= FEWEST_AT_RISK]
    return max(enough) if enough else None


def _incidence(table: Floats) -> tuple[Floats, Floats, Floats]:
    """Share by event and attempt, share free of any event, chains at risk, from summed tables (last axes)."""
    at_risk = table[..., 0, :] - table[..., 1, :]
    events = table[..., 2:, :]
    free: Floats = np.cumprod(1 - divide(events.sum(axis=-2), at_risk, 0.0), axis=-1).astype(float)
    before = np.concatenate([np.ones((*free.shape[:-1], 1)), free[..., :-1]], axis=-1)
    hazard = divide(events, at_risk[..., None, :], 0.0)
    return np.cumsum(before[..., None, :] * hazard, axis=-1), free, at_risk
