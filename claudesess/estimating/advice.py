"""What a measure would have people do where its number is shown to be too high, and what that costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    import pandas as pd

    from claudesess.estimating.words import Statement

Cost = Literal["min", "calls", "failed calls"]
"""In what a finding is costed; calls are turned into minutes by the pace of the store."""


PLACES = {
    "rule": "For CLAUDE.md",
    "permission": "For permissions.allow of the settings",
}
"""Where each kind of proposal goes, as its line begins."""


class Proposal(NamedTuple):
    """One change that somebody may make, word for word.

    Attributes
    ----------
    kind
        What it is: a line of the instructions, an entry of the allow-list.
    text
        The line, the entry; on one line.
    """

    kind: Literal["rule", "permission"]
    text: str

    @property
    def line(self) -> str:
        """Say what goes where.

        Examples
        --------
        >>> Proposal("permission", "Bash(npm test:*)").line
        'For permissions.allow of the settings: Bash(npm test:*)'
        """
        return f"{PLACES[self.kind]}: {self.text}"


@dataclass(frozen=True)
class Advice:
    """What follows from a measure; returned by its optional function ``advice(estimates, units)``.

    A measure says by it which of its numbers may be findings, what each event costs, and what to do. Whether
    a number is shown, what it comes to per week, and which findings are told is decided in one place for
    all measures: `claudesess.asking.findings`.

    Parameters
    ----------
    step
        What a person can do about it, in a sentence; or a function of the row of `claims` that says it. Where
        it says nothing, there is no finding. A sentence names nothing of the data; a function may, and is
        left out of pages for strangers.
    events
        How many events each unit adds, in the order of the units: those with any are the rows behind it.
    cost
        What an event costs is counted in.
    each
        How many of these an event costs.
    claims
        Rows of `claudesess.contracts.ESTIMATES`, one per number that may be too high; its group says
        which units it is of. Left out: the differences from the control, for its claim.
    above
        What the number is where there is nothing to find.
    is_less
        It is too low, not too high.
    says
        What is seen, in a sentence without its control, of a row of `claims` (or, of a difference, the row of
        the result). Left out: the measure's ``finding``.
    proposal
        The change that `step` comes to, where it is one that can be copied; or a function of the row of
        `claims`, as for `step`.
    """

    step: str | Callable[[pd.Series], str]
    events: pd.Series
    cost: Cost
    each: float = 1.0
    claims: pd.DataFrame | None = None
    above: float = 0.0
    is_less: bool = False
    says: Callable[[pd.Series], Statement] | None = None
    proposal: Proposal | Callable[[pd.Series], Proposal] | None = None
