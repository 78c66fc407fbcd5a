"""What does an agent cost, and how often does nothing come of it?

What it cannot say: whether a result was any good or was used, what the same task had cost without an
agent, and whether a type is dear or its tasks are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from claudesess_collector import vocabulary

from claudesess.contracts import CATEGORY, FLAG, FLOAT, INT, TEXT, TIME, Column, Units
from claudesess.contracts.estimates import SESSION
from claudesess.contracts.raw import DB
from claudesess.estimating import (
    Advice,
    By,
    Part,
    Relation,
    drawn,
    means,
    shaped,
    shares,
    shrunk,
    stacked,
    summed,
    words,
)
from claudesess.estimating.controls import dealt_again, repeated
from claudesess.estimating.sums import NOT_KNOWN

if TYPE_CHECKING:
    import altair as alt

UNITS = Units(
    "agents.per_agent",
    "one agent that is over",
    (
        DB,
        SESSION,
        Column("agent_id", TEXT, "The subagent"),
        Column("ended_at", TIME, "Its end, or its last sign of life", unit="UTC"),
        Column("agent_type", TEXT, "Its kind"),
        Column("status", CATEGORY, "How it ended", values=vocabulary.AGENT_STATUSES),
        Column("observed_min", FLOAT, "How long it ran", unit="min"),
        Column(
            "tokens",
            INT,
            "What it read anew, kept in the cache or wrote; NA where no transcript has it",
            unit="tokens",
        ),
        Column("n_tool_calls", INT, "Its calls that ended", unit="calls"),
        Column("n_failed_calls", INT, "Of these, those that are known to have failed", unit="calls"),
        Column("is_lost", FLAG, "It failed, was stopped or was given up: no result came back"),
    ),
    ("db", "agent_id"),
    at="ended_at",
    covariates=("agent_type", "status"),
)
_LOST = "no result"
CAPTIONS = {
    "no result": "Share of agents that ended without a result",
    "failed calls": "Share of agents' calls that failed",
}


def units(agent_runs: Relation, model_answers: Relation) -> pd.DataFrame:
    """List the agents that are over, with what each took and whether a result came back.

    Not counted: what a result was worth, and whether anybody used it: no row has what an agent answered.
    """
    return shaped(UNITS, agent_runs, model_answers)


def sums(units: pd.DataFrame, *, by: By = "agent_type") -> pd.DataFrame:
    """Add up tokens, failed calls, and agents without a result."""
    return summed(
        units,
        by,
        Part(_LOST, "is_lost"),
        Part("failed calls", "n_failed_calls", "n_tool_calls"),
        Part("tokens", "tokens"),
    )


def estimate(sums: pd.DataFrame) -> pd.DataFrame:
    """Estimate the shares of agents without a result and of calls that failed, and the tokens of an agent.

    Notes
    -----
    Limits by session (`claudesess.stats.shares`, `claudesess.stats.means`). Some types have few
    agents: by type there is a ``mean`` of each share as well, drawn towards what types are like
    (`claudesess.stats.shrink`), and types stand in the order of its lower limit.
    """
    is_tokens = sums["outcome"] == "tokens"
    tokens = means(UNITS, sums[is_tokens], unit="tokens")
    rows = shares(UNITS, sums[~is_tokens])
    if not (sums["group_by"] == "agent_type").fillna(False).any():
        return stacked(rows, tokens)
    drawn_together = shrunk(UNITS, sums[~is_tokens])
    lost = drawn_together.loc[drawn_together["outcome"] == _LOST, "group"]
    place = pd.Series(range(len(lost)), index=lost).groupby(level=0).min()
    return stacked(rows.iloc[rows["group"].map(place).argsort(kind="stable")], drawn_together, tokens)


@drawn("If the types had been dealt out to the agents at random", outcome=_LOST, statistic="share")
def control(agent_runs: Relation, model_answers: Relation, *, seed: int, draws: int) -> pd.DataFrame:
    """Deal the types of each database out to its agents: as many of each, whatever they did."""
    copies = repeated(units(agent_runs, model_answers), draws)
    dealt = dealt_again(copies, ["draw", "db"], seed)
    return copies.assign(agent_type=copies["agent_type"].array[dealt])


def chart(estimates: pd.DataFrame, units: pd.DataFrame) -> alt.typing.ChartType:
    """Draw the share of agents without a result, by group."""
    from claudesess import charts, text
    from claudesess.charts import answers

    return answers.forest(
        estimates[estimates["statistic"] == "share"],
        question="How often does nothing come of an agent?",
        how="No result: it failed, was stopped or given up. 95 % limits by session.",
        title="Share",
        form=text.percent,
        axis=charts.SHARE,
        counts="agents, or their calls",
    )


def finding(estimates: pd.DataFrame) -> words.Statement:
    """Say of how many agents nothing came, how many of their calls failed, and what they read and wrote."""
    from claudesess import text

    keys = ["group_by", "group", "group_2_by", "group_2"]
    seen = estimates[
        (estimates["n_units"] > 0) & ~((estimates["statistic"] == "mean") & (estimates["unit"] == "share"))
    ]
    calls, tokens = (
        seen.loc[seen["outcome"] == outcome, [*keys, "estimate"]].rename(columns={"estimate": name})
        for outcome, name in (("failed calls", "failed"), ("tokens", "tokens"))
    )
    rows = seen[seen["outcome"] == _LOST].merge(calls, on=keys, how="left").merge(tokens, on=keys, how="left")

    def say(row: pd.Series) -> str:
        return f"{words.share_of(row, 'agents')} ended without a result"

    def more(row: pd.Series) -> str:
        calls = "" if pd.isna(row["failed"]) else f"{text.percent(row['failed'])} of their calls failed"
        tokens = "" if pd.isna(row["tokens"]) else f"{text.number(row['tokens'])} tokens each"
        return ", ".join(filter(None, (calls, tokens)))

    order = rows.sort_values("n_units", ascending=False, kind="stable")
    return words.statement(order, say, more=more)


def advice(estimates: pd.DataFrame, units: pd.DataFrame) -> Advice:
    """Give less to agents of a type that more often than others end without a result: their time is lost."""
    is_lost = units["is_lost"].fillna(False)
    lost_min = units.loc[is_lost, "observed_min"].astype(float).mean()

    def step(row: pd.Series) -> str:
        if pd.isna(row["group"]) or row["group"] == NOT_KNOWN:
            return ""
        return (
            f"Give agents of the type {row['group']} smaller tasks, one result each, and let them write "
            "down as they go what they have found."
        )

    return Advice(
        step=step,
        events=is_lost.astype("Int64"),
        cost="min",
        each=0.0 if pd.isna(lost_min) else float(lost_min),
        says=_statement,
    )


def _statement(row: pd.Series) -> words.Statement:
    return words.statement(
        pd.DataFrame([row]), lambda one: f"{words.share_of(one, 'agents')} ended without a result"
    )
