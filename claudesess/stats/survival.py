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
    session adds is taken off the counts, all sessions at once.
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
    row = row.ravel()
    row_group = pair[0]
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
    >>> time.estimate.tolist(), time.note[0].tolist()
    ([[3.0, nan]], ['upper limit not reached', 'not reached: 67 % ended while watched'])
    """
    seconds, kind = np.asarray(time, dtype=float), np.asarray(end, dtype=np.int64)
    codes, count = group_codes(group, len(seconds), n_groups)
    of = np.asarray(session, dtype=np.int64)
    pairs, sizes = np.unique(np.stack([codes, of]), axis=1, return_counts=True)
    sessions, units = np.bincount(pairs[0], minlength=count), np.bincount(codes, minlength=count)
    alike = kish(sizes.astype(float), pairs[0], count)
    curve = curve or curves(seconds, kind, of, codes, n_groups=count)
    error = _log_log_error(curve, units)
    half = t_quantile(sessions - 1, level)[curve.group] * error
    place = np.log(-np.log1p(-np.clip(curve.share, 1e-300, 1 - 1e-16)))
    is_inside = (curve.share > 0) & (curve.share < 1 - 1e-12)
    wanted = np.asarray(quantiles, dtype=float)
    found = np.full((3, count, len(wanted)), np.nan)
    effective = np.full((count, len(wanted)), np.nan)
    for at, q in enumerate(wanted):
        target = np.log(-np.log1p(-q))
        # Where all have ended the share has no limit below 1, and so the time has no upper one.
        upper = np.where(is_inside, place + half >= target, curve.share >= q)
        lower = is_inside & (place - half >= target)
        for part, reached in enumerate((curve.share >= q - 1e-12, upper, lower)):
            first = _first(curve.group, reached, count)
            found[part, :, at] = np.where(
                first >= 0, curve.time[first] if len(curve.time) else np.nan, np.nan
            )
            if part == 0 and len(curve.time):
                worth = effective_size(
                    curve.share[first], curve.variance[first], units, alike, sessions, level
                )
                effective[:, at] = np.where(first >= 0, worth, np.nan)
    estimate, low, high = found
    ended = divide(np.bincount(codes[kind == 1], minlength=count), units)
    last = _last_share(curve, count)
    note = np.where(
        np.isnan(estimate) & (units > 0)[:, None],
        np.array([f"not reached: {100 * share:.0f} % ended while watched" for share in last], dtype=object)[
            :, None
        ],
        np.where(
            np.isnan(high) & (ended > 0)[:, None] & (sessions >= FEWEST_SESSIONS)[:, None],
            "upper limit not reached",
            "",
        ),
    )
    return estimates(
        estimate,
        low,
        high,
        n_units=units[:, None],
        n_sessions=sessions[:, None],
        n_effective=effective,
        n_censored=np.bincount(codes[kind == 0], minlength=count)[:, None],
        exposure=add_up(seconds, codes, count)[:, None],
        method=f"{100 * level:g} % log-log, jackknife by session, t",
        note=note,
    )


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
    seconds, kind = np.asarray(time, dtype=float), np.asarray(end, dtype=np.int64)
    codes, count = group_codes(group, len(seconds), n_groups)
    of, wanted = np.asarray(session, dtype=np.int64), np.asarray(horizons, dtype=float)
    pairs, sizes = np.unique(np.stack([codes, of]), axis=1, return_counts=True)
    sessions, units = np.bincount(pairs[0], minlength=count), np.bincount(codes, minlength=count)
    curve = curve or curves(seconds, kind, of, codes, n_groups=count)
    worth = kish(sizes.astype(float), pairs[0], count)
    shape = (count, len(wanted))
    share, variance, at_risk = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    is_ended, pending = np.zeros(shape, dtype=bool), np.zeros(shape)
    for at, horizon in enumerate(wanted):
        by = curve.time <= horizon
        # Cells lie in order of group and time, so that the last one to be written is the latest.
        share[curve.group[by], at], variance[curve.group[by], at] = curve.share[by], curve.variance[by]
        at_risk[:, at] = np.bincount(codes[seconds >= horizon], minlength=count)
        pending[:, at] = np.bincount(codes[(kind == 0) & (seconds < horizon)], minlength=count)
        is_ended[:, at] = np.bincount(codes[(kind > 0) & (seconds <= horizon)], minlength=count) == units
    hidden = (at_risk == 0) & ~is_ended & (pending > 0) & ~_is_over(seconds, kind, codes, count)[:, None]
    size = effective_size(
        share,
        variance,
        (units[:, None] - pending),
        np.minimum(worth[:, None], units[:, None] - pending),
        sessions[:, None],
        level,
    )
    low, high = wilson(share, np.where(hidden, np.nan, size), level=level)
    hidden |= (units == 0)[:, None]
    return estimates(
        np.where(hidden, np.nan, share),
        low,
        high,
        n_units=units[:, None],
        n_sessions=sessions[:, None],
        n_effective=np.where(hidden, np.nan, size),
        n_pending=pending,
        exposure=at_risk,
        method=f"{100 * level:g} % Wilson, jackknife by session, t",
        note=np.where(hidden, "nobody was watched so long", ""),
    )
