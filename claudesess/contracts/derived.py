"""The relations made from the nine tables, one SQL file each."""

from __future__ import annotations

from claudesess_collector import vocabulary, vocabulary_keys

from claudesess.contracts.contract import CATEGORY, FLAG, FLOAT, INT, OBJECT, TEXT, TIME, Column, Contract
from claudesess.contracts.estimates import SESSION_COVARIATES
from claudesess.contracts.raw import DB

HAPPENINGS = (
    "session_start", "prompt", "agent", "call", "refused", "cancelled", "tool_error",
    "interrupt", "permission", "client_error", "task",
    "task_done", "commit", "rejected", "verdict", "compaction", "wait", "session_end",
)  # fmt: skip
FIRST_EVENTS = ("fixed", "escalated_research", "escalated_user", "abandoned", "open")

_SESSION = Column("session_id", TEXT, "The client's session", nullable=False)
_AGENT = Column("agent_id", TEXT, "The subagent; NA is the main thread")


def _count(name: str, doc: str, *, nullable: bool = False) -> Column:
    return Column(name, INT, doc, unit="count", nullable=nullable)


def _time(name: str, doc: str, source: str = "") -> Column:
    return Column(name, TIME, doc, unit="UTC", source=source)


def _items(name: str) -> Column:
    keys = (key.split(".")[1] for key in vocabulary_keys.SNAPSHOT_KEYS if key.startswith(f"{name}."))
    return Column(name, OBJECT, f"List of dicts: {', '.join(keys)}", unit="list")


SESSIONS = Contract(
    "sessions",
    "one session, seen in any table",
    (
        DB,
        _SESSION,
        _time("started_at", "First start; the first event where no start was seen"),
        _time("ended_at", "End that the client announced; NA when none did after the last start"),
        _time("last_seen_at", "Last row of any kind"),
        Column("duration_s", FLOAT, "From started_at to ended_at; NA while open", unit="s"),
        Column("is_open", FLAG, "No end was seen after the last start: going on, or killed", nullable=False),
        Column("source", CATEGORY, "How the session first started", values=vocabulary.SOURCES),
        Column(
            "model",
            TEXT,
            "Model of the last start, else of most answers",
        ),
        Column("end_reason", TEXT, "Reason that the client gave for the end"),
        _count("n_starts", "Starts: startup, resume, clear, compact, fork"),
        _count("n_prompts", "Prompts of a human"),
        _count("n_machine_prompts", "Prompts of the client itself; NA where not told apart", nullable=True),
        _count("n_tool_calls", "Calls that ended"),
        _count("n_failed_calls", "Of these, calls that are known to have failed"),
        _count(
            "n_refused_calls", "Other calls: a permission, a hook or the user refused them before they ran"
        ),
        _count("n_errors", "Failed attempts: rows of error_log"),
        _count("n_agents", "Agents spawned"),
        _count("n_compactions", "Compactions begun"),
        _count("n_files", "Distinct files edited"),
        _count("n_hook_events", "Hook events, doubled deliveries not counted"),
    ),
    ("db", "session_id"),
)

SESSION_WINDOWS = Contract(
    "session_windows",
    "one time during which a session was open",
    (
        DB,
        _SESSION,
        Column("start_at", TIME, "Start, or taking up again", unit="UTC", nullable=False),
        Column("end_at", TIME, "End, or last sign of life before the next start", unit="UTC", nullable=False),
    ),
    ("db", "session_id", "start_at", "end_at"),
)

AGENT_SPANS = Contract(
    "agent_spans",
    "one time during which an agent ran",
    (
        DB,
        _SESSION,
        Column("agent_id", TEXT, "The client's id of the agent", nullable=False, source="agent_registry.id"),
        Column("start_at", TIME, "Start, or taking up again after a stop", unit="UTC", nullable=False),
        Column("end_at", TIME, "Stop, or last sign of life", unit="UTC", nullable=False),
    ),
    ("db", "agent_id", "start_at", "end_at"),
)

AGENT_RUNS = Contract(
    "agent_runs",
    "one spawned agent, from its start to its end or to its last sign of life",
    (
        DB,
        _SESSION,
        Column("agent_id", TEXT, "The client's id of the agent", nullable=False, source="agent_registry.id"),
        Column("agent_type", TEXT, "Kind of agent"),
        Column("task_description", TEXT, "The task in the words of the agent that spawned it"),
        Column("parent_id", TEXT, "The agent that spawned it; NA is the main thread, or not known",
               source="session_metrics subagent_parent"),
        _time("spawned_at", "First start; NA when it was missed"),
        _time("ended_at", "End, or last sign of life of an agent given up; NA while running"),
        _time("last_seen_at", "Last hook event that carries the agent; else its end, else its start"),
        Column("status", CATEGORY, "Where the agent stands", values=vocabulary.AGENT_STATUSES),
        Column("is_ended", FLAG, "Its end was seen (completed or failed); else observed_s is censored",
               nullable=False),
        Column("observed_s", FLOAT, "From its start to its end if seen, else to its last sign of life, "
               "without the time between a stop and a new start", unit="s"),
        _count("n_tool_calls", "Calls of this agent that ended"),
        _count("n_failed_calls", "Of these, calls that are known to have failed"),
        _count("n_files_changed", "Distinct files that it edited"),
        _count("n_errors", "Failed attempts of this agent"),
    ),
    ("db", "agent_id"),
)  # fmt: skip

