"""Find transcripts: the client's folder, a project's, or single files; one group of files per session."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from claudesess_collector import payload
from claudesess_collector.vocabulary import AGENT_TOOLS

from claudesess import files, text
from claudesess.errors import ClaudesessError
from claudesess.transcripts.header import Head
from claudesess.transcripts.lines import Reading, text_of
from claudesess.transcripts.parse.events import blocks
from claudesess.transcripts.parse.events import field as at
from claudesess.transcripts.searching import named

#: Names of the client's own helpers: the summariser of a compaction, suggestions.
_BEGINNING = 10  # lines of an agent's transcript in which its prompt stands
_HELPERS = ("acompact-", "aprompt_suggestion-", "aside_question-")
_IN_TEXT = re.compile(r"^agentId: (\S+)", re.MULTILINE)


@dataclass(frozen=True)
class AgentFile:
    """A subagent's own transcript, and what its side file says of it."""

    path: Path
    agent_id: str
    about: Mapping[str, Any] = field(default_factory=dict)
    began_at: str | None = None


@dataclass(frozen=True)
class SessionFiles:
    """The files of one session.

    Attributes
    ----------
    session_id : str
        The client's id.
    main : Path or None
        The session's transcript; None where only its agents' are left.
    others : tuple of AgentFile
        Transcripts of its subagents, and of the client's own helpers.
    project_dir : str
        Where it was started.
    head : Head
        What the first lines of its transcript say, or of an agent's where the session's own is gone.
    """

    session_id: str
    main: Path | None
    others: tuple[AgentFile, ...]
    project_dir: str
    head: Head

    @cached_property
    def agents(self) -> tuple[AgentFile, ...]:
        """Those that somebody spawned, by a side file, another file, or a call without a result."""
        own = [agent for agent in self.others if not agent.agent_id.startswith(_HELPERS)]
        spawned = {agent.agent_id for agent in own if agent.about or self.main is None}
        unnamed = {agent.agent_id: agent for agent in own if agent.agent_id not in spawned}
        for path in self.paths if unnamed else ():
            words = {one: agent.began_at for one, agent in unnamed.items() if agent.path != path}
            for agent_id in named(path, words, _names_agent):
                spawned.add(agent_id)
                del unnamed[agent_id]
        if unnamed:
            asked = {prompt for path in self.paths for prompt in _unanswered(path)}
            spawned |= {one for one, agent in unnamed.items() if _first_prompt(agent.path) in asked}
        return tuple(agent for agent in own if agent.agent_id in spawned)

    @property
    def helpers(self) -> tuple[AgentFile, ...]:
        """The client's own, which nobody spawned."""
        return tuple(agent for agent in self.others if agent not in self.agents)

    @property
    def paths(self) -> list[Path]:
        """All of its files."""
        own = [] if self.main is None else [self.main]
        return own + [agent.path for agent in self.others]

    @cached_property
    def n_bytes(self) -> int:
        """Their size together, when somebody asked first."""
        return sum(map(files.size, self.paths))

    @property
    def changed_at(self) -> float:
        """When the last of them was written, seconds since the epoch."""
        return max(map(files.changed_at, self.paths))


def default_folder(environ: Mapping[str, str], home: Path) -> Path:
    """Return the folder in which the client keeps transcripts."""
    return Path(environ.get("CLAUDE_CONFIG_DIR") or home / ".claude") / "projects"


def sessions(places: Iterable[Path]) -> tuple[list[SessionFiles], list[str]]:
    """Find the sessions below some places.

    Parameters
    ----------
    places
        Transcripts, or folders that are searched at every depth for ``*.jsonl``.

    Returns
    -------
    sessions, faults
        The sessions by id; a line per file that is no transcript, cannot be read, or tells no project.

    Raises
    ------
    ClaudesessError
        A place does not exist.
    """
    mains: dict[str, tuple[Path, Head]] = {}
    agents: dict[str, list[tuple[AgentFile, Head]]] = {}
    faults: list[str] = []
    for path in sorted(set(_files(places, faults))):
        if _is_notes(path):
            continue
        try:
            head = Head.read(path)
        except OSError as error:
            faults.append(f"{path}: {files.reason(error)}")
            continue
        if head is None:
            faults.append(f"{path}: tells of no session: no transcript of the client, or an empty one")
        elif head.agent_id is not None or path.stem.startswith("agent-"):
            agent_id = head.agent_id or _named(path.stem.removeprefix("agent-"))
            session_id = _named(_owner(path)) or head.session_id or _named(path.stem)
            agent = AgentFile(path, agent_id, _about(path), head.began_at)
            agents.setdefault(session_id, []).append((agent, head))
        else:
            session_id = path.stem if _UUID.fullmatch(path.stem) else head.session_id or _named(path.stem)
            if session_id in mains:
                faults.append(f"{path}: tells of the same session as {mains[session_id][0]}")
            mains.setdefault(session_id, (path, head))
    found = []
    for session_id in sorted({*mains, *agents}):
        main, head = mains.get(session_id, (None, None))
        own = agents.get(session_id, [])
        first = head or own[0][1]
        if not first.cwds:
            faults.append(f"{main or own[0][0].path}: names no folder of a project")
            continue
        others = tuple(agent for agent, _ in own)
        found.append(SessionFiles(session_id, main, others, first.project_dir(main), first))
    return found, faults


