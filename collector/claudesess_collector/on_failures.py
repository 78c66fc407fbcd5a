"""Calls that failed, openly or behind a pipe: a row in error_log, and the approaches that did not work."""

import os.path

from claudesess_collector import chains, checks, command_messages, on_tasks, payload, vocabulary
from claudesess_collector.clock import stamp
from claudesess_collector.on_calls import is_nobodys, output, path_of
from claudesess_collector.privacy_redact import clean, head_and_tail, one_line, redact

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from claudesess_collector.checks import Check
    from claudesess_collector.event import Event

MESSAGE = 2048
TRIED = 300
MAX_APPROACHES = 20
_NOT_RUN = (126, 127)  # the program could not be started: no approach was judged


class Failure:
    """What is read out of a failure before the write lock is taken."""

    __slots__ = ("category", "file", "message", "said", "status", "tried")

    def __init__(self, event: "Event", message: str, status: "Optional[int]") -> None:
        check = event.check
        self.said = redact(clean(message)).strip()
        self.status = status
        self.tried = one_line(_tried(event), TRIED) or event.tool or ""
        self.category = _category(check, self.said)
        self.file = _file(event, check, self.tried, self.said)
        self.message = head_and_tail(vocabulary.message(self.tried, self.said), MESSAGE)
        if not event.place.keeps_content:  # which program, and its status, are no content
            self.tried = " ".join(check.runners) or event.tool or ""
            outcome = vocabulary.HIDDEN if status is None else f"{vocabulary.EXIT_CODE}{status}"
            self.message = vocabulary.message(self.tried, outcome)


def _tried(event: "Event") -> str:
    """Return what was tried, of a command free of secrets: its parts might not look like one any more."""
    command = event.text("tool_input", "command")
    told: str = event.check.tried
    if command is not None and event.check.is_shell:
        safe = redact(clean(command))
        if safe != command:
            from claudesess_collector.command_check import of_command

            told = of_command(safe, event.text("cwd") or event.project_dir, event.project_dir).tried
    return told


def prepare(event: "Event") -> None:
    """Read a PostToolUseFailure; what was cancelled did not fail."""
    event.check = event.named_check()
    message = event.text("error") or ""
    if not _is_cancelled(event, message):
        event.failure = Failure(event, message, exit_status(message))


def prepare_hidden(event: "Event") -> None:
    """Read a check that the client reports as a success, since a pipe or a `;` hid its exit status."""
    event.failure = Failure(event, f"{vocabulary.HIDDEN}\n{output(event)}", None)


def failed(event: "Event") -> None:
    """PostToolUseFailure."""
    event.summary["path"] = path_of(event)
    if event.failure is None:  # it did not run: no run of its check
        event.summary["ok"] = None
        event.metric("tool_cancelled", event.tool, event.tool_use_id)
        return
    event.summary["check"] = event.check.id
    event.summary["ok"] = False
    add(event)


def add(event: "Event") -> None:
    """Add the attempt to its chain, and what it rejected."""
    failure = event.failure
    if failure is None:
        return
    error_id, attempt = chains.add_attempt(
        event,
        event.check.id,
        task_id=_task_in_progress(event),
        file_path=failure.file,
        error_category=failure.category,
        error_message=failure.message,
    )
    event.summary["error_id"] = error_id
    if failure.category != "runtime" and failure.status not in _NOT_RUN:
        _add_approaches(event, failure, attempt)


def exit_status(message: str) -> "Optional[int]":
    """Return N of a message that begins with `Exit code N`."""
    head = message[:24].split("\n", 1)[0]
    digits = head[len(vocabulary.EXIT_CODE) :].strip() if head.startswith(vocabulary.EXIT_CODE) else ""
    return int(digits) if digits.isdigit() else None


def _is_cancelled(event: "Event", message: str) -> bool:
    """Say whether the call was interrupted, refused, or torn down with a sibling: it did not fail by itself."""
    start = message.replace("<tool_use_error>", "").replace("Error: ", "", 1).lstrip()
    return payload.field(event.payload, "is_interrupt") is True or start.startswith(
        vocabulary.CASCADES + vocabulary.REFUSALS
    )


