"""Find transcripts: the client's folder, a project's, or single files; one group of files per session."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from io import BufferedReader
from pathlib import Path
from typing import Any

import orjson

from claudesess.errors import ClaudesessError

_HEAD = 40  # lines in which the folder is looked for; large ones tell nothing of it
_LARGE = 64 << 10
_PIECE = 256 << 10
_LONG_SLUG = 200
_WRITTEN_AT = re.compile(rb'"timestamp":"([^"]+)"')
#: Names of the client's own helpers: the summariser of a compaction, suggestions.
_HELPERS = ("acompact-", "aprompt_suggestion-", "aside_question-")


@dataclass(frozen=True)
class AgentFile:
    """A subagent's own transcript, and what its side file says of it."""

    path: Path
    agent_id: str
    about: Mapping[str, Any] = field(default_factory=dict)
    began_at: str | None = None


@dataclass(frozen=True)
class Session:
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
    first_uuid : str or None
        Of its first line: copies of a session (forked, resumed by an old client) share it.
    """

    session_id: str
    main: Path | None
    others: tuple[AgentFile, ...]
    project_dir: str
    first_uuid: str | None

    @cached_property
    def agents(self) -> tuple[AgentFile, ...]:
        """Those that somebody spawned: their side file says so, or the session's transcript names them."""
        own = [agent for agent in self.others if not agent.agent_id.startswith(_HELPERS)]
        if self.main is None:
            return tuple(own)
        named = _named(self.main, [agent for agent in own if not agent.about])
        return tuple(agent for agent in own if agent.about or agent.agent_id in named)

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
        return sum(path.stat().st_size for path in self.paths)

    @property
    def changed_at(self) -> float:
        """When the last of them was written, seconds since the epoch."""
        return max(path.stat().st_mtime for path in self.paths)


def default_folder(environ: Mapping[str, str], home: Path) -> Path:
    """Return the folder in which the client keeps transcripts."""
    return Path(environ.get("CLAUDE_CONFIG_DIR") or home / ".claude") / "projects"


def sessions(places: Iterable[Path]) -> tuple[list[Session], list[str]]:
    """Find the sessions below some places.

    Parameters
    ----------
    places
        Transcripts, or folders that are searched at every depth for ``*.jsonl``.

    Returns
    -------
    sessions, faults
        The sessions by id; a line per file that is no transcript, or tells no project.

    Raises
    ------
    ClaudesessError
        A place does not exist.
    """
    mains: dict[str, tuple[Path, _Head]] = {}
    agents: dict[str, list[tuple[AgentFile, _Head]]] = {}
    faults: list[str] = []
    for path in sorted(set(_files(places))):
        head = _Head.read(path)
        if head is None:
            faults.append(f"{path}: tells of no session: no transcript of the client, or an empty one")
        elif head.agent_id is not None or path.stem.startswith("agent-"):
            agent_id = head.agent_id or path.stem.removeprefix("agent-")
            session_id = _owner(path) or head.session_id or path.stem
            agent = AgentFile(path, agent_id, _about(path), head.began_at)
            agents.setdefault(session_id, []).append((agent, head))
        else:
            session_id = path.stem if _UUID.fullmatch(path.stem) else head.session_id or path.stem
            if session_id in mains:
                faults.append(f"{path}: tells of the same session as {mains[session_id][0]}")
            mains.setdefault(session_id, (path, head))
    found = []
    for session_id in sorted({*mains, *agents}):
        main, head = mains.get(session_id, (None, None))
        own = agents.get(session_id, [])
        told = head or own[0][1]
        if told.cwd is None:
            faults.append(f"{main or own[0][0].path}: names no folder of a project")
            continue
        others = tuple(agent for agent, _ in own)
        found.append(Session(session_id, main, others, told.project_dir(main), told.uuid))
    return found, faults


def hold(places: Iterable[Path], n_bytes: int) -> bool:
    """Say whether the transcripts below some places are as large together; raises as `sessions`."""
    total = 0
    for path in _files(places):
        total += path.stat().st_size
        if total >= n_bytes:
            return True
    return False


_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _files(places: Iterable[Path]) -> Iterator[Path]:
    for place in places:
        if place.is_file():
            yield place
            main = place.with_suffix("")
            if main.is_dir():
                yield from main.rglob("agent-*.jsonl")
        elif place.is_dir():
            for folder, _, names in os.walk(place):
                yield from (Path(folder, name) for name in names if name.endswith(".jsonl"))
        else:
            raise ClaudesessError(f"{place}: does not exist; name a transcript, or a folder that holds some")


