"""Measures have the numbers that SQL and pandas by hand have (`benchmarks/fleet_by_hand.py`)."""

import importlib.util
import math
from pathlib import Path

import pytest
from tables import each_row

from claudesess import samples


@pytest.fixture(scope="module")
def by_hand():
    path = Path(__file__).parents[2] / "benchmarks/fleet_by_hand.py"
    spec = importlib.util.spec_from_file_location("fleet_by_hand", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
@pytest.mark.parametrize("sample", ["workshop", "retry"])
def test_three_ways_have_the_same_numbers(by_hand, sample):
    with samples.open_sample(sample) as store:
        found = by_hand.compared(store, rounds=1)
    assert {measure: list(ways) for measure, ways in found.items()} == {
        one.measure: ["claudesess", "SQL", "pandas"] for one in by_hand.BY_HAND
    }


@each_row(
    ("one", "other", "is_equal"),
    [
        ({"a": (1.0, None)}, {"a": (1.0, math.nan), "b": (None, None)}, True),
        ({"a": (1.0,)}, {"a": (1.001,)}, False),
        ({"a": (1.0,)}, {"a": (None,)}, False),
        ({"a": (1.0,)}, {"b": (1.0,)}, False),
        ({"a": (1.0, 2.0)}, {"a": (1.0, None)}, False),
    ],
)
def test_what_is_equal(by_hand, one, other, is_equal):
    assert by_hand._are_equal(one, other) is is_equal
