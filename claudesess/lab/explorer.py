"""An explorer for notebooks: choose what is asked, and of what; finding, table and chart follow."""

from __future__ import annotations

import html
import typing
from typing import Any

import altair as alt
import ipywidgets as widgets
import pandas as pd
from IPython.display import display

from claudesess.asking import listing, options
from claudesess.asking.answer import OWN, Answer, ask
from claudesess.errors import ClaudesessError
from claudesess.relations import frames
from claudesess.store import Store

_SHOWN_ROWS = 200
_OWN, _ALL = "as the measure does", "all together"
_WIDE = widgets.Layout(width="24em")


def explore(store: Store) -> Explorer:
    """Show controls for a store: measure, grouping, projects, sessions, agents and the measure's own options.

    Parameters
    ----------
    store
        An open store.

    Returns
    -------
    Explorer
        A widget. Its `answer` (units, estimates) and `chart` can be read from the next cell at any time.

    Examples
    --------
    ``explorer = claudesess.explore(store)``, and in a later cell ``explorer.answer.estimates``.
    """
    return Explorer(store)


class Explorer(widgets.VBox):  # type: ignore[misc]
    """Controls, finding, table and chart of one measure at a time.

    Attributes
    ----------
    answer : Answer
        What was asked last and could be answered.
    result : DataFrame
        Its estimates; the units of a view.
    chart : altair chart
        The answer, drawn.
    """

    answer: Answer
    result: pd.DataFrame
    chart: alt.TopLevelMixin

    def __init__(self, store: Store) -> None:
        self._store = store
        self._asked: dict[tuple[Any, ...], Answer] = {}
        self._is_listing = False
        words = {name: f"{listing.question(name).TITLE}" for name in listing.questions()}
        labels = [
            (f"{words[of]}: {name.partition('.')[2].replace('_', ' ')}", name)
            for of in listing.questions()
            for name in listing.names(of)
        ]
        self.question = widgets.Dropdown(options=labels, description="Question", layout=_WIDE)
        self.by = widgets.Dropdown(description="Group by", layout=_WIDE)
        self.projects = _choice("Projects", self._values("session_covariates", "project"))
        self.sessions = _choice("Sessions", ())
        self.agent_types = _choice("Agents", ["main thread", *self._values("agent_runs", "agent_type")])
        self.options: dict[str, widgets.ValueWidget] = {}
        self._option_box = widgets.VBox()
        self._message = widgets.HTML()
        self._table, self._drawing = widgets.Output(), widgets.Output()
        filters = widgets.HBox([self.projects, self.sessions, self.agent_types])
        asked = widgets.HBox([self.question, self.by])
        super().__init__([asked, filters, self._option_box, self._message, self._table, self._drawing])
        self._list_sessions()
        self._ask()
        self.question.observe(lambda _: self._ask(), "value")
        self.projects.observe(lambda _: self._list_sessions(), "value")
        for control in (self.by, self.projects, self.sessions, self.agent_types):
            control.observe(lambda _: self._answer(), "value")

    def _values(self, relation: str, column: str) -> list[str]:
        return sorted(frames.load(self._store, relation)[column].dropna().astype(str).unique())

    def _list_sessions(self) -> None:
        sessions = frames.load(self._store, "sessions").merge(
            frames.load(self._store, "session_covariates")[["db", "session_id", "project"]],
            on=["db", "session_id"],
        )
        if self.projects.value:
            sessions = sessions[sessions["project"].isin(self.projects.value)]
        started = sessions["started_at"].dt.strftime("%Y-%m-%d %H:%M").fillna("?")
        ids = sessions["session_id"].astype(str)
        # New options take back the choice, which would be answered for itself just before the projects are.
        with self.sessions.hold_trait_notifications():
            self._is_listing = True
            self.sessions.options = list(zip(started + "  " + ids.str[:8], ids, strict=True))
        self._is_listing = False

    def _ask(self) -> None:
        """Build the controls of the chosen measure: what it can be grouped by, and its own options."""
        measure = listing.measure(self.question.value)
        self._is_listing = True
        self.by.options = [_OWN] if measure.is_view else [_OWN, _ALL, *measure.covariates]
        self.by.value = _OWN
        self._is_listing = False
        given = options.of(measure.module.units)
        self.options = {name: _control(name, hint, default) for name, (hint, default) in given.items()}
        for control in self.options.values():
            control.observe(lambda _: self._answer(), "value")
        self._option_box.children = tuple(self.options.values())
        self._answer()

    def _answer(self) -> None:
        """Answer and draw what is chosen now; a refusal is shown as a sentence, never as a traceback."""
        if self._is_listing:
            return
        by = {_OWN: OWN, _ALL: None}.get(self.by.value, self.by.value)
        try:
            answer = self._whole().again(by=by, where=self._where())
            result = answer.units if answer.measure.is_view else answer.estimates
            self.chart = answer.chart()
        except (ValueError, ClaudesessError) as error:
            self._message.value = f"<b>Not possible:</b> {html.escape(str(error))}"
            return
        self.answer, self.result = answer, result
        rows = len(result)
        more = f", the first {_SHOWN_ROWS} shown; all in .result" if rows > _SHOWN_ROWS else ""
        self._message.value = f"{html.escape(answer.finding())} {rows} rows{more}"
        _show(self._table, result.head(_SHOWN_ROWS).dropna(axis="columns", how="all"))
        _show(self._drawing, self.chart)

    def _whole(self) -> Answer:
        """Return the chosen measure, asked of everything with the chosen options: read once."""
        given = {name: control.value for name, control in self.options.items()}
        key = (self.question.value, *given.items())
        if key not in self._asked:
            self._asked[key] = ask(self._store, self.question.value, **given)
        return self._asked[key]

    def _where(self) -> dict[str, list[str]]:
        """Return what is chosen; nothing chosen in a list means everything."""
        lists = {"project": self.projects, "session_id": self.sessions, "agent_type": self.agent_types}
        return {name: list(control.value) for name, control in lists.items() if control.value}


def _choice(description: str, values: typing.Sequence[str]) -> widgets.SelectMultiple:
    return widgets.SelectMultiple(options=values, description=description, rows=5, layout=_WIDE)


def _control(name: str, hint: Any, default: Any) -> widgets.ValueWidget:
    """Return the control for an option, by its annotation."""
    about: dict[str, Any] = {
        "value": default,
        "description": name.replace("_", " "),
        "style": {"description_width": "initial"},
    }
    if typing.get_origin(hint) is typing.Literal:
        return widgets.Dropdown(options=list(typing.get_args(hint)), **about)
    if hint is int:
        return widgets.BoundedIntText(min=options.LEAST, max=1_000_000, **about)
    return widgets.Text(continuous_update=False, **about)


def _show(output: widgets.Output, value: object) -> None:
    output.clear_output(wait=True)
    with output:
        display(value)  # type: ignore[no-untyped-call]
