"""Where a quantile is looked for."""

import numpy as np
import pytest

from claudesess.stats.shrinkage import _quantile


@pytest.mark.parametrize("q", [0.025, 0.5, 0.975])
def test_a_quantile_is_what_halving_finds_in_fewer_looks(q):
    looks = []

    def below(value, of):
        looks.append(len(value))
        return value ** np.array([0.2, 1.0, 7.0])[of]

    low, high = np.zeros(3), np.ones(3)
    for _ in range(26):
        middle = (low + high) / 2
        is_below = middle ** np.array([0.2, 1.0, 7.0]) < q
        low, high = np.where(is_below, middle, low), np.where(is_below, high, middle)
    assert _quantile(below, q, np.ones(3), 26).tolist() == ((low + high) / 2).tolist()
    assert sum(looks) < 0.8 * 26 * 3
