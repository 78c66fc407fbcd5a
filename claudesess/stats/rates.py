"""Rates: how many events per unit of exposure."""

import numpy as np
from scipy import stats as st

from claudesess.stats.intervals import LEVEL


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
