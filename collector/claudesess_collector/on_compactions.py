"""What was open at a compaction or at the end, so that a reader can tell what got lost.

An agent's context is compacted too: its snapshots name it first of all, and are none of the session's.
"""

from claudesess_collector import git, on_tasks, payload, vocabulary
from claudesess_collector.privacy_redact import storable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

    from claudesess_collector.event import Event

LISTED = 50
SUMMARY = 8192


def prepare(event: "Event") -> None:
    """Ask git, which may take a moment."""
    if event.name != "PostCompact" and event.git is None:
        event.git = git.state(event.place)


def before_compaction(event: "Event") -> None:
    """PreCompact."""
    _add(event, "pre_compact", {**_of_whom(event), "trigger": event.named("trigger"), **_open(event)})


def at_end(event: "Event") -> None:
    """SessionEnd, before anything is closed."""
    _add(event, "session_end", {"v": 1, "reason": event.named("reason"), **_open(event)})


def after_compaction(event: "Event") -> None:
    """PostCompact: the summary, tied to the snapshot that was taken before."""
    content = {
        **_of_whom(event),
        "trigger": event.named("trigger"),
        "pre_snapshot_id": _before(event),
        **event.fact("summary", summary),
    }
    snapshot = _add(event, "post_compact", content)
    if event.agent_id is None:
        event.metric("compaction", event.named("trigger"), snapshot)


def summary(event: "Event") -> "dict[str, Any]":
    """Return the summary as it may be stored, and its length."""
    text = event.text("compact_summary")
    return {
        "compact_summary": storable(text, SUMMARY) if event.place.keeps_content else None,
        "summary_chars": None if text is None else len(text),
    }


def _of_whom(event: "Event") -> "dict[str, Any]":
    return {"v": 1} if event.agent_id is None else {"v": 1, "agent_id": event.agent_id}


#: Of the snapshots, those of one thread; `whose` gives the values.
IS_WHOSE = "(substr(content, 1, ?) = ?) = ?"


def whose(event: "Event") -> "tuple[int, str, bool]":
    """Return what the snapshots of the event's agent begin with; of the main thread: with what they do not."""
    head = payload.to_json({"v": 1, "agent_id": event.agent_id or ""})[:-1]
    head = head + "," if event.agent_id is not None else head[:-1]
    return len(head), head, event.agent_id is not None


def _before(event: "Event") -> "Optional[int]":
    """Return the snapshot of the same thread's compaction that is not over yet."""
    last = event.db.row(
        "SELECT id, snapshot_type FROM context_snapshots WHERE session_id = ?"
        f" AND snapshot_type IN ('pre_compact', 'post_compact') AND {IS_WHOSE} ORDER BY id DESC LIMIT 1",
        (event.session_id, *whose(event)),
    )
    return last[0] if last is not None and last[1] == "pre_compact" else None


def _add(event: "Event", kind: str, content: "dict[str, Any]") -> int:
    return event.db.insert(
        "context_snapshots",
        session_id=event.session_id,
        timestamp=event.stamp,
        snapshot_type=kind,
        content=payload.to_json(content),
    )


def _open(event: "Event") -> "dict[str, Any]":
    return {
        "git": event.git,
        "agents": _agents(event),
        "files": _files(event),
        "chains": _chains(event),
        "failed_paths": _failed_paths(event),
        "tasks": _open_tasks(event),
    }


def _agents(event: "Event") -> "list[dict[str, Any]]":
    rows = event.db.rows(
        "SELECT id, agent_type, task_description, spawn_time FROM agent_registry"
        " WHERE session_id = ? AND status = 'running' ORDER BY spawn_time DESC, rowid DESC LIMIT ?",
        (event.session_id, LISTED),
    )
    return [{"id": i, "type": kind, "task": task, "since": since} for i, kind, task, since in rows]


def _files(event: "Event") -> "list[dict[str, Any]]":
    rows = event.db.rows(
        "SELECT file_path, count(*), max(timestamp) FROM file_claims WHERE session_id = ?"
        " GROUP BY file_path ORDER BY max(id) DESC LIMIT ?",
        (event.session_id, LISTED),
    )
    return [{"path": path, "n": n, "last": last} for path, n, last in rows]


def _chains(event: "Event") -> "list[dict[str, Any]]":
    from claudesess_collector.chains import spec_of

    rows = event.db.rows(
        "SELECT c.spec, e.error_message, c.attempts, e.error_category, e.file_path FROM claudesess_chains c"
        " JOIN error_log e ON e.id = c.error_id WHERE c.session_id = ? ORDER BY e.id DESC LIMIT ?",
        (event.session_id, LISTED),
    )
    return [
        {
            "aim": payload.as_name(spec.aim),
            "tried": vocabulary.tried_of(message) or "",
            "attempts": n,
            "category": category,
            "kind": spec.kind,
            "file": file,
        }
        for spec, message, n, category, file in [(spec_of(row[0]), *row[1:]) for row in rows]
    ]


def _failed_paths(event: "Event") -> "list[dict[str, Any]]":
    rows = event.db.rows(
        "SELECT id, file_path, approach, reason_failed FROM failed_paths"
        " WHERE session_id = ? AND still_relevant = 1 ORDER BY id DESC LIMIT ?",
        (event.session_id, LISTED),
    )
    return [{"id": i, "file": file, "approach": approach, "reason": reason} for i, file, approach, reason in rows]


def _open_tasks(event: "Event") -> "list[dict[str, Any]]":
    pending = [task for task in on_tasks.states(event) if task[2] not in ("completed", "deleted")]
    return [{"id": i, "subject": subject, "status": status} for i, subject, status in pending[::-1][:LISTED]]
