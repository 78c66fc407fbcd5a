"""The recorded sessions, spread over several projects, to be imported as often as a test wants."""

import json
import os
import re
import shutil
import sqlite3
from collections import Counter
from contextlib import closing

from claudesess_collector.vocabulary import SESSION_FILE
from past_folder import Past

from claudesess import paths
from claudesess.samples import replay

NOW_MS = 1_800_000_000_000
RECORDED = "/home/dev/calc"
NUMBERS = r""""(error_id|pre_snapshot_id|id)": \d+|'compaction', '\w+', '\d+'|'compaction_tokens', '\d+'"""
PROJECTS = [f"/home/dev/{name}" for name in ("calc", "lib", "web")]


class Stories(Past):
    """All recorded sessions, long over; one project's after the other's."""

    def __init__(self, folder):
        super().__init__(folder)
        self._stories = sorted(path.parent for path in paths.samples_dir().glob("*/transcripts"))
        for story in self._stories:
            shutil.copytree(story / "transcripts", self.folder / story.name)
            for path in (self.folder / story.name).rglob("*.jsonl"):
                path.write_bytes(self._moved(path.read_bytes(), story))
                os.utime(path, (NOW_MS / 1000 - 9e5,) * 2)

    def _project(self, story):
        return PROJECTS[self._stories.index(story) % len(PROJECTS)]

    def _moved(self, told, story):
        return told.replace(RECORDED.encode(), self._project(story).encode())

    def record(self):
        """Let hooks tell the first half of each story, where an import writes: it adds to what is there."""
        for story in self._stories:
            firings = replay.read_firings(story / "hooks.jsonl")
            moved = [replay.Firing(one.at_ms, self._moved(one.raw, story)) for one in firings]
            project = self._project(story)
            (self.into / project.lstrip("/")).mkdir(parents=True, exist_ok=True)
            replay._feed_in_process(moved[: len(moved) // 2], project, self.into)

    def judge_by_other_rules(self):
        """Import by rules that are no longer those of today."""
        self.load()
        for path in self.databases():
            with closing(sqlite3.connect(path)) as connection, connection:
                connection.execute("UPDATE claudesess_imported SET rules = 1")

    def databases(self):
        return sorted(self.into.rglob(SESSION_FILE))

    def all_rows(self):
        """Every row of every table of every database; each of them is sound."""
        found = {}
        for path in self.databases():
            with closing(sqlite3.connect(path)) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
                tables = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1"
                for (table,) in connection.execute(tables).fetchall():
                    rows = connection.execute(f"SELECT * FROM {table}").fetchall()
                    found[path.parent.name, table] = sorted(map(repr, rows))
        return found

    def facts(self):
        """Every row of the nine tables, without numbers of rows: who comes first decides on those."""
        found = {}
        for (project, table), rows in self.all_rows().items():
            if not table.startswith(("claudesess_", "sqlite_")):
                has_text_key = table in ("agent_registry", "project_state")
                bare = rows if has_text_key else [row.partition(", ")[2] for row in rows]
                found[project, table] = sorted(re.sub(NUMBERS, "", row) for row in bare)
        return found

    def calls(self):
        """How often each call that ended is told of."""
        query = "SELECT payload_summary FROM hook_events WHERE event_type LIKE 'post_tool_use%'"
        told = [json.loads(row) for path in self.databases() for (row,) in self.rows(query, database=path)]
        return Counter(one["tool_use_id"] for one in told if "dup" not in one)
