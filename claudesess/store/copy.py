"""A consistent private copy of a database that may be in use; the original is only ever read.

Why a copy, and why it is consistent: docs/decisions/snapshots.md.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from hashlib import blake2b
from pathlib import Path
from stat import S_ISREG
from typing import Literal

from claudesess import files
from claudesess.errors import DatabaseError

MAGIC = b"SQLite format 3\x00"
ROLLBACK_MODE = 1  # byte 18 of the header; 2 is WAL
WAL_FRAME_HEADER = 24
WAL_HEADER = 32  # bytes; holds the salts that change whenever the log starts anew
PENDING_BYTE = 0x40000000  # where SQLite locks: pending, reserved, then 510 shared bytes

COMPARED = 1 << 20  # bytes at a time

ATTEMPTS = 60
LOCK_WAIT_S = 2.0
#: Writes within one tick of the file system's clock leave one mtime: only an older one proves rest.
CLOCK_TICK_NS = 20_000_000
_COARSE_TICK_NS = 2_500_000_000  # of a file system that keeps whole seconds


def take(path: Path, folder: Path) -> Path:
    """Copy the database at `path`, with its log, into `folder`, as it was at one moment between transactions.

    Returns
    -------
    Path
        The copy. Rows that are committed but still in the write-ahead log are part of it.

    Raises
    ------
    DatabaseError
        The file is missing, unreadable, empty, no SQLite database, locked, or never at rest.
    """
    try:
        real = files.real(path, strict=True)
        copy = folder / "copy.db"
        for attempt in range(ATTEMPTS):
            if _copied(path, real, copy):
                return copy
            time.sleep(min(0.005 * (attempt + 1), 0.1))
    except FileNotFoundError:
        raise DatabaseError(path, "does not exist", "Check the path.") from None
    except PermissionError as error:
        place = error.filename or path
        raise DatabaseError(place, "may not be read", "Ask its owner for leave to read it.") from None
    except OSError as error:
        raise DatabaseError(path, f"cannot be copied ({error})", "Check the disk, and TMPDIR.") from error
    raise DatabaseError(
        path, "kept changing while it was copied", "Open it again when its writer is less busy."
    )


def moment(path: Path) -> str:
    """Name the state of a database and its logs by what the file system says of them.

    Returns
    -------
    str
        Equal for equal bytes; empty where the clock could not tell this state from the next.
    """
    try:
        real = files.real(path, strict=True)
        stamps = [_stamp(file) for file in (real, _beside(real, "-wal"), _beside(real, "-journal"))]
    except OSError:
        return ""
    return "" if "" in stamps else blake2b(repr(stamps).encode(), digest_size=16).hexdigest()


def _stamp(file: Path) -> str:
    try:
        stat = file.stat()
        with file.open("rb") if S_ISREG(stat.st_mode) else nullcontext() as opened:
            start = opened.read(100) if opened else b""
    except FileNotFoundError:
        return "none"
    changed = max(stat.st_mtime_ns, stat.st_ctime_ns)
    is_coarse = stat.st_mtime_ns % 1_000_000_000 == 0
    if time.time_ns() - changed < (_COARSE_TICK_NS if is_coarse else CLOCK_TICK_NS):
        return ""
    return repr((_state(file), start))


def n_committed(copy: Path) -> int:
    """Return the place of the last frame of a copy's log that ends a transaction, sound or not."""
    try:
        content = _beside(copy, "-wal").read_bytes()
    except FileNotFoundError:
        return 0
    frame = WAL_FRAME_HEADER + int.from_bytes(content[8:12], "big")
    starts = range(WAL_HEADER, len(content) - frame + 1, frame)
    if content and not _is_header_sound(content[:WAL_HEADER]):
        return len(starts)
    ends = [
        place
        for place, start in enumerate(starts, 1)
        if content[start + 8 : start + 16] == content[16:24] and any(content[start + 4 : start + 8])
    ]
    return ends[-1] if ends else 0


