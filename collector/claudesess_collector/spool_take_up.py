"""Events that waited in the spool: the next hook that can write takes them up, with the times at which they came."""

from time import perf_counter_ns

from claudesess_collector import record, spool, spool_event
from claudesess_collector.vocabulary import LOST_FILE, SPOOL_FILE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from claudesess_collector.event import Event
    from claudesess_collector.spool import Spool

LIMIT_NS = 150_000_000
LIMIT_AT_END_NS = 600_000_000  # the session's last hook: nobody waits for an answer


def take_up(event: "Event", folder: str) -> bool:
    """Write as many as a moment allows, for the client waits for this hook; say whether none is left."""
    until = perf_counter_ns() + (LIMIT_AT_END_NS if event.name == "SessionEnd" else LIMIT_NS)
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


def _write_batch(spooled: "Spool", event: "Event", lost: str) -> None:
    """Write a batch in one transaction, unless another hook has done so."""
    db = event.db
    try:
        for late in spooled.batch:
            late.db = db
        # False where tables were missing: they are there now, and the batch is read anew.
        if all(map(_read_alone, spooled.batch)) and spooled.begin(db) and all(map(_apply_alone, spooled.batch)):
            spool.note_lost(event, lost, spooled.n_torn)
            spooled.commit(db)
    except Exception as error:
        db.rollback()
        if not db.is_incomplete(error):
            raise


def _read_alone(late: "Event") -> bool:
    """Read one of several events; one that cannot be read is kept alone, as one whose handler fails."""
    try:
        if spool_event.needs_reading(late):
            record.read(late)
        else:
            late.summary = record.basics(late)
    except Exception as error:
        if late.db.is_out_of_reach(error):
            raise
        if late.db.is_incomplete(error):
            return False
        late.is_whole = False
    return True


def _apply_alone(late: "Event") -> bool:
    """Write one of several events; when its handler fails, it alone is undone, and the event is kept.

    False where tables were missing: they are there now, and all that was begun is undone.
    """
    late.db.run("SAVEPOINT one")
    try:
        record.apply(late, None)
    except Exception as error:
        if late.db.is_out_of_reach(error):
            raise
        if late.db.is_incomplete(error):
            return False
        late.db.run("ROLLBACK TO one")
        late.summary = record.basics(late)
        record.add_hook_event(late, 1, None)
    late.db.run("RELEASE one")
    return True
