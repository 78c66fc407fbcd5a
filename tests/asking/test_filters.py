"""Covariates of sessions beside units."""

import pandas as pd
import pytest
from tables import each_row

from claudesess import ask, frames, samples
from claudesess.asking import filters
from claudesess.asking.splits import split_of
from claudesess.errors import QuestionError


@pytest.mark.slow
def test_covariates_are_read_once_for_a_store(monkeypatch):
    asked, load = [], frames.load
    monkeypatch.setattr(frames, "load", lambda store, name: asked.append(name) or load(store, name))
    with samples.open_sample("retry") as store:
        for name in ("retry_escalation.failures", "retry_escalation.next_step"):
            assert set(ask(store, name).units["source"]) == {"startup"}
    assert asked == ["session_covariates"]


@each_row(
    ("since", "until", "kept"),
    [(None, None, [0, 1, 2, 3]), (10, None, [1, 2]), (11, None, [2]), (None, 20, [0, 1]), (None, 21, [0, 1, 2]), (10, 20, [1])],
)  # fmt: skip
def test_units_from_a_moment_on_and_before_another(since, until, kept):
    day = pd.Timestamp("2026-01-01T00:00Z")
    units = pd.DataFrame({"n": range(4), "at": [day, day.replace(hour=10), day.replace(hour=20), pd.NaT]})
    limits = [None if hour is None else day.replace(hour=hour) for hour in (since, until)]
    assert filters.between(units, "at", *limits)["n"].tolist() == kept


@pytest.mark.parametrize(("n", "more"), [(12, ""), (13, ", …")])
def test_a_split_that_is_refused_lists_twelve_values(n, more):
    names = [f"m{place:02}" for place in range(n)]
    with pytest.raises(QuestionError) as refused:
        split_of({"model": "gone"}).require(pd.DataFrame({"model": names}))
    assert str(refused.value) == f"No model is 'gone'. There are: {', '.join(names[:12])}{more}."
