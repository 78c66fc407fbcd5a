"""House style of every chart: what a colour means, how titles, axes, intervals and "no data" look.

No data logic lives here: the functions draw the columns that they are told to draw. A metric builds its
panels from them and returns ``house(chart)`` (one panel) or ``page(panel, panel, ...)`` (several).
"""

import textwrap
from collections.abc import Iterable, Mapping
from typing import Any, Final

import altair as alt

from claudesess.charts.harmless import bounded, harmless

WIDTH: Final = 640  # pixels of a full-width panel; two panels side by side take HALF each
HALF: Final = 280
LABEL: Final = 260  # pixels of a label: a longer one is cut, and stands in the tooltip as a whole
ROW: Final = 22  # pixels of one row of a panel with a discrete y axis: height=alt.Step(ROW)

# Okabe & Ito (2008): told apart by people with any common colour-vision deficiency.
BLACK: Final = "#000000"
ORANGE: Final = "#E69F00"
SKY: Final = "#56B4E9"
GREEN: Final = "#009E73"
YELLOW: Final = "#F0E442"
BLUE: Final = "#0072B2"
VERMILLION: Final = "#D55E00"
PURPLE: Final = "#CC79A7"
GREY: Final = "#8C8C8C"
INK: Final = "#222222"
MUTED: Final = "#5F6368"
FAINT: Final = "#E3E5E8"

STATUS: Final[Mapping[str, str]] = {
    "completed": GREEN,
    "failed": VERMILLION,
    "running": SKY,
    "aborted_stale": GREY,
}
"""Colour of an agent's status."""

OUTCOME: Final[Mapping[str, str]] = {
    "fixed": GREEN,
    "escalated_research": BLUE,
    "escalated_user": ORANGE,
    "abandoned": VERMILLION,
    "open": GREY,
}
"""Colour of what happened to a chain of failures."""

SERIES: Final = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILLION, YELLOW, BLACK)
"""Colours of categories that have no meaning of their own (agent types, databases), in order."""

INTERVALS: Final = "95 % limits; hollow = small sample"
"""How points and lines of an interval are to be read, for a subtitle."""

SHARE: Final = alt.Axis(labelExpr="format(100 * datum.value, 'd') + '\u00a0%'", tickCount=5)
"""Axis of a share (0–1), shown in percent as texts show it."""
_WHOLE: Final = "datum.value % 1 === 0"
COUNT: Final = alt.Axis(
    format=",d",
    labelExpr=f"{_WHOLE} ? datum.label : ''",
    gridOpacity=alt.condition(_WHOLE, alt.value(1), alt.value(0)),
    tickOpacity=alt.condition(_WHOLE, alt.value(1), alt.value(0)),
)
"""Axis of a count: whole numbers only (Vega draws halves in spite of ``tickMinStep``)."""

# 24-hour clock at every zoom; the first matching unit is the coarsest one that changes at the tick.
CLOCK: Final = (
    "utcFormat(datum.value, {year: '%Y', quarter: '%b %Y', month: '%b %Y', week: '%-d %b', date: '%-d %b', "
    "day: '%-d %b', hours: '%H:%M', minutes: '%H:%M', seconds: '%H:%M:%S', milliseconds: '%H:%M:%S.%L'})"
)
MESSAGE: Final = "message"
"""What is drawn in the place of a chart that has nothing to show, by this name (`empty`)."""
_TITLE: Final = 600  # characters
_FONT: Final = "Helvetica, Arial, Liberation Sans, sans-serif"
_LABELS: Final = {
    "labelColor": INK,
    "titleColor": MUTED,
    "titleFontWeight": "normal",
    "labelFontSize": 11,
    "titleFontSize": 11,
    "labelLimit": LABEL,
}
_CONFIG: Final[dict[str, Any]] = {
    "background": "white",
    "font": _FONT,
    "view": {"stroke": None},
    "concat": {"spacing": 28},
    "title": {
        "anchor": "start",
        "frame": "group",
        "fontSize": 13,
        "fontWeight": 600,
        "color": INK,
        "subtitleColor": MUTED,
        "subtitleFontSize": 11,
        "subtitlePadding": 4,
        "offset": 10,
        "lineHeight": 17,
        "subtitleLineHeight": 15,
    },
    "axis": {
        **_LABELS,
        "titlePadding": 8,
        "gridColor": FAINT,
        "domainColor": "#B5B9BF",
        "tickColor": "#B5B9BF",
    },
    "axisY": {"domain": False, "ticks": False, "labelPadding": 10},
    "legend": {**_LABELS, "symbolType": "square", "orient": "top"},
    "line": {"strokeWidth": 2},
    "text": {"fontSize": 11, "color": INK},
}


