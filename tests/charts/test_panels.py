"""Panels draw the columns that they are told to draw, in the order that they are told."""

import pandas as pd

from claudesess import charts
from claudesess.charts import panels

ROWS = pd.DataFrame(
    {
        "name": ["fixed", "left", "fixed", "left"],
        "group": ["all", "all", "b", "b"],
        "attempt": [1, 1, 2, 2],
        "n": [3, 1, 1, 0],
        "n_at_risk": [5, 5, 1, 1],
        "share": [0.6, 0.2, 0.8, 0.2],
        "share_low": [0.3, 0.1, 0.5, 0.1],
        "share_high": [0.8, 0.4, 0.9, 0.4],
        "is_small": [False, False, True, True],
    }
)
MEANINGS = {"left": charts.VERMILLION, "fixed": charts.GREEN}


def test_curves_have_a_panel_per_name_in_the_order_of_the_meanings():
    drawn = panels.curves(ROWS, x="attempt", meanings=MEANINGS, title="Attempt").to_dict()
    assert drawn["facet"]["column"]["sort"] == ["left", "fixed"]
    limits = drawn["spec"]["layer"][0]["encoding"]
    assert (limits["y"]["field"], limits["y2"]["field"]) == ("share_low", "share_high")
    assert limits["color"]["scale"] == {
        "domain": ["left", "fixed"],
        "range": [charts.VERMILLION, charts.GREEN],
    }


def test_bars_are_stacked_in_the_order_of_the_meanings_below_their_total():
    drawn = panels.stacked(
        ROWS, x="attempt", y="n", top="n_at_risk", meanings=MEANINGS, titles=("Attempt", "Chains")
    ).to_dict()
    bars, totals = drawn["layer"]
    values = drawn["datasets"][bars["data"]["name"]]
    assert [(row["name"], row["place"]) for row in values[:2]] == [("fixed", 1), ("left", 0)]
    assert [row["n_at_risk"] for row in drawn["datasets"][totals["data"]["name"]]] == [5, 1]
    assert drawn["width"] == {"step": 64}


def test_many_steps_share_the_width():
    steps = pd.concat([ROWS.assign(attempt=step) for step in range(40)])
    drawn = panels.stacked(steps, x="attempt", y="n", top="n", meanings=MEANINGS, titles=("", "")).to_dict()
    assert drawn["width"] == {"step": 16}


def test_long_quotations_go_on_in_further_lines_and_lose_nothing():
    text = "Edit a.py: " + "word " * 40 + "end"
    drawn = panels.quotations(["2 ×"], [text + "\nsecond"]).to_dict()
    lines = next(iter(drawn["datasets"].values()))
    assert [row["mark"] for row in lines] == ["2 ×", "", "", ""]
    assert " ".join(row["text"] for row in lines) == text + " second"
