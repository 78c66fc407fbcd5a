"""A store of frames instead of files, for tests and for frames of your own."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from claudesess.contracts import OBJECT, RAW, RELATIONS, Contract, arrow
from claudesess.errors import ClaudesessError
from claudesess.store.load import Problem
from claudesess.store.selects import nothing
from claudesess.store.shelf import Database, State

if TYPE_CHECKING:
    import duckdb


class Given:
    """Frames as the relations of a store; `folder` is for what does not fit into memory."""

    def __init__(self, frames: Mapping[str, pd.DataFrame | pa.Table]) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="claudesess-"))
        (self.folder / "spill").mkdir(mode=0o700)
        self._frames = frames
        self._labels: set[str] = set()

    def fill(self, engine: duckdb.DuckDBPyConnection) -> None:
        """Put the frames into an engine; columns that a frame lacks are NA, and its `db` is ``a``."""
        for name, frame in self._frames.items():
            contract = RELATIONS.get(name)
            if contract is None:
                raise ClaudesessError(f"There is no relation {name!r}. There are: {', '.join(RELATIONS)}.")
            rows = frame if isinstance(frame, pa.Table) else _table(frame, contract)
            self._labels |= set(pc.unique(rows["db"].drop_null()).to_pylist())
            engine.register("given rows", rows.select(contract.names))
            engine.execute(f'CREATE TABLE {name} AS SELECT * FROM "given rows"')
            engine.unregister("given rows")

    def select(self, name: str) -> str:
        """Return a SELECT of a table that was not given: it has no rows."""
        return nothing(RAW[name])

    def derived(self, name: str, query: str, tables: tuple[str, ...]) -> str | None:
        """Return nothing: the engine makes it of its own tables."""
        return None

    def part(self, labels: Collection[str]) -> Given:
        """Refuse: no state of a frame has a name, so that all of them are always meant."""
        raise ClaudesessError("Frames are one whole.")

    def states(self) -> list[State]:
        """Return the labels of the frames."""
        return [State(db, "", 0, None, "") for db in sorted(self._labels)]

    def unread(self) -> list[Problem]:
        """Return nothing: frames are as they are."""
        return []

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

    def keep(self) -> None:
        """Keep nothing."""

    def close(self) -> None:
        """Let go of the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _table(frame: pd.DataFrame, contract: Contract) -> pa.Table:
    n, named = len(frame), set(frame.columns[frame.notna().any()])
    columns: dict[str, Any] = {each.name: pa.nulls(n, arrow.kind(each)) for each in contract.columns}
    if "db" not in frame:
        columns["db"] = pa.repeat("a", n)
    # What is NA throughout has no type of its own yet, and needs none.
    given = replace(contract, columns=tuple(each for each in contract.columns if each.name in named), key=())
    rows = given.filled(frame)
    for column in given.columns:
        values = rows[column.name].map(_text) if column.dtype == OBJECT else rows[column.name]
        # A category is a dictionary until it is cast.
        columns[column.name] = pa.Array.from_pandas(values).cast(arrow.kind(column))
    return pa.table(columns)


def _text(value: Any) -> str | None:
    return json.dumps(value, default=str) if isinstance(value, (list, dict)) else None
