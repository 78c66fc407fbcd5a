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
from claudesess_collector.spool import BATCH
from counts import FULL
from stage import COLLECT, Project

pytestmark = pytest.mark.slow

WRITERS, EVENTS = (64, 50) if FULL else (16, 4)
KILLS = 300 if FULL else 15


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
    # The last of them may have found it locked: what waits the next events take up, a batch at least each.
    for _ in range(WRITERS * EVENTS // BATCH + 1):
        if list(project.disk.glob(".claude-session.spool*")):
            project.process(b'{"session_id": "s0", "hook_event_name": "SessionEnd"}')
    assert not list(project.disk.glob(".claude-session.spool*"))
    kept = "SELECT count(*), sum(exit_code) FROM hook_events WHERE event_type LIKE 'post%'"
    assert project.rows(kept) == [(WRITERS * EVENTS, 0)]
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


VERSIONS = ("3.9", "3.10", "3.11", "3.12", "3.13")
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"


def interpreter(version):
    """Return a Python of that version, where this machine has one."""
    if version == HERE:
        return os.path.realpath(sys.executable)
    candidates = [str(path) for path in Path.home().glob(f".pyenv/versions/{version}.*/bin/python3")]
    if on_path := shutil.which(f"python{version}"):
        candidates.append(on_path)
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    for path in candidates:
        asked = subprocess.run([path, "-c", ask], capture_output=True, text=True)
        if asked.stdout.strip() == version:  # a shim may start none, or another one
            return os.path.realpath(path)
    return None


@pytest.mark.parametrize("version", sorted({*VERSIONS, HERE}))
def test_every_python_writes_the_same_rows(version, tmp_path):
    python = interpreter(version)
    if python is None:
        pytest.skip(f"no Python {version} here")
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


def test_killed_while_it_takes_up_what_waited_every_event_is_there_once(project, attack):
    """A waiting event is written by whichever hook lives long enough, in the transaction that says so."""
    n_waiting = 0
    waiting = project.disk / ".claude-session.spool"
    project.process(failure(0, 0, "first"))
    chance = random.Random(8)
    command = [os.path.realpath(sys.executable), "-I", "-S", str(COLLECT)]
    env = {"CLAUDE_PROJECT_DIR": str(project.disk), "PATH": "/usr/bin"}
    n_killed = 0
    for n in range(KILLS):
        if not waiting.exists() or waiting.stat().st_size < 1 << 20:  # it is being taken up at every kill
            _spool(project, range(n_waiting, n_waiting + 500))
            n_waiting += 500
        process = subprocess.Popen(command, stdin=subprocess.PIPE, env=env)
        process.stdin.write(failure(0, 0, f"k{n}"))
        process.stdin.close()
        time.sleep(chance.uniform(0.01, 0.12))
        process.send_signal(signal.SIGKILL)
        n_killed += process.wait() == -signal.SIGKILL
    for n in range(400):
        if not waiting.exists():
            break
        project.process(failure(0, 0, f"last{n}"))
    assert not list(project.disk.glob(".claude-session.spool*"))
    assert n_killed > KILLS / 4
    written = project.rows("SELECT payload_summary ->> 'tool_use_id', count(*) FROM hook_events GROUP BY 1")
    once = {one for one, n in written if n == 1}
    assert len(once) == len(written)
    attack(
        f"{n_killed} kills while {n_waiting:,} are taken up",
        n_waiting,
        sum(f"0-0-w{n}" in once for n in range(n_waiting)),
    )
    assert project.rows("SELECT count(*), max(attempt_number) FROM error_log") == [(len(written),) * 2]


def _spool(project, numbers):
    """Let events wait, as hooks do that find no database."""
    from claudesess_collector import spool, vocabulary
    from claudesess_collector.event import Event, Place

    place = Place(str(project.disk), {})
    for n in numbers:
        raw = failure(0, 0, f"w{n}")
        spool.keep(
            str(project.disk / vocabulary.SPOOL_FILE),
            Event(raw, json.loads(raw), 1_800_000_000_000 + n, place),
        )