TOOL_CALLS = Contract(
    "tool_calls",
    "one tool call that ended, well or not, or that a gate refused",
    (
        DB,
        Column("session_id", TEXT, "The client's session"),
        Column("call_id", INT, "Row that saw the end", nullable=False, source="hook_events.id"),
        _AGENT,
        Column("agent_type", TEXT, "Kind of agent"),
        Column("tool", TEXT, "Name of the tool"),
        Column("tool_use_id", TEXT, "The client's id of the call"),
        Column("file_path", TEXT, "The file that the call names", source="path"),
        Column("read_start", INT, "First line read; NA for other tools or where not known", source="range"),
        Column("read_end", INT, "Last line read; NA for other tools or where not known", source="range"),
        _time("began_at", "ended_at less duration_ms; NA where the duration is not known"),
        _time("ended_at", "When the hook saw the end; of a call in the background, when its notice came"),
        Column(
            "duration_ms",
            INT,
            "Time the tool took, by the client; of an imported call tools or permission, from the call to"
            " its result",
            unit="ms",
            source="tool_ms",
        ),
        Column("is_ok", FLAG, "True success, False failure, NA not known", source="ok"),
        Column(
            "aim",
            TEXT,
            "Hash of what was tried, whatever its spelling; of databases of before, as spelling",
            source="aim, check",
        ),
        Column("spelling", TEXT, "Hash of the exact spelling and its folder", source="spelling, check"),
        Column(
            "kind",
            CATEGORY,
            "What was tried: a check, git, a run or a look; NA where the writer has none",
            values=vocabulary.KINDS,
        ),
        Column("error_id", INT, "The error_log row of a failure"),
        Column("snippet", TEXT, "First added line of an edit, cut and redacted"),
        Column(
            "is_hidden",
            FLAG,
            "A check that the client reported as a success, though its exit status is not the call's; "
            "databases of before do not say so of any",
            source="hidden",
        ),
        Column("is_imported", FLAG, "A transcript told of it, no hook did", source="imported"),
        Column(
            "is_refused",
            FLAG,
            "A commit or a push that a gate refused: a failed try that never ran, and counts as no call",
        ),
    ),
    ("db", "call_id"),
)

_CHAIN = Column("chain_id", INT, "The chain: id of its first error_log row", nullable=False)
_AIM = (
    Column("kind", CATEGORY, "What was tried: a check, git, a run or a look; NA where the writer has none",
           values=vocabulary.KINDS),
    Column("aim", TEXT, "Hash of what was tried, whatever its spelling; of databases of before, as spelling",
           source="aim, check"),
    Column("spelling", TEXT, "Hash of the exact spelling, of a chain its first; NA where the writer has none",
           source="spelling, check"),
)  # fmt: skip

ERROR_CHAINS = Contract(
    "error_chains",
    "failed tries of one aim in one session since its last success",
    (
        DB,
        Column("session_id", TEXT, "The client's session"),
        _CHAIN,
        *_AIM,
        Column("tried", TEXT, "What was tried: the command, or tool and file; NA where that is not known"),
        Column("error_category", CATEGORY, "Kind of failure of the last attempt",
               values=vocabulary.CATEGORIES),
        Column("file_path", TEXT, "The file that the failure is about, last one known"),
        Column("agent_id", TEXT, "Agent of the last attempt; NA is the main thread"),
        _count("n_attempts", "Failed attempts; several rows of one attempt number are one"),
        _time("started_at", "First failure"),
        _time("last_failed_at", "Last failure"),
        _time("closed_at", "End of the call that reached the aim; NA when none was seen"),
        Column("first_event", CATEGORY, "First thing seen to happen to the chain", values=FIRST_EVENTS,
               nullable=False),
        Column("first_event_attempt", INT, "Attempt at which that was marked; n_attempts for open",
               unit="count", nullable=False),
        Column("outcome", CATEGORY, "Where the chain stands now", values=FIRST_EVENTS, nullable=False),
        Column("is_hidden", FLAG, "Some failure was read from the output, its exit status being hidden",
               nullable=False),
    ),
    ("db", "chain_id"),
)  # fmt: skip

