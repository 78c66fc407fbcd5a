"""Compare two sides of a store's sessions by one measure, or by several at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from claudesess import text
from claudesess.asking import filters
from claudesess.asking.answer import Answer, ask
from claudesess.asking.splits import Split, SplitBy, split_of
from claudesess.errors import QuestionError
from claudesess.estimating.controls import rows_with
from claudesess.estimating.sums import NOT_KNOWN

if TYPE_CHECKING:
    from claudesess.stats import Comparison
    from claudesess.store import Store

_SIDE = "side"
_PERMUTATIONS = 499


@dataclass(frozen=True)
class Claim:
    """The number of a measure that is compared: a row of `ESTIMATES`, by some of its columns."""

    outcome: str
    statistic: str
    unit: str
    horizon: float | None

    def of(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Keep the rows of estimates that are this number."""
        own = rows_with(rows, {"outcome": self.outcome, "statistic": self.statistic, "unit": self.unit})
        return (
            own[own["horizon"].isna()] if self.horizon is None else rows_with(own, {"horizon": self.horizon})
        )


@dataclass(frozen=True)
class Compared:
    """One measure on two sides; made by `compare`.

    Attributes
    ----------
    answer, split, claim
        What was asked, of which sides, and the number that is compared.
    seen : claudesess.stats.Comparison
        The numbers of both sides, the difference between its limits, p, and what a test on rows would say.
    p_of_all : float
        p, raised for how many measures were asked about at once (Holm); NaN for one.
    """

    answer: Answer
    split: Split
    claim: Claim
    seen: Comparison
    p_of_all: float = np.nan

    def sentence(self) -> str:
        """Say what can be said of the comparison, and what cannot."""
        from claudesess import stats

        form, difference, points = {
            "share": (text.percent, text.points, " points"),
            "s": (text.clock, lambda seconds: text.signed(seconds, text.clock), ""),
        }.get(self.claim.unit, (text.number, text.signed, ""))
        return stats.sentence(
            self.seen, self.what, *self.split.names,
            p_of_all=self.p_of_all, form=form, difference=difference, points=points,
        )  # fmt: skip

    @property
    def what(self) -> str:
        """Say what is compared, in words, with the measure to ask for it by."""
        measure, claim = self.answer.measure, self.claim
        counted = measure.captions.get(claim.outcome) or measure.captions.get(claim.unit) or measure.asks
        unit = "" if claim.unit in ("share", "s") or claim.unit in counted else f", {claim.unit}"
        by = "" if claim.horizon is None else f" by {claim.horizon:g}"
        return f"{counted.rstrip('?')}, {claim.outcome}{by}{unit} ({measure.name})"

    def trend(self) -> pd.DataFrame:
        """Fit a line before the date and one from it on, day by day: `claudesess.asking.trend.segmented`.

        Raises
        ------
        QuestionError
            The split is no date; there are too few days; or statsmodels (extra ``stats``) is not installed.
        """
        from claudesess.asking.trend import segmented

        if self.split.by != "started_at":
            raise QuestionError("A trend is around a date: split by one.")
        days = self.claim.of(self.answer.again(by="day").estimates).sort_values("group")
        dated = days[days["group"] != NOT_KNOWN]
        table = dated[["group", "estimate", "exposure"]].set_axis(["day", "estimate", "weight"], axis=1)
        return segmented(table.reset_index(drop=True), self.split.second[0])

    @property
    def is_shown(self) -> bool:
        """The limits leave out that there is no difference, and the tests agree."""
        from claudesess.stats.compare import is_shown

        return is_shown(self.seen, p_of_all=self.p_of_all)


class Comparisons:
    """Several measures on the same two sides; made by `compare`.

    Attributes
    ----------
    compared : list of Compared
        In the order in which they were asked.
    """

    def __init__(self, compared: Sequence[Compared]) -> None:
        self.compared = list(compared)

    @property
    def table(self) -> pd.DataFrame:
        """One row per measure: both numbers, the difference, its limits, sessions, p, and what is said."""
        rows = [
            {
                "measure": one.answer.measure.name,
                "outcome": one.claim.outcome,
                "unit": one.claim.unit,
                "first": one.seen.first,
                "second": one.seen.second,
                "difference": one.seen.difference,
                "low": one.seen.low,
                "high": one.seen.high,
                "n_first": one.seen.n_sessions[0],
                "n_second": one.seen.n_sessions[1],
                "p": one.seen.p,
                "p_of_all": one.p_of_all,
                "p_rows": one.seen.p_rows,
                "n_more": one.seen.n_more,
                "is_shown": one.is_shown,
                "sentence": one.sentence(),
            }
            for one in self.compared
        ]
        return pd.DataFrame(rows)

    def findings(self) -> list[str]:
        """Say of each measure what can be said, and what cannot."""
        return [one.sentence() for one in self.compared]

    def __repr__(self) -> str:
        return "\n".join(self.findings())


