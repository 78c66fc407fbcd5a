"""Encodings and marks in house style: time axes, colours with a meaning, intervals, steps."""

from collections.abc import Iterable, Mapping
from typing import Any

import altair as alt
import pandas as pd

from claudesess.charts.theme import (
    BLUE,
    CLOCK,
    COUNT,
    MUTED,
    PURPLE,
    ROW,
    SERIES,
    SHARE,
    WIDTH,
    label,
)


def utc_x(field: str, name: str = "Time", **options: Any) -> alt.X:
    """Time axis that shows UTC whatever the reader's time zone (Vega's default is local time)."""
    options.setdefault("axis", alt.Axis(labelOverlap=True, tickCount=8, labelExpr=CLOCK))
    options.setdefault("scale", alt.Scale(type="utc"))
    return alt.X(field, type="temporal", title=label(name, "UTC"), **options)


def colour(field: str, meanings: Mapping[str, str], present: Iterable[str], **options: Any) -> alt.Color:
    """Colour by meaning: known values keep their colour and order, unknown ones are drawn purple, after them.

    Only values that are present get a place in the legend.

    Examples
    --------
    >>> from claudesess.charts import STATUS
    >>> colour("status", STATUS, ["paused", "completed"]).to_dict()["scale"]["domain"]
    ['completed', 'paused']
    """
    seen = set(present)
    domain = [value for value in meanings if value in seen] + sorted(seen - set(meanings))
    scale = alt.Scale(domain=domain, range=[meanings.get(value, PURPLE) for value in domain])
    options.setdefault("title", None)
    return alt.Color(field, type="nominal", scale=scale, **options)


def series(field: str, present: Iterable[str], **options: Any) -> alt.Color:
    """Colour for categories without a meaning of their own, in the order given (repeats after eight)."""
    names = list(dict.fromkeys(present))
    return colour(field, {name: SERIES[i % len(SERIES)] for i, name in enumerate(names)}, names, **options)


def pinned(place: float | str) -> alt.XValue:
    """Place a mark by pixels, or at ``"width"``; altair finds out about a plain value at great length."""
    return alt.XValue(place)  # type: ignore[no-untyped-call]


def interval(
    rows: pd.DataFrame,
    *,
    y: alt.Y,
    x: str,
    low: str,
    high: str,
    title: str,
    unit: str = "",
    text: str = "",
    small: str = "",
    color: str = BLUE,
    axis: alt.Axis | None = None,
    width: int = WIDTH,
) -> alt.LayerChart:
    """Point and interval per row: a hollow point is a small sample, an arrow an end that was not reached.

    Parameters
    ----------
    rows
        One row per mark.
    y
        Discrete channel that names the rows.
    x, low, high
        Columns of the estimate and its interval; a missing estimate draws the interval alone, a missing
        ``high`` (with ``low`` known) runs to the right edge and ends in an arrow.
    title, unit
        Text of the axis.
    text
        Column printed to the right of the panel in every row (n, say), when given.
    small
        Flag column: true = few observations, drawn hollow.
    color
        Colour of all marks.
    axis
        Axis of ``x``, such as ``SHARE`` or ``COUNT``.
    width
        Width of the panel in pixels.

    Returns
    -------
    altair.LayerChart
        Without house style: pass it to ``house`` or ``page``.
    """
    anything = rows[[x, low, high]].fillna(0).ne(0).any(axis=None)
    whole = axis is SHARE or not anything
    scale = alt.Scale(domain=[0, 1]) if whole else alt.Scale(zero=True, nice=True)
    at = alt.X(
        x, type="quantitative", title=label(title, unit), axis=axis or alt.Axis(tickCount=6), scale=scale
    )
    start = alt.X(low, type="quantitative", scale=scale)
    closed, unreached = rows[rows[high].notna()], rows[rows[low].notna() & rows[high].isna()]
    tips = [alt.Tooltip(str(y["shorthand"]))]
    tips += [alt.Tooltip(column, type="quantitative") for column in (x, low, high)]
    tips += [alt.Tooltip(text, type="nominal")] if text else []
    base = alt.Chart(rows).encode(y=y, tooltip=tips)
    white = {"test": f"datum[{small!r}]", "value": "white"}
    hollow = alt.FillValue(color, condition=white) if small else alt.FillValue(color)
    layers: list[alt.typing.ChartType] = [
        alt.Chart(closed)
        .mark_rule(color=color, strokeWidth=2.5, opacity=0.55)
        .encode(y=y, x=start, x2=alt.X2(high))
    ]
    if len(unreached):
        rest = alt.Chart(unreached).encode(y=y)
        layers.append(
            rest.mark_rule(color=color, strokeWidth=2.5, opacity=0.55).encode(
                x=start,
                x2=alt.X2Value("width"),  # type: ignore[no-untyped-call]
            )
        )
        arrow = rest.mark_point(shape="triangle-right", filled=True, color=color, size=70)
        layers.append(arrow.encode(x=pinned("width")))
    layers.append(base.mark_point(stroke=color, size=75, strokeWidth=2, opacity=1).encode(x=at, fill=hollow))
    if text:
        note = base.mark_text(align="left", dx=14, color=MUTED).encode(
            x=pinned("width"), text=alt.Text(text, type="nominal")
        )
        layers.append(note)
    panel: alt.LayerChart = alt.LayerChart(width=width, height=alt.Step(ROW))
    panel.layer = layers  # given at once, each would be copied three times, in search of parts to share
    return panel


def step(
    rows: pd.DataFrame, *, at: str, y: str, title: str, color: str = BLUE, height: int = 110, **options: Any
) -> alt.Chart:
    """Staircase of a count that holds from one row's time to the next (``options`` go to ``utc_x``)."""
    line = {"color": color, "strokeWidth": 1.5}
    panel: alt.Chart = (
        alt.Chart(rows)
        .mark_area(interpolate="step-after", line=line, color=color, fillOpacity=0.25)
        .encode(x=utc_x(at, **options), y=alt.Y(y, type="quantitative", title=title, axis=COUNT))
        .properties(width=WIDTH, height=height)
    )
    return panel
