"""Drawings of what followed a compaction: how soon, whether more failed, and each compaction by itself.

As in `claudesess.charts`, no data logic lives here. All take rows of the metric `compaction_continuity`.
"""

from typing import TypeAlias

import altair as alt
import pandas as pd

from claudesess import charts, text
from claudesess.charts import panels

_Panel: TypeAlias = alt.LayerChart | alt.HConcatChart
_AFTER, _BEFORE, _BY_PATH = "After the compaction", "In as many calls before", "By path alone, edited or not"
_MARKS = {_AFTER: charts.BLUE, _BEFORE: charts.ORANGE, _BY_PATH: charts.GREY}
_COLUMNS = {
    "rereads": "Reads of unchanged lines read before",
    "repeats": "Edits that repeat a rejected approach",
    "first_edit": "Calls until the first edit",
    "first_pass": "Calls until a command succeeded",
    "failed_commands": "Failed commands",
}
_FIRSTS = {"first_edit": "Until the first edit", "first_pass": "Until the first command that succeeded"}
_COMPARED = {"failed_commands": "Commands", "failed_calls": "All calls"}
_TRIGGERS = {"auto": "compacted automatically", "manual": "compacted by hand"}


def one_by_one(each: pd.DataFrame) -> _Panel:
    """Draw a line per compaction; a triangle is a first that was not seen before the line's end."""
    rows = each[each["measure"].isin([*_COLUMNS, "rereads_by_path"])]
    rows = rows[(rows["unit"].astype("string") != "s").fillna(True)]
    measure = rows["measure"].astype("string")
    name = measure.map({"rereads_by_path": _BY_PATH}).fillna(_AFTER)
    name = name.mask((rows["moment"].astype("string") == "before").fillna(False), _BEFORE)
    is_share = measure == "failed_commands"
    value = rows["value"].fillna(rows["share"].where(is_share, rows["n"].astype("Float64")))
    column = measure.replace("rereads_by_path", "rereads").map(_COLUMNS)
    marks = rows.assign(name=name, value=value, column=column, is_seen=rows["is_seen"].fillna(True))
    percent = alt.Axis(format=".0%", tickCount=3)
    axes = {title: percent if key == "failed_commands" else charts.COUNT for key, title in _COLUMNS.items()}
    head = charts.heading(
        "What followed each compaction?",
        "Project and number of its compaction, in order of time. Triangle: not seen within so many calls",
    )
    return panels.profile(marks, columns=axes, meanings=_MARKS).properties(title=head)


def soon(rows: pd.DataFrame) -> _Panel:
    """Draw the median time to the first edit and success, the calls in words."""
    calls = rows[rows["unit"] == "calls"].set_index("measure")["value"]
    marks = rows[rows["unit"] == "s"]
    said = [
        f"{text.clock(row['value'])}, {text.number(calls.get(row['measure'], float('nan')))} calls; "
        f"seen after {row['n']} of {row['n_total']}"
        for row in marks.to_dict("records")
    ]
    marks = marks.assign(name=marks["measure"].astype("string").replace(_FIRSTS), note=said)
    drawn = charts.interval(
        marks, y=alt.Y("name:N", title=None, sort=None), x="value", low="low", high="high", unit="s",
        title="Median", text="note", small="is_small", width=charts.HALF,
    )  # fmt: skip
    how = "Kaplan–Meier medians: not seen counts as longer than watched; time away is left out"
    return drawn.properties(
        title=charts.heading("How soon after a compaction?", f"{how}. {charts.INTERVALS}")
    )


def worse(rows: pd.DataFrame) -> _Panel:
    """Draw the change of the share that failed, of commands and of all calls, by who asked for it."""
    rows = rows.sort_values(
        "measure", key=lambda names: names.astype("string"), ascending=False, kind="stable"
    )
    name = rows["measure"].astype("string").replace(_COMPARED)
    kind = rows["trigger"].astype("string").replace(_TRIGGERS)
    said = [
        f"{_points(row['value'])} ({_points(row['low'])} to {_points(row['high'])}), "
        f"n = {text.count(row['n_compactions'], 'compaction')}"
        for row in rows.to_dict("records")
    ]
    marks = rows.assign(name=name + (", " + kind).fillna(""), note=said)
    axis = alt.Axis(labelExpr="format(100 * datum.value, '+d')", tickCount=5)
    drawn = charts.interval(
        marks, y=alt.Y("name:N", title=None, sort=None), x="value", low="low", high="high",
        unit="percentage points", title="Failed after less failed before", text="note", small="is_small",
        axis=axis, width=charts.HALF,
    )  # fmt: skip
    how = "In as many calls just after as just before, main thread; limits across 0: no difference shown"
    return drawn.properties(
        title=charts.heading("Does more fail after a compaction?", f"{how}. {charts.INTERVALS}")
    )


def _points(share: float) -> str:
    return "?" if pd.isna(share) else f"{100 * share:+.0f}".replace("-", "−")
