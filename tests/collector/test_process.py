"""The collector as the client runs it: a process per event, silent, exit status 0, whatever comes in."""

import contextlib
import fcntl
import json
import os
import signal
import sqlite3
import struct
import sys
import termios
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from tables import each_row

SCHEMA_TABLES = {
    "project_state", "agent_registry", "file_claims", "session_metrics", "failed_paths", "error_log",
    "context_snapshots", "hook_events", "llm_verdicts",
}  # fmt: skip


def payload(event="PostToolUse", **fields):
    return json.dumps({"session_id": "s1", "hook_event_name": event, **fields}).encode()


def assert_unfelt(done):
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_a_new_file_gets_the_schema_and_is_its_owners_alone(project):
    assert_unfelt(project.process(payload("SessionStart", source="startup")))
    tables = set(project.column("SELECT name FROM sqlite_master WHERE type = 'table'"))
    assert tables >= SCHEMA_TABLES
    assert {name for name in tables - SCHEMA_TABLES if not name.startswith("sqlite_")} == {
        "claudesess_seen", "claudesess_chains", "claudesess_edits", "claudesess_offsets",
        "claudesess_checks", "claudesess_background",
    }  # fmt: skip
    assert project.rows("PRAGMA journal_mode") == [("wal",)]
    assert project.database.stat().st_mode & 0o777 == 0o600
    (duration,) = project.column("SELECT duration_ms FROM hook_events")
    assert 0 <= duration < 60_000


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGHUP], ids=lambda sent: sent.name)
def test_a_key_pressed_or_a_closed_terminal_costs_no_event_and_is_not_told(project, sent):
    """Sent while the hook waits for the rest of its payload, and so at a moment that is known."""
    data = payload(error="Exit code 1")
    hook = project.started()
    hook.stdin.write(data[:9])
    hook.stdin.flush()
    wait_until_it_reads(hook)
    hook.send_signal(sent)
    said, complained = hook.communicate(data[9:], timeout=60)
    assert (hook.returncode, said, complained) == (0, b"", b"")
    assert project.rows("SELECT count(*) FROM hook_events") == [(1,)]


@pytest.mark.slow
@pytest.mark.parametrize(
    "goes_on", [b"x" * 65_536, b'"x", ' * 10_000, b""], ids=["a text", "texts", "silence"]
)
def test_a_payload_without_an_end_is_read_for_so_long_and_counted_as_too_large(project, goes_on):
    hook = project.started()
    begun = time.monotonic()
    hook.stdin.write(
        payload("PostToolUse", tool_name="Bash")[:-1] + b', "more": [' + b'"' * (goes_on[:1] == b"x")
    )
    hook.stdin.flush()
    with contextlib.suppress(BrokenPipeError):
        while goes_on:
            hook.stdin.write(goes_on)
    assert hook.wait(60) == 0
    assert time.monotonic() - begun < 30  # 5 s and what a machine at work needs
    assert (hook.stdout.read(), hook.stderr.read()) == (b"", b"")
    with contextlib.suppress(BrokenPipeError):
        hook.stdin.close()
    assert project.rows("SELECT session_id, event_type, exit_code FROM hook_events") == [
        ("s1", "post_tool_use", 1)
    ]


def wait_until_it_reads(hook):
    """Wait until a process has emptied its pipe."""
    deadline = time.monotonic() + 20
    while waiting_bytes(hook.stdin) and time.monotonic() < deadline:
        time.sleep(0.005)


def waiting_bytes(stream):
    return struct.unpack("i", fcntl.ioctl(stream, termios.FIONREAD, b"\0" * 4))[0]


def test_missing_tables_are_completed_and_what_is_there_stays(project):
    with sqlite3.connect(project.database) as connection:
        connection.execute("CREATE TABLE hook_events (id INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT, timestamp TEXT,"
                           " event_type TEXT, dispatcher TEXT, payload_summary TEXT, exit_code INTEGER, duration_ms INTEGER)")  # fmt: skip
        connection.execute("INSERT INTO hook_events (event_type) VALUES ('older')")
    assert_unfelt(project.process(payload("SessionStart", source="startup")))
    assert project.column("SELECT event_type FROM hook_events") == ["older", "session_start"]
    assert set(project.column("SELECT name FROM sqlite_master WHERE type = 'table'")) >= SCHEMA_TABLES


