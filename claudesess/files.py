"""Files of others: only regular ones are opened, so that no pipe is waited for and no device is read."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from claudesess_collector import files as collector

from claudesess.errors import ClaudesessError

#: Of a file that is read as a whole: settings, a table of prices. Nobody writes larger ones.
MOST = 64 << 20
_PIECE = 64 << 10


def open_regular(path: Path, buffering: int = _PIECE) -> BinaryIO:
    """Open a file to read its bytes.

    Raises
    ------
    OSError
        There is none, it cannot be read, or it is a folder, a pipe, a socket or a device: that is seen before
        it is opened, and again of what was opened.
    """
    descriptor = collector.open_regular(os.fspath(path))
    try:
        return os.fdopen(descriptor, "rb", buffering)
    except BaseException:
        os.close(descriptor)
        raise


def read_regular(path: Path, most: int = MOST) -> bytes:
    """Return all bytes of a file; raises as `open_regular`, and where there are more than `most`."""
    with open_regular(path) as file:
        if os.fstat(file.fileno()).st_size > most:
            raise OSError(errno.EFBIG, f"larger than {most >> 20} MB", str(path))
        return file.read()


_DATABASE = b"SQLite format 3\x00"


def leave_alone(path: Path) -> None:
    """Refuse to write an answer over what it may have been asked of, or over what is no file.

    Raises
    ------
    ClaudesessError
        A database is there, or a device or a pipe; the message says what to do.
    """
    if path.is_dir() or not os.path.lexists(path):
        return
    if path.exists() and not path.is_file():
        raise ClaudesessError(f"{path} is no file that can be written anew. Name another one.")
    with suppress(OSError):
        with open_regular(path) as file:
            is_database = file.read(len(_DATABASE)) == _DATABASE
        if is_database:
            raise ClaudesessError(f"{path} is a database: nothing is written over it. Name another file.")


def replace(path: Path, content: bytes, like: Path | None = None) -> None:
    """Put content in a file's place, whole or not at all, with the permissions of `like`, or its own.

    Raises
    ------
    OSError
        It cannot be written; what was there is as it was.
    """
    path = real(path)
    like = like or path
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if like.exists():
            shutil.copymode(like, name)
            owner, own = like.stat(), Path(name).stat()
            if (owner.st_uid, owner.st_gid) != (own.st_uid, own.st_gid):
                os.chown(name, owner.st_uid, owner.st_gid)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def real(path: Path, strict: bool = False) -> Path:
    """Return where a path leads, without links; raises an `OSError` where it has to be there and is not.

    A link to itself leads to itself: of `Path.resolve` nobody expects what it raises there.
    """
    return Path(os.path.realpath(path, strict=strict))


def is_regular(path: Path) -> bool:
    """Say whether a regular file is there; a path that cannot be looked at is none."""
    return os.path.isfile(path)  # noqa: PTH113  raises nothing


def size(path: Path) -> int:
    """Return a file's size in bytes, 0 when it is not there any more."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def changed_at(path: Path) -> float:
    """Return when a file was written, seconds since the epoch; 0 when it is not there any more."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def key(path: Path) -> str:
    r"""Return a path as a text that a database can hold, also where its name is no UTF-8.

    Examples
    --------
    >>> key(Path("/a/é")), key(Path(os.fsdecode(b"/a/\xff")))
    ('/a/é', '/a/\\xff')
    """
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def reason(error: OSError) -> str:
    """Return why a file could not be read, as a clause."""
    return f"cannot be read ({error.strerror or error})"


def remove_empty(folder: Path) -> None:
    """Take away a folder in which nothing is left."""
    with suppress(OSError):
        folder.rmdir()
