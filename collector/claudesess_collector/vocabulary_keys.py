"""What stands in JSON texts and in `session_metrics`, key by key: what it means, and who reads it.

A reader is a relation (an SQL file), or a module of the collector or of the package; without one, it is there for
whoever asks the store. Only the package and tests load this file: the common event does not pay for prose.
"""

from claudesess_collector.vocabulary import AGENT_STATUSES, KINDS, PROMPTS, SOURCES, TASK_STATUSES, TRIGGERS

# Family (event_type) -> (what its keys are, what its values are, who reads it)
METRICS = {
    "session_start": (
        "start_time, source, model; at a resume also seconds_since_last_response, context_tokens,"
        " estimated_cache_write_usd: a row for each that is known, at every start",
        f"the time; {', '.join(SOURCES)}; the model's name",
        ("_session_marks", "_session_about", "on_sessions", "batch_writer"),
    ),
    "session_end": (
        "end_time, reason, duration_seconds (since the first start), agent_count, error_count, file_count, hook_count,"
        " tool_count (calls ended), prompt_count (human), compaction_count",
        "the time, the client's reason, or a number",
        ("_session_marks", "sessions"),
    ),
    "prompt": (f"{' or '.join(PROMPTS)}: who wrote it", "prompt_id", ("session_events", "sessions", "on_sessions")),
    "task_created": ("task id", "its subject", ("session_events", "on_tasks")),
    "task_status": ("task id", f"the new one: {', '.join(TASK_STATUSES)}", ("on_tasks",)),
    "task_completed": ("task id", "the time; a completion that was refused is none", ("session_events",)),
    "commit": ("sha", "branch", ("session_events",)),
    "subagent_parent": ("agent id", "id of the agent that spawned it; NULL is the main thread",
                        ("agent_runs", "on_agents", "approaches")),
    "subagent_resume": ("agent id", "when it had ended, before it was taken up again", ("agent_spans",)),
    "subagent_stop": ("agent id", f"its status: {', '.join(AGENT_STATUSES[1:])}",
                      ("agent_spans", "_session_signs", "on_agents")),
    "background": ("kind of task", "how many go on in the background at a stop", ()),
    "instructions": ("file", "hash of its text: which instructions were in force",
                     ("_session_signs", "session_covariates")),
    "config": ("file", "hash of its text, whenever it changed", ("_session_signs",)),
    "permission_request": ("tool", "reason, where one is given", ("session_events",)),
    "permission_denied": ("tool", "reason, where one is given", ("_refusals",)),
    "tool_cancelled": ("tool", "tool_use_id of a call that was interrupted, or torn down with a sibling",
                       ("session_events",)),
    "stop_failure": ("error", "first line of the message", ("session_events",)),
    "compaction": (f"trigger: {' or '.join(TRIGGERS)}", "id of the snapshot taken after it",
                   ("on_sessions", "batch_staged", "importing.verify_rows")),
    "compaction_tokens": ("id of the snapshot taken after it", "JSON: before, after, ms; only transcripts tell",
                          ("compactions", "batch_staged")),
    "tokens": ("the answer's id", "JSON: the model, and the tokens of one answer; only transcripts tell",
               ("model_answers", "_session_about", "batch_writer", "importing.verify_rows")),
    "tool_refused": ("tool", "the refusal of a call that never ran",
                     ("_refusals", "importing.verify_rows")),
    "tool_error": ("tool", "what it found wrong with what it was asked, so that it did nothing",
                   ("session_events", "importing.verify_rows")),
    "lost": ("events", "how many neither the database nor the spool had room for, since the last such row", ()),
    "tool_gated": ("tool_use_id of a commit or a push that a gate refused", "JSON: what payload_summary says of a call",
                   ("_hook_facts", "batch_staged")),
    "background_end": ("tool_use_id of a call that was put in the background, when somebody told of its end",
                       "JSON: what payload_summary says of a call", ("_hook_facts", "batch_staged")),
    "interrupt": ("what the user stopped: a turn or a tool", "NULL; only transcripts tell", ("session_events",)),
    "client": ("version or git_branch", "the new one; only transcripts tell", ("session_covariates",)),
    "stop_hook": ("command of a hook that ran at a stop", "its run time in ms; only transcripts tell", ()),
}  # fmt: skip

# The allow-list of hook_events.payload_summary: key -> (meaning, who reads it)
PAYLOAD_KEYS = {
    "tool": ("name of the tool", ("_hook_facts",)),
    "tool_use_id": ("the client's id of the call", ("_hook_facts", "importing.verify_rows")),
    "prompt_id": ("the prompt that it belongs to", ()),
    "agent_id": ("the subagent; missing for the main thread", ("_hook_facts", "on_agents", "importing.verify_rows")),
    "agent_type": ("kind of agent", ("_hook_facts", "on_agents")),
    "path": ("the file that a call names, or the first that a command changed", ("_hook_facts",)),
    "range": ("lines of a read, FIRST-LAST", ("_hook_facts",)),
    "tool_ms": ("time that the tool took, by the client", ("_hook_facts",)),
    "ok": ("true success, false failure, null not known", ("_hook_facts",)),
    "check": ("hash of the spelling; databases of before have it in place of the aim", ("_hook_facts",)),
    "spelling": ("hash of the exact command and its folder", ("_hook_facts",)),
    "aim": ("hash of what is being tried, whatever its spelling", ("_hook_facts",)),
    "permit": ("of a request for permission: the entry of an allow-list that would have let it pass", ("_hook_facts",)),
    "kind": (f"of what was tried: {', '.join(KINDS)}", ("_hook_facts",)),
    "not_run": ("true: of a failure, that the call did not run; session_metrics says why",
                ("_hook_facts", "importing.verify_rows")),
    "hidden": ("true: a check that the client reports as a success, though its exit status is not the call's",
               ("_hook_facts",)),
    "chain": ("the chain of failed tries that a failure belongs to", ("_hook_facts",)),
    "closes": ("chains that this call closed: it succeeded in what they tried", ("_hook_facts",)),
    "leaves": ("chains that were left with this event", ("_hook_facts",)),
    "error_id": ("the error_log row of a failure", ("_hook_facts", "batch_staged")),
    "source": ("how a session started", ("_hook_facts",)),
    "reason": ("why a session ended", ("_hook_facts",)),
    "trigger": ("who asked for a compaction", ("_hook_facts",)),
    "bytes": ("size of the payload", ()),
    "snippet": ("first added line of an edit, cut and redacted", ("_hook_facts",)),
    "digest": ("short hash of a payload without a tool_use_id", ()),
    "dup": ("true: delivered before, and counted there",
            ("_hook_facts", "on_sessions", "batch_writer", "batch_again", "importing.verify_rows")),
    "imported": ("true: a transcript told of it, no hook did",
                 ("_hook_facts", "batch_writer", "batch_again", "importing.verify_rows")),
}  # fmt: skip

