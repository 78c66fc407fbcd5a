"""Transcripts, read by other means than by what imports them: what a session's files say, in counts.

Another parser, all lines of a file before any call is paired, agents and copies by themselves: nothing of
`claudesess.transcripts.parse` is used, so what that loses is not lost here.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from claudesess_collector import payload

from claudesess import files
from claudesess.transcripts.find import SessionFiles

LAUNCHES = {"Agent", "Task"}
EDITS = {"Edit", "MultiEdit", "Write", "NotebookEdit"}
_HELPER = re.compile(r"agent-(acompact|aprompt_suggestion|aside_question)-")
_KINDS = ("input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")
_LONGEST = 64 << 20  # bytes of a line that are looked at together
_DECODER = json.JSONDecoder(strict=False)

Object = dict[str, Any]
"""A JSON object as somebody else wrote it: any key may lack, or hold anything."""


class _Asked(NamedTuple):
    """A call: the same one stands in copies of its line."""

    call_id: str
    at: str
    tool: str
    prompt: str
    has_path: bool


class Result(NamedTuple):
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
    results: tuple[Result, ...]
    answer: tuple[str, str, int] | None


class Names:
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


class Transcripts:
    """What all files of a session say together; nothing is concluded before all of them are read."""

    def __init__(self, session: SessionFiles, names: Names, counted: set[int]) -> None:
        self.asked: set[_Asked] = set()
        self.results: set[Result] = set()
        self.agents: set[str] = set()
        self.tokens: dict[str, int] = {}
        self.n_summaries = 0
        self._answered_at: dict[str, str] = {}
        self._counted = counted
        self._own: set[Result] = set()
        self._main = _File(session.main) if session.main else None
        self._files = [_File(path) for path in _agent_files(session)]
        for file in [self._main, *self._files]:
            for line in file.lines if file is not None and not file.is_helper else ():
                self.asked.update(line.asked)
                self.results.update(line.results)
        self._launches = {one.call_id: one.prompt for one in self.asked if one.tool in LAUNCHES}
        if self._main is not None:
            self._take_main(self._main, names)
        self._take_agents()
        self._name_launched()

    def paired(self) -> tuple[list[Result], list[Result]]:
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

    def edits(self) -> list[Result]:
        """Return the results of edits that were made."""
        edits = {asked.call_id for asked in self.asked if asked.tool in EDITS and asked.has_path}
        return [one for one in self.paired()[0] if one.call_id in edits and one.is_done and not one.is_error]

    def _take_main(self, main: _File, names: Names) -> None:
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


def _result(line: Object, block: Object, at: str) -> Result:
    answer = line.get("toolUseResult")
    given = answer if isinstance(answer, dict) else {}
    is_undone = given.get("staged") is True or given.get("success") is False or given.get("error")
    written = re.search(r"^agentId: ([\w-]+)", _text(block.get("content")), re.MULTILINE)
    agent_id = given.get("agentId") or (written[1] if written else None)
    call_id, is_error = str(block.get("tool_use_id")), block.get("is_error") is True
    return Result(call_id, at, is_error, not is_undone, agent_id if isinstance(agent_id, str) else None)


def _answer(line: Object, at: str) -> tuple[str, str, int] | None:
    usage, name = _below(line, "message", "usage"), _below(line, "message", "id")
    is_models = _below(line, "message", "model") not in (None, "<synthetic>")
    if not is_models or not isinstance(usage, dict) or not isinstance(name, str):
        return None
    request = line.get("requestId")
    if isinstance(request, str) and not re.fullmatch(r"msg_\w{16,}", name):  # a gateway's name for many
        name = f"{name} {request}"
    return name, at, total_of(usage, _KINDS)


def total_of(counts: Object, names: Iterable[str]) -> int:
    """Add up those of some numbers that a database can hold."""
    return sum(payload.as_number(counts.get(name)) or 0 for name in names)


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
