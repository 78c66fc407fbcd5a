"""What does a compaction's summary still name of what was open?

What it cannot say: whether the model knew what the summary does not name: it may read it again from files,
and a name is no understanding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from claudesess.contracts import CATEGORY, FLAG, INT, TEXT, Column, Units
from claudesess.estimating import By, Part, Relation, shaped, shares, summed, words
from claudesess.metrics.compaction_continuity import KINDS
from claudesess.metrics.compaction_continuity._columns import COMPACTION, MOMENT

if TYPE_CHECKING:
    import altair as alt

UNITS = Units(
    "compaction_continuity.named",
    "one thing that was open at a compaction, and whether its summary names it",
    (
        *COMPACTION,
        *MOMENT,
        Column("kind", CATEGORY, "What kind of thing", values=tuple(KINDS)),
        Column("place", INT, "Its place in the snapshot's list, from 1", unit="count"),
        Column("item", TEXT, "The thing in the snapshot's words; NA where a list is text"),
        Column("is_named", FLAG, "The summary names it, word for word; NA without a summary"),
    ),
    ("db", "compaction_id", "kind", "place"),
    at="moment_at",
    covariates=("trigger", "kind"),
)
CAPTIONS = {"named": "Share of what was in work that the summary names"}


def units(compactions: Relation) -> pd.DataFrame:
    """List what was open at each compaction: chains, rejected approaches, files, agents, tasks.

    Named errs both ways: what a summary says in other words is not found, and a text found may stand there
    for something else.

    Not counted: what a draft before the summary names, and texts of fewer than four signs.
    """
    return shaped(UNITS, compactions)


def sums(units: pd.DataFrame, *, by: By = "kind") -> pd.DataFrame:
    """Count things that were open, and those named."""
    return summed(units, by, Part("named", "is_named"))


def estimate(sums: pd.DataFrame) -> pd.DataFrame:
    """Estimate the share named; things without a summary say nothing.

    Notes
    -----
    Things of one session are alike: limits by session (`claudesess.stats.shares`).
    """
    return shares(UNITS, sums)


control = "A count of what a text says: nothing is claimed of what became of the rest."


def chart(estimates: pd.DataFrame, units: pd.DataFrame) -> alt.typing.ChartType:
    """Draw the share named per group."""
    from claudesess import charts, text
    from claudesess.charts import answers

    rows = estimates.assign(group=estimates["group"].replace(KINDS))
    return answers.forest(
        rows, question="What do summaries still name of what was open?", how="Word for word. 95 % limits.",
        title="Share named", form=text.percent, axis=charts.SHARE, counts="things",
    )  # fmt: skip


def finding(estimates: pd.DataFrame) -> words.Statement:
    """Say how many things of each kind were named."""

    def say(row: pd.Series) -> str:
        return f"{words.share_of(row, '')} {words.were(row)} named"

    return words.statement(estimates[estimates["exposure"] > 0], say, name=lambda kind: KINDS.get(kind, kind))
