"""Read the tables of one SQLite file as Arrow batches whose types are promised, whatever its cells hold.

The file may be hostile: only real tables are read, without its indexes and without what it would compute, and
every query has a bound.
"""

from __future__ import annotations

import contextlib
import re
import secrets
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import adbc_driver_manager
import numpy as np
import pyarrow as pa

from claudesess.contracts import Column, Contract
from claudesess.store.pages import page_size
from claudesess.store.selects import identifier, literal
from claudesess.store.tally import Tally, is_number

BATCH_ROWS = 32_768
#: What a batch may take in memory: by a column's default, or by pages that they share, rows are larger than
#: their file.
_BATCH_BYTES = 64 << 20
#: Defaults of so many characters make no row much longer.
_LONG_DEFAULTS = 1_000
#: Rows of a batch where damage hides how long they are.
_FEW_ROWS = 64
#: SQLite types cells, not columns. A cell of the wrong type comes through the stream as one of these marks,
#: so that it can be counted without a second reading of the table.
TEXT_MARK = f"stray cell {secrets.token_hex(8)}"
INT_MARK = -(2**63) + 104_729

#: No query over a file may take longer, nor any cell be larger.
SECONDS = 20.0
_CELL_BYTES = 1 << 28
_STEPS = 20_000  # of SQLite's machine, between two looks at the clock
#: What a table may take in memory, beside the size of its file: more is no table but a trap.
_GROWTH, _LEAST_BYTES = 24, 64 << 20
#: What SQLite's checks say of cells that are odd, in a file that is whole.
_ODD_CELL = re.compile(r"NULL value in |CHECK constraint failed|\S+ value in ")
#: Bytes of a file up to which each cell of an index is compared as it is read, in a tenth of a second.
COMPARED_WHOLE = 32 << 20
_LINES = 20


class DamageError(OSError):
    """A table is not as SQLite would have written it."""


#: What is raised when a file, a table or a row cannot be read; also where the reason itself is no text.
ReadError = (OSError, adbc_driver_manager.Error, sqlite3.Error, UnicodeDecodeError, pa.ArrowException)


def plain(error: BaseException) -> str:
    """Return the reason that SQLite gives, without what the driver wraps around it."""
    return re.sub(r"^.*(\[SQLite\]|step query:) ", "", (str(error).splitlines() or [""])[0])


class Object(NamedTuple):
    """One entry of the schema."""

    kind: str
    name: str
    is_table: bool  # a real one: neither a view nor computed by a module
    root: int


class Span(NamedTuple):
    """The rows above `after`, up to and with `last`; None is without a bound."""

    after: int | None = None
    last: int | None = None


