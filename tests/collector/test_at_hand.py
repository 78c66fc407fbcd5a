"""Rows that an import keeps at hand: nothing is lost of them, or doubled, whoever asks in between."""

import sqlite3
from contextlib import closing

import pytest
from claudesess_collector import batch_staged, batch_writer
from claudesess_collector.database import Database

SESSION = "s1"


def claim(db, path):
    return db.insert(
        "file_claims",
        session_id=SESSION,
        agent_id=None,
        file_path=path,
        operation="Edit",
        timestamp="2026-01-01 00:00:00.000",
    )


def event(db, summary):
    return db.insert(
        "hook_events",
        session_id=SESSION,
        timestamp="2026-01-01 00:00:00.000",
        event_type="stop",
        dispatcher="stop",
        payload_summary=summary,
        exit_code=0,
        duration_ms=None,
    )


def paths(db):
    return db.rows("SELECT id, file_path FROM file_claims ORDER BY id")


@pytest.fixture
def aside():
    db = batch_staged.Staged()
    yield db
    db.close()


@pytest.fixture
def target(tmp_path):
    """A project's file in which another session stands already."""
    path = str(tmp_path / "target.db")
    db = Database(path)
    db.begin()
    db.insert("file_claims", session_id="before", file_path="old", timestamp="2026-01-01 00:00:00.000")
    db.run("INSERT INTO error_log (session_id, timestamp, error_message) VALUES ('before', '', '')")
    db.commit()
    db.close()
    return path


def test_who_asks_for_a_table_sees_its_rows(aside):
    aside.begin()
    assert [claim(aside, "a"), claim(aside, "b")] == [1, 2]
    assert paths(aside) == [(1, "a"), (2, "b")]
    assert claim(aside, "c") == 3
    aside.commit()
    assert paths(aside) == [(1, "a"), (2, "b"), (3, "c")]


@pytest.mark.parametrize("is_asked", [True, False])
def test_what_is_undone_takes_nothing_else_with_it(aside, is_asked):
    aside.begin()
    claim(aside, "a")
    aside.commit()
    aside.begin()
    claim(aside, "b")
    if is_asked:
        assert len(paths(aside)) == 2
        claim(aside, "c")
    aside.rollback()
    aside.begin()
    assert claim(aside, "d") == 2
    aside.commit()
    assert paths(aside) == [(1, "a"), (2, "d")]


def test_many_rows_are_not_kept_at_hand(aside, monkeypatch):
    monkeypatch.setattr(batch_staged, "_AT_HAND", 2)
    aside.begin()
    for path in "abc":
        claim(aside, path)
    aside.commit()
    aside.begin()
    claim(aside, "d")
    aside.rollback()
    assert [path for _, path in paths(aside)] == ["a", "b", "c"]


@pytest.mark.parametrize("is_asked", [True, False])
def test_rows_get_the_numbers_that_follow_in_the_file(aside, target, is_asked):
    aside.begin()
    claim(aside, "a")
    event(aside, '{"error_id": 1, "ok": false}')
    if is_asked:
        assert len(paths(aside)) == 1
        assert aside.value("SELECT count(*) FROM hook_events") == 1
    aside.insert("claudesess_edits", claim_id=claim(aside, "b"), snippet="x = 1")
    event(aside, '{"ok": true}')
    aside.commit()
    assert aside.move(target, SESSION, {"seen": [(7, 1)]})
    with sqlite3.connect(target) as file:
        assert file.execute("SELECT id, file_path FROM file_claims").fetchall() == [
            (1, "old"),
            (2, "a"),
            (3, "b"),
        ]
        assert file.execute("SELECT claim_id, snippet FROM claudesess_edits").fetchall() == [(3, "x = 1")]
        told = file.execute("SELECT payload_summary FROM hook_events ORDER BY id").fetchall()
        assert told == [('{"error_id": 2, "ok": false}',), ('{"ok": true}',)]
        assert file.execute("SELECT id FROM claudesess_seen").fetchall() == [(7,)]
    file.close()


