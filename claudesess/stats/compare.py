"""Two sides of something: how far apart they are, what chance alone would do, and what can be said of it."""

from collections.abc import Callable
from math import ceil
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from claudesess import text
from claudesess.stats.intervals import (
    LEVEL,
    Bools,
    Estimates,
    Floats,
    Ints,
    add_up,
    divide,
    estimates,
    group_codes,
    kish,
    normal_quantile,
    t_quantile,
)
from claudesess.stats.resampling import Statistic, jackknife, permutation_test, ratio

FEWEST_A_SIDE = 8
"""With fewer sessions on a side nothing is compared."""

PERMUTED_UNDER = 20
"""With fewer sessions than this on a side, sessions are also dealt out to the sides at random."""


def differences(
    events: ArrayLike,
    n: ArrayLike,
    other_events: ArrayLike,
    other_n: ArrayLike,
    group: ArrayLike | None = None,
    *,
    n_groups: int | None = None,
    level: float = LEVEL,
) -> Estimates:
    """Compare two ratios by group, with limits by session; a session may be on one side or on both.

    Parameters
    ----------
    events, n : array_like of float
        One row per session and group: units that count and all units on the one side (events and exposure,
        for rates); 0 and 0 where the session is not on it.
    other_events, other_n : array_like of float
        The same on the other side, which is taken off.
    group : array_like of int, optional
        The group of every row, from 0; without it there is one.
    n_groups : int, optional
        How many groups there are, where the last ones have no rows.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    Estimates
        An entry per group: Σ events / Σ n less Σ other_events / Σ other_n. `n_units` and `exposure` add both
        sides up; `n_sessions` is the number of the side that has fewer.

    Notes
    -----
    Each session's part of the difference is linearised as in :func:`.proportions.shares`; what a session adds
    to both sides is subtracted before it is squared, so that alike sides of one session narrow the interval.
    Student's t; degrees of freedom after Welch–Satterthwaite over sessions on the one side, on the other and
    on both: m-1 where all are on both, Welch's where none is. A side whose sessions all agree gets the
    variance of as many observations as sessions, two of each outcome added (Agresti & Coull 1998, American
    Statistician 52(2)), if both ratios are shares.

    Examples
    --------
    Three sessions, before and after in each: the gaps are .25, 0 and .25.

    >>> gap = differences([2, 0, 2], [4, 4, 8], [1, 0, 0], [4, 4, 8])
    >>> [round(float(number[0]), 3) for number in (gap.estimate, gap.low, gap.high)]
    [0.188, -0.121, 0.496]
    """
    codes, count = group_codes(group, np.size(n), n_groups)
    first, second = (
        _side(np.asarray(k, dtype=float), np.asarray(size, dtype=float), codes, count)
        for k, size in ((events, n), (other_events, other_n))
    )
    variance, spent = np.zeros(count), np.zeros(count)
    for which, part in (
        (first.is_on & second.is_on, first.part - second.part),
        (first.is_on & ~second.is_on, first.part),
        (second.is_on & ~first.is_on, second.part),
    ):
        own = add_up(np.where(which, part, 0.0) ** 2, codes, count)
        number = np.bincount(codes[which], minlength=count)
        variance += own
        spent += divide(own**2, np.where(number > 0, np.maximum(number - 1, 1), 0), 0.0)
    freedom = divide(variance**2, spent, 0.0)
    fewest = np.minimum(first.n_sessions, second.n_sessions)
    freedom = np.where(freedom > 0, freedom, fewest - 1)
    variance = variance + first.floor + second.floor
    gap = first.ratio - second.ratio
    half = t_quantile(freedom, level) * np.sqrt(np.where(variance > 0, variance, np.nan))
    return estimates(
        gap,
        gap - half,
        gap + half,
        n_units=first.total + second.total,
        n_sessions=fewest,
        n_effective=freedom + 1,
        method=f"{100 * level:g} % Welch t by session",
    )


class _Side(NamedTuple):
    """One side of a difference: a row per session in `is_on` and `part`, an entry per group in the others.

    `part` is what a session adds to the ratio, linearised; `floor` the variance where all sessions agree.
    """

    is_on: Bools
    part: Floats
    ratio: Floats
    total: Floats
    n_sessions: Floats
    floor: Floats


