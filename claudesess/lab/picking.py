"""What an explorer's answer is made of, over time and by group: a chart to pick from."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from claudesess import charts
from claudesess.estimating.sums import NOT_KNOWN

BRUSH, CLICKED, GROUP, AT = "brush", "clicked", "group", "at"
_STEPS = ("1min", "10min", "1h", "6h", "1D", "7D", "28D")
_DESCRIPTION = (
    "How many are counted over time, and in each group; the fields Since and Until do the same by keyboard."
)
_MOST_BARS = 90
_MOST_GROUPS = 10
_TIME, _GROUPS, _HEIGHT = 430, 200, 60


def chart(
    units: pd.DataFrame,
    at: str,
    by: str | None,
    picked: tuple[float, float] | None,
    groups: list[str],
    zone: str = "UTC",
) -> Any:
    """Draw how many units there are over time, and in each group.

    Parameters
    ----------
    units
        What can be picked from.
    at
        Its time.
    by
        What it is grouped by, or nothing.
    picked, groups
        What is picked already: milliseconds since 1970, and names of groups.
    zone
        Whose clock the times are of.
    """
    panels: list[Any] = [_over_time(units[at].dropna(), picked, zone)]
    if by is not None:
        panels.append(_by_group(units[by], by, groups))
    beside = alt.HConcatChart(hconcat=panels, spacing=30, description=_DESCRIPTION)
    styled = charts.house(beside)
    styled.config.aria = False  # a brush has no words of its own; the fields have
    return styled


def _over_time(times: pd.Series, picked: tuple[float, float] | None, zone: str) -> alt.Chart:
    how = "Drag to take a stretch of it; a click beside it takes all."
    title = charts.heading("Counted over time", how, width=70)
    already: Any = {"x": list(picked)} if picked else alt.Undefined
    brush = alt.selection_interval(name=BRUSH, encodings=["x"], value=already)
    bars = binned(times)
    drawn: alt.Chart = (
        alt.Chart(bars)
        .mark_rect(color=charts.SKY)
        .encode(
            x=charts.utc_x(AT, axis=alt.Axis(labelOverlap=True, tickCount=6, labelExpr=charts.theme.CLOCK)),
            x2="end",
            y=alt.Y("n:Q", title=None, axis=charts.COUNT, scale=alt.Scale(zero=True)),
            y2=alt.datum(0),
            tooltip=[alt.Tooltip("from:N", title=f"From ({zone})"), alt.Tooltip("n:Q", title="Counted")],
        )
        .properties(width=_TIME, height=_HEIGHT, title=title)
        .add_params(brush)
    )
    return drawn


def binned(times: pd.Series) -> pd.DataFrame:
    """Count times in equal steps, the shortest of which there are not too many.

    Examples
    --------
    >>> times = pd.to_datetime(pd.Series(["2026-01-01T10:00Z", "2026-01-01T10:02Z"]))
    >>> binned(times)[["from", "n"]].values.tolist()
    [['2026-01-01 10:00', 1], ['2026-01-01 10:02', 1]]
    """
    for step in _STEPS:
        first = times.dt.floor(step)
        if times.empty or (first.max() - first.min()) / pd.Timedelta(step) < _MOST_BARS:
            break
    counts = first.value_counts().sort_index()
    start = pd.DatetimeIndex(counts.index)
    return pd.DataFrame(
        {
            AT: start,
            "end": start + pd.Timedelta(step),
            "from": start.strftime("%Y-%m-%d %H:%M"),
            "n": counts.to_numpy(),
        }
    )


def _by_group(values: pd.Series, by: str, groups: list[str]) -> alt.Chart:
    counts = values.astype("string").fillna(NOT_KNOWN).value_counts()
    most = counts.head(_MOST_GROUPS)
    rows = pd.DataFrame({GROUP: most.index.astype(str), "n": most.to_numpy()})
    more = f" The {_MOST_GROUPS} largest of {len(counts)}." if len(counts) > _MOST_GROUPS else ""
    already: Any = [{GROUP: one} for one in groups] if groups else alt.Undefined
    clicked = alt.selection_point(name=CLICKED, fields=[GROUP], value=already)
    named = by.replace("_", " ")
    title = charts.heading(f"By {named}", f"Click to take one, with Shift several.{more}", width=50)
    drawn: alt.Chart = (
        alt.Chart(rows)
        .mark_bar(cursor="pointer")
        .encode(
            x=alt.X("n:Q", title=None, axis=charts.COUNT),
            y=alt.Y(f"{GROUP}:N", sort=None, title=None, axis=alt.Axis(labelLimit=160)),
            color=alt.condition(clicked, alt.value(charts.BLUE), alt.value(charts.FAINT)),
            tooltip=[
                alt.Tooltip(f"{GROUP}:N", title=named),
                alt.Tooltip("n:Q", title="Counted"),
            ],
        )
        .properties(width=_GROUPS, height=max(_HEIGHT, 16 * len(rows)), title=title)
        .add_params(clicked)
    )
    return drawn
