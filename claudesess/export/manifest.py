"""What a lake says of itself: its relations with the meaning of each column, its databases, its files."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from claudesess.contracts import RAW, RELATIONS, Contract
from claudesess.store.lake import DAY, PLACE, PROJECT, LakeDatabase, file_schema
from claudesess.store.load import Problem

if TYPE_CHECKING:
    from claudesess.pseudonyms import Pseudonyms
    from claudesess.store.shelf import State

_OF_THE_LAKE = {
    PLACE: "Place of the row in its table of its database, from 0",
    PROJECT: "Partition: the project, as session_covariates names it; else the label of the file",
    DAY: "Partition: day (UTC) on which the session began; of a row of no session its own day",
}  # fmt: skip
_TEXTS = "texts are pseudonyms, and summaries of compactions were left out"


def relations() -> dict[str, Any]:
    """Return what the manifest says of each relation, from the contracts."""
    return {
        name: {"row": contract.grain, "key": list(contract.key), "columns": _columns(contract)}
        for name, contract in RELATIONS.items()
    }


def _columns(contract: Contract) -> list[dict[str, Any]]:
    kinds = {field.name: str(field.type) for field in file_schema(contract)}
    own = [
        {
            "name": column.name,
            "type": kinds[column.name],
            "unit": column.unit,
            "meaning": column.doc,
            "values": list(column.values),
            "nullable": column.nullable,
        }
        for column in contract.columns
    ]
    kinds |= {PROJECT: "string", DAY: "date32[day]"}
    return own + [
        {"name": name, "type": kinds[name], "unit": None, "meaning": meaning, "values": [],
         "nullable": name != PLACE}
        for name, meaning in _OF_THE_LAKE.items() if name in kinds
    ]  # fmt: skip


def database(state: State, name: str, problems: list[Problem], pseudonyms: Pseudonyms | None) -> LakeDatabase:
    """Return what the manifest says of a database.

    Parameters
    ----------
    state
        What is known of it.
    name
        Of its state, and of all else that its files depend on.
    problems
        What was not loaded of it.
    pseudonyms
        With it, only what may be shared.
    """
    whole = LakeDatabase(state.db, state.path, state.bytes, state.writer, name, tuple(problems))
    if pseudonyms is None:
        return whole
    shared = tuple(_shared(problem, pseudonyms) for problem in problems)
    return replace(
        whole,
        db=pseudonyms.text(state.db),
        path=pseudonyms.text(state.path),
        writer=state.writer and pseudonyms.text(state.writer),
        problems=(*shared, Problem(None, "", None, None, _TEXTS, "info")),
    )


def unread(problems: list[Problem], pseudonyms: Pseudonyms | None) -> tuple[Problem, ...]:
    """Return what the manifest says of places that could not be read."""
    return tuple(problems if pseudonyms is None else (_shared(problem, pseudonyms) for problem in problems))


def _shared(problem: Problem, pseudonyms: Pseudonyms) -> Problem:
    """Return a problem less what is of the file itself: reasons of the engine, names, examples."""
    columns = RAW[problem.table].names if problem.table in RAW else []
    return replace(
        problem,
        db=problem.db and pseudonyms.text(problem.db),
        path=problem.path and pseudonyms.text(problem.path),
        table=problem.table if problem.table in RAW else problem.table and pseudonyms.text(problem.table),
        column=problem.column
        if problem.column in columns
        else problem.column and pseudonyms.text(problem.column),
        problem=problem.problem.partition(":")[0].partition(" (")[0],
        example=None,
    )
