"""From bytes to rows: the one path that every event takes."""

from time import perf_counter_ns

from claudesess_collector import clock, payload
from claudesess_collector.database import BUSY_S, Database
from claudesess_collector.event import Event, Place
from claudesess_collector.handlers import handler_of
from claudesess_collector.system import kind_of
from claudesess_collector.vocabulary import LOST_FILE, SESSION_FILE, SPOOL_FILE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Mapping, Optional

END_BUSY_S = 1.0  # SessionEnd has 1.5 s for all hooks together
SHORT_BUSY_S = 0.2
_TELLING = ("SessionStart", "Stop", "SessionEnd")  # with these it is told how many events were lost


def record(
    raw: bytes,
    project_dir: "Callable[[Optional[str]], str]",
    environ: "Optional[Mapping[str, str]]" = None,
    at_ms: "Optional[int]" = None,
    root: str = "",
    started_ns: "Optional[int]" = None,
    keep_open: "Optional[dict[str, Database]]" = None,
    size: "Optional[int]" = None,
    is_whole: bool = True,
) -> None:
    """Write what one event says, in one transaction.

    `project_dir` maps the payload's `cwd` to the project. With `at_ms` the event has that time and no duration.
    `environ` is the process's own unless another is given. `size` is that of the payload, where `raw` lacks some of
    it; without `is_whole` there was no memory for more than names. `keep_open` lets a replay in one process keep its
    connection.
    """
    fields = payload.parse(raw)
    place = Place(project_dir(payload.text(fields, "cwd")), environ, root)
    event = Event(raw, fields, clock.now_ms() if at_ms is None else at_ms, place, size)
    event.is_whole = is_whole
    folder = place.disk(place.project_dir.rstrip("/"))
    spooled = f"{folder}/{SPOOL_FILE}"
    waits = kind_of(spooled) is not None
    is_emptied = False
    try:
        event.db = _opened(f"{folder}/{SESSION_FILE}", _patience(event.name, waits), keep_open)
        if event.db.is_new:
            from claudesess_collector import spool

            event.db.keep_out_of_git(root)
            spool.count_lost(f"{folder}/{LOST_FILE}", 0)
        if not waits or _take_up(event, folder):
            _write_somehow(event, started_ns if at_ms is None else None)
            return
        is_emptied = True
    except Exception:  # locked for too long, disk full, no database: whatever it is, the event is not to be lost
        pass
    from claudesess_collector import spool

    spool.keep(spooled, event, is_emptied)


def _patience(event_name: "Optional[str]", waits: bool) -> float:
    """Return how long to wait for a database that is locked: where others gave up waiting, hardly."""
    return SHORT_BUSY_S if waits else END_BUSY_S if event_name == "SessionEnd" else BUSY_S


def _opened(path: str, busy_s: float, keep_open: "Optional[dict[str, Database]]") -> Database:
    database = (keep_open or {}).get(path) or Database(path, busy_s)
    if keep_open is not None:
        keep_open[path] = database
    return database


def _take_up(event: Event, folder: str) -> bool:
    from claudesess_collector.spool_take_up import take_up

    return take_up(event, folder)


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
    read(event)
    event.db.begin()
    apply(event, started_ns)
    if event.name in _TELLING and event.db.path.endswith(SESSION_FILE):
        from claudesess_collector.spool import note_lost

        note_lost(event, event.db.path[: -len(SESSION_FILE)] + LOST_FILE)
    event.db.commit()


def read(event: Event) -> None:
    """Read what takes time, before the write lock is taken."""
    event.summary = basics(event)
    prepare = handler_of(event.name)[0]
    if prepare is not None and event.is_whole:
        prepare(event)


def apply(event: Event, started_ns: "Optional[int]") -> None:
    """Write an event inside a transaction."""
    handle = handler_of(event.name)[1]
    if event.is_doubled():
        event.summary["dup"] = True
    elif event.is_whole and event.session_id is not None and handle is not None:
        handle(event)
    add_hook_event(event, 0 if event.is_whole else 1, started_ns)


def _write_failed(event: Event, started_ns: "Optional[int]") -> None:
    """The handler failed inside: keep at least the event itself, and the fact."""
    event.db.begin()
    event.summary = basics(event)
    add_hook_event(event, 1, started_ns)
    event.db.commit()


def basics(event: Event) -> "dict[str, object]":
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
        "reason": as_name(find("reason")) if event.name == "SessionEnd" else None,
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