def _side(events: Floats, n: Floats, codes: Ints, count: int) -> _Side:
    """Return what one side says of each group."""
    is_on = n > 0
    total = add_up(n, codes, count)
    ratio = divide(add_up(np.where(is_on, events, 0), codes, count), total)
    residual = np.where(is_on, divide(events - ratio[codes] * n, total[codes], 0.0), 0.0)
    n_sessions = np.bincount(codes[is_on], minlength=count).astype(float)
    part = residual * np.sqrt(divide(n_sessions, n_sessions - 1, 0.0))[codes]
    is_flat = add_up(part**2, codes, count) < 1e-24
    is_share = add_up(((events > n) | (events < 0)).astype(float), codes, count) == 0
    worth = kish(np.where(is_on, n, 0.0), codes, count)
    pulled = (np.nan_to_num(ratio) * worth + 2) / (worth + 4)
    floor = np.where(is_flat & is_share, pulled * (1 - pulled) / (worth + 4), 0.0)
    return _Side(is_on, part, ratio, total, n_sessions, floor)


def difference_limits(
    estimate: ArrayLike,
    low: ArrayLike,
    high: ArrayLike,
    other: ArrayLike,
    other_low: ArrayLike,
    other_high: ArrayLike,
) -> tuple[Floats, Floats, Floats]:
    """Return the difference of two estimates of any kind, with limits made of those of both.

    Parameters
    ----------
    estimate, low, high, other, other_low, other_high : array_like of float
        Two numbers and their limits; the second is taken off. A limit that is not known leaves none that
        needs it.

    Returns
    -------
    difference, low, high : ndarray of float

    Notes
    -----
    d - √((θ₁ - l₁)² + (u₂ - θ₂)²), and likewise above (Zou & Donner 2008, Statistics in Medicine 27(10)):
    limits that are not symmetric keep their sides. The two numbers are taken for independent; those that go
    together lie rather closer than the limits say.

    Examples
    --------
    >>> [round(float(number), 2) for number in difference_limits(0.5, 0.4, 0.7, 0.2, 0.1, 0.4)]
    [0.3, 0.08, 0.52]
    """
    first, lower, upper, second, second_lower, second_upper = (
        np.asarray(part, dtype=float) for part in (estimate, low, high, other, other_low, other_high)
    )
    gap = first - second
    below = np.hypot(first - lower, second_upper - second)
    above = np.hypot(upper - first, second - second_lower)
    return gap, gap - below, gap + above


class Comparison(NamedTuple):
    """What two sides have, how far apart they are, and what can be said of it.

    Attributes
    ----------
    first, second, difference, low, high
        The numbers of the two sides; second less first, between its limits. Limits are NaN if `is_refused`.
    n_sessions
        Sessions on the first and on the second side.
    p
        How often sessions dealt out at random differ as much; NaN with twenty or more on each side.
    p_rows
        What a test that takes every row for independent would have claimed; never a result.
    n_more
        How many sessions more, on both sides together, would halve the interval.
    is_refused
        Fewer than eight sessions on a side.
    """

    first: float
    second: float
    difference: float
    low: float
    high: float
    n_sessions: tuple[int, int]
    p: float
    p_rows: float
    n_more: int | None
    is_refused: bool


def compare(
    sums: ArrayLike,
    is_second: ArrayLike,
    statistic: Statistic = ratio,
    *,
    rows: Literal["share", "rate"] | None = None,
    level: float = LEVEL,
    draws: int = 4_999,
    seed: int = 1,
    permuted_under: float = PERMUTED_UNDER,
) -> Comparison:
    """Compare two sets of sessions.

    Parameters
    ----------
    sums : array_like, one row per session
        What is added up over sessions.
    is_second : array_like of bool
        Which sessions are on the second side. A session is on one side only.
    statistic : callable
        What is compared, of summed numbers (:mod:`.resampling`); one number.
    rows : {"share", "rate"}, optional
        How a test on rows would have read the two columns of `sums`.
    level : float
        Confidence level, between 0 and 1.
    draws, seed : int
        Of the permutations, where they are not all gone through.
    permuted_under : float
        With fewer sessions than this on a side they are also dealt out at random.

    Returns
    -------
    Comparison

    Notes
    -----
    Jackknife variance of each side, Welch–Satterthwaite degrees of freedom, Student's t.

    Examples
    --------
    >>> sums = np.array([[k, 10] for k in [1, 2, 0, 1, 3, 1, 0, 2, 4, 6, 5, 3, 7, 4, 5, 6]], dtype=float)
    >>> seen = compare(sums, np.arange(16) >= 8, rows="share")
    >>> round(seen.difference, 3), round(seen.low, 2), round(seen.high, 2), round(seen.p, 4), seen.n_more
    (0.375, 0.25, 0.5, 0.0003, 40)
    """
    table, sides = np.asarray(sums, dtype=float), np.asarray(is_second, dtype=bool)
    keep = (table != 0).any(axis=1)
    table, sides = table[keep], sides[keep]
    value, variance, m = jackknife(table, sides.astype(np.int64), 2, statistic)
    n_sessions = (int(m[0]), int(m[1]))
    difference = float(value[1] - value[0])
    p_rows = _test_on_rows(table, sides, rows)
    is_refused = min(n_sessions) < FEWEST_A_SIDE
    total = float(variance.sum())
    freedom = total**2 / float((variance**2 / (m - 1)).sum()) if total > 0 and not is_refused else 0.0
    half = float(t_quantile(freedom, level)) * total**0.5 if freedom > 0 else np.nan
    p = np.nan
    if not is_refused and min(n_sessions) < permuted_under:
        p = permutation_test(table, sides, statistic, draws=draws, seed=seed)
    return Comparison(
        first=float(value[0]),
        second=float(value[1]),
        difference=difference,
        low=difference - half,
        high=difference + half,
        n_sessions=n_sessions,
        p=p,
        p_rows=p_rows,
        n_more=sessions_to_halve(freedom, sum(n_sessions), level=level),
        is_refused=is_refused,
    )


