"""Lanes of a session: blocks and marks at their places, pauses shortened."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pandas as pd

from claudesess.contracts import RELATIONS
from claudesess.estimating.words import records
from claudesess.report.lanes import Axis, picture
from claudesess.report.reader import Reader

START = pd.Timestamp("2026-05-04 10:00", tz="UTC")


def events(*rows):
    """One row per event: its name, the minutes at which it began and was over, and more of its columns."""
    contract = RELATIONS["session_events"]
    made = [
        {"db": "a", "session_id": "s", "place": place, "event": event, "happened_at": START + pd.Timedelta(minutes=at),
         "until_at": None if until is None else START + pd.Timedelta(minutes=until), **more}
        for place, (event, at, until, more) in enumerate(rows, start=1)
    ]  # fmt: skip
    frame = pd.DataFrame(made).reindex(columns=contract.names)
    return records(contract.cast(frame.astype(object).where(frame.notna(), None)))


def test_a_clock_that_is_centuries_ahead_is_drawn_too():
    """Beyond what nanoseconds can say: a pause between, and a fraction of a second."""
    story = events(("call", 0, 10, {}), ("wait", 10, 190, {}), ("call", 190, 200.007, {}))
    late = pd.DateOffset(years=7000)
    moved = [row | {name: row[name] + late for name in ("happened_at", "until_at")} for row in story]
    assert [tick.name for tick in picture(moved, Reader(UTC)).ticks if tick.is_pause] == [
        "3 h without anything"
    ]


def test_blocks_and_marks_stand_where_they_happened():
    drawn = picture(
        events(
            ("prompt", 0, None, {"what": "human"}),
            ("prompt", 1, None, {"what": "machine"}),  # nobody asked
            ("agent", 2, 6, {"agent_id": "x", "what": "Explore", "text": "Look"}),
            ("call", 4, 5, {"agent_id": "x", "is_ok": False}),
            ("compaction", 8, 10, {"what": "auto"}),
        ),
        Reader(UTC),
    )
    main, agent = drawn.lanes
    assert [(mark.kind, mark.at, mark.anchor) for mark in main.marks] == [
        ("prompt", 0.0, "e1"),
        ("compaction", 80.0, "e5"),
    ]
    assert agent.name == "Explore: Look"
    assert [(block.kind, block.left, block.width) for block in agent.blocks] == [
        ("ran", 20.0, 40.0),
        ("work", 40.0, 10.0),
    ]
    assert [(mark.kind, mark.at) for mark in agent.marks] == [("failure", 50.0)]
    assert drawn.summary == "Main thread and 1 agent: 1 failed call, 1 compaction."


def test_the_key_names_what_is_drawn_and_nothing_else():
    of_each = {
        "prompt": ("mark prompt", "prompt"),
        "agent": ("block ran", "agent ran"),
        "call": ("block work", "calls"),
        "wait": ("block wait", "waited for the user"),
        "refused": ("mark failure", "failed or refused"),
        "compaction": ("mark compaction", "compaction"),
    }
    for event, named in of_each.items():
        assert picture(events((event, 0, 5, {"agent_id": None})), Reader(UTC)).key == [named]
    every = picture(events(*((event, 0, 5, {}) for event in of_each)), Reader(UTC)).key
    assert sorted(every) == sorted(of_each.values())


def test_a_pause_takes_little_of_the_axis_and_says_how_long_it_was():
    drawn = picture(events(("call", 0, 10, {}), ("wait", 10, 190, {}), ("call", 190, 200, {})), Reader(UTC))
    (wait,) = [block for block in drawn.lanes[0].blocks if block.kind == "wait"]
    assert (wait.title, wait.width < 5) == ("waited for the user 3 h", True)
    assert [tick.name for tick in drawn.ticks if tick.is_pause] == ["3 h without anything"]
    assert drawn.ticks[0].name == "4 May 10:00"


def test_what_a_machine_ended_is_no_wait_for_the_user() -> None:
    turn = (("call", 0, 10, {}), ("wait", 10, 190, {"what": "machine"}), ("call", 190, 200, {}))
    drawn = picture(events(*turn), Reader(UTC))
    assert {block.kind for block in drawn.lanes[0].blocks} == {"work"}


def test_a_day_is_named_where_it_begins():
    drawn = picture(events(*(("call", 9 * n, 9 * n + 1, {}) for n in range(101, 140))), Reader(UTC))
    assert drawn.ticks[0].name.startswith("5 May 01:09")
    assert all("May" not in tick.name for tick in drawn.ticks[1:])


def test_without_any_time_there_is_nothing_to_draw():
    (call,) = events(("call", 0, None, {}))
    assert picture([call | {"happened_at": None}], Reader(UTC)) is None


def test_times_below_the_lanes_are_round_and_apart():
    begin = datetime(2026, 5, 4, 10, 7, 13, tzinfo=UTC)
    rows = [
        {"event": "call", "agent_id": None, "happened_at": begin + timedelta(minutes=n), "until_at": None}
        for n in range(45)
    ]
    ticks = Axis(rows).ticks(Reader(UTC))
    assert [tick.name for tick in ticks] == ["4 May 10:07", "10:15", "10:25", "10:35", "10:45"]
    assert all(later.at - tick.at >= 14 for tick, later in pairwise(ticks))
