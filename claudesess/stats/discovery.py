"""Many things asked at once: which of them may be named, if few of those that are named may be wrong."""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from claudesess.stats.intervals import LEVEL, Floats, t_quantile
from claudesess.stats.resampling import in_order


def p_of_limits(gap: ArrayLike, low: ArrayLike, n_sessions: ArrayLike, *, level: float = LEVEL) -> Floats:
    """Return the two-sided p that a limit stands for: under 0.05 exactly where a 95 % limit leaves out 0.

    Parameters
    ----------
    gap, low : array_like of float
        Numbers that are 0 where there is nothing, and their lower limits.
    n_sessions : array_like of float
        Sessions behind each; Student's t has one degree of freedom less.
    level : float
        Confidence level of the limits, between 0 and 1.

    Returns
    -------
    ndarray
        1 where the number is 0 or less; NaN without a limit, or under two sessions.

    Examples
    --------
    >>> p_of_limits([0.3, 0.3, -0.1, 0.3], [0.0, 0.1, -0.2, np.nan], [30, 30, 30, 30]).round(3).tolist()
    [0.05, 0.005, 1.0, nan]
    """
    value, lower = np.asarray(gap, dtype=float), np.asarray(low, dtype=float)
    freedom = np.asarray(n_sessions, dtype=float) - 1
    side = value - lower
    is_known = (side > 0) & (freedom > 0)
    error = np.where(is_known, side, 1.0) / t_quantile(np.where(is_known, freedom, 1.0), level)
    p = 2 * special.stdtr(np.where(is_known, freedom, 1.0), -value / error)
    return np.asarray(np.where(is_known, np.minimum(p, 1.0), np.nan), dtype=float)


def false_discovery(p: ArrayLike) -> Floats:
    """Return p-values raised so that of those under a level no larger a share is expected to be wrong.

    It holds however the numbers depend on each other, as those of the same sessions do.

    Parameters
    ----------
    p : array_like of float
        NaN: not asked.

    Returns
    -------
    ndarray
        In the same order, at most 1; NaN where not asked.

    References
    ----------
    Benjamini & Yekutieli (2001), Annals of Statistics 29(4).

    Examples
    --------
    >>> false_discovery([0.04, 0.01, float("nan"), 0.03]).round(3).tolist()
    [0.073, 0.055, nan, 0.073]
    """

    def raised(asked: Floats) -> Floats:
        rank = np.arange(1, len(asked) + 1)
        steps = asked * len(asked) / rank * (1 / rank).sum()
        return np.asarray(np.minimum.accumulate(steps[::-1])[::-1], dtype=float)

    return in_order(p, raised)
