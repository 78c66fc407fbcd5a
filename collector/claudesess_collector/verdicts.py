"""What judges said: prompt hooks write nothing themselves, so their verdicts are read from what follows.

A refusal names who refused in brackets: `[<prompt of a judge, or command of a script>]: <reason>`. Only a judge's is a
verdict. The settings tell the two apart; where they are silent (a plugin's hook, a project that has gone) the words do.
"""

import os

from claudesess_collector import files, payload, transcript
from claudesess_collector.event import number_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

    from claudesess_collector.event import Event

REASON = 1000
_FEEDBACK = "TaskCompleted hook feedback:"
_AGENT_FEEDBACK = ("Stop hook feedback:", "SubagentStop hook feedback:")  # in an agent's transcript
_MARKS = (b'"stop_hook_summary"', b" hook feedback:", b'"instructions"')  # what the lines that tell something hold
_END = "]: "
# Programs that begin a command and no sentence; after any other word it is told by the number of words.
_PROGRAMS = {
    "python", "python3", "node", "bash", "sh", "zsh", "fish", "npx", "npm", "pnpm", "yarn", "uv", "uvx", "pipx", "deno",
    "bun", "bunx", "ruby", "perl", "php", "java", "cargo", "git", "pwsh", "powershell", "cmd", "env", "sudo", "jq",
    "pytest", "ruff", "eslint", "tsc", "mypy", "claudesess", "timeout", "docker", "grep", "rg", "printf", "exec", "gh",
}  # fmt: skip
_WORDS_OF_A_COMMAND = 4
_SETTINGS = 1 << 20  # bytes of a settings file that are looked at


def task_refused(event: "Event", task_id: "Optional[str]") -> None:
    """TaskUpdate failed; a judge's refusal names itself."""
    objection = event.fact("objection", task_objection)
    if objection is not None:
        _add(event, "TaskCompleted", task_id, "block", objection["reason"])


def task_objection(event: "Event") -> "Optional[dict[str, Optional[str]]]":
    """Return why a judge did not let a task be completed; None where none objected."""
    error = event.text("tool_response", "error")
    if error is None or not error.startswith(_FEEDBACK):
        return None
    reason = _objection(event, error[len(_FEEDBACK) :].strip(), ("TaskCompleted",))
    return None if reason is None else {"reason": event.line(reason, REASON)}


def task_accepted(event: "Event", task_id: str) -> None:
    """TaskUpdate completed a task: an approval, where a judge is known to have been asked."""
    asked = event.db.value(
        "SELECT 1 FROM hook_events WHERE session_id = ? AND event_type = 'task_completed' LIMIT 1",
        (event.session_id,),
    )
    if asked and _is_judged(event, "TaskCompleted"):
        _add(event, "TaskCompleted", task_id, "allow", None)


def agent_accepted(event: "Event", agent_id: str) -> None:
    """An agent is known to have ended with its last stop: an approval likewise, each stop's once."""
    ended = event.db.value("SELECT end_time FROM agent_registry WHERE id = ? AND status = 'completed'", (agent_id,))
    if ended is None or not _is_judged(event, "SubagentStop"):
        return
    if event.note(number_of(event.session_id, f"accepted\0{agent_id}\0{ended}")):
        _add(event, "SubagentStop", None, "allow", None, ended)


def _is_judged(event: "Event", name: str) -> bool:
    """Say whether a judge is known for an event: it has objected before in this session, or the settings name one."""
    has_blocked = event.db.value(
        "SELECT 1 FROM llm_verdicts WHERE session_id = ? AND hook_event = ? AND decision = 'block'",
        (event.session_id, name),
    )
    return bool(has_blocked) or bool(_registered(event, (name,))[0])


def _objection(event: "Event", text: str, names: "tuple[str, ...]") -> "Optional[str]":
    """Return why a judge objected; None where a script did. Both may have, one below the other."""
    judges, scripts = _registered(event, names)
    marks = [f"[{hook}{_END}" for hook in judges + scripts]
    for judge in judges:
        found = text.find(f"[{judge}{_END}")
        if found >= 0:
            start = found + len(judge) + 1 + len(_END)
            ends = [text.find(f"\n{mark}", start) for mark in marks]
            return text[start : min([end for end in ends if end >= 0], default=len(text))]
    if any(text.startswith(f"[{script}") for script in scripts):
        return None
    head, found_end, reason = text.rpartition(_END)
    return reason if found_end and head.startswith("[") and not _is_command(head[1:]) else None


def _is_command(words: str) -> bool:
    """Say whether what refused reads like a command and not like words to a judge."""
    first = (words.split(None, 1) or [""])[0].strip("\"'")
    if "$ARGUMENTS" in words:
        return False
    if "/" in first or "\\" in first or first.startswith(("$", "~", ".")) or first in _PROGRAMS:
        return True
    return "?" not in words and len(words.split()) <= _WORDS_OF_A_COMMAND


