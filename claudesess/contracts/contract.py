"""What a contract is: the promised columns of one relation, and the cast that keeps the promise."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray
from pandas.api.types import pandas_dtype

from claudesess.errors import ContractError

TEXT = "string"
INT = "Int64"
FLOAT = "Float64"
FLAG = "boolean"
TIME = "datetime64[us, UTC]"
CATEGORY = "category"
OBJECT = "object"  # Python lists and dicts parsed from JSON; a missing one is None

DTYPES = (TEXT, INT, FLOAT, FLAG, TIME, CATEGORY, OBJECT)
_PLAIN = {name: pandas_dtype(name) for name in (TEXT, INT, FLOAT, FLAG, TIME)}


@dataclass(frozen=True)
class Column:
    """One column of a relation.

    Parameters
    ----------
    name, dtype, doc
        Name in the frame, one of `DTYPES`, and what a value means in a sentence.
    unit
        Unit of the numbers: ``"s"``, ``"ms"``, ``"share"``, ``"count"``, ``"UTC"``, ...
        For objects the kind of JSON value: ``"list"`` or ``"dict"``.
    values
        The values known for a category, in the order in which people read them.
        A value that is not in the list is kept all the same.
    nullable
        False where every row has a value.
    source
        The column, table or payload key that the value comes from.
    """

    name: str
    dtype: str
    doc: str
    unit: str | None = None
    values: tuple[str, ...] = ()
    nullable: bool = True
    source: str = ""

    def __post_init__(self) -> None:
        if self.dtype not in DTYPES:
            raise ContractError(f"column {self.name}: dtype {self.dtype!r} is none of {', '.join(DTYPES)}")


@dataclass(frozen=True)
class Contract:
    """The columns, the grain and the key of one relation.

    Parameters
    ----------
    name
        Name of the relation, the same in SQL, in `claudesess.relations.frames` and as a metric's parameter.
    grain
        What one row is, in words.
    columns
        The columns, in order.
    key
        The columns that together name a row.
    """

    name: str
    grain: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        names = self.names
        if len(set(names)) != len(names) or not set(self.key) <= set(names):
            raise ContractError(f"contract {self.name}: a column is named twice, or a key is no column")

    @property
    def names(self) -> list[str]:
        """The column names, in order."""
        return [column.name for column in self.columns]

    def column(self, name: str) -> Column:
        """Return the column called `name`.

        Raises
        ------
        ContractError
            If the relation has no such column.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise ContractError(f"{self.name} has no column {name!r}; it has {', '.join(self.names)}")

    def cast(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return `frame` with exactly the promised columns, in order, with the promised types.

        Columns that the contract does not name are left out. A category that it does not know is kept, after
        the known ones. Times without a zone are read as UTC. The index is renumbered; `frame` stays as it is.

        Raises
        ------
        ContractError
            If a column is missing, or holds a value that its type cannot.
        """
        missing = [name for name in self.names if name not in frame.columns]
        if missing:
            raise ContractError(f"{self.name}: the frame lacks {', '.join(missing)}")
        cast = {column.name: self._cast(frame[column.name], column) for column in self.columns}
        return pd.DataFrame(cast, index=pd.RangeIndex(len(frame)))

    def filled(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return `frame` cast, the columns that it lacks holding nothing."""
        there = set(frame.columns)
        cast = {
            column.name: self._cast(frame[column.name], column)
            if column.name in there
            else _nothing(column, len(frame))
            for column in self.columns
        }
        return pd.DataFrame(cast, index=pd.RangeIndex(len(frame)))

    def empty(self) -> pd.DataFrame:
        """Return the frame of no rows, with every column in its type."""
        return self.cast(pd.DataFrame({name: pd.Series(dtype=object) for name in self.names}))

    def _cast(self, values: pd.Series, column: Column) -> ExtensionArray | pd.Series:
        try:
            return cast_column(values, column)
        except (TypeError, ValueError, OverflowError) as error:
            raise ContractError(f"{self.name}.{column.name} is no {column.dtype}: {error}") from error


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
    declared = list(column.values)
    if isinstance(values.array, pd.Categorical) and values.array.categories.tolist() == declared:
        return values.array
    place, found = pd.factorize(values.astype(_PLAIN[TEXT]))
    categories = pd.Index([*declared, *sorted(set(found) - set(declared))], dtype="str")
    code = np.append(categories.get_indexer(pd.Index(found)), -1)[place]  # the last: -1, not known
    return pd.Categorical.from_codes(code, categories)


def _nothing(column: Column, n: int) -> ExtensionArray | pd.Series:
    """Return so many missing values in the type of `column`."""
    values = _one_missing(column).take(np.zeros(n, dtype=np.intp))
    return values.reset_index(drop=True) if isinstance(values, pd.Series) else values


@cache
def _one_missing(column: Column) -> ExtensionArray | pd.Series:
    return cast_column(pd.Series([None], dtype=object), column)
