"""Where sessions are split in two, and over which days a trend moves: by tables, and counted once more day by day."""

from collections import defaultdict
from datetime import UTC
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from tables import each_row

from claudesess import Store, trend
from claudesess.asking import splits
from claudesess.errors import QuestionError

MONDAY = pd.Timestamp("2026-03-02T12:00Z")


@each_row(
    ("days", "middle"),
    [
        ([], None), ([1], None), ([1, 1], None), ([1, 2], "2026-03-03"), ([1, 1, 1, 2], "2026-03-03"), ([1, 2, 2, 2], "2026-03-03"), ([1, 2, 3], "2026-03-03"), ([4, 1, 3, 2], "2026-03-04"),
        ([1, 1, 1, 5, None], "2026-03-06"), ([1, 2, 3, 4, 5], "2026-03-04"),
    ],
)  # fmt: skip
def test_the_second_half_of_the_sessions_begins_with_a_day(days, middle):
    started = pd.Series([pd.NaT if day is None else MONDAY + pd.Timedelta(days=day - 1) for day in days], dtype="datetime64[us, UTC]")  # fmt: skip
    assert splits._middle(started, UTC) == middle


@each_row(
    ("given", "values", "is_second"),
    [
        ({"model": ("a", "b")}, ["a", "b", "c", None], [False, True, None, None]), ({"model": "b"}, ["a", "b", "c", None], [False, True, False, None]), ({"model": ["b", "c"]}, ["a", "b", "c", None], [False, True, True, None]),
        ({"model": {"b"}}, ["a", "b"], [False, True]), ({"model": (1, 2)}, [1, 2, 3], [False, True, None]),
    ],
)  # fmt: skip
def test_on_which_side_a_unit_is(given, values, is_second):
    found = splits.split_of(given).sides(pd.DataFrame({"model": values}))
    assert [None if pd.isna(one) else bool(one) for one in found] == is_second


@pytest.mark.parametrize(("zone", "sides"), [(UTC, [False, False, True, None]), (ZoneInfo("Europe/Berlin"), [False, True, True, None])])  # fmt: skip
def test_a_date_begins_at_midnight_of_its_zone(zone, sides):
    times = ["2026-03-03T22:59:59Z", "2026-03-03T23:00:00Z", "2026-03-04T00:00:00Z", None]
    units = pd.DataFrame({"started_at": pd.to_datetime(times, utc=True)})
    found = splits.split_of("2026-03-04", zone).sides(units)
    assert [None if pd.isna(one) else bool(one) for one in found] == sides


@each_row(
    "given",
    [{}, {"a": ("x",)}, {"a": ("x", "y", "z")}, {"a": []}, {"a": "x", "b": "y"}, "soon", 5, {"a": ()}],
)
def test_what_is_no_split_is_refused(given):
    with pytest.raises(QuestionError, match="split is "):
        splits.split_of(given)


#: On which day how many rejections of one approach: the first is none that came back.
REJECTED = {0: 3, 1: 1, 6: 2, 7: 4, 13: 1, 20: 5, 35: 2}


@pytest.fixture(scope="module")
def store():
    rows = [
        {"id": 10 * day + n, "session_id": f"s{day}", "file_path": "/p/a.py", "approach": "Edit a.py: x", "timestamp": MONDAY + pd.Timedelta(days=day, minutes=n)}
        for day, times in REJECTED.items()
        for n in range(times)
    ]  # fmt: skip
    with Store.from_frames(failed_paths=pd.DataFrame(rows)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("every", "step", "n", "names"), [("1d", 1, 7, ("1 day", "7 days")), ("1w", 7, 4, ("7 days", "28 days"))]
)
def test_a_trend_is_of_each_step_and_of_those_that_end_with_it(store, every, step, n, names):
    expected = defaultdict(lambda: [0, 0])
    last = max(REJECTED) // step
    for day, times in REJECTED.items():
        own = day // step
        for over, places in ((names[0], [own]), (names[1], range(own, min(own + n, last + 1)))):
            for place in places:
                name = f"{MONDAY + pd.Timedelta(days=place * step):%Y-%m-%d}"
                expected[name, over][0] += times - 1
                expected[name, over][1] += times
    found = trend(store, "retry_escalation.repeats", every=every)
    assert set(found["group_by"]) == {"day"} and set(found["group_2_by"]) == {"over"}
    rows = {
        (row["group"], row["group_2"]): [row["n_events"], row["exposure"]] for row in found.to_dict("records")
    }
    assert rows == expected


def test_other_steps_are_refused(store):
    with pytest.raises(QuestionError, match="every is '1m'; it must be one of '1d', '1w'"):
        trend(store, "retry_escalation.repeats", every="1m")
