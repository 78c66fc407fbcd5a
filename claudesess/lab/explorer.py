"""An explorer for notebooks: choose what is asked, and of what; finding, chart and sessions follow."""

from __future__ import annotations

import html
import threading
import typing
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cached_property, partial
from typing import Any

import altair as alt
import ipywidgets as widgets
import pandas as pd
from pandas.api.types import is_numeric_dtype

from claudesess import text
from claudesess.asking import filters, listing, options
from claudesess.asking.answer import OWN, Answer, headed
from claudesess.beginning import beginning
from claudesess.charts import offline
from claudesess.errors import ClaudesessError, QuestionError
from claudesess.estimating.sums import NOT_KNOWN
from claudesess.estimating.words import Statement
from claudesess.lab import picking, tables
from claudesess.lab.drawing import Drawing
from claudesess.lab.later import Later, is_in_a_loop
from claudesess.lab.reading import Reading
from claudesess.lab.selection import Selection, state
from claudesess.lab.session_table import SessionTable
from claudesess.relations import frames
from claudesess.report.reader import Reader
from claudesess.store import Store
from claudesess.store.scope import projects_named

_SHOWN_ROWS = 200
_KEPT = 64  # answers
_MOST_HELD = 2_000  # units that are held against their control unasked: a second's work
_OWN, _ALL = "as the measure does", "all together"
_AT_ONCE = 16_000_000  # bytes of databases that are read before anything is shown: a second or two
_NOTHING = "Nothing of this is in what is chosen"
_NAMES = {"project": "projects", "agent_type": "agents", "session_id": "sessions"}
_WIDE = widgets.Layout(width="27em")
_NARROW = widgets.Layout(width="15em")
_CLOSE = {"description_width": "5.5em"}


def explore(
    store: Store,
    question: str | None = None,
    *,
    projects: str | Sequence[str] = (),
    sessions: str | Sequence[str] = (),
    since: str | datetime | None = None,
    until: str | datetime | None = None,
    agents: str | Sequence[str] = (),
) -> Explorer:
    """Explore a store in a notebook: choose a question and sessions, see the answer and what is behind it.

    Parameters
    ----------
    store
        An open store.
    question
        The ``question.measure`` to begin with; None for the first.
    projects, agents
        Projects, by the names that `open_store` takes, and types of agents to begin with
        (``"main thread"`` is a type): one, or several; none for all.
    sessions
        Ids of sessions, or their beginnings: one, or several; none for all.
    since, until
        Only from `since` on, and before `until`; in the store's zone unless one is named.

    Returns
    -------
    Explorer
        A widget. Drag over time, click on groups, choose sessions, open one. Its `selection`, `answer`,
        `chart`, `sessions` and `code()` can be read from the next cell at any time.

    Raises
    ------
    QuestionError
        There is no such question, project, session, type of agent or time.

    Notes
    -----
    A large store is read after the explorer is shown: it says how far it is, and can be stopped. What the
    next cell reads of it waits for that.

    Examples
    --------
    ``explorer = claudesess.explore(store)``, and in a later cell ``explorer.answer.estimates``.
    """
    return Explorer(
        store, question, projects=projects, sessions=sessions, since=since, until=until, agents=agents
    )