def compare(
    store: Store,
    measure: str | Sequence[str],
    *,
    split: SplitBy,
    outcome: str | None = None,
    where: Mapping[str, Any] | None = None,
    **given: Any,
) -> Comparisons:
    """Compare two sides of a store's sessions.

    Parameters
    ----------
    store
        An open store, of one database or many.
    measure
        ``question.measure``, or several.
    split
        A date: sessions that started before it against those from it on. Or ``{covariate: (first,
        second)}``; ``{covariate: value}``, against all others that are known; ``{"session_id": [...]}``,
        those listed against the others. `claudesess.splits` lists the natural splits.
    outcome
        An outcome of the measure. Left out: the one that its finding is about.
    where, **given
        As for `ask`.

    Returns
    -------
    Comparisons
        It prints what can be said; ``.table`` has the numbers.

    Raises
    ------
    QuestionError
        A side has fewer than eight sessions: the message says what a test on rows would have claimed. Or
        there is no such measure, covariate or outcome.

    Notes
    -----
    The difference is by session: a jackknife of each side, with degrees of freedom after
    Welch–Satterthwaite. With fewer than twenty sessions on a side, sessions are also dealt out to the sides
    at random (`claudesess.stats.compare`). Sides that share sessions, such as agent types, are compared
    within sessions (`claudesess.stats.differences`). For times, limits are made of those of both sides
    (`claudesess.stats.difference_limits`). For several measures p is raised after Holm. A split is no
    experiment: whatever else differs between the sides is in the difference.

    Examples
    --------
    >>> from claudesess import samples
    >>> store = samples.open_sample("workshop")
    >>> seen = compare(store, "retry_escalation.outcome_by_attempt", split="2026-10-12")
    >>> seen.table[["first", "second", "n_first", "n_second", "is_shown"]].round(2).values.tolist()
    [[0.33, 0.4, 10, 21, False]]
    """
    names = [measure] if isinstance(measure, str) else list(measure)
    sides = split_of(split, store.zone)
    found = together([compared(store, name, sides, outcome=outcome, where=where, **given) for name in names])
    if all(one.seen.is_refused for one in found):
        raise QuestionError(" ".join(one.sentence() for one in found))
    return Comparisons(found)


def together(each: Sequence[Compared]) -> list[Compared]:
    """Return what was compared with p raised for how many measures were asked about at once, after Holm."""
    from claudesess import stats

    if len(each) < 2:
        return list(each)
    raised = stats.holm([stats.compare.p_of(one.seen) for one in each])
    return [replace(one, p_of_all=float(p)) for one, p in zip(each, raised, strict=True)]


def compared(
    store: Store,
    name: str,
    split: Split,
    *,
    outcome: str | None = None,
    where: Mapping[str, Any] | None = None,
    is_always_permuted: bool = False,
    **given: Any,
) -> Compared:
    """Compare the two sides by one measure; where there are too few sessions, the result says so.

    Parameters
    ----------
    store, name, outcome, where, **given
        As for `compare`.
    split
        The two sides.
    is_always_permuted
        Also with many sessions, those are dealt out to the sides at random.

    Raises
    ------
    QuestionError
        There is no such measure, covariate or outcome, or nothing of it was recorded.
    """
    from claudesess.stats.compare import PERMUTED_UNDER

    answer = ask(store, name, by=None, where=where, **given)
    if split.by != "started_at":
        filters.require(answer.measure, split.by)
    claim = _claim(answer, outcome)
    units = _with_start(answer.units, store) if split.by == "started_at" else answer.units
    split.require(units)
    side = split.sides(units)
    sided = units[side.notna()].assign(**{_SIDE: np.where(side.dropna().astype(bool), "2", "1")})
    sums = answer.measure.module.sums(sided.reset_index(drop=True), by=_SIDE)
    permuted_under = np.inf if is_always_permuted else PERMUTED_UNDER
    return Compared(answer, split, claim, _seen(answer, claim, sums, permuted_under))


def _claim(answer: Answer, outcome: str | None) -> Claim:
    """Return the number that is compared: what the finding is about, of the outcome that is asked for."""
    rows = answer.estimates[answer.estimates["role"] == "estimate"]
    wanted = dict(answer.measure.module.control.claim) if answer.measure.is_controlled else {}
    if outcome is not None:
        if outcome not in set(rows["outcome"]):
            there = ", ".join(dict.fromkeys(rows["outcome"]))
            raise QuestionError(f"{answer.measure.name} has no outcome {outcome!r}. It has: {there}.")
        wanted["outcome"] = outcome
    rows = rows_with(rows, wanted)
    if rows.empty:
        raise QuestionError(f"{answer.measure.name} has nothing to compare: nothing was recorded.")
    row = rows.iloc[0]
    horizon = None if pd.isna(row["horizon"]) else float(row["horizon"])
    return Claim(str(row["outcome"]), str(row["statistic"]), str(row["unit"]), horizon)


