"""How long does an agent take?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from claudesess.contracts import FLAG, FLOAT, Column, Units
from claudesess.estimating import By, Relation, counted, medians, shaped, words
from claudesess.metrics.agent_throughput._columns import AGENT

if TYPE_CHECKING:
    import altair as alt

UNITS = Units(
    "agent_throughput.duration",
    "one spawned agent, with how long it was seen running",
    (
        *AGENT,
        Column("observed_s", FLOAT, "Running time to its end, or to its last sign of life", unit="s"),
        Column("is_ended", FLAG, "Its end was seen; else observed_s is censored"),
    ),
    ("db", "agent_id"),
    at="spawned_at",
    covariates=("agent_type", "status"),
)


def units(agent_runs: Relation) -> pd.DataFrame:
    """List the agents with the time that each ran, pauses before it was taken up again left out."""
    return shaped(UNITS, agent_runs)


def sums(units: pd.DataFrame, *, by: By = "agent_type") -> pd.DataFrame:
    """Count agents by length, ended and not."""
    ended = units["is_ended"].fillna(False)
    return counted(units, by, outcome="ended", value=units["observed_s"], is_event=ended, is_censored=~ended)


def estimate(sums: pd.DataFrame) -> pd.DataFrame:
    """Estimate the median time to the end; an agent without one counts as long as it was watched.

    Notes
    -----
    Kaplan–Meier; limits where the log-log band crosses one half (Brookmeyer & Crowley 1982).
    """
    return medians(UNITS, sums, unit="s")


control = "The length of what was seen: nothing is claimed beyond it."


def chart(estimates: pd.DataFrame, units: pd.DataFrame) -> alt.typing.ChartType:
    """Draw median and limits per group."""
    from claudesess import text
    from claudesess.charts import answers

    is_long = (estimates[["estimate", "low", "high"]] > 180).any(axis=None)
    how = (
        "95 % limits (Kaplan–Meier; arrow: not reached). Unfinished ones count as long as they were watched."
    )
    return answers.forest(
        estimates,
        question="How long does an agent take?",
        how=how,
        title="Median duration",
        form=text.clock,
        counts="agents",
        per=60 if is_long else 1,
        unit="min" if is_long else "s",
    )


def finding(estimates: pd.DataFrame) -> str:
    """Say the medians of the largest groups."""
    from claudesess import text

    def say(row: pd.Series) -> str:
        of = f"{text.count(int(row['n_units']), 'agent')}"
        return f"half of {of} ended within {text.clock(row['estimate'])}{words.limits_of(row, text.clock)}"

    rows = estimates[estimates["estimate"].notna()]
    return words.sentence(words.by_group(rows, say))