def _category(check: "Check", said: str) -> str:
    """Return the category by the programs that ran, by the message where they are of several kinds, else `runtime`."""
    kinds = list(dict.fromkeys(check.categories))
    if len(kinds) == 1:
        return kinds[0]
    shown = command_messages.category(said)
    if kinds:
        return shown if shown in kinds else kinds[0]
    return shown or "runtime"


def _task_in_progress(event: "Event") -> "Optional[str]":
    """Return the task in progress when there is exactly one."""
    running = [task for task, _, status in on_tasks.states(event) if status == "in_progress"]
    return running[0] if len(running) == 1 else None


def _file(event: "Event", check: "Check", tried: str, said: str) -> "Optional[str]":
    """Return the tool's own file; for a command the first file of the project that its output, else its text, names."""
    if not check.is_shell:
        return path_of(event)
    base = event.project_dir
    if not os.path.isdir(event.place.disk(base)):  # a project that has gone by now, of which a transcript tells
        return None
    folders = dict.fromkeys((os.path.join(base, check.folder), base))
    for names in (command_messages.named_paths(said), command_messages.named_paths(tried)):
        for name in names:
            for folder in folders:
                path = os.path.normpath(os.path.join(folder, name))
                inside = checks.relative(path, base)
                if inside != path and not is_nobodys(inside) and os.path.isfile(event.place.disk(path)):
                    return path
    return None


def _add_approaches(event: "Event", failure: Failure, attempt: int) -> None:
    """Every edit since the check's previous run, finished before this run began, was tried and rejected."""
    check, tried = event.check, failure.tried
    edits = _edits(event, check.id)
    if not edits:
        return
    reason = event.line(command_messages.first_reason(failure.said), TRIED)
    facts = {"check": check.id, "attempt": attempt, "agent_id": event.agent_id, "category": failure.category}
    context = payload.to_json(facts)
    for path, operation, snippet in edits:
        event.db.insert(
            "failed_paths",
            session_id=event.session_id,
            timestamp=event.stamp,
            file_path=path,
            approach=vocabulary.approach(operation, checks.relative(path, event.project_dir), snippet),
            reason_failed=f"{tried}: {reason}" if reason else tried,
            context=context,
            still_relevant=1,
        )


def _edits(event: "Event", check_id: str) -> "list[tuple[str, str, Optional[str]]]":
    """Return (path, tool, first added line) of the edits that this run put to the test, oldest first."""
    family = None if event.agent_id is None else _family(event, event.agent_id)
    previous = _previous_run(event, check_id)
    # Without one, the last edits of the session are looked up from its end, not all of them by their times.
    tried = "c.timestamp > ? AND c.timestamp <= ?" if previous else "? = '' AND +c.timestamp <= ?"
    claims = event.db.rows(
        "SELECT c.file_path, c.operation, e.snippet, c.agent_id FROM file_claims c JOIN claudesess_edits e"
        f" ON e.claim_id = c.id WHERE c.session_id = ? AND {tried} ORDER BY c.id DESC LIMIT ?",
        (event.session_id, previous, event.began_at, MAX_APPROACHES if family is None else -1),
    )
    edits = [tuple(claim[:3]) for claim in reversed(claims) if family is None or claim[3] in family]
    return edits[-MAX_APPROACHES:]


def _previous_run(event: "Event", check_id: str) -> str:
    """Return when the check last ran before in the session, '' when this is its first run.

    Runs whose program could not be started put nothing to the test.
    """
    if not event.db.may_have_run(check_id):
        return ""
    rows = event.db.each(  # the first is mostly the one: a long session is not searched under the write lock
        "SELECT timestamp, payload_summary, strftime('%s', timestamp) FROM hook_events WHERE session_id = ?"
        " AND event_type IN ('post_tool_use', 'post_tool_use_failure') AND instr(payload_summary, ?)"
        " AND NOT instr(payload_summary, '\"dup\": true') ORDER BY id DESC",
        (event.session_id, f'"check": "{check_id}"'),
    )
    for ended, summary, seconds in rows:
        said = payload.parse(summary.encode())
        message = event.db.value(
            "SELECT error_message FROM error_log WHERE id = ?", (payload.number(said, "error_id"),)
        )
        if exit_status(vocabulary.output_of(message)) in _NOT_RUN:
            continue
        return stamp(int(seconds) * 1000 + int(ended[-3:]) - (payload.number(said, "tool_ms") or 0))
    return ""


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
