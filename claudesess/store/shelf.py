"""The databases of a store, each as it was when it was opened; a table is read when it is first asked for.

Until then a private copy holds the moment, or what the cache kept of it: docs/decisions/lazy-store.md.
"""

from __future__ import annotations

import copy as copying
import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple, TypeVar

import duckdb
from claudesess_collector.vocabulary import OWN_PREFIX

from claudesess.contracts import FLAG, INT, RAW, TIME, Contract
from claudesess.errors import ClaudesessError, DatabaseError
from claudesess.files import key
from claudesess.store import cache as caching
from claudesess.store import copy, load
from claudesess.store.cache import Cache, Entry, digest
from claudesess.store.lake import Lake
from claudesess.store.load import Part, Plan, Problem, TableFacts
from claudesess.store.read import ReadError, Span, SqliteFile, plain
from claudesess.store.tally import Tally

TYPES = {INT: "BIGINT", FLAG: "BOOLEAN", TIME: "TIMESTAMPTZ"}
#: Readers of files at once; the engine reads Parquet with threads of its own.
READERS = min(os.cpu_count() or 1, 4)
_DAMAGED = "Copy what is left with `sqlite3 FILE .recover`, or restore a backup."
#: A log that is copied while somebody writes may look damaged; one at rest is.
_COPIES = 5
_WRITER = "SELECT value FROM project_state NOT INDEXED WHERE key = 'schema_writer' AND typeof(value) = 'text'"
_GLOBBING = set("*?[")

One = TypeVar("One")
Other = TypeVar("Other")


class State(NamedTuple):
    """What is known of a database without reading its tables."""

    db: str
    path: str
    bytes: int
    writer: str | None
    moment: str  # equal for equal content; empty where it has no name


class Database(NamedTuple):
    """One database that was opened, with the number of rows of each of the nine tables, in their order."""

    db: str
    path: str
    bytes: int
    writer: str | None
    counts: list[int]


@dataclass
class Source:
    """One database: what is known of it so far, and where the rest comes from."""

    db: str
    path: Path
    folder: Path  # for the Parquet files of this database
    bytes: int = 0
    moment: str = ""  # empty: what is read of it cannot be kept
    writer: str | None = None
    others: tuple[Problem, ...] = ()  # what is said of the file beside its tables
    damage: dict[str, str] | None = None  # by table; None: nobody has looked yet
    tables: dict[str, TableFacts] = field(default_factory=dict)
    kept: dict[str, TableFacts] = field(default_factory=dict)  # in the cache, of this very moment
    before: dict[str, TableFacts] = field(default_factory=dict)  # in the cache, of an earlier moment
    file: SqliteFile | None = None
    is_news: bool = False  # something was read that the cache has not
    lake: Lake | None = None  # it is no file of its own
    db_there: str = ""  # its label in the lake

    def problems(self) -> Iterator[Problem]:
        """Yield what is known not to be loaded, in the order of the tables."""
        tables = {name: self.tables.get(name) or self.kept.get(name) for name in RAW}
        found = [problem for facts in tables.values() if facts for problem in facts.problems]
        for problem in (*found, *self.others):
            yield replace(problem, db=self.db, path=key(self.path))


