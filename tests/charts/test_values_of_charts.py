"""Rows that charts hold are those that altair itself would hold, of every kind of column."""

import altair as alt
import numpy as np
import pandas as pd
from tables import each_row

from claudesess.charts import offline

TIMES = ["2026-05-04T09:00:00.000001Z", None, "2026-05-04T10:00Z"]


@each_row(
    "column",
    [
        [1, 2, 3],
        [0.5, np.nan, -np.inf],
        [True, False, True],
        ["a", None, "<b>"],
        pd.array([1, None, 3], dtype="Int64"),
        pd.array([0.5, None, 3], dtype="Float64"),
        pd.array([True, None, False], dtype="boolean"),
        pd.array(["a", None, "c"], dtype="string"),
        pd.Categorical(["a", None, "a"]),
        pd.to_datetime(TIMES, format="ISO8601"),
        pd.to_datetime(TIMES, format="ISO8601").tz_localize(None),
        np.array([1.5, None, "x"], dtype=object),
    ],
)
def test_a_column_of_any_kind_is_as_altair_writes_it(column):
    frame = pd.DataFrame({"one": column, "two": [0, 1, 2]}, index=[5, 3, 9])
    assert offline.values(frame) == alt.to_values(frame)
    assert list(map(type, offline.values(frame)["values"])) == [dict] * 3


def test_a_frame_without_rows_or_columns_has_no_values():
    for frame in (pd.DataFrame(), pd.DataFrame({"a": []})):
        assert offline.values(frame) == alt.to_values(frame) == {"values": []}
