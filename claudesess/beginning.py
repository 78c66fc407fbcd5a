"""How to begin: what brings data where there is none, by what is so now."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from claudesess import text


class Beginning(NamedTuple):
    """Where somebody stands.

    Attributes
    ----------
    is_recording
        Sessions that start in this folder are recorded.
    n_past
        Sessions of the client's transcripts that are in no database yet, or went on since.
    """

    is_recording: bool
    n_past: int

    @property
    def state(self) -> str:
        """Say why there may be nothing."""
        return f"Nothing was recorded here yet.{self._recording}"

    def error_text(self, why: str) -> str:
        """Return the text of an error: that there is nothing, why, and what brings something."""
        return "\n".join((f"{why}{self._recording}", *self.lines))

    @property
    def _recording(self) -> str:
        return " Recording is on: sessions that start now will be here." if self.is_recording else ""

    @property
    def to_import(self) -> str:
        """Say what an import would bring; nothing where it would bring nothing.

        Examples
        --------
        >>> Beginning(False, 1).to_import, Beginning(False, 0).to_import
        ('1 past session waits', '')
        """
        waits = text.named(self.n_past, "waits", "wait")
        return f"{text.count(self.n_past, 'past session')} {waits}" if self.n_past else ""

    @property
    def steps(self) -> tuple[tuple[str, str], ...]:
        """Return commands that bring something to look at, and what each does; none that is done already."""
        imports = (
            ("claudesess start", f"reads past sessions and shows what they say: {self.to_import}")
            if self.n_past
            else ("claudesess import PATH", "reads transcripts that are elsewhere")
        )
        install = ("claudesess install", "records the sessions to come")
        return (
            *((imports,) if self.n_past else ()),
            *(() if self.is_recording else (install,)),
            *(() if self.n_past else (imports,)),
            ("claudesess start --sample", "shows a made-up project"),
        )

    @property
    def lines(self) -> tuple[str, ...]:
        """Return the same as lines for a terminal."""
        return tuple(f"  {command:27}{does}" for command, does in self.steps)


def beginning(
    folder: Path | None = None, environ: Mapping[str, str] = os.environ, home: Path | None = None
) -> Beginning:
    """Look where somebody stands; never raises for what it finds.

    Parameters
    ----------
    folder
        The folder one is in; the working folder when None.
    environ, home
        The environment and the user's folder, which say where the client keeps settings and transcripts.
    """
    at_home = home or Path.home()
    return Beginning(is_recording(folder or Path.cwd(), environ, at_home), _n_past(environ, at_home))


def is_recording(folder: Path, environ: Mapping[str, str], home: Path) -> bool:
    """Say whether sessions that start in a folder are recorded."""
    from claudesess.doctor import registered
    from claudesess.doctor.remarks import Report

    report = Report(str(folder))
    running = registered.look(report, folder, environ, home)
    return bool(running) and not any(remark.about == "disabled" for remark in report.remarks)


def _n_past(environ: Mapping[str, str], home: Path) -> int:
    """Count the sessions that neither the user's data nor their own project's database holds."""
    from claudesess import my_data
    from claudesess.importing.recorded import Recorded
    from claudesess.transcripts import find

    folder = find.default_folder(environ, home)
    if not folder.is_dir():
        return 0
    recorded, own = Recorded(my_data.imported()), Recorded(None)
    return sum(
        not (
            recorded.is_unchanged(session)
            or own.is_unchanged(session)
            or own.first_hook_ms(session) is not None
        )
        for session in find.sessions([folder])[0]
    )
