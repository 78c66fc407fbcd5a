"""How many tries fail per hour in which a session is active, and per hour in which it is open?

What it cannot say: how good the work was: an agent that runs its checks often sees more of them fail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from claudesess import text
from claudesess.contracts import FLOAT, INT, TIME, Column, Units
from claudesess.contracts.estimates import SESSION
from claudesess.contracts.raw import DB
from claudesess.estimating import (
    HOURS,
    PER_ACTIVE_HOUR,
    By,
    Kind,
    Part,
    Relation,
    rates,
    shaped,
    summed,
    words,
)
from claudesess.metrics.retry_escalation._words import tried

if TYPE_CHECKING:
    import altair as alt

UNITS = Units(
    "retry_escalation.failures",
    "one session on one day on which it was open, or on which a try of it failed",
    (
        DB,
        SESSION,
        Column(
            "seen_at",
            TIME,
            "First of the session on the day; NA for tries of which the time is not known",
            unit="UTC",
        ),
        Column(
            "active_h",
            FLOAT,
            "Time in which the session was active on the day: signs of life at most five minutes apart",
            unit="h",
        ),
        Column("open_h", FLOAT, "Time in which the session was open on the day", unit="h"),
        Column("n_failures", INT, "Tries that failed", unit="count"),
    ),
    ("db", "session_id", "seen_at"),
    at="seen_at",
)
CAPTIONS = {"per active hour": "Failed tries per active hour"}


def units(
    error_chains: Relation,
    error_attempts: Relation,
    agent_registry: Relation,
    session_windows: Relation,
    *,
    kind: Kind = "check",
) -> pd.DataFrame:
    """Count the failed tries of each session and day, beside its hours; a day without is a row of 0.

    Not counted: calls refused before they ran, interrupts, and what is no check, unless another kind is asked
    for.
    """
    return shaped(UNITS, error_chains, error_attempts, agent_registry, session_windows, kind=kind)


def sums(units: pd.DataFrame, *, by: By = None) -> pd.DataFrame:
    """Add up failed tries and hours."""
    parts = [Part("failed tries", "n_failures", hours, unit=unit) for hours, unit in HOURS.items()]
    return summed(units, by, *parts)


def estimate(sums: pd.DataFrame) -> pd.DataFrame:
    """Divide failed tries by hours in which a session was active, and by those in which it was open.

    Notes
    -----
    Tries of one session fail together: limits by session (`claudesess.stats.event_rates`).
    """
    return rates(UNITS, sums)


control = "Failed tries counted over hours: nothing is claimed of what makes them many or few."


def chart(estimates: pd.DataFrame, units: pd.DataFrame) -> alt.typing.ChartType:
    """Draw failed tries per hour, by group."""
    from claudesess.charts import answers

    return answers.forest(
        estimates[estimates["unit"] == PER_ACTIVE_HOUR],
        question="How many tries fail per active hour?",
        how="95 % limits by session. An hour is one of a session, without silence longer than five minutes.",
        title="Failed tries",
        unit=PER_ACTIVE_HOUR,
    )


def finding(estimates: pd.DataFrame) -> words.Statement:
    """Say how many tries failed in how many active hours."""

    def say(row: pd.Series) -> str:
        n = row["n_events"]
        return f"{n:,} {text.named(n, 'try', 'tries')} of {tried(row)} failed in {words.hourly(row)}"

    rows = estimates[(estimates["unit"] == PER_ACTIVE_HOUR) & (estimates["exposure"] > 0)]
    return words.statement(rows, say, words.sure_of_hourly)
