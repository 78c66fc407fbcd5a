"""Is what was failing at a compaction fixed after it?

What it cannot say: that the summary was the reason for what became of a chain; nor whether the check was
still worth fixing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from claudesess_collector import vocabulary

from claudesess.contracts import CATEGORY, FLAG, INT, TEXT, Column, Units
from claudesess.estimating import Advice, By, Part, Proposal, Relation, drawn, shaped, shares, summed, words
from claudesess.metrics.compaction_continuity._columns import COMPACTION, MOMENT
from claudesess.metrics.compaction_continuity._placebo import MOST, placebo

if TYPE_CHECKING:
    import altair as alt

UNITS = Units(
    "compaction_continuity.fixed",
    "one chain of failures that was open at a compaction, and whether its check succeeded after it",
    (
        *COMPACTION,
        *MOMENT,
        Column("place", INT, "Its place in the snapshot's list, from 1", unit="count"),
        Column("tried", TEXT, "What was tried"),
        Column("error_category", CATEGORY, "Kind of failure", values=vocabulary.CATEGORIES),
        Column(
            "is_fixed",
            FLAG,
            "It succeeded until the next compaction or the session's end; NA where no call is known",
        ),
    ),
    ("db", "compaction_id", "place"),
    at="moment_at",
    covariates=("trigger", "error_category"),
)
_RULE = "When compacting, list the commands that still fail, with their message."
CAPTIONS = {"fixed": "Share of chains of failures open at a compaction"}


def units(compactions: Relation, tool_calls: Relation) -> pd.DataFrame:
    """List the chains open at each compaction, and whether their check then succeeded, whoever ran it.

    Not counted: chains that an older writer listed as text, and checks that pass only after the next
    compaction.
    """
    return shaped(UNITS, compactions, tool_calls)


def sums(units: pd.DataFrame, *, by: By = None) -> pd.DataFrame:
    """Count open chains, and those fixed."""
    return summed(units, by, Part("fixed", "is_fixed"))


def estimate(sums: pd.DataFrame) -> pd.DataFrame:
    """Estimate the share fixed.

    Notes
    -----
    Chains of one session are alike: limits by session (`claudesess.stats.shares`).
    """
    return shares(UNITS, sums)


@drawn("At random moments of the same sessions", most=MOST, outcome="fixed")
def control(compactions: Relation, tool_calls: Relation, *, seed: int, draws: int) -> pd.DataFrame:
    """List the chains open at placebo moments before which as many of ten calls had failed."""
    return placebo(
        UNITS,
        units,
        compactions,
        tool_calls,
        seed=seed,
        draws=draws,
        moments="_placebo_chains",
        is_matched=True,
    )


def chart(estimates: pd.DataFrame, units: pd.DataFrame) -> alt.typing.ChartType:
    """Draw the share fixed per group."""
    from claudesess import charts, text
    from claudesess.charts import answers

    return answers.forest(
        estimates,
        question="Is what was failing at a compaction fixed after it?",
        title="Share fixed",
        how="Until the next compaction or the session's end. 95 % limits.",
        form=text.percent,
        axis=charts.SHARE,
        counts="chains",
    )


def finding(estimates: pd.DataFrame) -> words.Statement:
    """Say how many were fixed."""

    def say(row: pd.Series) -> str:
        return f"{words.share_of(row, 'things failing at a compaction')} {words.were(row)} fixed after it"

    return words.statement(estimates[estimates["exposure"] > 0], say)


def advice(estimates: pd.DataFrame, units: pd.DataFrame) -> Advice:
    """Have the summary say what still fails; a chain that is not fixed is a failed call that stays."""
    return Advice(
        step="Put it where every session reads it.",
        proposal=Proposal("rule", _RULE),
        events=1 - units["is_fixed"].astype("Int64"),
        cost="failed calls",
        is_less=True,
    )
