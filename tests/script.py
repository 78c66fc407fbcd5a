"""The rows of a session, written as a script, and a derived relation shown as text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from handmade import database, shown, store_of

from claudesess import frames, open_store


def at(clock: str) -> str:
    return f"2026-05-04 {clock}"


class Script:
    """The rows of a session `s`, written in the order of their events."""

    def __init__(self) -> None:
        self.sql: list[str] = []
        self.events = 0
        self.errors = 0

    def event(self, clock: str, event_type: str, session: str | None = "s", /, **payload: Any) -> Script:
        self.events += 1
        self._row("hook_events", session_id=session, timestamp=at(clock), event_type=event_type,
                  payload_summary=json.dumps(payload))  # fmt: skip
        return self

    def fail(
        self, clock: str, attempt: int, mark: str | None = None, check: str | None = "c", **row: Any
    ) -> Script:
        self.errors += 1
        row = {"error_category": "test", "error_message": "$ pytest\nE", "file_path": "/w/a.py"} | row
        self._row(
            "error_log", session_id="s", timestamp=at(clock), attempt_number=attempt, resolution=mark, **row
        )
        if check:
            self.event(
                clock, "post_tool_use_failure", tool="Bash", ok=False, check=check, error_id=self.errors
            )
        return self

    def succeed(self, clock: str, check: str = "c") -> Script:
        return self.event(clock, "post_tool_use", tool="Bash", ok=True, check=check)

    def row(self, table: str, **values: Any) -> Script:
        self._row(table, **values)
        return self

    def _row(self, table: str, **values: Any) -> None:
        cells = ["NULL" if v is None else "'" + str(v).replace("'", "''") + "'" for v in values.values()]
        self.sql.append(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join(cells)});")


def relation(folder: Path, name: str, script: Script, columns: str | None = None) -> str:
    with store_of(folder, "".join(script.sql)) as store:
        return _shown(frames.load(store, name), columns)


def databases(folder: Path, scripts: Sequence[Script]) -> dict[Script, Path]:
    """Write each script as a database: all of them in one store cost little more than one."""
    return {script: database(folder / f"d{n:02}.db", "".join(script.sql)) for n, script in enumerate(scripts)}


def together(folder: Path, scripts: Sequence[Script], **columns: str) -> dict[Script, dict[str, str]]:
    """Show some relations' columns of each script."""
    files = databases(folder, scripts)
    with open_store(*files.values()) as store:
        loaded = {name: frames.load(store, name) for name in columns}
    return {
        script: {name: shown_of(rows, file, columns[name]) for name, rows in loaded.items()}
        for script, file in files.items()
    }


def shown_of(rows: pd.DataFrame, file: Path, columns: str | None) -> str:
    """Show the rows of one database."""
    return _shown(rows[rows["db"] == file.stem], columns)


def _shown(rows: pd.DataFrame, columns: str | None) -> str:
    return shown(rows, columns).replace("2026-05-04 ", "").replace("+00:00", "")
