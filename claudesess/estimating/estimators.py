"""Estimates of sums: from `SUMS` to `ESTIMATES`, all groups and outcomes at once.

A thin bridge: the statistics are those of `claudesess.stats`, which take the session as the unit of sampling;
they are loaded when something is estimated, since scipy is large (of it `special` alone).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from claudesess.contracts import ESTIMATES, Units
from claudesess.contracts.estimates import GROUPING
from claudesess.estimating.sums import ADDED, floats, is_true, numbered, stacked, taken

if TYPE_CHECKING:
    from claudesess import stats

_KEYS = [*GROUPING, "outcome", "horizon", "horizon_unit", "unit"]
_FAMILY = ["group_by", "group_2_by", "group_2", "outcome"]
_SESSION = ["db", "session_id"]

ALL_RECORDED = "it describes all that was recorded: no limits"
"""The note of numbers that are no estimate of anything beyond what they count."""


UNDECIDED = "fewer than 3 sessions with a chain whose first event is known: no limits"
"""The note of estimates whose other sessions hold nothing that is decided."""


_NUMBERS_ONLY: ContextVar[bool] = ContextVar("numbers_only", default=False)


@contextmanager
def numbers_only() -> Iterator[None]:
    """Estimate without what is dear and goes unread of a control's draws: limits, words, order of rows."""
    before = _NUMBERS_ONLY.set(True)
    try:
        yield
    finally:
        _NUMBERS_ONLY.reset(before)


def level_asked() -> float | None:
    """Return the confidence level of limits; None where only numbers are asked for."""
    from claudesess.stats.intervals import LEVEL

    return None if _NUMBERS_ONLY.get() else LEVEL


def shares(units: Units, sums: pd.DataFrame, *, note: str = "") -> pd.DataFrame:
    """Estimate shares: events of exposure, per group, outcome and horizon (`claudesess.stats.shares`).

    Parameters
    ----------
    units
        The measure's contract; it names the measure.
    sums
        `SUMS`.
    note
        What to know of every one of these numbers.
    """
    from claudesess import stats

    of = _by_group(sums)
    found = stats.shares(floats(sums["n_events"]), floats(sums["exposure"]), of.number, n_groups=of.n)
    own = {"statistic": "share", "unit": "share", **_limits(found, "pooled share", note)}
    return _estimates(units, of.n, of.keys | of.added | own)


def shrunk(units: Units, sums: pd.DataFrame, *, note: str = "") -> pd.DataFrame:
    """Estimate the shares of many small groups together, each drawn towards what groups are like.

    Parameters
    ----------
    units, note
        As for `shares`.
    sums
        `SUMS` of one grouping; outcomes, and values of a second covariate, are each taken by themselves.

    Returns
    -------
    DataFrame
        `ESTIMATES`, statistic ``mean``: of the share, given what was seen (`claudesess.stats.shrink`, of
        effective numbers: a group of under three sessions counts a session as one, and has no limits).
        Groups with the highest lower limits stand first: those of which it is most certain that they are
        high.
    """
    from claudesess import stats

    of = _by_group(sums)
    found = stats.shares(floats(sums["n_events"]), floats(sums["exposure"]), of.number, n_groups=of.n)
    has_limits = ~np.isnan(found.low)
    n = np.where(has_limits, found.n_effective, np.minimum(found.n_sessions, of.added["exposure"]))
    family, first = numbered({name: of.keys[name] for name in _FAMILY}, of.n)
    own: dict[str, Any] = {name: np.full(of.n, np.nan) for name in ("estimate", "low", "high")}
    for one in range(len(first)):
        here = (family == one) & (n > 0)
        if here.any():
            drawn = stats.shrink((found.estimate * n)[here], n[here], level=level_asked())
            for name, values in own.items():
                values[here] = getattr(drawn, name)
    own |= {name: np.where(has_limits, own[name], np.nan) for name in ("low", "high")}
    own |= {"method": "beta-binomial over groups, of effective numbers by session"}
    constant = {"statistic": "mean", "unit": "share", **_limits(found, "", note)}
    made = _estimates(units, of.n, of.keys | of.added | constant | own)
    return made.sort_values("low", ascending=False, kind="stable", na_position="last", ignore_index=True)


