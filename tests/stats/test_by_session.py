"""Estimates by session: numbers worked out by hand, and what they must do when little is known."""

import importlib

import numpy as np
import pytest
import scipy
from tables import each_row

from claudesess.stats import (
    compare,
    competing_risks,
    intervals,
    proportions,
    rates,
    resampling,
    shrinkage,
    stopping,
)

survival = importlib.import_module("claudesess.stats.survival")
T2, T3 = (scipy.special.stdtrit(freedom, 0.975) for freedom in (2, 3))
Z = scipy.special.ndtri(0.975)


def wilson(p, n):
    low, high = proportions.wilson(p, n)
    return float(low), float(high)


def test_share_by_hand():
    # 1 of 2, 3 of 4, 0 of 2: p = 1/2, v = 3/2 * (0 + 1 + 1) / 64 = 3/64, p(1-p)/v = 16/3, of 8 units
    seen = proportions.shares([1, 3, 0], [2, 4, 2])
    worth = 16 / 3 * (Z / T2) ** 2
    assert seen.estimate[0] == 0.5
    assert seen.n_effective[0] == pytest.approx(worth)
    assert (seen.low[0], seen.high[0]) == pytest.approx(wilson(0.5, worth))
    assert (seen.n_units[0], seen.n_sessions[0]) == (8, 3)


def test_sessions_that_differ_are_worth_less_than_one_unit_each():
    # Nothing clips the number from below: one session of ten, all of it, and three of one, nothing of it.
    assert proportions.shares([10, 0, 0, 0], [10, 1, 1, 1]).n_effective[0] < 4


def test_more_alike_than_chance_is_worth_no_more_than_the_units():
    # 30 units, and two degrees of freedom to say so with
    assert proportions.shares([5, 5, 6], [10, 10, 10]).n_effective[0] == pytest.approx(30 * (Z / T2) ** 2)


@each_row(
    ("events", "n", "worth"),
    [
        ([0, 0, 0], [10, 10, 1], 441 / 201),  # at 0: Kish, (Σn)² / Σn²
        ([3, 5, 7], [3, 5, 7], 225 / 83),  # at 1
        ([1, 2, 3], [2, 4, 6], 144 / 56),  # no spread
    ],
)
def test_a_variance_that_tells_nothing_counts_sessions(events, n, worth):
    seen = proportions.shares(events, n)
    assert seen.n_effective[0] == pytest.approx(worth)
    assert (seen.low[0], seen.high[0]) == pytest.approx(wilson(events[0] / n[0], worth))


def test_under_three_sessions_there_are_no_limits_and_the_note_says_why():
    two = proportions.shares([1, 2], [4, 4])
    assert two.estimate[0] == 3 / 8
    assert np.isnan([two.low[0], two.high[0]]).all()
    assert two.note[0] == "fewer than 3 sessions: no limits"
    assert proportions.shares([1, 2, 1], [4, 4, 4]).note[0] == ""
    none = proportions.shares([], [], n_groups=1)
    assert np.isnan(none.estimate[0])
    assert none.note[0] == "nothing was observed"


def test_small_is_under_eight_sessions_or_worth_under_ten():
    assert proportions.shares([5] * 7, [10] * 7).is_small[0]
    # Kish: eight sessions of one size are worth eight, ten are worth ten
    assert proportions.shares([5] * 8, [10] * 8).is_small[0]
    assert not proportions.shares([5] * 10, [10] * 10).is_small[0]


def test_groups_are_estimated_as_each_by_itself():
    k, n, group = [1, 3, 0, 2, 2, 5], [2, 4, 2, 6, 3, 9], [1, 0, 1, 0, 1, 0]
    together = proportions.shares(k, n, group, n_groups=3)
    for at in (0, 1):
        rows = [place for place, of in enumerate(group) if of == at]
        alone = proportions.shares([k[row] for row in rows], [n[row] for row in rows])
        for name in ("estimate", "low", "high", "n_effective", "n_units", "n_sessions"):
            assert getattr(together, name)[at] == getattr(alone, name)[0]
    assert together.n_sessions[2] == 0
    assert np.isnan(together.estimate[2])


