"""How parallel was each session?

What it cannot say: whether more agents at once would have been better, or what they brought: it counts who
ran, not what came of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from claudesess.contracts import FLOAT, INT, TIME, Column, Units
from claudesess.contracts.estimates import SESSION
from claudesess.contracts.raw import DB
from claudesess.estimating import By, Relation, counted, quantiles, shaped, stacked, words

if TYPE_CHECKING:
    import altair as alt

UNITS = Units(
    "agent_throughput.by_session",
    "one session that was open, with how parallel it was",
    (
        DB,
        SESSION,
        Column("started_at", TIME, "When it was first open", unit="UTC"),
        Column("open_h", FLOAT, "Time in which it was open", unit="h"),
        Column("n_agents", INT, "Its agents", unit="agents"),
        Column("n_open", INT, "Of these, those whose end was not seen", unit="agents"),
        Column("most_at_once", INT, "Most of them running at once", unit="agents"),
        Column("mean_running", FLOAT, "Agents running on average: agent time by open time", unit="agents"),
        Column("some_share", FLOAT, "Share of its time with one agent or more", unit="share"),
        Column("several_share", FLOAT, "Share of its time with two or more", unit="share"),
    ),
    ("db", "session_id"),
    at="started_at",
)
_OUTCOMES = {"agents": "n_agents", "most at once": "most_at_once", "running on average": "mean_running"}
CAPTIONS = {"agents": "Agents of a session, in half of all at most"}


def units(session_windows: Relation, agent_spans: Relation, agent_runs: Relation) -> pd.DataFrame:
    """Say how many agents each session had, and how many ran at once; a session without is a row of 0.

    Not counted: the client's own helpers, such as the one that summarises, and agents whose start was missed.
    """
    return shaped(UNITS, session_windows, agent_spans, agent_runs)


def sums(units: pd.DataFrame, *, by: By = None) -> pd.DataFrame:
    """Count sessions by number of agents, by most at once, and by agents running on average."""
    return stacked(
        *(counted(units, by, outcome=name, value=units[column]) for name, column in _OUTCOMES.items())
    )


def estimate(sums: pd.DataFrame) -> pd.DataFrame:
    """Find the quartiles and the ninth decile over all sessions, each counting once: they have no limits."""
    return quantiles(UNITS, sums, unit="agents", at=(0.25, 0.5, 0.75, 0.9))


control = "A count of what each session did: nothing is claimed beyond it."


def chart(estimates: pd.DataFrame, units: pd.DataFrame) -> alt.typing.ChartType:
    """Draw the sessions with the most agents, in order of time: the share of time with agents."""
    from claudesess import charts, text
    from claudesess.charts import timeline

    question = "How parallel was each session?"
    if units.empty:
        return charts.empty("No session was recorded.", title=question)
    shown = units.sort_values(["n_agents", "started_at"]).tail(30).sort_values(["started_at", "session_id"])
    long = shown.melt(
        id_vars=["session_id", "started_at", "open_h", "n_agents", "mean_running"],
        value_vars=["some_share", "several_share"],
    ).assign(level=lambda rows: rows["variable"].map({"some_share": 1, "several_share": 2}))
    begun = long["started_at"].dt.strftime("%Y-%m-%d %H:%M").fillna("?")
    long = long.assign(
        name=begun + " · " + long["session_id"].str[:8],
        text=[
            f"{text.number(mean)} · {text.count(n, 'agent')} · {text.clock(hours * 3600)}"
            for mean, n, hours in zip(long["mean_running"], long["n_agents"], long["open_h"], strict=True)
        ],
    )
    those = f"The {len(shown)} with most agents, of " if len(shown) < len(units) else ""
    sessions = text.count(len(units), "session")
    how = f"{those}{sessions}, by start (UTC). Right: mean running, agents, open time"
    drawn = timeline.shares(long[["name", "level", "value", "text"]])
    return drawn.properties(title=charts.heading(question, how))


def finding(estimates: pd.DataFrame) -> words.Statement:
    """Say how many agents half of the sessions had at most."""
    from claudesess import text

    rows = estimates[(estimates["outcome"] == "most at once") & (estimates["statistic"] == "p50")]

    def say(row: pd.Series) -> str:
        sessions = text.count(int(row["n_units"]), "session")
        return f"half of {sessions} had at most {text.count_of(row['estimate'], 'agent')} at once"

    return words.statement(rows[rows["n_units"] > 0], say, words.sessions_of)
