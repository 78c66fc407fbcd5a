"""The tables of an open store as another process on this machine reads them: the same files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from claudesess.store.load import Problem
    from claudesess.store.shelf import Database


@dataclass(frozen=True)
class Lent:
    """What stands for the files of a store: SELECTs of its tables; whoever lends them keeps the files.

    Parameters
    ----------
    tables
        Where the files are.
    spill
        A folder for what does not fit into memory.
    selects
        By the name of a table, and of what is kept beside tables.
    about, lost
        `Store.list_databases` and `Store.list_problems`.
    """

    tables: Path
    spill: Path
    selects: dict[str, str]
    about: list[Database]
    lost: list[Problem]

    def select(self, name: str) -> str:
        """Return a SELECT of a table."""
        return self.selects[name]

    def derived(self, name: str, query: str, tables: tuple[str, ...]) -> str | None:
        """Return a SELECT of what is kept beside tables."""
        return self.selects.get(name)

    def databases(self) -> list[Database]:
        """Return what was opened."""
        return self.about

    def problems(self) -> list[Problem]:
        """Return what was not loaded."""
        return self.lost

    def n_problems(self) -> int:
        """Count what was not loaded."""
        return len(self.lost)

    def lent(self, selects: dict[str, str]) -> Lent:
        """Return the same once more."""
        return self

    def keep(self) -> None:
        """Keep nothing: that is done by whoever lends it."""

    def close(self) -> None:
        """Leave everything as it is."""
