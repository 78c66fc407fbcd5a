"""How a number of each unit is printed: the same on charts, in tables and in sentences."""

from __future__ import annotations

import math
from collections.abc import Callable

from claudesess import text

_UNITS = {"share": "", "s": "", "min": "", "min per chain": "", "per hour": " per hour", "times": " ×"}


def _minutes(minutes: float) -> str:
    return text.clock(60 * minutes)


_FORMS: dict[str, Callable[[float], str]] = {
    "share": text.percent,
    "s": text.clock,
    "min": _minutes,
    "min per chain": _minutes,
}


def form_of(unit: str, *, is_difference: bool = False) -> Callable[[float], str]:
    """Return what prints numbers of a unit: differences with their sign, those of shares in points.

    Examples
    --------
    >>> form_of("share")(0.25), form_of("min")(-0.35), form_of("min", is_difference=True)(0.35)
    ('25 %', '−21 s', '+21 s')
    """
    form = _FORMS.get(unit, text.number)
    if not is_difference:
        return lambda value: text.below_zero(value, form)
    return text.points if unit == "share" else lambda value: text.signed(value, form)


def in_unit(value: float | None, unit: str, *, is_difference: bool = False) -> str:
    """Print an estimate with its unit.

    Examples
    --------
    >>> in_unit(0.25, "share"), in_unit(-0.035, "share", is_difference=True), in_unit(1, "calls")
    ('25 %', '−3.5 points', '1 call')
    """
    if value is None:
        return "not reached"
    number = form_of(unit, is_difference=is_difference)(value)
    is_one = number.lstrip("−+") == "1" and unit not in _UNITS
    return f"{number}{unit_of(text.singular(unit) if is_one else unit, is_difference=is_difference)}"


def unit_of(unit: str, *, is_difference: bool = False) -> str:
    """Return what stands behind a number of a unit; nothing where its form says it.

    Examples
    --------
    >>> unit_of("calls"), unit_of("min"), unit_of("share"), unit_of("share", is_difference=True)
    (' calls', '', '', ' points')
    """
    return " points" if is_difference and unit == "share" else _UNITS.get(unit, f" {unit}")


def limits(low: float | None, high: float | None, unit: str, *, is_difference: bool = False) -> str:
    """Print confidence limits; nothing where there are none."""
    if low is None and high is None:
        return ""
    least, most = (math.nan if one is None else one for one in (low, high))
    return text.limits(least, most, form_of(unit, is_difference=is_difference))
