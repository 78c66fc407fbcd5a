"""Read the tables of one SQLite file as Arrow batches whose types are promised, whatever its cells hold."""

from __future__ import annotations

import contextlib
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import adbc_driver_sqlite.dbapi as sqlite
import pyarrow as pa
import pyarrow.compute as pc

from claudesess.contracts import FLAG, INT, Column, Contract

BATCH_ROWS = 32_768
#: SQLite types cells, not columns. A cell of the wrong type comes through the stream as one of these marks,
#: so that it can be counted without a second reading of the table.
TEXT_MARK = f"stray cell {secrets.token_hex(8)}"
INT_MARK = -(2**63) + 104_729


#: What the driver raises when a file, a table or a row cannot be read.
ReadError = (OSError, sqlite.Error)


def plain(error: BaseException) -> str:
    """Return the reason that SQLite gives, without what the driver wraps around it."""
    return re.sub(r"^.*(\[SQLite\]|step query:) ", "", str(error).splitlines()[0])


@dataclass
class Tally:
    """What was met while a table was read."""

    rows: int = 0
    nulls: dict[str, int] = field(default_factory=dict)  # after the odd cells became NULL
    strays: dict[str, int] = field(default_factory=dict)  # cells of another type than the column's
    broken: dict[str, int] = field(default_factory=dict)  # text that is no UTF-8
    broken_example: dict[str, str] = field(default_factory=dict)
    fault: str = ""  # the table could not be read to its end


class SqliteFile:
    """One connection to one SQLite file, in one transaction.

    Raises
    ------
    ReadError
        The file cannot be opened as a database.
    """

    def __init__(self, path: Path) -> None:
        self._connection = sqlite.connect(str(path))
        self._tables = {
            str(name).lower(): str(name)
            for (name,) in self.rows("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
        }

    @property
    def tables(self) -> set[str]:
        """The tables and views that are there, in lower case."""
        return set(self._tables)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return all rows of a small query."""
        with self._connection.cursor() as cursor:
            cursor.execute(query)
            return list(cursor.fetchall())

    def columns(self, table: str) -> dict[str, str]:
        """Return the columns of a table or view, by their names in lower case."""
        name = _text_literal(self._tables[table])
        return {str(c).lower(): str(c) for (c,) in self.rows(f"SELECT name FROM pragma_table_xinfo({name})")}

    def batches(self, contract: Contract, names: dict[str, str], tally: Tally) -> pa.RecordBatchReader:
        """Stream the columns `names` of a table; `tally` counts, and is complete when the stream is."""
        columns = [column for column in contract.columns if column.name in names]
        types = [(column.name, pa.int64() if is_number(column) else pa.string()) for column in columns]
        schema = pa.schema(types)
        query = self._query(contract.name, columns, names)
        return pa.RecordBatchReader.from_batches(schema, self._stream(query, schema, tally))

    def example(self, table: str, column: Column, name: str) -> str:
        """Return one cell of another type than its column's, in words."""
        fitting = "integer" if is_number(column) else "text"
        cell = _identifier(name)
        query = (
            f"SELECT typeof({cell}), coalesce(CAST(substr({cell}, 1, 40) AS BLOB), x'')"
            f" FROM {_identifier(self._tables[table])}"
            f" WHERE typeof({cell}) NOT IN ('{fitting}', 'null') LIMIT 1"
        )
        found: list[tuple[Any, ...]] = []
        with contextlib.suppress(*ReadError):
            found = self.rows(query)
        return " ".join(
            f"{kind} {start if kind == 'blob' else start.decode(errors='replace')!r}" for kind, start in found
        )

    def _query(self, table: str, columns: list[Column], names: dict[str, str]) -> str:
        # The driver guesses types from its first rows: a first row of our own makes them certain.
        guide = ", ".join("0" if is_number(column) else "''" for column in columns)
        cells = ", ".join(_guarded(column, names[column.name]) for column in columns)
        return (
            f"SELECT {guide} UNION ALL SELECT * FROM (SELECT {cells} FROM {_identifier(self._tables[table])}"
        )

    def _stream(self, query: str, schema: pa.Schema, tally: Tally) -> Iterator[pa.RecordBatch]:
        try:
            yield from self._batches(f"{query})", schema, tally, BATCH_ROWS)
        except ReadError as error:
            tally.fault = plain(error)
            # The batch that met the fault is lost as a whole: take its rows singly, up to the damaged one.
            with contextlib.suppress(*ReadError):
                yield from self._batches(f"{query} LIMIT -1 OFFSET {tally.rows})", schema, tally, 1)

    def _batches(self, query: str, schema: pa.Schema, tally: Tally, size: int) -> Iterator[pa.RecordBatch]:
        with self._connection.cursor() as cursor:
            cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": str(size)})
            cursor.execute(query)
            for number, batch in enumerate(cursor.fetch_record_batch()):
                rows = batch.slice(1) if number == 0 else batch
                pairs = zip(rows.columns, schema.names, strict=True)
                columns = [_cleaned(cells, name, tally) for cells, name in pairs]
                tally.rows += rows.num_rows
                yield pa.RecordBatch.from_arrays(columns, schema=schema)


def is_number(column: Column) -> bool:
    """Say whether SQLite holds the column as integers."""
    return column.dtype in (INT, FLAG)


def _guarded(column: Column, name: str) -> str:
    cell = _identifier(name)
    kind, mark = ("integer", str(INT_MARK)) if is_number(column) else ("text", _text_literal(TEXT_MARK))
    return f"CASE typeof({cell}) WHEN '{kind}' THEN {cell} WHEN 'null' THEN NULL ELSE {mark} END"


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text_literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _cleaned(cells: pa.Array, name: str, tally: Tally) -> pa.Array:
    """Return `cells` with odd ones set to NULL, and count them."""
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
    tally.nulls[name] = tally.nulls.get(name, 0) + cells.null_count
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
