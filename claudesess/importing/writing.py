"""Write past sessions into databases: the collector's own handlers, a few hundred events in a transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from claudesess import files
from claudesess.importing import markers
from claudesess.transcripts.parse.reading import SessionReading

if TYPE_CHECKING:
    from claudesess.transcripts.find import SessionFiles
    from claudesess.transcripts.parse.events import Event

_BATCH = 400
_COUNTED = {
    "PostToolUse": ("n_tool_calls",),
    "PostToolUseFailure": ("n_tool_calls", "n_failures"),
    "refused": ("n_refused",),
    "tool_error": ("n_tool_errors",),
    "PostCompact": ("n_compactions",),
}


@dataclass
class Outcome:
    """What was read of a session, and written.

    Attributes
    ----------
    session_id, project_dir : str
        The session, and where it was started.
    n_lines : int
        Read now.
    n_new : int
        Events that were not in the database.
    n_tool_calls, n_refused, n_tool_errors, n_compactions, n_failures : int
        Event by what was read.
    agents : set of str
        Those that began.
    first_ms, last_ms : int or None
        Span of what was read, milliseconds since the epoch.
    faults : list of str
        Lines that were left out, and why a session could not be written.
    """

    session_id: str
    project_dir: str
    n_lines: int = 0
    n_new: int = 0
    n_tool_calls: int = 0
    n_refused: int = 0
    n_tool_errors: int = 0
    n_compactions: int = 0
    n_failures: int = 0
    agents: set[str] = field(default_factory=set)
    first_ms: int | None = None
    last_ms: int | None = None
    faults: list[str] = field(default_factory=list)
    _seen: set[int] = field(default_factory=set, repr=False)

    def count(self, events: list[Event]) -> None:
        """Add events; what a file holds twice counts once."""
        for event in events:
            name = event.payload["hook_event_name"]
            if name == "SubagentStart":
                self.agents.add(event.payload["agent_id"])
            if name == "PostCompact" and event.payload.get("agent_id"):
                continue  # an agent's compaction is none of the session's
            counted = _COUNTED.get(name)
            if (
                counted is not None
                and (one := hash((name, event.payload["agent_id"], event.key))) not in self._seen
            ):
                self._seen.add(one)
                for quantity in counted:
                    setattr(self, quantity, getattr(self, quantity) + 1)

    def span(self, events: list[Event]) -> None:
        """Widen the span."""
        times = [one.at_ms for one in events]
        before = [ms for ms in (self.first_ms, self.last_ms) if ms is not None]
        if times:
            self.first_ms, self.last_ms = min(times + before), max(times + before)


@cache
def batch_writer_module() -> ModuleType:
    """Return the collector's module that writes the past; from then on it finds secrets in one pass."""
    from claudesess_collector import batch_writer, privacy_secrets

    privacy_secrets.search_with(markers.search)
    return batch_writer


def import_session(
    session: SessionFiles,
    database: Path,
    environ: Mapping[str, str],
    copied: Set[str] = frozenset(),
    root: str = "",
) -> Outcome:
    """Write what is new of a session, whole or not at all.

    Parameters
    ----------
    session
        Its files.
    database
        The project's; it is made when it is not there.
    environ
        ``CLAUDESESS_CONTENT`` and ``HOME`` are looked at.
    copied
        Ids of lines that another session tells.
    root
        Folder below which the project's files are looked up; only replays set it.
    """
    batch_writer = batch_writer_module()
    outcome = Outcome(session.session_id, session.project_dir)
    database.parent.mkdir(parents=True, exist_ok=True)
    place = batch_writer.Place(session.project_dir, environ, root)
    writer = batch_writer.Writer(
        str(database), place, session.session_id, [files.key(path) for path in session.paths]
    )
    reading = SessionReading(session, _begin_at(writer, session), copied)
    stream = reading.events()
    while batch := list(islice(stream, _BATCH)):
        outcome.count(batch)
        outcome.span(batch)
        outcome.n_new += writer.write(batch)
    answers = list(reading.answers())
    outcome.span(answers)
    writer.answered(answers)
    if not writer.finish([(files.key(path), *read) for path, *read in reading.resume_points()]):
        # Its first hook came while it was read: now it is added to what the hooks wrote.
        return import_session(session, database, environ, copied, root)
    outcome.n_lines = sum(one.n_lines for one in reading.readings)
    outcome.faults += [fault for one in reading.readings for fault in one.faults]
    return outcome


def _begin_at(writer: Any, session: SessionFiles) -> Callable[[Path], int]:
    """Return where to begin in a file: after what was read, with the turn that was open then."""
    sizes = {path: files.size(path) for path in session.paths}

    def begin_at(path: Path) -> int:
        size, offset = writer.remembered(files.key(path))
        return 0 if sizes[path] < size else int(offset)  # a smaller one is another file by now

    return begin_at
