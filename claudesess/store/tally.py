"""What is met while a table is read: counts of its rows, and of cells that do not fit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from claudesess.contracts import FLAG, INT, Column


@dataclass
class Tally:
    """What was met while a table, or a span of its rows, was read."""

    rows: int = 0
    strays: dict[str, int] = field(default_factory=dict)  # cells of another type than the column's
    broken: dict[str, int] = field(default_factory=dict)  # text that is no UTF-8
    broken_example: dict[str, str] = field(default_factory=dict)
    unread: dict[str, int] = field(default_factory=dict)  # text that is no time
    unread_example: dict[str, str] = field(default_factory=dict)
    fault: str = ""  # the table could not be read to its end

    @property
    def is_odd(self) -> bool:
        """Whether any cell did not fit."""
        return bool(self.strays or self.broken or self.unread or self.fault)


def is_number(column: Column) -> bool:
    """Say whether SQLite holds the column as integers."""
    return column.dtype in (INT, FLAG)


def added(tallies: Iterable[Tally]) -> Tally:
    """Add up the tallies of the spans of one table, in their order."""
    whole = Tally()
    for one in tallies:
        whole.rows += one.rows
        for kind in ("strays", "broken", "unread"):
            sums, counts = getattr(whole, kind), getattr(one, kind)
            for name, count in counts.items():
                sums[name] = sums.get(name, 0) + count
        whole.broken_example = one.broken_example | whole.broken_example
        for name, text in one.unread_example.items():
            whole.unread_example[name] = max(text, whole.unread_example.get(name, text))
        whole.fault = whole.fault or one.fault
    return whole
