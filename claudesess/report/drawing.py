"""Charts of measures as specifications that the page's own script draws, titles taken out as words."""

from __future__ import annotations

import json
import re
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from claudesess.report import library
from claudesess.report.reader import Reader

if TYPE_CHECKING:
    from claudesess.asking.listing import Measure
    from claudesess.estimating.words import Statement

_DRAW = resources.files("claudesess.report") / "templates" / "draw.js"
_UTC = re.compile(r"\bUTC\b")


class Drawing(NamedTuple):
    """One chart: what it asks and how it is to be read, in words, and its specification as JSON."""

    title: str
    how: str
    spec: str


class Quotation(NamedTuple):
    """A text that a chart would have shown, behind its mark."""

    mark: str
    text: str


class Quoted(NamedTuple):
    """Texts that a chart would have shown, and what its heading says of them."""

    how: str
    quotations: list[Quotation]


def script() -> str:
    """Return what draws the charts of a page: the library, and the page's own script."""
    return f"{library.script()}(function () {{\n{_DRAW.read_text(encoding='utf-8')}}})();\n"


def drawings(
    measure: Measure,
    estimates: pd.DataFrame | None,
    units: pd.DataFrame,
    wording: Statement,
    reader: Reader,
) -> tuple[list[Drawing], Quoted]:
    """Draw a measure as the reader may see it.

    Parameters
    ----------
    measure
        The measure, or view.
    estimates, units, wording
        As the reader may see them; a view has no estimates.
    reader
        Says the zone: drawn times read as its clock.
    """
    from claudesess.charts.offline import specification

    drawn = reader.drawn(units)
    spec = specification(lambda: measure.chart(estimates, drawn, wording))
    return taken_apart(spec, reader.zone_name(units[measure.units.at].max() if len(units) else None))


def taken_apart(spec: dict[str, Any], zone: str) -> tuple[list[Drawing], Quoted]:
    """Take a specification apart: each panel with its words, and panels of nothing but words as these.

    Parameters
    ----------
    spec
        Of a chart in house style.
    zone
        What is said where the chart says UTC.
    """
    quoted = Quoted("", [])
    parts = []
    for part in _parts(spec):
        if _is_empty(part):  # that there is nothing is said above it
            continue
        if (quotations := _quotations(part, spec.get("datasets", {}))) is None:
            parts.append(part)
        else:
            quoted = Quoted(_joined(part.get("title", {}).get("subtitle")), quotations)
    return [_drawing(part, spec, zone) for part in parts], quoted


def _parts(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """Take a page of panels apart where each has a title of its own."""
    panels = spec.get("vconcat")
    if panels and all("title" in one for one in panels):
        shared = {"data": spec["data"]} if "data" in spec else {}  # what all panels have stands above them
        return [shared | one for one in panels]
    return [{key: value for key, value in spec.items() if key not in ("datasets", "config", "$schema")}]


def _is_empty(part: dict[str, Any]) -> bool:
    """Whether a panel only says that there is nothing to draw."""
    from claudesess.charts.theme import MESSAGE

    return bool(part.get("encoding", {}).get("text", {}).get("field") == MESSAGE)


def _drawing(part: dict[str, Any], whole: dict[str, Any], zone: str) -> Drawing:
    title = part.pop("title", {})
    named = {key: _joined(title.get(key)) for key in ("text", "subtitle")} if isinstance(title, dict) else {}
    part |= {"config": whole["config"], "$schema": whole["$schema"]}
    written = json.dumps(part)
    used = {name: rows for name, rows in whole.get("datasets", {}).items() if name in written}
    written = json.dumps(_zoned(part, zone) | {"datasets": used}, separators=(",", ":"))
    # in a script element only `<` can do harm: as \u003c it is the same JSON
    text, how = (_UTC.sub(zone, named.get(key, "")) for key in ("text", "subtitle"))
    return Drawing(text, how, written.replace("<", "\\u003c"))


def _zoned(value: Any, zone: str) -> Any:
    """Name the zone where axes and titles say UTC."""
    if isinstance(value, dict):
        return {
            key: _UTC.sub(zone, one)
            if key in ("title", "text") and isinstance(one, str)
            else _zoned(one, zone)
            for key, one in value.items()
        }
    return [_zoned(one, zone) for one in value] if isinstance(value, list) else value


def _joined(lines: Any) -> str:
    return " ".join(lines) if isinstance(lines, list) else str(lines or "")


def _quotations(part: dict[str, Any], datasets: dict[str, Any]) -> list[Quotation] | None:
    """Return the texts of a panel that holds nothing else; None for any other panel."""
    layers = part.get("layer", [])
    kinds = {one["mark"]["type"] for one in layers if isinstance(one.get("mark"), dict)}
    if kinds != {"text"} or len(layers) < 2:
        return None
    rows = datasets.get(part.get("data", {}).get("name") or layers[0].get("data", {}).get("name"), [])
    found: list[Quotation] = []
    line = 0  # a line of the text itself may go on in several of the panel
    for row in rows:
        if row.get("mark") or not found:
            found.append(Quotation(str(row.get("mark", "")), str(row.get("text", ""))))
        else:
            between = " " if row.get("line") == line else "\n"
            found[-1] = Quotation(found[-1].mark, f"{found[-1].text}{between}{row.get('text', '')}")
        line = row.get("line", 0)
    return found
