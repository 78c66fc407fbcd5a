"""What estimates and controls are told as: titles and what is cut of them, groups, limits, what is too little."""

import re

import numpy as np
import pandas as pd
import pytest
from counts import first
from tables import each_row

from claudesess import ask, samples
from claudesess.asking import controls, listing
from claudesess.estimating import words
from claudesess.estimating.controls import Control


@each_row(
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


def estimates(n, **more):
    names = list("abcdefg"[:n])
    rows = {"group_by": "agent_type", "group": names, "group_2_by": None, "group_2": None, "outcome": "x", "statistic": "share", "horizon": None, "unit": "share", "n_events": 1,
            "n_units": 12, "role": "estimate", "exposure": 30.0, "estimate": [0.5] * n, "low": 0.25, "high": 0.75, "n_sessions": 4}  # fmt: skip
    return pd.DataFrame(rows | more)


@each_row(
    ("n", "told"),
    [
        (1, "a: 50 % of 30 reads"), (2, "a: 50 % of 30 reads. By agent type, b: 50 % of 30 reads."),
        (3, "a: 50 % of 30 reads. By agent type, b: 50 % of 30 reads; c: 50 % of 30 reads."),
        (4, "a: 50 % of 30 reads. By agent type, b: 50 % of 30 reads; c: 50 % of 30 reads; and 1 more."),
        (6, "a: 50 % of 30 reads. By agent type, b: 50 % of 30 reads; c: 50 % of 30 reads; and 3 more."),
    ],
)  # fmt: skip
def test_the_first_groups_are_told_and_how_many_more_there_are(n, told):
    found = words.statement(estimates(n), lambda row: words.share_of(row, "reads"))
    assert str(found).startswith(told)
    shown = [f"{name}: in 4 sessions, 95 % limits 25 %–75 %" for name in "abc"[:n]]
    assert str(found).endswith("; ".join(shown) + "." if n > 1 else " In 4 sessions, 95 % limits 25 %–75 %.")
    assert len(found.about) == n


def said(rows):
    return words.statement(rows, lambda row: words.share_of(row, "reads"))


def test_what_a_chart_shows_of_other_groups_stands_apart_from_what_is_seen():
    found = words.statement(estimates(2), lambda row: "x", more=lambda row: "and y").further("And z.")
    assert (found.detail, found.others) == ("And y. And z.", "By agent type, b: x, and y.")
    assert found.seen == "And y. And z. By agent type, b: x, and y."


def test_groups_of_too_few_sessions_are_not_told_beside_others():
    assert said(estimates(3, n_sessions=[2, 9, 3])).title == "b: 50 % of 30 reads"
    assert [key[0] for key in said(estimates(3, n_sessions=[2, 9, 3])).about] == ["b", "c"]
    assert said(estimates(2, n_sessions=2)).title == "a: 50 % of 30 reads"


def test_what_happened_in_no_group_is_said_once_of_all():
    none = {"n_events": 0, "estimate": 0.0, "low": 0.0, "n_units": 9}
    assert str(said(estimates(3, **none))) == "0 of 90 reads."
    assert said(estimates(3, **none | {"n_events": [0, 0, 1]})).title.startswith("a: ")
    assert said(estimates(1, **none)).title == "a: 0 % of 30 reads"


def test_groups_of_two_kinds_are_told_by_both():
    rows = estimates(2, group_2_by="model", group_2=["m", None])
    found = words.by_group(rows, lambda row: "x")
    assert found == "by agent type and model, a × m: x; b: x"
    assert words.by_group(estimates(4), lambda row: "x") == "by agent type, a: x; b: x; c: x; and 1 more"
    assert words.by_group(estimates(1, group=None, group_by=None), lambda row: "x") == "x"
    assert words.by_group(estimates(1).head(0), lambda row: "x") == ""
    assert str(words.statement(estimates(1).head(0), lambda row: "x")) == ""


def test_what_a_statement_is_about_stands_in_front_in_its_order():
    rows = estimates(4)
    about = words.statement(rows.iloc[[2, 0]], lambda row: "x")
    assert about.first(rows)["group"].tolist() == ["c", "a", "b", "d"]
    keys = words.keys_of(rows)
    assert [about.place_of(key) for key in keys] == [1, 2, 0, 2]
    assert words.key_of(words.records(rows)[1]) == keys[1]


@each_row(
    ("exposure", "low", "high", "told"),
    [
        (20.0, 0.25, 0.75, "50 % of 20 reads"), (19.0, 0.25, 0.75, "1 of 19 reads"), (20.0, None, None, "1 of 20 reads"), (20.0, 0.25, None, "50 % of 20 reads"), (1200.0, None, 0.75, "50 % of 1,200 reads"),
    ],
)  # fmt: skip
def test_a_share_is_told_in_percent_from_twenty_on_where_it_has_a_limit(exposure, low, high, told):
    [row] = [one for _, one in estimates(1, exposure=exposure, low=low, high=high).iterrows()]
    assert words.share_of(row, "reads") == told
    assert ("limits" in words.sure_of_share(row)) is ("%" in told)


@each_row(
    ("hours", "told", "is_sure"),
    [
        (0.5, "30 min of activity", False),
        (0.999, "1.0 h of activity", False),
        (1.0, "1 h of activity, 0.5 per active hour", True),
    ],
)
def test_a_rate_is_told_from_an_hour_on(hours, told, is_sure):
    [row] = [one for _, one in estimates(1, exposure=hours).iterrows()]
    assert words.hourly(row) == told
    assert ("limits" in words.sure_of_hourly(row)) is is_sure


CONTROL = Control(lambda: None, "At random", {"outcome": "x"})


@each_row(
    ("gap", "low", "high", "unit", "told"),
    [
        (0.2, 0.1, 0.3, "share", "50 %, +20 points (in 4 sessions, 95 % limits +10 to +30)"), (-0.2, -0.3, -0.1, "share", "50 %, −20 points (in 4 sessions, 95 % limits −30 to −10)"),
        (0.2, 0.0, 0.3, "share", "50 %, a difference is not shown (in 4 sessions, 95 % limits 0 to +30 points)"), (-0.2, -0.3, 0.0, "share", "50 %, a difference is not shown (in 4 sessions, 95 % limits −30 to 0 points)"),
        (0.2, 0.1, None, "share", "50 %, +20 points (in 4 sessions, 95 % limits +10 or more)"), (-0.2, None, -0.1, "share", "50 %, −20 points (in 4 sessions, 95 % limits −10 or less)"),
        (0.2, None, 0.1, "min", "30 s, a difference is not shown (in 4 sessions, 95 % limits +6 s or less)"), (2.0, 1.0, 3.0, "min", "30 s, +2 min (in 4 sessions, 95 % limits +1 min to +3 min)"),
        (0.3, -0.1, 0.7, "calls", "0.5 calls, a difference is not shown (in 4 sessions, 95 % limits −0.1 to +0.7 calls)"), (-0.3, -0.4, -0.2, "min per chain", "30 s, −18 s (in 4 sessions, 95 % limits −24 s to −12 s)"),
    ],
)  # fmt: skip
def test_a_control_is_told_with_what_it_leaves(gap, low, high, unit, told):
    rows = pd.concat(
        [
            estimates(1, role="control", unit=unit),
            estimates(1, role="difference", unit=unit, estimate=gap, low=low, high=high),
        ],
        ignore_index=True,
    )
    own = estimates(1, unit=unit)
    assert controls.sentence(CONTROL, rows, own) == f"At random: by agent type, a: {told}."
    # a name in words says by itself what it is
    assert controls.sentence(CONTROL, rows, own, {"a": "Agent A"}) == f"At random: Agent A: {told}."


@each_row(
    ("unit", "all_of", "compared", "told"),
    [
        ("share", {"exposure": 47.0}, {"exposure": 16.0}, "50 % against 70 % of the 16 that can be compared, "),
        ("share", {"exposure": 47.0}, {"exposure": 47.0, "n_units": 11}, "50 %, "),
        ("share", {"exposure": None}, {"exposure": None, "n_units": 11}, "50 % against 70 % of the 11 that can be compared, "),
        ("min", {"exposure": 47.0}, {"exposure": 16.0}, "30 s, "),
        ("min", {"n_units": 1_200}, {"n_units": 1_199}, "30 s against 42 s of the 1,199 that can be compared, "),
        ("min", {"role": "difference"}, {"n_units": 1}, "30 s, "),
    ],
)  # fmt: skip
def test_where_units_are_left_out_the_number_that_is_compared_is_told(unit, all_of, compared, told):
    gap = estimates(1, role="difference", unit=unit, estimate=0.2, low=0.1, high=0.3).assign(**compared)
    rows = pd.concat([estimates(1, role="control", unit=unit), gap], ignore_index=True)
    said = controls.sentence(CONTROL, rows, estimates(1, unit=unit).assign(**all_of))
    assert said.startswith(f"At random: by agent type, a: {told}+")


def test_where_no_limit_is_known_there_are_too_few_sessions():
    rows = pd.concat(
        [estimates(2, role="control"), estimates(2, role="difference", low=None, high=None)],
        ignore_index=True,
    )
    assert (
        controls.sentence(CONTROL, rows, rows.head(0)) == "At random: too few sessions to show a difference."
    )
    one = pd.concat(
        [estimates(2, role="control"), estimates(2, role="difference", low=[None, 0.1], high=[None, 0.9])],
        ignore_index=True,
    )
    assert "a: 50 %, too few sessions to show a difference; b: 50 %, +50 points" in controls.sentence(
        CONTROL, one, one.head(0)
    )
    assert (
        controls.sentence(CONTROL, rows.head(2), rows.head(0))
        == "There is nothing to hold it against: no more is shown."
    )
    assert (
        controls.sentence(CONTROL, rows.assign(outcome="y"), rows.head(0))
        == "There is nothing to hold it against: no more is shown."
    )


def test_how_many_draws_gave_less():
    result, draws = np.array([0.5, 0.2, np.nan]), np.array([0.4, 0.5, 0.6, np.nan, 0.1, 0.3, 0.3])
    found = controls._percentiles(result, np.array([0, 0, 0, 0, 1, 1, 2]), np.arange(7), draws)
    assert found.tolist() == ["more than 50 % of 3 draws", "more than 50 % of 2 draws", None]
    assert (
        controls._percentiles(result, np.array([0, 0]), np.array([0, 4]), draws).tolist()[0]
        == "more than 100 % of 2 draws"
    )


@pytest.mark.parametrize("sample", first(["verdict", "background", "compaction", "piped", "tasks"]))
def test_of_what_there_is_one_the_words_are_of_one(sample):
    store = samples.open_sample(sample)
    said = [ask(store, name).finding() for name in listing.measures().query("not is_view")["measure"]]
    assert any(re.search(r"\bof 1 ", one) for one in said)
    assert [one for one in said if re.search(r"\b1 (\w+ )?(were|times|(?!was\b)[a-z]+[^s]s) ", one)] == []
