"""Many small groups, each share drawn towards what groups are like: three of three is not the worst."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special
from scipy import stats as st

from claudesess.stats.intervals import LEVEL, Floats, Ints, divide

FEWEST_GROUPS = 5
"""Fewer groups than this do not tell what groups are like: nothing is drawn anywhere."""

_STRONGEST = 1e4  # groups that are all alike have no end of strength


class Shrunk(NamedTuple):
    """Shares of many groups between their limits, and what groups are like.

    Attributes
    ----------
    estimate, low, high
        Per group, drawn towards `prior_mean` the more, the smaller the group.
    raw, n
        What was seen, to stand beside it.
    order
        Groups from the highest lower limit down: first those of which it is most certain that they are high.
    prior_mean, prior_strength
        The typical share, and how many units that is worth. NaN where there are too few groups.
    """

    estimate: Floats
    low: Floats
    high: Floats
    raw: Floats
    n: Floats
    order: Ints
    prior_mean: float
    prior_strength: float


def shrink(events: ArrayLike, n: ArrayLike, *, level: float = LEVEL) -> Shrunk:
    """Estimate the shares of many small groups together.

    Parameters
    ----------
    events, n : array_like of float
        Per group: units that count, and all units. Where units of one session are alike, give effective
        numbers instead: share × n_effective, and n_effective, of :func:`.proportions.shares`.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    Shrunk

    Notes
    -----
    Beta-binomial, fitted by maximum likelihood; estimate and limits are mean and quantiles of each group's
    beta distribution given what was seen (empirical Bayes). Limits hold on average over groups, not for each
    one, and take the fitted distribution for known. Under five groups they are those of Jeffreys' prior.

    References
    ----------
    Efron & Morris (1975), JASA 70(350).

    Examples
    --------
    A group of two that both failed stands behind one of forty that failed in thirty.

    >>> groups = shrink([2, 30, 3, 2, 0, 5], [2, 40, 30, 15, 1, 25])
    >>> groups.order[:2].tolist(), groups.raw[:2].tolist(), groups.estimate[:2].round(2).tolist()
    ([1, 0], [1.0, 0.75], [0.64, 0.73])
    """
    k, size = np.asarray(events, dtype=float), np.asarray(n, dtype=float)
    alpha = beta = 0.5
    mean = strength = np.nan
    if (size > 0).sum() >= FEWEST_GROUPS:
        mean, strength = fit_beta_binomial(k[size > 0], size[size > 0])
        alpha, beta = mean * strength, (1 - mean) * strength
    tail = (1 - level) / 2
    after = st.beta(alpha + k, beta + size - k)
    low = np.asarray(after.ppf(tail), dtype=float)
    return Shrunk(
        (alpha + k) / (alpha + beta + size),
        low,
        np.asarray(after.ppf(1 - tail), dtype=float),
        divide(k, size),
        size,
        np.argsort(-low, kind="stable"),
        mean,
        strength,
    )


def fit_beta_binomial(events: Floats, n: Floats) -> tuple[float, float]:
    """Fit mean and strength (α + β) of the beta distribution that shares of groups come from.

    Examples
    --------
    >>> mean, strength = fit_beta_binomial(np.array([1.0, 5.0, 9.0]), np.array([10.0, 10.0, 10.0]))
    >>> round(mean, 3), round(strength, 2)
    (0.5, 2.18)
    """
    start = np.clip(events.sum() / n.sum(), 1e-3, 1 - 1e-3)

    def loss(at: Floats) -> float:
        mean, strength = special.expit(at[0]), np.exp(at[1])
        alpha, beta = mean * strength, (1 - mean) * strength
        chances = special.betaln(alpha + events, beta + n - events) - special.betaln(alpha, beta)
        return -float(chances.sum())

    limits = [(-12.0, 12.0), (np.log(0.05), np.log(_STRONGEST))]
    tries = [
        optimize.minimize(
            loss, [special.logit(start), np.log(strength)], method="L-BFGS-B", bounds=limits,
            options={"ftol": 1e-14, "gtol": 1e-9},
        )
        for strength in (2.0, 50.0)
    ]  # fmt: skip
    best = min(tries, key=lambda tried: float(tried.fun)).x
    return float(special.expit(best[0])), float(np.exp(best[1]))