@each_row(
    ("data", "event_type"),
    [
        (b"", "unparsed"),
        (b"not json", "unparsed"),
        (b"[1, 2]", "unparsed"),
        (b'"text"', "unparsed"),
        (b'{"session_id": "s1"', "unparsed"),
        (b'{"a": ' * 50_000, "unparsed"),
        (b"\xff\xfe\x00", "unparsed"),
        (b"{}", None),
        (b'{"hook_event_name": 7, "session_id": ["s"]}', None),
        (b'{"hook_event_name": "SomethingNew", "session_id": "s1", "x": {"y": 1}}', "something_new"),
        (b'{"hook_event_name": "PostToolUse", "session_id": "s1", "tool_name": {}, "tool_input": 3, "tool_response": []}',
         "post_tool_use"),
        (b'{"hook_event_name": "PostToolUseFailure", "session_id": "s1", "error": {"a": 1}, "duration_ms": 1e400}',
         "post_tool_use_failure"),
        (b'{"hook_event_name": "SessionEnd", "session_id": "\\ud800", "transcript_path": "/"}', "session_end"),
        (b'{"hook_event_name": "UserPromptSubmit", "session_id": "s1", "prompt": "\\u0000\\udfff<task-notification>"}',
         "user_prompt_submit"),
    ],
)  # fmt: skip
def test_odd_input_is_one_row_and_no_more(project, data, event_type):
    assert_unfelt(project.process(data))
    rows = project.rows("SELECT event_type, exit_code, payload_summary FROM hook_events")
    assert [row[:2] for row in rows] == [(event_type, 0)]
    assert json.loads(rows[0][2])["bytes"] == len(data)


@each_row(
    "event",
    ["SessionStart", "SessionEnd", "Stop", "PostToolUse", "PostToolUseFailure", "SubagentStop", "PreCompact"],
)
def test_an_event_without_a_session_leaves_its_hook_row_only(project, event):
    fields = {
        "tool_name": "Write",
        "tool_input": {"file_path": "/a", "content": "x"},
        "error": "no",
        "agent_id": "a1",
        "agent_type": "x",
    }
    project.feed(event, session=None, **fields)
    assert project.rows("SELECT session_id, event_type FROM hook_events")[0][0] is None
    for table in SCHEMA_TABLES - {"hook_events"}:
        assert project.rows(f"SELECT * FROM {table}") == [], table


@each_row("fault", ["not a database", "folder gone", "a folder in its place", "a symbolic link", "read-only"])
def test_where_nothing_can_be_written_nothing_is_felt(project, fault, tmp_path):
    outside = tmp_path / "outside.db"
    if fault == "not a database":
        project.database.write_text("hello " * 1000)
    elif fault == "a folder in its place":
        project.database.mkdir()
    elif fault == "a symbolic link":
        project.database.symlink_to(outside)
    elif fault == "read-only":
        project.database.touch(0o400)
        project.disk.chmod(0o500)
    where = "/nonexistent/folder" if fault == "folder gone" else str(project.disk)
    assert_unfelt(project.process(payload("SessionStart", source="startup"), CLAUDE_PROJECT_DIR=where))
    project.disk.chmod(0o700)
    assert not outside.exists()
    if fault == "not a database":
        assert project.database.read_text() == "hello " * 1000


def test_without_the_variable_the_git_top_level_of_cwd_is_the_project(project):
    (project.disk / ".git").mkdir()
    below = project.disk / "a" / "b"
    below.mkdir(parents=True)
    env_free = {"CLAUDE_PROJECT_DIR": ""}
    assert_unfelt(project.process(payload("SessionStart", source="startup", cwd=str(below)), **env_free))
    assert project.column("SELECT event_type FROM hook_events") == ["session_start"]
    lone = project.root / "lone"
    lone.mkdir()
    assert_unfelt(project.process(payload("SessionStart", source="startup", cwd=str(lone)), **env_free))
    assert (lone / ".claude-session.db").exists()


def test_modules_lying_in_the_working_directory_are_not_run(project):
    for name in ("json", "sqlite3", "_sqlite3", "re", "time", "claudesess_collector"):
        (project.disk / f"{name}.py").write_text("raise SystemExit('hijacked')")
    before = os.getcwd()
    os.chdir(project.disk)
    try:
        assert_unfelt(
            project.process(payload("SessionStart", source="startup"), PYTHONPATH=str(project.disk))
        )
    finally:
        os.chdir(before)
    assert project.column("SELECT exit_code FROM hook_events") == [0]


