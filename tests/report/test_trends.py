"""Counts per day: all over the same days, a day without anything a bar of nothing."""

from __future__ import annotations

from datetime import UTC

import pandas as pd
import pytest

from claudesess import Store
from claudesess.report.reader import Reader
from claudesess.report.trends import trends
from claudesess.samples import open_sample


def store(*calls):
    ended = pd.to_datetime(list(calls), utc=True)
    return Store.from_frames(
        tool_calls=pd.DataFrame({"session_id": "s", "call_id": range(len(calls)), "ended_at": ended}),
        agent_runs=pd.DataFrame(
            {"agent_id": ["x"], "spawned_at": pd.to_datetime(["2026-05-04 10:00"], utc=True)}
        ),
    )


def test_all_counts_are_over_the_same_days():
    found = trends(store("2026-05-04 09:00", "2026-05-04 12:00", "2026-05-06 08:00"), Reader(UTC))
    shown = {one.title: [(bar.name, bar.value) for bar in one.bars] for one in found}
    assert shown == {
        "Tool calls": [("4 May", "2"), ("5 May", "0"), ("6 May", "1")],
        "Agents started": [("4 May", "1"), ("5 May", "0"), ("6 May", "0")],
    }
    assert [one.weeks for one in found] == [[("4 May 2026", "3")], [("4 May 2026", "1")]]
    assert [bar.height for bar in found[0].bars] == [100.0, 0.0, 50.0]


def test_one_day_is_no_trend():
    assert trends(store("2026-05-04 09:00"), Reader(UTC)) == []


@pytest.mark.slow
def test_hours_are_those_that_the_pages_count_as_active():
    with open_sample("workshop") as one:
        (hours,) = [trend for trend in trends(one, Reader(UTC)) if trend.title == "Active hours"]
        active = one.sql("SELECT sum(active_h) AS hours FROM _open_days")["hours"].iloc[0]
    assert sum(float(week) for _, week in hours.weeks) == pytest.approx(active, abs=0.01 * len(hours.weeks))
