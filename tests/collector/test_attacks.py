"""Kills, crowds, full disks, little memory, any umask: each event is written, waits or is counted, and once.

`make stress` runs the full numbers. What is tried and what holds is printed at the end.
"""

import contextlib
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from claudesess_collector import spool, vocabulary
from counts import FULL
from stage import COLLECT, Project

pytestmark = pytest.mark.slow

COMMAND = [os.path.realpath(sys.executable), "-I", "-S", str(COLLECT)]
QUIET = (0, b"", b"")


def failure(n, size=0):
    call = {"tool_name": "Bash", "tool_input": {"command": "pytest -q"}, "tool_use_id": f"t{n}"}
    said = {"session_id": "s1", "hook_event_name": "PostToolUseFailure", **call}
    return json.dumps({**said, "error": f"Exit code 1\n1 failed in 0.1s{' x' * size}"}).encode()


def sent(project, data, *limits, umask=None):
    """Send an event under limits; say whether nothing was felt of it."""

    def limit():
        for kind, size in limits:
            resource.setrlimit(kind, (size, size))
        if umask is not None:
            os.umask(umask)

    env = {"CLAUDE_PROJECT_DIR": str(project.disk), "HOME": str(project.root), "PATH": "/usr/bin"}
    done = subprocess.run(COMMAND, input=data, env=env, capture_output=True, preexec_fn=limit)
    return (done.returncode, done.stdout, done.stderr) == QUIET


def accounted(project):
    """How many events are written, wait or are counted as lost."""
    n = project.column("SELECT count(*) FROM hook_events")[0] if project.database.is_file() else 0
    waiting = project.disk / vocabulary.SPOOL_FILE
    if waiting.exists():
        n += max(0, len(waiting.read_bytes().splitlines()) - 1)  # its first line is its name
    return n + spool.n_lost(str(project.disk / vocabulary.LOST_FILE))


@contextmanager
def small_disk(tmp_path, size):
    small = tmp_path / "small"
    small.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(small)]
    if subprocess.run(mounting, capture_output=True).returncode:
        pytest.skip("mounting a small file system needs rights that are not given here")
    try:
        yield Project(small)
    finally:
        subprocess.run(["umount", str(small)], check=True)


@pytest.mark.parametrize("left", [0, 4096, 40_000])
def test_on_a_full_disk_what_is_not_kept_is_counted(tmp_path, attack, left):
    n_events = 250 if FULL else 20
    with small_disk(tmp_path, "1m") as project:
        assert sent(project, failure(0))
        free = shutil.disk_usage(project.disk).free
        (project.disk / "filler").write_bytes(b"x" * (free - left))
        felt = [n for n in range(1, n_events) if not sent(project, failure(n))]
        assert felt == []
        n_accounted = accounted(project)
        (project.disk / "filler").unlink()
        assert sent(project, failure("last"))
        assert project.rows("PRAGMA integrity_check") == [("ok",)]
        attack(f"full disk, {left:,} bytes left, {n_events} events", n_events, n_accounted)


@pytest.mark.parametrize("most", [40_000, 120_000, 400_000])
def test_where_no_file_may_grow_what_is_not_kept_is_counted(project, attack, most):
    n_events = 250 if FULL else 20
    assert sent(project, failure(0))
    limit = (resource.RLIMIT_FSIZE, most)
    assert all(sent(project, failure(n, size=200), limit) for n in range(1, n_events))
    attack(f"no file above {most:,} bytes, {n_events} events", n_events, accounted(project))


