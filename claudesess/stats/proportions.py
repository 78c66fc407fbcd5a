"""Shares, and differences of shares, with intervals; over rows that are alike within a cluster, too."""

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats as st

from claudesess.stats.intervals import (
    LEVEL,
    Estimates,
    Floats,
    Interval,
    Ints,
    add_up,
    divide,
    estimates,
    group_codes,
    kish,
    price_of_few,
)


def wilson(share: ArrayLike, n: ArrayLike, *, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Wilson score limits of shares out of `n`, which need not be whole.

    Parameters
    ----------
    share : array_like of float
        Observed shares, 0–1.
    n : array_like of float
        Observations behind each share: an *effective* number where these are censored or clustered. For whole
        numbers this is `scipy.stats.binomtest(...).proportion_ci(method="wilson")`, which takes no others.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    low, high : ndarray of float
        Within 0–1, NaN where `n` is 0 or unknown.

    References
    ----------
    Wilson (1927), JASA 22(158).

    Examples
    --------
    >>> low, high = wilson([0.0, 0.5], [2, 2])
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.0, 0.095], [0.658, 0.905])
    """
    p = np.asarray(share, dtype=float)
    size = np.asarray(n, dtype=float)
    size = np.where(size > 0, size, np.nan)
    z = st.norm.ppf((1 + level) / 2)
    centre = (p + z**2 / (2 * size)) / (1 + z**2 / size)
    half = z / (1 + z**2 / size) * np.sqrt(p * (1 - p) / size + z**2 / (4 * size**2))
    return np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)


def share_interval(events: int, n: int, *, level: float = LEVEL) -> Interval:
    """Share of `events` among `n` independent observations, with its Wilson interval.

    Examples
    --------
    >>> share = share_interval(1, 2)
    >>> round(share.share, 3), round(share.low, 3), round(share.high, 3)
    (0.5, 0.095, 0.905)
    """
    if n == 0:
        return Interval(np.nan, np.nan, np.nan, 0.0)
    limits = st.binomtest(int(events), int(n)).proportion_ci(level, method="wilson")
    return Interval(events / n, float(limits.low), float(limits.high), float(n))


def clustered_share(events: ArrayLike, n: ArrayLike, *, level: float = LEVEL) -> Interval:
    """Share over several clusters whose members are alike (files of one compaction), with an honest interval.

    Parameters
    ----------
    events, n : array_like of int
        Per cluster: observations that count, and all observations. Clusters with ``n == 0`` say nothing.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    Interval
        The pooled share; `n_effective` is between the number of clusters and the number of observations.

    Notes
    -----
    Linearised variance of a ratio over m clusters, m/(m-1) Σ(kᵢ - p nᵢ)² / (Σnᵢ)², turned into an effective
    sample size p(1-p)/variance for Wilson limits. Where the variance tells nothing (one cluster, or a share
    of 0 or 1), each cluster counts as a single observation.
    After Korn & Graubard (1998), Survey Methodology 24(2).

    Examples
    --------
    Two compactions, one with all its four files named, one with none: worth two observations, not eight.

    >>> share = clustered_share([4, 0], [4, 4])
    >>> share.share, share.n_effective
    (0.5, 2.0)
    """
    k, size = np.asarray(events, dtype=float), np.asarray(n, dtype=float)
    k, size = k[size > 0], size[size > 0]
    clusters, total = len(size), size.sum()
    if clusters == 0:
        return Interval(np.nan, np.nan, np.nan, 0.0)
    p = k.sum() / total
    effective = float(clusters)
    if clusters > 1 and 0 < p < 1:
        variance = clusters / (clusters - 1) * ((k - p * size) ** 2).sum() / total**2
        effective = float(np.clip(p * (1 - p) / variance if variance > 0 else total, clusters, total))
    low, high = wilson(p, effective, level=level)
    return Interval(float(p), float(low), float(high), effective)


def clustered_difference(
    before: ArrayLike, after: ArrayLike, n: ArrayLike, *, level: float = LEVEL
) -> tuple[float, float, float]:
    """Difference of two shares over several clusters, each with as many observations before as after.

    Parameters
    ----------
    before, after, n : array_like of float
        Per cluster: observations that count on the one side and on the other, and all those of one side.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    difference, low, high : float
        Pooled share after less pooled share before; limits within -1 and 1, NaN where nothing varies.

    Notes
    -----
    Σ(aᵢ - bᵢ) / Σnᵢ with the linearised variance of a ratio, and Student's t with one degree of freedom less
    than there are clusters.

    Examples
    --------
    >>> [round(float(number), 3) for number in clustered_difference([1, 0, 2], [2, 0, 4], [4, 4, 8])]
    [0.188, -0.121, 0.496]
    """
    gap = np.asarray(after, dtype=float) - np.asarray(before, dtype=float)
    size = np.asarray(n, dtype=float)
    clusters, total = len(size), size.sum()
    if total == 0:
        return np.nan, np.nan, np.nan
    d = float(gap.sum() / total)
    spread = float(((gap - d * size) ** 2).sum())
    if clusters < 2 or spread < 1e-12:
        return d, np.nan, np.nan
    error = np.sqrt(clusters / (clusters - 1) * spread) / total
    half = float(st.t.ppf((1 + level) / 2, clusters - 1) * error)
    return d, max(d - half, -1.0), min(d + half, 1.0)


def shares(
    events: ArrayLike,
    n: ArrayLike,
    group: ArrayLike | None = None,
    *,
    n_groups: int | None = None,
    level: float = LEVEL,
) -> Estimates:
    """Shares by group, with limits by session.

    Parameters
    ----------
    events, n : array_like of float
        One row per session and group: units that count, and all units. Rows with ``n == 0`` say nothing.
    group : array_like of int, optional
        The group of every row, from 0; without it there is one.
    n_groups : int, optional
        How many groups there are, where the last ones have no rows.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    Estimates
        An entry per group: Σ events / Σ n.

    Notes
    -----
    Variance of a ratio over m sessions, linearised: v = m/(m-1) Σ(kᵢ - p nᵢ)² / (Σnᵢ)². It is turned into an
    effective number min(p(1-p)/v, n) · (z/t)², t being Student's quantile with m-1 degrees of freedom, for
    Wilson's limits (Korn & Graubard 1998, Survey Methodology 24(2)). At a share of 0 or 1, or when all
    sessions agree, v tells nothing; then the effective number is Kish's, (Σn)²/Σn²: a session counts once.

    Examples
    --------
    Four sessions that differ: ten units are worth one.

    >>> share = shares([4, 0, 1, 0], [4, 3, 1, 2])
    >>> [round(float(number[0]), 2) for number in (share.estimate, share.low, share.high, share.n_effective)]
    [0.5, 0.05, 0.95, 0.95]
    """
    k, size = np.asarray(events, dtype=float), np.asarray(n, dtype=float)
    codes, count = group_codes(group, len(size), n_groups)
    k, size, codes = k[size > 0], size[size > 0], codes[size > 0]
    sessions = np.bincount(codes, minlength=count)
    total = add_up(size, codes, count)
    p = divide(add_up(k, codes, count), total)
    variance = ratio_variance(k, size, codes, p, total, sessions)
    effective = effective_size(p, variance, total, kish(size, codes, count), sessions, level)
    low, high = wilson(p, effective, level=level)
    return estimates(
        p,
        low,
        high,
        n_units=total,
        n_sessions=sessions,
        n_effective=effective,
        method=f"{100 * level:g} % Wilson by session, t",
    )


def ratio_variance(
    top: Floats, bottom: Floats, group: Ints, ratio: Floats, total: Floats, n_sessions: Ints
) -> Floats:
    """Return the linearised variance of Σtop/Σbottom over the sessions of each group; NaN for one session."""
    residual = top - ratio[group] * bottom
    spread = add_up(residual**2, group, len(total))
    # Residuals of sessions that agree are not exactly 0 in floating point.
    spread = np.where(spread < 1e-20 * np.maximum(add_up(top**2, group, len(total)), 1e-300), 0.0, spread)
    return divide(n_sessions * spread, (n_sessions - 1) * total**2)


def effective_size(
    share: Floats, variance: Floats, n: ArrayLike, sessions_worth: Floats, n_sessions: ArrayLike, level: float
) -> Floats:
    """Return how many independent observations a share is worth; see Notes of :func:`shares`."""
    inside = share * (1 - share)
    known = (inside > 1e-12) & (variance > 0)
    size = np.minimum(divide(inside, np.where(known, variance, np.nan)), n) * price_of_few(n_sessions, level)
    return np.where(known, size, sessions_worth)
