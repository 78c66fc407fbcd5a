"""What a database holds of a session, in counts."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from claudesess_collector import payload
from claudesess_collector.system import strange_part

from claudesess import files
from claudesess.importing.verify_transcripts import EDITS, Object, total_of

_STORED = ("input", "output", "cache_read", "cache_write")


class Call(NamedTuple):
    """A call that ended, by the database."""

    call_id: str
    is_failed: bool
    is_edit: bool
    is_imported: bool


@dataclass
class Rows:
    """What a database holds of a session."""

    calls: list[Call] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    agents_by_hooks: set[str] = field(default_factory=set)
    n_edits: int = 0
    n_not_run: int = 0
    n_compactions: int = 0
    n_compactions_by_hooks: int = 0
    n_tokens: int = 0

    def n_compactions_alone(self, n_summaries: int) -> int:
        """Return how many compactions hooks alone told of."""
        return max(self.n_compactions_by_hooks - n_summaries, 0)

    @classmethod
    def read(cls, database: Path, session_id: str) -> Rows:
        """Read them; a database that is missing, or is none, holds nothing."""
        rows = cls()
        if files.is_regular(database) and strange_part(str(database)) is None:
            uri = f"{database.absolute().as_uri()}?mode=ro"
            with suppress(sqlite3.Error), closing(sqlite3.connect(uri, uri=True)) as connection:
                rows._read(connection, session_id)
        return rows

    def _read(self, connection: sqlite3.Connection, session_id: str) -> None:
        events = "SELECT event_type, payload_summary FROM hook_events WHERE session_id = ?"
        for kind, summary in connection.execute(events, (session_id,)):
            fact = _as_object(summary)
            if fact.get("dup"):
                continue
            is_imported = bool(fact.get("imported"))
            self.n_not_run -= bool(fact.get("not_run"))  # one call: the metric below says why
            if kind in ("post_tool_use", "post_tool_use_failure", "permission_denied"):
                is_edit = fact.get("tool") in EDITS and bool(fact.get("ok"))
                is_failed = kind != "post_tool_use"
                self.calls.append(Call(str(fact.get("tool_use_id")), is_failed, is_edit, is_imported))
            elif kind == "subagent_start" and not is_imported:
                self.agents_by_hooks.add(str(fact.get("agent_id")))
            elif kind == "post_compact" and not is_imported and not fact.get("agent_id"):
                self.n_compactions_by_hooks += 1
        agents = connection.execute("SELECT id FROM agent_registry WHERE session_id = ?", (session_id,))
        self.agents = {agent_id for (agent_id,) in agents}
        claims = "SELECT operation FROM file_claims WHERE session_id = ?"
        self.n_edits = sum(operation in EDITS for (operation,) in connection.execute(claims, (session_id,)))
        metrics = "SELECT event_type, value FROM session_metrics WHERE session_id = ?"
        for kind, value in connection.execute(metrics, (session_id,)):
            self.n_not_run += kind in ("tool_refused", "tool_error")
            self.n_compactions += kind == "compaction"
            if kind == "tokens":
                self.n_tokens += total_of(_as_object(value), _STORED)


def _as_object(value: object) -> Object:
    """Return the object that a text of a database says, an empty one where it says none."""
    return (payload.parse(value.encode("utf-8", "replace")) if isinstance(value, str) else None) or {}
