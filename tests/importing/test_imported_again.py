"""Databases that were written by other rules: an import judges again what transcripts are left of."""

import json
import sqlite3
from contextlib import closing

from claudesess_collector import project
from made_transcripts import RUN, SESSION, ended, story

OLD = "claudesess/0.1.0"


def by_other_rules(past, *, hooks=False):
    """Change what an import wrote into what other rules would have said of it."""
    with closing(sqlite3.connect(past.database)) as connection, connection:
        connection.execute("UPDATE error_log SET resolution = 'escalated_user', attempt_number = 7")
        connection.execute("UPDATE project_state SET value = ? WHERE key = 'schema_writer'", (OLD,))
        connection.execute("DROP TABLE claudesess_imported")
        connection.execute(
            "CREATE TABLE claudesess_imported (path TEXT PRIMARY KEY, size INTEGER NOT NULL, offset INTEGER NOT NULL)"
        )
        if not hooks:
            path = str(past.folder / f"{SESSION}.jsonl")
            size = len((past.folder / f"{SESSION}.jsonl").read_bytes())
            connection.execute("INSERT INTO claudesess_imported VALUES (?, ?, ?)", (path, size, size))
        connection.execute("DROP TABLE claudesess_chains")
        connection.execute("CREATE TABLE claudesess_chains (session_id TEXT, check_id TEXT, unknown INTEGER)")
        connection.execute("DELETE FROM failed_paths")
        if hooks:
            connection.execute(
                "UPDATE hook_events SET payload_summary = replace(payload_summary, '\"imported\": true', '\"bytes\": 9')"
            )


def plain(tables):
    """Rows without their numbers."""
    return {
        name: sorted(json.dumps(row[1:]).replace("error_id", "") for row in rows if name != "project_state")
        for name, rows in tables.items()
    }


def numbers(summary):
    return json.loads(summary).get("error_id")


def test_what_was_imported_is_judged_again_as_a_whole(past):
    ended(story()).prompt("More.").call("c9", **RUN).failed("c9").write(past.folder)
    past.load()
    first = past.everything()
    by_other_rules(past)
    past.load()
    again = past.everything()
    assert [row[:-1] for row in plain(again)["error_log"]] == [row[:-1] for row in plain(first)["error_log"]]
    assert {name: len(rows) for name, rows in again.items()} == {
        name: len(rows) + (name == "project_state") for name, rows in first.items()
    }
    ids = [row for (row,) in past.rows("SELECT id FROM error_log")]
    told = [numbers(row) for (row,) in past.rows("SELECT payload_summary FROM hook_events ORDER BY id")]
    assert [one for one in told if one is not None] == ids
    assert past.load() == []


def test_of_what_hooks_recorded_only_the_judgement_changes(past):
    ended(story()).prompt("More.").call("c9", **RUN).failed("c9").write(past.folder)
    past.load()
    first = past.everything()
    by_other_rules(past, hooks=True)
    past.load()
    again = past.everything()
    assert plain(again)["error_log"] == plain(first)["error_log"]
    assert past.rows("SELECT error_id FROM claudesess_chains") == past.rows("SELECT max(id) FROM error_log")
    assert [row[0] for row in again["hook_events"]] == [row[0] for row in first["hook_events"]]
    summaries = [json.loads(row[0]) for row in past.rows("SELECT payload_summary FROM hook_events")]
    assert all(said["bytes"] == 9 and "imported" not in said for said in summaries)
    ids = [row for (row,) in past.rows("SELECT id FROM error_log")]
    assert [said["error_id"] for said in summaries if "error_id" in said] == ids
    assert past.rows("SELECT value FROM project_state WHERE key = 'schema_writer'") == [(project.WRITER,)]
    assert past.load() == []


def test_what_the_transcript_lacks_is_left_as_it_was(past):
    made = ended(story())
    made.write(past.folder)
    past.load()
    by_other_rules(past, hooks=True)
    made.lines = [line for line in made.lines if '"c1"' not in line]
    made.write(past.folder)
    past.load()
    assert past.rows("SELECT attempt_number, resolution FROM error_log") == [(7, "escalated_user")]


def test_a_session_without_a_transcript_stays_as_it_was(past):
    other = "88888888-0000-4000-8000-000000000008"
    ended(story()).write(past.folder)
    gone = ended(story(other, prefix="x", at=900)).write(past.folder)
    past.load()
    by_other_rules(past)
    gone.unlink()
    past.load()
    assert past.rows("SELECT session_id, attempt_number, resolution FROM error_log ORDER BY id") == [
        (other, 7, "escalated_user"),
        (SESSION, 1, "auto_fixed"),
    ]


def test_sessions_before_the_rules_changed_are_known_after_hooks_went_on(past):
    ended(story()).write(past.folder)
    past.load()
    by_other_rules(past, hooks=True)
    with closing(sqlite3.connect(past.database)) as connection, connection:
        connection.execute(
            "UPDATE project_state SET value = ? WHERE key = 'schema_writer'", (project.WRITER,)
        )
        connection.execute(
            "INSERT INTO project_state VALUES ('rules_since', '2026-03-03 09:00:00.000', NULL)"
        )
    past.load()
    assert past.rows("SELECT attempt_number, resolution FROM error_log") == [(1, "auto_fixed")]
