"""Count what transcripts say and what the databases hold, side by side: they agree, or the reason has a name.

The transcripts are read here by other means than by what imports them: another parser, all lines of a file
before any call is paired, agents and copies by themselves. So neither can hide what the other lost.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from dataclasses import field as field_of
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from claudesess_collector import payload
from claudesess_collector.system import strange_part
from rich.table import Table
from rich.text import Text

from claudesess import files, text
from claudesess.importing.recorded import Recorded
from claudesess.transcripts import copies
from claudesess.transcripts.find import SessionFiles

_LAUNCH = {"Agent", "Task"}
_EDIT = {"Edit", "MultiEdit", "Write", "NotebookEdit"}
_HELPER = re.compile(r"agent-(acompact|aprompt_suggestion|aside_question)-")
_KINDS = ("input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")
_STORED = ("input", "output", "cache_read", "cache_write")
_HOOKS_ONLY = "hooks alone told of {} (of their own, or the transcript is gone)"
_LONGEST = 64 << 20  # bytes of a line that are looked at together
_DECODER = json.JSONDecoder(strict=False)

Object = dict[str, Any]


@dataclass
class Count:
    """One quantity of one session on both sides.

    Attributes
    ----------
    by_transcripts, in_database : int
        The quantity.
    explained : dict of str to int
        Parts of the difference, by reason.
    """

    by_transcripts: int = 0
    in_database: int = 0
    explained: dict[str, int] = field_of(default_factory=dict)

    @property
    def open_difference(self) -> int:
        """What no reason explains."""
        return self.in_database - self.by_transcripts - sum(self.explained.values())


@dataclass
class SessionCounts:
    """The counts of one session."""

    session_id: str
    counts: dict[str, Count]

    @property
    def is_closed(self) -> bool:
        """Whether every difference has a reason."""
        return not any(count.open_difference for count in self.counts.values())


def compare(
    sessions: Iterable[SessionFiles], into: Path | None, among: Iterable[SessionFiles] | None = None
) -> list[SessionCounts]:
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
    list of SessionCounts
        One per session; a session whose database is missing holds nothing.
    """
    wanted = {session.session_id: session for session in sessions}
    recorded = Recorded(into)
    found = []
    counted: set[int] = set()  # results, whichever session they were counted for
    for family in copies.families(among or wanted.values(), recorded, wanted.keys()):
        names = _Names(family)
        for session in family:
            if session.session_id in wanted:
                transcripts = _Transcripts(session, names, counted)
                rows = _Rows.read(recorded.database(session), session.session_id)
                found.append(SessionCounts(session.session_id, _counts(transcripts, rows)))
            names.add(session)
    return found


def _counts(transcripts: _Transcripts, rows: _Rows) -> dict[str, Count]:
    ended, orphans = transcripts.paired()
    call_ids = {result.call_id for result in transcripts.results}
    hooks_only = [row for row in rows.calls if not row.is_imported and row.call_id not in call_ids]
    failed = sum(result.is_error for result in ended)
    found = {
        "tool calls": Count(
            len(ended) + len(orphans),
            len(rows.calls) + rows.n_refused,
            {
                "its call is not in the transcript": -len(orphans),
                _HOOKS_ONLY.format("a call"): len(hooks_only),
            },
        ),
        "failed or refused": Count(
            failed,
            sum(row.is_failed for row in rows.calls) + rows.n_refused,
            {_HOOKS_ONLY.format("a failure"): sum(row.is_failed for row in hooks_only)},
        ),
        "edits": Count(
            len(transcripts.edits()),
            rows.n_edits,
            {_HOOKS_ONLY.format("an edit"): sum(row.is_edit for row in hooks_only)},
        ),
        "agents": Count(
            len(transcripts.agents),
            len(rows.agents),
            {_HOOKS_ONLY.format("an agent"): len(rows.agents_by_hooks - transcripts.agents)},
        ),
        "compactions": Count(
            transcripts.n_summaries,
            rows.n_compactions,
            {_HOOKS_ONLY.format("a compaction"): rows.n_compactions_alone(transcripts.n_summaries)},
        ),
        "tokens": Count(sum(transcripts.tokens.values()), rows.n_tokens),
    }
    for count in found.values():
        count.explained = {reason: n for reason, n in count.explained.items() if n}
    return found


