"""The store: many session databases as one in-memory DuckDB, derived relations made when asked for."""

from __future__ import annotations

import atexit
import os
import re
import threading
import weakref
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, fields
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from importlib import resources
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

import duckdb
import pyarrow as pa

from claudesess.contracts import DATABASES, PROBLEMS, RAW
from claudesess.errors import ClaudesessError, QueryError, QuestionError
from claudesess.store import scope
from claudesess.store.load import Problem
from claudesess.text import any_of, count, near
from claudesess.zones import engine_name

if TYPE_CHECKING:
    import pandas as pd

    from claudesess.store.given import Given
    from claudesess.store.scope import Asked, Kept
    from claudesess.store.shelf import Database, Shelf, State

_SQL = resources.files("claudesess.relations") / "sql"
# A query reads the store: no file but its own Parquet, no download, no variable that happens to be around.
# Of rows bound as lists the engine expects one: no loop over all calls for each of them is chosen for that.
# A process without a file (`python -c`, a worker) passes for a person: a slow query would draw a bar.
_SETTINGS = (
    "SET enable_progress_bar = false; SET asof_loop_join_threshold = 0; SET nested_loop_join_threshold = 0;"
    " SET enable_external_access = false; SET python_enable_replacements = false;"
    " SET GLOBAL TimeZone = 'UTC'; SET lock_configuration = true"
)
_READING = (duckdb.StatementType.SELECT, duckdb.StatementType.MULTI)  # MULTI: PIVOT
_LISTED = 20
_NO_TABLE = re.compile(r"Catalog Error: Table with name (?P<name>\S+) does not exist!")
#: What is made once for each file and kept beside its tables, and of which it is made: JSON is read once.
_BESIDE_TABLES = {"_hook_facts": ("hook_events", "session_metrics")}
#: An answer that takes more is refused: it would be held twice.
MOST_BYTES = 4 << 30
_BATCH_ROWS = 65_536
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_PARSED = 512
_PARSED: dict[str, list[duckdb.Statement]] = {}
# What is left at the end of a process the engine's binding calls leaked, on stderr.
atexit.register(_PARSED.clear)

Made = TypeVar("Made")


