"""Panels that several metrics draw: shares with limits side by side, stacked counts, quotations.

As in `claudesess.charts`, whose style they follow, no data logic lives here; a metric stacks panels with
`charts.page`. Everywhere the column ``name`` says in words what a mark stands for, and `meanings` gives its
colour and place: values of ``name`` to colours, in the order in which they are drawn.
"""

import textwrap
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

import altair as alt
import pandas as pd

from claudesess import charts, text

_WHOLE = alt.Scale(domain=[0, 1])
_FACET = 132
_BOLD, _PLAIN = 7, 6.2  # pixels of a character at 11 px
_Drawn: TypeAlias = alt.LayerChart | alt.FacetChart


def curves(rows: pd.DataFrame, *, x: str, meanings: Mapping[str, str], title: str) -> alt.FacetChart:
    """Draw a share with its limits over whole steps, one small panel for every ``name``.

    Parameters
    ----------
    rows
        One row per step and name, with share, share_low and share_high.
    x, title
        Column of the step, and title of its axis.
    meanings
        Colour per name, in the order of the panels.
    """
    at = alt.X(x, type="ordinal", title=title, axis=alt.Axis(labelAngle=0))
    low = alt.Y("share_low:Q", title="Share of chains", axis=charts.SHARE, scale=_WHOLE)
    base = alt.Chart(rows).encode(x=at, color=charts.colour("name", meanings, rows["name"], legend=None))
    limits = base.mark_rule(strokeWidth=3, opacity=0.35).encode(y=low, y2="share_high:Q")
    curve = base.mark_line(interpolate="step-after").encode(y="share:Q")
    points = base.mark_point(filled=True, size=35, opacity=1).encode(y="share:Q", tooltip=_tips(rows))
    layers = alt.layer(limits, curve, points).properties(width=_FACET, height=150)
    return layers.facet(column=_columns(meanings), spacing=16)


def forest(rows: pd.DataFrame, *, y: str, meanings: Mapping[str, str]) -> alt.FacetChart:
    """Draw a share with its limits per group, one small panel for every ``name``; hollow = ``is_small``.

    Parameters
    ----------
    rows
        One row per group and name, with share, share_low, share_high and is_small; groups in the order drawn.
    y
        Column of the group.
    meanings
        Colour per name, in the order of the panels.
    """
    groups = alt.Y(y, type="nominal", title=None, sort=list(dict.fromkeys(rows[y])))
    axis = alt.Axis(format=".0%", values=[0, 0.5, 1])
    low = alt.X("share_low:Q", title="Share of chains", axis=axis, scale=_WHOLE)
    colour = charts.colour("name", meanings, rows["name"], legend=None)
    base = alt.Chart(rows).encode(y=groups, color=colour)
    limits = base.mark_rule(strokeWidth=2.5, opacity=0.5).encode(x=low, x2="share_high:Q")
    # A hollow mark lets its interval shine through unless something white lies between.
    back = alt.Chart(rows).mark_point(filled=True, color="white", size=60, opacity=1)
    points = base.mark_point(size=60, strokeWidth=2, opacity=1).encode(
        x="share:Q",
        fill=alt.Fill("name:N", scale=colour["scale"], legend=None),
        fillOpacity=alt.condition("datum.is_small", alt.value(0), alt.value(1)),
        tooltip=_tips(rows),
    )
    layers = alt.layer(limits, back.encode(y=groups, x="share:Q"), points)
    return layers.properties(width=_FACET, height=alt.Step(charts.ROW)).facet(
        column=_columns(meanings), spacing=16
    )


def stacked(
    rows: pd.DataFrame, *, x: str, y: str, top: str, meanings: Mapping[str, str], titles: tuple[str, str]
) -> _Drawn:
    """Draw counts stacked by meaning over whole steps, with the total above each bar.

    Parameters
    ----------
    rows
        One row per step and name.
    x, y, top
        Columns of the step, of the count, and of the number printed above the step's bar.
    meanings
        Colour per name, from the bottom of the bars to their top.
    titles
        Titles of the two axes.
    """
    order = {value: place for place, value in enumerate(meanings)}
    placed = rows.assign(place=rows["name"].map(order).fillna(len(order)).astype(int))
    at = alt.X(x, type="ordinal", title=titles[0], axis=alt.Axis(labelAngle=0))
    height, total = (
        alt.Y(field, type="quantitative", title=titles[1], axis=charts.COUNT) for field in (y, top)
    )
    bars = alt.Chart(placed).mark_bar()
    bars = bars.encode(
        x=at,
        y=height,
        color=charts.colour("name", meanings, rows["name"]),
        order="place:Q",
        tooltip=_tips(rows),
    )
    totals = alt.Chart(rows.drop_duplicates(x)).mark_text(dy=-8, color=charts.MUTED)
    totals = totals.encode(x=at, y=total, text=alt.Text(top, type="quantitative"))
    step = charts.WIDTH // max(10, rows[x].nunique())
    return alt.layer(bars, totals).properties(width=alt.Step(step), height=170)


