"""A second process, which works out what the first one has read of a store.

What asks the store stays where it is open; estimates, controls and what is drawn of them ask it nothing. So
the first process reads on, while the second one works out what was read; where the first has nothing left to
read, it takes what the second has not begun. With one processor there is no second process: the same is done
in turns.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from claudesess import processes
from claudesess.asking import texts

if TYPE_CHECKING:
    from claudesess.asking.answer import Answer

Made = TypeVar("Made")


class Given(NamedTuple):
    """An answer that was given to the second process, and what will come of it."""

    name: str
    answer: Answer
    future: Future[tuple[dict[str, Any], Any]]


class Both(Generic[Made]):
    """Works out answers in two processes, or in this one.

    Parameters
    ----------
    pool
        The second process; None: there is none.
    also
        What else is made of each answer that is worked out.
    advance
        Called when one is done.
    """

    def __init__(
        self,
        pool: ProcessPoolExecutor | None,
        also: Callable[[Answer], Made] | None,
        advance: Callable[[], object],
    ) -> None:
        self._pool, self._also, self._advance = pool, also, advance
        self._given: list[Given] = []
        self._made: dict[str, Made] = {}

    def give(self, name: str, answer: Answer) -> None:
        """Have an answer worked out: of the store it asks nothing more."""
        answer.read()
        if self._pool is not None:
            try:
                future = self._pool.submit(_work_out, answer, self._also)
            except BrokenExecutor:  # it has died, whatever of: all else is done here
                self._pool = None
            else:
                future.add_done_callback(lambda _: self._advance())
                self._given.append(Given(name, answer, future))
                return
        self._work_out_here(name, answer)
        self._advance()

    def made(self) -> dict[str, Made]:
        """Return what else was made, by name; what the second process has not begun is done here."""
        begun = []
        for one in reversed(self._given):
            if one.future.cancel():
                self._work_out_here(one.name, one.answer)
            else:
                begun.append(one)
        for one in reversed(begun):
            try:
                worked_out, made = one.future.result()
            except BrokenExecutor:
                self._work_out_here(one.name, one.answer)
            else:
                one.answer.take_in(worked_out)
                self._keep(one.name, made)
        return self._made

    def _work_out_here(self, name: str, answer: Answer) -> None:
        self._keep(name, _work_out(answer, self._also)[1])

    def _keep(self, name: str, made: Any) -> None:
        if self._also is not None:
            self._made[name] = made


@contextmanager
def both(also: Callable[[Answer], Made] | None, advance: Callable[[], object]) -> Iterator[Both[Made]]:
    """Work out answers with a second process, which is gone at the end: whatever has ended it."""
    pool = _begun() if processes.processors() > 1 else None
    try:
        yield Both(pool, also, advance)
    finally:
        if pool is not None:
            pool.shutdown(cancel_futures=True)


def _begun() -> ProcessPoolExecutor | None:
    """Start the second process before there is anything to do; None: the system lets nobody have one."""
    given = texts.storage(), gc.get_threshold()[0]
    try:
        pool = ProcessPoolExecutor(1, processes.context(), initializer=_prepare, initargs=given)
        with processes.interrupts_wait():
            pool.submit(_begin)
    except (OSError, ImportError, NotImplementedError):  # as it says where semaphores are lacking
        return None
    return pool


def _work_out(answer: Answer, also: Callable[[Answer], Any] | None) -> tuple[dict[str, Any], Any]:
    return answer.work_out(), None if also is None else also(answer)


def _prepare(storage: str, threshold: int) -> None:
    processes.belong()
    gc.set_threshold(threshold)
    texts.keep(storage)


def _begin() -> None:
    """Come up before there is anything to do."""