def knees(units: Units, sums: pd.DataFrame, *, level_at: Mapping[str, float], unit: str) -> pd.DataFrame:
    """Find from which level on a larger share counts, per outcome and second group.

    Parameters
    ----------
    units
        As for `shares`.
    sums
        `SUMS` grouped by levels.
    level_at
        Where each group begins; sums of other groups say nothing.
    unit
        Of the levels.

    Returns
    -------
    DataFrame
        `ESTIMATES`, statistic ``knee`` (`claudesess.stats.knee`), NA where none is seen, which the note says.
    """
    from claudesess import stats
    from claudesess.stats.intervals import SMALL_SESSIONS

    sums = sums[sums["group"].isin(list(level_at))]
    at = sums["group"].map(level_at).astype(float)
    keys = ["group_2_by", "group_2", "outcome"]
    row = pd.MultiIndex.from_frame(sums[["db", "session_id"]]).factorize()[0]
    place, levels = pd.factorize(at, sort=True)
    made = []
    for values, part in sums.reset_index(drop=True).groupby(keys, dropna=False, sort=False, observed=True):
        cell, shape = row[part.index] * len(levels) + place[part.index], (int(row.max()) + 1, len(levels))
        table = [
            np.bincount(cell, floats(part[name]), minlength=shape[0] * shape[1]).reshape(shape)
            for name in ("n_events", "exposure")
        ]
        is_seen = table[1].sum(axis=1) > 0
        found = stats.knee(table[0][is_seen], table[1][is_seen], np.asarray(levels, dtype=float))
        n_sessions = int(is_seen.sum())
        made.append(
            dict(zip(keys, values, strict=True))
            | {
                "estimate": found.at, "low": found.low, "high": found.high, "n_units": part["n_units"].sum(),
                "n_sessions": n_sessions, "is_small": n_sessions < SMALL_SESSIONS,
                "note": "no value is seen from which on there are more" if np.isnan(found.at) else None,
            }
        )  # fmt: skip
    rows = pd.DataFrame(
        made, columns=[*keys, "estimate", "low", "high", "n_units", "n_sessions", "is_small", "note"]
    )
    constant = {"statistic": "knee", "unit": unit, "method": "step within sessions; sessions drawn again"}
    return _estimates(units, len(rows), {str(name): rows[name].array for name in rows} | constant)


def differences(
    units: Units, sums: pd.DataFrame, *, pairs: Sequence[tuple[str, str, str]], note: str = ""
) -> pd.DataFrame:
    """Estimate differences of two shares, session by session (`claudesess.stats.differences`).

    Parameters
    ----------
    units, sums, note
        As for `shares`.
    pairs
        For each: the outcome of the difference, and those of what is taken from what (before, after).
    """
    from claudesess import stats

    names = {before: difference for difference, before, _ in pairs}
    keys = [*_KEYS, "db", "session_id"]
    before = sums[sums["outcome"].isin(names)].assign(outcome=lambda rows: rows["outcome"].map(names))
    after = sums.assign(outcome=sums["outcome"].map({last: difference for difference, _, last in pairs}))
    both = before.merge(after[[*keys, "n_events", "exposure"]], on=keys, suffixes=("", "_after"))
    both = both[both["exposure"] > 0].reset_index(drop=True)
    of = _by_group(both)
    found = stats.differences(
        floats(both["n_events_after"]), floats(both["exposure_after"]),
        floats(both["n_events"]), floats(both["exposure"]),
        of.number, n_groups=of.n,
    )  # fmt: skip
    own = {
        "role": "difference", "statistic": "share", "unit": "share",
        **_limits(found, "difference of pooled shares", note),
    }  # fmt: skip
    return _estimates(units, of.n, of.keys | _without(of.added, "n_events") | own)


def rates(units: Units, sums: pd.DataFrame, *, note: str = "") -> pd.DataFrame:
    """Estimate rates: events per unit of exposure (`claudesess.stats.event_rates`).

    Parameters
    ----------
    units, note
        As for `shares`.
    sums
        `SUMS` whose `unit` is that of the exposure: ``active hour``, ``open hour``.
    """
    from claudesess import stats

    of = _by_group(sums)
    found = stats.event_rates(floats(sums["n_events"]), floats(sums["exposure"]), of.number, n_groups=of.n)
    own = _limits(found, "events by exposure", note)
    left_out = (of.added["n_events"] - found.n_units).astype(int)
    notes = np.array([f"{n} seen in no such hour: not in the rate" for n in left_out], dtype=object)
    own |= {"statistic": "rate", "note": np.where(left_out > 0, notes, own["note"])}
    unit = "per " + pd.Series(of.keys["unit"]).astype("string")
    return _estimates(units, of.n, of.keys | of.added | own | {"unit": unit.array})


