"""Which edits after a compaction repeat an approach that was rejected before it?

What it cannot say: whether the repeated edit was wrong: a line that failed beside another one may be right
later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from claudesess.contracts import INT, TEXT, Column, Units
from claudesess.estimating import Advice, By, Part, Proposal, Relation, drawn, shaped, shares, summed, words
from claudesess.metrics.compaction_continuity._columns import COMPACTION, MOMENT
from claudesess.metrics.compaction_continuity._placebo import MOST, placebo

if TYPE_CHECKING:
    import altair as alt

UNITS = Units(
    "compaction_continuity.repeats",
    "one compaction, with the edits after it, whoever made them, until the next one or the session's end",
    (
        *COMPACTION,
        *MOMENT,
        Column(
            "n_edits",
            INT,
            "Edits that say which line they added; NA where no call of the session is known",
            unit="count",
        ),
        Column(
            "n_repeats", INT, "Of these, equal to an approach rejected before the compaction", unit="count"
        ),
        Column("approaches", TEXT, "Those approaches, one per line, in order of the edits"),
    ),
    ("db", "compaction_id"),
    at="moment_at",
    covariates=("trigger",),
)
_RULE = "When compacting, list what was tried and rejected, and why."
CAPTIONS = {"repeated": "Share of edits after a compaction"}


def units(compactions: Relation, tool_calls: Relation, failed_paths: Relation) -> pd.DataFrame:
    """Count the edits after each compaction, and those that had been rejected before it in the session.

    Edits are compared by tool, file and first added line; those that add none, and those that failed, do not
    count.
    """
    return shaped(UNITS, compactions, tool_calls, failed_paths)


def sums(units: pd.DataFrame, *, by: By = None) -> pd.DataFrame:
    """Add up edits, and repeats among them."""
    return summed(units, by, Part("repeated", "n_repeats", "n_edits"))


def estimate(sums: pd.DataFrame) -> pd.DataFrame:
    """Estimate the share of edits.

    Notes
    -----
    Edits of one session are alike: limits by session (`claudesess.stats.shares`).
    """
    return shares(UNITS, sums)


@drawn("At random moments of the same sessions", most=MOST, outcome="repeated")
def control(
    compactions: Relation, tool_calls: Relation, failed_paths: Relation, *, seed: int, draws: int
) -> pd.DataFrame:
    """Count the edits after placebo moments, and those rejected before these."""
    return placebo(UNITS, units, compactions, tool_calls, failed_paths, seed=seed, draws=draws)


def chart(estimates: pd.DataFrame, units: pd.DataFrame) -> alt.typing.ChartType:
    """Draw the share of edits; of all compactions, quote the latest approaches that came back."""
    from claudesess import charts, text
    from claudesess.charts import answers, panels

    question = "Which edits after a compaction repeat a rejected approach?"
    drawn = answers.forest(
        estimates,
        question=question,
        how="Same tool, file, first added line. 95 % limits.",
        title="Share of edits",
        form=text.percent,
        axis=charts.SHARE,
        counts="compactions",
    )
    again = units[units["approaches"].notna()].tail(10)
    if again.empty:
        return drawn
    marks = again["moment_at"].dt.strftime("%-d %b %H:%M").astype("string").fillna("time not known")
    head = charts.heading("Rejected approaches that came back", "The latest ten compactions with any.")
    return charts.stack(drawn, panels.quotations(marks, again["approaches"]).properties(title=head))


def finding(estimates: pd.DataFrame) -> words.Statement:
    """Say how many edits repeated a rejected approach."""

    def say(row: pd.Series) -> str:
        return f"{words.share_of(row, 'edits after a compaction')} repeated a rejected approach"

    return words.statement(estimates[estimates["exposure"] > 0], say)


def advice(estimates: pd.DataFrame, units: pd.DataFrame) -> Advice:
    """Have the summary say what was rejected; an edit that is made again costs a call."""
    return Advice(
        step="Put it where every session reads it.",
        proposal=Proposal("rule", _RULE),
        events=units["n_repeats"],
        cost="calls",
    )
