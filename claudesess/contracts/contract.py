"""What a contract is: the promised columns of one relation; `casting` keeps the promise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from claudesess.errors import ContractError

if TYPE_CHECKING:
    import pandas as pd

TEXT = "string"
INT = "Int64"
FLOAT = "Float64"
FLAG = "boolean"
TIME = "datetime64[us, UTC]"
CATEGORY = "category"
OBJECT = "object"  # Python lists and dicts parsed from JSON; a missing one is None

DTYPES = (TEXT, INT, FLOAT, FLAG, TIME, CATEGORY, OBJECT)


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
        from claudesess.contracts import casting  # what is promised is read without pandas

        return casting.cast(frame, self)

    def filled(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return `frame` cast, the columns that it lacks holding nothing."""
        from claudesess.contracts import casting

        return casting.filled(frame, self)

    def made(self, columns: Mapping[str, Any], n: int) -> pd.DataFrame:
        """Return a frame of `n` rows, made of arrays of so many values, or of one value for all rows.

        Cast as by `cast`; columns that are left out hold nothing. An array has no index that would be heeded.
        """
        from claudesess.contracts import casting

        return casting.made(columns, n, self)

    def empty(self) -> pd.DataFrame:
        """Return the frame of no rows, with every column in its type."""
        return self.made({}, 0)
