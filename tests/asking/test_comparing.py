"""Two sides of a store: what is compared, what is refused, and what is said."""

import sys
from io import StringIO

import numpy as np
import pandas as pd
import pytest
from counts import slow
from rejections import EVEN, WORSE, at, rejected
from tables import each_row

from claudesess import Store, compare, splits, trend
from claudesess.asking.compare import Claim
from claudesess.asking.splits import split_of
from claudesess.asking.trend import segmented
from claudesess.contracts import ESTIMATES
from claudesess.errors import QuestionError
from claudesess.extras import MissingExtraError

REPEATS = "retry_escalation.repeats"


@pytest.mark.parametrize(
    ("split", "names"),
    [
        ("2026-01-09", ["before 2026-01-09 12 % (8 sessions)", "from 2026-01-09 50 % (8 sessions)"]),
        slow(at(8), ["before 2026-01-09 12 % (8 sessions)", "from 2026-01-09 50 % (8 sessions)"]),
        slow({"model": ("old", "new")}, ["old 12 % (8 sessions)", "new 50 % (8 sessions)"]),
        ({"model": "new"}, ["other model 12 % (8 sessions)", "new 50 % (8 sessions)"]),
        slow({"session_id": [f"s{day:02}" for day in range(8, 16)]}, ["the other sessions 12 %", "the 8 sessions listed 50 %"]),
    ],
)  # fmt: skip
def test_the_same_sides_whichever_way_they_are_told(split, names):
    seen = compare(rejected(WORSE), REPEATS, split=split)
    [row] = seen.table.to_dict("records")
    assert (row["first"], row["second"], row["n_first"], row["n_second"]) == (10 / 80, 40 / 80, 8, 8)
    assert 0 < row["low"] < 0.375 < row["high"]
    assert row["p"] < 0.01
    assert row["is_shown"]
    assert np.isnan(row["p_of_all"])
    assert all(name in repr(seen) for name in names)
    assert "That the split is why is not shown" in repr(seen)
    assert repr(seen).startswith("Share of rejections, again (retry_escalation.repeats): ")
    assert ": +38 points (95 % limits +" in repr(seen)


def test_no_difference_is_said_with_what_more_would_take():
    seen = compare(rejected(EVEN), REPEATS, split="2026-01-09")
    assert not seen.table["is_shown"].item()
    assert "No difference is shown, and none is excluded" in repr(seen)
    assert "more sessions would halve the interval" in repr(seen)


def test_fewer_than_eight_on_a_side_are_refused_with_what_rows_would_have_claimed():
    with pytest.raises(
        QuestionError, match=r"Fewer than 8 sessions on a side.* would have claimed p < 0.001"
    ):
        compare(rejected(WORSE), REPEATS, split="2026-01-10")


def test_nor_is_what_a_measure_estimates_compared_between_seven_sessions_and_nine():
    chains = pd.DataFrame({"session_id": [f"s{n}" for n in range(16)], "chain_id": range(16), "kind": "check",
                           "first_event": "fixed", "first_event_attempt": 1})  # fmt: skip
    with pytest.raises(QuestionError, match="Fewer than 8 sessions on a side"):
        compare(
            Store.from_frames(error_chains=chains), "retry_escalation.outcome_by_attempt",
            split={"session_id": [f"s{n}" for n in range(9)]},
        )  # fmt: skip


@pytest.mark.slow
def test_of_several_measures_p_is_raised_and_one_that_cannot_be_compared_is_said():
    chains = {"error_chains": pd.DataFrame({"session_id": ["s00"], "chain_id": [1], "kind": ["check"],
                                            "first_event": ["fixed"], "first_event_attempt": [1]})}  # fmt: skip
    store = rejected(WORSE)
    failed, started = (store.sql(f"SELECT * FROM {name}") for name in ("failed_paths", "session_metrics"))
    both = Store.from_frames(failed_paths=failed, session_metrics=started, **chains)
    measures = [REPEATS, "retry_escalation.outcome_by_attempt"]
    table = compare(both, measures, split="2026-01-09").table
    assert table["measure"].tolist() == measures
    assert table["is_shown"].tolist() == [True, False]
    assert table["p_of_all"].iloc[0] == table["p"].iloc[0]  # one of the two has no p
    assert "this is no comparison" in table["sentence"].iloc[1]
    twice = compare(store, [REPEATS, REPEATS], split="2026-01-09").table
    assert (twice["p_of_all"] == 2 * twice["p"]).all()


def test_the_two_most_common_values_are_proposed_and_of_equal_ones_the_first_by_name():
    types = ["y", "z", "z", "z", "b", "b", "a", "a", None, None, None, None]
    agents = [
        {"session_id": f"s{n}", "id": f"x{n}", "agent_type": kind, "spawn_time": at(n)}
        for n, kind in enumerate(types)
    ]
    found = splits(Store.from_frames(agent_registry=pd.DataFrame(agents)))
    (split,) = found[found["by"] == "agent_type"].itertuples()
    assert (split.split, split.n_first, split.n_second) == ({"agent_type": ("z", "a")}, 3, 2)


