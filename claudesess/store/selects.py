"""SELECTs of what lies on disk as Parquet: the rows of a table, or of a relation made beside it."""

from __future__ import annotations

from datetime import UTC, datetime

from claudesess.contracts import FLAG, INT, TIME, Contract

EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
"""Times outside of these read as NA, infinity included: arithmetic on them overflows."""

_KINDS = {INT: "BIGINT", FLAG: "BOOLEAN", TIME: "TIMESTAMPTZ"}


def rows(contract: Contract, files: list[str], labels: list[str] | None) -> str:
    """Return a SELECT of the rows of a table, which may have no file."""
    if not files:
        return nothing(contract)
    return of_files(", ".join(f'"{column.name}"' for column in contract.columns[1:]), files, labels)


def nothing(contract: Contract) -> str:
    """Return a SELECT of no rows of a table."""
    cells = (f'NULL::{_KINDS.get(c.dtype, "VARCHAR")} AS "{c.name}"' for c in contract.columns)
    return f"SELECT {', '.join(cells)} WHERE false"


def of_files(columns: str, files: list[str], labels: list[str] | None) -> str:
    """Return a SELECT of the rows of Parquet files; the folder of each has the number of its label."""
    db = "db::VARCHAR" if labels is None else f"list_extract([{', '.join(map(literal, labels))}], db + 1)"
    listed = ", ".join(map(literal, files))
    options = "hive_partitioning = true, hive_types = {'db': INTEGER}"
    return f"SELECT {db} AS db, {columns} FROM read_parquet([{listed}], {options})"


def literal(text: str) -> str:
    """Write a text as SQL does: a label, a file's name; a view has no place for bound values."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Write the name of a table or a column as SQL does."""
    return '"' + name.replace('"', '""') + '"'
