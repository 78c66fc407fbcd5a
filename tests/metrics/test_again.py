"""What happens again to the same check, and what is said to do about it."""

import pandas as pd
import pytest
from tables import each_row

from claudesess.metrics.checks import _again, _rules


def test_again_is_told_by_database_and_aim_one_that_is_not_known_among_them():
    rows = pd.DataFrame({"db": list("ababa"), "aim": ["t", "t", None, "t", None], "is_failed": True})
    found = _again.with_again(rows, "is_failed")["is_again"]
    assert found.astype(object).where(found.notna(), None).tolist() == [None, None, None, True, True]


@pytest.mark.parametrize(
    ("tried", "remedy", "begins"),
    [
        ("git push origin x", "git push -u origin x", "Instead of `git push origin x`: "),
        ("git push origin x", "git pull origin x", "Before `git push origin x`: "),
    ],
)
def test_what_begins_with_the_same_two_words_stands_in_for_it(tried, remedy, begins):
    assert _rules._line(tried, "fatal", remedy, "").startswith(begins)


@each_row(
    ("texts", "said"),
    [
        ([], ""), ([None], ""), (["a b c"], "a b c"), (["a b c", "a b d"], "a b …"), (["a b c", "a x c"], "a b c"), (["a b c", "d e f", "g h i"], ""),
        (["a b c", "a b c d"], "a b c d"), (["a b c d", "a b c"], "a b c"), (["a b c", "d e f", "a b x"], "a b …"),
    ],
)  # fmt: skip
def test_of_words_that_are_not_as_many_the_last_are_said(texts, said):
    assert _rules.common(pd.Series(texts, dtype=object)) == said
