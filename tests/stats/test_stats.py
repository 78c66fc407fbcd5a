"""Wilson limits against scipy, or against numbers worked out by hand."""

import numpy as np
import pytest
import scipy
from tables import each_row

from claudesess import stats


@each_row(("events", "n"), [(0, 3), (1, 3), (3, 3), (40, 200)])
def test_wilson_equals_scipy_for_whole_numbers(events, n):
    low, high = stats.wilson(events / n, n)
    expected = scipy.stats.binomtest(events, n).proportion_ci(method="wilson")
    assert (float(low), float(high)) == pytest.approx((expected.low, expected.high))


def test_nothing_observed_is_nan_and_not_zero():
    assert np.isnan(stats.wilson(0.5, 0)).all()


def test_limits_stay_within_zero_and_one_whatever_is_rounded():
    n = np.arange(1, 500)
    low, high = stats.wilson(np.ones(499), n)
    assert (low.min() > 0, high.max()) == (True, 1)
    low, high = stats.wilson(np.zeros(499), n)
    assert (low.min(), high.max() < 1) == (0, True)


def test_what_was_not_observed_divides_nothing():
    with np.errstate(all="raise"):
        assert np.isnan(stats.wilson([0.5, 0.5], [0, np.nan])).all()


def test_wilson_limits_hold_nothing_and_all_exactly():
    sizes = np.linspace(0.3, 400, 2000)
    assert (stats.wilson(np.zeros_like(sizes), sizes)[0] == 0).all()
    assert (stats.wilson(np.ones_like(sizes), sizes)[1] == 1).all()
    assert (stats.wilson(np.zeros_like(sizes), sizes)[1] > 0).all()
