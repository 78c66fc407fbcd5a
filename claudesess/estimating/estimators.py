"""Estimates of sums: from `SUMS` to `ESTIMATES`, all groups and outcomes at once.

A thin bridge: the statistics are those of `claudesess.stats`, which take the session as the unit of sampling;
they are loaded when something is estimated, since scipy is large (of it `special` alone).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from claudesess.contracts import ESTIMATES, Units
from claudesess.estimating.sums import ADDED, floats, group_numbers, is_true, stacked

if TYPE_CHECKING:
    from claudesess import stats

_GROUP = ["group_by", "group", "group_2_by", "group_2"]
_KEYS = [*_GROUP, "outcome", "horizon", "horizon_unit", "unit"]

ALL_RECORDED = "it describes all that was recorded: no limits"
"""The note of numbers that are no estimate of anything beyond what they count."""


UNDECIDED = "fewer than 3 sessions with a chain whose first event is known: no limits"
"""The note of estimates whose other sessions hold nothing that is decided."""


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

    number, rows, added = _by_group(sums)
    found = stats.shares(floats(sums["n_events"]), floats(sums["exposure"]), number, n_groups=len(rows))
    rows = rows.assign(**added).assign(
        statistic="share", unit="share", **_limits(found, "pooled share", note)
    )
    return _estimates(units, rows)


def shrunk(units: Units, sums: pd.DataFrame, *, note: str = "") -> pd.DataFrame:
    """Estimate the shares of many small groups together, each drawn towards what groups are like.

    Parameters
    ----------
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

    number, rows, added = _by_group(sums)
    found = stats.shares(floats(sums["n_events"]), floats(sums["exposure"]), number, n_groups=len(rows))
    has_limits = ~np.isnan(found.low)
    n = np.where(has_limits, found.n_effective, np.minimum(found.n_sessions, added["exposure"]))
    family = rows.groupby(["group_by", "group_2_by", "group_2", "outcome"], dropna=False, sort=False).ngroup()
    own = {name: np.full(len(rows), np.nan) for name in ("estimate", "low", "high")}
    for one in range(int(family.max()) + 1 if len(rows) else 0):
        here = (family == one).to_numpy() & (n > 0)
        if here.any():
            drawn = stats.shrink((found.estimate * n)[here], n[here])
            for name, values in own.items():
                values[here] = getattr(drawn, name)
    own |= {name: np.where(has_limits, own[name], np.nan) for name in ("low", "high")}
    method = "beta-binomial over groups, of effective numbers by session"
    rows = rows.assign(**added).assign(
        statistic="mean", unit="share", **(_limits(found, method, note) | own | {"method": method})
    )
    made = _estimates(units, rows)
    return made.sort_values("low", ascending=False, kind="stable", na_position="last", ignore_index=True)


def knees(units: Units, sums: pd.DataFrame, *, level_at: Mapping[str, float], unit: str) -> pd.DataFrame:
    """Find from which level on a larger share counts, per outcome and second group.

    Parameters
    ----------
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
                "note": "no knee is seen" if np.isnan(found.at) else None,
            }
        )  # fmt: skip
    rows = pd.DataFrame(
        made, columns=[*keys, "estimate", "low", "high", "n_units", "n_sessions", "is_small", "note"]
    )
    rows = rows.assign(
        statistic="knee", unit=unit, method="step within sessions; sessions drawn again", group=None
    )
    return _estimates(units, rows.assign(group_by=None))


def differences(
    units: Units, sums: pd.DataFrame, *, pairs: Sequence[tuple[str, str, str]], note: str = ""
) -> pd.DataFrame:
    """Estimate differences of two shares, session by session (`claudesess.stats.differences`).

    Parameters
    ----------
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
    number, rows, added = _by_group(both)
    found = stats.differences(
        floats(both["n_events_after"]), floats(both["exposure_after"]),
        floats(both["n_events"]), floats(both["exposure"]),
        number, n_groups=len(rows),
    )  # fmt: skip
    rows = rows.assign(**_without(added, "n_events")).assign(
        role="difference", statistic="share", unit="share",
        **_limits(found, "difference of pooled shares", note),
    )  # fmt: skip
    return _estimates(units, rows)


def rates(units: Units, sums: pd.DataFrame, *, note: str = "") -> pd.DataFrame:
    """Estimate rates: events per unit of exposure (`claudesess.stats.event_rates`).

    Parameters
    ----------
    sums
        `SUMS` whose `unit` is that of the exposure: ``active hour``, ``open hour``.
    """
    from claudesess import stats

    number, rows, added = _by_group(sums)
    found = stats.event_rates(floats(sums["n_events"]), floats(sums["exposure"]), number, n_groups=len(rows))
    limits = _limits(found, "events by exposure", note)
    left_out = (added["n_events"] - found.n_units).astype(int)
    notes = [f"{n} seen in no such hour: not in the rate" for n in left_out]
    limits["note"] = np.where(left_out > 0, notes, limits["note"])
    unit = "per " + rows["unit"].astype("string")
    return _estimates(units, rows.assign(**added).assign(statistic="rate", unit=unit, **limits))