class Shelf:
    """All databases of a store, in their order; `folder` is where the store keeps what it reads."""

    def __init__(self, cache: Cache | None) -> None:
        self.cache, self.folder = _working_folder(cache)
        self._in_use = caching.hold(self.folder)
        self.tables = self.folder / "tables"
        self.tables.mkdir()
        (self.folder / "spill").mkdir(mode=0o700)
        self.sources: list[Source] = []
        self._labels: list[str] = []
        self._faults: list[tuple[int, Problem]] = []  # with the number of databases that stand before it

    def open(self, found: list[tuple[str, Path]], unfound: list[DatabaseError]) -> list[DatabaseError]:
        """Open databases, each by its label; return what was wrong with those that could not be."""
        self._labels = [db for db, _ in found]
        self._faults = [(-1, _fault(None, fault.path, fault)) for fault in unfound]
        all_of_them = [
            Source(db, path, self.tables / f"db={number}") for number, (db, path) in enumerate(found)
        ]
        faults = []
        for source, fault in zip(all_of_them, _each(self._opened, all_of_them), strict=True):
            if fault is None:
                self.sources.append(source)
            else:
                faults.append(fault)
                self._faults.append((len(self.sources), _fault(source.db, source.path, fault)))
        return faults

    def add(self, found: list[tuple[str, Lake, str]]) -> None:
        """Add databases out of lakes: the label of each, its lake, and its label there."""
        for lake in {id(lake): lake for _, lake, _ in found}.values():
            self._faults += [(-1, problem) for problem in lake.manifest.unread]
        for number, (db, lake, db_there) in enumerate(found, len(self._labels)):
            there = lake.database(db_there)
            source = Source(db, Path(there.path), self.tables / f"db={number}", there.bytes, "", there.writer)
            source.folder.mkdir()
            source.others = tuple(one for one in there.problems if one.table not in RAW)
            source.lake, source.db_there = lake, db_there
            self.sources.append(source)
            self._labels.append(db)

    def part(self, labels: Collection[str]) -> Shelf:
        """Return a shelf of some of the databases, which are still these: it is not to be closed."""
        part = copying.copy(self)
        part.sources = [source for source in self.sources if source.db in labels]
        part._faults = []
        return part

    def states(self) -> list[State]:
        """Return what is known of the databases without reading any table."""
        return [State(one.db, key(one.path), one.bytes, one.writer, one.moment) for one in self.sources]

    def unread(self) -> list[Problem]:
        """Return which places were named, and could not be read."""
        return [problem for _, problem in self._faults]

    def only(self, labels: set[str]) -> None:
        """Let go of all databases but those with these labels."""
        for source in self.sources:
            if source.db not in labels:
                _let_go(source)
        self.sources = [source for source in self.sources if source.db in labels]

    def select(self, name: str) -> str:
        """Read a table of every database; return a SELECT of its rows."""
        contract = RAW[name]
        self._read(contract, self.sources)
        files = [
            str(source.folder / part.name) for source in self.sources for part in source.tables[name].parts
        ]
        return _rows(contract, files, self._labels)

    def derived(self, name: str, query: str, tables: tuple[str, ...]) -> str:
        """Make a relation of some tables of each database; return a SELECT of its rows.

        It lies beside the tables and is kept with them: what it costs is paid once.
        """
        for table in tables:
            self._read(RAW[table], self.sources)
        rules = digest(query.encode())
        with duckdb.connect(config={"threads": 1}) as engine:
            _each(lambda source: self._derive(engine, source, name, query, tables, rules), self.sources)
        files = [
            str(source.folder / part.name) for source in self.sources for part in source.tables[name].parts
        ]
        return _select("* EXCLUDE (db)", files, self._labels)

    def keep(self) -> None:
        """Keep in the cache what was read since the last time."""
        news = [source for source in self.sources if source.is_news and source.moment]
        if self.cache is None or not news:
            return
        for source in news:
            now = {
                name: replace(facts, moment=source.moment)
                for name, facts in (source.kept | source.tables).items()
            }
            tables = source.before | now
            entry = Entry(
                source.moment, source.bytes, source.writer, source.others, source.damage or {}, tables
            )
            self.cache.keep(source.path, entry, source.folder)
            source.is_news = False
        self.cache.trim()

    def databases(self) -> list[Database]:
        """Return what was opened; counts rows where a table was not read yet."""
        counts = _each(self._counts, self.sources)
        return [
            Database(source.db, key(source.path), source.bytes, source.writer, count)
            for source, count in zip(self.sources, counts, strict=True)
        ]

    def problems(self) -> list[Problem]:
        """Return what was not loaded; tables of which the cache does not know are read for it."""
        for name, contract in RAW.items():
            self._read(contract, [source for source in self.sources if name not in source.kept])
        return list(self._known_problems())

    def n_problems(self) -> int:
        """Count the problems that are known without reading more."""
        return len(list(self._known_problems()))

    def close(self) -> None:
        """Let go of everything."""
        for source in self.sources:
            _let_go(source)
        if self._in_use is not None:
            with suppress(OSError):
                os.close(self._in_use)
            self._in_use = None
        shutil.rmtree(self.folder, ignore_errors=True)

    def _known_problems(self) -> Iterator[Problem]:
        for number in range(-1, len(self.sources) + 1):
            yield from (problem for place, problem in self._faults if place == number)
            if 0 <= number < len(self.sources):
                yield from self.sources[number].problems()

    def _opened(self, source: Source) -> DatabaseError | None:
        try:
            source.folder.mkdir()
            self._open(source)
        except DatabaseError as fault:
            _let_go(source)
            return fault
        except OSError as error:
            _let_go(source)
            return DatabaseError(source.path, f"cannot be copied ({error})", "Check the disk, and TMPDIR.")
        return None

    def _open(self, source: Source) -> None:
        moment = copy.moment(source.path)
        entry = self.cache.entry(source.path) if self.cache is not None and moment else None
        if entry is not None and entry.moment == moment and entry.is_complete:
            is_there = all(self._is_linked(source, facts) for facts in entry.of_moment.values())
            if is_there and copy.moment(source.path) == moment:
                _remember(source, entry)
                return
        self._take(source)
        if entry is not None and entry.moment == source.moment:
            _remember(source, entry)
        elif entry is not None:
            source.before = dict(entry.tables)

    def _take(self, source: Source) -> None:
        """Take a copy of the database as it is now, with its log moved into it."""
        path, folder = source.path, self.folder / f"copy of {source.folder.name}"
        for _ in range(_COPIES):
            _let_go(source)
            folder.mkdir()
            moment = copy.moment(path)
            taken = copy.take(path, folder)
            source.bytes = sum(file.stat().st_size for file in folder.iterdir())
            n_committed = copy.n_committed(taken)
            try:
                source.file = SqliteFile(taken)
                is_whole = n_committed <= source.file.merged_frames()
                source.writer = _writer(source.file)
            except ReadError as error:
                raise DatabaseError(path, f"is damaged or cut off ({plain(error)})", _DAMAGED) from error
            source.moment = moment if moment and copy.moment(path) == moment else ""
            if is_whole or source.moment:
                break
        file = _file(source)
        if not file.tables & RAW.keys():
            raise DatabaseError(path, "holds none of the nine tables", "Name a .claude-session.db file.")
        problem = "the log is damaged: rows that were written last are missing"
        source.others = (
            *([] if is_whole else [Problem(None, "", None, None, problem, "error")]),
            *_other_tables(file),
        )

    def _is_linked(self, source: Source, facts: TableFacts) -> bool:
        """Link the parts of a table, which nobody changes, from the cache; False where one is gone."""
        if self.cache is None:
            return False
        for part in facts.parts:
            target = source.folder / part.digest
            if not target.exists() and not self.cache.take(source.path, part, target):
                return False
        return True

    def _from_cache(self, source: Source, facts: TableFacts | None) -> TableFacts | None:
        """Return a table as the cache has it, if its files are as they were written."""
        if facts is None or not self._is_linked(source, facts):
            return None
        parts = tuple(part._replace(name=part.digest) for part in facts.parts)
        try:
            if any(caching.digest_of(source.folder / part.name) != part.digest for part in parts):
                self._forget(source)
                return None
        except OSError:
            return None
        return replace(facts, parts=parts)

    def _forget(self, source: Source) -> None:
        if self.cache is not None:
            self.cache.forget(source.path)
        for file in source.folder.iterdir():
            is_in_use = any(
                file.name == part.name for facts in source.tables.values() for part in facts.parts
            )
            if not is_in_use:
                file.unlink()

    def _read(self, contract: Contract, sources: list[Source]) -> None:
        """Read a table of those databases of which it is not read yet."""
        name = contract.name
        wanted = [source for source in sources if name not in source.tables]
        for source in wanted:
            if source.lake is not None:
                source.tables[name] = source.lake.table(source.db_there, contract, source.folder)
        found = _each(lambda source: self._from_cache(source, source.kept.get(name)), wanted)
        for source, facts in zip(wanted, found, strict=True):
            if facts is not None:
                source.tables[name] = facts
        todo = [source for source in wanted if name not in source.tables]
        if todo:
            self._read_files(contract, todo)
        for source in wanted:
            if source.tables.keys() >= RAW.keys():
                _let_go(source)

    def _read_files(self, contract: Contract, todo: list[Source]) -> None:
        load.prepare()
        for source in todo:
            if source.file is None:
                self._take_again(source)
        plans = list(_each(lambda source: self._planned(source, contract), todo))
        pieces = [
            (source, plan, span, number)
            for source, plan in zip(todo, plans, strict=True)
            for number, span in enumerate(plan.spans)
        ]
        unseen = [source for source in todo if source.damage is None]
        with ThreadPoolExecutor(READERS + 1) as pool:
            looking = [pool.submit(_look, source) for source in unseen]
            reading = [pool.submit(_piece, *piece) for piece in pieces]
            read = [one.result() for one in reading]
            for one in looking:
                one.result()
        for source, plan in zip(todo, plans, strict=True):
            own = [result for piece, result in zip(pieces, read, strict=True) if piece[1] is plan]
            source.tables[contract.name] = _facts(source, plan, own)
            source.is_news = True

    def _derive(
        self,
        engine: duckdb.DuckDBPyConnection,
        source: Source,
        name: str,
        query: str,
        tables: tuple[str, ...],
        rules: str,
    ) -> None:
        kept = source.kept.get(name)
        found = self._from_cache(source, kept) if kept is not None and kept.layout == rules else None
        if name not in source.tables and found is None:
            found = TableFacts(parts=(_derived(engine, source, name, query, tables),), layout=rules)
            source.is_news = True
        if found is not None:
            source.tables[name] = found

    def _planned(self, source: Source, contract: Contract) -> Plan:
        before = self._from_cache(source, source.before.get(contract.name))
        return load.planned(_file(source), contract, before, READERS)

    def _take_again(self, source: Source) -> None:
        """Take the copy that was not taken because the cache held all: it holds less than it said."""
        moment, source.kept = source.moment, {}
        self._take(source)
        if source.moment != moment:
            problem = "has changed, and what was kept of it is damaged"
            raise DatabaseError(source.path, problem, "Open it again: it is read anew.")

    def _counts(self, source: Source) -> list[int]:
        return [self._count(source, contract) for contract in RAW.values()]

    def _count(self, source: Source, contract: Contract) -> int:
        facts = source.tables.get(contract.name) or source.kept.get(contract.name)
        if facts is None and source.lake is not None:
            return source.lake.rows(source.db_there, contract.name)
        if facts is None and source.file is not None:
            if contract.name not in source.file.tables:
                return 0
            with suppress(*ReadError):
                return source.file.n_rows(contract.name)
            self._read(contract, [source])
            facts = source.tables[contract.name]
        return facts.rows if facts is not None else 0


