"""The cast that keeps the promise of a contract."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
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
    wanted = set(contract.names)
    return made({str(name): column for name, column in frame.items() if name in wanted}, len(frame), contract)


def made(columns: Mapping[str, Any], n: int, contract: Contract) -> pd.DataFrame:
    """Return the frame that `Contract.made` promises."""
    cast = {
        column.name: _cast(columns[column.name], n, contract, column)
        if column.name in columns
        else nothing(column, n)
        for column in contract.columns
    }
    return pd.DataFrame(cast, index=pd.RangeIndex(n))


def _cast(values: Any, n: int, contract: Contract, column: Column) -> ExtensionArray | pd.Series:
    try:
        if values is None or isinstance(values, (str, float, int)):
            return _of_one(values, column).take(np.zeros(n, dtype=np.intp))
        return cast_column(values, column)
    except (TypeError, ValueError, OverflowError) as error:
        raise ContractError(f"{contract.name}.{column.name} is no {column.dtype}: {error}") from error


def cast_column(
    values: pd.Series | ExtensionArray | np.ndarray, column: Column
) -> ExtensionArray | pd.Series:
    """Return `values` in the type of `column`, without index; what has the type already stays as it is."""
    if column.dtype == OBJECT:
        loose = pd.Series(values).reset_index(drop=True).astype(object)
        return loose.where(loose.notna(), None)  # an array of them would be taken for texts
    array = values.array if isinstance(values, pd.Series) else values
    if isinstance(array, pd.arrays.NumpyExtensionArray):
        array = array.to_numpy()
    if column.dtype == CATEGORY:
        return _category(array, column)
    plain = _PLAIN[column.dtype]
    if array.dtype == plain:
        return array  # type: ignore[return-value]
    if isinstance(array, np.ndarray) and (quick := _computed(array, column)) is not None:
        return quick
    if column.dtype == TIME:
        return pd.to_datetime(pd.Series(array), utc=True, format="ISO8601").astype(plain).array
    cast: ExtensionArray = pd.Series(array).astype(plain).array
    return cast


def _computed(array: np.ndarray, column: Column) -> ExtensionArray | None:
    """Cast what was computed without a detour by a series, which takes ten times as long; None: not so."""
    kind = array.dtype.kind
    if column.dtype == FLOAT and array.dtype == np.float64:
        return pd.arrays.FloatingArray(array, np.isnan(array))
    if column.dtype == INT and kind in "if":
        is_missing = np.isnan(array) if kind == "f" else np.zeros(len(array), dtype=bool)
        filled_up = np.where(is_missing, 0, array)
        whole = filled_up.astype(np.int64)
        return pd.arrays.IntegerArray(whole, is_missing) if (whole == filled_up).all() else None
    if column.dtype == FLAG and kind == "b":
        return pd.arrays.BooleanArray(array, np.zeros(len(array), dtype=bool))
    if column.dtype == TEXT and kind == "O":
        texts: ExtensionArray = pd.array(array, dtype=_PLAIN[TEXT])
        return texts
    return None


def _category(array: ExtensionArray | np.ndarray, column: Column) -> pd.Categorical:
    if isinstance(array, pd.Categorical) and array.categories.tolist() == list(column.values):
        return array
    kind = _categories(column.values)
    texts = array if array.dtype == _PLAIN[TEXT] else pd.Series(array).astype(_PLAIN[TEXT]).array
    place, found = pd.factorize(texts)  # type: ignore[arg-type]
    if others := sorted(set(found) - set(column.values)):
        kind = _categories((*column.values, *others))
    code = np.append(kind.categories.get_indexer(pd.Index(found)), -1)[place]  # the last: -1, not known
    return pd.Categorical.from_codes(code, dtype=kind, validate=False)


@cache
def _categories(values: tuple[str, ...]) -> pd.CategoricalDtype:
    return pd.CategoricalDtype(pd.Index(values, dtype="str"))


def nothing(column: Column, n: int) -> ExtensionArray | pd.Series:
    """Return so many missing values in the type of `column`."""
    values = _of_one(None, column).take(np.zeros(n, dtype=np.intp))
    return values.reset_index(drop=True) if isinstance(values, pd.Series) else values


@lru_cache(maxsize=1024)
def _of_one(value: str | float | None, column: Column) -> ExtensionArray | pd.Series:
    return cast_column(pd.Series([value], dtype=object), column)
