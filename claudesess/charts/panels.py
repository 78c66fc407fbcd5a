"""Panels that several measures draw: shares with limits over steps, stacked counts, quotations.

As in `claudesess.charts`, whose style they follow, no data logic lives here; a page stacks panels with
`charts.page`. Everywhere the column ``name`` says in words what a mark stands for, and `meanings` gives its
colour and place: values of ``name`` to colours, in the order in which they are drawn.
"""

import textwrap
from collections.abc import Iterable, Mapping
from typing import TypeAlias

import altair as alt
import pandas as pd

from claudesess import charts

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
    limits = base.mark_rule(strokeWidth=3, opacity=0.35).encode(y=low, y2=alt.Y2("share_high:Q"))
    curve = base.mark_line(interpolate="step-after").encode(y=alt.Y("share:Q"))
    points = base.mark_point(filled=True, size=35, opacity=1).encode(y=alt.Y("share:Q"), tooltip=_tips(rows))
    layers = alt.layer(limits, curve, points).properties(width=_FACET, height=150)
    return layers.facet(column=_columns(meanings), spacing=16)


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
        order=alt.Order("place:Q"),
        tooltip=_tips(rows),
    )
    totals = alt.Chart(rows.drop_duplicates(x)).mark_text(dy=-8, color=charts.MUTED)
    totals = totals.encode(x=at, y=total, text=alt.Text(top, type="quantitative", format=",d"))
    step = charts.WIDTH // max(10, rows[x].nunique())
    return alt.layer(bars, totals).properties(width=alt.Step(step), height=170)


def owned(owners: pd.Series, texts: pd.Series) -> pd.Series:
    """Return texts, each behind whose it is, where that is not the same of all.

    Examples
    --------
    >>> owned(pd.Series(["a", "b"]), pd.Series(["x", "y"])).tolist()
    ['a · x', 'b · y']
    >>> owned(pd.Series(["a", "a"]), pd.Series(["x", "y"])).tolist()
    ['x', 'y']
    """
    return texts if owners.nunique(dropna=False) < 2 else owners.astype("string") + " · " + texts


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
        lines = [
            (part, number)
            for number, line in enumerate(quoted.splitlines())
            for part in textwrap.wrap(line, width)
        ]
        rows += [
            {"mark": "" if place else mark, "text": part, "line": number}
            for place, (part, number) in enumerate(lines)
        ]
    base = alt.Chart(pd.DataFrame(rows).assign(row=range(len(rows)))).mark_text(align="left")
    base = base.encode(y=alt.Y("row:O", axis=None))
    mark = base.mark_text(align="left", fontWeight="bold").encode(x=charts.pinned(0), text=alt.Text("mark:N"))
    labels = base.encode(x=charts.pinned(indent), text=alt.Text("text:N"))
    return alt.layer(mark, labels).properties(width=charts.WIDTH, height=alt.Step(17))


def _columns(meanings: Mapping[str, str]) -> alt.Column:
    return alt.Column("name:N", title=None, sort=list(meanings))


def _tips(rows: pd.DataFrame) -> list[alt.Tooltip]:
    shown = ("name", "attempt", "n", "n_at_risk", "n_total", "share", "share_low", "share_high")
    return [alt.Tooltip(c, format=".1%" if c.startswith("share") else "") for c in shown if c in rows.columns]
