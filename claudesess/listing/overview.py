"""What there is: each project's database with its writer and span, and its sessions."""

from __future__ import annotations

from datetime import tzinfo
from typing import TYPE_CHECKING, Any

import pandas as pd
from claudesess_collector import vocabulary
from rich.table import Table
from rich.text import Text

from claudesess import text
from claudesess.contracts import CATEGORY, FLAG, FLOAT, INT, TEXT, TIME, Column, Contract
from claudesess.relations import frames

if TYPE_CHECKING:
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
        Column("n_agents", INT, "Agents spawned", unit="count", nullable=False),
        Column("n_errors", INT, "Failed attempts", unit="count", nullable=False),
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
        Column("n_agents", INT, "Agents spawned", unit="count", nullable=False),
        Column("n_errors", INT, "Failed attempts", unit="count", nullable=False),
        Column("n_compactions", INT, "Compactions", unit="count", nullable=False),
    ),
    ("db", "session_id"),
)


def sessions(store: Store) -> pd.DataFrame:
    """Return every session with its span and counts, the latest first; see `SESSIONS`."""
    windows = frames.session_windows(store)
    length = (windows["end_at"] - windows["start_at"]).dt.total_seconds() / 3600
    open_h = length.groupby([windows["db"], windows["session_id"]]).sum().rename("open_h").reset_index()
    found = frames.sessions(store).merge(open_h, how="left", on=["db", "session_id"])
    latest = found.assign(open_h=found["open_h"].fillna(0)).sort_values("last_seen_at", ascending=False)
    return SESSIONS.cast(latest[list(SESSIONS.names)])


def projects(store: Store) -> pd.DataFrame:
    """Return every database with its writer, span and counts, the latest used first; see `PROJECTS`."""
    counts = ["n_agents", "n_errors", "n_compactions"]
    grouped = sessions(store).groupby("db")
    totals = grouped[["open_h", *counts]].sum()
    totals["n_sessions"] = grouped.size()
    totals["first_at"], totals["last_at"] = grouped["started_at"].min(), grouped["last_seen_at"].max()
    found = store.databases[["db", "path", "writer", "bytes"]].merge(totals, how="left", on="db")
    filled = found.fillna(dict.fromkeys(["open_h", "n_sessions", *counts], 0))
    return PROJECTS.cast(filled.sort_values("last_at", ascending=False)[list(PROJECTS.names)])


def table(found: pd.DataFrame, zone: tzinfo) -> Table:
    """Lay out a list for a terminal: minutes by the clock of a zone, MB, what is not known as a dash."""
    drawn = Table(box=None, pad_edge=False, header_style="bold")
    shown = found.drop(columns=["path"], errors="ignore")
    for name, column in shown.items():
        is_number = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
        title = "MB" if name == "bytes" else str(name).removeprefix("n_")
        drawn.add_column(title, justify="right" if is_number else "left", no_wrap=True)
    for row in found[list(shown)].to_dict("records"):
        drawn.add_row(*(Text(text.plain(_words(str(name), value, zone))) for name, value in row.items()))
    return drawn


def _words(name: str, value: Any, zone: tzinfo) -> str:
    if pd.isna(value):
        return "–"
    if name == "bytes":
        return f"{value / 1e6:,.1f}"
    if name == "session_id":
        return str(value)[:13]
    if isinstance(value, pd.Timestamp):
        return f"{value.tz_convert(zone):%Y-%m-%d %H:%M}"
    if name.startswith("is_"):
        return "yes" if value else "no"
    return f"{value:,.2f}" if isinstance(value, float) else str(value)
