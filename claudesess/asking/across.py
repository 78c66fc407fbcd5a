"""Across projects: the key number of a question for every database alone, side by side."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from claudesess import charts, text
from claudesess.charts import panels
from claudesess.contracts import CATEGORY, FLAG, FLOAT, INT, TEXT, Column, Contract
from claudesess.metrics.agent_throughput import agents
from claudesess.relations import frames

if TYPE_CHECKING:
    import altair as alt

    from claudesess.store import Store

_MOST = 30  # projects drawn: those with the largest n
_NAMED = 6  # projects that are left out are named up to this many


@dataclass(frozen=True)
class _Key:
    """A metric's key number: its row in the metric's result, and how people are told of it."""

    where: Mapping[str, str]  # value per column of the row looked for; the last such row counts
    columns: Mapping[str, str]  # our columns to the metric's, where these are called otherwise
    question: str
    how: str
    axis: Mapping[str, Any]
    form: Callable[[float], str]
    extent: Callable[[Any], str]
    lacking: str
    options: Mapping[str, Any] = field(default_factory=dict)
    least: float = 0  # an extent below this is too little for a number


_SHARE = {"value": "share", "n": "n_total"}
_KEPT = ("value", "low", "high", "n", "extent", "is_small")
_KEYS = {
    "agent_throughput": _Key(
        where={"panel": "rate", "group": agents.ALL, "status": ""},
        columns={"extent": "wall_s"},
        question="How many agents finish per hour in each project?",
        how="95 % limits (exact Poisson, rather too narrow); n = agents that finished, in so much wall time.",
        axis={"title": "Agents finished", "unit": "per hour of wall time"},
        form=text.number,
        extent=lambda wall_s: f" in {text.clock(wall_s)}",
        lacking="less than ten minutes recorded",
        options={"by": "none"},
        least=agents.SHORT_S,
    ),
    "retry_escalation": _Key(
        where={"panel": "incidence", "event": "fixed"},
        columns={**_SHARE, "low": "share_low", "high": "share_high", "extent": "attempt"},
        question="Which share of failing checks is fixed unaided in each project?",
        how="Cumulative incidence by the last attempt seen in the project, 95 % limits; n = chains.",
        axis={"title": "Share of chains fixed unaided", "axis": charts.SHARE},
        form=text.percent,
        extent=lambda attempt: f", by attempt {attempt:.0f}",
        lacking="no failing check recorded",
        options={"by": "none"},
    ),
    "compaction_continuity": _Key(
        where={"panel": "after", "measure": "rereads", "compaction_id": ""},
        columns={**_SHARE, "extent": "n_compactions"},
        question="Which share of reads after a compaction is of unchanged lines read before?",
        how="95 % limits (reads of one compaction are alike); n = reads by the main thread after one.",
        axis={"title": "Share of reads", "axis": charts.SHARE},
        form=text.percent,
        extent=lambda n: f" in {text.count(int(n), 'compaction')}",
        lacking="no read after a compaction recorded",
    ),
}  # fmt: skip

RESULT = Contract(
    "across",
    "the key number of one question in one project, computed as if there were no other",
    (
        Column("metric", CATEGORY, "What answers the question", values=tuple(_KEYS), nullable=False),
        Column("db", TEXT, "Label of the file", nullable=False),
        Column(
            "value",
            FLOAT,
            "agent_throughput: agents finished per hour of wall time; retry_escalation: share of chains "
            "fixed unaided by the last attempt; compaction_continuity: share of reads after a compaction "
            "that were of unchanged lines read before. NA: nothing to count",
            unit="by metric",
        ),
        Column("low", FLOAT, "Lower 95 % limit", unit="as value"),
        Column("high", FLOAT, "Upper 95 % limit", unit="as value"),
        Column("n", INT, "Agents finished; chains; reads after a compaction", unit="count", nullable=False),
        Column("extent", FLOAT, "Seconds of wall time; last attempt; compactions", unit="by metric"),
        Column("is_small", FLAG, "A small sample, as the metric has it", nullable=False),
    ),
    ("metric", "db"),
)  # fmt: skip


def compute(metric: str, store: Store) -> pd.DataFrame:
    """Ask one question of every database of a store alone.

    Parameters
    ----------
    metric : str
        A module of `claudesess.metrics`: agent_throughput, retry_escalation or compaction_continuity.
    store : Store
        The databases.

    Returns
    -------
    DataFrame
        `RESULT`, a row per database, also of those with nothing to count; the largest n first.

    Raises
    ------
    ValueError
        There is no such metric.

    Examples
    --------
    >>> from claudesess import samples
    >>> compute("retry_escalation", samples.open_sample("retry"))[["db", "value", "n", "extent", "is_small"]]
          db  value  n  extent  is_small
    0  retry    0.0  2     3.0      True
    """
    if metric not in _KEYS:
        raise ValueError(f"metric is one of {', '.join(_KEYS)}, not {metric!r}")
    module = importlib.import_module(f"claudesess.metrics.{metric}")
    parameters = inspect.signature(module.compute).parameters.values()
    relations = [frames.load(store, p.name) for p in parameters if p.kind is not p.KEYWORD_ONLY]
    rows = []
    for db in store.databases["db"]:
        own = [relation[(relation["db"] == db).fillna(False)] for relation in relations]
        rows.append({"db": db} | _found(_KEYS[metric], module.compute(*own, **_KEYS[metric].options)))
    result = RESULT.cast(pd.DataFrame(rows).assign(metric=metric).reindex(columns=RESULT.names))
    return result.sort_values(["n", "db"], ascending=[False, True], ignore_index=True)


def _found(key: _Key, result: pd.DataFrame) -> dict[str, Any]:
    """Pick the key number out of a metric's result; nothing counted is a small sample of none."""
    for column, wanted in key.where.items():
        result = result[result[column].astype("string").fillna("") == wanted]
    found = [{ours: row[key.columns.get(ours, ours)] for ours in _KEPT} for row in result.to_dict("records")]
    return found[-1] if found else {"n": 0, "is_small": True}