def test_rate_by_hand():
    # 6 events in 4 hours of equal sessions; without one: 4/3, 5/3, 5/3, 4/3 (log), against 3/2
    seen = rates.event_rates([2, 1, 1, 2], [1, 1, 1, 1])
    spread = 3 / 4 * sum(np.log(rate / 1.5) ** 2 for rate in (4 / 3, 5 / 3, 5 / 3, 4 / 3))
    assert spread < 1 / 6  # less than a Poisson count varies: that of six events is taken
    half = T3 * (1 / 6) ** 0.5
    assert (seen.low[0], seen.high[0]) == pytest.approx((1.5 * np.exp(-half), 1.5 * np.exp(half)))
    apart = rates.event_rates([6, 0, 0, 0], [1, 1, 1, 1])
    assert apart.high[0] / apart.low[0] > 100


def test_a_rate_from_one_long_session_is_worth_one_session():
    long = rates.event_rates([20, 2, 2, 1], [20, 2, 2, 1])
    equal = rates.event_rates([6, 6, 6, 7], [6.25] * 4)
    assert long.high[0] / long.low[0] > equal.high[0] / equal.low[0]


def test_no_event_has_a_poisson_limit_and_says_so():
    seen = rates.event_rates([0, 0, 0], [1, 1, 1])
    assert (seen.estimate[0], seen.low[0]) == (0, 0)
    assert seen.high[0] == pytest.approx(scipy.stats.chi2.ppf(0.975, 2) / 2 / 3)
    assert seen.note[0] == "no event: a Poisson limit"


def test_mean_by_hand():
    # sessions of 2 with sums 4, 6, 5: mean 2.5, residuals -1, 1, 0, v = 3/2 * 2 / 36
    seen = rates.means([4, 6, 5], [2, 2, 2])
    half = T2 * (3 / 36) ** 0.5
    assert (seen.estimate[0], seen.low[0], seen.high[0]) == pytest.approx((2.5, 2.5 - half, 2.5 + half))
    assert "no limits" in rates.means([4, 4, 4], [2, 2, 2]).note[0]


def chains(attempt, event, session, **more):
    table = competing_risks.attempt_sums(attempt, event, session, n_rows=max(session) + 1, n_causes=2, **more)
    return competing_risks.incidence(table)


def test_an_open_chain_is_pending_and_not_survived():
    # Ten chains: five fixed at once, five open after the first attempt.
    seen = chains([1] * 10, [0] * 5 + [-1] * 5, [0, 1, 2, 3, 4] * 2)
    assert seen.estimate[0, 0, 0] == 1.0
    assert (seen.n_units[0, 0, 0], seen.n_pending[0, 0, 0], seen.exposure[0, 0, 0]) == (5, 5, 5)


def test_incidence_by_hand():
    # Reached 1: 6, open there 1, so 5 at risk: 2 fixed, 1 otherwise. Reached 2: 2, open 1, 1 at risk, fixed.
    seen = chains([1, 1, 1, 1, 2, 2], [0, 0, 1, -1, 0, -1], [0, 1, 2, 0, 1, 2])
    assert seen.estimate[0, 0].tolist() == pytest.approx([2 / 5, 2 / 5 + 2 / 5, 4 / 5, 4 / 5])
    assert seen.estimate[0, 1].tolist() == pytest.approx([1 / 5] * 4)
    assert seen.exposure[0, 0].tolist() == [5, 1, 0, 0]
    assert seen.n_pending[0, 0].tolist() == [1, 2, 2, 2]


def test_nobody_at_risk_is_no_number():
    # Of four chains three go on after attempt 1, and all three are open at 2.
    seen = chains([1, 2, 2, 2], [0, -1, -1, -1], [0, 1, 2, 3])
    assert seen.estimate[0, 0, 0] == 1 / 4
    assert np.isnan(seen.estimate[0, 0, 1:]).all()
    assert seen.note[0, 0, 1] == "nobody was at risk at this attempt"


