"""The estimators of this package for many groups at once: arrays in which every value says its group.

Groups are numbered from 0; results have one entry per group. What an estimator says of one group is what the
function of the other files says of that group's values alone: a test holds them against each other.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats as st

from claudesess.stats.intervals import LEVEL, Floats
from claudesess.stats.proportions import wilson


class Shares(NamedTuple):
    """An estimate per group between its limits, and how many independent observations each is worth."""

    share: Floats
    low: Floats
    high: Floats
    n_effective: Floats


class Incidences(NamedTuple):
    """Per group, step and cause: see `incidences`."""

    at_risk: Floats
    share: Floats
    low: Floats
    high: Floats
    n_effective: Floats


def plain_shares(events: ArrayLike, n: ArrayLike) -> Shares:
    """Shares of independent observations, with Wilson limits; one entry per group.

    Examples
    --------
    >>> plain_shares([1, 0], [2, 0]).share.tolist()
    [0.5, nan]
    """
    k, size = np.asarray(events, dtype=float), np.asarray(n, dtype=float)
    share = _ratio(k, size)
    return Shares(share, *wilson(share, size), size)


def clustered_shares(group: ArrayLike, events: ArrayLike, n: ArrayLike, n_groups: int) -> Shares:
    """Shares over clusters whose members are alike: `clustered_share` of every group.

    Parameters
    ----------
    group, events, n : array_like
        Per cluster: its group, observations that count, and all observations.
    n_groups : int
        How many groups there are.

    Examples
    --------
    >>> shares = clustered_shares([0, 0, 1], [4, 0, 1], [4, 4, 2], 2)
    >>> shares.share.tolist(), shares.n_effective.tolist()
    ([0.5, 0.5], [2.0, 1.0])
    """
    k, size = np.asarray(events, dtype=float), np.asarray(n, dtype=float)
    of = np.asarray(group, dtype=int)[size > 0]
    k, size = k[size > 0], size[size > 0]

    def total(values: Floats) -> Floats:
        return _totals(of, values, n_groups)

    clusters, whole = total(np.ones_like(k)), total(size)
    share = _ratio(total(k), whole)
    spread = total((k - share[of] * size) ** 2)
    variance = (
        clusters / np.where(clusters > 1, clusters - 1, 1) * spread / np.where(whole > 0, whole, 1) ** 2
    )
    worth = np.where(variance > 0, share * (1 - share) / np.where(variance > 0, variance, 1), whole)
    is_spread = (clusters > 1) & (share > 0) & (share < 1)
    size_of = np.where(is_spread, np.clip(worth, clusters, whole), clusters)
    return Shares(share, *wilson(share, size_of), size_of)


def clustered_differences(
    group: ArrayLike, before: ArrayLike, after: ArrayLike, n: ArrayLike, n_groups: int
) -> tuple[Floats, Floats, Floats]:
    """Differences of two shares over clusters: `clustered_difference` of every group.

    Examples
    --------
    >>> [one.round(3).tolist() for one in clustered_differences([0] * 3, [1, 0, 2], [2, 0, 4], [4, 4, 8], 1)]
    [[0.188], [-0.121], [0.496]]
    """
    of, size = np.asarray(group, dtype=int), np.asarray(n, dtype=float)
    gap = np.asarray(after, dtype=float) - np.asarray(before, dtype=float)

    def total(values: Floats) -> Floats:
        return _totals(of, values, n_groups)

    clusters, whole = total(np.ones_like(size)), total(size)
    d = _ratio(total(gap), whole)
    spread = total((gap - d[of] * size) ** 2)
    varies = (clusters > 1) & (spread >= 1e-12) & (whole > 0)
    free = np.where(varies, clusters - 1, 1)
    error = np.sqrt(clusters / free * spread) / np.where(whole > 0, whole, 1)
    half = np.where(varies, st.t.ppf((1 + LEVEL) / 2, free) * error, np.nan)
    return d, np.maximum(d - half, -1.0), np.minimum(d + half, 1.0)


def rate_limits(events: ArrayLike, exposure: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Rates and their exact Poisson limits: `rate_interval` of every group.

    Examples
    --------
    >>> [one.round(2).tolist() for one in rate_limits([0, 1], [3.0, 0.0])]
    [[0.0, nan], [0.0, nan], [1.23, nan]]
    """
    k, length = np.asarray(events, dtype=float), np.asarray(exposure, dtype=float)
    tail = (1 - LEVEL) / 2
    low = np.where(k > 0, st.chi2.ppf(tail, 2 * np.where(k > 0, k, 1)) / 2, 0.0)
    high = np.asarray(st.chi2.ppf(1 - tail, 2 * k + 2) / 2)
    return _ratio(k, length), _ratio(low, length), _ratio(high, length)


