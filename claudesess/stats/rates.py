"""Rates: how many events per unit of exposure."""

import numpy as np
from numpy.typing import ArrayLike

from claudesess.stats.intervals import (
    FEWEST_SESSIONS,
    LEVEL,
    Estimates,
    Floats,
    add_up,
    divide,
    estimates,
    group_codes,
    kish,
    price_of_few,
    t_quantile,
)
from claudesess.stats.proportions import ratio_variance
from claudesess.stats.resampling import jackknife


def event_rates(
    events: ArrayLike,
    exposure: ArrayLike,
    group: ArrayLike | None = None,
    *,
    n_groups: int | None = None,
    level: float = LEVEL,
) -> Estimates:
    """Rates by group: events per unit of exposure, with limits by session.

    Parameters
    ----------
    events, exposure : array_like of float
        One row per session and group: events, and the time (or number) in which they could have happened. A
        session without any event is a row too. Rows without exposure, and their events, are left out.
    group : array_like of int, optional
        The group of every row, from 0; without it there is one.
    n_groups : int, optional
        How many groups there are, where the last ones have no rows.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    Estimates
        An entry per group: Σ events / Σ exposure; `n_units` counts events.

    Notes
    -----
    On the log scale: the variance of log(rate) is that of the jackknife over m sessions, and never less
    than that of a Poisson count; t has one degree of freedom less than the exposure is worth in sessions,
    (Σe)²/Σe², which is m where sessions are equally long. (With the linearised variance and m-1 degrees of
    freedom limits hold in .82 instead of .91 of projects of twenty sessions that differ much in length.)
    Without any event the lower limit is 0 and the upper one that of a Poisson count (Garwood 1936) over the
    exposure of that many sessions: it takes for granted that sessions are alike, and is said.

    Examples
    --------
    >>> rate = event_rates([3, 0, 1, 2], [1.0, 1.0, 0.5, 0.5])
    >>> [round(float(number[0]), 2) for number in (rate.estimate, rate.low, rate.high)]
    [2.0, 0.39, 10.33]
    """
    k, time = np.asarray(events, dtype=float), np.asarray(exposure, dtype=float)
    codes, count = group_codes(group, len(time), n_groups)
    k, time, codes = k[time > 0], time[time > 0], codes[time > 0]
    sessions = np.bincount(codes, minlength=count)
    total, seen = add_up(time, codes, count), add_up(k, codes, count)
    rate = divide(seen, total)
    worth = kish(time, codes, count)
    _, variance, _ = jackknife(np.stack([k, time], axis=1), codes, count, _log_rate)
    variance = np.maximum(variance, divide(1.0, seen))
    freedom = np.maximum(worth - 1, 1)
    half = t_quantile(freedom, level) * np.sqrt(variance)
    none = -np.log((1 - level) / 2) / np.where(total > 0, total * worth / np.maximum(sessions, 1), np.nan)
    is_none = seen == 0
    return estimates(
        rate,
        np.where(is_none, 0.0, rate * np.exp(-half)),
        np.where(is_none, none, rate * np.exp(half)),
        n_units=seen,
        n_sessions=sessions,
        n_effective=np.where(is_none, worth, divide(1.0, variance) * price_of_few(freedom + 1, level)),
        exposure=total,
        method=f"{100 * level:g} % log-t by session",
        note=np.where(is_none & (sessions >= FEWEST_SESSIONS), "no event: a Poisson limit", ""),
    )


def _log_rate(sums: Floats) -> Floats:
    """Log of events over exposure; of none, where one session has them all: that of half an event."""
    rate = divide(np.maximum(sums[..., 0], 0.5), sums[..., 1])
    logs: Floats = np.log(rate)
    return logs


def means(
    total: ArrayLike,
    n: ArrayLike,
    group: ArrayLike | None = None,
    *,
    n_groups: int | None = None,
    level: float = LEVEL,
) -> Estimates:
    """Means by group, with limits by session: what a unit has on average, units of one session being alike.

    Parameters
    ----------
    total, n : array_like of float
        One row per session and group: the sum over its units, and how many units these are.
    group : array_like of int, optional
        The group of every row, from 0; without it there is one.
    n_groups : int, optional
        How many groups there are, where the last ones have no rows.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    Estimates
        An entry per group: Σ total / Σ n, with linearised variance and Student's t.

    Examples
    --------
    >>> mean = means([4, 6, 5], [2, 2, 2])
    >>> [round(float(number[0]), 2) for number in (mean.estimate, mean.low, mean.high)]
    [2.5, 1.26, 3.74]
    """
    sums, size = np.asarray(total, dtype=float), np.asarray(n, dtype=float)
    codes, count = group_codes(group, len(size), n_groups)
    sums, size, codes = sums[size > 0], size[size > 0], codes[size > 0]
    sessions = np.bincount(codes, minlength=count)
    n_units = add_up(size, codes, count)
    mean = divide(add_up(sums, codes, count), n_units)
    variance = ratio_variance(sums, size, codes, mean, n_units, sessions)
    half = t_quantile(sessions - 1, level) * np.sqrt(variance)
    is_known = (variance > 0) | (sessions < FEWEST_SESSIONS)
    return estimates(
        mean,
        np.where(is_known, mean - half, np.nan),
        np.where(is_known, mean + half, np.nan),
        n_units=n_units,
        n_sessions=sessions,
        n_effective=kish(size, codes, count),
        method=f"{100 * level:g} % t by session",
        note=np.where(is_known, "", "all sessions have the same mean: no limits"),
    )
