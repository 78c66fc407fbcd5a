"""Controls: the same question asked where the number must come out empty.

What follows a compaction is compared with what follows moments of the same sessions at which nothing
happened; agents' times with times moved at random; a split of sessions with splits at random.
"""

from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import ArrayLike

from claudesess.stats.compare import differences
from claudesess.stats.intervals import LEVEL, Bools, Estimates, Floats, Ints, divide

WINDOW = 50
"""Calls after a compaction that are after it; a window ends there, at the next one, or with the session."""

DRAWS = 50
"""Placebo moments drawn for each true one."""

TOLERANCE = 0.2
"""How far the position of a placebo in its session may differ from that of the true moment."""


def luck(of: ArrayLike, *, seed: int, draws: int = 1) -> Floats:
    """Draw numbers between 0 and 1, for each file those that it gets when it stands alone.

    Parameters
    ----------
    of : array_like of str
        The file of each thing; things of one file in the same order, whatever stands between them.
    seed, draws : int
        The numbers of a file follow from the seed and its name.

    Returns
    -------
    ndarray, draws × things

    Examples
    --------
    >>> alone, both = luck(["b", "b"], seed=1, draws=3), luck(["a", "b", "a", "b"], seed=1, draws=3)
    >>> bool((both[:, [1, 3]] == alone).all()), bool((both[:, [0, 2]] == alone).any())
    (True, False)
    """
    names = np.asarray(of, dtype=object).tolist()
    places = {name: place for place, name in enumerate(dict.fromkeys(names))}
    code = np.fromiter(map(places.__getitem__, names), np.int64, len(names))
    drawn = np.empty((draws, len(code)))
    ends = np.cumsum(np.bincount(code, minlength=len(places)))
    for name, here in zip(places, np.split(np.argsort(code, kind="stable"), ends), strict=False):
        stream = np.random.default_rng([seed, crc32(str(name).encode())])
        drawn[:, here] = stream.random((draws, len(here)))
    return drawn


class Cuts(NamedTuple):
    """Placebo moments: `draw` from 0, the true `cut` each stands for, its `session` and call index `at`."""

    draw: Ints
    cut: Ints
    session: Ints
    at: Ints
    n_after: Ints


def placebo_cuts(
    cut_session: ArrayLike,
    cut_at: ArrayLike,
    n_calls: ArrayLike,
    *,
    seed: int,
    draws: int = DRAWS,
    window: int = WINDOW,
    tolerance: float = TOLERANCE,
    state: ArrayLike | None = None,
    of: ArrayLike | None = None,
) -> Cuts:
    """Draw moments at which nothing happened, for every true one.

    Parameters
    ----------
    cut_session, cut_at : array_like of int
        Session (from 0) of each true moment, and how many calls of the session came before it.
    n_calls : array_like of int
        Calls of each session.
    seed, draws : int
        Each true moment gets `draws` placebos, or none where there is no candidate.
    window : int
        Placebos are at least so many calls away from every true moment, and have so many calls after them.
    tolerance : float
        A placebo's call index is within this share of the true one's.
    state : array_like of int, optional
        A number for the moment before each call, sessions one after the other: a placebo has that of the
        true moment (failures in the last ten calls: what stands out regresses to the mean by itself).
    of : array_like of str, optional
        The file of each true moment: its placebos do not depend on what other files hold (`luck`).

    Returns
    -------
    Cuts
        In order of draw and cut. Placebos come from all sessions that hold a true moment (drawn from its
        own alone, those of the same state were found to be calmer than it: what is left of a session);
        `n_after` is what the true one has: its calls until the next one, the end of its session, or
        `window`.

    Examples
    --------
    >>> placebos = placebo_cuts([0], [100], [400], seed=1, draws=3, window=10)
    >>> placebos.at.tolist(), placebos.n_after.tolist()
    ([80, 89, 80], [10, 10, 10])
    """
    session, at = np.asarray(cut_session, dtype=np.int64), np.asarray(cut_at, dtype=np.int64)
    length = np.asarray(n_calls, dtype=np.int64)
    n_after = _calls_after(session, at, length, window)
    begin = np.cumsum(length) - length
    owner = np.repeat(np.arange(len(length)), length)
    index = np.arange(length.sum()) - begin[owner]
    free = np.isin(owner, session) & (index + window <= length[owner]) & (index > 0)
    free &= ~_is_near(begin[session] + at, at, length[session], window, len(owner))
    value = np.zeros(len(owner), dtype=np.int64) if state is None else np.asarray(state, dtype=np.int64)
    place = np.flatnonzero(free)
    # One sorted key for state and call index: candidates of a true moment lie side by side.
    wide = int(length.max(initial=0)) + 2
    key = value[place] * wide + index[place]
    order = np.argsort(key, kind="stable")
    key, place = key[order], place[order]
    # A true moment may lie behind the last call.
    own = value[np.minimum(begin[session] + at, max(len(value) - 1, 0))]
    low = np.searchsorted(key, own * wide + np.ceil(at * (1 - tolerance)).astype(np.int64))
    most = np.minimum(np.floor(at * (1 + tolerance)).astype(np.int64), wide - 1)
    high = np.searchsorted(key, own * wide + most, "right")
    by = luck(np.zeros(len(at)) if of is None else of, seed=seed, draws=draws)
    picked = low + np.floor(by * (high - low)).astype(np.int64)
    draw, cut = np.nonzero(np.broadcast_to(high > low, picked.shape))
    chosen = place[picked[draw, cut]] if len(place) else place[:0]
    return Cuts(draw, cut, owner[chosen], index[chosen], n_after[cut])