def medians(
    group: ArrayLike, duration: ArrayLike, ended: ArrayLike, censored: ArrayLike, n_groups: int
) -> tuple[Floats, Floats, Floats]:
    """Kaplan–Meier medians with the limits of `median_interval`, of every group.

    Parameters
    ----------
    group, duration : array_like
        Group and time watched; a time may stand there more than once.
    ended, censored : array_like of int
        How many ended at this time, and how many were still going on then.
    n_groups : int
        How many groups there are.

    Returns
    -------
    median, low, high : ndarray
        NaN where they were not reached.

    Examples
    --------
    >>> [one.tolist() for one in medians([0] * 4, [1, 2, 3, 4], [1] * 4, [0] * 4, 1)]
    [[2.0], [1.0], [nan]]
    """
    of, time = np.asarray(group, dtype=int), np.asarray(duration, dtype=float)
    order = np.lexsort((time, of))
    of, time = of[order], time[order]
    is_new = np.ones(len(of), dtype=bool)
    is_new[1:] = (of[1:] != of[:-1]) | (time[1:] != time[:-1])
    step = np.cumsum(is_new) - 1
    n_steps = int(step[-1]) + 1 if len(step) else 0
    of, time = of[is_new], time[is_new]
    d, c = (_totals(step, np.asarray(counts, dtype=float)[order], n_steps) for counts in (ended, censored))
    at_risk = _totals(of, d + c, n_groups)[of] - _within(d + c, of, before=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = pd.Series(1 - d / at_risk).groupby(of).cumprod().to_numpy()
        error = np.sqrt(_within(d / (at_risk * (at_risk - d)), of)) / np.abs(np.log(share))
        middle = np.log(-np.log(share))
        z = st.norm.ppf((1 + LEVEL) / 2)
        low, high = (np.exp(-np.exp(middle + sign * z * error)) for sign in (1, -1))
    return tuple(_first_half(curve, time, of, n_groups) for curve in (share, low, high))  # type: ignore[return-value]


def incidences(
    events: NDArray[np.float64], censored: NDArray[np.float64], beyond: ArrayLike = 0
) -> Incidences:
    """Aalen–Johansen: `cumulative_incidence` of every group.

    Parameters
    ----------
    events : ndarray, groups × steps × causes
        How many of a group ended of each cause at each step.
    censored : ndarray, groups × steps
        How many were seen up to this step, and no further.
    beyond : array_like of int
        How many of each group were at risk after the last step.

    Returns
    -------
    Incidences
        at_risk is groups × steps, all others groups × steps × causes; NaN where nobody is at risk.

    Examples
    --------
    >>> found = incidences(np.array([[[1.0, 0.0], [0.0, 1.0]]]), np.array([[0.0, 1.0]]))
    >>> found.share.round(3).tolist()
    [[[0.333, 0.0], [0.333, 0.333]]]
    """
    any_cause = events.sum(axis=2)
    left = any_cause + censored
    whole = (
        left.sum(axis=1, keepdims=True) + np.broadcast_to(np.asarray(beyond, dtype=float), len(left))[:, None]
    )
    at_risk = whole - _earlier(left)
    risk = np.where(at_risk > 0, at_risk, 1)  # nobody left: nothing is added
    free = np.concatenate([np.ones((len(left), 1)), np.cumprod(1 - any_cause / risk, axis=1)], axis=1)[:, :-1]
    known = (whole - _earlier(censored))[:, :, None]
    share = np.cumsum(free[:, :, None] * events / risk[:, :, None], axis=1)
    variance = _variance(share, free, events, any_cause, risk)
    open_share = share * (1 - share)
    size = np.where(open_share > 1e-12, open_share / np.where(variance > 0, variance, np.inf), known)
    with np.errstate(divide="ignore", invalid="ignore"):
        size = np.minimum(size, (at_risk / free)[:, :, None])
    is_seen = np.broadcast_to((at_risk > 0)[:, :, None], share.shape)
    share, size = np.where(is_seen, share, np.nan), np.where(is_seen, size, np.nan)
    low, high = wilson(share, size)
    return Incidences(at_risk, share, low, high, size)


def _variance(share: Floats, free: Floats, events: Floats, any_cause: Floats, at_risk: Floats) -> Floats:
    """Variance of the cumulative incidence; see Notes of `cumulative_incidence`."""
    steps = share.shape[1]
    is_later = np.tril(np.ones((steps, steps)))[None, :, :, None]
    later = is_later * (share[:, :, None, :] - share[:, None, :, :])  # [group, t, j, cause]
    survivors = np.where(at_risk > any_cause, at_risk - any_cause, 1)
    total = (later**2 * (any_cause / (at_risk * survivors))[:, None, :, None]).sum(axis=2)
    risk, gone = at_risk[:, :, None], free[:, :, None]
    own = np.cumsum(gone**2 * events * (risk - events) / risk**3, axis=1)
    cross = 2 * (later * (gone * events / risk**2)[:, None, :, :]).sum(axis=2)
    variance: Floats = np.maximum(total + own - cross, 0)
    return variance


def _earlier(values: Floats) -> Floats:
    return np.cumsum(values, axis=1) - values


def _totals(of: NDArray[np.int_], values: Floats, n_groups: int) -> Floats:
    return np.asarray(np.bincount(of, weights=values, minlength=n_groups), dtype=float)


def _ratio(events: Floats, n: Floats) -> Floats:
    """Divide; NaN where there is nothing to divide by."""
    found: Floats = np.divide(events, n, out=np.full(np.broadcast(events, n).shape, np.nan), where=n > 0)
    return found


def _within(values: Floats, of: NDArray[np.int_], *, before: bool = False) -> Floats:
    """Add up within each group, up to each value; `before`: without the value itself."""
    sums = pd.Series(values).groupby(of).cumsum().to_numpy(dtype=float)
    return np.asarray(sums - values if before else sums)


def _first_half(curve: Floats, time: Floats, of: NDArray[np.int_], n_groups: int) -> Floats:
    """First time at which a falling curve is at one half or below, in each group."""
    found = np.full(n_groups, np.nan)
    place = np.flatnonzero(curve <= 0.5 + 1e-12)[::-1]
    found[of[place]] = time[place]  # backwards: the first one of a group is written last
    return found


__all__ = [
    "Incidences",
    "Shares",
    "clustered_differences",
    "clustered_shares",
    "incidences",
    "medians",
    "plain_shares",
    "rate_limits",
]
