"""How long does a call wait until somebody lets it run?

What it cannot say: whether it is wise to let a call pass unasked: what somebody reads first, they may refuse.
A test runs whatever code stands in the project, what an agent has written there, too. Only hooks tell that
somebody was asked; imported sessions have no rows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd

from claudesess import text
from claudesess.contracts import FLAG, FLOAT, INT, TEXT, TIME, Column, Units
from claudesess.contracts.estimates import SESSION
from claudesess.contracts.raw import DB
from claudesess.estimating import (
    Advice,
    By,
    Part,
    Proposal,
    Relation,
    drawn,
    means,
    shaped,
    shares,
    stacked,
    summed,
    words,
)
from claudesess.estimating.controls import dealt_again, repeated
from claudesess.estimating.sums import NOT_KNOWN
from claudesess.metrics.permissions import NAMES

if TYPE_CHECKING:
    import altair as alt

NOTHING = "No request for permission is known: only hooks see one (`claudesess install`), no transcript does"
_OTHER = "none proposed"  # for which no entry is ever proposed
UNITS = Units(
    "permissions.asked",
    "one call that hooks saw, asked about or not, or one request that no call followed",
    (
        DB,
        SESSION,
        Column("event_id", INT, "The call's event; of a request without a call its own"),
        Column("called_at", TIME, "When the call began, or the request came", unit="UTC"),
        Column("tool", TEXT, "The tool"),
        Column("permit", TEXT, "Of what was asked about: the entry of the allow-list that would let it pass, "
               f"or '{_OTHER}'"),
        Column("is_asked", FLAG, "Somebody was asked for permission"),
        Column("is_granted", FLAG, "The call ran; NA where nobody was asked, or it may still be waiting"),
        Column("pause_min", FLOAT, "From what came before in its thread (a call's end, a prompt, its start) "
               "to the beginning of the call, thirty minutes at most", unit="min"),
    ),
    ("db", "event_id"),
    at="called_at",
    covariates=("permit", "tool"),
)  # fmt: skip
CAPTIONS = {
    "waited": "Pause before a call that somebody was asked about",
    "granted": "Share of requests after which the call ran",
}


def units(tool_calls: Relation, hook_events: Relation, session_metrics: Relation) -> pd.DataFrame:
    """List calls with the pause before each, and whether somebody was asked about it.

    Not counted: calls that a transcript alone tells of, and what a pause has beyond thirty minutes: then
    somebody was away, whatever was asked.
    """
    return shaped(UNITS, tool_calls, hook_events, session_metrics)


def sums(units: pd.DataFrame, *, by: By = "permit") -> pd.DataFrame:
    """Add up the pauses before calls that were asked about, and which requests were granted."""
    waited = units["pause_min"].where(units["is_asked"].fillna(False).to_numpy(bool))
    return summed(
        units.assign(waited_min=waited), by, Part("waited", "waited_min"), Part("granted", "is_granted")
    )


def estimate(sums: pd.DataFrame) -> pd.DataFrame:
    """Estimate the mean pause before a call that was asked about, and the share of requests granted.

    Notes
    -----
    Limits by session (`claudesess.stats.means`, `claudesess.stats.shares`). In a pause is what the model
    takes for the next call anyway: what the control has of it is no wait.
    """
    is_waited = (sums["outcome"] == "waited").fillna(False)
    return stacked(means(UNITS, sums[is_waited], unit="min"), shares(UNITS, sums[~is_waited]))


@drawn("If other calls of the same sessions had been asked about", outcome="waited")
def control(
    tool_calls: Relation, hook_events: Relation, session_metrics: Relation, *, seed: int, draws: int
) -> pd.DataFrame:
    """Deal the requests of each session out to its calls at random, whatever they held up."""
    own = units(tool_calls, hook_events, session_metrics)
    is_timed = own["pause_min"].notna()
    copies = repeated(own[is_timed], draws)
    dealt = dealt_again(copies, ["draw", "db", "session_id"], seed)
    asked = {name: copies[name].array[dealt] for name in ("permit", "is_asked", "is_granted")}
    every = pd.concat([copies.assign(**asked), repeated(own[~is_timed], draws)], ignore_index=True)
    return UNITS.cast(every).assign(draw=every["draw"].to_numpy())


def chart(estimates: pd.DataFrame, units: pd.DataFrame) -> alt.typing.ChartType:
    """Draw the mean pause before calls that were asked about; where none ran, the share that was granted."""
    from claudesess import charts
    from claudesess.charts import answers

    question = "How long does a call wait until somebody lets it run?"
    waited = _seen(estimates, "waited")
    if waited.empty and len(granted := _seen(estimates, "granted")):
        return answers.forest(
            _told_apart(granted), question=question, how="Requests for permission; 95 % limits by session.",
            title="Share that was granted", form=text.percent, axis=charts.SHARE, counts="requests",
        )  # fmt: skip
    return answers.forest(
        _told_apart(waited), question=question,
        how="From what came before to the call; 95 % limits by session.",
        title="Mean pause before a call that was asked about", form=_length, counts="calls", unit="min",
    )  # fmt: skip


def finding(estimates: pd.DataFrame) -> words.Statement:
    """Say before how many calls somebody was asked, and when they began; else how many were granted."""
    waited = _seen(estimates, "waited").sort_values("n_events", ascending=False, kind="stable")
    if len(waited):
        return words.statement(
            waited, _waited, lambda row: words.sure_of(row, _length), name=_named_of(waited)
        )
    granted = _seen(estimates, "granted")
    return words.statement(granted, _granted, name=_named_of(granted))


def advice(estimates: pd.DataFrame, units: pd.DataFrame) -> Advice:
    """Propose to let pass what is a check, was asked about in session after session, and never refused."""
    refused = set(units.loc[(units["is_granted"] == False).fillna(False), "permit"])  # noqa: E712  NA is neither

    def step(row: pd.Series) -> str:
        if (
            pd.isna(row["group"])
            or row["group"] in {NOT_KNOWN, _OTHER, *refused}
            or row["group_by"] != "permit"
        ):
            return ""
        return "Let it pass unasked, where you would let an agent run whatever code the project's checks run."

    return Advice(
        step=step,
        events=units["is_asked"].fillna(False).astype("Int64"),
        cost="min",
        says=lambda row: words.statement(
            pd.DataFrame([row]), _always, lambda one: words.sure_of(one, _length), name=_named
        ),
        proposal=lambda row: Proposal("permission", str(row["group"])),
    )


def _length(minutes: float) -> str:
    return text.clock(60 * minutes)


def _seen(estimates: pd.DataFrame, outcome: str) -> pd.DataFrame:
    return estimates[(estimates["outcome"] == outcome) & (estimates["n_units"] > 0)]


def _named_of(rows: pd.DataFrame) -> Callable[[str], str]:
    """Return what names groups: other calls have no name where there are no others."""
    return _named if rows["group"].ne(_OTHER).any() else lambda group: ""


def _named(group: str) -> str:
    if group == _OTHER:
        return NAMES[_OTHER]
    return text.code(group) if group.startswith("Bash(") else group


def _told_apart(rows: pd.DataFrame) -> pd.DataFrame:
    """Name other calls where there are others that they are other than."""
    called = NAMES[_OTHER] if rows["group"].ne(_OTHER).any() else pd.NA
    return rows.assign(group=rows["group"].replace({_OTHER: called}))


def _waited(row: pd.Series) -> str:
    calls = text.count(round(row["exposure"]), "call")
    return f"{calls} began {_length(row['estimate'])} after what came before, asked about"


def _granted(row: pd.Series) -> str:
    return f"{words.share_of(row, 'requests for permission')} {words.were(row)} granted"


def _always(row: pd.Series) -> str:
    times = text.count(round(row["exposure"]), "time")
    return f"asked for {times}, always granted, {_length(row['estimate'])} later"
