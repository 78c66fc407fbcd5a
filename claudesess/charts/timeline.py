"""Drawings of time in house style: who ran when, how many ran at once, and which share of the time.

As in `claudesess.charts`, no data logic lives here.
"""

import altair as alt
import pandas as pd

from claudesess import charts, text

_LEVELS = {"1 or more": charts.SKY, "2 or more": charts.BLUE}


def timeline(bars: pd.DataFrame, steps: pd.DataFrame) -> alt.VConcatChart:
    """Draw one lane per agent over the number that ran at once, on one time axis.

    Parameters
    ----------
    bars
        One row per agent and time that it ran, in the order drawn: agent_id, text (its name for people),
        status, start_at, end_at, is_open (its end was not seen: a paler bar that ends in an arrow).
    steps
        One row per time between two changes: start_at, end_at, value.
    """
    low, high = bars["start_at"].min(), max(bars["end_at"].max(), steps["end_at"].max())
    pad = max((high - low) * 0.02, pd.Timedelta(milliseconds=20))
    scale = alt.Scale(type="utc", domain=[_utc(low - pad / 4), _utc(high + pad)], nice=False)
    lane = alt.Y("agent_id:N", sort=None, axis=None)
    start = charts.utc_x(
        "start_at", axis=alt.Axis(labels=False, ticks=False, title=None, tickCount=8), scale=scale
    )
    tips = [alt.Tooltip(field) for field in ("text:N", "status:N", "start_at:T", "end_at:T")]
    bars = bars.assign(status=bars["status"].astype("string").replace(text.AGENT_STATUSES))
    colours = {text.AGENT_STATUSES.get(one, one): colour for one, colour in charts.STATUS.items()}
    colour = charts.colour("status", colours, bars["status"].dropna())
    base = alt.Chart(bars).encode(y=lane, color=colour)
    paler = alt.OpacityValue(1, condition={"test": "datum.is_open", "value": 0.45})
    bar = base.mark_bar(height=13, minBandSize=2).encode(
        x=start, x2=alt.X2("end_at:T"), opacity=paler, tooltip=tips
    )
    edge = base.mark_tick(height=13, thickness=2).encode(x=start)
    arrow = base.transform_filter("datum.is_open").mark_point(
        shape="triangle-right", size=110, filled=True, opacity=1, xOffset=4
    )
    named = alt.Chart(bars.drop_duplicates("agent_id"))
    name = named.mark_text(align="right", limit=charts.LABEL).encode(
        y=lane, x=charts.pinned(-8), text=alt.Text("text:N")
    )
    layers = [bar, edge, arrow.encode(x=alt.X("end_at:T")), name]
    lanes = alt.LayerChart(layer=layers, width=charts.WIDTH, height=alt.Step(19))
    count = charts.step(
        _closed(steps), at="start_at", y="value", title="Agents at once", height=90, scale=scale
    )
    return alt.VConcatChart(vconcat=[lanes, count], spacing=8)


def shares(rows: pd.DataFrame) -> alt.LayerChart:
    """Draw per row how much of its time saw one or more, and two or more, the second bar on top of the first.

    Parameters
    ----------
    rows
        One row per name and level (1, 2), in the order drawn: name, level, value (a share), text.
    """
    named = rows.assign(at_once=rows["level"].map({1: "1 or more", 2: "2 or more"}))
    y = alt.Y("name:N", sort=None, title=None)
    x = alt.X(
        "value:Q", axis=charts.SHARE, scale=_WHOLE, stack=None, title="Share of the session's wall time"
    )
    colour = charts.colour("at_once", _LEVELS, named["at_once"], title="Agents at once")
    bars = (
        alt.Chart(named)
        .mark_bar(height=12)
        .encode(
            y=y,
            x=x,
            color=colour,
            order=alt.Order("level:Q"),
            tooltip=[alt.Tooltip("name:N"), alt.Tooltip("text:N")],
        )
    )
    text = alt.Chart(rows[rows["level"] == 1]).mark_text(align="left", dx=14, color=charts.MUTED)
    layers = [bars, text.encode(y=y, x=charts.pinned("width"), text=alt.Text("text:N"))]
    return alt.LayerChart(layer=layers, width=charts.WIDTH, height=alt.Step(17))


_WHOLE = alt.Scale(domain=[0, 1])


def _utc(time: pd.Timestamp) -> alt.DateTime:
    return alt.DateTime(
        year=time.year, month=time.month, date=time.day, hours=time.hour, minutes=time.minute,
        seconds=time.second, milliseconds=time.microsecond // 1000, utc=True,
    )  # fmt: skip


def _closed(steps: pd.DataFrame) -> pd.DataFrame:
    """Add a last row where the last step ends, so that the staircase comes down; none where none is."""
    last = steps.tail(1)
    return pd.concat([steps, last.assign(start_at=last["end_at"], value=0)], ignore_index=True)
