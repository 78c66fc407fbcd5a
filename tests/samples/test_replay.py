"""A sample's database is what the real collector makes of its stream: nothing in it was touched up."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tables import each_row

from claudesess import samples
from claudesess.errors import ClaudesessError
from claudesess.samples.replay import Firing, Scene, read_firings, replay

STORIES = ["compaction", "crash", "edges", "piped", "retry", "verdict"]


def tables(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        named = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        return {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for (name,) in named}


@pytest.mark.slow
@pytest.mark.parametrize("name", STORIES)
def test_a_story_fed_process_by_process_gives_the_committed_database(name: str, tmp_path: Path) -> None:
    firings, scene = samples.stream(name)
    replayed = replay(firings, scene, tmp_path / "again.db")
    assert tables(replayed) == tables(samples.sample_path(name))
    assert made_by(replayed) != made_by(samples.sample_path(name)) or same_bytes(replayed, name)


@each_row("name", STORIES)
def test_feeding_within_one_process_gives_the_same(name: str, tmp_path: Path) -> None:
    firings, scene = samples.stream(name)
    replayed = replay(firings, scene, tmp_path / "again.db", in_process=True)
    assert tables(replayed) == tables(samples.sample_path(name))


@pytest.mark.slow
def test_the_generated_stream_gives_the_committed_database_and_truth(tmp_path: Path) -> None:
    firings, scene = samples.stream("workshop")
    replayed = replay(firings, scene, tmp_path / "again.db", in_process=True)
    assert tables(replayed) == tables(samples.sample_path("workshop"))
    committed = samples.sample_path("workshop").with_name("truth.json").read_text(encoding="utf-8")
    assert json.loads(json.dumps(samples.generator("workshop").generate().truth)) == json.loads(committed)


def made_by(database: Path) -> bytes:
    """Return the version of SQLite that wrote a file; another one may lay the same rows out in another way."""
    return database.read_bytes()[96:100]


def same_bytes(database: Path, name: str) -> bool:
    return database.read_bytes() == samples.sample_path(name).read_bytes()


@pytest.mark.slow
@each_row("name", STORIES)
def test_events_delivered_twice_leave_a_mark_and_nothing_else(name: str, tmp_path: Path) -> None:
    firings, scene = samples.stream(name)
    twice = [one for one in firings for _ in range(2)]
    doubled = tables(replay(twice, scene, tmp_path / "twice.db", in_process=True))
    once = tables(samples.sample_path(name))

    events = [row[1:] for row in doubled.pop("hook_events")]  # without the id
    assert [row for row in events if '"dup": true' not in row[4]] == [
        row[1:] for row in once.pop("hook_events")
    ]
    assert sum('"dup": true' in row[4] for row in events) == len(firings)

    # The only count that is meant to grow: how many hooks ran. The totals are taken before the last event's twin.
    def without_hook_count(rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
        return [row for row in rows if row[3] != "hook_count"]

    assert without_hook_count(doubled.pop("session_metrics")) == without_hook_count(
        once.pop("session_metrics")
    )
    del doubled["sqlite_sequence"], once["sqlite_sequence"]
    assert doubled == once


def test_a_replayed_database_is_one_plain_file(tmp_path: Path) -> None:
    firings, scene = samples.stream("piped")
    replayed = replay(firings, scene, tmp_path / "new/folder/piped.db", in_process=True)
    assert [file.name for file in replayed.parent.iterdir()] == ["piped.db"]
    with closing(sqlite3.connect(replayed)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_the_scene_is_all_that_the_collector_finds(tmp_path: Path) -> None:
    scene = Scene("/home/dev/empty", {"/home/dev/empty/package.json": "{}"}, programs=("node",))
    start = {"hook_event_name": "SessionStart", "session_id": "s", "source": "startup"}
    replayed = replay([Firing(1_700_000_000_000, json.dumps(start).encode())], scene, tmp_path / "empty.db")
    state = {row[0]: row[1] for row in tables(replayed)["project_state"]}
    assert state["project_dir"] == "/home/dev/empty"
    assert state["language"] == "javascript"
    assert state["tools_available"] == "node"


@each_row(
    ("line", "complaint"),
    [
        ("not json", "line 2: not a hook firing"),
        ('{"t_ns": 1}', "KeyError('payload')"),
        ("[1]", "line 2: not a hook firing"),
    ],
)
def test_a_broken_stream_is_refused_with_its_line(line: str, complaint: str, tmp_path: Path) -> None:
    stream = tmp_path / "hooks.jsonl"
    stream.write_text('{"t_ns": 1, "payload": {}}\n' + line + "\n")
    with pytest.raises(ClaudesessError) as refused:
        read_firings(stream)
    assert complaint in str(refused.value)
    assert str(stream) in str(refused.value)


def test_an_empty_stream_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ClaudesessError, match="is the stream empty"):
        replay([], Scene("/home/dev/calc"), tmp_path / "none.db")
    assert not (tmp_path / "none.db").exists()
