"""At which attempt should it have asked?

What it cannot say: what your time is worth, and whether the answer would have come, and been right. It is
an average over chains, and no rule for one of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from claudesess_collector import vocabulary

from claudesess.contracts import CATEGORY, ESTIMATES, FLAG, FLOAT, INT, TIME, Column, Units
from claudesess.contracts.estimates import GROUPING, SESSION
from claudesess.contracts.raw import DB
from claudesess.estimating import (
    By,
    Kind,
    Part,
    Relation,
    drawn,
    ratios,
    shaped,
    shares,
    stacked,
    summed,
    words,
)
from claudesess.estimating.controls import files_of
from claudesess.estimating.forms import form_of
from claudesess.estimating.shuffled import shuffled
from claudesess.estimating.sums import group_numbers

if TYPE_CHECKING:
    import altair as alt

    from claudesess import stats

UNITS = Units(
    "checks.when_to_ask",
    "one failed try of a chain, up to the first thing seen to happen to it",
    (
        DB,
        SESSION,
        Column("chain_id", INT, "The chain"),
        Column("attempt", INT, "Which failure of the chain it is, from 1", unit="count"),
        Column("failed_at", TIME, "When it failed", unit="UTC"),
        Column("kind", CATEGORY, "What was tried", values=vocabulary.KINDS),
        Column("error_category", CATEGORY, "Kind of failure of the last try", values=vocabulary.CATEGORIES),
        Column("is_fixed", FLAG, "The next try passed; NA where there was none, or help was looked for"),
        Column("wait_min", FLOAT, "Time to the next try in which the session was open", unit="min"),
        Column("asking_min", FLOAT, "What asking costs, until it is fixed", unit="min"),
    ),
    ("db", "chain_id", "attempt"),
    at="failed_at",
    covariates=("kind", "error_category"),
)
_STEPS = tuple(range(1, 7))  # later failures count as the last
_BEST = "saved at best"
_form = form_of("min per chain")
_PARTS = (
    Part("fixed by the next try", "is_fixed"),
    Part("time of the next try", "wait_min"),
    Part("asking", "asking_min"),
)
CAPTIONS = {"saved at best": "Time saved per chain of failures by asking at the best moment"}


def units(
    error_chains: Relation,
    error_attempts: Relation,
    session_windows: Relation,
    *,
    kind: Kind = "check",
    minutes: int = 10,
) -> pd.DataFrame:
    """List the failed tries of each chain with what the next try brought and took.

    `minutes` is what asking costs: the person's time and the wait, until it is fixed.

    Not counted: tries after the first thing that was seen to happen to a chain.
    """
    return shaped(UNITS, error_chains, error_attempts, session_windows, kind=kind, minutes=minutes)


def sums(units: pd.DataFrame, *, by: By = None) -> pd.DataFrame:
    """Count tries that pass after each failure, and add up their time and what asking would cost."""
    step = units["attempt"].clip(upper=max(_STEPS)).fillna(0).astype(int)
    return stacked(
        *(
            summed(units[step == at], by, *_PARTS).assign(horizon=float(at), horizon_unit="attempts")
            for at in _STEPS
        )
    )


def estimate(sums: pd.DataFrame) -> pd.DataFrame:
    """Estimate what asking at each failure saves per chain, against going on to the sixth and asking then.

    Beside it stand the share that the next try fixes after each failure, and the time that it takes.

    Notes
    -----
    Optimal stopping on the hazards of tries, jackknife over sessions (`claudesess.stats.saved`). Taken for
    granted: asking fixes it, and what was escalated or left would have gone on as the others did. Where
    nobody was seen to try again after the fourth failure what going on costs is not known: no number.
    """
    fixed = sums["outcome"] == _PARTS[0].outcome
    return stacked(
        _saved(sums),
        shares(UNITS, sums[fixed]),
        ratios(UNITS, sums[~fixed], statistic="mean", unit="min"),
    )


def _saved(sums: pd.DataFrame) -> pd.DataFrame:
    """Estimate what is saved at each failure, and at the best of them, all groups at once."""
    from claudesess import stats
    from claudesess.stats.stopping import Sums

    group_of, groups = group_numbers(sums, GROUPING)
    row, pairs = group_numbers(sums.assign(number=group_of), ["db", "session_id", "number"])
    table = np.zeros((len(_PARTS), 2, len(pairs), len(_STEPS)))
    part = pd.Index([part.outcome for part in _PARTS]).get_indexer(pd.Index(sums["outcome"].astype(str)))
    at = sums["horizon"].to_numpy(float).astype(int) - 1
    for place, name in enumerate(("n_events", "exposure")):
        np.add.at(table[:, place], (part, row, at), sums[name].to_numpy(float))
    (fixed, tried), (cost, timed), asking = table[0], table[1], table[2].sum(axis=2)[..., None]
    seen, best = stats.saved(
        Sums(fixed, tried, cost, timed, *asking), pairs["number"].to_numpy(int), len(groups)
    )
    n_chains = np.bincount(group_of, sums["n_units"].to_numpy(float) * ((part == 2) & (at == 0)), len(groups))
    n_tries = np.zeros((len(groups), len(_STEPS)))
    np.add.at(n_tries, (group_of, at), sums["n_units"].to_numpy(float) * (part == 2))
    every = groups.loc[groups.index.repeat(len(_STEPS))].assign(
        outcome="saved", horizon=np.tile(np.asarray(_STEPS, dtype=float), len(groups)),
        horizon_unit="attempts", n_units=n_tries.ravel(), **_estimated(seen, np.s_[:, :]),
    )  # fmt: skip
    one = groups.assign(outcome=_BEST, n_units=n_chains, **_estimated(seen, (np.arange(len(groups)), best)))
    both = pd.concat([one.astype(object), every.astype(object)], ignore_index=True)
    both = both[both["n_units"] > 0].assign(
        question=UNITS.question, measure=UNITS.measure, role="estimate", statistic="mean",
        unit="min per chain", method=f"optimal stopping; {seen.method}",
    )  # fmt: skip
    return ESTIMATES.cast(both.reindex(columns=ESTIMATES.names))


def _estimated(seen: stats.Estimates, where: Any) -> dict[str, Any]:
    """Return what statistics say at some places."""
    names = ("estimate", "low", "high", "n_effective", "n_sessions", "is_small", "note")
    return {name: pd.Series(getattr(seen, name)[where].ravel()).replace("", None).array for name in names}


@drawn("If every try of a session had the same chance, whichever it was", outcome=_BEST)
def control(
    error_chains: Relation,
    error_attempts: Relation,
    session_windows: Relation,
    *,
    seed: int,
    draws: int,
    kind: Kind = "check",
    minutes: int = 10,
) -> pd.DataFrame:
    """Put the tries of each session into another order, and give each the time of any of its database."""
    own = units(error_chains, error_attempts, session_windows, kind=kind, minutes=minutes)
    last = own.drop_duplicates(["db", "chain_id"], keep="last")
    is_fixed = last["is_fixed"].fillna(False).to_numpy(bool)
    chains = last.assign(
        first_event_attempt=last["attempt"], first_event=np.where(is_fixed, "fixed", "other")
    )
    chains = shuffled(chains.reset_index(drop=True), seed=seed, draws=draws)
    n_tries = chains["first_event_attempt"].to_numpy(int)
    tries = chains.loc[chains.index.repeat(n_tries)].reset_index(drop=True)
    attempt = np.arange(len(tries)) - np.repeat(np.cumsum(n_tries) - n_tries, n_tries) + 1
    is_last = attempt == np.repeat(n_tries, n_tries)
    is_event = is_last & (tries["first_event"] == "fixed").to_numpy(bool)
    fixed = pd.array(is_event, dtype="boolean")
    fixed[is_last & ~is_event] = pd.NA
    tries = tries.assign(attempt=attempt, is_fixed=fixed)
    return UNITS.cast(tries.assign(wait_min=_any_of(own, tries, seed))).assign(draw=tries["draw"].to_numpy())


def _any_of(own: pd.DataFrame, tries: pd.DataFrame, seed: int) -> np.ndarray:
    """Return for each try that was followed by another the time of any of its database."""
    from claudesess import stats

    timed = own.dropna(subset=["wait_min"]).sort_values("db", kind="stable").reset_index(drop=True)
    places = timed.reset_index(names="place").groupby("db")["place"].agg(["min", "size"])
    first, n = (tries["db"].map(places[name]).fillna(0).to_numpy(int) for name in ("min", "size"))
    [by] = stats.luck(files_of(tries), seed=seed)
    picked = first + np.floor(by * n).astype(int)
    is_told = (n > 0) & tries["is_fixed"].notna().to_numpy(bool)
    waits = np.full(len(tries), np.nan)
    waits[is_told] = timed["wait_min"].to_numpy(float)[picked[is_told]]
    return waits


def chart(estimates: pd.DataFrame, units: pd.DataFrame) -> alt.typing.ChartType:
    """Draw what asking at each failure saves."""
    from claudesess.charts import answers

    own = estimates[estimates["outcome"] == "saved"]
    failure = "asked at failure " + own["horizon"].astype("Int64").astype("string")
    return answers.forest(
        own.assign(outcome=failure, horizon=None),
        question="At which attempt should it have asked?", title="Minutes saved per chain", counts="tries",
        form=_form,
        how="Against going on to the sixth failure and asking then. 95 % limits by session.",
    )  # fmt: skip


def finding(estimates: pd.DataFrame) -> words.Statement:
    """Say at which failure asking would have saved most, where it is shown to have saved anything."""
    best = estimates[(estimates["outcome"] == _BEST) & estimates["estimate"].notna()]
    each = estimates[estimates["outcome"] == "saved"].sort_values("estimate", ascending=False, kind="stable")
    first = each.drop_duplicates(["group", "group_2"])[["group", "group_2", "horizon"]]
    first = first.rename(columns={"horizon": "at_failure"})
    asking = estimates[(estimates["outcome"] == "asking") & (estimates["horizon"] == 1)]
    asking = asking[["group", "group_2", "estimate"]].rename(columns={"estimate": "asking_min"})
    keys = ["group", "group_2"]
    best = best.merge(first, on=keys).merge(asking, on=keys)
    return words.statement(best, _of_group, _sure, more=_of_chains)


def _of_group(row: pd.Series) -> str:
    if pd.isna(row["low"]) or row["low"] <= 0:
        return "no failure is shown at which asking would have saved time"
    saved = f"{_form(row['estimate'])} each time"
    return f"asking at failure {row['at_failure']:.0f} would have saved {saved}"


def _of_chains(row: pd.Series) -> str:
    chains = f"of {row['n_units']:,.0f} chains of failures"
    cost = f"where an answer costs {_form(row['asking_min'])}"
    return f"{chains}, {cost}" + ("" if pd.isna(row["low"]) or row["low"] <= 0 else ": stop and ask there")


def _sure(row: pd.Series) -> str:
    return words.sure_of(row, _form)
