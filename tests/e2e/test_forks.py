"""Forks of real sessions: by their hooks, by their transcripts, and by both, they tell the same once."""

import sqlite3
from contextlib import closing
from pathlib import Path

import client
import pytest
from click.testing import CliRunner
from evidence import WORK, of_the_newest
from registration import WAYS, register

from claudesess.cli import main

#: An older client calls a fork a resume, and does not say in a transcript where one process ends and the next begins.
pytestmark = of_the_newest
FIRST = "11111111-0000-4000-8000-000000000001"
FORK = "22222222-0000-4000-8000-000000000002"
FORK_OF_FORK = "33333333-0000-4000-8000-000000000003"
OF_COMPACTED = "44444444-0000-4000-8000-000000000004"
SUMS = (
    # a transcript quotes instructions, and does not say when they were loaded
    "SELECT session_id, event_type, count(*) FROM hook_events WHERE event_type <> 'instructions_loaded'"
    " GROUP BY 1, 2 ORDER BY 1, 2",
    "SELECT session_id, value FROM session_metrics WHERE event_type = 'session_start' AND key = 'source' ORDER BY 1, id",
    "SELECT session_id, attempt_number, resolution FROM error_log ORDER BY timestamp, id",
)


@pytest.fixture(scope="module")
def forked(permitted: None, tmp_path_factory: pytest.TempPathFactory) -> client.Place:
    """A session and forks of it, a fork of one that was compacted; the first goes on after its forks."""
    place = client.Place(tmp_path_factory.mktemp("forks"))
    place.furnish()
    options = register(place, WAYS[0])

    def fork(of: str, session: str) -> None:
        place.play("short", "--resume", of, "--fork-session", "--session-id", session, *options)

    place.play("short", "--session-id", FIRST, *options)
    fork(FIRST, FORK)
    fork(FORK, FORK_OF_FORK)
    place.play("work", "--session-id", WORK, *options)
    fork(WORK, OF_COMPACTED)
    place.play("short", "--resume", FIRST, *options)
    return place


def sums(database: Path) -> list[list[tuple[object, ...]]]:
    with closing(sqlite3.connect(database)) as connection:
        return [connection.execute(sql).fetchall() for sql in SUMS]


def imported(place: client.Place, *options: str) -> None:
    folder = place.home / ".claude" / "projects"
    done = CliRunner().invoke(main, ["import", str(folder), "--check", *options])
    assert done.exit_code == 0, done.output
    assert "5 sessions" in done.output


def test_transcripts_of_forks_alone_tell_what_hooks_told(forked: client.Place, tmp_path: Path) -> None:
    by_hooks = sums(forked.database)
    assert [source for _, source in by_hooks[1]].count("fork") == 3
    imported(forked, "--into", str(tmp_path))
    (alone,) = tmp_path.rglob(".claude-session.db")
    assert told_by_both(sums(alone)) == told_by_both(by_hooks)


def told_by_both(found: list[list[tuple[object, ...]]]) -> list[list[tuple[object, ...]]]:
    """Leave out the agents' turns, which hooks tell in more detail; `test_past` compares them."""
    of_forks = [row for row in found[0] if row[0] != WORK]
    return [of_forks, *found[1:]]


def test_transcripts_of_forks_add_nothing_to_what_hooks_told(forked: client.Place) -> None:
    before = sums(forked.database)
    imported(forked, "--per-project")
    assert sums(forked.database) == before
