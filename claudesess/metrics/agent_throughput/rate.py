"""How many agents finish per hour in which a session is active, and per hour in which it is open?

What it cannot say: why agents are many or few. More per hour is not better, nor is it faster work: small
tasks make a high rate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from claudesess.contracts import FLOAT, INT, TIME, Column, Units
from claudesess.contracts.estimates import SESSION
from claudesess.contracts.raw import DB
from claudesess.estimating import HOURS, PER_ACTIVE_HOUR, By, Part, Relation, rates, shaped, summed, words

if TYPE_CHECKING:
    import altair as alt

UNITS = Units(
    "agent_throughput.rate",
    "one session on one day on which it was open, or one of its agents started or ended",
    (
        DB,
        SESSION,
        Column(
            "seen_at",
            TIME,
            "First of the session on the day; NA for agents of which no time is known",
            unit="UTC",
        ),
        Column(
            "active_h",
            FLOAT,
            "Time in which the session was active on the day: signs of life at most five minutes apart",
            unit="h",
        ),
        Column("open_h", FLOAT, "Time in which the session was open on the day", unit="h"),
        Column("n_started", INT, "Agents that started", unit="agents"),
        Column("n_finished", INT, "Agents whose end was seen, completed or failed", unit="agents"),
        Column("n_completed", INT, "Of these, those that completed", unit="agents"),
        Column("n_failed", INT, "Of these, those that failed", unit="agents"),
        Column("n_open", INT, "Agents that started and whose end was not seen", unit="agents"),
    ),
    ("db", "session_id", "seen_at"),
    at="seen_at",
)
CAPTIONS = {"per active hour": "Agents per active hour"}


def units(agent_runs: Relation, session_windows: Relation, *, agent_type: str = "") -> pd.DataFrame:
    """Count the agents of each session and day, beside its hours; a day without is a row of 0.

    Not counted: time between sessions, and the client's own helpers; an agent that still runs has started,
    not finished.

    Parameters
    ----------
    agent_runs, session_windows
        The relations of these names.
    agent_type
        Count only agents of this type, over the same hours; empty: all.
    """
    return shaped(UNITS, agent_runs, session_windows, agent_type=agent_type)


def sums(units: pd.DataFrame, *, by: By = None) -> pd.DataFrame:
    """Add up agents that finished, completed, failed and started, and hours, by session and group."""
    outcomes = ("finished", "completed", "failed", "started")
    parts = [
        Part(name, f"n_{name}", hours, "n_open" if name == "finished" else "", unit)
        for hours, unit in HOURS.items()
        for name in outcomes
    ]
    return summed(units, by, *parts)


def estimate(sums: pd.DataFrame) -> pd.DataFrame:
    """Divide agents by hours: by those in which a session was active, and by those in which it was open.

    An hour is one of a session, with agents or without; parallel sessions each have theirs. Pauses between
    sessions, and while one was left, do not count; nor, in active hours, silence of more than five minutes.

    Notes
    -----
    Agents of one session come together: limits by session (`claudesess.stats.event_rates`). Where sessions
    are of very different length they hold in 85 to 91 of 100 projects, not in 95.
    """
    return rates(UNITS, sums)


control = "Agents counted over hours: nothing is claimed of what makes them many or few."


def chart(estimates: pd.DataFrame, units: pd.DataFrame) -> alt.typing.ChartType:
    """Draw agents per hour, by outcome and group."""
    from claudesess.charts import answers

    rows = estimates[estimates["unit"] == PER_ACTIVE_HOUR]
    rows = rows if rows["group"].isna().all() else rows[rows["outcome"] == "finished"]
    return answers.forest(
        rows,
        question="How many agents finish per active hour?",
        how="95 % limits by session. An hour is one of a session, without silence longer than five minutes.",
        title="Agents",
        unit=PER_ACTIVE_HOUR,
    )


def finding(estimates: pd.DataFrame) -> words.Statement:
    """Say how many finished in how many active hours; the rate only where there was at least an hour."""
    from claudesess import text

    def say(row: pd.Series) -> str:
        return f"{text.count(int(row['n_events']), 'agent')} finished in {words.hourly(row)}"

    rows = estimates[(estimates["outcome"] == "finished") & (estimates["unit"] == PER_ACTIVE_HOUR)]
    return words.statement(rows[rows["exposure"] > 0], say, words.sure_of_hourly)
