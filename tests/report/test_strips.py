"""Small charts and tables of estimates: which rows, in which words, at which place."""

from __future__ import annotations

import pandas as pd
import pytest

from claudesess.contracts import ESTIMATES
from claudesess.report import strips

NAMES = {"escalated_user": "Escalated to the user"}


def estimates(*rows):
    base = {"question": "q", "measure": "m", "role": "estimate", "statistic": "share", "unit": "share", "method": "x",
            "outcome": "fixed", "n_units": 10, "n_sessions": 4, "is_small": False, "n_events": 5, "exposure": 10.0}  # fmt: skip
    frame = pd.DataFrame([base | row for row in rows]).reindex(columns=ESTIMATES.names)
    return ESTIMATES.cast(frame.astype(object).where(frame.notna(), None))


def test_a_share_is_placed_on_nought_to_one_with_its_limits():
    (one,) = strips.strips(estimates({"estimate": 0.5, "low": 0.25, "high": 0.75}), NAMES)
    assert one == strips.Strip("Fixed", "50 %", "25 %–75 %", 10, 4, 50.0, 25.0, 75.0, False)


def test_a_limit_that_was_not_reached_has_no_place():
    (one,) = strips.strips(
        estimates({"estimate": 60, "low": 30, "high": None, "unit": "s", "statistic": "p50"}), NAMES
    )
    assert (one.value, one.limits, one.low, one.high) == ("1 min 00 s", "30 s or more", 47.17, None)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            [{"estimate": 0.2, "horizon": 1.0}, {"estimate": 0.4, "horizon": 2.0}],
            ["40 %"],
        ),  # at the last horizon
        (
            [{"estimate": q, "statistic": p, "unit": "s"} for p, q in (("p25", 1), ("p50", 2), ("p75", 3))],
            ["2 s"],
        ),
        (
            [{"estimate": 0.2}, {"estimate": -0.1, "role": "difference"}],
            ["20 %"],
        ),  # no difference beside levels
        ([{"estimate": 0.2, "n_units": 0}, {"estimate": None}], []),  # nothing to draw
        (
            [{"estimate": 2, "unit": "s"}, {"estimate": 3, "unit": "calls", "outcome": "x"}],
            ["2 s"],
        ),  # one axis
    ],
)
def test_the_rows_that_stand_for_an_answer(rows, expected):
    assert [one.value for one in strips.strips(estimates(*rows), NAMES)] == expected


def test_every_estimate_is_in_the_table_in_words():
    row = {"estimate": 0.5, "low": 0.25, "high": 0.75, "group_by": "kind", "group": "escalated_user", "horizon": 3.0,
           "horizon_unit": "attempts", "n_pending": 2}  # fmt: skip
    rows, n_rows = strips.table(estimates(row, row), NAMES, 1)
    assert n_rows == 2
    assert rows == [
        strips.Row(
            "Escalated to the user · by attempt 3",
            "Share",
            "50 %",
            "25 %–75 %",
            "5",
            10,
            4,
            "2 not decided yet",
            "",
        )
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [("escalated_user", "Escalated to the user"), ("still_open", "Still open"), ("code-reviewer", "code-reviewer"),
     ("/home/a_b.py", "/home/a_b.py"), ("Explore", "Explore")],
)  # fmt: skip
def test_words_of_the_data_stay_as_they_are(value, expected):
    assert strips.word(value, NAMES) == expected
