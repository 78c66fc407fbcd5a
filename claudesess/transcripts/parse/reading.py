"""Read all files of a session side by side, and tell what happened in order of time."""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from operator import attrgetter
from pathlib import Path
from typing import Any

from claudesess import files
from claudesess.transcripts import header
from claudesess.transcripts.find import AgentFile, SessionFiles
from claudesess.transcripts.lines import Reading, text_of
from claudesess.transcripts.parse.events import Event
from claudesess.transcripts.parse.thread import Thread

_AHEAD = 200  # events
QUIET_S = 600  # a file to which nothing was written for so long is not in the middle of a turn


class SessionReading:
    """One reading of a session's files.

    Parameters
    ----------
    session
        The files.
    begin_at
        Where to begin in a file.
    copied
        Ids of lines that another session tells: this one copied them.

    Attributes
    ----------
    readings : list of Reading
        A file each: how far it was read, and its faults.
    """

    def __init__(
        self, session: SessionFiles, begin_at: Callable[[Path], int], copied: Set[str] = frozenset()
    ) -> None:
        self.session = session
        self.readings: list[Reading] = []
        self._copied = copied
        self._begin_at = begin_at
        self._links = {
            agent.about["toolUseId"]: agent.agent_id
            for agent in session.agents
            if isinstance(agent.about.get("toolUseId"), str)
        }
        self._own_file = {agent.agent_id for agent in session.others}
        self._threads: list[tuple[Reading, Thread]] = []
        self._sides: Iterable[Thread] = ()

    def events(self) -> Iterator[Event]:
        """Yield what happened by the files, in order of time."""
        streams = [self._main(self.session.main)] if self.session.main is not None else []
        streams += [self._agent(agent) for agent in self.session.agents]
        streams += [_silent(self._agent(helper)) for helper in self.session.helpers]
        together = streams[0] if len(streams) == 1 else heapq.merge(*streams, key=attrgetter("at_ms"))
        return _in_order(together)

    def answers(self) -> Iterator[Event]:
        """Yield the tokens of all answers, those of the client's own helpers too, once all events were."""
        threads = [thread for _, thread in self._threads] + list(self._sides)
        yield from heapq.merge(*(thread.answers() for thread in threads), key=attrgetter("at_ms"))

    def resume_points(self) -> Iterator[tuple[Path, int, int]]:
        """Yield (file, bytes read, where the next reading begins)."""
        for reading, thread in self._threads:
            yield reading.path, reading.offset, thread.resume_at

    def _thread(self, path: Path, agent_id: str | None, agent_type: str | None) -> tuple[Reading, Thread]:
        begin = self._begin_at(path)
        reading = Reading(path, begin)
        thread = Thread(self.session.session_id, agent_id, agent_type, self._links, self._own_file)
        thread.turn_offset = begin
        self.readings.append(reading)
        self._threads.append((reading, thread))
        return reading, thread

    def _agent(self, agent: AgentFile) -> Iterator[Event]:
        kind = agent.about.get("agentType")
        reading, thread = self._thread(agent.path, agent.agent_id, kind if isinstance(kind, str) else None)
        for offset, line in reading.lines():
            _take_in(thread, reading, offset, line)
            if thread.emitted:
                yield from thread.take()
        thread.finish(_is_quiet(agent.path, thread.at_ms) or agent.about.get("finished") is True)
        yield from thread.take()

    def _main(self, path: Path) -> Iterator[Event]:
        reading, thread = self._thread(path, None, None)
        sides = _Sides(self.session, thread, self._links)
        self._sides = sides.threads.values()
        for offset, line in reading.lines():
            if self._copied and not self._copied.isdisjoint(header.ids(line)):
                thread.skip(line, reading.offset)
                continue
            _take_in(sides if line.get("isSidechain") else thread, reading, offset, line)
            if thread.emitted or sides.emitted:
                yield from sides.take()  # of both
        is_quiet = _is_quiet(path, thread.at_ms)
        thread.finish(is_quiet)
        sides.finish(is_quiet)
        yield from sides.take()


class _Sides:
    """Agents that old clients wrote into the session's own transcript, mostly without their names."""

    def __init__(self, session: SessionFiles, main: Thread, links: Mapping[str, str]) -> None:
        self._session = session
        self._main = main
        self._links = links
        self._own_file = {agent.agent_id for agent in session.others}
        self._agents: dict[str, str] = {}  # line -> agent
        self._helpers: set[str] = set()
        self.emitted: list[Event] = []
        self.threads: dict[str, Thread] = {}

    def read(self, offset: int, line: dict[str, Any]) -> None:
        """Take in a line of a side chain."""
        agent_id = line.get("agentId") or self._of(line)
        if agent_id in self._own_file:  # it has a file of its own
            return
        self._main.begin(line)
        self._agents[str(line.get("uuid"))] = agent_id
        if agent_id not in self.threads:
            self._main.calls.inline.add(agent_id)
            kinds = [
                call.arguments.get("subagent_type")
                for call in self._main.calls.launches()
                if call.id == agent_id
            ]
            kind = next(iter(kinds), None)
            self.threads[agent_id] = Thread(self._session.session_id, agent_id, kind, self._links)
        self.threads[agent_id].read(offset, line)
        self._collect(agent_id)

    def finish(self, is_quiet: bool) -> None:
        """Tell what the end of the file does of them."""
        for agent_id, thread in self.threads.items():
            thread.finish(is_quiet)
            self._collect(agent_id)

    def take(self) -> list[Event]:
        """Return what was emitted since the last time, by the session's own lines too."""
        emitted, self.emitted = self._main.take() + self.emitted, []
        return emitted

    def _collect(self, agent_id: str) -> None:
        """Take what an agent's lines emitted; of the client's own helpers only the tokens count."""
        emitted = self.threads[agent_id].take()
        if agent_id not in self._helpers:
            self.emitted += emitted

    def _of(self, line: dict[str, Any]) -> str:
        """Return the call that launched an agent, by its prompt, as its name; else the chain's first line.

        A chain that no call launched is one of the client's own helpers.
        """
        parent = line.get("parentUuid")
        if parent in self._agents:
            return self._agents[parent]
        message = line.get("message")
        prompt = text_of(message.get("content")) if isinstance(message, dict) else ""
        for call in self._main.calls.launches():
            if call.id not in self.threads and call.arguments.get("prompt") == prompt:
                return call.id
        uuid = str(line.get("uuid"))
        self._helpers.add(uuid)
        return uuid


def _in_order(events: Iterator[Event]) -> Iterator[Event]:
    """Put right what a file tells a little too late: a start by its result, a compaction by its summary."""
    ahead: list[tuple[int, int, Event]] = []
    for number, event in enumerate(events):
        heapq.heappush(ahead, (event.at_ms, number, event))
        if number >= _AHEAD:
            yield heapq.heappop(ahead)[2]
    while ahead:
        yield heapq.heappop(ahead)[2]


def _silent(events: Iterator[Event]) -> Iterator[Event]:
    """Yield nothing of what the client's own helpers did: only their tokens count."""
    for _ in events:
        pass
    yield from ()


def _take_in(reader: Thread | _Sides, reading: Reading, offset: int, line: dict[str, Any]) -> None:
    """Read a line; one of a form that nobody knew is named, and the next one is read."""
    try:
        reader.read(offset, line)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        reading.left_out(offset, f"not understood ({error!r:.200})")


def _is_quiet(path: Path, last_ms: int) -> bool:
    """Say whether nothing was written for a while; a young copy of old lines is old."""
    return time.time() - min(files.changed_at(path), last_ms / 1000) > QUIET_S
