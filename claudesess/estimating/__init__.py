"""What measures are built from: shaped units, sums of them by session, and estimates of the sums.

``shaped`` runs a measure's SQL over its relations, ``summed`` adds up by session and group, and the
estimators take sums to `claudesess.contracts.ESTIMATES`, with limits by session. None of them goes through
rows or groups one by one.
"""

from claudesess.estimating import words
from claudesess.estimating.advice import Advice, Proposal
from claudesess.estimating.controls import drawn
from claudesess.estimating.estimators import (
    differences,
    durations,
    incidence,
    knees,
    means,
    quantiles,
    rates,
    ratios,
    shares,
    shrunk,
)
from claudesess.estimating.relation import Kind, Relation, shaped
from claudesess.estimating.sums import HOURS, PER_ACTIVE_HOUR, By, Part, counted, less, stacked, summed

__all__ = [
    "HOURS",
    "PER_ACTIVE_HOUR",
    "Advice",
    "By",
    "Kind",
    "Part",
    "Proposal",
    "Relation",
    "counted",
    "differences",
    "drawn",
    "durations",
    "incidence",
    "knees",
    "less",
    "means",
    "quantiles",
    "rates",
    "ratios",
    "shaped",
    "shares",
    "shrunk",
    "stacked",
    "summed",
    "words",
]
