"""Where what counts begins to be more: sessions that turn at one of two levels, and the limits that they give."""

import numpy as np
import pytest

from claudesess.stats.knee import knee

LEVELS = [0, 80, 100, 120]


def turning(n_earlier, n_later, levels=LEVELS, **how):
    """Look at sessions that turn at the level before the last, and at others that turn at the last."""
    events = [[1, 1, 6, 6]] * n_earlier + [[1, 1, 1, 6]] * n_later
    return knee(events, [[10] * 4] * len(events), levels, **how)


@pytest.mark.parametrize(
    ("level", "limits"),
    [
        # The earlier level wins where five of the nine that are drawn turn there: P(Bin(9, 4/9) >= 5) = .38
        (0.5, (100, 120)),  # more than a quarter
        (0.2, (120, 120)),  # less than two fifths
    ],
)
def test_limits_leave_out_half_of_the_rest_on_either_side(level, limits):
    seen = turning(4, 5, level=level)
    assert (seen.at, seen.low, seen.high) == (120, *limits)


@pytest.mark.parametrize(("earlier", "expected"), [(90, 120), (89, np.nan)])
def test_limits_a_quarter_away_are_near_enough_and_no_further(earlier, expected):
    seen = turning(4, 5, levels=[0, 80, earlier, 120], level=0.5)
    assert seen.at == pytest.approx(expected, nan_ok=True)
