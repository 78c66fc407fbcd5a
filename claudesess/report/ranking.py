"""Which findings a reader meets first."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from claudesess.asking.answer import Answer
    from claudesess.store import Store


def ranked(store: Store) -> list[Answer]:
    """Return every measure's answer that has something to say, the one to be read first in front.

    Answers that rest on many observations stand before those that rest on few; otherwise the order is that of
    the questions and their measures. All that pages show of an order comes from here.
    """
    from claudesess.asking import listing
    from claudesess.asking.overview import overview

    every = [one for name in listing.questions() for one in overview(store, name).answers.values()]
    telling = [one for one in every if not one.measure.is_view and one.finding()]
    return sorted(telling, key=_is_small)


def _is_small(answer: Answer) -> bool:
    return bool(answer.estimates["is_small"].all())