class _Asked(NamedTuple):
    """A call: the same one stands in copies of its line."""

    call_id: str
    at: str
    tool: str
    prompt: str
    has_path: bool


class _Result(NamedTuple):
    """A result: the same one stands in copies of its line."""

    call_id: str
    at: str
    is_error: bool
    is_done: bool
    agent_id: str | None


class _Line(NamedTuple):
    """What counts of a line; its texts are not kept."""

    names: tuple[str, ...]
    parent: str | None
    is_side: bool
    agent_id: str | None
    prompt: str | None
    is_summary: bool
    asked: tuple[_Asked, ...]
    results: tuple[_Result, ...]
    answer: tuple[str, str, int] | None


class _Names:
    """What lines of a family are called in all of its transcripts; those of one root are copies."""

    def __init__(self, family: Sequence[SessionFiles]) -> None:
        self._is_alone = len(family) == 1
        self._roots: dict[str, str] = {}
        self._earlier: set[str] = set()
        for session in family if not self._is_alone else ():
            for names in self._of(session):
                roots = {self._root(name) for name in names}
                self._roots.update(dict.fromkeys(roots, min(roots)))

    def add(self, session: SessionFiles) -> None:
        """Count a session's lines as told: those of the next ones are copies of them."""
        if not self._is_alone:
            self._earlier |= {self._root(name) for names in self._of(session) for name in names}

    def is_earlier(self, names: Iterable[str]) -> bool:
        """Say whether a session before told a line."""
        return bool(self._earlier) and any(self._root(name) in self._earlier for name in names)

    def _root(self, name: str) -> str:
        while (root := self._roots.get(name, name)) != name:
            name = root
        return name

    @staticmethod
    def _of(session: SessionFiles) -> Iterator[tuple[str, ...]]:
        if session.main is not None:
            yield from (names for line in _objects(session.main) if (names := _names(line)))


def _names(line: Object) -> tuple[str, ...]:
    found = (line.get("uuid"), _below(line, "forkedFrom", "messageUuid"))
    return tuple(name for name in found if isinstance(name, str))


class _File:
    """All that counts of one transcript."""

    def __init__(self, path: Path) -> None:
        self.is_helper = _HELPER.match(path.name) is not None
        self.about = _about(path)
        self.lines: list[_Line] = []
        self.named: set[str] = set()
        for line in _objects(path):
            self.lines.append(_line(line))
            self.named |= _agents_in(line)
        sides = (line.agent_id for line in self.lines if line.is_side and line.names)
        self.agent_id = next((name for name in sides if name), path.stem.removeprefix("agent-"))

    @property
    def prompt(self) -> str | None:
        """What an agent was asked for."""
        return next((line.prompt for line in self.lines[:10] if line.prompt is not None), None)


