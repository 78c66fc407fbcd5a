"""Small charts and tables of estimates: which rows, in which words, at which place."""

from __future__ import annotations

import pandas as pd
from tables import each_row

from claudesess.contracts import ESTIMATES
from claudesess.estimating import words
from claudesess.estimating.words import Statement
from claudesess.report import strips

NAMES = {"escalated_user": "Escalated to the user"}


def estimates(*rows):
    base = {"question": "q", "measure": "m", "role": "estimate", "statistic": "share", "unit": "share", "method": "x",
            "outcome": "fixed", "n_units": 10, "n_sessions": 4, "is_small": False, "n_events": 5, "exposure": 10.0}  # fmt: skip
    frame = pd.DataFrame([base | row for row in rows]).reindex(columns=ESTIMATES.names)
    return ESTIMATES.cast(frame.astype(object).where(frame.notna(), None))


CAPTIONS = {"fixed": "Share of checks", "s": "Time until half were fixed"}


def drawn(*rows, about=(), control=None):
    """Name, value and caption of every strip, block by block."""
    said = Statement("Something", about=about)
    return strips.blocks(estimates(*rows), said, NAMES, CAPTIONS, control=control)


def values(blocks):
    return [(block.caption, strip.name, strip.value) for block in blocks for strip in block.strips]


@each_row(
    ("row", "said"),
    [
        ({"estimate": -0.035, "low": -0.074, "high": 0.005}, ("Difference", "−3.5 points", "−7.4 to +0.5")),
        ({"estimate": 0.2, "low": 0.1, "high": None}, ("Difference", "+20 points", "+10 or more")),
        ({"estimate": 0.35, "low": 0.1, "high": 2.0, "unit": "min"}, ("Difference", "+21 s", "+6 s to +2 min")),
        ({"estimate": 1.0, "low": 0.0, "high": 2.0, "unit": "calls"}, ("Difference", "+1 call", "0 to +2")),
        ({"estimate": 0.2, "low": 0.1, "high": 0.3, "role": "estimate"}, ("Share", "20 %", "10 %–30 %")),
    ],
)  # fmt: skip
def test_a_difference_is_called_one_and_has_a_sign_and_points(row, said):
    [[line], _] = strips.table(estimates({"role": "difference"} | row), NAMES, 5)
    assert (line.statistic, line.value, line.limits) == said


def test_of_a_long_path_the_end_is_shown_and_all_of_it_told():
    (block,) = drawn(
        {
            "estimate": 0.5,
            "group_by": "file_path",
            "group": "/home/dev/projects/shop/src/orders/cart/prices.py",
        }
    )
    [one] = block.strips
    assert (one.name, one.whole) == (
        "…/shop/src/orders/cart/prices.py",
        "/home/dev/projects/shop/src/orders/cart/prices.py",
    )


def test_paths_are_named_by_what_tells_them_apart():
    shop = "/home/dev/projects/shop"
    files = [f"{shop}/src/app.py", f"{shop}/src/orders/app.py", f"{shop}/tests/test_app.py"]
    (block,) = drawn(*({"estimate": 0.5, "group_by": "file_path", "group": one} for one in files))
    assert [one.name for one in block.strips] == ["src/app.py", "src/orders/app.py", "tests/test_app.py"]
    assert [one.whole for one in block.strips] == files


def test_of_a_long_command_all_is_shown():
    tried = "python -m pytest -q tests/orders/test_receipts.py"
    (block,) = drawn({"estimate": 0.5, "group_by": "aim", "group": tried})
    assert block.strips[0].name == tried


def test_a_share_is_placed_on_a_scale_that_is_told_with_its_limits_and_what_was_counted():
    (block,) = drawn({"estimate": 0.5, "low": 0.25, "high": 0.75})
    assert block[:3] == ("Share of checks", "0 %", "100 %")
    (one,) = block.strips
    assert one == strips.Strip(
        "Fixed",
        "Fixed",
        "50 %",
        "25 %–75 %",
        "5 of 10",
        50.0,
        25.0,
        75.0,
        None,
        "",
        False,
        False,
        "",
        "fixed",
        4,
    )


@each_row(("high", "end"), [(0.09, "10 %"), (0.2, "25 %"), (0.4, "50 %"), (0.51, "100 %")])
def test_the_scale_of_small_shares_ends_sooner_and_says_so(high, end):
    (block,) = drawn({"estimate": 0.05, "low": 0.0, "high": high})
    assert block.last == end


def test_a_point_without_limits_says_why():
    why = "fewer than 3 sessions: no limits"
    ((strip,),) = (block.strips for block in drawn({"estimate": 0.5, "note": why}))
    assert (strip.limits, strip.bare) == ("", why)
    ((strip,),) = (block.strips for block in drawn({"estimate": 0.5, "low": 0.1, "high": 0.9, "note": why}))
    assert strip.bare == ""


