"""Show charts where there is no network: the specification where it can be drawn, a picture elsewhere.

Altair's own default fetches its drawing library from the internet each time a notebook is opened. Pictures
are drawn by what extra `images` brings.
"""

import math
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, cast

import altair as alt
import pandas as pd
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


def values(frame: pd.DataFrame, **_: Any) -> dict[str, Any]:
    """Return the rows of a frame as JSON has them: times as ISO 8601, what is not known or finite as null.

    They are those of altair's own `to_values`, which copies the frame, and each of its columns several times.

    Examples
    --------
    >>> times = pd.to_datetime(["2026-05-04T09:00Z", None])
    >>> values(pd.DataFrame({"n": pd.array([1, None], "Int64"), "x": [0.5, float("inf")], "at": times}))
    {'values': [{'n': 1, 'x': 0.5, 'at': '2026-05-04T09:00:00+00:00'}, {'n': None, 'x': None, 'at': ''}]}
    """
    names = [str(name) for name in frame]
    columns = [_plain(frame.iloc[:, place]) for place in range(len(names))]
    return {"values": [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]}


def _plain(column: pd.Series) -> list[Any]:
    if isinstance(column.dtype, pd.DatetimeTZDtype) or column.dtype.kind == "M":
        return ["" if time is pd.NaT else time.isoformat() for time in column.tolist()]
    return [None if _is_unknown(value) else value for value in column.tolist()]


def _is_unknown(value: Any) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and not math.isfinite(value))


def specification(draw: Callable[[], alt.typing.ChartType]) -> dict[str, Any]:
    """Draw a chart in house style and return its specification as data.

    What charts hold is checked by tests; checking every part of them again while they are drawn takes as
    long as all that they draw took to compute.
    """
    _registered()
    with debug_mode(False), alt.data_transformers.enable(RENDERER):
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
    alt.data_transformers.register(RENDERER, cast("Any", values))  # it is given no other frames
