"""Time zones: the one of this machine, one that is named, and what the engine calls it."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from claudesess.errors import QuestionError

if TYPE_CHECKING:
    import pandas as pd

LOCAL = "local"
"""The zone of this machine, wherever it is."""


def zone_here() -> tzinfo:
    """Return the time zone of this machine, by its name where it has one."""
    name = os.environ.get("TZ", "").lstrip(":")
    if not name:
        name = str(Path("/etc/localtime").resolve()).partition("zoneinfo/")[2]
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return datetime.now().astimezone().tzinfo or UTC


def zone_of(given: str | tzinfo | None) -> tzinfo:
    """Return a zone as it was asked for: by its name, ``"local"`` for the one here, None for UTC.

    Raises
    ------
    QuestionError
        There is no zone of that name.

    Examples
    --------
    >>> print(zone_of(None), zone_of("Asia/Kolkata"))
    UTC Asia/Kolkata
    """
    if given is None or given == "UTC":
        return UTC
    if isinstance(given, tzinfo):
        return given
    if given == LOCAL:
        return zone_here()
    try:
        return ZoneInfo(given)
    except (ValueError, OSError, KeyError, TypeError) as error:
        raise QuestionError(
            f"zone is {given!r}; it must be the name of a time zone, such as 'Europe/Berlin', or 'local'"
        ) from error


def in_utc(moment: pd.Timestamp, zone: tzinfo) -> pd.Timestamp:
    """Return a moment in UTC; one that names no zone is of `zone`.

    What its clock shows twice is the first of the two; what it does not show is when it goes on.

    Examples
    --------
    >>> import pandas as pd
    >>> str(in_utc(pd.Timestamp("2026-10-25 02:30"), zone_of("Europe/Berlin")))
    '2026-10-25 00:30:00+00:00'
    """
    if moment.tzinfo is None:
        moment = moment.tz_localize(zone, ambiguous=True, nonexistent="shift_forward")
    return moment.tz_convert("UTC")


def days(times: pd.Series, zone: tzinfo) -> pd.Series:
    """Return the day of each time: its midnight by the clock of a zone, without a zone.

    Examples
    --------
    >>> import pandas as pd
    >>> times = pd.Series(pd.to_datetime(["2026-10-12 21:59Z", "2026-10-12 22:00Z"]))
    >>> days(times, zone_of("Europe/Berlin")).dt.strftime("%d").tolist()
    ['12', '13']
    """
    found: pd.Series = times.dt.tz_convert(zone).dt.tz_localize(None).dt.floor("D")
    return found


def engine_name(zone: tzinfo) -> str:
    """Return what the engine calls a zone: one without a name goes by what it is ahead of UTC.

    Examples
    --------
    >>> from datetime import timezone
    >>> engine_name(zone_of("Asia/Kolkata")), engine_name(UTC), engine_name(timezone(timedelta(hours=-3.5)))
    ('Asia/Kolkata', 'UTC', 'GMT-03:30')
    """
    name = getattr(zone, "key", None)
    if name is not None:
        return str(name)
    ahead = zone.utcoffset(None) or timedelta()
    minutes = abs(ahead) // timedelta(minutes=1)
    if not minutes:
        return "UTC"
    return f"GMT{'-' if ahead < timedelta() else '+'}{minutes // 60:02}:{minutes % 60:02}"
