"""The store: many session databases as one in-memory DuckDB, derived relations made when asked for."""

from __future__ import annotations

import re
import shutil
import tempfile
import threading
import weakref
from collections.abc import Mapping, Sequence
from importlib import resources
from types import TracebackType
from typing import Any, Self

import duckdb
import pandas as pd
import pyarrow as pa

from claudesess.errors import ClaudesessError, QueryError
from claudesess.text import count

_SQL = resources.files("claudesess.relations") / "sql"
# A query reads the store: no other file, no download, no variable that happens to be around.
_SETTINGS = (
    "SET enable_external_access = false; SET python_enable_replacements = false; SET GLOBAL TimeZone = 'UTC'"
)
_READING = (duckdb.StatementType.SELECT, duckdb.StatementType.MULTI)  # MULTI: PIVOT
_DTYPES = {
    pa.int64(): pd.Int64Dtype(),
    pa.int32(): pd.Int64Dtype(),
    pa.float64(): pd.Float64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
    pa.string(): pd.StringDtype(),
}


class Store:
    """Session databases, read once and held in memory; made by `open_store`.

    Attributes
    ----------
    databases : pandas.DataFrame
        One row per database: `db`, `path`, `bytes`, `writer` and the number of rows of each table (`n_...`).
    problems : pandas.DataFrame
        What could not be loaded: `db`, `path`, `table`, `column`, `problem`, `count`, `example`.

    Notes
    -----
    The nine tables and the derived relations are tables of the same names in `sql`. A store may be used from
    several threads; queries run one after the other.
    """

    databases: pd.DataFrame
    problems: pd.DataFrame

    def __init__(self) -> None:
        self._engine = duckdb.connect()
        # What does not fit into memory goes to a folder of the user's own: the working one may be gone.
        spill = tempfile.mkdtemp(prefix="claudesess-")
        self._forget_spill = weakref.finalize(self, shutil.rmtree, spill, ignore_errors=True)
        self._engine.execute("SET temp_directory = $spill", {"spill": spill})
        self._engine.execute(_SETTINGS)
        self._engine.execute((_SQL / "setup" / "lists.sql").read_text(encoding="utf-8"))
        self._lock = threading.RLock()
        self._is_open = True
        self._made: set[str] = set()

    @classmethod
    def from_frames(cls, **frames: pd.DataFrame) -> Self:
        """Return a store whose relations are frames: the others are made of these, or are empty.

        Parameters
        ----------
        **frames
            A frame per relation, by its name; columns left out are NA, and ``db`` is ``a`` where it is left
            out.

        Raises
        ------
        ClaudesessError
            There is no such relation.
        ContractError
            A column holds what its type cannot.

        Examples
        --------
        >>> chains = pd.DataFrame({"chain_id": [1, 2], "first_event": ["fixed", "open"]})
        >>> store = Store.from_frames(error_chains=chains)
        >>> store.sql("SELECT db, first_event FROM error_chains").values.tolist()
        [['a', 'fixed'], ['a', 'open']]
        """
        from claudesess.store import given

        store = cls()
        try:
            given.fill(store, store._engine, frames)
        except BaseException:
            store.close()
            raise
        store._made |= set(frames)
        return store

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
        with self._lock:
            if not self._is_open:
                raise ClaudesessError("The store is closed. Open it again with open_store().")
            try:
                self._check_reads(query)
                self._make_mentioned(query)
                return _frame(self._engine.sql(query, params=params).to_arrow_table())
            except duckdb.Error as error:
                raise QueryError(str(error)) from error
            except pa.ArrowInvalid as error:
                raise QueryError(
                    f"A number does not fit into 64 bits; cast it to DOUBLE ({error})."
                ) from error

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
            No session begins so, or several do.

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
        names = found["session_id"].unique().tolist()
        if session_id in names:
            return found[found["session_id"] == session_id].reset_index(drop=True)
        if len(names) != 1:
            several = f"{len(names)} sessions begin with" if names else "No session begins with"
            raise ClaudesessError(f"{several} {session_id!r}. `claudesess ls --sessions` lists them.")
        return found

    def _check_reads(self, query: str) -> None:
        """Refuse what would change the store under everybody who reads it."""
        kinds = [statement.type for statement in self._engine.extract_statements(query)]
        if len(kinds) != 1 or kinds[0] not in _READING:
            raise QueryError(
                "The store answers one statement at a time, and one that reads: SELECT ... FROM sessions."
            )

    def close(self) -> None:
        """Let go of the memory; closing twice is fine."""
        with self._lock:
            self._is_open = False
            self._engine.close()
            self._forget_spill()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        counts = [
            count(len(self.databases), "database"),
            count(int(self.databases["n_hook_events"].sum()), "hook event"),
            count(len(self.problems), "problem"),
        ]
        return f"<Store: {', '.join(counts)}{'' if self._is_open else ', closed'}>"

    def _make_mentioned(self, query: str) -> None:
        """Make the derived relations whose names occur in `query`; one too many does no harm."""
        for word in dict.fromkeys(re.findall(r"[a-z_]+", query.lower())):
            source = _SQL / f"{word}.sql"
            if word not in self._made and source.is_file():
                select = re.sub(r"(?m)^\s*--.*", "", source.read_text(encoding="utf-8"))
                self._make_mentioned(select)
                self._engine.execute(f"CREATE TABLE {word} AS {select}")
                self._made.add(word)


def _frame(table: pa.Table) -> pd.DataFrame:
    """Turn an Arrow table into a frame whose missing values are NA in every column."""
    fields = [field.with_type(_plain(field.type)) for field in table.schema]
    frame: pd.DataFrame = table.cast(pa.schema(fields)).to_pandas(types_mapper=_DTYPES.get)
    return frame


def _plain(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_decimal(kind):  # sums of integers come as decimals without places
        return pa.int64() if kind.scale == 0 else pa.float64()
    if pa.types.is_integer(kind):
        return pa.int64()
    return kind
