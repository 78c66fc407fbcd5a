"""Spawned agents: several events tell of one, in any order, so each adds what it knows."""

from claudesess_collector import ladder, payload

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from claudesess_collector.event import Event

TASK = 500


def prepare(event: "Event") -> None:
    """Read why an agent was not let stop, before the write lock is taken."""
    if event.name == "SubagentStop" and event.payload.get("stop_hook_active") is True:
        from claudesess_collector import verdicts

        verdicts.prepare(event, "agent_transcript_path")


def started(event: "Event") -> None:
    """SubagentStart. A second start of the same id is a resume: the first spawn time stays, and it runs again."""
    if event.agent_id is None:
        return
    _run_again(event, event.agent_id)
    event.db.run(
        "INSERT INTO agent_registry (id, session_id, agent_type, spawn_time, status) VALUES (?, ?, ?, ?, 'running')"
        " ON CONFLICT (id) DO UPDATE SET spawn_time = coalesce(spawn_time, excluded.spawn_time),"
        " agent_type = coalesce(agent_type, excluded.agent_type)",
        (event.agent_id, event.session_id, event.named("agent_type"), event.stamp),
    )


def _run_again(event: "Event", agent_id: str) -> None:
    """Set an agent that had ended running, and note since when it had been at rest."""
    row = event.db.row("SELECT session_id, end_time, status FROM agent_registry WHERE id = ?", (agent_id,))
    if row is None or row[2] == "running":
        return
    event.metric("subagent_resume", agent_id, row[1], session_id=row[0])
    event.db.run(
        "UPDATE agent_registry SET status = 'running', end_time = NULL, files_changed = NULL WHERE id = ?", (agent_id,)
    )


def launched(event: "Event") -> None:
    """PostToolUse of Agent: it names the child, its task and, by whose call it is, its parent."""
    response = payload.field(event.payload, "tool_response")
    kind = payload.name(response, "agentType") or event.named("tool_input", "subagent_type")
    is_done = payload.field(response, "status") == "completed"
    _note_child(event, kind, event.fact("task", task), is_done)


def task(event: "Event") -> "Optional[str]":
    """Return what an agent was set to do."""
    return event.line(event.text("tool_input", "description"), TASK)


def told_of(event: "Event") -> None:
    """PostToolUse of another tool that has to do with agents: Skill, SendMessage, TaskStop."""
    response = payload.field(event.payload, "tool_response")
    if event.tool == "Skill":  # a skill that runs as a fork is an agent
        is_done = event.fact("has_result", has_result)
        _note_child(event, payload.name(response, "agentType"), payload.name(response, "commandName"), is_done)
    elif event.tool == "SendMessage":
        agent_id = payload.name(response, "resumedAgentId")
        if agent_id is not None and not _has_ended_since(event, agent_id):
            _run_again(event, agent_id)
    elif payload.field(response, "task_type") == "local_agent":
        agent_id = payload.name(response, "task_id") or event.named("tool_input", "task_id")
        if agent_id is not None:
            end(event, agent_id, "aborted_stale")  # somebody stopped it: it did not fail


def has_result(event: "Event") -> bool:
    """Say whether a skill came back with a result."""
    return payload.field(event.payload, "tool_response", "result") is not None


def _has_ended_since(event: "Event", agent_id: str) -> bool:
    """Say whether an agent, taken up again by this call, has ended again before the call's hook came to write."""
    ended = event.db.value("SELECT end_time FROM agent_registry WHERE id = ?", (agent_id,))
    return ended is not None and bool(ended > event.began_at)


def _note_child(event: "Event", kind: "Optional[str]", task: "Optional[str]", is_done: bool) -> None:
    """Note what a call's result says of the agent that it set to work: id, type, task, parent."""
    child = event.named("tool_response", "agentId")
    if child is None:
        return
    event.db.run(
        "INSERT INTO agent_registry (id, session_id, agent_type, task_description, spawn_time, status)"
        " VALUES (?, ?, ?, ?, NULL, 'running')"
        " ON CONFLICT (id) DO UPDATE SET agent_type = coalesce(agent_type, excluded.agent_type),"
        " task_description = coalesce(task_description, excluded.task_description)",
        (child, event.session_id, kind, task),
    )
    row = event.db.value(
        "SELECT 1 FROM session_metrics WHERE session_id = ? AND event_type = 'subagent_parent' AND key = ?",
        (event.session_id, child),
    )
    if not row:
        event.metric("subagent_parent", child, event.agent_id)
    if is_done:
        end(event, child, "completed")  # it ran in the foreground: this is its end, if no stop told of it
        _accept(event, child)


def _accept(event: "Event", agent_id: str) -> None:
    from claudesess_collector import verdicts

    verdicts.agent_accepted(event, agent_id)


