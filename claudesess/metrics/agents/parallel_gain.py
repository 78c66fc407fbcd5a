"""What do agents buy: how much is done while they run, and how long would it have taken one by one?

What it cannot say: what agents cost in tokens, whether what they found was used, and whether one agent
alone would have needed as long: it would have known what others had to be told. In imported sessions an
agent's time is tools or permission: to wait for leave counts as work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from claudesess.contracts import FLOAT, INT, TEXT, TIME, Column, Units
from claudesess.contracts.estimates import SESSION
from claudesess.contracts.raw import DB
from claudesess.estimating import By, Part, Relation, drawn, means, summed, words
from claudesess.estimating.controls import files_of, repeated
from claudesess.estimating.relation import rows

if TYPE_CHECKING:
    import altair as alt

UNITS = Units(
    "agents.parallel_gain",
    "one stretch of a session in which agents ran without a pause",
    (
        DB,
        SESSION,
        Column("started_at", TIME, "Start of its first agent", unit="UTC"),
        Column("agent_types", TEXT, "Their kind; `several kinds` where they are not of one"),
        Column("n_agents", INT, "Agents that ran", unit="agents"),
        Column(
            "n_open", INT, "Of these, those whose end was not seen: they ran at least so long", unit="agents"
        ),
        Column("span_h", FLOAT, "From the first start to the last end", unit="h"),
        Column(
            "work_h",
            FLOAT,
            "Work of all of them, one after the other; an agent that waits for another one does not work",
            unit="h",
        ),
        Column(
            "longest_h",
            FLOAT,
            "Work of the longest path of agents that wait for each other: with all others beside it, as "
            "long as it must take",
            unit="h",
        ),
    ),
    ("db", "session_id", "started_at"),
    at="started_at",
    covariates=("agent_types", "n_agents"),
)
_TIMES = "times"
CAPTIONS = {"times": "Work done in the time, times that of one agent"}


def units(
    agent_runs: Relation, agent_spans: Relation, tool_calls: Relation, session_windows: Relation
) -> pd.DataFrame:
    """Put the times of agents that overlap together, with their work.

    Not counted: what the main thread does meanwhile, and what it costs to tell an agent what to do; nor
    agents whose start was missed.
    """
    return UNITS.cast(_stretches(_own_times(agent_runs, agent_spans, tool_calls, session_windows)))


def _own_times(*relations: Relation) -> pd.DataFrame:
    """Return every time of an agent with what of it is its own work; times in microseconds."""
    times = rows("agents", "_own_times", *relations)
    names = ("start_at", "end_at", "open_at", "closed_at")
    return times.assign(**{name: _microseconds(times[name]) for name in names})


def _microseconds(times: pd.Series) -> np.ndarray:
    plain: np.ndarray = times.dt.tz_localize(None).to_numpy("datetime64[us]").astype(np.int64)
    return plain


def _stretches(times: pd.DataFrame, *keys: str) -> pd.DataFrame:
    """Join times that overlap or touch, within each session."""
    of_session = [*keys, "db", "session_id"]
    times = times.sort_values([*of_session, "start_at", "end_at"], kind="stable", ignore_index=True)
    session = times.groupby(of_session, dropna=False, sort=False).ngroup()
    reached = times.groupby(session)["end_at"].cummax().groupby(session).shift(1)
    number = (reached.isna() | (times["start_at"] > reached)).cumsum()
    own = times.assign(
        kind=times["agent_type"].astype("string").fillna("not known"), n_open=~times["is_ended"].astype(bool)
    )
    grouped = own.groupby(number)
    made = grouped[of_session].first().assign(
        started_at=pd.to_datetime(grouped["start_at"].min(), unit="us", utc=True),
        agent_types=grouped["kind"].first().where(grouped["kind"].nunique() == 1, "several kinds"),
        n_agents=grouped["agent_id"].nunique(),
        n_open=own[own["n_open"]].groupby(number)["agent_id"].nunique(),
        span_h=(grouped["end_at"].max() - grouped["start_at"].min()) / 3.6e9,
        work_h=grouped["own_s"].sum() / 3600,
        longest_h=grouped["path_s"].max() / 3600,
    )  # fmt: skip
    made = made.assign(
        n_open=made["n_open"].fillna(0), longest_h=np.minimum(made["longest_h"], made["work_h"])
    )
    return made.sort_values([*keys, "db", "started_at", "session_id"], kind="stable", ignore_index=True)


def sums(units: pd.DataFrame, *, by: By = None) -> pd.DataFrame:
    """Add up work, the time that it took, and the time that it must take."""
    return summed(
        units,
        by,
        Part("gain", "work_h", "span_h", "n_open"),
        Part("possible", "work_h", "longest_h", "n_open"),
    )


def estimate(sums: pd.DataFrame) -> pd.DataFrame:
    """Divide work by the time that it took (gain), and by that of its longest path (possible).

    Notes
    -----
    Limits by session (`claudesess.stats.means`). The gain is the mean number of agents at work, so that it
    is their number per hour times their length (Little's law). Taken for granted: one agent would have done
    the work of several in the sum of their times.
    """
    return means(UNITS, sums, unit=_TIMES)


@drawn("If every agent had started at some other time of its session, with those it sent out", outcome="gain")
def control(
    agent_runs: Relation,
    agent_spans: Relation,
    tool_calls: Relation,
    session_windows: Relation,
    *,
    seed: int,
    draws: int,
) -> pd.DataFrame:
    """Move the main thread's agents to times drawn at random in their session, each with those below it."""
    from claudesess import stats

    times = _own_times(agent_runs, agent_spans, tool_calls, session_windows)
    copies = repeated(times, draws)
    of_family = ["draw", "db", "session_id", "root_id"]
    family = copies.groupby(of_family, dropna=False, sort=False)
    first = family[["start_at", "open_at", "closed_at"]].first().astype(float)
    of = files_of(first.index.to_frame(index=False))
    [moved] = stats.shifted(
        first["start_at"], first["open_at"], first["closed_at"], seed=seed, draws=1, of=of
    )
    by = np.round(moved - first["start_at"]).to_numpy(float)[family.ngroup().to_numpy()].astype(np.int64)
    copies = copies.assign(start_at=copies["start_at"] + by, end_at=copies["end_at"] + by)
    made = _stretches(copies, "draw")
    return pd.concat([UNITS.cast(made), made["draw"]], axis=1)


def chart(estimates: pd.DataFrame, units: pd.DataFrame) -> alt.typing.ChartType:
    """Draw the gain, and what would be possible, by group."""
    from claudesess.charts import answers

    return answers.forest(
        estimates,
        question="What do agents buy?",
        how="1: as long as one by one. 95 % limits by session. At best: all at once that need not wait.",
        names={"gain": "as they ran", "possible": "at best"},
        title="Work done in the time, times one agent's",
        counts="stretches",
    )


def finding(estimates: pd.DataFrame) -> words.Statement:
    """Say how much work was done in how much time, and how long it would have taken one by one."""
    from claudesess import text

    def say(row: pd.Series) -> str:
        hours = f"{text.clock(row['exposure'] * 3600)} with agents"
        times = text.number(row["estimate"])
        return f"{hours} did {'' if times == '1' else f'{times} times '}the work of one"

    def saved(row: pd.Series) -> str:
        saved_s = row["exposure"] * (row["estimate"] - 1) * 3600
        return f"{text.clock(saved_s)} less than one by one" if saved_s >= 1 else "as long as one by one"

    gains = estimates[(estimates["outcome"] == "gain") & (estimates["exposure"] > 0)]
    return words.statement(gains, say, lambda row: words.sure_of(row, text.number), more=saved)