def ratios(units: Units, sums: pd.DataFrame, *, statistic: str, unit: str) -> pd.DataFrame:
    """Divide events by exposure, without limits: shares of time, means."""
    _, rows, added = _by_group(sums)
    from claudesess.stats.intervals import divide

    value = divide(added["n_events"], added["exposure"])
    rows = rows.assign(
        statistic=statistic, estimate=value, unit=unit, method="events by exposure",
        **_described(added), **_without(added, "n_events"),
    )  # fmt: skip
    return _estimates(units, rows)


def means(units: Units, sums: pd.DataFrame, *, unit: str, note: str = "") -> pd.DataFrame:
    """Estimate what a unit of exposure has on average, with limits by session (`claudesess.stats.means`)."""
    from claudesess import stats

    number, rows, added = _by_group(sums)
    found = stats.means(floats(sums["n_events"]), floats(sums["exposure"]), number, n_groups=len(rows))
    limits = _limits(found, "ratio of sums", note)
    rows = rows.assign(**_without(added, "n_events")).assign(statistic="mean", unit=unit, **limits)
    return _estimates(units, rows)


def quantiles(
    units: Units, sums: pd.DataFrame, *, unit: str | None, at: Sequence[float] = (0.25, 0.5, 0.75)
) -> pd.DataFrame:
    """Find quantiles of numbers that are all known, without limits; `unit` None: the outcome is the unit."""
    number, rows, added = _by_group(sums)
    times = sums["n_units"].to_numpy(int)
    values = pd.Series(np.repeat(floats(sums["value"]), times)).groupby(np.repeat(number, times))
    rows = rows.assign(
        unit=unit or rows["outcome"], method="quantile of what was counted",
        **_described(added), **_without(added, "exposure", "n_events"),
    )  # fmt: skip
    parts = [
        rows.assign(
            statistic=f"p{round(100 * share)}",
            estimate=values.quantile(share).reindex(range(len(rows))).to_numpy(),
        )
        for share in at
    ]
    return _estimates(units, pd.concat(parts, ignore_index=True))


def durations(
    units: Units, sums: pd.DataFrame, *, horizons: Mapping[str, Sequence[float]], note: str = ""
) -> pd.DataFrame:
    """Estimate by when a half and nine in ten have seen an event, and the share that has by some times.

    Parameters
    ----------
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

    number, rows, added = _by_group(sums)
    events, censored = floats(sums["n_events"]), floats(sums["n_censored"])
    # 1: the event, 2: what competes with it, 0: not watched any longer
    times = np.stack([events, floats(sums["n_units"]) - events - censored, censored], axis=1).astype(int)
    each = np.repeat(np.arange(len(sums)), times.sum(axis=1))
    end = np.repeat(np.tile([1, 2, 0], len(sums)), times.ravel())
    session, _ = group_numbers(sums, ["db", "session_id"])
    watched, group = (floats(sums["value"])[each], end, session[each]), number[each]
    curve = curves(*watched, group, n_groups=len(rows))
    quantile = stats.durations(*watched, group, n_groups=len(rows), curve=curve)
    share = stats.incidence_by_time(*watched, horizons, group, n_groups=len(rows), curve=curve)
    whole = rows.assign(**_without(added, "exposure", "n_pending"))
    at = _per_group(whole, len(QUANTILES))
    at = at.assign(
        statistic=np.tile([f"p{round(100 * q)}" for q in QUANTILES], len(rows)), unit=unit,
        **_limits(quantile, "Aalen–Johansen", note),
    )  # fmt: skip
    by = _per_group(whole, len(horizons))
    horizon = np.tile(np.asarray(horizons, dtype=float), len(rows))
    value = floats(sums["value"])
    seen = [np.bincount(number, events * (value <= one), len(rows)) for one in horizons]
    by = by.assign(
        statistic="share", unit="share", horizon=horizon, horizon_unit=unit,
        n_events=np.stack(seen, axis=1).ravel() if len(rows) else [], n_censored=np.nan,
        n_pending=share.n_pending.ravel(), exposure=share.exposure.ravel(),
        **_limits(share, "Aalen–Johansen", note),
    )  # fmt: skip
    return _estimates(units, pd.concat([at, by], ignore_index=True))


def incidence(units: Units, sums: pd.DataFrame, *, causes: Sequence[str], note: str = "") -> pd.DataFrame:
    """Estimate which share each cause has ended by some attempts, in the presence of the others.

    Parameters
    ----------
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
    from claudesess.stats.intervals import FEWEST_SESSIONS, add_up

    number, groups = group_numbers(sums, _GROUP)
    seen = sums["outcome"].astype(str)
    is_pending = (sums["n_pending"] > 0).to_numpy(bool)
    causes = [*causes, *sorted(set(seen[~is_pending]) - set(causes))]
    cause = np.where(is_pending, -1, pd.Index(causes).get_indexer(pd.Index(seen)))
    row, pairs = group_numbers(sums.assign(number=number), ["db", "session_id", "number"])
    each = np.repeat(np.arange(len(sums)), sums["n_units"].to_numpy(int))
    attempt = sums["horizon"].to_numpy(int)
    table = stats.attempt_sums(attempt[each], cause[each], row[each], n_rows=len(pairs), n_causes=len(causes))
    group = pairs["number"].to_numpy(int)
    share = stats.incidence(table, group, n_groups=len(groups))
    mean = stats.mean_attempts(table, group, n_groups=len(groups))

    n_units = np.bincount(number, floats(sums["n_units"]), len(groups))
    whole = groups.assign(n_units=n_units, horizon_unit="attempts", of=groups.index)
    events = np.cumsum(add_up(table, group, len(groups))[:, 2:], axis=2)
    by_then = events[:, :, np.asarray(stats.HORIZONS) - 1]
    by = _per_group(whole, len(causes) * len(stats.HORIZONS))
    by = by.assign(
        **_limits(share, "Aalen–Johansen", note),
        outcome=np.tile(np.repeat(np.asarray(causes, dtype=object), len(stats.HORIZONS)), len(groups)),
        horizon=np.tile(np.asarray(stats.HORIZONS, dtype=float), len(causes) * len(groups)),
        statistic="share", unit="share", n_events=by_then.ravel(),
        n_pending=share.n_pending.ravel(), exposure=share.exposure.ravel(),
    )  # fmt: skip
    until = whole.assign(
        outcome="any", horizon=float(max(stats.HORIZONS)), statistic="mean", unit="attempts",
        n_pending=mean.n_pending, **_limits(mean, "restricted mean", note),
    )  # fmt: skip
    rows = pd.concat([by, until], ignore_index=True)
    # Sessions of all units: those of which every chain is pending have none behind the number.
    n_sessions = pairs.groupby("number").size().reindex(rows["of"]).to_numpy()
    is_undecided = (rows["n_sessions"] < n_sessions) & (rows["n_sessions"] < FEWEST_SESSIONS)
    return _estimates(
        units, rows.assign(n_sessions=n_sessions, note=rows["note"].mask(is_undecided, UNDECIDED))
    )


