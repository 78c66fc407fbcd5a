"""A second process, which works out what the first one has read of a store.

What asks the store stays where it is open; estimates, controls and what is drawn of them ask it nothing. So
the first process reads on, while the second one works out what was read, which is handed over one by one;
where the first has nothing left to read, it takes the rest from the other end. With one processor there is no
second process: the same is done in turns.
"""

from __future__ import annotations

import gc
import importlib
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from claudesess import processes
from claudesess.asking import texts

if TYPE_CHECKING:
    from claudesess.asking.answer import Answer

Made = TypeVar("Made")
_AHEAD = 2  # answers that the second process has: one that it is at, and the next


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
        self._left: deque[tuple[str, Answer]] = deque()
        self._given: list[Given] = []
        self._giving = threading.RLock()  # a thread of the pool hands over, too
        self._made: dict[str, Made] = {}

    def give(self, name: str, answer: Answer) -> None:
        """Have an answer worked out: of the store it asks nothing more."""
        answer.read()
        self._left.append((name, answer))
        self._hand_over()
        if self._pool is None:
            self._take_the_rest()

    def _hand_over(self) -> None:
        """Give the second process so much that it need not wait; the rest may be done here."""
        with self._giving:
            while self._pool is not None and self._left and self._n_given() < _AHEAD:
                name, answer = self._left.popleft()
                try:
                    with processes.interrupts_wait():  # it may have to begin
                        future = self._pool.submit(_work_out, answer, self._also)
                except (RuntimeError, OSError):  # it died, ends, or could not begin: the rest is done here
                    self._pool = None
                    self._left.appendleft((name, answer))
                else:
                    self._given.append(Given(name, answer, future))
                    future.add_done_callback(self._is_done)

    def _n_given(self) -> int:
        return sum(not one.future.done() for one in self._given)

    def _is_done(self, future: Future[Any]) -> None:
        """Hand over the next, whatever this process is at; of a pool that broke nobody may ask anything."""
        self._advance()
        if not future.cancelled() and future.exception() is None:
            self._hand_over()

    def _take_the_rest(self) -> None:
        while True:
            with self._giving:
                if not self._left:
                    return
                name, answer = self._left.pop()
            self._work_out_here(name, answer)
            self._advance()

    def made(self) -> dict[str, Made]:
        """Return what else was made, by name; what the second process has not got is done here."""
        self._take_the_rest()
        for one in self._given:
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
def process(*modules: str, is_worth_it: bool = True) -> Iterator[ProcessPoolExecutor | None]:
    """Have a second process, which is gone at the end, whatever has ended it; None: there is to be none.

    To be called before the store is opened: then it begins as a copy of this one, where the system can, and
    has loaded what this one has. Elsewhere it begins when the first answer is given.

    Parameters
    ----------
    *modules
        What both processes need, loaded once where one is a copy of the other.
    is_worth_it
        False where there is hardly anything to work out: nothing is loaded and nothing begun.
    """
    pool = begun(modules) if is_worth_it and processes.processors() > 1 else None
    try:
        yield pool
    finally:
        if pool is not None:
            pool.shutdown(cancel_futures=True)


def begun(modules: tuple[str, ...]) -> ProcessPoolExecutor | None:
    """Begin the process; None: the system lets nobody have one."""
    from claudesess.asking import answer  # noqa: F401  # with what it takes to work one out

    if processes.copied() is not None:
        for module in modules:
            importlib.import_module(module)
        gc.freeze()  # what is loaded stays: no collection of either process looks at it again
    copied = processes.copied()  # what was loaded may have begun a thread
    try:
        pool = ProcessPoolExecutor(
            1,
            processes.afresh() if copied is None else copied,
            initializer=_prepare,
            initargs=(texts.storage(), gc.get_threshold()[0]),
        )
        if copied is not None:
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
    """Do nothing: the process begins with the first that it is to do."""
