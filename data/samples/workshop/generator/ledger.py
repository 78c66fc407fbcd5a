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
PROMPTS_UNTIL_LEFT = 2
MAIN = ""


@dataclass
class Chain:
    """Failures of one check in one session since its last success.

    A row is `[agent, resolution, is hidden, time, whether it was ever left]`.

    Attributes
    ----------
    name : str
        What people call it by.
    n_prompts : int
        Prompts of people since its last try.
    is_told, is_kept_quiet : bool
        Whether the turn's end handed it to the user, or said nothing of it; the next call takes that back.
    """

    session: str
    check: tuple[str, str]
    category: str
    rows: list[list[Any]] = field(default_factory=list)
    is_closed: bool = False
    name: str = ""
    n_prompts: int = 0
    is_told: bool = False
    is_kept_quiet: bool = False

    @property
    def outcome(self) -> str:
        """How it stands now: fixed once its check has passed, whatever was marked before."""
        return "fixed" if self.is_closed else self.rows[-1][1] or "open"

    @property
    def first_event(self) -> str:
        """What was first seen to happen after a failure."""
        marks = ["abandoned" if row[4] else row[1] for row in self.rows]
        seen = next((mark for mark in marks if mark), "auto_fixed" if self.is_closed else "open")
        return "fixed" if seen == "auto_fixed" else seen

    def mark(self, resolution: str) -> None:
        """Mark the last attempt, unless it has a mark."""
        if self.rows[-1][1] is None:
            self.rows[-1][1] = resolution
            self.rows[-1][4] |= resolution == "abandoned"

    def try_again(self) -> None:
        """Take back that it was left, or that its turn was over."""
        if self.rows[-1][1] == "abandoned" or (self.is_told and self.rows[-1][1] == "escalated_user"):
            self.rows[-1][1] = None
        self.n_prompts, self.is_told, self.is_kept_quiet = 0, False, False

    def go_on(self) -> None:
        """Take back that the turn was over: the thread goes on before anybody answered."""
        if self.is_told and self.rows[-1][1] == "escalated_user":
            self.rows[-1][1] = None
        self.is_told = self.is_kept_quiet = False


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


@dataclass(frozen=True)
class Edit:
    """A line that was put in the place of another."""

    at_ms: int
    agent: str
    path: str
    line: str
    old: str | None


