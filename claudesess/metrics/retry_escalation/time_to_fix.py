"""How long does it take until a failing check is fixed unaided?

What it cannot say: how long the work took that led to the failure, nor what was waited for: a slow test run
counts like slow thinking.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from claudesess.contracts import CATEGORY, FLOAT, Column, Units
from claudesess.contracts.derived import FIRST_EVENTS
from claudesess.estimating import By, Kind, Relation, counted, durations, shaped, words
from claudesess.metrics.retry_escalation._columns import CHAIN, TRIED
from claudesess.metrics.retry_escalation._words import tried

if TYPE_CHECKING:
    import altair as alt

UNITS = Units(
    "retry_escalation.time_to_fix",
    "one chain of failures, with the time from its first failure to the first thing seen to happen to it",
    (
        *CHAIN,
        *TRIED,
        Column("first_event", CATEGORY, "First thing seen to happen to it", values=FIRST_EVENTS),
        Column(
            "observed_s",
            FLOAT,
            "Time until then in which the session was open; of an open chain, to its last sign of life",
            unit="s",
        ),
    ),
    ("db", "chain_id"),
    at="started_at",
    covariates=("kind", "error_category", "agent_type"),
)
_HORIZONS = (60, 300, 900, 3600)
CAPTIONS = {"s": "Time within which half were fixed unaided"}


def units(
    error_chains: Relation,
    error_attempts: Relation,
    agent_registry: Relation,
    session_windows: Relation,
    *,
    kind: Kind = "check",
) -> pd.DataFrame:
    """List the chains of failures with the time until something was seen, pauses of the session left out.

    Not counted: time in which the session was left; chains of which the time of the success is not known say
    nothing.
    """
    return shaped(UNITS, error_chains, error_attempts, agent_registry, session_windows, kind=kind)


def sums(units: pd.DataFrame, *, by: By = None) -> pd.DataFrame:
    """Count chains by time: those fixed first, those still open, and those that ended otherwise."""
    event = units["first_event"].astype("string")
    return counted(
        units, by, outcome="fixed", value=units["observed_s"], unit="s",
        is_event=event == "fixed", is_censored=event == "open",
    )  # fmt: skip


def estimate(sums: pd.DataFrame) -> pd.DataFrame:
    """Estimate by when a half, and nine in ten, are fixed unaided, and the share that is within some times.

    A chain that was escalated or abandoned can no longer be fixed unaided; one that is still open counts as
    long as it was watched.

    Notes
    -----
    Aalen–Johansen, limits by session (`claudesess.stats.durations`, `claudesess.stats.incidence_by_time`).
    """
    return durations(UNITS, sums, horizons={"s": _HORIZONS})


control = "The length of what was seen: nothing is claimed beyond it."


def chart(estimates: pd.DataFrame, units: pd.DataFrame) -> alt.typing.ChartType:
    """Draw the share that is fixed unaided within some times, per group."""
    from claudesess import charts, text
    from claudesess.charts import answers

    rows = estimates[(estimates["statistic"] == "share") & estimates["estimate"].notna()]
    within = rows["horizon"].map(text.clock, na_action="ignore")
    return answers.forest(
        rows.assign(outcome="within " + within.astype("string")),
        question="How soon is a failing check fixed unaided?",
        how="While the session was open. 95 % limits by session; open chains count as long as watched.",
        title="Share fixed",
        form=text.percent,
        axis=charts.SHARE,
        counts="chains",
    )


def finding(estimates: pd.DataFrame) -> words.Statement:
    """Say by when half were fixed unaided; nothing where that was not reached."""
    from claudesess import text

    half = estimates[(estimates["statistic"] == "p50") & estimates["estimate"].notna()]

    def say(row: pd.Series) -> str:
        of = f"{row['n_units']:,} failing {tried(row, row['n_units'])}"
        were = text.named(row["n_units"], "was", "were")
        return f"half of {of} {were} fixed unaided within {text.clock(row['estimate'])}"

    return words.statement(half, say, lambda row: words.sure_of(row, text.clock))
