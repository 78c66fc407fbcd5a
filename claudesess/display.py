"""Show charts where there is no network: the specification where it can be drawn, a picture elsewhere.

Altair's own default fetches its drawing library from the internet each time a notebook is opened.
"""

from io import BytesIO
from typing import Any

import altair as alt
import pandas as pd
import vl_convert
from PIL import Image

ROWS = 60
"""Rows that `table` shows."""

RENDERER = "claudesess"
SPEC_MIME = "application/vnd.vegalite.v6+json"
_PICTURE_SCALE = 1.5
_COLOURS = 128  # enough for flat colours with smooth edges, at a tenth of the size in a notebook


def table(frame: pd.DataFrame, rows: int = ROWS, what: str = "rows") -> pd.DataFrame | None:
    """Return the first rows of a frame for a notebook to show, and print what a look at them would not tell.

    Parameters
    ----------
    frame
        What is to be shown.
    rows
        How many of its rows at most.
    what
        What they are, in the plural.

    Returns
    -------
    DataFrame or None
        At most `rows` rows; a line is printed where there are more. None, with a line, where there are none.

    Examples
    --------
    >>> table(pd.DataFrame({"x": range(3)}), rows=1)
    The first 1 of 3 rows:
       x
    0  0
    >>> table(pd.DataFrame({"x": []}), what="findings")
    No findings.
    """
    if frame.empty:
        print(f"No {what}.")
        return None
    if len(frame) > rows:
        print(f"The first {rows} of {len(frame):,} {what}:")
    return frame.head(rows)


def minutes(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Return a frame whose times in some columns are printed to the minute, in UTC: narrow for a table.

    Examples
    --------
    >>> minutes(pd.DataFrame({"at": pd.to_datetime(["2026-05-04T09:00:59Z", None])}), "at")["at"].tolist()
    ['2026-05-04 09:00', '']
    """
    told = {name: frame[name].dt.tz_convert("UTC").dt.strftime("%Y-%m-%d %H:%M") for name in columns}
    return frame.assign(**{name: text.astype("string").fillna("") for name, text in told.items()})


def render(spec: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Return a Vega-Lite specification as a mime bundle: itself, and the picture that it describes as PNG."""
    drawn = Image.open(BytesIO(vl_convert.vegalite_to_png(spec, scale=_PICTURE_SCALE)))
    picture = BytesIO()
    drawn.convert("RGB").quantize(_COLOURS).save(picture, "PNG", optimize=True)
    return {SPEC_MIME: spec, "image/png": picture.getvalue(), "text/plain": "<chart>"}


def use_offline() -> None:
    """Make this the way in which notebooks show charts, unless the user has chosen another one."""
    if RENDERER not in alt.renderers.names():
        alt.renderers.register(RENDERER, render)
    if alt.renderers.active == "default":
        alt.renderers.enable(RENDERER)
