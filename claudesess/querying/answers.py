"""An answer of the store as people read it, and as CSV, JSON and Parquet."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rich.table import Table
from rich.text import Text

from claudesess import files
from claudesess.contracts import RELATIONS
from claudesess.errors import QueryError
from claudesess.text import ascii_json, plain, shortened

MOST_ROWS = 1_000
"""So many rows a table for people has; the other forms have all."""

_LONGEST = 120  # characters of a cell for people


def table(answer: pd.DataFrame) -> Table:
    """Lay out an answer for a terminal: a line per row, long texts cut, what is not known as a dash."""
    drawn = Table(box=None, pad_edge=False, header_style="bold")
    for place, name in enumerate(answer.columns):
        column = answer.iloc[:, place]
        is_number = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
        heading = Text(plain(shortened(str(name), _LONGEST)))
        drawn.add_column(heading, justify="right" if is_number else "left", no_wrap=True)
    for row in _rows(answer.head(MOST_ROWS)):
        drawn.add_row(*(Text(_cell(value)) for value in row))
    return drawn


def relations() -> Table:
    """Lay out what can be asked of: each relation with what one of its rows is."""
    drawn = Table(box=None, pad_edge=False, header_style="bold")
    drawn.add_column("table", no_wrap=True)
    drawn.add_column("a row is")
    for name, contract in RELATIONS.items():
        drawn.add_row(name, contract.grain)
    return drawn


def csv(answer: pd.DataFrame) -> str:
    """Write an answer as comma-separated lines; what is not known is empty, times are ISO in UTC."""
    rows = [["" if value is None else _text(value) for value in row] for row in _rows(answer)]
    return pd.DataFrame(rows, columns=answer.columns, dtype=object).to_csv(index=False, lineterminator="\n")


def json_lines(answer: pd.DataFrame) -> str:
    """Write an answer as an object per line; times are ISO in UTC, what is not known or no number is null.

    Raises
    ------
    QueryError
        Two columns have one name.
    """
    names = _names(answer)
    lines = [json.dumps(dict(zip(names, row, strict=True)), allow_nan=False) for row in _rows(answer)]
    return ascii_json("".join(f"{line}\n" for line in lines))


def parquet(answer: pd.DataFrame, path: Path) -> None:
    """Write an answer as a Parquet file; there is a whole one or none.

    Raises
    ------
    QueryError
        Two columns have one name, a column has a type that Parquet lacks, or the file cannot be written.
    """
    import pyarrow as pa

    _names(answer)
    files.leave_alone(path)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        answer.to_parquet(part, index=False)
        part.replace(path)
    except OSError as error:
        raise QueryError(f"{path} cannot be written ({error.strerror or error}).") from error
    except (pa.ArrowException, ValueError, TypeError) as error:
        raise QueryError(
            f"A column fits into no Parquet file; cast it to VARCHAR in the query ({error})."
        ) from error
    finally:
        part.unlink(missing_ok=True)


def _names(answer: pd.DataFrame) -> list[str]:
    names = [str(name) for name in answer.columns]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise QueryError(f"Two columns are called {twice!r}; tell them apart in the query: SELECT a AS b.")
    return names


def _rows(answer: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    """Yield the rows, in the types that JSON has: lengths of time in seconds, what is not known None."""
    columns = [[_plain(value) for value in answer.iloc[:, place]] for place in range(answer.shape[1])]
    return zip(*columns, strict=True)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(_plain(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [_plain(item) for item in value]
    if value is None or pd.isna(value) or (isinstance(value, float) and math.isinf(value)):
        return None
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, pd.Timestamp):
        return value.isoformat(timespec="microseconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, pd.DateOffset):  # an interval, as the engine has them
        parts = value.kwds
        seconds = parts.get("days", 0) * 86_400 + parts.get("nanoseconds", 0) / 1e9
        return f"{parts['months']} months and {seconds:g} s" if parts.get("months") else seconds
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, bytes):
        return value.hex()
    return value if isinstance(value, (str, bool, int, float)) else str(value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    return plain(shortened(f"{value:,.6g}" if isinstance(value, float) else _text(value), _LONGEST))