# context_snapshots.content: key, below a list's name where it is one of an item's -> (meaning, who reads it)
SNAPSHOT_KEYS = {
    "agent_id": ("the agent whose own context was compacted; missing for the session", ("compactions",)),
    "v": ("version of this shape: 1", ()),
    "trigger": ("who asked for the compaction", ("compactions",)),
    "reason": ("why the session ended", ()),
    "git": ("state of the repository: branch, head, changed", ()),
    "git.branch": ("branch", ()),
    "git.head": ("commit", ()),
    "git.changed": ("files that differ from it", ()),
    "agents": ("agents running, the latest first", ("compactions",)),
    "agents.id": ("agent id", ("compactions",)),
    "agents.type": ("kind of agent", ("compactions",)),
    "agents.task": ("its task", ("compactions",)),
    "agents.since": ("its first start", ("compactions",)),
    "files": ("files edited, the latest first", ("compactions",)),
    "files.path": ("the file", ("compactions",)),
    "files.n": ("edits so far", ("compactions",)),
    "files.last": ("time of the last one", ("compactions",)),
    "chains": ("open chains of failures, the latest first", ("compactions",)),
    "chains.check": ("hash of what was tried", ("compactions",)),
    "chains.aim": ("hash of what is being tried, whatever its spelling", ("compactions",)),
    "chains.tried": ("what was tried", ("compactions",)),
    "chains.attempts": ("failed attempts so far", ("compactions",)),
    "chains.category": ("category of the last one", ("compactions",)),
    "chains.kind": ("kind of what was tried", ("compactions",)),
    "chains.file": ("the file that it is about", ("compactions",)),
    "failed_paths": ("rejected approaches still relevant, the latest first", ("compactions",)),
    "failed_paths.id": ("row of failed_paths", ("compactions",)),
    "failed_paths.file": ("the file that the approach changed", ("compactions",)),
    "failed_paths.approach": ("operation, file and first added line", ("compactions",)),
    "failed_paths.reason": ("why it was rejected", ("compactions",)),
    "tasks": ("tasks not completed, the latest first", ("compactions",)),
    "tasks.id": ("task id", ("compactions",)),
    "tasks.subject": ("its subject", ("compactions",)),
    "tasks.status": ("its status", ("compactions",)),
    "pre_snapshot_id": ("of a snapshot after a compaction: the one taken before it", ("compactions",)),
    "compact_summary": ("the summary that went on instead of the context, cut and redacted", ("compactions",)),
    "summary_chars": ("length of the whole summary", ("compactions",)),
}  # fmt: skip

# failed_paths.context: key -> (meaning, who reads it)
CONTEXT_KEYS: "dict[str, tuple[str, tuple[str, ...]]]" = {
    "check": ("hash of the check that rejected the edit; databases of before have it in place of the aim", ()),
    "spelling": ("hash of the exact command and its folder", ()),
    "aim": ("hash of what was being tried", ()),
    "attempt": ("number of the failed attempt", ()),
    "agent_id": ("the agent that ran the check", ()),
    "category": ("category of the failure", ()),
    "by": ("hand: somebody wrote the row", ()),
}

# JSON values of session_metrics, below their family: key -> (meaning, who reads it)
VALUE_KEYS = {
    "compaction_tokens.before": ("tokens of the context before", ("compactions",)),
    "compaction_tokens.after": ("tokens of the context after", ("compactions",)),
    "compaction_tokens.ms": ("time that it took", ()),
    "tokens.model": ("the model that answered", ("model_answers", "_session_about")),
    "tokens.prompt_id": ("the prompt that it answers", ("model_answers",)),
    "tokens.agent_id": ("the subagent; missing for the main thread", ("model_answers", "_session_about")),
    "tokens.input": ("tokens read, and in no cache", ("model_answers", "importing.verify_rows")),
    "tokens.output": ("tokens written", ("model_answers", "importing.verify_rows")),
    "tokens.cache_read": ("tokens read from the cache", ("model_answers", "importing.verify_rows")),
    "tokens.cache_write": ("tokens read, and kept in the cache", ("model_answers", "importing.verify_rows")),
}

# (table, column) -> its keys
KEYS: "dict[tuple[str, str], dict[str, tuple[str, tuple[str, ...]]]]" = {
    ("hook_events", "payload_summary"): PAYLOAD_KEYS,
    ("context_snapshots", "content"): SNAPSHOT_KEYS,
    ("failed_paths", "context"): CONTEXT_KEYS,
    ("session_metrics", "value"): VALUE_KEYS,
}
