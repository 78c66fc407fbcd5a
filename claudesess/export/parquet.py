"""A store as a lake: every relation as Parquet, by project and day, and only what has changed is written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

import claudesess
from claudesess.contracts import RAW, RELATIONS, TIME, Contract
from claudesess.errors import ClaudesessError, DatabaseError
from claudesess.export import manifest, version
from claudesess.export.version import Version
from claudesess.pseudonyms import Level, Pseudonyms
from claudesess.pseudonyms import key as key_of
from claudesess.store import lake
from claudesess.store.engine import rules
from claudesess.store.lake import LakeDatabase, LakeFile, Manifest, Pseudonymous
from claudesess.store.load import Problem

if TYPE_CHECKING:
    from claudesess.store import Store
    from claudesess.store.shelf import State

_NAME = 24  # of the digits of a digest


class Exported(NamedTuple):
    """What an export did.

    Attributes
    ----------
    folder
        The lake.
    n_databases, n_read
        How many it holds, and how many of these were read for it: the others have not changed.
    n_files, n_written
        How many files it holds, and how many of these are new.
    gone
        Paths of databases that it held and holds no more: they are not in the store.
    """

    folder: Path
    n_databases: int
    n_read: int
    n_files: int
    n_written: int
    gone: tuple[str, ...]


class _Rows(NamedTuple):
    """The rows of a relation that go into one file."""

    relation: str
    db: str
    day: str | None
    table: pa.Table


def export_parquet(
    store: Store,
    folder: str | Path,
    *,
    anonymise: bool = False,
    level: Level = "equal",
    key: str | Path | None = None,
) -> Exported:
    """Write a store as a lake: Parquet files that DuckDB, polars, pyarrow and Spark read by themselves.

    Parameters
    ----------
    store
        An open store. The lake holds exactly what the store holds.
    folder
        A new folder, or an earlier lake, into which only what has changed is written.
    anonymise
        Turn every text into a pseudonym, except words of the field, numbers, times and versions.
    level
        ``"equal"``: equal texts get equal pseudonyms. ``"dropped"``: all prose reads alike.
    key
        A file with the key of the pseudonyms, made if there is none; None for the user's own.

    Returns
    -------
    Exported
        What was done.

    Raises
    ------
    ClaudesessError
        The folder holds other things, or a lake that is anonymised otherwise; it cannot be written; the key
        cannot be used.

    Examples
    --------
    >>> import tempfile
    >>> from claudesess import open_store, samples
    >>> place = tempfile.TemporaryDirectory()
    >>> done = export_parquet(samples.open_sample("retry"), place.name)
    >>> done.n_databases, done.n_read, done.n_written == done.n_files
    (1, 1, True)
    >>> open_store(place.name).sql("SELECT count(*) AS n FROM error_chains").n.tolist()
    [2]
    """
    place = Path(folder).expanduser()
    pseudonyms = (
        Pseudonyms(key_of(None if key is None else Path(key).expanduser()), level) if anonymise else None
    )
    with version.alone(place):
        before = _before(place)
        _check_alike(place, before, pseudonyms)
        return _export(store, place, before, pseudonyms)


def _before(place: Path) -> Manifest | None:
    try:
        return lake.read(place).manifest if lake.is_lake(place) else None
    except DatabaseError:
        return None  # a damaged one is written anew


def _check_alike(place: Path, before: Manifest | None, pseudonyms: Pseudonyms | None) -> None:
    if before is None or before.pseudonyms == _mark(pseudonyms):
        return
    has = "not anonymised" if before.pseudonyms is None else "anonymised with another key or level"
    if pseudonyms is None:
        has = "anonymised"
    raise ClaudesessError(f"{place} holds a lake that is {has}. Name another folder.")


def _mark(pseudonyms: Pseudonyms | None) -> Pseudonymous | None:
    return None if pseudonyms is None else Pseudonymous(pseudonyms.level, pseudonyms.mark())


def _export(store: Store, place: Path, before: Manifest | None, pseudonyms: Pseudonyms | None) -> Exported:
    states = store.states()
    names = [_state_name(one, pseudonyms) for one in states]
    with version.written(place) as fresh:
        kept = _kept(fresh, before)
        todo = [one.db for one, name in zip(states, names, strict=True) if name not in kept]
        problems: dict[str, list[Problem]] = {}
        files = [file for name in names if name in kept for file in kept[name].files]
        for file in files:
            fresh.keep(file.path)
        if todo:
            with _of(store, todo, len(states)) as source:
                problems = _problems(source, todo)
                files += _written(fresh, source, pseudonyms)
        databases = [
            kept[name].database
            if name in kept
            else manifest.database(one, name, problems[one.db], pseudonyms)
            for one, name in zip(states, names, strict=True)
        ]
        files += _of_no_rows(fresh, files)
        fresh_manifest = Manifest(
            claudesess.__version__,
            rules(),
            _mark(pseudonyms),
            manifest.relations(),
            tuple(databases),
            manifest.unread(store.unread(), pseudonyms),
            tuple(sorted(files)),
        )
        if fresh_manifest != before or fresh.n_written:
            fresh.commit(fresh_manifest.text(), RELATIONS)
    there = {one.path for one in databases}
    gone = [one.path for one in (before.databases if before else ()) if one.path not in there]
    return Exported(place, len(states), len(todo), len(files), fresh.n_written, tuple(gone))


class _Kept(NamedTuple):
    """What the export before has of a database."""

    database: LakeDatabase
    files: list[LakeFile]


def _kept(fresh: Version, before: Manifest | None) -> dict[str, _Kept]:
    """Return the databases of the export before, by their states; those all of whose files are sound."""
    if before is None:
        return {}
    files: dict[str, list[LakeFile]] = {}
    for file in before.files:
        files.setdefault(file.db, []).append(file)
    found = [_Kept(one, files.get(one.db, [])) for one in before.databases if one.state]
    return {one.database.state: one for one in found if all(map(fresh.is_sound, one.files))}


def _state_name(state: State, pseudonyms: Pseudonyms | None) -> str:
    """Name all that the files of a database depend on; nothing where its state has no name."""
    depends = (state, _mark(pseudonyms), rules(), claudesess.__version__, lake.FORMAT)
    return hashlib.sha256(repr(depends).encode()).hexdigest() if state.moment else ""


@contextmanager
def _of(store: Store, labels: list[str], n_all: int) -> Iterator[Store]:
    """Return a store of some databases, sharing what was read."""
    if len(labels) == n_all:
        yield store
        return
    some = store.of(labels)
    try:
        yield some
    finally:
        some.leave()


def _problems(source: Store, labels: list[str]) -> dict[str, list[Problem]]:
    found: dict[str, list[Problem]] = {label: [] for label in labels}
    for row in source.problems.astype(object).itertuples(index=False):
        cells: list[Any] = [None if pd.isna(cell) else cell for cell in row]
        if cells[0] in found:
            found[cells[0]].append(Problem(None, "", *cells[2:]))
    return found


def _written(fresh: Version, source: Store, pseudonyms: Pseudonyms | None) -> list[LakeFile]:
    """Write all relations of a store."""
    if pseudonyms is not None:
        # Derived relations are made of pseudonyms, too: what is not in the tables cannot leak.
        tables = {name: pseudonyms.table(_whole_names(source.arrow(name), name)) for name in RAW}
        with type(source).from_frames(**tables) as anonymised:
            return _written(fresh, anonymised, None)
    roots = source.sql("SELECT db, project FROM _project_roots").dropna()
    projects = dict(zip(roots["db"], roots["project"], strict=True))
    starts = _starts(source)
    return [
        _put(fresh, _partition(projects.get(rows.db, rows.db), rows.day), rows)
        for name, contract in RELATIONS.items()
        for rows in _split(source.arrow(name), contract, starts)
    ]


def _whole_names(table: pa.Table, name: str) -> pa.Table:
    """Let an approach name its file as its row does: a part of a name has another pseudonym."""
    if name != "failed_paths":
        return table
    pseudonyms = [
        _with_file(approach, file)
        for approach, file in zip(table["approach"].to_pylist(), table["file_path"].to_pylist(), strict=True)
    ]
    return table.set_column(
        table.schema.names.index("approach"), "approach", pa.array(pseudonyms, pa.string())
    )


def _with_file(approach: str | None, file: str | None) -> str | None:
    operation, _, rest = (approach or "").partition(" ")
    named, colon, line = rest.partition(": ")
    is_part = file is not None and file.endswith(f"/{named}")
    return f"{operation} {file}{colon}{line}" if is_part and named else approach


def _put(fresh: Version, partition: str, rows: _Rows) -> LakeFile:
    sink = pa.BufferOutputStream()
    # Parquet's own types say it all; a second schema in each of many small files would be half of it.
    pq.write_table(rows.table, sink, compression="zstd", store_schema=False)
    content = sink.getvalue().to_pybytes()
    digest = hashlib.sha256(content).hexdigest()
    path = f"{rows.relation}/{partition}/{digest[:_NAME]}.parquet"
    fresh.put(path, content)
    return LakeFile(path, rows.relation, rows.db, rows.table.num_rows, len(content), digest)


def _partition(project: str | None, day: str | None) -> str:
    return f"{lake.folder(lake.PROJECT, project)}/{lake.folder(lake.DAY, day)}"


def _of_no_rows(fresh: Version, files: list[LakeFile]) -> list[LakeFile]:
    """Write a file of no rows for each relation that has none, so that everybody finds its columns."""
    there = {file.relation for file in files}
    partitions = (file.path.partition("/")[2].rpartition("/")[0] for file in files)
    some = min(partitions, default=_partition(None, None))
    return [
        _put(fresh, some, _Rows(name, "", None, lake.file_schema(contract).empty_table()))
        for name, contract in RELATIONS.items()
        if name not in there
    ]


def _starts(source: Store) -> dict[str, str | None]:
    """Return the day on which each session began, by `_session_key`."""
    table = source.arrow("sessions")
    days = table["started_at"].cast(pa.date32()).cast(pa.string()).to_pylist()
    return dict(zip(_session_key(table).to_pylist(), days, strict=True))


def _session_key(table: pa.Table) -> pa.ChunkedArray:
    return pc.binary_join_element_wise(table["db"], table["session_id"], "\0")


def _split(table: pa.Table, contract: Contract, starts: dict[str, str | None]) -> Iterator[_Rows]:
    """Yield the rows of a relation by database and day, in their order."""
    if not table.num_rows:
        return
    days, names = pd.factorize(_days(table, contract, starts), use_na_sentinel=False)
    labels, dbs = pd.factorize(np.array(table["db"].to_pylist(), dtype=object))
    if contract.name in RAW:
        place = pd.Series(labels).groupby(labels).cumcount().to_numpy()
        table = table.append_column(lake.PLACE, pa.array(place, pa.int64()))
    codes = labels * len(names) + days
    order = np.argsort(codes, kind="stable")
    ends = np.flatnonzero(np.diff(codes[order], append=-1)) + 1
    ordered, start = table.take(pa.array(order)), 0
    for end in ends.tolist():
        label, day = divmod(int(codes[order[start]]), len(names))
        is_known = isinstance(names[day], str)
        yield _Rows(
            contract.name, dbs[label], names[day] if is_known else None, ordered.slice(start, end - start)
        )
        start = end


def _days(table: pa.Table, contract: Contract, starts: dict[str, str | None]) -> np.ndarray:
    """Return the day of each row: its session's, or, where it is of none, its own; None where it has none."""
    times = [table[column.name] for column in contract.columns if column.dtype == TIME]
    own = pc.coalesce(*times).cast(pa.date32()).cast(pa.string())
    if "session_id" not in contract.names:
        return np.array(own.to_pylist(), dtype=object)
    sessions = _session_key(table).combine_chunks().dictionary_encode()
    pseudonyms = pa.array([starts.get(one) for one in sessions.dictionary.to_pylist()], pa.string())
    days = pc.if_else(table["session_id"].is_valid(), pseudonyms.take(sessions.indices), own)
    return np.array(days.to_pylist(), dtype=object)