class _Transcripts:
    """What all files of a session say together; nothing is concluded before all of them are read."""

    def __init__(self, session: SessionFiles, names: _Names, counted: set[int]) -> None:
        self.asked: set[_Asked] = set()
        self.results: set[_Result] = set()
        self.agents: set[str] = set()
        self.tokens: dict[str, int] = {}
        self.n_summaries = 0
        self._answered_at: dict[str, str] = {}
        self._counted = counted
        self._own: set[_Result] = set()
        self._main = _File(session.main) if session.main else None
        self._files = [_File(path) for path in _agent_files(session)]
        for file in [self._main, *self._files]:
            for line in file.lines if file is not None and not file.is_helper else ():
                self.asked.update(line.asked)
                self.results.update(line.results)
        self._launches = {one.call_id: one.prompt for one in self.asked if one.tool in _LAUNCH}
        if self._main is not None:
            self._take_main(self._main, names)
        self._take_agents()
        self._name_launched()

    def paired(self) -> tuple[list[_Result], list[_Result]]:
        """Return the results of the session's own lines: with a call, and without."""
        calls = Counter(asked.call_id for asked in self.asked)
        by_id = defaultdict(list)
        for result in sorted(self.results, key=lambda one: one.at):
            by_id[result.call_id].append(result)
        ended, orphans = [], []
        for call_id, results in by_id.items():
            ended += [result for result in results[: calls[call_id]] if result in self._own]
            orphans += [result for result in results[calls[call_id] :] if result in self._own]
        return ended, orphans

    def edits(self) -> list[_Result]:
        """Return the results of edits that were made."""
        edits = {asked.call_id for asked in self.asked if asked.tool in _EDIT and asked.has_path}
        return [one for one in self.paired()[0] if one.call_id in edits and one.is_done and not one.is_error]

    def _take_main(self, main: _File, names: _Names) -> None:
        """Count the session's own transcript; old clients wrote their agents into it."""
        with_file = {file.agent_id for file in self._files}
        prompts = set(self._launches.values())
        helpers: set[object] = set()
        for line in main.lines:
            agent_id = line.agent_id if line.is_side else None
            if names.is_earlier(line.names) or agent_id in with_file:
                continue
            if line.is_side and agent_id is None and _is_helpers(line, prompts, helpers):
                helpers.update(line.names)
            else:
                self.agents |= {agent_id} if agent_id else set()
                self.n_summaries += line.is_summary
                self._take_results(line)
            self._take_answer(line)

    def _take_agents(self) -> None:
        """Count the agents' transcripts; of those that nobody spawned only the tokens."""
        answered = {result.call_id for result in self.results}
        wanted = {prompt for call, prompt in self._launches.items() if call not in answered}
        for file in self._files:
            others = [
                other for other in (self._main, *self._files) if other is not None and other is not file
            ]
            is_named = any(file.agent_id in other.named for other in others)
            is_spawned = file.about or self._main is None or is_named or file.prompt in wanted
            if is_spawned and not file.is_helper:
                self.agents.add(file.agent_id)
            for line in file.lines:
                if is_spawned and not file.is_helper:
                    self._take_results(line)
                self._take_answer(line)

    def _name_launched(self) -> None:
        """Add the agents that calls launched; the oldest clients give one no other name than the call's."""
        links = {str(file.about.get("toolUseId")): file.agent_id for file in self._files}
        for one in self._own:
            if one.call_id in self._launches and not one.is_error:
                self.agents.add(one.agent_id or links.get(one.call_id) or one.call_id)

    def _take_results(self, line: _Line) -> None:
        """Count results, each for one session alone."""
        for result in line.results:
            number = hash((result, line.names))
            if number not in self._counted:
                self._counted.add(number)
                self._own.add(result)

    def _take_answer(self, line: _Line) -> None:
        """Take the tokens of an answer: of its lines the last one is right."""
        if line.answer is not None:
            name, at, tokens = line.answer
            if self._answered_at.get(name, "") <= at:
                self._answered_at[name] = at
                self.tokens[name] = tokens


def _line(line: Object) -> _Line:
    """Keep what counts of a line."""
    at = str(line.get("timestamp"))
    blocks = _blocks(line)
    agent_id, parent = line.get("agentId"), line.get("parentUuid")
    return _Line(
        _names(line),
        parent if isinstance(parent, str) else None,
        line.get("isSidechain") is True,
        agent_id if isinstance(agent_id, str) else None,
        _text(_below(line, "message", "content")) if line.get("type") == "user" else None,
        line.get("isCompactSummary") is True,
        tuple(_asked(block, at) for block in blocks if block.get("type") == "tool_use"),
        tuple(_result(line, block, at) for block in blocks if block.get("type") == "tool_result"),
        _answer(line, at),
    )


def _asked(block: Object, at: str) -> _Asked:
    given = block.get("input")
    asked = given if isinstance(given, dict) else {}
    path = asked.get("file_path") or asked.get("notebook_path")
    return _Asked(str(block.get("id")), at, str(block.get("name")), str(asked.get("prompt")), bool(path))


