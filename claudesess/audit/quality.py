"""What a store can answer, and what is odd about it: behind `frames.coverage` and `frames.audit`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from claudesess.audit.issues import CHECKS, Check
from claudesess.contracts import COVERAGE, DERIVED, FINDINGS, RAW, RELATIONS, TIME, Contract

if TYPE_CHECKING:
    from claudesess.store import Store

_NOT_LOADED = "not_loaded"
#: What an empty relation leaves unanswered; `nothing recorded` covers the others.
_EMPTY_NOTES = {
    "hook_events": "no event: tool calls, last signs of life and when chains closed are not known",
    "agent_registry": "no agent: either none was spawned, or its writer does not record them",
    "error_log": "no failure: either nothing failed, or its writer does not record failures",
    "context_snapshots": "no snapshot: what a compaction lost cannot be said",
    "llm_verdicts": "no verdict: no judge was set up, or its writer does not record verdicts",
}
_JSON_CHECKS = {
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
    counts = pd.concat([_counted(store, contract) for contract in RELATIONS.values()])
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
    blind = set(_examples(store, _check("error_without_check")).db)
    frame["note"] = [
        cut.get((db, relation)) or _note(relation, is_full, (db, relation) in absent, db in blind)
        for db, relation, is_full in zip(frame.db, frame.relation, frame.is_answerable, strict=True)
    ]
    return COVERAGE.cast(frame)


def audit(store: Store) -> pd.DataFrame:
    """Return what is odd about the data: one row per kind of finding and database; no rows is good.

    Returns
    -------
    pandas.DataFrame
        `finding`, `severity`, `db`, `count`, `examples`, `meaning`; the gravest first.
    """
    found = [
        _examples(store, check).assign(finding=check.finding, severity=check.severity, meaning=check.meaning)
        for check in CHECKS
    ]
    frame = FINDINGS.cast(pd.concat([_not_loaded(store), *(part for part in found if len(part))]))
    rank = frame["severity"].map({"error": 0, "warning": 1, "info": 2}).astype("int64")
    order = frame.assign(rank=rank).sort_values("rank", kind="stable").index
    return frame.loc[order].reset_index(drop=True)


def _check(finding: str) -> Check:
    return next(check for check in CHECKS if check.finding == finding)


def _examples(store: Store, check: Check) -> pd.DataFrame:
    """Return `db`, `count` and up to three `examples` of one check, by their row."""
    return store.sql(
        f"""WITH found AS ({check.query}),
            placed AS (
                SELECT db, example, row_number() OVER (
                    PARTITION BY db ORDER BY try_cast(regexp_extract(example, '\\d+') AS BIGINT), example
                ) AS place
                FROM found
            )
            SELECT db, count(*) AS "count",
                string_agg(example, ', ' ORDER BY place) FILTER (place <= 3) AS examples
            FROM placed GROUP BY db ORDER BY db"""
    )


def _not_loaded(store: Store) -> pd.DataFrame:
    problems = store.problems
    where = problems["table"].str.cat(problems["column"], sep=".").fillna(problems["table"])
    examples = where.str.cat(problems["example"], sep=": ").fillna(where).fillna(problems["path"])
    return pd.DataFrame(
        {
            "finding": _NOT_LOADED,
            "severity": problems["severity"],
            "db": problems["db"],
            "count": problems["count"].fillna(1),
            "examples": examples,
            "meaning": where.where(problems["column"].isna())
            .str.cat(problems["problem"], sep=": ")
            .fillna(problems["problem"]),
        }
    )


def _lost_tables(store: Store) -> pd.DataFrame:
    """Return the problems that cost a whole table, or its end."""
    return store.problems.query("severity == 'error' and column.isna()").dropna(subset=["db", "table"])


def _counted(store: Store, contract: Contract) -> pd.DataFrame:
    names = contract.names
    times = [column.name for column in contract.columns if column.dtype == TIME]
    time = (
        "ended_at" if contract.name == "tool_calls" else times[0]
    )  # a call began where its duration is known
    file = next((name for name in ("file_path", "path") if name in names), None)
    agent = "agent_id" if "agent_id" in names and contract.name != "agent_runs" else None
    return store.sql(
        f"""SELECT db, $relation AS relation, count(*) AS n_rows,
                {_nulls(agent)} AS n_without_agent, {_nulls(file)} AS n_without_file,
                {_nulls(time)} AS n_without_time, min("{time}") AS first_at, max("{time}") AS last_at
            FROM "{contract.name}" GROUP BY db""",
        {"relation": contract.name},
    )


def _nulls(column: str | None) -> str:
    return "NULL::BIGINT" if column is None else f'count(*) FILTER ("{column}" IS NULL)'


def _unreadable_counts(store: Store) -> dict[tuple[str, str], int]:
    cells = store.problems.dropna(subset=["db", "table", "column", "count"])
    parts = [part[["db", "table", "count"]] for part in (cells, _lost_tables(store).assign(count=1))]
    for finding, table in _JSON_CHECKS.items():
        parts.append(_examples(store, _check(finding)).assign(table=table)[["db", "table", "count"]])
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
