"""The file: opened quickly, completed when something is missing, one transaction per event."""

import time

from claudesess_collector.system import kind_of, size_of, strange_part
from claudesess_collector.vocabulary import SESSION_FILE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable, Iterator, Optional, Sequence

BUSY_S = 5.0
LOG_BYTES = 1 << 20
_PACKAGE = __file__[: -len("/database.py")]

# Tables of our own. `seen` tells a doubled delivery from a new event without reading hook_events; `chains` holds the
# open chains, so that a success costs one look-up; `checks` when each check ran and passed last; `background` the calls
# whose end a notice will tell; `edits` the first added line of each claim that is an edit, and hashes of the lines that
# it added and removed; `offsets` how far a transcript was read.
OWN_TABLES = """
CREATE TABLE IF NOT EXISTS claudesess_seen (id INTEGER PRIMARY KEY, at_ms INTEGER);
CREATE TABLE IF NOT EXISTS claudesess_chains (
  session_id TEXT NOT NULL, chain TEXT NOT NULL, spec TEXT NOT NULL, attempts INTEGER NOT NULL,
  error_id INTEGER NOT NULL, agent_id TEXT, n_prompts INTEGER NOT NULL, is_provisional INTEGER NOT NULL,
  is_rerun INTEGER NOT NULL, is_left INTEGER NOT NULL, PRIMARY KEY (session_id, chain)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS claudesess_checks (
  session_id TEXT NOT NULL, aim TEXT NOT NULL, targets TEXT NOT NULL, ran_at TEXT NOT NULL, passed_at TEXT,
  PRIMARY KEY (session_id, aim)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS claudesess_background (
  session_id TEXT NOT NULL, tool_use_id TEXT NOT NULL, call TEXT NOT NULL, PRIMARY KEY (session_id, tool_use_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS claudesess_edits (claim_id INTEGER PRIMARY KEY, snippet TEXT, added TEXT, removed TEXT);
CREATE TABLE IF NOT EXISTS claudesess_offsets (path TEXT PRIMARY KEY, offset INTEGER NOT NULL) WITHOUT ROWID;
"""


def driver() -> "Any":
    """Load SQLite's driver without `functools`: it wants `lru_cache` alone, and that costs as much as the driver."""
    import sys

    if "_sqlite3" not in sys.modules and "functools" not in sys.modules:
        try:
            from _functools import _lru_cache_wrapper  # type: ignore[import-not-found, unused-ignore]
        except ImportError:  # an interpreter that is made otherwise
            pass
        else:
            stand_in: "Any" = type(sys)("functools")
            stand_in.lru_cache = lambda maxsize: lambda function: _lru_cache_wrapper(function, maxsize, False, tuple)
            sys.modules["functools"] = stand_in
            try:
                import _sqlite3
            finally:
                del sys.modules["functools"]
    import _sqlite3

    return _sqlite3


def schema() -> str:
    """Return the statements that make the nine tables."""
    folder = _PACKAGE if kind_of(f"{_PACKAGE}/schema.sql") is not None else _PACKAGE[: -len("/claudesess_collector")]
    with open(f"{folder}/schema.sql", encoding="utf-8") as file:  # a wheel holds it in the package
        return file.read()


