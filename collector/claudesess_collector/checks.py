"""What is being tried: the check behind a tool call."""

from claudesess_collector.payload import field, name, short_hash, text
from claudesess_collector.system import normal
from claudesess_collector.vocabulary import SHELLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

_FACTS = ("folder", "is_hidden", "is_shell", "only_checks", "runners", "categories")
_TARGETS = ("file_path", "notebook_path", "url", "query", "pattern", "path")


class Check:
    """One attempt at something that can be tried again."""

    __slots__ = ("_id", "categories", "folder", "is_hidden", "is_shell", "only_checks", "runners", "tried")

    def __init__(self, tried: str, folder: str = "") -> None:
        self._id: "Optional[str]" = None
        self.tried = tried
        self.folder = folder  # relative to the project where possible
        self.runners: "list[str]" = []  # known check programs among what runs
        self.categories: "list[str]" = []  # theirs
        self.is_hidden = False  # some program's exit status is not the command's
        self.is_shell = False
        self.only_checks = False  # nothing but known checks runs

    @property
    def id(self) -> str:
        """Short hash that names the check in hook_events."""
        if self._id is None:
            self._id = short_hash(f"{self.tried}\0{self.folder}")
        return self._id

    def facts(self) -> "dict[str, Any]":
        """Return what the check is without saying what was tried."""
        return {"id": self.id, **{fact: getattr(self, fact) for fact in _FACTS}}

    def restore(self, facts: "Any") -> "Check":
        """Take on what `facts` returned of the call as it was before its texts were cut, redacted or left out."""
        known = name(facts, "id")
        if known is not None:
            self._id = known
            self.folder = text(facts, "folder") or ""
            for flag in ("is_hidden", "is_shell", "only_checks"):
                setattr(self, flag, field(facts, flag) is True)
            for words in ("runners", "categories"):
                said = field(facts, words)
                setattr(self, words, [word for word in said if isinstance(word, str)] if isinstance(said, list) else [])
        return self


def of_call(payload: "dict[str, Any]", tool: str, project_dir: str) -> Check:
    """Name the check that a tool call runs."""
    arguments = field(payload, "tool_input")
    if tool in SHELLS:
        command = text(arguments, "command")
        if command is not None:
            from claudesess_collector.command_check import of_command

            is_agent = text(payload, "agent_id") is not None
            return of_command(command, text(payload, "cwd") or project_dir, project_dir, is_agent)
    for key in _TARGETS:
        target = text(arguments, key)
        if target is not None:
            return Check(f"{tool} {target}")
    return Check(tool)


def relative(path: str, project_dir: str) -> str:
    """Spell a path relative to the project when it lies inside, else leave it absolute."""
    path, project_dir = normal(path), normal(project_dir)
    if path == project_dir:
        return "."
    return path[len(project_dir) + 1 :] if path.startswith(project_dir.rstrip("/") + "/") else path
