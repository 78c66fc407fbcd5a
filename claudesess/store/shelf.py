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
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, TypeVar

from claudesess.contracts import RAW, Contract
from claudesess.errors import ClaudesessError, DatabaseError
from claudesess.files import key
from claudesess.store import cache as caching
from claudesess.store import copy, load, selects, small_engine
from claudesess.store.cache import Cache, Entry, digest
from claudesess.store.lake import Lake
from claudesess.store.load import Part, Plan, Problem, TableFacts
from claudesess.store.read import ReadError
from claudesess.store.source import Source

#: Readers of files at once; the engine reads Parquet with threads of its own.
READERS = min(os.cpu_count() or 1, 4)
#: Of as many databases as have so few rows facts are made at once: the plan takes longer than the work.
_ROWS_AT_ONCE = 65_536
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
                source.let_go()
        self.sources = [source for source in self.sources if source.db in labels]

    def select(self, name: str) -> str:
        """Read a table of every database; return a SELECT of its rows."""
        contract = RAW[name]
        self._read(contract, self.sources)
        files = [file for source in self.sources for file in source.parquet(name)]
        return selects.rows(contract, files, self._labels)

    def derived(self, name: str, query: str, tables: tuple[str, ...]) -> str:
        """Make a relation of some tables of each database; return a SELECT of its rows.

        It lies beside the tables and is kept with them: what it costs is paid once.
        """
        for table in tables:
            self._read(RAW[table], self.sources)
        rules = digest(query.encode())
        todo = [source for source in self.sources if not self._is_derived(source, name, rules)]
        _each(lambda some: _derive(some, name, query, tables), _together(todo, tables))
        for source in todo:
            source.tables[name] = TableFacts(parts=(Part(name, None, 0),), layout=rules)
            source.is_news = True
        files = [file for source in self.sources for file in source.parquet(name)]
        return selects.of_files("* EXCLUDE (db)", files, self._labels)

    def keep(self) -> None:
        """Keep in the cache what was read since the last time."""
        news = [source for source in self.sources if source.is_news and source.moment]
        if self.cache is None or not news:
            return
        taken = 0
        for source in news:
            now = {
                name: replace(facts, moment=source.moment)
                for name, facts in (source.kept | source.tables).items()
            }
            tables = source.before | now
            entry = Entry(
                source.moment, source.bytes, source.writer, source.others, source.damage or {}, tables
            )
            taken += self.cache.keep(source.path, entry, source.folder)
            source.is_news = False
        self.cache.grew(taken)

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
            source.let_go()
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
            source.let_go()
            return fault
        except OSError as error:
            source.let_go()
            return DatabaseError(source.path, f"cannot be copied ({error})", "Check the disk, and TMPDIR.")
        return None

    def _open(self, source: Source) -> None:
        moment = copy.moment(source.path)
        entry = self.cache.entry(source.path) if self.cache is not None and moment else None
        if entry is not None and entry.moment == moment and entry.is_complete:
            is_there = all(self._is_linked(source, facts) for facts in entry.of_moment.values())
            if is_there and copy.moment(source.path) == moment:
                source.remember(entry)
                return
        source.take(self._copies(source))
        if entry is not None and entry.moment == source.moment:
            source.remember(entry)
        elif entry is not None:
            source.before = dict(entry.tables)

    def _copies(self, source: Source) -> Path:
        """Return the folder for the copy of a database."""
        return self.folder / f"copy of {source.folder.name}"

    def _is_linked(self, source: Source, facts: TableFacts) -> bool:
        """Link the parts of a table, which nobody changes, from the cache; False where one is gone."""
        cache = self.cache
        return cache is not None and all(cache.take(source.path, part, source.folder) for part in facts.parts)

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
                source.let_go()

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
            looking = [pool.submit(source.look) for source in unseen]
            reading = [pool.submit(source.read, plan, span, number) for source, plan, span, number in pieces]
            read = [one.result() for one in reading]
            for one in looking:
                one.result()
        for source, plan in zip(todo, plans, strict=True):
            own = [result for piece, result in zip(pieces, read, strict=True) if piece[1] is plan]
            source.tables[contract.name] = source.facts(plan, own)
            source.is_news = True

    def _is_derived(self, source: Source, name: str, rules: str) -> bool:
        """Say whether a relation lies beside the tables already; what is kept of these rules is taken."""
        kept = source.kept.get(name)
        found = self._from_cache(source, kept) if kept is not None and kept.layout == rules else None
        if found is not None:
            source.tables[name] = found
        return name in source.tables

    def _planned(self, source: Source, contract: Contract) -> Plan:
        before = self._from_cache(source, source.before.get(contract.name))
        return load.planned(source.taken, contract, before, READERS)

    def _take_again(self, source: Source) -> None:
        """Take the copy that was not taken because the cache held all: it holds less than it said."""
        moment, source.kept = source.moment, {}
        source.take(self._copies(source))
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


def _together(sources: list[Source], tables: tuple[str, ...]) -> list[list[Source]]:
    """Put databases together, but no more of them than have few rows."""
    found: list[list[Source]] = []
    left = 0
    for source in sources:
        n_rows = sum(source.tables[table].rows for table in tables)
        if n_rows > left or not found:
            found.append([])
            left = _ROWS_AT_ONCE
        found[-1].append(source)
        left -= n_rows
    return found


def _derive(sources: list[Source], name: str, query: str, tables: tuple[str, ...]) -> None:
    """Make a relation of some tables of databases, and write it beside the tables of each."""
    with small_engine.connected() as own:
        for table in tables:
            files = [file for source in sources for file in source.parquet(table)]
            own.execute(f"CREATE TEMP VIEW {table} AS {selects.rows(RAW[table], files, None)}")
        if len(sources) > 1:
            own.execute(f"CREATE TEMP TABLE made AS {query}")
        for source in sources:
            number = selects.literal(source.folder.name.partition("=")[2])
            rows = f"made WHERE db = {number}" if len(sources) > 1 else f"({query})"
            target = selects.literal(str(source.folder / name))
            options = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1"
            own.execute(f"COPY (SELECT * EXCLUDE (db) FROM {rows}) TO {target} ({options})")


def _fault(db: str | None, path: Path, fault: DatabaseError) -> Problem:
    return Problem(db, key(path), None, None, fault.problem, "error")
