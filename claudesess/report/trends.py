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
    "Active hours": "SELECT first_at AS at, active_h AS n FROM _open_days",
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
    """Return counts over the days of all of them; none where all is of one day."""
    by_title = {title: _by_day(store.sql(query), reader) for title, query in _WHAT.items()}
    counted = {title: days for title, days in by_title.items() if len(days)}
    if not counted:
        return []
    first, last = (
        min(days.index[0] for days in counted.values()),
        max(days.index[-1] for days in counted.values()),
    )
    span = pd.date_range(first, last, freq="D")
    if len(span) < 2:
        return []
    return [_trend(title, days.reindex(span, fill_value=0.0)) for title, days in counted.items()]


def _by_day(rows: pd.DataFrame, reader: Reader) -> pd.Series:
    timed = rows[rows["at"].notna()]
    at = pd.to_datetime(timed["at"], utc=True)
    by_day: pd.Series = timed["n"].astype(float).groupby(reader.days(at)).sum()
    return by_day


def _trend(title: str, days: pd.Series) -> Trend:
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
