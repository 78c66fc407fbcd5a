"""The file on disk: its log stays short, and what is kept about deliveries can be told old from new."""

import itertools
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from claudesess_collector import database

N_EVENTS = 120


def event(n):
    call = {"tool_name": "Read", "tool_input": {"file_path": f"/a/{n}"}, "tool_use_id": f"toolu_{n}"}
    return json.dumps({"session_id": "s1", "hook_event_name": "PostToolUse", **call}).encode()


def log_of(project):
    return project.database.with_name(project.database.name + "-wal")


@pytest.mark.slow
def test_the_log_does_not_grow_with_the_events(project):
    sizes = []
    for n in range(N_EVENTS):
        project.process(event(n))
        sizes.append(log_of(project).stat().st_size)
    assert max(sizes) < database.LOG_BYTES + 100_000
    assert sum(after < before for before, after in itertools.pairwise(sizes)) >= 2
    assert project.column("SELECT count(*) FROM hook_events") == [N_EVENTS]
    assert project.column("PRAGMA integrity_check") == ["ok"]


@pytest.mark.slow
def test_a_reader_only_puts_off_the_emptying_of_the_log(project):
    project.process(event(0))
    with closing(sqlite3.connect(project.database)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM hook_events").fetchone()
        for n in range(1, N_EVENTS):
            project.process(event(n))
        assert log_of(project).stat().st_size > database.LOG_BYTES
        assert reader.execute("SELECT count(*) FROM hook_events").fetchone() == (1,)
        reader.execute("COMMIT")
        for n in range(N_EVENTS, 2 * N_EVENTS):
            project.process(event(n))
        assert log_of(project).stat().st_size < database.LOG_BYTES + 100_000
    assert project.column("SELECT count(*) FROM hook_events") == [2 * N_EVENTS]


def test_what_was_seen_has_its_time(project):
    project.passes("ls")
    project.fails("pytest")
    project.feed("Stop")
    assert project.column("SELECT at_ms FROM claudesess_seen ORDER BY at_ms") == [
        project.now - 2000,
        project.now - 1000,
        project.now,
    ]


def test_the_same_call_id_in_two_sessions_is_two_calls(project):
    # Two of many sessions whose numbers lie together in claudesess_seen.
    ids = ("f3b37f32-8702-46c4-8155-d7ef28dd37eb", "f81f5c80-239d-4599-b98d-dc84f59dc887")
    for session in ids:
        project.feed("SessionStart", session=session, source="startup")
        project.feed("PostToolUse", session=session, tool_name="Read", tool_use_id="call_1", tool_input={})
    assert project.rows("SELECT count(*) FROM hook_events WHERE instr(payload_summary, 'dup')") == [(0,)]
    near = [seen >> 46 for seen in project.column("SELECT id FROM claudesess_seen")]
    assert len(near) == 4
    assert len(set(near)) == 1


def test_of_two_hooks_that_read_one_transcript_the_second_reads_what_the_first_left(project, monkeypatch):
    line = {
        "type": "system",
        "subtype": "stop_hook_summary",
        "hookInfos": [{"promptText": "J"}],
        "hookErrors": [],
    }
    (project.root / "t.jsonl").write_text(
        json.dumps(line) + "\n"
    )  # no uuid: only the offset tells it was read
    begin = database.Database.begin

    def begin_second(self):
        monkeypatch.setattr(database.Database, "begin", begin)
        project.feed("UserPromptSubmit", prompt="go", transcript_path="/t.jsonl")
        begin(self)

    monkeypatch.setattr(database.Database, "begin", begin_second)
    project.feed("Stop", transcript_path="/t.jsonl")
    assert project.column("SELECT event_type FROM hook_events ORDER BY id") == ["user_prompt_submit", "stop"]
    assert project.column("SELECT decision FROM llm_verdicts") == ["allow"]


def test_a_database_of_earlier_rules_is_written_on(project):
    """Its own tables had other columns; what they held is gone, what everybody reads stays, and no event is lost."""
    fixture = Path(__file__).parents[1] / "fixtures" / "first_rules" / "retry.db"
    project.database.write_bytes(fixture.read_bytes())
    (before,) = project.column("SELECT count(*) FROM hook_events")
    errors = project.column("SELECT error_message FROM error_log")
    project.fails("pytest -q")
    project.fails("pytest -q")
    project.feed("Stop")
    assert project.column("SELECT count(*) FROM hook_events") == [before + 3]
    assert project.column("SELECT exit_code FROM hook_events ORDER BY id")[-3:] == [0, 0, 0]
    assert project.column("SELECT error_message FROM error_log ORDER BY id")[: len(errors)] == errors
    assert project.column("SELECT attempt_number FROM error_log ORDER BY id")[-2:] == [1, 2]


@pytest.mark.parametrize(
    ("says", "n_errors", "busy_s", "n_tries"),
    [
        ("database is locked", 2, 60.0, 3),
        ("database is locked", 2, -1.0, None),
        ("disk I/O error", 1, 60.0, None),
    ],
)
def test_a_schema_waits_for_who_holds_the_lock_and_for_nothing_else(
    says, n_errors, busy_s, n_tries, monkeypatch
):
    errors, tried = [sqlite3.OperationalError(says)] * n_errors, []

    class Connection:
        def executescript(self, script):
            tried.append(script)
            if errors:
                raise errors.pop()

    monkeypatch.setattr(database.time, "sleep", lambda seconds: None)
    one = database.Database.__new__(database.Database)
    one._connection, one._sqlite = Connection(), sqlite3
    if n_tries is None:
        with pytest.raises(sqlite3.OperationalError, match=says):
            one.complete(busy_s)
        assert len(tried) == 1
    else:
        one.complete(busy_s)
        assert len(tried) == n_tries