def _working_folder(cache: Cache | None) -> tuple[Cache | None, Path]:
    """Make the folder of a store; without the cache where that cannot be used."""
    if cache is not None and not _GLOBBING & set(str(cache.folder)):  # the engine would take it for a pattern
        with suppress(OSError):
            return cache, cache.working_folder()
    try:
        return None, Path(tempfile.mkdtemp(prefix="claudesess-"))
    except OSError as error:
        message = f"There is no folder for temporary files ({error}). Set TMPDIR to one."
        raise ClaudesessError(message) from error


def _each(function: Callable[[One], Other], things: Iterable[One]) -> Iterable[Other]:
    things = list(things)
    if len(things) < 2:
        return [function(one) for one in things]
    with ThreadPoolExecutor(READERS) as pool:
        return list(pool.map(function, things))


def _remember(source: Source, entry: Entry) -> None:
    source.moment, source.bytes, source.writer = entry.moment, entry.bytes, entry.writer
    source.others, source.damage, source.kept = entry.others, dict(entry.damage), entry.of_moment
    source.before = dict(entry.tables)


def _file(source: Source) -> SqliteFile:
    assert source.file is not None
    return source.file


def _let_go(source: Source) -> None:
    """Remove the copy."""
    if source.file is not None:
        source.file.close()
        shutil.rmtree(source.file.path.parent, ignore_errors=True)
        source.file = None


