"""Rates of many small groups, drawn towards what groups are like."""

import numpy as np
import pytest

from claudesess import stats


def test_small_groups_are_drawn_further_and_those_without_exposure_have_no_part():
    seen = stats.shrink_rates([1, 20, 1, 2, 0, 1, 0], [1, 20, 10, 12, 9, 10, 0])
    typical = seen.prior_mean
    assert abs(seen.estimate[0] - typical) < abs(seen.estimate[1] - typical)
    assert (seen.low <= seen.estimate).all() & (seen.estimate <= seen.high).all()
    without = stats.shrink_rates([1, 20, 1, 2, 0, 1], [1, 20, 10, 12, 9, 10])
    assert seen.estimate[:6].tolist() == pytest.approx(without.estimate.tolist())


def test_under_five_groups_each_stands_alone():
    # Jeffreys: (2 + ½) / 4 and ½ / 4
    seen = stats.shrink_rates([2, 0], [4, 4])
    assert seen.estimate.tolist() == [0.625, 0.125]
    assert np.isnan(seen.prior_mean)


def test_groups_that_are_alike_are_all_typical():
    seen = stats.shrink_rates([5] * 40, [10] * 40)
    assert seen.estimate.tolist() == pytest.approx([0.5] * 40, abs=0.01)
    assert seen.high[0] - seen.low[0] < 0.3  # of one that stands alone: 0.9


def test_limits_hold_on_average_over_groups():
    draw = np.random.default_rng(1)
    rate = draw.gamma(2.0, 0.2, size=400)
    over = draw.integers(1, 12, size=400)
    seen = stats.shrink_rates(draw.poisson(rate * over), over)
    inside = ((seen.low <= rate) & (rate <= seen.high)).mean()
    assert inside == pytest.approx(0.95, abs=0.03)
    assert ((seen.estimate - rate) ** 2).mean() < 0.7 * ((seen.raw - rate) ** 2).mean()


def test_sessions_that_differ_by_chance_alone_make_counts_worth_no_less():
    draw = np.random.default_rng(3)
    group = np.repeat(np.arange(40), 25)
    by_chance, at_once = draw.poisson(0.5, len(group)), 3 * draw.poisson(0.5 / 3, len(group))
    found = [stats.dispersion(k, np.ones(len(group)), group, is_rate=True) for k in (by_chance, at_once)]
    assert found == pytest.approx([1.0, 3.0], rel=0.1)
