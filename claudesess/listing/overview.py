"""What there is: each project's database with its writer and span, and its sessions."""

from __future__ import annotations

import math
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any

from claudesess_collector import vocabulary
from rich.cells import cell_len

from claudesess import text
from claudesess.contracts import CATEGORY, FLAG, FLOAT, INT, TEXT, TIME, Column, Contract

if TYPE_CHECKING:
    import pandas as pd

    from claudesess.store import Store

PROJECTS = Contract(
    "projects",
    "one database",
    (
        Column("db", TEXT, "Label of the file", nullable=False),
        Column("path", TEXT, "The file", nullable=False),
        Column("writer", TEXT, "What wrote it, if it says so"),
        Column("bytes", INT, "Size of the file and its log", unit="bytes", nullable=False),
        Column("first_at", TIME, "Start of the first session", unit="UTC"),
        Column("last_at", TIME, "Last sign of life", unit="UTC"),
        Column(
            "open_h", FLOAT, "Time with a session open, parallel sessions added up", unit="h", nullable=False
        ),
        Column("n_sessions", INT, "Sessions", unit="count", nullable=False),
        Column("n_tool_calls", INT, "Calls that ended", unit="count", nullable=False),
        Column("n_failed_calls", INT, "Of these, known to have failed", unit="count", nullable=False),
        Column("n_refused_calls", INT, "Other calls, refused before they ran", unit="count", nullable=False),
        Column("n_agents", INT, "Agents spawned", unit="count", nullable=False),
        Column("n_compactions", INT, "Compactions", unit="count", nullable=False),
    ),
    ("db",),
)

SESSIONS = Contract(
    "listed_sessions",
    "one session",
    (
        Column("db", TEXT, "Label of the file", nullable=False),
        Column("session_id", TEXT, "The client's session", nullable=False),
        Column("started_at", TIME, "First start", unit="UTC"),
        Column("last_seen_at", TIME, "Last sign of life", unit="UTC"),
        Column("open_h", FLOAT, "Time in which it was open", unit="h", nullable=False),
        Column("is_open", FLAG, "No end was seen: going on, or killed", nullable=False),
        Column("source", CATEGORY, "How it first started", values=vocabulary.SOURCES),
        Column("n_prompts", INT, "Prompts of a human", unit="count", nullable=False),
        Column("n_tool_calls", INT, "Calls that ended", unit="count", nullable=False),
        Column("n_failed_calls", INT, "Of these, known to have failed", unit="count", nullable=False),
        Column("n_refused_calls", INT, "Other calls, refused before they ran", unit="count", nullable=False),
        Column("n_agents", INT, "Agents spawned", unit="count", nullable=False),
        Column("n_compactions", INT, "Compactions", unit="count", nullable=False),
    ),
    ("db", "session_id"),
)


_SESSIONS = """
WITH spans AS (
    SELECT db, session_id, sum(epoch(end_at) - epoch(start_at)) / 3600 AS open_h
    FROM session_windows
    GROUP BY db, session_id
)
SELECT
    db, session_id, started_at, last_seen_at, coalesce(open_h, 0) AS open_h, is_open, source,
    n_prompts, n_tool_calls, n_failed_calls, n_refused_calls, n_agents, n_compactions
FROM sessions LEFT JOIN spans USING (db, session_id)
ORDER BY last_seen_at DESC NULLS LAST, db, session_id
"""
_TOTALS = f"""
SELECT
    db, min(started_at) AS first_at, max(last_seen_at) AS last_at, sum(open_h) AS open_h,
    count(*) AS n_sessions, sum(n_tool_calls)::BIGINT AS n_tool_calls,
    sum(n_failed_calls)::BIGINT AS n_failed_calls, sum(n_refused_calls)::BIGINT AS n_refused_calls,
    sum(n_agents)::BIGINT AS n_agents, sum(n_compactions)::BIGINT AS n_compactions
FROM ({_SESSIONS})
GROUP BY db
"""

Row = dict[str, Any]


