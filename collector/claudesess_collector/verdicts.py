"""What judges said: prompt hooks write nothing themselves, so their verdicts are read from what follows."""

import os

from claudesess_collector import payload
from claudesess_collector.event import number_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

    from claudesess_collector.event import Event

REASON = 1000
_READ = 4 << 20  # of a transcript that grew by more since the last look, only so much is read
_FEEDBACK = "TaskCompleted hook feedback:"


def task_refused(event: "Event", task_id: "Optional[str]", error: "Optional[str]") -> None:
    """TaskUpdate failed; a judge's refusal names itself."""
    if error is not None and error.startswith(_FEEDBACK):
        _add(event, "TaskCompleted", task_id, "block", error.rpartition("]: ")[2])


def task_accepted(event: "Event", task_id: str) -> None:
    """TaskUpdate completed a task: an approval, where a judge is known to have been asked."""
    asked = event.db.value(
        "SELECT 1 FROM hook_events WHERE session_id = ? AND event_type = 'task_completed' LIMIT 1",
        (event.session_id,),
    )
    if not asked:
        return
    has_blocked = event.db.value(
        "SELECT 1 FROM llm_verdicts WHERE session_id = ? AND hook_event = 'TaskCompleted' AND decision = 'block'",
        (event.session_id,),
    )
    if has_blocked or _has_prompt_hook(event, "TaskCompleted"):
        _add(event, "TaskCompleted", task_id, "allow", None)


def _has_prompt_hook(event: "Event", name: str) -> bool:
    """Say whether the project's or the user's settings register a prompt hook for an event."""
    project = os.path.join(event.project_dir, ".claude")
    for path in (
        f"{project}/settings.json",
        f"{project}/settings.local.json",
        f"{event.place.config_dir}/settings.json",
    ):
        try:
            with open(event.place.disk(path), "rb") as file:
                settings = payload.parse(file.read(1 << 20))
        except OSError:
            continue
        groups = payload.field(settings, "hooks", name)
        for group in groups if isinstance(groups, list) else ():
            hooks = payload.field(group, "hooks")
            if any(payload.field(hook, "type") == "prompt" for hook in (hooks if isinstance(hooks, list) else ())):
                return True
    return False


class Growth:
    """What a transcript gained since it was last read: the `stop_hook_summary` lines up to the event's time."""

    __slots__ = ("lines", "offset", "path", "start")

    def __init__(self, path: str, start: int, offset: int, lines: "list[dict[str, Any]]") -> None:
        self.path = path
        self.start = start  # what was known to be read
        self.offset = offset  # what is read now
        self.lines = lines


def prepare(event: "Event") -> None:
    """Read the transcript before the write lock is taken."""
    path = event.text("transcript_path")
    if path is not None and os.path.isfile(event.place.disk(path)):  # nor anything that would not end, a pipe say
        event.transcript = _growth(event, path)


def read_stops(event: "Event") -> None:
    """Note what the transcript gained: one verdict per prompt hook and line."""
    growth = event.transcript
    if growth is not None and growth.start != _start(event, growth.path):  # another hook read it in the meantime
        growth = _growth(event, growth.path)
    if growth is None:
        return
    for line in growth.lines:
        note_line(event, line)
    event.db.run("INSERT OR REPLACE INTO claudesess_offsets (path, offset) VALUES (?, ?)", (growth.path, growth.offset))


def _start(event: "Event", path: str) -> int:
    return event.db.value("SELECT offset FROM claudesess_offsets WHERE path = ?", (path,)) or 0


def _growth(event: "Event", path: str) -> "Optional[Growth]":
    known = _start(event, path)
    try:
        with open(event.place.disk(path), "rb") as file:
            size = file.seek(0, os.SEEK_END)
            start = known if known <= size else 0  # it shrank: another file
            file.seek(max(start, size - _READ))
            start = file.tell()
            data = file.read(_READ)
    except OSError:
        return None
    lines: "list[dict[str, Any]]" = []
    return Growth(path, known, start + _read_lines(event, data, lines), lines)


def _read_lines(event: "Event", data: bytes, lines: "list[dict[str, Any]]") -> int:
    """Gather the whole lines up to the event's time; return how many bytes are done with."""
    at = 0
    while True:
        found = data.find(b'"stop_hook_summary"', at)
        if found < 0:
            return data.rfind(b"\n") + 1
        start = data.rfind(b"\n", 0, found) + 1
        stop = data.find(b"\n", found)
        if stop < 0:
            return start
        line = payload.parse(data[start:stop])
        if line is not None and payload.field(line, "subtype") == "stop_hook_summary":
            if (_time(line) or "") > event.stamp:
                return start
            lines.append(line)
        at = stop + 1


def _time(line: "dict[str, Any]") -> "Optional[str]":
    written = payload.name(line, "timestamp")
    return None if written is None else written.replace("T", " ").rstrip("Z")


def note_line(event: "Event", line: "dict[str, Any]") -> None:
    """Note what the judges of one `stop_hook_summary` line said, once."""
    uuid = payload.name(line, "uuid")
    if uuid is not None and not event.note(number_of(None, f"stop_hook_summary\0{uuid}")):
        return
    errors = payload.field(line, "hookErrors")
    objections = [error for error in errors if isinstance(error, str)] if isinstance(errors, list) else []
    hooks = payload.field(line, "hookInfos")
    for hook in hooks if isinstance(hooks, list) else ():
        prompt = payload.text(hook, "promptText")
        if prompt is None:
            continue
        objection = next((error for error in objections if error.startswith(f"[{prompt}]: ")), None)
        if objection is None:
            _add(event, "Stop", None, "allow", None, _time(line))
        else:
            objections.remove(objection)
            _add(event, "Stop", None, "block", objection[len(prompt) + 4 :], _time(line))


def _add(
    event: "Event",
    hook: str,
    task_id: "Optional[str]",
    decision: str,
    reason: "Optional[str]",
    at: "Optional[str]" = None,
) -> None:
    event.db.insert(
        "llm_verdicts",
        session_id=event.session_id,
        timestamp=at or event.stamp,
        hook_event=hook,
        task_id=task_id,
        verdict_json=None,
        decision=decision,
        reason=event.line(reason, REASON),
    )
