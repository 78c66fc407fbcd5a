"""A moment in words: the last time of day that has been, ages, days, dates; in the reader's zone, clocks put back too."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from tables import each_row

from claudesess import ClaudesessError
from claudesess.away.when import moment

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 10, 14, 9, 30, tzinfo=UTC)  # a Wednesday, 11:30 in Berlin


@each_row(
    ("said", "found"),
    [
        ("11:30", "2026-10-14 09:30:00"), ("11:30:01", "2026-10-13 09:30:01"), ("0:00", "2026-10-13 22:00:00"),
        ("18:00", "2026-10-13 16:00:00"), ("  18:00 ", "2026-10-13 16:00:00"), ("00:00:30", "2026-10-13 22:00:30"),
        ("2h", "2026-10-14 07:30:00"), ("90m", "2026-10-14 08:00:00"), ("90min", "2026-10-14 08:00:00"),
        ("1h30m", "2026-10-14 08:00:00"), ("1.5 h", "2026-10-14 08:00:00"), ("2h ago", "2026-10-14 07:30:00"),
        ("45s", "2026-10-14 09:29:15"), ("0s", "2026-10-14 09:30:00"), ("1d", "2026-10-13 09:30:00"), ("1w", "2026-10-07 09:30:00"),
        ("today", "2026-10-13 22:00:00"), ("Yesterday", "2026-10-12 22:00:00"), ("yesterday 18:00", "2026-10-13 16:00:00"),
        ("wednesday", "2026-10-13 22:00:00"), ("thursday", "2026-10-07 22:00:00"), ("Monday 9:00", "2026-10-12 07:00:00"),
        ("wednesday 12:00", "2026-10-07 10:00:00"), ("2026-10-12", "2026-10-11 22:00:00"), ("2026-10-12 18:00", "2026-10-12 16:00:00"),
        ("2026-10-12T18:00:00.250", "2026-10-12 16:00:00.250000"), ("2026-10-12T16:00Z", "2026-10-12 16:00:00"),
        ("2026-10-12 18:00+05:30", "2026-10-12 12:30:00"), ("20261012", "2026-10-11 22:00:00"),
    ],
)  # fmt: skip
def test_a_moment(said, found):
    at = moment(said, NOW, BERLIN)
    assert f"{at.replace(tzinfo=None)}" == found
    assert at.tzinfo is UTC


@each_row(
    "said",
    ["", "18", "25:00", "18:60", "1", "h", "2x", "2 h 3", "-2h", "tomorrow", "18:00 yesterday", "monday tuesday", "2026",
     "2026-13-01", "2026-02-30", "2026-10-12 25:00", "999999999999d", "0001-01-01", "9999-12-31T23:59-14:00", "now()", "\x1b[31m"],
)  # fmt: skip
def test_what_is_no_moment_is_said_with_what_is_one(said):
    with pytest.raises(ClaudesessError, match='Say a time of day \\("18:00"\\), an age'):
        moment(said, NOW, BERLIN)


@each_row("said", ["today 11:31", "2026-10-15", "2026-10-14T09:30:01Z"])
def test_what_is_still_to_come_is_refused(said):
    with pytest.raises(ClaudesessError, match="still to come: it is 2026-10-14 11:30 here"):
        moment(said, NOW, BERLIN)


@each_row(
    ("now", "found"),
    [
        # on 25 October clocks in Berlin go from 03:00 back to 02:00: 02:30 is at 00:30 and at 01:30 UTC
        ("2026-10-25 00:29", "2026-10-24 00:30"),
        ("2026-10-25 01:00", "2026-10-25 00:30"),
        ("2026-10-25 01:30", "2026-10-25 01:30"),
        ("2026-10-25 12:00", "2026-10-25 01:30"),
    ],
)
def test_a_time_that_a_clock_shows_twice_is_the_last_one_that_has_been(now, found):
    at = moment("2:30", datetime.fromisoformat(f"{now}+00:00"), BERLIN)
    assert f"{at:%Y-%m-%d %H:%M}" == found


def test_a_day_of_summer_time_is_not_24_hours_but_an_age_is():
    now = datetime(2026, 10, 25, 12, tzinfo=UTC)  # 13:00 in Berlin, the day being 25 hours long
    assert f"{moment('yesterday 13:00', now, BERLIN):%d %H:%M}" == "24 11:00"
    assert f"{moment('1d', now, BERLIN):%d %H:%M}" == "24 12:00"
