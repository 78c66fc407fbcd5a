"""A chain: the failures of one check in one session since its last success, and what was seen to happen to it.

`claudesess_chains` holds a row per open chain; the resolutions stand in error_log.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from claudesess_collector.event import Event

_OPEN = "SELECT error_id FROM claudesess_chains WHERE session_id = ?"


def add_attempt(event: "Event", check_id: str, **row: "Optional[str]") -> "tuple[int, int]":
    """Add the next failed attempt of a check; return its error_log id and its number in the chain.

    The number is computed inside the INSERT, so that two hooks can never get the same.
    """
    key = (event.session_id, check_id)
    db = event.db
    _take_back_abandoned(event, event.open_chain(check_id))
    db.note_failed(check_id)
    columns = {"session_id": event.session_id, "timestamp": event.stamp, "agent_id": event.agent_id, **row}
    db.run(
        f"INSERT INTO error_log ({', '.join(columns)}, attempt_number) SELECT {', '.join('?' * len(columns))},"
        " 1 + coalesce((SELECT attempts FROM claudesess_chains WHERE session_id = ? AND check_id = ?), 0)",
        (*columns.values(), *key),
    )
    error_id, attempt = db.row("SELECT id, attempt_number FROM error_log WHERE id = last_insert_rowid()") or (
        0,
        0,
    )
    db.run(
        "INSERT OR REPLACE INTO claudesess_chains (session_id, check_id, attempts, error_id, is_rerun)"
        " VALUES (?, ?, ?, ?, 0)",
        (*key, attempt, error_id),
    )
    return error_id, attempt


def tried_again(event: "Event", check_id: str, error_id: int) -> None:
    """The check ran again and nobody saw how it went: the chain stays open, but what comes now is no answer to it."""
    _take_back_abandoned(event, error_id)
    event.db.run(
        "UPDATE claudesess_chains SET is_rerun = 1 WHERE session_id = ? AND check_id = ?", (event.session_id, check_id)
    )


def _take_back_abandoned(event: "Event", error_id: "Optional[int]") -> None:
    if error_id is not None:
        event.db.run("UPDATE error_log SET resolution = NULL WHERE resolution = 'abandoned' AND id = ?", (error_id,))


def close(event: "Event", check_id: str, error_id: int) -> None:
    """The check passed: its chain ends here, and what was rejected on its behalf has been overcome."""
    db = event.db
    db.run(
        "UPDATE error_log SET resolution = 'auto_fixed'"
        " WHERE id = ? AND (resolution IS NULL OR resolution = 'abandoned')",
        (error_id,),
    )
    db.run("DELETE FROM claudesess_chains WHERE session_id = ? AND check_id = ?", (event.session_id, check_id))
    db.run(
        "UPDATE failed_paths SET still_relevant = 0 WHERE session_id = ? AND still_relevant = 1 AND instr(context, ?)",
        (event.session_id, f'"check": "{check_id}"'),
    )


def escalate_latest(event: "Event", how: str) -> None:
    """The agent looked for help: this marks the open chain whose last attempt was its own most recent one."""
    if event.summary.get("ok") is False:
        return
    latest = event.db.row(
        f"SELECT id, resolution FROM error_log WHERE id IN ({_OPEN} AND NOT is_rerun) AND agent_id IS ?"
        " ORDER BY id DESC LIMIT 1",
        (event.session_id, event.agent_id),
    )
    if latest is not None and latest[1] is None:
        event.db.run("UPDATE error_log SET resolution = ? WHERE id = ?", (how, latest[0]))


def mark_open(event: "Event", how: str, session_id: "Optional[str]", agent_id: "Optional[str]") -> None:
    """Mark the open chains whose last attempt was this agent's (None: the main thread's) and that have no mark yet."""
    event.db.run(
        f"UPDATE error_log SET resolution = ? WHERE resolution IS NULL AND id IN ({_OPEN}) AND agent_id IS ?",
        (how, session_id, agent_id),
    )


def abandon_all(event: "Event") -> None:
    """The session is over: what is still open was given up."""
    event.db.run(
        f"UPDATE error_log SET resolution = 'abandoned' WHERE resolution IS NULL AND id IN ({_OPEN})",
        (event.session_id,),
    )
