"""A store of frames instead of files, for tests and for frames of your own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from claudesess.contracts import DATABASES, FLAG, FLOAT, INT, OBJECT, PROBLEMS, RAW, RELATIONS, TIME, Contract
from claudesess.errors import ClaudesessError
from claudesess.store.load import create_tables

if TYPE_CHECKING:
    import duckdb

    from claudesess.store.engine import Store

_ARROW = {
    INT: pa.int64(),
    FLOAT: pa.float64(),
    FLAG: pa.bool_(),
    TIME: pa.timestamp("us", tz="UTC"),
}


def fill(store: Store, engine: duckdb.DuckDBPyConnection, frames: dict[str, pd.DataFrame]) -> None:
    """Put frames into an empty store; columns that a frame lacks are NA, and its `db` is ``a``."""
    create_tables(engine)
    labels: set[str] = set()
    for name, frame in frames.items():
        contract = RELATIONS.get(name)
        if contract is None:
            raise ClaudesessError(f"There is no relation {name!r}. There are: {', '.join(RELATIONS)}.")
        whole = frame if "db" in frame else frame.assign(db="a")
        # object: a column that is NA throughout has no type of its own yet
        rows = contract.cast(whole.reindex(columns=contract.names).astype(object))
        labels |= set(rows["db"].dropna())
        engine.register("given rows", _table(rows, contract))
        verb = f"INSERT INTO {name}" if name in RAW else f"CREATE TABLE {name} AS"
        engine.execute(f'{verb} SELECT * FROM "given rows"')
        engine.unregister("given rows")
    counts = {f"n_{name}": len(frames.get(name, ())) for name in RAW}
    about = [{"db": db, "path": "", "bytes": 0, "writer": None, **counts} for db in sorted(labels)]
    store.databases = DATABASES.cast(pd.DataFrame(about, columns=DATABASES.names))
    store.problems = PROBLEMS.empty()


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
