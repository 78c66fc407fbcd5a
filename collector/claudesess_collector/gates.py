"""Gates: somebody's hook ran checks before a commit or a push and refused the call with what they found.

No hook event tells of a call that was refused before it ran: the transcript does. An import reads it there; hooks look
into the transcript's new lines where it matters: when a commit, a push or a failing check ends, and when a turn does.
"""

from claudesess_collector import aims, chains, on_failures, payload, transcript, vocabulary
from claudesess_collector.clock import at_ms
from claudesess_collector.event import Event, number_of
from claudesess_collector.failure import Failure
from claudesess_collector.outcomes import Outcome
from claudesess_collector.vocabulary import CHECK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

    from claudesess_collector.part import Part

_KEY = "gates\0"


def gated_part(call: "aims.Call") -> "Optional[Part]":
    """Return the commit, else the push, among the parts of a call."""
    parts = {part.families[0]: part for part in reversed(call.parts)}
    return next((parts[verb] for verb in vocabulary.GATED if verb in parts), None)


def refused(event: "Event", message: str) -> None:
    """Note a call that was refused before it ran, if a gate refused it."""
    if event.tool not in vocabulary.SHELLS or event.tool_use_id is None:
        return
    call = event.named_call()
    part = gated_part(call)
    if part is None or not is_gates(message):
        return
    if not event.note(number_of(event.session_id, f"gated\0{event.tool_use_id}")):
        return
    from claudesess_collector import output_findings

    outcome = Outcome()
    outcome.failed, outcome.kind = part, CHECK
    outcome.category = output_findings.first_category(message) or "build"
    event.call, event.outcome = call, outcome
    event.failure = Failure(event, message, None)
    open_chains = chains.open_chains(event)
    on_failures.add(event, open_chains, named=output_findings.named_checks(message))
    kept = {key: event.summary.get(key) for key in ("error_id", "chain")}
    kept.update(
        tool=event.tool, agent_id=event.agent_id, aim=event.summary.get("aim"), spelling=call.spelling, kind=CHECK
    )
    event.metric("tool_gated", event.tool_use_id, payload.to_json({key: v for key, v in kept.items() if v is not None}))


def is_gates(message: str) -> bool:
    """Say whether a refusal holds the findings of a check, and neither git nor a program speaks of its own failure."""
    start = message.lstrip()
    if start.startswith(("Exit code ", "Error: Exit code ")) or "\nfatal:" in f"\n{start}":
        return False
    from claudesess_collector.output_findings import has_findings

    return has_findings(message)


def read(event: "Event") -> None:
    """Look for refused calls in what the transcript gained since the last look."""
    path = event.text("transcript_path")
    if path is None or event.size is None:
        return  # without a size it is an import, which reads the transcript itself
    key = _KEY + path
    place = transcript.place(event, key)
    found = transcript.gained(event, path, place)
    if found is None:
        return
    start, data = found
    end = data.rfind(b"\n") + 1
    done = _note_refused(event, data[:end])
    if start + done != place:
        transcript.note(event, key, start + done)


def _note_refused(event: "Event", data: bytes) -> int:
    """Note the gated calls; return how many bytes are done with.

    A call without a result is read again, as is all that came after the event: it may have waited in the spool.
    """
    asked: "dict[str, dict[str, Any]]" = {}
    at, pending_from = 0, {}
    for raw in data.split(b"\n"):
        start, at = at, at + len(raw) + 1
        if b'"tool_use' not in raw and b'"tool_result' not in raw:
            continue
        if b"git" not in raw and b"is_error" not in raw and b'"tool_result' not in raw:
            continue
        line = payload.parse(raw)
        blocks = payload.field(line, "message", "content")
        for block in blocks if isinstance(blocks, list) else ():
            if payload.field(block, "type") == "tool_use":
                command = payload.text(block, "input", "command") or ""
                if "git" in command and ("commit" in command or "push" in command):
                    call_id = payload.name(block, "id") or ""
                    asked[call_id] = {"tool_name": payload.name(block, "name"), "tool_input": block.get("input")}
                    pending_from[call_id] = start
            elif payload.field(block, "type") == "tool_result":
                call_id = payload.name(block, "tool_use_id") or ""
                call, asked_from = asked.pop(call_id, None), pending_from.pop(call_id, start)
                if call is not None and payload.field(block, "is_error") is True and line is not None:
                    if (at_ms(payload.text(line, "timestamp")) or 0) > event.at_ms:
                        return min([asked_from, *pending_from.values()])
                    _note(event, call, call_id, line, _text_of(block.get("content")))
    return min(pending_from.values(), default=len(data))


def _text_of(content: "Any") -> str:
    if isinstance(content, str):
        return content
    blocks = content if isinstance(content, list) else ()
    return "\n".join(payload.text(block, "text") or "" for block in blocks)


def _note(event: "Event", call: "dict[str, Any]", call_id: str, line: "dict[str, Any]", message: str) -> None:
    when = at_ms(payload.text(line, "timestamp"))
    if when is None:
        return
    fields = {**call, "hook_event_name": "refused", "session_id": event.session_id, "tool_use_id": call_id}
    fields["cwd"] = payload.text(line, "cwd") or event.text("cwd")
    gated = Event(b"", fields, when, event.place, None)
    gated.db, gated.tool_use_id = event.db, call_id
    refused(gated, message)
