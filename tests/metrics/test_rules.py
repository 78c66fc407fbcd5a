"""The line that is proposed for what comes back: of which words it is made, and where they are cut."""

import pandas as pd
from tables import each_row

from claudesess.metrics.checks import _rules

LONG = "pytest " + "a" * 93  # a hundred characters


def rules(*failures):
    """Return the lines of failures: aim, tried, message, remedy, file in which it was mended."""
    columns = ["aim", "tried", "message", "remedy", "mended_in"]
    units = pd.DataFrame(failures, columns=columns, dtype="string")
    return _rules.rules(units.assign(is_failed=True))


@each_row(
    ("tried", "told"),
    [
        (LONG, LONG), (LONG + "b", LONG[:-1] + "…"), ("pytest  a\n b", "pytest a b"), ("echo `a`", "echo 'a'"), ("a. b.", "a; b"), ("a.b", "a.b"),
    ],
)  # fmt: skip
def test_a_text_is_one_line_of_a_hundred_characters_without_a_full_stop(tried, told):
    [line] = rules(("t", tried, None, None, None))
    assert line == f"Before relying on `{told}`: run it once, and mend what fails first"


def test_a_thing_is_told_in_the_fewest_words_in_which_it_was_tried():
    failures = [
        ("t", "cd web && pytest", "E no", None, "a.py"),
        ("t", "pytest", "E no", None, "a.py"),
        ("u", "ls", None, None, None),
    ]
    found = rules(*failures)
    assert found.to_dict() == {
        "t": "After each edit of a.py: run `pytest` (failed with: “E no”)",
        "u": "Before relying on `ls`: run it once, and mend what fails first",
    }
    assert rules(*reversed(failures)).to_dict() == found.to_dict()


@each_row(
    ("texts", "said"),
    [
        ([], ""), ([None], ""), (["a b c"], "a b c"), (["a b c", "d e f"], "a b c"),  # of two that differ the first by name
        (["d e f", "a b c"], "a b c"), (["a b c", "d e f", "g h i"], ""), (["a b c", "a b d", "g h i"], "a b …"), (["a b c", "a c d", "g h i"], ""),
        (["a b c d", "a b"], "a b"), (["a b", "a b c d"], "a b c d"), (["a b c", "a b c", None], "a b c"), (["x y", "a b 1", "a b 2"], "a b …"),
    ],
)  # fmt: skip
def test_what_most_messages_say(texts, said):
    assert _rules.common(texts) == said


def test_what_did_not_fail_or_has_no_words_or_no_aim_has_no_line():
    columns = ["aim", "tried", "is_failed"]
    rows = [("a", "ls", True), ("b", None, True), (None, "ls", True), ("c", "ls", False), ("d", "ls", None)]
    units = pd.DataFrame(rows, columns=columns).assign(message=None, remedy=None, mended_in=None)
    assert _rules.rules(units.astype({"is_failed": "boolean"})).index.tolist() == ["a"]
