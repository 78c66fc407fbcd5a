"""Which files are hot: which fail the next check after an edit, in session after session?

What it cannot say: that a file is bad: the hard work may just have been there, and a check may fail for
another file's sake.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from claudesess.contracts import CATEGORY, FLAG, INT, TEXT, TIME, Column, Units
from claudesess.contracts.estimates import SESSION
from claudesess.contracts.raw import DB
from claudesess.estimating import (
    Advice,
    By,
    Part,
    Proposal,
    Relation,
    drawn,
    less,
    shaped,
    shares,
    shrunk,
    stacked,
    summed,
    words,
)
from claudesess.estimating.controls import dealt_again, repeated

if TYPE_CHECKING:
    import altair as alt

UNITS = Units(
    "files.hot",
    "one round of edits of a file: those that one thread made of it until its next check",
    (
        DB,
        SESSION,
        Column("edited_at", TIME, "The first of these edits", unit="UTC"),
        Column("file_path", TEXT, "The file; one in a worktree is the one of its repository"),
        Column("agent_id", TEXT, "The subagent; NA is the main thread"),
        Column(
            "spread",
            CATEGORY,
            "Whether one session edited the file, or several",
            values=("one session", "several sessions"),
        ),
        Column("n_edits", INT, "Edits of the file in the round", unit="edits"),
        Column(
            "is_failed",
            FLAG,
            "That check failed; NA where none came, or where it named another file of the round alone",
        ),
        Column(
            "is_failed_again",
            FLAG,
            "The same, where the file had failed in the session before that edited it; NA where it had not",
        ),
    ),
    ("db", "session_id", "agent_id", "file_path", "edited_at"),
    at="edited_at",
    covariates=("file_path", "spread"),
)
_FEWEST = 3  # sessions of a file that is named
CAPTIONS = {
    "failed": "Share of rounds of edits that failed the next check",
    "failed again": "The same, where the file had failed the session before",
}


def units(
    file_claims: Relation, tool_calls: Relation, error_log: Relation, project_state: Relation
) -> pd.DataFrame:
    """List the rounds of edits, and whether the check at their end failed.

    Edits that no check of the same thread followed are rows, but say nothing of failing. Not counted: edits
    that the client refused, which leave no row; failures of anything that is no check.
    """
    return UNITS.cast(_again(shaped(_ROUNDS, file_claims, tool_calls, error_log, project_state)))


_ROUNDS = Units(UNITS.name, UNITS.grain, UNITS.columns[:-1], UNITS.key, at=UNITS.at)
"""What SQL shapes: whether a file failed before is told of the rounds, dealt out again or not."""


def _again(rounds: pd.DataFrame, *keys: str) -> pd.DataFrame:
    """Say of every round if it failed, where its file had failed in the session before that edited it."""
    of_file = [*keys, "db", "file_path"]
    grouped = rounds.assign(is_bad=rounds["is_failed"].fillna(False).astype(bool)).groupby(
        [*of_file, "session_id"], sort=False
    )
    sessions = grouped.agg(edited_at=("edited_at", "min"), is_bad=("is_bad", "any")).reset_index()
    sessions = sessions.sort_values("edited_at", kind="stable")
    before = sessions.groupby(of_file, sort=False)["is_bad"].shift(1, fill_value=False)
    joined = rounds.merge(sessions.assign(before=before), on=[*of_file, "session_id"], how="left")
    return rounds.assign(is_failed_again=rounds["is_failed"].where(joined["before"].to_numpy(bool)))


def sums(units: pd.DataFrame, *, by: By = "file_path") -> pd.DataFrame:
    """Add up rounds and those that failed; and of files that had failed the session before, all together."""
    # Whether failures stay with files is asked of all files: one file has few sessions.
    again = summed(units, less(by, "file_path"), Part("failed again", "is_failed_again"))
    return stacked(summed(units, by, Part("failed", "is_failed")), again)


def estimate(sums: pd.DataFrame) -> pd.DataFrame:
    """Estimate the share of rounds that failed the next check; by file drawn together, the hottest first.

    Notes
    -----
    Limits by session (`claudesess.stats.shares`). Of many files some fail often by luck: by ``file_path``
    there is a ``mean`` as well, drawn towards what files are like (`claudesess.stats.shrink`), and files
    stand in the order of its lower limit.
    """
    rows = shares(UNITS, sums)
    if not (sums["group_by"] == "file_path").fillna(False).any():
        return rows
    ranked = shrunk(UNITS, sums[sums["outcome"] == "failed"])
    place = pd.Series(range(len(ranked)), index=ranked["group"]).groupby(level=0).min()
    return stacked(rows.iloc[rows["group"].map(place).argsort(kind="stable")], ranked)


@drawn("If the failures of every session fell on its rounds at random", outcome="failed again")
def control(
    file_claims: Relation,
    tool_calls: Relation,
    error_log: Relation,
    project_state: Relation,
    *,
    seed: int,
    draws: int,
) -> pd.DataFrame:
    """Deal what the checks said out again among the rounds of each session."""
    rounds = shaped(_ROUNDS, file_claims, tool_calls, error_log, project_state)
    copies = repeated(rounds[rounds["is_failed"].notna()], draws)
    dealt = dealt_again(copies, ["draw", "db", "session_id"], seed)
    copies = _again(copies.assign(is_failed=copies["is_failed"].array[dealt]), "draw")
    return pd.concat([UNITS.cast(copies), copies["draw"]], axis=1)


def chart(estimates: pd.DataFrame, units: pd.DataFrame) -> alt.typing.ChartType:
    """Draw the share of rounds that failed, the hottest files first."""
    from claudesess import charts, text
    from claudesess.charts import answers

    rows = estimates[(estimates["outcome"] == "failed") & (estimates["statistic"] == "share")]
    return answers.forest(
        rows,
        question="Which files are hot?",
        how="A round: edits of the file until the next check. 95 % limits by session.",
        title="Share of rounds that failed the next check",
        form=text.percent,
        axis=charts.SHARE,
        counts="rounds",
    )


def finding(estimates: pd.DataFrame) -> words.Statement:
    """Name files that surely fail more than files do, in three sessions or more; or say that none does."""
    from claudesess import text

    seen = estimates[estimates["exposure"] > 0]
    of_all = seen[(seen["outcome"] == "failed") & (seen["statistic"] == "share")]
    again = seen[seen["outcome"] == "failed again"]
    repeated_too = words.sentence(
        words.by_group(again, lambda row: f"{_again_of(row)} ({words.sure_of_share(row)})")
    )
    if of_all.empty or not (of_all["group_by"] == "file_path").fillna(False).any():
        return words.statement(of_all, _say).further(repeated_too)
    failed, rounds = of_all["n_events"].sum(), of_all["exposure"].sum()
    hot = _hot(estimates)
    if hot.empty:
        every = f"{text.things(rounds, 'rounds of edits')} of {text.count(len(of_all), 'file')}"
        return words.Statement(
            f"{failed:,.0f} of {every} failed the next check", f"No file stands out. {repeated_too}".strip()
        )
    usual = f"Of all rounds {text.percent(failed / rounds)} do."
    return words.statement(hot.assign(group_by=None), _say).further(usual).further(repeated_too)


def _say(row: pd.Series) -> str:
    return f"{words.share_of(row, 'rounds of edits')} failed the next check"


def _again_of(row: pd.Series) -> str:
    return f"{words.share_of(row, 'rounds')} did where the file had failed the session before"


def advice(estimates: pd.DataFrame, units: pd.DataFrame) -> Advice:
    """Handle the hot file with care that failed again most often; each such round costs a failed call.

    That failures stay with files is judged of all files together; what counts is the one file's own.
    """
    again = units["is_failed_again"].fillna(False).astype("Int64")
    hot = _hot(estimates)
    each = again.groupby(units["file_path"]).sum().reindex(hot["group"].unique()).dropna()
    if each.empty:
        return Advice(step="", events=again, cost="failed calls")
    hottest = str(each.idxmax())
    seen = words.statement(hot[hot["group"] == hottest].head(1).assign(group_by=None), _say)
    rule = f"{hottest} breaks often: edit it in small steps, and run its check after each."
    return Advice(
        step=lambda row: "Put it where every session reads it.",
        events=again.where((units["file_path"] == hottest).to_numpy(bool), 0),
        cost="failed calls",
        each=float(each[hottest]) / max(int(again.sum()), 1),
        says=lambda row: seen.surer(words.sentence(f"{_again_of(row)} ({words.sure_of_share(row)})")),
        proposal=lambda row: Proposal("rule", rule),
    )


def _hot(estimates: pd.DataFrame) -> pd.DataFrame:
    """Return the shares of files that surely fail more than files do, in three sessions or more.

    Which these are, and that the hottest stands first, is said by what they are drawn together to.
    """
    seen = estimates[(estimates["exposure"] > 0) & (estimates["group_by"] == "file_path").fillna(False)]
    rounds = seen[(seen["outcome"] == "failed") & (seen["statistic"] == "share")]
    files = seen[(seen["statistic"] == "mean") & (seen["n_sessions"] >= _FEWEST)]
    hot = files[files["low"] > rounds["n_events"].sum() / max(rounds["exposure"].sum(), 1)]
    return hot[["group", "group_2"]].merge(rounds, on=["group", "group_2"])
