"""Killed, crowded, out of space, fed with anything, on every Python that is here. `make stress` runs the full numbers."""

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stage import COLLECT, Project

FULL = os.environ.get("CLAUDESESS_STRESS") == "full"
WRITERS, EVENTS = (64, 50) if FULL else (16, 8)
KILLS = 300 if FULL else 30
PAYLOADS = 20_000 if FULL else 1_000


def failure(session, agent, n):
    call = {
        "tool_name": "Bash",
        "tool_input": {"command": "pytest -q"},
        "tool_use_id": f"{session}-{agent}-{n}",
    }
    said = {"error": "Exit code 1\n1 failed in 0.1s", "agent_id": f"a{agent}", "agent_type": "Explore"}
    return json.dumps(
        {"session_id": f"s{session}", "hook_event_name": "PostToolUseFailure", **call, **said}
    ).encode()


def test_many_writers_on_a_new_file_lose_nothing(project):
    """Two sessions with eight agents each, interleaved: every row there, no attempt number twice."""

    def write(writer):
        return [project.process(failure(writer % 2, writer % 8, f"{writer}-{n}")) for n in range(EVENTS)]

    with ThreadPoolExecutor(WRITERS) as pool:
        for done in pool.map(write, range(WRITERS)):
            assert all((d.returncode, d.stdout, d.stderr) == (0, b"", b"") for d in done)
    assert not list(project.disk.glob(".claude-session.spool*"))
    assert project.rows("SELECT count(*), sum(exit_code) FROM hook_events") == [(WRITERS * EVENTS, 0)]
    per_chain = project.rows(
        "SELECT count(*), count(DISTINCT attempt_number), max(attempt_number) FROM error_log GROUP BY session_id"
    )
    assert per_chain == [(WRITERS * EVENTS // 2,) * 3] * 2


def test_killed_at_any_moment_the_file_is_sound_and_holds_whole_events(project):
    chance = random.Random(7)
    command = [os.path.realpath(sys.executable), "-I", "-S", str(COLLECT)]
    env = {"CLAUDE_PROJECT_DIR": str(project.disk), "PATH": "/usr/bin"}
    for n in range(KILLS):
        process = subprocess.Popen(command, stdin=subprocess.PIPE, env=env)
        process.stdin.write(failure(0, 0, n))
        process.stdin.close()
        time.sleep(chance.uniform(0, 0.05))
        process.send_signal(signal.SIGKILL)
        process.wait()
        if not project.database.exists():
            continue
        with sqlite3.connect(project.database, timeout=30) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            tables = {
                name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            }
            if {"hook_events", "error_log"} <= tables:
                rows = [
                    connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                    for table in ("hook_events", "error_log")
                ]
                assert rows[0] == rows[1]
    assert project.process(failure(0, 0, "last")).returncode == 0
    attempts = project.column("SELECT attempt_number FROM error_log ORDER BY id")
    assert attempts == list(range(1, len(attempts) + 1))


def test_a_full_disk_is_not_felt(tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(small)], capture_output=True
    ).returncode:
        pytest.skip("mounting a small file system needs rights that are not given here")
    try:
        project = Project(small)
        assert project.process(failure(0, 0, 0)).returncode == 0
        (project.disk / "filler").write_bytes(b"x" * (shutil.disk_usage(small).free - 4096))
        done = [project.process(failure(0, 0, n)) for n in range(1, 40)]
        assert {(d.returncode, d.stdout, d.stderr) for d in done} == {(0, b"", b"")}
        (project.disk / "filler").unlink()
        project.process(failure(0, 0, "after"))
        assert project.rows("PRAGMA integrity_check") == [("ok",)]
        attempts = project.column("SELECT attempt_number FROM error_log ORDER BY id")
        assert attempts == list(range(1, len(attempts) + 1))
    finally:
        subprocess.run(["umount", str(small)], check=True)


EVENTS_KNOWN = st.sampled_from(
    [
        "SessionStart",
        "SessionEnd",
        "UserPromptSubmit",
        "PreToolUse",
        "PostToolUse",
        "PostToolUseFailure",
        "PermissionRequest",
        "PermissionDenied",
        "SubagentStart",
        "SubagentStop",
        "Stop",
        "StopFailure",
        "PreCompact",
        "PostCompact",
        "TaskCreated",
        "TaskCompleted",
        "Nonsense",
    ]
)
TEXTS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["a1", "s1", "pytest -q | tail", "cd x && make", "<task-notification><task-id>a1</task-id><status>failed</status>",
         "1 failed in 0.1s", "Exit code 1", "/home/dev/app/a.py", "\ud800", "\x00", "", "' OR 1=1", "<<EOF", "(((", "completed"]
    ),
)  # fmt: skip
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=8,
)
TOOLS = st.one_of(
    st.sampled_from(
        [
            "Bash",
            "Edit",
            "Write",
            "Read",
            "Agent",
            "TaskCreate",
            "TaskUpdate",
            "WebSearch",
            "NotebookEdit",
            "AskUserQuestion",
        ]
    ),
    VALUES,
)
INPUTS = st.fixed_dictionaries(
    {},
    optional={
        key: st.one_of(TEXTS, VALUES)
        for key in ["command", "file_path", "description", "taskId", "status", "url", "edits", "content"]
    },
)
RESPONSES = st.one_of(
    VALUES,
    st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(
            [
                "stdout",
                "stderr",
                "interrupted",
                "agentId",
                "status",
                "success",
                "error",
                "statusChange",
                "task",
                "file",
                "structuredPatch",
                "bashEditDiff",
                "gitOperation",
            ],
            VALUES,
        ),
    ),
)
FIELDS = {
    key: st.one_of(TEXTS, VALUES)
    for key in [
        "agent_id",
        "agent_type",
        "prompt",
        "prompt_id",
        "error",
        "reason",
        "source",
        "trigger",
        "cwd",
        "task_id",
        "task_subject",
        "compact_summary",
        "transcript_path",
        "is_interrupt",
        "duration_ms",
    ]
}


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory):
    return Project(tmp_path_factory.mktemp("fuzz"))


