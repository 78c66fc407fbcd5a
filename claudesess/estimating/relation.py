"""A relation that a measure is asked of, and how a measure's SQL shapes relations into units."""

from __future__ import annotations

import importlib
import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from claudesess.errors import ContractError

if TYPE_CHECKING:
    import pandas as pd

    from claudesess.contracts import Units
    from claudesess.store import Store

_METRICS = "claudesess.metrics"
_MADE_ONCE = re.compile(r"(?m)^-- Made once\b")
_NO_TABLES: Mapping[str, str] = {}
Kind = Literal["check", "vcs", "run", "probe", "all"]
"""What is asked of where an aim counts: its kind."""


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
    bound
        Values of the ``$name`` of that SELECT.
    kept
        Rows of what was asked of these relations already: a control asks again for the units of the result.
    """

    store: Store
    name: str
    query: str = ""
    bound: Mapping[str, Any] = field(default_factory=dict)
    kept: dict[Hashable, pd.DataFrame] = field(default_factory=dict, compare=False, repr=False)

    def replaced(self, query: str, **bound: Any) -> Relation:
        """Return the same relation with other rows, such as the placebo of a control."""
        return replace(self, query=query, bound=bound)


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
    it. One whose comment has a line ``-- Made once`` becomes a table, which all of them read.
    """
    return units.cast(rows(units.question, units.measure, *relations, **options))


def rows(question: str, name: str, *relations: Relation, **options: Any) -> pd.DataFrame:
    """Return the rows of a file of SQL in the folder of a question, as they come.

    Parameters
    ----------
    question, name
        The folder, and the file.
    *relations, **options
        As for `shaped`.
    """
    if any(relation.query for relation in relations):
        return _asked(question, name, relations, options)
    kept, key = relations[0].kept, (question, name, *options.items())
    if key not in kept:
        kept[key] = _asked(question, name, relations, options)
    return kept[key].copy(deep=False)


def _asked(
    question: str, name: str, relations: tuple[Relation, ...], options: Mapping[str, Any]
) -> pd.DataFrame:
    select, store = _text(question, name), relations[0].store
    stand_ins = {relation.name: relation.query for relation in relations if relation.query}
    given = {name: value for relation in relations for name, value in relation.bound.items()} | {**options}
    tables = {
        part: _table(store, question, part, stand_ins, given)
        for part in _shared(question, select)
        if _is_made_once(question, part)
    }
    query = _spliced(stand_ins | _shared(question, select, tables), select)
    return store.sql(query, _bound(query, given))


def _table(
    store: Store, question: str, part: str, stand_ins: Mapping[str, str], given: Mapping[str, Any]
) -> str:
    """Make a table of a shared part, for all that is asked of the same relations; return its name."""
    select = f"SELECT * FROM {part}"
    query = _spliced({**stand_ins, **_shared(question, select)}, select)
    return store.table_of(query, _bound(query, given))


def _bound(query: str, given: Mapping[str, Any]) -> dict[str, Any] | None:
    return {name: value for name, value in given.items() if re.search(rf"\${name}\b", query)} or None


def query_of(question: str, name: str) -> str:
    """Return a file of SQL in the folder of a question with its shared parts, to stand in for a relation.

    Raises
    ------
    ContractError
        There is none.
    """
    text = _text(question, name)
    return _spliced(_shared(question, text), text)


def _text(question: str, name: str) -> str:
    text = _beside(question, name)
    if text is None:
        raise ContractError(f"{question}: there is no {name}.sql")
    return text


def _shared(question: str, select: str, tables: Mapping[str, str] = _NO_TABLES) -> dict[str, str]:
    """Find the shared parts that a text names, those that they name first; some are tables already."""
    found: dict[str, str] = {}
    for name in dict.fromkeys(re.findall(r"(?<![\w$.])_[a-z_]+", select)):
        if name in tables:
            found |= {name: f"SELECT * FROM {tables[name]}"}
            continue
        text = _beside(question, name)
        if text is not None:
            found |= _shared(question, text, tables) | {name: text}
    return found


def _beside(question: str, name: str) -> str | None:
    """Read a file of SQL in the folder of a question, without its comments."""
    text = _with_comments(question, name)
    return None if text is None else re.sub(r"(?m)^\s*--.*\n?", "", text).strip()


def _is_made_once(question: str, name: str) -> bool:
    """Whether a shared part says that it is made once: it is dear to make, and its rows are few."""
    return bool(_MADE_ONCE.search(_with_comments(question, name) or ""))


def _with_comments(question: str, name: str) -> str | None:
    folders = importlib.import_module(f"{_METRICS}.{question}").__path__
    for file in (Path(folder) / f"{name}.sql" for folder in folders):
        if file.is_file():
            return file.read_text(encoding="utf-8")
    return None


def _spliced(parts: dict[str, str], select: str) -> str:
    """Put named parts before a SELECT that may have some of its own."""
    if not parts:
        return select
    named = ",\n".join(f"{name} AS ({text})" for name, text in parts.items())
    return f"WITH {named},\n{select[5:]}" if select.startswith("WITH ") else f"WITH {named}\n{select}"
