"""What cannot be written is kept beside the database and taken up by the next event that can write."""

import json
import sqlite3
import threading
import time

import pytest
from recorder import spool

SPOOL = ".claude-session.spool"


def payload(n, **fields):
    call = {
        "tool_name": "Bash",
        "tool_input": {"command": "pytest -q"},
        "tool_use_id": f"t{n}",
        "error": "Exit code 1",
    }
    return json.dumps(
        {"session_id": "s1", "hook_event_name": "PostToolUseFailure", **call, **fields}
    ).encode()


def test_a_locked_database_loses_nothing_and_keeps_the_times(project):
    project.process(payload(0))
    lock = sqlite3.connect(project.database, isolation_level=None, check_same_thread=False)
    lock.execute("BEGIN IMMEDIATE")
    started = time.time()
    done = []
    threads = [threading.Thread(target=lambda n=n: done.append(project.process(payload(n)))) for n in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lock.execute("ROLLBACK")
    lock.close()
    assert [(d.returncode, d.stdout, d.stderr) for d in done] == [(0, b"", b"")] * 2
    assert time.time() - started < 30
    assert len((project.disk / SPOOL).read_bytes().splitlines()) == 2
    project.process(payload(3))
    assert not list(project.disk.glob(SPOOL + "*"))
    assert project.column("SELECT attempt_number FROM error_log ORDER BY id") == [1, 2, 3, 4]
    times = project.column("SELECT timestamp FROM hook_events ORDER BY id")
    assert times == sorted(times)
    assert project.rows("SELECT count(*), sum(exit_code) FROM hook_events") == [(4, 0)]


def test_the_spool_is_taken_up_in_order_of_time(project):
    place = project.disk / SPOOL
    for at_ms in (30, 10, 20):
        spool.keep(str(place), at_ms, {"n": at_ms})
    assert [at_ms for at_ms, _ in spool.take(str(place))] == [10, 20, 30]
    assert not place.exists()


def test_what_cannot_be_taken_up_to_its_end_goes_back(project, monkeypatch):
    from recorder import record

    for n in (1, 2, 3):
        spool.keep(str(project.disk / SPOOL), project.now + n, json.loads(payload(n)))
    write, written = record._write_somehow, []

    def write_one(event, started_ns):
        if written:
            raise OSError("database is locked")
        written.append(event.tool_use_id)
        write(event, started_ns)

    monkeypatch.setattr(record, "_write_somehow", write_one)
    project.raw(payload(4))
    assert written == ["t1"]
    assert [path.name for path in project.disk.glob(SPOOL + "*")] == [SPOOL]
    assert len((project.disk / SPOOL).read_bytes().splitlines()) == 3
    monkeypatch.undo()
    project.raw(payload(5))
    assert project.column("SELECT attempt_number FROM error_log ORDER BY id") == [1, 2, 3, 4, 5]
    assert not list(project.disk.glob(SPOOL + "*"))


@pytest.mark.parametrize("fault", ["not a database", "truncated"])
def test_a_damaged_file_is_left_alone_and_its_events_are_kept(project, fault):
    if fault == "not a database":
        project.database.write_bytes(b"hello " * 1000)
    else:
        project.process(payload(0))
        with sqlite3.connect(project.database) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        project.database.write_bytes(project.database.read_bytes()[:5000])
    before = project.database.read_bytes()
    done = project.process(payload(1))
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert project.database.read_bytes() == before
    assert len((project.disk / SPOOL).read_bytes().splitlines()) == 1
    for path in project.disk.glob(".claude-session.db*"):
        path.unlink()
    project.process(payload(2))
    assert project.column("SELECT attempt_number FROM error_log ORDER BY id") == [1, 2]


def test_no_secret_and_no_long_text_is_kept_in_the_spool_and_it_is_bounded(tmp_path, monkeypatch):
    path = str(tmp_path / SPOOL)
    said = {
        "error": "password=hunter2 " + "x" * 100_000,
        "tool_input": {"file_path": "/a/password=1", "deep": [[["sk-ant-api03-EXAMPLEEXAMPLE"]]]},
    }
    spool.keep(path, 1, said)
    raw = (tmp_path / SPOOL).read_bytes()
    assert b"hunter2" not in raw
    assert b"EXAMPLEEXAMPLE" not in raw
    assert len(raw) < 40_000
    assert (tmp_path / SPOOL).stat().st_mode & 0o777 == 0o600
    monkeypatch.setattr(spool, "MAX_BYTES", len(raw) + 10)
    spool.keep(path, 2, said)
    assert (tmp_path / SPOOL).read_bytes() == raw
    assert [(at_ms, event["tool_input"]["file_path"]) for at_ms, event in spool.take(path)] == [
        (1, "/a/password=1")
    ]
    assert list(tmp_path.iterdir()) == []


def test_a_spool_that_is_a_link_is_not_followed(tmp_path):
    outside = tmp_path / "outside"
    (tmp_path / SPOOL).symlink_to(outside)
    with pytest.raises(OSError, match=r"symbolic|Too many levels"):
        spool.keep(str(tmp_path / SPOOL), 1, {"a": 1})
    assert list(spool.take(str(tmp_path / SPOOL))) == []
    assert not outside.exists()
