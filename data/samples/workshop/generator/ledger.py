"""What is true of the story: the project's rules of meaning, applied to plain facts instead of payloads.

It is the second opinion that the database is checked against, and what the summaries of compactions name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .threads import Event

DAY_MS = 86_400_000
RELEVANT_MS = 7 * DAY_MS
MOST_APPROACHES = 20
REJECTING = ("test", "lint", "type", "build")
MAIN = ""


@dataclass
class Chain:
    """Failures of one check in one session since its last success.

    A row is `[agent, resolution, is hidden, time]`.
    """

    session: str
    check: tuple[str, str]
    category: str
    rows: list[list[Any]] = field(default_factory=list)
    is_closed: bool = False

    @property
    def outcome(self) -> str:
        """How it stands now: fixed once its check has passed, whatever was marked before."""
        return "fixed" if self.is_closed else self.rows[-1][1] or "open"

    @property
    def first_event(self) -> str:
        """What was first seen to happen after a failure."""
        seen = next((row[1] for row in self.rows if row[1]), "auto_fixed" if self.is_closed else "open")
        return "fixed" if seen == "auto_fixed" else seen

    def mark(self, resolution: str) -> None:
        """Mark the last attempt, unless it has a mark."""
        self.rows[-1][1] = self.rows[-1][1] or resolution


@dataclass
class Rejected:
    """An edit that a failing run put to the test."""

    session: str
    check: tuple[str, str]
    path: str
    line: str
    at_ms: int
    is_relevant: bool = True
    is_repeat: bool = False
    is_repeat_after_compaction: bool = False


@dataclass
class Agent:
    """One spawned agent."""

    session: str
    type: str
    spawned_ms: int
    parent: str | None = None
    task: str = ""
    status: str = "running"
    ended_ms: int | None = None
    seen_ms: int = 0


class Ledger:
    """The state of the whole project, event by event."""

    def __init__(self) -> None:
        self.chains: list[Chain] = []
        self.rejected: list[Rejected] = []
        self.agents: dict[str, Agent] = {}
        self.files: dict[str, list[str]] = {}
        self.tasks: dict[str, dict[str, tuple[str, str]]] = {}
        self.compacted: dict[str, list[int]] = {}
        self._open: dict[tuple[str, tuple[str, str]], Chain] = {}
        self._edits: dict[str, list[tuple[int, str, str, str]]] = {}
        self._runs: dict[tuple[str, tuple[str, str]], int] = {}

    def see(self, events: Iterable[Event]) -> Ledger:
        """Take in events, in the order of time."""
        for event in events:
            agent = self.agents.get(event.payload.get("agent_id", MAIN))
            if agent is not None:
                agent.seen_ms = event.at_ms
            handler = getattr(self, f"_see_{event.fact['kind']}", None)
            if handler is not None:
                handler(event, event.payload["session_id"], event.payload.get("agent_id", MAIN))
        return self

    def open_chains(self, session: str) -> list[Chain]:
        """Return the session's chains that are open."""
        return [chain for (owner, _), chain in self._open.items() if owner == session]

    def _see_check(self, event: Event, session: str, agent: str) -> None:
        fact, key = event.fact, (session, event.fact["check"])
        began_ms = event.at_ms - event.payload["duration_ms"]
        if fact["ok"]:
            self._pass(key)
        else:
            if fact["ran"] and fact["category"] in REJECTING:
                self._reject(event, key, agent, began_ms)
            if key not in self._open:
                self._open[key] = Chain(session, fact["check"], fact["category"])
                self.chains.append(self._open[key])
            rows = self._open[key].rows
            if rows and rows[-1][1] == "abandoned":
                rows[-1][1] = None
            rows.append([agent, None, fact["hidden"], event.at_ms])
        self._runs[key] = began_ms

    def _pass(self, key: tuple[str, tuple[str, str]]) -> None:
        chain = self._open.pop(key, None)
        if chain is not None:
            chain.is_closed = True
            if chain.rows[-1][1] in (None, "abandoned"):
                chain.rows[-1][1] = "auto_fixed"
        for one in self.rejected:
            if (one.session, one.check) == key:
                one.is_relevant = False

    def _reject(self, event: Event, key: tuple[str, tuple[str, str]], agent: str, began_ms: int) -> None:
        session, check = key
        since = self._runs.get(key, -1)
        family = self._family(agent)
        edits = [
            (path, line)
            for at_ms, editor, path, line in self._edits.get(session, [])
            if since < at_ms <= began_ms and (agent == MAIN or editor in family)
        ]
        twins = [one for one in self.rejected if (one.session, one.check) == key]
        compacted = self.compacted.get(session, [])
        for path, line in edits[-MOST_APPROACHES:]:
            earlier = [one.at_ms for one in twins if (one.path, one.line) == (path, line)]
            made = Rejected(session, check, path, line, event.at_ms, is_repeat=bool(earlier))
            made.is_repeat_after_compaction = any(min(earlier) < at_ms for at_ms in compacted if earlier)
            self.rejected.append(made)

    def _family(self, agent: str) -> set[str]:
        family, before = {agent}, 0
        while len(family) > before:
            before = len(family)
            family |= {name for name, one in self.agents.items() if one.parent in family}
        return family

    def _see_edit(self, event: Event, session: str, agent: str) -> None:
        fact = event.fact
        self.files.setdefault(session, []).append(fact["path"])
        self._edits.setdefault(session, []).append((event.at_ms, agent, fact["path"], fact["line"]))

    def _see_research(self, event: Event, session: str, agent: str) -> None:
        self._escalate(session, agent, "escalated_research")

    def _see_ask(self, event: Event, session: str, agent: str) -> None:
        self._escalate(session, agent, "escalated_user")

    def _escalate(self, session: str, agent: str, how: str) -> None:
        own = [chain for chain in self.chains if chain.session == session and chain.rows[-1][0] == agent]
        still = [chain for chain in own if not chain.is_closed]
        if still:
            max(still, key=lambda chain: chain.rows[-1][3]).mark(how)

    def _see_stop(self, event: Event, session: str, agent: str) -> None:
        for chain in self.open_chains(session):
            if chain.rows[-1][0] == MAIN:
                chain.mark("escalated_user")

    def _see_agent(self, event: Event, session: str, agent: str) -> None:
        fact = event.fact
        child = self.agents.setdefault(fact["id"], Agent(session, fact["type"], event.at_ms))
        child.parent, child.task = agent, fact["task"]
        self._see_research(event, session, agent)

    def _see_agent_start(self, event: Event, session: str, agent: str) -> None:
        child = self.agents.setdefault(event.fact["id"], Agent(session, event.fact["type"], event.at_ms))
        child.spawned_ms = child.seen_ms = event.at_ms

    def _see_agent_stop(self, event: Event, session: str, agent: str) -> None:
        self._end(agent, event.fact["status"], event.at_ms)

    def _end(self, agent: str, status: str, at_ms: int) -> None:
        ended = self.agents[agent]
        ended.status, ended.ended_ms = status, at_ms
        for chain in self.open_chains(ended.session):
            if chain.rows[-1][0] == agent:
                chain.mark("abandoned")

    def _see_start(self, event: Event, session: str, agent: str) -> None:
        for one in self.rejected:
            one.is_relevant &= event.at_ms - one.at_ms <= RELEVANT_MS
        for name, other in self.agents.items():
            if other.status == "running" and event.at_ms - other.seen_ms > DAY_MS:
                self._end(name, "aborted_stale", other.seen_ms)

    def _see_end(self, event: Event, session: str, agent: str) -> None:
        for name, other in self.agents.items():
            if other.session == session and other.status == "running":
                self._end(name, "aborted_stale", other.seen_ms)
        for chain in self.open_chains(session):
            chain.mark("abandoned")

    def _see_compacted(self, event: Event, session: str, agent: str) -> None:
        self.compacted.setdefault(session, []).append(event.at_ms)

    def _see_task(self, event: Event, session: str, agent: str) -> None:
        self.tasks.setdefault(session, {})[event.fact["task"]] = (event.fact["subject"], event.fact["status"])
