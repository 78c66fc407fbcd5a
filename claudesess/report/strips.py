"""Estimates as rows that a page draws without a script: a name, a point, its limits, the number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from claudesess import text
from claudesess.estimating import words
from claudesess.estimating.words import Key, Statement

_STATISTICS = {
    "share": "Share", "rate": "Rate", "mean": "Mean", "p25": "First quarter", "p50": "Half",
    "p75": "Third quarter", "p90": "Nine in ten", "p95": "95 in 100", "p99": "99 in 100",
}  # fmt: skip
_GLANCE = ("p50", "share", "rate", "mean")  # of several statistics of one thing the first is shown
_UNITS = {"share": "", "s": "", "per hour": " per hour", "times": " ×"}
_TOPS = (0.1, 0.25, 0.5, 1.0)  # where the scale of shares may end
_OWN = ("db", "project", "model", "file_path")  # covariates whose values are somebody's own words
_KEY = ["group", "group_2", "outcome"]


class Strip(NamedTuple):
    """One estimate to draw; places are per cent of the width, None where not known."""

    name: str
    value: str
    limits: str
    counted: str
    at: float | None
    low: float | None
    high: float | None
    control: float | None
    control_value: str
    is_small: bool
    is_told: bool


class Block(NamedTuple):
    """Estimates of one kind on one scale: what is counted, where the scale begins and ends."""

    caption: str
    first: str
    last: str
    strips: list[Strip]


class Row(NamedTuple):
    """One estimate in words, for a table."""

    name: str
    statistic: str
    value: str
    limits: str
    counted: str
    n: int
    n_sessions: int
    unseen: str
    note: str


def blocks(
    estimates: pd.DataFrame,
    statement: Statement,
    names: Mapping[str, str],
    captions: Mapping[str, str],
    *,
    control: pd.DataFrame | None = None,
    most: int | None = None,
) -> list[Block]:
    """Return small charts: of each group and outcome one number, in front what is told of them.

    Parameters
    ----------
    estimates
        Rows of `claudesess.contracts.ESTIMATES`.
    statement
        The words beside the charts.
    names
        Values of groups and outcomes in words.
    captions
        What is counted, by outcome or by unit; what has no caption is not shown.
    control
        The same estimates where nothing should be found.
    most
        Rows of a chart at most.
    """
    rows = _glance(estimates, statement, captions)
    return [
        _block(str(caption), own if most is None else own.head(most), statement, names, control)
        for (caption, _), own in rows.groupby(["caption", rows["horizon"].fillna(-1)], sort=False)
    ]


def _glance(estimates: pd.DataFrame, statement: Statement, captions: Mapping[str, str]) -> pd.DataFrame:
    """Return the rows that stand for an answer at one glance, with their captions."""
    caption = estimates["outcome"].map(captions).fillna(estimates["unit"].map(captions))
    is_shown = (estimates["n_units"] > 0) & estimates["estimate"].notna() & caption.notna()
    rows = statement.first(estimates.assign(caption=caption)[is_shown & (estimates["role"] == "estimate")])
    keys = words.keys_of(rows)
    is_kept = _is_of_told(rows, keys, statement)
    rows, keys = rows.loc[is_kept], [key for key, kept in zip(keys, is_kept, strict=True) if kept]
    is_told = pd.Series([key in statement.about for key in keys], index=rows.index, dtype=bool)
    statistic = rows["statistic"].astype(str)
    place = statistic.map({name: place for place, name in enumerate(_GLANCE)})
    leading = {key[3:] for key in statement.about}
    like_told = pd.Series([key[3:] in leading for key in keys], index=rows.index, dtype=bool)
    order = rows.assign(is_else=~is_told & ~like_told, place=place, at=-rows["horizon"].fillna(0))
    best = order[place.notna()].sort_values(["is_else", "place", "at"], kind="stable")
    kept = best.drop_duplicates(_KEY).index
    return rows[rows.index.isin(kept)]


def _is_of_told(rows: pd.DataFrame, keys: list[Key], statement: Statement) -> list[bool]:
    """Say which estimates are of a group that is told of, or of a grouping of which nothing is told."""
    groups = {key[:2] for key in statement.about}
    groupings = rows[["group_by", "group_2_by"]].astype(object).fillna("").itertuples(index=False, name=None)
    of = list(zip(groupings, keys, strict=True))
    leading = {grouping for grouping, key in of if key[:2] in groups}
    return [key[:2] in groups or grouping not in leading for grouping, key in of]


def _block(
    caption: str,
    rows: pd.DataFrame,
    statement: Statement,
    names: Mapping[str, str],
    control: pd.DataFrame | None,
) -> Block:
    unit = str(rows["unit"].iloc[0])
    controls = _held_against(rows, control)
    ends = [float(one) for name in ("estimate", "low", "high") for one in rows[name].dropna()]
    ends += [float(one) for one in controls.dropna()]
    bottom, top = min(0.0, *ends), max(0.0, *ends)
    if unit == "share" and bottom == 0:
        top = next((one for one in _TOPS if top <= one), 1.0)

    def place(value: float) -> float | None:
        return None if pd.isna(value) else round(100 * (value - bottom) / ((top - bottom) or 1), 2)

    first = statement.about[:1]
    strips = [
        Strip(
            name,
            in_unit(row["estimate"], row["unit"]),
            limits(row["low"], row["high"], row["unit"]),
            _seen(row),
            place(row["estimate"]),
            place(row["low"]),
            place(row["high"]),
            place(beside),
            "" if pd.isna(beside) else in_unit(beside, unit),
            bool(row["is_small"]),
            key in first,
        )
        for name, row, beside, key in zip(
            labels(rows, names), rows.to_dict("records"), controls, words.keys_of(rows), strict=True
        )
    ]
    horizon = rows["horizon"].dropna().unique()
    until = f", by {_horizon(rows.iloc[0].to_dict())}" if len(horizon) == 1 else ""
    return Block(f"{caption}{until}", in_unit(bottom, unit), in_unit(top, unit), strips)


def _held_against(rows: pd.DataFrame, control: pd.DataFrame | None) -> pd.Series:
    """Return the control of each row, where there is one."""
    if control is None:
        return pd.Series(np.nan, index=rows.index)
    own = control[(control["role"] == "control") & control["estimate"].notna()]
    of = dict(zip(words.keys_of(own), own["estimate"].astype(float), strict=True))
    return pd.Series([of.get(key, np.nan) for key in words.keys_of(rows)], index=rows.index, dtype=float)


def _seen(row: Mapping[Any, Any]) -> str:
    """Say how much was counted: of a share what of how many, else the number of units."""
    counted = _counted(row)
    is_share = row["statistic"] in ("share", "mean") and " of " in counted
    return counted if is_share or row["statistic"] == "rate" else f"n = {row['n_units']:,.0f}"


def table(estimates: pd.DataFrame, names: Mapping[str, str], most: int) -> tuple[list[Row], int]:
    """Return the first estimates in words, `most` of them, and how many there are."""
    every = estimates[estimates["n_units"] > 0]
    rows = every.head(most)
    lines = [
        Row(
            name if pd.isna(row["horizon"]) else f"{name} · by {_horizon(row)}",
            _STATISTICS.get(str(row["statistic"]), str(row["statistic"])),
            in_unit(row["estimate"], row["unit"]),
            limits(row["low"], row["high"], row["unit"]),
            _counted(row),
            int(row["n_units"]),
            int(row["n_sessions"]),
            _unseen(row),
            "" if pd.isna(row["note"]) else str(row["note"]),
        )
        for name, row in zip(labels(every, names), rows.to_dict("records"), strict=False)
    ]
    return lines, len(every)


def labels(rows: pd.DataFrame, names: Mapping[str, str]) -> list[str]:
    """Name each row by its groups, and by its outcome where there are several."""
    shown = [name for name in ("group", "group_2") if rows[name].notna().any()]
    if rows["outcome"].nunique() > 1 or not shown:
        shown.append("outcome")
    return [
        " · ".join(_called(row[name], row.get(f"{name}_by"), names) for name in shown if pd.notna(row[name]))
        or "All"
        for row in rows.to_dict("records")
    ]


def _called(value: object, by: object, names: Mapping[str, str]) -> str:
    """Say a value of a covariate or an outcome: a bare number behind what it is a number of."""
    if by in _OWN and str(value) not in names:
        return str(value)
    if str(value).isdigit() and str(value) not in names:
        return f"{str(by).replace('_', ' ')} {value}"
    return word(value, names)


def word(value: object, names: Mapping[str, str]) -> str:
    """Say a value of a group or an outcome as people would."""
    if (called := names.get(str(value))) is not None:
        return called
    name = str(value)
    plain = name.replace("_", " ") if name.replace("_", "").isalpha() else name
    is_prose = plain.replace(" ", "").isalpha() and plain.islower()
    return plain[:1].upper() + plain[1:] if is_prose else plain


def form_of(unit: str) -> Callable[[float], str]:
    """Return what prints numbers of a unit."""
    return {"share": text.percent, "s": text.clock}.get(unit, text.number)


def in_unit(value: float, unit: str) -> str:
    """Print an estimate with its unit."""
    if pd.isna(value):
        return "not reached"
    sign, size = ("−", -value) if value < 0 else ("", value)
    return f"{sign}{form_of(unit)(size)}{_UNITS.get(unit, f' {unit}')}"


def limits(low: float, high: float, unit: str) -> str:
    """Print confidence limits; nothing where there are none."""
    if pd.isna(low) and pd.isna(high):
        return ""
    form = form_of(unit)
    return text.limits(low, high, lambda value: f"−{form(-value)}" if value < 0 else form(value))


def _horizon(row: Mapping[Any, Any]) -> str:
    unit = str(row["horizon_unit"])
    return f"attempt {row['horizon']:.0f}" if unit == "attempts" else f"{row['horizon']:g} {unit}"


def _counted(row: Mapping[Any, Any]) -> str:
    events, exposure = row["n_events"], row["exposure"]
    if pd.isna(events):
        return ""
    if row["statistic"] == "rate":
        return f"{events:,.0f} in {text.clock(float(exposure) * 3600)}"
    if pd.isna(exposure) or pd.notna(row["horizon"]):  # by a horizon, exposure is what is still at risk
        return f"{events:,.0f}"
    return f"{events:,.0f} of {exposure:,.0f}"


def _unseen(row: Mapping[Any, Any]) -> str:
    parts = ((row["n_pending"], "not decided yet"), (row["n_censored"], "not seen to end"))
    return ", ".join(f"{n:,.0f} {what}" for n, what in parts if pd.notna(n) and n)
