"""How many files does an agent change, and how many calls does it make?

What it cannot say: whether what was changed was right, large or needed: a file counts as one however much
of it changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from claudesess.contracts import FLAG, INT, Column, Units
from claudesess.estimating import By, Relation, counted, quantiles, shaped, stacked, words
from claudesess.metrics.agent_throughput._columns import AGENT

if TYPE_CHECKING:
    import altair as alt

UNITS = Units(
    "agent_throughput.files_and_calls",
    "one spawned agent, with the files that it changed and the calls that it made",
    (
        *AGENT,
        Column("n_files_changed", INT, "Distinct files that it edited", unit="files"),
        Column("n_tool_calls", INT, "Calls of it that ended", unit="calls"),
        Column("is_ended", FLAG, "Its end was seen; else these are counts so far"),
    ),
    ("db", "agent_id"),
    at="spawned_at",
    covariates=("agent_type", "status"),
)
_COUNTED = {"files": "n_files_changed", "calls": "n_tool_calls"}
CAPTIONS = {
    "files": "Files that half of the agents changed at most",
    "calls": "Calls that half of the agents made at most",
}


def units(agent_runs: Relation) -> pd.DataFrame:
    """List the agents with what each changed and called; what an edit was worth is not counted."""
    return shaped(UNITS, agent_runs)


def sums(units: pd.DataFrame, *, by: By = "agent_type") -> pd.DataFrame:
    """Count agents by number of files, and by number of calls."""
    is_open = ~units["is_ended"].fillna(False)
    return stacked(
        *(
            counted(units, by, outcome=name, value=units[column], is_censored=is_open)
            for name, column in _COUNTED.items()
        )
    )


def estimate(sums: pd.DataFrame) -> pd.DataFrame:
    """Find the quartiles over agents: of all there are, so they have no limits, and say so."""
    return quantiles(UNITS, sums, unit=None)


control = "A count of what each agent did: nothing is claimed beyond it."


def chart(estimates: pd.DataFrame, units: pd.DataFrame) -> alt.typing.ChartType:
    """Draw median and quartiles per group."""
    from claudesess.charts import answers

    return answers.ranges(
        estimates, question="How many files and calls per agent?", title="Per agent", counts="agents",
        how="Point: median; line and brackets: from the lower to the upper quartile.",
        names={"files": "files changed", "calls": "tool calls"},
    )  # fmt: skip


def finding(estimates: pd.DataFrame) -> words.Statement:
    """Say the medians of the largest groups."""
    from claudesess import text

    rows = estimates[(estimates["statistic"] == "p50") & (estimates["outcome"] == "files")]

    def say(row: pd.Series) -> str:
        agents = text.count(int(row["n_units"]), "agent")
        most = f"at most {text.count_of(row['estimate'], 'file')}" if row["estimate"] > 0 else "no file"
        return f"half of {agents} changed {most}"

    return words.statement(rows[rows["n_units"] > 0], say, words.sessions_of)