class Store:
    """Session databases as they were at one moment, each table read when it is first asked for.

    Notes
    -----
    Made by `open_store`; days are cut in its `zone`. The nine tables and the derived relations are tables of
    the same names in `sql`. A store may be used from several threads; queries run one after the other.
    """

    def __init__(self, shelf: Shelf | Given, kept: Kept | None = None, zone: tzinfo = UTC) -> None:
        self._shelf, self.zone = shelf, zone
        self.asked: Asked | None = None  # of `open_store`, when it was made by that
        self._forget = weakref.finalize(self, shelf.close)
        self._engine = duckdb.connect()
        # What does not fit into memory goes to a folder of the user's own: the working one may be gone.
        self._engine.execute("SET temp_directory = $spill", {"spill": str(shelf.folder / "spill")})
        self._engine.execute(
            "SET allowed_directories = [$own]", {"own": f"{shelf.folder / 'tables'}{os.sep}"}
        )
        self._set_zone()
        for setup in ("lists", "days"):
            self._run((_SQL / "setup" / f"{setup}.sql").read_text(encoding="utf-8"))
        self._run(_SETTINGS)
        self._kept = kept
        for name, rows in kept.tables.items() if kept is not None else ():
            self._engine.register("given rows", rows)
            self._engine.execute(f'CREATE TABLE {name} AS SELECT * FROM "given rows"')
            self._engine.unregister("given rows")
        self._lock = threading.RLock()
        self._is_open = True
        self._made: set[str] = set()
        self._databases: list[Database] | None = None
        self._problems: list[Problem] | None = None
        self._once: dict[Hashable, Any] = {}
        self._n_tables = 0

    def _set_zone(self) -> None:
        name = engine_name(self.zone)
        try:
            self._engine.execute("SELECT TIMESTAMPTZ '2000-01-01' AT TIME ZONE $zone", {"zone": name})
        except duckdb.Error as error:
            raise QuestionError(f"zone is {name!r}, which the engine does not know ({error})") from error
        self._engine.execute("SET VARIABLE zone = $zone", {"zone": name})

    @classmethod
    def from_frames(cls, **frames: pd.DataFrame | pa.Table) -> Self:
        """Return a store whose relations are frames: the others are made of these, or are empty.

        Parameters
        ----------
        **frames
            A frame per relation, by its name; columns left out are NA, and ``db`` is ``a`` where it is left
            out. Or tables as `arrow` returns them.

        Returns
        -------
        Store
            What is asked of it that is neither given nor made of what is given has no rows.

        Raises
        ------
        ClaudesessError
            There is no such relation.
        ContractError
            A column holds what its type cannot.

        Examples
        --------
        >>> import pandas as pd
        >>> chains = pd.DataFrame({"chain_id": [1, 2], "first_event": ["fixed", "open"]})
        >>> store = Store.from_frames(error_chains=chains)
        >>> store.sql("SELECT db, first_event FROM error_chains").values.tolist()
        [['a', 'fixed'], ['a', 'open']]
        """
        from claudesess.store.given import Given

        given = Given(frames)
        store = cls(given)
        try:
            given.fill(store._engine)
        except BaseException:
            store.close()
            raise
        store._made |= set(frames)
        return store

    @property
    def databases(self) -> pd.DataFrame:
        """One row per database: `db`, `path`, `bytes`, `writer` and the number of rows of each table."""
        import pandas as pd

        rows = [(*each[:-1], *each.counts) for each in self.list_databases()]
        return DATABASES.cast(pd.DataFrame(rows, columns=DATABASES.names))

    @property
    def problems(self) -> pd.DataFrame:
        """What was not loaded: `db`, `path`, `table`, `column`, `problem`, `count`, `example`.

        All tables are read for it, unless the cache knows.
        """
        import pandas as pd

        names = [each.name for each in fields(Problem)]
        return PROBLEMS.cast(pd.DataFrame([astuple(each) for each in self.list_problems()], columns=names))

    def list_databases(self) -> list[Database]:
        """Return what `databases` holds, without a frame.

        Returns
        -------
        list of Database
            In the order in which they were opened.
        """
        with self._lock:
            if self._databases is None:
                self._check_open()
                self._databases = self._counted(self._shelf.databases())
            return self._databases

    def list_problems(self) -> list[Problem]:
        """Return what `problems` holds, without a frame.

        Returns
        -------
        list of Problem
            Those of places that could not be opened first.
        """
        with self._lock:
            if self._problems is None:
                self._check_open()
                self._problems = self._with_left_out(self._shelf.problems())
                self._shelf.keep()
            return self._problems

    def _counted(self, databases: list[Database]) -> list[Database]:
        """Count rows anew where not all of a file is in."""
        if self._kept is None:
            return databases
        found = [
            {row["db"]: row["n"] for row in self.rows(f"SELECT db, count(*) AS n FROM {name} GROUP BY db")}
            for name in RAW
        ]
        return [each._replace(counts=[n.get(each.db, 0) for n in found]) for each in databases]

    def _with_left_out(self, problems: list[Problem]) -> list[Problem]:
        """Add which sessions were left out that one may miss."""
        if self._kept is None:
            return problems
        paths = {each.db: each.path for each in self.list_databases()}
        left = [
            Problem(db, paths[db], None, None, scope.left_out(n), "info", n, example)
            for db, n, example in self._kept.left_out
            if db in paths
        ]
        return [*problems, *left]

    def sql(self, query: str, params: Sequence[Any] | Mapping[str, Any] | None = None) -> pd.DataFrame:
        """Answer a query in SQL (DuckDB's dialect).

        Parameters
        ----------
        query
            One statement that reads: SELECT and what is short for it. Every relation of `claudesess.frames`
            is a table; JSON columns are text here.
        params
            Values for ``?`` (a sequence) or ``$name`` (a mapping).

        Returns
        -------
        pandas.DataFrame
            Nullable types throughout, times in UTC.

        Raises
        ------
        QueryError
            The engine refused the query (the message is its own), or it does not only read.
        ClaudesessError
            The store is closed.

        Examples
        --------
        >>> from claudesess import samples
        >>> with samples.open_sample("other-writer") as store:
        ...     int(store.sql("SELECT count(*) AS n FROM agent_registry WHERE id = ?", ["ghost"]).n[0])
        0
        """
        from claudesess.store.framing import framed

        return self._answered(query, params, framed)

    def rows(
        self, query: str, params: Sequence[Any] | Mapping[str, Any] | None = None
    ) -> list[dict[str, Any]]:
        """Answer a query as `sql` does, in rows of plain Python values: a frame takes longer to begin with.

        Parameters
        ----------
        query, params
            As of `sql`.

        Returns
        -------
        list of dict
            By the names of the query's own columns; a name that it has not is a KeyError.

        Raises
        ------
        QueryError
            As of `sql`.

        Examples
        --------
        >>> from claudesess import samples
        >>> with samples.open_sample("other-writer") as store:
        ...     store.rows("SELECT count(*) AS n FROM agent_registry WHERE id = ?", ["ghost"])
        [{'n': 0}]
        """
        return self._answered(query, params, _rows)

    def arrow(self, relation: str) -> pa.Table:
        """Return a relation as an Arrow table, which other libraries take as it is, without a copy.

        Parameters
        ----------
        relation
            One of the names in `claudesess.contracts.RELATIONS`.

        Returns
        -------
        pyarrow.Table
            The columns of the relation's contract; categories and JSON are text. It speaks the Arrow
            PyCapsule interface (``__arrow_c_stream__``).

        Raises
        ------
        ClaudesessError
            There is no such relation, or the store is closed.

        Examples
        --------
        >>> from claudesess import samples
        >>> table = samples.open_sample("retry").arrow("agent_runs")
        >>> table.num_rows, table.schema.field("spawned_at").type
        (3, TimestampType(timestamp[us, tz=UTC]))
        """
        from claudesess.contracts import RELATIONS, arrow

        if relation not in RELATIONS:
            raise ClaudesessError(f"There is no relation {relation!r}. There are: {', '.join(RELATIONS)}.")
        kinds = arrow.schema(RELATIONS[relation])
        columns = ", ".join(f'"{name}"' for name in kinds.names)
        return self._answered(f"SELECT {columns} FROM {relation}", None, lambda table: table.cast(kinds))

    def of(self, labels: Collection[str]) -> Store:
        """Return a store of some of the databases; `leave` it, for what it has read is this one's.

        Parameters
        ----------
        labels
            Those of the databases.

        Returns
        -------
        Store
            It keeps this one's bounds of time and its zone.
        """
        return Store(self._shelf.part(labels), self._kept, self.zone)

    def states(self) -> list[State]:
        """Return what is known of each database without reading any table.

        Returns
        -------
        list of State
            `moment` is equal where nothing was written since; empty where that cannot be known.
        """
        if self._kept is None:
            return self._shelf.states()
        bounds = repr(self._kept.between.to_dict())
        return [one._replace(moment=one.moment and one.moment + bounds) for one in self._shelf.states()]

    def unread(self) -> list[Problem]:
        """Return which places were named, and could not be read.

        Returns
        -------
        list of Problem
            In the order of their naming.
        """
        return self._shelf.unread()

    def _answered(
        self,
        query: str,
        params: Sequence[Any] | Mapping[str, Any] | None,
        shaped: Callable[[pa.Table], Made],
    ) -> Made:
        with self._lock:
            self._check_open()
            with _refused():
                statement = self._one_that_reads(query)
                self._make_mentioned(query)
                self._shelf.keep()
                return shaped(_bounded(self._engine.sql(statement, params=params)))

    def _check_open(self) -> None:
        if not self._is_open:
            raise ClaudesessError("The store is closed. Open it again with open_store().")

    def session(self, session_id: str) -> pd.DataFrame:
        """Return what happened in a session, in order.

        Parameters
        ----------
        session_id
            The client's id of the session, or how it begins.

        Returns
        -------
        pandas.DataFrame
            Rows of relation `session_events`; of each database that holds the session, one after the other.

        Raises
        ------
        ClaudesessError
            No session begins so, or several do: the message lists them.

        Examples
        --------
        >>> from claudesess import samples
        >>> samples.open_sample("retry").session("1111")["event"].tolist()[:4]
        ['session_start', 'prompt', 'call', 'call']
        """
        from claudesess.contracts import RELATIONS

        query = (
            "SELECT * FROM session_events WHERE starts_with(session_id, $id) ORDER BY db, session_id, place"
        )
        found = RELATIONS["session_events"].cast(self.sql(query, {"id": session_id}))
        if session_id in found["session_id"].values:
            return found[found["session_id"] == session_id].reset_index(drop=True)
        if found["session_id"].nunique() != 1:
            raise ClaudesessError(_which(session_id, found))
        return found

    def _one_that_reads(self, query: str) -> duckdb.Statement:
        """Parse a query; refuse what would change the store under everybody who reads it."""
        statements = _parsed(self._engine, query)
        if len(statements) != 1 or statements[0].type not in _READING:
            raise QueryError(
                "The store answers one statement at a time, and one that reads: SELECT ... FROM sessions."
            )
        return statements[0]

    def close(self) -> None:
        """Let go of the memory; closing twice is fine."""
        with self._lock:
            if self._is_open and self._databases is None:
                self._databases = self._counted(self._shelf.databases())
            self._is_open = False
            self._engine.close()
            self._forget()

    def leave(self) -> None:
        """Let go of the engine alone: the shelf is for another store."""
        with self._lock:
            self._is_open = False
            self._engine.close()
            self._forget.detach()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        databases, place = self.list_databases(), list(RAW).index("hook_events")
        counts = [
            count(len(databases), "database"),
            count(sum(each.counts[place] for each in databases), "hook event"),
            count(self._shelf.n_problems() + len(self._kept.left_out if self._kept else ()), "problem"),
        ]
        return f"<Store: {', '.join(counts)}{'' if self._is_open else ', closed'}>"

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what was made of the store under a key: made when first asked for, kept as long as it.

        Parameters
        ----------
        key
            What it is, with all that it depends on.
        make
            Called once.

        Returns
        -------
        object
            What `make` returned.

        Examples
        --------
        >>> store = Store.from_frames()
        >>> store.once("rows", lambda: [1]) is store.once("rows", lambda: [2])
        True
        """
        if key not in self._once:
            self._once[key] = make()
        made: Made = self._once[key]
        return made

    def table_of(self, query: str, params: Mapping[str, Any] | None = None) -> str:
        """Make a table of what a query returns, once; return its name, for other queries to read.

        Parameters
        ----------
        query
            As of `sql`; its rows should be few, since they are kept as long as the store.
        params
            Values for ``$name``. A list is the same only if it is the same object.

        Returns
        -------
        str
            The name of the table.

        Raises
        ------
        QueryError
            The engine refused the query.

        Examples
        --------
        >>> from claudesess import samples
        >>> store = samples.open_sample("retry")
        >>> name = store.table_of("SELECT agent_type FROM agent_registry")
        >>> store.rows(f"SELECT count(*) AS n FROM {name}")
        [{'n': 3}]
        """

        def make() -> tuple[str, Mapping[str, Any] | None]:
            with self._lock:
                self._check_open()
                self._n_tables += 1
                name = f"_table_{self._n_tables}"
                with _refused():
                    self._make_mentioned(query)
                    self._engine.execute(f"CREATE TEMP TABLE {name} AS {query}", params)
            return name, params  # kept, so that no other list comes to lie where one of these was

        values = tuple(
            (name, id(value) if isinstance(value, list) else value)
            for name, value in sorted((params or {}).items())
        )
        return self.once(("table", query, values), make)[0]

    def _repr_html_(self) -> str | None:
        """Say in a notebook what is in it and what to ask next."""
        if not self._is_open:
            return None
        from claudesess.store import overview_html

        return overview_html.html(self)

    def _make_mentioned(self, query: str) -> None:
        """Make the derived relations whose names occur in `query`; one too many does no harm."""
        for word in dict.fromkeys(re.findall(r"[a-z_]+", query.lower())):
            if word in self._made:
                continue
            if word in RAW:
                self._hold(word, self._shelf.select(word))
                self._made.add(word)
            elif word in (selects := _selects()):
                self._make(word, selects[word])
                self._made.add(word)

    def _hold(self, name: str, rows: str) -> None:
        if self._kept is None:  # of what lies on disk a query reads the columns that it needs
            self._engine.execute(f"CREATE VIEW {name} AS {rows}")
        else:
            self._engine.execute(f"CREATE TABLE {name} AS {scope.narrowed(name, rows)}")

    def _run(self, script: str) -> None:
        """Run statements of our own."""
        for statement in _parsed(self._engine, script):
            self._engine.execute(statement)

    def _make(self, name: str, select: str) -> None:
        if name in _BESIDE_TABLES:
            rows = self._shelf.derived(name, select, _BESIDE_TABLES[name])
            if rows is not None:
                self._hold(name, rows)
                return
        self._make_mentioned(select)
        self._run(f"CREATE TABLE {name} AS {select}")


def _parsed(engine: duckdb.DuckDBPyConnection, query: str) -> list[duckdb.Statement]:
    """Parse a query once for all stores: a third of what a relation of a small database costs is its text."""
    found = _PARSED.get(query)
    if found is None:
        found = engine.extract_statements(query)
        if len(_PARSED) >= _MOST_PARSED:
            _PARSED.clear()
        _PARSED[query] = found
    return found


@cache
def _selects() -> dict[str, str]:
    """Return the SQL of each derived relation, without its comments."""
    files = Path(str(_SQL)).glob("*.sql")
    return {file.stem: re.sub(r"(?m)^\s*--.*", "", file.read_text(encoding="utf-8")) for file in files}


def rules() -> str:
    """Return a digest of the rules by which relations are made of the tables."""
    from claudesess.store.cache import digest

    texts = [(file.name, file.read_text(encoding="utf-8")) for file in sorted(Path(str(_SQL)).rglob("*.sql"))]
    return digest(repr(texts).encode())


@contextmanager
def _refused() -> Iterator[None]:
    """Say what the engine refuses to answer, and why."""
    try:
        yield
    except duckdb.Error as error:
        raise QueryError(_with_our_names(str(error))) from error
    except pa.ArrowInvalid as error:
        raise QueryError(f"A number does not fit into 64 bits; cast it to DOUBLE ({error}).") from error
    except (pa.ArrowException, ValueError, TypeError, ArithmeticError) as error:
        raise QueryError(f"The answer fits into no frame; cast it to VARCHAR ({error}).") from error


def _bounded(answer: duckdb.DuckDBPyRelation) -> pa.Table:
    """Fetch an answer, unless it is larger than anybody can look at."""
    reader = answer.arrow(_BATCH_ROWS)  # by this name from DuckDB 1.4 on
    batches, left = [], MOST_BYTES
    for batch in reader:
        left -= batch.nbytes
        if left < 0:
            raise QueryError(
                f"The answer takes more than {MOST_BYTES >> 20:,} MB; ask for less, or add a LIMIT."
            )
        batches.append(batch)
    return pa.Table.from_batches(batches, reader.schema)


def _which(begins: str, found: pd.DataFrame) -> str:
    """Say which sessions begin so; `found` are their events."""
    import pandas as pd

    first = found.groupby("session_id")["happened_at"].min().sort_values(ascending=False)
    if first.empty:
        return f"No session begins with {begins!r}. `claudesess ls --sessions` lists them."
    listed = [
        f"  {name}  {'at a time not known' if pd.isna(at) else f'{at:%Y-%m-%d %H:%M} UTC'}"
        for name, at in first.head(_LISTED).items()
    ]
    more = [f"  and {len(first) - _LISTED} more"] if len(first) > _LISTED else []
    return "\n".join([f"{len(first)} sessions begin with {begins!r}:", *listed, *more])


def _rows(table: pa.Table) -> list[dict[str, Any]]:
    columns = [_values(column) for column in table.columns]
    return [dict(zip(table.column_names, row, strict=True)) for row in zip(*columns, strict=True)]


def _values(column: pa.ChunkedArray) -> list[Any]:
    """Return the values of a column; Arrow itself asks pandas for what a time is."""
    if not pa.types.is_timestamp(column.type) or column.type.unit != "us":
        values: list[Any] = column.to_pylist()
        return values
    counted = [number for chunk in column.chunks for number in chunk.view(pa.int64()).to_pylist()]
    epoch = _EPOCH if column.type.tz else _EPOCH.replace(tzinfo=None)
    return [None if number is None else epoch + timedelta(microseconds=number) for number in counted]


def _with_our_names(message: str) -> str:
    """Put our relations in the place of the tables that the engine has for itself, and proposes."""
    from claudesess.contracts import RELATIONS

    found = _NO_TABLE.match(message)
    if found is None:
        return message
    names = [f'"{name}"' for name in near(found["name"], RELATIONS)]
    return found[0] + (f"\nDid you mean {any_of(names)}?" if names else "")
