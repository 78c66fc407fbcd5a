"""Calls that failed, openly or behind a pipe: a row in error_log, and the approaches that did not work."""

import os.path

from recorder import chains, checks, payload, secrets, tasks  # noqa: F401 (secrets: loaded before the lock is taken)
from recorder.clock import stamp
from recorder.redact import clean, head_and_tail, one_line, redact
from recorder.summaries import category_of_message, first_reason, named_paths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from recorder.checks import Check
    from recorder.event import Event

MESSAGE = 2048
TRIED = 300
MAX_APPROACHES = 20
_CASCADES = ("Sibling tool call errored", "Cancelled: parallel tool call")
_REFUSALS = (
    "The user doesn't want to proceed with this tool use",
    "The user doesn't want to take this action",
    "[Request interrupted by user",
    "Permission to use ",
    "User rejected ",
    "User refused ",
    "Tool use was rejected",
)
_NOT_RUN = (126, 127)  # the program could not be started: no approach was judged


def failed(event: "Event") -> None:
    """PostToolUseFailure."""
    message = event.text("error") or ""
    event.summary["path"] = event.text("tool_input", "file_path") or event.text("tool_input", "notebook_path")
    check = checks.of_call(event.payload, event.tool or "", event.project_dir)
    event.summary["check"] = check.id
    if _is_cancelled(event, message):
        event.summary["ok"] = None
        event.metric("tool_cancelled", event.tool, event.tool_use_id)
        return
    event.summary["ok"] = False
    _add(event, check, message, exit_status(message))


def hidden(event: "Event", check: "Check") -> None:
    """A check that the client reports as a success, since a pipe or a `;` hid its exit status."""
    response = payload.field(event.payload, "tool_response")
    output = "\n".join(filter(None, (payload.text(response, "stdout"), payload.text(response, "stderr"))))
    _add(event, check, "exit status hidden\n" + output, None)


def exit_status(message: str) -> "Optional[int]":
    """Return N of a message that begins with `Exit code N`."""
    head = message[:24].split("\n", 1)[0]
    digits = head[10:].strip() if head.startswith("Exit code ") else ""
    return int(digits) if digits.isdigit() else None


def _is_cancelled(event: "Event", message: str) -> bool:
    """Say whether the call was interrupted, refused, or torn down with a sibling: it did not fail by itself."""
    start = message.replace("<tool_use_error>", "").replace("Error: ", "", 1).lstrip()
    return payload.field(event.payload, "is_interrupt") is True or start.startswith(_CASCADES + _REFUSALS)


def _add(event: "Event", check: "Check", message: str, status: "Optional[int]") -> None:
    said = redact(clean(message)).strip()
    tried = one_line(check.tried, TRIED) or event.tool or ""
    category = check.category or category_of_message(said)
    error_id, attempt = chains.add_attempt(
        event,
        check.id,
        task_id=_task_in_progress(event),
        file_path=_file(event, check, said),
        error_category=category,
        error_message=head_and_tail(f"$ {tried}\n{said}", MESSAGE),
    )
    event.summary["error_id"] = error_id
    if category != "runtime" and status not in _NOT_RUN:
        _add_approaches(event, check, tried, said, attempt, category)


def _task_in_progress(event: "Event") -> "Optional[str]":
    """Return the task in progress when there is exactly one."""
    running = [task for task, _, status in tasks.states(event) if status == "in_progress"]
    return running[0] if len(running) == 1 else None


def _file(event: "Event", check: "Check", said: str) -> "Optional[str]":
    """Return the tool's own file; for a command the first file of the project that its output, else its text, names."""
    if not check.is_shell:
        return event.summary.get("path")
    base = event.project_dir
    folders = dict.fromkeys((os.path.join(base, check.folder), base))
    for names in (named_paths(said), named_paths(check.tried)):
        for name in names:
            for folder in folders:
                path = os.path.normpath(os.path.join(folder, name))
                if checks.relative(path, base) != path and os.path.isfile(event.place.disk(path)):
                    return path
    return None


def _add_approaches(event: "Event", check: "Check", tried: str, said: str, attempt: int, category: str) -> None:
    """Every edit since the check's previous run, finished before this run began, was tried and rejected."""
    reason = one_line(first_reason(said), TRIED)
    context = {"check": check.id, "attempt": attempt, "agent_id": event.agent_id, "category": category}
    for path, operation, snippet in _edits(event, check.id):
        approach = f"{operation} {checks.relative(path, event.project_dir)}"
        event.db.insert(
            "failed_paths",
            session_id=event.session_id,
            timestamp=event.stamp,
            file_path=path,
            approach=f"{approach}: {snippet}" if snippet else approach,
            reason_failed=f"{tried}: {reason}" if reason else tried,
            context=payload.to_json(context),
            still_relevant=1,
        )


def _edits(event: "Event", check_id: str) -> "list[tuple[str, str, Optional[str]]]":
    """Return (path, tool, first added line) of the edits that this run put to the test, oldest first."""
    known_agents = None if event.agent_id is None else _family(event, event.agent_id)
    claims = event.db.rows(
        "SELECT c.id, c.file_path, c.operation, c.agent_id, h.payload_summary FROM file_claims c"
        " LEFT JOIN hook_events h ON h.session_id = c.session_id AND h.timestamp = c.timestamp"
        " AND h.event_type = 'post_tool_use'"
        " WHERE c.session_id = ? AND c.timestamp > ? AND c.timestamp <= ? ORDER BY c.id",
        (event.session_id, _previous_run(event, check_id), event.began_at),
    )
    edits: "dict[int, tuple[str, str, Optional[str]]]" = {}
    for claim, path, operation, agent_id, summary in claims:
        if known_agents is not None and agent_id not in known_agents:
            continue
        said = payload.parse((summary or "").encode()) or {}
        made_it = said.get("tool") == operation or (operation == "Bash" and said.get("tool") in checks.SHELLS)
        if made_it and operation == "Bash" and "path" not in said:
            edits.pop(claim, None)  # written by a check while it ran: nobody's approach
        elif made_it and said.get("path") == path:
            edits[claim] = (path, operation, said.get("snippet"))
        elif made_it or summary is None:
            edits.setdefault(claim, (path, operation, None))
    return list(edits.values())[-MAX_APPROACHES:]


def _previous_run(event: "Event", check_id: str) -> str:
    """Return when the check's previous run in the session began, '' when this is its first."""
    row = event.db.row(
        "SELECT timestamp, payload_summary, strftime('%s', timestamp) FROM hook_events WHERE session_id = ?"
        " AND event_type IN ('post_tool_use', 'post_tool_use_failure') AND instr(payload_summary, ?)"
        " AND NOT instr(payload_summary, '\"dup\": true') ORDER BY id DESC LIMIT 1",
        (event.session_id, f'"check": "{check_id}"'),
    )
    if row is None:
        return ""
    ended_ms = int(row[2]) * 1000 + int(row[0][-3:])
    return stamp(ended_ms - (payload.number(payload.parse(row[1].encode()), "tool_ms") or 0))


def _family(event: "Event", agent_id: str) -> "set[str]":
    """Return the agent and all agents below it."""
    parents = event.db.rows(
        "SELECT key, value FROM session_metrics WHERE session_id = ? AND event_type = 'subagent_parent'",
        (event.session_id,),
    )
    family, grew = {agent_id}, True
    while grew:
        children = {child for child, parent in parents if parent in family}
        grew = not children <= family
        family |= children
    return family
