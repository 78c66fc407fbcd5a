"""Durations of which some ended unseen: Kaplan-Meier curves and their medians."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from claudesess.stats.intervals import (
    FEWEST_SESSIONS,
    LEVEL,
    Estimates,
    Floats,
    Ints,
    Texts,
    add_up,
    divide,
    estimates,
    group_codes,
    kish,
    t_quantile,
)
from claudesess.stats.proportions import effective_size, wilson

QUANTILES = (0.5, 0.9)
"""The share that has ended, at which times are told: the middle one, and one in ten takes longer."""

MOST_LEFT_OUT = 1_000
"""How many times at most something is left out of a group's curve: the error of a limit is 2 % then."""


class Curves(NamedTuple):
    """How the share that has ended grows, for many groups one after the other.

    An entry per group and distinct time at which something ended: `group`, `time`, `share` that ended with
    the event of interest by then, its `variance` between sessions, `n_at_risk` just before.
    """

    group: Ints
    time: Floats
    share: Floats
    variance: Floats
    n_at_risk: Ints


def curves(time: ArrayLike, end: ArrayLike, session: ArrayLike, group: ArrayLike, *, n_groups: int) -> Curves:
    """Aalen–Johansen by group, with its variance between sessions at every time.

    Parameters
    ----------
    time : array_like of float
        Time watched, any unit.
    end : array_like of int
        What ended it: 1 the event of interest, 2 a competing one, 0 none was seen (censored).
    session, group : array_like of int
        Codes from 0.
    n_groups : int
        How many groups there are.

    Notes
    -----
    F(t) = Σ S(u-) d₁(u)/n(u), S the Kaplan–Meier share free of any end; without competing ends F is 1 less
    Kaplan–Meier. Variance as in :func:`.resampling.jackknife`. No session's curve is ever refitted: what a
    session adds is taken off the counts, all sessions at once. Of a group of more than :data:`MOST_LEFT_OUT`
    sessions several are left out together, equally many (delete-a-group jackknife; Kott 2001, Journal of
    Official Statistics 17(4)): otherwise the work would grow with sessions times ends.
    """
    seconds, kind = np.asarray(time, dtype=float), np.asarray(end, dtype=np.int64)
    of, codes = np.asarray(session, dtype=np.int64), np.asarray(group, dtype=np.int64)
    values, rank = np.unique(seconds, return_inverse=True)
    n_times = max(len(values), 1)
    cell, d, n = _counts(codes * n_times + rank, codes, kind, None, n_times)
    cell_group, cell_time = cell // n_times, cell % n_times
    start = np.searchsorted(cell_group, np.arange(n_groups))
    length = np.bincount(cell_group, minlength=n_groups)
    share = _share(d, n, start[cell_group])
    spread = np.zeros(len(cell))
    pair, row = np.unique(np.stack([codes, of]), axis=1, return_inverse=True)
    row_group, row = _left_out_together(pair[0], row.ravel())
    for first, after in _blocks(length[row_group]):
        part = (row >= first) & (row < after)
        lengths = length[row_group[first:after]]
        begin = np.cumsum(lengths) - lengths
        which = np.repeat(np.arange(after - first), lengths)
        here = np.arange(lengths.sum()) - begin[which] + start[row_group[first:after]][which]
        wanted = (which + first) * n_times + cell_time[here]
        _, own_d, own_n = _counts(row[part] * n_times + rank[part], row[part], kind[part], wanted, n_times)
        apart = _share(d[here] - own_d, n[here] - own_n, begin[which]) - share[here]
        spread += np.bincount(here, weights=apart**2, minlength=len(cell))
    sessions = np.bincount(row_group, minlength=n_groups)[cell_group]
    variance = spread * divide(sessions - 1, np.where(sessions > 1, sessions, 0))
    return Curves(cell_group, values[cell_time] if len(cell) else seconds[:0], share, variance, n)


