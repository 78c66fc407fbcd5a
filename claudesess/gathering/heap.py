"""Sums of many databases, put below each other as they come, in little memory."""

from __future__ import annotations

import pyarrow as pa

_FEW = 64


class Heap:
    """Tables of one kind: small ones are put together now and then, since each costs more than its rows."""

    def __init__(self) -> None:
        self._small: list[pa.Table] = []
        self._large: list[pa.Table] = []

    def add(self, table: pa.Table) -> None:
        """Put a table below the others."""
        self._small.append(table)
        if len(self._small) == _FEW:
            self._large.append(_together(self._small))
            self._small = []
        if len(self._large) == _FEW:
            self._large = [_together(self._large)]

    @property
    def table(self) -> pa.Table | None:
        """All of them as one; None where there is none."""
        tables = [*self._large, *self._small]
        if not tables:
            return None
        self._large, self._small = [_together(tables)], []
        return self._large[0]

    @property
    def nbytes(self) -> int:
        """Bytes that they take."""
        return sum(table.nbytes for table in (*self._large, *self._small))


def _together(tables: list[pa.Table]) -> pa.Table:
    return pa.concat_tables(tables, promote_options="permissive").unify_dictionaries().combine_chunks()
