"""What is kept of an event that has to wait: what its rows need, cut and redacted as they are, and nothing else.

Names, ids, numbers and paths of the payload by an allow-list; of its texts, of commands and of outputs what the
handlers read out of them (`Event.fact`): so who takes an event up writes the rows that its hook would have written.
"""

from claudesess_collector import payload, vocabulary
from claudesess_collector.event import Event, Place
from claudesess_collector.handlers import handler_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional

# Of every event: names and ids; places on the disk; numbers.
_NAMES = (
    "session_id", "hook_event_name", "event", "agent_id", "agent_type", "tool_name", "tool_use_id", "prompt_id",
    "source", "trigger",
)  # fmt: skip
_PATHS = ("cwd", "transcript_path")
_NUMBERS = ("duration_ms",)
# Of some, further ones.
_NAMES_OF = {
    "SessionStart": ("model",),
    "SessionEnd": ("reason",),
    "StopFailure": ("error",),
    "TaskCreated": ("task_id",),
    "TaskCompleted": ("task_id",),
}
_PATHS_OF = {
    "SubagentStop": ("agent_transcript_path",),
    "InstructionsLoaded": ("file_path",),
    "ConfigChange": ("file_path",),
}
_NUMBERS_OF = {"SessionStart": ("seconds_since_last_response", "context_tokens", "estimated_cache_write_usd")}
_CALLS = ("PostToolUse", "PostToolUseFailure")
_INPUT_PATHS = ("file_path", "notebook_path")
_INPUT_NAMES = ("subagent_type", "taskId", "task_id")
_RESPONSE_NAMES = (
    "agentId", "agentType", "commandName", "resumedAgentId", "status", "task_id", "task_type", "taskId",
    "backgroundTaskId",
)  # fmt: skip
_WITHIN = {
    ("task",): ("id",),
    ("statusChange",): ("to",),
    ("gitOperation", "commit"): ("sha", "branch"),
}
# Event -> what its handlers read out of texts: module, function, name of the fact.
_FACTS = {
    "UserPromptSubmit": (("on_sessions", "machine_made", "prompt"),),
    "Stop": (("ladder", "closing", "closing"),),
    "StopFailure": (("on_sessions", "message", "message"),),
    "PermissionRequest": (("on_sessions", "reason", "reason"), ("on_sessions", "asked", "asked")),
    "PermissionDenied": (("on_sessions", "reason", "reason"),),
    "TaskCreated": (("on_tasks", "subject", "subject"),),
    "PostCompact": (("on_compactions", "summary", "summary"),),
}
_CALL = (("background", "facts", "call"),)
_SUCCESS = (("on_calls", "is_refused", "is_refused"), ("changes", "changes", "changes"))
_FAILURE = (("on_failures", "not_run", "not_run"),)
_MAY_HAVE_CHANGED = (("approaches", "may_have_changed", "may_have_changed"),)
_FACTS_OF_TOOLS = {
    **dict.fromkeys(vocabulary.AGENT_TOOLS, (("on_agents", "task", "task"),)),
    **dict.fromkeys(
        vocabulary.BACKGROUND_TOOLS,
        (("background", "task_ended", "end"), ("background", "printed_by_failed", "printed")),
    ),
    **dict.fromkeys(vocabulary.TOOLS_OF_AGENTS, (("on_agents", "has_result", "has_result"),)),
    **dict.fromkeys(vocabulary.SHELLS, _MAY_HAVE_CHANGED),
    **dict.fromkeys(("Glob", "Grep"), (("on_calls", "finds_none", "finds_none"),)),
    "TaskCreate": (("on_tasks", "subject", "subject"),),
    "TaskUpdate": (("verdicts", "task_objection", "objection"),),
}
_ASKS = (("ladder", "asking", "asking"),)
_WAITS = (("background", "tried", "tried"),)
# Events that need no database to be read.
_READ_AT_ONCE = (*_CALLS, "InstructionsLoaded", "ConfigChange")


def kept(event: Event) -> "dict[str, Any]":
    """Return what is kept of an event, as JSON can hold it."""
    return {
        "at_ms": event.at_ms,
        "size": event.size,
        "digest": event.digest,
        # Longer than a number of JSON may be here.
        "number": str(event.call_number) if event.digest is None else None,
        "is_whole": event.is_whole,
        "payload": _allowed(event) if event.is_readable else None,
        "read": _read(event) if event.is_whole else None,
    }


def restored(entry: "Optional[dict[str, Any]]", place: Place) -> "Optional[Event]":
    """Return the event of which `kept` was written, None where a line is no such thing."""
    at_ms, fields = payload.number(entry, "at_ms"), payload.field(entry, "payload")
    if entry is None or at_ms is None:
        return None
    event = Event(b"", fields if isinstance(fields, dict) else None, at_ms, place, payload.number(entry, "size"))
    # As they were when the event came: its second delivery may have been written meanwhile.
    event.digest = payload.name(entry, "digest")
    number = payload.name(entry, "number") or ""
    event.spooled_number = int(number) if number.isdecimal() else None
    read = entry.get("read")
    event.waited = read if isinstance(read, dict) else {}
    event.is_whole = entry.get("is_whole") is True and event.waited.get("is_sound") is not False
    event.git, event.file_hash = event.waited.get("git"), event.waited.get("file_hash")
    if event.name in _CALLS and event.is_whole:
        try:
            _restore_call(event, event.waited)
        except Exception:  # somebody else's line
            event.is_whole = False
    return event


