"""Estimators: arrays and clusters in, numbers out; they know no column of ours.

All intervals are two-sided. Whatever cannot be estimated (nothing observed) is NaN, never 0.

Functions take one row per session and group, of numbers that can be added up; where a quantile needs them,
they take times as they are. They work on all groups at once and return :class:`.intervals.Estimates`, with
limits by session.

========================  ====================================================================
share, mean, rate         :func:`shares`, :func:`means`, :func:`event_rates`
by attempt                :func:`attempt_sums`, then :func:`incidence`, :func:`mean_attempts`
by time                   :func:`durations`, :func:`incidence_by_time`
when to stop trying       :func:`saved`
two sides                 :func:`differences`, :func:`.compare.compare`, :func:`sentence`, :func:`holm`
many small groups         :func:`shrink`, :func:`shrink_rates`, :func:`dispersion`
from which level on       :func:`knee`
controls                  :func:`placebo_cuts`, :func:`against`, :func:`shifted`, :func:`luck`
findings                  :func:`p_of_limits`, :func:`false_discovery`
========================  ====================================================================
"""

from claudesess.stats.compare import Comparison, difference_limits, differences, sentence, sessions_to_halve
from claudesess.stats.competing_risks import (
    FEWEST_AT_RISK,
    HORIZONS,
    attempt_sums,
    common_horizon,
    incidence,
    mean_attempts,
)
from claudesess.stats.discovery import false_discovery, p_of_limits
from claudesess.stats.intervals import LEVEL, Estimates
from claudesess.stats.knee import Knee, knee
from claudesess.stats.placebo import Control, Cuts, against, luck, placebo_cuts, shifted
from claudesess.stats.proportions import shares, wilson
from claudesess.stats.rates import event_rates, means
from claudesess.stats.resampling import Statistic, bootstrap, holm, jackknife, permutation_test, ratio
from claudesess.stats.shrinkage import Shrunk, dispersion, shrink, shrink_rates
from claudesess.stats.stopping import saved
from claudesess.stats.survival import durations, incidence_by_time

__all__ = [
    "FEWEST_AT_RISK",
    "HORIZONS",
    "LEVEL",
    "Comparison",
    "Control",
    "Cuts",
    "Estimates",
    "Knee",
    "Shrunk",
    "Statistic",
    "against",
    "attempt_sums",
    "bootstrap",
    "common_horizon",
    "difference_limits",
    "differences",
    "dispersion",
    "durations",
    "event_rates",
    "false_discovery",
    "holm",
    "incidence",
    "incidence_by_time",
    "jackknife",
    "knee",
    "luck",
    "mean_attempts",
    "means",
    "p_of_limits",
    "permutation_test",
    "placebo_cuts",
    "ratio",
    "saved",
    "sentence",
    "sessions_to_halve",
    "shares",
    "shifted",
    "shrink",
    "shrink_rates",
    "wilson",
]
