"""Events that could not be written: kept in a file beside the database, taken up by the next events that can write.

Its first line is `{"spool": NAME}`, a name that no other spool has. Then a line per event: `{"at_ms": …, "size": …,
"digest": …, "number": …, "call": {…}, "payload": {…}}`, its texts cut and free of secrets like everything that is
stored; where no content may be, without them. How far it was taken up stands in the database, under that name, written
by the transaction that writes the events: whoever is killed, and when, each is written once. What there was no room for
is counted.
"""

import os
import stat
import time

from claudesess_collector import payload
from claudesess_collector.event import Event, Place
from claudesess_collector.privacy_redact import clean, redact
from claudesess_collector.vocabulary import LOST_FILE

try:
    import fcntl
except ImportError:  # another system: appending is all that keeps hooks apart there, and the file is never removed
    fcntl = None  # type: ignore[assignment]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

    from claudesess_collector.aims import Call
    from claudesess_collector.database import Database

BATCH = 32  # events of one transaction
MAX_BYTES = 8 << 20  # a database that cannot be written for days must not fill the disk instead
_MAX_TEXT = 16384
_MAX_DEPTH = 12
# Whatever else is a text may be content.
_NAMES = {
    "session_id", "hook_event_name", "event", "tool_name", "tool_use_id", "agent_id", "agent_type", "prompt_id",
    "source", "trigger", "model", "agentId", "agentType", "subagent_type", "status", "task_id", "taskId", "id", "to",
    "commandName", "resumedAgentId", "task_type", "load_reason", "memory_type",
    "sha", "branch", "cwd", "transcript_path", "file_path", "notebook_path", "filePath", "changedFiles",
}  # fmt: skip
# Kept as they are given: keys of rows, and where things lie.
_EXACT = {"file_path", "notebook_path", "cwd", "transcript_path", "filePath", "changedFiles"}


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
    fit = _fit(event.payload, 0)
    entry = {
        "at_ms": event.at_ms,
        "size": event.size,
        "digest": event.digest,
        # Longer than a number of JSON may be here.
        "number": str(event.call_number) if event.digest is None else None,
        "call": _call(event) if event.tool else None,
        "payload": (fit if event.place.keeps_content else _names(fit)) if event.is_readable else None,
    }
    return (payload.to_json(entry) + "\n").encode("utf-8", "replace")


def _call(event: Event) -> "dict[str, Any]":
    call: "Call" = event.named_call()
    return call.facts(event.text("tool_input", "command"), event.place.keeps_content)


def _append(path: str, line: bytes, limit: int) -> bool:
    """Append a line whole or not at all; say whether it was."""
    while True:
        descriptor = _open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        try:
            _lock(descriptor)
            found = os.fstat(descriptor)
            if not found.st_nlink:  # taken up to its end, and removed, since it was opened
                continue
            if found.st_size + len(line) > limit:
                return False
            if not found.st_size:
                line = b'{"spool": "%s"}\n' % os.urandom(8).hex().encode() + line
            if os.write(descriptor, line) == len(line):
                return True
            os.ftruncate(descriptor, found.st_size)  # the disk is full: no half line stays for others to write behind
            return False
        finally:
            os.close(descriptor)


def _open(path: str, flags: int) -> int:
    """Open a regular file, and nothing that stands in its place: a link, a pipe."""
    more = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags | more, 0o600)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(f"{path}: no regular file")
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
            os.lseek(descriptor, 0, os.SEEK_SET)
            lost = _number(os.read(descriptor, 32)) + n
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


def _number(text: bytes) -> int:
    digits = text.strip()
    return int(digits) if digits.isdigit() else 0


