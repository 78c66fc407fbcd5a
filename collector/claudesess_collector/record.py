"""From bytes to rows: the one path that every event takes."""

from time import perf_counter_ns

from claudesess_collector import clock, payload
from claudesess_collector.database import BUSY_S, Database
from claudesess_collector.event import Event, Place
from claudesess_collector.handlers import handler_of
from claudesess_collector.system import kind_of
from claudesess_collector.vocabulary import SESSION_FILE, SPOOL_FILE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Mapping, Optional

END_BUSY_S = 1.0  # SessionEnd has 1.5 s for all hooks together


def record(
    raw: bytes,
    project_dir: "Callable[[Optional[str]], str]",
    environ: "Optional[Mapping[str, str]]" = None,
    at_ms: "Optional[int]" = None,
    root: str = "",
    started_ns: "Optional[int]" = None,
    keep_open: "Optional[dict[str, Database]]" = None,
    size: "Optional[int]" = None,
) -> None:
    """Write what one event says, in one transaction.

    `project_dir` maps the payload's `cwd` to the project. With `at_ms` the event has that time and no duration.
    `environ` is the process's own unless another is given. `size` is that of the payload, where `raw` lacks some of
    it. `keep_open` lets a replay in one process keep its connection.
    """
    said = payload.parse(raw)
    place = Place(project_dir(payload.text(said, "cwd")), environ, root)
    event = Event(raw, said, clock.now_ms() if at_ms is None else at_ms, place, size)
    folder = place.disk(place.project_dir.rstrip("/"))
    spooled = f"{folder}/{SPOOL_FILE}"
    try:
        event.db = _opened(f"{folder}/{SESSION_FILE}", event.name, keep_open)
        if event.db.is_new:
            event.db.keep_out_of_git(root)
        if kind_of(spooled) is not None:
            _take_up(event, spooled)
        _write_somehow(event, started_ns if at_ms is None else None)
    except Exception:  # locked for too long, disk full, no database: whatever it is, the event is not to be lost
        from claudesess_collector import spool

        spool.keep(spooled, event)


def _opened(path: str, event_name: "Optional[str]", keep_open: "Optional[dict[str, Database]]") -> Database:
    database = (keep_open or {}).get(path) or Database(path, END_BUSY_S if event_name == "SessionEnd" else BUSY_S)
    if keep_open is not None:
        keep_open[path] = database
    return database


def _take_up(event: Event, spooled: str) -> None:
    """Write the events that could not be written when they came, with the times at which they came."""
    from claudesess_collector import spool

    waiting = spool.take(spooled, event.place)
    try:
        for late in waiting:
            late.db = event.db
            _write_somehow(late, None)
    finally:
        waiting.close()


def _write_somehow(event: Event, started_ns: "Optional[int]") -> None:
    """Write an event; when tables are missing, with them; when its handler fails, the event alone."""
    try:
        _write(event, started_ns)
    except Exception as error:
        event.db.rollback()
        if event.db.is_incomplete(error):
            _write(event, started_ns)
        elif event.db.is_out_of_reach(error):
            raise
        else:
            _write_failed(event, started_ns)


def _write(event: Event, started_ns: "Optional[int]") -> None:
    prepare, handle = handler_of(event.name)
    event.summary = known(event)
    if prepare is not None:
        prepare(event)
    event.db.begin()
    if event.is_doubled():
        event.summary["dup"] = True
    elif event.session_id is not None and handle is not None:
        handle(event)
    add_hook_event(event, 0, started_ns)
    event.db.commit()


def _write_failed(event: Event, started_ns: "Optional[int]") -> None:
    """The handler failed inside: keep at least the event itself, and the fact."""
    event.db.begin()
    event.summary = known(event)
    add_hook_event(event, 1, started_ns)
    event.db.commit()


def known(event: Event) -> "dict[str, object]":
    """Return what payload_summary says of every event."""
    find, as_name = event.payload.get, payload.as_name
    return {
        "tool": event.tool,
        "tool_use_id": event.tool_use_id,
        "prompt_id": as_name(find("prompt_id")),
        "agent_id": event.agent_id,
        "agent_type": as_name(find("agent_type")),
        "tool_ms": event.tool_ms,
        "source": as_name(find("source")),
        "reason": as_name(find("reason")),
        "trigger": as_name(find("trigger")),
        "bytes": event.size,
        "digest": event.digest,
    }


def add_hook_event(event: Event, exit_code: int, started_ns: "Optional[int]") -> None:
    """Add the event's row to hook_events."""
    kind = event.event_type
    event.db.insert(
        "hook_events",
        session_id=event.session_id,
        timestamp=event.stamp,
        event_type=kind,
        dispatcher=kind,
        payload_summary=event.summary_json(),
        exit_code=exit_code,
        duration_ms=None if started_ns is None else (perf_counter_ns() - started_ns + 500_000) // 1_000_000,
    )
