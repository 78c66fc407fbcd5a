"""Events that could not be written: kept in a file beside the database, taken up by the next events that can write.

Its first line is `{"spool": NAME}`, a name that no other spool has. Then a line per event, which holds what its rows
need and no more (`spool_event`). How far it was taken up stands in the database, under that name, written by the
transaction that writes the events: whoever is killed, and when, each is written once. What there was no room for is
counted.
"""

import os
import stat
import time

from claudesess_collector import files, payload, spool_event
from claudesess_collector.event import Event, Place
from claudesess_collector.system import kind_of
from claudesess_collector.vocabulary import LOST_FILE

try:
    import fcntl
except ImportError:  # another system: appending is all that keeps hooks apart there, and the file is never removed
    fcntl = None  # type: ignore[assignment]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from claudesess_collector.database import Database

BATCH = 32  # events of one transaction
_FIRST = 64  # bytes, the first line among them
_MODE = 0o600
MAX_BYTES = 8 << 20  # a database that cannot be written for days must not fill the disk instead


def keep(path: str, event: Event, is_emptied: bool = False) -> None:
    """Append an event to the spool; what cannot be appended is counted.

    One that `is_emptied`, by hooks that write again, gives its room back only at its end: it may grow meanwhile.
    """
    try:
        is_kept = _append(path, _line(event), 2 * MAX_BYTES if is_emptied else MAX_BYTES)
    except OSError:
        is_kept = False
    if not is_kept:
        count_lost(os.path.join(os.path.dirname(path), LOST_FILE))


def _line(event: Event) -> bytes:
    return (payload.to_json(spool_event.kept(event)) + "\n").encode("utf-8", "replace")


def _append(path: str, line: bytes, limit: int) -> bool:
    """Append a line whole or not at all; say whether it was."""
    while True:
        descriptor = _open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND)
        try:
            is_locked = _lock(descriptor)
            found = os.fstat(descriptor)
            if not found.st_nlink:  # taken up to its end, and removed, since it was opened
                continue
            if found.st_size + len(line) > limit:
                return False
            more = _begin_line(descriptor, found.st_size) + line
            if os.write(descriptor, more) != len(more):
                # The disk is full: no half line stays for others to write behind.
                os.ftruncate(descriptor, found.st_size)
                return False
            if is_locked or os.fstat(descriptor).st_nlink:
                return True
        finally:
            os.close(descriptor)


def _begin_line(descriptor: int, size: int) -> bytes:
    """Return what is to be written before a line: the spool's first line, or the end of one that somebody left torn."""
    if size and files.read_at(descriptor, size - 1, 1) == b"\n":
        return b""
    if size and b"\n" in files.read_at(descriptor, 0, _FIRST):
        return b"\n"  # who began to write was killed
    if size:
        os.ftruncate(descriptor, 0)  # nor is there any event
    return b'{"spool": "%s"}\n' % os.urandom(8).hex().encode()


def _open(path: str, flags: int) -> int:
    """Open a regular file, and nothing that stands in its place: a link, a pipe. It is its owner's alone."""
    descriptor = files.open_regular(path, flags | getattr(os, "O_NOFOLLOW", 0), _MODE)
    if flags & os.O_CREAT and fcntl and stat.S_IMODE(os.fstat(descriptor).st_mode) != _MODE:
        try:
            os.fchmod(descriptor, _MODE)  # whatever the umask
        except OSError:  # another's file
            pass
    return descriptor


def _lock(descriptor: int, tries: int = 50) -> bool:
    """Lock a file for this process; others hold it for the moment of one write, and a stopped one is not waited for."""
    for _ in range(tries if fcntl else 0):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except OSError:
            time.sleep(0.002)
    return False


def count_lost(path: str, n: int = 1) -> None:
    """Add to the number of events that were lost. It is made with the database: no room is needed to change it."""
    try:
        descriptor = _open(path, os.O_RDWR | os.O_CREAT)
        try:
            _lock(descriptor)
            lost = _number(files.read_at(descriptor, 0, 32)) + n
            os.lseek(descriptor, 0, os.SEEK_SET)
            os.write(descriptor, b"%020d\n" % lost)
        finally:
            os.close(descriptor)
    except OSError:  # not even that: a folder that cannot be written, as `doctor` says
        return