def test_sides_that_share_sessions_are_compared_within_them():
    """Each of nine sessions has a chain of either type; those of type b are fixed at once, two of a are not."""
    rows = [
        {"session_id": f"s{n}", "chain_id": 2 * n + place, "kind": "check", "agent_id": f"{kind}{n}",
         "first_event": "fixed", "first_event_attempt": 1 + (kind == "a" and n < 2), "started_at": at(n)}
        for n in range(9) for place, kind in enumerate("ab")
    ]  # fmt: skip
    agents = [
        {"session_id": f"s{n}", "id": f"{kind}{n}", "agent_type": kind, "spawn_time": at(n)}
        for n in range(9)
        for kind in "ab"
    ]
    store = Store.from_frames(error_chains=pd.DataFrame(rows), agent_registry=pd.DataFrame(agents))
    assert splits(store)["split"].tolist()[-1] == {"agent_type": ("a", "b")}
    seen = compare(store, "retry_escalation.next_step", split={"agent_type": ("a", "b")}).table
    assert seen[["first", "second", "n_first", "n_second"]].values.tolist() == [[2 / 11, 0.0, 9, 9]]
    assert np.isnan(seen["p"].item())  # sessions of both sides cannot be dealt out


@pytest.fixture(scope="module")
def durations():
    """Return a store of twenty sessions of three agents each, that take four times as long from the eleventh day on."""
    luck = np.random.default_rng(1)
    n = 20
    agents = pd.DataFrame({
        "session_id": [f"s{day}" for day in np.repeat(np.arange(n), 3)], "agent_id": [f"a{k}" for k in range(3 * n)],
        "agent_type": "x", "status": "completed", "is_ended": True,
        "spawned_at": [at(day) for day in np.repeat(np.arange(n), 3)],
        "observed_s": np.where(np.repeat(np.arange(n), 3) < 10, 100.0, 400.0) * luck.uniform(0.8, 1.2, 3 * n),
    })  # fmt: skip
    starts = pd.DataFrame({"id": range(n), "session_id": [f"s{day}" for day in range(n)], "event_type": "session_start",
                           "key": "source", "value": "startup", "timestamp": [at(day) for day in range(n)]})  # fmt: skip
    return Store.from_frames(agent_runs=agents, session_metrics=starts)


@pytest.mark.parametrize(("under", "is_dealt"), [(10, False), (11, True)])
def test_with_so_many_sessions_on_either_side_none_are_dealt_out(monkeypatch, durations, under, is_dealt):
    monkeypatch.setattr("claudesess.stats.compare.PERMUTED_UNDER", under)
    [row] = compare(durations, "agent_throughput.duration", split="2026-01-11").table.to_dict("records")
    assert (row["p"] > 0) is is_dealt
    assert (row["n_first"], row["n_second"]) == (10, 10)


def test_times_are_compared_by_their_own_limits_and_a_test(durations):
    [row] = compare(durations, "agent_throughput.duration", split="2026-01-11").table.to_dict("records")
    assert row["difference"] == pytest.approx(300, abs=40)
    assert 0 < row["low"] < row["high"]
    assert row["p"] < 0.01
    assert row["is_shown"]


