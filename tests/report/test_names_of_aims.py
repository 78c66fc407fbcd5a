"""What was tried, in words: aims in the same words are told apart by the files that mend them."""

from __future__ import annotations

import pandas as pd
from tables import each_row

from claudesess.report import questions


@each_row(
    ("rows", "names"),
    [
        ([("a1", "npm run build", "web/src/cart.ts")], {"a1": "npm run build"}),
        (
            [("a1", "npm run build", "web/cart.ts"), ("a2", "npm run build", "admin/list.ts"), ("a2", "npm run build", None)],
            {"a1": "npm run build · web/cart.ts", "a2": "npm run build · admin/list.ts"},
        ),
        ([("a1", "pytest", None), ("a2", "pytest", "src/a.py"), ("a3", "ruff", None)],
         {"a1": "pytest", "a2": "pytest · src/a.py", "a3": "ruff"}),
        ([("a1", "pytest -q tests", "a.py"), ("a1", "pytest", "a.py"), ("a2", None, None)], {"a1": "pytest"}),
    ],
)  # fmt: skip
def test_aims_in_the_same_words_are_told_apart(rows, names):
    units = pd.DataFrame(rows, columns=["aim", "tried", "mended_in"]).astype("string")
    assert questions._tried(units) == names


def test_units_that_do_not_say_what_was_tried_name_nothing():
    assert questions._tried(pd.DataFrame({"aim": ["a1"]})) == {}
    assert questions._tried(pd.DataFrame({"aim": ["a1", "a2"], "tried": ["make", "make"]})) == {
        "a1": "make",
        "a2": "make",
    }
