"""Who ran when? A view of the stretch in which most agents ran.

What it cannot say: what agents waited for, and whether the order in which they ran was a good one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from claudesess_collector import vocabulary

from claudesess import text
from claudesess.contracts import CATEGORY, FLAG, INT, TEXT, TIME, Column, Units
from claudesess.contracts.estimates import SESSION
from claudesess.contracts.raw import DB
from claudesess.estimating import Relation, shaped

if TYPE_CHECKING:
    import altair as alt

UNITS = Units(
    "agent_throughput.timeline",
    "one time that an agent ran",
    (
        DB,
        SESSION,
        Column("agent_id", TEXT, "The agent"),
        Column("start_at", TIME, "Start, or taking up again after a stop", unit="UTC"),
        Column("end_at", TIME, "Stop, or last sign of life", unit="UTC"),
        Column("agent_type", TEXT, "Kind of agent"),
        Column("task", TEXT, "Its task in the words of the agent that spawned it"),
        Column("status", CATEGORY, "Where it stands", values=vocabulary.AGENT_STATUSES),
        Column("is_open", FLAG, "Its end was not seen"),
        Column("stretch", INT, "Number of the stretch of its file, from 0", unit="count"),
        Column("n_in_stretch", INT, "Agents of that stretch", unit="agents"),
    ),
    ("db", "agent_id", "start_at"),
    at="start_at",
    covariates=("agent_type", "status"),
)
_LANES = 30


def units(agent_spans: Relation, agent_runs: Relation, *, pause_minutes: int = 30) -> pd.DataFrame:
    """List when each agent ran, in stretches that a pause longer than `pause_minutes` parts.

    Not counted: the main thread, and pauses of an agent that was taken up again.
    """
    return shaped(UNITS, agent_spans, agent_runs, pause_minutes=pause_minutes)


def chart(units: pd.DataFrame) -> alt.typing.ChartType:
    """Draw the last agents of the stretch with most, a lane each, over the number that ran at once."""
    import textwrap

    from claudesess import charts
    from claudesess.charts import timeline

    if units.empty:
        return charts.empty("No agent ran.", title="Who ran when?")
    largest = units.sort_values(["n_in_stretch", "start_at"]).iloc[-1]
    whole = units[(units["db"] == largest["db"]) & (units["stretch"] == largest["stretch"])]
    whole = whole.sort_values(["start_at", "agent_id"])
    last = whole["agent_id"].drop_duplicates().tail(_LANES)
    bars = whole[whole["agent_id"].isin(last)].reset_index(drop=True)
    short = [textwrap.shorten(task, 48, placeholder=" …") for task in bars["task"].fillna("task not known")]
    names = bars["agent_type"].fillna("type not known") + ": " + pd.Series(short, dtype="string")
    steps = _steps(whole)
    steps = steps[steps["end_at"] > bars["start_at"].min()]
    steps["start_at"] = steps["start_at"].clip(lower=bars["start_at"].min())
    n_all, n = units[["db", "agent_id"]].drop_duplicates().shape[0], whole["agent_id"].nunique()
    at_once = int(steps["value"].max()) if len(steps) else 1
    ran = f"{text.count(at_once, 'agent')}{' at most' if at_once > 1 else ''} ran at once"
    head = charts.heading(
        f"{ran} on {bars['start_at'].iloc[0]:%-d %B %Y}",
        f"{largest['db']}, the stretch with most agents: {n:,} of {n_all:,}"
        + (f", the last {len(last)} of them" if len(last) < n else "")
        + (". An arrow: no end was seen" if bars["is_open"].any() else ""),
    )
    return timeline.timeline(bars.assign(text=names), steps).properties(title=head)


def _steps(bars: pd.DataFrame) -> pd.DataFrame:
    """Turn the bars into a staircase: from start_at to end_at so many (value) of them ran.

    Examples
    --------
    >>> at = lambda *minutes: [pd.Timestamp(f"2026-01-01T10:{minute:02}Z") for minute in minutes]
    >>> _steps(pd.DataFrame({"start_at": at(0, 2), "end_at": at(4, 6)}))["value"].tolist()
    [1, 2, 1]
    """
    times = pd.concat([bars["start_at"], bars["end_at"]], ignore_index=True)
    change = pd.Series([1] * len(bars) + [-1] * len(bars), dtype="int64").groupby(times).sum()
    change = change[change != 0]
    steps = pd.DataFrame({"start_at": change.index, "value": change.cumsum().to_numpy()})
    return steps.assign(end_at=steps["start_at"].shift(-1)).iloc[:-1]
