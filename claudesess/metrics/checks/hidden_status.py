"""How many checks that were reported as passed had failed?

What it cannot say: whether the agent believed the green status, or read the output and knew; nor what
became of those that print nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from claudesess.contracts import FLAG, INT, TEXT, TIME, Column, Units
from claudesess.contracts.estimates import SESSION
from claudesess.contracts.raw import DB
from claudesess.estimating import Advice, By, Part, Proposal, Relation, drawn, shaped, shares, summed, words
from claudesess.estimating.controls import files_of
from claudesess.estimating.relation import rows

if TYPE_CHECKING:
    import altair as alt

UNITS = Units(
    "checks.hidden_status",
    "one call of a check that the client reported as a success",
    (
        DB,
        SESSION,
        Column("call_id", INT, "The call"),
        Column("ended_at", TIME, "Its end", unit="UTC"),
        Column("check_run", TEXT, "What was run, where it is known from a failure"),
        Column("agent_type", TEXT, "Type of the agent that made it, or `main thread`"),
        Column("is_hidden", FLAG, "Its exit status was hidden: by a pipe, `;`, `|| true` or a runner"),
        Column("is_failed", FLAG, "By what it printed it failed; NA where the status was not hidden"),
        Column("is_passed", FLAG, "By what it printed it passed; NA where the status was not hidden"),
        Column("is_unknown", FLAG, "Nobody can tell; NA where the status was not hidden"),
        Column("is_red", FLAG, "Reported as a success, and failed"),
    ),
    ("db", "call_id"),
    at="ended_at",
    covariates=("agent_type",),
)

_TODO = "Run checks without a pipe, or after `set -o pipefail`"
_DRAWN = {
    "red": "reported as passed: had failed",
    "failed": "status hidden: failed",
    "passed": "status hidden: passed",
    "not known": "status hidden: not known",
}
CAPTIONS = {
    "red": "Share of checks reported as passed",
    **dict.fromkeys(("failed", "passed", "not known"), "Share of checks whose exit status was hidden"),
}


def units(tool_calls: Relation, error_chains: Relation) -> pd.DataFrame:
    """List the checks that were reported as a success, and how those went whose exit status was hidden.

    How a hidden one went is what the check printed. Not counted: checks that were reported as a failure or
    interrupted, and databases of before, which do not say what was hidden.
    """
    return shaped(UNITS, tool_calls, error_chains)


def sums(units: pd.DataFrame, *, by: By = None) -> pd.DataFrame:
    """Count the hidden ones by how they went, and of all those that failed."""
    return summed(
        units,
        by,
        Part("red", "is_red"),
        Part("failed", "is_failed"),
        Part("passed", "is_passed"),
        Part("not known", "is_unknown"),
    )


def estimate(sums: pd.DataFrame) -> pd.DataFrame:
    """Estimate shares: of those hidden that failed, passed or are not known; of all that failed (`red`).

    Notes
    -----
    Limits by session: `claudesess.stats.shares`.
    """
    return shares(UNITS, sums)


@drawn("In checks of the same sessions whose exit status was seen", outcome="failed")
def control(tool_calls: Relation, error_chains: Relation, *, seed: int, draws: int) -> pd.DataFrame:
    """Let one whose exit status was seen stand for each hidden one: of its session, else its database."""
    from claudesess import stats

    every = rows("checks", "_visible", tool_calls, error_chains)
    hidden = every[every["is_hidden"].to_numpy(bool)].reset_index(drop=True)
    seen = every[~every["is_hidden"].to_numpy(bool)].reset_index(drop=True)
    first, n = _range_of(seen, hidden, ["db", "session_id"])
    of_all, n_all = _range_of(seen, hidden, ["db"])
    first, n = np.where(n > 0, first, of_all), np.where(n > 0, n, n_all)
    by = stats.luck(files_of(hidden), seed=seed, draws=draws)
    draw, place = np.nonzero(np.broadcast_to(n > 0, by.shape))
    picked = (first + np.floor(by * n).astype(np.int64))[draw, place]
    is_ok = seen["is_ok"].astype("boolean").array[picked]
    found = hidden.iloc[place].reset_index(drop=True)
    found = found.assign(is_failed=~is_ok, is_passed=is_ok, is_unknown=False, is_red=None, check_run=None)
    return UNITS.cast(found).assign(draw=draw)


def _range_of(seen: pd.DataFrame, hidden: pd.DataFrame, keys: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return where the calls seen with the keys of each hidden one begin, and how many there are."""
    places = seen.reset_index(names="place").groupby(keys)["place"].agg(["min", "size"])
    found = hidden[keys].merge(places.reset_index(), on=keys, how="left")
    first, n = (found[name].fillna(0).to_numpy(np.int64) for name in ("min", "size"))
    return first, n


def chart(estimates: pd.DataFrame, units: pd.DataFrame) -> alt.typing.ChartType:
    """Draw how checks went whose exit status was hidden."""
    from claudesess import charts, text
    from claudesess.charts import answers

    return answers.forest(
        estimates, question="How many green checks were red?", title="Share",
        how="95 % limits by session.",
        names=_DRAWN, form=text.percent, axis=charts.SHARE, counts="checks",
    )  # fmt: skip


def finding(estimates: pd.DataFrame) -> words.Statement:
    """Say how many checks that were reported as a success had failed, and how to see it."""
    rows = _red(estimates)
    statement = _statement(rows)
    return statement.further(f"{_TODO}.") if (rows["n_events"] > 0).any() else statement


def _red(estimates: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of all that failed, with how those went whose exit status was hidden."""
    keys = ["group_by", "group", "group_2_by", "group_2"]
    wide = estimates.pivot_table(
        index=keys, columns="outcome", values="n_events", dropna=False, observed=True
    )
    red = estimates[estimates["outcome"] == "red"]
    hidden = estimates[(estimates["outcome"] == "failed") & (estimates["exposure"] > 0)]
    return red.merge(wide.reset_index(), on=keys).merge(
        hidden[[*keys, "exposure"]], on=keys, suffixes=("", "_hidden")
    )


def advice(estimates: pd.DataFrame, units: pd.DataFrame) -> Advice:
    """Let exit statuses be seen; a failure that was reported as a success is at least run once more."""
    rows = _red(estimates)
    return Advice(
        step=f"{_TODO}.",
        events=units["is_red"].fillna(False).astype("Int64"),
        cost="failed calls",
        claims=estimates[(estimates["outcome"] == "red") & _group(estimates).isin(_group(rows))],
        says=lambda row: _statement(rows[_group(rows) == ("" if pd.isna(row["group"]) else row["group"])]),
        proposal=Proposal("rule", f"{_TODO}; no `;` or `|| true` behind them."),
    )


def _group(rows: pd.DataFrame) -> pd.Series:
    return rows["group"].astype("string").fillna("")


def _statement(rows: pd.DataFrame) -> words.Statement:
    return words.statement(
        rows, lambda row: f"{words.share_of(row, 'checks reported as passed')} had failed", more=_went
    )


def _went(row: pd.Series) -> str:
    """Say how those went whose exit status was hidden."""
    there = [name for name in ("failed", "passed", "not known") if row[name]]
    went = ", ".join(f"{row[name]:,.0f} {name}" for name in there)
    return f"of {row['exposure_hidden']:,.0f} with a hidden exit status {went}" if went else ""