def _result(line: Object, block: Object, at: str) -> _Result:
    answer = line.get("toolUseResult")
    given = answer if isinstance(answer, dict) else {}
    is_undone = given.get("staged") is True or given.get("success") is False or given.get("error")
    written = re.search(r"^agentId: ([\w-]+)", _text(block.get("content")), re.MULTILINE)
    agent_id = given.get("agentId") or (written[1] if written else None)
    call_id, is_error = str(block.get("tool_use_id")), block.get("is_error") is True
    return _Result(call_id, at, is_error, not is_undone, agent_id if isinstance(agent_id, str) else None)


def _answer(line: Object, at: str) -> tuple[str, str, int] | None:
    usage, name = _below(line, "message", "usage"), _below(line, "message", "id")
    is_models = _below(line, "message", "model") not in (None, "<synthetic>")
    if not is_models or not isinstance(usage, dict) or not isinstance(name, str):
        return None
    request = line.get("requestId")
    if isinstance(request, str) and not re.fullmatch(r"msg_\w{16,}", name):  # a gateway's name for many
        name = f"{name} {request}"
    return name, at, _sum(usage, _KINDS)


def _sum(counts: Object, names: Iterable[str]) -> int:
    """Add up those of some numbers that a database can hold."""
    return sum(payload.as_number(counts.get(name)) or 0 for name in names)


def _as_object(value: object) -> Object:
    """Return the object that a text of a database says, an empty one where it says none."""
    return (payload.parse(value.encode("utf-8", "replace")) if isinstance(value, str) else None) or {}


def _is_helpers(line: _Line, prompts: set[str], helpers: set[object]) -> bool:
    """Say whether a line is of a chain that no call launched, among the others as old clients did."""
    if line.parent is not None:
        return line.parent in helpers
    return line.prompt not in prompts


def _agent_files(session: SessionFiles) -> list[Path]:
    """Return the agents' transcripts: those that were found, and what lies in the session's folder."""
    below = [] if session.main is None else session.main.with_suffix("").rglob("agent-*.jsonl")
    return sorted({*below, *session.paths} - {session.main})


def _about(path: Path) -> Object:
    """Return what the file beside an agent's transcript says."""
    try:
        found = json.loads(files.read_regular(path.with_suffix(".meta.json")))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _agents_in(line: Object) -> set[str]:
    """Return the agents that a line names, under a key at any depth or in a text."""
    found: set[str] = set()
    stack: list[Any] = [line]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            name = value.get("agentId")
            found |= {name} if isinstance(name, str) else set()
            stack += value.values()
        elif isinstance(value, list):
            stack += value
        elif isinstance(value, str) and "agentId: " in value:
            found.update(re.findall(r"^agentId: ([\w-]+)", value, re.MULTILINE))
    return found


def _objects(path: Path) -> Iterator[Object]:
    """Yield all objects of a transcript; of a broken line those that stand whole in it."""
    with suppress(OSError), files.open_regular(path) as file:
        for line in iter(partial(file.readline, _LONGEST), b""):
            text = line.decode("utf-8", "replace").strip("\0\ufeff \t\r\n")
            try:
                found = json.loads(text, strict=False)
            except (ValueError, RecursionError):
                yield from _pieces(text)
            else:
                if isinstance(found, dict):
                    yield found


def _pieces(broken: str) -> Iterator[Object]:
    at = broken.find("{")
    for _ in range(1000):
        if at < 0:
            return
        try:
            found, end = _DECODER.raw_decode(broken, at)
        except (ValueError, RecursionError):
            found, end = None, at + 1
        if isinstance(found, dict) and "type" in found and ("uuid" in found or "sessionId" in found):
            yield found
        else:
            end = at + 1
        at = broken.find("{", end)


def _blocks(line: Object) -> list[Object]:
    content = _below(line, "message", "content")
    return [block for block in content if isinstance(block, dict)] if isinstance(content, list) else []


def _below(line: Object, name: str, key: str) -> Any:
    found = line.get(name)
    return found.get(key) if isinstance(found, dict) else None


def _text(content: object) -> str:
    if isinstance(content, list):
        parts = [part.get("text") for part in content if isinstance(part, dict)]
        return "\n".join(part for part in parts if isinstance(part, str))
    return content if isinstance(content, str) else ""


class _Call(NamedTuple):
    """A call that ended, by the database."""

    call_id: str
    is_failed: bool
    is_edit: bool
    is_imported: bool


