"""Which findings a reader meets first."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from claudesess.asking.answer import Answer
    from claudesess.store import Store

_ASKED: weakref.WeakKeyDictionary[Store, dict[str, Answer]] = weakref.WeakKeyDictionary()


def answers(store: Store) -> dict[str, Answer]:
    """Return the answer of every measure and view, in the order of questions; each is asked once."""
    from claudesess.asking import listing
    from claudesess.asking.overview import overview

    if store not in _ASKED:
        every = [overview(store, name).answers for name in listing.questions()]
        _ASKED[store] = {name: one for question in every for name, one in question.items()}
    return _ASKED[store]


def ranked(store: Store) -> list[Answer]:
    """Return every measure's answer that has something to say, the one to be read first in front.

    Answers with limits that rest on many observations stand before those that rest on few or have none;
    otherwise the order is that of the questions and their measures. All pages take their order from here.
    """
    telling = [one for one in answers(store).values() if not one.measure.is_view and one.finding()]
    return sorted(telling, key=_rank)


def _rank(answer: Answer) -> tuple[bool, bool]:
    rows = answer.estimates[answer.estimates["n_units"] > 0]
    return bool(rows["is_small"].all()), not bool(rows["low"].notna().any())