def estimates(
    rows: pd.DataFrame,
    question: str,
    subtitle: str,
    title: str,
    form: Callable[[float], str] = text.number,
    per: float = 1,
    **axis: Any,
) -> alt.LayerChart:
    """Draw estimates with intervals: one row per group, the numbers in words to its right.

    Parameters
    ----------
    rows
        One row per group: panel, group, status, value (NA: not reached), low, high, n, n_censored, is_small.
    question, subtitle
        Heading of the panel.
    title, axis
        Title of the axis, and more of `charts.interval`.
    form
        Prints a value.
    per
        Unit of the axis, in units of value.
    """
    marks = rows[["is_small"]].assign(
        name=rows["group"] + (", " + rows["status"].astype("string")).fillna(""),
        text=[_words(row, form) for row in rows.to_dict("records")],
        **{limit: rows[limit] / per for limit in ("value", "low", "high")},
    )
    y = alt.Y("name:N", sort=None, title=None)
    panel = charts.interval(
        marks, y=y, x="value", low="low", high="high", text="text", small="is_small", title=title, **axis
    )
    hollow = ". Hollow: a small sample" if rows["is_small"].any() else ""
    return panel.properties(title=charts.heading(question, subtitle + hollow))


def _words(row: Mapping[Any, Any], form: Callable[[float], str]) -> str:
    """Print an estimate, its limits and its n."""
    value = "not reached" if pd.isna(row["value"]) else form(row["value"])
    unfinished = f", {row['n_censored']} unfinished" if row["panel"] != "rate" and row["n_censored"] else ""
    return f"{value} ({text.limits(row['low'], row['high'], form)}) · n = {row['n']}{unfinished}"


def projects(rows: pd.DataFrame, *, title: str, **axis: Any) -> alt.LayerChart:
    """Draw a dot with its limits per project, the numbers in words to its right; hollow = ``is_small``.

    Parameters
    ----------
    rows
        One row per project, in the order drawn: db, value, low, high, is_small, text.
    title, axis
        Title of the axis, and more of `charts.interval`.
    """
    y = alt.Y("db:N", sort=list(rows["db"]), title=None)
    return charts.interval(
        rows, y=y, x="value", low="low", high="high", text="text", small="is_small", title=title, **axis
    )


def profile(
    rows: pd.DataFrame, *, columns: Mapping[str, alt.Axis], meanings: Mapping[str, str], width: int = 112
) -> alt.HConcatChart:
    """Draw several numbers of the same things side by side: a line per thing, a column per number.

    Parameters
    ----------
    rows
        One row per thing and mark: label (things in the order drawn), column, name, value, is_seen. Where
        is_seen is false the value is a lower bound, drawn as a triangle that points on. Two marks of a line
        and column are joined, so that they read as a change.
    columns
        Axis per value of ``column``, in the order drawn.
    meanings
        Colour per name.
    width
        Width of a column in pixels.
    """
    labels = list(dict.fromkeys(rows["label"]))
    colour = charts.colour("name", meanings, rows["name"])
    drawn = []
    for place, (column, axis) in enumerate(columns.items()):
        part = alt.Chart(rows[(rows["column"] == column) & rows["value"].notna()])
        y = alt.Y("label:N", title=None, sort=labels, scale=alt.Scale(domain=labels))
        y = y.axis(grid=True, labels=not place)
        x = alt.X("value:Q", title=None, axis=axis, scale=alt.Scale(zero=True, nice=True))
        joined = part.mark_line(color="#B5B9BF", strokeWidth=1.5).encode(x=x, y=y, detail="label:N")
        shape = alt.condition("datum.is_seen", alt.value("circle"), alt.value("triangle-right"))
        tips = ["label", "name", alt.Tooltip("value", format=".3~f")]
        marks = part.mark_point(filled=True, size=55, opacity=1).encode(
            x=x, y=y, color=colour, shape=shape, tooltip=tips
        )
        title = charts.heading(column, size=11, width=22)
        drawn.append(
            alt.layer(joined, marks).properties(width=width, height=alt.Step(charts.ROW - 4), title=title)
        )
    side_by_side: alt.HConcatChart = alt.hconcat(*drawn, spacing=14).resolve_scale(color="shared")
    return side_by_side


def quotations(marks: Iterable[str], texts: Iterable[str]) -> _Drawn:
    """List texts in full, each behind a mark in bold; long ones go on in further lines.

    Parameters
    ----------
    marks, texts
        One mark per text; a text may have several lines. Texts begin where the longest mark ends.

    Examples
    --------
    >>> quotations(["2 ×", "1 ×"], ["Edit a.py: x = 1", "Edit a.py: x = 2"]).to_dict()["height"]
    {'step': 17}
    """
    rows = []
    names = list(marks)
    indent = max(40, 12 + _BOLD * max(map(len, names), default=0))
    width = max(50, round((charts.WIDTH - indent) / _PLAIN))
    for mark, quoted in zip(names, texts, strict=True):
        lines = [part for line in quoted.splitlines() for part in textwrap.wrap(line, width)]
        rows += [{"mark": "" if place else mark, "text": line} for place, line in enumerate(lines)]
    base = alt.Chart(pd.DataFrame(rows).assign(row=range(len(rows)))).mark_text(align="left")
    base = base.encode(y=alt.Y("row:O", axis=None))
    mark = base.mark_text(align="left", fontWeight="bold").encode(x=alt.value(0), text="mark:N")
    labels = base.encode(x=alt.value(indent), text="text:N")
    return alt.layer(mark, labels).properties(width=charts.WIDTH, height=alt.Step(17))


def _columns(meanings: Mapping[str, str]) -> alt.Column:
    return alt.Column("name:N", title=None, sort=list(meanings))


def _tips(rows: pd.DataFrame) -> list[alt.Tooltip]:
    shown = ("name", "attempt", "n", "n_at_risk", "n_total", "share", "share_low", "share_high")
    return [alt.Tooltip(c, format=".1%" if c.startswith("share") else "") for c in shown if c in rows.columns]
