"""Which work is done twice: what does whoever sent an agent out look at again, though it has just done so?

What it cannot say: whether looking again was wrong, as an answer may name lines that have to be seen, and
whether what an agent answered was used without a look.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from claudesess.contracts import CATEGORY, INT, TEXT, TIME, Column, Units
from claudesess.contracts.estimates import SESSION
from claudesess.contracts.raw import DB
from claudesess.estimating import Advice, By, Part, Proposal, Relation, drawn, shares, summed, words
from claudesess.estimating.controls import files_of, repeated
from claudesess.estimating.relation import rows
from claudesess.estimating.sums import group_numbers

if TYPE_CHECKING:
    import altair as alt

UNITS = Units(
    "agents.looked_again",
    "one agent that came back to whoever had sent it out",
    (
        DB,
        SESSION,
        Column("agent_id", TEXT, "The subagent"),
        Column("ended_at", TIME, "When it came back", unit="UTC"),
        Column("agent_type", TEXT, "Its kind"),
        Column("sender", CATEGORY, "Who had sent it out", values=("main thread", "another agent")),
        Column("n_looks", INT, "Things that it looked at, of which none can have changed", unit="things"),
        Column("n_watched", INT, "Calls of its sender after it that are looked at", unit="calls"),
        Column(
            "n_again", INT, "Of these things, those that the sender looked at by these calls", unit="things"
        ),
    ),
    ("db", "agent_id"),
    at="ended_at",
    covariates=("agent_type", "sender"),
)
_AGENT = ["db", "session_id", "agent_id"]
_MOST_AGENTS = 100_000  # of all draws together: each has the looks of its sender, too
CAPTIONS = {"looked at again": "Share of things that agents looked at"}


def units(
    agent_runs: Relation, tool_calls: Relation, file_claims: Relation, *, calls: int = 20
) -> pd.DataFrame:
    """List the agents that came back, and what their sender looked at again in its next `calls`.

    Not counted: what may have changed, a file that anybody changed in the session (so neither what the sender
    read in order to edit it), and where anything was changed all commands and searches; other lines of a
    file, other spellings of a command; agents that ended without a result. So it is a lower bound. That the
    sender used a result without looking again leaves no row: how many results nobody used cannot be known.
    """
    pairs = rows("agents", "looked_again", agent_runs, tool_calls, file_claims, calls=calls)
    agents, number = _agents(pairs)
    return UNITS.cast(agents.assign(n_again=_again(pairs, number, agents["n_before"].to_numpy()[None])[0]))


def _agents(pairs: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """Return one row per agent, and the place of each pair's agent among them."""
    number, _ = group_numbers(pairs, _AGENT)
    return pairs.drop_duplicates(_AGENT).reset_index(drop=True), number


def _again(pairs: pd.DataFrame, number: np.ndarray, n_before: np.ndarray) -> np.ndarray:
    """Count per draw and agent the things that were looked at again after so many calls of the sender.

    Calls go round, behind the last one comes the first: only what is drawn is watched as far as that.
    """
    is_pair = pairs["thing"].notna().to_numpy(bool)
    pairs, number = pairs[is_pair], number[is_pair]
    place, n_calls, n_watched = (pairs[name].to_numpy(np.int64) for name in ("place", "n_calls", "n_watched"))
    draw, pair = np.nonzero((place - n_before[:, number]) % n_calls < n_watched)
    things, _ = pd.factorize(pairs["thing"])
    seen = pd.DataFrame(
        {"cell": draw * n_before.shape[1] + number[pair], "thing": things[pair]}
    ).drop_duplicates()
    counts: np.ndarray = np.bincount(seen["cell"], minlength=n_before.size).reshape(n_before.shape)
    return counts


def sums(units: pd.DataFrame, *, by: By = None) -> pd.DataFrame:
    """Add up what agents looked at, and of that what was looked at again."""
    return summed(units, by, Part("looked at again", "n_again", "n_looks"))


def estimate(sums: pd.DataFrame) -> pd.DataFrame:
    """Estimate the share of what agents looked at that their sender looked at again.

    Notes
    -----
    Limits by session (`claudesess.stats.shares`).
    """
    return shares(UNITS, sums)


@drawn(
    "If every agent had come back at some other call of its sender",
    most=_MOST_AGENTS,
    outcome="looked at again",
)
def control(
    agent_runs: Relation,
    tool_calls: Relation,
    file_claims: Relation,
    *,
    seed: int,
    draws: int,
    calls: int = 20,
) -> pd.DataFrame:
    """Let agents come back after a call of the sender that is drawn at random; as many calls are watched."""
    from claudesess import stats

    pairs = rows("agents", "looked_again", agent_runs, tool_calls, file_claims, calls=calls)
    agents, number = _agents(pairs)
    luck = stats.luck(files_of(agents), seed=seed, draws=draws)
    n_before = np.floor(luck * agents["n_calls"].to_numpy(float)).astype(np.int64)
    copies = repeated(agents, draws).assign(n_again=_again(pairs, number, n_before).ravel())
    return UNITS.cast(copies).assign(draw=copies["draw"].to_numpy())


def chart(estimates: pd.DataFrame, units: pd.DataFrame) -> alt.typing.ChartType:
    """Draw the share that was looked at again, by group."""
    from claudesess import charts, text
    from claudesess.charts import answers

    return answers.forest(
        estimates,
        question="What is looked at again after an agent has looked at it?",
        how="By whoever sent the agent, soon after, nobody having changed it. 95 % limits by session.",
        title="Share looked at again",
        form=text.percent,
        axis=charts.SHARE,
        counts="agents",
    )


def finding(estimates: pd.DataFrame) -> words.Statement:
    """Say how much of what agents looked at their sender looked at again."""

    def say(row: pd.Series) -> str:
        return f"{words.share_of(row, 'things that agents looked at')} {words.were(row)} looked at again"

    def more(row: pd.Series) -> str:
        return "by whoever had sent them, soon after and unchanged"

    return words.statement(estimates[estimates["exposure"] > 0], say, more=more)


def advice(estimates: pd.DataFrame, units: pd.DataFrame) -> Advice:
    """Let agents quote what matters, so that nobody has to look again; each such look costs a call."""
    return Advice(
        step="Let agents quote the lines that matter, and look again only at what is edited.",
        events=units["n_again"],
        cost="calls",
        proposal=Proposal(
            "rule",
            "Let agents quote lines with file and line number; read those files again only to edit them.",
        ),
    )