def _left_out_together(pair_group: Ints, pair: Ints) -> tuple[Ints, Ints]:
    """Return the groups of what is left out at once, and for every unit what it is left out with.

    Parameters
    ----------
    pair_group
        The group of each session of a group, in order.
    pair
        The session of a group that each unit is of, an index into it.
    """
    n_sessions = np.bincount(pair_group)
    at_once = -(-n_sessions // MOST_LEFT_OUT)
    n_parts = -(-n_sessions // np.maximum(at_once, 1))
    begin = np.cumsum(n_parts) - n_parts
    number = np.arange(len(pair_group)) - (np.cumsum(n_sessions) - n_sessions)[pair_group]
    # Neighbours are alike, of one time and project: each part takes some of all.
    part = np.asarray(begin[pair_group] + number % n_parts[pair_group], dtype=np.int64)
    return np.repeat(np.arange(len(n_parts)), n_parts), part[pair]


def _counts(
    key: Ints, owner: Ints, kind: Ints, cells: Ints | None, n_times: int
) -> tuple[Ints, NDArray[np.int64], Ints]:
    """Count ends (of interest, any) and units at risk at cells = owner × times (those with an end)."""
    if cells is None:
        cells = np.unique(key[kind > 0])
    every = np.sort(key)
    last = np.searchsorted(every, (cells // n_times + 1) * n_times)
    at_risk = last - np.searchsorted(every, cells)
    ends = []
    for counted in (kind == 1, kind > 0):
        found = np.sort(key[counted])
        ends.append(np.searchsorted(found, cells, "right") - np.searchsorted(found, cells))
    return cells, np.stack(ends, axis=1), at_risk


def _share(ends: Ints, at_risk: Ints, begin: Ints) -> Floats:
    """Share ended with the event of interest at every cell; each curve lies from its `begin` on."""
    hazard = divide(ends[:, 1], at_risk, 0.0)
    is_over = hazard >= 1
    log_free = np.log1p(-np.where(is_over, 0.0, hazard))
    free_before = np.exp(_before(log_free, begin)) * (_before(is_over.astype(float), begin) == 0)
    steps = free_before * divide(ends[:, 0], at_risk, 0.0)
    share: Floats = np.minimum(_before(steps, begin) + steps, 1.0)  # sums of parts, rounded
    return share


def _before(values: Floats, begin: Ints) -> Floats:
    """Sum of all earlier values of the same curve."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    before: Floats = total[:-1] - total[begin]
    return before


def _blocks(lengths: Ints, most: int = 2_000_000) -> Iterator[tuple[int, int]]:
    """Yield ranges of rows whose cells fit into memory together."""
    ends = np.cumsum(lengths)
    first = 0
    while first < len(lengths):
        done = ends[first - 1] if first else 0
        after = max(int(np.searchsorted(ends, done + most, "right")), first + 1)
        yield first, after
        first = after


def durations(
    time: ArrayLike,
    end: ArrayLike,
    session: ArrayLike,
    group: ArrayLike | None = None,
    *,
    n_groups: int | None = None,
    quantiles: Sequence[float] = QUANTILES,
    level: float = LEVEL,
    curve: Curves | None = None,
) -> Estimates:
    """Estimate the times by which a half, and nine in ten, have ended, with limits by session.

    Parameters
    ----------
    time : array_like of float
        Time watched, any unit; one row per unit.
    end : array_like of int
        What ended it: 1 the event of interest (completed), 2 a competing one (failed), 0 none was seen: it
        lasted at least that long.
    session : array_like of int
        The session of every unit, from 0.
    group : array_like of int, optional
        The group of every unit, from 0; without it there is one.
    n_groups : int, optional
        How many groups there are, where the last ones have no units.
    quantiles : sequence of float
        Shares of all units, between 0 and 1.
    level : float
        Confidence level, between 0 and 1.
    curve : Curves, optional
        :func:`curves` of the same units, where it is there already.

    Returns
    -------
    Estimates
        Arrays of groups × quantiles. NaN, and a note, where the share was not reached while it was watched;
        `high` is NaN where its limit was not. `exposure`: all the time watched.

    Notes
    -----
    The first time at which F (:func:`curves`) is at least the quantile q. Limits: the first times at which
    the upper and the lower limit of F are, F's limits being log(-log(1-F)) ± t · standard error, of the
    jackknife over m sessions and never less than that of as many independent units; t has m-1 degrees of
    freedom (Brookmeyer & Crowley 1982, Biometrics 38(1), with the variance between sessions in the place of
    Greenwood's). Taken for granted: those whose end was not seen would have gone on as the others do.

    Examples
    --------
    >>> time = durations([1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 0, 0], [0, 0, 1, 1, 2, 2])
    >>> time.estimate.tolist(), time.note[0, 0]
    ([[3.0, nan]], 'upper limit not reached')
    >>> time.note[0, 1]
    'not reached: an estimated 67 % by the end of what was watched'
    """
    of = _watched(time, end, session, group, n_groups, curve)
    half = t_quantile(of.n_sessions - 1, level)[of.curve.group] * _log_log_error(of.curve, of.n_units)
    found = np.array([_quantile(of, share, half, level) for share in quantiles], dtype=float)
    shape = (len(quantiles), 4, len(of.n_units))
    estimate, low, high, effective = found.reshape(shape).transpose(1, 2, 0)
    ended = divide(np.bincount(of.group[of.kind == 1], minlength=len(of.n_units)), of.n_units)
    is_told = (ended > 0) & (of.n_sessions >= FEWEST_SESSIONS)
    lacks = np.where(np.isnan(high) & is_told[:, None], "upper limit not reached", "")
    return estimates(
        estimate,
        low,
        high,
        n_units=of.n_units[:, None],
        n_sessions=of.n_sessions[:, None],
        n_effective=effective,
        n_censored=np.bincount(of.group[of.kind == 0], minlength=len(of.n_units))[:, None],
        exposure=add_up(of.seconds, of.group, len(of.n_units))[:, None],
        method=f"{100 * level:g} % log-log, jackknife by session, t",
        note=np.where(np.isnan(estimate) & (of.n_units > 0)[:, None], _not_reached(of)[:, None], lacks),
    )


class _Watched(NamedTuple):
    """Units that were watched, an entry each (`seconds`, `kind`, `group`), and what a group of them rests on.

    `worth` is how many sessions of equal size those of the group are worth.
    """

    seconds: Floats
    kind: Ints
    group: Ints
    n_units: Ints
    n_sessions: Ints
    worth: Floats
    curve: Curves


def _watched(
    time: ArrayLike,
    end: ArrayLike,
    session: ArrayLike,
    group: ArrayLike | None,
    n_groups: int | None,
    curve: Curves | None,
) -> _Watched:
    seconds, kind = np.asarray(time, dtype=float), np.asarray(end, dtype=np.int64)
    codes, count = group_codes(group, len(seconds), n_groups)
    of = np.asarray(session, dtype=np.int64)
    pairs, sizes = np.unique(np.stack([codes, of]), axis=1, return_counts=True)
    return _Watched(
        seconds,
        kind,
        codes,
        n_units=np.bincount(codes, minlength=count),
        n_sessions=np.bincount(pairs[0], minlength=count),
        worth=kish(sizes.astype(float), pairs[0], count),
        curve=curve or curves(seconds, kind, of, codes, n_groups=count),
    )


def _quantile(of: _Watched, share: float, half: Floats, level: float) -> Floats:
    """Return when each group reaches a share, the limits of that time, and how many units it is worth."""
    curve, n_groups = of.curve, len(of.n_units)
    if not len(curve.time):
        return np.full((4, n_groups), np.nan)
    place = np.log(-np.log1p(-np.clip(curve.share, 1e-300, 1 - 1e-16)))
    target = np.log(-np.log1p(-share))
    is_inside = (curve.share > 0) & (curve.share < 1 - 1e-12)
    # Where all have ended the share has no limit below 1, and so the time has no upper one.
    upper = np.where(is_inside, place + half >= target, curve.share >= share)
    lower = is_inside & (place - half >= target)
    first, *of_limits = (
        _first(curve.group, reached, n_groups) for reached in (curve.share >= share - 1e-12, upper, lower)
    )
    times = [np.where(at >= 0, curve.time[at], np.nan) for at in (first, *of_limits)]
    worth = effective_size(
        curve.share[first], curve.variance[first], of.n_units, of.worth, of.n_sessions, level
    )
    return np.stack([*times, np.where(first >= 0, worth, np.nan)])


def _not_reached(of: _Watched) -> Texts:
    """Say of each group which share is estimated to have ended by the last time that was watched."""
    last = _last_share(of.curve, len(of.n_units))
    watched = "by the end of what was watched"
    notes = [f"not reached: an estimated {100 * share:.0f} % {watched}" for share in last]
    return np.array(notes, dtype=object)


def _log_log_error(curve: Curves, units: Ints) -> Floats:
    """Return the standard error of log(-log(1-F)), at least that of independent units."""
    inside = curve.share * (1 - curve.share)
    variance = np.maximum(curve.variance, divide(inside, units[curve.group]))
    slope = (1 - curve.share) * np.abs(np.log1p(-np.clip(curve.share, 0, 1 - 1e-16)))
    return divide(np.sqrt(variance), slope)


def _first(group: Ints, reached: NDArray[np.bool_], n_groups: int) -> Ints:
    """Index of the first entry of each group that is reached; -1: none."""
    first = np.full(n_groups, -1, dtype=np.int64)
    at = np.flatnonzero(reached)[::-1]
    first[group[at]] = at
    return first


def _is_over(seconds: Floats, kind: Ints, codes: Ints, n_groups: int) -> NDArray[np.bool_]:
    """Whether those watched longest all ended: then nobody is left whose end one could wait for."""
    longest = np.full(n_groups, -np.inf)
    np.maximum.at(longest, codes, seconds)
    is_left = (kind == 0) & (seconds == longest[codes])
    return np.asarray(np.bincount(codes[is_left], minlength=n_groups) == 0)


def _last_share(curve: Curves, n_groups: int) -> Floats:
    """Share that had ended by the last time of each group."""
    last = np.zeros(n_groups)
    last[curve.group] = curve.share
    return last


def incidence_by_time(
    time: ArrayLike,
    end: ArrayLike,
    session: ArrayLike,
    horizons: ArrayLike,
    group: ArrayLike | None = None,
    *,
    n_groups: int | None = None,
    level: float = LEVEL,
    curve: Curves | None = None,
) -> Estimates:
    """Shares that have ended with the event of interest by some times, with limits by session.

    Parameters
    ----------
    time, end, session, group, n_groups, level, curve
        As in :func:`durations`.
    horizons : array_like of float
        Times, in the unit of `time`.

    Returns
    -------
    Estimates
        Arrays of groups × horizons: F of :func:`curves`, Wilson's limits with the effective number of
        :func:`.proportions.shares`. NaN where nobody was watched so long although some had not ended, but
        for when those watched longest all ended: then F stays as it was; `exposure`: units at risk then.

    Examples
    --------
    >>> incidence_by_time([1, 2, 3, 4], [1, 2, 1, 0], [0, 1, 2, 3], [2, 3, 9]).estimate.tolist()
    [[0.25, 0.5, nan]]
    """
    of, wanted = _watched(time, end, session, group, n_groups, curve), np.asarray(horizons, dtype=float)
    count = len(of.n_units)
    shape = (count, len(wanted))
    share, variance, at_risk = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    is_ended, pending = np.zeros(shape, dtype=bool), np.zeros(shape)
    for at, horizon in enumerate(wanted):
        by = of.curve.time <= horizon
        cell = of.curve.group[by]
        # Cells lie in order of group and time, so that the last one to be written is the latest.
        share[cell, at], variance[cell, at] = of.curve.share[by], of.curve.variance[by]
        at_risk[:, at] = np.bincount(of.group[of.seconds >= horizon], minlength=count)
        pending[:, at] = np.bincount(of.group[(of.kind == 0) & (of.seconds < horizon)], minlength=count)
        ended = np.bincount(of.group[(of.kind > 0) & (of.seconds <= horizon)], minlength=count)
        is_ended[:, at] = ended == of.n_units
    is_over = _is_over(of.seconds, of.kind, of.group, count)
    hidden = (at_risk == 0) & ~is_ended & (pending > 0) & ~is_over[:, None]
    decided = of.n_units[:, None] - pending
    worth = np.minimum(of.worth[:, None], decided)
    size = effective_size(share, variance, decided, worth, of.n_sessions[:, None], level)
    low, high = wilson(share, np.where(hidden, np.nan, size), level=level)
    hidden |= (of.n_units == 0)[:, None]
    return estimates(
        np.where(hidden, np.nan, share),
        low,
        high,
        n_units=of.n_units[:, None],
        n_sessions=of.n_sessions[:, None],
        n_effective=np.where(hidden, np.nan, size),
        n_pending=pending,
        exposure=at_risk,
        method=f"{100 * level:g} % Wilson, jackknife by session, t",
        note=np.where(hidden, "nobody was watched so long", ""),
    )