def house(chart: alt.typing.ChartType) -> alt.typing.ChartType:
    """Give a finished chart the house fonts, sizes and axes; call it once, on the outermost chart.

    The style travels inside the chart, so no global Altair theme is touched and a saved chart looks the same
    anywhere.
    """
    styled: alt.typing.ChartType = harmless(chart)  # a copy, of which `configure` would make another one
    styled.config = alt.Config(**_CONFIG)
    return styled


def page(*panels: alt.typing.ChartType, title: str = "", lines: Iterable[str] = ()) -> alt.VConcatChart:
    """Stack panels below one finding, in house style; every panel keeps its own colours and axes."""
    # All at once: each method of a chart of charts copies all of them.
    stacked = alt.VConcatChart(
        vconcat=panels,
        resolve=alt.Resolve(scale=alt.ScaleResolveMap(color="independent", x="independent", y="independent")),
        title=heading(title, *lines, size=16) if title else alt.Undefined,
        config=alt.Config(**_CONFIG),
    )
    styled: alt.VConcatChart = harmless(stacked)
    return styled


def heading(finding: str, *lines: str, size: int = 13, width: int = 100) -> alt.TitleParams:
    """Title (the finding, or the question) over a subtitle that says n and the limits.

    Parameters
    ----------
    finding
        One sentence; broken into lines so that it is never cut off.
    *lines
        Lines of the subtitle; empty ones are left out.
    size
        Font size of the title in pixels.
    width
        Longest line in characters; 50 suits a panel that is ``HALF`` wide.

    Examples
    --------
    >>> heading("Two agents ran at once", "n = 3 agents").text
    ['Two agents ran at once']
    """
    subtitle = [part for line in lines if line for part in textwrap.wrap(bounded(line, _TITLE), width)]
    text = textwrap.wrap(bounded(finding, _TITLE), round(width * 13 / size))
    return alt.TitleParams(text=text, subtitle=subtitle, fontSize=size, offset=16 if size > 13 else 10)


def label(name: str, unit: str = "") -> str:
    """Text of an axis: name and unit.

    Examples
    --------
    >>> label("Duration", "min")
    'Duration (min)'
    >>> label("Agents")
    'Agents'
    """
    return f"{name} ({unit})" if unit else name


def empty(message: str, title: str = "", width: int = WIDTH, height: int = 80) -> alt.Chart:
    """Say in the chart's place why there is nothing to draw; axes without marks would claim a zero."""
    chart: alt.Chart = (
        alt.Chart(alt.InlineData(values=[{MESSAGE: message}]))
        .mark_text(color=MUTED, fontSize=13, lineBreak="\n")
        .encode(text=alt.Text(MESSAGE, type="nominal"))
        .properties(width=width, height=height)
    )
    if title:
        chart = chart.properties(title=heading(title))
    return chart


def stack(*panels: alt.typing.ChartType) -> alt.VConcatChart:
    """Stack panels without house style, as part of a page; every panel keeps its own colours and axes."""
    drawn: alt.VConcatChart = alt.vconcat(*panels).resolve_scale(
        color="independent", x="independent", y="independent"
    )
    return drawn
