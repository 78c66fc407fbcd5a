"""An explorer for notebooks: choose a question and what it is asked of; table and chart follow."""

from __future__ import annotations

import html
import importlib
import inspect
import pkgutil
import typing
from types import ModuleType
from typing import Any

import altair as alt
import ipywidgets as widgets
import pandas as pd
from IPython.display import display

from claudesess import metrics
from claudesess.asking import options
from claudesess.errors import ClaudesessError
from claudesess.relations import frames
from claudesess.store import Store

_SHOWN_ROWS = 200
_MAIN = "(main thread)"
_WIDE = widgets.Layout(width="24em")


def questions() -> dict[str, ModuleType]:
    """Return the metrics by name, found by listing the folder."""
    names = sorted(module.name for module in pkgutil.iter_modules(metrics.__path__))
    return {name: importlib.import_module(f"claudesess.metrics.{name}") for name in names}


def explore(store: Store) -> Explorer:
    """Show controls for a store: question, projects, sessions, agent types and the metric's own options.

    Parameters
    ----------
    store
        An open store.

    Returns
    -------
    Explorer
        A widget. Its `result` (the metric's frame) and `chart` can be read from the next cell at any time.

    Examples
    --------
    ``explorer = claudesess.explore(store)``, and in a later cell ``explorer.result``.
    """
    return Explorer(store)


class Explorer(widgets.VBox):  # type: ignore[misc]
    """Controls, table and chart of one metric at a time.

    Attributes
    ----------
    result : DataFrame
        What the chosen metric computed for the chosen sessions; its contract is the metric's `RESULT`.
    chart : altair chart
        `result`, drawn.
    """

    result: pd.DataFrame
    chart: alt.TopLevelMixin

    def __init__(self, store: Store) -> None:
        self._store = store
        self._metrics = questions()
        self._frames: dict[str, pd.DataFrame] = {}
        self._is_listing = False
        labels = [(name.replace("_", " ").capitalize(), name) for name in self._metrics]
        self.question = widgets.Dropdown(options=labels, description="Question", layout=_WIDE)
        self.projects = _choice("Projects", self._values("sessions", "db"))
        self.sessions = _choice("Sessions", ())
        self.agent_types = _choice("Agents", [_MAIN, *self._values("agent_runs", "agent_type")])
        self.options: dict[str, widgets.ValueWidget] = {}
        self._option_box = widgets.VBox()
        self._message = widgets.HTML()
        self._table, self._drawing = widgets.Output(), widgets.Output()
        controls = widgets.HBox([self.projects, self.sessions, self.agent_types])
        super().__init__(
            [self.question, controls, self._option_box, self._message, self._table, self._drawing]
        )
        self.question.observe(lambda _: self._ask(), "value")
        self._list_sessions()
        self._ask()
        self.projects.observe(lambda _: self._list_sessions(), "value")
        for control in (self.projects, self.sessions, self.agent_types):
            control.observe(lambda _: self._answer(), "value")

    def _frame(self, relation: str) -> pd.DataFrame:
        if relation not in self._frames:
            self._frames[relation] = frames.load(self._store, relation)
        return self._frames[relation]

    def _values(self, relation: str, column: str) -> list[str]:
        return sorted(self._frame(relation)[column].dropna().astype(str).unique())

    def _list_sessions(self) -> None:
        sessions = self._frame("sessions")
        if self.projects.value:
            sessions = sessions[sessions["db"].astype(str).isin(self.projects.value)]
        started = sessions["started_at"].dt.strftime("%Y-%m-%d %H:%M").fillna("?")
        ids = sessions["session_id"].astype(str)
        # New options take back the choice, which would be answered for itself just before the projects are.
        with self.sessions.hold_trait_notifications():
            self._is_listing = True
            self.sessions.options = list(zip(started + "  " + ids.str[:8], ids, strict=True))
        self._is_listing = False

    def _ask(self) -> None:
        """Build the controls of the chosen metric's own options."""
        compute = self._metrics[self.question.value].compute
        hints = typing.get_type_hints(compute)
        keyword_only = [p for p in inspect.signature(compute).parameters.values() if p.kind is p.KEYWORD_ONLY]
        self.options = {p.name: _control(p.name, hints[p.name], p.default) for p in keyword_only}
        for control in self.options.values():
            control.observe(lambda _: self._answer(), "value")
        self._option_box.children = tuple(self.options.values())
        self._answer()

    def _answer(self) -> None:
        """Compute and draw what is chosen now; a refusal is shown as a sentence, never as a traceback."""
        if self._is_listing:
            return
        metric = self._metrics[self.question.value]
        parameters = inspect.signature(metric.compute).parameters.values()
        asked = [self._chosen(p.name) for p in parameters if p.kind is not p.KEYWORD_ONLY]
        try:
            self.result = metric.compute(*asked, **{name: c.value for name, c in self.options.items()})
            self.chart = metric.chart(self.result)
        except (ValueError, ClaudesessError) as error:
            self._message.value = f"<b>Not possible:</b> {html.escape(str(error))}"
            return
        rows = len(self.result)
        more = f", the first {_SHOWN_ROWS} shown; all in .result" if rows > _SHOWN_ROWS else ""
        self._message.value = f"{rows} rows{more}"
        _show(self._table, self.result.head(_SHOWN_ROWS))
        _show(self._drawing, self.chart)

    def _chosen(self, relation: str) -> pd.DataFrame:
        """Return a relation without what is not chosen; nothing chosen in a list means everything."""
        frame = self._frame(relation)
        for column, control in (("db", self.projects), ("session_id", self.sessions)):
            if control.value and column in frame:
                frame = frame[frame[column].astype(str).isin(control.value)]
        if self.agent_types.value and "agent_id" in frame:
            runs = self._frame("agent_runs")
            kept = runs.loc[runs["agent_type"].astype(str).isin(self.agent_types.value), ["db", "agent_id"]]
            keys = pd.MultiIndex.from_frame(frame[["db", "agent_id"]].astype(str))
            is_main = frame["agent_id"].isna() & (_MAIN in self.agent_types.value)
            frame = frame[keys.isin(pd.MultiIndex.from_frame(kept.astype(str))) | is_main]
        return frame


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
    if hint is bool:
        return widgets.Checkbox(**about)
    if hint is int:
        return widgets.BoundedIntText(min=options.LEAST, max=1_000_000, **about)
    if hint is float:
        return widgets.FloatText(**about)
    return widgets.Text(**about)


def _show(output: widgets.Output, value: object) -> None:
    output.clear_output(wait=True)
    with output:
        display(value)  # type: ignore[no-untyped-call]
