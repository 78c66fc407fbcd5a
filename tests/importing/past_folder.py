"""Import made-up transcripts into a database below the test's folder."""

import json
import sqlite3
from contextlib import closing

from claudesess.importing import plan, workers
from claudesess.transcripts import find


class Past:
    """A folder of transcripts, and the database that an import makes of it."""

    def __init__(self, folder):
        self.folder = folder / "transcripts"
        self.folder.mkdir()
        self.into = folder / "past"
        self.faults = []

    def load(self, **environ):
        sessions, self.faults = find.sessions([self.folder])
        todo = plan.plan(sessions, self.into)
        with workers.Crew(environ) as crew:
            outcomes = list(plan.run(todo, crew, lambda n: None))
        self.faults += [*todo.faults, *(fault for one in outcomes for fault in one.faults)]
        return outcomes

    @property
    def database(self):
        (path,) = self.into.rglob(".claude-session.db")
        return path

    def rows(self, sql, *values, database=None):
        with closing(sqlite3.connect(database or self.database)) as connection:
            return connection.execute(sql, values).fetchall()

    def events(self):
        found = self.rows("SELECT event_type, payload_summary FROM hook_events ORDER BY id")
        return [(kind, json.loads(summary)) for kind, summary in found]

    def kinds(self):
        return [kind for kind, _ in self.events()]

    def metrics(self, kind):
        return self.rows("SELECT key, value FROM session_metrics WHERE event_type = ? ORDER BY id", kind)

    def everything(self):
        """Every row of the nine tables."""
        with closing(sqlite3.connect(self.database)) as connection:
            names = [
                name
                for (name,) in connection.execute(
                    "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1"
                )
                if not name.startswith(("claudesess_", "sqlite_"))
            ]
            found = {
                name: connection.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall() for name in names
            }
        return found | {
            "project_state": [row[:2] for row in found["project_state"]]
        }  # not when it was imported
