"""What transcripts tell beside events: calls that did not run, interrupts, tokens, the client's version, other hooks.

They leave no row in hook_events: each is a row of session_metrics. Of a call that did not run a hook may tell, too.
"""

from claudesess_collector import clock, payload, vocabulary
from claudesess_collector.event import NOT_RUN_WITHIN_MS, TELL_NOT_RUN, number_of, told_not_run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from claudesess_collector.batch_writer import Imported

COMPACTION_MS = 180_000  # old transcripts do not say how long one took
_COMMAND = 200
_REASON = 300
_ANSWERED = ("model", "prompt_id", "agent_id")


def _is_new(event: "Imported") -> bool:
    return event.note(number_of(event.session_id, f"fact\0{event.name}\0{event.key}"))


def tokens_json(answer: "dict[str, Any]") -> str:
    """Return what is stored of an answer's tokens."""
    find = answer.get
    tokens: "dict[str, Any]" = {key: name for key in _ANSWERED if (name := payload.as_name(find(key))) is not None}
    for key in vocabulary.TOKENS:
        number = payload.as_number(find(key))
        if number is not None:
            tokens[key] = number
    return payload.to_json(tokens)


def _refused(event: "Imported") -> None:
    """A call that was refused before it ran; by a gate it is a check that failed."""
    if not _is_new(event):
        return
    if not _is_hooks_not_run(event):
        event.metric("tool_refused", event.tool, event.line(event.text("reason"), _REASON))
    from claudesess_collector import gates

    gates.refused(event, event.text("reason") or "")


def _tool_error(event: "Imported") -> None:
    """A call that did not run, since its tool found an error in what it was asked."""
    if _is_new(event) and not _is_hooks_not_run(event):
        event.metric("tool_error", event.tool, event.line(event.text("reason"), _REASON))


def _is_hooks_not_run(event: "Imported") -> bool:
    """Say whether a hook told that a call did not run, about when its result came; note it for one still to come."""
    event.note(told_not_run(event) + event.at_ms)
    if event.seen is not None:
        return False
    by_hooks = [at_ms for name in TELL_NOT_RUN for at_ms in event.noted_calls(name)[0].values()]
    return any(abs(at_ms - event.at_ms) <= NOT_RUN_WITHIN_MS for at_ms in by_hooks)


def _interrupted(event: "Imported") -> None:
    """The user stopped a turn, or a tool."""
    if _is_new(event):
        event.metric("interrupt", event.named("what"), None)


def _client(event: "Imported") -> None:
    """The client's version, or the branch, as soon as a line names another."""
    if _is_new(event):
        event.metric("client", event.named("what"), event.named("value"))


def _stop_hooks(event: "Imported") -> None:
    """What the client noted of the hooks that ran at a stop: their run times, and what judges said."""
    from claudesess_collector import verdicts

    line = event.payload["line"]
    if _is_new(event):
        hooks = payload.field(line, "hookInfos")
        for hook in hooks if isinstance(hooks, list) else ():
            took = payload.number(hook, "durationMs")
            if took is not None:
                event.metric("stop_hook", event.line(payload.text(hook, "command"), _COMMAND), took)
    verdicts.note_line(event, line)


def _instructions(event: "Imported") -> None:
    """The client quoted files of instructions to the model: a hook tells only that they were loaded."""
    from claudesess_collector import on_instructions

    on_instructions.quoted(event, event.payload["line"])


def _agent_feedback(event: "Imported") -> None:
    """Hooks did not let an agent stop: what they told it may be a judge's word."""
    from claudesess_collector import verdicts

    verdicts.note_feedback(event, event.payload["line"])


def _compacted(event: "Imported") -> None:
    """Tokens before and after a compaction, tied to its last snapshot."""
    numbers = {kind: payload.number(event.payload, kind) for kind in ("before", "after", "ms")}
    if not _is_new(event):
        return
    from claudesess_collector.on_compactions import IS_WHOSE, whose

    snapshot = event.db.value(
        f"SELECT id FROM context_snapshots WHERE session_id = ? AND snapshot_type = 'post_compact' AND {IS_WHOSE}"
        " AND timestamp BETWEEN ? AND ? ORDER BY abs(julianday(timestamp) - julianday(?)) LIMIT 1",
        (
            event.session_id,
            *whose(event),
            clock.stamp(event.at_ms - COMPACTION_MS),
            clock.stamp(event.at_ms + COMPACTION_MS),
            event.stamp,
        ),
    )
    known_numbers = {kind: value for kind, value in numbers.items() if value is not None}
    event.metric("compaction_tokens", None if snapshot is None else str(snapshot), payload.to_json(known_numbers))


FACTS = {
    "refused": _refused,
    "tool_error": _tool_error,
    "interrupted": _interrupted,
    "client": _client,
    "stop_hooks": _stop_hooks,
    "agent_feedback": _agent_feedback,
    "instructions": _instructions,
    "compacted": _compacted,
}
