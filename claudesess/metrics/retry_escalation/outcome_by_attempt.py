"""What is seen first of a failing check, and after how many tries?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from claudesess.contracts import CATEGORY, INT, TEXT, Column, Units
from claudesess.contracts.derived import FIRST_EVENTS
from claudesess.estimating import By, Relation, counted, drawn, incidence, shaped, words
from claudesess.estimating.controls import dealt_again, repeated
from claudesess.metrics.retry_escalation import NAMES
from claudesess.metrics.retry_escalation._columns import CHAIN, TRIED

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
_LAST = 10


def units(
    error_chains: Relation,
    agent_registry: Relation,
    *,
    kind: Literal["check", "vcs", "run", "probe", "all"] = "check",
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
    """Estimate which share has seen each event by each try; the events compete.

    A chain that was escalated can no longer be fixed unaided. One that is still open is at risk up to and
    including its
    last try: no success, and not dropped. The shares then take it that open chains will end as the others
    did.

    Notes
    -----
    Aalen–Johansen: `claudesess.stats.cumulative_incidence`. Tries of one session are not independent; the
    limits treat chains as if they were. The row of the group's last try says how far it is known.
    """
    return incidence(UNITS, sums, causes=_CAUSES, last=_LAST)


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
    kind: Literal["check", "vcs", "run", "probe", "all"] = "check",
) -> pd.DataFrame:
    """Put the tries of each session into another order: as many chains, as many tries, the same events.

    The first event of each chain is dealt out among the chains of its session, and so are the tries that
    failed again: each goes before any of the events, all orders being alike.
    """
    told = repeated(units(error_chains, agent_registry, kind=kind), draws)
    keys = ["draw", "db", "session_id"]
    dealt = dealt_again(told[keys], seed)
    session = told.groupby(keys, dropna=False, sort=False).ngroup().to_numpy()
    again = told["first_event_attempt"].fillna(1).astype(int).to_numpy() - 1
    return told.assign(
        first_event=told["first_event"].array[dealt],
        first_event_attempt=1 + _spread(session, again, seed),
    )


def chart(estimates: pd.DataFrame, units: pd.DataFrame) -> alt.typing.ChartType:
    """Draw the share of each event by each try; of groups, by the last try known of each."""
    from claudesess import charts, text
    from claudesess.charts import answers, panels

    question = "What is seen first, by attempt?"
    how = "Cumulative incidence, 95 % limits (Aalen–Johansen: the events compete, open chains are censored)."
    if estimates.empty:
        return charts.empty("Nothing failed, or nothing was recorded.", title=question)
    if estimates["group"].isna().all():
        rows = estimates.rename(columns={"estimate": "share", "low": "share_low", "high": "share_high"})
        rows = rows.assign(name=rows["outcome"].replace(NAMES), attempt=rows["horizon"].astype(int))
        colours = {NAMES[event]: charts.OUTCOME[event] for event in _CAUSES}
        drawn = panels.curves(rows, x="attempt", meanings=colours, title="Failed attempts")
        return drawn.properties(title=charts.heading(question, how))
    last = estimates.groupby(["group", "group_2", "outcome"], dropna=False, sort=False).tail(1)
    return answers.forest(
        last[last["outcome"] == "fixed"],
        question="Fixed unaided, by group",
        how=f"By the last attempt seen. {how}",
        title="Share of chains",
        form=text.percent,
        axis=charts.SHARE,
        counts="chains",
        names=NAMES,
    )


def finding(estimates: pd.DataFrame) -> str:
    """Say what became of the chains: in shares where these are sound, else in counts."""
    from claudesess import text

    if estimates.empty:
        return ""
    last = estimates.groupby(["group", "group_2", "outcome"], dropna=False, sort=False).tail(1)
    sound = estimates[
        estimates.groupby(["group", "group_2", "horizon"], dropna=False)["n_effective"].transform("min")
        >= words.PERCENT_FROM
    ]
    sound = sound.groupby(["group", "group_2", "outcome"], dropna=False, sort=False).tail(1)
    keys = ["group", "group_2"]
    fixed = last[last["outcome"] == "fixed"].merge(
        _asked(last, keys, "n_events"), on=keys, how="left"
    ).merge(
        sound.loc[sound["outcome"] == "fixed", [*keys, "horizon", "estimate", "low", "high"]],
        on=keys, how="left", suffixes=("", "_sound"),
    )  # fmt: skip

    def say(row: pd.Series) -> str:
        waiting = f"; {row['n_pending']:.0f} still open" if row["n_pending"] else ""
        if pd.notna(row["horizon_sound"]) and row["n_pending"] <= row["n_units"] / 2:
            limits = text.limits(row["low_sound"], row["high_sound"], text.percent)
            guess = "an estimated " if row["n_pending"] else ""
            return (
                f"by attempt {row['horizon_sound']:.0f}, {guess}{text.percent(row['estimate_sound'])} of "
                f"{row['n_units']:,} failing checks were fixed unaided (95 % limits {limits}){waiting}"
            )
        return (
            f"of {text.count(int(row['n_units']), 'failing check')}, {row['n_events']:.0f} fixed unaided, "
            f"{row['n_asked']:.0f} escalated{waiting}"
        )

    return words.sentence(words.by_group(fixed, say))


def _spread(session: np.ndarray, again: np.ndarray, seed: int) -> np.ndarray:
    """Deal the tries of each session that failed again out to its chains: all orders of tries are alike.

    Examples
    --------
    Two tries that failed again, of the first of two chains; and a session of one chain.

    >>> _spread(np.array([0, 0, 1]), np.array([2, 0, 1]), seed=1).tolist()
    [1, 1, 1]
    """
    n_chains, n_again = np.bincount(session), np.bincount(session, again).astype(np.int64)
    # A session is a row of failures (0) and events (1) in any order, of which an event is the last.
    owner = np.repeat(np.arange(len(n_chains)), n_chains - 1 + n_again)
    begin = np.cumsum(n_chains - 1 + n_again) - (n_chains - 1 + n_again)
    is_event = np.arange(len(owner)) - begin[owner] < (n_chains - 1)[owner]
    luck = np.random.default_rng(seed).random(len(owner))
    is_event = is_event[np.lexsort((luck, owner))]
    # Each failure goes to the chain whose event comes next: as many events as lie before it in its session.
    total = np.cumsum(is_event)
    before = total - np.concatenate([[0], total])[begin[owner]]
    first = np.cumsum(n_chains) - n_chains
    chain = (first[owner] + before)[~is_event]
    dealt = np.bincount(chain, minlength=len(session))
    out = np.empty(len(session), dtype=np.int64)
    out[np.argsort(session, kind="stable")] = dealt
    return out


def _asked(last: pd.DataFrame, keys: list[str], column: str) -> pd.DataFrame:
    """How many chains of each group were escalated first."""
    rows = last[last["outcome"].str.startswith("escalated_")]
    asked: pd.DataFrame = rows.groupby(keys, dropna=False)[[column]].sum().reset_index()
    return asked.rename(columns={column: "n_asked"})
