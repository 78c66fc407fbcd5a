"""The cast that keeps the promise of a contract."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray
from pandas.api.types import pandas_dtype

from claudesess.contracts.contract import CATEGORY, FLAG, FLOAT, INT, OBJECT, TEXT, TIME, Column, Contract
from claudesess.errors import ContractError

_PLAIN: dict[str, Any] = {name: pandas_dtype(name) for name in (TEXT, INT, FLOAT, FLAG, TIME)}


def cast(frame: pd.DataFrame, contract: Contract) -> pd.DataFrame:
    """Return `frame` as `Contract.cast` promises it."""
    missing = [name for name in contract.names if name not in frame.columns]
    if missing:
        raise ContractError(f"{contract.name}: the frame lacks {', '.join(missing)}")
    return filled(frame, contract)


def filled(frame: pd.DataFrame, contract: Contract) -> pd.DataFrame:
    """Return `frame` as `Contract.filled` promises it."""
    there = set(frame.columns)
    columns = {
        column.name: _cast(frame[column.name], contract, column)
        if column.name in there
        else nothing(column, len(frame))
        for column in contract.columns
    }
    return pd.DataFrame(columns, index=pd.RangeIndex(len(frame)))


def _cast(values: pd.Series, contract: Contract, column: Column) -> ExtensionArray | pd.Series:
    try:
        return cast_column(values, column)
    except (TypeError, ValueError, OverflowError) as error:
        raise ContractError(f"{contract.name}.{column.name} is no {column.dtype}: {error}") from error


def cast_column(values: pd.Series, column: Column) -> ExtensionArray | pd.Series:
    """Return `values` in the type of `column`, without index; what has the type already stays as it is."""
    if column.dtype == OBJECT:
        loose = values.reset_index(drop=True).astype(object)
        return loose.where(loose.notna(), None)  # an array of them would be taken for texts
    if column.dtype == CATEGORY:
        return _category(values, column)
    plain, typed = _PLAIN[column.dtype], values
    if column.dtype == TIME and values.dtype != plain:
        typed = pd.to_datetime(values, utc=True, format="ISO8601")
    array: ExtensionArray = (typed if typed.dtype == plain else typed.astype(plain)).array
    return array


def _category(values: pd.Series, column: Column) -> pd.Categorical:
    typed = values.array
    if isinstance(typed, pd.Categorical) and typed.categories.tolist() == list(column.values):
        return typed
    kind = _categories(column.values)
    texts = values if values.dtype == _PLAIN[TEXT] else values.astype(_PLAIN[TEXT])
    place, found = pd.factorize(texts.array)
    if others := sorted(set(found) - set(column.values)):
        kind = _categories((*column.values, *others))
    code = np.append(kind.categories.get_indexer(pd.Index(found)), -1)[place]  # the last: -1, not known
    return pd.Categorical.from_codes(code, dtype=kind, validate=False)


@cache
def _categories(values: tuple[str, ...]) -> pd.CategoricalDtype:
    return pd.CategoricalDtype(pd.Index(values, dtype="str"))


def nothing(column: Column, n: int) -> ExtensionArray | pd.Series:
    """Return so many missing values in the type of `column`."""
    values = _one_missing(column).take(np.zeros(n, dtype=np.intp))
    return values.reset_index(drop=True) if isinstance(values, pd.Series) else values


@cache
def _one_missing(column: Column) -> ExtensionArray | pd.Series:
    return cast_column(pd.Series([None], dtype=object), column)
