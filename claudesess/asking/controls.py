"""A result beside its control: both as estimates, the difference with limits by session, and a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from claudesess import text
from claudesess.contracts import ESTIMATES
from claudesess.estimating import words
from claudesess.estimating.controls import rows_with
from claudesess.estimating.estimators import numbers_only
from claudesess.estimating.forms import form_of, in_unit, unit_of
from claudesess.estimating.sums import (
    floats,
    group_numbers,
    in_categories,
    matched,
    numbered,
    numbered_alike,
    pooled,
    stacked,
    taken,
)

if TYPE_CHECKING:
    from claudesess.asking.listing import Measure
    from claudesess.estimating.controls import Control
    from claudesess.estimating.sums import By

_MARK = "\x1f"  # before the number of a session and the draw in which it is looked at
_KEYS = ["group", "group_2", "outcome", "statistic", "horizon", "horizon_unit", "unit"]
_NUMBERS = ["estimate", "low", "high"]


class ControlSums(NamedTuple):
    """What adds up of a result and its control: those of several databases are put below each other.

    Attributes
    ----------
    compared
        `SUMS` of the units of the result for which units of the control stand.
    drawn
        `SUMS` of the control, by the ``draw`` that each is of, too.
    """

    compared: pd.DataFrame
    drawn: pd.DataFrame


def summed(
    measure: Measure, units: pd.DataFrame, own: pd.DataFrame, drawn: pd.DataFrame, by: By
) -> ControlSums:
    """Add up a result and its control.

    Parameters
    ----------
    measure
        What was asked.
    units
        Of the result. Those for which nothing in the control stands are left out.
    own
        The sums of all of them.
    drawn
        The units of the control, with their ``draw``.
    by
        What both are grouped by.
    """
    sums = measure.module.sums
    code, places = group_numbers(drawn, ["session_id", "draw"])
    marks = pd.Index([f"{_MARK}{number}" for number in range(len(places))], dtype="string")
    marked = drawn.assign(session_id=pd.Categorical.from_codes(code, categories=marks))
    of_draws = _by_draw(sums(marked, by=by), places)
    compared = _comparable(units, drawn)
    return ControlSums(own if compared is units else sums(compared, by=by), of_draws)


def beside(measure: Measure, sums: ControlSums, own: pd.DataFrame | None = None) -> pd.DataFrame:
    """Estimate a control, and the difference of a result and its control.

    Parameters
    ----------
    measure
        What was asked.
    sums
        From `summed`.
    own
        Estimates of the result that is compared, where they are there already.

    Returns
    -------
    DataFrame
        `ESTIMATES`: the control's rows (all draws together; n_units counts them all), then the differences.
        Where the measure itself estimates differences, these are held against those of the control.

    Notes
    -----
    Differences of shares: `claudesess.stats.differences`, each unit in the session in which it lies. Of any
    other number: `claudesess.stats.difference_limits` of both intervals, as if they were independent. The
    note of a difference says how many draws gave less than the result.
    """
    estimate = measure.module.estimate
    draw = sums.drawn["draw"].to_numpy(int)
    all_draws = pooled(sums.drawn)
    control = estimate(all_draws)
    each = _of_each_draw(estimate, sums.drawn, draw)
    own = estimate(sums.compared) if own is None else own
    difference = _differences(own, control, each, sums.compared, all_draws)
    constant = {"role": "control", "note": f"{len(np.unique(draw))} draws"}
    columns = {name: control[name].array for name in ESTIMATES.names}
    return stacked(ESTIMATES.made(columns | constant, len(control)), difference)


def _comparable(units: pd.DataFrame, drawn: pd.DataFrame) -> pd.DataFrame:
    """Keep the units for which units of the control stand: all, where these stand for none by name."""
    names = {name: name.removeprefix("for_") for name in map(str, drawn) if name.startswith("for_")}
    if not names:
        return units
    own, there = numbered_alike(list(names.values()), units, drawn[list(names)].rename(columns=names))
    return units[np.isin(own, there)]


def _by_draw(sums: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Return sums with their sessions as they are, and with the draw of each row.

    Each draw names the same sessions: they stand in categories, of which each is looked at once.
    """
    code, draw = _read(sums["session_id"]), places["draw"].to_numpy(int)
    sessions = in_categories(places["session_id"].astype("string").array)
    columns = {str(name): column.array for name, column in sums.items()} | {"session_id": sessions.take(code)}
    for name in ("group", "group_2"):
        if (sums[f"{name}_by"] == "session_id").any():
            columns[name] = sessions.take(_read(sums[name]))
    return pd.DataFrame(columns | {"draw": draw[code]}, index=sums.index)


