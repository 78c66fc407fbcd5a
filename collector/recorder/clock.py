"""Times as they are stored: UTC text with milliseconds."""

import time

DAY_MS = 86_400_000


def now_ms() -> int:
    """Return the present as milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


def stamp(at_ms: int) -> str:
    """Spell a moment as `YYYY-MM-DD HH:MM:SS.mmm`."""
    seconds, millis = divmod(at_ms, 1000)
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(seconds)) + f".{millis:03d}"
