"""Charts are taken apart into panels, each with its words and its data."""

import json

from claudesess import charts
from claudesess.charts.offline import specification
from claudesess.report.drawing import taken_apart


def page(*panels, **more):
    return {
        "$schema": "s",
        "config": {},
        "vconcat": list(panels),
        "datasets": {"data-1": [{"x": 1}], "data-2": []},
        **more,
    }


def test_panels_keep_the_data_that_stands_above_them_all():
    one = {"title": {"text": "A", "subtitle": ["b", "c"]}, "mark": "bar"}
    ((first, second), quoted) = taken_apart(
        page(one, one | {"data": {"name": "data-2"}}, data={"name": "data-1"}), "UTC"
    )
    assert (first.title, first.how, quoted) == ("A", "b c", ("", []))
    assert json.loads(first.spec)["data"] == {"name": "data-1"}
    assert json.loads(first.spec)["datasets"] == {"data-1": [{"x": 1}]}
    assert json.loads(second.spec)["data"] == {"name": "data-2"}


def test_texts_keep_what_their_panel_says_of_them():
    text = {"mark": {"type": "text"}}
    rows = [{"mark": "2 ×", "text": "a", "line": 0}, {"mark": "", "text": "b", "line": 1}]
    panel = {"title": {"text": "A", "subtitle": "Worst ten."}, "data": {"name": "d"}, "layer": [text, text]}
    drawn, quoted = taken_apart({"$schema": "s", "config": {}, "datasets": {"d": rows}, **panel}, "UTC")
    assert (drawn, quoted) == ([], ("Worst ten.", [("2 ×", "a\nb")]))


def test_a_chart_of_nothing_is_no_chart():
    spec = specification(lambda: charts.empty("Nothing.", title="What?"))
    assert taken_apart(spec, "UTC") == ([], ("", []))
