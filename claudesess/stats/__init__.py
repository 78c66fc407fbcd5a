"""Estimators: arrays and clusters in, numbers out; no column of ours is known here, but for times in `spans`.

All intervals are two-sided. Whatever cannot be estimated (nothing observed) is NaN, never 0.

What is new takes one row per session and group, of numbers that can be added up (times as they are, where a
quantile needs them), works on all groups at once, and returns
:class:`.intervals.Estimates`: limits by session.

========================  ====================================================================
share, mean, rate         :func:`shares`, :func:`means`, :func:`event_rates`
by attempt                :func:`attempt_sums`, then :func:`incidence`, :func:`mean_attempts`
by time                   :func:`durations`, :func:`incidence_by_time`
two sides                 :func:`differences`, :func:`.compare.compare`, :func:`sentence`, :func:`holm`
many small groups         :func:`shrink`
controls                  :func:`placebo_cuts`, :func:`against`, :func:`shifted`
========================  ====================================================================
"""

from claudesess.stats.compare import Comparison, difference_limits, differences, sentence, sessions_to_halve
from claudesess.stats.competing_risks import (
    HORIZONS,
    attempt_sums,
    common_horizon,
    cumulative_incidence,
    incidence,
    mean_attempts,
)
from claudesess.stats.intervals import LEVEL, Estimates, Interval
from claudesess.stats.placebo import Control, Cuts, against, placebo_cuts, shifted
from claudesess.stats.proportions import clustered_difference, clustered_share, share_interval, shares, wilson
from claudesess.stats.rates import event_rates, means, rate_interval
from claudesess.stats.resampling import Statistic, bootstrap, holm, jackknife, permutation_test, ratio
from claudesess.stats.shrinkage import Shrunk, shrink
from claudesess.stats.survival import durations, incidence_by_time, median_interval, median_time, survival

__all__ = [
    "HORIZONS",
    "LEVEL",
    "Comparison",
    "Control",
    "Cuts",
    "Estimates",
    "Interval",
    "Shrunk",
    "Statistic",
    "against",
    "attempt_sums",
    "bootstrap",
    "clustered_difference",
    "clustered_share",
    "common_horizon",
    "cumulative_incidence",
    "difference_limits",
    "differences",
    "durations",
    "event_rates",
    "holm",
    "incidence",
    "incidence_by_time",
    "jackknife",
    "mean_attempts",
    "means",
    "median_interval",
    "median_time",
    "permutation_test",
    "placebo_cuts",
    "rate_interval",
    "ratio",
    "sentence",
    "sessions_to_halve",
    "share_interval",
    "shares",
    "shifted",
    "shrink",
    "survival",
    "wilson",
]
