"""What is computed at once for all is what plain loops compute, one thing after the other."""

from itertools import combinations
from math import nan, sqrt

import numpy as np
import pytest
from tables import each_row

from claudesess.stats.knee import FEWEST_SESSIONS, WIDEST, knee
from claudesess.stats.resampling import bootstrap, permutation_test, ratio


def plain_excess(events, n):
    """Return of a session, level by level from the second on: what counted from there on less its share, and the spread."""
    whole, share = sum(n), sum(events) / sum(n)
    rows = []
    for first in range(1, len(n)):
        above = sum(n[first:])
        spread = share * (1 - share) * above * (whole - above) / whole
        rows.append((sum(events[first:]) - share * above, spread))
    return rows


def plain_knee(events, n, levels, *, level, draws, seed):
    sessions = [plain_excess(k, size) for k, size in zip(events, n, strict=True)]
    sessions = [rows for rows in sessions if sum(spread for _, spread in rows) > 0]
    if len(sessions) < FEWEST_SESSIONS:
        return nan, nan, nan, nan

    def clear(weights, spreads=None):
        """Return how clear each level is, sessions counted as often as their weight says."""
        found = []
        for place in range(len(levels) - 1):
            excess = sum(w * rows[place][0] for w, rows in zip(weights, sessions, strict=True))
            own = sum(w * rows[place][1] for w, rows in zip(weights, sessions, strict=True))
            spread = spreads[place] if spreads else own
            found.append(excess / sqrt(spread) if spread > 0 else -np.inf)
        return found

    once = [1.0] * len(sessions)
    best = clear(once)
    luck = np.random.default_rng(seed)
    signs = luck.choice([-1.0, 1.0], size=(draws, len(sessions)))
    seen = [
        max(sum(rows[place][1] for rows in sessions), sum(rows[place][0] ** 2 for rows in sessions))
        for place in range(len(levels) - 1)
    ]
    most = max(clear(once, seen))
    p = (1 + sum(max(clear(row, seen)) >= most for row in signs)) / (1 + draws)
    times = luck.multinomial(len(sessions), [1 / len(sessions)] * len(sessions), size=draws)
    again = [levels[1:][int(np.argmax(clear(row)))] for row in times]
    found = levels[1:][int(np.argmax(best))]
    low, high = np.quantile(again, [(1 - level) / 2, (1 + level) / 2], method="nearest")
    if p > 1 - level or max(found - low, high - found) > WIDEST * found:
        return nan, nan, nan, p
    return found, low, high, p


def sessions_of(seed, turns_at, n_sessions=12):
    """Draw sessions that fail more from one level on; of some nothing shows: without any, all of one kind, of one level."""
    draw = np.random.default_rng(seed)
    n = draw.integers(1, 9, size=(n_sessions, 5))
    chance = np.where(np.arange(5) >= turns_at, 0.8, 0.1)
    events = draw.binomial(n, chance)
    n[0], events[0] = 0, 0
    events[1], events[2] = 0, n[2]
    n[3], events[3] = [6, 0, 0, 0, 0], [3, 0, 0, 0, 0]
    n[4, 3:] = events[4, 3:] = 0
    return events, n


@each_row("level", [0.5, 0.95])
@each_row("turns_at", [1, 3, 5])
@each_row("seed", [1, 2])
def test_a_knee_is_where_loops_find_it(seed, turns_at, level):
    events, n = sessions_of(seed, turns_at)
    levels = [0, 50, 60, 70, 80]
    shown = [row for row in range(len(n)) if n[row].sum()]
    expected = plain_knee(events[shown], n[shown], levels, level=level, draws=40, seed=7)
    found = knee(events, n, levels, level=level, draws=40, seed=7)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def plain_studentised(sums, first):
    """Return the difference of two ratios over its standard error, each session left out in its turn."""
    gap, variance = 0.0, 0.0
    for sign, side in ((1, first), (-1, [n for n in range(len(sums)) if n not in first])):
        top, bottom = sum(sums[n][0] for n in side), sum(sums[n][1] for n in side)
        gap += sign * top / bottom
        apart = [(top - sums[n][0]) / (bottom - sums[n][1]) - top / bottom for n in side]
        variance += (len(side) - 1) / len(side) * sum(one**2 for one in apart)
    return gap / sqrt(variance)


@each_row("n_first", [3, 4, 6])
@each_row("seed", [1, 2, 3])
def test_p_is_how_many_of_all_ways_lie_as_far_apart(seed, n_first):
    draw = np.random.default_rng(seed)
    n = draw.integers(2, 9, size=9)
    sums = np.c_[draw.binomial(n, 0.4), n].astype(float)
    ways = [abs(plain_studentised(sums, way)) for way in combinations(range(9), n_first)]
    expected = np.mean([way >= ways[0] - 1e-9 for way in ways])
    assert permutation_test(sums, np.arange(9) < n_first, ratio) == pytest.approx(expected)


def test_ways_drawn_at_random_count_the_one_that_was_seen():
    # 30 sessions a side that do not overlap at all: no way that is drawn lies as far apart
    sums = np.c_[np.r_[np.arange(30) % 3, 7 + np.arange(30) % 3], np.full(60, 10.0)]
    assert permutation_test(sums, np.arange(60) < 30, ratio, draws=199) == 1 / 200


def test_sessions_drawn_again_are_added_up_and_then_divided():
    sums = np.array([[1.0, 2.0], [5.0, 10.0], [0.0, 7.0]])
    drawn = bootstrap(sums, ratio, draws=500, seed=3)
    each = {
        round(sum(sums[n][0] for n in way) / sum(sums[n][1] for n in way), 9) for way in np.ndindex(3, 3, 3)
    }
    assert set(np.round(drawn, 9)) == each
