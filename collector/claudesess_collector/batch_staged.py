"""A session's past, written aside in memory and moved into the project's file in one short transaction."""

from claudesess_collector import batch_again, payload
from claudesess_collector.database import Database, driver

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable, Sequence

    Row = tuple[Any, ...]

# Tables whose rows are numbered: in the file they go on from its last number. Three more refer to those numbers.
_NUMBERED = {
    "file_claims": "id", "session_metrics": "id", "failed_paths": "id", "error_log": "id", "context_snapshots": "id",
    "hook_events": "id", "llm_verdicts": "id", "claudesess_edits": "claim_id", "claudesess_chains": "error_id",
}  # fmt: skip
_REFERS = {"claudesess_edits": "file_claims", "claudesess_chains": "error_log"}
_OTHERS = ("agent_registry",)
_KEPT = ("claudesess_checks", "claudesess_background")  # of use if the session goes on
FURTHER = {
    "tokens": "INSERT INTO {}.session_metrics (session_id, event_type, key, value, timestamp)"
    " VALUES (?, 'tokens', ?, ?, ?)",
    "seen": "INSERT OR IGNORE INTO {}.claudesess_seen (id, at_ms) VALUES (?, ?)",
    "imported": "INSERT OR REPLACE INTO {}.claudesess_imported (path, size, offset, rules) VALUES (?, ?, ?, ?)",
}
# Tables whose rows hold no number of another row, or one that is easily put right.
_STRAIGHT = ("hook_events", "file_claims", "failed_paths")
_FAILED = '"error_id": '
_AT_HAND = 20_000
BUSY_S = 30.0  # nobody waits for an import, as the client does for a hook
_INDEXES = ("idx_claims_timestamp",)  # all is of one session, so few are of use


def knows(db: Database, session_id: str, where: str = "main") -> bool:
    """Say whether a file holds anything of a session."""
    tables = ("hook_events", "session_metrics")
    one = "SELECT 1 FROM {}.{} WHERE session_id = ? LIMIT 1"
    return any(db.value(one.format(where, table), (session_id,)) for table in tables)


class _Rows:
    """Rows of one table that are not written yet; all of a table have the same columns."""

    def __init__(self, table: str, columns: "Iterable[str]") -> None:
        self.table, self.columns = table, list(columns)
        self.values = f"({', '.join(self.columns)}) VALUES ({', '.join('?' * len(self.columns))})"
        self.rows: "list[Row]" = []


