"""What was read is kept and used again; what is stale, damaged or of another version is never believed."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from counts import first, slow
from handmade import database, shown, state

from claudesess import ClaudesessError, Store, open_store
from claudesess.cli import main
from claudesess.contracts import RAW
from claudesess.store import cache, copy, load, pages, shelf
from claudesess.store.read import SqliteFile

CLAIM = "INSERT INTO file_claims (session_id, file_path) VALUES ('s', '/w/a.py');"
MANY = """
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {0})
    INSERT INTO hook_events (session_id, timestamp, event_type, payload_summary)
    SELECT 's', '2026-05-04 09:00:00', 'stop', '{{"tool": "' || hex(zeroblob(100)) || i || '"}}' FROM n;
"""
LONG = """
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600)
    INSERT INTO error_log (error_message) SELECT hex(zeroblob(4500)) FROM n;
"""
EVENTS = "SELECT id, payload_summary FROM hook_events"


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("CLAUDESESS_CACHE", str(folder))
    monkeypatch.setattr(copy, "CLOCK_TICK_NS", 0)  # a test does not wait for the clock
    monkeypatch.setattr(copy, "_COARSE_TICK_NS", 0)
    return folder


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Name the pieces that are read from SQLite: a table, or a table and the row after which it is read."""
    found: list[str] = []
    written = load.written

    def noted(file, plan, span, target):
        tally = written(file, plan, span, target)
        found.append(f"{plan.contract.name} {tally.rows}")
        return tally

    monkeypatch.setattr(load, "written", noted)
    return found


def change(path: Path, script: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)


def everything(store: Store) -> dict[str, pa.Table]:
    return {name: store.arrow(name) for name in RAW}


def seen(path: Path) -> dict[str, pa.Table | str]:
    """Open a database, and return all that is in it, problems too."""
    with open_store(path) as store:
        return everything(store) | {"problems": shown(store.problems), "databases": shown(store.databases)}


