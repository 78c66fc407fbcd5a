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

    from claudesess_collector.spool import Spool

END_BUSY_S = 1.0  # SessionEnd has 1.5 s for all hooks together
SHORT_BUSY_S = 0.2
TAKE_UP_NS = 150_000_000
TAKE_UP_END_NS = 600_000_000
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
    """Write events that could not be written when they came, with the times at which they came.

    As many as a moment allows: the client waits for this hook. Say whether none is left.
    """
    from claudesess_collector import spool

    until = perf_counter_ns() + (TAKE_UP_END_NS if event.name == "SessionEnd" else TAKE_UP_NS)
    spooled = spool.Spool(f"{folder}/{SPOOL_FILE}", event.place)
    try:
        while spooled.read(event.db):
            if spooled.n_batches > 1 and perf_counter_ns() > until:
                return False
            _write_batch(spooled, event, f"{folder}/{LOST_FILE}")
        n_torn = spooled.remove(event.db)
        if n_torn:
            event.metric("lost", "events", n_torn)
    finally:
        spooled.close()
    return True


def _write_batch(spooled: "Spool", event: Event, lost: str) -> None:
    """Write a batch in one transaction, unless another hook has done so."""
    db = event.db
    try:
        for late in spooled.batch:
            late.db = db
        # False where tables were missing: they are there now, and the batch is read anew.
        if all(map(_prepare_alone, spooled.batch)) and spooled.begin(db) and all(map(_apply_alone, spooled.batch)):
            _note_lost(event, lost, spooled.n_torn)
            spooled.commit(db)
    except Exception as error:
        db.rollback()
        if not db.is_incomplete(error):
            raise


def _prepare_alone(late: Event) -> bool:
    """Read one of several events; one that cannot be read is kept alone, as one whose handler fails."""
    try:
        _prepare(late)
    except Exception as error:
        if late.db.is_out_of_reach(error):
            raise
        if late.db.is_incomplete(error):
            return False
        late.is_whole = False
    return True


def _apply_alone(late: Event) -> bool:
    """Write one of several events; when its handler fails, it alone is undone, and the event is kept.

    False where tables were missing: they are there now, and all that was begun is undone.
    """
    late.db.run("SAVEPOINT one")
    try:
        _apply(late, None)
    except Exception as error:
        if late.db.is_out_of_reach(error):
            raise
        if late.db.is_incomplete(error):
            return False
        late.db.run("ROLLBACK TO one")
        late.summary = basics(late)
        add_hook_event(late, 1, None)
    late.db.run("RELEASE one")
    return True


def _note_lost(event: Event, path: str, n_torn: int = 0) -> None:
    """Note how many events were lost since somebody noted it last, and how many only began to be kept."""
    from claudesess_collector import spool

    if event.name == "SessionStart" and kind_of(path) is None:
        spool.count_lost(path, 0)  # beside a database that an import made, say
    if n_torn:
        event.metric("lost", "events", n_torn)
    n_lost = spool.n_lost(path)
    n_noted = event.db.value("SELECT offset FROM claudesess_offsets WHERE path = 'lost'") or 0
    if n_lost > n_noted and event.session_id is not None:
        event.metric("lost", "events", n_lost - n_noted)
        event.db.run("INSERT OR REPLACE INTO claudesess_offsets (path, offset) VALUES ('lost', ?)", (n_lost,))


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
    _prepare(event)
    event.db.begin()
    _apply(event, started_ns)
    if event.name in _TELLING and event.db.path.endswith(SESSION_FILE):
        _note_lost(event, event.db.path[: -len(SESSION_FILE)] + LOST_FILE)
    event.db.commit()


def _prepare(event: Event) -> None:
    """Read what takes time before the write lock is taken."""
    event.summary = basics(event)
    prepare = handler_of(event.name)[0]
    if prepare is not None and event.is_whole and (event.waited is None or _needs_reading(event)):
        prepare(event)


def _needs_reading(late: Event) -> bool:
    from claudesess_collector import spool_event

    return spool_event.needs_reading(late)


def _apply(event: Event, started_ns: "Optional[int]") -> None:
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
