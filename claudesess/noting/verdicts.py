"""Did it help? A note's measure before its day against after it, and what the sessions can say of it.

What is compared was said beforehand, by the note: one number of one measure, sessions before its day against
those from it on. Nothing is looked for. Two things raise p all the same: how many notes are judged together
(Holm), and how often somebody may have looked: who looks after each session sees a difference where none is,
some day. So p is doubled each time that the sessions after the note have doubled, from eight on: over all
looks together, about one note in twenty without effect is said to have helped.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log2
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
import pandas as pd

from claudesess import text
from claudesess.asking import listing
from claudesess.errors import QuestionError
from claudesess.noting.notes import Note

if TYPE_CHECKING:
    from claudesess.asking.compare import Compared
    from claudesess.my_data import MyData
    from claudesess.store import Store

Judgement = Literal["helped", "did not help", "cannot tell yet"]

MATTERS = 0.5
"""The part of a number by which it has to fall, or of what is missing by which it has to rise, to matter."""


class Verdict(NamedTuple):
    """What later sessions say of a note.

    Attributes
    ----------
    note
        The note.
    judgement
        *helped*: the limits of the difference leave out none, sessions dealt out at random agree, and it is
        to the better. *did not help*: they show that it is to the worse, or leave out that it is better by
        half.
        *cannot tell yet*: neither.
    why
        The numbers of both sides, and what is missing.
    n_a_side
        Of *cannot tell yet*: sessions on either side that would tell; None where no number would.
    """

    note: Note
    judgement: Judgement
    why: str
    n_a_side: int | None = None

    @property
    def line(self) -> str:
        """Say it in a line.

        Examples
        --------
        >>> from datetime import date
        >>> note = Note("a1b2c3", "Wrote it down", date(2026, 10, 12), "checks.recurring")
        >>> Verdict(note, "cannot tell yet", "3 sessions before, 2 from then on.", 8).line
        '“Wrote it down” (2026-10-12): cannot tell yet. 3 sessions before, 2 from then on.'
        """
        return f"“{self.note.text}” ({self.note.at:%Y-%m-%d}): {self.judgement}. {self.why}"


def of_user(store: Store, data: MyData) -> list[Verdict]:
    """Say of the user's notes whether they helped; nothing is noted of the sample."""
    from claudesess import my_data
    from claudesess.noting import notes

    return [] if data.origin == "sample" else verdicts(store, notes.read(my_data.notes())[0])


def can_be_noted() -> list[str]:
    """Return the measures that make findings: their numbers have a better and a worse."""
    every = (name for question in listing.questions() for name in listing.names(question))
    return [name for name in every if hasattr(listing.measure(name).module, "advice")]


def verdicts(store: Store, notes: Sequence[Note]) -> list[Verdict]:
    """Say of each note whether it helped, as far as the sessions of a store tell.

    Parameters
    ----------
    store
        An open store.
    notes
        Those of a project that the store holds no session of are left out.

    Returns
    -------
    list of Verdict
        In the order of `notes`.
    """
    if not notes:
        return []
    from claudesess import stats

    there = set(store.sql("SELECT DISTINCT project FROM session_covariates")["project"])
    own = [note for note in notes if note.project is None or note.project in there]
    seen = [_compared(store, note) for note in own]
    p = [np.nan if isinstance(one, str) else stats.compare.p_of(one.seen) for one in seen]
    raised = stats.holm(p)
    return [
        Verdict(note, "cannot tell yet", one)
        if isinstance(one, str)
        else _verdict(note, one, float(p_of_all))
        for note, one, p_of_all in zip(own, seen, raised, strict=True)
    ]


def _compared(store: Store, note: Note) -> Compared | str:
    """Compare both sides of a note; a sentence where that cannot be."""
    if note.measure is None:
        return "It names no finding that it was to mend (--finding)."
    if note.measure not in can_be_noted():
        return "No finding has that name."
    from claudesess.asking.compare import compared
    from claudesess.asking.splits import split_of

    where = {} if note.project is None else {"project": note.project}
    try:
        return compared(store, note.measure, split_of(note.at), where=where, is_always_permuted=True)
    except QuestionError:
        return "Nothing of it was recorded."


def _verdict(note: Note, one: Compared, p_of_all: float) -> Verdict:
    from claudesess.stats.compare import FEWEST_A_SIDE, is_shown, p_text, sessions_to_tell

    seen, is_less = one.seen, _is_less(one)
    numbers = _numbers(one)
    if seen.is_refused:
        return Verdict(
            note,
            "cannot tell yet",
            f"{numbers}. {FEWEST_A_SIDE} sessions a side, at least, would tell.",
            FEWEST_A_SIDE,
        )
    matters = MATTERS * (1 - seen.first if is_less and one.claim.unit == "share" else seen.first)
    if np.isnan(seen.low) or not matters > 0:
        return Verdict(note, "cannot tell yet", f"{numbers}. There is nothing that could have become better.")
    p = p_of_looks(p_of_all, seen.n_sessions[1])
    limits = (
        f"{numbers}: {seen.difference:+.2f} (95 % limits {seen.low:+.2f} to {seen.high:+.2f}, p {p_text(p)})"
    )
    best = seen.high if is_less else -seen.low
    if is_shown(seen, p_of_all=p):
        if (seen.difference > 0) == is_less:
            return Verdict(note, "helped", f"{limits}. Whatever else changed with that day is in it.")
        return Verdict(note, "did not help", f"{limits}: it became worse.")
    if best < matters:
        return Verdict(note, "did not help", f"{limits}: better by half is outside the limits.")
    # An interval that is narrow enough, and still tells nothing, lies just where it is decided.
    n = max(sessions_to_tell(seen, matters), min(seen.n_sessions) + 1)
    return Verdict(
        note, "cannot tell yet", f"{limits}. About {text.count(n, 'session')} a side would tell.", n
    )


def _is_less(one: Compared) -> bool:
    """Whether the number is to rise."""
    answer = one.answer
    return bool(answer.measure.module.advice(answer.estimates, answer.units).is_less)


def p_of_looks(p: float, n_after: int) -> float:
    """Return p, raised for how often somebody may have looked: at eight sessions, and at each doubling.

    Examples
    --------
    >>> [p_of_looks(0.01, n) for n in (8, 15, 16, 31, 64)]
    [0.01, 0.01, 0.02, 0.02, 0.08]
    """
    from claudesess.stats.compare import FEWEST_A_SIDE

    return float(min(1.0, p * 2 ** int(log2(n_after / FEWEST_A_SIDE))))


def _numbers(one: Compared) -> str:
    """Say what was measured, and what it was on either side."""
    first, second = one.seen.n_sessions
    before, after = (
        "nothing" if pd.isna(number) else text.number(number) for number in (one.seen.first, one.seen.second)
    )
    return (
        f"{one.answer.measure.asks} {one.claim.outcome.capitalize()} ({one.claim.unit}): {before} in "
        f"{text.count(first, 'session')} before, {after} in {text.count(second, 'session')} from then on"
    )
