"""Lanes of one session: main thread and agents on one time axis, long pauses shortened."""

from __future__ import annotations

import hashlib
import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from claudesess import text
from claudesess.report.reader import Reader, Rows

MOST_LANES = 40
_CALLS = "calls"
_PAUSE_S = 600.0  # nothing happened for longer than this: the axis is shortened
_PAUSE_WIDTH = 0.025  # of the whole, at most
_LEAST = 0.35  # per cent of the width: a shorter bar would not be seen
_ROUND_S = (1, 5, 10, 30, 60, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400)
_TICKS = 6
_APART, _LAST = 14, 88  # per cent of the width: between the beginnings of two names, and of the last
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Block(NamedTuple):
    """A stretch on a lane, in per cent of the width."""

    kind: str  # ran, work, wait
    left: float
    width: float
    title: str


class Mark(NamedTuple):
    """A moment on a lane, linked to what is told of it below."""

    kind: str  # failure, prompt, compaction, rejected
    at: float
    anchor: str
    title: str


class Lane(NamedTuple):
    """The main thread, or an agent."""

    name: str
    blocks: list[Block]
    marks: list[Mark]


class Tick(NamedTuple):
    """A time on the axis, or a pause that was shortened."""

    at: float
    name: str
    is_pause: bool


class Picture(NamedTuple):
    """All lanes, the axis, and how many lanes did not fit."""

    lanes: list[Lane]
    ticks: list[Tick]
    n_hidden: int
    summary: str
    calls: str = _CALLS  # what calls are called

    @property
    def key(self) -> list[tuple[str, str]]:
        """What is drawn on any lane, by its class, and what it stands for."""
        blocks = {"ran": "agent ran", "work": self.calls, "wait": "waited for the user"}
        marks = {"failure": "failed or refused", "prompt": "prompt", "compaction": "compaction"}
        drawn = {block.kind for lane in self.lanes for block in lane.blocks}
        drawn |= {mark.kind for lane in self.lanes for mark in lane.marks}
        words = {f"block {kind}": word for kind, word in blocks.items() if kind in drawn}
        return [*words.items(), *((f"mark {kind}", word) for kind, word in marks.items() if kind in drawn)]


def picture(story: Rows, reader: Reader) -> Picture | None:
    """Draw a session; None where no time is known.

    Parameters
    ----------
    story
        Rows of `session_events` of one session of one file, in order.
    reader
        Says the clock.
    """
    timed = [row for row in story if row["happened_at"] is not None]
    if not timed:
        return None
    axis = Axis(timed)
    own: dict[str, list[Mapping[str, Any]]] = {}  # by agent; the main thread has no name
    names: dict[str, str] = {}
    for row in timed:
        agent = row["agent_id"] or ""
        own.setdefault(agent, []).append(row)
        if row["event"] == "agent":
            kind = "Agent" if row["what"] is None else row["what"]
            names.setdefault(agent, kind if row["text"] is None else f"{kind}: {row['text']}")
    shown = dict(list(names.items())[: MOST_LANES - 1])
    lanes = [
        Lane(name, _blocks(own.get(agent, []), axis), _marks(own.get(agent, []), axis, reader))
        for agent, name in {"": "Main thread", **shown}.items()
    ]
    n_failed = sum(row["event"] == "call" and row["is_ok"] is False for row in timed)
    n_compactions, n_refused = (
        sum(row["event"] == event for row in timed) for event in ("compaction", "refused")
    )
    among = f" and {text.count(len(names), 'agent')}" if len(names) else ""
    refused = f", {n_refused:,} more refused" if n_refused else ""
    counts = f"{text.count(n_failed, 'failed call')}{refused}, {text.count(n_compactions, 'compaction')}"
    summary = f"Main thread{among}: {counts}."
    calls = text.TOOLS_OR_PERMISSION if any(row["is_imported"] for row in timed) else _CALLS
    return Picture(lanes, axis.ticks(reader), len(names) - len(shown), summary, calls)


