"""Give back the room of old sessions: the only place where rows are ever deleted, and never unasked."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from claudesess_collector.system import strange_part
from claudesess_collector.vocabulary import OWN_PREFIX, TIMES

from claudesess.contracts import RAW
from claudesess.errors import ClaudesessError, DatabaseError
from claudesess.store import copy
from claudesess.store.selects import identifier

BUSY_S = 10.0
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1), "y": timedelta(days=365)}
#: A transcript is called by its session.
_IS_TRANSCRIPT = (
    "EXISTS (SELECT 1 FROM old WHERE substr(path, -length(session_id) - 7) = '/' || session_id || '.jsonl')"
)


@dataclass(frozen=True)
class Pruning:
    """What goes, or went, from one database.

    Attributes
    ----------
    path
        The file.
    n_sessions, n_kept
        Sessions that go, and that stay: sessions without any readable time stay.
    rows
        Rows that go, by table; tables that lose none are left out.
    bytes_before, bytes_after
        Size of the file and its log; equal when nothing was deleted.
    is_done
        Whether it was done, or only counted.
    left
        Why the room was not given back; empty when it was.
    """

    path: Path
    n_sessions: int
    n_kept: int
    rows: dict[str, int]
    bytes_before: int
    bytes_after: int
    is_done: bool
    left: str = ""


def age(text: str) -> timedelta:
    """Read an age such as ``90d``: hours (h), days (d), weeks (w) or years (y).

    Raises
    ------
    ClaudesessError
        It is not of this form.

    Examples
    --------
    >>> age("2w").days
    14
    """
    match = re.fullmatch(r"([0-9]{1,5})([hdwy])", text.strip())
    if match is None or not int(match[1]):
        raise ClaudesessError(f"{text!r} is no age. Say for example 36h, 90d, 12w or 1y.")
    return int(match[1]) * _UNITS[match[2]]


def prune(path: Path, older_than: timedelta, now: datetime, *, do: bool = False) -> Pruning:
    """Delete the sessions whose last sign of life is older than a limit, and give back their room.

    A session goes as a whole, from all tables, in one transaction. Rows without a session go by their own
    time. What the project is (`project_state`) stays.

    Parameters
    ----------
    path
        A database of the collector.
    older_than
        The limit.
    now
        The present, with its zone.
    do
        Without it, the rows are counted and nothing is changed.

    Raises
    ------
    DatabaseError
        The file is not the collector's, damaged, or locked for too long. It is as it was.
    """
    limit = f"{now - older_than:%Y-%m-%d %H:%M:%S}"
    before = _size(path)
    with _opened(path) if do else _looked_into(path) as connection:
        connection.execute("BEGIN IMMEDIATE" if do else "BEGIN")
        connection.execute("CREATE TEMP TABLE old (session_id TEXT PRIMARY KEY) WITHOUT ROWID")
        n_sessions, n_kept = _choose(connection, limit)
        rows = _delete(connection, limit) if do else _count(connection, limit)
        connection.execute("COMMIT" if do else "ROLLBACK")
        left = _give_back(connection) if do and rows else ""
    after = _size(path) if do else before
    return Pruning(path, n_sessions, n_kept, rows, before, after, do, left)


@contextmanager
def _looked_into(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a copy: who opens the file itself writes beside it, also to read."""
    _check_place(path)
    with (
        TemporaryDirectory(prefix="claudesess-") as folder,
        _opened(copy.take(path, Path(folder)), path) as connection,
    ):
        yield connection


@contextmanager
def _opened(path: Path, named: Path | None = None) -> Iterator[sqlite3.Connection]:
    """Open a database, or the copy of the one that is `named` where something is wrong with it."""
    named = named or path
    _check_place(path)
    try:
        uri = f"{path.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(uri, uri=True, timeout=BUSY_S, isolation_level=None)) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")
            _check_ours(named, connection)
            yield connection
    except (sqlite3.Error, UnicodeDecodeError) as error:  # what SQLite says may be no text
        is_in_use = isinstance(error, sqlite3.OperationalError)
        fix = "Try again when no session runs." if is_in_use else "Restore it from a backup, or delete it."
        raise DatabaseError(named, f"was left as it is ({error})", fix) from error


