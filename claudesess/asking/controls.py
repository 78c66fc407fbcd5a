"""A result beside its control: both as estimates, the difference with limits by session, and a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from claudesess import text
from claudesess.contracts import ESTIMATES
from claudesess.estimating import words
from claudesess.estimating.sums import group_numbers, pooled, stacked

if TYPE_CHECKING:
    from claudesess.asking.listing import Measure
    from claudesess.estimating.controls import Control
    from claudesess.estimating.sums import By

_MARK = "\x1f"  # before the number of a session and the draw in which it is looked at
_GROUP = ["group_by", "group", "group_2_by", "group_2"]
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


def summed(measure: Measure, units: pd.DataFrame, drawn: pd.DataFrame, by: By) -> ControlSums:
    """Add up a result and its control.

    Parameters
    ----------
    measure
        What was asked.
    units
        Of the result. Those for which nothing in the control stands are left out.
    drawn
        The units of the control, with their ``draw``.
    by
        What both are grouped by.
    """
    sums = measure.module.sums
    code, places = group_numbers(drawn, ["session_id", "draw"])
    marks = _MARK + pd.Series(code).astype("string")
    of_draws = _by_draw(sums(drawn.assign(session_id=marks.array), by=by), places)
    return ControlSums(sums(_comparable(units, drawn), by=by), of_draws)


def beside(measure: Measure, sums: ControlSums) -> pd.DataFrame:
    """Estimate a control, and the difference of a result and its control.

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
    n_draws = len(np.unique(draw))
    control = estimate(all_draws).assign(role="control", note=f"{n_draws} draws")
    each = _of_each_draw(estimate, sums.drawn, draw)
    difference = _differences(estimate(sums.compared), control, sums.compared, all_draws)
    difference = difference.assign(note=_percentiles(difference, each))
    return stacked(*(ESTIMATES.filled(part) for part in (control, difference)))


def _comparable(units: pd.DataFrame, drawn: pd.DataFrame) -> pd.DataFrame:
    """Keep the units for which units of the control stand: all, where these stand for none by name."""
    names = {name: name.removeprefix("for_") for name in map(str, drawn) if name.startswith("for_")}
    if not names:
        return units
    there = pd.MultiIndex.from_frame(drawn[list(names)].drop_duplicates())
    return units[pd.MultiIndex.from_frame(units[list(names.values())]).isin(there)]


