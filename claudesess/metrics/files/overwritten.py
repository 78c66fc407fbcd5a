"""Who overwrote whom: which edits, soon after another agent's of the same file, drop what that one did?

What it cannot say: whether what was dropped was worth keeping, and what people changed in an editor
meanwhile.
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
    stacked,
    summed,
    words,
)
from claudesess.estimating.relation import query_of

if TYPE_CHECKING:
    import altair as alt

UNITS = Units(
    "files.overwritten",
    "one edit of a file, with the edit of another thread that it followed soon, if any",
    (
        DB,
        SESSION,
        Column("claim_id", INT, "The edit"),
        Column("edited_at", TIME, "When it was made", unit="UTC"),
        Column("file_path", TEXT, "The file"),
        Column("later", TEXT, "Who made it: the main thread, or an agent of this type"),
        Column("earlier", TEXT, "Who made the edit before it; `no other` where there is none"),
        Column("agent_id", TEXT, "The subagent that made it; NA is the main thread"),
        Column("earlier_session_id", TEXT, "Session of the edit before it"),
        Column("earlier_agent_id", TEXT, "The subagent that made that one; NA is the main thread"),
        Column("earlier_at", TIME, "When that one was made", unit="UTC"),
        Column("is_met", FLAG, "Another thread had edited the file in the minutes before"),
        Column("is_lost", FLAG, "What that one did is gone, as far as records tell; NA without such an edit"),
        Column(
            "sign",
            CATEGORY,
            "How that shows: the whole file was written without having been read since; or, likewise unread, "
            "a check that had passed fails next",
            values=("written over", "check fails"),
        ),
    ),
    ("db", "claim_id"),
    at="edited_at",
    covariates=("earlier", "later", "file_path"),
)
_MOST_EDITS = 60_000  # of all draws together: each moves the calls of its session, too
_MARK = "\x1f"  # between a database and the draw that it stands for
CAPTIONS = {
    "lost": "Share of edits soon after another thread's that overwrote it",
    "met": "Share of edits made soon after another thread's",
}


def units(file_claims: Relation, tool_calls: Relation, *, minutes: int = 30) -> pd.DataFrame:
    """List the edits, each with the last one that another thread made of the file in the `minutes` before.

    A thread is the main thread of a session or an agent, so that two sessions meet, too. Not counted: what
    the client refused because the file had changed; what the shell wrote, unless a check shows it; a loss
    that a thread had in view, having read the file since: that was its decision.
    """
    return shaped(UNITS, file_claims, tool_calls, minutes=minutes)


def sums(units: pd.DataFrame, *, by: By = ("earlier", "later")) -> pd.DataFrame:
    """Add up edits, those that met another thread's, and of these those that dropped it."""
    # An edit that met none has no earlier one: the share that met is by the later one alone.
    met = summed(units, less(by, "earlier"), Part("met", "is_met"))
    return stacked(met, summed(units, by, Part("lost", "is_lost")))


def estimate(sums: pd.DataFrame) -> pd.DataFrame:
    """Estimate the share of edits that met another thread's, and of these the share that dropped its work.

    Notes
    -----
    Edits of one session are alike: limits by session (`claudesess.stats.shares`).
    """
    return shares(UNITS, sums)


@drawn(
    "If every thread had done the same at some other time of its session",
    most=_MOST_EDITS,
    outcome="lost",
)
def control(
    file_claims: Relation, tool_calls: Relation, *, seed: int, draws: int, minutes: int = 30
) -> pd.DataFrame:
    """Move what each thread did, in its order, by a time drawn at random within its session."""
    moved = {"seed": seed, "draws": draws}
    rows = units(
        file_claims.replaced(query_of("files", "_moved_claims"), **moved),
        tool_calls.replaced(query_of("files", "_moved_calls"), **moved),
        minutes=minutes,
    )
    place, each = pd.factorize(rows["db"].astype("string"))  # each is split once
    split = pd.Series(each, dtype="string").str.rsplit(_MARK, n=1, expand=True).reindex(columns=[0, 1])
    parts = split.take(place).set_axis(rows.index)
    return rows.assign(db=parts[0].astype(rows["db"].dtype), draw=parts[1].astype("Int64"))


def chart(estimates: pd.DataFrame, units: pd.DataFrame) -> alt.typing.ChartType:
    """Draw the share of edits that dropped another thread's, by who followed whom."""
    from claudesess import charts, text
    from claudesess.charts import answers

    lost = estimates[(estimates["outcome"] == "lost") & (estimates["exposure"] > 0)]
    if lost.empty:  # then it is asked how many could have been
        rows = estimates[estimates["outcome"] == "met"]
        question, title = "Who edits soon after whom?", "Share that came soon after another thread's"
        how = "Within half an hour."
    else:
        rows = lost
        question, title = "Who overwrote whom?", "Share that overwrote the one before"
        how = "Who edited first · who came next, soon after."
    return answers.forest(
        rows, question=question, how=f"{how} 95 % limits by session.", title=title,
        form=text.percent, axis=charts.SHARE, counts="edits",
    )  # fmt: skip


def finding(estimates: pd.DataFrame) -> words.Statement:
    """Say how many edits soon after another thread's dropped its work, the worst pair first."""
    from claudesess import text

    def say(row: pd.Series) -> str:
        return f"{words.share_of(row, 'edits')} overwrote what another had just edited"

    rows = estimates[(estimates["outcome"] == "lost") & (estimates["exposure"] > 0)]
    rows = rows.sort_values("n_events", ascending=False, kind="stable")
    n_edits = estimates.loc[estimates["outcome"] == "met", "exposure"].sum()
    if rows.empty and n_edits:
        return words.Statement(
            f"None of {text.count(int(n_edits), 'edit')} came soon after another thread's of the same file"
        )
    return words.statement(rows, say)


def advice(estimates: pd.DataFrame, units: pd.DataFrame) -> Advice:
    """Keep threads apart; what was dropped has to be edited once more."""
    return Advice(
        step="Give agents that work side by side worktrees or files of their own.",
        events=units["is_lost"].fillna(False).astype("Int64"),
        cost="calls",
        proposal=Proposal("rule", "Read a file again just before writing it where other agents are at work."),
    )