class Waiting:
    """The spool of a project while a hook takes it up, batch by batch."""

    def __init__(self, path: str, place: Place) -> None:
        self.batch: "list[Event]" = []
        self.n_batches = 0  # taken up
        self._path, self._place = path, place
        self._start = self._end = 0
        self._key = ""
        self._descriptor = -1
        try:
            self._descriptor = _open(path, os.O_RDONLY)
        except OSError:  # gone by now, or nothing that could be read
            return
        first = payload.parse(os.pread(self._descriptor, 256, 0).split(b"\n", 1)[0]) or {}
        self._key = f"spool:{payload.name(first, 'spool') or ''}"

    def read(self, db: "Database") -> bool:
        """Read the next batch, in order of time; say whether there is one."""
        self.batch = []
        if not self._is_there():
            return False
        self._start = self._end = self._taken(db)
        at, rest = self._start, b""
        while len(self.batch) < BATCH:
            piece = os.pread(self._descriptor, 1 << 16, at)
            at += len(piece)
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                if len(self.batch) == BATCH:
                    break
                self._end += len(line) + 1
                event = _read(line, self._place)
                if event is not None:
                    self.batch.append(event)
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
        self.n_batches += 1

    def _is_there(self) -> bool:
        """Say whether the file still stands at its place; how far it was taken up is forgotten once it is removed."""
        return self._descriptor >= 0 and os.fstat(self._descriptor).st_nlink > 0

    def _taken(self, db: "Database") -> int:
        return db.value("SELECT offset FROM claudesess_offsets WHERE path = ?", (self._key,)) or 0

    def remove(self, db: "Database") -> None:
        """Remove the spool, if it is taken up to its end and nobody is appending."""
        if self._descriptor < 0 or not _lock(self._descriptor, tries=1):
            return
        found = os.fstat(self._descriptor)
        if found.st_nlink and found.st_size == self._taken(db):
            os.unlink(self._path)
            db.run("DELETE FROM claudesess_offsets WHERE path LIKE 'spool:%'")

    def close(self) -> None:
        """Close the file, and let go of its lock."""
        if self._descriptor >= 0:
            os.close(self._descriptor)


def _read(line: bytes, place: Place) -> "Optional[Event]":
    entry = payload.parse(line) or {}
    at_ms, said = payload.number(entry, "at_ms"), payload.field(entry, "payload")
    if at_ms is None:
        return None
    event = Event(line, said if isinstance(said, dict) else None, at_ms, place, payload.number(entry, "size"))
    # As they were when the event came: its second delivery may have been written meanwhile, and the aim's other tries.
    event.digest = payload.name(entry, "digest") or event.digest
    number = payload.name(entry, "number") or ""
    event.spooled_number = int(number) if number.isdigit() else None
    event.spooled_call = payload.field(entry, "call")
    return event


def _fit(value: "Any", depth: int) -> "Any":
    """Return a value without secrets, long texts and depths."""
    if depth > _MAX_DEPTH:
        return None
    if isinstance(value, str):
        return redact(clean(value))[: 2 * _MAX_TEXT]
    if isinstance(value, list):
        return [_fit(item, depth + 1) for item in value[:1000]]
    if isinstance(value, dict):
        return {redact(clean(key)): _fit_field(key, item, depth + 1) for key, item in value.items()}
    return value


def _fit_field(key: str, value: "Any", depth: int) -> "Any":
    """Fit what stands under a key; paths stay as they are."""
    if key in _EXACT and all(isinstance(item, str) for item in (value if isinstance(value, list) else [value])):
        return value
    return _fit(value, depth)


def _names(value: "Any", key: str = "") -> "Any":
    """Return a value with no other texts than names, ids and paths."""
    if isinstance(value, dict):
        return {name: _names(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_names(item, key) for item in value]
    if isinstance(value, str) and key not in _NAMES:
        return _machine_made(value) if key == "prompt" else _status(key, value)
    return value


def _machine_made(prompt: str) -> "Optional[str]":
    """Return of a prompt that no human typed what says so, and how agents ended."""
    from claudesess_collector.on_sessions import MACHINE_TAGS

    start = prompt[:64].lstrip()
    tag = next((tag for tag in MACHINE_TAGS if start.startswith(f"<{tag}")), None)
    if tag is None:
        return None
    ends = ""
    for part in prompt.split(f"<{tag}>")[1:]:
        said = {
            name: payload.name({name: payload.tagged(part, name)}, name)
            for name in ("task-id", "tool-use-id", "status")
        }
        ends += f"<{tag}>" + "".join(f"<{name}>{text}</{name}>" for name, text in said.items() if text is not None)
    return ends or f"<{tag}>"


def _status(key: str, text: str) -> "Optional[str]":
    """Return of an error the line that says its exit status."""
    line = text[:24].split("\n", 1)[0]
    return line if key == "error" and line.startswith("Exit code ") and line[10:].strip().isdigit() else None
