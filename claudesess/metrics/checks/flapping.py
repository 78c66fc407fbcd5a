"""Which checks are flaky?

What it cannot say: why a check is flaky. What is edited by hand, the clock, the network and the machine are
not recorded, so that a check that answers otherwise may be right both times.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from claudesess import text
from claudesess.contracts import FLAG, INT, TEXT, TIME, Column, Units
from claudesess.contracts.estimates import SESSION
from claudesess.contracts.raw import DB
from claudesess.estimating import Advice, By, Part, Proposal, Relation, drawn, shares, words
from claudesess.estimating.relation import rows
from claudesess.metrics.checks._again import THING, dealt, summed_with_again, with_again
from claudesess.metrics.checks._by_aim import drawn_together, is_by_aim

if TYPE_CHECKING:
    import altair as alt

UNITS = Units(
    "checks.flapping",
    "one run of a check after an earlier one in its session, nothing being edited in between",
    (
        DB,
        SESSION,
        Column("call_id", INT, "The later run"),
        Column("ended_at", TIME, "Its end", unit="UTC"),
        Column("aim", TEXT, "Hash of what was tried, whatever its spelling"),
        Column("tried", TEXT, "What was tried, in the fewest words; NA where it never failed"),
        Column("agent_type", TEXT, "Type of the agent of the later run, or `main thread`"),
        Column("was_ok", FLAG, "The earlier run passed"),
        Column("is_ok", FLAG, "The later run passed"),
        Column("is_flip", FLAG, "One passed, the other failed"),
        Column("is_broken", FLAG, "The earlier run passed, the later one failed"),
        Column("is_again", FLAG, "It flipped, as the check had before; NA where it had not"),
    ),
    ("db", "call_id"),
    at="ended_at",
    covariates=("aim", "agent_type"),
)
_RERUNS = "reruns without an edit"
_FEWEST = (
    2  # flips of a check that is named, one of them from passed to failed: nobody can have mended that unseen
)
NOTHING = "No check was run again with nothing edited before it"
CAPTIONS = {
    "flipped": "Share of reruns without an edit that answered otherwise",
    "flipped again": "Share of reruns of what had flipped before",
}


def units(tool_calls: Relation, file_claims: Relation, error_chains: Relation) -> pd.DataFrame:
    """List the runs of checks after which nothing was edited until the same check ran again.

    Edits are those of every agent and session of the database, and shell commands that may have changed a
    file. Not seen: edits by hand, in an editor or another program.
    """
    found = rows("checks", "flapping", tool_calls, file_claims, error_chains)
    return UNITS.cast(with_again(found, "is_flip"))


def sums(units: pd.DataFrame, *, by: By = THING) -> pd.DataFrame:
    """Count reruns and flips, by check; and flips of checks that had flipped before."""
    parts = Part("flipped", "is_flip"), Part("passed, then failed", "is_broken")
    return summed_with_again(units, by, *parts, again="flipped again")


def estimate(sums: pd.DataFrame) -> pd.DataFrame:
    """Estimate the share of reruns that answer otherwise though nothing was edited.

    Notes
    -----
    Limits by session (`claudesess.stats.shares`); of single checks, all are estimated together
    (`claudesess.stats.shrink`), of counts divided by how much more sessions differ than by chance
    (`claudesess.stats.dispersion`).
    """
    return drawn_together(shares(UNITS, sums), sums, "flipped", "beta-binomial over all checks")


@drawn("If flips were dealt out to the checks at random", outcome="flipped again")
def control(
    tool_calls: Relation, file_claims: Relation, error_chains: Relation, *, seed: int, draws: int
) -> pd.DataFrame:
    """Deal the flips of each database out to its reruns: as many flips, of whichever check."""
    own = units(tool_calls, file_claims, error_chains)
    found = dealt(own, "is_flip", "is_broken", seed=seed, draws=draws)
    return UNITS.cast(found).assign(draw=found["draw"].to_numpy())


def chart(estimates: pd.DataFrame, units: pd.DataFrame) -> alt.typing.ChartType:
    """Draw the share of reruns that flipped, of the checks that did."""
    from claudesess import charts
    from claudesess.charts import answers

    own = estimates[(estimates["outcome"] == "flipped") & (estimates["n_events"] > 0)]
    own = own.sort_values("low", ascending=False, kind="stable", na_position="last")
    limits = "95 % limits by session."
    if is_by_aim(own).any():
        limits = "95 % limits of all checks together: one with few reruns is drawn towards the others."
    return answers.forest(
        own.assign(group=own["group"].replace(words.fewest(units).to_dict())),
        question="Which checks are flaky?", title="Share of reruns that flipped",
        how=f"Reruns with nothing edited before them; checks that never flipped are left out. {limits}",
        form=text.percent, axis=charts.SHARE, counts="reruns",
    )  # fmt: skip


def finding(estimates: pd.DataFrame, units: pd.DataFrame) -> words.Statement:
    """Name the checks that are flaky: two flips and more, one of them from passed to failed."""
    flipped = _flipped(estimates)
    if not is_by_aim(flipped).any():
        return words.statement(flipped, lambda row: f"{words.share_of(row, _RERUNS)} flipped")
    n_flips, n_reruns = flipped["n_events"].sum(), flipped["exposure"].sum()
    named = _named(flipped)
    if not n_reruns:
        return words.Statement()
    of_all = f"{n_flips:,.0f} of {text.things(n_reruns, _RERUNS)} flipped"
    if named.empty:
        return words.Statement(of_all, "No check is seen to be flaky.")
    called = words.fewest(units).to_dict()
    statement = words.statement(named.assign(group_by=None), _of_aim, name=lambda aim: text.code(called[aim]))
    return statement.further(
        f"Of all, {of_all}. Run these again before mending anything, and make them steady."
    )


def advice(estimates: pd.DataFrame, units: pd.DataFrame) -> Advice:
    """Make the check steady that flips most once it has flipped; each flip is a run that says nothing.

    That checks flap at all is judged of all of them together; what counts is the one check's own.
    """
    flipped = _flipped(estimates)
    named = _named(flipped[is_by_aim(flipped)]).set_index("group")
    again = units["is_again"].fillna(False).astype("Int64")
    each = again.groupby(units[THING]).sum().reindex(named.index.intersection(words.fewest(units).index))
    if each.empty:
        return Advice(step="", events=again, cost="calls")
    worst = str(each.idxmax())
    called = text.code(words.fewest(units)[worst])
    own = named.reset_index()
    seen = words.statement(
        own[own["group"] == worst].assign(group_by=None),
        _of_aim,
        name=lambda aim: text.code(words.fewest(units)[aim]),
    )
    return Advice(
        step=lambda row: f"Run {called} again before mending anything, and make it steady.",
        events=again.where((units[THING] == worst).to_numpy(bool), 0),
        cost="calls",
        each=float(each[worst]) / max(int(again.sum()), 1),
        says=lambda row: seen.surer(
            words.sentence(
                f"{words.share_of(row, 'reruns of what had flipped before')} flipped again, "
                f"{words.sure_of_share(row)}"
            )
        ),
        proposal=lambda row: Proposal(
            "rule",
            f"{called} is flaky: where it fails with nothing edited, run it again before mending anything.",
        ),
    )


def _flipped(estimates: pd.DataFrame) -> pd.DataFrame:
    """Return how often reruns flipped, and in how many of these they had passed before."""
    own = estimates[estimates["n_units"] > 0]
    keys = ["group", "group_2"]
    broken = own[own["outcome"] == "passed, then failed"][[*keys, "n_events"]]
    return own[own["outcome"] == "flipped"].merge(broken, on=keys, suffixes=("", "_broken"))


def _named(flipped: pd.DataFrame) -> pd.DataFrame:
    """Return the checks that flap, first those of which it is most certain."""
    named = flipped[(flipped["n_events"] >= _FEWEST) & (flipped["n_events_broken"] > 0)]
    return named.sort_values("low", ascending=False, kind="stable")


def _of_aim(row: pd.Series) -> str:
    return f"{words.share_of(row, _RERUNS)} flipped"