def _calls_after(session: Ints, at: Ints, length: Ints, window: int) -> Ints:
    """Count calls until the next true moment of the session, its end, or the window's."""
    order = np.lexsort((at, session))
    until = length[session]
    follows = session[order][:-1] == session[order][1:]
    until[order[:-1][follows]] = at[order[1:][follows]]
    left: Ints = np.minimum(until - at, window)
    return left


def _is_near(place: Ints, at: Ints, length: Ints, window: int, n_calls: int) -> Bools:
    """Say of every call whether a true moment of its session is less than a window away."""
    edges = np.zeros(n_calls + 1, dtype=np.int64)
    np.add.at(edges, place - np.minimum(at, window - 1), 1)
    np.add.at(edges, np.minimum(place + window, place - at + length), -1)
    near: Bools = edges.cumsum()[:-1] > 0
    return near


class Control(NamedTuple):
    """A result beside its control.

    Attributes
    ----------
    difference
        The result less its control, by session; see :func:`.compare.differences`.
    result, control
        Both shares.
    percentile
        Share of draws whose control is below the result: near 1 or near 0 it stands out.
    n_draws
        Draws that gave a number.
    """

    difference: Estimates
    result: float
    control: float
    percentile: float
    n_draws: int


def against(
    events: ArrayLike, n: ArrayLike, control_events: ArrayLike, control_n: ArrayLike, *, level: float = LEVEL
) -> Control:
    """Hold a result against its control.

    Parameters
    ----------
    events, n : array_like of float, sessions
        Units that count and all units after the true moments.
    control_events, control_n : array_like of float, draws × sessions
        The same after the placebos, by the session of the *true* moment that each stands for or of its own.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    Control
        The difference takes each session's placebos for one, by their mean over draws.

    Examples
    --------
    >>> seen = against([3, 2, 4, 3], [10, 10, 10, 10], [[1, 1, 1, 2], [1, 0, 1, 1]], [[10] * 4] * 2)
    >>> round(seen.result, 2), round(seen.control, 2), seen.percentile
    (0.3, 0.1, 1.0)
    """
    k, size = np.asarray(events, dtype=float), np.asarray(n, dtype=float)
    drawn_k, drawn_n = np.asarray(control_events, dtype=float), np.asarray(control_n, dtype=float)
    gap = differences(k, size, drawn_k.mean(axis=0), drawn_n.mean(axis=0), level=level)
    result = float(divide(k.sum(), size.sum()))
    each = divide(drawn_k.sum(axis=1), drawn_n.sum(axis=1))
    each = each[~np.isnan(each)]
    below = (each < result).sum() + 0.5 * (each == result).sum()
    return Control(
        gap,
        result,
        float(divide(drawn_k.sum(), drawn_n.sum())),
        float(divide(below, len(each))),
        len(each),
    )


def shifted(
    start: ArrayLike,
    window_start: ArrayLike,
    window_end: ArrayLike,
    *,
    seed: int,
    draws: int = DRAWS,
    of: ArrayLike | None = None,
) -> Floats:
    """Move times at random within their windows, round the end to the beginning: who met whom is by chance.

    Parameters
    ----------
    start : array_like of float
        When each thing began; all things of one window move by different amounts.
    window_start, window_end : array_like of float
        The window (session) of each.
    seed, draws : int
        Where chance begins, and how many times all is moved.
    of : array_like of str, optional
        The file of each: what is drawn of one does not depend on what other files hold (`luck`).

    Returns
    -------
    ndarray, draws × things

    Examples
    --------
    >>> moved = shifted([5.0, 6.0], [0.0, 0.0], [10.0, 10.0], seed=1, draws=2)
    >>> moved.shape, bool(((moved >= 0) & (moved < 10)).all())
    ((2, 2), True)
    """
    begin, first = np.asarray(start, dtype=float), np.asarray(window_start, dtype=float)
    span = np.asarray(window_end, dtype=float) - first
    by = luck(np.zeros(len(begin)) if of is None else of, seed=seed, draws=draws)
    around = divide(begin - first, span, 0.0) + by
    moved: Floats = first + span * (around % 1.0)
    return moved
