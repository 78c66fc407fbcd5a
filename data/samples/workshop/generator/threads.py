"""A session being played, and the threads in it: the main one, and one for each agent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from . import payloads, shop
from .chance import Chance
from .payloads import Payload
from .plan import AFTER_COMPACTION_S

Fact = dict[str, Any]


@dataclass
class Event:
    """One hook firing, with what it means in plain words for the ledger.

    Attributes
    ----------
    at_ms : int
        When it fires, milliseconds since the epoch.
    payload : dict
        What the hook gets.
    fact : dict
        ``kind`` and what belongs to it; never part of the stream.
    """

    at_ms: int
    payload: Payload
    fact: Fact


@dataclass
class Running:
    """An agent in the background, as its session waits for it."""

    agent: str
    agent_type: str
    description: str
    use_id: str
    ends_ms: int
    status: str
    starts_ms: int = 0


@dataclass
class Session:
    """What one session has and has done so far."""

    id: str
    chance: Chance
    mode: str
    free: list[shop.Item]
    prompt_id: str = ""
    events: list[Event] = field(default_factory=list)
    background: list[Running] = field(default_factory=list)
    started_agents: list[Running] = field(default_factory=list)
    compacted_ms: list[int] = field(default_factory=list)
    unsolved: list[shop.Item] = field(default_factory=list)
    has_to_read: bool = False
    failing: str = ""  # how this turn's closing words call its failing check; "" where they do not
    tasks: int = 0
    calls: int = 0

    def add(self, at_ms: int, payload: Payload, kind: str = "other", **fact: Any) -> None:
        """Note an event. Threads are played one after the other; the order of time is made at the end."""
        self.events.append(Event(at_ms, payload, {"kind": kind} | fact))

    def use_id(self) -> str:
        """Return the id of a new tool call."""
        self.calls += 1
        return f"toolu_{self.id[:4]}{self.calls:04d}"

    def running(self, at_ms: int) -> list[Payload]:
        """Return the list of what runs in the background at a moment."""
        alive = [one for one in self.started_agents if one.starts_ms <= at_ms <= one.ends_ms]
        return [payloads.background_task(one.agent, one.agent_type, one.description) for one in alive]


@dataclass
class Thread:
    """One line of work: what it does happens one after the other.

    Attributes
    ----------
    clock_ms : int
        How far it has got.
    agent, agent_type : str
        Empty on the main thread.
    folder : str
        Where its shell stands, relative to the project.
    deadline_ms : int
        When an agent's time is over.
    read : list of (str, int, int, int)
        What was read: path, lines, and when.
    """

    session: Session
    clock_ms: int
    agent: str = ""
    agent_type: str = ""
    folder: str = ""
    deadline_ms: int = 0
    read: list[tuple[str, int, int, int]] = field(default_factory=list)

    @property
    def chance(self) -> Chance:
        """The session's source of random decisions."""
        return self.session.chance

    @property
    def is_late(self) -> bool:
        """Whether an agent has used up its time."""
        return bool(self.deadline_ms) and self.clock_ms >= self.deadline_ms

    def think(self, median_s: float = 5.0) -> None:
        """Let the model think; agents share what the service gives, so theirs takes longer."""
        self.clock_ms += int(1000 * self.chance.lognormal(median_s * (2.0 if self.agent else 1.0), 0.5))

    def is_after_compaction(self) -> bool:
        """Say whether the main thread's memory was compacted a short while ago."""
        if self.agent or not self.session.compacted_ms:
            return False
        return self.clock_ms - self.session.compacted_ms[-1] <= 1000 * AFTER_COMPACTION_S

    def call(
        self, tool: str, given: Payload, response: Any, took_ms: int, kind: str = "other", **fact: Any
    ) -> str:
        """Play a tool call that succeeds and return its id."""
        self.think()
        self.clock_ms += took_ms + self.chance.whole(3, 40)
        use_id = self.session.use_id()
        payload = payloads.tool_done(self, tool, given, response, took_ms, use_id)
        self.session.add(self.clock_ms, payload, kind, **fact)
        return use_id

    def fail(
        self,
        tool: str,
        given: Payload,
        error: str,
        took_ms: int,
        kind: str = "other",
        *,
        is_interrupt: bool = False,
        **fact: Any,
    ) -> None:
        """Play a tool call that fails."""
        self.think()
        self.clock_ms += took_ms + self.chance.whole(3, 40)
        payload = payloads.tool_failed(self, tool, given, error, took_ms, self.session.use_id(), is_interrupt)
        self.session.add(self.clock_ms, payload, kind, **fact)

    def read_lines(self, path: str, first: int, last: int) -> None:
        """Read a part of a file."""
        absolute, total = f"{shop.PROJECT_DIR}/{path}", shop.long_file(path)
        given: Payload = {"file_path": absolute}
        if (first, last) != (1, total):
            given |= {"offset": first, "limit": last - first + 1}
        response = payloads.read_response(absolute, first, last - first + 1, total)
        self.call("Read", given, response, self.chance.whole(2, 40), "read", path=path, lines=(first, last))
        self.read.append((path, first, last, self.clock_ms))

    def look_at(self, path: str) -> None:
        """Read a file, most often from end to end."""
        total = shop.long_file(path)
        first, last = (1, total) if self.chance.happens(0.6) else (total // 3, total // 3 + 39)
        self.read_lines(path, first, last)

    def edit(self, path: str, old: str, new: str) -> None:
        """Change a line of a file."""
        absolute = f"{shop.PROJECT_DIR}/{path}"
        given, response = payloads.edit_input(absolute, old, new), payloads.edit_response(absolute, old, new)
        fact: Fact = {"path": path, "line": new, "old": old, "operation": "Edit"}
        self.call("Edit", given, response, self.chance.whole(4, 60), "edit", **fact)

    def write(self, path: str, content: str) -> None:
        """Write a new file."""
        absolute = f"{shop.PROJECT_DIR}/{path}"
        given, response = (
            {"file_path": absolute, "content": content},
            payloads.write_response(absolute, content),
        )
        line = content.partition("\n")[0]
        self.call(
            "Write",
            given,
            response,
            self.chance.whole(4, 30),
            "edit",
            path=path,
            line=line,
            operation="Write",
        )

    def shell(
        self, command: str, stdout: str, took_ms: int, why: str, kind: str = "other", **fact: Any
    ) -> None:
        """Run a command that ends well, as far as the client can see."""
        given = {"command": command, "description": why}
        response = payloads.shell_response(stdout, **fact.pop("response", {}))
        self.call("Bash", given, response, took_ms, kind, **fact)
