"""Which findings a reader meets first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudesess.estimating.words import keys_of

if TYPE_CHECKING:
    from claudesess.asking.answer import Answer
    from claudesess.asking.findings import Findings
    from claudesess.store import Store


def answers(store: Store) -> dict[str, Answer]:
    """Return the answer of every measure and view, in the order of questions; each is asked once."""
    from claudesess.asking import listing
    from claudesess.asking.overview import overview

    def ask_all() -> dict[str, Answer]:
        every = [overview(store, name).answers for name in listing.questions()]
        return {name: one for question in every for name, one in question.items()}

    return store.once("answers", ask_all)


def found(store: Store) -> Findings:
    """Return the findings of a store, made once of the answers of its pages."""
    from claudesess.asking.findings import findings

    return store.once("findings", lambda: findings(store, answers(store)))


def ranked(store: Store) -> list[Answer]:
    """Return every measure's answer that has something to say, the one to be read first in front.

    Those of findings stand first, the dearest in front (`claudesess.asking.findings`). Of the others, those
    that could be a finding, as somebody can act on them, stand before mere counts; then those with limits
    that rest on many observations before those that rest on few or have none; otherwise the order is that
    of the questions and their measures. All pages take their order from here.
    """
    telling = [one for one in answers(store).values() if one.statement]
    first = list(dict.fromkeys(one.measure for one in found(store)))
    return sorted(telling, key=lambda one: (_place(one, first), *_rank(one)))


def _place(answer: Answer, first: list[str]) -> int:
    return first.index(answer.measure.name) if answer.measure.name in first else len(first)


def _rank(answer: Answer) -> tuple[bool, bool, bool]:
    rows = answer.estimates[answer.estimates["n_units"] > 0]
    leading = answer.statement.about[:1]
    rows = rows[[key in leading for key in keys_of(rows)]] if leading else rows
    is_count = not hasattr(answer.measure.module, "advice")
    return is_count, bool(rows["is_small"].all()), not bool(rows["low"].notna().any())
