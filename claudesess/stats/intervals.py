"""What every interval here is: two-sided; what cannot be estimated (nothing observed) is NaN, never 0."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.95
"""Confidence level of every interval unless a caller says otherwise."""

Floats = NDArray[np.float64]


class Interval(NamedTuple):
    """An estimate between its limits, and how many independent observations it is worth."""

    share: float
    low: float
    high: float
    n_effective: float
