"""Estimators: arrays and clusters in, numbers out; no column of ours is known here, but for times in `spans`.

All intervals are two-sided. Whatever cannot be estimated (nothing observed) is NaN, never 0.
"""

from claudesess.stats.competing_risks import cumulative_incidence
from claudesess.stats.intervals import LEVEL, Interval
from claudesess.stats.proportions import clustered_difference, clustered_share, share_interval, wilson
from claudesess.stats.rates import rate_interval
from claudesess.stats.survival import median_interval, median_time, survival

__all__ = [
    "LEVEL",
    "Interval",
    "clustered_difference",
    "clustered_share",
    "cumulative_incidence",
    "median_interval",
    "median_time",
    "rate_interval",
    "share_interval",
    "survival",
    "wilson",
]
