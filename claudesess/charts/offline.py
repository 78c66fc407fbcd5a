"""Show charts where there is no network: the specification where it can be drawn, a picture elsewhere.

Altair's own default fetches its drawing library from the internet each time a notebook is opened.
"""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import altair as alt
import vl_convert
from altair.utils.schemapi import debug_mode
from PIL import Image

from claudesess import charts
from claudesess.charts.harmless import harmless

RENDERER = "claudesess"
SPEC_MIME = "application/vnd.vegalite.v6+json"
_PICTURE_SCALE = 1.5
_COLOURS = 128  # enough for flat colours with smooth edges, at a tenth of the size in a notebook


def render(spec: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Return a Vega-Lite specification as a mime bundle: itself, and the picture that it describes as PNG."""
    spec = harmless(spec)
    drawn = Image.open(BytesIO(vl_convert.vegalite_to_png(spec, scale=_PICTURE_SCALE)))
    picture = BytesIO()
    drawn.convert("RGB").quantize(_COLOURS).save(picture, "PNG", optimize=True)
    return {SPEC_MIME: spec, "image/png": picture.getvalue(), "text/plain": "<chart>"}


def specification(draw: Callable[[], alt.typing.ChartType]) -> dict[str, Any]:
    """Draw a chart in house style and return its specification as data.

    What charts hold is checked by tests; checking every part of them again while they are drawn takes as
    long as all that they draw took to compute.
    """
    with debug_mode(False):
        spec: dict[str, Any] = charts.house(draw()).to_dict(validate=False)
    return spec


def use_offline() -> None:
    """Make this the way in which notebooks show charts, unless the user has chosen another one."""
    if RENDERER not in alt.renderers.names():
        alt.renderers.register(RENDERER, render)
    if alt.renderers.active == "default":
        alt.renderers.enable(RENDERER)
