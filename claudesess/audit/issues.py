"""What is odd about the data: a kind of issue asks the store one question, and says what an answer means."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from claudesess.contracts import CATEGORY, ISSUES, RAW, SEVERITIES
from claudesess.errors import ContractError

if TYPE_CHECKING:
    from claudesess.store import Store

_NOT_LOADED = "not_loaded"


class Issue(NamedTuple):
    """One kind of issue; `query` returns `db` and `example`, one row per time it was met."""

    issue: str
    severity: str
    meaning: str
    query: str


def _unreadable(table: str, column: str, kind: str) -> str:
    # '' is how some writers say nothing at all, so it is no broken JSON
    return f"""
        SELECT db, {table}.id || ': ' || left({column}, 60) AS example FROM {table}
        WHERE {column} <> '' AND (NOT json_valid({column}) OR json_type(CASE WHEN json_valid({column})
            THEN {column} END) <> '{kind}')"""


def _unknown_values() -> str:
    return " UNION ".join(
        f"SELECT db, '{table}.{column.name} ' || {column.name} AS example FROM {table}"
        f" WHERE {column.name} NOT IN ({', '.join(repr(value) for value in column.values)})"
        for table, contract in RAW.items()
        for column in contract.columns
        if column.dtype == CATEGORY
    )


EVERY_ISSUE = (
    Issue(
        "hook_failed", "error", "The hook failed inside: rows of this event may be missing.",
        "SELECT db, event_type || ' ' || id AS example FROM _hook_facts WHERE exit_code <> 0",
    ),
    Issue(
        "error_row_missing", "error", "A failure names an error_log row that is not there: counts differ.",
        """SELECT t.db, t.call_id || ' -> ' || t.error_id AS example
           FROM tool_calls AS t ANTI JOIN error_log AS e ON e.db = t.db AND e.id = t.error_id
           WHERE t.error_id IS NOT NULL""",
    ),
    Issue(
        "end_before_start", "error", "Ends before it starts: its duration means nothing.",
        """SELECT db, agent_id AS example FROM agent_runs WHERE ended_at < spawned_at
           UNION ALL SELECT db, session_id FROM sessions WHERE ended_at < started_at""",
    ),
    Issue(
        "agent_never_stopped", "warning", "Running still, or killed: its duration is a lower bound.",
        "SELECT db, agent_id AS example FROM agent_runs WHERE status = 'running'",
    ),
    Issue(
        "stop_without_start", "warning", "The start was missed: the agent's duration is not known.",
        "SELECT db, agent_id AS example FROM agent_runs WHERE spawned_at IS NULL",
    ),
    Issue(
        "session_without_start", "warning", "No start was recorded: the session began earlier than it seems.",
        "SELECT db, session_id AS example FROM sessions WHERE n_starts = 0",
    ),
    Issue(
        "session_in_two_files", "warning", "The session is in several files (a copy?): it counts in each.",
        """SELECT db, session_id AS example FROM sessions SEMI JOIN (
               SELECT session_id FROM sessions GROUP BY session_id HAVING count(DISTINCT db) > 1
           ) USING (session_id)""",
    ),
    Issue(
        "event_unparsed", "warning", "The hook got what is no JSON: an event of unknown kind is lost.",
        "SELECT db, id::VARCHAR AS example FROM _hook_facts WHERE event_type = 'unparsed'",
    ),
    Issue(
        "time_runs_back", "warning", "Over a second earlier than the session's row before it: rates blur.",
        """SELECT db, id::VARCHAR AS example FROM _hook_facts WHERE session_id IS NOT NULL
           QUALIFY lag("timestamp") OVER (PARTITION BY db, session_id ORDER BY id)
               > "timestamp" + INTERVAL 1 SECOND""",
    ),
    Issue(
        "duplicate_attempt", "warning", "Several rows of one attempt number: counted as one attempt.",
        """SELECT db, 'chain ' || chain_id || ' attempt ' || attempt AS example FROM error_attempts
           GROUP BY db, chain_id, attempt HAVING count(*) > 1""",
    ),
    Issue(
        "payload_unreadable", "warning", "The payload is no JSON object: tool, path and check are not known.",
        _unreadable("hook_events", "payload_summary", "OBJECT"),
    ),
    Issue(
        "snapshot_unreadable", "warning", "The snapshot is no JSON object: what was open is not known.",
        _unreadable("context_snapshots", "content", "OBJECT"),
    ),
    Issue(
        "files_changed_unreadable", "warning", "files_changed is no JSON array: it reads as NA.",
        _unreadable("agent_registry", "files_changed", "ARRAY"),
    ),
    Issue(
        "context_unreadable", "warning", "The context of an approach is no JSON object: NA.",
        _unreadable("failed_paths", "context", "OBJECT"),
    ),
    Issue(
        "snapshot_without_lists", "info", "The lists are missing or text: no item can be compared.",
        """SELECT db, compaction_id::VARCHAR AS example FROM compactions WHERE started_at IS NOT NULL
           AND chains IS NULL AND failed_paths IS NULL AND files IS NULL""",
    ),
    Issue(
        "compaction_one_sided", "info", "Only one of the two snapshots of a compaction is there.",
        "SELECT db, compaction_id::VARCHAR AS example FROM compactions WHERE NOT is_complete",
    ),
    Issue(
        "error_without_check", "info", "No check is recorded: chains are guessed from file and category.",
        "SELECT db, error_id::VARCHAR AS example FROM error_attempts WHERE spelling IS NULL",
    ),
    Issue(
        "chain_by_spelling", "info", "Written before aims were recorded: the chain is by spelling alone.",
        """SELECT db, chain_id::VARCHAR AS example FROM error_chains
           WHERE spelling IS NOT NULL AND kind IS NULL""",
    ),
    Issue(
        "event_without_session", "info", "The event named no session: it counts in none.",
        "SELECT db, event_type || ' ' || id AS example FROM _hook_facts WHERE session_id IS NULL",
    ),
    Issue(
        "event_doubled", "info", "Delivered twice: it is in hook_events, and counts nowhere else.",
        "SELECT db, event_type || ' ' || id AS example FROM hook_events ANTI JOIN _hook_facts USING (db, id)",
    ),
    Issue(
        "agent_given_up", "info", "Given up as stale: its duration is a lower bound.",
        "SELECT db, agent_id AS example FROM agent_runs WHERE status = 'aborted_stale'",
    ),
    Issue(
        "agent_unregistered", "info", "Calls of an agent that is not registered: they count for no agent.",
        """SELECT DISTINCT t.db, t.agent_id AS example
           FROM tool_calls AS t ANTI JOIN agent_registry AS r ON r.db = t.db AND r.id = t.agent_id
           WHERE t.agent_id IS NOT NULL""",
    ),
    Issue(
        "session_without_end", "info", "No end was seen: the session goes on, or was killed.",
        "SELECT db, session_id AS example FROM sessions WHERE is_open",
    ),
    Issue(
        "files_repeated", "info", "files_changed names a file more than once: it counts once.",
        """SELECT db, id AS example FROM agent_registry
           WHERE len(from_json(CASE WHEN json_valid(files_changed) AND json_type(files_changed) = 'ARRAY'
               THEN files_changed END, '["VARCHAR"]')) > len(list_distinct(from_json(
               CASE WHEN json_valid(files_changed) AND json_type(files_changed) = 'ARRAY'
               THEN files_changed END, '["VARCHAR"]')))""",
    ),
    Issue(
        "value_unknown", "info", "A value that the data dictionary does not know: kept as it is.",
        _unknown_values(),
    ),
)  # fmt: skip


_DECLARED = ["issue", "severity", "meaning"]
_EVERY = f"""
WITH found AS ({
    " UNION ALL ".join(
        f"SELECT {kind} AS kind, db, example FROM ({one.query})" for kind, one in enumerate(EVERY_ISSUE)
    )
}),
placed AS (
    SELECT kind, db, example, row_number() OVER (
        PARTITION BY kind, db ORDER BY try_cast(regexp_extract(example, '\\d+') AS BIGINT), example
    ) AS place
    FROM found
)
SELECT kind, db, count(*) AS "count", string_agg(example, ', ' ORDER BY place) FILTER (place <= 3) AS examples
FROM placed GROUP BY kind, db ORDER BY kind, db"""


def audit(store: Store) -> pd.DataFrame:
    """Return what is odd about the data: one row per kind of issue and database; no rows is good.

    Returns
    -------
    pandas.DataFrame
        `issue`, `severity`, `db`, `count`, `examples`, `meaning`; the gravest first.
    """
    found = _found(store)
    declared = pd.DataFrame(
        [(one.issue, one.severity, one.meaning) for one in EVERY_ISSUE], columns=_DECLARED
    )
    of_issue = found["kind"].to_numpy(int)
    beside = found.drop(columns="kind").assign(
        **{name: declared[name].array.take(of_issue) for name in _DECLARED}
    )
    frame = ISSUES.cast(pd.concat([_not_loaded(store), *([beside] if len(beside) else [])]))
    rank = (
        frame["severity"].map({severity: -rank for rank, severity in enumerate(SEVERITIES)}).astype("int64")
    )
    order = frame.assign(rank=rank).sort_values("rank", kind="stable").index
    return frame.loc[order].reset_index(drop=True)


def examples_of(store: Store, issue: str) -> pd.DataFrame:
    """Return `db`, `count` and `examples` of one kind of issue.

    Raises
    ------
    ContractError
        There is no such kind.
    """
    names = [one.issue for one in EVERY_ISSUE]
    if issue not in names:
        raise ContractError(f"There is no issue {issue!r}. There are: {', '.join(names)}.")
    found = _found(store)
    of_issue = found["kind"].to_numpy(int) == names.index(issue)
    own: pd.DataFrame = found.loc[of_issue, ["db", "count", "examples"]].reset_index(drop=True)
    return own


def _found(store: Store) -> pd.DataFrame:
    """Return of each kind, by its place, and database how often it was met, and up to three examples.

    All are looked for at once, when the first is asked for: so many small queries take several times as long.
    """
    return store.once("issues", lambda: store.sql(_EVERY))


def _not_loaded(store: Store) -> pd.DataFrame:
    problems = store.problems
    where = problems["table"].str.cat(problems["column"], sep=".").fillna(problems["table"])
    examples = where.str.cat(problems["example"], sep=": ").fillna(where).fillna(problems["path"])
    return pd.DataFrame(
        {
            "issue": _NOT_LOADED,
            "severity": problems["severity"],
            "db": problems["db"],
            "count": problems["count"].fillna(1),
            "examples": examples,
            "meaning": where.where(problems["column"].isna())
            .str.cat(problems["problem"], sep=": ")
            .fillna(problems["problem"]),
        }
    )
