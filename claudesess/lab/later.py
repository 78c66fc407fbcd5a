"""Work that is done once, soon after the last of several requests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

_WAIT_S = 0.04


class Later:
    """Does what was asked for last, when nothing else was asked for in the meantime.

    In a notebook requests wait for the kernel's loop, so that one overtaken by the next is never begun. Where
    no loop runs, work is done at once.
    """

    def __init__(self) -> None:
        self._timer: asyncio.TimerHandle | None = None

    def do(self, work: Callable[[], None]) -> None:
        """Do work, unless other work is asked for before it begins."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            work()
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer = loop.call_later(_WAIT_S, work)
