"""One database of a store: what is known of it so far, and the copy of that moment, which tells the rest."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from claudesess_collector.vocabulary import OWN_PREFIX

from claudesess.contracts import RAW
from claudesess.errors import DatabaseError
from claudesess.files import key
from claudesess.store import copy, load
from claudesess.store.cache import Entry
from claudesess.store.lake import Lake
from claudesess.store.load import Part, Plan, Problem, TableFacts
from claudesess.store.read import ReadError, Span, SqliteFile, plain
from claudesess.store.tally import Tally
from claudesess.text import count

_DAMAGED = "Copy what is left with `sqlite3 FILE .recover`, or restore a backup."
#: A log that is copied while somebody writes may look damaged; one at rest is.
_COPIES = 5
_WRITER = "SELECT value FROM project_state NOT INDEXED WHERE key = 'schema_writer' AND typeof(value) = 'text'"


@dataclass
class Source:
    """What is known of a database so far, and where the rest comes from."""

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
    file: SqliteFile | None = None  # the copy, as long as it is needed
    is_news: bool = False  # something was read that the cache has not
    lake: Lake | None = None  # it is no file of its own
    db_there: str = ""  # its label in the lake

    def problems(self) -> Iterator[Problem]:
        """Yield what is known not to be loaded, in the order of the tables."""
        tables = {name: self.tables.get(name) or self.kept.get(name) for name in RAW}
        found = [problem for facts in tables.values() if facts for problem in facts.problems]
        for problem in (*found, *self.others):
            yield replace(problem, db=self.db, path=key(self.path))

    def parquet(self, name: str) -> list[str]:
        """Return the files of a table that was read."""
        return [str(self.folder / part.name) for part in self.tables[name].parts]

    def remember(self, entry: Entry) -> None:
        """Take on what the cache knows of this moment."""
        self.moment, self.bytes, self.writer = entry.moment, entry.bytes, entry.writer
        self.others, self.damage, self.kept = entry.others, dict(entry.damage), entry.of_moment
        self.before = dict(entry.tables)

    def take(self, folder: Path) -> None:
        """Take a copy of the database as it is now, with its log moved into it."""
        for _ in range(_COPIES):
            self.let_go()
            folder.mkdir()
            moment = copy.moment(self.path)
            taken = copy.take(self.path, folder)
            self.bytes = sum(file.stat().st_size for file in folder.iterdir())
            n_committed = copy.n_committed(taken)
            try:
                self.file = SqliteFile(taken)
                is_whole = n_committed <= self.file.merged_frames()
                self.writer = _writer(self.file)
            except ReadError as error:
                raise DatabaseError(self.path, f"is damaged or cut off ({plain(error)})", _DAMAGED) from error
            self.moment = moment if moment and copy.moment(self.path) == moment else ""
            if is_whole or self.moment:
                break
        if not self.taken.tables & RAW.keys():
            raise DatabaseError(self.path, "holds none of the nine tables", "Name a .claude-session.db file.")
        problem = "the log is damaged: rows that were written last are missing"
        self.others = (
            *([] if is_whole else [Problem(None, "", None, None, problem, "error")]),
            *_other_tables(self.taken),
        )

    @property
    def taken(self) -> SqliteFile:
        """The copy; there is one."""
        assert self.file is not None
        return self.file

    def let_go(self) -> None:
        """Remove the copy."""
        if self.file is not None:
            self.file.close()
            shutil.rmtree(self.file.path.parent, ignore_errors=True)
            self.file = None

    def look(self) -> None:
        """Look once whether a file is sound, and which tables are not."""
        lines = self.taken.soundness()
        found = {name: self.taken.soundness(name) for name in RAW if lines and name in self.taken.tables}
        self.damage = {name: own[0] for name, own in found.items() if own}
        if lines and not self.damage:
            problem = f"the file is damaged: {lines[0]}"
            self.others = (Problem(None, "", None, None, problem, "error"), *self.others)

    def read(self, plan: Plan, span: Span, number: int) -> tuple[Part, Tally]:
        """Read a piece of a table into a file of its own."""
        name = f"{plan.contract.name}-{len(plan.kept) + number}"
        tally = load.written(self.taken, plan, span, self.folder / name)
        return Part(name, span.last, tally.rows), tally

    def facts(self, plan: Plan, read: list[tuple[Part, Tally]]) -> TableFacts:
        """Return what became of a table, all of whose pieces were read."""
        if any(tally.fault for _, tally in read) and (len(read) > 1 or plan.kept):
            # One reading from the start says after which row the table is cut off.
            plan.kept, plan.layout, plan.leaves = [], "", None
            read = [self.read(plan, Span(), 0)]
        parts, tallies = [part for part, _ in read], [tally for _, tally in read]
        found = load.facts(self.taken, plan, parts, tallies)
        name = plan.contract.name
        line = (self.damage or {}).get(name)
        if line is None and plan.names:  # else its rows were not read
            line = self._lost(name, found.rows)
        return found if line is None else load.with_damage(found, name, line)

    def _lost(self, name: str, n_read: int) -> str | None:
        """Say that other rows were read of a table than SQLite counts, in an index of it or in the table."""
        n = self.taken.n_counted(name)
        return None if n in (n_read, None) else f"{count(n_read, 'row')} can be read, and SQLite counts {n:,}"


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