@settings(max_examples=PAYLOADS, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    payload=st.fixed_dictionaries(
        {
            "hook_event_name": st.one_of(EVENTS_KNOWN, EVENTS_KNOWN, VALUES),
            "session_id": st.one_of(st.just("s1"), VALUES),
        },
        optional={
            "tool_name": TOOLS,
            "tool_input": INPUTS,
            "tool_response": RESPONSES,
            "tool_use_id": TEXTS,
            **FIELDS,
        },
    )
)
def test_any_payload_is_one_row_and_no_failure_inside(fuzzed, payload):
    before = fuzzed.column("SELECT count(*) FROM hook_events")[0] if fuzzed.database.exists() else 0
    fuzzed.now += 5
    fuzzed.raw(json.dumps(payload).encode())
    assert fuzzed.column("SELECT exit_code FROM hook_events ORDER BY id")[before:] == [0]


@settings(max_examples=PAYLOADS // 40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.one_of(st.binary(max_size=200), st.text().map(lambda text: text.encode("utf-8", "replace"))))
def test_any_bytes_are_not_felt(fuzzed, data):
    done = fuzzed.process(data)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_fifty_megabytes_are_read_and_not_felt(project):
    content = "é" * 1000 + "\n"
    write = {
        "tool_name": "Write",
        "tool_input": {"file_path": "/a", "content": content * 25_000},
        "tool_use_id": "t1",
    }
    done = project.process(
        json.dumps(
            {"session_id": "s1", "hook_event_name": "PostToolUse", **write}, ensure_ascii=False
        ).encode()
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    (summary,) = project.column("SELECT payload_summary FROM hook_events")
    assert json.loads(summary)["bytes"] > 50_000_000
    assert project.rows("SELECT file_path FROM file_claims") == [("/a",)]


def interpreters():
    """Every Python from 3.9 to 3.13 that this machine has, by version."""
    found = {}
    candidates = list(Path.home().glob(".pyenv/versions/*/bin/python3"))
    candidates += [Path(path) for n in range(9, 14) if (path := shutil.which(f"python3.{n}"))]
    for path in candidates:
        asked = subprocess.run(
            [str(path), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
            capture_output=True,
            text=True,
        )
        version = asked.stdout.strip()
        if version in ("3.9", "3.10", "3.11", "3.12", "3.13"):
            found.setdefault(version, os.path.realpath(path))
    return found or {f"{sys.version_info.major}.{sys.version_info.minor}": os.path.realpath(sys.executable)}


@pytest.mark.parametrize(("version", "python"), sorted(interpreters().items()))
def test_every_python_writes_the_same_rows(version, python, tmp_path):
    recording = COLLECT.parents[1] / "data" / "samples" / "retry"
    folder = tmp_path / "home/dev/calc"
    folder.mkdir(parents=True)
    for line in (recording / "hooks.jsonl").read_text(encoding="utf-8").splitlines():
        firing = json.loads(line)
        command = [
            python,
            "-I",
            "-S",
            str(COLLECT),
            "--at",
            str(firing["t_ns"] // 10**6),
            "--root",
            str(tmp_path),
        ]
        env = {"CLAUDE_PROJECT_DIR": "/home/dev/calc", "HOME": "/home/dev", "PATH": "/usr/bin"}
        done = subprocess.run(
            command, input=json.dumps(firing["payload"]).encode(), env=env, capture_output=True
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    with (
        sqlite3.connect(folder / ".claude-session.db") as here,
        sqlite3.connect(recording / "retry.db") as committed,
    ):
        for table in (
            "agent_registry",
            "file_claims",
            "session_metrics",
            "failed_paths",
            "llm_verdicts",
        ):
            query = f"SELECT * FROM {table}"
            assert here.execute(query).fetchall() == committed.execute(query).fetchall(), table
