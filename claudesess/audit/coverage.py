"""What each database of a store can answer, and what it cannot."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pandas as pd

from claudesess.audit.issues import examples_of
from claudesess.contracts import COVERAGE, DERIVED, RAW, RELATIONS, TIME, Contract

if TYPE_CHECKING:
    from claudesess.store import Store
    from claudesess.store.load import Problem

#: What an empty relation leaves unanswered; `nothing recorded` covers the others.
_EMPTY_NOTES = {
    "hook_events": "no event: tool calls, last signs of life and when chains closed are not known",
    "agent_registry": "no agent: either none was spawned, or its writer does not record them",
    "error_log": "no failure: either nothing failed, or its writer does not record failures",
    "context_snapshots": "no snapshot: what a compaction lost cannot be said",
    "llm_verdicts": "no verdict: no judge was set up, or its writer does not record verdicts",
}
_JSON_ISSUES = {
    "payload_unreadable": "hook_events",
    "snapshot_unreadable": "context_snapshots",
    "files_changed_unreadable": "agent_registry",
    "context_unreadable": "failed_paths",
}


def coverage(store: Store) -> pd.DataFrame:
    """Return what each database can and cannot answer: one row per database and relation.

    Returns
    -------
    pandas.DataFrame
        Rows there are, how many name no agent, no file and no time, first and last time, unreadable cells,
        and a note in words; see `claudesess.contracts.COVERAGE`.
    """
    counts = store.sql(" UNION ALL ".join(map(_counts, RELATIONS.values())))
    every = store.databases[["db", "writer"]].merge(pd.DataFrame({"relation": list(RELATIONS)}), how="cross")
    frame = every.merge(counts, how="left", on=["db", "relation"])
    problems = [problem for problem in store.list_problems() if problem.db is not None]
    unreadable = _unreadable_counts(store, problems)
    frame["n_unreadable"] = [unreadable[key] for key in zip(frame.db, frame.relation, strict=True)]
    frame["n_rows"] = frame["n_rows"].fillna(0)
    frame["is_answerable"] = frame["n_rows"] > 0
    absent = {(one.db, one.table) for one in problems if one.problem == "the table is missing"}
    blind = set(examples_of(store, "error_without_check").db)
    cut = _cut_off(problems)
    frame["note"] = [
        cut.get((db, relation)) or _note(relation, is_full, (db, relation) in absent, db in blind)
        for db, relation, is_full in zip(frame.db, frame.relation, frame.is_answerable, strict=True)
    ]
    return COVERAGE.cast(frame)


def _is_lost(problem: Problem) -> bool:
    """Whether a problem cost a whole table, or its end."""
    return problem.severity == "error" and problem.column is None and problem.table is not None


def _cut_off(problems: list[Problem]) -> dict[tuple[str | None, str | None], str]:
    """Say of which relations of a database not all is there, and why."""
    lost: dict[str | None, list[Problem]] = {}
    for problem in filter(_is_lost, problems):
        lost.setdefault(problem.db, []).append(problem)
    cut = {(one.db, one.table): one.problem for own in lost.values() for one in own}
    for db, own in lost.items():
        tables = f"made from tables that are cut off: {', '.join(str(one.table) for one in own)}"
        cut |= {(db, name): tables for name in DERIVED}
    broken = [one for one in problems if one.severity == "error" and one.table is None]
    return cut | {(one.db, name): one.problem for one in broken for name in RELATIONS}


def _counts(contract: Contract) -> str:
    """Return a SELECT of what there is of a relation in each database."""
    names = contract.names
    times = [column.name for column in contract.columns if column.dtype == TIME]
    # a call's beginning is known only where its duration is
    time = "ended_at" if contract.name == "tool_calls" else times[0]
    file = "file_path" if "file_path" in names else None
    agent = "agent_id" if "agent_id" in names and contract.name != "agent_runs" else None
    return f"""SELECT db, '{contract.name}' AS relation, count(*) AS n_rows,
            {_nulls(agent)} AS n_without_agent, {_nulls(file)} AS n_without_file,
            {_nulls(time)} AS n_without_time, min("{time}") AS first_at, max("{time}") AS last_at
        FROM "{contract.name}" GROUP BY db"""


def _nulls(column: str | None) -> str:
    return "NULL::BIGINT" if column is None else f'count(*) FILTER ("{column}" IS NULL)'


def _unreadable_counts(store: Store, problems: list[Problem]) -> Counter[tuple[str | None, str | None]]:
    found: Counter[tuple[str | None, str | None]] = Counter()
    for one in problems:
        if one.column is not None and one.table is not None:
            found[one.db, one.table] += one.count or 0
        found[one.db, one.table] += _is_lost(one)
    for issue, table in _JSON_ISSUES.items():
        rows = examples_of(store, issue)
        found.update({(db, table): int(n) for db, n in zip(rows["db"], rows["count"], strict=True)})
    return found


def _note(relation: str, is_full: bool, is_absent: bool, is_blind: bool) -> str | None:
    if is_absent:
        return "the table is missing"
    if not is_full:
        return _EMPTY_NOTES.get(
            relation, "nothing recorded" if relation in RAW else "nothing to derive it from"
        )
    if is_blind and relation in ("error_chains", "error_attempts"):
        return "some failures name no check: their chains are guessed from file and category, with no close"
    return None
