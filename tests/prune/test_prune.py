"""Old sessions go as a whole, nothing else does, and nothing goes unasked."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from handmade import ROOT, SCHEMA
from tables import each_row

from claudesess import cli
from claudesess.contracts import RAW
from claudesess.errors import ClaudesessError, DatabaseError
from claudesess.prune.pruning import age, prune
from claudesess.store.selects import identifier

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
DAY = timedelta(days=1)
OWN = """
CREATE TABLE claudesess_seen (id INTEGER PRIMARY KEY, at_ms INTEGER);
CREATE TABLE claudesess_chains (session_id TEXT NOT NULL, chain TEXT NOT NULL, PRIMARY KEY (session_id, chain)) WITHOUT ROWID;
CREATE TABLE claudesess_checks (session_id TEXT NOT NULL, aim TEXT NOT NULL, PRIMARY KEY (session_id, aim)) WITHOUT ROWID;
CREATE TABLE claudesess_background (
  session_id TEXT NOT NULL, tool_use_id TEXT NOT NULL, PRIMARY KEY (session_id, tool_use_id)
) WITHOUT ROWID;
CREATE TABLE claudesess_edits (claim_id INTEGER PRIMARY KEY, snippet TEXT);
CREATE TABLE claudesess_offsets (path TEXT PRIMARY KEY, offset INTEGER NOT NULL) WITHOUT ROWID;
"""
#: `old` was last seen 100 days ago, `new` today; `long` began long ago and had an agent end yesterday.
ROWS = """
INSERT INTO project_state (key, value) VALUES ('session_id', 'old'), ('language', 'python');
INSERT INTO agent_registry (id, session_id, spawn_time, end_time) VALUES
  ('a1', 'old', '2026-03-22 11:00:00.000', NULL), ('a2', 'long', '2026-03-22 11:00:00', '2026-06-29 10:00:00');
INSERT INTO file_claims (id, session_id, file_path, timestamp) VALUES
  (1, 'old', '/a', '2026-03-22 11:00:00'), (2, 'new', '/a', '2026-06-30 11:00:00');
INSERT INTO session_metrics (session_id, timestamp) VALUES ('old', '2026-03-22 11:00:00'), ('long', '2026-03-22 11:00:00');
INSERT INTO failed_paths (session_id, timestamp) VALUES ('old', '2026-03-22T11:00:00Z'), (NULL, '2026-06-30 11:00:00');
INSERT INTO error_log (session_id, timestamp) VALUES ('old', '2026-03-22 11:00:00'), ('odd', 'once upon a time');
INSERT INTO context_snapshots (session_id, timestamp) VALUES ('old', '2026-03-22 11:00:00');
INSERT INTO hook_events (session_id, timestamp) VALUES
  ('old', '2026-03-22 11:00:00.123'), ('new', '2026-06-30 11:00:00.123'),
  (NULL, '2026-03-22 11:00:00'), (NULL, '2026-06-30 11:00:00'), (NULL, NULL);
