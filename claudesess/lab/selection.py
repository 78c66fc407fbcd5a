"""What is chosen in an explorer, as `ask` takes it, in words, and as a script."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

import pandas as pd

from claudesess.asking import listing, options
from claudesess.asking.answer import OWN, Answer, ask
from claudesess.report.reader import Reader

if TYPE_CHECKING:
    from claudesess.estimating.sums import By
    from claudesess.store import Store


class Selection(NamedTuple):
    """What is asked, and of what; nothing in `where` about a thing means all of it.

    Attributes
    ----------
    question
        ``question.measure``.
    by
        What is grouped by: a covariate, a pair, None, or `OWN` (as the measure does by itself).
    where
        Covariate to the values that are kept; None is "not known".
    since, until
        From when on, and before when, in UTC.
    options
        Of the measure.
    """

    question: str
    by: By
    where: dict[str, list[Any]]
    since: pd.Timestamp | None
    until: pd.Timestamp | None
    options: dict[str, Any]

    def key(self) -> tuple[Any, ...]:
        """Return what tells it from every other selection."""
        where = tuple(sorted((name, tuple(map(str, values))) for name, values in self.where.items()))
        by = "own" if self.by is OWN else ("by", self.by)
        return self.question, by, where, self.since, self.until, tuple(sorted(self.options.items()))

    def ask(self, store: Store) -> Answer:
        """Ask it of a store."""
        return ask(
            store,
            self.question,
            by=self.by,
            where=self.where,
            since=self.since,
            until=self.until,
            **self.options,
        )

    def changed(self) -> dict[str, Any]:
        """Return the options that are not as they are by themselves."""
        own = options.of(listing.measure(self.question).module.units)
        return {name: value for name, value in self.options.items() if value != own[name][1]}

    def code(self, store: Store) -> str:
        """Return a script that opens the same store and asks it the same."""
        given: dict[str, Any] = {} if self.by is OWN else {"by": self.by}
        given |= {"where": self.where} if self.where else {}
        given |= _bounds(self.since, self.until, store.zone)
        given |= self.changed()
        lines = [f"    {self.question!r},", *(f"    {name}={value!r}," for name, value in given.items())]
        return "\n".join(
            [
                "import claudesess",
                "",
                f"store = claudesess.open_store({_opened(store)})",
                "answer = claudesess.ask(",
                "    store,",
                *lines,
                ")",
                "print(answer.finding())",
                "answer.chart()",
                "",
            ]
        )


def _opened(store: Store) -> str:
    """Return what `open_store` is given to open it again."""
    asked = store.asked
    named: dict[str, Any] = {}
    if asked is not None:
        named = _bounds(asked.scope.since, asked.scope.until, store.zone)
        named |= {} if asked.scope.projects is None else {"projects": list(asked.scope.projects)}
    named |= {"zone": store.zone.key} if isinstance(store.zone, ZoneInfo) else {}
    places = store.databases["path"].tolist() if asked is None else asked.places
    return ", ".join([*map(repr, places), *(f"{name}={value!r}" for name, value in named.items())])


def _bounds(since: pd.Timestamp | None, until: pd.Timestamp | None, zone: tzinfo) -> dict[str, Any]:
    return {
        name: str(time.tz_localize(None) if zone is UTC else time.tz_convert(zone))
        for name, time in (("since", since), ("until", until))
        if time is not None
    }


def state(
    selection: Selection,
    *,
    sessions: tuple[int, int],
    calls: int,
    units: tuple[int, int],
    grain: str,
    left_out: Sequence[str],
    reader: Reader | None = None,
) -> str:
    """Say what an answer is made of.

    Parameters
    ----------
    selection
        What is chosen.
    sessions, units
        So many of so many.
    calls
        Calls of those sessions.
    grain
        What one unit is.
    left_out
        Filters that the units do not have.
    reader
        Says the clock; none: UTC.

    Examples
    --------
    >>> one = Selection("q.m", None, {"project": ["/shop"]}, pd.Timestamp("2026-10-14", tz="UTC"), None, {})
    >>> said = state(one, sessions=(1, 3003), calls=204, units=(7, 9), grain="one chain", left_out=["agents"])
    >>> said.split("; ")[:2]
    ['1 of 3,003 sessions, 204 calls', 'counted: 7 of 9, each one chain']
    >>> said.split("; ")[2:]
    ['since 14 Oct 2026 00:00 UTC', 'only project /shop', 'not filtered: agents (one chain has none).']
    """
    one = re.split(r"[,:;]| \(", grain)[0]
    parts = [
        f"{sessions[0]:,} of {sessions[1]:,} sessions, {calls:,} calls",
        f"counted: {units[0]:,} of {units[1]:,}, each {one}",
    ]
    times = (("since", selection.since), ("until", selection.until))
    reader = reader or Reader(UTC)
    parts += [
        f"{word} {reader.clock(time, '%-d %b %Y %H:%M')} {reader.zone_name(time)}"
        for word, time in times
        if time is not None
    ]
    parts += [f"only {name.replace('_', ' ')} {_few(values)}" for name, values in selection.where.items()]
    if left_out:
        parts.append(f"not filtered: {', '.join(left_out)} ({one} has none)")
    return "; ".join(parts) + "."


def _few(values: Sequence[Any], most: int = 3) -> str:
    words = ["not known" if one is None else str(one) for one in values]
    more = len(words) - most
    return " or ".join(words[:most]) + (f" and {more} more" if more > 0 else "")
