"""What is seen first of a failing check, and after how many tries?

What it cannot say: how hard the failures were. Groups that try other things fail at other things, and
"fixed" is a check that passed, not a bug that is gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from claudesess.contracts import CATEGORY, INT, TEXT, Column, Units
from claudesess.contracts.derived import FIRST_EVENTS
from claudesess.estimating import By, Kind, Relation, counted, drawn, incidence, shaped, words
from claudesess.estimating.shuffled import shuffled
from claudesess.metrics.retry_escalation import NAMES
from claudesess.metrics.retry_escalation._columns import CHAIN, TRIED
from claudesess.metrics.retry_escalation._words import tried

if TYPE_CHECKING:
    import altair as alt

UNITS = Units(
    "retry_escalation.outcome_by_attempt",
    "one chain of failures, with the first thing seen to happen to it",
    (
        *CHAIN,
        *TRIED,
        Column("file_path", TEXT, "The file that the failure is about"),
        Column("n_attempts", INT, "Failed tries", unit="count"),
        Column("first_event", CATEGORY, "First thing seen to happen to it", values=FIRST_EVENTS),
        Column(
            "first_event_attempt",
            INT,
            "Try at which it was seen; the last one of an open chain",
            unit="count",
        ),
        Column("outcome", CATEGORY, "Where it stands now", values=FIRST_EVENTS),
    ),
    ("db", "chain_id"),
    at="started_at",
    covariates=("kind", "error_category", "agent_type"),
)
_CAUSES = FIRST_EVENTS[:-1]
CAPTIONS = {"share": "Share of chains of failing checks, by what was seen first"}


def units(
    error_chains: Relation,
    agent_registry: Relation,
    *,
    kind: Kind = "check",
) -> pd.DataFrame:
    """List the chains of failures: tries of one thing in one session that failed, since its last success.

    Calls refused before they ran leave no failure, so they are not counted. Where a writer does not say the
    kind, every chain counts.
    """
    return shaped(UNITS, error_chains, agent_registry, kind=kind)


def sums(units: pd.DataFrame, *, by: By = None) -> pd.DataFrame:
    """Count chains by first event and the try at which it was seen."""
    event = units["first_event"].astype("string")
    return counted(
        units, by, outcome=event, horizon=units["first_event_attempt"], horizon_unit="attempts",
        is_event=event != "open", is_pending=event == "open",
    )  # fmt: skip


def estimate(sums: pd.DataFrame) -> pd.DataFrame:
    """Estimate which share has seen each event first by attempts 1, 2, 3, 5, and how many attempts it takes.

    The events compete: a chain that was escalated can no longer be fixed unaided. One that is still open is
    pending at its last attempt: it is not at risk there, neither a success nor a failure, and not dropped.
    The mean number of attempts (outcome ``any``) counts those from the fifth on as one.

    Notes
    -----
    Aalen–Johansen, limits by session: `claudesess.stats.incidence`, `claudesess.stats.mean_attempts`. Taken
    for granted: open chains will end as the others did.
    """
    return incidence(UNITS, sums, causes=_CAUSES)


@drawn(
    "At the first try, if every try of a session had the same chance",
    outcome="fixed",
    statistic="share",
    horizon=1.0,
)
def control(
    error_chains: Relation,
    agent_registry: Relation,
    *,
    seed: int,
    draws: int,
    kind: Kind = "check",
) -> pd.DataFrame:
    """Put the tries of each session into another order: as many chains, as many tries, the same events."""
    return shuffled(units(error_chains, agent_registry, kind=kind), seed=seed, draws=draws)


def chart(estimates: pd.DataFrame, units: pd.DataFrame) -> alt.typing.ChartType:
    """Draw the share of each event by each attempt; of groups, by the one attempt at which they compare."""
    from claudesess import charts, text
    from claudesess.charts import answers, panels

    question = "What is seen first, by attempt?"
    how = "Cumulative incidence, 95 % limits by session (the events compete; open chains are pending)."
    if estimates.empty:
        return charts.empty("Nothing failed, or nothing was recorded.", title=question)
    shares = estimates[estimates["statistic"] == "share"]
    if estimates["group"].isna().all():
        rows = shares[shares["estimate"].notna()]
        rows = rows.rename(columns={"estimate": "share", "low": "share_low", "high": "share_high"})
        rows = rows.assign(name=rows["outcome"].replace(NAMES), attempt=rows["horizon"].astype(int))
        colours = {NAMES[event]: charts.OUTCOME[event] for event in _CAUSES}
        drawn = panels.curves(rows, x="attempt", meanings=colours, title="Failed attempts")
        return drawn.properties(title=charts.heading(question, how))
    fixed, left_out = _comparable(shares[shares["outcome"] == "fixed"])
    counts = (
        f"By attempt {fixed['horizon'].iloc[0]:.0f}, the last at which each group has ten chains at risk."
        if len(fixed)
        else "No group has ten chains at risk."
    )
    without = f" Left out, with fewer: {text.count(left_out, 'group')}." if left_out else ""
    return answers.forest(
        fixed,
        question="Fixed unaided, by group",
        how=f"{counts}{without} {how}",
        title="Share of chains",
        form=text.percent,
        axis=charts.SHARE,
        counts="chains",
        names=NAMES,
    )


def finding(estimates: pd.DataFrame) -> words.Statement:
    """Say what became of the chains: in shares where these are sound, else in counts."""
    from claudesess import text

    shares = estimates[estimates["statistic"] == "share"]
    fixed, left_out = _comparable(shares[shares["outcome"] == "fixed"])
    if len(fixed) and not (fixed["n_pending"] > fixed["n_units"] / 2).any():
        less = f"Left out, with fewer than ten at risk: {text.count(left_out, 'group')}." if left_out else ""
        return words.statement(fixed, _share, _sure, more=_pending).further(less)
    last = shares[shares["horizon"] == shares["horizon"].max()]
    keys = ["group", "group_2"]
    escalated = last[last["outcome"].str.startswith("escalated_")]
    escalated = escalated.groupby(keys, dropna=False)["n_events"].sum().rename("n_escalated").reset_index()
    counts = last[last["outcome"] == "fixed"].merge(escalated, on=keys, how="left")
    return words.statement(counts, _counts, words.sessions_of, more=_pending)


def _comparable(fixed: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Return the groups at the one horizon at which each has ten at risk, and how many have not at any."""
    from claudesess import stats

    wide = fixed.pivot(index=["group", "group_2"], columns="horizon", values="exposure")
    first = wide[wide.iloc[:, 0] >= stats.FEWEST_AT_RISK] if len(wide) else wide
    horizon = stats.common_horizon(first.to_numpy(float), list(stats.HORIZONS)) if len(first) else None
    at = fixed[fixed["horizon"] == horizon] if horizon else fixed.head(0)
    kept = at.merge(first.reset_index()[["group", "group_2"]], on=["group", "group_2"])
    return kept, len(wide) - len(first)


def _share(row: pd.Series) -> str:
    from claudesess import text

    of = f"{row['n_units']:,} failing {tried(row, row['n_units'])}"
    until = f"fixed unaided by attempt {row['horizon']:.0f}"
    if not _in_percent(row):
        were = "was" if 1 in (row["n_events"], row["n_units"]) else "were"
        return f"{row['n_events']:.0f} of {of} {were} {until}"
    guess = "an estimated " if row["n_pending"] else ""
    return f"{guess}{text.percent(row['estimate'])} of {of} were {until}"


def _sure(row: pd.Series) -> str:
    from claudesess import text

    return words.sure_of(row, text.percent) if _in_percent(row) else words.sessions_of(row)


def _in_percent(row: pd.Series) -> bool:
    return bool(row["n_units"] >= words.PERCENT_FROM) and words.has_limits(row)


def _pending(row: pd.Series) -> str:
    return f"{row['n_pending']:.0f} still open" if row["n_pending"] else ""


def _counts(row: pd.Series) -> str:
    return (
        f"of {row['n_units']:,} failing {tried(row, row['n_units'])}, "
        f"{row['n_events']:.0f} fixed unaided by attempt {row['horizon']:.0f}, "
        f"{row['n_escalated']:.0f} escalated"
    )