def _by_draw(sums: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Return sums with their sessions as they are, and with the draw of each row."""
    names = dict(zip(_MARK + places.index.astype("string"), places["session_id"], strict=True))
    code = sums["session_id"].str.slice(len(_MARK)).to_numpy(int)
    grouped = {
        name: sums[name].map(names).astype("string")
        for name in ("group", "group_2")
        if (sums[f"{name}_by"] == "session_id").any()
    }
    session = places["session_id"].astype("string").array[code]
    return sums.assign(session_id=session, **grouped, draw=places["draw"].to_numpy(int)[code])


def _of_each_draw(estimate: Any, sums: pd.DataFrame, draw: np.ndarray) -> pd.DataFrame:
    """Estimate every draw by itself, all at once: a draw is a group."""
    parts = pd.DataFrame({"draw": draw, "group": sums["group"]})
    code, groups = group_numbers(parts, ["draw", "group"])
    found = estimate(sums.assign(group=pd.array(code).astype("string")))
    again: pd.DataFrame = found.assign(group=groups["group"].array[found["group"].to_numpy(int)])
    return again


def _differences(
    estimates: pd.DataFrame, control: pd.DataFrame, sums: pd.DataFrame, pooled: pd.DataFrame
) -> pd.DataFrame:
    """Take the control off the result, row by row of the result."""
    from claudesess import stats

    found = estimates.merge(control[[*_KEYS, *_NUMBERS]], on=_KEYS, how="inner", suffixes=("", "_control"))
    own, other = (
        [found[f"{name}{end}"].to_numpy(float, na_value=np.nan) for name in _NUMBERS]
        for end in ("", "_control")
    )
    gap, low, high = stats.difference_limits(*own, *other)
    method = np.full(len(found), "of both intervals, squared and added", dtype=object)
    n_sessions = found["n_sessions"].astype(float).to_numpy(copy=True)
    is_share = (
        (found["statistic"] == "share") & found["horizon"].isna() & (found["role"] == "estimate")
    ).to_numpy(bool)
    if is_share.any():
        code, both = _by_session(found, is_share, sums, pooled)
        limits = stats.differences(
            both["n_events"],
            both["exposure"],
            both["n_events_control"],
            both["exposure_control"],
            code,
            n_groups=len(found),
        )
        for target, values in (
            (gap, limits.estimate),
            (low, limits.low),
            (high, limits.high),
            (n_sessions, limits.n_sessions),
        ):
            target[is_share] = values[is_share]
        low[is_share], high[is_share] = np.clip(low[is_share], -1, 1), np.clip(high[is_share], -1, 1)
        method[is_share] = limits.method
    return found.drop(columns=[f"{name}_control" for name in _NUMBERS]).assign(
        role="difference", result=own[0], estimate=gap, low=low, high=high, method=method,
        n_sessions=n_sessions, n_events=np.nan, n_effective=np.nan,
    )  # fmt: skip


def _by_session(
    found: pd.DataFrame, is_share: np.ndarray, sums: pd.DataFrame, pooled: pd.DataFrame
) -> tuple[np.ndarray, pd.DataFrame]:
    """Put events and exposure of both sides beside each other, and say for which row of `found` they are."""
    keys = ["group", "group_2", "outcome"]
    place = found.loc[is_share, keys].assign(code=np.flatnonzero(is_share))
    sides = [
        side.groupby([*keys, "db", "session_id"], dropna=False, sort=False)[["n_events", "exposure"]]
        .sum()
        .reset_index()
        for side in (sums, pooled)
    ]
    both = sides[0].merge(sides[1], on=[*keys, "db", "session_id"], how="outer", suffixes=("", "_control"))
    both = both.merge(place, on=keys)
    values = both[["n_events", "exposure", "n_events_control", "exposure_control"]].astype(float).fillna(0.0)
    return both["code"].to_numpy(np.int64), values


def _percentiles(difference: pd.DataFrame, each: pd.DataFrame) -> pd.Series:
    """Say for every difference how many of the draws are below the result."""
    whole = difference[[*_KEYS, "result"]].reset_index(names="row")
    both = whole.merge(each[[*_KEYS, "estimate"]], on=_KEYS)
    both = both[both["estimate"].notna() & both["result"].notna()]
    gap = (both["result"] - both["estimate"]).astype(float).to_numpy()
    below = pd.Series((gap > 1e-12) + 0.5 * (np.abs(gap) <= 1e-12)).groupby(both["row"].to_numpy())
    share, n = below.mean().reindex(difference.index), below.size().reindex(difference.index)
    return pd.Series(
        [
            f"more than {text.percent(one)} of {count:.0f} draws" if pd.notna(one) else None
            for one, count in zip(share, n, strict=True)
        ],
        index=difference.index,
        dtype="string",
    )


def sentence(control: Control, rows: pd.DataFrame) -> str:
    """Say what the control of a finding gives, and whether a difference is shown.

    Parameters
    ----------
    control
        Of the measure.
    rows
        From `beside`; differences of its claim are told, those of the first groups where there are several.
    """
    asked = np.logical_and.reduce(
        [(rows[name] == value).fillna(False) for name, value in control.claim.items()]
    )
    gaps = rows[asked & (rows["role"] == "difference")]
    own = rows.loc[asked & (rows["role"] == "control"), ["group", "group_2", "estimate"]]
    both = gaps.merge(own, on=["group", "group_2"], suffixes=("", "_control"))
    both = both[both["estimate"].notna()]
    if len(both) and both[["low", "high"]].isna().all(axis=None):
        return f"{control.at}: too few sessions to show a difference."
    pairs = words.by_group(both, _placebo_beside)
    return f"{control.at}: {pairs}." if pairs else "There is nothing to hold it against: no more is shown."


def _placebo_beside(row: pd.Series) -> str:
    """Say a control and what it leaves of a result."""
    is_share = row["unit"] == "share"
    form, unit = (_points, "points") if is_share else (_signed, row["unit"])
    level = text.percent(row["estimate_control"]) if is_share else text.number(row["estimate_control"])
    low, high = (float(row[name]) if pd.notna(row[name]) else np.nan for name in ("low", "high"))
    if np.isnan(low) and np.isnan(high):
        return f"{level}, too few sessions to show a difference"
    between = f"{form(low)} to {form(high)}"
    limits = (
        f"{form(low)} or more" if np.isnan(high) else f"{form(high)} or less" if np.isnan(low) else between
    )
    shown = f"{form(row['estimate'])} {unit}" if low > 0 or high < 0 else "a difference is not shown"
    return f"{level}, {shown} (95 % limits {limits})"


def _points(share: float) -> str:
    return _signed(100 * share)


def _signed(value: float) -> str:
    """Print a difference with its sign.

    Examples
    --------
    >>> _signed(12.3), _signed(-0.26), _signed(0.0), _signed(float("nan"))
    ('+12', '−0.26', '0', '?')
    """
    if pd.isna(value):
        return "?"
    size = f"{abs(value):,.0f}" if abs(value) >= 1 else text.number(abs(value))
    return size if size == "0" else ("+" if value > 0 else "−") + size
