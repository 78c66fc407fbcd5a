"""Commands that were put in the background: a notice tells how they went, or the answer to who looks after them.

Neither is the call's own event, so its end is a row of session_metrics: `background_end`.
"""

from claudesess_collector import aims, payload
from claudesess_collector.event import Event
from claudesess_collector.payload import tagged

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

_READ = 16384
_PATH = 4096
_JUDGED = ("completed", "failed")  # a call that somebody stopped was not tried to its end
_IS_ANY = "SELECT 1 FROM claudesess_background WHERE session_id = ? LIMIT 1"


def note(event: "Event") -> bool:
    """Note a call that was put in the background; say whether it was."""
    task = payload.name(event.payload, "tool_response", "backgroundTaskId")
    if task is None or event.tool_use_id is None:
        return False
    kept = {
        "task": task,
        "tool": event.tool,
        "began_at": event.began_at,
        "agent_id": event.agent_id,
        "tried": event.fact("tried", tried),
        **event.fact("call", facts),
    }
    event.db.run(
        "INSERT OR REPLACE INTO claudesess_background (session_id, tool_use_id, call) VALUES (?, ?, ?)",
        (event.session_id, event.tool_use_id, payload.to_json(kept)),
    )
    return True


def tried(event: "Event") -> "Optional[str]":
    """Return what a call tries, as it may be stored."""
    return event.line(aims.shown_of(event), 300)


def facts(event: "Event") -> "dict[str, object]":
    """Return what is kept of a call."""
    found: "dict[str, object]" = event.call.facts(event.text("tool_input", "command"), event.place.keeps_content)
    return found


def noticed(event: "Event", prompt: str) -> None:
    """A machine's prompt came: each notice in it judges the call that was put in the background, now."""
    unfinished = _unfinished(event)
    for notice in prompt.split("<task-notification>")[1:] if unfinished else ():
        tool_use_id, status = tagged(notice, "tool-use-id"), tagged(notice, "status")
        if tool_use_id in unfinished and status in _JUDGED:
            path = tagged(notice, "output-file")
            output = None if path is None else end_of(event, path)
            kept = unfinished.pop(tool_use_id)
            _judge(event, tool_use_id, kept, status == "failed", _exit_code(notice), output)


def answered(event: "Event") -> None:
    """A tool looked after a call in the background and found that it has ended: that judges the call, now."""
    end = event.fact("end", task_ended)
    unfinished = {} if end is None else _unfinished(event)
    for tool_use_id, kept in unfinished.items():
        if kept.get("task") == end["task"]:
            output = event.fact("printed", _printed)
            _judge(event, tool_use_id, kept, end["status"] == "failed", end["code"], output)


def task_ended(event: "Event") -> "Optional[dict[str, Any]]":
    """Return of which task an answer tells the end, how that went, and its exit code; None where it goes on."""
    response = payload.field(event.payload, "tool_response")
    shown = response.get("task", response) if isinstance(response, dict) else None
    status = payload.text(shown, "status")
    asked = event.named("tool_input", "task_id") or event.named("tool_input", "bash_id")
    if status not in _JUDGED or asked is None:
        return None
    return {"task": asked, "status": status, "code": payload.number(shown, "exitCode")}


def _printed(event: "Event") -> "Optional[str]":
    """Return what an answer shows of what was printed, which is what came since the answer before; None of nothing."""
    shown = payload.field(event.payload, "tool_response")
    texts = [payload.text(shown, "stdout"), payload.text(shown, "stderr"), payload.text(shown, "task", "output")]
    return "\n".join(filter(None, texts)) or None


def printed_by_failed(event: "Event") -> "Optional[str]":
    """Return what may be kept of what was printed while an answer waits: of what failed, as much as a row holds."""
    end, printed = task_ended(event), _printed(event)
    if end is None or end["status"] != "failed" or printed is None or not event.place.keeps_content:
        return None
    from claudesess_collector.failure import MESSAGE
    from claudesess_collector.privacy_redact import clean, head_and_tail, redact

    return head_and_tail(redact(clean(printed)), MESSAGE)


def _unfinished(event: "Event") -> "dict[str, dict[str, Any]]":
    """Return what is kept of the session's calls in the background that nobody has told the end of, by their ids."""
    if not event.db.kept("claudesess_background", _IS_ANY, (event.session_id,)):
        return {}
    rows = event.db.rows(
        "SELECT tool_use_id, call FROM claudesess_background WHERE session_id = ?", (event.session_id,)
    )
    return {tool_use_id: payload.parse(kept.encode()) or {} for tool_use_id, kept in rows}


def _judge(
    event: "Event", tool_use_id: str, kept: "dict[str, Any]", is_failed: bool, code: "Optional[int]",
    output: "Optional[str]",
) -> None:  # fmt: skip
    """Judge a call by its end: an event of its own, which has no row of its own in hook_events."""
    from claudesess_collector import on_calls, on_failures, outcomes, tries

    event.db.run(
        "DELETE FROM claudesess_background WHERE session_id = ? AND tool_use_id = ?", (event.session_id, tool_use_id)
    )
    call = aims.Call(payload.text(kept, "tried") or "Bash").restore(kept)
    if not call.parts:
        return  # kept by other rules
    fields = {"session_id": event.session_id, "agent_id": kept.get("agent_id"), "tool_name": kept.get("tool") or "Bash"}
    end = Event(b"", {**fields, "cwd": event.text("cwd")}, event.at_ms, event.place)
    end.db, end.call, end.tool_use_id, end.since = event.db, call, tool_use_id, payload.text(kept, "began_at")
    if is_failed or code:
        message = f"Exit code {code}\n{output or ''}" if code else output or ""
        end.failure = on_failures.read(end, message, code)
    elif output is None:
        end.outcome = outcomes.unread(call)
    else:
        on_calls.read_success(end, output)
    tries.settle(end)
    summary = {key: value for key, value in end.summary.items() if value is not None}
    event.metric("background_end", tool_use_id, payload.to_json(summary))


_ENDS = (*_JUDGED, "killed")


def told_of_end(notice: str) -> str:
    """Return what counts of a notice: whose end it tells, how that went, where its output lies."""
    status = tagged(notice, "status")
    path = tagged(notice, "output-file")
    tags = {
        "task-id": payload.as_name(tagged(notice, "task-id")),
        "tool-use-id": payload.as_name(tagged(notice, "tool-use-id")),
        "status": status if status is None or status in _ENDS else "other",
        "output-file": path if path is not None and len(path) <= _PATH and path.isprintable() else None,
    }
    code = _exit_code(notice)
    kept = "".join([f"<{tag}>{text}</{tag}>" for tag, text in tags.items() if text is not None])
    return kept if code is None else f"{kept}exit code {code})"


def _exit_code(notice: str) -> "Optional[int]":
    digits = notice.partition("exit code ")[2][:4]
    number = "".join(char for char in digits.split(")")[0].split("<")[0] if char.isdecimal())
    return int(number) if number else None


def end_of(event: "Event", path: str) -> "Optional[str]":
    """Return the end of a file of output, None where there is none any more."""
    from claudesess_collector import files

    try:
        return files.rest_of(event.place.disk(path), 0, _READ)[1].decode("utf-8", "replace")
    except OSError:
        return None