INSERT INTO llm_verdicts (session_id, timestamp) VALUES ('old', '2026-03-22 11:00:00');
INSERT INTO claudesess_seen VALUES (1, 1774177200000), (2, 1782817200000);
INSERT INTO claudesess_chains VALUES ('old', 'c'), ('new', 'c');
INSERT INTO claudesess_checks VALUES ('old', 'c'), ('new', 'c');
INSERT INTO claudesess_background VALUES ('old', 't'), ('new', 't');
INSERT INTO claudesess_edits VALUES (1, 'x'), (2, 'y');
INSERT INTO claudesess_offsets VALUES ('/p/old.jsonl', 1), ('/p/very-old.jsonl', 1), ('/p/new.jsonl', 1);
"""
GONE = {
    "claudesess_background": 1, "claudesess_chains": 1, "claudesess_checks": 1,
    "claudesess_edits": 1, "claudesess_offsets": 1, "claudesess_seen": 1,
    "agent_registry": 1, "context_snapshots": 1, "error_log": 1, "failed_paths": 1, "file_claims": 1,
    "hook_events": 2, "llm_verdicts": 1, "session_metrics": 1, "project_state": 1,
}  # fmt: skip
LEFT = {
    "project_state": [("language",)],
    "agent_registry": [("a2",)],
    "file_claims": [(2,)],
    "session_metrics": [("long",)],
    "failed_paths": [(None,)],
    "error_log": [("odd",)],
    "context_snapshots": [],
    "hook_events": [(None,), (None,), ("new",)],
    "llm_verdicts": [],
    "claudesess_seen": [(2,)],
    "claudesess_chains": [("new",)],
    "claudesess_checks": [("new",)],
    "claudesess_background": [("new",)],
    "claudesess_edits": [(2,)],
    "claudesess_offsets": [("/p/new.jsonl",), ("/p/very-old.jsonl",)],
}


@pytest.fixture
def path(tmp_path):
    return made(tmp_path / ".claude-session.db", SCHEMA + OWN + ROWS)


def made(path, script):
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
    return path


def left_in(path):
    first = dict.fromkeys(LEFT, "session_id") | {
        "project_state": "key", "agent_registry": "id", "file_claims": "id", "claudesess_seen": "id",
        "claudesess_edits": "claim_id", "claudesess_offsets": "path",
    }  # fmt: skip
    with closing(sqlite3.connect(path)) as connection:
        return {
            table: connection.execute(f"SELECT {column} FROM {table} ORDER BY 1").fetchall()
            for table, column in first.items()
        }


def test_nothing_goes_unasked(path):
    before = left_in(path)
    done = prune(path, 90 * DAY, NOW)
    assert (done.is_done, done.n_sessions, done.n_kept, done.rows) == (False, 1, 3, GONE)
    assert left_in(path) == before
    assert done.bytes_after == done.bytes_before


def contents(folder):
    return {one.name: (one.read_bytes(), one.stat().st_mtime_ns) for one in folder.iterdir()}


def test_what_is_only_counted_is_not_touched_nor_what_lies_beside_it(path):
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("PRAGMA wal_autocheckpoint = 0")
        writer.execute("CREATE TABLE later (a)")
        writer.commit()
        before = contents(path.parent)
        assert f"{path.name}-shm" in before
        assert prune(path, 90 * DAY, NOW).rows == GONE
        assert contents(path.parent) == before


def test_a_session_goes_from_every_table_and_others_stay(path):
    done = prune(path, 90 * DAY, NOW, do=True)
    assert (done.is_done, done.n_sessions, done.n_kept, done.rows, done.left) == (True, 1, 3, GONE, "")
    assert left_in(path) == LEFT
    again = prune(path, 90 * DAY, NOW, do=True)
    assert (again.n_sessions, again.rows) == (0, {})


def test_every_table_that_the_collector_makes_is_thought_of(tmp_path):
    sample = shutil.copy(ROOT / "data" / "samples" / "workshop" / "workshop.db", tmp_path / "all.db")
    prune(Path(sample), DAY, datetime(2036, 1, 1, tzinfo=UTC), do=True)
    with closing(sqlite3.connect(sample)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        counts = {
            name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
            for (name,) in names.fetchall()
            if not name.startswith("sqlite_")
        }
    assert set(counts) == {*RAW, *(table for table in LEFT if table.startswith("claudesess_"))}
    assert {table for table, n in counts.items() if n} == {"project_state"}


@pytest.mark.parametrize(("days", "n"), [(101, 0), (99, 1), (0.5, 2)])
def test_the_last_sign_of_life_decides(path, days, n):
    assert prune(path, days * DAY, NOW).n_sessions == n


def test_the_room_is_given_back_and_ids_are_not_used_again(path):
    text = "x" * 4000
    with closing(sqlite3.connect(path)) as connection, connection:
        for _ in range(200):
            connection.execute(
                "INSERT INTO hook_events (session_id, timestamp, payload_summary)"
                " VALUES ('old', '2026-03-22 11:00:00', ?)",
                (text,),
            )
    path.chmod(0o600)
    done = prune(path, 90 * DAY, NOW, do=True)
    assert done.bytes_before > 800_000 > done.bytes_after
    assert path.stat().st_size == done.bytes_after
    assert path.stat().st_mode & 0o777 == 0o600
    assert text.encode() not in path.read_bytes()
    with closing(sqlite3.connect(path)) as connection, connection:
        assert connection.execute("INSERT INTO hook_events (session_id) VALUES ('next')").lastrowid == 206
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_reader_keeps_the_log_but_not_the_rows(path, monkeypatch):
    monkeypatch.setattr("claudesess.prune.pruning.BUSY_S", 0.05)
    with closing(sqlite3.connect(path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM hook_events").fetchone()
        done = prune(path, 90 * DAY, NOW, do=True)
        assert done.rows == GONE
        assert done.left != ""
    assert left_in(path) == LEFT


def test_a_writer_is_waited_for_and_then_left_alone(path, monkeypatch):
    monkeypatch.setattr("claudesess.prune.pruning.BUSY_S", 0.05)
    before = left_in(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseError, match=r"was left as it is \(database is locked\)\. Try again"):
            prune(path, 90 * DAY, NOW, do=True)
        writer.execute("ROLLBACK")
    assert left_in(path) == before


def test_the_collector_goes_on_in_a_pruned_file(path):
    prune(path, 90 * DAY, NOW, do=True)
    collect = [sys.executable, "-I", "-S", ROOT / "collector" / "collect.py"]
    event = b'{"session_id": "next", "hook_event_name": "Stop"}'
    environ = {"CLAUDE_PROJECT_DIR": str(path.parent), "PATH": os.environ["PATH"]}
    subprocess.run(collect, input=event, env=environ, check=True)
    assert left_in(path)["hook_events"] == [*LEFT["hook_events"], ("next",)]


@each_row(
    ("script", "problem"),
    [
        (SCHEMA, "was not written by the collector"),
        (OWN, "was not written by the collector"),
        ("CREATE TABLE cookies (id)", "was not written by the collector"),
        (SCHEMA + OWN + "CREATE VIEW v AS SELECT 1", "holds triggers or views"),
        (
            SCHEMA + OWN + "CREATE TRIGGER t AFTER DELETE ON hook_events BEGIN DELETE FROM error_log; END",
            "holds triggers or views",
        ),
    ],
)
def test_a_file_of_others_is_refused(tmp_path, script, problem):
    path = made(tmp_path / "other.db", script)
    with pytest.raises(DatabaseError, match=problem):
        prune(path, DAY, NOW, do=True)


def test_what_is_no_database_is_refused(tmp_path, path):
    for name, content in (("text.db", b"hello, I am a text" * 100), ("empty.db", b"")):
        other = tmp_path / name
        other.write_bytes(content)
        with pytest.raises(DatabaseError):
            prune(other, DAY, NOW, do=True)
        assert other.read_bytes() == content
    with pytest.raises(DatabaseError, match="does not exist"):
        prune(tmp_path / "nothing.db", DAY, NOW)
    assert not (tmp_path / "nothing.db").exists()
    (tmp_path / "link.db").symlink_to(path)
    with pytest.raises(DatabaseError, match="is a symbolic link"):
        prune(tmp_path / "link.db", DAY, NOW, do=True)


@pytest.mark.parametrize("damage", ["a name that is no text", "half of it"])
def test_what_is_damaged_is_named_and_left_as_it_is(path, damage):
    if damage == "half of it":
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    else:
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript("PRAGMA writable_schema = ON; CREATE TABLE other (a);")
            connection.execute("UPDATE sqlite_master SET name = x'ff00fe' WHERE name = 'other'")
            connection.commit()
    content = path.read_bytes()
    with pytest.raises(DatabaseError, match=r"was left as it is .*Restore it from a backup, or delete it\."):
        prune(path, DAY, NOW, do=True)
    assert path.read_bytes() == content


def test_a_table_s_name_is_never_read_as_a_query(path):
    name = 'claudesess_seen" WHERE 1 --'
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"CREATE TABLE {identifier(name)} (session_id)")
        connection.execute(f"INSERT INTO {identifier(name)} VALUES ('old'), ('new')")
        connection.commit()
    assert prune(path, 90 * DAY, NOW, do=True).rows == GONE | {name: 1}


@pytest.mark.parametrize("suffix", ["-journal", "-wal", "-shm"])
def test_beside_a_database_no_pipe_is_waited_for(path, suffix):
    os.mkfifo(f"{path}{suffix}")
    with pytest.raises(DatabaseError, match="is no regular file"):
        prune(path, DAY, NOW, do=True)


@each_row(("text", "hours"), [("36h", 36), ("90d", 90 * 24), (" 12w ", 12 * 7 * 24), ("1y", 365 * 24)])
def test_ages(text, hours):
    assert age(text) == timedelta(hours=hours)


@each_row("text", ["", "90", "d", "0d", "-1d", "1.5d", "3m", "90 d", "٣d", "999999d"])
def test_no_ages(text):
    with pytest.raises(ClaudesessError, match="is no age"):
        age(text)


def command(*words):
    return CliRunner().invoke(cli.main, ["prune", *map(str, words)])


def test_the_command_counts_first(path):
    before = left_in(path)
    done = command(path.parent, "--older-than", "1h")
    assert done.exit_code == 0
    first, *_, last = done.output.splitlines()
    assert first.startswith(f"{path}: ") and first.endswith("sessions would go")
    assert last.startswith("Nothing was deleted (") and last.endswith("Do it with --yes.")
    assert "          4  hook_events" in done.output.splitlines()
    assert left_in(path) == before


def test_the_command_deletes_when_told(path):
    done = command(path, "--older-than", "1h", "--yes")
    assert done.exit_code == 0
    assert "sessions deleted" in done.output
    assert done.output.splitlines()[-1].endswith(" after.")


def test_one_bad_file_does_not_keep_the_others_waiting(path, tmp_path):
    other = made(tmp_path / "other.db", "CREATE TABLE cookies (id)")
    done = command(other, path, "--older-than", "1h", "--yes")
    assert done.exit_code == 1
    assert "was not written by the collector" in done.output
    assert f"{path}: " in done.output
    assert command(path).exit_code == 2
    assert command(path, "--older-than", "soon").exit_code == 1
    assert command(tmp_path / "nowhere", "--older-than", "1d").exit_code == 1
