"""Count what transcripts say and what the databases hold, side by side: they agree, or the reason has a name.

The transcripts are read here by themselves, line by line, and not through what imports them.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from dataclasses import field as field_of
from pathlib import Path
from typing import Any

from rich.table import Table

from claudesess.importing.recorded import Recorded
from claudesess.transcripts import copies, header
from claudesess.transcripts.find import SessionFiles
from claudesess.transcripts.lines import Reading, text_of
from claudesess.transcripts.parse.events import AGENTS, field

_KINDS = ("input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")
_STORED = ("input", "output", "cache_read", "cache_write")
_HOOKS_ONLY = "hooks alone told of {} (of their own, or the transcript is gone)"


@dataclass
class Count:
    """One quantity of one session on both sides.

    Attributes
    ----------
    said, held : int
        By the transcripts, and in the database.
    explained : dict of str to int
        Parts of `held` minus `said`, by reason.
    """

    said: int = 0
    held: int = 0
    explained: dict[str, int] = field_of(default_factory=dict)

    @property
    def open_difference(self) -> int:
        """What no reason explains."""
        return self.held - self.said - sum(self.explained.values())


@dataclass
class Line:
    """The counts of one session."""

    session_id: str
    counts: dict[str, Count]

    @property
    def is_closed(self) -> bool:
        """Whether every difference has a reason."""
        return not any(count.open_difference for count in self.counts.values())


@dataclass
class _Said:
    """What the transcripts of a session say."""

    calls: dict[str, bool] = field_of(default_factory=dict)  # call with a result -> whether that is an error
    asked: set[str] = field_of(default_factory=set)
    launches: set[str] = field_of(default_factory=set)
    prompts: set[str] = field_of(default_factory=set)
    agents: set[str] = field_of(default_factory=set)
    summaries: int = 0
    tokens: dict[str, int] = field_of(default_factory=dict)


def compare(
    sessions: Iterable[SessionFiles], into: Path | None, among: Iterable[SessionFiles] | None = None
) -> list[Line]:
    """Compare each session with the database that it was imported into.

    Parameters
    ----------
    sessions
        What was imported.
    into
        As it was imported: a folder of databases, or None for each project's own.
    among
        All that was found, to know what is a copy; None: no more than what was imported.

    Returns
    -------
    list of Line
        One per session; a session whose database is missing holds nothing.
    """
    wanted = {session.session_id: session for session in sessions}
    known = Recorded(into)
    lines = []
    for family in copies.families(among or wanted.values(), known, wanted.keys()):
        told = copies.EarlierLines(family)
        for session in family:
            if session.session_id in wanted:
                held = _Held(known.database(session), session.session_id)
                lines.append(Line(session.session_id, _counts(_read(session, told.ids), held)))
            if session is not family[-1]:
                told.add(session)
    return lines


def _counts(said: _Said, held: _Held) -> dict[str, Count]:
    ids = {call for call in said.calls if call in said.asked}
    orphans = {"its call is not in the transcript": -len(said.calls.keys() - said.asked)}
    hooks_only = len(held.calls - said.calls.keys())
    calls = Count(len(said.calls), len(held.calls) + held.n_refused)
    calls.explained = {**orphans, _HOOKS_ONLY.format("a call"): hooks_only}
    failed = Count(sum(said.calls[call] for call in ids), held.n_failed + held.n_refused)
    failed.explained = {_HOOKS_ONLY.format("a failure"): len(held.failed - said.calls.keys())}
    agents = Count(len(said.agents), len(held.agents))
    agents.explained = {_HOOKS_ONLY.format("an agent"): len(held.agents_by_hooks - said.agents)}
    compactions = Count(said.summaries, held.n_compactions)
    compactions.explained = {_HOOKS_ONLY.format("a compaction"): max(held.n_by_hooks - said.summaries, 0)}
    tokens = Count(sum(said.tokens.values()), held.n_tokens)
    found = {
        "tool calls": calls,
        "failed or refused": failed,
        "agents": agents,
        "compactions": compactions,
        "tokens": tokens,
    }
    for count in found.values():
        count.explained = {reason: n for reason, n in count.explained.items() if n}
    return found


def _read(session: SessionFiles, before: set[str]) -> _Said:
    """Read all lines of a session; those that another session told already are its copies."""
    said = _Said(agents={agent.agent_id for agent in session.agents})
    links = {str(agent.about.get("toolUseId")): agent.agent_id for agent in session.agents}
    helpers = {helper.path for helper in session.helpers}
    chains: set[str] = set()
    for path in session.paths:
        for _, line in Reading(path).lines():
            if before and not before.isdisjoint(header.ids(line)):
                continue
            if path in helpers or _is_helper(said, line, chains):
                _count_tokens(said, line)
            else:
                _count(said, line, links, is_main=path == session.main)
    return said


def _count(said: _Said, line: dict[str, Any], links: dict[str, str], is_main: bool) -> None:
    message = line.get("message")
    if not isinstance(message, dict):
        return
    said.summaries += bool(is_main and line.get("isCompactSummary"))
    for block in _blocks(message):
        if block.get("type") == "tool_use":
            said.asked.add(str(block.get("id")))
            if block.get("name") in AGENTS:
                said.launches.add(str(block.get("id")))
                said.prompts.add(str(field(block, "input", "prompt")))
        elif block.get("type") == "tool_result":
            said.calls[str(block.get("tool_use_id"))] = block.get("is_error") is True
            if block.get("tool_use_id") in said.launches and block.get("is_error") is not True:
                said.agents.add(_launched(line, block, links))
    _count_tokens(said, line)


def _count_tokens(said: _Said, line: dict[str, Any]) -> None:
    usage = field(line, "message", "usage")
    if isinstance(usage, dict) and field(line, "message", "model") != "<synthetic>":
        total = sum(int(usage.get(kind) or 0) for kind in _KINDS)
        said.tokens[str(field(line, "message", "id"))] = total


def _is_helper(said: _Said, line: dict[str, Any], chains: set[str]) -> bool:
    """Say whether a line is of a side chain that no call launched, among the others as old clients did."""
    if not line.get("isSidechain") or line.get("agentId"):
        return False
    is_root = line.get("parentUuid") is None
    launched = is_root and text_of(field(line, "message", "content")) in said.prompts
    if launched or (not is_root and line.get("parentUuid") not in chains):
        return False
    chains.add(str(line.get("uuid")))
    return True


def _launched(line: dict[str, Any], block: dict[str, Any], links: dict[str, str]) -> str:
    """Return the agent that a call launched; the oldest clients give it no other name than the call's."""
    told = line.get("toolUseResult")
    named = told.get("agentId") if isinstance(told, dict) else None
    found = re.search(r"^agentId: (\w+)", text_of(block.get("content")), re.MULTILINE)
    call_id = str(block.get("tool_use_id"))
    return str(named or links.get(call_id) or (found[1] if found else call_id))


