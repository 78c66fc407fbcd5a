"""The same sessions out of their transcripts, whole as the client writes them: beside the hooks' rows, and alone."""

import json
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import client
import pytest
from evidence import ENDED, KILLED, WORK, Evidence, of_the_newest, since_background

from claudesess.importing import recorded, verify, writing
from claudesess.transcripts import find

TABLES = ("agent_registry", "file_claims", "failed_paths", "error_log", "context_snapshots", "llm_verdicts")
#: An older client fires no event for what its agents report in the middle of a turn: a prompt that no hook tells.
UNSAID = ("", "") if client.IS_NEWEST else ("prompt", "machine")
UNSAID_EVENT = "" if client.IS_NEWEST else "user_prompt_submit"
#: Facts that no hook tells.
ADDED = {"tokens", "client", "stop_hook", "tool_refused", "tool_error", "compaction_tokens", "interrupt"}


def imported(evidence: Evidence, database: Path) -> list[find.SessionFiles]:
    sessions, faults = find.sessions([evidence.place.home / ".claude" / "projects"])
    assert not faults
    for session in sessions:
        writing.import_session(session, database, {"HOME": str(evidence.place.home)})
    writing.batch_writer_module().close_all()
    return sessions


def rows(database: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(sql).fetchall()


def counted(database: Path) -> dict[str, object]:
    found: dict[str, object] = {table: rows(database, f"SELECT * FROM {table}") for table in TABLES}
    metrics = rows(database, "SELECT session_id, event_type, key, value FROM session_metrics")
    found["session_metrics"] = Counter(row for row in metrics if row[1] not in ADDED and row[1:3] != UNSAID)
    found["hook_events"] = len(
        rows(database, f"SELECT 1 FROM hook_events WHERE event_type <> '{UNSAID_EVENT}'")
    )
    return found


def endings(database: Path) -> Counter[tuple[str, str]]:
    found = rows(database, "SELECT event_type, payload_summary FROM hook_events")
    told = [(str(kind), json.loads(str(summary))) for kind, summary in found]
    return Counter(
        (kind, said["tool_use_id"]) for kind, said in told if kind in ENDED and not said.get("dup")
    )


@pytest.fixture
def copy(evidence: Evidence, tmp_path: Path) -> Path:
    with sqlite3.connect(evidence.place.database) as source, sqlite3.connect(tmp_path / "copy.db") as target:
        source.backup(target)
    return tmp_path / "copy.db"


def test_transcripts_add_to_what_the_hooks_wrote_only_what_they_alone_know(
    evidence: Evidence, copy: Path
) -> None:
    before = counted(copy)
    imported(evidence, copy)
    assert counted(copy) == before
    assert rows(copy, "SELECT count(*) > 5 FROM session_metrics WHERE event_type = 'tokens'") == [(1,)]


@since_background
def test_transcripts_alone_tell_of_the_same_calls_failures_and_agents(
    evidence: Evidence, tmp_path: Path
) -> None:
    alone = tmp_path / "alone.db"
    imported(evidence, alone)
    by_hooks = evidence.place.database
    by_hooks_alone = {
        (kind, call_id) for kind, call_id in endings(by_hooks) if call_id in evidence.unwritten()
    }
    assert endings(alone) == endings(by_hooks) - Counter(by_hooks_alone)
    for sql in (
        "SELECT session_id, agent_id, attempt_number, resolution, error_category FROM error_log ORDER BY timestamp, id",
        "SELECT id, agent_type, task_description FROM agent_registry ORDER BY id",
        "SELECT event_type, key FROM session_metrics WHERE event_type IN ('compaction', 'prompt', 'commit')"
        f" AND (event_type, key) <> {UNSAID} ORDER BY 1, 2",
    ):
        assert rows(alone, sql) == rows(by_hooks, sql), sql


@of_the_newest
def test_transcripts_quote_the_instructions_that_hooks_saw_loaded(evidence: Evidence, tmp_path: Path) -> None:
    imported(evidence, tmp_path / "alone.db")
    sql = "SELECT session_id, key, value FROM session_metrics WHERE event_type = 'instructions' ORDER BY 1"
    by_hooks = [row for row in rows(evidence.place.database, sql) if row[0] in (WORK, KILLED)]
    assert rows(tmp_path / "alone.db", sql) == by_hooks


def test_both_sides_count_the_same(
    evidence: Evidence, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = tmp_path / "alone.db"
    monkeypatch.setattr(recorded, "database_of", lambda project_dir, into: alone)
    counts = verify.compare(imported(evidence, alone), None)
    assert counts
    assert [one for one in counts if not one.is_closed] == []
