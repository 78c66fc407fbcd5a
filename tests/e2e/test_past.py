"""The same sessions out of their transcripts, whole as the client writes them: beside the hooks' rows, and alone."""

import json
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from evidence import Evidence

from claudesess.importing import recorded, verify, writing
from claudesess.transcripts import find

TABLES = ("agent_registry", "file_claims", "failed_paths", "error_log", "context_snapshots", "llm_verdicts")
CALLS = ("post_tool_use", "post_tool_use_failure")
#: Facts that no hook tells.
ADDED = {"tokens", "client", "stop_hook", "tool_refused", "compaction_tokens", "interrupt"}


def imported(evidence: Evidence, database: Path) -> list[find.SessionFiles]:
    sessions, faults = find.sessions([evidence.place.home / ".claude" / "projects"])
    assert not faults
    for session in sessions:
        writing.import_session(session, database, {"HOME": str(evidence.place.home)})
    writing.past_writer().close_all()
    return sessions


def rows(database: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(sql).fetchall()


def counted(database: Path) -> dict[str, object]:
    found: dict[str, object] = {table: rows(database, f"SELECT * FROM {table}") for table in TABLES}
    metrics = rows(database, "SELECT session_id, event_type, key, value FROM session_metrics")
    found["session_metrics"] = Counter(row for row in metrics if row[1] not in ADDED)
    found["hook_events"] = len(rows(database, "SELECT 1 FROM hook_events"))
    return found


def endings(database: Path) -> Counter[tuple[str, str]]:
    found = rows(database, "SELECT event_type, payload_summary FROM hook_events")
    told = [(str(kind), json.loads(str(summary))) for kind, summary in found]
    return Counter(
        (kind, said["tool_use_id"]) for kind, said in told if kind in CALLS and not said.get("dup")
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


def test_transcripts_alone_tell_of_the_same_calls_failures_and_agents(
    evidence: Evidence, tmp_path: Path
) -> None:
    alone = tmp_path / "alone.db"
    imported(evidence, alone)
    by_hooks = evidence.place.database
    assert endings(alone) == endings(by_hooks)
    for sql in (
        "SELECT session_id, agent_id, attempt_number, resolution, error_category FROM error_log ORDER BY timestamp, id",
        "SELECT id, agent_type, task_description FROM agent_registry ORDER BY id",
        "SELECT event_type, key FROM session_metrics WHERE event_type IN ('compaction', 'prompt', 'commit') ORDER BY 1, 2",
    ):
        assert rows(alone, sql) == rows(by_hooks, sql), sql


def test_both_sides_count_the_same(
    evidence: Evidence, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = tmp_path / "alone.db"
    monkeypatch.setattr(recorded, "database_of", lambda project_dir, into: alone)
    counts = verify.compare(imported(evidence, alone), None)
    assert counts
    assert [one for one in counts if not one.is_closed] == []
