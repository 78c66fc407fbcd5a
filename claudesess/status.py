"""What is there, in five lines: recording or not, the data, its span, a finding, what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

from claudesess import my_data
from claudesess.beginning import Beginning, beginning
from claudesess.errors import ClaudesessError, NothingFoundError

if TYPE_CHECKING:
    from claudesess.store import Store

_NONE = "none yet"
_ORIGINS = {"project": "this project", "imported": "what was imported", "given": "", "sample": "the sample"}


def lines(project: Path, environ: Mapping[str, str], home: Path) -> list[str]:
    """Say what is there; never raises for want of data.

    Parameters
    ----------
    project
        The folder one is in.
    environ, home
        The environment and the user's folder, which say where the client's settings are.
    """
    now = beginning(project, environ, home)
    recording = (
        "Sessions that start here are recorded." if now.is_recording else "Sessions are not recorded here."
    )
    more = f"; {now.to_import} for an import" if now.to_import else ""
    try:
        data = my_data.find(folder=project)
    except NothingFoundError:
        return [
            f"Recording:  {recording}",
            "Data:       none yet",
            f"Sessions:   {_NONE}{more}",
            f"Finding:    {_NONE}",
            f"Next:       {_first_steps(now)}",
        ]
    from claudesess import open_store

    try:
        with open_store(*data.paths) as store:
            sessions, found = _sessions(store), _finding(store)
    except ClaudesessError as error:
        sessions, found = "not known", str(error).partition("\n")[0]
    further = (
        "claudesess report"
        + ("; claudesess import, to read the past ones" if now.to_import else "")
        + ("" if now.is_recording else "; claudesess install, to record more")
    )
    return [
        f"Recording:  {recording}",
        f"Data:       {_ORIGINS[data.origin]}, {', '.join(data.paths)}",
        f"Sessions:   {sessions}{more}",
        f"Finding:    {found}",
        f"Next:       {_first_steps(now) if sessions == _NONE else further}",
    ]


def _first_steps(now: Beginning) -> str:
    return "; ".join(" ".join(step) for step in now.steps[:2])


def _sessions(store: Store) -> str:
    from pandas import isna

    from claudesess import frames, text

    sessions = frames.sessions(store)
    if sessions.empty:
        return _NONE
    n, first, last = len(sessions), sessions["started_at"].min(), sessions["last_seen_at"].max()
    if isna(first) or isna(last):
        return f"{text.count(n, 'session')}, when is not known"
    days = list(dict.fromkeys((f"{first:%-d %b %Y}", f"{last:%-d %b %Y}")))
    span = f"from {' to '.join(days)}" if len(days) > 1 else f"on {days[0]}"
    return f"{text.count(n, 'session')} {span}"


def _finding(store: Store) -> str:
    from claudesess import text
    from claudesess.report.look_at import look_at
    from claudesess.report.ranking import found
    from claudesess.report.reader import Reader

    first = next(iter(found(store)), None)
    if first is not None:
        return f"{first.statement.title}. {first.costs} Next: {first.step}"
    look = next(iter(look_at(store, Reader(UTC))), None)
    if look is None:
        return _NONE
    what = f": {text.shortened(look.text, 60)}" if look.text else ""
    return (
        f"none yet. Look at session {look.session_id[:8]}: {look.reason[:1].lower()}{look.reason[1:]}{what}"
    )
