"""Three measures beside the core of each, written by hand: in DuckDB's SQL and in plain pandas.

All three ways begin with the same relations, which were made before: the store's for SQL, frames in memory
for pandas. By hand there are no limits, no sessions, no columns to group by: only the numbers, which have to
be equal. The measure has all of these, and its units as a frame.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import pandas as pd

import claudesess

Numbers = dict[str, tuple[Any, ...]]


class ByHand(NamedTuple):
    """A measure, what of its estimates is worked out by hand, and how."""

    measure: str
    wanted: tuple[tuple[str, str, str], ...]  # outcome, statistic, unit
    relations: tuple[str, ...]
    sql: str
    pandas: Callable[..., Numbers]


_HOT = """
WITH edits AS (
    SELECT db, session_id, coalesce(agent_id, '') AS thread, "timestamp" AS at, file_path
    FROM file_claims WHERE "timestamp" IS NOT NULL
),
checks AS (
    SELECT db, session_id, coalesce(agent_id, '') AS thread, coalesce(began_at, ended_at) AS at,
        call_id, error_id, is_ok
    FROM tool_calls WHERE kind = 'check' AND is_ok IS NOT NULL AND ended_at IS NOT NULL
),
rounds AS (
    SELECT DISTINCT e.db, e.session_id, e.thread, e.file_path, c.call_id, c.is_ok, c.error_id
    FROM edits AS e ASOF JOIN checks AS c
        ON c.db = e.db AND c.session_id = e.session_id AND c.thread = e.thread AND e.at <= c.at
),
named AS (
    SELECT r.*, coalesce(l.file_path = r.file_path, false) AS is_named
    FROM rounds AS r LEFT JOIN error_log AS l ON l.db = r.db AND l.id = r.error_id
),
judged AS (
    SELECT file_path, CASE WHEN is_ok THEN 0
            WHEN is_named OR NOT bool_or(is_named) OVER (PARTITION BY db, session_id, call_id) THEN 1
        END AS failed
    FROM named
)
SELECT file_path AS name, avg(failed) AS share FROM judged WHERE failed IS NOT NULL GROUP BY file_path
"""
_PER_AGENT = """
SELECT coalesce(agent_type, '') AS name, avg((status <> 'completed')::INT) AS lost,
    sum(n_failed_calls) / sum(n_tool_calls) AS failed
