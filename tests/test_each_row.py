"""A table tried as one test names what is wrong as well as a test for each row would."""

import os
from pathlib import Path

import pytest
from tables import each_row


@each_row(("text", "length"), [("a", 1), ("bb", 3), ("ccc", 3), (None, 0)])
def lengths(text, length):
    assert len(text) == length


@each_row("around", ["{}", "<{}>"])
@each_row("word", ["b", "<b>"])
def is_marked(around, word):
    assert around.format(word) == "<b>"


def said(test, **given):
    with pytest.raises(AssertionError) as caught:
        test(**given)
    return str(caught.value)


def test_every_wrong_row_is_named_with_what_is_wrong():
    told = said(lengths)
    assert told.startswith("2 of 4 rows are wrong:\nrow 1 ('bb', 3):\n    AssertionError: assert 2 == 3")
    assert (
        "\nrow 3 (None, 0):\n    TypeError: object of type 'NoneType' has no len()\n    test_each_row.py:"
        in told
    )
    assert "'a'" not in told and "ccc" not in told


def test_of_two_tables_each_row_is_tried_with_each():
    told = said(is_marked)
    assert is_marked.n_rows == 4
    assert told.count("AssertionError: 1 of 2 rows are wrong:") == 2
    assert "row 0 ('b')" in told and "row 1 ('<b>')" in told


def test_the_first_wrong_rows_are_told_and_how_many_more_there_are():
    @each_row("n", range(50))
    def never(n):
        assert n < 0

    told = said(never)
    assert told.startswith("50 of 50 rows are wrong:") and told.endswith("… and 30 more")
    assert "row 19 " in told and "row 20 " not in told


def test_a_row_that_skips_or_fails_in_words_is_wrong():
    @each_row("how", [pytest.skip, pytest.fail])
    def ends(how):
        how("so")

    assert said(ends).startswith("2 of 2 rows are wrong:")


def test_a_row_has_a_folder_of_its_own_and_leaves_no_patch(tmp_path, monkeypatch):
    folders: list[Path] = []

    @each_row("n", [0, 1])
    def changes(n, tmp_path, monkeypatch):
        assert "CLAUDESESS_ROW" not in os.environ and not [*tmp_path.iterdir()]
        monkeypatch.setenv("CLAUDESESS_ROW", str(n))
        (tmp_path / "file").touch()
        folders.append(tmp_path)

    changes(tmp_path=tmp_path, monkeypatch=monkeypatch)
    assert folders == [tmp_path / "0", tmp_path / "1"]


@pytest.mark.parametrize("table", [[], [("a",)], [("a", 1, 2)]])
def test_a_table_without_rows_or_with_other_columns_is_refused(table):
    with pytest.raises(AssertionError, match="a table has rows"):
        each_row(("text", "length"), table)(lengths.__wrapped__)


def test_a_column_that_the_test_does_not_take_is_refused():
    with pytest.raises(AssertionError, match="takes no such columns"):
        each_row("other", ["a"])(lengths.__wrapped__)
