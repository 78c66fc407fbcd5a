"""A relation that a measure is asked of, and how a measure's SQL shapes relations into units."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from claudesess.contracts import Units
    from claudesess.store import Store

_METRICS = "claudesess.metrics"


@dataclass(frozen=True)
class Relation:
    """One relation of a store, not loaded: its rows stay in the engine.

    Parameters
    ----------
    store
        The store that has it.
    name
        Its name: a table, a contract and a parameter of ``units``.
    query
        A SELECT that stands in for it (rows of the same columns); empty: the relation as it is.
    """

    store: Store
    name: str
    query: str = ""

    def replaced(self, query: str) -> Relation:
        """Return the same relation with other rows, such as the placebo of a control."""
        return replace(self, query=query)


def shaped(units: Units, *relations: Relation, **options: Any) -> pd.DataFrame:
    """Shape relations into units by the SQL beside the measure: `metrics/<question>/<measure>.sql`.

    Parameters
    ----------
    units
        The measure's contract, whose name says where the SQL is.
    *relations
        The relations of the measure, all of one store.
    **options
        Bound to the ``$name`` of the SQL.

    Returns
    -------
    DataFrame
        `units`, in the order of the SQL.

    Notes
    -----
    A name that begins with ``_`` in the SQL is a part shared by the measures of the question: a file beside
    it.
    """
    folder = resources.files(_METRICS) / units.question
    select = _text(folder / f"{units.measure}.sql")
    parts = {relation.name: relation.query for relation in relations if relation.query}
    query = _spliced(parts | _shared(folder, select), select)
    bound = {name: value for name, value in options.items() if re.search(rf"\${name}\b", query)}
    return units.cast(relations[0].store.sql(query, bound or None))


def _shared(folder: Any, select: str) -> dict[str, str]:
    """Find the shared parts that a text names, those that they name first."""
    found: dict[str, str] = {}
    for name in dict.fromkeys(re.findall(r"(?<![\w$.])_[a-z_]+", select)):
        file = folder / f"{name}.sql"
        if file.is_file():
            text = _text(file)
            found |= _shared(folder, text) | {name: text}
    return found


def _text(file: Any) -> str:
    return re.sub(r"(?m)^\s*--.*\n?", "", file.read_text(encoding="utf-8")).strip()


def _spliced(parts: dict[str, str], select: str) -> str:
    """Put named parts before a SELECT that may have some of its own."""
    if not parts:
        return select
    named = ",\n".join(f"{name} AS ({text})" for name, text in parts.items())
    return f"WITH {named},\n{select[5:]}" if select.startswith("WITH ") else f"WITH {named}\n{select}"
