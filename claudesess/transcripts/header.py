"""What the first lines of a transcript say: whose it is, where it was begun, and what its first line is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from claudesess_collector import payload

from claudesess import files
from claudesess.transcripts.lines import parsed, whole_lines
from claudesess.transcripts.parse.events import field

_LINES = 40  # in which the folder is looked for; large ones tell nothing of it
_LARGE = 64 << 10
_LONG_SLUG = 200
_LONG_PATH = 4096
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


@dataclass(frozen=True)
class Head:
    """What the first lines of a file say.

    Attributes
    ----------
    session_id, agent_id : str or None
        Whose it is.
    cwds : tuple of str
        Folders, in their order.
    began_at : str or None
        The first time that is written.
    ids : frozenset of str
        Of the first line that has one: its own, and that of the line it was copied from.
    at : str or None
        When that line was written first.
    is_continued : bool
        That line is of a compaction: what was before it may be in another file.
    """

    session_id: str | None
    agent_id: str | None
    cwds: tuple[str, ...]
    began_at: str | None
    ids: frozenset[str]
    at: str | None
    is_continued: bool

    @classmethod
    def read(cls, path: Path) -> Self | None:
        """Read as many lines as are needed; None when the file is no transcript. Raises OSError."""
        session_id = began_at = None
        first: dict[str, Any] = {}
        cwds: dict[str, None] = {}
        is_agent = path.stem.startswith("agent-")  # an agent's first folder will do
        with files.open_regular(path) as file:
            for number, (_, raw) in enumerate(whole_lines(file)):
                if number >= _LINES and (cwds or number > 100 * _LINES):
                    break
                line = None if first and len(raw) > _LARGE else _object(raw)
                if line is None:
                    continue
                session_id = session_id or payload.as_name(line.get("sessionId"))
                first = first or (line if text(line.get("uuid")) else {})
                began_at = began_at or text(line.get("timestamp"))
                cwd = _folder(line.get("cwd"))
                if cwd is not None:
                    cwds[cwd] = None
                    if first and ((is_agent and session_id) or slug(cwd) == path.parent.name):
                        break
        if session_id is None and not first:
            return None
        return cls(
            session_id,
            _agent(first),
            tuple(cwds),
            began_at,
            ids(first),
            text(first.get("timestamp")),
            _is_continued(first),
        )

    def project_dir(self, main: Path | None) -> str:
        """Return the folder in which the session was started: the one by which its folder is called."""
        name = None if main is None else main.parent.name
        return next((cwd for cwd in self.cwds if slug(cwd) == name), next(iter(self.cwds), ""))


def slug(folder: str) -> str:
    """Return the name by which the client calls a project's folder of transcripts.

    Examples
    --------
    >>> slug("/home/dev/my.calc")
    '-home-dev-my-calc'
    """
    return re.sub(r"[^A-Za-z0-9]", "-", folder)[:_LONG_SLUG]


def ids(line: dict[str, Any]) -> frozenset[str]:
    """Return what a line is called: its own id, and that of the line it was copied from.

    Examples
    --------
    >>> sorted(ids({"uuid": "b", "forkedFrom": {"sessionId": "s", "messageUuid": "a"}}))
    ['a', 'b']
    """
    named = (line.get("uuid"), field(line, "forkedFrom", "messageUuid"))
    return frozenset(name for name in named if isinstance(name, str))


def text(value: object) -> str | None:
    """Return a text that is not empty, else None."""
    return value if isinstance(value, str) and value else None


def _folder(value: object) -> str | None:
    """Return what may be a folder: a whole path, as long as one can be; else None."""
    folder = text(value)
    if folder is None or "\0" in folder or len(folder) > _LONG_PATH:
        return None
    return folder if folder.startswith(("/", "\\\\")) or _DRIVE.match(folder) else None


def _object(line: bytes) -> dict[str, Any] | None:
    """Return the line of a transcript; None for what is none."""
    found = parsed(line)
    return found if found is not None and isinstance(found.get("type"), str) else None


def _agent(first: dict[str, Any]) -> str | None:
    return payload.as_name(first.get("agentId")) if first.get("isSidechain") is True else None


def _is_continued(first: dict[str, Any]) -> bool:
    return first.get("subtype") == "compact_boundary" or bool(first.get("logicalParentUuid"))
