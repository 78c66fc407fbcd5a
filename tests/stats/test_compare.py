"""Two sides: what is compared, what is refused, and what is said."""

from itertools import combinations

import numpy as np
import pytest
import scipy
from tables import each_row

from claudesess.stats import compare, resampling

FEW = np.array([[k, 10] for k in [1, 2, 0, 1, 3, 1, 0, 2, 4, 6, 5, 3, 7, 4, 5, 6]], dtype=float)
HALVES = np.arange(16) >= 8


def test_difference_between_by_hand():
    # .2 of three tens (v = 3/2 * (1 + 1 + 4) / 900), .4 of three tens (3/2 * (0 + 4 + 4) / 900); two freedoms each
    k, n = [1, 1, 4, 0, 0, 0], [10, 10, 10, 0, 0, 0]
    other_k, other_n = [0, 0, 0, 4, 2, 6], [0, 0, 0, 10, 10, 10]
    gap = compare.differences(other_k, other_n, k, n)
    first, second = 3 / 2 * 6 / 900, 3 / 2 * 8 / 900
    freedom = (first + second) ** 2 / (first**2 / 2 + second**2 / 2)
    half = scipy.stats.t.ppf(0.975, freedom) * (first + second) ** 0.5
    assert gap.estimate[0] == pytest.approx(0.2)
    assert (gap.low[0], gap.high[0]) == pytest.approx((0.2 - half, 0.2 + half))


def test_sides_that_go_together_in_each_session_narrow_the_interval():
    k, n, more = np.array([1, 4, 7, 2]), np.full(4, 10), np.array([1, 1, 1, 2])
    none = np.zeros(4)
    within = compare.differences(k + more, n, k, n)
    between = compare.differences(np.r_[k + more, none], np.r_[n, none], np.r_[none, k], np.r_[none, n])
    assert within.estimate[0] == pytest.approx(between.estimate[0])
    assert within.high[0] - within.low[0] < 0.3 * (between.high[0] - between.low[0])


def test_a_side_without_any_is_not_known_for_certain():
    # Six sessions of ten without a repeat against six with one or two: the zero has an error, too.
    none = np.zeros(6)
    gap = compare.differences(
        np.r_[1, 2, 1, 2, 1, 2, none],
        np.r_[np.full(6, 10), none],
        none.repeat(2),
        np.r_[none, np.full(6, 10)],
    )
    assert gap.estimate[0] == pytest.approx(0.15)
    assert gap.low[0] < 0


def test_groups_are_compared_as_each_by_itself():
    k, n, other_k, group = [1, 2, 4, 5, 2, 1], [9, 8, 9, 7, 6, 9], [0, 1, 1, 2, 1, 0], [0, 1, 0, 1, 0, 1]
    together = compare.differences(k, n, other_k, n, group)
    for at in (0, 1):
        alone = compare.differences(*(np.array(part)[np.array(group) == at] for part in (k, n, other_k, n)))
        assert together.low[at] == pytest.approx(alone.low[0])
        assert together.estimate[at] == pytest.approx(alone.estimate[0])


@pytest.mark.parametrize("first", [7, 9])
def test_under_eight_sessions_a_side_nothing_is_compared(first):
    seen = compare.compare(FEW, np.arange(16) >= first, rows="share")
    assert seen.is_refused
    assert np.isnan([seen.low, seen.high, seen.p]).all()
    assert seen.p_rows < 0.001
    said = compare.sentence(seen, "failing", "before", "after")
    assert "this is no comparison" in said
    assert "would have claimed p < 0.001" in said


def test_eight_a_side_are_compared_and_permuted():
    seen = compare.compare(FEW, HALVES, rows="share")
    assert (seen.first, seen.second) == pytest.approx((10 / 80, 40 / 80))
    # The jackknife of sessions of equal size is the variance of their means.
    variances = [np.var(FEW[side, 0] / 10, ddof=1) / 8 for side in (~HALVES, HALVES)]
    freedom = sum(variances) ** 2 / sum(variance**2 / 7 for variance in variances)
    half = scipy.stats.t.ppf(0.975, freedom) * sum(variances) ** 0.5
    assert (seen.low, seen.high) == pytest.approx((0.375 - half, 0.375 + half))
    assert 0 < seen.p < 0.01
    assert not seen.is_refused