def test_a_move_that_fails_leaves_the_file_as_it_was(aside, target):
    aside.begin()
    claim(aside, "a")
    aside.run("INSERT INTO error_log (session_id, timestamp, error_message) VALUES ('s1', '', '')")
    aside.commit()
    with pytest.raises(sqlite3.Error):
        aside.move(target, SESSION, {"seen": [("no number", None)]})
    with sqlite3.connect(target) as file:
        assert file.execute("SELECT file_path FROM file_claims").fetchall() == [("old",)]
        assert file.execute("SELECT count(*) FROM error_log").fetchall() == [(1,)]
    file.close()
    assert aside.move(target, SESSION, {})
    with sqlite3.connect(target) as file:
        assert file.execute("SELECT file_path FROM file_claims").fetchall() == [("old",), ("a",)]
    file.close()


def test_open_chains_are_asked_for_again_only_where_they_changed(aside, monkeypatch):
    asked = []
    monkeypatch.setattr(aside, "rows", lambda *query: asked.append(query[1]) or Database.rows(aside, *query))
    query = ("claudesess_checks", "SELECT aim FROM claudesess_checks WHERE session_id = ?", (SESSION,))
    insert = (
        f"INSERT INTO claudesess_checks (session_id, aim, targets, ran_at) VALUES ('{SESSION}', ?, '[]', '')"
    )
    assert [aside.kept(*query), aside.kept(*query), len(asked)] == [[], [], 1]
    aside.run(insert, ("a",))
    assert [aside.kept(*query), aside.kept(*query), len(asked)] == [[("a",)], [("a",)], 2]
    aside.begin()
    aside.run(insert, ("b",))
    assert aside.kept(*query) == [("a",), ("b",)]
    aside.rollback()
    assert aside.kept(*query) == [("a",)]
    aside.insert("claudesess_checks", session_id=SESSION, aim="c", targets="[]", ran_at="")
    assert aside.kept(*query) == [("a",), ("c",)]
    aside.clear()
    assert aside.kept(*query) == []


def test_a_file_that_somebody_writes_to_is_waited_for_as_long_by_whatever_writes(aside, target):
    batch_writer._opened(target)
    waits = [db.value("PRAGMA busy_timeout") for db in (aside, batch_writer._open[target])]
    batch_writer.close_all()
    assert waits == [30_000, 30_000]


def test_a_batch_in_memory_locks_no_file(aside, target):
    assert aside.move(target, "nobody", {})
    aside.begin()
    claim(aside, "a")
    with closing(sqlite3.connect(target, timeout=0, isolation_level=None)) as file:
        file.execute("BEGIN IMMEDIATE")
        aside.commit()


def test_an_event_of_an_earlier_batch_is_not_doubled_by_one_that_fails(tmp_path, monkeypatch):
    def fail(event):
        raise ValueError("made up")

    of = batch_writer.handler_of
    monkeypatch.setattr(batch_writer, "handler_of", lambda name: (None, fail) if name == "Stop" else of(name))
    path = str(tmp_path / "project.db")
    writer = batch_writer.Writer(path, batch_writer.Place(str(tmp_path), {}), SESSION)
    prompt = (1_000, "u1", {"hook_event_name": "UserPromptSubmit", "session_id": SESSION, "prompt": "Go."})
    stop = (2_000, "u2", {"hook_event_name": "Stop", "session_id": SESSION})
    assert writer.write([prompt]) == 1
    assert writer.write([prompt, stop]) == 1
    assert writer.finish([])
    batch_writer.close_all()
    with closing(sqlite3.connect(path)) as file:
        told = file.execute("SELECT event_type, exit_code FROM hook_events ORDER BY id").fetchall()
    assert told == [("user_prompt_submit", 0), ("stop", 1)]