def needs_reading(late: Event) -> bool:
    """Say whether an event that waited is still to be read: only the database could tell, when it came."""
    return late.name not in _READ_AT_ONCE


def _allowed(event: Event) -> "dict[str, Any]":
    """Return the names, ids, paths and numbers of the payload."""
    fields, name = event.payload, event.name or ""
    found: "dict[str, Any]" = _picked(
        fields, (*_NAMES, *_NAMES_OF.get(name, ())), (*_PATHS, *_PATHS_OF.get(name, ())),
        (*_NUMBERS, *_NUMBERS_OF.get(name, ())),
    )  # fmt: skip
    if name in _CALLS:
        found["tool_input"] = _picked(fields.get("tool_input"), _INPUT_NAMES, _INPUT_PATHS)
        found["tool_response"] = _allowed_response(fields.get("tool_response"))
    elif name in ("PreToolUse", "PermissionRequest"):
        found["tool_input"] = _picked(fields.get("tool_input"), (), _INPUT_PATHS)
    elif name == "Stop":
        listed = fields.get("background_tasks")
        found["background_tasks"] = [
            _picked(task, ("type", "status")) for task in (listed if isinstance(listed, list) else ())[:1000]
        ]
    elif name == "SubagentStop":
        found["stop_hook_active"] = fields.get("stop_hook_active") is True
    return found


def _allowed_response(response: "Any") -> "dict[str, Any]":
    found = _picked(response, _RESPONSE_NAMES)
    for keys, names in _WITHIN.items():
        picked = _picked(payload.field(response, *keys), names)
        for key in reversed(keys):
            picked = {key: picked} if picked else {}
        found.update(picked)
    lines = _picked(payload.field(response, "file"), (), (), ("startLine", "numLines"))
    if lines:
        found["file"] = lines
    if payload.field(response, "success") is False:
        found["success"] = False
    return found


def _picked(
    fields: "Any", names: "tuple[str, ...]", paths: "tuple[str, ...]" = (), numbers: "tuple[str, ...]" = ()
) -> "dict[str, Any]":
    """Return of an object what an allow-list names; paths stay as they are given."""
    if not isinstance(fields, dict):
        return {}
    found: "dict[str, Any]" = {key: payload.as_name(fields.get(key)) for key in names}
    found.update((key, payload.text(fields, key)) for key in paths)
    for key in numbers:
        value = fields.get(key)
        found[key] = value if payload.as_number(value) is not None else None
    return {key: value for key, value in found.items() if value is not None}


def _read(event: Event) -> "dict[str, Any]":
    """Return what is read out of the event's texts; where that goes wrong, that it did."""
    try:
        return _facts(event)
    except Exception:
        return {"is_sound": False}


def _facts(event: Event) -> "dict[str, Any]":
    name = event.name or ""
    if name in _READ_AT_ONCE and event.call is None and event.file_hash is None:
        prepare = handler_of(name)[0]
        if prepare is not None:
            prepare(event)
    wanted: "tuple[tuple[str, str, str], ...]" = _FACTS.get(name, ())
    if event.call is not None:
        wanted = (*_CALL, *_WAITS) if payload.name(event.payload, "tool_response", "backgroundTaskId") else _CALL
        if name == "PostToolUse":
            asks = event.tool in (*vocabulary.RESEARCH_TOOLS, vocabulary.ASKING_TOOL)
            wanted = (*wanted, *_SUCCESS, *_FACTS_OF_TOOLS.get(event.tool or "", ()), *(_ASKS if asks else ()))
        else:
            wanted = (*wanted, *_FAILURE, *(_MAY_HAVE_CHANGED if event.tool in vocabulary.SHELLS else ()))
    found: "dict[str, Any]" = {}
    for module, function, fact in wanted:
        read: "Callable[[Event], Any]" = getattr(__import__(f"claudesess_collector.{module}", fromlist=["*"]), function)
        found[fact] = read(event)
    found["git"], found["file_hash"] = event.git, event.file_hash
    if event.outcome is not None:
        parts = list(event.call.parts)
        found["outcome"] = event.outcome.facts(parts)
        found["behind"] = [part.facts() for part in parts[len(event.call.parts) :]]
        if event.failure is not None and event.outcome.failed is not None:  # else it did what it should
            found["failure"] = event.failure.facts(event, event.outcome.failed)
    return {key: value for key, value in found.items() if value is not None}


def _restore_call(event: Event, read: "Any") -> None:
    from claudesess_collector import aims, outcomes
    from claudesess_collector.failure import KeptFailure
    from claudesess_collector.part import restored

    event.call = aims.Call(event.tool or "").restore(read.get("call"))
    behind = [part for part in map(restored, read.get("behind") or ()) if part is not None]
    if isinstance(read.get("outcome"), dict):
        event.outcome = outcomes.restored(read["outcome"], [*event.call.parts, *behind])
    if isinstance(read.get("failure"), dict):
        event.failure = KeptFailure(read["failure"])
