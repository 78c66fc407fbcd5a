"""Open databases: find them, copy each, pour its tables into a store, note what could not be read."""

from __future__ import annotations

import tempfile
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import duckdb
import pandas as pd
from claudesess_collector.vocabulary import OWN_PREFIX

from claudesess.contracts import DATABASES, PROBLEMS, RAW
from claudesess.errors import ClaudesessError, DatabaseError, NothingFoundError
from claudesess.files import key
from claudesess.store import copy, find
from claudesess.store.engine import Store
from claudesess.store.load import Problem, TableLoader, create_tables
from claudesess.store.read import ReadError, SqliteFile, plain

_DAMAGED = "Copy what is left with `sqlite3 FILE .recover`, or restore a backup."


def open_store(*paths: str | Path) -> Store:
    """Read session databases into one store; the files stay untouched, and may be in use.

    Parameters
    ----------
    *paths
        Files, folders (searched at every depth for ``.claude-session.db``) and globs.

    Returns
    -------
    Store
        All rows committed at the moment of opening, each with `db`, the label of its file. What could not be
        read is in `Store.problems`; a file that cannot be read does not lose the others.

    Raises
    ------
    NothingFoundError
        No database at any of the places, or none was named.
    DatabaseError
        None of the databases could be read; the message says which, why, and what to do.

    Examples
    --------
    >>> from claudesess import open_store, samples
    >>> open_store(samples.sample_path("other-writer")).databases.db.tolist()
    ['other-writer']
    """
    files, faults = _found(paths)
    problems = [Problem(None, key(fault.path), None, None, fault.problem, "error") for fault in faults]
    store = Store()
    create_tables(store._engine)
    opened = []
    for db, path in zip(find.labels(files), files, strict=True):
        try:
            one, odd = _load(store._engine, db, path)
            opened.append(one)
            problems += odd
        except DatabaseError as fault:
            faults.append(fault)
            problems.append(Problem(db, key(path), None, None, fault.problem, "error"))
    if not opened:
        store.close()
        raise _nothing_opened(files, faults)
    store.databases = DATABASES.cast(pd.DataFrame([one.row() for one in opened], columns=DATABASES.names))
    names = [field.name for field in fields(Problem)]
    store.problems = PROBLEMS.cast(pd.DataFrame([astuple(p) for p in problems], columns=names))
    return store


def _found(paths: tuple[str | Path, ...]) -> tuple[list[Path], list[DatabaseError]]:
    if not paths:
        raise NothingFoundError(
            "No path was given. Name a file, a folder or a glob: open_store('~/projects')."
        )
    files: dict[Path, Path] = {}
    faults: list[DatabaseError] = []
    for path in paths:
        if not isinstance(path, str | Path) or not str(path):
            raise NothingFoundError(
                f"{path!r} is no path. Name each as text: open_store('a.db', '~/projects')."
            )
        found, unfound = find.databases(path)
        faults += unfound
        for file in found:
            files.setdefault(file.resolve(), file)
    return list(files.values()), faults


def _nothing_opened(files: list[Path], faults: list[DatabaseError]) -> ClaudesessError:
    message = "\n".join(str(fault) for fault in faults)
    if not files:
        return NothingFoundError(message)
    return faults[0] if len(faults) == 1 else ClaudesessError(f"No database could be read:\n{message}")


@dataclass(frozen=True)
class _Opened:
    """One database that was opened: a row of `Store.databases`."""

    db: str
    path: str
    bytes: int
    writer: str | None
    n_rows: dict[str, int]  # of each table

    def row(self) -> tuple[str | int | None, ...]:
        """Return the cells, in the order of the contract."""
        counts = (self.n_rows[name] for name in RAW)
        return (self.db, self.path, self.bytes, self.writer, *counts)


def _load(engine: duckdb.DuckDBPyConnection, db: str, path: Path) -> tuple[_Opened, list[Problem]]:
    """Load all of one file or nothing; return what was opened, and its problems."""
    with tempfile.TemporaryDirectory(prefix="claudesess-") as folder:
        taken = copy.take(path, Path(folder))
        size = sum(file.stat().st_size for file in Path(folder).iterdir())
        engine.begin()
        try:
            with SqliteFile(taken) as file:
                if not file.tables & RAW.keys():
                    raise DatabaseError(
                        path, "holds none of the nine tables", "Name a .claude-session.db file."
                    )
                loaders = [TableLoader(engine, file, db, path, contract) for contract in RAW.values()]
                problems = [problem for loader in loaders for problem in loader.load()]
                problems += _other_tables(file, db, path)
        except ReadError as error:
            engine.rollback()
            raise DatabaseError(path, f"is damaged or cut off ({plain(error)})", _DAMAGED) from error
        except BaseException:
            engine.rollback()
            raise
        engine.commit()
    writer = "SELECT any_value(value) FROM project_state WHERE db = ? AND key = 'schema_writer'"
    found: str | None = engine.execute(writer, [db]).fetchall()[0][0]
    n_rows = {loader.contract.name: loader.tally.rows for loader in loaders}
    return _Opened(db, key(path), size, found, n_rows), problems


def _other_tables(file: SqliteFile, db: str, path: Path) -> list[Problem]:
    return [
        Problem(db, key(path), name, None, "the table is not of the schema and was left out", "info")
        for name in sorted(file.tables)
        if name not in RAW and not name.startswith(("sqlite_", OWN_PREFIX))
    ]