def _is_header_sound(header: bytes) -> bool:
    """Say whether the checksum of a log's header is right."""
    order: Literal["big", "little"] = "big" if header[3:4] == b"\x83" else "little"
    words = [int.from_bytes(header[n : n + 4], order) for n in range(0, 24, 4)]
    first = second = 0
    for one, other in zip(words[::2], words[1::2], strict=True):
        first = (first + one + second) & 0xFFFFFFFF
        second = (second + other + first) & 0xFFFFFFFF
    return header[24:] == first.to_bytes(4, "big") + second.to_bytes(4, "big")


def _copied(path: Path, real: Path, copy: Path) -> bool:
    before = _state(real)
    header = _header(path, real)
    is_fresh = time.time_ns() - before[2] < CLOCK_TICK_NS
    wal, journal = _beside(real, "-wal"), _beside(real, "-journal")
    is_rollback = header[18] == ROLLBACK_MODE and not wal.exists()
    with _shared_lock(path, real) if is_rollback else nullcontext():
        shutil.copyfile(real, copy)
        is_whole = _log_copied(wal, _beside(copy, "-wal")) and _log_copied(journal, _beside(copy, "-journal"))
        is_at_rest = is_whole and _state(real) == before
        return is_at_rest and (not is_fresh or _is_equal(real, copy))


def _header(path: Path, real: Path) -> bytes:
    if not real.is_file():
        raise DatabaseError(path, "is no regular file", "Name a database file, or a folder that holds one.")
    with real.open("rb") as file:
        header = file.read(100)
    if not header:
        raise DatabaseError(path, "is empty", "Nothing was recorded in it; delete it, or wait for a session.")
    if not header.startswith(MAGIC):
        raise DatabaseError(path, "is not a SQLite database", "Name a .claude-session.db file.")
    if len(header) < 100:
        raise DatabaseError(path, "is cut off in its header", "Restore it from a backup.")
    return header


def _state(path: Path) -> tuple[int, int, int, int]:
    stat = path.stat()
    return stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns


def _is_equal(first: Path, second: Path) -> bool:
    with first.open("rb") as one, second.open("rb") as other:
        while True:
            left, right = one.read(COMPARED), other.read(COMPARED)
            if left != right or not left:
                return left == right


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _log_copied(log: Path, copy: Path) -> bool:
    """Copy a log that others append to; False when it started anew, or shrank, meanwhile."""
    copy.unlink(missing_ok=True)
    try:
        if not S_ISREG(log.stat().st_mode):
            raise DatabaseError(log, "is no regular file", "Move it away: no database has such a log.")
        before = _first_bytes(log)
        shutil.copyfile(log, copy)
        return _first_bytes(log) == before and log.stat().st_size >= copy.stat().st_size
    except FileNotFoundError:
        # Gone: its content is in the main file, whose own check says whether that was before our copy of it.
        copy.unlink(missing_ok=True)
        return True


def _first_bytes(log: Path) -> bytes:
    with log.open("rb") as file:
        return file.read(WAL_HEADER)


@contextmanager
def _shared_lock(path: Path, real: Path) -> Iterator[None]:
    """Hold the lock of every SQLite reader: in rollback mode writers change the main file in place."""
    if sys.platform == "win32":
        yield
        return
    with real.open("rb") as file:
        deadline = time.monotonic() + LOCK_WAIT_S
        while not _lock_taken(file.fileno()):
            if time.monotonic() > deadline:
                raise DatabaseError(
                    path, "is locked by another program", "Close that program, or wait for it."
                )
            time.sleep(0.02)
        yield  # closing the file lets go of the lock


if sys.platform != "win32":
    import fcntl

    def _lock_taken(descriptor: int) -> bool:
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB, 1, PENDING_BYTE)
            try:
                fcntl.lockf(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB, 510, PENDING_BYTE + 2)
            finally:
                fcntl.lockf(descriptor, fcntl.LOCK_UN, 1, PENDING_BYTE)
        except (BlockingIOError, PermissionError):
            return False
        except OSError:
            return True  # a file system without locks has no writers that lock
        return True
