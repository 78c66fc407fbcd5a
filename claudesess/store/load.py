"""Pour one table of one file into the store, with its cells in the types that the contract promises."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from claudesess.contracts import FLAG, INT, RAW, TIME, Column, Contract
from claudesess.files import key
from claudesess.store.read import ReadError, SqliteFile, Tally, is_number, plain
from claudesess.text import count

_TYPES = {INT: "BIGINT", FLAG: "BOOLEAN", TIME: "TIMESTAMPTZ"}
#: Other writers say '' for the main thread; neither a session nor an agent is called nothing.
_FOLDED = {"session_id", "agent_id"}
#: Outside of these, infinity included, arithmetic on times overflows.
_EARLIEST, _LATEST = "TIMESTAMPTZ '1900-01-01'", "TIMESTAMPTZ '9999-01-01'"
_INCOMING = "incoming rows"


@dataclass(frozen=True)
class Problem:
    """Something that was not loaded, as a row of `Store.problems`."""

    db: str | None
    path: str
    table: str | None
    column: str | None
    problem: str
    severity: str = "warning"
    count: int | None = None
    example: str | None = None


def create_tables(engine: duckdb.DuckDBPyConnection) -> None:
    """Create the nine tables, empty."""
    for contract in RAW.values():
        columns = ", ".join(f'"{c.name}" {_TYPES.get(c.dtype, "VARCHAR")}' for c in contract.columns)
        engine.execute(f"CREATE TABLE {contract.name} ({columns})")


class TableLoader:
    """The loading of one table of one file; `tally` counts what was met."""

    def __init__(
        self, engine: duckdb.DuckDBPyConnection, file: SqliteFile, db: str, path: Path, contract: Contract
    ) -> None:
        self.contract = contract
        self.tally = Tally()
        self._engine, self._file, self._db, self._path = engine, file, db, path

    def load(self) -> list[Problem]:
        """Load the columns that are there, and return what is not, or was not of its type."""
        if self.contract.name not in self._file.tables:
            return [self._problem(None, "the table is missing")]
        try:
            there = self._file.columns(self.contract.name)
        except ReadError as error:  # a view over tables that are gone, a damaged page
            return [self._problem(None, f"the table cannot be read: {plain(error)}", "error")]
        own = {column.name: column for column in self.contract.columns[1:]}  # all but db
        names = {name: there[name] for name in own if name in there}
        problems = [self._problem(name, "the column is missing") for name in own if name not in there]
        problems += [
            self._problem(there[name], "the column is not of the schema and was left out", "info")
            for name in there
            if name not in own
        ]
        if names:
            self._insert(names)
            problems += self._odd_cells(names)
        return problems

    def _insert(self, names: dict[str, str]) -> None:
        columns = [self.contract.column(name) for name in names]
        targets = ", ".join(f'"{name}"' for name in ("db", *names))
        cells = ", ".join(map(_cell, columns))
        rows = self._file.batches(self.contract, names, self.tally)
        self._query(rows, f"INSERT INTO {self.contract.name} ({targets}) SELECT ?, {cells} FROM", [self._db])

    def _odd_cells(self, names: dict[str, str]) -> Iterator[Problem]:
        tally = self.tally
        if tally.fault:
            rows = count(tally.rows, "row")
            yield self._problem(None, f"the table is cut off after {rows}: {tally.fault}", "error")
        for name in filter(tally.strays.get, names):
            column = self.contract.column(name)
            example = self._file.example(self.contract.name, column, names[name])
            kind = "an integer" if is_number(column) else "text"
            yield self._problem(
                name, f"the cell is not {kind} and reads as NA", count=tally.strays[name], example=example
            )
        for name in filter(tally.broken.get, names):
            problem = "the text is not UTF-8 and reads as NA"
            example = tally.broken_example[name]
            yield self._problem(name, problem, count=tally.broken[name], example=example)
        for name in names:
            if self.contract.column(name).dtype == TIME:
                yield from self._unread_times(name, names[name])

    def _unread_times(self, name: str, own_name: str) -> Iterator[Problem]:
        query = f'SELECT count(*) FROM {self.contract.name} WHERE db = ? AND "{name}" IS NULL'
        nulls: int = self._engine.execute(query, [self._db]).fetchall()[0][0]
        unread = nulls - self.tally.nulls.get(name, 0)
        if unread:
            cell = _cell(self.contract.column(name))
            rows = self._file.batches(self.contract, {name: own_name}, Tally())
            first = f'SELECT max("{name}") FILTER ("{name}" IS NOT NULL AND {cell} IS NULL) FROM'
            example = self._query(rows, first, [])[0][0]
            problem = "the text is not a time and reads as NA"
            yield self._problem(name, problem, count=unread, example=example)

    def _query(self, rows: object, query: str, params: list[str]) -> list[tuple[str]]:
        self._engine.register(_INCOMING, rows)
        try:
            found: list[tuple[str]] = self._engine.execute(f'{query} "{_INCOMING}"', params).fetchall()
        finally:
            self._engine.unregister(_INCOMING)
        return found

    def _problem(self, column: str | None, problem: str, severity: str = "warning", **cells: Any) -> Problem:
        return Problem(self._db, key(self._path), self.contract.name, column, problem, severity, **cells)


def _cell(column: Column) -> str:
    name = f'"{column.name}"'
    if column.dtype == TIME:
        time = f"try_cast({name} AS TIMESTAMPTZ)"
        return f"CASE WHEN {time} BETWEEN {_EARLIEST} AND {_LATEST} THEN {time} END"
    if column.dtype == FLAG:
        return f"CAST({name} AS BOOLEAN)"
    return f"nullif({name}, '')" if column.name in _FOLDED else name