def test_permutations_go_through_all_ways_where_they_are_few():
    drawn = resampling.permutations(2, 5, draws=10, seed=1)
    assert {tuple(np.flatnonzero(way)) for way in drawn} == set(combinations(range(5), 2))
    many = resampling.permutations(15, 40, draws=50, seed=1)
    assert many.shape == (50, 40)
    assert (many.sum(axis=1) == 15).all()
    assert (many == resampling.permutations(15, 40, draws=50, seed=1)).all()


def test_with_twenty_a_side_the_interval_is_enough():
    table = np.tile(FEW, (3, 1))
    assert np.isnan(compare.compare(table, np.tile(HALVES, 3)).p)


def test_any_statistic_of_sums_can_be_compared():
    # The share of attempts over both columns together: a function of sums as good as a ratio.
    seen = compare.compare(FEW, HALVES, lambda sums: sums[..., 0] / (sums[..., 0] + sums[..., 1]))
    assert seen.first == pytest.approx(10 / 90)
    assert seen.second == pytest.approx(40 / 120)


def test_what_is_said_of_a_difference_and_of_none():
    shown = compare.sentence(compare.compare(FEW, HALVES, rows="share"), "failing", "before", "after")
    assert shown.startswith(
        "failing: before 0.12 (8 sessions), after 0.50 (8 sessions): +0.38 (95 % limits +0.25 to +0.50)"
    )
    assert "after has more" in shown
    assert "would have claimed" not in shown
    same = np.arange(16) % 2 == 0
    none = compare.sentence(compare.compare(FEW, same, rows="share"), "failing", "even", "odd")
    assert "No difference is shown, and none is excluded" in none
    assert "more sessions would halve the interval" in none


@pytest.mark.parametrize(
    ("n_sessions", "n_more", "said"),
    [
        ((8, 9), 1, ["(8 sessions)", "About 1 more session would"]),
        ((1, 9), None, ["(1 session)", "(9 sessions)"]),
    ],
)
def test_one_session_is_said_as_one(n_sessions, n_more, said):
    seen = compare.Comparison(0.1, 0.2, 0.1, -0.1, 0.3, n_sessions, np.nan, np.nan, n_more, False)
    assert all(part in compare.sentence(seen, "failing", "before", "after") for part in said)


def test_without_room_on_a_side_there_is_no_p():
    seen = compare.Comparison(0.1, 0.4, 0.3, 0.3, 0.6, (30, 30), np.nan, np.nan, None, False)
    assert np.isnan(compare.p_of(seen))


def test_halving_an_interval_takes_about_three_times_as_many_sessions_more():
    assert compare.sessions_to_halve(1e6, 100) == pytest.approx(300, abs=2)
    assert compare.sessions_to_halve(7.0, 16) < 48
    assert compare.sessions_to_halve(0.0, 16) is None


def test_no_difference_at_all_is_no_alarm():
    table = np.tile([3.0, 10.0], (16, 1))
    seen = compare.compare(table, HALVES)
    assert seen.difference == 0
    assert seen.p == 1
    assert "do not vary" in compare.sentence(seen, "failing", "before", "after")


def test_holm_asks_more_of_the_first():
    assert resampling.holm([0.01, 0.02, 0.03]).tolist() == pytest.approx([0.03, 0.04, 0.04])
    assert resampling.holm([0.9, 0.8]).tolist() == [1.0, 1.0]