class Axis:
    """Times as per cent of a width; a time in which nothing at all happened takes little of it.

    Examples
    --------
    >>> at = lambda minutes: datetime(2026, 1, 1, 10, tzinfo=UTC) + timedelta(minutes=minutes)
    >>> spans = ((0, 0), (10, 10), (70, 80))
    >>> rows = [{"event": "call", "happened_at": at(one), "until_at": at(last)} for one, last in spans]
    >>> axis = Axis(rows)
    >>> [axis.place(at(minutes)) for minutes in (0, 10, 70, 80)]
    [0.0, 48.78, 51.22, 100.0]
    """

    def __init__(self, story: Rows) -> None:
        pairs = sorted((row["happened_at"].timestamp(), _end(row).timestamp()) for row in story)
        busy: list[list[float]] = []
        for start, end in pairs:
            if busy and start <= busy[-1][1] + _PAUSE_S:
                busy[-1][1] = max(busy[-1][1], end)
            else:
                busy.append([start, end])
        total = sum(end - start for start, end in busy) or 1.0
        pause = min(_PAUSE_WIDTH, 0.4 / len(busy)) * total
        self._pauses = [(before[1], after[0]) for before, after in pairwise(busy)]
        self._times, self._places = [], []
        at = 0.0
        for start, end in busy:
            self._times += [start, end]
            self._places += [at, at + end - start]
            at += end - start + pause
        self._whole = (at - pause) or 1.0

    def place(self, time: datetime) -> float:
        """Return where a time is, in per cent."""
        seconds = time.timestamp()
        after = bisect_right(self._times, seconds)
        if after == 0:
            return 0.0
        if after == len(self._times):
            return 100.0 if self._whole > 1e-9 and seconds >= self._times[-1] else 0.0
        low, high = self._times[after - 1], self._times[after]
        part = (seconds - low) / ((high - low) or 1.0)
        place = self._places[after - 1] + part * (self._places[after] - self._places[after - 1])
        return round(100 * place / self._whole, 2)

    def _time(self, place: float) -> datetime:
        after = min(bisect_right(self._places, place), len(self._places) - 1)
        low = max(after - 1, 0)
        part = (place - self._places[low]) / ((self._places[after] - self._places[low]) or 1.0)
        seconds = self._times[low] + part * (self._times[after] - self._times[low])
        return _moment(seconds)

    def _round_times(self) -> list[datetime]:
        """Return the beginning, and round times from there on, as far apart as their names need."""
        times, round_s = [self._time(0.0)], _step(self._whole / _TICKS / 2)
        while (least := self.place(times[-1]) + _APART) < _LAST:
            exact = self._time(self._whole * least / 100).timestamp()
            time = _moment(math.ceil(exact / round_s) * round_s)
            if not self.place(times[-1]) < self.place(time) < _LAST:
                break
            times.append(time)
        return times

    def ticks(self, reader: Reader) -> list[Tick]:
        """Return times along the axis, and the pauses in it."""
        form = "%H:%M:%S" if self._whole < 600 else "%H:%M"
        found: list[Tick] = []
        day_before = ""
        for time in self._round_times():
            place = self.place(time) * self._whole / 100
            day, clock = reader.clock(time, "%-d %b"), reader.clock(time, form)
            name = clock if day == day_before else f"{day} {clock}"
            found.append(Tick(round(100 * place / self._whole, 2), name, False))
            day_before = day
        for left, again in self._pauses:
            at = self.place(_moment((left + again) / 2))
            found.append(Tick(at, f"{text.clock(again - left)} without anything", True))
        return found


def _step(seconds: float) -> float:
    """Return the round length of time that is nearest above.

    Examples
    --------
    >>> _step(40), _step(400), _step(4000)
    (60, 600, 7200)
    """
    return next((one for one in _ROUND_S if one >= seconds), _ROUND_S[-1])


def _moment(seconds: float) -> datetime:
    """Return a time in whole microseconds."""
    return _EPOCH + timedelta(microseconds=round(seconds * 1e6))


def _end(row: Mapping[str, Any]) -> datetime:
    """Return when something was over; nothing happens while the user is waited for."""
    start: datetime = row["happened_at"]
    until: datetime | None = row["until_at"]
    return until if until is not None and until > start and row["event"] != "wait" else start


def anchor_of_agent(agent_id: str) -> str:
    """Return the anchor of what is told of an agent."""
    return "a" + hashlib.sha1(agent_id.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()[:8]


def anchor_of_approach(approach: str) -> str:
    """Return the anchor of where an approach was rejected last."""
    return f"p{hashlib.sha1(approach.encode('utf-8', 'replace'), usedforsecurity=False).hexdigest()[:8]}"


ANCHOR_OF_NO = "no"
"""The anchor of the last time that a judge refused."""


_BLOCKS = {"agent": ("ran", "ran"), "wait": ("wait", "waited for the user"), "call": ("work", _CALLS)}


def _blocks(rows: Rows, axis: Axis) -> list[Block]:
    found = []
    for row in rows:
        kind, what = _BLOCKS.get(row["event"], ("", ""))
        # Nothing of the user's, and what it was for has a lane.
        if kind == "wait" and row["what"] == "machine":
            continue
        start, end = row["happened_at"], row["until_at"]
        if kind and (end is not None or kind == "ran"):
            end = start if end is None or end < start else end
            left = axis.place(start)
            length = text.clock((end - start).total_seconds())
            what = (
                f"{what} {length}"
                if kind != "work"
                else text.TOOLS_OR_PERMISSION
                if row["is_imported"] is True
                else what
            )
            found.append(Block(kind, left, round(max(axis.place(end) - left, _LEAST), 2), what))
    still = [one for one in found if one.kind != "work"]
    return sorted(still, key=lambda one: one.kind) + _merged(one for one in found if one.kind == "work")


def _merged(blocks: Iterable[Block]) -> list[Block]:
    """Join calls that touch: what is drawn is when there were any."""
    merged: list[Block] = []
    for block in sorted(blocks, key=lambda one: one.left):
        last = merged[-1] if merged else None
        if last and block.left <= last.left + last.width + _LEAST / 2:
            width = max(last.width, block.left + block.width - last.left)
            title = (
                text.TOOLS_OR_PERMISSION if text.TOOLS_OR_PERMISSION in (last.title, block.title) else _CALLS
            )
            merged[-1] = Block("work", last.left, round(width, 2), title)
        else:
            merged.append(block)
    return merged


def _marks(rows: Rows, axis: Axis, reader: Reader) -> list[Mark]:
    found: list[Mark] = []
    last: dict[str, float] = {}
    for row in rows:
        event, at = row["event"], row["happened_at"]
        if event == "call" and row["is_ok"] is False:
            kind, at = "failure", at if row["until_at"] is None else row["until_at"]
        elif event == "refused":
            kind = "failure"
        elif event == "compaction" or (event == "prompt" and row["what"] != "machine"):
            kind = str(event)
        else:
            continue
        place = axis.place(at)
        if abs(place - last.get(kind, -1.0)) >= _LEAST:  # marks on top of each other would be one anyway
            found.append(Mark(kind, place, f"e{row['place']}", f"{kind}, {reader.clock(at, '%H:%M:%S')}"))
            last[kind] = place
    return found
