"""Findings: what all measures show to be too high, what it costs at least, what to do; the dearest first.

This is the one place that decides what a finding is. A number of a measure that gives `advice` is a
candidate. It is *judged* if it rests on eight sessions or more and has limits; else there is *not enough
data* for it. A judged number is *shown* if, over all judged numbers of all measures at once, the procedure of
Benjamini and Yekutieli expects at most `WRONG` of those that are shown to be wrong: they rest on the same
sessions, so that it has to hold however they depend on each other. Shown numbers with a next
step are ranked by what they cost per week at the lower 95 % limit; two about the same rows, or about the
same one session, are one; at most `MOST` are told.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, overload

import numpy as np
import pandas as pd

from claudesess import text
from claudesess.asking import controls, listing
from claudesess.asking.answer import Answer, ask
from claudesess.contracts import ESTIMATES
from claudesess.contracts.estimates import GROUPING
from claudesess.estimating.advice import Advice, Cost, Proposal
from claudesess.estimating.controls import rows_with
from claudesess.estimating.words import Statement

if TYPE_CHECKING:
    from claudesess.store import Store

MOST = 12
"""Findings that are told."""

WRONG = 0.05
"""Share of the findings of a report that may be expected to be wrong."""

SESSIONS_NEEDED = 8
"""A number of fewer sessions is an anecdote, and no candidate."""

HEADLINE_MIN = 1.0
"""Minutes a week that a finding costs at least, if pages are to begin with it."""

_SAME = 0.5  # share of the rows of the smaller finding from which on two are one
_ROW = [*GROUPING, "outcome", "statistic", "horizon", "horizon_unit", "unit"]
_WIDTH = 100  # columns of what is shown where nobody asks for another width
_BEHIND = " " * len("Next:  ")
_NAMES = ("aim", "file_path", "tried")  # columns of units that name a thing, beside those that end in _id
_PACE = """
SELECT coalesce(sum(active_h), 0) * 60 AS active_min, count(DISTINCT date_trunc('week', day_at)) AS weeks,
    (SELECT count(*) FROM tool_calls) AS calls
FROM _open_days
"""


class Pace(NamedTuple):
    """How much a store holds: weeks with a session (from Monday on), and minutes of activity per call."""

    weeks: float
    min_per_call: float

    def minutes(self, amount: float, cost: Cost) -> float:
        """Return a cost in minutes: calls take as long as the store's calls do on average."""
        return amount if cost == "min" else amount * self.min_per_call


