"""Which findings a reader meets first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import pandas as pd

from claudesess.estimating.words import keys_of

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

    from claudesess.asking.answer import Answer
    from claudesess.asking.findings import Findings
    from claudesess.store import Store

Made = TypeVar("Made")


def answers(store: Store) -> dict[str, Answer]:
    """Return the answer of every measure and view, in the order of questions; each is asked once."""
    from claudesess.asking import listing
    from claudesess.asking.overview import overview

    def every() -> dict[str, Answer]:
        of_questions = [overview(store, name).answers for name in listing.questions()]
        return {name: one for question in of_questions for name, one in question.items()}

    return store.once("answers", every)


def has_sessions(store: Store) -> bool:
    """Say whether there is anything to ask."""
    return store.once("has_sessions", lambda: bool(store.rows("SELECT session_id FROM sessions LIMIT 1")))


def ask_all(
    store: Store,
    pool: ProcessPoolExecutor | None = None,
    *,
    also: Callable[[Answer], Made] | None = None,
    meanwhile: Callable[[], object] | None = None,
) -> dict[str, Made]:
    """Ask every question and its control, which takes longest, and show how far it is; answers are kept.

    Parameters
    ----------
    store
        An open store.
    pool
        The second process (`claudesess.asking.second.process`), which works out what was read.
    also
        What else is to be made of each answer: a function that another process can be sent, and that asks the
        store nothing.
    meanwhile
        What is left to ask of the store, while the last answers are worked out.

    Returns
    -------
    dict
        What `also` returned, by the names of measures and views.
    """
    from claudesess.asking import second
    from claudesess.terminal import progress

    if not has_sessions(store):
        return {}
    every = answers(store)
    with progress("Asking questions", len(every)) as advance:
        both = second.Both(pool, also, advance)
        for name, one in every.items():
            both.give(name, one)
        if meanwhile is not None:
            meanwhile()
        return both.made()


def found(store: Store) -> Findings:
    """Return the findings of a store, made once of the answers of its pages."""
    from claudesess.asking.findings import findings

    return store.once("findings", lambda: findings(store, answers(store)))


def ranked(store: Store) -> list[Answer]:
    """Return every measure's answer that has something to say, the one to be read first in front.

    Those of findings stand first, the dearest in front (`claudesess.asking.findings`). Of the others those
    stand last of which nothing was seen (none of so many). Of the rest those that could be a finding, as
    somebody can act on them, stand before mere counts, in front those whose limits leave their control out;
    then those with limits that rest on many observations before those that rest on few or have none;
    otherwise the order is that of the questions and their measures. All pages take their order from here.
    """
    telling = [one for one in answers(store).values() if one.statement]
    first = list(dict.fromkeys(one.measure for one in found(store)))
    return sorted(telling, key=lambda one: (_place(one, first), *_rank(one)))


def _place(answer: Answer, first: list[str]) -> int:
    return first.index(answer.measure.name) if answer.measure.name in first else len(first)


def is_nothing(answer: Answer) -> bool:
    """Say whether nothing is told of, or what is told of first was never seen: none of so many."""
    if not answer.statement.about:
        return True
    events = _leading(answer)["n_events"]
    return bool(events.notna().any() and not events.fillna(0).any())


def _rank(answer: Answer) -> tuple[bool, bool, bool, bool, bool]:
    rows = _leading(answer)
    is_count = not hasattr(answer.measure.module, "advice")
    stands_out = not is_count and _stands_out(rows, answer.control)
    is_few, is_bare = bool(rows["is_small"].all()), not bool(rows["low"].notna().any())
    return is_nothing(answer), is_count, not stands_out, is_few, is_bare


def _leading(answer: Answer) -> pd.DataFrame:
    """Return the estimates that are told of first."""
    rows = answer.estimates[answer.estimates["n_units"] > 0]
    leading = answer.statement.about[:1]
    return rows[[key in leading for key in keys_of(rows)]] if leading else rows


def _stands_out(rows: pd.DataFrame, control: pd.DataFrame | str) -> bool:
    """Say whether the limits of a number leave out what its control gives in its place."""
    if isinstance(control, str):
        return False
    beside = control[control["role"] == "control"]
    usual = dict(zip(keys_of(beside), beside["estimate"], strict=True))
    limits = zip(keys_of(rows), rows["low"], rows["high"], strict=True)
    return any(
        bool((one := usual.get(key)) is not None and pd.notna(one) and (one < low or one > high))
        for key, low, high in limits
        if pd.notna(low) and pd.notna(high)
    )
