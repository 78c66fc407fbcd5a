"""Each kind of issue on the smallest database that has it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from handmade import SCHEMA, database, lines, shown, store_of

from claudesess import frames, open_store
from claudesess.audit.issues import EVERY_ISSUE
from claudesess.contracts import ISSUES

AT = "2026-05-04 09:0"


def events(*rows: str) -> str:
    return f"INSERT INTO hook_events (session_id, timestamp, event_type, payload_summary, exit_code) VALUES {', '.join(rows)};"


def agents(*rows: str) -> str:
    return f"INSERT INTO agent_registry (id, session_id, spawn_time, end_time, status, files_changed) VALUES {', '.join(rows)};"


STARTED = events(f"('s', '{AT}0:00', 'session_start', '{{}}', 0)")
ENDED = events(f"('s', '{AT}9:00', 'session_end', '{{}}', 0)")
SNAPSHOT = (
    "INSERT INTO context_snapshots (session_id, snapshot_type, content) VALUES ('s', 'pre_compact', '{}');"
)
ERROR = f"INSERT INTO error_log (session_id, timestamp, attempt_number) VALUES ('s', '{AT}1:00', 2);"

FOUND = {
    "hook_failed": (events("('s', NULL, 'stop', '{}', 1)"), 1, "stop 2"),
    "error_row_missing": (events("""('s', NULL, 'post_tool_use', '{"error_id": 9}', 0)"""), 1, "2 -> 9"),
    "end_before_start": (agents(f"('a', 's', '{AT}2:00', '{AT}1:00', 'completed', '[]')"), 1, "a"),
    "agent_never_stopped": (agents(f"('a', 's', '{AT}2:00', NULL, 'running', NULL)"), 1, "a"),
    "stop_without_start": (agents(f"('a', 's', NULL, '{AT}1:00', 'completed', NULL)"), 1, "a"),
    "session_without_start": (events("('t', NULL, 'stop', '{}', 0)", "('t', NULL, 'session_end', '{}', 0)"), 1, "t"),
    "event_unparsed": (events("('s', NULL, 'unparsed', '{}', 0)"), 1, "2"),
    "time_runs_back": (
        events(f"('s', '{AT}3:00', 'stop', '{{}}', 0)", f"('s', '{AT}2:00', 'stop', '{{}}', 0)",
               f"('s', '{AT}1:59.500', 'stop', '{{}}', 0)"), 1, "3"),
    "duplicate_attempt": (ERROR * 2, 1, "chain 1 attempt 1"),
    "payload_unreadable": (events("('s', NULL, 'stop', '{\"a', 0)", "('s', NULL, 'stop', '[]', 0)",
                                  "('s', NULL, 'stop', '', 0)"), 2, '2: {"a, 3: []'),
    "snapshot_unreadable": (SNAPSHOT.replace("{}", "text"), 1, "1: text"),
    "files_changed_unreadable": (agents(f"('a', 's', '{AT}1:00', '{AT}1:00', 'failed', 'b.py')"), 1, "a: b.py"),
    "context_unreadable": ("INSERT INTO failed_paths (session_id, context) VALUES ('s', 'log');", 1, "1: log"),
    "snapshot_without_lists": (SNAPSHOT, 1, "1"),
    "compaction_one_sided": (SNAPSHOT, 1, "1"),
    "error_without_check": (ERROR, 1, "1"),
    "chain_by_spelling": (
        ERROR + events("""('s', NULL, 'post_tool_use_failure', '{"check": "c", "error_id": 1}', 0)"""), 1, "1"
    ),
    "event_without_session": (events("(NULL, NULL, 'stop', '{}', 0)"), 1, "stop 2"),
    "event_doubled": (events("""('s', NULL, 'stop', '{"dup": true}', 0)"""), 1, "stop 2"),
    "agent_given_up": (agents(f"('a', 's', '{AT}1:00', '{AT}1:00', 'aborted_stale', NULL)"), 1, "a"),
    "agent_unregistered": (events("""('s', NULL, 'post_tool_use', '{"agent_id": "x"}', 0)"""), 1, "x"),
    "session_without_end": (events("('u', NULL, 'session_start', '{}', 0)") * 4, 1, "u"),
    "files_repeated": (agents(f"""('a', 's', '{AT}1:00', '{AT}1:00', 'failed', '["b", "b"]')"""), 1, "a"),
    "value_unknown": (agents(f"('a', 's', '{AT}1:00', '{AT}1:00', 'done', NULL)") + ERROR.replace(
        "attempt_number) VALUES ('s', ", "error_category) VALUES ('s', ").replace(", 2)", ", 'security')"),
        2, "agent_registry.status done, error_log.error_category security"),
}  # fmt: skip


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """Audit a database for each issue, of which it is called, all at once."""
    folder = tmp_path_factory.mktemp("issues")
    files = [
        database(folder / f"{issue}.db", STARTED + script + ENDED) for issue, (script, *_) in FOUND.items()
    ]
    with open_store(*files) as store:
        return frames.audit(store)


@pytest.mark.slow
@pytest.mark.xdist_group("issues")
@pytest.mark.parametrize("issue", FOUND)
def test_issues(audited: pd.DataFrame, issue: str) -> None:
    _, count, examples = FOUND[issue]
    found = audited.query("issue == @issue and db == @issue")
    declared = next(one for one in EVERY_ISSUE if one.issue == issue)
    assert found.to_dict("records") == [
        {"issue": issue, "severity": declared.severity, "db": issue, "count": count, "examples": examples,
         "meaning": declared.meaning}
    ]  # fmt: skip


@pytest.mark.slow
def test_a_session_in_two_files_is_found_in_both(tmp_path: Path) -> None:
    files = [database(tmp_path / f"{name}.db", STARTED + ENDED) for name in "ab"]
    with open_store(*files) as store:
        assert shown(frames.audit(store), "issue,severity,db,count,examples") == lines("""
            issue,severity,db,count,examples
            session_in_two_files,warning,a,1,s
            session_in_two_files,warning,b,1,s
        """)


def test_every_issue_is_held_above() -> None:
    assert sorted([*FOUND, "session_in_two_files"]) == sorted(one.issue for one in EVERY_ISSUE)


@pytest.mark.slow
def test_clean_and_empty_databases_have_no_issues(tmp_path: Path) -> None:
    for script in (STARTED + ENDED, ""):
        with open_store(database(tmp_path / f"{len(script)}.db", script)) as store:
            pd.testing.assert_frame_equal(frames.audit(store), ISSUES.empty())


def test_what_was_not_loaded_is_an_issue_and_the_gravest_come_first(tmp_path: Path) -> None:
    lost = SCHEMA.replace("reason TEXT", "mood TEXT").replace("exit_code INTEGER,", "")
    bad = tmp_path / "bad.db"
    bad.write_text("no database")
    one = database(
        tmp_path / "one.db",
        "INSERT INTO hook_events (duration_ms, event_type) VALUES ('soon', 'stop');",
        schema=lost,
    )
    with open_store(one, bad) as store:
        assert shown(frames.audit(store), "issue,severity,db,count,examples") == lines("""
            issue,severity,db,count,examples
            not_loaded,error,bad,1,PATH/bad.db
            not_loaded,warning,one,1,hook_events.exit_code
            not_loaded,warning,one,1,hook_events.duration_ms: text 'soon'
            not_loaded,warning,one,1,llm_verdicts.reason
            not_loaded,info,one,1,llm_verdicts.mood
            event_without_session,info,one,1,stop 1
        """).replace("PATH", str(tmp_path))


@pytest.mark.slow
def test_up_to_three_examples_per_database(tmp_path: Path) -> None:
    many = database(
        tmp_path / "many.db",
        STARTED + agents(*(f"('a{i}', 's', NULL, NULL, 'failed', NULL)" for i in range(5))) + ENDED,
    )
    other = (STARTED + agents("('b', 's', NULL, NULL, 'failed', NULL)") + ENDED).replace("'s'", "'t'")
    one = database(tmp_path / "one.db", other)
    with open_store(many, one) as store:
        assert shown(frames.audit(store), "issue,db,count,examples") == lines("""
            issue,db,count,examples
            stop_without_start,many,5,"a0, a1, a2"
            stop_without_start,one,1,b
        """)


@pytest.mark.slow
def test_a_session_that_ends_at_the_moment_of_its_start_does_not_end_before_it(tmp_path):
    script = "INSERT INTO hook_events (session_id, timestamp, event_type) VALUES" + ",".join(
        f"('s', '2026-05-04 09:00:00', '{kind}')" for kind in ("session_start", "session_end")
    )
    with store_of(tmp_path, script + ";") as store:
        assert frames.sessions(store)["duration_s"].tolist() == [0.0]
        assert "end_before_start" not in set(frames.audit(store)["issue"])
