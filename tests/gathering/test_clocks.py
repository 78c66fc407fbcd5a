"""Clocks that disagree are told, and those that do not are not."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import pytest
from tables import each_row

from claudesess import fleet, samples
from claudesess.gathering import clocks

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def seen(*rows):
    """Rows of db, session, first and last sign of life, call and its end."""
    frame = pd.DataFrame(rows, columns=["db", "session_id", "first_at", "last_at", "call", "called_at"])
    return frame.astype(dict.fromkeys(("first_at", "last_at", "called_at"), "datetime64[us, UTC]"))


def told(*rows, written_at=None, now=NOW):
    found = clocks.skew(seen(*rows), written_at or {}, now)
    return (
        found[["check", "db", "other_db", "apart_s"]]
        .astype(object)
        .where(lambda f: f.notna(), None)
        .values.tolist()
    )


A = ("a", "s", "2026-03-01T10:00Z", "2026-03-01T11:00Z", "call1", "2026-03-01T10:10Z")


@each_row(
    ("other", "said"),
    [
        (("b", "t", *A[2:]), []),  # another session
        (("b", *A[1:]), [["session in several databases", "a", "b", 0.0]]),  # a copy
        (("b", *A[1:5], "2026-03-01T10:12Z"), [["session in several databases", "a", "b", 120.0]]),
        (("b", *A[1:5], "2026-03-01T10:12:01Z"), [["calls at two times", "a", "b", 121.0]]),
        (("b", *A[1:5], "2026-03-01T09:10Z"), [["calls at two times", "a", "b", 3600.0]]),
        (("b", *A[1:4], "call9", "2026-03-01T10:50Z"), [["session in several databases", "a", "b", None]]),  # it went on there
        (("b", *A[1:4], None, None), [["session in several databases", "a", "b", None]]),
    ],
)  # fmt: skip
def test_one_session_in_two_databases(other, said):
    assert told(A, other) == said


@each_row(
    ("written", "now", "said"),
    [
        ("2026-03-01T11:00Z", NOW, []),
        ("2026-03-01T10:58Z", NOW, []),  # within the tolerance
        ("2026-03-01T10:57:59Z", NOW, [["newer than its file", "a", None, 121.0]]),
        ("2026-03-05T10:00Z", NOW, []),  # copied later: nothing can be said
        ("2026-03-01T11:00Z", datetime(2026, 3, 1, 10, tzinfo=UTC), [["in the future", "a", None, 3600.0]]),
    ],
)
def test_a_database_that_holds_times_to_come(written, now, said):
    assert told(A, written_at={"a": pd.Timestamp(written)}, now=now) == said


def test_a_clock_that_was_not_set():
    early = ("b", "t", "2024-12-31T23:59Z", "2025-01-01T01:00Z", None, None)
    assert told(A, early, (*A[:2], *A[2:])) == [["before 2025", "b", None, None]]
    assert told(("b", "t", "2025-01-01T00:00Z", "2025-01-01T01:00Z", None, None)) == []


def test_who_is_ahead_is_said():
    found = clocks.skew(seen(A, ("b", *A[1:5], "2026-03-01T11:10Z")), {}, NOW)
    assert found["sentence"].tolist() == ["b has calls of session s 1 h later than a has them"]


def test_nothing_is_known_of_times_that_are_not():
    assert told(("a", "s", None, None, None, None)) == []


@pytest.mark.slow
def test_a_fleet_tells_it(tmp_path):
    import shutil

    file = samples.sample_path("retry")
    shutil.copyfile(file, tmp_path / "copy.db")
    found = fleet([file, tmp_path / "copy.db"], "retry_escalation.failures").skew
    checks = found["check"].astype(str)
    assert found[checks == "session in several databases"][["db", "other_db", "apart_s"]].values.tolist() == [
        ["copy", "retry", 0.0]
    ]