def _by_group(sums: pd.DataFrame) -> tuple[np.ndarray, pd.DataFrame, dict[str, Any]]:
    """Return each row's group by number, the groups' keys, and what of them adds up."""
    number, rows = group_numbers(sums, _KEYS)
    added: dict[str, Any] = {name: np.bincount(number, floats(sums[name]), len(rows)) for name in ADDED}
    session, sessions = group_numbers(sums, ["db", "session_id"])
    seen = np.unique((number * len(sessions) + session)[floats(sums["n_units"]) > 0])
    added["n_sessions"] = np.bincount(seen // max(len(sessions), 1), minlength=len(rows))
    return number, rows, added


def _without(added: dict[str, Any], *names: str) -> dict[str, Any]:
    """Take back columns that say nothing of this kind of number."""
    return added | dict.fromkeys(names, np.nan)


def _per_group(rows: pd.DataFrame, times: int) -> pd.DataFrame:
    """Return a row per group and number of it, groups one after the other."""
    return rows.loc[rows.index.repeat(times)].reset_index(drop=True)


def _limits(found: stats.Estimates, what: str, note: str) -> dict[str, Any]:
    """Return what statistics say, an entry per row."""
    own = found.note.ravel()
    columns = {
        name: getattr(found, name).ravel()
        for name in ("estimate", "low", "high", "n_effective", "n_sessions", "is_small")
    }
    joined = np.where((own != "") & (note != ""), own + f"; {note}", own + note) if len(own) else own
    return columns | {"method": f"{what}; {found.method}", "note": pd.Series(joined).replace("", None).array}


def _described(added: dict[str, Any]) -> dict[str, Any]:
    """Return what is said of a number without limits."""
    from claudesess.stats.intervals import SMALL_SESSIONS

    return {"is_small": added["n_sessions"] < SMALL_SESSIONS, "note": ALL_RECORDED}


def _estimates(units: Units, rows: pd.DataFrame) -> pd.DataFrame:
    """Fill up columns, and put the groups in order: the largest first, days by day."""
    rows = rows.assign(question=units.question, measure=units.measure, role=rows.get("role", "estimate"))
    if rows[["group", "group_2"]].isna().all(axis=None):
        return ESTIMATES.filled(rows)
    code, groups = group_numbers(rows, ["group"])
    size = np.zeros(len(groups))
    np.maximum.at(size, code, floats(rows["n_units"]))
    order = rows[["group_2", "group"]].assign(
        size=np.where(is_true(rows["group_by"] == "day"), 0, -size[code])
    )
    place = order.sort_values(["size", "group", "group_2"], kind="stable", na_position="last").index
    return ESTIMATES.filled(rows.loc[place])
