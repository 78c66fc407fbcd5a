"""Many small groups, each number drawn towards what groups are like: three of three is not the worst."""

from collections.abc import Callable
from typing import Any, NamedTuple

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
    """Shares or rates of many groups between their limits, and what groups are like.

    Attributes
    ----------
    estimate, low, high
        Per group, drawn towards `prior_mean` the more, the smaller the group.
    raw, n
        What was seen, to stand beside it.
    order
        Groups from the highest lower limit down: first those of which it is most certain that they are high.
        From the highest estimate down where no limits were asked for.
    prior_mean
        The typical share or rate. NaN where there are too few groups.
    """

    estimate: Floats
    low: Floats
    high: Floats
    raw: Floats
    n: Floats
    order: Ints
    prior_mean: float


def shrink(events: ArrayLike, n: ArrayLike, *, level: float | None = LEVEL) -> Shrunk:
    """Estimate the shares of many small groups together.

    Parameters
    ----------
    events, n : array_like of float
        Per group: units that count, and all units. Where units of one session are alike, give effective
        numbers instead: share × n_effective, and n_effective, of :func:`.proportions.shares`.
    level : float, optional
        Confidence level, between 0 and 1; None: without limits, which are what takes time.

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
    return _shrunk(
        k, size, estimate, lambda q: _mixture_quantile(after_a, after_b, weight, q)[which], level, prior_mean
    )


def shrink_rates(events: ArrayLike, exposure: ArrayLike, *, level: float | None = LEVEL) -> Shrunk:
    """Estimate the rates of many small groups together.

    Parameters
    ----------
    events, exposure : array_like of float
        Per group: what was counted, and over how much.
    level : float, optional
        Confidence level, between 0 and 1; None: without limits, which are what takes time.

    Returns
    -------
    Shrunk

    Notes
    -----
    Gamma–Poisson, with what groups are like taken for unknown, as in :func:`shrink`: averaged over all that
    the data allow, flat in the logarithm of the mean and in the coefficient of variation between groups.
    Groups without exposure have no part in it. Under five groups each stands alone (Jeffreys' prior).

    Examples
    --------
    Once in one session stands behind eight times in ten.

    >>> groups = shrink_rates([1, 8, 0, 1, 0, 2], [1, 10, 3, 9, 4, 12])
    >>> groups.order[:2].tolist(), groups.raw[:2].tolist(), groups.estimate[:2].round(2).tolist()
    ([1, 0], [1.0, 0.8], [0.57, 0.67])
    """
    k, size = np.asarray(events, dtype=float), np.asarray(exposure, dtype=float)
    shape, scale, weight = np.array([0.5]), np.array([0.0]), np.array([1.0])
    prior_mean = np.nan
    if (size > 0).sum() >= FEWEST_GROUPS:
        shape, scale, weight = _rates_are_like(k[size > 0], size[size > 0])
        prior_mean = float((weight * shape / scale).sum())
    (seen, over), which = np.unique(np.stack([k, size]), axis=1, return_inverse=True)
    after, times = shape[:, None] + seen, scale[:, None] + over
    estimate = (weight @ divide(after, times))[which]
    return _shrunk(
        k, size, estimate, lambda q: _gamma_quantile(after, times, weight, q)[which], level, prior_mean
    )


def _shrunk(
    events: Floats,
    n: Floats,
    estimate: Floats,
    quantile: Callable[[float], Floats],
    level: float | None,
    prior_mean: float,
) -> Shrunk:
    """Put numbers between their limits, where these are asked for."""
    low = high = np.full(len(n), np.nan)
    if level is not None:
        low, high = quantile((1 - level) / 2), quantile((1 + level) / 2)
    order = np.argsort(-(estimate if level is None else low), kind="stable")
    return Shrunk(estimate, low, high, divide(events, n), n, order, prior_mean)


def dispersion(events: ArrayLike, n: ArrayLike, group: ArrayLike, *, is_rate: bool = False) -> float:
    """Return how many times as much sessions of the same group differ as they would by chance; at least 1.

    Parameters
    ----------
    events, n : array_like of float
        One row per session and group: what was counted, and out of how many, or over how much.
    group : array_like of int
        The group of every row, from 0.
    is_rate : bool
        Chance is Poisson's, not the binomial's.

    Returns
    -------
    float
        1 where sessions do not differ by more than chance, or too few can tell.

    Notes
    -----
    Pearson's statistic over its degrees of freedom, of all groups together: one group has too few sessions
    to tell. Counts and exposure that are divided by it, for :func:`shrink` and :func:`shrink_rates`, are
    worth what so many independent units are (quasi-likelihood; Wedderburn 1974, Biometrika 61(3)).

    Examples
    --------
    >>> dispersion([0, 3, 0, 3], [1, 1, 1, 1], [0, 0, 1, 1], is_rate=True)
    3.0
    >>> dispersion([1, 1], [2, 2], [0, 0])
    1.0
    """
    k, size, of = np.asarray(events, dtype=float), np.asarray(n, dtype=float), np.asarray(group, dtype=int)
    k, size, of = k[size > 0], size[size > 0], of[size > 0]
    rate = divide(np.bincount(of, k), np.bincount(of, size))[of]
    spread = size * rate * (1.0 if is_rate else 1 - rate)
    tells = spread > 1e-12
    freedom = tells.sum() - len(np.unique(of[tells]))
    if freedom <= 0:
        return 1.0
    return max(1.0, float(((k - rate * size)[tells] ** 2 / spread[tells]).sum() / freedom))


def _groups_are_like(events: Floats, n: Floats) -> tuple[Floats, Floats, Floats]:
    """Return beta distributions that groups may come from, and how likely each is, given what was seen."""
    pairs, times = np.unique(np.stack([events, n]), axis=1, return_counts=True)

    def parts(mean: Floats, spread: Floats) -> tuple[Floats, Floats]:
        share = special.expit(mean)
        return share * spread**-2.0, (1 - share) * spread**-2.0

    def likely(mean: Floats, spread: Floats) -> Floats:
        alpha, beta = parts(mean, spread)
        seen = special.betaln(alpha[:, None] + pairs[0], beta[:, None] + pairs[1] - pairs[0]) @ times
        flat = np.log(special.expit(mean)) + np.log(special.expit(-mean))
        return np.asarray(seen - special.betaln(alpha, beta) * times.sum() + flat, dtype=float)

    mean, spread, weight = _allowed(likely, (-9.0, 9.0), (0.01, 1.5))
    return *parts(mean, spread), weight


def _rates_are_like(events: Floats, exposure: Floats) -> tuple[Floats, Floats, Floats]:
    """Return gamma distributions that rates may come from, and how likely each is, given what was seen."""
    pairs, times = np.unique(np.stack([events, exposure]), axis=1, return_counts=True)

    def parts(mean: Floats, spread: Floats) -> tuple[Floats, Floats]:
        return spread**-2.0, np.exp(-mean) * spread**-2.0

    def likely(mean: Floats, spread: Floats) -> Floats:
        shape, scale = (part[:, None] for part in parts(mean, spread))
        of_each = special.gammaln(shape + pairs[0]) - special.gammaln(shape)
        of_each += shape * np.log(scale) - (shape + pairs[0]) * np.log(scale + pairs[1])
        return np.asarray(of_each @ times, dtype=float)

    mean, spread, weight = _allowed(likely, (-9.0, 5.0), (0.01, 3.0))
    return *parts(mean, spread), weight


def _allowed(
    likely: Callable[[Floats, Floats], Floats], mean: tuple[float, float], spread: tuple[float, float]
) -> tuple[Floats, Floats, Floats]:
    """Return means and spreads that the data allow, as nodes of a quadrature, and the weight of each."""
    node, width = np.polynomial.legendre.leggauss(_NODES)
    # Where the likelihood is, is found on the whole range first; then the nodes are laid there.
    for _ in range(3):
        s, m = (low + (high - low) * (node + 1) / 2 for low, high in (spread, mean))
        all_m, all_s = (part.ravel() for part in np.meshgrid(m, s, indexing="ij"))
        log = likely(all_m, all_s)
        chance = np.exp(log - log.max()) * (width[:, None] * width).ravel()
        table = (chance / chance.sum()).reshape(_NODES, _NODES)
        mean, spread = _where(m, table.sum(axis=1), mean), _where(s, table.sum(axis=0), spread)
    weight = table.ravel()
    keep = weight > _LIGHTEST
    return all_m[keep], all_s[keep], weight[keep] / weight[keep].sum()


def _where(nodes: Floats, weight: Floats, limits: tuple[float, float]) -> tuple[float, float]:
    """Return the range outside of which nothing counts."""
    counts = np.flatnonzero(weight > 1e-10)
    low = nodes[counts[0] - 1] if counts[0] else limits[0]
    high = nodes[counts[-1] + 1] if counts[-1] + 1 < len(nodes) else limits[1]
    return float(low), float(high)


def _mixture_quantile(alpha: Floats, beta: Floats, weight: Floats, q: float) -> Floats:
    """Return a quantile of each group's mixture of beta distributions."""

    def below(value: Floats, of: Any) -> Floats:
        return np.asarray(weight @ special.betainc(alpha[:, of], beta[:, of], value), dtype=float)

    return _quantile(below, q, np.ones(alpha.shape[1]), 26)


def _gamma_quantile(shape: Floats, scale: Floats, weight: Floats, q: float) -> Floats:
    """Return a quantile of each group's mixture of gamma distributions; NaN without exposure."""
    is_known = (scale > 0).all(axis=0)

    def below(value: Floats, of: Any) -> Floats:
        return np.asarray(weight @ special.gammainc(shape[:, of], scale[:, of] * value), dtype=float)

    top = np.full(shape.shape[1], 1.0)
    while ((below(top, slice(None)) < q) & is_known).any():
        top *= 2
    return np.where(is_known, _quantile(below, q, top, 30), np.nan)


def _quantile(below: Callable[[Floats, Any], Floats], q: float, top: Floats, halvings: int) -> Floats:
    """Return where rising functions, one per group, come to `q` between 0 and `top`.

    What halving the range so many times leaves is found by fewer looks: the next one is where the line
    between both ends comes to `q`, an end that stays for a second time counting half (Illinois).
    """
    steps = 2.0**halvings
    low, high = np.zeros(len(top)), np.full(len(top), steps)
    at_low, at_high = np.full(len(top), -q), below(top, slice(None)) - q
    was_below, is_first = np.zeros(len(top), dtype=bool), np.ones(len(top), dtype=bool)
    while len(rest := np.flatnonzero(high - low > 1)):
        first, last, begin, end = low[rest], high[rest], at_low[rest], at_high[rest]
        gap = end - begin
        share = np.divide(-begin, gap, out=np.full(len(rest), 0.5), where=gap > 0)
        guess = np.clip(np.round(first + share * (last - first)), first + 1, last - 1)
        seen = below(top[rest] * guess / steps, rest) - q
        is_below = seen < 0
        is_again = (is_below == was_below[rest]) & ~is_first[rest]
        low[rest], high[rest] = np.where(is_below, guess, first), np.where(is_below, last, guess)
        at_low[rest] = np.where(is_below, seen, np.where(is_again, begin / 2, begin))
        at_high[rest] = np.where(is_below, np.where(is_again, end / 2, end), seen)
        was_below[rest], is_first[rest] = is_below, False
    return np.asarray(top * (low + high) / 2 / steps, dtype=float)