class Staged(Database):
    """A database in memory, of the same tables.

    Rows are kept at hand, table by table, until somebody asks for their table: most are never asked for.
    """

    PATH = ":memory:"

    def __init__(self) -> None:
        self.path = self.PATH
        self.paths = {}
        self._target = ""
        self._rows: "dict[str, _Rows]" = {}
        self._n_written: "dict[str, int]" = {}
        self._kept: "dict[str, dict[tuple[str, Sequence[Any]], list[Row]]]" = {}
        self._before: "tuple[dict[str, tuple[_Rows, int]], dict[str, int]]" = ({}, {})
        self._sqlite = driver()
        self._connect(BUSY_S)
        self.complete(BUSY_S)
        for (index,) in self.rows("SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"):
            if index not in _INDEXES:
                self.run(f"DROP INDEX {index}")
        self._columns = {
            table: [name for _, name, *_ in self.rows(f"PRAGMA table_info({table})")] for table in _NUMBERED
        }

    def insert(self, table: str, **values: "Any") -> int:
        """Insert a row and return its id."""
        rows = self._rows.get(table)
        if rows is None:
            rows = self._rows[table] = _Rows(table, values)
        rows.rows.append(tuple(values.values()))
        self._kept.pop(table, None)
        return self._n_written.get(table, 0) + len(rows.rows)

    def _execute(self, sql: str, values: "Sequence[Any]") -> "Any":
        if "target." not in sql:
            for table in [table for table in self._rows if table in sql]:
                self._write(table)
        if not sql.startswith("SELECT"):
            for table in [table for table in self._kept if table in sql]:
                self._kept.pop(table)
        return super()._execute(sql, values)

    def kept(self, table: str, sql: str, values: "Sequence[Any]" = ()) -> "list[Row]":
        """Return all rows of a query to one table; it is asked only where the table has changed since."""
        asked = self._kept.setdefault(table, {})
        found = asked.get((sql, values))
        if found is None:
            found = asked[sql, values] = self.rows(sql, values)
        return found

    def _write(self, table: str) -> None:
        kept = self._rows.pop(table)
        self._n_written[table] = self._n_written.get(table, 0) + len(kept.rows)
        self.many(f"INSERT INTO {table} {kept.values}", kept.rows)

    def begin(self) -> None:
        """Start a transaction in memory alone, and remember what was at hand."""
        self._remember("BEGIN")

    def _remember(self, begin: str) -> None:
        self.run(begin)
        self._before = ({table: (kept, len(kept.rows)) for table, kept in self._rows.items()}, dict(self._n_written))

    def commit(self) -> None:
        """End it; there is no log."""
        if sum([len(kept.rows) for kept in self._rows.values()]) > _AT_HAND:
            for table in list(self._rows):
                self._write(table)
        self.run("COMMIT")

    def rollback(self) -> None:
        """Undo it, if it was begun."""
        if self._connection.in_transaction:
            at_hand, self._n_written = self._before
            for kept, n_rows in at_hand.values():
                del kept.rows[n_rows:]
            self._rows = {table: kept for table, (kept, _) in at_hand.items()}
            self._kept.clear()
        super().rollback()

    def clear(self) -> None:
        """Forget everything, for the next session."""
        self._rows, self._n_written = {}, {}
        self._kept.clear()
        self.paths.clear()
        others = (
            "project_state",
            "claudesess_offsets",
            "claudesess_checks",
            "claudesess_background",
            "sqlite_sequence",
        )
        for table in (*_NUMBERED, *_OTHERS, *others):
            self.run(f"DELETE FROM {table}")

    def move(self, path: str, session_id: str, further: "dict[str, Iterable[Row]]", is_again: bool = False) -> bool:
        """Move all rows into a file; say whether it was done: not when the session has come into it meanwhile.

        With `is_again` what an import before wrote of the session goes.

        `further` are rows that are not written here at all, by the statement of FURTHER that inserts them.
        """
        self._attach(path)
        try:
            self._remember("BEGIN IMMEDIATE")  # the file's write lock, too
            if (is_again and not batch_again.forget(self, session_id)) or knows(self, session_id, "target"):
                self.rollback()
                return False
            last = dict(self.rows("SELECT name, seq FROM target.sqlite_sequence"))
            straight = [self._rows.pop(table) for table in _STRAIGHT if table in self._rows]
            for table in list(self._rows):
                self._write(table)
            self._renumber_texts(last)
            self._copy(last)
            for kept in straight:
                self._write_straight(kept, last.get("error_log", 0))
            for name, rows in further.items():
                self.many(FURTHER[name].format("target"), rows)
            self.commit()
        except BaseException:
            self.rollback()
            raise
        return True

    def judge_again(self, path: str, session_id: str, imported: "Iterable[Row]") -> None:
        """Put what rules say now in the place of what they said when hooks recorded the session."""
        self._attach(path)
        try:
            self._remember("BEGIN IMMEDIATE")
            for table in list(self._rows):
                self._write(table)
            batch_again.replace(self, session_id)
            self.many(FURTHER["imported"].format("target"), imported)
            self.commit()
        except BaseException:
            self.rollback()
            raise

    def _attach(self, path: str) -> None:
        """Open the file beside; it stays open for the next session, so that its pages are at hand."""
        if path == self._target:
            return
        if self._target:
            self.run("DETACH target")
        self._target = ""
        self.run("ATTACH ? AS target", (path,))
        self._target = path
        self.run("PRAGMA target.wal_autocheckpoint = 0")
        self.run("PRAGMA target.synchronous = NORMAL")
        self.run("PRAGMA target.cache_size = -32768")  # a session's rows go into many pages of the indexes
        self.run("PRAGMA target.cache_spill = OFF")

    def _copy(self, last: "dict[str, int]") -> None:
        for table, key in _NUMBERED.items():
            columns = ", ".join(self._columns[table])
            chosen = ", ".join(f"{key} + ?" if name == key else name for name in self._columns[table])
            into = f"INSERT OR ROLLBACK INTO target.{table} ({columns})"  # needs no journal of its own
            self.run(
                f"{into} SELECT {chosen} FROM main.{table} ORDER BY {key}", (last.get(_REFERS.get(table, table), 0),)
            )
        for table in (*_OTHERS, *_KEPT):
            self.run(f"INSERT OR IGNORE INTO target.{table} SELECT * FROM main.{table}")

    def _write_straight(self, kept: _Rows, errors: int) -> None:
        """Write rows that were still at hand into the file: those before them are there, so their numbers follow."""
        rows = kept.rows
        if kept.table == "hook_events" and errors:
            at = kept.columns.index("payload_summary")
            rows = [
                (*row[:at], _renumbered(row[at], errors), *row[at + 1 :]) if _FAILED in row[at] else row for row in rows
            ]
        self.many(f"INSERT INTO target.{kept.table} {kept.values}", rows)

    def _renumber_texts(self, last: "dict[str, int]") -> None:
        """Change the numbers that stand inside of texts."""
        errors, snapshots = last.get("error_log", 0), last.get("context_snapshots", 0)
        if errors:
            failed = "SELECT id, payload_summary FROM hook_events WHERE instr(payload_summary, ?)"
            for row_id, summary in self.rows(failed, (_FAILED,)):
                changed = (_renumbered(summary, errors), row_id)
                self.run("UPDATE hook_events SET payload_summary = ? WHERE id = ?", changed)
            without_event = (
                "SELECT id, value FROM session_metrics"
                " WHERE event_type IN ('tool_gated', 'background_end') AND instr(value, ?)"
            )
            for row_id, value in self.rows(without_event, (_FAILED,)):
                self.run("UPDATE session_metrics SET value = ? WHERE id = ?", (_renumbered(value, errors), row_id))
        if snapshots:
            self.run("UPDATE session_metrics SET value = value + ? WHERE event_type = 'compaction'", (snapshots,))
            self.run("UPDATE session_metrics SET key = key + ? WHERE event_type = 'compaction_tokens'", (snapshots,))
        for row_id, content in self.rows("SELECT id, content FROM context_snapshots"):
            snapshot: "dict[str, Any]" = payload.parse(content.encode()) or {}
            for approach in snapshot.get("failed_paths") or ():
                approach["id"] += last.get("failed_paths", 0)
            if snapshot.get("pre_snapshot_id") is not None:
                snapshot["pre_snapshot_id"] += snapshots
            self.run("UPDATE context_snapshots SET content = ? WHERE id = ?", (payload.to_json(snapshot), row_id))


def _renumbered(summary: str, errors: int) -> str:
    before, _, rest = summary.partition(_FAILED)
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
    return f"{before}{_FAILED}{int(digits) + errors}{rest[len(digits) :]}"