def by_hand(k, n, other_k, other_n):
    """Return a difference, its half width and freedoms, one session after the other, as the notes have it."""
    sides = [np.array([k, n], dtype=float).T, np.array([other_k, other_n], dtype=float).T]
    ratios, parts, floor = [], [], 0.0
    for side in sides:
        here = side[side[:, 1] > 0]
        ratio, m = here[:, 0].sum() / here[:, 1].sum(), len(here)
        part = [
            (k_ - ratio * n_) / here[:, 1].sum() * (m / (m - 1)) ** 0.5 if n_ > 0 else 0.0 for k_, n_ in side
        ]
        if sum(p**2 for p in part) < 1e-24 and all(0 <= k_ <= n_ for k_, n_ in side):
            worth = here[:, 1].sum() ** 2 / (here[:, 1] ** 2).sum()
            pulled = (ratio * worth + 2) / (worth + 4)
            floor += pulled * (1 - pulled) / (worth + 4)
        ratios.append(ratio)
        parts.append(part)
    on = [side[:, 1] > 0 for side in sides]
    variance, spent = 0.0, 0.0
    for which, sign in (((1, 1), 1), ((1, 0), 1), ((0, 1), 1)):
        at = [s for s in range(len(k)) if (on[0][s], on[1][s]) == which]
        own = sum((sign * (parts[0][s] - parts[1][s])) ** 2 for s in at)
        variance += own
        spent += own**2 / max(len(at) - 1, 1) if at else 0.0
    fewest = min(on[0].sum(), on[1].sum())
    freedom = variance**2 / spent if spent else fewest - 1
    variance += floor
    half = scipy.stats.t.ppf(0.975, freedom) * variance**0.5 if variance else np.nan
    return ratios[0] - ratios[1], half, freedom, fewest


@each_row(
    "sides",
    [
        ([1, 4, 7, 2, 0, 3], [10, 9, 12, 8, 6, 11], [1, 2, 1, 3, 4, 1], [9, 10, 8, 12, 7, 9]),  # all on both
        ([1, 4, 7, 0, 0, 3], [10, 9, 12, 0, 0, 11], [1, 0, 0, 3, 4, 1], [9, 0, 0, 12, 7, 9]),  # some on one alone
        ([1, 4, 7, 0, 0], [10, 9, 12, 0, 0], [0, 0, 2, 3, 4], [0, 0, 5, 12, 7]),  # one alone is on both
        ([0, 0, 0, 0, 0, 0], [10, 9, 12, 0, 0, 0], [0, 0, 0, 3, 4, 2], [0, 0, 0, 12, 7, 9]),  # a share that does not vary
        ([9, 8, 4, 0, 0, 0], [9, 8, 4, 0, 0, 0], [0, 0, 0, 7, 6, 5], [0, 0, 0, 7, 6, 5]),  # neither does
        ([9, 8, 3, 0, 0, 0], [3, 2, 4, 0, 0, 0], [0, 0, 0, 7, 5, 2], [0, 0, 0, 7, 6, 3]),  # more than one a unit: no share
        ([2, 4, 6, 0, 0, 0], [1, 2, 3, 0, 0, 0], [0, 0, 0, 3, 1, 2], [0, 0, 0, 1, 1, 2]),  # a flat ratio that is none has no floor
    ],
)  # fmt: skip
def test_a_difference_is_what_one_session_after_the_other_adds_up_to(sides):
    found = compare.differences(*sides)
    gap, half, freedom, fewest = by_hand(*sides)
    assert found.estimate[0] == pytest.approx(gap)
    assert (found.high[0] - found.low[0]) / 2 == pytest.approx(half, nan_ok=True)
    assert found.n_effective[0] == pytest.approx(freedom + 1)
    assert (found.n_sessions[0], found.n_units[0]) == (fewest, sum(sides[1]) + sum(sides[3]))


