"""How long does an agent take?

What it cannot say: whether a long agent is a slow one: tasks differ, and a type that gets larger tasks
takes longer; nor what it waited for: in imported sessions time is tools or permission.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from claudesess.contracts import FLAG, FLOAT, Column, Units
from claudesess.estimating import By, Relation, counted, durations, shaped, words
from claudesess.metrics.agent_throughput._columns import AGENT

if TYPE_CHECKING:
    import altair as alt

UNITS = Units(
    "agent_throughput.duration",
    "one spawned agent, with how long it was seen running",
    (
        *AGENT,
        Column(
            "observed_s",
            FLOAT,
            "Running time to its end; else as long as it must have run: while its session "
            "was open, or to its last sign of life where it is known dead",
            unit="s",
        ),
        Column(
            "is_ended", FLAG, "Its end was seen (completed, failed, stopped); else observed_s is censored"
        ),
    ),
    ("db", "agent_id"),
    at="spawned_at",
    covariates=("agent_type", "status"),
)
_HORIZONS = (60, 300, 900, 3600)
CAPTIONS = {"s": "Time within which half of the agents completed"}


def units(agent_runs: Relation, agent_spans: Relation, session_windows: Relation) -> pd.DataFrame:
    """List the agents with the time that each ran, pauses before it was taken up again left out.

    An agent whose end was not seen ran at least as long as its session was open, unless it is known dead.

    Not counted: agents whose start was missed, or whose end has no time; they are rows that say nothing.
    """
    return shaped(UNITS, agent_runs, agent_spans, session_windows)


def sums(units: pd.DataFrame, *, by: By = "agent_type") -> pd.DataFrame:
    """Count agents by length: completed ones, those not seen to end, and those that ended otherwise."""
    return counted(
        units, by, outcome="completed", value=units["observed_s"], unit="s",
        is_event=units["status"] == "completed", is_censored=~units["is_ended"].fillna(False),
    )  # fmt: skip


def estimate(sums: pd.DataFrame) -> pd.DataFrame:
    """Estimate by when a half, and nine in ten, have completed, and the share that has within some times.

    An agent without an end counts as long as it was watched; one that failed or was stopped never completes.

    Notes
    -----
    Aalen–Johansen, limits by session (`claudesess.stats.durations`, `claudesess.stats.incidence_by_time`).
    Taken for granted: those not seen to end would have gone on as the others do.
    """
    return durations(UNITS, sums, horizons={"s": _HORIZONS})


control = "The length of what was seen: nothing is claimed beyond it."


def chart(estimates: pd.DataFrame, units: pd.DataFrame) -> alt.typing.ChartType:
    """Draw by when a half and nine in ten have completed, per group."""
    from claudesess import text
    from claudesess.charts import answers

    rows = estimates[estimates["unit"] == "s"]
    rows = rows.assign(outcome=rows["statistic"].astype("string"))
    is_long = (rows[["estimate", "low", "high"]] > 180).any(axis=None)
    how = "95 % limits by session (arrow: not reached). Unfinished ones count as long as they were watched."
    return answers.forest(
        rows,
        question="How long does an agent take?",
        how=how,
        title="Time until so many have completed",
        names={"p50": "half", "p90": "nine in ten"},
        form=text.clock,
        counts="agents",
        per=60 if is_long else 1,
        unit="min" if is_long else "s",
    )


def finding(estimates: pd.DataFrame) -> words.Statement:
    """Say the medians of the largest groups."""
    from claudesess import text

    def say(row: pd.Series) -> str:
        agents = text.count(int(row["n_units"]), "agent")
        return f"half of {agents} completed within {text.clock(row['estimate'])}"

    rows = estimates[(estimates["statistic"] == "p50") & estimates["estimate"].notna()]
    return words.statement(rows, say, lambda row: words.sure_of(row, text.clock))
