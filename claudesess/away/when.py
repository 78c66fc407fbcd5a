"""A moment in the words of people: a time of day, an age, a day, a date."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from claudesess.errors import QuestionError

_UNITS = {"s": 1, "min": 60, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_AGE = re.compile(r"(?:\d+(?:\.\d+)?(?:s|min|m|h|d|w))+")
_PART = re.compile(r"(\d+(?:\.\d+)?)(s|min|m|h|d|w)")
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?")
_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FORMS = (
    'a time of day ("18:00"), an age ("2h", "90m", "1h30m", "3d", "1w"), a day ("yesterday", "today", '
    '"monday", "yesterday 18:00"), or a date, with a time or without ("2026-10-12", "2026-10-12 18:00", '
    '"2026-10-12T16:00Z")'
)


def moment(when: str, now: datetime, zone: tzinfo, *, may_come: bool = False) -> datetime:
    """Say which moment is meant.

    Parameters
    ----------
    when
        A time of day is the last one that has been; an age is counted back from now, a day in it being 24
        hours; a day of the week the last one that has begun; a day or date without a time begins at midnight.
        What names no zone is of the reader's.
    now
        The present, with its zone.
    zone
        The reader's.
    may_come
        It may be still to come.

    Returns
    -------
    datetime
        In UTC; not after `now`, unless it may come.

    Raises
    ------
    QuestionError
        It is none of these, or is still to come.

    Examples
    --------
    >>> from zoneinfo import ZoneInfo
    >>> now = datetime(2026, 10, 14, 9, 30, tzinfo=UTC)  # a Wednesday, 11:30 in Berlin
    >>> at = lambda when: f"{moment(when, now, ZoneInfo('Europe/Berlin')):%d %H:%M}"
    >>> [at(when) for when in ("11:00", "18:00", "1h30m", "yesterday", "monday 8:00", "2026-10-12")]
    ['14 09:00', '13 16:00', '14 08:00', '12 22:00', '12 06:00', '11 22:00']
    """
    words = " ".join(when.lower().split())
    try:
        found = _age(words, now) or _day(words, now, zone) or _date(when.strip(), zone)
        at = None if found is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        at = None
    if at is None:
        raise QuestionError(f"{when!r} is no moment. Say {_FORMS}.")
    if at > now and not may_come:
        raise QuestionError(f"{when!r} is still to come: it is {now.astimezone(zone):%Y-%m-%d %H:%M} here.")
    return at


def _age(words: str, now: datetime) -> datetime | None:
    compact = words.removesuffix(" ago").replace(" ", "")
    if not _AGE.fullmatch(compact):
        return None
    seconds = sum(float(n) * _UNITS[unit] for n, unit in _PART.findall(compact))
    return now.astimezone(UTC) - timedelta(seconds=seconds)


def _day(words: str, now: datetime, zone: tzinfo) -> datetime | None:
    day, _, clock = words.rpartition(" ") if _CLOCK.fullmatch(words.rpartition(" ")[2]) else (words, "", "")
    at = _clock(clock)
    today = now.astimezone(zone).date()
    if day in _WEEK:
        back = (today.weekday() - _WEEK.index(day)) % 7
        return _last([today - timedelta(days=back + week) for week in (0, 7)], at, now, zone)
    if day == "":
        return _last([today, today - timedelta(days=1)], at, now, zone) if clock else None
    if day in ("today", "yesterday"):
        return datetime.combine(today - timedelta(days=day == "yesterday"), at, zone)
    return None


def _last(days: list[date], at: time, now: datetime, zone: tzinfo) -> datetime:
    """Return the last time that a clock showed it: twice a day when clocks are put back."""
    shown = [datetime.combine(day, at.replace(fold=fold), zone) for day in days for fold in (1, 0)]
    return max(one.astimezone(UTC) for one in shown if one <= now)


def _clock(words: str) -> time:
    match = _CLOCK.fullmatch(words)
    hour, minute, second = (int(part or 0) for part in match.groups()) if match else (0, 0, 0)
    return time(hour, minute, second)


def _date(words: str, zone: tzinfo) -> datetime | None:
    if not re.match(r"\d{4}-?\d\d", words):
        return None
    read = datetime.fromisoformat(words)
    return read if read.tzinfo is not None else read.replace(tzinfo=zone)