class Ledger:
    """The state of the whole project, event by event."""

    def __init__(self) -> None:
        self.chains: list[Chain] = []
        self.rejected: list[Rejected] = []
        self.agents: dict[str, Agent] = {}
        self.files: dict[str, list[str]] = {}
        self.tasks: dict[str, dict[str, tuple[str, str]]] = {}
        self.compacted: dict[str, list[int]] = {}
        self.heard: dict[str, int] = {}
        self._passed: dict[str, list[tuple[int, str]]] = {}
        self._open: dict[tuple[str, tuple[str, str]], Chain] = {}
        self._edits: dict[str, list[Edit]] = {}
        self._runs: dict[tuple[str, tuple[str, str]], int] = {}

    def see(self, events: Iterable[Event]) -> Ledger:
        """Take in events, in the order of time."""
        for event in events:
            agent = self.agents.get(event.payload.get("agent_id", MAIN))
            if agent is not None:
                agent.seen_ms = event.at_ms
            if event.payload["hook_event_name"].startswith("PostToolUse") and "agent_id" not in event.payload:
                for chain in self.open_chains(event.payload["session_id"]):
                    chain.go_on()
            handler = getattr(self, f"_see_{event.fact['kind']}", None)
            if handler is not None:
                handler(event, event.payload["session_id"], event.payload.get("agent_id", MAIN))
            self.heard[event.payload["session_id"]] = event.at_ms
        return self

    def open_chains(self, session: str) -> list[Chain]:
        """Return the session's chains that are open."""
        return [chain for (owner, _), chain in self._open.items() if owner == session]

    def _see_check(self, event: Event, session: str, agent: str) -> None:
        fact, key = event.fact, (session, event.fact["check"])
        began_ms = event.at_ms - event.payload["duration_ms"]
        if fact["ok"]:
            self._pass(key)
            self._passed.setdefault(session, []).append((began_ms, fact["over"]))
        else:
            if fact["ran"] and fact["category"] in REJECTING:
                self._reject(event, key, agent, began_ms)
            if key not in self._open:
                self._open[key] = Chain(session, fact["check"], fact["category"], name=fact["name"])
                self.chains.append(self._open[key])
            chain = self._open[key]
            if chain.rows:
                chain.try_again()
            chain.rows.append([agent, None, fact["hidden"], event.at_ms, False])
        if fact["ran"] and fact["category"] in REJECTING:
            self._runs[key] = began_ms

    def _pass(self, key: tuple[str, tuple[str, str]]) -> None:
        chain = self._open.pop(key, None)
        if chain is not None:
            chain.is_closed = True
            chain.try_again()
            chain.mark("auto_fixed")
        own = [one for one in self.rejected if (one.session, one.check) == key]
        innocent = [one for one in own if one.is_relevant and self._stands(one)]
        self.rejected = [one for one in self.rejected if not any(one is other for other in innocent)]
        for one in own:
            one.is_relevant = False

    def _stands(self, one: Rejected) -> bool:
        """Say whether a line stands as it was put there, though its check failed: it was not at fault."""
        edits = [edit for edit in self._edits.get(one.session, []) if edit.path == one.path]
        put_at = max(edit.at_ms for edit in edits if edit.line == one.line and edit.at_ms <= one.at_ms)
        return not any(edit.old == one.line and edit.at_ms > put_at for edit in edits)

    def _reject(self, event: Event, key: tuple[str, tuple[str, str]], agent: str, began_ms: int) -> None:
        session, check = key
        fact, family = event.fact, self._family(agent) if event.fact["is_named"] else {agent}
        edits = [
            (edit.path, edit.line)
            for edit in self._edits.get(session, [])
            if self._since(key, fact) < edit.at_ms <= began_ms
            and edit.agent in family
            and (fact["blamed"] is None or edit.path in fact["blamed"])
            and not any(at >= edit.at_ms and over == edit.path for at, over in self._passed.get(session, []))
            and self._is_tested(session, edit, began_ms)
        ]
        twins = [one for one in self.rejected if (one.session, one.check) == key]
        compacted = self.compacted.get(session, [])
        for path, line in edits[-MOST_APPROACHES:]:
            earlier = [one.at_ms for one in twins if (one.path, one.line) == (path, line)]
            made = Rejected(session, check, path, line, event.at_ms, is_repeat=bool(earlier))
            made.is_repeat_after_compaction = any(min(earlier) < at_ms for at_ms in compacted if earlier)
            self.rejected.append(made)

    def _since(self, key: tuple[str, tuple[str, str]], fact: dict[str, Any]) -> int:
        """Return since when edits are put to the test: the check's last run; any's, if it blames no file."""
        if fact["blamed"] is None:
            return max((at_ms for (session, _), at_ms in self._runs.items() if session == key[0]), default=-1)
        return self._runs.get(key, -1)

    def _is_tested(self, session: str, edit: Edit, began_ms: int) -> bool:
        """Say whether an edit's line stood there when the check ran, and was not what had been there."""
        others = [
            one
            for one in self._edits[session]
            if (one.path, one.old) == (edit.path, edit.line) and one.at_ms <= began_ms
        ]
        if any(one.at_ms > edit.at_ms for one in others):
            return False
        was_rejected = any(
            (one.session, one.path, one.line) == (session, edit.path, edit.line) for one in self.rejected
        )
        return was_rejected or not others

    def _family(self, agent: str) -> set[str]:
        family, before = {agent}, 0
        while len(family) > before:
            before = len(family)
            family |= {name for name, one in self.agents.items() if one.parent in family}
        return family

    def _see_edit(self, event: Event, session: str, agent: str) -> None:
        fact = event.fact
        self.files.setdefault(session, []).append(fact["path"])
        edit = Edit(event.at_ms, agent, fact["path"], fact["line"], fact.get("old"))
        self._edits.setdefault(session, []).append(edit)

    def _see_research(self, event: Event, session: str, agent: str) -> None:
        self._escalate(session, agent, "escalated_research", event.fact["about"])

    def _see_ask(self, event: Event, session: str, agent: str) -> None:
        self._escalate(session, agent, "escalated_user", event.fact["about"])

    def _escalate(self, session: str, agent: str, how: str, about: str) -> None:
        for chain in self.open_chains(session):
            if chain.rows[-1][0] == agent and chain.name == about and not chain.n_prompts:
                chain.mark(how)

    def _see_stop(self, event: Event, session: str, agent: str) -> None:
        name = event.fact["name"]
        for chain in self.open_chains(session):
            chain.go_on()
            if chain.rows[-1][0] != MAIN:
                continue
            # Words that admit a failure are about all of this turn's; of earlier ones, what they name.
            if name and (chain.name == name or not chain.n_prompts):
                chain.is_told = chain.rows[-1][1] is None
                chain.mark("escalated_user")
            else:
                chain.is_kept_quiet = True

    def _see_prompt(self, event: Event, session: str, agent: str) -> None:
        for chain in self.open_chains(session):
            if not event.fact["human"]:
                chain.go_on()
            elif chain.rows[-1][0] == MAIN:
                chain.n_prompts += 1
                if chain.n_prompts >= PROMPTS_UNTIL_LEFT or chain.is_kept_quiet:
                    chain.mark("abandoned")
                chain.is_told = chain.is_kept_quiet = False

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
        for chain in self._open.values():
            is_silent = event.at_ms - max(chain.rows[-1][3], self.heard[chain.session]) > DAY_MS
            # The record ends in the middle of a turn: nobody knows what became of what it tried.
            is_mid_turn = chain.rows[-1][0] == MAIN and not chain.n_prompts and not chain.is_kept_quiet
            if is_silent and not is_mid_turn:
                chain.mark("abandoned")

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
