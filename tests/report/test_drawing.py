"""Charts are taken apart into panels, each with its words and its data."""

import json

from claudesess.report.drawing import taken_apart


def page(*panels, **more):
    return {"$schema": "s", "config": {}, "vconcat": list(panels), "datasets": {"d": [{"x": 1}], "e": []}, **more}


def test_panels_keep_the_data_that_stands_above_them_all():
    one = {"title": {"text": "A", "subtitle": ["b", "c"]}, "mark": "bar"}
    ((first, second), quoted) = taken_apart(page(one, one | {"data": {"name": "e"}}, data={"name": "d"}), "UTC")
    assert (first.title, first.how, quoted) == ("A", "b c", [])
    assert json.loads(first.spec)["data"] == {"name": "d"}
    assert json.loads(first.spec)["datasets"] == {"d": [{"x": 1}]}
    assert json.loads(second.spec)["data"] == {"name": "e"}