def ratios(units: Units, sums: pd.DataFrame, *, statistic: str, unit: str) -> pd.DataFrame:
    """Divide events by exposure, without limits: shares of time, means."""
    from claudesess.stats.intervals import divide

    of = _by_group(sums)
    own = {
        "statistic": statistic, "unit": unit, "method": "events by exposure",
        "estimate": divide(of.added["n_events"], of.added["exposure"]), **_described(of.added),
    }  # fmt: skip
    return _estimates(units, of.n, of.keys | _without(of.added, "n_events") | own)


def means(units: Units, sums: pd.DataFrame, *, unit: str, note: str = "") -> pd.DataFrame:
    """Estimate what a unit of exposure has on average, with limits by session (`claudesess.stats.means`)."""
    from claudesess import stats

    of = _by_group(sums)
    found = stats.means(floats(sums["n_events"]), floats(sums["exposure"]), of.number, n_groups=of.n)
    own = {"statistic": "mean", "unit": unit, **_limits(found, "ratio of sums", note)}
    return _estimates(units, of.n, of.keys | _without(of.added, "n_events") | own)


def quantiles(
    units: Units, sums: pd.DataFrame, *, unit: str | None, at: Sequence[float] = (0.25, 0.5, 0.75)
) -> pd.DataFrame:
    """Find quantiles of numbers that are all known, without limits; `unit` None: the outcome is the unit."""
    of = _by_group(sums)
    times = sums["n_units"].to_numpy(int)
    values = pd.Series(np.repeat(floats(sums["value"]), times)).groupby(np.repeat(of.number, times))
    own = {
        "unit": unit or of.keys["outcome"], "method": "quantile of what was counted", **_described(of.added),
    }  # fmt: skip
    every = np.tile(np.arange(of.n), len(at))
    columns = taken(of.keys | _without(of.added, "exposure", "n_events") | own, every)
    found = [values.quantile(share).reindex(range(of.n)).to_numpy() for share in at]
    columns |= {
        "statistic": np.repeat(np.array([f"p{round(100 * share)}" for share in at], dtype=object), of.n),
        "estimate": np.concatenate(found),
    }
    return _estimates(units, len(every), columns)


def durations(
    units: Units, sums: pd.DataFrame, *, horizons: Mapping[str, Sequence[float]], note: str = ""
) -> pd.DataFrame:
    """Estimate by when a half and nine in ten have seen an event, and the share that has by some times.

    Parameters
    ----------
    units, note
        As for `shares`.
    sums
        `SUMS` with a value and its unit: of `n_units` watched so long `n_events` saw the event then, and
        `n_censored` were not watched any longer; all others were ended by something that competes.
    horizons
        For each unit of the values, the times of the shares.

    Returns
    -------
    DataFrame
        `ESTIMATES`: p50 and p90 (`claudesess.stats.durations`), and shares by horizon
        (`claudesess.stats.incidence_by_time`).
    """
    return stacked(
        *(_durations(units, sums[sums["unit"] == unit], unit, at, note) for unit, at in horizons.items())
    )


def _durations(
    units: Units, sums: pd.DataFrame, unit: str, horizons: Sequence[float], note: str
) -> pd.DataFrame:
    """Estimate the times, and the shares by some times, of one unit."""
    from claudesess import stats
    from claudesess.stats.survival import QUANTILES, curves

    of = _by_group(sums)
    events, censored = floats(sums["n_events"]), floats(sums["n_censored"])
    # 1: the event, 2: what competes with it, 0: not watched any longer
    times = np.stack([events, floats(sums["n_units"]) - events - censored, censored], axis=1).astype(int)
    each = np.repeat(np.arange(len(sums)), times.sum(axis=1))
    end = np.repeat(np.tile([1, 2, 0], len(sums)), times.ravel())
    session, _ = numbered({name: sums[name].array for name in _SESSION}, len(sums))
    watched, group = (floats(sums["value"])[each], end, session[each]), of.number[each]
    curve = curves(*watched, group, n_groups=of.n)
    quantile = stats.durations(*watched, group, n_groups=of.n, curve=curve)
    share = stats.incidence_by_time(*watched, horizons, group, n_groups=of.n, curve=curve)
    whole = of.keys | _without(of.added, "exposure", "n_pending")
    at = taken(whole, np.repeat(np.arange(of.n), len(QUANTILES))) | {
        "statistic": np.tile(np.array([f"p{round(100 * q)}" for q in QUANTILES], dtype=object), of.n),
        "unit": unit, **_limits(quantile, "Aalen–Johansen", note),
    }  # fmt: skip
    value = floats(sums["value"])
    seen = [np.bincount(of.number, events * (value <= one), of.n) for one in horizons]
    by = taken(whole, np.repeat(np.arange(of.n), len(horizons))) | {
        "statistic": "share", "unit": "share",
        "horizon": np.tile(np.asarray(horizons, dtype=float), of.n), "horizon_unit": unit,
        "n_events": np.stack(seen, axis=1).ravel(), "n_censored": None,
        "n_pending": share.n_pending.ravel(), "exposure": share.exposure.ravel(),
        **_limits(share, "Aalen–Johansen", note),
    }  # fmt: skip
    n_at, n_by = of.n * len(QUANTILES), of.n * len(horizons)
    return _estimates(units, n_at + n_by, _below(n_at, at, n_by, by))


