"""Patterns as Python compiled them, kept beside what it compiled of modules: a hook compiles nothing twice.

What a pattern is compiled to is private to a version of Python. So it is kept with the version and the pattern, and
taken for no other; what is damaged is compiled anew. Where nothing can be written, nothing is kept.
"""

import _sre  # type: ignore[import-not-found]
import marshal
import sys

from claudesess_collector.light_re import key_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from re import Pattern
    from typing import Any, Optional

_FOLDER = __file__[: -len("/kept_patterns.py")] + "/__pycache__"


def kept(pattern: str, flags: int) -> "Optional[Pattern[str]]":
    """Return a pattern that was compiled before, None where it is not there."""
    try:
        with open(_path(pattern, flags), "rb") as file:
            of, *parts = marshal.loads(file.read())
        found: "Optional[Pattern[str]]" = _sre.compile(*parts) if of == _of(pattern, flags) else None
    except Exception:  # not there, of no use: whatever it is, a pattern can be compiled
        return None
    return found


class Keeping:
    """Stands for `_sre` before a compiler of patterns, and keeps what it has made of one."""

    def __init__(self, makes: "Any", pattern: str, flags: int) -> None:
        self._makes = makes
        self._asked = pattern, flags

    def __getattr__(self, name: str) -> "Any":
        return getattr(self._makes, name)

    def compile(self, *parts: "Any") -> "Any":
        """Return the pattern that consists of these parts."""
        if not sys.dont_write_bytecode:
            plain = [list(map(int, part)) if isinstance(part, list) else part for part in parts]  # the code is named
            try:
                _keep(_path(*self._asked), marshal.dumps((_of(*self._asked), *plain)))
            except Exception:  # the next hook compiles it, too
                pass
        return self._makes.compile(*parts)


def _keep(path: str, data: bytes) -> None:
    """Write a file that is there as a whole or not at all."""
    try:
        from posix import getpid, rename
    except ImportError:  # another system
        from os import getpid
        from os import replace as rename
    aside = f"{path}.{getpid()}"
    with open(aside, "wb") as file:
        file.write(data)
    rename(aside, path)


def _of(pattern: str, flags: int) -> "tuple[str, int, str, int]":
    """Return of what something is kept: of which Python, of which pattern."""
    return sys.version, _sre.MAGIC, pattern, flags


def _path(pattern: str, flags: int) -> str:
    return f"{_FOLDER}/pattern-{key_of(pattern, flags)}.{sys.implementation.cache_tag}"