@dataclass(frozen=True)
class Finding:
    """Something that costs time, and what to do about it.

    Attributes
    ----------
    answer
        What was asked: ``finding.answer.chart()`` draws it.
    statement
        What is seen: title, detail, and what it rests on: n, 95 % limits, what its control leaves of it.
    step
        What a person can do.
    proposal
        The change that this comes to, word for word, where there is one.
    amount, cost
        What it costs per week at the lower limit, and in what: min, calls, failed calls.
    minutes
        The same in minutes; findings are ranked by it.
    p
        p of the number, raised for all that were judged with it (Benjamini–Yekutieli).
    claim
        The row of `ESTIMATES`.
    advice
        What the measure says of its number: what an event costs, which units count.
    also
        Findings about the same rows, which are not told by themselves.
    """

    answer: Answer
    statement: Statement
    step: str
    proposal: Proposal | None
    amount: float
    cost: Cost
    minutes: float
    p: float
    claim: pd.Series
    advice: Advice = field(repr=False)
    also: tuple[Finding, ...] = ()

    @property
    def measure(self) -> str:
        """``question.measure``."""
        return self.answer.measure.name

    @property
    def costs(self) -> str:
        """Say what it costs.

        Examples
        --------
        >>> from claudesess import samples
        >>> store = samples.open_sample("workshop")
        >>> asked = {name: ask(store, name) for name in ("checks.recurring", "checks.hidden_status")}
        >>> [one.costs for one in findings(store, asked)]
        ['At least 2 min 05 s a week.', 'At least 10.2 failed calls a week (1 min 31 s).']
        """
        if self.cost == "min":
            return f"At least {text.clock(60 * self.amount)} a week."
        if self.amount < 1:  # nobody counts in parts of a call
            weeks = text.count(math.ceil(round(1 / self.amount, 6)), "week")
            return f"At least one {self.cost.removesuffix('s')} in {weeks}."
        amount = text.number(self.amount)
        calls = self.cost.removesuffix("s") if amount == "1" else self.cost
        length = f" ({text.clock(60 * self.minutes)})" if pd.notna(self.minutes) else ""
        return f"At least {amount} {calls} a week{length}."

    @property
    def is_worth_a_headline(self) -> bool:
        """Whether it costs a minute a week or more; what is less is told, in front of nothing."""
        return not self.minutes < HEADLINE_MIN

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The units behind it, those with the most events first."""
        events = self.advice.events.fillna(0).astype(float)
        units = self.answer.units
        is_behind = (events > 0) & _of_group(units, self.claim)
        order = events[is_behind].sort_values(ascending=False, kind="stable").index
        return units.loc[order].reset_index(drop=True)

    @property
    def lines(self) -> list[str]:
        """Say it: title, cost and what else is seen, what to do, how sure it is, and what is alike."""
        seen = f"{self.costs} {self.statement.seen}".strip()
        change = [] if self.proposal is None else [f"{_BEHIND}{self.proposal.line}"]
        also = [f"Also: {one.statement.title}. {one.step}" for one in self.also]
        return [
            self.statement.title, seen, f"Next:  {self.step}", *change,
            *([f"Sure?  {self.statement.sure}"] if self.statement.sure else []), f"Done?  {self.note}", *also,
        ]  # fmt: skip

    @property
    def note(self) -> str:
        """The command that keeps in mind what was changed because of it."""
        return f'claudesess note "…" --finding {self.measure}'


class Findings(Sequence[Finding]):
    """The findings of a store, the dearest first; made by `findings`, printed as sentences.

    Attributes
    ----------
    not_enough : list of str
        What measures ask for which there is not enough data, and how much there is.
    n_judged : int
        Numbers that were judged together.
    events : dict
        By measure that gives advice, how much each of its units counts for that.
    """

    def __init__(
        self,
        found: Sequence[Finding],
        not_enough: Sequence[str],
        n_judged: int,
        events: Mapping[str, pd.Series],
    ) -> None:
        self._found, self.not_enough, self.n_judged = list(found), list(not_enough), n_judged
        self.events = events

    @overload
    def __getitem__(self, place: int) -> Finding: ...
    @overload
    def __getitem__(self, place: slice) -> list[Finding]: ...
    def __getitem__(self, place: int | slice) -> Finding | list[Finding]:
        return self._found[place]

    def __len__(self) -> int:
        return len(self._found)

    def of(self, measure: str) -> list[Finding]:
        """Return the findings of one measure."""
        return [one for one in self if one.measure == measure]

    @property
    def table(self) -> pd.DataFrame:
        """One row per finding: its place, measure, words, cost per week, numbers and p."""
        words = ("title", "detail", "sure")
        cost = ("step", "amount", "cost", "minutes")
        numbers = ("estimate", "low", "high", "unit", "n_units", "n_sessions")
        rows = [
            {"place": place, "measure": one.measure}
            | {"title": one.statement.title, "detail": one.statement.seen, "sure": one.statement.sure}
            | {name: getattr(one, name) for name in cost}
            | {name: one.claim[name] for name in numbers}
            | {"p": one.p, "also": [other.measure for other in one.also]}
            for place, one in enumerate(self, start=1)
        ]
        return pd.DataFrame(rows, columns=["place", "measure", *words, *cost, *numbers, "p", "also"])

    @property
    def judged(self) -> str:
        """Say how many numbers were judged together, and how; nothing where there were no two."""
        if self.n_judged < 2:  # one is judged by its own limits
            return ""
        cut = f" At most {MOST} are told." if len(self) == MOST else ""
        return (
            f"Judged together: {text.count(self.n_judged, 'number')}; of those shown, at most "
            f"{100 * WRONG:.0f} % are expected to be wrong (Benjamini–Yekutieli).{cut}"
        )

    @property
    def judgements(self) -> list[str]:
        """Say every finding and how they were judged, or why there is none."""
        numbered = []
        for place, one in enumerate(self, start=1):
            first, *others = one.lines
            numbered += [f"{place}. {first}", *(f"   {line}" for line in others)]
        if not self.n_judged:
            enough = f"{SESSIONS_NEEDED} sessions that can be held against a control"
            return [f"No finding yet: no number rests on {enough}."]
        return [*(numbered or ["No finding: nothing is shown to cost time."]), self.judged]

    @property
    def too_few(self) -> str:
        """Say how many questions there is not enough data for; nothing where there is none."""
        n = len(self.not_enough)
        return f"{text.count(n, 'question')} cannot be held against chance yet" if n else ""

    @property
    def missing(self) -> list[str]:
        """Say for what there is not enough data, each question on a line."""
        return [f"{self.too_few}:", *(f"   - {one}" for one in self.not_enough)] if self.not_enough else []

    def __repr__(self) -> str:
        return "\n".join(
            line
            for whole in (*self.judgements, *filter(None, [self.too_few]))
            for line in text.wrapped(whole, _WIDTH)
        )


def findings(store: Store, answers: Mapping[str, Answer] | None = None) -> Findings:
    """Rank what all measures say by what it costs per week, at the lower confidence limit.

    What only describes, such as the longest chain of failures or an agent that failed, is no finding.

    Parameters
    ----------
    store
        An open store.
    answers
        Answers of its measures by name, if they were asked already.

    Returns
    -------
    Findings
        At most `MOST`, each with a next step; ``[0].rows`` are the rows behind the first.

    Examples
    --------
    >>> from claudesess import samples
    >>> found = findings(samples.open_sample("workshop"))
    >>> [one.measure for one in found], found[2].rows.shape[0]
    (['checks.recurring', 'checks.hidden_status', 'retry_escalation.repeats'], 17)
    """
    from claudesess import stats

    asked = answers if answers is not None else _asked(store)
    advised = {name: given for name, one in asked.items() if (given := _advised(one)) is not None}
    if not advised:
        return Findings([], [], 0, {})
    every = pd.concat([_judged(name, *given) for name, given in advised.items()], ignore_index=True)
    every["p"] = stats.false_discovery(every["p"])
    pace = pace_of(store)
    every["amount"] = every["amount"] / pace.weeks
    every["minutes"] = [
        pace.minutes(amount, advised[name][0].cost)
        for name, amount in zip(every["name"], every["amount"], strict=True)
    ]
    shown = every[(every["p"] <= WRONG) & (every["amount"] > 0)]
    order = shown.sort_values(["minutes", "amount"], ascending=False, kind="stable", na_position="last")
    candidates = (_finding(asked[row["name"]], *advised[row["name"]], row) for _, row in order.iterrows())
    return Findings(
        _chosen(one for one in candidates if one.step),
        _not_enough(asked, every),
        int(every["p"].notna().sum()),
        {name: advice.events for name, (advice, _) in advised.items()},
    )


def pace_of(store: Store) -> Pace:
    """Return how many weeks a store holds, one at least, and how long its calls take."""
    row = store.sql(_PACE).iloc[0]
    calls, active = float(row["calls"]), float(row["active_min"])
    return Pace(max(float(row["weeks"]), 1.0), active / calls if calls and active else np.nan)


def _asked(store: Store) -> dict[str, Answer]:
    names = [name for question in listing.questions() for name in listing.names(question)]
    return {name: ask(store, name) for name in names}


def _advised(answer: Answer) -> tuple[Advice, pd.DataFrame] | None:
    """Return the advice of a measure, and the numbers that may be findings; None where it gives none."""
    module = answer.measure.module
    if not hasattr(module, "advice"):
        return None
    advice: Advice = module.advice(answer.estimates, answer.units)
    return advice, claims_of(answer, advice)


def claims_of(answer: Answer, advice: Advice) -> pd.DataFrame:
    """Return the numbers that may be findings: where the advice names none, what the control leaves."""
    if advice.claims is not None:
        return advice.claims.reset_index(drop=True)
    control = answer.control
    if isinstance(control, str):
        return ESTIMATES.empty()
    gaps = control[control["role"] == "difference"]
    return rows_with(gaps, answer.measure.module.control.claim).reset_index(drop=True)


def _judged(name: str, advice: Advice, claims: pd.DataFrame) -> pd.DataFrame:
    """Return p and cost at the lower limit of each claim; NA where there is not enough data."""
    from claudesess import stats

    sign = -1.0 if advice.is_less else 1.0
    number, low, n_sessions, exposure, n_units = (
        claims[column].astype("Float64").to_numpy(float, na_value=np.nan)
        for column in ("estimate", "high" if advice.is_less else "low", "n_sessions", "exposure", "n_units")
    )
    gap, least = sign * (number - advice.above), sign * (low - advice.above)
    is_enough = ~claims["is_small"].to_numpy(bool) & (n_sessions >= SESSIONS_NEEDED)
    p = np.where(is_enough, stats.p_of_limits(gap, least, n_sessions), np.nan)
    among = np.where(np.isnan(exposure), n_units, exposure)
    return pd.DataFrame(
        {
            "name": name,
            "place": np.arange(len(claims)),
            "p": p,
            "amount": least * among * advice.each,
            "n_sessions": n_sessions,
        }
    )


def _finding(answer: Answer, advice: Advice, claims: pd.DataFrame, row: pd.Series) -> Finding:
    """Put what is seen, and what to do about it, into words."""
    claim = claims.iloc[int(row["place"])]
    step = advice.step if isinstance(advice.step, str) else advice.step(claim)
    proposal = (advice.proposal(claim) if callable(advice.proposal) else advice.proposal) if step else None
    statement = said_of(answer, advice, claim)
    amount, minutes, p = (float(row[name]) for name in ("amount", "minutes", "p"))
    return Finding(answer, statement, step, proposal, amount, advice.cost, minutes, p, claim, advice)


def said_of(answer: Answer, advice: Advice, claim: pd.Series) -> Statement:
    """Say what is seen of a number, and what its control leaves of it."""
    own = answer.estimates[_is_like(answer.estimates, claim, GROUPING)]
    if advice.says is not None:
        result = own[_is_like(own, claim, _ROW)]
        statement = advice.says(result.iloc[0] if claim["role"] == "difference" else claim)
    else:
        statement = answer.measure.says(own, answer.units)
    control = answer.control
    if isinstance(control, str):
        return statement
    beside = control[_is_like(control, claim, GROUPING)]
    return statement.surer(
        controls.sentence(answer.measure.module.control, beside, own, answer.measure.names)
    )


def _is_like(rows: pd.DataFrame, claim: pd.Series, columns: list[str]) -> pd.Series:
    """Say which rows of estimates have what a claim has in these columns."""
    is_like = pd.Series(True, index=rows.index)
    for name in columns:
        is_like &= rows[name].isna() if pd.isna(claim[name]) else (rows[name] == claim[name]).fillna(False)
    return is_like


def _of_group(units: pd.DataFrame, claim: pd.Series) -> pd.Series:
    """Say which units are of the group of a claim."""
    from claudesess.estimating.sums import NOT_KNOWN

    is_own = pd.Series(True, index=units.index)
    for name in ("group", "group_2"):
        if pd.notna(claim[f"{name}_by"]):
            is_own &= units[claim[f"{name}_by"]].astype("string").fillna(NOT_KNOWN) == claim[name]
    return is_own


def _chosen(ranked: Iterator[Finding]) -> list[Finding]:
    """Return the first findings, each with those after it that are about the same."""
    from dataclasses import replace

    found: list[Finding] = []
    for one in ranked:
        place = next((place for place, other in enumerate(found) if _is_same(one, other)), None)
        if place is not None:
            found[place] = replace(found[place], also=(*found[place].also, one))
        elif len(found) < MOST:
            found.append(one)
        else:
            break
    return found


def _is_same(one: Finding, other: Finding) -> bool:
    """Whether two findings are of one incident: half of the rows of one, or most of each in one session."""
    names = [name for name in one.rows if _is_name(str(name)) and name in other.rows]
    shared = [name for name in names if one.rows[name].notna().any() and other.rows[name].notna().any()]
    if shared:
        first, second = (
            frame[["db", "session_id", *shared]].drop_duplicates() for frame in (one.rows, other.rows)
        )
        both = first.merge(second, on=["db", "session_id", *shared])
        return len(both) >= _SAME * min(len(first), len(second))
    top, other_top = _session_of_most(one), _session_of_most(other)
    return top is not None and top == other_top


def _is_name(column: str) -> bool:
    return column in _NAMES or (column.endswith("_id") and column != "session_id")


def _session_of_most(one: Finding) -> tuple[str, str] | None:
    """Return the session that has more than half of the events, if one has."""
    events = one.advice.events.fillna(0).astype(float)[_of_group(one.answer.units, one.claim)]
    units = one.answer.units.loc[events.index]
    each = events.groupby([units["db"], units["session_id"]], observed=True).sum().reset_index(name="n")
    top = each[each["n"] > _SAME * each["n"].sum()]
    return None if top.empty else (str(top["db"].iloc[0]), str(top["session_id"].iloc[0]))


def _not_enough(asked: Mapping[str, Answer], every: pd.DataFrame) -> list[str]:
    """Say which questions of measures that give advice could not be judged at all."""
    lines = []
    for name, answer in asked.items():
        if not hasattr(answer.measure.module, "advice"):
            continue
        own = every[every["name"] == name]
        if own["p"].isna().all():
            n = int(own["n_sessions"].fillna(0).max()) if len(own) else 0
            few = (
                f"{n} of the {SESSIONS_NEEDED} sessions needed"
                if n < SESSIONS_NEEDED
                else "too few observations"
            )
            lines.append(f"{answer.measure.asks} ({few})")
    return lines
