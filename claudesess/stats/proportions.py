"""Shares, and differences of shares, with intervals; over rows that are alike within a cluster, too."""

import numpy as np
from numpy.typing import ArrayLike

from claudesess.stats.intervals import (
    LEVEL,
    Estimates,
    Floats,
    Ints,
    add_up,
    divide,
    estimates,
    group_codes,
    kish,
    normal_quantile,
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
    z = normal_quantile(level)
    centre = (p + z**2 / (2 * size)) / (1 + z**2 / size)
    half = z / (1 + z**2 / size) * np.sqrt(p * (1 - p) / size + z**2 / (4 * size**2))
    low, high = np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)
    # in floating point the limits of nothing, and of all, lie a hair inside, and leave these out
    return np.where(p == 0, np.minimum(low, p), low), np.where(p == 1, np.maximum(high, p), high)


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
    is_estimable = (inside > 1e-12) & (variance > 0)
    size = np.minimum(divide(inside, np.where(is_estimable, variance, np.nan)), n) * price_of_few(
        n_sessions, level
    )
    return np.where(is_estimable, size, sessions_worth)