def with_neighbours(found: list[SessionFiles], places: Iterable[Path]) -> list[SessionFiles]:
    """Return sessions with the others in the folders of single files: one may be the other's copy."""
    folders = {place.parent for place in places if not os.path.isdir(place)}  # noqa: PTH112  raises nothing
    there = sessions(folders)[0] if folders else []
    return list({session.session_id: session for session in [*there, *found]}.values())


def hold(places: Iterable[Path], n_bytes: int) -> bool:
    """Say whether the transcripts below some places are as large together; raises as `sessions`."""
    total = 0
    for path in _files(places, []):
        total += files.size(path)
        if total >= n_bytes:
            return True
    return False


_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _files(places: Iterable[Path], faults: list[str]) -> Iterator[Path]:
    def unread(error: OSError) -> None:
        faults.append(f"{error.filename}: {files.reason(error)}")

    for place in places:
        if os.path.isdir(place):  # noqa: PTH112  raises nothing
            for folder, _, names in os.walk(place, onerror=unread):
                yield from (Path(folder, name) for name in names if name.endswith(".jsonl"))
        elif os.path.lexists(place):
            yield place
            yield from place.with_suffix("").rglob("agent-*.jsonl")
        else:
            raise ClaudesessError(f"{place}: does not exist; name a transcript, or a folder that holds some")


def _named(name: str | None) -> str:
    """Return the name of a file as an id: what no id can hold stands as another character."""
    return text.plain(os.fsencode(name or "").decode("utf-8", "replace"))[: payload.ID_CHARS]


def _is_notes(path: Path) -> bool:
    """Say whether the client keeps a file beside agents' transcripts for itself: a workflow's journal."""
    is_below = "subagents" in path.parent.parts or any(
        _UUID.fullmatch(folder.name)
        and (os.path.exists(f"{folder}.jsonl") or os.path.isdir(folder / "subagents"))  # noqa: PTH110, PTH112
        for folder in path.parents
    )
    return is_below and not path.stem.startswith("agent-") and not _UUID.fullmatch(path.stem)


def _owner(path: Path) -> str | None:
    """Return the session that an agent's file belongs to by its folder, `<session>/subagents/…`."""
    parts = path.parts
    at = len(parts) - 1 - parts[::-1].index("subagents") if "subagents" in parts else 0
    return parts[at - 1] if at > 0 else None


def _about(path: Path) -> Mapping[str, Any]:
    try:
        about = json.loads(files.read_regular(path.with_suffix(".meta.json")))
    except (OSError, ValueError, RecursionError):
        return {}
    return about if isinstance(about, dict) else {}


def _names_agent(value: Any, agent_id: str) -> bool:
    """Say whether a line names an agent: under that key at any depth, or as a result does in its text."""
    if isinstance(value, dict):
        parts = value.values()
        return value.get("agentId") == agent_id or any(_names_agent(item, agent_id) for item in parts)
    if isinstance(value, list):
        return any(_names_agent(item, agent_id) for item in value)
    return isinstance(value, str) and "agentId: " in value and agent_id in _IN_TEXT.findall(value)


def _unanswered(path: Path) -> Iterator[str]:
    """Yield what agents were asked for by calls of a transcript that never got a result."""
    prompts: dict[object, object] = {}
    answered: set[object] = set()
    for _, line in Reading(path).lines():
        for block in blocks(line):
            if block.get("name") in AGENT_TOOLS:
                prompts[block.get("id")] = at(block, "input", "prompt")
            elif block.get("type") == "tool_result":
                answered.add(block.get("tool_use_id"))
    yield from (one for call, one in prompts.items() if call not in answered and isinstance(one, str))


def _first_prompt(path: Path) -> str | None:
    """Return what the first line of an agent's transcript that is a prompt says."""
    for _, line in islice(Reading(path).lines(), _BEGINNING):
        if line.get("type") == "user":
            return text_of(at(line, "message", "content")) or None
    return None
