"""Answers of the engine as frames whose missing values are NA in every column."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

_DTYPES = {
    pa.int64(): pd.Int64Dtype(),
    pa.int32(): pd.Int64Dtype(),
    pa.float64(): pd.Float64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
    pa.string(): pd.StringDtype(),
}


def framed(table: pa.Table) -> pd.DataFrame:
    """Turn an Arrow table into a frame."""
    fields = [field.with_type(_plain(field.type)) for field in table.schema]
    frame: pd.DataFrame = table.cast(pa.schema(fields)).to_pandas(types_mapper=_DTYPES.get)
    return frame


def _plain(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_decimal(kind):  # sums of integers come as decimals without places
        return pa.int64() if kind.scale == 0 else pa.float64()
    if pa.types.is_integer(kind):
        return pa.int64()
    return kind