def _registered(event: "Event", names: "tuple[str, ...]") -> "tuple[list[str], list[str]]":
    """Return the prompts of judges and the commands of scripts that project and user register for events."""
    project = os.path.join(event.project_dir, ".claude")
    judges: "list[str]" = []
    scripts: "list[str]" = []
    for path in (
        f"{project}/settings.json",
        f"{project}/settings.local.json",
        f"{event.place.config_dir}/settings.json",
    ):
        try:
            settings = payload.parse(files.head_of(event.place.disk(path), _SETTINGS))
        except OSError:
            continue
        for name in names:
            groups = payload.field(settings, "hooks", name)
            for group in groups if isinstance(groups, list) else ():
                hooks = payload.field(group, "hooks")
                for hook in hooks if isinstance(hooks, list) else ():
                    judges += filter(None, [payload.text(hook, "prompt")])
                    scripts += filter(None, [payload.text(hook, "command")])
    return judges, scripts


class Growth:
    """What a transcript gained since it was last read: the lines up to the event's time that tell something here."""

    __slots__ = ("lines", "offset", "path", "start")

    def __init__(self, path: str, start: int, offset: int, lines: "list[dict[str, Any]]") -> None:
        self.path = path
        self.start = start  # what was known to be read
        self.offset = offset  # what is read now
        self.lines = lines


def prepare(event: "Event", path_key: str = "transcript_path") -> None:
    """Read the transcript before the write lock is taken."""
    path = event.text(path_key)
    if path is not None:
        event.transcript = _growth(event, path)


def read_stops(event: "Event") -> None:
    """Note what the transcript gained: one verdict per prompt hook and line."""
    growth = event.transcript
    if growth is not None and growth.start != transcript.place(
        event, growth.path
    ):  # another hook read it in the meantime
        growth = _growth(event, growth.path)
    if growth is None:
        return
    for line in growth.lines:
        if payload.field(line, "subtype") == "stop_hook_summary":
            note_line(event, line)
        elif payload.field(line, "type") == "attachment":
            from claudesess_collector import on_instructions

            on_instructions.quoted(event, line)
        else:
            note_feedback(event, line)
    transcript.note(event, growth.path, growth.offset)


def _growth(event: "Event", path: str) -> "Optional[Growth]":
    at = transcript.place(event, path)
    found = transcript.gained(event, path, at)
    if found is None:
        return None
    start, data = found
    lines: "list[dict[str, Any]]" = []
    return Growth(path, at, start + _read_lines(event, data, lines), lines)


def _read_lines(event: "Event", data: bytes, lines: "list[dict[str, Any]]") -> int:
    """Gather the whole lines up to the event's time; return how many bytes are done with."""
    at = 0
    places = {mark: data.find(mark) for mark in _MARKS}
    while True:
        for mark, place in places.items():
            if 0 <= place < at:
                places[mark] = data.find(mark, at)
        found = min([place for place in places.values() if place >= 0], default=-1)
        if found < 0:
            return data.rfind(b"\n") + 1
        start = data.rfind(b"\n", 0, found) + 1
        stop = data.find(b"\n", found)
        if stop < 0:
            return start
        line = payload.parse(data[start:stop])
        if line is not None and _is_of_interest(line):
            if (_time(line) or "") > event.stamp:
                return start
            lines.append(line)
        at = stop + 1


def _is_of_interest(line: "dict[str, Any]") -> bool:
    """Say whether a line tells what judges said, or quotes the instructions in force."""
    is_quote = payload.field(line, "attachment", "type") == "instructions"
    return is_quote or payload.field(line, "subtype") == "stop_hook_summary" or _feedback(line) is not None


def _feedback(line: "dict[str, Any]") -> "Optional[str]":
    """Return what hooks told an agent that they did not let stop; None of any other line."""
    content = payload.field(line, "message", "content")
    blocks = content if isinstance(content, list) else [{"text": content}]
    text = payload.text(blocks[0], "text") if blocks else None
    if text is None or line.get("isMeta") is not True or line.get("isSidechain") is not True:
        return None
    label = next((label for label in _AGENT_FEEDBACK if text.startswith(label)), None)
    return None if label is None else text[len(label) :].strip()


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
            _add(event, "Stop", None, "block", event.line(objection[len(prompt) + 4 :], REASON), _time(line))


def note_feedback(event: "Event", line: "dict[str, Any]") -> None:
    """Note what a judge said who did not let an agent stop, once."""
    uuid, text = payload.name(line, "uuid"), _feedback(line)
    reason = None if text is None else _objection(event, text, ("SubagentStop", "Stop"))
    if reason is not None and (uuid is None or event.note(number_of(None, f"feedback\0{uuid}"))):
        _add(event, "SubagentStop", None, "block", event.line(reason, REASON), _time(line))


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
        reason=reason,
    )