def _writer(file: SqliteFile) -> str | None:
    if "project_state" not in file.tables or not {"key", "value"} <= file.columns("project_state")[0].keys():
        return None
    found = file.rows(f"{_WRITER} LIMIT 1")
    return str(found[0][0]) if found else None


def _other_tables(file: SqliteFile) -> list[Problem]:
    problem = "the table is not of the schema and was left out"
    return [
        Problem(None, "", found.name.lower(), None, problem, "info")
        for found in sorted(file.objects, key=lambda found: found.name.lower())
        if found.kind in ("table", "view") and found.name.lower() not in RAW
        and not found.name.lower().startswith(("sqlite_", OWN_PREFIX))
    ]  # fmt: skip


def _look(source: Source) -> None:
    """Look once whether the structure of a file is sound, and which tables are not."""
    file = _file(source)
    lines = file.integrity()
    found = {name: file.integrity(name) for name in RAW if lines and name in file.tables}
    source.damage = {name: own[0] for name, own in found.items() if own}
    if lines and not source.damage:
        problem = f"the file is damaged: {lines[0]}"
        source.others = (Problem(None, "", None, None, problem, "error"), *source.others)


def _piece(source: Source, plan: Plan, span: Span, number: int) -> tuple[Part, Tally]:
    n_kept = len(plan.kept)
    name = f"{plan.contract.name}-{n_kept + number}"
    tally = load.written(_file(source), plan, span, source.folder / name)
    return Part(name, span.last, tally.rows), tally


