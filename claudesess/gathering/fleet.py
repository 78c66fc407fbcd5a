"""Ask many databases over an engine: each adds its sums, and the estimates are made of all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, wait
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from claudesess import text
from claudesess.asking import answer, controls, listing
from claudesess.asking.answer import OWN
from claudesess.contracts import PROBLEMS, SUMS
from claudesess.errors import ClaudesessError, NothingFoundError, QuestionError
from claudesess.estimating.words import Statement
from claudesess.gathering import clocks, engines
from claudesess.gathering.heap import Heap
from claudesess.gathering.one import COMPARED, DRAWN, RESULT, Asked, Sums, sums_of, unpacked
from claudesess.gathering.places import Place, places

if TYPE_CHECKING:
    import altair as alt

    from claudesess.estimating.sums import By

_LOOK_S = 1.0  # so often it is looked whether the engine is still there
Measures = str | Iterable[str] | Mapping[str, Mapping[str, Any]] | None


class FleetStoppedError(ClaudesessError):
    """The engine went away; what had arrived is in `fleet`, which can go on.

    Parameters
    ----------
    fleet
        What had arrived.
    name
        What went away.
    why
        What is known of it.
    """

    def __init__(self, fleet: Fleet, name: str, why: str) -> None:
        done, n = fleet.n_done, len(fleet.places)
        super().__init__(
            f"{name} went away after {done:,} of {text.count(n, 'database')} ({why}). What arrived is kept: "
            f"error.fleet has it, and error.fleet.resume() asks the other {n - done:,}, on any engine."
        )
        self.fleet = fleet


def fleet(
    paths: str | Path | Iterable[str | Path],
    measures: Measures = None,
    *,
    by: By = OWN,
    where: Mapping[str, Any] | None = None,
    since: str | datetime | None = None,
    until: str | datetime | None = None,
    engine: engines.Engine = None,
    draws: int = 0,
    progress: bool | None = None,
) -> Fleet:
    """Ask measures of many databases, each where it lies; only what adds up is brought together.

    The numbers are those of one store over the same databases: counts exactly, others to the last digits.

    Parameters
    ----------
    paths
        Files, folders (searched at every depth for ``.claude-session.db``), globs, or URLs of these that
        fsspec knows (``s3://``, ``gs://``, ``file://``). What a URL names is copied, with its log, to whoever
        opens it, and removed afterwards. Other paths are opened where they are, so every worker must see
        them.
    measures
        Names, or a mapping of names to the options of each. Left out: all.
    by, where, since, until
        As for `ask`, for every measure.
    engine
        None for this process, one database at a time; ``"dask"`` for a worker per core of this machine; the
        address of a running Dask scheduler (``tcp://...``); a `distributed.Client`; or an executor of
        `concurrent.futures`.
    draws
        How often controls are drawn in each database; 0 for not at all. Sums grow by as many times as are
        drawn. `ask` draws 50 times with few units, and 10 times with very many.
    progress
        Whether to show progress on stderr; None shows it on a terminal.

    Returns
    -------
    Fleet
        With `answers` by measure, `left_out`, `problems` and `skew`.

    Raises
    ------
    NothingFoundError
        There is no database at any of the places.
    QuestionError
        There is no such measure, covariate, option or engine.
    FleetStoppedError
        The engine went away; what had arrived is kept.
    ClaudesessError
        No database could be asked.

    Notes
    -----
    Engines decide where, not what: labels of databases are given before they are sent out, and sums are put
    in order by them. Chance is drawn for each database by itself, from the seed and its label. Findings that
    quote units (which command a check was) name its id instead, since units stay where they are.

    Examples
    --------
    >>> from claudesess import samples
    >>> files = [samples.sample_path(name) for name in ("retry", "compaction")]
    >>> found = fleet(files, "retry_escalation.failures")
    >>> estimates = found.answers["retry_escalation.failures"].estimates
    >>> estimates[["unit", "n_events", "n_sessions"]].values.tolist()
    [['per active hour', 6, 2], ['per open hour', 6, 2]]
    >>> found
    <Fleet: 2 of 2 databases, 1 measure>
    """
    if draws < 0:
        raise QuestionError(f"draws is {draws!r}; it must be a whole number, 0 or more")
    how = {"by": by, "where": where, "since": since, "until": until}
    asked = Asked(
        _measures(measures), {name: value for name, value in how.items() if value is not OWN}, draws
    )
    _checked(asked)
    there, faults = places(paths)
    if not there:
        raise NothingFoundError("\n".join(map(str, faults)))
    made = Fleet(there, asked)
    made.unfound = [(None, str(fault.path), str(fault)) for fault in faults]
    return made.resume(engine, progress=progress)


def _measures(measures: Measures) -> dict[str, dict[str, Any]]:
    if measures is None:
        every = [name for question in listing.questions() for name in listing.names(question)]
        return {name: {} for name in every if not listing.measure(name).is_view}
    if isinstance(measures, Mapping):
        return {name: dict(given) for name, given in measures.items()}
    return {name: {} for name in ([measures] if isinstance(measures, str) else measures)}


def _checked(asked: Asked) -> None:
    """Refuse what no database could answer, before any is opened."""
    from claudesess.store import Store

    with Store.from_frames() as nothing:
        for one in asked.answers(nothing):
            if one.measure.is_view:
                raise QuestionError(f"{one.measure.name} is a view: it lists and draws, and adds nothing up.")


class Fleet:
    """What a fleet of databases says; made by `fleet`.

    Attributes
    ----------
    places : list of Place
        The databases that were found.
    answers : dict of str to FleetAnswer
        By measure: `estimates`, `control`, `sums`, `finding()`, `chart()`.
    left_out : DataFrame
        `db`, `path` and `reason` of those that could not be asked, and of places that hold none.
    problems : DataFrame
        What of the others could not be read: `claudesess.contracts.PROBLEMS`, those that lose rows.
    skew : DataFrame
        Where clocks disagree: `claudesess.gathering.clocks.SKEW`.
    """

    def __init__(self, there: list[Place], asked: Asked) -> None:
        self.places, self._asked = there, asked
        self.unfound: list[tuple[str | None, str, str]] = []
        self._heaps = {(name, kind): Heap() for name in asked.measures for kind in (RESULT, COMPARED, DRAWN)}
        self._seen = Heap()
        self._written_at: dict[str, datetime] = {}
        self._done: set[int] = set()
        self._faults: dict[int, str] = {}
        self._problems: list[tuple[Any, ...]] = []

    @property
    def n_done(self) -> int:
        """Databases that answered, if only by why they could not."""
        return len(self._done)

    @property
    def n_asked(self) -> int:
        """Databases behind the numbers."""
        return len(self._done) - len(self._faults)

    @property
    def n_sessions(self) -> int:
        """Sessions of the databases behind the numbers; one of several databases counts in each."""
        table = self._seen.table
        return (
            0
            if table is None
            else len(table.select(["db", "session_id"]).group_by(["db", "session_id"]).aggregate([]))
        )

    def resume(self, engine: engines.Engine = None, *, progress: bool | None = None) -> Fleet:
        """Ask the databases that have not answered yet.

        Raises
        ------
        FleetStoppedError
            The engine went away.
        ClaudesessError
            None of all databases could be asked.
        """
        from claudesess import terminal

        todo = [place for place in self.places if place.number not in self._done]
        shown = terminal.progress("Asking databases", len(self.places), done=self.n_done, is_shown=progress)
        with engines.running(engine) as on, shown as advance:
            for sums in self._gathered(on, todo):
                self.add(sums)
                advance()
        self.__dict__.pop("answers", None)
        if self.places and not self.n_asked:
            first = next(iter(self._faults.values()))
            raise ClaudesessError(
                f"None of {text.count(len(self.places), 'database')} could be asked. {first}"
            )
        return self

    def _gathered(self, on: engines.Running, todo: list[Place]) -> Iterator[Sums]:
        """Yield what databases add, as it comes; so many are out at a time as the engine has hands for.

        Whose workers died is asked again alone: others that waited at the same worker are blamed, too.
        """
        places, suspects = iter(todo), list[Place]()
        out: dict[Future[Sums], Place] = {}
        alone = None
        try:
            while True:
                while len(out) < on.width and (place := next(places, None)) is not None:
                    out[on.executor.submit(sums_of, place, self._asked)] = place
                if not out and suspects:
                    alone = suspects.pop()
                    out[on.executor.submit(sums_of, alone, self._asked)] = alone
                if not out:
                    return
                done, _ = wait(out, timeout=_LOOK_S, return_when=FIRST_COMPLETED)
                for future in done:
                    place = out.pop(future)
                    sums = _result(future, place)
                    if future.exception() is None or place is alone:
                        yield sums
                    else:
                        suspects.append(place)
                if not done and not on.is_there():
                    raise FleetStoppedError(self, on.name, "it no longer answers")
        except (BrokenExecutor, CancelledError) as error:
            self.__dict__.pop("answers", None)
            raise FleetStoppedError(self, on.name, str(error) or type(error).__name__) from error
        finally:
            for future in out:
                future.cancel()

    def add(self, sums: Sums) -> None:
        """Put what one database adds below the others; for engines that call `sums_of` by themselves."""
        self._done.add(sums.place.number)
        if sums.fault:
            self._faults[sums.place.number] = sums.fault
            return
        for key, table in sums.tables.items():
            self._heaps[key].add(table)
        if sums.seen is not None:
            db = pa.array([sums.place.db] * len(sums.seen), pa.string())
            self._seen.add(sums.seen.append_column("db", db))
        if sums.written_at is not None:
            self._written_at[sums.place.db] = sums.written_at
        self._problems += sums.problems

    @cached_property
    def answers(self) -> dict[str, FleetAnswer]:
        """The answers by measure."""
        return {name: FleetAnswer(self, name) for name in self._asked.measures}

    def sums(self, measure: str, kind: str = RESULT) -> pd.DataFrame:
        """Return what adds up of a measure, by the labels of the databases, whichever came first."""
        table = self._heaps[measure, kind].table
        if table is None:
            return SUMS.empty() if kind != DRAWN else SUMS.empty().assign(draw=pd.Series(dtype="int64"))
        return unpacked(table).sort_values("db", kind="stable", ignore_index=True)

    @property
    def nbytes(self) -> int:
        """Bytes that all sums take."""
        return sum(heap.nbytes for heap in (*self._heaps.values(), self._seen))

    @property
    def left_out(self) -> pd.DataFrame:
        """Databases that could not be asked, and why."""
        own = [
            (place.db, place.path, self._faults[place.number])
            for place in self.places
            if place.number in self._faults
        ]
        return pd.DataFrame([*self.unfound, *own], columns=["db", "path", "reason"], dtype="string")

    @property
    def problems(self) -> pd.DataFrame:
        """What of the databases that were asked could not be read."""
        found = pd.DataFrame(self._problems, columns=PROBLEMS.names).astype(object)
        return PROBLEMS.cast(found).sort_values(["path", "table"], kind="stable", ignore_index=True)

    @property
    def skew(self) -> pd.DataFrame:
        """Where clocks of the databases disagree; nothing is corrected."""
        table = self._seen.table
        seen = pd.DataFrame(columns=[*clocks.SEEN, "db"]) if table is None else table.to_pandas()
        return clocks.skew(seen.sort_values("db", kind="stable"), self._written_at, datetime.now(UTC))

    def __repr__(self) -> str:
        n = len(self._asked.measures)
        of = text.count(len(self.places), "database")
        return f"<Fleet: {self.n_asked} of {of}, {text.count(n, 'measure')}>"


class FleetAnswer:
    """What a measure says of a fleet.

    Attributes
    ----------
    measure : Measure
        What was asked.
    sums : DataFrame
        `claudesess.contracts.SUMS` of all databases.
    estimates : DataFrame
        `claudesess.contracts.ESTIMATES`.
    control : DataFrame or str
        As of `ask`; a sentence where none was drawn.
    """

    def __init__(self, of: Fleet, name: str) -> None:
        self.measure = listing.measure(name)
        self._fleet, self._options, self._draws = of, of._asked.measures[name], of._asked.draws

    @property
    def sums(self) -> pd.DataFrame:
        """What adds up; made anew each time, since it is large."""
        return self._fleet.sums(self.measure.name)

    @cached_property
    def estimates(self) -> pd.DataFrame:
        """One row per number."""
        return answer.estimated(self.measure, self.sums, self._options)

    @cached_property
    def control(self) -> pd.DataFrame | str:
        """The same numbers where they must come out empty, and what they leave of the result."""
        control = self.measure.module.control
        if isinstance(control, str):
            return control
        if not self._draws:
            return "No control was drawn: fleet(..., draws=10) draws it."
        name = self.measure.name
        sums = controls.ControlSums(self._fleet.sums(name, COMPARED), self._fleet.sums(name, DRAWN))
        return controls.beside(self.measure, sums)

    @cached_property
    def wording(self) -> Statement:
        """The estimates in words."""
        return self.measure.says(self.estimates, self.measure.units.empty())

    @cached_property
    def statement(self) -> Statement:
        """The answer in words: its `wording`, with what its control leaves of it."""
        return answer.said_beside(self.measure, self.wording, self.control, self.estimates)

    def finding(self) -> str:
        """Say the answer in sentences, with what its control leaves of it, where it was drawn."""
        return str(self.statement)

    def chart(self) -> alt.VConcatChart:
        """Draw the answer below its finding."""
        from claudesess.charts.offline import use_offline

        use_offline()
        drawn = self.measure.chart(self.estimates, self.measure.units.empty(), self.wording)
        return answer.headed(self.statement, self.measure.asks, drawn)

    def __repr__(self) -> str:
        return f"<FleetAnswer: {self.measure.name} of {text.count(self._fleet.n_asked, 'database')}>"


def _result(future: Future[Sums], place: Place) -> Sums:
    """Return what a database adds; one that no worker survives is left out, and named."""
    try:
        return future.result()
    except (BrokenExecutor, CancelledError):
        raise
    except Exception as error:
        why = " ".join(str(error).split())
        return Sums(
            place, f"{place.path} ended every worker that opened it ({type(error).__name__}: {why})", {}
        )
