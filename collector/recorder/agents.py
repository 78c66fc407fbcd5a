"""Spawned agents: several events tell of one, in any order, so each adds what it knows."""

from recorder import chains, payload
from recorder.redact import one_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from recorder.event import Event

TASK = 500


def started(event: "Event") -> None:
    """SubagentStart. A second start of the same id is a resume: the first spawn time stays, and it runs again."""
    if event.agent_id is None:
        return
    event.db.run(
        "INSERT INTO agent_registry (id, session_id, agent_type, spawn_time, status) VALUES (?, ?, ?, ?, 'running')"
        " ON CONFLICT (id) DO UPDATE SET spawn_time = coalesce(spawn_time, excluded.spawn_time),"
        " agent_type = coalesce(agent_type, excluded.agent_type), status = 'running', end_time = NULL,"
        " files_changed = NULL",
        (event.agent_id, event.session_id, event.named("agent_type"), event.stamp),
    )


def launched(event: "Event") -> None:
    """PostToolUse of Agent: it names the child, its task and, by whose call it is, its parent."""
    response = payload.field(event.payload, "tool_response")
    child = payload.name(response, "agentId")
    if child is None:
        return
    kind = payload.name(response, "agentType") or event.named("tool_input", "subagent_type")
    task = one_line(event.text("tool_input", "description"), TASK)
    event.db.run(
        "INSERT INTO agent_registry (id, session_id, agent_type, task_description, spawn_time, status)"
        " VALUES (?, ?, ?, ?, NULL, 'running')"
        " ON CONFLICT (id) DO UPDATE SET agent_type = coalesce(agent_type, excluded.agent_type),"
        " task_description = coalesce(task_description, excluded.task_description)",
        (child, event.session_id, kind, task),
    )
    known = event.db.value(
        "SELECT 1 FROM session_metrics WHERE session_id = ? AND event_type = 'subagent_parent' AND key = ?",
        (event.session_id, child),
    )
    if not known:
        event.metric("subagent_parent", child, event.agent_id)
    if (
        payload.field(response, "status") == "completed"
    ):  # it ran in the foreground: this is its end, if no stop told of it
        end(event, child, "completed")


def stopped(event: "Event") -> None:
    """SubagentStop."""
    if event.agent_id is None:
        return
    kind = event.named("agent_type")
    if _status(event, event.agent_id) is None:
        if kind is None or kind == _session_type(event):
            return  # the client's own helper: the summariser of a compaction, say
        event.db.run(
            "INSERT INTO agent_registry (id, session_id, agent_type, spawn_time, status)"
            " VALUES (?, ?, ?, NULL, 'running')",
            (event.agent_id, event.session_id, kind),
        )
    if not end(event, event.agent_id, "completed"):
        event.db.run("UPDATE agent_registry SET end_time = ? WHERE id = ?", (event.stamp, event.agent_id))


def end(event: "Event", agent_id: str, status: str, at: "Optional[str]" = None) -> bool:
    """Close a known agent that has no end yet (a guessed end gives way to a seen one); say whether there was one."""
    known = event.db.row("SELECT status, session_id FROM agent_registry WHERE id = ?", (agent_id,))
    if known is None or known[0] in ("completed", "failed", status):
        return False
    event.db.run(
        "UPDATE agent_registry SET status = ?, end_time = ?, files_changed = ? WHERE id = ?",
        (status, at or event.stamp, payload.to_json(_files(event, agent_id)), agent_id),
    )
    event.metric("subagent_stop", agent_id, status, session_id=known[1])
    chains.mark_open(event, "abandoned", known[1], agent_id)
    return True


def reported(event: "Event", prompt: str) -> None:
    """A machine-made prompt tells how a background agent ended; it may be all that does."""
    agent_id, status = _tagged(prompt, "task-id"), _tagged(prompt, "status")
    if agent_id is None or status is None:
        return
    outcome = "completed" if status == "completed" else "failed"
    if not end(event, agent_id, outcome) and outcome == "failed" and _status(event, agent_id) == "completed":
        # Its stop came first and said nothing of how it went.
        event.db.run("UPDATE agent_registry SET status = 'failed' WHERE id = ?", (agent_id,))
        event.metric("subagent_stop", agent_id, "failed")


def abort_running(event: "Event") -> None:
    """The session is over, and its agents with it: each ended at its last sign of life."""
    running = event.db.rows(
        "SELECT id, spawn_time FROM agent_registry WHERE session_id = ? AND status = 'running'",
        (event.session_id,),
    )
    for agent_id, spawned in running:
        end(event, agent_id, "aborted_stale", last_sign(event, event.session_id, agent_id) or spawned)


def last_sign(event: "Event", session_id: "Optional[str]", agent_id: str) -> "Optional[str]":
    """Return the time of the last event that an agent sent."""
    found: "Optional[str]" = event.db.value(
        "SELECT max(timestamp) FROM hook_events WHERE session_id = ? AND instr(payload_summary, ?)",
        (session_id, f'"agent_id": {payload.to_json(agent_id)}'),
    )
    return found


def _status(event: "Event", agent_id: str) -> "Optional[str]":
    found: "Optional[str]" = event.db.value("SELECT status FROM agent_registry WHERE id = ?", (agent_id,))
    return found


def _session_type(event: "Event") -> "Optional[str]":
    """Return the agent type that the session itself was started with (`--agent`)."""
    summary = event.db.value(
        "SELECT payload_summary FROM hook_events WHERE session_id = ? AND event_type = 'session_start'"
        " AND instr(payload_summary, '\"agent_type\"') ORDER BY id DESC LIMIT 1",
        (event.session_id,),
    )
    return payload.name(payload.parse((summary or "").encode()), "agent_type")


def _files(event: "Event", agent_id: str) -> "list[str]":
    rows = event.db.rows("SELECT DISTINCT file_path FROM file_claims WHERE agent_id = ? ORDER BY 1", (agent_id,))
    return [path for (path,) in rows]


def _tagged(prompt: str, tag: str) -> "Optional[str]":
    start = prompt.find(f"<{tag}>")
    stop = prompt.find(f"</{tag}>", start)
    return prompt[start + len(tag) + 2 : stop].strip() if 0 <= start < stop else None