@pytest.mark.slow
def test_parallel_hooks_lose_nothing_and_no_two_attempts_share_a_number(project):
    def fail(n):
        call = {"tool_name": "Bash", "tool_input": {"command": "pytest -q"}, "tool_use_id": f"t{n}"}
        return project.process(payload("PostToolUseFailure", error="Exit code 1\n1 failed in 0.1s", **call))

    with ThreadPoolExecutor(16) as pool:
        for done in pool.map(fail, range(64)):
            assert_unfelt(done)
    # Whoever waited too long for the others, as on a busy machine, left it in the spool: the next one brings it.
    assert_unfelt(project.process(payload("Stop")))
    assert sorted(project.column("SELECT attempt_number FROM error_log")) == list(range(1, 65))
    assert project.rows("SELECT count(*), sum(exit_code) FROM hook_events") == [(65, 0)]
    assert project.rows("PRAGMA integrity_check") == [("ok",)]


def test_a_failure_inside_leaves_the_event_and_says_so(project, monkeypatch):
    from claudesess_collector import handlers, on_sessions

    def broken(event):
        event.metric("session_start", "half", "written")
        raise RuntimeError("no")

    monkeypatch.setattr(on_sessions, "started", broken)
    monkeypatch.setattr(handlers, "_loaded", {})
    project.feed("SessionStart", source="startup")
    assert project.rows("SELECT event_type, exit_code FROM hook_events") == [("session_start", 1)]
    assert project.rows("SELECT * FROM session_metrics") == []


def test_an_older_clients_log_goes_through(project):
    """Made up after a log of a client of January 2026: `event` names the event, there are no call ids, no durations."""
    home = {"session_id": "old", "cwd": project.folder}
    write = {
        "tool_name": "Write",
        "tool_input": {"file_path": "/home/dev/app/a.py", "content": "x\n"},
        "file_path": "/a",
    }
    events = [
        {"event": "SubagentStop", "agent_id": "af1ff21", "stop_hook_active": False},
        {"event": "SessionStart", "source": "startup"},
        {"event": "UserPromptSubmit", "prompt": "write it", "bash_command": None},
        {"event": "PreToolUse", **write},
        {"event": "PostToolUse", **write, "tool_response": {"type": "create"}},
        {"event": "Notification", "message": "waiting", "notification_type": "idle_prompt"},
        {"event": "PreCompact", "trigger": "manual"},
        {"event": "SessionStart", "source": "compact"},
    ]
    for event in events:
        project.now += 1000
        project.raw(json.dumps({**home, **event}).encode())
    types = "subagent_stop session_start user_prompt_submit pre_tool_use post_tool_use notification pre_compact session_start"
    assert project.column("SELECT event_type FROM hook_events ORDER BY id") == types.split()
    assert project.rows("SELECT * FROM agent_registry") == []
    assert project.rows("SELECT file_path, operation FROM file_claims") == [("/home/dev/app/a.py", "Write")]
    assert project.rows("SELECT key, value FROM session_metrics WHERE event_type = 'prompt'") == [
        ("human", None)
    ]
    assert project.column("SELECT sum(exit_code) FROM hook_events") == [0]


def add(project, *arguments):
    import subprocess

    from stage import COLLECT

    command = [sys.executable, "-I", "-S", str(COLLECT), "add", *arguments]
    env = {"CLAUDE_PROJECT_DIR": str(project.disk), "PATH": "/usr/bin"}
    return subprocess.run(command, env=env, capture_output=True, text=True)


def test_rows_by_hand(project):
    done = add(
        project,
        "failed-path",
        "--approach",
        "cache it",
        "--reason",
        "stale",
        "--file",
        "/a.py",
        "--session",
        "s1",
    )
    assert (done.returncode, done.stdout) == (0, "failed_paths 1\n")
    done = add(
        project,
        "verdict",
        "--hook-event",
        "Stop",
        "--decision",
        "block",
        "--reason",
        "no",
        "--json",
        '{"ok": false}',
    )
    assert (done.returncode, done.stdout) == (0, "llm_verdicts 1\n")
    paths = project.rows(
        "SELECT session_id, file_path, approach, reason_failed, context, still_relevant FROM failed_paths"
    )
    assert paths == [("s1", "/a.py", "cache it", "stale", '{"by": "hand"}', 1)]
    verdicts = project.rows("SELECT hook_event, decision, reason, verdict_json FROM llm_verdicts")
    assert verdicts == [("Stop", "block", "no", '{"ok": false}')]
    assert add(project, "verdict", "--hook-event", "Stop", "--decision", "maybe").returncode == 2