class Database:
    """A connection inside one write transaction."""

    def __init__(self, path: str, busy_s: float = BUSY_S) -> None:
        kind = kind_of(path)
        strange = strange_part(path)
        if strange is not None:
            raise OSError(f"{strange} is no regular file")
        self.path = path
        self.paths: "dict[Optional[str], tuple[int, set[str]]]" = {}  # of sessions, up to which event: those it names
        self._sqlite = driver()
        self._log_bytes = size_of(path + "-wal")
        self.log_limit, self.emptying = LOG_BYTES, "TRUNCATE"
        self.is_new = kind is None
        if kind is None:
            self._create(busy_s)
        else:
            self._connect(busy_s)
        # A file that came with somebody's repository may hold triggers, which would run as we write.
        if self.value("SELECT 1 FROM sqlite_master WHERE type IN ('trigger', 'view') LIMIT 1"):
            raise OSError("the database holds triggers or views")
        self.run("PRAGMA wal_autocheckpoint = 0")  # see `bound_log`

    def _connect(self, busy_s: float) -> None:
        # Autocommit: transactions are begun by hand, so that they take the write lock at once.
        self._connection = self._sqlite.connect(self.path, timeout=busy_s, isolation_level=None)
        self.run("PRAGMA synchronous = NORMAL")  # with a WAL: no commit waits for the disk, none is torn

    def _create(self, busy_s: float) -> None:
        """Make the file, for its owner alone: it holds what an agent did."""
        import os

        mask = os.umask(0o077)
        try:
            self._connect(busy_s)
            self.complete(busy_s)
        finally:
            os.umask(mask)

    def keep_out_of_git(self, root: str) -> None:
        """Keep a file that was just made out of the repository that it lies in."""
        from claudesess_collector.git_exclude import keep_out

        self.is_new = False
        keep_out(self.path[: -len(SESSION_FILE)].rstrip("/") or "/", root)

    def complete(self, busy_s: float, more: str = "") -> None:
        """Create what is missing. Switching to WAL does not wait for others by itself, so it is tried again."""
        script = f"{schema()}{OWN_TABLES}{more}PRAGMA busy_timeout = {int(busy_s * 1000)}"  # the schema sets its own
        deadline = time.monotonic() + busy_s
        while True:
            try:
                self._connection.executescript(script)
                return
            except self._sqlite.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(0.01)

    def begin(self) -> None:
        """Start the event's transaction, holding the write lock."""
        self.run("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """End the event's transaction, and bound the log."""
        self.run("COMMIT")
        self.bound_log()

    def bound_log(self) -> None:
        """Empty the WAL into the file each time that it has grown by its limit.

        The process that opens a WAL alone reads all of it, and takes none of it for emptied already: so the log that
        SQLite empties by itself never starts anew, grows with every event, and every event reads it.
        """
        before, self._log_bytes = self._log_bytes, size_of(self.path + "-wal")
        if self._log_bytes // self.log_limit > before // self.log_limit:
            timeout = self.value("PRAGMA busy_timeout")
            self.run("PRAGMA busy_timeout = 0")  # where somebody reads or writes, the next who comes by does it
            self.row(f"PRAGMA wal_checkpoint({self.emptying})")
            self.run(f"PRAGMA busy_timeout = {timeout}")

    def rollback(self) -> None:
        """Undo the event's transaction, if it was begun."""
        self.paths.clear()
        if self._connection.in_transaction:
            self.run("ROLLBACK")

    def is_incomplete(self, error: BaseException) -> bool:
        """Say whether an error came from a table that is missing, or is ours of before; if so, all are there now."""
        missing = ("no such table", "no such column", "has no column named")
        if not isinstance(error, self._sqlite.OperationalError) or not any(word in str(error) for word in missing):
            return False
        self.rollback()
        n_dropped = self._drop_outdated()
        self.complete(BUSY_S)
        return n_dropped > 0 or "no such table" in str(error)

    def _drop_outdated(self) -> int:
        """Drop the tables of our own that were made by earlier rules: they hold what is open, and no row of anybody."""
        fresh = self._sqlite.connect(":memory:")
        fresh.executescript(OWN_TABLES)
        n_dropped = 0
        for (table,) in fresh.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            columns = f"SELECT name FROM pragma_table_info('{table}')"
            there = self.rows(columns)
            if there and there != fresh.execute(columns).fetchall():
                n_dropped += 1
                self.run(f"DROP TABLE {table}")
        return n_dropped

    def is_out_of_reach(self, error: BaseException) -> bool:
        """Say whether the file itself refuses, and not what was to be written: locked, full, read-only, damaged."""
        if not isinstance(error, self._sqlite.DatabaseError) or isinstance(error, self._sqlite.IntegrityError):
            return False
        message = str(error)
        return any(
            word in message
            for word in ("locked", "full", "readonly", "disk I/O", "unable to open", "malformed", "not a")
        )

    def _execute(self, sql: str, values: "Sequence[Any]") -> "Any":
        return self._connection.execute(sql, values)

    def run(self, sql: str, values: "Sequence[Any]" = ()) -> int:
        """Execute a statement and return the number of rows it changed."""
        changed: int = self._execute(sql, values).rowcount
        return changed

    def many(self, sql: str, rows: "Iterable[Sequence[Any] | dict[str, Any]]") -> None:
        """Execute a statement once for each row of values."""
        self._connection.executemany(sql, rows)

    def insert(self, table: str, **values: "Any") -> int:
        """Insert a row and return its id."""
        columns = ", ".join(values)
        marks = ", ".join("?" * len(values))
        statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"
        row_id: int = self._execute(statement, tuple(values.values())).lastrowid
        return row_id

    def each(self, sql: str, values: "Sequence[Any]" = ()) -> "Iterator[tuple[Any, ...]]":
        """Return the rows of a query one by one, as they are found."""
        found: "Iterator[tuple[Any, ...]]" = self._execute(sql, values)
        return found

    def rows(self, sql: str, values: "Sequence[Any]" = ()) -> "list[tuple[Any, ...]]":
        """Return all rows of a query."""
        found: "list[tuple[Any, ...]]" = self._execute(sql, values).fetchall()
        return found

    def row(self, sql: str, values: "Sequence[Any]" = ()) -> "Optional[tuple[Any, ...]]":
        """Return the first row of a query, or None."""
        found: "Optional[tuple[Any, ...]]" = self._execute(sql, values).fetchone()
        return found

    def value(self, sql: str, values: "Sequence[Any]" = ()) -> "Any":
        """Return the first value of the first row, or None."""
        found = self.row(sql, values)
        return None if found is None else found[0]

    def kept(self, table: str, sql: str, values: "Sequence[Any]" = ()) -> "list[tuple[Any, ...]]":
        """Return all rows of a query to one table that is asked again at every call, and hardly ever changes."""
        return self.rows(sql, values)

    def close(self) -> None:
        """Close the connection (only where the process goes on: closing the last one empties the WAL)."""
        self._connection.close()