def n_lost(path: str) -> int:
    """Return how many events were lost so far."""
    try:
        descriptor = _open(path, os.O_RDONLY)
    except OSError:
        return 0
    try:
        return _number(os.read(descriptor, 32))
    finally:
        os.close(descriptor)


def note_lost(event: Event, path: str, n_torn: int = 0) -> None:
    """Note how many events were lost since somebody noted it last, and how many only began to be kept."""
    if event.name == "SessionStart" and kind_of(path) is None:
        count_lost(path, 0)  # beside a database that an import made, say
    if n_torn:
        event.metric("lost", "events", n_torn)
    n_now = n_lost(path)
    n_noted = event.db.value("SELECT offset FROM claudesess_offsets WHERE path = 'lost'") or 0
    if n_now > n_noted and event.session_id is not None:
        event.metric("lost", "events", n_now - n_noted)
        event.db.run("INSERT OR REPLACE INTO claudesess_offsets (path, offset) VALUES ('lost', ?)", (n_now,))


def _number(text: bytes) -> int:
    digits = text.strip()
    return int(digits) if digits.isdigit() else 0


class Spool:
    """The spool of a project while a hook takes it up, batch by batch."""

    def __init__(self, path: str, place: Place) -> None:
        self.batch: "list[Event]" = []
        self.n_batches = 0  # read
        self.n_torn = 0  # lines of the batch that are no events: who wrote them was killed
        self._path, self._place = path, place
        self._start = self._end = 0
        self._key = ""
        self._descriptor = -1
        try:
            self._descriptor = _open(path, os.O_RDONLY)
        except OSError:  # gone by now, or nothing that could be read
            return
        if os.fstat(self._descriptor).st_size > 2 * MAX_BYTES:  # no hook wrote that
            self.close()
            return
        first = payload.parse(files.read_at(self._descriptor, 0, _FIRST).split(b"\n", 1)[0]) or {}
        self._key = f"spool:{payload.name(first, 'spool') or ''}"

    def read(self, db: "Database") -> bool:
        """Read the next batch, in order of time; say whether there is one."""
        self.batch, self.n_torn = [], 0
        if not self._is_there():
            return False
        self.n_batches += 1
        self._start = self._end = self._taken(db)
        at, rest = self._start, b""
        while len(self.batch) < BATCH:
            piece = files.read_at(self._descriptor, at, max(1 << 16, len(rest)))  # of a long line more and more
            at += len(piece)
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                if len(self.batch) == BATCH:
                    break
                is_first = self._end == 0
                self._end += len(line) + 1
                event = spool_event.restored(payload.parse(line), self._place)
                if event is not None:
                    self.batch.append(event)
                elif not is_first:
                    self.n_torn += 1
            if not piece:
                break
        # Parallel hooks give up waiting in another order than the one in which they came.
        self.batch.sort(key=lambda event: event.at_ms)
        return self._end > self._start

    def begin(self, db: "Database") -> bool:
        """Start the batch's transaction; say whether nobody else took the batch up meanwhile."""
        db.begin()
        if self._is_there() and self._taken(db) == self._start:
            return True
        db.rollback()
        return False

    def commit(self, db: "Database") -> None:
        """End the transaction, with how far the spool is taken up now."""
        db.run("INSERT OR REPLACE INTO claudesess_offsets (path, offset) VALUES (?, ?)", (self._key, self._end))
        db.commit()

    def _is_there(self) -> bool:
        """Say whether the file still stands at its place; how far it was taken up is forgotten once it is removed."""
        return self._descriptor >= 0 and os.fstat(self._descriptor).st_nlink > 0

    def _taken(self, db: "Database") -> int:
        return db.value("SELECT offset FROM claudesess_offsets WHERE path = ?", (self._key,)) or 0

    def remove(self, db: "Database") -> int:
        """Remove the spool, if it is taken up to its end and nobody is appending; return how many were left torn."""
        if self._descriptor < 0 or not _lock(self._descriptor, tries=1):
            return 0
        found, taken = os.fstat(self._descriptor), self._taken(db)
        if not found.st_nlink or b"\n" in files.read_at(self._descriptor, taken, max(found.st_size - taken, 0)):
            return 0
        os.unlink(self._path)
        db.run("DELETE FROM claudesess_offsets WHERE path LIKE 'spool:%'")
        return int(found.st_size > taken)

    def close(self) -> None:
        """Close the file, and let go of its lock."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
