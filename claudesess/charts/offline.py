"""Show charts where there is no network: the specification where it can be drawn, a picture elsewhere.

Altair's own default fetches its drawing library from the internet each time a notebook is opened. Pictures
are drawn by what extra `images` brings.
"""

import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

import altair as alt
from altair.utils.schemapi import debug_mode

from claudesess import charts, extras
from claudesess.charts.harmless import harmless

RENDERER = "claudesess"
SPEC_MIME = "application/vnd.vegalite.v6+json"
_PICTURE_SCALE = 1.25
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def render(spec: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Return a Vega-Lite specification as a mime bundle: itself, and the picture that it describes as PNG.

    Without extra `images` there is no picture, and the text for those who cannot draw the specification says
    which it is.
    """
    spec = harmless(spec)
    try:
        with extras.needed("images", "A picture of this chart"):
            import vl_convert
    except extras.MissingExtraError as error:
        return {SPEC_MIME: spec, "text/plain": str(error)}
    picture = packed(vl_convert.vegalite_to_png(spec, scale=_PICTURE_SCALE))
    return {SPEC_MIME: spec, "image/png": picture, "text/plain": "<chart>"}


def packed(picture: bytes) -> bytes:
    """Return the same PNG in a third of the bytes: its pixels compressed as well as can be."""
    parts = list(chunks(picture))
    pixels = zlib.decompress(b"".join(data for kind, data in parts if kind == b"IDAT"))
    before = [part for part in parts[: parts.index((b"IEND", b""))] if part[0] != b"IDAT"]
    return png([*before, (b"IDAT", zlib.compress(pixels, 9)), (b"IEND", b"")])


def chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the parts of a PNG: kind and data."""
    place = len(_SIGNATURE)
    while place < len(picture):
        (length,) = struct.unpack_from(">I", picture, place)
        yield picture[place + 4 : place + 8], picture[place + 8 : place + 8 + length]
        place += length + 12


def png(parts: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Put a PNG together."""
    return _SIGNATURE + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


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
    _registered()
    if alt.renderers.active == "default":
        alt.renderers.enable(RENDERER)


@cache
def _registered() -> None:
    """Say once what draws: to list what does, altair looks through all that is installed."""
    alt.renderers.register(RENDERER, render)