def test_few_at_risk_are_worth_few_however_many_were_pending():
    # 20 of 40 fixed at once; of those that go on 18 are open at 2, two are fixed there: two at risk of a half.
    seen = chains([1] * 20 + [2] * 20, [0] * 22 + [-1] * 18, [*range(20), *range(20)])
    assert seen.n_effective[0, 0, 1] <= 2 / (1 / 2)


def test_horizons_beyond_what_was_counted_are_refused():
    table = competing_risks.attempt_sums([1], [0], [0], n_rows=1, n_causes=1, last=3)
    with pytest.raises(ValueError, match="from 1 to 3"):
        competing_risks.incidence(table, horizons=[5])


def test_mean_attempts_by_hand():
    # S(0) = 1, S(1) = 2/5, S(2) = 0
    table = competing_risks.attempt_sums(
        [1, 1, 1, 1, 2, 2], [0, 0, 1, -1, 0, -1], [0, 1, 2, 0, 1, 2], n_rows=3, n_causes=2
    )
    seen = competing_risks.mean_attempts(table, horizon=3)
    assert seen.estimate[0] == pytest.approx(1.4)
    assert 1 <= seen.low[0] < 1.4 < seen.high[0] <= 3


@each_row(
    ("at_risk", "expected"),
    [([[40, 22, 12, 10], [30, 15, 10, 9]], 3), ([[9, 9, 9, 9]], None), ([[10, 10, 10, 10]], 5)],
)
def test_groups_are_compared_where_each_has_ten_at_risk(at_risk, expected):
    assert competing_risks.common_horizon(at_risk) == expected


def test_mean_attempts_are_counted_to_the_longest_horizon_where_none_is_asked_for():
    table = competing_risks.attempt_sums([9], [-1], [0], n_rows=1, n_causes=1)
    assert competing_risks.mean_attempts(table).estimate[0] == max(competing_risks.HORIZONS)


def test_one_thing_that_was_watched_is_said_not_to_have_ended():
    assert (
        survival.durations([1], [0], [0]).note[0, 0]
        == "not reached: an estimated 0 % by the end of what was watched"
    )


def test_rates_that_are_alike_are_worth_their_events():
    seen = rates.event_rates([2, 2, 2], [1, 1, 1])
    assert seen.n_effective[0] == pytest.approx(6 * (Z / T2) ** 2)


def test_what_asking_saves_is_of_sessions_that_failed_and_known_from_one_failure_on():
    tried, fixed = np.zeros((3, 6)), np.zeros((3, 6))
    tried[:2, :4] = 1  # two sessions with a chain of four failures each, another without any
    fixed[1, 3] = 1
    once = np.array([[1.0], [1.0], [0.0]])
    sums = stopping.Sums(fixed, tried, 2 * tried, tried, 10 * once, once)
    apart, _ = stopping.saved(sums, np.array([0, 1, 1]), 2)
    assert apart.n_sessions[:, 0].tolist() == [1, 1]
    assert np.isfinite(apart.estimate[:, :4]).all()
    assert np.isnan(apart.estimate[:, 4:]).all()


@pytest.mark.parametrize(("n_watched", "is_told"), [(3, False), (4, True)])
def test_what_asking_saves_is_not_told_where_nobody_was_seen_to_go_on(n_watched, is_told):
    n = 3
    tried, fixed, once = np.zeros((n, 6)), np.zeros((n, 6)), np.ones((n, 1))
    tried[:, :n_watched], fixed[:, 0] = 4, [0, 1, 2]
    seen, _ = stopping.saved(
        stopping.Sums(fixed, tried, 2 * tried, tried, 10 * once, once), np.zeros(n, dtype=int), 1
    )
    assert np.isfinite([seen.estimate[0, 0], seen.low[0, 0], seen.high[0, 0]]).tolist() == [is_told] * 3
    assert (seen.note[0, 0] == "") is is_told


