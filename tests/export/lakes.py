"""Databases that grow, and what stands in a lake."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
from handmade import database

PROJECT = (
    "INSERT INTO project_state (key, value, updated_at) VALUES ('project_root', '{}', '2026-05-01 08:00:00');"
)
CALL = """
    INSERT INTO hook_events (session_id, timestamp, event_type, payload_summary) VALUES
    ('{0}', '{1} 09:00:00', 'session_start', '{{"source": "startup"}}'),
    ('{0}', '{1} 09:01:00', 'post_tool_use', '{{"tool": "Read", "tool_use_id": "{0}{1}", "path": "/w/a.py", "ok": true}}');
"""


def call(session: str, day: str) -> str:
    """Return the rows of a call of a session on a day."""
    return CALL.format(session, day)


def project(folder: Path, name: str, *calls: tuple[str, str]) -> Path:
    """Make the database of a project that did these calls, each of a session on a day."""
    script = PROJECT.format(f"/w/{name}") + "".join(call(*one) for one in calls)
    return database(folder / name / ".claude-session.db", script)


def change(path: Path, script: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)


def parquet(place: Path) -> dict[str, int]:
    """Return the files of a lake by their paths, each with its inode: another one is another file."""
    root = (place / "manifest.json").resolve().parent
    return {str(file.relative_to(root)): file.stat().st_ino for file in root.rglob("*.parquet")}


def counted(place: Path, relation: str) -> int:
    """Count the rows of a relation as somebody does who knows nothing of claudesess."""
    query = f"SELECT count(*) FROM read_parquet('{place}/{relation}/**/*.parquet', hive_partitioning = true)"
    return duckdb.sql(query).fetchall()[0][0]


def texts(place: Path) -> str:
    """Return all that a lake says: names of folders and files, each byte, and what is in each file unpacked."""
    said = []
    for file in sorted(place.rglob("*")):
        said.append(str(file.relative_to(place)))
        if file.is_symlink():
            said.append(str(file.readlink()))
        elif file.is_file():
            said.append(file.read_bytes().decode(errors="replace"))
        if file.suffix == ".parquet":
            found = pq.ParquetFile(file)
            said.append(str(found.metadata.to_dict()) + str(found.schema_arrow.metadata))
            said.append(repr(found.read().to_pylist()))
    return "\n".join(said)