def test_a_limit_that_was_not_reached_has_no_place():
    (block,) = drawn(
        {"estimate": 60, "low": 30, "high": None, "unit": "s", "statistic": "p50", "outcome": "x"}
    )
    (one,) = block.strips
    assert (one.value, one.limits, one.low, one.high) == ("1 min", "30 s or more", 40.0, None)
    assert one.at == 80.0  # beyond the point there is room for what was not seen
    assert (block.first, block.last, one.counted) == ("0 s", "1 min 15 s", "n = 10")


def test_the_control_is_a_mark_on_the_same_scale():
    control = estimates({"estimate": 0.25, "role": "control"}, {"estimate": 0.1, "role": "difference"})
    (block,) = drawn({"estimate": 0.5}, control=control)
    (one,) = block.strips
    assert (one.control, one.control_value, block.last) == (50.0, "25 %", "50 %")


def test_the_control_of_another_unit_is_no_control():
    control = estimates({"estimate": 250, "unit": "calls", "role": "control"})
    (block,) = drawn({"estimate": 0.5}, control=control)
    assert block.strips[0].control is None


def test_what_is_told_is_drawn_first_and_emphasised():
    rows = [
        {"estimate": 0.1 * n, "group_by": "kind", "group": name}
        for n, name in enumerate(("a-1", "b-1", "c-1"), start=1)
    ]
    about = tuple((name, None, "fixed", "share", None, "share") for name in ("c-1", "b-1", "a-1"))
    (block,) = drawn(*rows, about=about)
    assert [(one.name, one.is_told) for one in block.strips] == [
        ("c-1", True),
        ("b-1", False),
        ("a-1", False),
    ]


def test_groups_stand_outcome_by_outcome_and_one_that_none_has_is_left_out():
    shares = {"lost": (0.3, 0.1), "kept": (0.7, 0.9), "open": (0.0, 0.0), "asked": (0.0, 0.2)}
    rows = [
        {"estimate": both[n], "outcome": outcome, "group_by": "kind", "group": name, "unit": "s"}
        for n, name in enumerate(("a-1", "b-1"))
        for outcome, both in shares.items()
    ]
    assert [(name, value) for _, name, value in values(drawn(*rows))] == [
        ("a-1 · Lost", "0.3 s"), ("b-1 · Lost", "0.1 s"), ("a-1 · Kept", "0.7 s"), ("b-1 · Kept", "0.9 s"),
        ("a-1 · Asked", "0 s"), ("b-1 · Asked", "0.2 s"),
    ]  # fmt: skip


def test_of_many_rows_the_first_are_drawn_and_all_are_counted():
    rows = [{"estimate": 0.1 * n, "group_by": "kind", "group": f"g-{n}"} for n in range(1, 6)]
    (block,) = strips.blocks(estimates(*rows), Statement("Something"), NAMES, CAPTIONS, most=2)
    assert ([one.name for one in block.strips], block.n_all) == (["g-1", "g-2"], 5)


def test_an_outcome_that_may_be_there_by_its_limits_stays():
    rows = [
        {
            "estimate": 0.0,
            "high": high,
            "low": 0.0,
            "outcome": outcome,
            "group_by": "kind",
            "group": "a-1",
            "unit": "s",
        }
        for outcome, high in (("lost", 0.4), ("open", 0.0), ("kept", 0.2))
    ]
    assert [name for _, name, _ in values(drawn(*rows))] == ["a-1 · Lost", "a-1 · Kept"]


def test_groups_that_are_not_told_of_are_left_out_where_others_are():
    rows = [{"estimate": 0.1, "group_by": "kind", "group": name} for name in ("a-1", "b-1", "c-1")]
    about = (("b-1", None, "fixed", "share", None, "share"),)
    assert [name for _, name, _ in values(drawn(*rows, {"estimate": 0.2}, about=about))] == ["b-1", "All"]


@each_row(
    ("rows", "expected"),
    [
        (  # at the last horizon
            [{"estimate": 0.2, "horizon": 1.0, "horizon_unit": "attempts"},
             {"estimate": 0.4, "horizon": 2.0, "horizon_unit": "attempts"}],
            [("Share of checks, by attempt 2", "Fixed", "40 %")],
        ),
        (
            [{"estimate": q, "statistic": p, "unit": "s", "outcome": "x"} for p, q in (("p25", 1), ("p50", 2), ("p75", 3))],
            [("Time until half were fixed", "X", "2 s")],
        ),
        ([{"estimate": 0.2}, {"estimate": -0.1, "role": "difference"}], [("Share of checks", "Fixed", "20 %")]),
        ([{"estimate": 0.2, "n_units": 0}, {"estimate": None}], []),  # nothing to draw
        (  # each with what is counted, none without
            [{"estimate": 0.2}, {"estimate": 2, "unit": "s", "outcome": "x"}, {"estimate": 3, "unit": "calls", "outcome": "y"}],
            [("Share of checks", "Fixed", "20 %"), ("Time until half were fixed", "X", "2 s")],
        ),
    ],
)  # fmt: skip
def test_the_rows_that_stand_for_an_answer(rows, expected):
    for row in rows:
        row.setdefault("statistic", "mean" if row.get("unit") else "share")
    assert values(drawn(*rows)) == expected