@each_row(
    ("how", "message"),
    [
        ({"split": {"model": "none"}}, "No model is 'none'. There are: "),
        ({"split": {"trigger": "auto"}}, "cannot be grouped or filtered by 'trigger'"),
        ({"split": "yesterday-ish"}, "it must be a date"),
        ({"split": {"model": ()}}, "it must be a date"),
        ({"split": "2026-01-09", "outcome": "fixed"}, "has no outcome 'fixed'. It has: again"),
        ({"split": "2026-01-09", "colour": "red"}, "there is no option 'colour'"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(how, message):
    with pytest.raises(QuestionError, match=message):
        compare(rejected(WORSE), REPEATS, **how)


def test_units_that_say_nothing_of_the_split_are_on_no_side():
    units = pd.DataFrame({"model": ["a", "b", None, "c"]})
    assert split_of({"model": ("a", "b")}).sides(units).astype(object).where(lambda side: side.notna(), None).tolist() == [
        False, True, None, None,
    ]  # fmt: skip
    assert split_of({"model": "b"}).sides(units).fillna(False).tolist() == [False, True, False, False]


@pytest.mark.slow
def test_natural_splits_of_a_store():
    found = splits(rejected(WORSE))
    assert found[["by", "n_first", "n_second", "is_enough"]].values.tolist() == [
        ["started_at", 8, 8, True],
        ["model", 8, 8, True],
    ]
    assert found["split"].tolist() == ["2026-01-09", {"model": ("new", "old")}]
    assert splits(Store.from_frames()).empty
    for split in found["split"]:
        assert len(compare(rejected(WORSE), REPEATS, split=split).table) == 1


def test_days_and_the_mean_of_seven_of_them():
    rows = trend(rejected([1, 2, 0, 1, 3, 1, 0, 2]), REPEATS)
    pd.testing.assert_frame_equal(ESTIMATES.cast(rows), rows)
    assert rows[["group", "group_2", "n_events", "exposure"]].to_csv(index=False) == (
        pd.read_csv(
            StringIO("""
group,group_2,n_events,exposure
2026-01-01,1 day,1,10.0
2026-01-01,7 days,1,10.0
2026-01-02,1 day,2,10.0
2026-01-02,7 days,3,20.0
2026-01-03,1 day,0,10.0
2026-01-03,7 days,3,30.0
2026-01-04,1 day,1,10.0
2026-01-04,7 days,4,40.0
2026-01-05,1 day,3,10.0
2026-01-05,7 days,7,50.0
2026-01-06,1 day,1,10.0
2026-01-06,7 days,8,60.0
2026-01-07,1 day,0,10.0
2026-01-07,7 days,8,70.0
2026-01-08,1 day,2,10.0
2026-01-08,7 days,9,70.0
""")
        ).to_csv(index=False)
    )


def test_weeks_begin_on_monday_and_the_mean_is_of_four():
    rows = trend(rejected([1] * 12), REPEATS, every="1w")
    alone = rows[rows["group_2"] == "7 days"]
    # the first of January 2026 is a Thursday
    assert alone[["group", "exposure"]].values.tolist() == [
        ["2025-12-29", 40.0],
        ["2026-01-05", 70.0],
        ["2026-01-12", 10.0],
    ]
    assert rows.loc[rows["group_2"] == "28 days", "exposure"].tolist() == [40.0, 110.0, 120.0]
    with pytest.raises(QuestionError, match="must be one of '1d', '1w'"):
        trend(rejected([1]), REPEATS, every="1m")


def test_nothing_recorded_has_no_trend():
    assert trend(Store.from_frames(), REPEATS).empty


DAYS = pd.DataFrame({
    "day": pd.date_range("2026-01-01", periods=20).strftime("%Y-%m-%d"),
    "estimate": [0.2, 0.21] * 5 + [0.6, 0.61] * 5,
    "weight": 10.0,
})  # fmt: skip


@pytest.mark.slow
def test_a_line_on_either_side_of_a_date():
    terms = segmented(DAYS, "2026-01-11").set_index("term")
    step = terms.loc["step at the date"]
    assert 0.35 < step["low"] < 0.4 < step["high"] < 0.45
    change = terms.loc["change of slope per day"]
    assert change["low"] < 0 < change["high"]


def test_without_statsmodels_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "statsmodels.regression.linear_model", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'claudesess\[stats\]'"):
        segmented(DAYS, "2026-01-11")


@each_row(
    ("before", "after", "without", "is_enough"),
    [
        (5, 3, None, True), (3, 5, None, True), (6, 2, None, False), (2, 6, None, False), (4, 3, None, False), (4, 4, None, True),
        (4, 4, {"estimate": np.nan}, False), (4, 4, {"weight": 0.0}, False),  # a day without a number is none
    ],
)  # fmt: skip
def test_a_line_takes_eight_days_three_on_either_side(before, after, without, is_enough, monkeypatch):
    monkeypatch.setitem(sys.modules, "statsmodels.regression.linear_model", None)
    day = pd.date_range(pd.Timestamp("2026-01-11") - pd.Timedelta(days=before), periods=before + after)
    given = pd.DataFrame({"day": day.strftime("%Y-%m-%d"), "estimate": 0.5, "weight": 1.0})
    for column, value in (without or {}).items():
        given.loc[0, column] = value
    with pytest.raises(MissingExtraError if is_enough else QuestionError):
        segmented(given, "2026-01-11")


def test_too_few_days_have_no_trend():
    with pytest.raises(QuestionError, match="there are 1 before and 19 from then on"):
        segmented(DAYS, "2026-01-02")
    seen = compare(rejected(WORSE), REPEATS, split={"model": "new"}).compared[0]
    with pytest.raises(QuestionError, match="split by one"):
        seen.trend()


@each_row(("horizon", "places"), [(2.0, [1]), (None, [0]), (3.0, [])])
def test_the_number_that_is_compared_is_one_row_of_its_kind(horizon, places):
    rows = pd.DataFrame({"outcome": ["x", "x", "y", "x", "x"], "statistic": ["share"] * 3 + ["mean", "share"], "unit": ["share"] * 4 + ["min"],
                         "horizon": pd.array([None, 2.0, 2.0, 2.0, 2.0], dtype="Float64")})  # fmt: skip
    assert Claim("x", "share", "share", horizon).of(rows).index.tolist() == places
