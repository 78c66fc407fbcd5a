"""What comes right after each failed try?

What it cannot say: what would have been the right step: it says what was done next, not what was thought.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from claudesess_collector import vocabulary

from claudesess.contracts import CATEGORY, INT, TEXT, TIME, Column, Units
from claudesess.contracts.derived import FIRST_EVENTS
from claudesess.contracts.estimates import SESSION
from claudesess.contracts.raw import DB
from claudesess.estimating import By, Kind, Part, Relation, drawn, shaped, shares, summed, words
from claudesess.estimating.shuffled import shuffled
from claudesess.metrics.retry_escalation import NAMES
from claudesess.metrics.retry_escalation._words import tried

if TYPE_CHECKING:
    import altair as alt

_STEPS = (*FIRST_EVENTS[:-1], "retried", "open")
_LAST = 10

UNITS = Units(
    "retry_escalation.next_step",
    "one failed try of a chain to which nothing had happened yet, with what came next",
    (
        DB,
        SESSION,
        Column("chain_id", INT, "The chain"),
        Column("attempt", INT, "Which of its failed tries, from 1", unit="count"),
        Column("failed_at", TIME, "When it failed", unit="UTC"),
        Column("kind", CATEGORY, "What was tried", values=vocabulary.KINDS),
        Column("error_category", CATEGORY, "Kind of failure of the chain's last try",
               values=vocabulary.CATEGORIES),
        Column("agent_type", TEXT, "Type of the agent of the chain's last try, or `main thread`"),
        Column("next_step", CATEGORY, "What came next; retried: it failed again; open: nothing was seen",
               values=_STEPS),
    ),
    ("db", "chain_id", "attempt"),
    at="failed_at",
    covariates=("attempt", "kind", "error_category", "agent_type"),
)  # fmt: skip
CAPTIONS = {"share": "Share of failed tries, by what came next"}


def units(
    error_chains: Relation,
    error_attempts: Relation,
    agent_registry: Relation,
    *,
    kind: Kind = "check",
) -> pd.DataFrame:
    """List the failed tries up to the first event of their chain; later ones are not counted."""
    return shaped(UNITS, error_chains, error_attempts, agent_registry, kind=kind)


def sums(units: pd.DataFrame, *, by: By = "attempt") -> pd.DataFrame:
    """Count tries by what came next."""
    step = units["next_step"].astype("string")
    flags = {
        name: (step == name).astype("Int64") for name in dict.fromkeys([*_STEPS, *step.dropna().unique()])
    }
    return summed(units.assign(**flags), by, *(Part(name, name) for name in flags))


def estimate(sums: pd.DataFrame) -> pd.DataFrame:
    """Estimate the share of tries after which each came next.

    Notes
    -----
    Tries of one session are alike: limits by session (`claudesess.stats.shares`).
    """
    return shares(UNITS, _of_all_steps(sums))


def _of_all_steps(sums: pd.DataFrame) -> pd.DataFrame:
    """Count 0 of a step that some databases know, and others do not: it did not come there."""
    others = [name for name in sums["outcome"].unique() if name not in _STEPS]
    if not others:
        return sums
    of_steps = [name for name in sums if name not in {"outcome", "n_events"}]
    every = sums[sums["outcome"] == _STEPS[0]].assign(n_events=0.0)
    seen = sums[~sums["outcome"].isin(_STEPS)]
    zero = pd.concat([every.assign(outcome=name) for name in others])
    of_next = pd.concat([seen, zero.astype(seen.dtypes)]).drop_duplicates(["outcome", *of_steps])
    return pd.concat([sums[sums["outcome"].isin(_STEPS)], of_next])


@drawn("If every try of a session had the same chance", outcome="retried")
def control(
    error_chains: Relation,
    error_attempts: Relation,
    agent_registry: Relation,
    *,
    seed: int,
    draws: int,
    kind: Kind = "check",
) -> pd.DataFrame:
    """Put the tries of each session into another order, chain by chain, and say what then comes next."""
    tries = units(error_chains, error_attempts, agent_registry, kind=kind)
    last = tries[~tries.duplicated(["db", "chain_id"], keep="last")]
    chains = last.rename(columns={"next_step": "first_event", "attempt": "first_event_attempt"})
    copies = shuffled(chains, seed=seed, draws=draws)
    n = copies["first_event_attempt"].to_numpy(int)
    every = copies.iloc[np.repeat(np.arange(len(copies)), n)].reset_index(drop=True)
    attempt = 1 + np.arange(len(every)) - np.repeat(np.cumsum(n) - n, n)
    step = every["first_event"].astype("string").where(attempt == np.repeat(n, n), "retried")
    return UNITS.cast(every.assign(attempt=attempt, next_step=step)).assign(draw=every["draw"])


def chart(estimates: pd.DataFrame, units: pd.DataFrame) -> alt.typing.ChartType:
    """Draw how many of each group's tries saw what next."""
    from claudesess import charts
    from claudesess.charts import panels

    question = "What came right after each failed try?"
    rows = estimates[estimates["n_events"] > 0]
    if rows.empty:
        return charts.empty("Nothing failed, or nothing was recorded.", title=question)
    name = rows["group"].fillna("all")
    if (rows["group_by"] == "attempt").all():
        rows = rows[pd.to_numeric(name, errors="coerce") <= _LAST]
        name = name[rows.index].astype(float).astype(int)
    rows = rows.assign(
        name=rows["outcome"].replace(NAMES), step=name, n=rows["n_events"], n_at_risk=rows["n_units"]
    )
    rows = rows[["name", "step", "n", "n_at_risk"]].sort_values("step", kind="stable")
    colours = {NAMES[event]: colour for event, colour in charts.OUTCOME.items()} | {
        NAMES["retried"]: "#D5D9DE"
    }
    axes = ("Failed attempts so far" if (estimates["group_by"] == "attempt").all() else "Group", "Tries")
    drawn = panels.stacked(rows, x="step", y="n", top="n_at_risk", meanings=colours, titles=axes)
    return drawn.properties(title=charts.heading(question, "Above each bar: tries."))


def finding(estimates: pd.DataFrame) -> words.Statement:
    """Say how many tries failed again."""
    rows = estimates[(estimates["outcome"] == "retried") & (estimates["n_units"] > 0)]
    if not (rows["group_by"] == "attempt").fillna(False).all():
        return words.statement(rows, lambda row: _again(row, "failures"))
    return words.statement(rows.head(1), lambda row: _again(row, "first failures"), name=lambda attempt: "")


def _again(row: pd.Series, tries: str) -> str:
    return f"after {words.share_of(row, f'{tries} of {tried(row)}')} the next try failed, too"