def sessions_to_halve(freedom: float, n_sessions: int, *, level: float = LEVEL) -> int | None:
    """Return how many sessions more would halve an interval, if they are like those that are there.

    Parameters
    ----------
    freedom : float
        Degrees of freedom of the interval.
    n_sessions : int
        Those that are there.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    int or None
        None: there is no interval to halve.

    Examples
    --------
    Four times as many, less what more degrees of freedom give.

    >>> sessions_to_halve(14.0, 16)
    41
    """
    if not freedom > 0:
        return None
    times = np.arange(1.0, 4.005, 0.005)
    width = t_quantile(freedom * times, level) / np.sqrt(times)
    enough = times[width <= width[0] / 2]
    return ceil((float(enough[0]) - 1) * n_sessions - 1e-9) if len(enough) else 3 * n_sessions


def sessions_to_tell(seen: Comparison, apart: float, *, level: float = LEVEL) -> int:
    """Return how many sessions on either side make the interval of a difference as narrow as that.

    Parameters
    ----------
    seen : Comparison
        With limits; its sessions vary as those to come will.
    apart : float
        A difference that matters: an interval no wider leaves out either that one or none.
    level : float
        Confidence level of its limits.

    Notes
    -----
    The half width goes with √(1/n₁ + 1/n₂) and with Student's t, here of all sessions less two.

    Examples
    --------
    An interval of 0.4 around a difference between 10 and 10 sessions; 0.2 takes four times as many, less what
    more degrees of freedom give.

    >>> seen = Comparison(0.4, 0.3, -0.1, -0.3, 0.1, (10, 10), np.nan, np.nan, None, False)
    >>> sessions_to_tell(seen, 0.4), sessions_to_tell(seen, 0.2)
    (10, 37)
    """
    first, second = seen.n_sessions
    now = (seen.high - seen.low) / float(t_quantile(float(first + second - 2), level))
    spread = now / (1 / first + 1 / second) ** 0.5
    n = np.arange(FEWEST_A_SIDE, 100_001)
    width = spread * (2 / n) ** 0.5 * t_quantile(2.0 * n - 2, level)
    place = int(np.searchsorted(-width, -apart * (1 + 1e-9)))
    return int(n[min(place, len(n) - 1)])


def _test_on_rows(table: Floats, sides: np.ndarray, rows: str | None) -> float:
    """Return the p of a test that takes rows for independent."""
    if rows is None:
        return np.nan
    (k0, n0), (k1, n1) = table[~sides].sum(axis=0), table[sides].sum(axis=0)
    if not (n0 > 0 and n1 > 0):
        return np.nan
    if rows == "rate":
        from scipy import stats as st  # large, and asked for here alone

        return float(st.binomtest(round(k1), round(k0 + k1), n1 / (n0 + n1)).pvalue) if k0 + k1 > 0 else 1.0
    pooled = (k0 + k1) / (n0 + n1)
    error = (pooled * (1 - pooled) * (1 / n0 + 1 / n1)) ** 0.5
    return float(2 * special.ndtr(-abs(k1 / n1 - k0 / n0) / error)) if error > 0 else 1.0