def sessions(store: Store) -> list[Row]:
    """Return every session with its span and counts, the latest first; see `SESSIONS`."""
    return store.rows(_SESSIONS)


def session_frame(store: Store) -> pd.DataFrame:
    """Return `sessions` as a frame."""
    return SESSIONS.cast(store.sql(_SESSIONS))


def projects(store: Store) -> list[Row]:
    """Return every database with its writer, span and counts, the latest used first; see `PROJECTS`."""
    totals = {row["db"]: row for row in store.rows(_TOTALS)}
    zeros = {column.name: None if column.nullable else 0 for column in PROJECTS.columns}
    rows = [zeros | totals.get(each.db, {}) | each._asdict() for each in store.list_databases()]
    # stable: of one time, or of none, they stay in the order in which they were opened
    rows.sort(key=lambda row: row["last_at"].timestamp() if row["last_at"] else -math.inf, reverse=True)
    return [{name: row[name] for name in PROJECTS.names} for row in rows]


_NOT_SHOWN = ("path", "writer")  # for scripts: people ask neither
_TITLES = {
    "bytes": "MB",
    "is_open": "end",
    "n_tool_calls": "calls",
    "n_failed_calls": "failed",
    "n_refused_calls": "refused",
}


_LEAST_ASKED = (
    "last_seen_at", "source", "end", "MB", "open_h", "refused", "compactions", "last_at", "prompts", "agents",
)  # fmt: skip


def lines(found: list[Row], contract: Contract, zone: tzinfo, width: int | None = None) -> list[str]:
    """Lay out a list for a terminal: minutes by the clock of a zone, MB, what is not known as a dash.

    The first line names the columns. No cell is cut, and ten thousand rows take no longer than to be read.
    Where lines are longer than a given width, columns are left out, and the last line says which: first
    those that say the same of all, then those that are asked for least.
    """
    shown = [column for column in contract.columns if column.name not in _NOT_SHOWN]
    columns = [
        [
            _TITLES.get(column.name, column.name.removeprefix("n_")),
            *(text.plain(_words(column.name, row[column.name], zone)) for row in found),
        ]
        for column in shown
    ]
    padded = [
        _padded(cells, column.dtype in (INT, FLOAT)) for cells, column in zip(columns, shown, strict=True)
    ]
    left_out = _left_out(padded, width)
    kept = [cells for cells in padded if cells[0].strip() not in left_out]
    table = ["  ".join(cells).rstrip() for cells in zip(*kept, strict=True)]
    if not left_out or width is None:
        return table
    note = f"Not in {width} columns, but with --json: {', '.join(left_out)}"
    return [*table, *text.wrapped(note, max(width, 20), 2)]


def _left_out(columns: list[list[str]], width: int | None) -> list[str]:
    """Return the titles of the columns that have no room, in the order in which they are given up."""
    widths = {cells[0].strip(): cell_len(cells[0]) + 2 for cells in columns}
    same = [cells[0].strip() for cells in columns[2:] if len(cells) > 2 and len(set(cells[1:])) == 1]
    left_out: list[str] = []
    for title in dict.fromkeys((*same, *_LEAST_ASKED)):
        if width is None or sum(widths.values()) - 2 <= width:
            break
        if widths.pop(title, 0):
            left_out.append(title)
    return left_out


def _padded(cells: list[str], is_number: bool) -> list[str]:
    lengths = [cell_len(cell) for cell in cells]
    widest = max(lengths)
    blanks = [" " * (widest - length) for length in lengths]
    return [blank + cell if is_number else cell + blank for blank, cell in zip(blanks, cells, strict=True)]


def _words(name: str, value: Any, zone: tzinfo) -> str:
    if value is None:
        return "–"
    if name == "bytes":
        return f"{value / 1e6:,.1f}"
    if name == "session_id":
        return str(value)[:13]
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%Y-%m-%d %H:%M}"
    if name == "is_open":
        return "not seen" if value else "seen"
    return f"{value:,.2f}" if isinstance(value, float) else str(value)
