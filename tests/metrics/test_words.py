"""Titles of findings: what fits, and what is cut."""

import pytest

from claudesess.estimating import words


@pytest.mark.parametrize(
    ("name", "said", "title"),
    [
        ("a" * 68, "b" * 20, "a" * 68 + ": " + "b" * 20),  # 90 characters
        ("x" + "a" * 68, "b" * 20, "…" + "a" * 67 + ": " + "b" * 20),
        ("`" + "a" * 66 + "`", "b" * 20, "`" + "a" * 66 + "`: " + "b" * 20),
        ("`" + "a" * 67 + "`", "b" * 20, "`" + "a" * 65 + "…`: " + "b" * 20),
        (
            "x" + "a" * 24,
            "b" * 80,
            "…" + "a" * 23 + ": " + "b" * 80,
        ),  # of a name 24 are left, however long the rest
        ("", "all of it", "All of it"),
    ],
)
def test_a_name_is_cut_so_that_the_title_has_ninety_characters(name, said, title):
    assert words.titled(name, said) == title