def stopped(event: "Event") -> None:
    """SubagentStop."""
    if event.agent_id is None:
        return
    kind = event.named("agent_type")
    if _status(event, event.agent_id) is None:
        if kind is None or kind == _session_type(event):
            return  # the client's own helper: the summariser of a compaction, say
        _add_without_start(event, kind)
    if not end(event, event.agent_id, "completed") and not _was_stopped(event, event.agent_id):
        # It went on after a stop that a hook refused: this stop is its end.
        _mark(event, event.agent_id, event.session_id, _status(event, event.agent_id) or "completed")
        _finish(event, event.agent_id, event.session_id, event.stamp)
    if event.transcript is not None:
        from claudesess_collector import verdicts

        verdicts.read_stops(event)


def failed(event: "Event") -> None:
    """StopFailure of an agent: no SubagentStop follows."""
    if event.agent_id is None:
        return
    kind = event.named("agent_type")
    if _status(event, event.agent_id) is None and kind is not None:
        _add_without_start(event, kind)
    if not end(event, event.agent_id, "failed") and _status(event, event.agent_id) == "completed":
        _correct(event, event.agent_id, "failed")  # the result of its launch came first, with the error for an answer


def _add_without_start(event: "Event", kind: str) -> None:
    event.db.run(
        "INSERT INTO agent_registry (id, session_id, agent_type, spawn_time, status) VALUES (?, ?, ?, NULL, 'running')",
        (event.agent_id, event.session_id, kind),
    )


def end(event: "Event", agent_id: str, status: str) -> bool:
    """Close a known agent that has no end yet (a guessed end gives way to a seen one); say whether there was one."""
    row = event.db.row("SELECT status, session_id FROM agent_registry WHERE id = ?", (agent_id,))
    if row is None or row[0] in ("completed", "failed", status) or _was_stopped(event, agent_id):
        return False
    _mark(event, agent_id, row[1], status)
    _finish(event, agent_id, row[1], event.stamp)
    return True


def _was_stopped(event: "Event", agent_id: str) -> bool:
    """Say whether somebody was seen to stop an agent; one that was only given up ended before that was said."""
    return bool(
        event.db.value(
            "SELECT 1 FROM agent_registry a JOIN session_metrics m ON m.session_id = a.session_id"
            " AND m.event_type = 'subagent_stop' AND m.key = a.id AND m.timestamp = a.end_time"
            " WHERE a.id = ? AND a.status = 'aborted_stale'",
            (agent_id,),
        )
    )


def give_up(event: "Event", agent_id: str, session_id: str, last_sign: "Optional[str]") -> None:
    """Close an agent whose end nobody will see any more; NULL where not even a sign of life was."""
    _mark(event, agent_id, session_id, "aborted_stale")
    _finish(event, agent_id, session_id, last_sign)


def _mark(event: "Event", agent_id: str, session_id: "Optional[str]", status: str) -> None:
    """Set an agent's status, and its one `subagent_stop`, of the time at which that was known."""
    event.db.run("UPDATE agent_registry SET status = ? WHERE id = ?", (status, agent_id))
    noted = event.db.run(
        "UPDATE session_metrics SET value = ?, timestamp = ?"
        " WHERE session_id = ? AND event_type = 'subagent_stop' AND key = ?",
        (status, event.stamp, session_id, agent_id),
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
        agent_id, word = payload.tagged(part, "task-id"), payload.tagged(part, "status")
        if (
            agent_id is None
            or word is None
            or _is_of_an_earlier_run(event, agent_id, payload.tagged(part, "tool-use-id"))
        ):
            continue
        status = {"completed": "completed", "killed": "aborted_stale"}.get(word, "failed")
        if not end(event, agent_id, status) and status != "completed" and _status(event, agent_id) == "completed":
            _correct(event, agent_id, status)  # its stop came first and did not say how it went
        if status == "completed":
            _accept(event, agent_id)


def _correct(event: "Event", agent_id: str, status: str) -> None:
    """Set the status of an agent whose end was seen; the time stays."""
    event.db.run("UPDATE agent_registry SET status = ? WHERE id = ?", (status, agent_id))
    event.db.run(
        "UPDATE session_metrics SET value = ? WHERE session_id = ? AND event_type = 'subagent_stop' AND key = ?",
        (status, event.session_id, agent_id),
    )


def _is_of_an_earlier_run(event: "Event", agent_id: str, call_id: "Optional[str]") -> bool:
    """Say whether a report is about a run from before the agent was taken up again: it names the call it ran for."""
    resumed = event.db.value(
        "SELECT max(timestamp) FROM session_metrics"
        " WHERE session_id = ? AND event_type = 'subagent_resume' AND key = ?",
        (event.session_id, agent_id),
    )
    if resumed is None or call_id is None:
        return False
    launched = event.db.value(
        "SELECT max(timestamp) FROM hook_events WHERE session_id = ? AND event_type = 'post_tool_use'"
        " AND instr(payload_summary, ?)",
        (event.session_id, f'"tool_use_id": {payload.to_json(call_id)}'),
    )
    return launched is not None and bool(launched < resumed)


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
