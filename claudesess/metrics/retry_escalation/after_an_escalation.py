"""Were checks that were escalated fixed later?

What it cannot say: that asking mended it: what is escalated is harder than what is not, and chains that
were fixed had more time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from claudesess.contracts import CATEGORY, FLAG, TIME, Column, Units
from claudesess.estimating import By, Kind, Part, Relation, drawn, shaped, shares, summed, words
from claudesess.estimating.controls import files_of
from claudesess.estimating.relation import rows
from claudesess.metrics.retry_escalation import NAMES
from claudesess.metrics.retry_escalation._columns import CHAIN, TRIED
from claudesess.metrics.retry_escalation._words import tried

if TYPE_CHECKING:
    import altair as alt

UNITS = Units(
    "retry_escalation.after_an_escalation",
    "one chain whose first event was an escalation, and whether it was fixed after all",
    (
        *CHAIN,
        Column("escalated_to", CATEGORY, "Where it was escalated to first",
               values=("escalated_research", "escalated_user")),
        *TRIED,
        Column("is_fixed", FLAG, "Seen to be fixed later on"),
        Column("fixed_at", TIME, "When, where that was seen", unit="UTC"),
    ),
    ("db", "chain_id"),
    at="started_at",
    covariates=("escalated_to", "kind", "error_category", "agent_type"),
)  # fmt: skip
NOTHING = "No failing check was put to research or to the user"
CAPTIONS = {"fixed later": "Share of checks that were fixed later"}


def units(
    error_chains: Relation,
    agent_registry: Relation,
    *,
    kind: Kind = "check",
) -> pd.DataFrame:
    """List the chains that were escalated before anything else happened to them.

    Not counted: chains that were escalated later, after something else had been seen to happen to them.
    """
    return shaped(UNITS, error_chains, agent_registry, kind=kind)


def sums(units: pd.DataFrame, *, by: By = "escalated_to") -> pd.DataFrame:
    """Count escalated chains, and those fixed."""
    return summed(units, by, Part("fixed later", "is_fixed"))


def estimate(sums: pd.DataFrame) -> pd.DataFrame:
    """Estimate the share fixed: a lower bound, since some that are open may still be.

    Notes
    -----
    Chains of one session are alike: limits by session (`claudesess.stats.shares`).
    """
    return shares(UNITS, sums, note="a lower bound: what is open may still be fixed")


@drawn("Of checks that had failed as often and were not escalated then", outcome="fixed later")
def control(
    error_chains: Relation,
    agent_registry: Relation,
    *,
    seed: int,
    draws: int,
    kind: Kind = "check",
) -> pd.DataFrame:
    """Let chains stand in that had reached the same try, in a failure of the same category.

    What became of them from that try on counts: fixed at once, fixed later, escalated at a later try, left.
    """
    from claudesess import stats

    every = rows("retry_escalation", "_not_escalated", error_chains, agent_registry, kind=kind)
    is_own = every["is_escalated"].to_numpy(bool)
    own, others = every[is_own].reset_index(drop=True), every[~is_own].reset_index(drop=True)
    keys = ["db", "error_category", "attempt"]
    pairs = own[keys].reset_index(names="own").merge(others[keys].reset_index(names="other"), on=keys)
    n = pairs.groupby("own").size()
    first = np.cumsum(n.to_numpy()) - n.to_numpy()
    by = stats.luck(files_of(own)[n.index], seed=seed, draws=draws)
    picked = first + np.floor(by * n.to_numpy()).astype(np.int64)
    pairs = pairs.sort_values(["own", "other"], ignore_index=True).iloc[picked.ravel()]
    found = others.iloc[pairs["other"]].reset_index(drop=True)
    found["escalated_to"] = own["escalated_to"].array[pairs["own"].to_numpy()]
    return UNITS.cast(found).assign(draw=np.repeat(np.arange(draws), len(n)))


def chart(estimates: pd.DataFrame, units: pd.DataFrame) -> alt.typing.ChartType:
    """Draw the share fixed later per group."""
    from claudesess import charts, text
    from claudesess.charts import answers

    rows = estimates.assign(group=estimates["group"].replace(NAMES))
    return answers.forest(
        rows, question="Were escalated checks fixed later?", title="Share fixed later",
        how="A lower bound: what is still open may yet be fixed. 95 % limits.",
        form=text.percent, axis=charts.SHARE, counts="chains",
    )  # fmt: skip


def finding(estimates: pd.DataFrame) -> words.Statement:
    """Say how many were fixed later."""

    def say(row: pd.Series) -> str:
        return f"{words.share_of(row, tried(row, row['exposure']))} {words.were(row)} fixed later"

    return words.statement(estimates, say, name=lambda group: NAMES.get(group, group))
