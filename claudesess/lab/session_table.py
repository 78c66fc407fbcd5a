"""The explorer's table of sessions: searches, sorts, restricts the answer, and opens a session's lanes."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from claudesess import text

if TYPE_CHECKING:
    import pandas as pd

    from claudesess.report.reader import Reader

_HERE = resources.files("claudesess.lab")
_PAGE = resources.files("claudesess.report") / "templates" / "page.css"
_DARK = "@media screen and (prefers-color-scheme: dark) {\n  :root {"

HEADS = (
    ("Started", False),
    ("Session", False),
    ("About", False),
    ("Project", False),
    ("Prompts", True),
    ("Calls", True),
    ("Failed", True),
    ("Agents", True),
    ("Compactions", True),
    ("Counted", True),
)
"""Title of each column, and whether it holds numbers."""
_MAY_GO = (2, 3, 7, 8)  # what it was about, project, agents, compactions
_NARROW = "@media (max-width"
_PATH = 24  # characters of a project's folder
_NUMBERS = ("n_prompts", "n_tool_calls", "n_failed_calls", "n_agents", "n_compactions")


def style() -> str:
    """Return the style of a session's page as it works inside another page, dark where that page is."""
    page = _PAGE.read_text(encoding="utf-8").replace(_DARK, "@media screen {\n  :host(.dark) {")
    # what is narrow is not the window but the place that a notebook gives
    page = page.replace(_NARROW, "@container (max-width")
    return page.replace(":root", ":host") + (_HERE / "session_table.css").read_text(encoding="utf-8")


class SessionTable(anywidget.AnyWidget):
    """A table of sessions in a notebook.

    Attributes
    ----------
    heads : list
        Of `HEADS` what stands above the columns that are shown, and their places.
    sessions : list
        Key and cells of every session, in the order of `HEADS`; sent once.
    counted : dict
        How many are counted in a session, by its key; the others are not shown.
    chosen : list of str
        Keys of the sessions to which the answer is restricted; none: all.
    opened : str
        Key of the session that is told of below, or nothing.
    page : str
        What is told of it, as HTML.
    css : str
        How that looks: the report's own style.
    """

    _esm = (_HERE / "session_table.js").read_text(encoding="utf-8")
    heads: Any = traitlets.List().tag(sync=True)
    sessions: Any = traitlets.List().tag(sync=True)
    counted: Any = traitlets.Dict().tag(sync=True)
    chosen = traitlets.List(traitlets.Unicode()).tag(sync=True)
    opened = traitlets.Unicode().tag(sync=True)
    page = traitlets.Unicode().tag(sync=True)
    css = traitlets.Unicode().tag(sync=True)

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._heads = [list(one) for one in HEADS]
        self._heads[0][0] = f"Started ({reader.zone_name()})"
        super().__init__(css=style())

    def list_all(self, sessions: pd.DataFrame) -> None:
        """Take every session there is; the index of the frame holds their keys."""
        started = self._reader.drawn(sessions[["started_at"]])["started_at"]
        short = text.apart(sessions["project"].dropna().astype(str), _PATH)
        columns = [
            started.dt.strftime("%Y-%m-%d %H:%M").fillna("not known"),
            sessions["session_id"].astype(str).str[:8],
            sessions["about"],
            sessions["project"].astype("string").map(short).fillna(""),
            *(sessions[name].astype(int) for name in _NUMBERS),
        ]
        self._columns = dict(enumerate(columns))
        cells = zip(*(column.tolist() for column in columns), strict=True)
        self.sessions = [[str(key), list(row)] for key, row in zip(sessions.index, cells, strict=True)]

    def show(self, counted: pd.Series) -> None:
        """Show the sessions in which something is counted: how many, by their keys."""
        # a column that is the same of all says nothing of any
        gone = [place for place in _MAY_GO if self._columns[place].loc[counted.index].nunique() <= 1]
        with self.hold_sync():
            self.heads = [[*one, place] for place, one in enumerate(self._heads) if place not in gone]
            self.counted = {str(key): int(number) for key, number in counted.items()}
