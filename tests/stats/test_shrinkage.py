"""Where a quantile is looked for."""

import numpy as np
import scipy
from tables import each_row

from claudesess.stats import shrinkage
from claudesess.stats.shrinkage import _quantile


@each_row("q", [0.025, 0.5, 0.975])
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


@each_row("q", [0.025, 0.5, 0.975])
def test_quantiles_are_exact_to_half_a_step(q):
    one = np.ones(1)
    shape, other = np.array([[0.7, 2.0, 30.0]]), np.array([[1.5, 9.0, 4.0]])
    beta = shrinkage._mixture_quantile(shape, other, one, q)
    assert np.abs(beta - scipy.stats.beta.ppf(q, shape[0], other[0])).max() <= 2.0**-27 * 1.001
    gamma = shrinkage._gamma_quantile(shape, other, one, q)
    assert (
        np.abs(gamma - scipy.stats.gamma.ppf(q, shape[0], scale=1 / other[0])).max() <= 2.0**-31 * 16 * 1.001
    )


def test_a_group_without_exposure_has_no_quantile_and_changes_none():
    shape, scale = np.array([[2.0, 2.0]]), np.array([[0.0, 9.0]])
    with np.errstate(all="raise"):
        found = shrinkage._gamma_quantile(shape, scale, np.ones(1), 0.5)
    assert np.isnan(found[0])
    assert found[1] == shrinkage._gamma_quantile(shape[:, 1:], scale[:, 1:], np.ones(1), 0.5)[0]