@each_row(
    ("fixed", "worth", "has_limits"),
    [
        ([0, 1, 2], 6, True),
        ([1, 1, 1], 6, False),  # sessions that agree tell nothing of how far others would be away
        ([0, 2], np.nan, False),
    ],
)
def test_limits_of_what_asking_saves_take_three_sessions_that_differ(fixed, worth, has_limits):
    n = len(fixed)
    tried, mended, once = np.zeros((n, 6)), np.zeros((n, 6)), np.ones((n, 1))
    tried[:, :4], mended[:, 0] = 2, fixed
    seen, _ = stopping.saved(
        stopping.Sums(mended, tried, 2 * tried, tried, 10 * once, once), np.zeros(n, dtype=int), 1
    )
    assert seen.n_effective[0, 0] == pytest.approx(worth, nan_ok=True)
    assert np.isfinite([seen.low[0, 0], seen.high[0, 0]]).tolist() == [has_limits] * 2


def test_durations_by_hand():
    # Ends at 1, 2, 3 (4 censored): F = 1/4, 1/2, 3/4; a half by 2, nine in ten never while watched.
    seen = survival.durations([1, 2, 3, 4], [1, 1, 1, 0], [0, 1, 2, 3])
    assert seen.estimate[0, 0] == 2
    assert np.isnan(seen.estimate[0, 1])
    assert seen.note[0, 1] == "not reached: an estimated 75 % by the end of what was watched"
    assert (seen.n_units[0, 0], seen.n_censored[0, 0], seen.exposure[0, 0]) == (4, 1, 10)


def test_an_upper_limit_that_is_not_reached_is_said_also_where_all_have_ended():
    seen = survival.durations([1, 2, 3, 4, 5, 6], [1] * 6, [0, 0, 1, 1, 2, 2])
    assert np.isnan(seen.high[0]).all()
    assert (seen.estimate[0].tolist(), seen.note[0].tolist()) == ([3, 6], ["upper limit not reached"] * 2)


def test_failed_is_a_competing_end_and_no_censoring():
    # Two completed at 1 and 4, two failed at 2 and 3: half have completed by 4, nine in ten never will.
    seen = survival.durations([1, 2, 3, 4], [1, 2, 2, 1], [0, 1, 2, 3], quantiles=[0.5, 0.9])
    assert seen.estimate[0].tolist()[0] == 4
    assert seen.note[0, 1] == "not reached: an estimated 50 % by the end of what was watched"
    # Taken for censored, the failed ones would have let the last one stand for three.
    censored = survival.durations([1, 2, 3, 4], [1, 0, 0, 1], [0, 1, 2, 3], quantiles=[0.9])
    assert censored.estimate[0, 0] == 4


def test_curves_leave_out_a_session_as_a_refit_would():
    draw = np.random.default_rng(3)
    time, end = draw.integers(1, 12, 60).astype(float), draw.choice([0, 1, 2], 60, p=[0.3, 0.5, 0.2])
    session, group = draw.integers(0, 6, 60), draw.integers(0, 2, 60)
    both = survival.curves(time, end, session, group, n_groups=2)
    for of in (0, 1):
        rows = group == of
        got = both.group == of
        zero = np.zeros(60, dtype=int)
        gaps = np.zeros(got.sum())
        for one in np.unique(session[rows]):
            rest = rows & (session != one)
            part = survival.curves(time[rest], end[rest], session[rest], zero[rest], n_groups=1)
            at = np.searchsorted(part.time, both.time[got], "right") - 1
            gaps += (np.where(at < 0, 0, part.share[at]) - both.share[got]) ** 2
        m = len(np.unique(session[rows]))
        np.testing.assert_allclose(both.variance[got], (m - 1) / m * gaps, atol=1e-14)


def test_memory_is_bounded_by_blocks():
    lengths = np.array([5, 5, 5, 5])
    assert list(survival._blocks(lengths, most=10)) == [(0, 2), (2, 4)]
    assert list(survival._blocks(lengths, most=3)) == [(0, 1), (1, 2), (2, 3), (3, 4)]


