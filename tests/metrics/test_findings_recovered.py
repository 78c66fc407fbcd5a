"""Planted effects are found, whole, from calls to sentences; where nothing is planted, nothing is found.

With `CLAUDESESS_STRESS=full` in a hundred fleets of either kind; `make test` judges numbers of simulated fleets instead.
"""

from collections import Counter

import fleets
import pytest
from counts import FULL

from claudesess import findings

ROUNDS = 34


def named(is_planted):
    """Count fleets by what they name of what is planted in them, and beside it."""
    told = Counter()
    for place, mix in enumerate(fleets.MIXES):
        for store in fleets.fleets(ROUNDS, 700 + place, mix, is_planted=is_planted):
            found = {one.measure for each in findings(store) for one in (each, *each.also)}
            told["fleets"] += 1
            told["planted"] += len(mix)
            told["of planted"] += len(found & set(mix))
            told["with any"] += bool(found)
    print(f"findings, planted {is_planted}: {dict(told)}")
    return told


@pytest.mark.skipif(not FULL, reason="simulated fleets from calls to sentences: make stress")
def test_what_is_planted_is_named():
    told = named(is_planted=True)
    assert told["of planted"] >= 0.95 * told["planted"]


@pytest.mark.skipif(not FULL, reason="simulated fleets from calls to sentences: make stress")
def test_where_nothing_is_planted_nothing_is_named():
    told = named(is_planted=False)
    # of a hundred fleets with an alarm in each twentieth, more than ten have one in two of a hundred
    assert told["with any"] <= (0.1 * told["fleets"] if told["fleets"] > 10 else 0)
