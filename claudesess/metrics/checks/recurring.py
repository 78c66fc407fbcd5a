"""Which failures come back in session after session?

What it cannot say: why it fails, and whether a line in CLAUDE.md would help; a line is proposed out of
words, and only a comparison before and after says more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from claudesess import text
from claudesess.contracts import CATEGORY, FLAG, FLOAT, INT, TEXT, TIME, Column, Units
from claudesess.contracts.estimates import SESSION
from claudesess.contracts.raw import DB
from claudesess.estimating import (
    Advice,
    By,
    Kind,
    Part,
    Proposal,
    Relation,
    drawn,
    rates,
    ratios,
    shares,
    stacked,
    words,
)
from claudesess.estimating.relation import rows
from claudesess.metrics.checks._again import THING, dealt, summed_with_again, with_again
from claudesess.metrics.checks._by_aim import drawn_together, is_by_aim
from claudesess.metrics.checks._rules import rules

if TYPE_CHECKING:
    import altair as alt

UNITS = Units(
    "checks.recurring",
    "one thing that was tried, in one session",
    (
        DB,
        SESSION,
        Column("aim", TEXT, "Hash of what was tried, whatever its spelling"),
        Column("first_at", TIME, "When it was first tried or failed there", unit="UTC"),
        Column("tried", TEXT, "What was tried, in the fewest words; NA where it never failed"),
        Column("error_category", CATEGORY, "Kind of its first failure",
               values=("lint", "type", "test", "build", "runtime")),
        Column("n_runs", INT, "Calls of it of which it is known how they went", unit="count"),
        Column("n_failures", INT, "Chains of failures", unit="count"),
        Column("is_failed", FLAG, "It failed"),
        Column("is_again", FLAG, "It failed, as it had in an earlier session; NA where it had not"),
        Column("lost_min", FLOAT, "Time from first failures to successes, else to last failures", unit="min"),
        Column("message", TEXT, "The telling line of its first message"),
        Column("remedy", TEXT, "What that message advises"),
        Column("mended_in", TEXT, "The file whose edit came last before it passed"),
    ),
    ("db", "session_id", "aim"),
    at="first_at",
    covariates=("aim", "error_category"),
)  # fmt: skip
_FEWEST = 3  # sessions in which a failure was seen that is named
_HABIT = "a habit"
CAPTIONS = {
    "aim: failed": "Share of the sessions that tried it in which it failed",
    "failed": "Share of what was tried in a session that failed there",
    "failed again": "Share of what had failed in a session before",
}


def units(
    tool_calls: Relation,
    error_chains: Relation,
    error_log: Relation,
    session_windows: Relation,
    *,
    kind: Kind = "all",
) -> pd.DataFrame:
    """List what was tried in each session, and how often it failed there; a session without is a row of 0.

    Not counted: tries that other words stand for than those of the failure (another file, another option).
    """
    relations = tool_calls, error_chains, error_log, session_windows
    return UNITS.cast(with_again(rows("checks", "recurring", *relations, kind=kind), "is_failed"))


def sums(units: pd.DataFrame, *, by: By = THING) -> pd.DataFrame:
    """Count failures, sessions with one and minutes lost, by aim; and what failed again of all aims."""
    parts = (
        Part("failures", "n_failures", unit="session"),
        Part("failed", "is_failed"),
        Part("minutes lost", "lost_min"),
    )
    return summed_with_again(units, by, *parts, again="failed again")


def estimate(sums: pd.DataFrame) -> pd.DataFrame:
    """Estimate failures per session in which a thing is tried, the share of sessions, and minutes lost.

    Notes
    -----
    Failures of single aims are estimated together (`claudesess.stats.shrink_rates`, Gamma–Poisson), of counts
    divided by how much more sessions differ than by chance (`claudesess.stats.dispersion`); limits by session
    elsewhere. Minutes have none: they describe what was recorded.
    """
    is_rate, is_time = (sums["outcome"] == outcome for outcome in ("failures", "minutes lost"))
    per_session = rates(UNITS, sums[is_rate]).assign(statistic="mean")  # hours are no part of it
    return stacked(
        drawn_together(per_session, sums[is_rate], "failures", "Gamma–Poisson over all aims", is_rate=True),
        shares(UNITS, sums[~is_rate & ~is_time]),
        ratios(UNITS, sums[is_time], statistic="mean", unit="min per session"),
    )


@drawn("If failures were dealt out at random to all that was tried", outcome="failed again")
def control(
    tool_calls: Relation,
    error_chains: Relation,
    error_log: Relation,
    session_windows: Relation,
    *,
    seed: int,
    draws: int,
    kind: Kind = "all",
) -> pd.DataFrame:
    """Deal the failures of each database out to its aims and sessions: as many, whichever failed."""
    own = units(tool_calls, error_chains, error_log, session_windows, kind=kind)
    found = dealt(own, "is_failed", "n_failures", "lost_min", seed=seed, draws=draws)
    return UNITS.cast(found).assign(draw=found["draw"].to_numpy())


def chart(estimates: pd.DataFrame, units: pd.DataFrame) -> alt.typing.ChartType:
    """Quote a line for CLAUDE.md per failure that comes back; of other groups, draw failures per session."""
    from claudesess import charts
    from claudesess.charts import answers, panels

    question = "Which failures come back in session after session?"
    own = estimates[estimates["outcome"] == "failures"]
    if len(own) and not is_by_aim(own).any():
        return answers.forest(
            own, question=question, title="Failures per session", counts="aims and sessions",
            how="Per session and thing tried in it. 95 % limits by session.",
        )  # fmt: skip
    named = _named(estimates, units).head(10)
    if named.empty:
        return charts.empty("No failure came back in three sessions.", title=question, height=40)
    seen = named["n_failed"].map("{:.0f}".format) + " of " + named["n_tried"].map("{:.0f}".format)
    head = charts.heading(
        question, "Sessions in which it failed, of those that tried it; a line for CLAUDE.md."
    )
    quoted = panels.owned(named["owner"], _rules_for(named, units))
    return panels.quotations(seen, quoted).properties(title=head)


def finding(estimates: pd.DataFrame, units: pd.DataFrame) -> words.Statement:
    """Name what came back and took most, and how much else does."""
    own = estimates[(estimates["outcome"] == "failures") & (estimates["n_units"] > 0)]
    if len(own) and not is_by_aim(own).any():
        return words.statement(own, _per_session, lambda row: words.sure_of(row, text.number))
    named = _named(estimates, units)
    return _statement(named) if len(named) else _none_named(units)


def advice(estimates: pd.DataFrame, units: pd.DataFrame) -> Advice:
    """Write down the line of the aim that cost most when it failed again; it costs what that aim alone took.

    That failures come back at all is judged of all aims together. Of the minutes of the one aim, only the
    part counts that chance leaves of failing again: an aim that is named fails more often than most.
    """
    named = _named(estimates, units)
    again = units["is_again"].fillna(False).astype("Int64")
    if named.empty:
        return Advice(step="", events=again, cost="min")
    dearest = named.iloc[0]
    own = again.where((units[THING] == dearest[THING]).to_numpy(bool), 0)
    rule = Proposal("rule", _rules_for(named.head(1), units).iloc[0])
    return Advice(
        step=lambda row: "Put it where every session reads it.",
        events=own,
        cost="min",
        each=dearest["again_min"] / max(int(again.sum()), 1),
        says=lambda row: _statement(named).surer(_failed_again(row)),
        proposal=lambda row: rule,
    )


def _named(estimates: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Return the aims that failed in three sessions, and more often than most do; the dearest first.

    The dearest is the one that took most minutes in sessions in which it failed again.
    """
    from claudesess.stats.shrinkage import FEWEST_GROUPS

    rows = estimates[is_by_aim(estimates)]
    rate, failed = (rows[rows["outcome"] == outcome].groupby("group") for outcome in ("failures", "failed"))
    n_events, exposure = (rate[name].sum().astype(float) for name in ("n_events", "exposure"))
    # Where there are fewer aims than tell what aims are like, nothing is held against it.
    typical = n_events.sum() / exposure.sum() if len(exposure) >= FEWEST_GROUPS else 0
    seen = failed[["n_events", "exposure"]].sum().astype(float).set_axis(["n_failed", "n_tried"], axis=1)
    each = units.assign(again_min=units["lost_min"].where(units["is_again"].fillna(False))).groupby(THING)
    seen = seen.assign(low=rate["low"].max().astype(float), again_min=each["again_min"].sum().astype(float))
    named = seen[(seen["n_failed"] >= _FEWEST) & (seen["low"] > typical)]
    called, owner = words.fewest(units).reindex(named.index), _owners(units).reindex(named.index)
    named = named.assign(tried=called, owner=owner).dropna(subset=["tried"])
    order = named.sort_values(["again_min", "n_failed"], ascending=False)
    return order.rename_axis(THING).reset_index()


