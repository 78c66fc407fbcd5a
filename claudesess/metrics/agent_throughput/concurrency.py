"""How many agents run at once?

What it cannot say: what the machine or the account could bear: sessions of one person that are open side by
side each have their own time, and are not added up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from claudesess.contracts import FLOAT, INT, TIME, Column, Units
from claudesess.contracts.estimates import SESSION
from claudesess.contracts.raw import DB
from claudesess.estimating import By, Part, Relation, ratios, shaped, stacked, summed, words

if TYPE_CHECKING:
    import altair as alt

UNITS = Units(
    "agent_throughput.concurrency",
    "one stretch of a session's open time in which the number of its running agents did not change",
    (
        DB,
        SESSION,
        Column("start_at", TIME, "Start of the stretch", unit="UTC"),
        Column("end_at", TIME, "Its end", unit="UTC"),
        Column("n_running", INT, "Agents of the session running", unit="agents"),
        Column("length_h", FLOAT, "How long it lasted", unit="h"),
    ),
    ("db", "session_id", "start_at"),
    at="start_at",
)
_LEVELS = 8
CAPTIONS = {"agents": "Agents that ran at once", "share": "Share of the time in which a session was open"}


def units(session_windows: Relation, agent_spans: Relation) -> pd.DataFrame:
    """Cut the open time of each session where the number of its running agents changes.

    Agents of one session run at once; those of another session, in the same project or not, are not counted
    with them.
    """
    return shaped(UNITS, session_windows, agent_spans)


def sums(units: pd.DataFrame, *, by: By = None) -> pd.DataFrame:
    """Add up the hours with one agent or more, two or more, and so on to eight or more."""
    running, length = units["n_running"], units["length_h"]
    levels = range(1, _LEVELS + 1)
    hours = {f"h_{level}": length.where(running >= level, 0) for level in levels}
    whole = units.assign(**hours, busy_h=running * length)
    parts = [Part(f"{level} or more", f"h_{level}", "length_h") for level in levels]
    return summed(whole, by, Part("running", "busy_h", "length_h"), *parts)


def estimate(sums: pd.DataFrame) -> pd.DataFrame:
    """Divide by all the open time: the mean number running, and the share of time with so many or more.

    They describe all the time that was recorded and have no limits. With agents whose end was not seen they
    are lower bounds.
    """
    is_mean = sums["outcome"] == "running"
    means = ratios(UNITS, sums[is_mean], statistic="mean", unit="agents")
    return stacked(means, ratios(UNITS, sums[~is_mean], statistic="share", unit="share"))


control = "All the time that was recorded, counted: nothing is claimed beyond it."


def chart(estimates: pd.DataFrame, units: pd.DataFrame) -> alt.typing.ChartType:
    """Draw the share of time with so many agents at once or more."""
    from claudesess import charts, text
    from claudesess.charts import answers

    rows = estimates[estimates["statistic"] == "share"]
    rows = rows[(rows["estimate"] > 0) | rows["outcome"].isin(["1 or more"])]
    return answers.forest(
        rows, question="How many agents run at once?", how="Share of the time in which a session was open.",
        title="Share of time", form=text.percent, axis=charts.SHARE, counts="stretches",
    )  # fmt: skip


def finding(estimates: pd.DataFrame) -> words.Statement:
    """Say the mean number running."""
    from claudesess import text

    rows = estimates[(estimates["statistic"] == "mean") & (estimates["exposure"] > 0)]

    def say(row: pd.Series) -> str:
        hours = text.clock(row["exposure"] * 3600)
        return f"{text.number(row['estimate'])} agents ran on average in {hours} of sessions"

    return words.statement(rows, say, words.sessions_of)
