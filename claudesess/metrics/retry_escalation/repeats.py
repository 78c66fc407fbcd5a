"""Which rejected approaches came back?

What it cannot say: whether the agent had forgotten it or tried it on purpose, beside another change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from claudesess.contracts import INT, TEXT, TIME, Column, Units
from claudesess.contracts.estimates import SESSION
from claudesess.contracts.raw import DB
from claudesess.estimating import Advice, By, Part, Proposal, Relation, drawn, shaped, shares, summed, words
from claudesess.estimating.controls import dealt_again, repeated

if TYPE_CHECKING:
    import altair as alt

UNITS = Units(
    "retry_escalation.repeats",
    "one approach (an edit's tool, file and first added line) that was rejected in a session",
    (
        DB,
        SESSION,
        Column("file_path", TEXT, "The file that it changed"),
        Column("approach", TEXT, "Tool, file and first added line"),
        Column("rejected_at", TIME, "When it was first rejected", unit="UTC"),
        Column("n_rejections", INT, "How often it was rejected", unit="count"),
        Column("n_again", INT, "How often after the first time", unit="count"),
    ),
    ("db", "session_id", "file_path", "approach"),
    at="rejected_at",
    covariates=("file_path",),
)
CAPTIONS = {"again": "Share of rejections"}


def units(failed_paths: Relation) -> pd.DataFrame:
    """List the rejected approaches of each session, those that came back most often first.

    Edits that differ only below the same first line count as the same. An edit that adds no line (a
    deletion, a change by the shell) cannot be compared and is not counted.
    """
    return shaped(UNITS, failed_paths)


def sums(units: pd.DataFrame, *, by: By = None) -> pd.DataFrame:
    """Add up rejections, and those that were not the first."""
    return summed(units, by, Part("again", "n_again", "n_rejections"))


def estimate(sums: pd.DataFrame) -> pd.DataFrame:
    """Estimate the share of rejections that were of an approach already rejected in the session.

    Notes
    -----
    Limits by session: `claudesess.stats.shares`.
    """
    return shares(UNITS, sums)


@drawn("If rejections were dealt out to the sessions of their database at random", outcome="again")
def control(failed_paths: Relation, *, seed: int, draws: int) -> pd.DataFrame:
    """Deal the rejections out to sessions at random: as many to each as it had."""
    own = units(failed_paths)
    every = own.loc[np.repeat(own.index, own["n_rejections"].astype(int))].reset_index(drop=True)
    copies = repeated(every, draws)
    dealt = dealt_again(copies, ["draw", "db"], seed)
    copies = copies.assign(session_id=copies["session_id"].to_numpy()[dealt])
    keys = ["draw", "db", "session_id", "file_path", "approach"]
    found = copies.groupby(keys, dropna=False, sort=False)["rejected_at"].agg(["min", "size"]).reset_index()
    found = found.rename(columns={"min": "rejected_at", "size": "n_rejections"})
    found = found.assign(n_again=found["n_rejections"] - 1)
    return UNITS.cast(found).assign(draw=found["draw"].to_numpy())


def chart(estimates: pd.DataFrame, units: pd.DataFrame) -> alt.typing.ChartType:
    """Quote the approaches that came back most often; of groups, draw the share of each."""
    from claudesess import charts, text
    from claudesess.charts import answers, panels

    question = "Which rejected approaches came back?"
    if estimates["group"].notna().any():
        return answers.forest(
            estimates, question=question, how="Share of rejections. 95 % limits by session.", title="Share",
            form=text.percent, axis=charts.SHARE, counts="approaches",
        )  # fmt: skip
    again = units[units["n_again"] > 0].sort_values("n_again", ascending=False, kind="stable").head(10)
    if again.empty:
        return charts.empty("No approach came back.", title=question, height=40)
    marks = again["n_rejections"].astype("string") + " ×"
    head = charts.heading(
        question, "Rejected again in the same session: same tool, file, first line; worst ten."
    )
    return panels.quotations(marks, panels.owned(again["db"], again["approach"])).properties(title=head)


def finding(estimates: pd.DataFrame) -> words.Statement:
    """Say how many rejections were not the first of their approach."""

    def say(row: pd.Series) -> str:
        rejections = words.share_of(row, "rejections")
        return f"{rejections} {words.were(row)} of an approach that the session had rejected before"

    return words.statement(estimates[estimates["exposure"] > 0], say)


def advice(estimates: pd.DataFrame, units: pd.DataFrame) -> Advice:
    """Write down what was rejected most often; a rejected edit that is made again costs a call."""
    from claudesess import text

    def worst() -> tuple[str, int]:
        row = units.sort_values("n_again", ascending=False, kind="stable").iloc[0]
        return text.shortened(str(row["approach"]), 80), int(row["n_rejections"])

    def step(row: pd.Series) -> str:
        return "Write into CLAUDE.md what was rejected and why, what came back most often first."

    def proposal(row: pd.Series) -> Proposal:
        most, n = worst()
        return Proposal("rule", f"Do not try again what a check rejected: “{most}” was, {n} times.")

    return Advice(step=step, events=units["n_again"], cost="calls", proposal=proposal)
