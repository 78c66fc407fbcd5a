"""The nine tables of the schema: same columns, same order, after the label of the file."""

from __future__ import annotations

from claudesess_collector import vocabulary

from claudesess.contracts.contract import CATEGORY, FLAG, INT, OBJECT, TEXT, TIME, Column, Contract

DB = Column(
    "db", TEXT, "Label of the file: its folder's name, or its own, longer where two would be equal",
    nullable=False, source="path",
)  # fmt: skip

_ID = Column("id", INT, "Number of the row, rising as rows are written; it orders events", nullable=False)
_SESSION = Column("session_id", TEXT, "The client's session; NA when the event carried none")
_AGENT = Column("agent_id", TEXT, "The subagent; NA is the main thread")
_TIMESTAMP = Column("timestamp", TIME, "When the row was written", unit="UTC")

PROJECT_STATE = Contract(
    "project_state",
    "one cached fact of a project",
    (
        DB,
        Column(
            "key",
            TEXT,
            "Which fact: language, tools_available, schema_writer, ...",
            nullable=False,
        ),
        Column("value", TEXT, "The fact, as text"),
        Column("updated_at", TIME, "When the value last changed", unit="UTC"),
    ),
    ("db", "key"),
)

AGENT_REGISTRY = Contract(
    "agent_registry",
    "one spawned agent",
    (
        DB,
        Column("id", TEXT, "The client's id", nullable=False, source="agent_id of SubagentStart"),
        _SESSION,
        Column("agent_type", TEXT, "Kind of agent: Explore, general-purpose, or a project's own"),
        Column("task_description", TEXT, "The task in the words of the agent that spawned it"),
        Column("spawn_time", TIME, "First start; NA when it was missed", unit="UTC"),
        Column("end_time", TIME, "End, or last sign of life of an agent given up", unit="UTC"),
        Column("status", CATEGORY, "Where the agent stands", values=vocabulary.AGENT_STATUSES),
        Column(
            "files_changed",
            OBJECT,
            "Paths that it edited: a list, [] for none, NA before its end",
            unit="list",
        ),
    ),
    ("db", "id"),
)

FILE_CLAIMS = Contract(
    "file_claims",
    "one edit of a file that succeeded",
    (
        DB,
        _ID,
        _SESSION,
        _AGENT,
        Column("file_path", TEXT, "The file, as the tool named it", nullable=False),
        Column("operation", CATEGORY, "The tool that wrote the file", values=vocabulary.OPERATIONS),
        _TIMESTAMP,
    ),
    ("db", "id"),
)

SESSION_METRICS = Contract(
    "session_metrics",
    "one fact of a session, as key and value",
    (
        DB,
        _ID,
        _SESSION,
        Column("event_type", TEXT, "Family of the fact; the dictionary lists them as keys"),
        Column("key", TEXT, "Which fact, or what it is about"),
        Column("value", TEXT, "The fact, as text"),
        _TIMESTAMP,
    ),
    ("db", "id"),
)

FAILED_PATHS = Contract(
    "failed_paths",
    "one approach that was tried and rejected",
    (
        DB,
        _ID,
        _SESSION,
        _TIMESTAMP,
        Column("file_path", TEXT, "The file that the approach changed"),
        Column("approach", TEXT, "Tool, file and first added line of the edit"),
        Column("reason_failed", TEXT, "The check, and the first line that says why it failed"),
        Column("context", OBJECT, "A dict: check, attempt, agent_id, category", unit="dict"),
        Column("still_relevant", FLAG, "True until the check passes, or the row is seven days old"),
    ),
    ("db", "id"),
)

ERROR_LOG = Contract(
    "error_log",
    "one failed attempt",
    (
        DB,
        _ID,
        _SESSION,
        _TIMESTAMP,
        Column("task_id", TEXT, "The task in progress, when exactly one was"),
        _AGENT,
        Column("file_path", TEXT, "The file that the failure is about, where one is named"),
        Column("error_category", CATEGORY, "Kind of failure", values=vocabulary.CATEGORIES),
        Column("error_message", TEXT,
               f"First line `{vocabulary.TRIED}<what was tried>`, then the message, cut and redacted"),
        Column("attempt_number", INT, "Place in the chain of failures of one check, from 1", unit="count"),
        Column("resolution", CATEGORY, "What was seen to happen next; NA is retried at once, or open",
               values=vocabulary.RESOLUTIONS),
    ),
    ("db", "id"),
)  # fmt: skip

CONTEXT_SNAPSHOTS = Contract(
    "context_snapshots",
    "one snapshot of what was known at a compaction or a session's end",
    (
        DB,
        _ID,
        _SESSION,
        _TIMESTAMP,
        Column("snapshot_type", CATEGORY, "The moment of the snapshot", values=vocabulary.SNAPSHOT_TYPES),
        Column(
            "content",
            OBJECT,
            "A dict: git, agents, files, chains, failed_paths, tasks, or a summary",
            unit="dict",
        ),
    ),
    ("db", "id"),
)

HOOK_EVENTS = Contract(
    "hook_events",
    "one execution of a hook, doubled deliveries too",
    (
        DB,
        _ID,
        _SESSION,
        _TIMESTAMP,
        Column("event_type", CATEGORY, "The event, in snake case", values=vocabulary.EVENTS),
        Column("dispatcher", TEXT, "Name of the hook program; equals event_type for command hooks"),
        Column(
            "payload_summary",
            OBJECT,
            "A dict of facts of the payload: tool, path, ok, check, ...",
            unit="dict",
        ),
        Column("exit_code", INT, "0, or 1 when the hook failed inside"),
        Column("duration_ms", INT, "Time inside the hook's process, its start not included", unit="ms"),
    ),
    ("db", "id"),
)

LLM_VERDICTS = Contract(
    "llm_verdicts",
    "one verdict of a judge (prompt hook)",
    (
        DB,
        _ID,
        _SESSION,
        _TIMESTAMP,
        Column("hook_event", TEXT, "What was judged, in the client's spelling: TaskCompleted, Stop"),
        Column("task_id", TEXT, "The task that was judged"),
        Column("verdict_json", TEXT, "The judge's raw reply, where it is known"),
        Column("decision", CATEGORY, "What the judge decided", values=vocabulary.DECISIONS),
        Column("reason", TEXT, "Why it blocked"),
    ),
    ("db", "id"),
)

RAW = {
    contract.name: contract
    for contract in (
        PROJECT_STATE, AGENT_REGISTRY, FILE_CLAIMS, SESSION_METRICS, FAILED_PATHS, ERROR_LOG,
        CONTEXT_SNAPSHOTS, HOOK_EVENTS, LLM_VERDICTS,
    )
}  # fmt: skip
