"""What a transcript's line says: the payloads that a hook would have got, and facts that no hook knows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from claudesess_collector import payload, vocabulary

from claudesess.transcripts.lines import text_of

QUESTIONS = ("AskUserQuestion", "ExitPlanMode", "EnterPlanMode")
_SAYS_STATUS = (2, 0, 76)  # the first client seen whose shell says `Exit code` of every failure
_NO_OUTPUT = ("(Bash completed with no output)", "(No content)")
_AGENT_ID = re.compile(r"^agentId: ([\w-]+)", re.MULTILINE)
_TASK_ID = re.compile(r"Task #(\S+) created")
_UNIQUE = re.compile(r"msg_\w{16,}")
_NUMBERED = re.compile(r"\n *(\d+)[\t→]")


class Event(NamedTuple):
    """One event, or a fact that has no event.

    Attributes
    ----------
    at_ms : int
        When, milliseconds since the epoch.
    key : str
        What identifies it in its session and kind: the line's uuid, the call's id.
    payload : dict
        What a hook would have got; `hook_event_name` in lower case is a fact.
    """

    at_ms: int
    key: str
    payload: dict[str, Any]


class Change(NamedTuple):
    """An event, or a fact, before it is known whose it is."""

    name: str
    key: str
    at_ms: int
    payload: dict[str, Any]


class Call(NamedTuple):
    """A tool call whose result is not known yet.

    Attributes
    ----------
    id, tool : str
        The client's id of the call, and the name of its tool.
    arguments : dict
        What the tool was asked.
    at_ms : int
        When, milliseconds since the epoch.
    line_id : str or None
        What its line is called.
    turn : int
        In which it was asked for, counted from where the reading began.
    offset : int
        Where that turn began.
    """

    id: str
    tool: str
    arguments: dict[str, Any]
    at_ms: int
    line_id: str | None
    turn: int
    offset: int


def turned_down(call: Call, line: dict[str, Any], error: str) -> Literal["refused", "tool_error"] | None:
    """Say by whom a call was turned down before it ran; None: it ran. No hook tells of that.

    A permission, a hook or the user refused it, or the tool itself found an error in what it was asked.

    A shell's own failure says its status, or that it took too long; old clients' say neither, so that what
    a hook refused in its own words is a failure there. The first edit tools said why they did nothing.
    """
    decision = line.get("permissionDecision")
    if line.get("toolDenialKind") or (isinstance(decision, dict) and decision.get("decision") == "reject"):
        return "refused"
    why = vocabulary.why_not_run(error, call.tool)
    if why == vocabulary.CANCELLED:
        return None
    if why is not None:
        return "refused" if why == vocabulary.REFUSED else "tool_error"
    if call.tool in QUESTIONS:
        return "refused"  # no answer is no failure, however it is worded
    version = version_of(line)
    if call.tool in vocabulary.SHELLS:
        start = vocabulary.bare_error(error)
        says_how = start.startswith(vocabulary.EXIT_CODE) or "timed out" in start[:200]
        return None if says_how or version < _SAYS_STATUS else "refused"
    return "tool_error" if version < (2,) and call.tool in vocabulary.EDIT_TOOLS else None


def version_of(line: dict[str, Any]) -> tuple[int, ...]:
    """Return the client's version; where it is not said, one that is new."""
    parts = str(line.get("version") or "").split(".")
    return tuple(int(part) for part in parts) if all(part.isdigit() for part in parts) else (9,)


def response(call: Call, line: dict[str, Any], block: dict[str, Any], linked: str | None) -> Any:
    """Return what the tool answered, as hooks get it; of agents' calls only the text is there.

    Parameters
    ----------
    call
        The call.
    line, block
        The line with the result, and the result in it.
    linked
        The agent that the call launched, where a side file says so.
    """
    answered = line.get("toolUseResult")
    text = text_of(block.get("content"))
    if call.tool in vocabulary.AGENT_TOOLS:
        return _launched(answered if isinstance(answered, dict) else {}, text, linked)
    if answered is not None:
        return answered
    if call.tool in vocabulary.SHELLS:
        return {"stdout": "" if text in _NO_OUTPUT else text, "stderr": ""}
    if call.tool == vocabulary.READ_TOOL:
        numbers = _NUMBERED.findall(f"\n{text}")
        return {"file": {"startLine": int(numbers[0]), "numLines": len(numbers)}} if numbers else {}
    if call.tool in vocabulary.BACKGROUND_TOOLS:
        return _in_background(text)
    if call.tool == "TaskCreate":
        found = _TASK_ID.search(text)
        return {"task": {"id": found[1], "subject": call.arguments.get("subject")}} if found else {}
    if call.tool == "TaskUpdate":
        return _task_update(call, text)
    return {}


def _in_background(text: str) -> dict[str, Any]:
    code, printed = payload.tagged(text, "exit_code"), payload.tagged(text, "output")
    return {
        "status": payload.tagged(text, "status"),
        "exitCode": int(code) if code is not None and code.isdecimal() and len(code) < 10 else None,
        "stdout": printed or payload.tagged(text, "stdout"),
        "stderr": payload.tagged(text, "stderr"),
    }


def _launched(answered: dict[str, Any], text: str, linked: str | None) -> dict[str, Any]:
    if answered.get("agentId"):
        return answered
    found = _AGENT_ID.search(text)
    status = "async_launched" if text.startswith("Async agent launched") else "completed"
    return {"status": status, **answered, "agentId": linked or (found[1] if found else None)}


def _task_update(call: Call, text: str) -> dict[str, Any]:
    task = call.arguments.get("taskId")
    if not text.startswith("Updated task"):
        return {"success": False, "taskId": task, "error": text}
    status = call.arguments.get("status")
    change = {"statusChange": {"to": status}} if isinstance(status, str) else {}
    return {"success": True, "taskId": task, **change}


def blocks(line: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the parts of a line's message."""
    content = field(line, "message", "content")
    yield from (block for block in (content if isinstance(content, list) else ()) if isinstance(block, dict))


def field(value: object, name: str, key: str) -> Any:
    """Return what stands under two keys, None as soon as one is missing."""
    found = value.get(name) if isinstance(value, dict) else None
    return found.get(key) if isinstance(found, dict) else None


def _answer_id(message_id: str, request_id: object) -> str:
    """Return what an answer is called: the client's ids are unique, a gateway's only with requests."""
    if _UNIQUE.fullmatch(message_id) or not isinstance(request_id, str):
        return message_id
    return f"{message_id} {request_id}"


class Usage(NamedTuple):
    """What a line says of the tokens of the answer that it is a part of."""

    message_id: str
    model: str
    counts: dict[str, Any]


def usage(line: dict[str, Any]) -> Usage | None:
    """Return what a line says of an answer's tokens, None where the client wrote the line itself."""
    message = line.get("message")
    if not isinstance(message, dict) or message.get("model") in (None, "<synthetic>"):
        return None
    counts = message.get("usage")
    if not isinstance(counts, dict) or not isinstance(message.get("id"), str):
        return None
    return Usage(_answer_id(message["id"], line.get("requestId")), message["model"], counts)


def tokens(model: str, counts: dict[str, Any]) -> dict[str, Any]:
    """Return the tokens of an answer by what they are."""
    return {
        "model": model,
        "input": counts.get("input_tokens"),
        "output": counts.get("output_tokens"),
        "cache_read": counts.get("cache_read_input_tokens"),
        "cache_write": counts.get("cache_creation_input_tokens"),
    }
