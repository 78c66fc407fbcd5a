"""The client's task list, kept in session_metrics."""

from claudesess_collector import payload

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from claudesess_collector.event import Event

SUBJECT = 200


def created(event: "Event") -> None:
    """TaskCreated."""
    _note_created(event, event.named("task_id"))


def changed(event: "Event") -> None:
    """PostToolUse of TaskCreate or TaskUpdate."""
    response = payload.field(event.payload, "tool_response")
    if event.tool == "TaskCreate":
        task_id = payload.name(response, "task", "id")
        event.note_answered(task_id)
        _note_created(event, task_id)
        return
    task_id = payload.name(response, "taskId") or event.named("tool_input", "taskId")
    event.note_answered(task_id)
    status = payload.name(response, "statusChange", "to")
    if payload.field(response, "success") is False:
        from claudesess_collector import verdicts

        verdicts.task_refused(event, task_id)
    elif task_id is not None and status is not None:
        event.metric("task_status", task_id, status)
        if status == "completed":
            event.metric("task_completed", task_id, event.stamp)
            from claudesess_collector import verdicts

            verdicts.task_accepted(event, task_id)


def subject(event: "Event") -> "Optional[str]":
    """Return what a new task is about."""
    of_tool = payload.text(event.payload, "tool_response", "task", "subject")
    return event.line(of_tool or event.text("task_subject"), SUBJECT)


def _note_created(event: "Event", task_id: "Optional[str]") -> None:
    """The event and the tool's own result both tell of a new task: it is noted once."""
    if task_id is None:
        return
    about = event.fact("subject", subject)
    rows = event.db.rows(
        "SELECT id, value FROM session_metrics WHERE session_id = ? AND event_type = 'task_created' AND key = ?",
        (event.session_id, task_id),
    )
    nameless = [row_id for row_id, value in rows if value is None]
    if nameless:
        event.db.run("UPDATE session_metrics SET value = ? WHERE id = ?", (about, nameless[0]))
    elif not rows or (about is not None and about not in [value for _, value in rows]):
        event.metric("task_created", task_id, about)


def states(event: "Event") -> "list[tuple[str, Optional[str], str]]":
    """Return (id, subject, status) of the session's tasks, in the order of their creation."""
    found: "dict[str, tuple[Optional[str], str]]" = {}
    rows = event.db.rows(
        "SELECT event_type, key, value FROM session_metrics WHERE session_id = ?"
        " AND event_type IN ('task_created', 'task_status') ORDER BY id",
        (event.session_id,),
    )
    for kind, task_id, value in rows:
        if kind == "task_created":
            found[task_id] = (value, "pending")
        else:
            found[task_id] = (found.get(task_id, (None, ""))[0], value)
    return [(task_id, subject, status) for task_id, (subject, status) in found.items()]