def test_a_session_that_alone_makes_the_number_is_not_left_out_without_a_trace():
    sums = np.array([[3.0, 3.0], [0.0, 0.0]])
    estimate, variance, _ = resampling.jackknife(sums, np.zeros(2, dtype=int), 1, resampling.ratio)
    assert (estimate[0], variance[0]) == (1.0, 0.0)


def test_shrinkage_draws_small_groups_further_and_ranks_by_what_is_certain():
    seen = shrinkage.shrink([3, 24, 2, 1, 1, 0, 2], [3, 30, 20, 9, 12, 8, 18])
    assert seen.raw[0] > seen.raw[1]
    assert seen.order[0] == 1
    assert seen.raw[0] - seen.estimate[0] > seen.raw[1] - seen.estimate[1]
    few = shrinkage.shrink([1, 2], [4, 4])
    assert np.isnan(few.prior_mean)
    assert few.estimate[0] == pytest.approx(1.5 / 5)


def test_groups_that_are_all_alike_are_drawn_together():
    seen = shrinkage.shrink([5] * 40, [10] * 40)
    assert np.ptp(seen.estimate) == 0
    assert seen.high[0] - seen.low[0] < 0.25


def test_numbers_of_the_page_are_those_of_the_code():
    assert (intervals.FEWEST_SESSIONS, intervals.SMALL_SESSIONS, intervals.SMALL_EFFECTIVE) == (3, 8, 10)
    assert competing_risks.HORIZONS == (1, 2, 3, 5)


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ([1, 0, 1, 1], [0.25, 1.0]),  # whoever was watched longest has ended: nothing is left to come
        ([1, 1, 1, 0], [0.5, np.nan]),  # nobody knows what became of the one that was watched longest
    ],
)
def test_a_share_is_known_beyond_the_last_end_where_nobody_is_left(end, expected):
    seen = survival.incidence_by_time([1, 2, 3, 4], end, [0, 1, 2, 3], [2, 9])
    assert seen.estimate[0].tolist() == pytest.approx(expected, nan_ok=True)


def every_estimator(n):
    """Estimate all that can be estimated of `n` sessions of thirty units each."""
    k, size = np.array([12, 18, 15, 20, 10, 17, 14, 19, 13, 16.0])[:n], np.full(n, 30.0)
    session, at = np.repeat(np.arange(n), 30), np.tile(np.arange(30), n)
    event = np.where(at < k[session], 0, 1)
    tries = competing_risks.attempt_sums(1 + at % 3, event, session, n_rows=n, n_causes=2)
    time, end = 1.0 + at + session / 10, np.where(at < 28, 1, 0)
    return {
        "shares": proportions.shares(k, size),
        "rates": rates.event_rates(k, size),
        "means": rates.means(k, size),
        "differences": compare.differences(k, size, k[::-1] / 2, size),
        "incidence": competing_risks.incidence(tries),
        "mean attempts": competing_risks.mean_attempts(tries),
        "durations": survival.durations(time, end, session),
        "incidence by time": survival.incidence_by_time(time, end, session, [10, 20]),
    }


@each_row(
    ("n", "has_limits", "small"),
    [
        (2, False, "all"),
        (3, True, "all"),
        (7, True, "all"),
        (8, True, {"means", "differences", "mean attempts"}),  # that many sessions are worth eight there
        (10, True, set()),
    ],
)
def test_every_estimator_has_limits_from_three_sessions_on_and_is_small_below_eight(n, has_limits, small):
    seen = every_estimator(n)
    limits = {
        name: bool(np.isfinite([np.ravel(one.low)[0], np.ravel(one.high)[0]]).all())
        for name, one in seen.items()
    }
    notes = {np.ravel(one.note)[0] for one in seen.values()}
    assert limits == dict.fromkeys(seen, has_limits)
    assert notes == ({""} if has_limits else {"fewer than 3 sessions: no limits"})
    assert {name for name, one in seen.items() if np.ravel(one.is_small)[0]} == (
        set(seen) if small == "all" else small
    )