def test_of_two_horizons_that_is_drawn_which_is_told():
    rows = [{"estimate": n / 10, "horizon": float(n), "horizon_unit": "attempts"} for n in (1, 2, 3)]
    blocks = drawn(*rows, about=((None, None, "fixed", "share", 2.0, "share"),))
    assert values(blocks) == [("Share of checks, by attempt 2", "Fixed", "20 %")]
    blocks = drawn({"estimate": 0.3, "horizon": 3600.0, "horizon_unit": "s"})
    assert values(blocks) == [("Share of checks, by 1 h", "Fixed", "30 %")]


@each_row(
    ("by", "value", "said"),
    [
        ("db", "cctrace", "cctrace"),
        ("agent_type", "main thread", "main thread"),
        ("agent_type", "car", "car"),
        ("model", "not known", "Model not known"),
        ("kind", "check", "Check"),
        ("attempt", "2", "attempt 2"),
    ],
)
def test_what_somebody_named_stays_as_it_is_and_a_number_says_of_what(by, value, said):
    assert strips.labels(
        words.records(estimates({"estimate": 0.1, "group_by": by, "group": value})), NAMES
    ) == [said]


@each_row(("value", "said"), [(1, "1 call"), (1.5, "1.5 calls"), (0, "0 calls")])
def test_one_of_a_unit_is_no_plural(value, said):
    assert strips.in_unit(value, "calls") == said


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


@each_row(
    ("value", "expected"),
    [("escalated_user", "Escalated to the user"), ("still_open", "Still open"), ("code-reviewer", "code-reviewer"),
     ("/home/a_b.py", "/home/a_b.py"), ("Explore", "Explore")],
)  # fmt: skip
def test_words_of_the_data_stay_as_they_are(value, expected):
    assert strips.word(value, NAMES) == expected


def test_a_caption_may_be_of_one_grouping_alone():
    captions = {"aim: failed": "Share of sessions", "failed": "Share of tries"}
    rows = estimates({"outcome": "failed", "estimate": 0.5, "group_by": "aim", "group": "x"},
                     {"outcome": "failed", "estimate": 0.5, "group_by": "project", "group": "/x"})  # fmt: skip
    assert [one.caption for one in strips.blocks(rows, Statement("Something"), NAMES, captions)] == [
        "Share of sessions",
        "Share of tries",
    ]


@each_row(("low", "zero"), [(-1.0, 25.0), (0.0, None), (1.0, None)])
def test_where_numbers_are_below_nothing_its_place_is_known(low, zero):
    row = {"estimate": 2.0, "low": low, "high": 3.0, "unit": "s", "statistic": "mean", "outcome": None}
    (block,) = drawn(row)
    assert block.zero == zero


def test_of_several_outcomes_all_groups_are_shown_or_none():
    rows = [
        {
            "outcome": outcome,
            "group_by": "error_category",
            "group": group,
            "estimate": 0.5,
            "low": 0.2,
            "high": 0.8,
        }
        for outcome in ("fixed", "escalated_user")
        for group in ("test", "lint", "type")
    ]
    said = Statement("Something")
    captions = {"fixed": "Share of checks", "escalated_user": "Share of checks"}
    names = [
        f"{group} · {outcome}"
        for outcome in ("Fixed", "Escalated to the user")
        for group in ("Test", "Lint", "Type")
    ]

    def shown(most, head):
        (block,) = strips.blocks(estimates(*rows), said, NAMES, captions, most=most)
        assert block.n_all == 6
        return [one.name for one in block.head(head)]

    assert shown(6, 6) == shown(None, 9) == names
    assert shown(6, 5) == shown(5, 5) == shown(4, 4) == shown(3, 5) == names[:3]
    assert shown(6, 2) == names[:2]  # not even one has room


def test_a_number_that_is_only_what_others_are_like_is_not_shown_as_seen():
    seen = {"estimate": 0.25, "n_events": 1, "exposure": 4.0, "group_by": "aim", "group": "a"}
    borrowed = seen | {"n_events": 0, "exposure": 1.0, "group": "b"}
    none = borrowed | {"estimate": 0.0, "group": "c"}
    limited = borrowed | {"low": 0.1, "high": 0.6, "group": "d"}
    (block,) = drawn(seen, borrowed, none, limited)
    assert [one.name for one in block.strips] == ["A", "C", "D"]
    assert drawn(borrowed) == []
