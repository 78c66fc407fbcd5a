"""Other processes of a command: Ctrl-C is for who started them, and none of them outlives it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext


def afresh() -> BaseContext:
    """Return how processes begin that share nothing with this one: on every system alike."""
    return multiprocessing.get_context("spawn")


def copied() -> BaseContext | None:
    """Return how processes begin as copies of this one, which saves them what is loaded here already.

    None where that is not safe: a copy of an engine has its locks and not its threads, and so with any other
    thread; where the system has no copies, or its own libraries bear none.
    """
    is_safe = sys.platform == "linux" and "_duckdb" not in sys.modules and threading.active_count() == 1
    return multiprocessing.get_context("fork") if is_safe else None


def processors() -> int:
    """Return how many processors there are for this process."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def interrupts_wait() -> Iterator[None]:
    """Start processes that do not hear of Ctrl-C while they come up: each would print a traceback of it."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def belong() -> None:
    """Leave Ctrl-C, in a process that was started, to who started it, and end when it is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Leave when the command is gone: nobody else would ever end a process that waits for what to do next."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