def _with_start(units: pd.DataFrame, store: Store) -> pd.DataFrame:
    from claudesess.relations import frames

    about = frames.load(store, "session_covariates")[["db", "session_id", "started_at"]]
    own = units.drop(columns="started_at", errors="ignore")
    return own.merge(about, on=["db", "session_id"], how="left", validate="many_to_one")


def _seen(answer: Answer, claim: Claim, sums: pd.DataFrame, permuted_under: float) -> Comparison:
    """Compare the sides by what adds up where that is enough, else by the estimates of both."""
    from claudesess import stats

    own = sums[sums["outcome"] == claim.outcome]
    is_ratio = own["value"].isna().all() and own["horizon"].isna().all()
    if not is_ratio:
        return _by_estimates(answer, claim, sums, permuted_under)
    if claim.statistic == "rate":
        own = own[("per " + own["unit"].astype("string")) == claim.unit]
    keys = ["db", "session_id"]
    table = (
        own.groupby([*keys, "group"], sort=True)[["n_events", "exposure"]].sum().astype(float).reset_index()
    )
    table = table[table["exposure"] > 0]
    is_second = (table["group"] == "2").to_numpy(bool)
    rows: Any = claim.statistic if claim.statistic in ("share", "rate") else None
    numbers = table[["n_events", "exposure"]].to_numpy(float)
    seen = stats.compare.compare(numbers, is_second, rows=rows, permuted_under=permuted_under)
    return _within(table, is_second, seen) if table.duplicated(keys).any() else seen


def _within(table: pd.DataFrame, is_second: np.ndarray, seen: Comparison) -> Comparison:
    """Compare sides that share sessions: what a session adds to both is taken off before it is squared."""
    from claudesess import stats

    if seen.is_refused:
        return seen
    wide = table.assign(side=is_second).pivot(
        index=["db", "session_id"], columns="side", values=["n_events", "exposure"]
    )
    wide = wide.fillna(0.0)
    gap = stats.differences(
        wide["n_events", True], wide["exposure", True], wide["n_events", False], wide["exposure", False]
    )
    freedom = float(gap.n_effective[0]) - 1
    return seen._replace(
        low=float(gap.low[0]),
        high=float(gap.high[0]),
        p=np.nan,
        n_more=stats.sessions_to_halve(freedom, len(wide)),
    )


def _by_estimates(answer: Answer, claim: Claim, sums: pd.DataFrame, permuted_under: float) -> Comparison:
    """Compare what the measure estimates of either side, by its limits, and with sessions dealt out anew."""
    from claudesess import stats
    from claudesess.stats.compare import FEWEST_A_SIDE

    estimate = answer.measure.module.estimate
    found = claim.of(estimate(sums)).set_index("group").reindex(["1", "2"])
    number = found[["estimate", "low", "high"]].astype("Float64").to_numpy(float, na_value=np.nan)
    gap, low, high = (float(one) for one in stats.difference_limits(*number[1], *number[0]))
    first, second = (int(n) for n in found["n_sessions"].fillna(0))
    n = (first, second)
    is_refused = min(n) < FEWEST_A_SIDE
    if is_refused:
        low = high = np.nan
    p = np.nan
    if not is_refused and min(n) < permuted_under:
        p = _dealt_out(estimate, claim, sums, gap)
    return stats.Comparison(
        first=number[0, 0],
        second=number[1, 0],
        difference=gap,
        low=low,
        high=high,
        n_sessions=n,
        p=p,
        p_rows=np.nan,
        n_more=None if is_refused else stats.sessions_to_halve(sum(n) - 2, sum(n)),
        is_refused=is_refused,
    )


def _dealt_out(estimate: Any, claim: Claim, sums: pd.DataFrame, gap: float) -> float:
    """Return how often sessions dealt out to the sides at random differ as much: every deal is two groups."""
    from claudesess.stats.resampling import permutations

    if sums.groupby(["db", "session_id"])["group"].nunique().gt(1).any():
        return np.nan
    session = sums.groupby(["db", "session_id"], sort=True).ngroup().to_numpy()
    is_first = sums.groupby(session)["group"].first() == "1"
    ways = permutations(int(is_first.sum()), len(is_first), draws=_PERMUTATIONS, seed=1)
    ways = ways[np.random.default_rng(1).permutation(len(ways))[:_PERMUTATIONS]]
    deal = np.repeat(np.arange(len(ways)), len(sums))
    every = sums.iloc[np.tile(np.arange(len(sums)), len(ways))].reset_index(drop=True)
    side = np.where(ways[deal, np.tile(session, len(ways))], "1", "2")
    found = claim.of(estimate(every.assign(group=pd.Series(deal).astype("string") + " " + side)))
    parts = found["group"].str.split(" ", expand=True)
    wide = found.assign(deal=parts[0], side=parts[1]).pivot(index="deal", columns="side", values="estimate")
    apart = (wide["2"] - wide["1"]).abs().dropna().astype(float).to_numpy()
    if np.isnan(gap) or not len(apart):
        return np.nan
    return float((1 + (apart >= abs(gap) * (1 - 1e-9)).sum()) / (1 + len(apart)))
