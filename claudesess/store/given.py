"""A store of frames instead of files, for tests and for frames of your own."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from claudesess.contracts import FLAG, FLOAT, INT, OBJECT, RAW, RELATIONS, TIME, Contract
from claudesess.errors import ClaudesessError
from claudesess.store.load import Problem
from claudesess.store.shelf import Database

if TYPE_CHECKING:
    import duckdb

_ARROW = {
    INT: pa.int64(),
    FLOAT: pa.float64(),
    FLAG: pa.bool_(),
    TIME: pa.timestamp("us", tz="UTC"),
}


class Given:
    """Frames as the relations of a store; `folder` is for what does not fit into memory."""

    def __init__(self, frames: dict[str, pd.DataFrame]) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="claudesess-"))
        self.tables, self.spill = self.folder / "tables", self.folder / "spill"
        self.spill.mkdir(mode=0o700)
        self._frames = frames
        self._labels: set[str] = set()

    def fill(self, engine: duckdb.DuckDBPyConnection) -> None:
        """Put the frames into an engine; columns that a frame lacks are NA, and its `db` is ``a``."""
        for name, frame in self._frames.items():
            contract = RELATIONS.get(name)
            if contract is None:
                raise ClaudesessError(f"There is no relation {name!r}. There are: {', '.join(RELATIONS)}.")
            whole = frame if "db" in frame else frame.assign(db="a")
            # object: a column that is NA throughout has no type of its own yet
            rows = contract.cast(whole.reindex(columns=contract.names).astype(object))
            self._labels |= set(rows["db"].dropna())
            engine.register("given rows", _table(rows, contract))
            engine.execute(f'CREATE TABLE {name} AS SELECT * FROM "given rows"')
            engine.unregister("given rows")

    def select(self, name: str) -> str:
        """Return a SELECT of a table that was not given: it has no rows."""
        engine_types = {pa.int64(): "BIGINT", pa.bool_(): "BOOLEAN", _ARROW[TIME]: "TIMESTAMPTZ"}
        kinds = [(c.name, _ARROW.get(c.dtype, pa.string())) for c in RAW[name].columns]
        cells = [f'NULL::{engine_types.get(kind, "VARCHAR")} AS "{column}"' for column, kind in kinds]
        return f"SELECT {', '.join(cells)} WHERE false"

    def derived(self, name: str, query: str, tables: tuple[str, ...]) -> str | None:
        """Return nothing: the engine makes it of its own tables."""
        return None

    def databases(self) -> list[Database]:
        """Return the labels of the frames."""
        counts = [len(self._frames.get(name, ())) for name in RAW]
        return [Database(db, "", 0, None, counts) for db in sorted(self._labels)]

    def problems(self) -> list[Problem]:
        """Return no problem: frames are as they are."""
        return []

    def n_problems(self) -> int:
        """Return 0."""
        return 0

    def lent(self, selects: dict[str, str]) -> None:
        """Return nothing: frames are in no file that another process could read."""

    def keep(self) -> None:
        """Keep nothing."""

    def close(self) -> None:
        """Let go of the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _table(rows: pd.DataFrame, contract: Contract) -> pa.Table:
    columns = {}
    for column in contract.columns:
        values = rows[column.name]
        if column.dtype == OBJECT:
            values = values.map(_text)
        kind = _ARROW.get(column.dtype, pa.string())
        loose = values.astype(object)
        columns[column.name] = pa.array(loose.where(loose.notna(), None).tolist(), type=kind)
    return pa.table(columns)


def _text(value: Any) -> str | None:
    return json.dumps(value, default=str) if isinstance(value, (list, dict)) else None
