"""A copy holds whole transactions, and leaves the user's files exactly as they were."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from handmade import SCHEMA, database, opened_unprivileged, state

from claudesess import open_store
from claudesess.errors import DatabaseError
from claudesess.store import copy as copying

CLAIM = "INSERT INTO file_claims (session_id, file_path) VALUES ('s', '/w/a.py');"


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that any user may enter, unlike tmp_path."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


def left_behind(folder: Path, rows: int = 3) -> Path:
    """Make a database whose rows are all still in the log, as a killed writer leaves it."""
    live = folder.parent / f"{folder.name}-live"
    live.mkdir()
    folder.mkdir(exist_ok=True)
    with closing(sqlite3.connect(live / "made.db")) as connection:
        connection.executescript(SCHEMA)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.executescript(CLAIM * rows)
        for file in live.iterdir():
            shutil.copy2(file, folder / file.name)
    shutil.rmtree(live)
    return folder / "made.db"


def test_rows_in_the_log_are_there_and_no_file_changes(tmp_path: Path) -> None:
    file = left_behind(tmp_path / "db")
    before = state(file.parent)
    assert sorted(before) == ["made.db", "made.db-shm", "made.db-wal"]
    assert open_store(file).databases.n_file_claims[0] == 3
    assert state(file.parent) == before


def test_no_log_appears_beside_a_closed_wal_database(tmp_path: Path) -> None:
    file = tmp_path / "made.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(SCHEMA + CLAIM)
    before = state(tmp_path)
    assert list(before) == ["made.db"]
    assert open_store(file).databases.n_file_claims[0] == 1
    assert state(tmp_path) == before


def test_nothing_stays_in_the_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    open_store(left_behind(tmp_path / "db"))
    assert list(scratch.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("with_log", [True, False])
def test_read_only_folder_and_file(open_folder: Path, tmp_path: Path, with_log: bool) -> None:
    if with_log:
        left_behind(open_folder / "db")
    else:
        database(open_folder / "db" / "made.db", CLAIM * 3)
    folder = open_folder / "db"
    for file in folder.iterdir():
        file.chmod(0o444)
    folder.chmod(0o555)
    before = state(folder)
    assert opened_unprivileged(folder / "made.db", database(tmp_path / "known.db")) == "3"
    assert state(folder) == before
    folder.chmod(0o755)


@pytest.mark.slow
def test_permission_denied_names_the_file_and_the_fix(open_folder: Path, tmp_path: Path) -> None:
    file = database(open_folder / "made.db")
    file.chmod(0o000)
    said = opened_unprivileged(file, database(tmp_path / "known.db"))
    assert said == f"{file} may not be read. Ask its owner for leave to read it."


WRITER = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA wal_autocheckpoint = 25")
number = 0
while True:
    number += 1
    connection.execute("BEGIN IMMEDIATE")
    path = f"/w/{number % 7}/" + "x" * 900
    connection.execute("INSERT INTO file_claims (session_id, file_path) VALUES ('s', ?)", [path])
    connection.execute("INSERT INTO error_log (session_id, file_path) VALUES ('s', ?)", [path])
    connection.execute("COMMIT")
    if number == 1:
        print("writing", flush=True)
    time.sleep(0.004)
"""


@pytest.mark.slow
def test_every_copy_of_a_busy_database_shows_whole_transactions(tmp_path: Path) -> None:
    file = tmp_path / "made.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(SCHEMA)
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(file)], stdout=subprocess.PIPE)
    try:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"writing\n"
        seen = []
        for _ in range(12):
            with open_store(file) as store:
                assert len(store.problems) == 0
                pair = store.sql(
                    "SELECT (SELECT count(*) FROM file_claims) AS claims, count(*) AS errors,"
                    " count(*) FILTER (id = place) AS in_place"
                    " FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM error_log)"
                )
                assert pair.claims[0] == pair.errors[0] == pair.in_place[0]
                seen.append(int(pair.claims[0]))
        assert seen == sorted(seen)
        assert seen[-1] > seen[0]
        assert {item.name for item in tmp_path.iterdir()} == {"made.db", "made.db-wal", "made.db-shm"}
    finally:
        writer.kill()
        writer.communicate()