def _blocks(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
    content = message.get("content")
    yield from (block for block in (content if isinstance(content, list) else ()) if isinstance(block, dict))


class _Held:
    """What a database holds of a session."""

    def __init__(self, database: Path, session_id: str) -> None:
        self.calls: set[str] = set()
        self.failed: set[str] = set()
        self.agents: set[str] = set()
        self.agents_by_hooks: set[str] = set()
        self.n_refused = self.n_compactions = self.n_by_hooks = self.n_tokens = 0
        if database.is_file():
            with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
                self._read(connection, session_id)

    @property
    def n_failed(self) -> int:
        """Calls that failed, or were torn down."""
        return len(self.failed)

    def _read(self, connection: sqlite3.Connection, session_id: str) -> None:
        events = "SELECT event_type, payload_summary FROM hook_events WHERE session_id = ?"
        for kind, summary in connection.execute(events, (session_id,)):
            fact = json.loads(summary)
            if fact.get("dup"):
                continue
            if kind in ("post_tool_use", "post_tool_use_failure"):
                self.calls.add(fact.get("tool_use_id"))
                if kind == "post_tool_use_failure":
                    self.failed.add(fact.get("tool_use_id"))
            elif kind == "subagent_start" and not fact.get("imported"):
                self.agents_by_hooks.add(fact.get("agent_id"))
            elif kind == "post_compact" and not fact.get("imported"):
                self.n_by_hooks += 1
        agents = connection.execute("SELECT id FROM agent_registry WHERE session_id = ?", (session_id,))
        self.agents = {agent_id for (agent_id,) in agents}
        metrics = "SELECT event_type, value FROM session_metrics WHERE session_id = ?"
        for kind, value in connection.execute(metrics, (session_id,)):
            self.n_refused += kind == "tool_refused"
            self.n_compactions += kind == "compaction"
            if kind == "tokens":
                told = json.loads(value)
                self.n_tokens += sum(told.get(stored) or 0 for stored in _STORED)


def table(lines: list[Line]) -> Table:
    """Return the totals, and the sessions in which something differs, as a table to print."""
    shown = Table(
        title="What the transcripts say, and what the databases hold", box=None, title_justify="left"
    )
    for name, justify in (("session", "left"), ("what", "left"), ("said", "right"), ("held", "right")):
        shown.add_column(name, justify=justify)  # type: ignore[arg-type]
    shown.add_column("difference")
    for name in lines[0].counts if lines else ():
        counts = [line.counts[name] for line in lines]
        reasons: Counter[str] = Counter()
        for count in counts:
            reasons.update(count.explained)
        total = Count(sum(one.said for one in counts), sum(one.held for one in counts), dict(reasons))
        shown.add_row(f"{len(lines):,} together", name, f"{total.said:,}", f"{total.held:,}", _told(total))
    for line in lines:
        for name, count in line.counts.items():
            if count.open_difference or count.explained:
                shown.add_row(line.session_id, name, f"{count.said:,}", f"{count.held:,}", _told(count))
    return shown


def _told(count: Count) -> str:
    parts = [f"{n:+,}: {reason}" for reason, n in count.explained.items()]
    if count.open_difference:
        parts.append(f"{count.open_difference:+,}: not explained")
    return "; ".join(parts) or "none"