@each_row(("k", "n"), [((30, 10, 60, 10), (100, 80)), ((1, 0, 0, 2), (9, 7)), ((5, 9, 5, 9), (20, 20))])
def test_a_test_that_takes_rows_for_independent_is_the_usual_one(k, n):
    table = np.array([[k[0], n[0]], [k[1], n[0]], [k[2], n[1]], [k[3], n[1]]], dtype=float)
    on = np.array([False, False, True, True])
    (k0, n0), (k1, n1) = table[:2].sum(axis=0), table[2:].sum(axis=0)
    pooled = (k0 + k1) / (n0 + n1)
    z = (k1 / n1 - k0 / n0) / (pooled * (1 - pooled) * (1 / n0 + 1 / n1)) ** 0.5
    assert compare.compare(table, on, rows="share").p_rows == pytest.approx(2 * scipy.stats.norm.sf(abs(z)))
    exact = scipy.stats.binomtest(int(k1), int(k0 + k1), n1 / (n0 + n1)).pvalue
    assert compare.compare(table, on, rows="rate").p_rows == pytest.approx(exact)


@each_row(
    ("table", "rows", "p"),
    [
        ([[0, 9], [0, 9]], "rate", 1.0), ([[0, 9], [0, 9]], "share", 1.0), ([[9, 9], [9, 9]], "share", 1.0),
        ([[3, 0], [2, 9]], "rate", np.nan), ([[3, 9], [2, 0]], "rate", np.nan), ([[3, 0], [2, 9]], "share", np.nan), ([[3, 9], [4, 9]], None, np.nan),
    ],
)  # fmt: skip
def test_where_rows_tell_nothing_no_difference_is_claimed_of_them(table, rows, p):
    assert compare.compare(
        np.array(table, dtype=float), np.array([False, True]), rows=rows
    ).p_rows == pytest.approx(p, nan_ok=True)


@each_row(
    ("first", "second", "is_permuted"), [(19, 30, True), (30, 19, True), (20, 30, False), (30, 20, False)]
)
def test_under_twenty_on_either_side_sessions_are_dealt_out(first, second, is_permuted):
    table = np.array([[k % 4, 10] for k in range(first + second)], dtype=float)
    seen = compare.compare(table, np.arange(first + second) >= first, draws=9)
    assert (not np.isnan(seen.p)) is is_permuted
    assert seen.n_sessions == (first, second)


def test_sessions_without_anything_are_on_no_side():
    padded = np.r_[FEW[:8], np.zeros((3, 2)), FEW[8:]]
    seen = compare.compare(padded, np.arange(19) >= 11)
    assert seen == compare.compare(FEW, HALVES)
    assert compare.compare(np.r_[FEW[:8], [[0, 1]], FEW[8:]], np.arange(17) >= 9).n_sessions == (9, 8)


@each_row(("freedom", "n_sessions"), [(3.0, 10), (14.0, 16), (60.0, 62), (1.0, 3)])
def test_so_many_sessions_more_halve_an_interval(freedom, n_sessions):
    more = compare.sessions_to_halve(freedom, n_sessions)

    def width(times):
        return scipy.stats.t.ppf(0.975, freedom * times) / times**0.5

    now, then = width(1.0), width(1 + more / n_sessions)
    assert then <= now / 2 * 1.002
    assert width(1 + (more - 1.2) / n_sessions) > now / 2 * 0.998 or more <= 1.2


@each_row("freedom", [-1.0, 0.0, np.nan])
def test_without_freedom_there_is_no_interval_to_halve(freedom):
    assert compare.sessions_to_halve(freedom, 16) is None


@each_row(("sides", "apart"), [((10, 10), 0.2), ((9, 30), 0.1), ((12, 40), 0.05)])
def test_so_many_sessions_a_side_tell_a_difference_that_matters(sides, apart):
    seen = compare.Comparison(0.4, 0.3, -0.1, -0.3, 0.1, sides, np.nan, np.nan, None, False)
    n = compare.sessions_to_tell(seen, apart)
    first, second = sides
    spread = 0.4 / scipy.stats.t.ppf(0.975, first + second - 2) / (1 / first + 1 / second) ** 0.5

    def width(each):
        return spread * (2 / each) ** 0.5 * scipy.stats.t.ppf(0.975, 2 * each - 2)

    assert width(n) <= apart < width(n - 1)


