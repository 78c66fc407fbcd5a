"""Which findings a reader meets first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from claudesess.estimating.words import key_of, records

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

    import pandas as pd

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
    first = list(dict.fromkeys(one.measure for one in found(store)))
    telling = [one for one in answers(store).values() if one.statement]
    return sorted(telling, key=lambda one: (_place(one, first), *_rank(store, one)))


def _place(answer: Answer, first: list[str]) -> int:
    return first.index(answer.measure.name) if answer.measure.name in first else len(first)


class _Rank(NamedTuple):
    """Why an answer stands behind others: what is true goes behind what is not."""

    is_nothing: bool
    is_count: bool
    is_usual: bool
    is_few: bool
    is_bare: bool


def is_nothing(store: Store, answer: Answer) -> bool:
    """Say whether nothing is told of, or what is told of first was never seen: none of so many."""
    return _rank(store, answer).is_nothing


def _rank(store: Store, answer: Answer) -> _Rank:
    return store.once(("rank", answer.measure.name), lambda: _rank_of(answer))


def _rank_of(answer: Answer) -> _Rank:
    rows = _leading(answer)
    events = [row["n_events"] for row in rows if row["n_events"] is not None]
    is_count = not hasattr(answer.measure.module, "advice")
    return _Rank(
        not answer.statement.about or bool(events and not any(events)),
        is_count,
        is_count or not _stands_out(rows, answer.control),
        all(row["is_small"] for row in rows),
        all(row["low"] is None for row in rows),
    )


def _leading(answer: Answer) -> list[dict[str, Any]]:
    """Return the estimates that are told of first."""
    leading = answer.statement.about[:1]
    rows = [row for row in records(answer.estimates) if row["n_units"]]
    return [row for row in rows if key_of(row) in leading] if leading else rows


def _stands_out(rows: list[dict[str, Any]], control: pd.DataFrame | str) -> bool:
    """Say whether the limits of a number leave out what its control gives in its place."""
    if isinstance(control, str):
        return False
    beside = records(control[control["role"] == "control"])
    usual = {key_of(row): row["estimate"] for row in beside if row["estimate"] is not None}
    return any(
        not row["low"] <= usual[key_of(row)] <= row["high"]
        for row in rows
        if key_of(row) in usual and row["low"] is not None and row["high"] is not None
    )