def incidence(units: Units, sums: pd.DataFrame, *, causes: Sequence[str], note: str = "") -> pd.DataFrame:
    """Estimate which share each cause has ended by some attempts, in the presence of the others.

    Parameters
    ----------
    units, note
        As for `shares`.
    sums
        `SUMS` with the attempt as horizon, from 1; what is pending at its last attempt is not at risk there.
    causes
        The competing events, in their order; events that are not known yet compete as well.

    Returns
    -------
    DataFrame
        `ESTIMATES`: per group a share for each cause and horizon (`claudesess.stats.incidence`), and the mean
        number of attempts until the first of them, counted up to the last horizon
        (`claudesess.stats.mean_attempts`; outcome ``any``). exposure: at risk at the horizon; n_events and
        n_pending: seen by it.
    """
    from claudesess import stats
    from claudesess.stats.intervals import add_up

    keys = {name: sums[name].array for name in GROUPING}
    number, first = numbered(keys, len(sums))
    groups, n = taken(keys, first), len(first)
    seen = sums["outcome"].astype(str)
    is_pending = (sums["n_pending"] > 0).to_numpy(bool)
    causes = [*causes, *sorted(set(seen[~is_pending]) - set(causes))]
    cause = np.where(is_pending, -1, pd.Index(causes).get_indexer(pd.Index(seen)))
    row, of_pair = numbered({name: sums[name].array for name in _SESSION} | {"group": number}, len(sums))
    each = np.repeat(np.arange(len(sums)), sums["n_units"].to_numpy(int))
    attempt = sums["horizon"].to_numpy(int)
    table = stats.attempt_sums(
        attempt[each], cause[each], row[each], n_rows=len(of_pair), n_causes=len(causes)
    )
    group = number[of_pair]
    share = stats.incidence(table, group, n_groups=n)
    mean = stats.mean_attempts(table, group, n_groups=n)

    horizons = np.asarray(stats.HORIZONS, dtype=float)
    n_by = n * len(causes) * len(horizons)
    n_units = np.bincount(number, floats(sums["n_units"]), n)
    # Sessions of all units: those of which every chain is pending have none behind the number.
    whole: dict[str, Any] = groups | {
        "n_units": n_units, "horizon_unit": "attempts", "n_sessions": np.bincount(group, minlength=n)
    }  # fmt: skip
    events = np.cumsum(add_up(table, group, n)[:, 2:], axis=2)
    of_causes = np.repeat(np.asarray(causes, dtype=object), len(horizons))
    by = _of_decided(taken(whole, np.repeat(np.arange(n), len(of_causes))), share, "Aalen–Johansen", note) | {
        "outcome": np.tile(of_causes, n), "horizon": np.tile(horizons, len(causes) * n),
        "statistic": "share", "unit": "share", "n_events": events[:, :, horizons.astype(int) - 1].ravel(),
        "n_pending": share.n_pending.ravel(), "exposure": share.exposure.ravel(),
    }  # fmt: skip
    until = _of_decided(whole, mean, "restricted mean", note) | {
        "outcome": "any", "horizon": np.full(n, horizons.max()), "statistic": "mean", "unit": "attempts",
        "n_pending": mean.n_pending,
    }  # fmt: skip
    return _estimates(units, n_by + n, _below(n_by, by, n, until))


