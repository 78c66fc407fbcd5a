"""Which reads after a compaction are of unchanged lines that were read before it?

What it cannot say: whether a read again was a waste: looking once more before an edit is what a careful
agent does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from claudesess.contracts import INT, Column, Units
from claudesess.estimating import Advice, By, Part, Proposal, Relation, drawn, shaped, shares, summed, words
from claudesess.metrics.compaction_continuity._columns import COMPACTION, MOMENT
from claudesess.metrics.compaction_continuity._placebo import MOST, placebo

if TYPE_CHECKING:
    import altair as alt

UNITS = Units(
    "compaction_continuity.rereads",
    "one compaction, with the main thread's reads after it until the next one or the session's end",
    (
        *COMPACTION,
        *MOMENT,
        Column("n_reads", INT, "Reads; NA where no call of the session is known", unit="count"),
        Column(
            "n_same_lines",
            INT,
            "Of lines read before the compaction, unchanged since, and not read again yet",
            unit="count",
        ),
        Column("n_same_file", INT, "Of a file read before it, changed or not", unit="count"),
    ),
    ("db", "compaction_id"),
    at="moment_at",
    covariates=("trigger",),
)
_NAMES = {"same lines": "unchanged lines read before", "same file": "a file read before, by path alone"}
_RULE = "When compacting, list the files in work, each with the lines that matter."
CAPTIONS = dict.fromkeys(
    ("same lines", "same file"), "Share of reads after a compaction, of what was read before"
)


def units(compactions: Relation, tool_calls: Relation, file_claims: Relation) -> pd.DataFrame:
    """Count the reads after each compaction, and those of lines known before it.

    Reads of agents do not count, their context was not compacted; nor reads that failed. A read whose lines
    are not known is never one of the same lines, so that these are a lower bound.
    """
    return shaped(UNITS, compactions, tool_calls, file_claims)


def sums(units: pd.DataFrame, *, by: By = None) -> pd.DataFrame:
    """Add up reads, those of the same lines, and those of the same file."""
    parts = (Part("same lines", "n_same_lines", "n_reads"), Part("same file", "n_same_file", "n_reads"))
    return summed(units, by, *parts)


def estimate(sums: pd.DataFrame) -> pd.DataFrame:
    """Estimate the share of reads.

    Notes
    -----
    Reads of one session are alike: limits by session (`claudesess.stats.shares`).
    """
    return shares(UNITS, sums)


@drawn("At random moments of the same sessions", most=MOST, outcome="same lines")
def control(
    compactions: Relation, tool_calls: Relation, file_claims: Relation, *, seed: int, draws: int
) -> pd.DataFrame:
    """Count the reads after placebo moments."""
    return placebo(UNITS, units, compactions, tool_calls, file_claims, seed=seed, draws=draws)


def chart(estimates: pd.DataFrame, units: pd.DataFrame) -> alt.typing.ChartType:
    """Draw the share of reads per group."""
    from claudesess import charts, text
    from claudesess.charts import answers

    return answers.forest(
        estimates,
        question="Which reads after a compaction are repeated ones?",
        how="Reads of the main thread. 95 % limits.",
        title="Share of reads",
        form=text.percent,
        axis=charts.SHARE,
        counts="compactions",
        names=_NAMES,
    )


def finding(estimates: pd.DataFrame) -> words.Statement:
    """Say how many reads were of unchanged lines read before."""
    rows = estimates[(estimates["outcome"] == "same lines") & (estimates["exposure"] > 0)]

    def say(row: pd.Series) -> str:
        reads = words.share_of(row, "reads after a compaction")
        return f"{reads} {words.were(row)} of unchanged lines read before"

    return words.statement(rows, say)


def advice(estimates: pd.DataFrame, units: pd.DataFrame) -> Advice:
    """Have the summary say which lines of which files are in work; a read again costs a call."""
    return Advice(
        step="Put it where every session reads it.",
        proposal=Proposal("rule", _RULE),
        events=units["n_same_lines"],
        cost="calls",
    )
