"""A process beside this one that makes some of the answers: a small report waits for Python alone.

Both read the same tables and take the next measure when they are done with one. What the other process does
not bring is made here.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
from collections.abc import Iterator
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Self

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from claudesess.report.questions import Told
    from claudesess.report.reader import Reader
    from claudesess.store import Store
    from claudesess.store.lent import Lent

#: Of larger data the engine takes the time, which has threads of its own, and what is held twice is much.
MOST_BYTES = 256 << 20


class Job(NamedTuple):
    """What is to be answered, of which tables, for whom."""

    lent: Lent
    reader: Reader
    names: list[str]


class Made(NamedTuple):
    """What is told of a measure, and the answer that it is told of, as `Answer.state`."""

    state: dict[str, Any]
    told: Told


class Helper:
    """The other process: it loads what answers take, and waits for its job."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._next = context.Value("i", 0)
        self._here, there = context.Pipe()
        self._process = context.Process(target=_help, args=(there, self._next), daemon=True)
        self._process.start()
        there.close()
        self._is_asked = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.join()
        self._here.close()

    def begin(self, store: Store, reader: Reader, names: list[str]) -> None:
        """Give it its job, if the store is small."""
        lent = store.lent() if int(store.databases["bytes"].sum()) <= MOST_BYTES else None
        if lent is not None:
            with suppress(OSError):
                self._here.send(Job(lent, reader, names))
                self._is_asked = True

    def share(self, names: list[str]) -> Iterator[str]:
        """Yield what this process is to make: one name after the other, until none is left."""
        return _share(names, self._next) if self._is_asked else iter(names)

    def result(self) -> dict[str, Made]:
        """Wait for what the other process made, by the names of measures; nothing where it came to harm."""
        if self._is_asked:
            with suppress(OSError, EOFError, pickle.UnpicklingError):
                made: dict[str, Made] = self._here.recv()
                return made
        return {}


def is_worth_it() -> bool:
    """Whether there is a second processor for it."""
    return (os.cpu_count() or 1) > 1


def _share(names: list[str], following: Any) -> Iterator[str]:
    while True:
        with following.get_lock():
            place, following.value = following.value, following.value + 1
        if place >= len(names):
            return
        yield names[place]


def _help(there: Connection, following: Any) -> None:
    """Do a job, in the other process."""
    from claudesess.asking.answer import ask
    from claudesess.charts import offline  # noqa: F401  -- charts are drawn here as well
    from claudesess.report import questions
    from claudesess.store import Store

    with suppress(OSError, EOFError, KeyboardInterrupt):  # nobody waits any more
        job: Job = there.recv()
        made = {}
        with Store(job.lent) as store:
            for name in _share(job.names, following):
                answer = ask(store, name)
                told = questions.told(answer, job.reader)
                made[name] = Made(answer.state, told)
        there.send(made)