class Explorer(widgets.VBox):
    """One measure at a time; made by `explore`.

    Attributes
    ----------
    selection : Selection
        What is chosen now, as `ask` takes it.
    answer : Answer
        What is chosen now, or what could be answered last.
    chart : altair chart
        The answer, drawn.
    sessions : DataFrame
        The sessions that the answer is of, with `n_units`, how many of each are counted.
    """

    def __init__(
        self,
        store: Store,
        question: str | None = None,
        *,
        projects: str | Sequence[str] = (),
        sessions: str | Sequence[str] = (),
        since: str | datetime | None = None,
        until: str | datetime | None = None,
        agents: str | Sequence[str] = (),
    ) -> None:
        self._store = store
        self._reader = Reader(store.zone)
        self._lock = threading.RLock()  # a notebook may send changes while a cell runs
        self._later = Later()
        self._is_stale = self._is_setting = False
        self._wholes: dict[tuple[Any, ...], Answer] = {}
        self._answers: dict[tuple[Any, ...], Answer] = {}
        self._groups: list[str] = []
        # what was given, as long as it cannot be chosen: nothing is read yet
        self._given: tuple[Sequence[str], ...] | None = tuple(
            (one,) if isinstance(one, str) else one for one in (projects, sessions, agents)
        )
        self._picked_from: tuple[Any, ...] | None = None
        self._drawn_span: tuple[float, float] | None = None
        self._made(since, until)
        if question is not None:
            self.question.value = listing.measure(question).name
        super().__init__(self._laid_out())
        self._watch()
        self._ask()
        self._first = Reading(self._steps())
        if sum(one.bytes for one in store.states()) > _AT_ONCE and is_in_a_loop():
            self._read_beside()
        else:
            self._first.wait()
            self._begin()
            self._settle()

    # Controls

    def _made(self, since: str | datetime | None, until: str | datetime | None) -> None:
        words = {of: listing.question(of).TITLE for of in listing.questions()}
        labels = [
            (f"{words[of]}: {name.partition('.')[2].replace('_', ' ')}", name)
            for of in listing.questions()
            for name in listing.names(of)
        ]
        self.question = widgets.Dropdown(
            options=labels, description="Question", layout=widgets.Layout(width="29em"), style=_CLOSE
        )
        self.by = widgets.Dropdown(description="Group by", layout=widgets.Layout(width="20em"), style=_CLOSE)
        self.since = _time_field("Since", self._moment("since", since), self._reader)
        self.until = _time_field("Until", self._moment("until", until), self._reader)
        self.projects, self.agents = _choice("Projects", ()), _choice("Agents", ())
        self.options: dict[str, widgets.ValueWidget] = {}
        self.table = SessionTable(self._reader)
        self.picker, self.drawing = Drawing(), Drawing()
        self.control, self.stop = _button("Hold against its control"), _button("Stop")
        self._option_box = widgets.VBox()
        self._state, self._shown, self._working = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self._estimates, self._units = widgets.HTML(), widgets.HTML()

    def _laid_out(self) -> list[widgets.Widget]:
        filtered = widgets.VBox([widgets.HBox([self.projects, self.agents]), self._option_box])
        self._fold = widgets.Accordion([filtered, self._estimates, self._units], selected_index=None)
        self._fold.titles = ("Projects, agents, options", "Estimates", "What is counted")
        asked = widgets.HBox([self.question, self.by, self.since, self.until])
        asked.layout.flex_flow = "row wrap"
        return [
            self._state, asked, self._working, self.stop, self._shown, self.control, self.picker,
            self.drawing, self.table, self._fold,
        ]  # fmt: skip

    # Reading

    def _steps(self) -> list[tuple[str, Callable[[], object]]]:
        """Return what is read before anything can be asked, in words: what is kept is not read again."""

        def relation(name: str) -> Callable[[], object]:
            return lambda: self._store.sql(f"SELECT count(*) FROM {name}")

        return [
            ("what was recorded", relation("hook_events")),
            ("the sessions", relation("session_windows")),
            ("their calls", relation("tool_calls")),
            ("their agents", lambda: self._types),
            ("what happened in them", relation("session_events")),
            ("what each was about", lambda: self._all_sessions),
            ("the first answer", self._first_answer),
        ]

    def _first_answer(self) -> object:
        answer = self._kept(self._selected()[0])
        return answer.units if answer.measure.is_view else answer.estimates

    @cached_property
    def _types(self) -> list[str]:
        return ["main thread", *_values(frames.load(self._store, "agent_runs")["agent_type"])]

    def _read_beside(self) -> None:
        """Read beside what else the notebook does, and show how far that is."""
        self.stop.description = "Stop"
        _shown(self.stop, True)
        self._first.begin()
        self._later.beside(self._first.read, lambda _: self._read_so_far())
        self._later.every_second(self._show_reading, lambda: self._first.is_at_work)

    def _show_reading(self) -> None:
        if self._given is not None:
            of = text.count(len(self._store.states()), "database")
            self._working.value = _line(self._first.in_words(of))

    def _read_so_far(self) -> None:
        """Go on where all is read; say so where it was stopped, or could not be read."""
        with self._lock:
            if self._given is None:
                return
            if not self._first.is_done:
                self._show_reading()
                self.stop.description = "Read on"
                return
            _shown(self.stop, False)
            try:
                self._begin()
            except QuestionError as error:  # then nothing is asked until something else is chosen
                self._working.value = _refused(error)
                return
        self._changed()

    def _stopped(self, _: Any) -> None:
        if self._first.is_at_work:
            self._first.stop()
            self._show_reading()
        elif self._given is not None:
            self._read_beside()

    def _wait(self) -> None:
        """Read what is not read yet, whoever waits for it."""
        if self._given is not None:
            self._first.wait()
            self._read_so_far()

    # Beginning

    def _begin(self) -> None:
        """Offer what there is, and set what was given to begin with."""
        given, self._given = self._given or ((), (), ()), None
        self._is_setting = True
        self.projects.options, self.agents.options = _values(self._all_sessions["project"]), self._types
        self.table.list_all(self._all_sessions)
        if self._all_sessions.empty:  # there is nothing to choose from, only something to do
            self.children = (widgets.HTML(_how_to_begin()),)
        try:
            self._choose(*given)
        finally:
            self._is_setting = False

    def _choose(self, projects: Sequence[str], sessions: Sequence[str], agents: Sequence[str]) -> None:
        of_projects: list[str] = list(self.projects.options)
        for name, control, given, meant in (
            ("project", self.projects, projects, partial(projects_named, projects=of_projects)),
            ("type of agent", self.agents, agents, lambda one: {one} & set(self.agents.options)),
        ):
            found: set[str] = set()
            for one in given:
                of_it = meant(one)
                if not of_it:
                    raise QuestionError(
                        f"There is no {name} {one!r}. There are: {', '.join(control.options)}."
                    )
                found |= of_it
            control.value = tuple(one for one in control.options if one in found)
        ids = self._all_sessions["session_id"].astype(str)
        chosen: list[str] = []
        for one in sessions:
            keys = [str(key) for key in self._all_sessions.index[ids.str.startswith(one)]]
            if not keys:
                raise QuestionError(f"There is no session whose id begins with {one!r}.")
            chosen += keys
        self.table.chosen = chosen

    def _watch(self) -> None:
        self.question.observe(lambda _: self._ask(), "value")
        self.by.observe(self._regrouped, "value")
        for control in (self.since, self.until, self.projects, self.agents):
            control.observe(self._changed, "value")
        self.table.observe(self._changed, "chosen")
        self.table.observe(self._opened, "opened")
        self._fold.observe(lambda _: self._show_frames(), "selected_index")
        self.control.on_click(self._hold)
        self.stop.on_click(self._stopped)

    def _ask(self) -> None:
        """Build the controls of the chosen measure: what it can be grouped by, and its own options."""
        measure = listing.measure(self.question.value)
        self._is_setting = True
        groups = () if measure.is_view else (_ALL, *measure.covariates)
        self.by.options = [
            (one if one in (_OWN, _ALL) else listing.in_words(one), one) for one in (_OWN, *groups)
        ]
        self.by.value = _OWN
        self._is_setting = False
        self._groups = []
        given = options.of(measure.module.units)
        self.options = {name: _control(name, hint, default) for name, (hint, default) in given.items()}
        for control in self.options.values():
            control.observe(self._changed, "value")
        self._option_box.children = tuple(self.options.values())
        self._changed()

    def _regrouped(self, _: Any) -> None:
        if not self._is_setting:
            self._groups = []
            self._changed()

    def _changed(self, _: Any = None) -> None:
        if self._is_setting:
            return
        self._is_stale = True
        if self._given is not None:  # what is read first is asked first
            return
        self._working.value = _line("<i>working …</i>")
        _shown(self.control, False)
        self._later.do(self._settle)

    # What can be read

    @property
    def selection(self) -> Selection:
        """What is chosen now, as `ask` takes it."""
        self._wait()
        return self._selected()[0]

    @property
    def answer(self) -> Answer:
        """What is chosen now, answered; where it cannot be, what could be last."""
        self._wait()
        self._settle()
        return self._answer

    @property
    def chart(self) -> alt.TopLevelMixin:
        """The answer, drawn."""
        return self.answer.chart()

    @property
    def sessions(self) -> pd.DataFrame:
        """The sessions that the answer is of."""
        self._wait()
        self._settle()
        counted = _by_session(self.answer.units)
        return self._counted(counted).reset_index(drop=True)

    def code(self) -> str:
        """Return a script that gives the same answer."""
        return self.selection.code(self._store)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Return the widget, and beside it a picture for where nothing is alive."""
        bundle = super()._repr_mimebundle_(**kwargs)
        if self._given is not None:
            return {**bundle, "text/plain": "Being read."}
        self._settle()
        answer = self._answer
        statement = answer.statement if self._is_held(answer) else answer.wording
        drawn = headed(statement, answer.measure.asks, answer.panel())
        still = offline.render(offline.specification(lambda: drawn))
        return {**bundle, "image/png": still["image/png"], "text/plain": f"{self._sentence}\n{statement}"}

    # Answering

    def _selected(self) -> tuple[Selection, list[str]]:
        """Return what is chosen, and which filters the question's units do not have."""
        measure = listing.measure(self.question.value)
        by = {_OWN: OWN, _ALL: None}.get(self.by.value, self.by.value)
        keys = [int(key) for key in self.table.chosen]
        sessions = self._all_sessions.loc[keys, "session_id"] if keys else pd.Series(dtype="string")
        lists = {
            "project": self.projects.value,
            "agent_type": self.agents.value,
            "session_id": tuple(dict.fromkeys(sessions.astype(str))),
        }
        where = {name: list(value) for name, value in lists.items() if value and name in measure.covariates}
        left_out = [_NAMES[name] for name, value in lists.items() if value and name not in measure.covariates]
        by_group = self._grouping(measure)
        if self._groups and by_group:
            where[by_group] = [None if one == NOT_KNOWN else one for one in self._groups]
        since, until = (
            self._moment(name, field.value.strip() or None)
            for name, field in (("since", self.since), ("until", self.until))
        )
        given = {name: control.value for name, control in self.options.items()}
        return Selection(measure.name, by, where, since, until, given), left_out

    def _moment(self, name: str, value: str | datetime | None) -> pd.Timestamp | None:
        """Return a time in UTC; one that names no zone is of the store's."""
        return filters.moment(name, value, self._store.zone)

    def _grouping(self, measure: listing.Measure) -> str | None:
        """Return the covariate whose groups can be clicked."""
        chosen = self.by.value
        own = None if measure.is_view else options.of(measure.module.sums)["by"][1]
        by = own if chosen == _OWN else None if chosen == _ALL else chosen
        return by if by is None or isinstance(by, str) else by[0]

    def _settle(self) -> None:
        """Answer and draw what is chosen now; a refusal is shown as a sentence, never as a traceback."""
        with self._lock:
            if not self._is_stale:
                return
            self._is_stale = False
            try:
                self._show()
            except (ValueError, ClaudesessError) as error:
                self._working.value = _refused(error)
                return
            self._working.value = ""
        self._later.do(self._hold_against_control)

    def _show(self) -> None:
        chosen, left_out = self._selected()
        answer = self._kept(chosen)
        measure = answer.measure
        spec = offline.specification(answer.panel)
        statement = answer.wording
        own = _by_session(answer.units)
        rows = self._counted(own)
        self._sentence = state(
            chosen,
            sessions=(len(rows), len(self._all_sessions)),
            calls=int(rows["n_tool_calls"].sum()),
            units=(len(answer.units), len(self._whole(chosen).units)),
            grain=measure.units.grain,
            left_out=left_out,
            reader=self._reader,
        )
        self._answer = answer
        self._state.value = _line(html.escape(self._sentence))
        whole = self._whole(chosen).units
        nothing = _NOTHING if len(whole) else measure.nothing
        self._shown.value = _shown_words(statement, measure.asks if len(answer.units) else nothing)
        self.drawing.draw_specification({**spec, "description": str(statement) or measure.asks})
        self._show_picker(chosen, measure)
        self._show_sessions(chosen)
        self._show_frames()

    def _hold_against_control(self) -> None:
        """Add what the control leaves of the finding; of many units, which takes long, when asked to."""
        with self._lock:
            answer = self._answer
            if self._is_stale or answer.measure.is_view or not answer.wording:
                return
            if not self._is_held(answer):
                _shown(self.control, True)
                return
        self._hold()

    def _is_held(self, answer: Answer) -> bool:
        """Say whether an answer is held against its control unasked, or has been when asked to."""
        return len(answer.units) <= _MOST_HELD or "statement" in answer.__dict__

    def _hold(self, _: Any = None) -> None:
        """Add what the control leaves of the finding, beside what is asked next."""
        answer = self._answer
        _shown(self.control, False)
        self._working.value = _line("<i>held against its control …</i>")

        def show(statement: Statement) -> None:
            with self._lock:
                if answer is self._answer and not self._is_stale:
                    self._shown.value = _shown_words(statement, answer.measure.asks)
                    self._working.value = ""

        self._later.beside(lambda: answer.statement, show)

    def _whole(self, chosen: Selection) -> Answer:
        """Return the chosen measure, asked of everything with the chosen options: read once."""
        key = (chosen.question, *sorted(chosen.options.items()))
        if key not in self._wholes:
            self._wholes[key] = Selection(chosen.question, OWN, {}, None, None, chosen.options).ask(
                self._store
            )
        return self._wholes[key]

    def _kept(self, chosen: Selection) -> Answer:
        """Return an answer that was given before, or a new one."""
        key = chosen.key()
        answer = self._answers.pop(key, None) or self._whole(chosen).again(
            by=chosen.by, where=chosen.where, since=chosen.since, until=chosen.until
        )
        self._answers[key] = answer  # the last asked for is the last to go
        if len(self._answers) > _KEPT:
            del self._answers[next(iter(self._answers))]
        return answer

    # What can be picked from

    def _show_picker(self, chosen: Selection, measure: listing.Measure) -> None:
        """Draw what can be picked from anew where it is something else."""
        by = self._grouping(measure)
        where = {name: values for name, values in chosen.where.items() if not (self._groups and name == by)}
        span = self._span(chosen)
        base = chosen._replace(where=where, since=None, until=None, by=OWN)
        key = (base.key(), by)
        if key == self._picked_from and span == self._drawn_span:
            return
        units = self._reader.drawn(self._kept(base).units)
        self._picked_from, self._drawn_span = key, span
        self.picker.draw(
            picking.chart(units, measure.units.at, by, span, self._groups, self._reader.zone_name())
        )
        for name, heard in ((picking.BRUSH, self._brushed), (picking.CLICKED, self._clicked)):
            if self.picker.selections.has_trait(name):
                self.picker.selections.observe(heard, [name])

    def _span(self, chosen: Selection) -> tuple[float, float] | None:
        """Return the stretch of time that is chosen, in milliseconds of the store's clock."""
        if chosen.since is None and chosen.until is None:
            return None
        times = self._whole(chosen).units[self._whole(chosen).measure.units.at].dropna()
        since, until = chosen.since or times.min(), chosen.until or times.max()
        # what begins after the last unit, or ends before the first, leaves nothing that could be drawn
        if pd.isna(since) or pd.isna(until) or since >= until:
            return None
        return _ms(since.tz_convert(self._store.zone)), _ms(until.tz_convert(self._store.zone))

    def _brushed(self, change: Any) -> None:
        span = next(iter(change["new"].value.values()), None)
        found = (float(span[0]), float(span[1])) if span else None
        if _is_same(found, self._drawn_span):
            return
        self._drawn_span = found
        since, until = (
            (None, None) if found is None else (_minute(found[0], "floor"), _minute(found[1], "ceil"))
        )
        self._drawn_span = None if since is None or until is None else (_ms(since), _ms(until))
        self._is_setting = True
        self.since.value, self.until.value = _day(since), _day(until)
        self._is_setting = False
        self._changed()

    def _clicked(self, change: Any) -> None:
        groups = [str(one[picking.GROUP]) for one in change["new"].value or []]
        if groups != self._groups:
            self._groups = groups
            self._changed()

    # Sessions and frames

    @cached_property
    def _all_sessions(self) -> pd.DataFrame:
        from claudesess.listing import overview

        about = frames.load(self._store, "session_covariates")[["db", "session_id", "project"]]
        every = overview.session_frame(self._store).merge(about, how="left", on=["db", "session_id"])
        keys = zip(every["db"], every["session_id"], strict=True)
        return every.assign(about=[text.plain(self._pages.about.get(key, "")) for key in keys])

    @cached_property
    def _pages(self) -> Any:
        from claudesess.report.pages import Report, Source

        return Report(self._store, self._reader, Source("", False))

    def _counted(self, units: pd.Series) -> pd.DataFrame:
        """Return the sessions in which something is counted, by their keys."""
        keys = pd.MultiIndex.from_frame(self._all_sessions[["db", "session_id"]])
        n = units.reindex(keys).fillna(0).astype("int64").to_numpy()
        return self._all_sessions.assign(n_units=n)[n > 0]

    def _show_sessions(self, chosen: Selection) -> None:
        where = {name: values for name, values in chosen.where.items() if name != "session_id"}
        self.table.show(self._counted(_by_session(self._kept(chosen._replace(where=where)).units))["n_units"])

    def _opened(self, _: Any) -> None:
        if not self.table.opened:
            self.table.page = ""
            return
        with self._lock:
            row = self._all_sessions.loc[int(self.table.opened)]
            self.table.page = self._pages.session(row["db"], row["session_id"])

    def _show_frames(self) -> None:
        """Fill the fold that is open, where there is something to fill it with."""
        if self._given is not None:
            return
        if self._fold.selected_index == 1:
            answer = self._answer
            frame = answer.units.head(0) if answer.measure.is_view else tables.numbers(answer.estimates)
            self._estimates.value = _as_html(frame)
        elif self._fold.selected_index == 2:
            self._units.value = _as_html(self._reader.drawn(self._answer.units))