def _check_place(path: Path) -> None:
    if path.is_symlink():
        raise DatabaseError(path, "is a symbolic link", "Name the file itself.")
    if not path.is_file():
        raise DatabaseError(path, "does not exist", "Check the path.")
    strange = strange_part(str(path))
    if strange is not None:
        raise DatabaseError(Path(strange), "is no regular file", "Move it away: no database has such a log.")


def _check_ours(path: Path, connection: sqlite3.Connection) -> None:
    objects = connection.execute("SELECT type, name FROM sqlite_master").fetchall()
    if any(kind in ("trigger", "view") for kind, _ in objects):
        raise DatabaseError(path, "holds triggers or views", "The collector made none: see where it is from.")
    tables = {str(name) for kind, name in objects if kind == "table"}
    if not set(RAW) <= tables or not any(name.startswith(OWN_PREFIX) for name in tables):
        fix = "Only files that the collector writes are pruned."
        raise DatabaseError(path, "was not written by the collector", fix)


def _choose(connection: sqlite3.Connection, limit: str) -> tuple[int, int]:
    """Fill `old` with sessions whose last time in any table is old; return how many go, how many stay."""
    signs = " UNION ALL ".join(
        f"SELECT session_id, datetime({time}) AS at FROM {table}"
        for table, times in TIMES.items()
        for time in times
    )
    seen = f"SELECT session_id, max(at) AS last FROM ({signs}) WHERE session_id IS NOT NULL GROUP BY 1"
    connection.execute(f"INSERT INTO old SELECT session_id FROM ({seen}) WHERE last < ?", (limit,))
    n_all: int = connection.execute(f"SELECT count(*) FROM ({seen})").fetchone()[0]
    n_old: int = connection.execute("SELECT count(*) FROM old").fetchone()[0]
    return n_old, n_all - n_old


def _conditions(connection: sqlite3.Connection, limit: str) -> dict[str, tuple[str, tuple[object, ...]]]:
    """Return, for each table, which rows go; a table that refers to another comes before it."""
    is_old = "session_id IN (SELECT session_id FROM old)"
    where: dict[str, tuple[str, tuple[object, ...]]] = {}
    # How far transcripts were imported stays: the next import is not to bring back what goes here.
    names = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB ?"
        " AND name <> 'claudesess_imported'",
        (f"{OWN_PREFIX}*",),
    )
    for (table,) in names.fetchall():
        columns = {row[1] for row in connection.execute(f"PRAGMA table_info({identifier(table)})")}
        if "session_id" in columns:
            where[table] = (is_old, ())
        elif "claim_id" in columns:
            where[table] = (f"claim_id IN (SELECT id FROM file_claims WHERE {is_old})", ())
        elif "at_ms" in columns:
            where[table] = ("at_ms < 1000 * CAST(strftime('%s', ?) AS INTEGER)", (limit,))
        elif "path" in columns:
            where[table] = (_IS_TRANSCRIPT, ())
    for table, times in TIMES.items():
        if table == "agent_registry":  # each row has a session
            where[table] = (is_old, ())
        else:
            own = f"session_id IS NULL AND datetime({times[0]}) < ?"
            where[table] = (f"{is_old} OR ({own})", (limit,))
    where["project_state"] = ("key = 'session_id' AND value IN (SELECT session_id FROM old)", ())
    return where


def _count(connection: sqlite3.Connection, limit: str) -> dict[str, int]:
    counts = {}
    for table, (where, values) in _conditions(connection, limit).items():
        counts[table] = connection.execute(
            f"SELECT count(*) FROM {identifier(table)} WHERE {where}", values
        ).fetchone()[0]
    return {table: n for table, n in counts.items() if n}


def _delete(connection: sqlite3.Connection, limit: str) -> dict[str, int]:
    counts = {}
    for table, (where, values) in _conditions(connection, limit).items():
        counts[table] = connection.execute(f"DELETE FROM {identifier(table)} WHERE {where}", values).rowcount
    return {table: n for table, n in counts.items() if n}


def _give_back(connection: sqlite3.Connection) -> str:
    """Make the file smaller; return why it did not work."""
    try:
        connection.execute("VACUUM")
        is_busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.Error as error:  # the rows are gone all the same, and their room is used again
        return str(error)
    return "the database is in use" if is_busy else ""


def _size(path: Path) -> int:
    return sum(file.stat().st_size for file in (path, path.with_name(path.name + "-wal")) if file.exists())