@dataclass(frozen=True)
class _Head:
    """What the first lines of a file say."""

    session_id: str | None
    cwd: str | None
    uuid: str | None
    agent_id: str | None
    began_at: str | None
    cwds: tuple[str, ...]

    @classmethod
    def read(cls, path: Path) -> _Head | None:
        """Read as many lines as are needed; None when the file is no transcript."""
        session_id = uuid = agent_id = began_at = None
        cwds: dict[str, None] = {}
        is_agent = path.stem.startswith("agent-")  # an agent's first folder will do
        with path.open("rb") as file:
            for number, line in enumerate(file):
                if number >= _HEAD and (cwds or number > 100 * _HEAD):
                    break
                if uuid is not None and len(line) > _LARGE:
                    continue
                try:
                    said = orjson.loads(line)
                except orjson.JSONDecodeError:
                    continue
                if not isinstance(said, dict) or not isinstance(said.get("type"), str):
                    continue
                session_id = session_id or _text(said.get("sessionId"))
                if uuid is None and said.get("isSidechain") is True:
                    agent_id = _text(said.get("agentId"))
                uuid = uuid or _text(said.get("uuid"))
                began_at = began_at or _text(said.get("timestamp"))
                cwd = _text(said.get("cwd"))
                if cwd is not None and cwd not in cwds:
                    cwds[cwd] = None
                    if (is_agent and session_id and uuid) or slug(cwd) == path.parent.name:
                        break
        if session_id is None and uuid is None:
            return None
        return cls(session_id, next(iter(cwds), None), uuid, agent_id, began_at, tuple(cwds))

    def project_dir(self, main: Path | None) -> str:
        """Return the folder in which the session was started: the one by which its folder is called."""
        name = None if main is None else main.parent.name
        return next((cwd for cwd in self.cwds if slug(cwd) == name), self.cwd or "")


def slug(folder: str) -> str:
    """Return the name by which the client calls a project's folder of transcripts.

    Examples
    --------
    >>> slug("/home/dev/my.calc")
    '-home-dev-my-calc'
    """
    return re.sub(r"[^A-Za-z0-9]", "-", folder)[:_LONG_SLUG]


def _owner(path: Path) -> str | None:
    """Return the session that an agent's file belongs to by its folder, `<session>/subagents/…`."""
    parts = path.parts
    at = len(parts) - 1 - parts[::-1].index("subagents") if "subagents" in parts else 0
    return parts[at - 1] if at > 0 else None


def _about(path: Path) -> Mapping[str, Any]:
    try:
        told = json.loads(path.with_suffix(".meta.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _named(path: Path, agents: list[AgentFile]) -> set[str]:
    """Return those agents that a transcript names, mostly soon after their first lines."""
    words = {f'"agentId":"{agent.agent_id}"'.encode(): agent for agent in agents}
    named: set[str] = set()
    with path.open("rb") as file:
        for word, agent in list(words.items()):
            if agent.began_at is not None:
                file.seek(_place(file, agent.began_at.encode()))
                if word in file.read(_PIECE):
                    named.add(words.pop(word).agent_id)
        return named | {words[word].agent_id for word in _held(file, set(words))}


def _held(file: BufferedReader, words: set[bytes]) -> set[bytes]:
    """Return those words that a file holds; it is read as far as is needed for that."""
    longest = max(map(len, words), default=0)  # what a piece lacks of a word is kept before the next one
    piece = bytearray(longest + _PIECE)
    missing = set(words)
    file.seek(0)
    while missing and (n_bytes := file.readinto(memoryview(piece)[longest:])):
        end = longest + n_bytes
        missing -= {word for word in missing if piece.find(word, 0, end) >= 0}
        piece[:longest] = piece[end - longest : end]
    return words - missing


def _place(file: BufferedReader, moment: bytes) -> int:
    """Return a place in a transcript shortly before a moment; its lines follow each other in time, mostly."""
    low, high = 0, file.seek(0, os.SEEK_END)
    while high - low > _PIECE // 4:
        middle = (low + high) // 2
        file.seek(middle)
        file.readline(_PIECE)
        told = _WRITTEN_AT.search(file.readline(_PIECE))
        if told is not None and told[1] < moment:
            low = middle
        else:
            high = middle
    return low


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
