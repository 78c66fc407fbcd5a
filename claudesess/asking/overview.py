"""All the measures of a question at once: for a page, a notebook, an explorer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from claudesess.asking import listing
from claudesess.asking.answer import Answer, ask, headed
from claudesess.estimating.words import Statement

if TYPE_CHECKING:
    import altair as alt

    from claudesess.store import Store


def overview(store: Store, question: str, *, where: Mapping[str, Any] | None = None) -> Overview:
    """Ask every measure and view of a question, each with its own grouping.

    Parameters
    ----------
    store
        An open store.
    question
        A folder of `claudesess.metrics`; `claudesess.asking.listing.questions` lists them.
    where
        As for `ask`; every measure of the question must have the covariates.

    Returns
    -------
    Overview
        The answers by name; each is computed when it is first looked at.

    Raises
    ------
    QuestionError
        There is no such question, or a measure of it has no such covariate.

    Examples
    --------
    >>> from claudesess import samples
    >>> for finding in overview(samples.open_sample("retry"), "retry_escalation").findings():
    ...     print(finding)
    Of 1 failing check, 0 fixed unaided by attempt 5, 1 escalated. In 1 session. At the first try, if every \
try of a session had the same chance: too few sessions to show a difference.
    After 1 of 1 first failure of checks the next try failed, too. In 1 session. If every try of a \
session had the same chance: too few sessions to show a difference.
    Escalated to research: 1 of 1 check was fixed later. In 1 session. There is nothing to \
hold it against: no more is shown.
    0 of 3 rejections were of an approach that the session had rejected before. In 1 session. If \
rejections were dealt out to the sessions of their database at random: too few sessions to show a difference.
    3 tries of checks failed in 25 s of activity. In 1 session.
    """
    return Overview({name: ask(store, name, where=where) for name in listing.names(question)}, question)


class Overview:
    """The answers of all the measures of one question; made by `overview`.

    Attributes
    ----------
    answers : dict of str to Answer
        Measures and views by name, in the question's order.
    """

    def __init__(self, answers: dict[str, Answer], question: str) -> None:
        self.answers = answers
        self.question = question

    @property
    def estimates(self) -> pd.DataFrame:
        """The estimates of all measures, one below the other."""
        from claudesess.estimating import stacked

        return stacked(*(one.estimates for one in self.answers.values() if not one.measure.is_view))

    def findings(self) -> list[str]:
        """Say what each measure has to say."""
        return [str(statement) for one in self.answers.values() if (statement := one.statement)]

    def chart(self) -> alt.VConcatChart:
        """Draw every measure and view, one below the other, below the first finding."""
        statement = next((one.statement for one in self.answers.values() if one.statement), Statement())
        asks = listing.question(self.question).QUESTION
        return headed(statement, asks, *(one.panel() for one in self.answers.values()))

    def __repr__(self) -> str:
        return f"<Overview: {self.question}, {len(self.answers)} measures and views>"
