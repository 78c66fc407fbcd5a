"""What the tests read: the database, the transcripts, and the client's own word on the hooks it ran."""

import json
import sqlite3
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import client
import pytest
import transcripts

#: What a story comes to in numbers is written down for one client; whether the database agrees with the transcripts is
#: asked of each.
of_the_newest = pytest.mark.skipif(not client.IS_NEWEST, reason="told of the newest client")
since_background = pytest.mark.skipif(
    not client.is_since("2.1.198"), reason="agents run in the background since 2.1.198"
)
PROMPT_IDS, CHANGED_FILES = "2.1.196", "2.1.269"  # the first clients that tell them
ENDED = ("post_tool_use", "post_tool_use_failure")
WORK, KILLED = "00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b"


@dataclass(frozen=True)
class Evidence:
    """A project after its sessions: the database, the transcripts, and the client's word on its hooks."""

    way: str
    place: client.Place
    played: dict[str, client.Played]
    after_kill: Path  # the database as the killed session left it
    work: transcripts.Session
    killed: transcripts.Session  # taken up again, and ended, later

    @property
    def registrations(self) -> int:
        return 2 if self.way == "both" else 1

    def rows(self, query: str, *values: Any, database: Path | None = None) -> list[tuple[Any, ...]]:
        """Return the rows of a query, sorted."""
        with sqlite3.connect(database or self.place.database) as connection:
            return sorted(connection.execute(query, values).fetchall(), key=repr)

    def hooks(self, session_id: str, database: Path | None = None) -> list[tuple[str, dict[str, Any]]]:
        """Return event and payload of a session's hook_events, in their order."""
        query = "SELECT id, event_type, payload_summary FROM hook_events WHERE session_id = ?"
        rows = self.rows(query, session_id, database=database)
        return [(event, json.loads(summary)) for _, event, summary in sorted(rows)]

    def counted(self, session_id: str, database: Path | None = None) -> Counter[str]:
        """Return how many events of each kind count, doubled ones left out."""
        return Counter(event for event, payload in self.hooks(session_id, database) if not payload.get("dup"))

    def unwritten(self) -> set[str]:
        """Return the calls whose end the killed client had not written down yet: they are known by their hook alone.

        That they ended the client told the model: what a hook made up, or what came after the kill, is none.
        """
        written = {call.id for call in self.killed.ended("succeeded", "failed")}
        events = self.hooks(KILLED, self.after_kill)
        by_hook = {payload["tool_use_id"] for event, payload in events if event in ENDED}
        return (by_hook & self.played["killed"].results()) - written

    def steady(self, counted: Counter[str]) -> Counter[str]:
        """Leave out the event that comes while a plugin's hooks are still being read, or before."""
        return Counter({event: n for event, n in counted.items() if event != "instructions_loaded"})
