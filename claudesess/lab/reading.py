"""What is read before anything can be asked: step by step, with how far it is, until somebody stops it."""

from __future__ import annotations

import html
import threading
import time
from collections.abc import Callable, Sequence

from claudesess import text

Step = tuple[str, Callable[[], object]]


class Reading:
    """Steps that are done once, each told before it begins; stopped, they go on with the one that was next.

    Parameters
    ----------
    steps
        What each reads, in words, and what reads it.
    """

    def __init__(self, steps: Sequence[Step]) -> None:
        self._steps = steps
        self._lock = threading.Lock()  # whoever waits goes on where another has stopped
        self._n_done = 0
        self._is_stopped = False
        self._error: Exception | None = None
        self._began_s = time.monotonic()
        self.is_at_work = False

    @property
    def is_done(self) -> bool:
        """Whether all is read."""
        return self._n_done == len(self._steps)

    def stop(self) -> None:
        """End behind the step that is being done."""
        self._is_stopped = True

    def begin(self) -> None:
        """Be at work from now on, where `read` is called a moment later."""
        self._is_stopped, self._error, self.is_at_work = False, None, True

    def read(self) -> None:
        """Do what is not done yet, until it is stopped; what cannot be read is told."""
        self.begin()
        try:
            with self._lock:
                self._began_s = time.monotonic()
                while not (self.is_done or self._is_stopped):
                    self._steps[self._n_done][1]()
                    self._n_done += 1
        except Exception as error:  # beside a notebook nobody would hear of it
            self._error = error
        finally:
            self.is_at_work = False

    def wait(self) -> None:
        """Wait until all is read; what was stopped is read now.

        Raises
        ------
        Exception
            What went wrong.
        """
        while not self.is_done:
            self.read()
            if self._error is not None:
                raise self._error

    def in_words(self, of: str) -> str:
        """Say how far it is, as HTML."""
        if self._error is not None:
            return f"<b>Could not be read:</b> {html.escape(str(self._error))}"
        done = f"{self._n_done} of {len(self._steps)} steps"
        if not self.is_at_work:
            return f"Stopped after {done}. Nothing is asked yet."
        bar = f'<progress aria-label="Reading" max="{len(self._steps)}" value="{self._n_done}"></progress>'
        what = f"Reading {of}: {self._steps[self._n_done][0]}" if not self.is_done else "Answering"
        ends = ", stops behind this step" if self._is_stopped else ""
        return f"{bar} {what} ({done} done, {text.clock(round(time.monotonic() - self._began_s))}{ends})"
