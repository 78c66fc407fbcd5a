"""Counts per day, in the reader's zone, with their mean over a week."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from claudesess import text
from claudesess.report.reader import Reader

if TYPE_CHECKING:
    from claudesess.store import Store

_WEEK = 7
_MOST_DAYS = 120
_WHAT = {
    "Hours with a session open": (
        "SELECT start_at AS at, epoch(end_at - start_at) / 3600 AS n FROM session_windows"
    ),
    "Tool calls": "SELECT ended_at AS at, 1.0 AS n FROM tool_calls",
    "Checks that failed": (
        "SELECT failed_at AS at, 1.0 AS n FROM error_attempts WHERE coalesce(kind, 'check') = 'check'"
    ),
    "Agents started": "SELECT spawned_at AS at, 1.0 AS n FROM agent_runs",
    "Contexts compacted": "SELECT coalesce(started_at, ended_at) AS at, 1.0 AS n FROM compactions",
}


class Bar(NamedTuple):
    """One day or week: places in per cent of width and height."""

    left: float
    width: float
    height: float
    name: str
    value: str


class Trend(NamedTuple):
    """One count over days, or over weeks where there are many."""

    title: str
    bars: list[Bar]
    mean: str  # points of a line, in per cent
    first: str
    last: str
    top: str
    weeks: list[tuple[str, str]]
    every: str


def trends(store: Store, reader: Reader) -> list[Trend]:
    """Return what is worth a trend: counts that are known on two days or more."""
    found = [_trend(title, store.sql(query), reader) for title, query in _WHAT.items()]
    return [one for one in found if one is not None]


def _trend(title: str, rows: pd.DataFrame, reader: Reader) -> Trend | None:
    known = rows[rows["at"].notna()]
    if known.empty:
        return None
    at = known["at"] if known["at"].dt.tz is not None else known["at"].dt.tz_localize("UTC")
    by_day = known["n"].astype(float).groupby(reader.days(at)).sum()
    if len(by_day) < 2:
        return None
    days = by_day.reindex(pd.date_range(by_day.index[0], by_day.index[-1], freq="D"), fill_value=0.0)
    weeks = days.resample("W-MON", closed="left", label="left").sum()
    shown, form = (days, "%-d %b") if len(days) <= _MOST_DAYS else (weeks, "week of %-d %b %Y")
    top = float(shown.max()) or 1.0
    width = 100 / len(shown)
    bars = [
        Bar(round(n * width, 3), round(width * 0.82, 3), round(100 * value / top, 2), f"{day:{form}}",
            text.number(value))
        for n, (day, value) in enumerate(shown.items())
    ]  # fmt: skip
    mean = days.rolling(_WEEK).mean() if shown is days else weeks.rolling(4).mean()
    points = " ".join(
        f"{(n + 0.41) * width:.2f},{100 - 100 * value / top:.2f}"
        for n, value in enumerate(mean)
        if pd.notna(value)
    )
    ends = (f"{shown.index[0]:%-d %b %Y}", f"{shown.index[-1]:%-d %b %Y}")
    table = [(f"{day:%-d %b %Y}", text.number(value)) for day, value in weeks.items()]
    return Trend(title, bars, points, *ends, text.number(top), table, "day" if shown is days else "week")
