"""Many small groups, each share drawn towards what groups are like: three of three is not the worst."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from claudesess.stats.intervals import LEVEL, Floats, Ints, divide

FEWEST_GROUPS = 5
"""Fewer groups than this do not tell what groups are like: nothing is drawn anywhere."""

# Mean (logit) and strength^(-1/2) of the distribution that groups come from, at the nodes of a quadrature.
_NODES = 24
_LIGHTEST = 1e-6  # nodes of less weight change no digit that is shown


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
    prior_mean
        The typical share. NaN where there are too few groups.
    """

    estimate: Floats
    low: Floats
    high: Floats
    raw: Floats
    n: Floats
    order: Ints
    prior_mean: float


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
    Beta-binomial with what groups are like taken for unknown: all that the data allow is averaged over,
    with the usual vague prior, flat in the mean and in strength^(-1/2) (Gelman et al., Bayesian Data
    Analysis, 5.3). Fitting one distribution and taking it for known gives limits that are too narrow with
    few groups. They hold on average over groups, not for each one. Under five groups each stands alone
    (Jeffreys' prior).

    Examples
    --------
    A group of two that both failed stands behind one of forty that failed in thirty.

    >>> groups = shrink([2, 30, 3, 2, 0, 5], [2, 40, 30, 15, 1, 25])
    >>> groups.order[:2].tolist(), groups.raw[:2].tolist(), groups.estimate[:2].round(2).tolist()
    ([1, 0], [1.0, 0.75], [0.71, 0.73])
    """
    k, size = np.asarray(events, dtype=float), np.asarray(n, dtype=float)
    alpha, beta, weight = np.array([0.5]), np.array([0.5]), np.array([1.0])
    prior_mean = np.nan
    if (size > 0).sum() >= FEWEST_GROUPS:
        alpha, beta, weight = _groups_are_like(k[size > 0], size[size > 0])
        prior_mean = float((weight * alpha / (alpha + beta)).sum())
    # What is the same for all groups of the same two numbers is worked out once.
    (seen, of), which = np.unique(np.stack([k, size]), axis=1, return_inverse=True)
    after_a, after_b = alpha[:, None] + seen, beta[:, None] + of - seen
    estimate = (weight @ (after_a / (after_a + after_b)))[which]
    tail = (1 - level) / 2
    low, high = (_mixture_quantile(after_a, after_b, weight, q)[which] for q in (tail, 1 - tail))
    order = np.argsort(-low, kind="stable")
    return Shrunk(estimate, low, high, divide(k, size), size, order, prior_mean)


def _groups_are_like(events: Floats, n: Floats) -> tuple[Floats, Floats, Floats]:
    """Return beta distributions that groups may come from, and how likely each is, given what was seen."""
    node, width = np.polynomial.legendre.leggauss(_NODES)
    # Where the likelihood is, is found on the whole range first; then the nodes are laid there.
    spread, mean = (0.01, 1.5), (-9.0, 9.0)
    for _ in range(3):
        (s, s_width), (m, m_width) = (
            (low + (high - low) * (node + 1) / 2, width * (high - low) / 2) for low, high in (spread, mean)
        )
        share = special.expit(m)[:, None]
        alpha = (share * s**-2.0).ravel()
        beta = ((1 - share) * s**-2.0).ravel()
        pairs, times = np.unique(np.stack([events, n]), axis=1, return_counts=True)
        likely = special.betaln(alpha[:, None] + pairs[0], beta[:, None] + pairs[1] - pairs[0]) @ times
        likely = likely - special.betaln(alpha, beta) * times.sum()
        chance = (
            np.exp(likely - likely.max())
            * ((m_width * special.expit(m) * special.expit(-m))[:, None] * s_width).ravel()
        )
        table = (chance / chance.sum()).reshape(_NODES, _NODES)
        mean, spread = _where(m, table.sum(axis=1), mean), _where(s, table.sum(axis=0), spread)
    weight = table.ravel()
    keep = weight > _LIGHTEST
    return alpha[keep], beta[keep], weight[keep] / weight[keep].sum()


def _where(nodes: Floats, weight: Floats, limits: tuple[float, float]) -> tuple[float, float]:
    """Return the range outside of which nothing counts."""
    counts = np.flatnonzero(weight > 1e-10)
    low = nodes[counts[0] - 1] if counts[0] else limits[0]
    high = nodes[counts[-1] + 1] if counts[-1] + 1 < len(nodes) else limits[1]
    return float(low), float(high)


def _mixture_quantile(alpha: Floats, beta: Floats, weight: Floats, q: float) -> Floats:
    """Return a quantile of each group's mixture of beta distributions, by halving."""
    low, high = np.zeros(alpha.shape[1]), np.ones(alpha.shape[1])
    for _ in range(26):
        middle = (low + high) / 2
        is_below = weight @ special.betainc(alpha, beta, middle) < q
        low, high = np.where(is_below, middle, low), np.where(is_below, high, middle)
    return np.asarray((low + high) / 2, dtype=float)