@pytest.mark.parametrize(("apart", "n"), [(9.0, 8), (1e-9, 100_000)])
def test_sessions_that_tell_are_eight_at_least_and_no_more_than_anybody_has(apart, n):
    seen = compare.Comparison(0.4, 0.3, -0.1, -0.3, 0.1, (10, 10), np.nan, np.nan, None, False)
    assert compare.sessions_to_tell(seen, apart) == n


@each_row(
    ("low", "high", "p", "p_of_all", "is_shown"),
    [
        (0.1, 0.3, np.nan, np.nan, True), (-0.3, -0.1, np.nan, np.nan, True), (0.0, 0.3, np.nan, np.nan, False), (-0.3, 0.0, np.nan, np.nan, False),
        (-0.1, 0.1, 0.01, 0.01, False), (0.1, 0.3, 0.04, 0.04, True), (0.1, 0.3, 0.05, np.nan, False), (0.1, 0.3, np.nan, 0.05, False),
        (0.1, 0.3, 0.2, 0.01, False), (0.1, 0.3, 0.01, 0.2, False),
    ],
)  # fmt: skip
def test_a_difference_is_shown_where_its_limits_and_all_tests_agree(low, high, p, p_of_all, is_shown):
    seen = compare.Comparison(0.1, 0.3, (low + high) / 2, low, high, (30, 30), p, np.nan, None, False)
    assert compare.is_shown(seen, p_of_all=p_of_all) is is_shown


@each_row(
    ("difference", "low", "high", "p", "told"),
    [
        (0.3, 0.0, 0.9, np.nan, 0.05), (-0.3, -0.9, 0.0, np.nan, 0.05), (0.3, 0.15, 0.9, np.nan, 2 * scipy.stats.norm.sf(2 * 1.959964)),
        (0.0, -0.2, 0.4, np.nan, 1.0), (0.3, 0.0, 0.9, 0.7, 0.7), (0.3, 0.0, 0.9, 0.0, 0.0),
    ],
)  # fmt: skip
def test_the_p_of_a_comparison_is_the_permutations_or_that_of_the_limit_nearer_to_none(
    difference, low, high, p, told
):
    seen = compare.Comparison(0.1, 0.3, difference, low, high, (30, 30), p, np.nan, None, False)
    assert compare.p_of(seen) == pytest.approx(told, rel=1e-4)


@each_row(
    ("low", "p_rows", "is_said"),
    [(0.1, 0.01, False), (-0.1, 0.01, True), (-0.1, 0.05, False), (-0.1, 0.2, False), (-0.1, np.nan, False)],
)
def test_what_a_test_on_rows_had_claimed_is_said_where_it_is_not_so(low, p_rows, is_said):
    seen = compare.Comparison(0.1, 0.3, 0.2, low, 0.5, (30, 30), np.nan, p_rows, None, False)
    assert ("would have claimed" in compare.sentence(seen, "failing", "before", "after")) is is_said


@each_row(("p", "told"), [(0.001, "= 0.001"), (0.0009, "< 0.001"), (0.9996, "= 1.000")])
def test_a_p_is_printed_to_the_thousandth(p, told):
    assert compare.p_text(p) == told


def test_limits_of_a_difference_keep_the_sides_of_both():
    gap, low, high = compare.difference_limits(
        [5.0, 1.0], [4.0, 0.0], [8.0, np.nan], [2.0, 1.0], [-2.0, 0.0], [2.5, 2.0]
    )
    assert gap.tolist() == [3.0, 0.0]
    assert low.tolist() == pytest.approx([3 - (1 + 0.25) ** 0.5, -(2**0.5)])
    assert high.tolist() == pytest.approx([3 + (9 + 16) ** 0.5, np.nan], nan_ok=True)
