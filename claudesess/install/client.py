"""The client's version: whether it knows the form in which hooks are registered."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

#: The first version that starts a hook from `command` and `args`, without a shell.
OLDEST = (2, 1, 139)


@dataclass(frozen=True)
class Client:
    """A client that answered.

    Attributes
    ----------
    version
        Its version: `2.1.139`.
    """

    version: str

    @property
    def knows_hooks(self) -> bool:
        """Whether it runs the hooks that are registered."""
        return tuple(map(int, self.version.split("."))) >= OLDEST


def oldest() -> str:
    """Return the oldest version that runs the hooks, as people write it."""
    return ".".join(map(str, OLDEST))


def found(environ: Mapping[str, str]) -> Client | None:
    """Ask the client on PATH for its version; None where there is none, or none that says so."""
    program = shutil.which("claude", path=environ.get("PATH"))
    if program is None:
        return None
    command = [program, "--version"]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=20, env=dict(environ)
        )
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.match(r"\d+\.\d+\.\d+", done.stdout.strip())
    return None if match is None else Client(match.group())
