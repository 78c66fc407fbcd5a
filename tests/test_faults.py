"""Faults of the disk as a session meets them: none is felt, what can be kept is kept, the doctor names them."""

import shutil
import sqlite3
import subprocess
from contextlib import closing, contextmanager

import pytest
from click.testing import CliRunner
from collector.stage import Project
from tables import each_row

from claudesess import cli
from claudesess.doctor import probe

SPOOL = ".claude-session.spool"
QUIET = (0, b"", b"")


def event(n: int) -> bytes:
    call = f'"tool_name": "Bash", "tool_input": {{"command": "pytest -q"}}, "tool_use_id": "t{n}"'
    said = f'"hook_event_name": "PostToolUseFailure", {call}, "error": "Exit code 1"'
    return f'{{"session_id": "s1", {said}}}'.encode()


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(probe, "RUNS", 1)


def send(project: Project, n: int) -> tuple[int, bytes, bytes]:
    done = project.process(event(n))
    return done.returncode, done.stdout, done.stderr


def doctor(project: Project, monkeypatch) -> str:
    monkeypatch.setenv("HOME", str(project.root))
    done = CliRunner().invoke(cli.main, ["doctor", "--project", str(project.disk)])
    assert done.exit_code == 1
    return " ".join(done.output.split())


def arrived(project: Project) -> list[str]:
    return project.column("SELECT payload_summary ->> 'tool_use_id' FROM hook_events ORDER BY id")


def kept(project: Project) -> int:
    return len((project.disk / SPOOL).read_bytes().splitlines()) - 1  # the first line is its name


@contextmanager
def disk(project: Project, *options: str):
    """Mount a small file system where the project lies."""
    mounting = ["mount", "-t", "tmpfs", *options, "tmpfs", str(project.disk)]
    if subprocess.run(mounting, capture_output=True).returncode:
        pytest.skip("mounting a small file system needs rights that are not given here")
    try:
        yield
    finally:
        subprocess.run(["umount", str(project.disk)], check=True)


@pytest.mark.slow
def test_locked_for_longer_than_a_hook_waits(project, monkeypatch):
    assert send(project, 0) == QUIET
    lock = sqlite3.connect(project.database, isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    assert send(project, 1) == QUIET  # waits as long as a hook may, then keeps the event
    assert kept(project) == 1
    assert "events wait in .claude-session.spool" in doctor(project, monkeypatch)
    lock.execute("ROLLBACK")
    lock.close()
    assert send(project, 2) == QUIET
    assert arrived(project) == ["t0", "t1", "t2"]
    assert not (project.disk / SPOOL).exists()


def test_no_shared_memory_for_the_log(project, monkeypatch):
    """Where no `-shm` file can be made and mapped, SQLite cannot open a database that is in WAL mode."""
    assert send(project, 0) == QUIET
    with closing(sqlite3.connect(project.database)) as connection:  # the last one out removes log and memory
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shared = project.database.with_name(project.database.name + "-shm")
    shared.mkdir()
    assert send(project, 1) == QUIET
    assert kept(project) == 1
    assert "events wait in .claude-session.spool" in doctor(project, monkeypatch)
    shared.rmdir()
    assert send(project, 2) == QUIET
    assert arrived(project) == ["t0", "t1", "t2"]


@pytest.mark.slow
def test_full(project, monkeypatch):
    with disk(project, "-o", "size=2m"):
        assert send(project, 0) == QUIET
        filler = project.disk / "filler"
        filler.write_bytes(b"x" * (shutil.disk_usage(project.disk).free - 4096))
        assert {send(project, n) for n in range(1, 20)} == {QUIET}
        assert "is full" in doctor(project, monkeypatch)
        filler.unlink()
        assert send(project, 20) == QUIET
        assert project.rows("PRAGMA integrity_check") == [("ok",)]
        assert {"t0", "t20"} <= set(arrived(project))


def test_read_only(project, monkeypatch):
    with disk(project, "-o", "size=4m"):
        assert send(project, 0) == QUIET
        subprocess.run(["mount", "-o", "remount,ro", str(project.disk)], check=True)
        before = sorted(project.disk.iterdir())
        assert send(project, 1) == QUIET
        assert sorted(project.disk.iterdir()) == before
        assert "cannot be written" in doctor(project, monkeypatch)
        subprocess.run(["mount", "-o", "remount,rw", str(project.disk)], check=True)
        assert send(project, 2) == QUIET
        assert arrived(project) == ["t0", "t2"]  # nothing could be kept: there was no place for it


@each_row(
    ("damage", "said"),
    [
        (lambda whole: b"hello " * 1000, "is not a SQLite database"),
        (lambda whole: whole[:5000], "is damaged"),
        (lambda whole: b"", "is empty"),
    ],
)
def test_no_database_any_more(project, monkeypatch, damage, said):
    assert send(project, 0) == QUIET
    with closing(sqlite3.connect(project.database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    project.database.write_bytes(damage(project.database.read_bytes()))
    broken = project.database.read_bytes()
    assert send(project, 1) == QUIET
    if broken:  # an empty file is a database with no tables yet: it is filled
        assert project.database.read_bytes() == broken
        assert kept(project) == 1
        assert said in doctor(project, monkeypatch)
        for path in project.disk.glob(".claude-session.db*"):
            path.unlink()
    assert send(project, 2) == QUIET
    assert arrived(project) == ["t1", "t2"]


def test_missing_tables_are_made(project):
    assert send(project, 0) == QUIET
    with closing(sqlite3.connect(project.database)) as connection:
        connection.executescript(
            "DROP TABLE error_log; DROP TABLE claudesess_seen; DROP TABLE claudesess_chains;"
        )
    assert send(project, 1) == QUIET
    assert arrived(project) == ["t0", "t1"]
    assert project.column("SELECT attempt_number FROM error_log") == [1]