def _facts(source: Source, plan: Plan, read: list[tuple[Part, Tally]]) -> TableFacts:
    if any(tally.fault for _, tally in read) and (len(read) > 1 or plan.kept):
        # One reading from the start says after which row the table is cut off.
        plan.kept, plan.layout, plan.leaves = [], "", []
        read = [_piece(source, plan, Span(), 0)]
    parts, tallies = [part for part, _ in read], [tally for _, tally in read]
    found = load.facts(_file(source), plan, parts, tallies)
    line = (source.damage or {}).get(plan.contract.name)
    return found if line is None else load.with_damage(found, plan.contract.name, line)


def _derived(
    engine: duckdb.DuckDBPyConnection, source: Source, name: str, query: str, tables: tuple[str, ...]
) -> Part:
    with engine.cursor() as own:
        own.execute("SET TimeZone = 'UTC'")
        for table in tables:
            files = [str(source.folder / part.name) for part in source.tables[table].parts]
            own.execute(f"CREATE TEMP VIEW {table} AS {_rows(RAW[table], files, None)}")
        target = _literal(str(source.folder / name))
        options = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1"
        own.execute(f"COPY (SELECT * EXCLUDE (db) FROM ({query})) TO {target} ({options})")
    return Part(name, None, 0)


def _fault(db: str | None, path: Path, fault: DatabaseError) -> Problem:
    return Problem(db, key(path), None, None, fault.problem, "error")


def _rows(contract: Contract, files: list[str], labels: list[str] | None) -> str:
    """Return a SELECT of the rows of a table, which may have no file."""
    if not files:
        return nothing(contract)
    return _select(", ".join(f'"{column.name}"' for column in contract.columns[1:]), files, labels)


def nothing(contract: Contract) -> str:
    """Return a SELECT of no rows of a table."""
    cells = (f'NULL::{TYPES.get(c.dtype, "VARCHAR")} AS "{c.name}"' for c in contract.columns)
    return f"SELECT {', '.join(cells)} WHERE false"


def _select(columns: str, files: list[str], labels: list[str] | None) -> str:
    """Return a SELECT of the rows of Parquet files; the folder of each has the number of its label."""
    db = "db::VARCHAR" if labels is None else f"list_extract([{', '.join(map(_literal, labels))}], db + 1)"
    listed = ", ".join(map(_literal, files))
    options = "hive_partitioning = true, hive_types = {'db': INTEGER}"
    return f"SELECT {db} AS db, {columns} FROM read_parquet([{listed}], {options})"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
