"""Times as they are stored: UTC text with milliseconds."""

import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

DAY_MS = 86_400_000
_minutes: "dict[int, str]" = {}


def now_ms() -> int:
    """Return the present as milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


def stamp(at_ms: int) -> str:
    """Spell a moment as `YYYY-MM-DD HH:MM:SS.mmm`."""
    minute, millis = divmod(at_ms, 60_000)
    if minute not in _minutes:
        if len(_minutes) >= 4096:
            _minutes.clear()
        _minutes[minute] = time.strftime("%Y-%m-%d %H:%M", time.gmtime(minute * 60))
    digits = str(100_000 + millis)  # faster than to ask for leading zeros
    return f"{_minutes[minute]}:{digits[1:3]}.{digits[3:]}"


def at_ms(written: "Optional[str]") -> "Optional[int]":
    """Return the milliseconds of a time as transcripts write it, `2026-01-02T03:04:05.678Z`."""
    if written is None or len(written) < 19:
        return None
    import calendar

    try:
        seconds = calendar.timegm(time.strptime(written[:19].replace("T", " "), "%Y-%m-%d %H:%M:%S"))
    except ValueError:
        return None
    fraction = written[20:23]
    return seconds * 1000 + (int(fraction) if fraction.isdecimal() and len(fraction) == 3 else 0)
