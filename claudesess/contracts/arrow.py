"""The Arrow type of every column: what tables are in memory, in Parquet and for other libraries."""

from __future__ import annotations

import pyarrow as pa

from claudesess.contracts.contract import FLAG, FLOAT, INT, TIME, Column, Contract

_KINDS = {
    INT: pa.int64(),
    FLOAT: pa.float64(),
    FLAG: pa.bool_(),
    TIME: pa.timestamp("us", tz="UTC"),
}


def kind(column: Column) -> pa.DataType:
    """Return the type of a column; categories and JSON are text."""
    return _KINDS.get(column.dtype, pa.string())


def schema(contract: Contract) -> pa.Schema:
    """Return the types of all columns, in order.

    Examples
    --------
    >>> from claudesess.contracts import RAW
    >>> schema(RAW["project_state"]).field("updated_at").type
    TimestampType(timestamp[us, tz=UTC])
    """
    return pa.schema([(column.name, kind(column)) for column in contract.columns])