def _how_to_begin() -> str:
    """Say what brings sessions where there are none."""
    begin = beginning()
    steps = (
        f"<li><code>{html.escape(command)}</code> {html.escape(does)}</li>" for command, does in begin.steps
    )
    return _line(f"<b>{html.escape(begin.state)}</b><ul>{''.join(steps)}</ul>")


def _shown_words(statement: Statement, asks: str) -> str:
    """Show what is said: the title, below it what else there is; what is asked where nothing is said."""
    title, *rest = (
        text.coded(one, lambda code: f"<code>{html.escape(code)}</code>", html.escape)
        for one in (statement.title or asks, statement.detail, statement.sure)
    )
    return _line(f"<b>{title}</b>" + "".join(f"<div>{one}</div>" for one in rest if one))


def _refused(error: Exception) -> str:
    return _line(f"<b>Not possible:</b> {html.escape(str(error))}")


def _line(inside: str) -> str:
    return f'<div role="status" style="line-height:1.45;max-width:60em">{inside}</div>'


def _by_session(units: pd.DataFrame) -> pd.Series:
    counted: pd.Series = units.groupby(["db", "session_id"]).size()
    return counted


def _as_html(frame: pd.DataFrame) -> str:
    shown = frame.head(_SHOWN_ROWS).dropna(axis="columns", how="all")
    more = f"<p>The first {_SHOWN_ROWS} of {len(frame):,} rows.</p>" if len(frame) > _SHOWN_ROWS else ""
    # numbers stand below each other, and so do the names of columns with them
    sides = ["right" if is_numeric_dtype(kind) else "left" for kind in shown.dtypes]
    heads = _row("th", map(str, shown), sides)
    rows = "".join(_row("td", map(_cell, row), sides) for row in shown.itertuples(index=False))
    look = "overflow:auto;max-height:24em;line-height:1.4;white-space:nowrap"
    body = f'<table class="dataframe"><thead>{heads}</thead><tbody>{rows}</tbody></table>'
    return f'<div style="{look}" tabindex="0" role="region" aria-label="Rows">{more}{body}</div>'