def _read(marks: pd.Series) -> np.ndarray:
    """Return the number behind each mark; marks are few."""
    place, each = pd.factorize(marks)
    numbers: np.ndarray = np.array([int(one[len(_MARK) :]) for one in each], dtype=np.int64)[place]
    return numbers


def _of_each_draw(estimate: Any, sums: pd.DataFrame, draw: np.ndarray) -> pd.DataFrame:
    """Estimate the number of every draw by itself, all at once: a draw is a group."""
    parts = pd.DataFrame({"draw": draw, "group": sums["group"].array})
    code, groups = group_numbers(parts, ["draw", "group"])
    names = pd.Index([str(number) for number in range(len(groups))], dtype="string")
    with numbers_only():
        found = estimate(sums.assign(group=pd.Categorical.from_codes(code, categories=names)))
    place, each = pd.factorize(found["group"])
    again: pd.DataFrame = found.assign(group=groups["group"].array[each.astype(int).to_numpy()[place]])
    return again


def _differences(
    estimates: pd.DataFrame,
    control: pd.DataFrame,
    each: pd.DataFrame,
    sums: pd.DataFrame,
    pooled: pd.DataFrame,
) -> pd.DataFrame:
    """Take the control off the result, row by row of the result."""
    from claudesess import stats

    codes = numbered_alike(_KEYS, estimates, control, each)
    place, other = matched(*codes[:2])
    n, of_row = len(place), codes[0][place]
    result, *limits = (floats(estimates[name])[place] for name in _NUMBERS)
    theirs = (floats(control[name])[other] for name in _NUMBERS)
    gap, low, high = stats.difference_limits(result, *limits, *theirs)
    columns = taken({name: estimates[name].array for name in ESTIMATES.names}, place)
    method = np.full(n, "of both intervals, squared and added", dtype=object)
    n_sessions = columns["n_sessions"].to_numpy(float, na_value=np.nan)
    is_share = (
        (estimates["statistic"] == "share") & estimates["horizon"].isna() & (estimates["role"] == "estimate")
    ).to_numpy(bool)[place]
    if is_share.any():
        shares = np.flatnonzero(is_share)
        code, both = _by_session(estimates.iloc[place[shares]], sums, pooled)
        found = stats.differences(both[0], both[1], both[2], both[3], shares[code], n_groups=n)
        for target, values in (
            (gap, found.estimate),
            (low, found.low),
            (high, found.high),
            (n_sessions, found.n_sessions),
        ):
            target[is_share] = values[is_share]
        low[is_share], high[is_share] = np.clip(low[is_share], -1, 1), np.clip(high[is_share], -1, 1)
        method[is_share] = found.method
    columns |= {
        "role": "difference", "estimate": gap, "low": low, "high": high, "method": method,
        "n_sessions": n_sessions, "n_events": None, "n_effective": None,
        "note": _percentiles(result, *matched(of_row, codes[2]), floats(each["estimate"])),
    }  # fmt: skip
    return ESTIMATES.made(columns, n)


