"""Rows that are written straight are those that the collector writes of the same story."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from claudesess.simulate import rows, scripts, story


def read(path):
    """Every row of the nine tables; what is named by a hash of the session's own is left out."""
    found = {}
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        for table in rows.TABLES:
            found[table] = [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]
    for row in found["hook_events"]:
        told = json.loads(row["payload_summary"])
        row["payload_summary"] = {key: value for key, value in told.items() if key not in rows._HASHED}
    for row in found["context_snapshots"]:
        row["content"] = json.loads(row["content"])
    for table, key in (("agent_registry", "id"), ("project_state", "key")):
        found[table].sort(key=lambda row: row[key])
    return found


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    told = story.tell(replace(story.Plan(), cut=0.5, compacted=0.5), 12, seed=20)
    folder = tmp_path_factory.mktemp("story")
    return told, read(rows.collect(told, folder / "a.db")), read(rows.write(told, folder / "b.db"))


@pytest.mark.slow
@pytest.mark.parametrize("table", rows.TABLES)
def test_rows_are_those_of_the_collector(both, table):
    _, collected, written = both
    assert written[table] == collected[table]


@pytest.mark.slow
def test_the_story_holds_something_of_everything(both):
    told, collected, _ = both
    assert {table for table in rows.TABLES if not collected[table]} == {"llm_verdicts"}
    assert {what for one in told for what in map(type, one.blocks)} == {
        scripts.Chain,
        scripts.Burst,
        scripts.Reading,
    }
    assert 0 < sum(one.is_cut for one in told) < len(told)
    assert sum(row["snapshot_type"] == "pre_compact" for row in collected["context_snapshots"]) > 3


@pytest.mark.slow
def test_rows_hold_what_the_truth_counts(both):
    told, _, written = both
    true = story.truth(told)
    errors = written["error_log"]
    assert len({row["session_id"] for row in written["hook_events"]}) == true["sessions"]
    assert len(written["hook_events"]) == true["events"]
    assert len(errors) == true["failures"]
    assert sum("exit status hidden" in row["error_message"] for row in errors) == true["failures_hidden"]
    assert sum(row["attempt_number"] == 1 for row in errors) == true["chains"]
    assert len(written["file_claims"]) == true["edits"]
    assert len(written["agent_registry"]) == sum(true["agents"].values())
    ended = [row["status"] for row in written["agent_registry"]]
    assert ended.count("completed") == true["agents"]["completed"]
    snapshots = [row for row in written["context_snapshots"] if row["snapshot_type"] == "post_compact"]
    assert len(snapshots) == true["compactions"]
    named = [row for row in snapshots if "Open: " in row["content"]["compact_summary"]]
    assert len(named) == true["compactions_named"]


def test_the_same_seed_tells_the_same_story_and_another_seed_another():
    assert story.tell(story.Plan(), 3, seed=1) == story.tell(story.Plan(), 3, seed=1)
    assert story.tell(story.Plan(), 3, seed=1) != story.tell(story.Plan(), 3, seed=2)


@pytest.mark.slow
def test_a_planted_effect_shows_in_the_truth():
    def fixed_at_once(plan):
        told = story.tell(plan, 400, seed=3)
        later = [what for one in told[200:] for what in one.blocks if isinstance(what, scripts.Chain)]
        return sum(what.ending == "fixed" and what.attempts == 1 for what in later) / len(later)

    plain = replace(story.Plan(), cut=0.0)
    assert fixed_at_once(replace(plain, effect=1.5, from_day=25)) > fixed_at_once(plain) + 0.15


def test_a_cut_session_has_no_end_and_its_last_chain_is_open():
    told = story.tell(replace(story.Plan(), cut=1.0, bursts=0.0, readings=0.0), 8, seed=4)
    assert all(one.is_cut for one in told)
    true = story.truth(told)
    assert true["chains_by_ending"]["open"] > 0
