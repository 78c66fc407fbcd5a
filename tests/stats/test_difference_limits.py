"""Limits of a difference, made of the limits of two numbers."""

import numpy as np
import pytest

from claudesess.stats import compare


def test_each_limit_keeps_its_side():
    # .5 (.4 to .7) less .2 (.1 to .4): below .1² + .2², above .2² + .1²
    gap, low, high = compare.difference_limits([0.5], [0.4], [0.7], [0.2], [0.1], [0.4])
    assert (gap[0], low[0], high[0]) == pytest.approx((0.3, 0.3 - 0.05**0.5, 0.3 + 0.05**0.5))


def test_a_limit_that_is_not_known_leaves_none_that_needs_it():
    _, low, high = compare.difference_limits([5.0], [4.0], [np.nan], [2.0], [1.0], [3.0])
    assert low[0] == pytest.approx(3 - 2**0.5)
    assert np.isnan(high[0])


def test_ratios_below_zero_are_no_shares():
    # all sessions agree on -1 of 4 and on -2 of 4: nothing varies, so that there are no limits
    gap = compare.differences([-1, -1, -1], [4, 4, 4], [-2, -2, -2], [4, 4, 4])
    assert gap.estimate[0] == 0.25
    assert np.isnan(gap.low[0])


def test_p_of_limits_and_of_many_questions():
    seen = compare.Comparison(0.1, 0.4, 0.3, 0.05, 0.55, (30, 30), np.nan, 0.003, 90, False)
    assert compare.p_of(seen) == pytest.approx(0.0187, abs=5e-4)  # 0.3 / 0.25 · 1.96 standard errors
    assert compare.p_of(seen._replace(p=0.2)) == 0.2
    assert compare.is_shown(seen)
    assert not compare.is_shown(seen, p_of_all=0.06)
    said = compare.sentence(seen, "failing", "before", "after", p_of_all=0.06)
    assert "of all questions p = 0.060. No difference is shown" in said