FROM agent_runs WHERE status IN ('completed', 'failed', 'aborted_stale') GROUP BY agent_type
"""
_FAILURES = """
SELECT '' AS name, (
    SELECT count(*) FROM (
        SELECT DISTINCT a.db, a.chain_id, a.attempt
        FROM error_attempts AS a JOIN error_chains AS c ON c.db = a.db AND c.chain_id = a.chain_id
        WHERE c.kind = 'check' OR c.kind IS NULL
    )
) / (SELECT sum(epoch_us(end_at - start_at)) / 3.6e9 FROM session_windows) AS rate
"""


def _hot(file_claims: pd.DataFrame, tool_calls: pd.DataFrame, error_log: pd.DataFrame) -> Numbers:
    by = ["db", "session_id", "thread"]
    edits = file_claims.dropna(subset="timestamp").assign(
        thread=lambda f: f["agent_id"].fillna(""), at=lambda f: f["timestamp"]
    )
    checks = tool_calls[
        (tool_calls["kind"] == "check") & tool_calls["is_ok"].notna() & tool_calls["ended_at"].notna()
    ].assign(thread=lambda f: f["agent_id"].fillna(""), at=lambda f: f["began_at"].fillna(f["ended_at"]))
    met = pd.merge_asof(
        edits.sort_values("at")[[*by, "at", "file_path"]],
        checks.sort_values("at")[[*by, "at", "call_id", "error_id", "is_ok"]],
        on="at", by=by, direction="forward",
    )  # fmt: skip
    rounds = met.dropna(subset="is_ok").drop_duplicates([*by, "file_path", "call_id"])
    errors = error_log[["db", "id", "file_path"]].rename(
        columns={"id": "error_id", "file_path": "named_path"}
    )
    rounds = rounds.merge(errors, on=["db", "error_id"], how="left")
    rounds["is_named"] = (rounds["named_path"] == rounds["file_path"]).fillna(False).astype(bool)
    is_one_named = rounds.groupby(["db", "session_id", "call_id"])["is_named"].transform("any")
    is_ok = rounds["is_ok"].astype(bool)
    judged = rounds[is_ok | rounds["is_named"] | ~is_one_named]
    share = (~judged["is_ok"].astype(bool)).groupby(judged["file_path"]).mean()
    return {str(name): (value,) for name, value in share.items()}


def _per_agent(agent_runs: pd.DataFrame) -> Numbers:
    over = agent_runs[agent_runs["status"].isin(["completed", "failed", "aborted_stale"])]
    kind = over["agent_type"].fillna("")
    lost = (over["status"] != "completed").groupby(kind).mean()
    calls = over.groupby(kind)[["n_failed_calls", "n_tool_calls"]].sum()
    failed = calls["n_failed_calls"] / calls["n_tool_calls"]
    return {name: (lost[name], failed[name]) for name in lost.index}


def _failures(
    error_chains: pd.DataFrame, error_attempts: pd.DataFrame, session_windows: pd.DataFrame
) -> Numbers:
    chains = error_chains[error_chains["kind"].isna() | (error_chains["kind"] == "check")]
    tries = error_attempts.merge(chains[["db", "chain_id"]], on=["db", "chain_id"])
    n = len(tries[["db", "chain_id", "attempt"]].drop_duplicates())
    hours = (session_windows["end_at"] - session_windows["start_at"]).dt.total_seconds().sum() / 3600
    return {"": (n / hours,)}


BY_HAND = (
    ByHand(
        "files.hot", (("failed", "share", "share"),), ("file_claims", "tool_calls", "error_log"), _HOT, _hot
    ),
    ByHand(
        "agents.per_agent",
        (("no result", "share", "share"), ("failed calls", "share", "share")),
        ("agent_runs",), _PER_AGENT, _per_agent,
    ),
    ByHand(
        "retry_escalation.failures",
        (("failed tries", "rate", "per open hour"),),
        ("error_chains", "error_attempts", "session_windows"), _FAILURES, _failures,
    ),
)  # fmt: skip


def compared(store: claudesess.Store, rounds: int = 3) -> dict[str, dict[str, float]]:
    """Return the least CPU seconds of each way of each measure, in turns.

    Raises
    ------
    ValueError
        Two ways have not the same numbers.
    """
    found: dict[str, dict[str, float]] = {}
    for hand in BY_HAND:
        frames = {name: getattr(claudesess.frames, name)(store) for name in hand.relations}
        ways: dict[str, Callable[[], Numbers]] = {
            "claudesess": partial(_estimated, store, hand),
            "SQL": partial(_queried, store, hand),
            "pandas": partial(hand.pandas, **frames),
        }
        seconds: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(rounds):
            numbers = {}
            for way, work in ways.items():
                start = time.process_time()
                numbers[way] = work()
                seconds[way].append(time.process_time() - start)
            for way, own in numbers.items():
                if not _are_equal(own, numbers["SQL"]):
                    raise ValueError(f"{hand.measure}: {way} and SQL have not the same numbers")
        found[hand.measure] = {way: min(own) for way, own in seconds.items()}
    return found


def _estimated(store: claudesess.Store, hand: ByHand) -> Numbers:
    rows = claudesess.ask(store, hand.measure).estimates
    keys = rows[["outcome", "statistic", "unit"]].astype(str).agg("|".join, axis=1)
    each = [
        dict(zip(rows.loc[keys == "|".join(one), "group"].fillna(""),
                 rows.loc[keys == "|".join(one), "estimate"], strict=True))
        for one in hand.wanted
    ]  # fmt: skip
    return {name: tuple(one[name] for one in each) for name in each[0]}


def _queried(store: claudesess.Store, hand: ByHand) -> Numbers:
    rows: list[dict[str, Any]] = store.rows(hand.sql)
    return {row.pop("name"): tuple(row.values()) for row in rows}


def _known(numbers: Numbers) -> Numbers:
    """Leave out what there is no number of, as where no check followed an edit."""
    known = {
        name: tuple(math.nan if pd.isna(one) else float(one) for one in own) for name, own in numbers.items()
    }
    return {name: own for name, own in known.items() if not all(map(math.isnan, own))}


def _are_equal(one: Numbers, other: Numbers) -> bool:
    one, other = _known(one), _known(other)
    return one.keys() == other.keys() and all(
        math.isclose(a, b, rel_tol=1e-9) or (math.isnan(a) and math.isnan(b))
        for key in one
        for a, b in zip(one[key], other[key], strict=True)
    )
