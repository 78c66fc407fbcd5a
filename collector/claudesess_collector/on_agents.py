"""Spawned agents: several events tell of one, in any order, so each adds what it knows."""

from claudesess_collector import ladder, payload

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from claudesess_collector.event import Event

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
    task = event.line(event.text("tool_input", "description"), TASK)
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
    if payload.field(response, "status") == "completed":
        end(event, child, "completed")  # it ran in the foreground: this is its end, if no stop told of it


def stopped(event: "Event") -> None:
    """SubagentStop."""
    if event.agent_id is None:
        return
    kind = event.named("agent_type")
    if _status(event, event.agent_id) is None:
        if kind is None or kind == _session_type(event):
            return  # the client's own helper: the summariser of a compaction, say
        _add_without_start(event, kind)
    if not end(event, event.agent_id, "completed"):
        # It went on after a stop that a hook refused: this stop is its end.
        _finish(event, event.agent_id, event.session_id, event.stamp)


def failed(event: "Event") -> None:
    """StopFailure of an agent: no SubagentStop follows."""
    if event.agent_id is None:
        return
    kind = event.named("agent_type")
    if _status(event, event.agent_id) is None and kind is not None:
        _add_without_start(event, kind)
    end(event, event.agent_id, "failed")


def _add_without_start(event: "Event", kind: str) -> None:
    event.db.run(
        "INSERT INTO agent_registry (id, session_id, agent_type, spawn_time, status) VALUES (?, ?, ?, NULL, 'running')",
        (event.agent_id, event.session_id, kind),
    )


def end(event: "Event", agent_id: str, status: str) -> bool:
    """Close a known agent that has no end yet (a guessed end gives way to a seen one); say whether there was one."""
    known = event.db.row("SELECT status, session_id FROM agent_registry WHERE id = ?", (agent_id,))
    if known is None or known[0] in ("completed", "failed"):
        return False
    _mark(event, agent_id, known[1], status)
    _finish(event, agent_id, known[1], event.stamp)
    return True


def give_up(event: "Event", agent_id: str, session_id: str, last_sign: "Optional[str]") -> None:
    """Close an agent whose end nobody will see any more; NULL where not even a sign of life was."""
    _mark(event, agent_id, session_id, "aborted_stale")
    _finish(event, agent_id, session_id, last_sign)


def _mark(event: "Event", agent_id: str, session_id: "Optional[str]", status: str) -> None:
    """Set an agent's status, and its one `subagent_stop`."""
    event.db.run("UPDATE agent_registry SET status = ? WHERE id = ?", (status, agent_id))
    noted = event.db.run(
        "UPDATE session_metrics SET value = ? WHERE session_id = ? AND event_type = 'subagent_stop' AND key = ?",
        (status, session_id, agent_id),
    )
    if not noted:
        event.metric("subagent_stop", agent_id, status, session_id=session_id)


def _finish(event: "Event", agent_id: str, session_id: "Optional[str]", at: "Optional[str]") -> None:
    event.db.run(
        "UPDATE agent_registry SET end_time = ?, files_changed = ? WHERE id = ?",
        (at, payload.to_json(_files(event, agent_id)), agent_id),
    )
    ladder.agent_ended(event, session_id, agent_id)


def reported(event: "Event", prompt: str) -> None:
    """A machine-made prompt tells how background agents ended; it may be all that does."""
    for part in prompt.split("<task-notification>")[1:]:
        agent_id, status = payload.tagged(part, "task-id"), payload.tagged(part, "status")
        if agent_id is None or status is None:
            continue
        outcome = "completed" if status == "completed" else "failed"
        if not end(event, agent_id, outcome) and outcome == "failed" and _status(event, agent_id) == "completed":
            _mark(event, agent_id, event.session_id, "failed")  # its stop came first and did not say how it went


def abort_running(event: "Event") -> None:
    """The session is over, and its agents with it: each ended at its last sign of life."""
    running = event.db.rows(
        "SELECT id, spawn_time FROM agent_registry WHERE session_id = ? AND status = 'running'", (event.session_id,)
    )
    for agent_id, spawned in running:
        give_up(event, agent_id, event.session_id or "", last_sign(event, event.session_id, agent_id) or spawned)


def last_sign(event: "Event", session_id: "Optional[str]", agent_id: str) -> "Optional[str]":
    """Return the time of the last event that an agent sent, else of its launch."""
    found: "Optional[str]" = event.db.value(
        "SELECT max(timestamp) FROM hook_events WHERE session_id = ? AND instr(payload_summary, ?)",
        (session_id, f'"agent_id": {payload.to_json(agent_id)}'),
    )
    return found or event.db.value(
        "SELECT timestamp FROM session_metrics WHERE session_id = ? AND event_type = 'subagent_parent' AND key = ?",
        (session_id, agent_id),
    )


def _status(event: "Event", agent_id: str) -> "Optional[str]":
    found: "Optional[str]" = event.db.value("SELECT status FROM agent_registry WHERE id = ?", (agent_id,))
    return found


def _session_type(event: "Event") -> "Optional[str]":
    """Return the agent type that the session itself was started with (`--agent`): the main thread's events carry it."""
    summary = event.db.value(
        "SELECT payload_summary FROM hook_events WHERE session_id = ? AND instr(payload_summary, '\"agent_type\"')"
        " AND NOT instr(payload_summary, '\"agent_id\"') ORDER BY id DESC LIMIT 1",
        (event.session_id,),
    )
    return payload.name(payload.parse((summary or "").encode()), "agent_type")


def _files(event: "Event", agent_id: str) -> "list[str]":
    rows = event.db.rows("SELECT DISTINCT file_path FROM file_claims WHERE agent_id = ? ORDER BY 1", (agent_id,))
    return [path for (path,) in rows]
