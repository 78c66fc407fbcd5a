"""Durations of which some ended unseen: Kaplan-Meier curves and their medians."""

import warnings
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats as st

from claudesess.stats.intervals import LEVEL


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
