"""What each database of a store can answer, and what it cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from claudesess.audit.issues import examples_of
from claudesess.contracts import COVERAGE, DERIVED, RAW, RELATIONS, TIME, Contract

if TYPE_CHECKING:
    from claudesess.store import Store

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
    unreadable = _unreadable_counts(store)
    frame["n_unreadable"] = [unreadable.get(key, 0) for key in zip(frame.db, frame.relation, strict=True)]
    frame["n_rows"] = frame["n_rows"].fillna(0)
    frame["is_answerable"] = frame["n_rows"] > 0
    missing = store.problems.query("problem == 'the table is missing'")
    absent = set(zip(missing.db, missing.table, strict=True))
    lost = _lost_tables(store)
    cut = dict(zip(zip(lost.db, lost.table, strict=True), lost.problem, strict=True))
    cut |= {(db, name): f"made from tables that are cut off: {', '.join(part.table)}"
            for db, part in lost.groupby("db") for name in DERIVED}  # fmt: skip
    broken = store.problems.query("severity == 'error' and table.isna()").dropna(subset=["db"])
    cut |= {(db, name): problem for db, problem in zip(broken.db, broken.problem, strict=True)
            for name in RELATIONS if db in set(store.databases.db)}  # fmt: skip
    blind = set(examples_of(store, "error_without_check").db)
    frame["note"] = [
        cut.get((db, relation)) or _note(relation, is_full, (db, relation) in absent, db in blind)
        for db, relation, is_full in zip(frame.db, frame.relation, frame.is_answerable, strict=True)
    ]
    return COVERAGE.cast(frame)


def _lost_tables(store: Store) -> pd.DataFrame:
    """Return the problems that cost a whole table, or its end."""
    return store.problems.query("severity == 'error' and column.isna()").dropna(subset=["db", "table"])


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


def _unreadable_counts(store: Store) -> dict[tuple[str, str], int]:
    cells = store.problems.dropna(subset=["db", "table", "column", "count"])
    parts = [part[["db", "table", "count"]] for part in (cells, _lost_tables(store).assign(count=1))]
    for issue, table in _JSON_ISSUES.items():
        parts.append(examples_of(store, issue).assign(table=table)[["db", "table", "count"]])
    total = pd.concat(parts).groupby(["db", "table"], as_index=False)["count"].sum()
    return {
        (db, table): int(count)
        for db, table, count in zip(total.db, total.table, total["count"], strict=True)
    }


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