@dataclass
class _Rows:
    """What a database holds of a session."""

    calls: list[_Call] = field_of(default_factory=list)
    agents: set[str] = field_of(default_factory=set)
    agents_by_hooks: set[str] = field_of(default_factory=set)
    n_edits: int = 0
    n_refused: int = 0
    n_compactions: int = 0
    n_compactions_by_hooks: int = 0
    n_tokens: int = 0

    def n_compactions_alone(self, n_summaries: int) -> int:
        """Return how many compactions hooks alone told of."""
        return max(self.n_compactions_by_hooks - n_summaries, 0)

    @classmethod
    def read(cls, database: Path, session_id: str) -> _Rows:
        """Read them; a database that is missing, or is none, holds nothing."""
        rows = cls()
        if files.is_regular(database) and strange_part(str(database)) is None:
            uri = f"{database.absolute().as_uri()}?mode=ro"
            with suppress(sqlite3.Error), closing(sqlite3.connect(uri, uri=True)) as connection:
                rows._read(connection, session_id)
        return rows

    def _read(self, connection: sqlite3.Connection, session_id: str) -> None:
        events = "SELECT event_type, payload_summary FROM hook_events WHERE session_id = ?"
        for kind, summary in connection.execute(events, (session_id,)):
            fact = _as_object(summary)
            if fact.get("dup"):
                continue
            is_imported = bool(fact.get("imported"))
            if kind in ("post_tool_use", "post_tool_use_failure"):
                is_failed, is_edit = (
                    kind == "post_tool_use_failure",
                    fact.get("tool") in _EDIT and fact.get("ok"),
                )
                self.calls.append(_Call(str(fact.get("tool_use_id")), is_failed, bool(is_edit), is_imported))
            elif kind == "subagent_start" and not is_imported:
                self.agents_by_hooks.add(str(fact.get("agent_id")))
            elif kind == "post_compact" and not is_imported and not fact.get("agent_id"):
                self.n_compactions_by_hooks += 1
        agents = connection.execute("SELECT id FROM agent_registry WHERE session_id = ?", (session_id,))
        self.agents = {agent_id for (agent_id,) in agents}
        claims = "SELECT operation FROM file_claims WHERE session_id = ?"
        self.n_edits = sum(operation in _EDIT for (operation,) in connection.execute(claims, (session_id,)))
        metrics = "SELECT event_type, value FROM session_metrics WHERE session_id = ?"
        for kind, value in connection.execute(metrics, (session_id,)):
            self.n_refused += kind == "tool_refused"
            self.n_compactions += kind == "compaction"
            if kind == "tokens":
                self.n_tokens += _sum(_as_object(value), _STORED)


def table(found: list[SessionCounts]) -> Table:
    """Return the totals, and the sessions in which something differs, as a table to print."""
    title = "What the transcripts say, and what the databases hold"
    shown = Table(title=title, box=None, title_justify="left")
    for name, justify in (
        ("session", "left"),
        ("what", "left"),
        ("transcripts", "right"),
        ("database", "right"),
    ):
        shown.add_column(name, justify=justify)  # type: ignore[arg-type]
    shown.add_column("difference")
    for name in found[0].counts if found else ():
        counts = [one.counts[name] for one in found]
        reasons: Counter[str] = Counter()
        for count in counts:
            reasons.update(count.explained)
        by_transcripts = sum(count.by_transcripts for count in counts)
        total = Count(by_transcripts, sum(count.in_database for count in counts), dict(reasons))
        _add(shown, f"{len(found):,} together", name, total)
    for one in found:
        for name, count in one.counts.items():
            if count.open_difference or count.explained:
                _add(shown, one.session_id, name, count)
    return shown


def _add(shown: Table, whose: str, name: str, count: Count) -> None:
    parts = [f"{n:+,}: {reason}" for reason, n in count.explained.items()]
    if count.open_difference:
        parts.append(f"{count.open_difference:+,}: not explained")
    difference = "; ".join(parts) or "none"
    cells = (whose, name, f"{count.by_transcripts:,}", f"{count.in_database:,}", difference)
    shown.add_row(*(Text(text.plain(cell)) for cell in cells))