def chart(result: pd.DataFrame) -> alt.VConcatChart:
    """Draw `RESULT`: a dot and its limits per project; says so where there are not two to compare.

    Projects with nothing to count, or too little for a rate, are not drawn but counted and named.

    Examples
    --------
    >>> chart(RESULT.empty()).to_dict()["title"]["text"]
    ['No project: nothing to compare']
    """
    if result.empty:
        return charts.page(charts.empty("No database was opened."), title="No project: nothing to compare")
    key = _KEYS[str(result["metric"].iloc[0])]
    is_known = result["value"].notna() & (result["extent"] >= key.least).fillna(False)
    known, lacking = result[is_known], result[~is_known]
    title = key.question if len(known) > 1 else _nothing(len(known), len(result))
    lines = [
        key.question if len(known) < 2 else "",
        *_notes(key, known),
        _left_out(key, lacking, len(result)),
    ]
    if known.empty:
        return charts.page(charts.empty(f"{key.lacking.capitalize()}."), title=title, lines=lines[:1])
    shown = known.head(_MOST)
    marks = shown.assign(text=[_words(key, row) for row in shown.to_dict("records")])
    return charts.page(panels.projects(marks, **key.axis), title=title, lines=lines)


def _nothing(n_known: int, n_all: int) -> str:
    """Say why nothing is compared."""
    if n_all == 1:
        return "One project: nothing to compare"
    return f"{n_known or 'None'} of {n_all} projects has enough recorded: nothing to compare"


def _notes(key: _Key, known: pd.DataFrame) -> list[str]:
    """Say how to read the marks, and which of many projects they stand for."""
    order = "Projects in order of n." if len(known) > 1 else ""
    if len(known) > _MOST:
        order = f"The {_MOST} of {len(known)} projects with the largest n, in its order."
    hollow = "Hollow: a small sample." if known["is_small"].any() else ""
    return [key.how, f"{order} {hollow}".strip()]


def _left_out(key: _Key, lacking: pd.DataFrame, n_all: int) -> str:
    """Name the projects that are not drawn, or the first of them."""
    if lacking.empty:
        return ""
    names = sorted(lacking["db"])
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"Not drawn, {key.lacking} ({len(names)} of {n_all}): {', '.join(names[:_NAMED])}{more}."


def _words(key: _Key, row: Mapping[Any, Any]) -> str:
    """Print a project's number, its limits, its n and what that was seen in."""
    limits = text.limits(row["low"], row["high"], key.form)
    return f"{key.form(row['value'])} ({limits}) · n = {row['n']:,}{key.extent(row['extent'])}"
