"""What can be asked: measures and views are found by listing the folders of `claudesess.metrics`."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING

from claudesess import metrics
from claudesess.contracts import SESSION_COVARIATES, Units
from claudesess.errors import QuestionError

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

    from claudesess.estimating.words import Statement

OF_SESSIONS = tuple(SESSION_COVARIATES.names[3:])
"""Covariates that every measure has, from relation `session_covariates`."""

ALWAYS = ("day", "db", "session_id", *OF_SESSIONS)
"""All by which every measure can be grouped and filtered."""


@dataclass(frozen=True)
class Measure:
    """A file below `claudesess.metrics`: a measure, or a view.

    Parameters
    ----------
    module
        The file.
    """

    module: ModuleType

    def __reduce__(self) -> tuple[Callable[[str], Measure], tuple[str]]:
        """Go to another process by name: there it is found in the same file."""
        return measure, (self.name,)

    @property
    def units(self) -> Units:
        """The contract of its units."""
        contract: Units = self.module.UNITS
        return contract

    @property
    def name(self) -> str:
        """``question.measure``."""
        return self.units.name

    @property
    def asks(self) -> str:
        """What it asks, in a sentence."""
        return (inspect.getdoc(self.module) or "").partition("\n")[0]

    @property
    def nothing(self) -> str:
        """What is said where it counts nothing: that nothing happened, or who could have told of it."""
        sentence: str = getattr(self.module, "NOTHING", "Nothing of this was recorded")
        return sentence

    @property
    def captions(self) -> Mapping[str, str]:
        """What small charts count, by outcome or by unit; a view has none."""
        return {} if self.is_view else self.module.CAPTIONS

    @property
    def names(self) -> Mapping[str, str]:
        """What its question calls groups and outcomes where people read them, by what they are."""
        folder = question(self.units.question)
        return {**getattr(folder, "NAMES", {}), **getattr(folder, "KINDS", {})}

    def says(self, estimates: pd.DataFrame | None, units: pd.DataFrame) -> Statement:
        """Return what its estimates say in words, or nothing; some measures quote their units."""
        from claudesess.estimating.words import Statement

        if estimates is None:
            return Statement()
        finding = self.module.finding
        quotes = "units" in inspect.signature(finding).parameters
        statement: Statement = finding(estimates, units) if quotes else finding(estimates)
        return statement

    def chart(
        self, estimates: pd.DataFrame | None, units: pd.DataFrame, wording: Statement
    ) -> alt.typing.ChartType:
        """Draw estimates, in front what their words are about; of a view, its units."""
        draw = self.module.chart
        given = () if estimates is None else (wording.first(estimates),)
        drawn: alt.typing.ChartType = draw(*given, units)
        return drawn

    @property
    def is_view(self) -> bool:
        """It lists and draws, and estimates nothing."""
        return not hasattr(self.module, "estimate")

    @property
    def is_controlled(self) -> bool:
        """Its number is held against a control that is drawn; a view, and what only counts, has none."""
        from claudesess.estimating.controls import Control

        return isinstance(getattr(self.module, "control", None), Control)

    @property
    def covariates(self) -> tuple[str, ...]:
        """All by which it can be grouped and filtered, its own first."""
        return (*self.units.covariates, *ALWAYS)

    @property
    def relations(self) -> tuple[str, ...]:
        """The relations that it is asked of."""
        given = inspect.signature(self.module.units).parameters.values()
        return tuple(p.name for p in given if p.kind is not p.KEYWORD_ONLY)


def questions() -> list[str]:
    """Return the names of the questions: the folders.

    Examples
    --------
    >>> questions()[:6]
    ['agent_throughput', 'agents', 'checks', 'compaction_continuity', 'files', 'permissions']
    """
    return sorted(found.name for found in _modules(*metrics.__path__) if found.ispkg)


@cache
def _modules(*folders: str) -> list[pkgutil.ModuleInfo]:
    """List what is in folders once: every question that is asked looks here."""
    return list(pkgutil.iter_modules(folders))


@cache
def question(name: str) -> ModuleType:
    """Return the folder of a question, which names and orders its measures.

    Raises
    ------
    QuestionError
        There is no such question.
    """
    if name not in questions():
        raise QuestionError(f"There is no question {name!r}. There are: {', '.join(questions())}.")
    return importlib.import_module(f"{metrics.__name__}.{name}")


def names(of: str) -> list[str]:
    """Return the names of the measures and views of one question, in its order; new files come last.

    Examples
    --------
    >>> names("agent_throughput")[:2]
    ['agent_throughput.rate', 'agent_throughput.concurrency']
    """
    folder = question(of)
    there = sorted(file.name for file in _modules(*folder.__path__) if not file.name.startswith("_"))
    ordered = [name for name in folder.ORDER if name in there]
    return [f"{of}.{name}" for name in (*ordered, *(name for name in there if name not in ordered))]


def measure(name: str) -> Measure:
    """Return a measure or view by its name.

    Raises
    ------
    QuestionError
        There is no such measure; the message says which there are.

    Examples
    --------
    >>> measure("retry_escalation.next_step").covariates[:4]
    ('attempt', 'kind', 'error_category', 'agent_type')
    """
    of, _, own = str(name).partition(".")
    if of not in questions() or not own:
        every = ", ".join(one for question in questions() for one in names(question))
        raise QuestionError(f"There is no measure {name!r}. There are: {every}.")
    if name not in names(of):
        there = ", ".join(one.partition(".")[2] for one in names(of))
        raise QuestionError(f"There is no measure {name!r}. Of {of} there are: {there}.")
    return Measure(importlib.import_module(f"{metrics.__name__}.{name}"))


def measures() -> pd.DataFrame:
    """List what can be asked.

    Returns
    -------
    DataFrame
        One row per measure and view: measure (its name for ``ask``), asks, unit (what one of its units is),
        is_view, covariates (its own; all have those of the session), options and relations, comma-separated.

    Examples
    --------
    >>> measures().query("is_view")["measure"].tolist()
    ['agent_throughput.timeline']
    """
    import pandas as pd

    from claudesess.asking import options

    every = [measure(name) for of in questions() for name in names(of)]
    return pd.DataFrame(
        [
            {
                "measure": one.name,
                "asks": one.asks,
                "unit": one.units.grain,
                "is_view": one.is_view,
                "covariates": ", ".join(one.units.covariates),
                "options": ", ".join(options.of(one.module.units)),
                "relations": ", ".join(one.relations),
            }
            for one in every
        ]
    )


def in_words(name: str) -> str:
    """Say what a column, or a covariate, is called.

    Examples
    --------
    >>> in_words("agent_type"), in_words("source")
    ('Agent type', 'How it started')
    """
    words = {
        "db": "Database",
        "client_version": "Version of the client",
        "model": "Model",
        "source": "How it started",
        "later": "Who came next",
        "earlier": "Who edited first",
        "spread": "Number of sessions",
    }
    word = words.get(name, name.replace("_", " "))
    return word[:1].upper() + word[1:]
