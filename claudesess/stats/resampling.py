"""What a number would be without one session, with other sides, or with sessions drawn again.

A *statistic* is a function of summed numbers: given an array whose last axis holds what was added up over
sessions, it returns the number, for all leading axes at once. So one function serves the estimate, every
session left out, every permutation and every draw.
"""

from collections.abc import Callable
from math import comb

import numpy as np
from numpy.typing import ArrayLike

from claudesess.stats.intervals import Bools, Floats, Ints, add_up, divide

Statistic = Callable[[Floats], Floats]

MOST_EXACT = 20_000
"""Up to so many ways to choose the sides, a permutation test goes through all of them."""

_CELLS = 4_000_000  # numbers held at once


def ratio(sums: Floats) -> Floats:
    """Return the first of two summed numbers over the second: a share, a rate, a mean.

    Parameters
    ----------
    sums : ndarray, last axis of two
        Numerator and denominator, added up.

    Returns
    -------
    ndarray
        One axis less; NaN where the denominator is 0.

    Examples
    --------
    >>> ratio(np.array([[3.0, 6.0], [1.0, 0.0]])).tolist()
    [0.5, nan]
    """
    return divide(sums[..., 0], sums[..., 1])


def jackknife(sums: Floats, group: Ints, n_groups: int, statistic: Statistic) -> tuple[Floats, Floats, Ints]:
    """Estimate a statistic and its variance between sessions, for every group.

    Parameters
    ----------
    sums : ndarray, one row per session and group
        What is added up over sessions. Every row counts as a session: leave out those that say nothing.
    group : ndarray of int
        The group of every row.
    n_groups : int
        How many groups there are.
    statistic : callable
        See the module; it may return further axes.

    Returns
    -------
    estimate, variance : ndarray
        Leading axis: groups. The variance is (m-1)/m Σ(θ₋ᵢ - θ)² over m sessions, θ₋ᵢ without session i (as
        θ where it is not defined without it); NaN for one session.
    n_sessions : ndarray of int

    References
    ----------
    Efron & Stein (1981), Annals of Statistics 9(3).

    Examples
    --------
    >>> estimate, variance, _ = jackknife(
    ...     np.array([[1.0, 1.0], [2.0, 1.0], [6.0, 1.0]]), np.zeros(3, dtype=int), 1, ratio)

    """
    total = add_up(sums, group, n_groups)
    estimate = statistic(total)
    without = statistic(total[group] - sums)
    gap = np.nan_to_num(without - estimate[group], nan=0.0)
    sessions = np.bincount(group, minlength=n_groups)
    spread = add_up(gap**2, group, n_groups)
    weight = divide(sessions - 1, np.where(sessions > 1, sessions, 0))
    return estimate, spread * np.expand_dims(weight, tuple(range(1, spread.ndim))), sessions


def permutations(n_first: int, n: int, *, draws: int, seed: int) -> Bools:
    """Return ways to say which `n_first` of `n` sessions are on the first side: all, or `draws` random ones.

    Examples
    --------
    >>> permutations(1, 3, draws=100, seed=0).astype(int).tolist()
    [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    """
    if comb(n, n_first) <= max(draws, MOST_EXACT):
        from itertools import combinations

        chosen = np.array(list(combinations(range(n), n_first)), dtype=np.int64).reshape(-1, n_first)
    else:
        order = np.random.default_rng(seed).random((draws, n)).argsort(axis=1)
        chosen = order[:, :n_first]
    sides = np.zeros((len(chosen), n), dtype=bool)
    np.put_along_axis(sides, chosen, True, axis=1)
    return sides


