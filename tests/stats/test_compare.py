"""Two sides: what is compared, what is refused, and what is said."""

from itertools import combinations

import numpy as np
import pytest
import scipy

from claudesess.stats import compare, resampling

FEW = np.array([[k, 10] for k in [1, 2, 0, 1, 3, 1, 0, 2, 4, 6, 5, 3, 7, 4, 5, 6]], dtype=float)
HALVES = np.arange(16) >= 8


def test_difference_between_by_hand():
    # .2 of three tens (v = 3/2 * (1 + 1 + 4) / 900), .4 of three tens (3/2 * (0 + 4 + 4) / 900); two freedoms each
    k, n = [1, 1, 4, 0, 0, 0], [10, 10, 10, 0, 0, 0]
    other_k, other_n = [0, 0, 0, 4, 2, 6], [0, 0, 0, 10, 10, 10]
    gap = compare.differences(other_k, other_n, k, n)
    first, second = 3 / 2 * 6 / 900, 3 / 2 * 8 / 900
    freedom = (first + second) ** 2 / (first**2 / 2 + second**2 / 2)
    half = scipy.stats.t.ppf(0.975, freedom) * (first + second) ** 0.5
    assert gap.estimate[0] == pytest.approx(0.2)
    assert (gap.low[0], gap.high[0]) == pytest.approx((0.2 - half, 0.2 + half))


def test_sides_that_go_together_in_each_session_narrow_the_interval():
    k, n, more = np.array([1, 4, 7, 2]), np.full(4, 10), np.array([1, 1, 1, 2])
    none = np.zeros(4)
    within = compare.differences(k + more, n, k, n)
    between = compare.differences(np.r_[k + more, none], np.r_[n, none], np.r_[none, k], np.r_[none, n])
    assert within.estimate[0] == pytest.approx(between.estimate[0])
    assert within.high[0] - within.low[0] < 0.3 * (between.high[0] - between.low[0])


def test_a_side_without_any_is_not_known_for_certain():
    # Six sessions of ten without a repeat against six with one or two: the zero has an error, too.
    none = np.zeros(6)
    gap = compare.differences(
        np.r_[1, 2, 1, 2, 1, 2, none],
        np.r_[np.full(6, 10), none],
        none.repeat(2),
        np.r_[none, np.full(6, 10)],
    )
    assert gap.estimate[0] == pytest.approx(0.15)
    assert gap.low[0] < 0


def test_groups_are_compared_as_each_by_itself():
    k, n, other_k, group = [1, 2, 4, 5, 2, 1], [9, 8, 9, 7, 6, 9], [0, 1, 1, 2, 1, 0], [0, 1, 0, 1, 0, 1]
    together = compare.differences(k, n, other_k, n, group)
    for at in (0, 1):
        alone = compare.differences(*(np.array(part)[np.array(group) == at] for part in (k, n, other_k, n)))
        assert together.low[at] == pytest.approx(alone.low[0])
        assert together.estimate[at] == pytest.approx(alone.estimate[0])


@pytest.mark.parametrize("first", [7, 9])
def test_under_eight_sessions_a_side_nothing_is_compared(first):
    seen = compare.compare(FEW, np.arange(16) >= first, rows="share")
    assert seen.is_refused
    assert np.isnan([seen.low, seen.high, seen.p]).all()
    assert seen.p_rows < 0.001
    said = compare.sentence(seen, "failing", "before", "after")
    assert "this is no comparison" in said
    assert "would have claimed p < 0.001" in said


def test_eight_a_side_are_compared_and_permuted():
    seen = compare.compare(FEW, HALVES, rows="share")
    assert (seen.first, seen.second) == pytest.approx((10 / 80, 40 / 80))
    # The jackknife of sessions of equal size is the variance of their means.
    variances = [np.var(FEW[side, 0] / 10, ddof=1) / 8 for side in (~HALVES, HALVES)]
    freedom = sum(variances) ** 2 / sum(variance**2 / 7 for variance in variances)
    half = scipy.stats.t.ppf(0.975, freedom) * sum(variances) ** 0.5
    assert (seen.low, seen.high) == pytest.approx((0.375 - half, 0.375 + half))
    assert 0 < seen.p < 0.01
    assert not seen.is_refused


def test_permutations_go_through_all_ways_where_they_are_few():
    drawn = resampling.permutations(2, 5, draws=10, seed=1)
    assert {tuple(np.flatnonzero(way)) for way in drawn} == set(combinations(range(5), 2))
    many = resampling.permutations(15, 40, draws=50, seed=1)
    assert many.shape == (50, 40)
    assert (many.sum(axis=1) == 15).all()
    assert (many == resampling.permutations(15, 40, draws=50, seed=1)).all()


def test_with_twenty_a_side_the_interval_is_enough():
    table = np.tile(FEW, (3, 1))
    assert np.isnan(compare.compare(table, np.tile(HALVES, 3)).p)


def test_any_statistic_of_sums_can_be_compared():
    # The share of attempts over both columns together: a function of sums as good as a ratio.
    seen = compare.compare(FEW, HALVES, lambda sums: sums[..., 0] / (sums[..., 0] + sums[..., 1]))
    assert seen.first == pytest.approx(10 / 90)
    assert seen.second == pytest.approx(40 / 120)


def test_what_is_said_of_a_difference_and_of_none():
    shown = compare.sentence(compare.compare(FEW, HALVES, rows="share"), "failing", "before", "after")
    assert shown.startswith(
        "failing: before 0.12 (8 sessions), after 0.50 (8 sessions): +0.38 (95 % limits +0.25 to +0.50)"
    )
    assert "after has more" in shown
    assert "would have claimed" not in shown
    same = np.arange(16) % 2 == 0
    none = compare.sentence(compare.compare(FEW, same, rows="share"), "failing", "even", "odd")
    assert "No difference is shown, and none is excluded" in none
    assert "more sessions would halve the interval" in none


@pytest.mark.parametrize(
    ("n_sessions", "n_more", "said"),
    [
        ((8, 9), 1, ["(8 sessions)", "About 1 more session would"]),
        ((1, 9), None, ["(1 session)", "(9 sessions)"]),
    ],
)
def test_one_session_is_said_as_one(n_sessions, n_more, said):
    seen = compare.Comparison(0.1, 0.2, 0.1, -0.1, 0.3, n_sessions, np.nan, np.nan, n_more, False)
    assert all(part in compare.sentence(seen, "failing", "before", "after") for part in said)


def test_without_room_on_a_side_there_is_no_p():
    seen = compare.Comparison(0.1, 0.4, 0.3, 0.3, 0.6, (30, 30), np.nan, np.nan, None, False)
    assert np.isnan(compare.p_of(seen))


def test_halving_an_interval_takes_about_three_times_as_many_sessions_more():
    assert compare.sessions_to_halve(1e6, 100) == pytest.approx(300, abs=2)
    assert compare.sessions_to_halve(7.0, 16) < 48
    assert compare.sessions_to_halve(0.0, 16) is None


def test_no_difference_at_all_is_no_alarm():
    table = np.tile([3.0, 10.0], (16, 1))
    seen = compare.compare(table, HALVES)
    assert seen.difference == 0
    assert seen.p == 1
    assert "do not vary" in compare.sentence(seen, "failing", "before", "after")


def test_holm_asks_more_of_the_first():
    assert resampling.holm([0.01, 0.02, 0.03]).tolist() == pytest.approx([0.03, 0.04, 0.04])
    assert resampling.holm([0.9, 0.8]).tolist() == [1.0, 1.0]
