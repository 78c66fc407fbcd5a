"""What the doctor says: remarks, each with its fix, and the facts behind them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Level = Literal["ok", "note", "action"]


@dataclass(frozen=True)
class Remark:
    """One thing that was looked at.

    Attributes
    ----------
    about
        What was looked at: a word for scripts.
    level
        `ok`; `note`: worth knowing; `action`: something is to be done.
    message
        What was found, as a sentence.
    fix
        What to do; empty when nothing is to be done.
    """

    about: str
    level: Level
    message: str
    fix: str = ""


@dataclass
class Report:
    """All remarks of one look, and the numbers that they rest on."""

    project: str
    remarks: list[Remark] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def needs_action(self) -> bool:
        """Whether anything is to be done."""
        return any(remark.level == "action" for remark in self.remarks)

    def ok(self, about: str, message: str) -> None:
        """Add: as it should be."""
        self.remarks.append(Remark(about, "ok", message))

    def note(self, about: str, message: str, fix: str = "") -> None:
        """Add: worth knowing."""
        self.remarks.append(Remark(about, "note", message, fix))

    def action(self, about: str, message: str, fix: str) -> None:
        """Add: something is to be done."""
        self.remarks.append(Remark(about, "action", message, fix))

    def to_dict(self) -> dict[str, Any]:
        """Return the report for scripts."""
        remarks = [asdict(remark) for remark in self.remarks]
        return {
            "project": self.project,
            "needs_action": self.needs_action,
            "remarks": remarks,
            "facts": self.facts,
        }