def _by_session(
    found: pd.DataFrame, sums: pd.DataFrame, pooled: pd.DataFrame
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Put events and exposure of both sides beside each other, and say for which row of `found` they are."""
    of_found, *of_sides = numbered_alike(["group", "group_2", "outcome"], found, sums, pooled)
    session = np.concatenate(numbered_alike(["db", "session_id"], sums, pooled))
    group = np.concatenate(of_sides)
    cell, first = numbered({"group": group, "session": session}, len(group))
    is_own = np.arange(len(group)) < len(sums)
    numbers = [
        np.bincount(cell, np.where(is_side, np.nan_to_num(values), 0.0), len(first))
        for is_side in (is_own, ~is_own)
        for values in (
            np.concatenate([floats(side[name]) for side in (sums, pooled)])
            for name in ("n_events", "exposure")
        )
    ]
    code, place = matched(of_found, group[first])
    return code, [values[place] for values in numbers]


def _percentiles(result: np.ndarray, row: np.ndarray, place: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Say for every difference how many of the draws are below the result; a row for each place of a draw."""
    gap = result[row] - draws[place]
    row, gap = row[~np.isnan(gap)], gap[~np.isnan(gap)]
    n = np.bincount(row, minlength=len(result))
    below = np.bincount(row, (gap > 1e-12) + 0.5 * (np.abs(gap) <= 1e-12), len(result))
    notes = [
        f"more than {text.percent(share / count)} of {count} draws" if count else None
        for share, count in zip(below, n, strict=True)
    ]
    return np.array(notes, dtype=object)


def sentence(
    control: Control, rows: pd.DataFrame, own: pd.DataFrame, names: Mapping[str, str] | None = None
) -> str:
    """Say what the control of a finding gives, and whether a difference is shown.

    Parameters
    ----------
    control
        Of the measure.
    rows
        From `beside`; differences of its claim are told, those of the first groups where there are several.
    own
        Estimates of the result, of all units: where only some can be compared, the number of these is told.
    names
        What groups are called, where that is not what they are (`Measure.names`).
    """
    asked = rows_with(rows, control.claim)
    gaps = asked[asked["role"] == "difference"]
    result = rows_with(own, control.claim)
    sides = {"_control": asked[asked["role"] == "control"], "_own": result[result["role"] == "estimate"]}
    for suffix, side in sides.items():
        gaps = _set_beside(gaps, side, suffix)
    both = gaps[gaps["estimate"].notna()]
    if len(both) and both[["low", "high"]].isna().all(axis=None):
        return f"{control.at}: too few sessions to show a difference."
    called = names or {}
    pairs = words.by_group(both, _placebo_beside, lambda group: called.get(group, group))
    return f"{control.at}: {pairs}." if pairs else "There is nothing to hold it against: no more is shown."


def _set_beside(gaps: pd.DataFrame, side: pd.DataFrame, suffix: str) -> pd.DataFrame:
    """Put the numbers of one side beside differences of the same group; NA where it has none."""
    own, theirs = numbered_alike(["group", "group_2"], gaps, side)
    place, other = matched(own, theirs)
    alone = np.setdiff1d(np.arange(len(gaps)), place)
    order = np.argsort(np.concatenate([place, alone]), kind="stable")
    place = np.concatenate([place, alone])[order]
    other = np.concatenate([other, np.full(len(alone), -1)])[order]
    beside = {
        f"{name}{suffix}": side[name].array.take(other, allow_fill=True)
        for name in ("estimate", "n_units", "exposure")
    }
    return gaps.take(place).reset_index(drop=True).assign(**beside)


def _placebo_beside(row: pd.Series) -> str:
    """Say a control and what it leaves of a result, all in the unit of the result."""
    unit = str(row["unit"])
    level = in_unit(row["estimate_control"], unit)
    if not words.has_limits(row):
        return f"{level}, too few sessions to show a difference"
    low, high = (float(row[name]) if pd.notna(row[name]) else np.nan for name in ("low", "high"))
    gap = in_unit(row["estimate"], unit, is_difference=True)
    resting = words.sure_of(row, form_of(unit, is_difference=True))
    if low > 0 or high < 0:
        return f"{level}{_compared(row)}, {gap} ({resting})"
    return (
        f"{level}{_compared(row)}, a difference is not shown ({resting}{unit_of(unit, is_difference=True)})"
    )


def _compared(row: pd.Series) -> str:
    """Say the number of those units that can be compared, where others are left out."""
    counts = "exposure" if row["unit"] == "share" and pd.notna(row["exposure"]) else "n_units"
    n, n_all = row[counts], row[f"{counts}_own"]
    if pd.isna(n_all) or n >= n_all:
        return ""
    compared = in_unit(row["estimate"] + row["estimate_control"], str(row["unit"]))
    return f" against {compared} of the {n:,.0f} that can be compared"
