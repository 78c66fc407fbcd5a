"""Estimates as rows that a page draws without a script: a name, a point, its limits, the number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from claudesess import text
from claudesess.estimating.sums import floats, numbered, taken

_ONE_OF = ("p50", "mean", "rate", "share")
_STATISTICS = {
    "share": "Share", "rate": "Rate", "mean": "Mean", "p25": "First quarter", "p50": "Half",
    "p75": "Third quarter", "p90": "Nine in ten", "p95": "95 in 100", "p99": "99 in 100",
}  # fmt: skip
_UNITS = {"share": "", "s": "", "per hour": " per hour"}


class Strip(NamedTuple):
    """One estimate to draw; `at`, `low` and `high` are per cent of the width, None where not known."""

    name: str
    value: str
    limits: str
    n: int
    n_sessions: int
    at: float | None
    low: float | None
    high: float | None
    is_small: bool


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


def strips(estimates: pd.DataFrame, names: Mapping[str, str], most: int | None = None) -> list[Strip]:
    """Return what a small chart shows: of each group and outcome one number, at the last horizon.

    Parameters
    ----------
    estimates
        Rows of `claudesess.contracts.ESTIMATES`.
    names
        Values of groups and outcomes in words.
    most
        Rows at most; the first ones.
    """
    rows = key_rows(estimates)
    if most is not None:
        rows = rows.head(most)
    if rows.empty:
        return []
    ends = [float(one) for name in ("estimate", "low", "high") for one in rows[name].dropna()]
    bottom = min(0.0, *ends)
    is_share = (rows["unit"] == "share").all() and bottom == 0
    top = 1.0 if is_share else max(0.0, *ends) * 1.06

    def place(value: float) -> float | None:
        return None if pd.isna(value) else round(100 * (value - bottom) / ((top - bottom) or 1), 2)

    return [
        Strip(
            name,
            in_unit(row["estimate"], row["unit"]),
            limits(row["low"], row["high"], row["unit"]),
            int(row["n_units"]),
            int(row["n_sessions"]),
            place(row["estimate"]),
            place(row["low"]),
            place(row["high"]),
            bool(row["is_small"]),
        )
        for name, row in zip(labels(rows, names), rows.to_dict("records"), strict=True)
    ]


def key_rows(estimates: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that stand for an answer at one glance."""
    number, horizon = floats(estimates["estimate"]), floats(estimates["horizon"])
    statistic, unit = (estimates[name].astype("string").to_numpy(object) for name in ("statistic", "unit"))
    place = np.flatnonzero((floats(estimates["n_units"]) > 0) & ~np.isnan(number))
    if len(place):
        role = estimates["role"].astype("string").to_numpy(object)
        place = place[role[place] == role[place[0]]]
    if {"p25", "p75"} & set(statistic[place]):
        place = place[np.isin(statistic[place], _ONE_OF)]
    by = taken({name: estimates[name].array for name in ("group", "group_2", "outcome")}, place)
    of, first = numbered(by, len(place))
    last = np.full(len(first), -np.inf)
    np.fmax.at(last, of, horizon[place])
    is_last = np.isnan(horizon[place]) | (horizon[place] == last[of])
    place, of = place[is_last], of[is_last]
    is_alike = unit[place] == unit[place[:1]]  # of one kind, so that they can share an axis
    place, of = place[is_alike], of[is_alike]
    _, first = numbered({"of": of, "statistic": statistic[place]}, len(place))
    kept: pd.DataFrame = estimates.iloc[place[first]]
    return kept


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
        " · ".join(word(value, names) for value in row if pd.notna(value)) or "All"
        for row in rows[shown].itertuples(index=False)
    ]


def word(value: object, names: Mapping[str, str]) -> str:
    """Say a value of a group or an outcome as people would."""
    name = names.get(str(value), str(value))
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
