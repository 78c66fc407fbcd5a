"""Ask one measure of a store: units, estimates, control, chart, sentence, each made when looked at."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from claudesess import text
from claudesess.asking import controls, filters, listing, options
from claudesess.errors import QuestionError
from claudesess.estimating import words
from claudesess.estimating.relation import Relation
from claudesess.estimating.words import Statement

if TYPE_CHECKING:
    from datetime import tzinfo

    import altair as alt

    from claudesess.estimating.sums import By
    from claudesess.store import Store

_WORKED_OUT = ("estimates", "control", "wording", "statement")

OWN: Any = "the measure's own"
"""Group as the measure does by itself."""


def ask(
    store: Store,
    measure: str,
    *,
    by: By = OWN,
    where: Mapping[str, Any] | None = None,
    since: str | datetime | None = None,
    until: str | datetime | None = None,
    **given: Any,
) -> Answer:
    """Ask a measure of a store.

    Parameters
    ----------
    store
        An open store, of one database or many.
    measure
        ``question.measure``, such as ``"compaction_continuity.rereads"``;
        `claudesess.asking.listing.measures` lists them.
    by
        What to group by: one covariate, a pair of two, or None for all units together. Left out: as the
        measure groups by itself. Besides its own covariates every measure has ``day`` (cut in the zone of the
        store: `open_store`), ``db``, ``session_id``, and those of the session: ``project``, ``model``,
        ``client_version``, ``instructions``, ``source``.
    where
        Only units with these values: a mapping of covariate to value, or to a list of values. None stands
        for "not known". The filter applies to every part of the answer.
    since, until
        Only units whose time is at or after `since` and before `until`: a date or a time, in the store's
        zone unless it names one. Units whose time is not known are left out.
    **given
        Options of the measure.

    Returns
    -------
    Answer
        With `units`, `estimates`, `control`, `chart()` and `finding()`.

    Raises
    ------
    QuestionError
        There is no such measure, covariate or option, or a value is out of range.

    Examples
    --------
    >>> from claudesess import samples
    >>> store = samples.open_sample("workshop")

    One row per compaction, to join with notes of your own:

    >>> ask(store, "compaction_continuity.rereads").units.shape[0]
    34

    Are checks of general-purpose agents harder to fix?

    >>> answer = ask(store, "retry_escalation.outcome_by_attempt", by="agent_type")
    >>> fixed = answer.estimates.query("outcome == 'fixed' and horizon == 3")
    >>> print(fixed[["group", "estimate", "low", "high", "n_units"]].round(2).to_string(index=False))
              group  estimate   low  high  n_units
        main thread      0.63  0.52  0.72       99
    general-purpose      0.66  0.53  0.77       65

    Reads again, by who asked for the compaction:

    >>> answer = ask(store, "compaction_continuity.rereads", by="trigger")
    >>> same = answer.estimates.query("outcome == 'same lines'")
    >>> same[["group", "n_events", "exposure", "n_units"]].values.tolist()
    [['auto', 22, 91.0, 22], ['manual', 9, 44.0, 11]]

    Agents per active and per open hour, by project:

    >>> rates = ask(store, "agent_throughput.rate", by="project").estimates.query("outcome == 'started'")
    >>> rates[["group", "estimate", "unit"]].round(1).values.tolist()
    [['/home/dev/shop', 13.9, 'per active hour'], ['/home/dev/shop', 13.2, 'per open hour']]

    Failures per day:

    >>> days = ask(store, "retry_escalation.failures", by="day").estimates
    >>> days.query("unit == 'per open hour'")[["group", "n_events"]].head(2).values.tolist()
    [['2026-10-05', 15], ['2026-10-06', 49]]
    """
    return Answer(
        store, listing.measure(measure), by=by, where=where or {}, since=since, until=until, given=given
    )


class Answer:
    """What a measure says of a store; made by `ask`.

    Attributes
    ----------
    measure : Measure
        What was asked.
    units : DataFrame
        One row per thing observed or exposed: the measure's `UNITS`, with ``day`` and the covariates of the
        session.
    estimates : DataFrame
        `claudesess.contracts.ESTIMATES`.
    control : DataFrame or str
        The same estimates where they must come out empty, and the differences; a sentence where nothing is
        claimed beyond a count.
    """

    def __init__(
        self,
        store: Store,
        measure: listing.Measure,
        *,
        by: By,
        where: Mapping[str, Any],
        since: str | datetime | None,
        until: str | datetime | None,
        given: Mapping[str, Any],
    ) -> None:
        options.require(measure.module.units, given)
        groups = () if by is OWN or by is None else (by,) if isinstance(by, str) else tuple(by)
        if measure.is_view and groups:
            raise QuestionError(f"{measure.name} is a view: it lists and draws, and cannot be grouped.")
        if len(set(groups)) != len(groups) or len(groups) > 2:
            raise QuestionError(f"by is {by!r}; it must be one covariate, a pair of two, or None")
        for name in (*groups, *where):
            filters.require(measure, name)
        self.measure, self.where, self.options = measure, dict(where), dict(given)
        self.since = filters.moment("since", since, store.zone)
        self.until = filters.moment("until", until, store.zone)
        own = None if measure.is_view else options.of(measure.module.sums)["by"][1]
        self.by: By = own if by is OWN else by
        self._store = store
        self._rows: dict[Hashable, pd.DataFrame] = {}  # of queries that the units and the control share

    def again(
        self,
        *,
        by: By = OWN,
        where: Mapping[str, Any] | None = None,
        since: str | datetime | None = None,
        until: str | datetime | None = None,
    ) -> Answer:
        """Ask the same with another grouping or filter; what was read is not read again.

        Examples
        --------
        >>> from claudesess import samples
        >>> answer = ask(samples.open_sample("compaction"), "compaction_continuity.rereads")
        >>> answer.again(where={"trigger": "auto"}).units.shape[0], answer.units.shape[0]
        (0, 2)
        """
        other = Answer(
            self._store,
            self.measure,
            by=by,
            where=where or {},
            since=since,
            until=until,
            given=self.options,
        )
        other.__dict__["_all"] = self._all
        if "_drawn" in self.__dict__:
            other.__dict__["_drawn"] = self._drawn
        return other

    @cached_property
    def units(self) -> pd.DataFrame:
        """One row per thing observed or exposed."""
        return self._asked_for(self._all)

    def _asked_for(self, units: pd.DataFrame) -> pd.DataFrame:
        at = self.measure.units.at
        return filters.kept(filters.between(units, at, self.since, self.until), self.where)

    @cached_property
    def _all(self) -> pd.DataFrame:
        """All units, whatever is asked for, with the covariates of their sessions."""
        units = self._of(self.measure.module.units, self.options, self.measure.relations)
        units = filters.joined(units, self.measure.units, self._store, listing.ALWAYS)
        if not self.measure.is_controlled:
            self._rows.clear()
        return units

    @cached_property
    def sums(self) -> pd.DataFrame:
        """What adds up over sessions and databases; the estimates are made of it."""
        sums: pd.DataFrame = self._measured("sums")(self.units, by=self.by)
        return sums

    def sums_alone(self) -> pd.DataFrame:
        """Return `sums` of units that are not kept, and know of their sessions only what is asked for."""
        units = self._of(self.measure.module.units, self.options, self.measure.relations)
        self._rows.clear()
        sums: pd.DataFrame = self._measured("sums")(self._asked_for(self._beside(units)), by=self.by)
        return sums

    @cached_property
    def estimates(self) -> pd.DataFrame:
        """One row per number."""
        return estimated(self.measure, self.sums, self.options)

    @cached_property
    def control(self) -> pd.DataFrame | str:
        """The same numbers where they must come out empty, and what they leave of the result."""
        control = self._measured("control")
        if isinstance(control, str):
            return control
        sums = self._summed_beside(self._control_units)
        return controls.beside(self.measure, sums, self.estimates if sums.compared is self.sums else None)

    def control_sums(self, drawn: pd.DataFrame) -> controls.ControlSums:
        """Return what adds up of the result beside a control that was drawn."""
        return self._summed_beside(self._asked_for(self._beside(drawn)))

    @cached_property
    def _control_units(self) -> pd.DataFrame:
        """The units of the control that are asked for."""
        return self._asked_for(self._beside(self._drawn))

    def _summed_beside(self, units: pd.DataFrame) -> controls.ControlSums:
        return controls.summed(self.measure, self.units, self.sums, units, self.by)

    def read(self) -> None:
        """Read all that is needed of the store: what is worked out of it then asks the store nothing."""
        _ = self.units
        if self.measure.is_controlled:
            _ = self._control_units

    def work_out(self) -> dict[str, Any]:
        """Estimate, hold it against the control, put it into words; return what came out, by name."""
        if not self.measure.is_view:
            _ = self.control, self.statement
        return {name: self.__dict__[name] for name in _WORKED_OUT if name in self.__dict__}

    def take_in(self, worked_out: Mapping[str, Any]) -> None:
        """Take what another process has worked out of what was read here."""
        self.__dict__.update(worked_out)

    def __getstate__(self) -> dict[str, Any]:
        """Return what goes to another process: what was read, without the store that it is from."""
        own = {name: value for name, value in self.__dict__.items() if name != "_drawn"}
        return own | {"_store": _Elsewhere(self._store.zone), "_rows": {}}

    def _beside(self, units: pd.DataFrame) -> pd.DataFrame:
        """Put beside units what they are grouped and filtered by, and nothing else."""
        names = (self.by,) if isinstance(self.by, str) else self.by or ()
        return filters.joined(units, self.measure.units, self._store, {*names, *self.where})

    @cached_property
    def _drawn(self) -> pd.DataFrame:
        """All units of the control: so many that no more is put beside them than is asked for."""
        return self.drawn(self._measured("control").draws_of(len(self._all)))

    def drawn(self, draws: int) -> pd.DataFrame:
        """Draw the control so often, of all units that there are."""
        control = self._measured("control")
        drawn = self._of(control, control.taken(self.options) | {"draws": draws}, control.relations)
        self._rows.clear()  # nobody asks for them any more
        return drawn

    def chart(self) -> alt.VConcatChart:
        """Draw the answer below its finding."""
        return headed(self.statement, self.measure.asks, self.panel())

    def panel(self) -> alt.typing.ChartType:
        """Draw the answer without house style, as part of a page."""
        from claudesess.charts.offline import use_offline

        use_offline()
        return self.measure.chart(None if self.measure.is_view else self.estimates, self.units, self.wording)

    @cached_property
    def wording(self) -> Statement:
        """The estimates in words: title, detail, and what they rest on."""
        return Statement() if self.measure.is_view else self.measure.says(self.estimates, self.units)

    @cached_property
    def statement(self) -> Statement:
        """The answer in words: its `wording`, with what its control leaves of it."""
        return (
            said_beside(self.measure, self.wording, self.control, self.estimates)
            if self.wording
            else self.wording
        )

    def finding(self) -> str:
        """Say the answer in sentences: what is seen, how sure that is, and what its control leaves of it.

        Nothing where there is nothing to say, or for a view.
        """
        return str(self.statement)

    def __repr__(self) -> str:
        given = {"by": self.by, "where": self.where, "since": self.since, "until": self.until}
        of = ", ".join(
            f"{name}={str(value) if isinstance(value, datetime) else value!r}"
            for name, value in given.items()
            if value
        )
        return f"<Answer: {self.measure.name}{', ' if of else ''}{of}>"

    def _measured(self, part: str) -> Any:
        if self.measure.is_view:
            raise QuestionError(f"{self.measure.name} is a view: it lists and draws, and estimates nothing.")
        return getattr(self.measure.module, part)

    def _of(self, shape: Any, given: Mapping[str, Any], relations: tuple[str, ...]) -> pd.DataFrame:
        """Shape relations into units."""
        units: pd.DataFrame = shape(
            *(Relation(self._store, name, kept=self._rows) for name in relations), **given
        )
        return units


class _Elsewhere:
    """The store of an answer in another process: of it only the zone is there."""

    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone


def estimated(measure: listing.Measure, sums: pd.DataFrame, given: Mapping[str, Any]) -> pd.DataFrame:
    """Make estimates of what was added up, and note with which options it was asked."""
    estimates: pd.DataFrame = measure.module.estimate(sums)
    own = options.of(measure.module.units)
    changed = [f"{name}={value}" for name, value in given.items() if value != own[name][1]]
    return words.noted(estimates, f"asked with {', '.join(changed)}") if changed else estimates


def headed(statement: Statement, asks: str, *panels: alt.typing.ChartType) -> alt.VConcatChart:
    """Put panels below what is said of them, or below what is asked."""
    from claudesess import charts

    below = map(text.quoted, (statement.detail, statement.sure))
    return charts.page(*panels, title=text.quoted(statement.title) or asks, lines=below)


def said_beside(
    measure: listing.Measure, wording: Statement, control: pd.DataFrame | str, estimates: pd.DataFrame
) -> Statement:
    """Say what estimates say, and what their control leaves of it."""
    if not wording or isinstance(control, str):
        return wording
    return wording.surer(controls.sentence(measure.module.control, control, estimates, measure.names))