def _row(kind: str, cells: Iterable[str], sides: Sequence[str]) -> str:
    inside = (
        f'<{kind} style="text-align:{side};padding:0 .6em 0 0">{html.escape(cell)}</{kind}>'
        for cell, side in zip(cells, sides, strict=True)
    )
    return f"<tr>{''.join(inside)}</tr>"


def _cell(value: Any) -> str:
    if pd.isna(value):
        return "–"
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    return f"{value:,.4g}" if isinstance(value, float) else str(value)


def _values(column: pd.Series) -> list[str]:
    return sorted(column.dropna().astype(str).unique())


def _ms(time: pd.Timestamp) -> float:
    """Return what its clock shows, in milliseconds: charts know no other zone than UTC."""
    return time.tz_localize(None).tz_localize("UTC").timestamp() * 1000


def _minute(ms: float, way: str) -> pd.Timestamp:
    time: pd.Timestamp = getattr(pd.Timestamp(round(ms * 1000), unit="us", tz="UTC"), way)("min")
    return time


def _day(time: pd.Timestamp | None) -> str:
    return "" if time is None else f"{time:%Y-%m-%d %H:%M}"


def _is_same(one: tuple[float, float] | None, other: tuple[float, float] | None) -> bool:
    """Say whether two stretches are one, but for what a pixel is worth."""
    if one is None or other is None:
        return one is other
    near = max(0.01 * (other[1] - other[0]), 60_000)
    return abs(one[0] - other[0]) <= near and abs(one[1] - other[1]) <= near


def _time_field(description: str, value: pd.Timestamp | None, reader: Reader) -> widgets.Text:
    return widgets.Text(
        "" if value is None else reader.clock(value, "%Y-%m-%d %H:%M:%S"),
        description=description, placeholder="2026-10-14 18:00", continuous_update=False,
        layout=_NARROW, style={"description_width": "3.2em"},
    )  # fmt: skip


def _button(description: str) -> widgets.Button:
    """Return a button that is shown only where it can do something."""
    layout = widgets.Layout(width="auto", align_self="flex-start", display="none")
    return widgets.Button(description=description, layout=layout)


def _shown(button: widgets.Button, is_shown: bool) -> None:
    """Show a button, or not: another layout would be another widget, which stays."""
    button.layout.set_trait("display", None if is_shown else "none")


def _choice(description: str, values: typing.Sequence[str]) -> widgets.SelectMultiple:
    return widgets.SelectMultiple(options=values, description=description, rows=5, layout=_WIDE, style=_CLOSE)


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
