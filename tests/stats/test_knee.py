"""Where what counts begins to be more: sessions that turn at one of two levels, and the limits that they give."""

import numpy as np
import pytest
from tables import each_row

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


@each_row(
    ("draws", "level", "is_seen"),
    [(1, 0.5, True), (1, 0.51, False), (3, 0.75, True), (3, 0.76, False), (7, 0.875, True)],
)
def test_a_knee_is_seen_up_to_the_chance_that_the_level_leaves(draws, level, is_seen):
    found = turning(9, 0, draws=draws, level=level)
    assert (found.p, bool(np.isnan(found.at))) == (1 / (1 + draws), not is_seen)


def test_what_is_as_clear_by_chance_counts_against_it():
    """Of three sessions that turn alike, signs give the same step where all of them are the same."""
    signs = np.random.default_rng(1).choice([-1.0, 1.0], size=(200, 3))
    assert turning(3, 0, draws=200).p == pytest.approx((1 + (signs.sum(axis=1) == 3).sum()) / 201)


def by_hand(events, n, levels, *, seed, draws, level):
    """Look for the knee session by session and level by level; the same luck is drawn in the same order."""
    excess, spread = [], []
    for k, size in zip(events, n, strict=True):
        whole, share = sum(size), sum(k) / sum(size) if sum(size) else 0.0
        above = [sum(size[at:]) for at in range(1, len(size))]
        own = [share * (1 - share) * up * (whole - up) / whole if whole else 0.0 for up in above]
        if sum(own) > 0:
            excess.append([sum(k[at + 1 :]) - share * up for at, up in enumerate(above)])
            spread.append(own)
    m, columns = len(excess), range(len(levels) - 1)

    def clear(weights, under):
        added = [sum(w * row[at] for w, row in zip(weights, excess, strict=True)) for at in columns]
        return [added[at] / under[at] ** 0.5 if under[at] > 0 else -np.inf for at in columns]

    luck = np.random.default_rng(seed)
    signs = luck.choice([-1.0, 1.0], size=(draws, m))
    times = luck.multinomial(m, np.full(m, 1 / m), size=draws)
    by_chance = [sum(row[at] for row in spread) for at in columns]
    seen = [max(by_chance[at], sum(row[at] ** 2 for row in excess)) for at in columns]
    found = int(np.argmax(clear([1] * m, by_chance)))
    most = max(clear([1] * m, seen))
    p = (1 + sum(max(clear(sign, seen)) >= most - 1e-12 for sign in signs)) / (1 + draws)
    again = [
        levels[
            1
            + int(
                np.argmax(
                    clear(
                        time,
                        [sum(w * row[at] for w, row in zip(time, spread, strict=True)) for at in columns],
                    )
                )
            )
        ]
        for time in times
    ]
    low, high = (float(np.quantile(again, q, method="nearest")) for q in ((1 - level) / 2, (1 + level) / 2))
    return levels[1 + found], low, high, p


@each_row(
    ("seed", "later"), [(1, 0.7), (2, 0.7), (3, 0.7), (1, 0.3), (2, 0.3), (3, 0.25), (4, 0.2), (5, 0.2)]
)  # so that p is small, and is not
def test_a_knee_is_what_one_session_after_the_other_shows(seed, later):
    draw = np.random.default_rng(seed)
    n = draw.integers(0, 12, (12, 5))
    n[0] = 0  # of one session there is nothing
    events = draw.binomial(n, np.where(np.arange(5) >= 3, later, 0.2))
    events[1], levels = n[1], [0, 10, 20, 30, 40]  # in one all counts
    at, low, high, p = by_hand(events.tolist(), n.tolist(), levels, seed=seed, draws=60, level=0.6)
    found = knee(events, n, levels, seed=seed, draws=60, level=0.6)
    assert found.p == pytest.approx(p)
    is_near = p <= 0.4 and max(at - low, high - at) <= 0.25 * at
    assert (found.at, found.low, found.high) == (
        (at, low, high) if is_near else pytest.approx((np.nan,) * 3, nan_ok=True)
    )


@pytest.mark.parametrize(("n_sessions", "is_told"), [(2, False), (3, True)])
def test_under_three_sessions_that_tell_there_is_no_p(n_sessions, is_told):
    events = [[1, 1, 6, 6]] * n_sessions + [[0, 0, 0, 0], [10, 10, 10, 10]]
    assert bool(np.isnan(knee(events, [[10] * 4] * len(events), LEVELS).p)) is not is_told