def test_the_second_time_nothing_is_read_or_copied(
    tmp_path: Path, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = "INSERT INTO error_log (task_id, timestamp) VALUES (x'00', 'noon');"
    file = database(tmp_path / "made.db", CLAIM + odd)
    first = seen(file)
    assert sorted(reads) == ["error_log 1", "file_claims 1"]  # of an empty table nothing
    reads.clear()
    monkeypatch.setattr(copy, "take", lambda *_: pytest.fail("a copy was taken"))
    assert seen(file) == first
    assert reads == []
    assert "the cell is not text" in first["problems"]


def test_where_a_database_is_kept_is_found_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(f"INSERT INTO {name} DEFAULT VALUES;" for name in ("error_log", "failed_paths"))
    path = database(tmp_path / "made.db", CLAIM + rows)
    first = seen(path)
    found: list[str] = []
    name = cache._format
    monkeypatch.setattr(cache, "_format", lambda: found.append(name()) or name())
    assert seen(path) == first
    assert len(found) == 1


def test_what_was_not_loaded_is_known_without_looking_at_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = "INSERT INTO error_log (task_id, timestamp) VALUES (x'00', 'noon');"
    path = database(tmp_path / "made.db", "DROP TABLE file_claims;" + odd)
    with open_store(path) as store:
        before = shown(store.problems)
    monkeypatch.setattr(shelf.Shelf, "_from_cache", lambda *_: pytest.fail("a kept table was looked at"))
    with open_store(path) as store:
        assert shown(store.problems) == before
    assert "the table is missing" in before and "the cell is not text" in before


@pytest.mark.slow
def test_a_question_pays_for_the_tables_that_it_reads(tmp_path: Path, reads: list[str]) -> None:
    event = "INSERT INTO hook_events (session_id, event_type) VALUES ('s', 'stop');"
    fact = "INSERT INTO session_metrics (session_id, event_type) VALUES ('s', 'turn');"
    file = database(tmp_path / "made.db", CLAIM + event + fact)
    with open_store(file) as store:
        assert store.databases.n_file_claims[0] == 1
        assert reads == []
        store.sql("SELECT count(*) FROM file_claims")
        store.sql("SELECT count(*) FROM file_claims")
        assert reads == ["file_claims 1"]
        store.sql("SELECT count(*) FROM tool_calls")
        assert sorted(reads) == ["file_claims 1", "hook_events 1", "session_metrics 1"]


def test_a_query_reads_the_columns_that_it_needs(tmp_path: Path) -> None:
    with open_store(database(tmp_path / "made.db", MANY.format(10))) as store:
        store.sql("SELECT count(*) FROM hook_events")
        for column in ("id", "payload_summary"):
            query = f"EXPLAIN SELECT max({column}) FROM hook_events GROUP BY db"
            plan = store._engine.sql(query).fetchall()[0][1]
            assert ("payload_summary" in plan) == (column == "payload_summary")


def test_the_moment_of_opening_holds_for_every_table(tmp_path: Path) -> None:
    file = database(tmp_path / "made.db", CLAIM)
    with open_store(file) as store:
        change(
            file,
            CLAIM + "INSERT INTO error_log (session_id) VALUES ('s'); PRAGMA journal_mode = WAL;" + CLAIM,
        )
        assert store.sql("SELECT count(*) AS n FROM file_claims").n[0] == 1
        change(file, "DROP TABLE error_log")
        assert store.sql("SELECT count(*) AS n FROM error_log").n[0] == 0
    with open_store(file) as store:
        assert store.databases.n_file_claims[0] == 3


def test_the_moment_holds_where_everything_was_kept_and_is_then_cleared(tmp_path: Path, kept: Path) -> None:
    file = database(tmp_path / "made.db", CLAIM)
    seen(file)
    with open_store(file) as store:
        change(file, CLAIM)
        cache.Cache(kept).clear()
        assert store.sql("SELECT count(*) AS n FROM file_claims").n[0] == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "script",
    [
        MANY.format(50),
        "UPDATE hook_events SET payload_summary = 'x' WHERE id = 7",
        "UPDATE hook_events SET payload_summary = replace(payload_summary, '0', '1') WHERE id = 2000",
        "DELETE FROM hook_events WHERE id BETWEEN 100 AND 3000",
        "DELETE FROM hook_events",
        "DELETE FROM hook_events WHERE id > 4000; UPDATE sqlite_sequence SET seq = 4000;" + MANY.format(900),
        "VACUUM",
        "ALTER TABLE hook_events ADD COLUMN mood TEXT DEFAULT 'fine'",
        "ALTER TABLE hook_events RENAME COLUMN dispatcher TO dispatched",
        "UPDATE hook_events SET payload_summary = hex(zeroblob(9000)) WHERE id = 4990",
        "UPDATE hook_events SET session_id = x'ff' WHERE id = 4991;" + MANY.format(3),
        "PRAGMA journal_mode = WAL; INSERT INTO hook_events (session_id) VALUES ('t')",
        "ALTER TABLE hook_events RENAME COLUMN dispatcher TO d; ALTER TABLE hook_events RENAME COLUMN session_id"
        " TO dispatcher; ALTER TABLE hook_events RENAME COLUMN d TO session_id",
        # a row longer than a page: its end changes in a page that is no leaf
        "UPDATE error_log SET error_message = substr(error_message, 1, 8999) || 'z' WHERE id = 2",
    ],
)
def test_a_changed_database_reads_as_if_nothing_had_been_kept(
    tmp_path: Path, script: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = database(tmp_path / "made.db", MANY.format(5000) + LONG)
    seen(file)
    change(file, script)
    again = seen(file)
    monkeypatch.setenv("CLAUDESESS_CACHE", "off")
    assert again == seen(file)


def test_a_database_that_grew_costs_what_it_grew_by(
    tmp_path: Path, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    n_pages: list[int] = []
    hold = pages.hold_whole_rows
    monkeypatch.setattr(
        pages, "hold_whole_rows", lambda file, chosen: n_pages.append(len(chosen)) or hold(file, chosen)
    )
    file = database(tmp_path / "made.db", MANY.format(5000))
    with open_store(file) as store:
        store.sql(EVENTS)
    assert sorted(reads) == ["hook_events 3", "hook_events 4997"]  # those of the last page stand apart
    assert n_pages[0] > 300
    for _ in range(3):
        reads.clear()
        n_pages.clear()
        change(file, MANY.format(30))
        with open_store(file) as store:
            ids = store.sql(EVENTS).id
        assert ids.tolist() == list(range(1, len(ids) + 1))
        assert sum(int(read.split()[1]) for read in reads) < 100
        assert n_pages[0] < 10


@pytest.mark.parametrize("beginning", first([-(2**63), -(10**9), -70, 2**14 - 20, 2**40, 2**63 - 9000]))
def test_numbers_of_rows_may_be_any(tmp_path: Path, reads: list[str], beginning: int) -> None:
    one = "INSERT INTO hook_events (id, session_id) SELECT max(id) + 1, 't' FROM hook_events"
    numbered = f"UPDATE hook_events SET id = id - 1 + {beginning};"
    file = database(tmp_path / "made.db", MANY.format(4000) + numbered)
    seen(file)
    reads.clear()
    change(file, one)
    with open_store(file) as store:
        ids = store.sql("SELECT id FROM hook_events").id
    assert ids.tolist() == list(range(beginning, beginning + 4001))
    assert [int(read.split()[1]) < 100 for read in reads] == [True]


def test_pages_come_back_as_they_were_packed(tmp_path: Path) -> None:
    file = database(tmp_path / "made.db", MANY.format(400))
    with SqliteFile(file) as made:
        found = pages.leaves(file, made.layout("hook_events")[0])
        none = pages.leaves(file, made.layout("error_log")[0])
    for one in (found, none):
        again = pages.unpacked(pages.packed(one))
        assert pages.n_same(one, again) == len(one) - 1
        assert again.pages.tolist() == one.pages.tolist()
    assert (len(none), len(found) > 20, pages.unpacked("")) == (1, True, None)


@pytest.mark.parametrize("n_changed", [1, 2, 3])
@pytest.mark.parametrize("by", [1, slow(32), slow(64), slow(128), None])
def test_no_change_of_a_page_goes_unseen(tmp_path: Path, n_changed: int, by: int | None) -> None:
    file = database(tmp_path / "made.db", MANY.format(100))
    with SqliteFile(file) as made:
        page = int(pages.leaves(file, made.layout("hook_events")[0]).pages[1])
    chance, n = np.random.default_rng(n_changed), 4_000
    copies = np.tile(np.frombuffer(file.read_bytes(), np.uint8)[(page - 1) * 4096 : page * 4096], (n, 1))
    for row in range(1, n):
        places = chance.choice(4096, n_changed, replace=False)
        copies[row, places] += (
            chance.integers(1, 256, n_changed, np.uint8)
            if by is None
            else chance.choice(np.array([by, 256 - by], np.uint8), n_changed)
        )
    found = pages._digests(copies.reshape(-1), 4096, np.arange(1, n + 1))
    assert (found == found[0]).all(axis=1).sum() == 1


def test_only_columns_of_few_values_become_dictionaries(tmp_path: Path) -> None:
    with SqliteFile(database(tmp_path / "made.db", MANY.format(400))) as made:
        plan = load.planned(made, RAW["hook_events"], None, 1)
        load.written(made, plan, plan.spans[0], tmp_path / "part")
    group = pq.ParquetFile(tmp_path / "part").metadata.row_group(0)
    columns = [group.column(place) for place in range(group.num_columns)]
    dictionaries = [column.path_in_schema for column in columns if column.has_dictionary_page]
    assert dictionaries == ["session_id", "event_type", "dispatcher"]


def entry_of(kept: Path) -> Path:
    return next(kept.rglob("entry.json"))


def parts_of(kept: Path) -> list[Path]:
    return [file for file in entry_of(kept).parent.iterdir() if file.name != "entry.json"]


def flipped(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


@pytest.mark.slow
@pytest.mark.parametrize(
    "damage",
    [
        lambda kept: entry_of(kept).write_text("{}"),
        lambda kept: entry_of(kept).write_bytes(b"\xff" * 100),
        lambda kept: entry_of(kept).write_text(
            entry_of(kept).read_text().replace("file_claims", "file_claimz")
        ),
        lambda kept: entry_of(kept).unlink(),
        lambda kept: [flipped(part) for part in parts_of(kept)],
        lambda kept: [part.write_bytes(b"") for part in parts_of(kept)],
        lambda kept: [part.unlink() for part in parts_of(kept)[::2]],
        lambda kept: shutil.rmtree(kept),
    ],
)
def test_a_damaged_cache_is_made_anew(
    tmp_path: Path, kept: Path, damage: Callable[[Path], object], reads: list[str]
) -> None:
    file = database(tmp_path / "made.db", CLAIM)
    first = seen(file)
    damage(kept)
    reads.clear()
    assert seen(file) == first
    assert reads
    reads.clear()
    assert seen(file) == first
    assert reads == []


def test_another_version_is_not_believed_and_goes(
    tmp_path: Path, kept: Path, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = database(tmp_path / "made.db", CLAIM)
    seen(file)
    reads.clear()
    monkeypatch.setattr(cache, "_RULES", 99)
    seen(file)
    assert reads == ["file_claims 1"]
    assert len(list(kept.rglob("entry.json"))) == 1


def test_it_is_private_and_beside_no_database(tmp_path: Path, kept: Path) -> None:
    file = database(tmp_path / "db" / "made.db", CLAIM)
    before = state(file.parent)
    seen(file)
    assert state(file.parent) == before
    modes = {stat.S_IMODE(path.stat().st_mode) for path in kept.rglob("*") if path.is_file()}
    folders = {stat.S_IMODE(path.stat().st_mode) for path in (kept, *kept.rglob("*")) if path.is_dir()}
    assert (modes, folders) == ({0o600}, {0o700})
    assert list((kept / "open").iterdir()) == []


def test_off_keeps_nothing(tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUDESESS_CACHE", "off")
    seen(database(tmp_path / "made.db", CLAIM))
    assert not kept.exists()


@pytest.mark.slow
def test_the_least_recently_used_goes_first(
    tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [database(tmp_path / f"{name}.db", CLAIM) for name in "abc"]
    for file in files[:2]:
        seen(file)
    size = cache.Cache(kept).size()[1]
    for entry, used in zip(
        sorted(kept.rglob("entry.json"), key=lambda e: e.stat().st_mtime), (1, 2), strict=True
    ):
        os.utime(entry, (used, used))
    seen(files[0])  # used now
    monkeypatch.setattr(cache, "MOST_BYTES", size * 5 // 4)
    seen(files[2])
    assert cache.Cache(kept).size()[0] == 2
    kept_of = {path.name for path in (kept / cache._format()).iterdir() if path.is_dir()}
    assert kept_of == {cache.digest(os.fsencode(file)) for file in (files[0], files[2])}


@pytest.mark.parametrize(
    ("known", "age", "n_looked_at"),
    [
        ("{held}", 60, 0),
        ("{held}", 25 * 3600, 2),
        ("{held}", -60, 2),  # of a clock that went back
        slow("3000000000", 60, 2),
        slow("-3000000000", 60, 2),
        ("many", 60, 2),
        (None, 60, 2),
    ],
)
def test_all_that_is_kept_is_looked_at_only_when_the_bound_may_be_passed(
    known: str | None, age: int, n_looked_at: int, tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen(database(tmp_path / "a.db", CLAIM))
    held = cache.Cache(kept).size()[1]
    file = kept / cache._format() / "bytes"
    if known is None:
        file.unlink()
    else:
        file.write_text(known.format(held=held))
        os.utime(file, (time.time() - age,) * 2)
    looked_at: list[Path] = []
    entries = cache.Cache._entries

    def noted(self: cache.Cache) -> Iterator[tuple[Path, float, int]]:
        for entry in entries(self):
            looked_at.append(entry[0])
            yield entry

    monkeypatch.setattr(cache.Cache, "_entries", noted)
    seen(database(tmp_path / "b.db", CLAIM))
    assert len(set(looked_at)) == n_looked_at
    assert int(file.read_text()) == cache.Cache(kept).size()[1]


def test_a_place_that_cannot_be_used_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = database(tmp_path / "made.db", CLAIM)
    expected = seen(file)
    (tmp_path / "taken").write_text("a file")
    for place in (tmp_path / "taken", Path("/proc/nowhere"), tmp_path / "odd [name]*"):
        monkeypatch.setenv("CLAUDESESS_CACHE", str(place))
        assert seen(file) == expected


def test_a_full_disk_keeps_nothing_and_is_no_error(
    tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_):
        raise OSError(28, "No space left on device")

    file = database(tmp_path / "made.db", CLAIM)
    monkeypatch.setattr(cache, "_write", full)
    with open_store(file) as store:
        assert store.sql("SELECT count(*) AS n FROM file_claims").n[0] == 1
    assert not list(kept.rglob("entry.json"))


@pytest.mark.slow
def test_what_a_killed_process_left_open_goes(tmp_path: Path, kept: Path) -> None:
    file = database(tmp_path / "made.db", CLAIM)
    script = "import os, sys; from claudesess import open_store; s = open_store(sys.argv[1]); os._exit(9)"
    assert subprocess.run([sys.executable, "-c", script, str(file)], check=False).returncode == 9
    assert len(list((kept / "open").iterdir())) == 1
    with open_store(file):
        assert len(list((kept / "open").iterdir())) == 1
    assert list((kept / "open").iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="folders in use cannot be removed there")
def test_a_folder_that_is_just_taken_is_not_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flock, seen = cache.fcntl.flock, []

    def looked_at(descriptor: int, how: int) -> None:
        monkeypatch.setattr(cache.fcntl, "flock", flock)
        seen.append(cache._is_left(tmp_path))  # as another process that opens a store just now
        flock(descriptor, how)

    monkeypatch.setattr(cache.fcntl, "flock", looked_at)
    descriptor = cache.hold(tmp_path)
    assert (seen, cache._is_left(tmp_path)) == ([False], False)
    os.close(descriptor)
    assert cache._is_left(tmp_path)


@pytest.mark.slow
def test_two_processes_at_once(tmp_path: Path, kept: Path) -> None:
    file = database(tmp_path / "made.db", MANY.format(3000))
    script = (
        "import sys; from claudesess import open_store\n"
        "for _ in range(4):\n"
        "    with open_store(sys.argv[1]) as store: print(len(store.sql('FROM hook_events')), len(store.problems))"
    )
    runs = [
        subprocess.Popen([sys.executable, "-c", script, str(file)], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    assert [run.communicate()[0] for run in runs] == ["3000 0\n" * 4] * 3


def test_a_change_within_one_tick_of_the_clock_is_not_taken_for_the_same(
    tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copy, "CLOCK_TICK_NS", 10**12)
    seen(database(tmp_path / "made.db", CLAIM))
    assert not list(kept.rglob("entry.json"))


def test_kept_files_that_are_damaged_while_the_database_changed_are_an_error(
    tmp_path: Path, kept: Path
) -> None:
    file = database(tmp_path / "made.db", CLAIM)
    seen(file)
    with open_store(file) as store:
        change(file, CLAIM)
        for part in kept.rglob("db=0/*"):
            flipped(part)
        with pytest.raises(
            ClaudesessError, match=r"has changed, and what was kept of it is damaged\. Open it again"
        ):
            store.sql("SELECT * FROM file_claims")


def test_the_command_says_how_much_is_kept_and_clears_it(tmp_path: Path, kept: Path) -> None:
    seen(database(tmp_path / "made.db", CLAIM))
    said = [CliRunner().invoke(main, ["cache", *options]).output for options in ([], ["--clear"], [])]
    assert "MB of 1 databases" in said[0]
    assert "MB cleared" in said[1]
    assert said[2] == f"{kept}: 0.0 MB of 0 databases.\n"


def test_readers_read_a_large_table_in_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reads: list[str]
) -> None:
    monkeypatch.setattr(load, "_MANY_LEAVES", 10)
    monkeypatch.setattr(shelf, "READERS", 3)
    with open_store(database(tmp_path / "made.db", MANY.format(5000))) as store:
        assert store.sql(EVENTS).id.tolist() == list(range(1, 5001))
    assert len(reads) == 4