def test_a_checkpoint_during_the_copy_makes_another_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = left_behind(tmp_path / "db")
    copies = []
    copyfile = shutil.copyfile

    def copy_and_checkpoint(source: Path, target: Path) -> None:
        copyfile(source, target)
        copies.append(Path(source).name)
        if len(copies) == 1:
            with closing(sqlite3.connect(file)) as connection:  # closing moves the log into the main file
                connection.executescript(CLAIM)

    monkeypatch.setattr(copying.shutil, "copyfile", copy_and_checkpoint)
    assert open_store(file).databases.n_file_claims[0] == 4
    assert copies == ["made.db", "made.db"]


def test_a_log_that_starts_anew_during_its_copy_is_copied_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, copy = tmp_path / "made.db-wal", tmp_path / "copy.db-wal"
    copyfile = shutil.copyfile

    def copied(rewritten: bytes | None) -> bool:
        log.write_bytes(b"A" * 32 + b"frames of the old log")

        def copy_and_restart(source: Path, target: Path) -> None:
            copyfile(source, target)
            if rewritten is not None:
                log.write_bytes(rewritten)

        monkeypatch.setattr(copying.shutil, "copyfile", copy_and_restart)
        return copying._log_copied(log, copy)

    assert copied(None)
    assert copied(b"A" * 32 + b"frames of the old log, and one more")
    assert not copied(b"B" * 32 + b"frames of the new log")
    assert not copied(b"A" * 32)
    assert not copied(b"")


def test_a_change_within_one_tick_of_the_clock_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = database(tmp_path / "made.db", CLAIM)
    copies = []
    copyfile = shutil.copyfile

    def copy_and_change(source: Path, target: Path) -> None:
        copyfile(source, target)
        copies.append(Path(source).name)
        if len(copies) == 1:
            file.write_bytes(file.read_bytes().replace(b"/w/a.py", b"/w/b.py"))

    monkeypatch.setattr(copying.shutil, "copyfile", copy_and_change)
    monkeypatch.setattr(copying, "_state", lambda path: (0, 0, 2**63, 0))  # a clock that shows nothing
    assert open_store(file).sql("SELECT file_path FROM file_claims").file_path[0] == "/w/b.py"
    assert copies == ["made.db", "made.db"]


def test_a_database_that_never_rests_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = database(tmp_path / "made.db")
    copyfile = shutil.copyfile

    def copy_and_touch(source: Path, target: Path) -> None:
        copyfile(source, target)
        os.utime(file, ns=(1, file.stat().st_mtime_ns - 1))

    monkeypatch.setattr(copying.shutil, "copyfile", copy_and_touch)
    monkeypatch.setattr(copying, "ATTEMPTS", 3)
    with pytest.raises(DatabaseError, match=r"kept changing while it was copied. Open it again"):
        open_store(file)


HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute(sys.argv[2])
connection.execute("UPDATE file_claims SET file_path = '/w/b.py'")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("begin", ["BEGIN EXCLUSIVE", "BEGIN IMMEDIATE"])
def test_a_locked_file_is_an_error_and_an_open_transaction_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, begin: str
) -> None:
    monkeypatch.setattr(copying, "LOCK_WAIT_S", 0.1)
    file = database(tmp_path / "made.db", CLAIM)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(file), begin], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        if begin == "BEGIN EXCLUSIVE":
            with pytest.raises(DatabaseError, match=r"is locked by another program. Close that program"):
                open_store(file)
        else:  # what is not committed is not there
            assert open_store(file).sql("SELECT file_path FROM file_claims").file_path[0] == "/w/a.py"
    finally:
        holder.communicate(b"")


def test_a_transaction_that_was_cut_short_is_rolled_back_in_the_copy(tmp_path: Path) -> None:
    live, folder = tmp_path / "live", tmp_path / "db"
    folder.mkdir()
    file = database(live / "made.db", CLAIM * 200)
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size = 1")  # changed pages reach the file before the commit
        connection.execute("BEGIN")
        connection.execute("UPDATE file_claims SET file_path = hex(zeroblob(800))")
        for item in live.iterdir():
            shutil.copy2(item, folder / item.name)
    assert sorted(item.name for item in folder.iterdir()) == ["made.db", "made.db-journal"]
    before = state(folder)
    paths = open_store(folder / "made.db").sql("SELECT file_path, count(*) AS n FROM file_claims GROUP BY 1")
    assert paths.to_numpy().tolist() == [["/w/a.py", 200]]
    assert state(folder) == before