def _rules_for(named: pd.DataFrame, units: pd.DataFrame) -> pd.Series:
    """Return the line of each aim that is shown: out of thousands of failures it takes a while."""
    lines = rules(units[units[THING].isin(named[THING])]).reindex(named[THING])
    return lines.set_axis(named.index)


def _owners(units: pd.DataFrame) -> pd.Series:
    """Return whose each failure is: of the project that has more than half of its sessions, else a habit."""
    failed = units[units["is_failed"].fillna(False).to_numpy(bool)]
    database = failed["db"].astype("string")
    project = failed["project"].astype("string").fillna(database) if "project" in failed else database
    share = pd.crosstab(failed[THING], project, normalize="index")
    return (
        share.idxmax(axis=1).where(share.max(axis=1) > 0.5, _HABIT) if len(share) else pd.Series(dtype=object)
    )


def _per_session(row: pd.Series) -> str:
    each = f"{text.number(row['estimate'])} per session"
    return f"{row['n_events']:,.0f} failures of {row['exposure']:,.0f} things tried, {each}"


def _statement(named: pd.DataFrame) -> words.Statement:
    """Say what came back and took most, whose it is, and how much else does."""
    first, n_others = named.iloc[0], len(named) - 1
    failed = f"failed in {first['n_failed']:.0f} of {first['n_tried']:.0f} sessions that tried it"
    minutes = (
        f"{text.clock(60 * first['again_min'])} were lost in sessions after the first, "
        if first["again_min"]
        else ""
    )
    where = "in more than one project: a habit" if first["owner"] == _HABIT else f"in {first['owner']}"
    others = f"{text.count(n_others, 'other thing')} {'comes' if n_others == 1 else 'come'} back, too"
    return words.Statement(
        f"{text.code(first['tried'], words.MOST_TITLE - len(failed) - 3)} {failed}",
        " ".join(map(words.sentence, (f"{minutes}{where}", others if n_others else ""))).strip(),
        f"Named is what failed in {_FEWEST} sessions or more, and more often than things tried do.",
        about=tuple((aim, None, "failed", "share", None, "share") for aim in named[THING]),
    )


def _none_named(units: pd.DataFrame) -> words.Statement:
    """Say that nothing came back, and of how much."""
    failed = units["is_failed"].dropna()
    if failed.empty:
        return words.Statement()
    of_all = f"{failed.sum():,.0f} of {text.count(len(failed), 'thing')} tried in a session failed there."
    return words.Statement(f"No failure came back in {_FEWEST} sessions or more", of_all)


def _failed_again(row: pd.Series) -> str:
    share = f"{words.share_of(row, 'things tried that had failed before')} failed again"
    return words.sentence(f"{share} ({words.sure_of_share(row)})")
