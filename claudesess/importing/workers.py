"""Several processes that import side by side, each into databases of its own as long as there are enough."""

from __future__ import annotations

import gc
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, ProcessPoolExecutor, wait
from contextlib import suppress
from itertools import cycle
from pathlib import Path
from typing import Any, Self

from claudesess import files, processes
from claudesess.importing import writing
from claudesess.importing.jobs import Job, JobQueue
from claudesess.importing.writing import Outcome
from claudesess.transcripts import copies
from claudesess.transcripts.find import SessionFiles

_AHEAD = 2  # shares: the next one is there when one is done
_PROCESSES = 4
_LOOK_S = 0.2
_LOOKED_AT = ("CLAUDESESS_CONTENT", "HOME")
_stopped: Any = None  # in a process of the crew: whether nothing else is to be begun

Done = Iterator[tuple[Job, list[Outcome]]]


def alone(
    jobs: Iterable[Job], databases: Mapping[Path, str], crew: Crew, is_stopped: Callable[[], bool]
) -> Done:
    """Import jobs one after the other in this process; otherwise as `side_by_side`."""
    for job in jobs:
        if is_stopped():
            break
        yield job, _import(job, crew.environ)
    for database, project_dir in databases.items():
        _settle(database, project_dir, crew.environ)
    _close()


def side_by_side(
    jobs: Iterable[Job], databases: Mapping[Path, str], crew: Crew, is_stopped: Callable[[], bool]
) -> Done:
    """Import jobs in several processes; yield each with what became of its sessions.

    Parameters
    ----------
    jobs
        The largest first.
    databases
        Those to settle, each with its project.
    crew
        The processes.
    is_stopped
        Asked a few times a second: what is being read is finished, nothing else is begun.

    Notes
    -----
    At the end what is long silent is closed, as the start of a session would, and all files are.
    """
    queue = JobQueue(jobs)
    crew.assemble()
    for worker in crew.workers * _AHEAD:
        crew.give(worker, queue.share(worker))
    while crew.running:
        for worker, share, outcomes in crew.done():
            if not crew.is_stopped:
                crew.give(worker, queue.share(worker))
            yield from zip(share, outcomes, strict=False)  # once stopped, no share is done as a whole
        if is_stopped():
            crew.stop()
    crew.finish(databases)


class Crew:
    """The processes, and what they were given; to be used as a context.

    Parameters
    ----------
    environ
        Of it only what `writing.import_session` looks at is handed on.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.workers = list(range(max(1, min(_PROCESSES, processes.processors()))))
        self.running: dict[Future[list[list[Outcome]]], tuple[int, list[Job]]] = {}
        self.environ = {name: environ[name] for name in _LOOKED_AT if name in environ}
        self._begun: set[int] = set()
        self._pools: list[ProcessPoolExecutor] = []
        self._stopped: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pools:
            self.stop()
        for pool in self._pools:
            pool.shutdown(cancel_futures=True)

    def assemble(self) -> None:
        """Make what the processes need: a small import does without, and not all systems have it."""
        if not self._pools:
            context = processes.afresh()
            self._stopped = context.RawValue("b", 0)  # no lock, which one that was killed could hold
            self._pools = [
                ProcessPoolExecutor(1, context, initializer=_prepare, initargs=(self._stopped,))
                for _ in self.workers
            ]

    def start(self) -> None:
        """Have the processes begin before there is anything to do, not with their first shares."""
        self.assemble()
        for pool in self._pools:
            with processes.interrupts_wait():
                pool.submit(_begin)

    @property
    def is_stopped(self) -> bool:
        """Whether nothing else is to be begun."""
        return bool(self._stopped.value)

    def stop(self) -> None:
        """Have all finish what they read, and begin nothing else."""
        self._stopped.value = 1

    def give(self, worker: int, share: list[Job]) -> None:
        """Have a process do a share, after what it was given before."""
        if share:
            self._begun.add(worker)
            with processes.interrupts_wait():
                self.running[self._pools[worker].submit(_do, share, self.environ)] = worker, share

    def done(self) -> Iterator[tuple[int, list[Job], list[list[Outcome]]]]:
        """Yield what was done meanwhile: by whom, which share, what became of it."""
        done, _ = wait(self.running, timeout=_LOOK_S, return_when=FIRST_COMPLETED)
        for future in done:
            yield *self.running.pop(future), future.result()

    def finish(self, databases: Mapping[Path, str]) -> None:
        """Settle and close all files, side by side, too: what is last emptied takes a while."""
        pools = [self._pools[worker] for worker in self._begun]
        jobs = [
            (project, _ask(pool, _settle, *project, self.environ))
            for pool, project in zip(cycle(pools), databases.items(), strict=False)
        ]
        for project, job in jobs:
            if isinstance(job.exception(), BrokenExecutor):  # all was written; what is left is done here
                _settle(*project, self.environ)
            else:
                job.result()
        wait([_ask(pool, _close) for pool in pools])  # who has died has closed his


def _ask(pool: ProcessPoolExecutor, job: Callable[..., None], *arguments: object) -> Future[None]:
    """Submit a job; one that is asked of a process that has died is a job that failed."""
    try:
        return pool.submit(job, *arguments)
    except BrokenExecutor as error:
        failed: Future[None] = Future()
        failed.set_exception(error)
        return failed


def _prepare(stopped: Any) -> None:
    global _stopped
    processes.belong()
    gc.set_threshold(500_000)  # parsed lines come and go by the thousand, and none of them is a cycle
    _stopped = stopped


def _begin() -> None:
    writing.batch_writer_module()


def _do(share: list[Job], environ: Mapping[str, str]) -> list[list[Outcome]]:
    """Import jobs until there is none left, or all are to stop."""
    outcomes = []
    for job in share:
        if _stopped.value:
            break
        outcomes.append(_import(job, environ))
    return outcomes


def _settle(database: Path, project_dir: str, environ: Mapping[str, str]) -> None:
    batch_writer = writing.batch_writer_module()
    if not files.is_regular(database):  # stopped before anything was written
        return
    with suppress(OSError, sqlite3.Error):  # what kept the sessions out was said already
        batch_writer.settle(
            str(database), batch_writer.Place(project_dir, environ), time.time_ns() // 1_000_000
        )


def _close() -> None:
    writing.batch_writer_module().close_all()


def _import(job: Job, environ: Mapping[str, str]) -> list[Outcome]:
    """Import a job's sessions; one that cannot be imported is named, and nothing else is lost."""
    outcomes = []
    earlier = copies.EarlierLines(job.family)
    for session in job.family:
        if session.session_id in job.todo:
            outcomes.append(_import_one(session, job.database, environ, earlier.ids))
        if len(outcomes) == len(job.todo):
            break
        earlier.add(session)
    return outcomes


def _import_one(
    session: SessionFiles, database: Path, environ: Mapping[str, str], copied: Set[str]
) -> Outcome:
    try:
        return writing.import_session(session, database, environ, copied)
    except (OSError, sqlite3.Error) as error:
        fault = f"{database}: {error}; nothing was written to it (`claudesess doctor` says more)"
    except Exception as error:  # nobody thought of it: it is this session's alone
        fault = f"{session.paths[0]}: session {session.session_id}: {error!r}; please report this"
    return Outcome(session.session_id, session.project_dir, faults=[fault])