LARGE = 30_000_000
LARGE_ONES = {
    "output": {"hook_event_name": "PostToolUse", "tool_name": "Bash", "tool_response": {"stdout": "x" * LARGE}},
    "message": {"hook_event_name": "PostToolUseFailure", "tool_name": "Bash", "error": "x" * LARGE},
    "command": {"hook_event_name": "PostToolUse", "tool_name": "Bash", "tool_input": {"command": "x" * LARGE}},
    "prompt": {"hook_event_name": "UserPromptSubmit", "prompt": 'say "' * (LARGE // 5)},
    "small things": {"hook_event_name": "PostToolUse", "tool_name": "mcp__a__b", "tool_input": {"a": ["b"] * (LARGE // 5)}},
}  # fmt: skip


@pytest.mark.parametrize("kind", LARGE_ONES)
def test_of_a_large_payload_in_little_memory_at_least_the_name_is_kept(tmp_path, attack, kind):
    said = {"session_id": "s1", "cwd": "/home/dev/app", "tool_use_id": "t1", **LARGE_ONES[kind]}
    data = json.dumps(said).encode()
    megabytes = range(20, 240, 10) if FULL else (24, 100)
    held = 0
    for size in megabytes:
        project = Project(tmp_path / f"{size}")
        quiet = sent(project, data, (resource.RLIMIT_AS, size << 20))
        held += quiet and accounted(project) == 1
    attack(f"30 MB of {kind}, {megabytes[0]} MB of memory and more", len(megabytes), held)


def test_what_there_is_no_memory_for_is_not_waited_for_either(project):
    """Who writes it stops in its middle, and keeps the pipe open."""
    begun = json.dumps({"session_id": "s1", **LARGE_ONES["command"]})[:-3].encode()
    limit = lambda: resource.setrlimit(resource.RLIMIT_AS, (40 << 20, 40 << 20))  # noqa: E731
    env = {"CLAUDE_PROJECT_DIR": str(project.disk), "PATH": "/usr/bin"}
    hook = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, env=env, preexec_fn=limit)
    try:
        hook.stdin.write(begun)
        hook.stdin.flush()
        assert hook.wait(60) == 0
        assert accounted(project) == 1
    finally:
        hook.kill()
        with contextlib.suppress(BrokenPipeError):
            hook.stdin.close()


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077, 0o277, 0o777], ids="{:03o}".format)
def test_every_file_is_its_owners_alone_whatever_the_umask(project, attack, umask):
    """Database, log and shared memory as they are while somebody writes; spool and counter too."""
    modes = {}

    def look():
        for path in project.disk.glob(vocabulary.OURS + "*"):
            modes[path.name] = path.stat().st_mode & 0o777

    assert sent(project, failure(0), umask=umask)
    look()
    project.database.rename(project.disk / "aside")
    project.database.mkdir()
    assert sent(project, failure(1), umask=umask)
    look()
    project.database.rmdir()
    (project.disk / "aside").rename(project.database)
    assert sent(project, failure(2), umask=umask)
    look()
    modes.pop(vocabulary.SESSION_FILE + "-journal", None)
    files = {".db", ".db-wal", ".db-shm", ".spool", ".lost"}
    assert {name.removeprefix(vocabulary.OURS[:-1]) for name in modes} == files
    assert project.column("SELECT attempt_number FROM error_log ORDER BY id") == [1, 2, 3]
    attack(f"umask {umask:03o}, mode 600", len(modes), list(modes.values()).count(0o600))


def test_killed_while_it_begins_to_wait_no_other_event_is_touched(project, attack):
    """Kills at the moment of appending: whatever is left behind, what others appended is written, and once."""
    n_kills = 300 if FULL else 10
    chance = random.Random(9)
    assert sent(project, failure("first"))
    aside = project.disk / "aside"
    project.database.rename(aside)
    project.database.mkdir()
    env = {"CLAUDE_PROJECT_DIR": str(project.disk), "PATH": "/usr/bin"}

    def one(n):
        if n % 2:
            return sent(project, failure(n))
        process = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, env=env)
        process.stdin.write(failure(n, size=1_000))
        process.stdin.close()
        time.sleep(chance.uniform(0.01, 0.09))
        process.send_signal(signal.SIGKILL)
        return process.wait() in (0, -signal.SIGKILL)

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(one, range(2 * n_kills)))
    project.database.rmdir()
    aside.rename(project.database)
    for n in range(100):
        assert sent(project, failure(f"last{n}"))
        if not (project.disk / vocabulary.SPOOL_FILE).exists():
            break
    found = dict(
        project.rows("SELECT payload_summary ->> 'tool_use_id', count(*) FROM hook_events GROUP BY 1")
    )
    held = sum(found.get(f"t{n}") == 1 for n in range(2 * n_kills) if n % 2)
    assert set(found.values()) == {1}
    attack("kills beside events that begin to wait", n_kills, held)


def test_torn_at_any_byte_a_spool_loses_what_was_torn_and_counts_it(tmp_path, attack):
    """As a kill or a crash of the machine leaves it."""
    made = Project(tmp_path / "made")
    for n in range(3):
        made.database.mkdir(exist_ok=True)
        assert sent(made, failure(n))
    whole = (made.disk / vocabulary.SPOOL_FILE).read_bytes()
    lines = whole.splitlines(keepends=True)
    cuts = range(1, len(whole), 1 if FULL else 97)
    held = 0
    project = Project(tmp_path / "torn")
    project.raw(failure("first"))
    before = accounted(project)
    for at in cuts:
        kept = sum(len(b"".join(lines[: n + 1])) <= at for n in range(1, 4))
        n_torn = int(
            at != len(b"".join(lines[: kept + 1]))
        )  # the first event is written together with the name
        (project.disk / vocabulary.SPOOL_FILE).write_bytes(whole[:at])
        project.raw(failure(f"{at}"))
        project.now += 10_000
        told = project.column(
            "SELECT coalesce(sum(value), 0) FROM session_metrics WHERE event_type = 'lost'"
        )[0]
        expected = before + kept + n_torn + 1
        before = accounted(project) + told
        held += before == expected and not (project.disk / vocabulary.SPOOL_FILE).exists()
    attack("spool cut at a byte", len(cuts), held)
