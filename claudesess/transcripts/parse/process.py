"""The client's process behind a session: it starts, changes its version or branch, ends, is started again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from claudesess.transcripts.parse.events import Change, field, version_of

_CLIENT = {"version": "version", "gitBranch": "git_branch"}
_RESUMED = "SessionStart:resume"
_SAME_START_MS = 5000
_SAYS_FORK = (2, 1, 214)  # clients before call a fork a resume


class Process:
    """What is known of the client's process while a session's transcript is read."""

    def __init__(self) -> None:
        self.is_started = False
        self.is_copy = False
        self._started_ms = 0
        self._last_ms = 0
        self._version: object = None
        self._cost: dict[str, Any] | None = None
        self._facts: dict[str, object] = {}

    def cost(self, line: dict[str, Any]) -> None:
        """Take note of the line that the client writes as the last one of a run."""
        self._cost = line

    @property
    def has_ended(self) -> bool:
        """Whether such a line was the last one."""
        return self._cost is not None

    def goes_on(self, line: dict[str, Any], at_ms: int) -> bool:
        """Take note of a line that tells nothing new by its surroundings; False when it may, for `seen`."""
        is_same = (
            self.is_started
            and self._cost is None
            and line.get("version") == self._version
            and line.get("gitBranch") == self._facts.get("git_branch")
            and line.get("type") != "progress"
        )
        if is_same:
            self._last_ms = at_ms
        return is_same

    def seen(self, line: dict[str, Any], at_ms: int) -> Iterator[Change]:
        """Yield what a line tells by its surroundings, before what it tells itself."""
        key = str(line.get("uuid"))
        version = line.get("version") or self._version
        if not self.is_started:
            yield Change("SessionStart", "startup", at_ms, {"source": self._source(line)})
            self._started_ms = at_ms
        elif self._cost is not None:
            yield from self.end(until_ms=at_ms)
            yield from self._resume(key, at_ms)
        elif self._is_taken_up(line, version):
            yield from self._resume(key, at_ms)
        self._cost, self.is_started, self._version, self._last_ms = None, True, version, at_ms
        for name, what in _CLIENT.items():
            value = line.get(name)
            if value and value != self._facts.get(what):
                self._facts[what] = value
                yield Change("client", f"{what}\0{value}", at_ms, {"what": what, "value": value})

    def _source(self, line: dict[str, Any]) -> str:
        """Return how the session began, as the client's hooks say it."""
        if not self.is_copy:
            return "startup"
        return "fork" if version_of(line) >= _SAYS_FORK else "resume"

    def _is_taken_up(self, line: dict[str, Any], version: object) -> bool:
        """Say whether another process goes on: of another version, or one whose start a hook saw."""
        if self._version is not None and version != self._version:
            return True
        return line.get("type") == "progress" and field(line, "data", "hookName") == _RESUMED

    def end(self, until_ms: int | None = None) -> Iterator[Change]:
        """Yield the end of a run: the line with its cost says when it began, and how long it went on."""
        start, took = (self._cost or {}).get("startTime"), (self._cost or {}).get("totalDuration")
        if not isinstance(start, int) or not isinstance(took, (int, float)) or not self.is_started:
            return
        at_ms = max(start + int(took), self._last_ms)
        if until_ms is None or at_ms <= until_ms:
            yield Change("SessionEnd", f"cost\0{start}\0{took}", at_ms, {})

    def _resume(self, key: str, at_ms: int) -> Iterator[Change]:
        if at_ms - self._started_ms > _SAME_START_MS:
            yield Change("SessionStart", key, at_ms, {"source": "resume"})
        self._started_ms = at_ms
