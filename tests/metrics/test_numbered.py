"""Groups of units by many keys are numbered: each as often as its own rows are there, however many keys there are."""

import numpy as np
from tables import each_row

from claudesess.estimating.sums import numbered


@each_row(
    ("n_keys", "values"), [(1, 1), (70, 1), (40, 3), (30, 7), (6, 4_095), (2, 3)]
)  # most of them make more groups than a number has room for
def test_rows_that_differ_in_one_key_stay_apart(n_keys, values):
    every = np.array([f"v{n}" for n in range(values)], dtype=object)
    alike = np.concatenate([every, ["v0", "v0", "v0", None]])  # each value is there, and none
    keys = {f"k{n}": alike.copy() for n in range(n_keys)}
    keys["k0"][-2] = None  # the last row but one differs in the first key, the one before in none
    number, first = numbered(keys, len(alike))
    n = len(alike)
    assert number[n - 3] == number[0] and number[n - 4] == number[0]
    assert number[n - 2] == (number[n - 1] if n_keys == 1 else values)
    assert len(set(number.tolist())) == len(first) == values + (1 if n_keys == 1 else 2)
