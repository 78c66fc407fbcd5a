"""Import many sessions: several processes, a database per project, whole sessions or none."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from claudesess.importing import workers
from claudesess.importing.jobs import Job
from claudesess.importing.recorded import Recorded
from claudesess.importing.workers import Crew
from claudesess.importing.writing import Outcome
from claudesess.transcripts import copies
from claudesess.transcripts.find import SessionFiles

MUCH = 16 << 20  # bytes; less is read before another process has started


@dataclass(frozen=True)
class Plan:
    """What is to be done.

    Attributes
    ----------
    jobs : tuple of Job
        The largest first.
    databases : dict of Path to str
        All that hold what is wanted, each with its project: at the end they are settled, also where nothing
        is new. An import before may have been killed when all was written but that.
    n_unchanged : int
        Sessions of which nothing new was written since the last import.
    faults : tuple of str
        Sessions that cannot be imported, and why.
    """

    jobs: tuple[Job, ...]
    databases: dict[Path, str]
    n_unchanged: int
    faults: tuple[str, ...]


def plan(
    sessions: Iterable[SessionFiles], into: Path | None, among: Iterable[SessionFiles] | None = None
) -> Plan:
    """Order the work: what is new, by the files that may tell of the same lines.

    Parameters
    ----------
    sessions
        What is wanted.
    into
        Folder for the databases; None: each project's own.
    among
        All that was found, to know what is a copy; None: no more than what is wanted.
    """
    wanted = {session.session_id: session for session in sessions}
    recorded = Recorded(into)
    new = {session_id for session_id, session in wanted.items() if not recorded.is_unchanged(session)}
    homeless = [wanted[one] for one in new if into is None and not Path(wanted[one].project_dir).is_dir()]
    todo = new - {session.session_id for session in homeless}
    families = copies.families(among or wanted.values(), recorded, todo) if todo else []
    jobs = [job for family in families for job in _jobs(family, todo, recorded)]
    faults = [
        f"{session.project_dir}: the project's folder is not there;"
        f" --into keeps session {session.session_id} elsewhere"
        for session in sorted(homeless, key=lambda one: one.session_id)
    ]
    by_start = sorted(wanted.values(), key=lambda one: (one.head.began_at or "", one.session_id))
    return Plan(
        tuple(sorted(jobs, key=lambda job: -job.n_bytes)),
        {recorded.database(session): session.project_dir for session in by_start},
        len(wanted) - len(new),
        tuple(faults),
    )


def _jobs(family: tuple[SessionFiles, ...], todo: set[str], recorded: Recorded) -> Iterator[Job]:
    """Yield what is to be done of a family: a job per project, mostly a single one."""
    for project_dir in dict.fromkeys(session.project_dir for session in family):
        own = [session for session in family if session.project_dir == project_dir]
        named = frozenset(session.session_id for session in own) & todo
        if named:
            yield Job(family, named, recorded.database(own[0]))


def run(todo: Plan, crew: Crew, advance: Callable[[int], None]) -> Iterator[Outcome]:
    """Do it; yield what became of each session as it is done.

    Parameters
    ----------
    todo
        The plan.
    crew
        The processes; they are only used when there is much to do.
    advance
        Told the number of bytes that are done with.

    Notes
    -----
    At an interrupt (Ctrl-C) the sessions that are being read are finished and no other is begun; the next
    import goes on from there.
    """
    n_bytes = sum(job.n_bytes for job in todo.jobs)
    work = workers.alone if n_bytes < MUCH else workers.side_by_side
    with _interruptible() as is_stopped:
        for job, outcomes in work(todo.jobs, todo.databases, crew, is_stopped):
            advance(job.n_bytes)
            yield from outcomes


@contextmanager
def _interruptible() -> Iterator[Callable[[], bool]]:
    """Turn the first Ctrl-C into a wish to stop; a second one interrupts."""
    stopped = False

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal stopped
        if stopped:
            raise KeyboardInterrupt
        stopped = True

    before = signal.signal(signal.SIGINT, note)
    try:
        yield lambda: stopped
    finally:
        signal.signal(signal.SIGINT, before)
