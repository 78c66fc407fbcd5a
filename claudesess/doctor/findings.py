"""What the doctor says: findings, each with its fix, and the facts behind them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Level = Literal["ok", "note", "action"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    check
        What was looked at: a word for scripts.
    level
        `ok`; `note`: worth knowing; `action`: something is to be done.
    message
        What was found, as a sentence.
    fix
        What to do; empty when nothing is to be done.
    """

    check: str
    level: Level
    message: str
    fix: str = ""


@dataclass
class Report:
    """All findings of one look, and the numbers that they rest on."""

    project: str
    findings: list[Finding] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def needs_action(self) -> bool:
        """Whether anything is to be done."""
        return any(finding.level == "action" for finding in self.findings)

    def ok(self, check: str, message: str) -> None:
        """Add: as it should be."""
        self.findings.append(Finding(check, "ok", message))

    def note(self, check: str, message: str, fix: str = "") -> None:
        """Add: worth knowing."""
        self.findings.append(Finding(check, "note", message, fix))

    def action(self, check: str, message: str, fix: str) -> None:
        """Add: something is to be done."""
        self.findings.append(Finding(check, "action", message, fix))

    def to_dict(self) -> dict[str, Any]:
        """Return the report for scripts."""
        findings = [asdict(finding) for finding in self.findings]
        return {
            "project": self.project,
            "needs_action": self.needs_action,
            "findings": findings,
            "facts": self.facts,
        }
