"""Days are cut in one zone, the store's: hours per day, `by="day"`, dates that name no zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pandas as pd
import pytest
from handmade import database
from tables import each_row

from claudesess import ask, open_store, zones
from claudesess.asking.splits import split_of
from claudesess.errors import QuestionError

BERLIN = (
    "Europe/Berlin"  # two hours ahead in summer, one in winter: clocks change on 29 March and 25 October 2026
)


def session(folder: Path, start: str, end: str, failures: tuple[str, ...] = ()) -> Path:
    """Make a database of one session that was open from one moment (UTC) to another."""
    event = "INSERT INTO hook_events (session_id, timestamp, event_type, payload_summary) VALUES ('s', '{}', '{}', '{{}}');"
    failed = (
        "INSERT INTO error_log (session_id, timestamp, error_category, error_message, attempt_number)"
        " VALUES ('s', '{}', 'test', '$ pytest', {});"
    )
    rows = [event.format(start, "session_start"), event.format(end, "session_end")]
    rows += [failed.format(at, n) for n, at in enumerate(failures, 1)]
    return database(folder / "made.db", "".join(rows))


@each_row(
    ("zone", "start", "end", "hours"),
    [
        (None, "2026-07-01 21:00:00", "2026-07-01 23:00:00", {"2026-07-01": 2}),
        (BERLIN, "2026-07-01 21:00:00", "2026-07-01 23:00:00", {"2026-07-01": 1, "2026-07-02": 1}),
        (BERLIN, "2026-07-01 22:00:00", "2026-07-01 23:00:00", {"2026-07-02": 1}),
        (BERLIN, "2026-03-28 22:00:00", "2026-03-30 00:00:00", {"2026-03-28": 1, "2026-03-29": 23, "2026-03-30": 2}),
        (BERLIN, "2026-10-24 21:00:00", "2026-10-26 00:00:00", {"2026-10-24": 1, "2026-10-25": 25, "2026-10-26": 1}),
        ("Asia/Kolkata", "2026-07-01 18:00:00", "2026-07-01 19:00:00", {"2026-07-01": 0.5, "2026-07-02": 0.5}),
        # on this day clocks went from midnight to one
        ("Africa/Cairo", "2026-04-23 21:00:00", "2026-04-23 23:00:00", {"2026-04-23": 1, "2026-04-24": 1}),
        (timezone(timedelta(hours=-3, minutes=-30)), "2026-07-01 03:00:00", "2026-07-01 04:00:00",
         {"2026-06-30": 0.5, "2026-07-01": 0.5}),
    ],
)  # fmt: skip
def test_open_hours_by_day_of_a_zone(zone, start, end, hours, tmp_path):
    query = "SELECT strftime(day_at, '%Y-%m-%d') AS day, open_h FROM _open_days"
    with open_store(session(tmp_path, start, end), zone=zone) as store:
        assert dict(store.sql(query).values.tolist()) == hours


def by_day(path: Path, zone: str | None) -> dict[str, int]:
    with open_store(path, zone=zone) as store:
        found = ask(store, "retry_escalation.failures", by="day").estimates
    return found[found["unit"] == "per open hour"].set_index("group")["n_events"].to_dict()


@pytest.mark.slow
def test_a_measure_by_day_cuts_where_the_reader_is(tmp_path):
    failures = ("2026-10-24 21:59:59", "2026-10-24 22:00:00", "2026-10-25 22:59:59", "2026-10-25 23:00:00")
    path = session(tmp_path, "2026-10-24 21:00:00", "2026-10-26 00:30:00", failures)
    assert by_day(path, None) == {"2026-10-24": 2, "2026-10-25": 2, "2026-10-26": 0}
    assert by_day(path, BERLIN) == {"2026-10-24": 1, "2026-10-25": 2, "2026-10-26": 1}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("since", "zone", "is_in"),
    [
        ("2026-07-02", BERLIN, True), ("2026-07-02", None, False), ("2026-07-02T00:00Z", BERLIN, False),
        ("2026-07-02 00:00:01", BERLIN, False), (datetime(2026, 7, 2), BERLIN, True),
    ],
)  # fmt: skip
def test_a_date_without_a_zone_is_of_the_stores(since, zone, is_in, tmp_path):
    path = session(tmp_path, "2026-07-01 22:00:00", "2026-07-01 23:00:00", ("2026-07-01 22:00:00",))
    with open_store(path, since=since, zone=zone) as store:
        assert len(store.sql("SELECT * FROM sessions")) == is_in
    with open_store(path, zone=zone) as store:
        assert len(ask(store, "retry_escalation.failures", since=since).units) == is_in


def test_a_date_splits_sessions_where_it_begins():
    units = pd.DataFrame({"started_at": pd.to_datetime(["2026-07-01T21:59Z", "2026-07-01T22:00Z"])})
    assert split_of("2026-07-02", zones.zone_of(BERLIN)).sides(units).tolist() == [False, True]
    assert split_of("2026-07-02").sides(units).tolist() == [False, False]


def test_zones_that_there_are_not(tmp_path):
    path = session(tmp_path, "2026-07-01 22:00:00", "2026-07-01 23:00:00")
    for zone in ("Nowhere/Else", "", "../zone", 3):
        with pytest.raises(QuestionError, match="zone is"):
            open_store(path, zone=zone)


def test_the_zone_of_this_machine(monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    assert str(zones.zone_of("local")) == "Asia/Kolkata"
    monkeypatch.setenv("TZ", "UTC")
    assert zones.engine_name(zones.zone_of("local")) == zones.engine_name(UTC) == "UTC"


def test_a_part_of_a_store_has_its_zone(tmp_path):
    with open_store(session(tmp_path, "2026-07-01 21:00:00", "2026-07-01 23:00:00"), zone=BERLIN) as store:
        part = store.of(["made"])
        assert len(part.sql("SELECT * FROM _open_days")) == 2
        part.leave()
