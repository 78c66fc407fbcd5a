"""Estimators against numbers worked out by hand, or against scipy where it has them."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats as st

from claudesess import stats
from claudesess.stats import competing_risks

CAUSES = ("fixed", "research", "abandoned")

# Six chains. At risk 6, 4, 2; free of any event 4/6 after attempt 1, 4/6 * 3/4 = 1/2 after 2, 0 after 3.
ATTEMPT = [1, 1, 2, 2, 3, 3]
EVENT = ["fixed", "research", "fixed", "open", "fixed", "abandoned"]


def incidence(cause: str) -> pd.DataFrame:
    frame = competing_risks.cumulative_incidence(ATTEMPT, EVENT, CAUSES)
    return frame[frame["event"] == cause].reset_index(drop=True)


def test_cumulative_incidence_of_competing_events_by_hand():
    # fixed: 1/6, + 4/6 * 1/4 = 2/6, + 1/2 * 1/2 = 7/12; abandoned: 1/2 * 1/2 at attempt 3
    assert incidence("fixed")["share"].tolist() == pytest.approx([1 / 6, 2 / 6, 7 / 12])
    assert incidence("research")["share"].tolist() == pytest.approx([1 / 6, 1 / 6, 1 / 6])
    assert incidence("abandoned")["share"].tolist() == pytest.approx([0, 0, 1 / 4])
    assert incidence("fixed")["n_at_risk"].tolist() == [6, 4, 2]
    assert incidence("fixed")["n_events"].tolist() == [1, 1, 1]
    assert incidence("fixed")["n_censored"].tolist() == [0, 1, 0]


def test_variance_by_hand():
    # attempt 2: (1/6)^2 * 2/(6*4) + [5/216 + (4/6)^2 * 3/64] - 2 * 1/6 * 1/36 = (1 + 10 + 9 - 4)/432 = 1/27
    # attempt 3, F - F_j = 5/12, 1/4, 0: (25/144 * 2/24 + 1/16 * 1/12) + (5/216 + 1/48 + 1/4 * 1/8)
    #                                    - 2 * (5/12 * 1/36 + 1/4 * 4/6 * 1/16)
    third = (25 / 1728 + 1 / 192) + (5 / 216 + 1 / 48 + 1 / 32) - 2 * (5 / 432 + 1 / 96)
    assert incidence("fixed")["std_error"].pow(2).tolist() == pytest.approx([5 / 216, 1 / 27, third])


def test_without_censoring_the_limits_are_plain_wilson_limits():
    frame = competing_risks.cumulative_incidence([1, 1, 2, 2, 3], ["a", "b", "a", "a", "b"], ["a", "b"])
    last = frame[(frame["event"] == "a") & (frame["attempt"] == 3)].iloc[0]
    wilson = st.binomtest(3, 5).proportion_ci(method="wilson")
    assert last["share"] == pytest.approx(3 / 5)
    assert (last["share_low"], last["share_high"]) == pytest.approx((wilson.low, wilson.high))


def test_shares_of_all_causes_and_the_share_free_of_any_add_up_to_one():
    frame = competing_risks.cumulative_incidence(
        [1, 2, 2, 3, 4, 4], ["a", "b", "-", "a", "-", "b"], ["a", "b"]
    )
    ended = frame.groupby("attempt")["share"].sum()
    # free: 5/6, then 4/5, 2/3 and 1/2 of it
    assert (1 - ended).tolist() == pytest.approx([5 / 6, 4 / 6, 4 / 9, 2 / 9])


def test_open_chains_are_at_risk_but_never_counted_as_an_event():
    frame = competing_risks.cumulative_incidence([1, 2], ["fixed", "open"], ["fixed"])
    assert frame["share"].tolist() == [0.5, 0.5]
    assert frame["n_at_risk"].tolist() == [2, 1]
    only_open = competing_risks.cumulative_incidence([1, 1], ["open", "open"], ["fixed"])
    assert only_open["share"].tolist() == [0.0]
    assert only_open["share_high"].item() == pytest.approx(
        st.binomtest(0, 2).proportion_ci(method="wilson").high
    )


def test_censoring_widens_the_interval():
    def width(events: list[str]) -> float:
        row = competing_risks.cumulative_incidence([1, 2, 2, 3, 3, 3], events, ["a", "b"]).iloc[2]
        return row["share_high"] - row["share_low"]

    assert width(["b", "-", "-", "a", "b", "a"]) > width(["b", "b", "a", "a", "b", "a"])


def test_few_at_risk_are_worth_few_however_many_were_open_before_them():
    # Of 42 chains after the first attempt 40 are open; both that went on had the event: variance says nothing.
    frame = competing_risks.cumulative_incidence(
        [1] * 60 + [2] * 40 + [3] * 2, ["a"] * 60 + ["-"] * 40 + ["a"] * 2, ["a"]
    )
    assert frame["n_effective"].round(2).tolist() == [102, 102, round(2 / (42 / 102), 2)]
    # With none open, those that are left stand for themselves alone.
    frame = competing_risks.cumulative_incidence([1] * 60 + [2] * 40 + [3] * 2, ["a"] * 102, ["a"])
    assert frame["n_effective"].round(2).tolist() == [102, 102, 102]


def test_no_chains_give_no_rows():
    frame = competing_risks.cumulative_incidence([], [], ["fixed"])
    assert len(frame) == 0
    assert list(frame.columns[:3]) == ["attempt", "event", "n_at_risk"]


@pytest.mark.parametrize(("events", "n"), [(0, 3), (1, 3), (3, 3), (40, 200)])
def test_wilson_equals_scipy_for_whole_numbers(events, n):
    low, high = stats.wilson(events / n, n)
    expected = st.binomtest(events, n).proportion_ci(method="wilson")
    assert (float(low), float(high)) == pytest.approx((expected.low, expected.high))
    assert stats.share_interval(events, n)[1:3] == pytest.approx((expected.low, expected.high))


def test_nothing_observed_is_nan_and_not_zero():
    assert np.isnan(stats.share_interval(0, 0).share)
    assert np.isnan(stats.wilson(0.5, 0)).all()
    assert np.isnan(stats.rate_interval(0, 0.0)).all()
    assert np.isnan(stats.clustered_share([0], [0]).low)


def test_clustered_share_by_hand():
    # shares 1/2 and 3/4 of 2 and 4: p = 4/6, variance = 2 * ((1 - 4/3)^2 + (3 - 8/3)^2) / 36 = 4/324
    share = stats.clustered_share([1, 3, 0], [2, 4, 0])
    assert share.share == pytest.approx(4 / 6)
    assert share.n_effective == 6  # (2/9) / (4/324) = 18, never more than the six observations
    whole = stats.clustered_share([3, 5], [3, 5])
    assert (whole.share, whole.n_effective) == (1.0, 2.0)
    assert whole.low == pytest.approx(st.binomtest(2, 2).proportion_ci(method="wilson").low)


def test_clusters_that_differ_widen_the_interval():
    alike = stats.clustered_share([2, 2, 2], [4, 4, 4])
    apart = stats.clustered_share([0, 2, 4], [4, 4, 4])
    assert alike.n_effective == 12
    # variance = 3/2 * (4 + 0 + 4) / 144 = 1/12, so (1/4) / (1/12) = 3 observations
    assert apart.n_effective == pytest.approx(3)
    assert apart.low < alike.low < alike.high < apart.high


def test_rate_limits_are_those_of_the_exact_poisson_test():
    low, high = stats.rate_interval(3, 2.0)
    # at the limits, 3 or more (3 or fewer) events in 2 hours have a chance of 2.5 %
    assert st.poisson.sf(2, low * 2) == pytest.approx(0.025)
    assert st.poisson.cdf(3, high * 2) == pytest.approx(0.025)


def test_survival_keeps_those_still_going_on():
    # at risk 5, 3, 2: 4/5, then (censored at 2) 4/5, then 4/5 * 1/2
    curve = stats.survival([1, 1, 2, 3, 3], [True, False, False, True, False])
    assert curve["duration"].tolist() == [1, 2, 3]
    assert curve["n_at_risk"].tolist() == [5, 3, 2]
    assert curve["n_ended"].tolist() == [1, 0, 1]
    assert curve["share"].tolist() == pytest.approx([4 / 5, 4 / 5, 2 / 5])
    assert (curve["share_low"] < curve["share"]).all() and (curve["share"] < curve["share_high"]).all()
    assert stats.median_time(curve) == 3


def test_survival_of_nothing_and_of_none_ended():
    assert len(stats.survival([], [])) == 0
    going_on = stats.survival([1, 2], [False, False])
    assert going_on["share"].tolist() == [1, 1]
    assert np.isnan(stats.median_time(going_on))


def test_a_difference_is_one_of_shares_with_limits_only_where_clusters_vary():
    alike = stats.clustered_difference([1, 1], [2, 2], [4, 4])
    assert alike[0] == 0.25
    assert np.isnan(alike[1:]).all()
    assert np.isnan(stats.clustered_difference([1], [2], [4])[1:]).all()
    assert np.isnan(stats.clustered_difference([0, 0], [0, 0], [0, 0])).all()
    # gaps 4 and 0 of 4 and 4: d = 1/2, residuals 2 and -2, error sqrt(2 * 8) / 8 = 1/2, t(0.975, 1 df) = 12.7
    assert stats.clustered_difference([0, 0], [4, 0], [4, 4]) == (0.5, -1.0, 1.0)


def test_survival_of_one_alone():
    assert stats.survival([5], [True])[["duration", "n_at_risk", "n_ended", "share"]].values.tolist() == [
        [5, 1, 1, 0]
    ]


def test_limits_stay_within_zero_and_one_whatever_is_rounded():
    n = np.arange(1, 500)
    low, high = stats.wilson(np.ones(499), n)
    assert (low.min() > 0, high.max()) == (True, 1)
    low, high = stats.wilson(np.zeros(499), n)
    assert (low.min(), high.max() < 1) == (0, True)


def test_of_shares_of_zero_or_one_each_cluster_is_a_single_observation():
    assert [stats.clustered_share(events, [3, 5]).n_effective for events in ([0, 0], [3, 5])] == [2, 2]
    assert stats.clustered_share([1], [4]).n_effective == 1


def test_what_was_not_observed_divides_nothing():
    with np.errstate(all="raise"):
        assert np.isnan(stats.wilson([0.5, 0.5], [0, np.nan])).all()
        assert np.isnan(stats.rate_interval(0, -1.0)).all()


def test_counts_of_an_incidence_are_whole_numbers():
    assert [str(incidence("fixed")[name].dtype) for name in ("n_at_risk", "n_events", "n_censored")] == [
        "int64"
    ] * 3
