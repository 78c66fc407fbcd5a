"""Work that is done once, soon after the last of several requests; and long work that holds nobody up."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

_WAIT_S = 0.04
_Long = tuple[Callable[[], Any], Callable[[Any], None]]


def is_in_a_loop() -> bool:
    """Say whether a loop runs that does work later, as in a notebook."""
    return _loop() is not None


def _loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


class Later:
    """Does what was asked for last, when nothing else was asked for in the meantime.

    In a notebook requests wait for the kernel's loop, so that one overtaken by the next is never begun, and
    long work is done beside it, one at a time. Where no loop runs, work is done at once.
    """

    def __init__(self) -> None:
        self._timer: asyncio.TimerHandle | None = None
        self._is_at_work = False
        self._asked: _Long | None = None

    def do(self, work: Callable[[], None]) -> None:
        """Do work, unless other work is asked for before it begins."""
        if (loop := _loop()) is None:
            work()
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer = loop.call_later(_WAIT_S, work)

    def every_second(self, work: Callable[[], None], is_wanted: Callable[[], bool]) -> None:
        """Do short work now, and every second as long as it is wanted."""
        work()
        if is_wanted():
            asyncio.get_running_loop().call_later(1.0, self.every_second, work, is_wanted)

    def beside(self, work: Callable[[], Any], then: Callable[[Any], None]) -> None:
        """Do long work, while which other requests are heard, and `then` say what came of it."""
        if (loop := _loop()) is None:
            then(work())
            return
        self._asked = work, then
        if not self._is_at_work:
            self._begin(loop)

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._asked is None:
            return
        (work, then), self._asked, self._is_at_work = self._asked, None, True

        def done(*results: Any) -> None:
            self._is_at_work = False
            for result in results:
                then(result)
            self._begin(loop)

        def run() -> None:
            results: list[Any] = []
            try:
                results.append(work())
            finally:  # what fails is told by the thread, and the next is done all the same
                try:
                    loop.call_soon_threadsafe(done, *results)
                except RuntimeError:  # the loop has ended
                    self._is_at_work = False

        # a daemon: a kernel that ends waits for nothing
        threading.Thread(target=run, daemon=True).start()
