"""Charts in a widget, drawn without a network: the drawing library comes with the package."""

from __future__ import annotations

import functools
from typing import Any

import altair as alt
from altair.utils.schemapi import debug_mode

from claudesess import charts

_EMBED = {"renderer": "svg", "actions": False}


_PANEL = 430  # pixels of what is as wide as a page elsewhere


class Drawing(alt.JupyterChart):
    """A chart whose specification can be changed; what is picked in it comes back."""

    # made narrower as long as it can be read; narrower than that, it is moved along
    _css = (
        ".vega-embed { overflow: auto hidden; } "
        ".vega-embed svg { max-width: max(100%, 560px); height: auto; }"
    )

    def __init__(self) -> None:
        _make_offline()
        nothing: Any = None
        super().__init__(nothing, debounce_wait=200, max_wait=False, embed_options=_EMBED)

    def draw(self, chart: Any) -> None:
        """Draw a chart with what can be picked in it."""
        with debug_mode(False):
            self.chart = chart

    def draw_specification(self, spec: dict[str, Any]) -> None:
        """Draw a finished specification, in which nothing is picked."""
        self.spec = _narrowed(spec)


def _narrowed(spec: dict[str, Any]) -> dict[str, Any]:
    """Make the panels of a specification narrower: a notebook has less room than a page."""
    wide = {"width": _PANEL} if spec.get("width") == charts.WIDTH else {}
    inner: dict[str, Any] = {
        name: [_narrowed(one) for one in spec[name]] for name in ("vconcat", "hconcat") if name in spec
    }
    return {**spec, **inner, **wide}


@functools.cache
def _make_offline() -> None:
    """Put the library into the widget itself; a second's work, once in a process."""
    Drawing.enable_offline()
