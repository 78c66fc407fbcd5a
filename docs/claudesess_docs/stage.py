"""Where the commands of pages run: a home of its own, the same on every machine, with a project in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from claudesess import samples
from claudesess_docs import ROOT

HOME = "/home/me"
"""What the home is called in outputs."""

_WIDTH, _WIDEST = 100, 140
_TRANSCRIPTS = ("compaction", "crash")


class Stage:
    """A home with a project ``~/shop``, recorded by hooks, and with transcripts of past sessions.

    Parameters
    ----------
    home
        An empty folder.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self._bin = home / ".local" / "bin"
        self._laid_out()
        self._folder = home / "shop"

    def run(self, command: str) -> str:
        """Run a line as a shell does; return what it prints, errors too, and the home by its usual name."""
        if command.startswith("cd "):
            self._folder = Path(command[3:].strip().replace("~", str(self.home), 1))
            return ""
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=self._folder,
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return self.told(done.stdout)

    def told(self, printed: str) -> str:
        """Return what was printed, free of the machine: its home by another name, no blanks at the ends.

        A bar of progress is left out, which says how fast the machine is; sentences are folded.
        """
        lines = printed.replace(str(self.home), HOME).split("\n")
        return "\n".join(_folded(line) for line in lines if "━" not in line).rstrip("\n")

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Be in the project, and in its home, while Python runs here."""
        before, folder = dict(os.environ), Path.cwd()
        os.environ.update(self._environment())
        time.tzset()
        os.chdir(self.home / "shop")
        try:
            yield
        finally:
            os.chdir(folder)
            os.environ.clear()
            os.environ.update(before)
            time.tzset()

    def _laid_out(self) -> None:
        shop, past = self.home / "shop", self.home / ".claude" / "projects" / "-home-me-calc"
        for folder in (shop, past, self._bin):
            folder.mkdir(parents=True)
        database = shop / ".claude-session.db"
        shutil.copyfile(samples.sample_path("workshop"), database)
        database.chmod(0o600)
        for name in _TRANSCRIPTS:
            shutil.copytree(ROOT / "data" / "samples" / name / "transcripts", past, dirs_exist_ok=True)
        program = self._bin / "claudesess"
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m claudesess "$@"\n', encoding="utf-8")
        program.chmod(0o755)
        interpreter = self._bin / "python"
        interpreter.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
        interpreter.chmod(0o755)

    def _environment(self) -> dict[str, str]:
        return {
            "HOME": str(self.home),
            "PATH": f"{self._bin}:/usr/local/bin:/usr/bin:/bin",
            "PYTHONPATH": f"{ROOT}:{ROOT / 'collector'}",
            "TZ": "UTC",
            "LANG": "C.UTF-8",
            "COLUMNS": str(_WIDTH),
            "NO_COLOR": "1",
            "CLAUDESESS_CACHE": "off",
            # what the user's own environment says of these is not asked
            "XDG_DATA_HOME": str(self.home / ".local" / "share"),
            "XDG_CACHE_HOME": str(self.home / ".cache"),
            "XDG_CONFIG_HOME": str(self.home / ".config"),
            "CLAUDE_CONFIG_DIR": str(self.home / ".claude"),
        }


def _folded(line: str) -> str:
    """Fold what is too long even for a table, as a terminal does, but between words."""
    if len(line) <= _WIDEST:
        return line.rstrip()
    begins = line[: len(line) - len(line.lstrip())]
    return textwrap.fill(
        line, _WIDTH, subsequent_indent=begins, break_long_words=False, break_on_hyphens=False
    )


@contextmanager
def stage() -> Iterator[Stage]:
    """Make a stage, and take it away."""
    with tempfile.TemporaryDirectory() as folder:
        yield Stage(Path(folder).resolve())
