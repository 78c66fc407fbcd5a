"""Several processes that import side by side, each into databases of its own as long as there are enough."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sqlite3
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from claudesess.history import importing
from claudesess.history.find import Session
from claudesess.history.importing import Outcome

_SHARE = 8 << 20  # bytes that a process is given at once: what is asked for one by one is waited for
_AHEAD = 2  # shares: the next one is there when one is done
_N_LOCKS = 32
_WORKERS = 4
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
        tasks, share, n_bytes = self._tasks[database], [], 0
        while tasks and n_bytes < _SHARE:
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
    tasks: Iterable[Task], environ: Mapping[str, str], is_stopped: Callable[[], bool]
) -> Iterator[tuple[Task, list[Outcome]]]:
    """Import tasks in several processes; yield each with what became of its sessions.

    Parameters
    ----------
    tasks
        The largest first.
    environ
        See `importing.import_group`.
    is_stopped
        Asked before a share of the tasks is begun.
    """
    context = multiprocessing.get_context("spawn")
    locks = [context.Lock() for _ in range(_N_LOCKS)]
    waiting = _Waiting(tasks)
    running: dict[Future[list[list[Outcome]]], tuple[int, list[Task]]] = {}
    with ExitStack() as stack:
        pools = [
            stack.enter_context(ProcessPoolExecutor(1, context, initializer=_prepare, initargs=(locks,)))
            for _ in range(max(1, min(_WORKERS, os.cpu_count() or 1)))
        ]

        def give(worker: int) -> None:
            share = [] if is_stopped() else waiting.share(worker)
            if share:
                running[pools[worker].submit(_do, share, environ)] = worker, share

        for worker in [*range(len(pools))] * _AHEAD:
            give(worker)
        while running:
            done, _ = wait(running, timeout=_LOOK_S, return_when=FIRST_COMPLETED)
            for future in done:
                worker, share = running.pop(future)
                give(worker)
                yield from zip(share, future.result(), strict=True)
        wait([pool.submit(_close) for pool in pools])  # side by side, too: what is last emptied takes a while
        for pool in pools:
            pool.shutdown(wait=False)  # nothing is left that they could do to a file


def _prepare(locks: list[Any]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(50_000)  # parsed lines come and go by the thousand, and none of them is a cycle
    _locks.extend(locks)


def _close() -> None:
    importing.recorder().close_all()


def _do(share: list[Task], environ: Mapping[str, str]) -> list[list[Outcome]]:
    return [do(task, environ) for task in share]


def do(task: Task, environ: Mapping[str, str]) -> list[Outcome]:
    """Import a task's sessions; a database that refuses is named, and nothing else is lost."""
    lock = _locks[zlib.crc32(str(task.database).encode()) % _N_LOCKS] if _locks else None
    try:
        return importing.import_group(list(task.sessions), task.database, environ, lock)
    except (OSError, sqlite3.Error) as error:
        fault = f"{task.database}: {error}; nothing was written to it (`claudesess doctor` says more)"
        return [Outcome(one.session_id, one.project_dir, faults=[fault]) for one in task.sessions]
