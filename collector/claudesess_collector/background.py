"""Commands that were put in the background: the machine's notice says how they went."""

from claudesess_collector import aims, payload
from claudesess_collector.payload import tagged

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from claudesess_collector.event import Event

_READ = 16384
_IS_ANY = "SELECT 1 FROM claudesess_background WHERE session_id = ? LIMIT 1"


def note(event: "Event") -> bool:
    """Note a call that was put in the background; say whether it was."""
    task = payload.name(event.payload, "tool_response", "backgroundTaskId")
    if task is None or event.tool_use_id is None:
        return False
    kept = {
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
    """A notice came: it judges the call that was put in the background, now."""
    if not event.db.kept("claudesess_background", _IS_ANY, (event.session_id,)):
        return
    for notice in prompt.split("<task-notification>")[1:]:
        tool_use_id, status = tagged(notice, "tool-use-id"), tagged(notice, "status")
        if tool_use_id is None or status not in ("completed", "failed"):
            continue
        key = (event.session_id, tool_use_id)
        kept = event.db.value("SELECT call FROM claudesess_background WHERE session_id = ? AND tool_use_id = ?", key)
        if kept is None:
            continue
        event.db.run("DELETE FROM claudesess_background WHERE session_id = ? AND tool_use_id = ?", key)
        _judge(event, payload.parse(kept.encode()) or {}, notice, tool_use_id, status)


def _judge(event: "Event", kept: "dict[str, object]", notice: str, tool_use_id: str, status: str) -> None:
    from claudesess_collector import on_calls, on_failures, tries

    call = aims.Call(payload.text(kept, "tried") or "Bash").restore(kept)
    if not call.parts:
        return  # kept by other rules
    output = _output(event, notice)
    code = _exit_code(notice)
    agent_id, event.agent_id = event.agent_id, payload.name(kept, "agent_id")
    event.call, event.tool_use_id = call, tool_use_id
    event.tool = event.tool or "Bash"
    event.since = payload.text(kept, "began_at")
    if status == "failed" or code:
        message = f"Exit code {code}\n{output}" if code else output
        event.failure = on_failures.read(event, message, code)
    else:
        on_calls.read_success(event, output)
    event.summary.update(tool_use_id=tool_use_id, tool="Bash", spelling=call.spelling, kind=call.main.kind)
    tries.settle(event)
    event.agent_id, event.tool_use_id = agent_id, None  # the notice is told of as any prompt is


_PATH = 4096
_ENDS = ("completed", "failed", "killed")


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


def _output(event: "Event", notice: str) -> str:
    """Return the end of what the command printed, where its file is still there."""
    path = tagged(notice, "output-file")
    return "" if path is None else end_of(event, path)


def end_of(event: "Event", path: str) -> str:
    """Return the end of a file of output, '' where there is none."""
    from claudesess_collector import files

    try:
        return files.rest_of(event.place.disk(path), 0, _READ)[1].decode("utf-8", "replace")
    except OSError:
        return ""
