"""How many agents finish per hour of a session?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from claudesess.contracts import FLOAT, INT, TIME, Column, Units
from claudesess.contracts.estimates import SESSION
from claudesess.contracts.raw import DB
from claudesess.estimating import By, Part, Relation, rates, shaped, summed, words

if TYPE_CHECKING:
    import altair as alt

UNITS = Units(
    "agent_throughput.rate",
    "one session on one day (UTC) on which it was open, or on which one of its agents started or ended",
    (
        DB,
        SESSION,
        Column(
            "seen_at",
            TIME,
            "First of the session on the day; NA for agents of which no time is known",
            unit="UTC",
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


def units(agent_runs: Relation, session_windows: Relation, *, agent_type: str = "") -> pd.DataFrame:
    """Count the agents of each session and day, beside its hours; a day without is a row of 0.

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
    parts = [Part(name, f"n_{name}", "open_h", "n_open" if name == "finished" else "") for name in outcomes]
    return summed(units, by, *parts)


def estimate(sums: pd.DataFrame) -> pd.DataFrame:
    """Divide agents by hours.

    An hour is an hour in which a session was open, with agents or without; parallel sessions each have
    theirs. Pauses between sessions, and while one was left, do not count.

    Notes
    -----
    Exact Poisson limits (Garwood 1936), as if agents came independently of each other; those that one
    session starts together do not, so the limits are rather too narrow.
    """
    return rates(UNITS, sums)


control = "Agents counted over hours: nothing is claimed of what makes them many or few."


def chart(estimates: pd.DataFrame, units: pd.DataFrame) -> alt.typing.ChartType:
    """Draw agents per hour, by outcome and group."""
    from claudesess.charts import answers

    rows = estimates if estimates["group"].isna().all() else estimates[estimates["outcome"] == "finished"]
    how = (
        "95 % limits (exact Poisson, agents as independent: rather too narrow). An hour is one of a session."
    )
    return answers.forest(
        rows,
        question="How many agents finish per hour?",
        how=how,
        title="Agents",
        unit="per hour",
    )


def finding(estimates: pd.DataFrame) -> str:
    """Say how many finished in how many hours; the rate only where there was at least an hour."""
    from claudesess import text

    def say(row: pd.Series) -> str:
        done = f"{text.count(int(row['n_events']), 'agent')} finished in {text.clock(row['exposure'] * 3600)}"
        if row["exposure"] < 1:
            return done
        return (
            f"{done} of sessions, {text.number(row['estimate'])} per hour{words.limits_of(row, text.number)}"
        )

    rows = estimates[(estimates["outcome"] == "finished") & (estimates["exposure"] > 0)]
    return words.sentence(words.by_group(rows, say))