def _of_decided(whole: dict[str, Any], found: stats.Estimates, what: str, note: str) -> dict[str, Any]:
    """Say of numbers that few sessions are behind them where of the others nothing is decided yet."""
    from claudesess.stats.intervals import FEWEST_SESSIONS

    own = _limits(found, what, note)
    n_decided = own.pop("n_sessions")
    is_undecided = (n_decided < whole["n_sessions"]) & (n_decided < FEWEST_SESSIONS)
    return whole | own | {"note": np.where(is_undecided, UNDECIDED, own["note"])}


class _Groups(NamedTuple):
    """The number of each row's group, how many groups there are, their keys, and what of them adds up."""

    number: np.ndarray
    n: int
    keys: dict[str, Any]
    added: dict[str, Any]


def _by_group(sums: pd.DataFrame) -> _Groups:
    """Put the rows of all sessions together."""
    keys = {name: sums[name].array for name in _KEYS}
    number, first = numbered(keys, len(sums))
    added: dict[str, Any] = {name: np.bincount(number, floats(sums[name]), len(first)) for name in ADDED}
    session, sessions = numbered({name: sums[name].array for name in _SESSION}, len(sums))
    seen = np.unique((number * len(sessions) + session)[floats(sums["n_units"]) > 0])
    added["n_sessions"] = np.bincount(seen // max(len(sessions), 1), minlength=len(first))
    return _Groups(number, len(first), taken(keys, first), added)


def _without(added: dict[str, Any], *names: str) -> dict[str, Any]:
    """Take back columns that say nothing of this kind of number."""
    return added | dict.fromkeys(names)


def _below(n_first: int, first: dict[str, Any], n_last: int, last: dict[str, Any]) -> dict[str, Any]:
    """Put rows below others: a column that one side lacks holds nothing there."""
    names = [name for name in ESTIMATES.names if name in first or name in last]
    parts = [
        ESTIMATES.made({name: side[name] for name in names if name in side}, n)
        for n, side in ((n_first, first), (n_last, last))
    ]
    both = stacked(*parts)
    return {name: both[name].array for name in names}


def _limits(found: stats.Estimates, what: str, note: str) -> dict[str, Any]:
    """Return what statistics say, an entry per row."""
    columns = {
        name: getattr(found, name).ravel()
        for name in ("estimate", "low", "high", "n_effective", "n_sessions", "is_small")
    }
    if _NUMBERS_ONLY.get():
        return columns | {"method": None, "note": None}
    own = found.note.ravel()
    joined = np.where((own != "") & (note != ""), own + f"; {note}", own + note) if len(own) else own
    method, notes = f"{what}; {found.method}", np.array([one or None for one in joined], dtype=object)
    return columns | {"method": method, "note": notes}


def _described(added: dict[str, Any]) -> dict[str, Any]:
    """Return what is said of a number without limits."""
    from claudesess.stats.intervals import SMALL_SESSIONS

    return {"is_small": added["n_sessions"] < SMALL_SESSIONS, "note": ALL_RECORDED}


def _estimates(units: Units, n: int, columns: dict[str, Any]) -> pd.DataFrame:
    """Put rows in order, the largest groups first, days by day; and make them estimates, all at once."""
    constant = {"question": units.question, "measure": units.measure, "role": columns.get("role", "estimate")}
    groups = [columns.get(name) for name in ("group_2", "group")]
    is_grouped = any(group is not None and not pd.isna(group).all() for group in groups)
    if is_grouped and not _NUMBERS_ONLY.get():
        columns = taken(columns, _place_of(n, columns))
    return ESTIMATES.made(columns | constant, n)


def _place_of(n: int, columns: dict[str, Any]) -> np.ndarray:
    """Return the rows in their order: by size of the group, then by its name."""
    code, first = numbered({"group": columns.get("group")}, n)
    size = np.zeros(len(first))
    np.maximum.at(size, code, np.asarray(columns["n_units"], dtype=float))
    if (by := columns.get("group_by")) is not None:
        is_day = by == "day" if isinstance(by, str) else is_true(pd.Series(by) == "day")
        size = np.where(is_day, 0, size[code])
    else:
        size = size[code]
    ranks = [_rank(columns.get(name), n) for name in ("group_2", "group")]
    place: np.ndarray = np.lexsort((*ranks, -size))
    return place


def _rank(names: Any, n: int) -> np.ndarray:
    """Return the place of each name in their order; what is not known comes last."""
    if names is None or isinstance(names, str):
        return np.zeros(n, dtype=np.int64)
    code, each = pd.factorize(names, sort=True)
    return np.where(code < 0, len(each), code)
