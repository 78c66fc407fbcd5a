"""The data dictionary: what each column means, and what stands below it in JSON and in families of facts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from claudesess_collector import vocabulary_keys

from claudesess.contracts.contract import Column, Contract


class Entry(NamedTuple):
    """A row of the dictionary: the columns of `claudesess.contracts.DICTIONARY`."""

    relation: str
    column: str
    key: str | None
    type: str | None
    unit: str | None
    meaning: str
    values: str | None
    nullable: bool
    source: str | None
    read_by: str | None


def entries(relations: dict[str, Contract]) -> Iterator[Entry]:
    """Yield an entry per column of every relation, and after a table's columns its keys and families."""
    for contract in relations.values():
        for column in contract.columns:
            yield _of_column(contract.name, column)
        if contract.name == "session_metrics":
            yield from _families(contract.name)
        for (table, name), keys in vocabulary_keys.KEYS.items():
            if table == contract.name:
                for key, (meaning, readers) in keys.items():
                    yield _of_key(table, name, key, meaning, readers)


def _of_column(relation: str, column: Column) -> Entry:
    values, source = ", ".join(column.values) or None, column.source or None
    return Entry(
        relation,
        column.name,
        None,
        column.dtype,
        column.unit,
        column.doc,
        values,
        column.nullable,
        source,
        None,
    )


def _families(relation: str) -> Iterator[Entry]:
    for family, (keys, values, readers) in vocabulary_keys.METRICS.items():
        yield _of_key(relation, "event_type", family, f"key: {keys}; value: {values}", readers)


def _of_key(relation: str, column: str, key: str, meaning: str, readers: tuple[str, ...]) -> Entry:
    return Entry(relation, column, key, None, None, meaning, None, True, None, ", ".join(readers) or None)
