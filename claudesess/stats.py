"""Estimators that metrics share: shares and rates with intervals, and survival.

All intervals are two-sided. Whatever cannot be estimated (nothing observed) is NaN, never 0.
"""

import warnings
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats as st

LEVEL = 0.95
"""Confidence level of every interval unless a caller says otherwise."""

_Floats = NDArray[np.float64]


class Interval(NamedTuple):
    """An estimate between its limits, and how many independent observations it is worth."""

    share: float
    low: float
    high: float
    n_effective: float


def wilson(share: ArrayLike, n: ArrayLike, *, level: float = LEVEL) -> tuple[_Floats, _Floats]:
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


def rate_interval(events: int, exposure: float, *, level: float = LEVEL) -> tuple[float, float]:
    """Exact Poisson limits of a rate: events per unit of `exposure`.

    Returns
    -------
    low, high : float
        In events per unit of exposure; NaN when there was no exposure.

    References
    ----------
    Garwood (1936), Biometrika 28(3/4).

    Examples
    --------
    Nothing seen in 3 hours still leaves a rate of 1.2 per hour possible.

    >>> [round(limit, 2) for limit in rate_interval(0, 3.0)]
    [0.0, 1.23]
    """
    if not exposure > 0:
        return np.nan, np.nan
    tail = (1 - level) / 2
    low = float(st.chi2.ppf(tail, 2 * events)) / 2 if events else 0.0
    return low / exposure, float(st.chi2.ppf(1 - tail, 2 * events + 2)) / 2 / exposure


def survival(duration: ArrayLike, is_ended: ArrayLike, *, level: float = LEVEL) -> pd.DataFrame:
    """Kaplan–Meier: the share not yet ended, those still going on being counted as long as they were watched.

    Parameters
    ----------
    duration : array_like of float
        Time watched, any unit.
    is_ended : array_like of bool
        True: ended at `duration`; False: still going on then (censored).
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    DataFrame
        One row per distinct duration, ascending: duration, n_at_risk, n_ended, share (that lasted longer),
        share_low, share_high (log-log limits, NaN where undefined). No rows when nothing was watched.

    Examples
    --------
    >>> survival([1, 2, 3], [True, False, True])[["duration", "n_at_risk", "share"]].round(3).values.tolist()
    [[1.0, 3.0, 0.667], [2.0, 2.0, 0.667], [3.0, 1.0, 0.0]]
    """
    time, ended = np.asarray(duration, dtype=float), np.asarray(is_ended, dtype=bool)
    names = ["duration", "n_at_risk", "n_ended", "share", "share_low", "share_high"]
    if len(time) == 0:
        return pd.DataFrame({name: pd.Series(dtype=float) for name in names})
    sf = st.ecdf(st.CensoredData.right_censored(time, ~ended)).sf
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", RuntimeWarning
        )  # log-log has no limits at a share of 0 or 1: NaN says so
        limits: Any = sf.confidence_interval(level, method="log-log")
    at_risk = (time[None, :] >= sf.quantiles[:, None]).sum(axis=1)
    n_ended = ((time[None, :] == sf.quantiles[:, None]) & ended).sum(axis=1)
    columns = (sf.quantiles, at_risk, n_ended, sf.probabilities, limits.low.probabilities)
    return pd.DataFrame(dict(zip(names, (*columns, limits.high.probabilities), strict=True)))


def median_interval(curve: pd.DataFrame) -> tuple[float, float, float]:
    """Median of a survival curve, and where its limits cross one half (Brookmeyer & Crowley 1982).

    Returns
    -------
    median, low, high : float
        NaN where a curve stays above one half.

    Examples
    --------
    >>> median_interval(survival([1, 2, 3, 4], [True] * 4))
    (2.0, 1.0, nan)
    """
    half, low, high = (
        median_time(curve.assign(share=curve[limit])) for limit in ("share", "share_low", "share_high")
    )
    return half, low, high


def median_time(curve: pd.DataFrame) -> float:
    """First duration at which half or more have ended; NaN where the curve stays above one half.

    Parameters
    ----------
    curve : DataFrame
        From :func:`survival`.

    Examples
    --------
    >>> median_time(survival([1, 2, 3], [True, True, True])), median_time(survival([1, 2], [True, False]))
    (2.0, 1.0)
    """
    reached = curve.loc[curve["share"] <= 0.5 + 1e-12, "duration"]
    return float(reached.iloc[0]) if len(reached) else np.nan
