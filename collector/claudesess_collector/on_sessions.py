"""The session's own events: start, prompts, stops, permissions, end."""

from claudesess_collector import clock, ladder, on_agents, payload, vocabulary
from claudesess_collector.privacy_redact import storable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

    from claudesess_collector.event import Event

STALE_MS = clock.DAY_MS
RELEVANT_MS = 7 * clock.DAY_MS
_LINE = 300
_MESSAGE = 4096
_READ_TRANSCRIPT = ("UserPromptSubmit", "Stop", "SessionEnd")
# How prompts begin that no human typed, and the values of `source` that say the same.
MACHINE_TAGS = (
    "task-notification",
    "teammate-message",
    "agent-message",
    "cross-session-message",
    "channel",
    "system-reminder",
)
_NOTICE = MACHINE_TAGS[0]
_MACHINE_SOURCES = ("system", "loop_wakeup", "schedule_wakeup", "poll_event")


def prepare(event: "Event") -> None:
    """Ask the disk before the write lock is taken: the project, its git, the transcript."""
    if event.name == "SessionStart" and event.named("source") != "compact":
        from claudesess_collector import project

        project.prepare(event)
    if event.name == "SessionEnd":
        from claudesess_collector import on_compactions

        on_compactions.prepare(event)
    if event.name in _READ_TRANSCRIPT and payload.text(event.payload, "transcript_path") is not None:
        from claudesess_collector import verdicts

        verdicts.prepare(event)


def started(event: "Event") -> None:
    """SessionStart: startup, resume, clear, compact or fork; not that of an agent which was compacted."""
    if event.agent_id is not None:
        return
    source = event.named("source")
    facts = {"start_time": event.stamp, "source": source, "model": event.named("model"), **_at_resume(event)}
    for key, value in facts.items():
        if value is not None:
            event.metric("session_start", key, value)
    if source != "compact":
        ladder.taken_up(event)
    close_silent(event)
    if event.project:
        from claudesess_collector import project

        project.note(event)


# Said where a session is taken up again: its pause, what its context holds, what that costs to be read anew.
_AT_RESUME = ("seconds_since_last_response", "context_tokens", "estimated_cache_write_usd")


def _at_resume(event: "Event") -> "dict[str, object]":
    values = {key: event.payload.get(key) for key in _AT_RESUME}
    return {key: value for key, value in values.items() if payload.as_number(value) is not None}


def close_silent(event: "Event") -> None:
    """An agent that has shown no sign of life for a day will not end any more, whatever became of its session.

    Nor does what was rejected a week ago tell much of the project as it is.
    """
    event.db.run(
        "UPDATE failed_paths SET still_relevant = 0 WHERE still_relevant = 1 AND timestamp < ?",
        (clock.stamp(event.at_ms - RELEVANT_MS),),
    )
    limit = clock.stamp(event.at_ms - STALE_MS)
    running = event.db.rows(
        "SELECT id, session_id, spawn_time FROM agent_registry WHERE status = 'running'"
        " AND (spawn_time IS NULL OR spawn_time < ?)",
        (limit,),
    )
    for agent_id, session_id, spawned in running:
        last = on_agents.last_sign(event, session_id, agent_id) or spawned
        if last is None or last < limit:
            on_agents.give_up(event, agent_id, session_id, last)
    for session in ladder.silent_sessions(event, limit):
        ladder.fell_silent(event, session)


def prompted(event: "Event") -> None:
    """UserPromptSubmit, by a human or by the client itself."""
    prompt, writer = event.fact("prompt", machine_made) or "", writer_of(event)
    event.metric("prompt", writer, event.named("prompt_id"))
    _read_gates(event)
    # What a human types while the agent works is no new turn: it goes on.
    ladder.prompted(event, writer == "machine" or event.named("source") == vocabulary.ABSORBED)
    if prompt.startswith("<task-notification>"):
        from claudesess_collector import background

        background.noticed(event, prompt)
        on_agents.reported(event, prompt)
    _read_stop_verdicts(event)


def writer_of(event: "Event") -> str:
    """Return who wrote a prompt, one of `vocabulary.PROMPTS`."""
    is_machine = event.fact("prompt", machine_made) or event.named("source") in _MACHINE_SOURCES
    return "machine" if is_machine else "human"


def machine_made(event: "Event") -> "Optional[str]":
    """Return of a prompt that no human typed its tag, and of notices what they tell of the end of a task."""
    prompt = event.text("prompt") or ""
    start = prompt[:64].lstrip()
    tag = next((tag for tag in MACHINE_TAGS if start.startswith(f"<{tag}")), None)
    if tag is None:
        return None
    if not start.startswith(f"<{_NOTICE}>"):
        return f"<{tag}"
    from claudesess_collector import background

    return "".join([f"<{_NOTICE}>{background.told_of_end(part)}" for part in prompt.split(f"<{_NOTICE}>")[1:]])


