"""How many tries fail, by hour and by day?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pandas as pd

from claudesess.contracts import FLOAT, INT, TIME, Column, Units
from claudesess.contracts.estimates import SESSION
from claudesess.contracts.raw import DB
from claudesess.estimating import By, Part, Relation, rates, shaped, summed, words

if TYPE_CHECKING:
    import altair as alt

UNITS = Units(
    "retry_escalation.failures",
    "one session on one day (UTC) on which it was open, or on which a try of it failed",
    (
        DB,
        SESSION,
        Column(
            "seen_at",
            TIME,
            "First of the session on the day; NA for tries of which the time is not known",
            unit="UTC",
        ),
        Column("open_h", FLOAT, "Time in which the session was open on the day", unit="h"),
        Column("n_failures", INT, "Tries that failed", unit="count"),
    ),
    ("db", "session_id", "seen_at"),
    at="seen_at",
)


def units(
    error_chains: Relation,
    error_attempts: Relation,
    agent_registry: Relation,
    session_windows: Relation,
    *,
    kind: Literal["check", "vcs", "run", "probe", "all"] = "check",
) -> pd.DataFrame:
    """Count the failed tries of each session and day, beside its hours; a day without is a row of 0."""
    return shaped(UNITS, error_chains, error_attempts, agent_registry, session_windows, kind=kind)


def sums(units: pd.DataFrame, *, by: By = None) -> pd.DataFrame:
    """Add up failed tries and hours."""
    return summed(units, by, Part("failed tries", "n_failures", "open_h"))


def estimate(sums: pd.DataFrame) -> pd.DataFrame:
    """Divide failed tries by hours in which a session was open.

    Notes
    -----
    Exact Poisson limits, as if tries failed independently of each other; they do not: rather too narrow.
    """
    return rates(UNITS, sums)


control = "Failed tries counted over hours: nothing is claimed of what makes them many or few."


def chart(estimates: pd.DataFrame, units: pd.DataFrame) -> alt.typing.ChartType:
    """Draw failed tries per hour, by group."""
    from claudesess.charts import answers

    how = "95 % limits (exact Poisson, tries as independent: rather too narrow). An hour is one of a session."
    return answers.forest(
        estimates,
        question="How many tries fail per hour?",
        how=how,
        title="Failed tries",
        unit="per hour",
    )


def finding(estimates: pd.DataFrame) -> str:
    """Say how many tries failed in how many hours."""
    from claudesess import text

    def say(row: pd.Series) -> str:
        hourly = f", {text.number(row['estimate'])} per hour{words.limits_of(row, text.number)}"
        rate = hourly if row["exposure"] >= 1 else ""
        failed = "1 try" if row["n_events"] == 1 else f"{row['n_events']:,} tries"
        return f"{failed} failed in {text.clock(row['exposure'] * 3600)} of sessions{rate}"

    return words.sentence(words.by_group(estimates[estimates["exposure"] > 0], say))