def permutation_test(
    sums: Floats, is_first: ArrayLike, statistic: Statistic, *, draws: int = 4_999, seed: int = 1
) -> float:
    """Return how often sessions dealt out to the two sides at random differ as much as these do, or more.

    Parameters
    ----------
    sums : ndarray, one row per session
        What is added up over sessions.
    is_first : array_like of bool
        Which sessions are on the first side.
    statistic : callable
        See the module; it returns one number per leading axis.
    draws, seed : int
        Random ways, where all of them would be more than `MOST_EXACT`.

    Returns
    -------
    float
        Two-sided p. NaN where the difference is not defined.

    Notes
    -----
    The difference is divided by its own standard error (jackknife on each side): only then does the test hold
    where the two sides differ in spread or number (Janssen 1997, Statistics & Probability Letters 36(1)).

    Examples
    --------
    Three sessions a side: the most extreme of 20 ways, and its mirror image.

    >>> sums = np.array([[1, 4], [0, 4], [0, 5], [4, 5], [4, 4], [3, 4.0]])
    >>> permutation_test(sums, [True, True, True, False, False, False], ratio)
    0.1
    """
    sides = np.asarray(is_first, dtype=bool)
    seen = _studentised(sums, sides[None, :], statistic)[0]
    if np.isnan(seen):
        return np.nan
    ways = permutations(int(sides.sum()), len(sides), draws=draws, seed=seed)
    step = max(1, _CELLS // max(1, sums.size))
    drawn = np.concatenate(
        [_studentised(sums, ways[at : at + step], statistic) for at in range(0, len(ways), step)]
    )
    as_far = np.abs(drawn) >= np.abs(seen) * (1 - 1e-9)
    is_exact = comb(len(sides), int(sides.sum())) == len(ways)
    return float(as_far.mean()) if is_exact else float((1 + as_far.sum()) / (1 + len(ways)))


def _studentised(sums: Floats, sides: Bools, statistic: Statistic) -> Floats:
    """Difference over its standard error, for every way to choose the sides."""
    gap, variance = np.zeros(len(sides)), np.zeros(len(sides))
    for sign, side in ((1, sides), (-1, ~sides)):
        total = side.astype(float) @ sums
        estimate = statistic(total)
        without = statistic(total[:, None, :] - sums)
        m = side.sum(axis=1)
        apart = np.where(side, np.nan_to_num(without - estimate[:, None], nan=0.0), 0.0)
        gap += sign * estimate
        variance += (m - 1) / m * (apart**2).sum(axis=1)
    # Sides whose sessions agree to the last bit differ without bound, not by nothing over nothing.
    return np.where(np.abs(gap) < 1e-12, 0.0, gap) / np.sqrt(np.maximum(variance, 1e-30))


def bootstrap(sums: Floats, statistic: Statistic, *, draws: int = 2_000, seed: int = 1) -> Floats:
    """Return the statistic over sessions drawn again with replacement, once per draw.

    For looking at a distribution. Its percentiles make intervals that are too narrow under twenty sessions.

    Parameters
    ----------
    sums : ndarray, one row per session
        What is added up over sessions.
    statistic : callable
        See the module.
    draws, seed : int
        How many, and where chance begins: the same seed draws the same.

    Returns
    -------
    ndarray
        Leading axis: draws.

    Examples
    --------
    >>> drawn = bootstrap(np.array([[1.0, 2.0], [1.0, 2.0]]), ratio, draws=3)
    >>> drawn.tolist()
    [0.5, 0.5, 0.5]
    """
    n = len(sums)
    weights = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=draws)
    return statistic(weights.astype(float) @ sums)


def holm(p: ArrayLike) -> Floats:
    """Return p-values raised for how many questions were asked at once, in the given order.

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
    Holm (1979), Scandinavian Journal of Statistics 6(2).

    Examples
    --------
    >>> holm([0.04, 0.01, float("nan"), 0.03]).tolist()
    [0.06, 0.03, nan, 0.06]
    """
    return in_order(p, lambda asked: np.maximum.accumulate(asked * np.arange(len(asked), 0, -1)))


def in_order(p: ArrayLike, raised: Callable[[Floats], Floats]) -> Floats:
    """Raise p-values from the smallest to the largest; those that were not asked (NaN) stay so."""
    given = np.asarray(p, dtype=float)
    asked = np.argsort(given)[: int((~np.isnan(given)).sum())]  # NaN last
    out = np.full(given.shape, np.nan)
    out[asked] = np.minimum(raised(given[asked]), 1.0)
    return out
