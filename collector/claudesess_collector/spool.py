"""Events that could not be written: kept in a file beside the database, taken up by the next event that can write.

A line per event: `{"at_ms": …, "size": …, "digest": …, "call": …, "check": {…}, "payload": {…}}`, its texts cut and
free of secrets like everything that is stored; where no content may be, without them.
"""

import os

from claudesess_collector import payload
from claudesess_collector.event import Event, Place
from claudesess_collector.privacy_redact import clean, redact

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Generator, Optional

MAX_BYTES = 8 << 20  # a database that cannot be written for days must not fill the disk instead
_MAX_TEXT = 16384
_MAX_DEPTH = 12
# Whatever else is a text may be content.
_NAMES = {
    "session_id", "hook_event_name", "event", "tool_name", "tool_use_id", "agent_id", "agent_type", "prompt_id",
    "source", "trigger", "model", "agentId", "agentType", "subagent_type", "status", "task_id", "taskId", "id", "to",
    "commandName", "resumedAgentId", "task_type", "load_reason", "memory_type",
    "sha", "branch", "cwd", "transcript_path", "file_path", "notebook_path", "filePath", "changedFiles",
}  # fmt: skip
# Kept as they are given: keys of rows, and where things lie.
_EXACT = {"file_path", "notebook_path", "cwd", "transcript_path", "filePath", "changedFiles"}


def keep(path: str, event: Event) -> None:
    """Append an event to the spool; one write, so that parallel hooks do not tear each other's lines."""
    fit = _fit(event.payload, 0)
    entry = {
        "at_ms": event.at_ms,
        "size": event.size,
        "digest": event.digest,
        "call": str(event.call) if event.digest is None else None,  # it is longer than a number of JSON may be here
        "check": event.named_check().facts() if event.tool else None,
        "payload": (fit if event.place.keeps_content else _names(fit)) if event.is_readable else None,
    }
    line = payload.to_json(entry) + "\n"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        data = line.encode("utf-8", "replace")
        if os.fstat(descriptor).st_size + len(data) <= MAX_BYTES:
            os.write(descriptor, data)
    finally:
        os.close(descriptor)


def take(path: str, place: Place) -> "Generator[Event, None, None]":
    """Yield the events of the spool by their times, then remove it. One process takes it: others find it renamed.

    Closed early, what was yielded last and what was not yielded goes back.
    """
    if os.path.islink(path):
        return
    mine = f"{path}.{os.getpid()}"
    try:
        os.rename(path, mine)
    except OSError:  # another hook was quicker
        return
    with open(mine, "rb") as file:
        kept = [event for event in (_read(line, place) for line in file) if event is not None]
    # Parallel hooks give up waiting in another order than the one in which they came.
    kept.sort(key=lambda event: event.at_ms)
    try:
        while kept:
            yield kept[0]
            del kept[0]
    finally:
        for event in kept:
            keep(path, event)
        os.unlink(mine)


def _read(line: bytes, place: Place) -> "Optional[Event]":
    entry = payload.parse(line) or {}
    at_ms, said = payload.number(entry, "at_ms"), payload.field(entry, "payload")
    if at_ms is None:
        return None
    event = Event(line, said if isinstance(said, dict) else None, at_ms, place, payload.number(entry, "size"))
    # As they were when the event came: its second delivery may have been written meanwhile, and the check's others.
    event.digest = payload.name(entry, "digest") or event.digest
    call = payload.name(entry, "call") or ""
    event.spooled_call = int(call) if call.isdigit() else None
    event.spooled_check = payload.field(entry, "check")
    return event


def _fit(value: "Any", depth: int) -> "Any":
    """Return a value without secrets, long texts and depths."""
    if depth > _MAX_DEPTH:
        return None
    if isinstance(value, str):
        return redact(clean(value))[: 2 * _MAX_TEXT]
    if isinstance(value, list):
        return [_fit(item, depth + 1) for item in value[:1000]]
    if isinstance(value, dict):
        return {redact(clean(key)): _fit_field(key, item, depth + 1) for key, item in value.items()}
    return value


def _fit_field(key: str, value: "Any", depth: int) -> "Any":
    """Fit what stands under a key; paths stay as they are."""
    if key in _EXACT and all(isinstance(item, str) for item in (value if isinstance(value, list) else [value])):
        return value
    return _fit(value, depth)


def _names(value: "Any", key: str = "") -> "Any":
    """Return a value with no other texts than names, ids and paths."""
    if isinstance(value, dict):
        return {name: _names(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_names(item, key) for item in value]
    if isinstance(value, str) and key not in _NAMES:
        return _machine_made(value) if key == "prompt" else _status(key, value)
    return value


def _machine_made(prompt: str) -> "Optional[str]":
    """Return of a prompt that no human typed what says so, and how agents ended."""
    from claudesess_collector.on_agents import tagged
    from claudesess_collector.on_sessions import MACHINE_TAGS

    start = prompt[:64].lstrip()
    tag = next((tag for tag in MACHINE_TAGS if start.startswith(f"<{tag}")), None)
    if tag is None:
        return None
    ends = ""
    for part in prompt.split(f"<{tag}>")[1:]:
        said = {name: payload.name({name: tagged(part, name)}, name) for name in ("task-id", "tool-use-id", "status")}
        ends += f"<{tag}>" + "".join(f"<{name}>{text}</{name}>" for name, text in said.items() if text is not None)
    return ends or f"<{tag}>"


def _status(key: str, text: str) -> "Optional[str]":
    """Return of an error the line that says its exit status."""
    line = text[:24].split("\n", 1)[0]
    return line if key == "error" and line.startswith("Exit code ") and line[10:].strip().isdigit() else None
