"""How soon after a compaction comes the first edit, and the first command that succeeds?

What it cannot say: whether the first edit was a good one; an agent that stops to think is slower and may be
right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from claudesess.contracts import FLAG, FLOAT, INT, Column, Units
from claudesess.estimating import Advice, By, Relation, counted, drawn, durations, shaped, stacked, words
from claudesess.metrics.compaction_continuity._columns import COMPACTION, MOMENT
from claudesess.metrics.compaction_continuity._placebo import MOST, placebo

if TYPE_CHECKING:
    import altair as alt

UNITS = Units(
    "compaction_continuity.time_to_recover",
    "one compaction, with the calls and seconds of the main thread until its first edit and first success",
    (
        *COMPACTION,
        *MOMENT,
        Column(
            "edit_calls",
            INT,
            "Calls to the first edit, it included; all there were, where none was seen",
            unit="calls",
        ),
        Column(
            "edit_s", FLOAT, "Seconds to the first edit, or watched in vain, time away left out", unit="s"
        ),
        Column("is_edit_seen", FLAG, "The first edit was seen; else both are censored"),
        Column(
            "pass_calls",
            INT,
            "Calls to the first command that succeeded; NA: the writer records no checks",
            unit="calls",
        ),
        Column("pass_s", FLOAT, "Seconds to it", unit="s"),
        Column("is_pass_seen", FLAG, "It was seen"),
    ),
    ("db", "compaction_id"),
    at="moment_at",
    covariates=("trigger",),
)
_NAMES = {"first edit": "Until the first edit", "first success": "Until the first command that succeeded"}
_HORIZONS = {"calls": (5, 10, 20), "s": (60, 300, 900)}
_PREFIX = {"first edit": "edit", "first success": "pass"}
CAPTIONS = {"calls": "Calls after half of the compactions until it came"}


def units(
    compactions: Relation, tool_calls: Relation, file_claims: Relation, session_windows: Relation
) -> pd.DataFrame:
    """Find each compaction's first edit and first success, in calls and seconds.

    Calls of agents do not count. It is watched until the next compaction or the session's end.
    """
    return shaped(UNITS, compactions, tool_calls, file_claims, session_windows)


def sums(units: pd.DataFrame, *, by: By = None) -> pd.DataFrame:
    """Count compactions by calls and by seconds, seen and not."""
    parts = []
    for outcome, name in _PREFIX.items():
        is_seen = units[f"is_{name}_seen"].fillna(False).astype(bool)
        for unit in ("calls", "s"):
            part = counted(
                units,
                by,
                outcome=outcome,
                value=units[f"{name}_{unit}"],
                unit=unit,
                is_event=is_seen,
                is_censored=~is_seen,
            )
            parts.append(part)
    return stacked(*parts)


def estimate(sums: pd.DataFrame) -> pd.DataFrame:
    """Estimate after how much a half, and nine in ten, have seen it, and which share has by then and then.

    What was not seen counts as longer than watched.

    Notes
    -----
    Kaplan–Meier, limits by session (`claudesess.stats.durations`, `claudesess.stats.incidence_by_time`).
    """
    return durations(UNITS, sums, horizons=_HORIZONS)


@drawn(
    "At random moments of the same sessions", most=MOST, outcome="first edit", statistic="p50", unit="calls"
)
def control(
    compactions: Relation,
    tool_calls: Relation,
    file_claims: Relation,
    session_windows: Relation,
    *,
    seed: int,
    draws: int,
) -> pd.DataFrame:
    """Find the first edit and the first success after placebo moments."""
    return placebo(
        UNITS, units, compactions, tool_calls, file_claims, session_windows, seed=seed, draws=draws
    )


def chart(estimates: pd.DataFrame, units: pd.DataFrame) -> alt.typing.ChartType:
    """Draw the median calls per group, as they are told; seconds are in the numbers."""
    from claudesess import text
    from claudesess.charts import answers

    return answers.forest(
        estimates[(estimates["unit"] == "calls") & (estimates["statistic"] == "p50")],
        question="How soon after a compaction?",
        title="Median",
        unit="calls",
        how="Half of them came by then, the call itself counted; 95 % limits by session.",
        form=text.number,
        counts="compactions",
        names=_NAMES,
    )


def finding(estimates: pd.DataFrame) -> words.Statement:
    """Say the median number of calls to the first edit."""
    from claudesess import text

    rows = estimates[(estimates["unit"] == "calls") & (estimates["statistic"] == "p50")]
    rows = rows[rows["outcome"] == "first edit"]

    def say(row: pd.Series) -> str:
        compactions = text.count(int(row["n_units"]), "compaction")
        return (
            f"after half of {compactions} the first edit came within {text.count_of(row['estimate'], 'call')}"
        )

    return words.statement(rows[rows["estimate"].notna()], say, lambda row: words.sure_of(row, text.number))


def advice(estimates: pd.DataFrame, units: pd.DataFrame) -> Advice:
    """Compact where a piece of work ends; half of the compactions cost the calls that the median is later."""
    return Advice(
        step="Run /compact when a piece of work is finished, before the memory is full amid the next.",
        events=units["is_edit_seen"].astype("Int64"),
        cost="calls",
        each=0.5,
    )
