"""Cells as SQLite held them become the types that a contract promises."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from claudesess.contracts import FLAG, TIME, Column, Contract, arrow
from claudesess.store import small_engine
from claudesess.store.selects import EARLIEST, LATEST
from claudesess.store.tally import Tally

#: Other writers say '' for the main thread; neither a session nor an agent is called nothing.
_FOLDED = {"session_id", "agent_id"}
#: `2026-05-04 09:00:00`, with milliseconds or microseconds: what Arrow reads as the engine does, only faster.
_PLAIN_LENGTHS = pa.array([19, 23, 26], pa.int32())
_FIRST_US, _END_US = (int(moment.timestamp()) * 1_000_000 for moment in (EARLIEST, LATEST))


def schema(contract: Contract) -> pa.Schema:
    """Return the types of a table's columns, without the label of its file."""
    return arrow.schema(contract).remove(0)


def typed(batch: pa.RecordBatch, contract: Contract, tally: Tally) -> pa.Table:
    """Return a batch with all columns of the contract, in their types; what has no time is counted."""
    there = dict(zip(batch.schema.names, batch.columns, strict=True))
    kinds = schema(contract)
    columns = [
        _typed(there[column.name], column, tally)
        if column.name in there
        else pa.nulls(batch.num_rows, kinds.field(column.name).type)
        for column in contract.columns[1:]
    ]
    return pa.table(columns, schema=kinds)


def _typed(cells: pa.Array, column: Column, tally: Tally) -> pa.Array:
    if column.dtype == TIME:
        times = _times(cells)
        _count_unread(cells, times, column.name, tally)
        return times
    if column.dtype == FLAG:
        return pc.not_equal(cells, 0)
    if column.name in _FOLDED:
        return pc.if_else(pc.equal(cells, ""), pa.scalar(None, pa.string()), cells)
    return cells


def _times(cells: pa.Array) -> pa.Array:
    kind = pa.timestamp("us", "UTC")
    is_plain = pc.all(pc.is_in(pc.binary_length(cells.drop_null()), value_set=_PLAIN_LENGTHS))
    if is_plain.as_py() is not False:
        try:
            times = cells.cast(pa.timestamp("us")).cast(kind)
        except pa.ArrowInvalid:
            return _read_by_the_engine(cells)
        # As numbers: Python has no word for the year 0, which Arrow reads.
        bounds = pc.min_max(times.cast(pa.int64())).as_py()
        if bounds["min"] is None or _FIRST_US <= bounds["min"] <= bounds["max"] < _END_US:
            return times
    return _read_by_the_engine(cells)


def _read_by_the_engine(cells: pa.Array) -> pa.Array:
    time = "try_cast(cell AS TIMESTAMPTZ)"
    first, last = (f"TIMESTAMPTZ '{moment:%Y-%m-%d}'" for moment in (EARLIEST, LATEST))
    query = f"SELECT CASE WHEN {time} BETWEEN {first} AND {last} THEN {time} END AS cell FROM cells"
    with small_engine.connected() as engine:
        engine.register("cells", pa.table({"cell": cells}))
        return engine.sql(query).to_arrow_table()["cell"].combine_chunks()


def _count_unread(cells: pa.Array, times: pa.Array, name: str, tally: Tally) -> None:
    n = times.null_count - cells.null_count
    if n:
        lost = cells.filter(pc.and_(pc.is_null(times), pc.is_valid(cells)))
        tally.unread[name] = tally.unread.get(name, 0) + n
        example = max(lost.to_pylist())
        tally.unread_example[name] = max(example, tally.unread_example.get(name, example))