ERROR_ATTEMPTS = Contract(
    "error_attempts",
    "one failed attempt, numbered in its chain",
    (
        DB,
        Column("session_id", TEXT, "The client's session"),
        _CHAIN,
        Column("error_id", INT, "Row of error_log", nullable=False, source="error_log.id"),
        Column("attempt", INT, "Place in the chain, from 1; rows of one attempt number share it",
               unit="count", nullable=False),
        _time("failed_at", "When the failure was recorded", source="error_log.timestamp"),
        _AGENT,
        Column("error_category", CATEGORY, "Kind of failure", values=vocabulary.CATEGORIES),
        Column("resolution", CATEGORY, "What was seen to happen next; NA is retried at once, or open",
               values=vocabulary.RESOLUTIONS),
        *_AIM,
    ),
    ("db", "error_id"),
)  # fmt: skip

COMPACTIONS = Contract(
    "compactions",
    "one compaction of a session's context, with what was open when it began",
    (
        DB,
        _SESSION,
        Column("compaction_id", INT, "Snapshot before the compaction, else the one after it", nullable=False,
               source="context_snapshots.id"),
        Column("trigger", CATEGORY, "Who asked for it", values=vocabulary.TRIGGERS),
        _time("started_at", "Snapshot before; NA when it was missed"),
        _time("ended_at", "Snapshot after; NA when none was seen"),
        Column("is_complete", FLAG, "Both snapshots are there", nullable=False),
        Column("summary", TEXT, "The summary that went on instead of the context, cut and redacted"),
        Column("summary_chars", INT, "Length of the whole summary", unit="characters"),
        Column("tokens_before", INT, "Tokens of the context before; only transcripts tell", unit="tokens"),
        Column("tokens_after", INT, "Tokens of the context after; only transcripts tell", unit="tokens"),
        _count("n_chains", "Open chains of failures", nullable=True),
        _count("n_failed_paths", "Rejected approaches still relevant", nullable=True),
        _count("n_files", "Files edited so far", nullable=True),
        _count("n_agents", "Agents running", nullable=True),
        _count("n_tasks", "Tasks not completed", nullable=True),
        _items("chains"),
        _items("failed_paths"),
        _items("files"),
        _items("agents"),
        _items("tasks"),
        _time("window_start_at", "Start of the compaction before it in the session; NA: it is the first"),
        _time("window_end_at", "Next compaction's start in the session, else the session's last event"),
    ),
    ("db", "compaction_id"),
)  # fmt: skip

MODEL_ANSWERS = Contract(
    "model_answers",
    "one answer of the model, with its tokens; only imported transcripts tell of them",
    (
        DB,
        _SESSION,
        Column("answer_id", INT, "Its row", nullable=False, source="session_metrics.id"),
        Column("message_id", TEXT, "The answer's own id"),
        _time("answered_at", "Its last line"),
        Column("model", TEXT, "The model that answered"),
        _AGENT,
        Column("prompt_id", TEXT, "The prompt that it answers; NA before client 2.1.196"),
        Column("input_tokens", INT, "Read, and in no cache", unit="tokens"),
        Column("output_tokens", INT, "Written", unit="tokens"),
        Column("cache_read_tokens", INT, "Read from the cache", unit="tokens"),
        Column("cache_write_tokens", INT, "Read, and kept in the cache", unit="tokens"),
    ),
    ("db", "answer_id"),
)

SESSION_EVENTS = Contract(
    "session_events",
    "one thing that happened in a session, in order",
    (
        DB,
        _SESSION,
        Column("place", INT, "Its place in the session, from 1", unit="count", nullable=False),
        Column("event", CATEGORY, "What happened; wait: the turn had ended",
               values=HAPPENINGS, nullable=False),
        _time("happened_at", "When it happened, or began"),
        _time("until_at", "When it was over; NA for what has no length, or was not seen to end"),
        _AGENT,
        Column("what", TEXT, "In a word: tool, agent type, how it started or ended, who wrote or asked;"
               " of a wait who was waited for, user or machine, NA where no end of it was seen"),
        Column("text", TEXT, "Its text: a failure's command and message, an approach, a task, a summary"),
        Column("file_path", TEXT, "The file that it is about"),
        Column("is_ok", FLAG, "Of calls, agents and verdicts: True went well, False not, NA not known"),
        Column("chain_id", INT, "The chain of failures that it belongs to"),
        Column("is_imported", FLAG, "Of calls: a transcript told of it; its time is tools or permission"),
    ),
    ("db", "session_id", "place"),
)  # fmt: skip

DERIVED = {
    contract.name: contract
    for contract in (
        SESSIONS, SESSION_WINDOWS, AGENT_RUNS, AGENT_SPANS, TOOL_CALLS, ERROR_CHAINS, ERROR_ATTEMPTS,
        COMPACTIONS, MODEL_ANSWERS, SESSION_COVARIATES, SESSION_EVENTS,
    )
}  # fmt: skip