def p_of(seen: Comparison, *, level: float = LEVEL) -> float:
    """Return the p of a comparison: of the permutation test, else as its limits have it.

    Examples
    --------
    >>> seen = Comparison(0.1, 0.4, 0.3, 0.0, 0.6, (30, 30), np.nan, 0.003, 90, False)
    >>> round(p_of(seen), 3)
    0.05
    """
    if not np.isnan(seen.p):
        return seen.p
    side = seen.difference - seen.low if seen.difference > 0 else seen.high - seen.difference
    if not side > 0:
        return np.nan
    return float(2 * special.ndtr(-abs(seen.difference) / side * normal_quantile(level)))


def is_shown(seen: Comparison, *, p_of_all: float = np.nan, alpha: float = 0.05) -> bool:
    """Whether a difference is shown: the limits leave out none, and the tests that there are agree."""
    return bool((seen.low > 0 or seen.high < 0) and not seen.p >= alpha and not p_of_all >= alpha)


def sentence(
    seen: Comparison,
    what: str,
    first: str,
    second: str,
    *,
    p_of_all: float = np.nan,
    alpha: float = 0.05,
    form: Callable[[float], str] = "{:.2f}".format,
    difference: Callable[[float], str] = "{:+.2f}".format,
    points: str = "",
) -> str:
    """Say what can be said of a comparison, and what cannot.

    Parameters
    ----------
    seen : Comparison
    what, first, second : str
        What is compared, and the names of the two sides.
    p_of_all : float
        p, raised for how many questions were asked at once (:func:`p_of`, :func:`.resampling.holm`).
    alpha : float
        The permutation test has to agree with the interval at this level, where there is one, and so has
        `p_of_all`.
    form, difference : callable
        Print a number, and a difference of two with its sign.
    points : str
        What stands behind the difference.

    Returns
    -------
    str
        One to three sentences, with n and limits; without a claim where there are too few sessions.

    Examples
    --------
    >>> few = Comparison(0.1, 0.4, 0.3, np.nan, np.nan, (12, 5), np.nan, 0.003, None, True)
    >>> print(sentence(few, "failing", "before", "after"))
    failing: before 0.10 (12 sessions), after 0.40 (5 sessions). Fewer than 8 sessions on a side: \
this is no comparison. A test that takes rows for independent would have claimed p = 0.003.
    """

    def number(value: float) -> str:
        return "no number" if np.isnan(value) else form(value)

    def side(name: str, value: float, n_sessions: int) -> str:
        return f"{name} {number(value)} ({text.count(n_sessions, 'session')})"

    head = (
        f"{what}: {side(first, seen.first, seen.n_sessions[0])}, "
        f"{side(second, seen.second, seen.n_sessions[1])}"
    )
    claimed = (
        ""
        if np.isnan(seen.p_rows)
        else f" A test that takes rows for independent would have claimed p {p_text(seen.p_rows)}."
    )
    if seen.is_refused:
        return f"{head}. Fewer than {FEWEST_A_SIDE} sessions on a side: this is no comparison.{claimed}"
    if np.isnan(seen.low):
        return f"{head}. Sessions do not vary within a side: no interval.{claimed}"
    limits = f"(95 % limits {difference(seen.low)} to {difference(seen.high)})"
    by_chance = (
        "" if np.isnan(seen.p) else f", sessions dealt out at random differ as much with p {p_text(seen.p)}"
    )
    raised = "" if np.isnan(p_of_all) else f", of all questions p {p_text(p_of_all)}"
    is_apart = is_shown(seen, p_of_all=p_of_all, alpha=alpha)
    if is_apart:
        than = "more" if seen.difference > 0 else "less"
        verdict = (
            f"{second} has {than}. That the split is why is not shown: whatever else differs between these "
            "sessions is in it."
        )
    else:
        verdict = (
            "No difference is shown, and none is excluded: everything between the limits fits what was seen."
        )
    more = (
        f" About {text.count(seen.n_more, 'more session')} would halve the interval." if seen.n_more else ""
    )
    is_claimed = not is_apart and seen.p_rows < alpha
    also = claimed if is_claimed else ""
    return f"{head}: {difference(seen.difference)}{points} {limits}{by_chance}{raised}. {verdict}{more}{also}"


def p_text(p: float) -> str:
    """Print a p behind its name.

    Examples
    --------
    >>> p_text(0.0321), p_text(0.0002)
    ('= 0.032', '< 0.001')
    """
    return f"= {p:.3f}" if p >= 0.001 else "< 0.001"
