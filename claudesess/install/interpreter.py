"""Which interpreter runs the collector: a real one, by its absolute path."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from claudesess import files
from claudesess.errors import ClaudesessError

OLDEST = (3, 9)
_ASK = (
    "import sys, json; import _sqlite3;"
    "print(json.dumps([getattr(sys, '_base_executable', sys.executable), list(sys.version_info[:3])]))"
)


@dataclass(frozen=True)
class Interpreter:
    """A Python that answered.

    Attributes
    ----------
    path
        As it was named.
    real
        The interpreter itself, behind shims and virtual environments.
    version
        Its version: major, minor, micro.
    """

    path: str
    real: str
    version: tuple[int, ...]

    @property
    def is_shim(self) -> bool:
        """Whether `path` is a script that looks for the interpreter each time it is called."""
        try:
            with files.open_regular(Path(self.path)) as file:
                return file.read(2) == b"#!"
        except OSError:
            return False


def ask(path: str) -> Interpreter:
    """Ask an interpreter who it is.

    Raises
    ------
    ClaudesessError
        It does not run, is older than 3.9, or has no SQLite.
    """
    try:
        done = subprocess.run([path, "-I", "-S", "-c", _ASK], capture_output=True, text=True, timeout=20)
        real, version = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        raise ClaudesessError(f"{path}: no Python with SQLite answers there. Name another one.") from None
    if tuple(version) < OLDEST:
        raise ClaudesessError(f"{path}: is Python {'.'.join(map(str, version))}; the collector wants 3.9.")
    return Interpreter(path, real, tuple(version))


def chosen(named: str | None = None) -> str:
    """Return the absolute path of the interpreter to register.

    Parameters
    ----------
    named
        The user's choice; without it, the interpreter of this process, outside its virtual environment: it
        starts faster and is still there when the environment has gone.

    Raises
    ------
    ClaudesessError
        The named interpreter does not serve.
    """
    asked = ask(named or sys.executable)
    return asked.path if named and Path(named).is_absolute() and not asked.is_shim else asked.real