class SqliteFile:
    """One SQLite file that nobody else writes to: a private copy.

    Raises
    ------
    ReadError
        The file cannot be opened as a database.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.text_factory = lambda cell: cell.decode(errors="replace")
        self._connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _CELL_BYTES)
        try:
            self._connection.execute("PRAGMA trusted_schema = OFF")
            self._connection.execute("PRAGMA synchronous = OFF")
            self._connection.execute("PRAGMA ignore_check_constraints = ON")
            self.objects = [
                Object(str(kind), str(name), _is_table(kind, root, text), root if type(root) is int else 0)
                for kind, name, root, text in self.rows("SELECT type, name, rootpage, sql FROM sqlite_master")
            ]
        except BaseException:
            self._connection.close()
            raise
        self._tables = {found.name.lower(): found for found in self.objects if found.is_table}

    @property
    def header(self) -> bytes:
        """The first bytes of the file: its sizes, its encoding."""
        with self.path.open("rb") as file:
            return file.read(100)

    @property
    def tables(self) -> set[str]:
        """The real tables that are there, in lower case."""
        return set(self._tables)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def rows(self, query: str, seconds: float = SECONDS) -> list[tuple[Any, ...]]:
        """Return all rows of a small query; one that takes longer than `seconds` is an error."""
        deadline = time.monotonic() + seconds
        self._connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
        try:
            return self._connection.execute(query).fetchall()
        except sqlite3.OperationalError as error:
            if time.monotonic() > deadline:
                raise DamageError(f"a query took longer than {seconds:.0f} s") from error
            raise

    def merged_frames(self) -> int:
        """Move what is in the log into the file; return the number of the log's frames that are sound."""
        found = self.rows("PRAGMA wal_checkpoint(PASSIVE)")
        self.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        return max(int(found[0][1]), 0)  # -1: there is no log

    def integrity(self) -> list[str]:
        """Return what SQLite finds wrong with the file, each cell of an index compared with its table's."""
        return self._asked("integrity_check")

    def soundness(self, table: str | None = None) -> list[str]:
        """Return what SQLite finds wrong with the file, or a table of it, as it is read; nothing is good.

        Of a large file it looks at the pages alone, in half the time: `integrity` compares each index, too.
        """
        is_large = self.path.stat().st_size > COMPARED_WHOLE
        return self._asked("quick_check" if is_large else "integrity_check", table)

    def _asked(self, pragma: str, table: str | None = None) -> list[str]:
        size = self.path.stat().st_size
        if table is None and size % page_size(self.header):
            return ["it is cut off within a page"]
        what = f"({_LINES})" if table is None else f"({literal(self._tables[table].name)})"
        try:
            found = self.rows(f"PRAGMA {pragma}{what}", SECONDS + size / 10e6)
        except ReadError as error:
            return [plain(error)]
        lines = [line for (text,) in found for line in str(text).splitlines()]
        return [line for line in lines if line != "ok" and line[:3] != "***" and not _ODD_CELL.match(line)]

    def columns(self, table: str) -> tuple[dict[str, str], list[str]]:
        """Return the columns of a table by their names in lower case, and those that it would compute."""
        name = literal(self._tables[table].name)
        found = self.rows(f"SELECT name, hidden FROM pragma_table_xinfo({name})")
        return (
            {str(c).lower(): str(c) for c, hidden in found if not hidden},
            [str(c) for c, hidden in found if hidden],
        )

    def has_long_default(self, table: str) -> bool:
        """Say whether a row may be longer than it is stored: by what stands for a column added later."""
        name = literal(self._tables[table].name)
        found = self.rows(f"SELECT total(length(dflt_value)) FROM pragma_table_xinfo({name})")
        return bool(found[0][0] > _LONG_DEFAULTS)

    def n_rows(self, table: str) -> int:
        """Count the rows of a table in the table itself, not in an index of it."""
        name = identifier(self._tables[table].name)
        return int(self.rows(f"SELECT count(*) FROM {name} NOT INDEXED")[0][0])

    def n_counted(self, table: str) -> int | None:
        """Count the rows of a table as SQLite does, in its smallest index if it has one; None where it fails.

        A page of rows that is older than the rest is sound in itself: that it lacks rows shows here alone.
        """
        with contextlib.suppress(*ReadError):
            return int(self.rows(f"SELECT count(*) FROM {identifier(self._tables[table].name)}")[0][0])
        return None

    def is_empty(self, table: str) -> bool:
        """Say whether a table has no row; one that cannot be read may have some."""
        name = identifier(self._tables[table].name)
        with contextlib.suppress(*ReadError):
            return not self.rows(f"SELECT 1 FROM {name} NOT INDEXED LIMIT 1")
        return False

    def layout(self, table: str) -> tuple[int, str]:
        """Return the table's root page, and all that says how the bytes below it are to be read."""
        found = self._tables[table]
        name = literal(found.name)
        texts = self.rows(f"SELECT sql FROM sqlite_master WHERE type = 'table' AND name = {name}")
        facts = [self.rows(f"PRAGMA {name}") for name in ("encoding", "page_size")]
        return found.root, repr((texts, facts, found.root))

    def row_number(self, table: str, columns: dict[str, str]) -> str | None:
        """Return what the number of a row is called in a query; None where rows have none."""
        for name in ("rowid", "_rowid_", "oid"):
            if name not in columns:
                with contextlib.suppress(*ReadError):
                    self.rows(f"SELECT {name} FROM {identifier(self._tables[table].name)} LIMIT 0")
                    return name
                return None
        return None

    def batches(
        self,
        contract: Contract,
        names: dict[str, str],
        tally: Tally,
        *,
        number: str | None = None,
        span: Span = Span(),  # noqa: B008  a tuple does not change
        are_short: bool = False,
        is_guarded: bool = True,
    ) -> Iterator[pa.RecordBatch]:
        """Stream the columns `names` of a table.

        Parameters
        ----------
        contract, names
            What is wanted, and the names that its columns have in the file.
        tally
            Counts; is complete when the stream is.
        number
            What the number of a row is called, if it has one: it has to rise.
        span
            Only these rows, by their number.
        are_short
            No row is longer than a page: none has to be looked for, which takes a fifth of the reading.
        is_guarded
            What does not fit is marked, and ends no reading. It takes a fifth of the reading, too.

        Raises
        ------
        ReadError
            Where nothing is guarded: a cell does not fit, or a row cannot be read.
        """
        columns = [column for column in contract.columns if column.name in names]
        schema = pa.schema((c.name, pa.int64() if is_number(c) else pa.string()) for c in columns)
        source = self._source(contract.name, number, span)
        query = _query(source, columns, names, number, is_guarded=is_guarded)
        longest = (
            f"SELECT {page_size(self.header)}"
            if are_short
            else _longest(source, columns, names, self._most_bytes)
        )
        try:
            yield from self._batches(f"{query})", schema, tally, longest)
        except ReadError as error:
            if not is_guarded:
                raise
            tally.fault = plain(error)
            # The batch that met the fault is lost as a whole: take its rows singly, up to the damaged one.
            with contextlib.suppress(*ReadError):
                yield from self._batches(f"{query} LIMIT -1 OFFSET {tally.rows})", schema, tally)

    def example(self, table: str, column: Column, name: str) -> str:
        """Return one cell of another type than its column's, in words."""
        fitting = "integer" if is_number(column) else "text"
        cell = identifier(name)
        query = (
            f"SELECT typeof({cell}), coalesce(CAST(substr({cell}, 1, 40) AS BLOB), x'')"
            f" FROM {identifier(self._tables[table].name)} NOT INDEXED"
            f" WHERE typeof({cell}) NOT IN ('{fitting}', 'null') LIMIT 1"
        )
        found: list[tuple[Any, ...]] = []
        with contextlib.suppress(*ReadError):
            found = self.rows(query)
        return " ".join(
            f"{kind} {start if kind == 'blob' else start.decode(errors='replace')!r}" for kind, start in found
        )

    @property
    def _most_bytes(self) -> int:
        return _LEAST_BYTES + _GROWTH * self.path.stat().st_size

    def _source(self, table: str, number: str | None, span: Span) -> str:
        bounds = [f"{number} > {span.after}"] * (span.after is not None)
        bounds += [f"{number} <= {span.last}"] * (span.last is not None)
        where = f" WHERE {' AND '.join(bounds)}" if bounds else ""
        return f"{identifier(self._tables[table].name)} NOT INDEXED{where}"

    def _batches(
        self, query: str, schema: pa.Schema, tally: Tally, longest: str | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Stream a query, singly where nothing tells how long the longest row is."""
        import adbc_driver_sqlite

        left = self._most_bytes
        last: int | None = None
        with (
            adbc_driver_sqlite.connect(str(self.path)) as database,
            adbc_driver_manager.AdbcConnection(database) as connection,
        ):
            size = 1 if longest is None else _rows_at_once(connection, longest)
            with _streamed(connection, query, size) as reader:
                if reader.schema.types != [*schema.types, pa.int64()]:  # it takes the first rows together
                    raise DamageError("a cell is not of its column's type")
                for place, batch in enumerate(reader):
                    rows = batch.slice(1) if place == 0 else batch
                    left -= rows.nbytes
                    if left < 0:
                        raise DamageError("the table is larger than its file")
                    last = _checked_order(rows.columns[-1], last)
                    pairs = zip(rows.columns, schema.names, strict=False)
                    columns = [_cleaned(cells, name, tally) for cells, name in pairs]
                    tally.rows += rows.num_rows
                    yield pa.RecordBatch.from_arrays(columns, schema=schema)


def _query(
    source: str, columns: list[Column], names: dict[str, str], number: str | None, *, is_guarded: bool
) -> str:
    # The driver guesses types from its first rows: a first row of our own makes them certain.
    guide = ", ".join(["0" if is_number(column) else "''" for column in columns] + ["0"])
    if is_guarded:
        cells = [_guarded(column, names[column.name]) for column in columns] + [number or "0"]
    else:
        # The driver refuses what is no integer, and takes anything for a text: so a cell that is none turns
        # the number of its row into one. Numbers come before all texts in SQLite's order, bytes behind them.
        texts = [identifier(names[column.name]) for column in columns if not is_number(column)]
        odd = " OR ".join(f"{cell} < '' OR {cell} >= x''" for cell in texts) or "0"
        cells = [identifier(names[column.name]) for column in columns]
        cells.append(f"CASE WHEN {odd} THEN 'odd' ELSE {number or '0'} END")
    return f"SELECT {guide} UNION ALL SELECT * FROM (SELECT {', '.join(cells)} FROM {source}"


def _longest(source: str, columns: list[Column], names: dict[str, str], most_bytes: int) -> str:
    """Ask how long the texts of the longest row are, of as many rows as may be read: their heads tell."""
    texts = [f"coalesce(octet_length({identifier(names[c.name])}), 0)" for c in columns if not is_number(c)]
    n_most = most_bytes // (8 * (len(columns) + 1))  # a cell takes as much at least
    return f"SELECT max(n) FROM (SELECT {' + '.join(texts) or '0'} AS n FROM {source} LIMIT {n_most})"


@contextlib.contextmanager
def _streamed(
    connection: adbc_driver_manager.AdbcConnection, query: str, size: int
) -> Iterator[pa.RecordBatchReader]:
    """Run a query, so many rows at once: by the driver itself, for its cursors bring polars where that is."""
    with adbc_driver_manager.AdbcStatement(connection) as statement:
        statement.set_options(**{"adbc.sqlite.query.batch_rows": str(size)})
        statement.set_sql_query(query)
        with pa.RecordBatchReader.from_stream(statement.execute_query()[0]) as reader:
            yield reader


def _rows_at_once(connection: adbc_driver_manager.AdbcConnection, longest: str) -> int:
    """Return how many rows a batch may have."""
    try:
        with _streamed(connection, longest, 1) as reader:
            found = reader.read_all()[0][0].as_py() or 1
    except ReadError:
        return _FEW_ROWS
    return min(BATCH_ROWS, _BATCH_BYTES // found + 1)


def _is_table(kind: object, root: object, text: object) -> bool:
    """Say whether SQLite reads an entry as a table with rows; what kind it calls itself is no proof."""
    is_stored = isinstance(root, int) and root > 0
    return kind == "table" and is_stored and str(text).startswith("CREATE TABLE")


def _checked_order(numbers: pa.Array, last: int | None) -> int | None:
    """Return the last number of a batch; all 0: rows have none."""
    found = numbers.to_numpy()
    if not len(found) or not (found[0] or found[-1]):
        return last
    if (last is not None and found[0] <= last) or not np.all(found[1:] > found[:-1]):
        raise DamageError("the rows are not in their order: the file is damaged")
    return int(found[-1])


def _guarded(column: Column, name: str) -> str:
    cell = identifier(name)
    kind, mark = ("integer", str(INT_MARK)) if is_number(column) else ("text", literal(TEXT_MARK))
    return f"CASE typeof({cell}) WHEN '{kind}' THEN {cell} WHEN 'null' THEN NULL ELSE {mark} END"


def _cleaned(cells: pa.Array, name: str, tally: Tally) -> pa.Array:
    """Return `cells` with odd ones set to NULL, and count them."""
    import pyarrow.compute as pc  # makes its three hundred functions when it is imported

    is_text = pa.types.is_string(cells.type)
    if is_text:
        try:
            cells.validate(full=True)
        except pa.ArrowInvalid:
            cells = _without_broken(cells, name, tally)
    is_stray = pc.equal(cells, TEXT_MARK if is_text else INT_MARK)
    strays = is_stray.true_count
    if strays:
        tally.strays[name] = tally.strays.get(name, 0) + strays
        cells = pc.if_else(is_stray, pa.scalar(None, cells.type), cells)
    return cells


def _without_broken(cells: pa.Array, name: str, tally: Tally) -> pa.Array:
    whole: list[str | None] = []
    for cell in cells.cast(pa.binary()).to_pylist():
        try:
            whole.append(None if cell is None else cell.decode())
        except UnicodeDecodeError:
            whole.append(None)
            tally.broken[name] = tally.broken.get(name, 0) + 1
            tally.broken_example.setdefault(name, repr(cell[:40]))
    return pa.array(whole, pa.string())
