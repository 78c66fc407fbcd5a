"""Several processes that import side by side, each into databases of its own as long as there are enough."""

from __future__ import annotations

import gc
import multiprocessing
import signal
import sqlite3
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from claudesess.history import importing
from claudesess.history.find import Session
from claudesess.history.importing import Outcome

_SHARE = 8 << 20  # bytes that a process is given at once: what is asked for one by one is waited for
_SHARE_TASKS = 20  # what is begun is finished, also after Ctrl-C
_AHEAD = 2  # shares: the next one is there when one is done
_N_LOCKS = 32
_LOOK_S = 0.2
_locks: list[Any] = []


@dataclass(frozen=True)
class Task:
    """Sessions that one process reads, one after the other, into one database."""

    sessions: tuple[Session, ...]
    database: Path

    @property
    def n_bytes(self) -> int:
        """Size of their files."""
        return sum(session.n_bytes for session in self.sessions)


class _Waiting:
    """Tasks that nobody has begun, by database."""

    def __init__(self, tasks: Iterable[Task]) -> None:
        self._tasks: dict[Path, deque[Task]] = {}
        for task in tasks:
            self._tasks.setdefault(task.database, deque()).append(task)
        self._held: dict[int, Path] = {}

    def share(self, worker: int) -> list[Task]:
        """Take tasks of one database for a process; none when nothing waits any more."""
        if not self._tasks:
            return []
        database = self._held[worker] = self._database_for(worker)
        tasks, n_bytes = self._tasks[database], 0
        share: list[Task] = []
        while tasks and n_bytes < _SHARE and len(share) < _SHARE_TASKS:
            share.append(tasks.popleft())
            n_bytes += share[-1].n_bytes
        if not tasks:
            del self._tasks[database]
        return share

    def _database_for(self, worker: int) -> Path:
        """Return the process's own database, the next that nobody holds, or the one with the most to do.

        Two that write to one file wait for each other, and read again what the other has changed.
        """
        held = self._held.get(worker)
        if held in self._tasks:
            return held
        free = [database for database in self._tasks if database not in self._held.values()]
        return free[0] if free else max(self._tasks, key=lambda database: len(self._tasks[database]))


def side_by_side(
    tasks: Iterable[Task], environ: Mapping[str, str], is_stopped: Callable[[], bool], n_processes: int
) -> Iterator[tuple[Task, list[Outcome]]]:
    """Import tasks in several processes, this one among them; yield each with what became of its sessions.

    Parameters
    ----------
    tasks
        The largest first.
    environ
        See `importing.import_group`.
    is_stopped
        Asked before a share of the tasks is begun.
    n_processes
        How many; what others do is asked for between two shares of this one's own.
    """
    waiting = _Waiting(tasks)

    def share_for(worker: int) -> list[Task]:
        return [] if is_stopped() else waiting.share(worker)

    with _Crew(n_processes, environ) as crew:
        own = share_for(0)
        for worker in crew.others * _AHEAD:
            crew.give(worker, share_for(worker))
        while own or crew.running:
            yield from zip(own, _do(own, environ), strict=True)
            for worker, share, outcomes in crew.done(0 if own else _LOOK_S):
                crew.give(worker, share_for(worker))
                yield from zip(share, outcomes, strict=True)
            own = share_for(0)
        crew.finish()


class _Crew:
    """The processes besides this one, and what they were given; this one is number 0."""

    def __init__(self, n_processes: int, environ: Mapping[str, str]) -> None:
        context = multiprocessing.get_context("spawn")
        self.others = list(range(1, n_processes))
        self.running: dict[Future[list[list[Outcome]]], tuple[int, list[Task]]] = {}
        self._environ = environ
        self._threshold = gc.get_threshold()
        self._begun: set[int] = set()
        self._is_finished = False
        locks = [context.Lock() for _ in range(_N_LOCKS)] if self.others else []
        self._pools = {
            worker: ProcessPoolExecutor(1, context, initializer=_prepare, initargs=(locks,))
            for worker in self.others
        }
        _begin(locks)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        _close()
        for pool in self._pools.values():  # once all files are closed nobody has to be waited for
            pool.shutdown(wait=not self._is_finished, cancel_futures=True)
        gc.set_threshold(*self._threshold)
        _locks.clear()

    def give(self, worker: int, share: list[Task]) -> None:
        """Have a process do a share, after what it was given before."""
        if share:
            self._begun.add(worker)
            self.running[self._pools[worker].submit(_do, share, self._environ)] = worker, share

    def done(self, wait_s: float) -> Iterator[tuple[int, list[Task], list[list[Outcome]]]]:
        """Yield what was done meanwhile: by whom, which share, what became of it."""
        done, _ = wait(self.running, timeout=wait_s, return_when=FIRST_COMPLETED)
        for future in done:
            yield *self.running.pop(future), future.result()

    def finish(self) -> None:
        """Close all files, side by side, too: what is last emptied takes a while."""
        closing = [self._pools[worker].submit(_close) for worker in self._begun]
        _close()
        wait(closing)
        self._is_finished = True


def _prepare(locks: list[Any]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _begin(locks)


def _begin(locks: list[Any]) -> None:
    gc.set_threshold(50_000)  # parsed lines come and go by the thousand, and none of them is a cycle
    _locks.extend(locks)


def _close() -> None:
    importing.recorder().close_all()


def _do(share: list[Task], environ: Mapping[str, str]) -> list[list[Outcome]]:
    return [_import(task, environ) for task in share]


def _import(task: Task, environ: Mapping[str, str]) -> list[Outcome]:
    """Import a task's sessions; a database that refuses is named, and nothing else is lost."""
    lock = _locks[zlib.crc32(str(task.database).encode()) % _N_LOCKS] if _locks else None
    try:
        return importing.import_group(list(task.sessions), task.database, environ, lock)
    except (OSError, sqlite3.Error) as error:
        fault = f"{task.database}: {error}; nothing was written to it (`claudesess doctor` says more)"
        return [Outcome(one.session_id, one.project_dir, faults=[fault]) for one in task.sessions]