def stopped(event: "Event") -> None:
    """Stop: the main thread hands back to the user, with whatever is still failing."""
    if event.agent_id is None:
        _read_gates(event)
        ladder.stopped(event)
        _note_background(event)
    _read_stop_verdicts(event)


def _note_background(event: "Event") -> None:
    """Note how many agents and shells go on while the main thread waits: it may not be the human that it waits for."""
    listed = payload.field(event.payload, "background_tasks")
    kinds = [
        payload.name(task, "type")
        for task in (listed if isinstance(listed, list) else ())
        if payload.field(task, "status") in ("running", None)
    ]
    for kind in sorted({kind for kind in kinds if kind is not None}):
        event.metric("background", kind, kinds.count(kind))


def stop_failed(event: "Event") -> None:
    """StopFailure: an API error ended the turn, or the agent."""
    event.metric("stop_failure", event.named("error"), event.fact("message", message))
    if event.agent_id is not None:
        on_agents.failed(event)
    else:
        ladder.broke_off(event)


def message(event: "Event") -> "Optional[str]":
    """Return the first line of the client's message."""
    text = event.text("last_assistant_message") or event.text("error_details") or ""
    safe = (storable(text.lstrip(), _MESSAGE) or "").split("\n", 1)[0]  # its first line may be a key's last
    return event.line(safe, _LINE)


def permission_requested(event: "Event") -> None:
    """PermissionRequest: it names no call, but says what it is to do, so that the call is found."""
    event.summary.update(event.fact("asked", asked) or {}, path=event.file_path)
    event.metric("permission_request", event.tool, event.fact("reason", reason))


def asked(event: "Event") -> "dict[str, Any]":
    """Return what a call that somebody is asked about tries, and the entry that would have let it pass."""
    from claudesess_collector import permits

    call = event.named_call()
    permit = permits.entry(event.tool, event.text("tool_input", "command"))
    return {"spelling": call.spelling, "aim": call.main.aim, "kind": call.main.kind, "permit": permit}


def permission_denied(event: "Event") -> None:
    """PermissionDenied."""
    event.metric("permission_denied", event.tool, event.fact("reason", reason))


def reason(event: "Event") -> "Optional[str]":
    """Return why somebody is asked, or refused."""
    return event.line(event.text("reason"), _LINE)


def ended(event: "Event") -> None:
    """SessionEnd: the state as it is, then everything that was open is closed, then the totals."""
    from claudesess_collector import on_compactions

    on_compactions.at_end(event)
    on_agents.abort_running(event)
    _read_gates(event)
    ladder.session_ended(event)
    _read_stop_verdicts(event)
    event.metric("session_end", "end_time", event.stamp)
    for key, value in {"reason": event.named("reason"), **_totals(event)}.items():
        if value is not None:
            event.metric("session_end", key, value)


_TOTALS = {
    "agent_count": "SELECT count(*) FROM agent_registry WHERE session_id = ?",
    "error_count": "SELECT count(*) FROM error_log WHERE session_id = ?",
    "file_count": "SELECT count(DISTINCT file_path) FROM file_claims WHERE session_id = ?",
    "hook_count": "SELECT 1 + count(*) FROM hook_events WHERE session_id = ?",  # this event's own row is still to come
    "tool_count": "SELECT count(*) FROM hook_events WHERE session_id = ?"
    " AND event_type IN ('post_tool_use', 'post_tool_use_failure') AND NOT instr(payload_summary, '\"dup\": true')"
    " AND NOT instr(payload_summary, '\"not_run\": true')",
    "prompt_count": "SELECT count(*) FROM session_metrics"
    " WHERE session_id = ? AND event_type = 'prompt' AND key = 'human'",
    "compaction_count": "SELECT count(*) FROM session_metrics WHERE session_id = ? AND event_type = 'compaction'",
}


def _totals(event: "Event") -> "dict[str, object]":
    session = (event.session_id,)
    first = event.db.value(
        "SELECT strftime('%s', min(value)) || substr(min(value), -3) FROM session_metrics WHERE session_id = ?"
        " AND event_type = 'session_start' AND key = 'start_time'",
        session,
    )
    totals: "dict[str, object]" = {"duration_seconds": None if first is None else (event.at_ms - int(first)) / 1000}
    for key, query in _TOTALS.items():
        totals[key] = event.db.value(query, session)
    return totals


def _read_gates(event: "Event") -> None:
    if event.text("transcript_path") is not None:
        from claudesess_collector import gates

        gates.read(event)


def _read_stop_verdicts(event: "Event") -> None:
    if event.transcript is not None:
        from claudesess_collector import verdicts

        verdicts.read_stops(event)
