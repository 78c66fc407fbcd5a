"""Files of others: only regular ones are opened, so that no pipe is waited for and no device read, and none to its end.

What cannot be opened is an OSError, whatever is wrong with it, its path too.
"""

import errno
import os
import stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

_MORE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)


def open_regular(path: str, flags: int = os.O_RDONLY, mode: int = 0o600) -> int:
    """Open a file and return its descriptor. What it is, is seen before it is opened, and again of what was opened."""
    try:
        found = _looked_at(path, flags)
        if found is not None:
            _require_regular(path, found)
        descriptor = os.open(path, flags | _MORE, mode)
    except ValueError as error:  # a path that holds a zero, or half a character
        raise OSError(errno.EINVAL, str(error)) from None
    try:
        _require_regular(path, os.fstat(descriptor))
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def head_of(path: str, most: int) -> bytes:
    """Return the first bytes of a file, `most` at most."""
    descriptor = open_regular(path)
    try:
        return read_at(descriptor, 0, min(most, os.fstat(descriptor).st_size))
    finally:
        os.close(descriptor)


def rest_of(path: str, at: int, most: int) -> "tuple[int, bytes]":
    """Return the last bytes behind a place, `most` at most, and where they begin; a shorter file is a new one."""
    descriptor = open_regular(path)
    try:
        size = os.fstat(descriptor).st_size
        start = max(at if at <= size else 0, size - most)
        return start, read_at(descriptor, start, size - start)
    finally:
        os.close(descriptor)


def read_at(descriptor: int, at: int, size: int) -> bytes:
    """Return so many bytes of an open file from a place on."""
    os.lseek(descriptor, at, os.SEEK_SET)  # not every system has `pread`
    return os.read(descriptor, size)


def _looked_at(path: str, flags: int) -> "Optional[os.stat_result]":
    """Return what stands at a path; None where nothing does and a file is to be made."""
    try:
        return os.stat(path)
    except FileNotFoundError:
        if flags & os.O_CREAT:
            return None
        raise


def _require_regular(path: str, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "no regular file", path)
