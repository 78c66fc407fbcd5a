"""Estimates of chains, once more by plain loops: each number of all sessions, and its variance by leaving out one at a time."""

import numpy as np
import pytest
import scipy
from tables import each_row

from claudesess.stats import competing_risks, discovery, intervals, proportions, shrinkage, stopping

LAST = 6


def chains(seed, n_groups=3, n_sessions=6):
    """Draw tables of attempts: a row per session and group; one group has one session, another one no chain at risk."""
    draw = np.random.default_rng(seed)
    n = 160
    group = draw.integers(0, n_groups, n)
    session = np.where(group == 2, 0, draw.integers(0, n_sessions, n))
    attempt = draw.geometric(0.45, n).clip(1, LAST + 1)
    event = draw.choice([-1, 0, 1], n, p=[0.25, 0.5, 0.25])
    row = group * n_sessions + session
    table = competing_risks.attempt_sums(
        attempt, event, row, n_rows=(n_groups + 1) * n_sessions, n_causes=2, last=LAST
    )
    group_of = np.repeat(np.arange(n_groups + 1), n_sessions)
    table[group_of == n_groups, :2] = [1, 0, 0, 0, 0, 0]  # reached once, and open there
    return table, group_of, list(zip(attempt.tolist(), event.tolist(), row.tolist(), strict=True))


def at_risk(table):
    return table[0] - table[1]


def curve(table):
    """Return shares by event and attempt, the share that is free behind each, of one summed table."""
    free, ended, shares, left = 1.0, [0.0, 0.0], [], []
    for attempt in range(LAST):
        n = at_risk(table)[attempt]
        for cause in (0, 1):
            ended[cause] += free * table[2 + cause][attempt] / n if n else 0.0
        free *= 1 - (table[2][attempt] + table[3][attempt]) / n if n else 1.0
        shares.append(list(ended))
        left.append(free)
    return np.array(shares).T, left


def left_out(tables, statistic):
    """Return a number of all sessions, and its jackknife variance: of those in which anything is at risk."""
    value = statistic(tables.sum(axis=0))
    m = len(tables)
    without = np.array([statistic(np.delete(tables, at, axis=0).sum(axis=0)) for at in range(m)])
    return value, (m - 1) / m * ((without - value) ** 2).sum(axis=0) if m > 1 else np.full(
        np.shape(value), np.nan
    )


def worth(share, variance, most, kish, m):
    """Return how many independent chains a share is worth."""
    if share * (1 - share) > 1e-12 and variance > 0:
        return min(share * (1 - share) / variance, most) * intervals.price_of_few(m, 0.95)
    return kish


@pytest.mark.parametrize("seed", [1, 2])
def test_what_becomes_of_chains_by_so_many_attempts(seed):
    table, group_of, _ = chains(seed)
    horizons = [1, 2, 4, 6]
    found = competing_risks.incidence(table, group_of, horizons=horizons)
    for group in range(4):
        own = table[group_of == group]
        kept = own[[at_risk(one)[0] > 0 for one in own]]
        for place, horizon in enumerate(horizons):
            assert found.n_pending[group, 0, place] == own[:, 1, :horizon].sum()
        if not len(kept):
            assert np.isnan(found.estimate[group]).all()
            assert found.n_sessions[group].max() == 0
            continue
        total = kept.sum(axis=0)
        value, variance = left_out(kept, lambda one: curve(one)[0][:, np.array(horizons) - 1])
        _, free = curve(total)
        each = np.array([at_risk(one)[0] for one in kept])
        for place, horizon in enumerate(horizons):
            n, before = at_risk(total)[horizon - 1], [1.0, *free][horizon - 1]
            is_hidden = n <= 0 and before > 1e-12
            most = n / before if n > 0 else at_risk(total)[0]
            for cause in (0, 1):
                assert found.exposure[group, cause, place] == n
                assert found.n_units[group, cause, place] == at_risk(total)[0]
                if is_hidden:
                    assert np.isnan(found.estimate[group, cause, place])
                    continue
                assert found.estimate[group, cause, place] == pytest.approx(value[cause, place])
                size = worth(
                    value[cause, place],
                    variance[cause, place],
                    min(most, at_risk(total)[0]),
                    min(each.sum() ** 2 / (each**2).sum(), most),
                    len(kept),
                )
                low, high = proportions.wilson(value[cause, place], size)
                if len(kept) >= 3:
                    assert (found.low[group, cause, place], found.high[group, cause, place]) == pytest.approx(
                        (float(low), float(high))
                    )


@each_row("seed", [1, 2])
@each_row("horizon", [1, 2, 5])
def test_how_many_attempts_chains_take(seed, horizon):
    table, group_of, _ = chains(seed)
    found = competing_risks.mean_attempts(table, group_of, horizon=horizon)
    for group in range(4):
        own = table[group_of == group]
        kept = own[[at_risk(one)[0] > 0 for one in own]]
        assert found.n_pending[group] == own[:, 1, : max(horizon - 1, 1)].sum()
        if not len(kept):
            assert np.isnan(found.estimate[group])
            continue
        value, variance = left_out(kept, lambda one: 1 + sum(curve(one)[1][: horizon - 1]))
        assert found.estimate[group] == pytest.approx(value)
        assert found.n_units[group] == at_risk(kept.sum(axis=0))[0]
        if horizon > 1 and len(kept) >= 3:
            each = np.array([at_risk(one)[0] for one in kept])
            part = (value - 1) / (horizon - 1)
            size = worth(
                part, variance / (horizon - 1) ** 2, np.inf, each.sum() ** 2 / (each**2).sum(), len(kept)
            )
            low, high = (1 + (horizon - 1) * float(limit) for limit in proportions.wilson(part, size))
            assert (found.low[group], found.high[group]) == pytest.approx((low, high))


def test_attempts_are_counted_one_by_one():
    table, _, each = chains(3)
    row = each[0][2]
    for attempt in range(1, LAST + 1):
        own = [(at, event) for at, event, of in each if of == row]
        assert table[row, 0, attempt - 1] == sum(at >= attempt for at, _ in own)
        assert [table[row, 1 + kind, attempt - 1] for kind in range(3)] == [
            sum(at == attempt and event == kind - 1 for at, event in own) for kind in range(3)
        ]


@pytest.mark.parametrize("horizons", [[0, 1], [1, LAST + 1]])
def test_horizons_beyond_what_is_counted_are_refused(horizons):
    table, group_of, _ = chains(1)
    with pytest.raises(ValueError, match="horizons must be from 1 to 6"):
        competing_risks.incidence(table, group_of, horizons=horizons)


@each_row(
    ("at_risk", "horizon"), [([[10, 10, 10, 10]], 5), ([[10, 10, 10, 9]], 3), ([[30, 9, 9, 9], [10, 9, 9, 9]], 1), ([[9, 9, 9, 9]], None), ([[30] * 4, [30, 10, 5, 1]], 2)]
)  # fmt: skip
def test_the_last_horizon_at_which_each_group_has_ten(at_risk, horizon):
    assert competing_risks.common_horizon(at_risk) == horizon


def asking_saves(fixed, tried, cost, timed, asking):
    """Return what asking at each failure saves against going on to the last one, step by step."""
    total, failing = [], 1.0
    spent = 0.0
    for k in range(stopping.STEPS):
        total.append(spent + failing * asking)
        spent += failing * (cost[k] / timed[k] if timed[k] else 0.0)
        failing *= 1 - (fixed[k] / tried[k] if tried[k] else 0.0)
    return spent + failing * asking - np.array(total)


def test_what_asking_saves_is_added_up_step_by_step():
    draw = np.random.default_rng(5)
    tried = np.sort(draw.integers(1, 30, (8, 6)), axis=1)[:, ::-1].astype(float)
    tried[7] = 0
    tried[4:, 3:] = 0  # in the second group nobody goes on after the third failure
    fixed, timed = np.floor(tried * draw.random((8, 6))), np.maximum(tried - 1, 0)
    cost, asked = timed * draw.uniform(1, 5, (8, 6)), np.full((8, 1), 4.0)
    group = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    found, best = stopping.saved(
        stopping.Sums(fixed, tried, cost, timed, 4 * 9.0 + 0 * asked, asked), group, 2
    )
    rows = np.concatenate([fixed, tried, cost, timed, 36.0 + 0 * asked, asked], axis=1)

    def statistic(sums):
        return asking_saves(sums[:6], sums[6:12], sums[12:18], sums[18:24], sums[24] / sums[25])

    value, variance = left_out(rows[:4], statistic)
    assert found.estimate[0] == pytest.approx(value)
    half = scipy.stats.t.ppf(0.975, 3) * np.sqrt(variance)
    assert found.low[0, :5] == pytest.approx((value - half)[:5])
    assert best[0] == value.argmax()
    assert np.isnan(found.estimate[1]).all()
    assert found.note[1, 0] == stopping.UNWATCHED
    assert (found.n_sessions[0, 0], found.n_sessions[1, 0]) == (4, 3)
    assert found.n_units[0].tolist() == tried[:4].sum(axis=0).tolist()


@each_row(("gap", "low", "m"), [(0.3, 0.1, 5), (0.3, -0.1, 30), (-0.1, -0.4, 8), (0.2, 0.0, 2)])
def test_the_p_of_limits_is_that_of_a_t_test(gap, low, m):
    error = (gap - low) / scipy.stats.t.ppf(0.975, m - 1)
    expected = min(2 * scipy.stats.t.sf(gap / error, m - 1), 1.0)
    assert discovery.p_of_limits([gap], [low], [m])[0] == pytest.approx(expected)


@each_row(("gap", "low", "m"), [(0.3, 0.3, 5), (0.3, 0.4, 5), (0.3, 0.1, 1), (0.3, np.nan, 5)])
def test_without_limits_or_two_sessions_there_is_no_p(gap, low, m):
    assert np.isnan(discovery.p_of_limits([gap], [low], [m])[0])


@pytest.mark.parametrize("is_rate", [False, True])
def test_dispersion_is_what_one_row_after_the_other_adds_up_to(is_rate):
    k, n, group = (
        [1, 4, 0, 9, 3, 3, 2, 0, 0, 5],
        [5, 9, 4, 10, 3, 3, 8, 0, 2, 6],
        [0, 0, 0, 0, 1, 1, 2, 2, 3, 2],
    )
    chi, used = 0.0, []
    for at, (events, size) in enumerate(zip(k, n, strict=True)):
        own = [one for one in range(10) if group[one] == group[at]]
        rate = sum(k[one] for one in own) / sum(n[one] for one in own)
        spread = size * rate * (1 if is_rate else 1 - rate)
        if spread > 1e-12:
            chi += (events - rate * size) ** 2 / spread
            used.append(group[at])
    assert shrinkage.dispersion(k, n, group, is_rate=is_rate) == pytest.approx(
        chi / (len(used) - len(set(used)))
    )


def test_one_session_a_group_tells_no_dispersion():
    assert shrinkage.dispersion([1, 2, 3], [4, 4, 4], [0, 1, 2]) == 1.0
    assert shrinkage.dispersion([2, 2, 0], [4, 4, 0], [0, 0, 0]) == 1.0


K, N = [2, 30, 3, 2, 0, 5, 7], [2, 40, 30, 15, 1, 25, 20]


def on_a_grid(log_likely, means, spreads):
    """Return the weight of each node of a fine grid."""
    log = np.array([[log_likely(mean, spread) for spread in spreads] for mean in means])
    weight = np.exp(log - log.max())
    return weight / weight.sum()


def test_shares_of_groups_are_what_a_fine_grid_gives():
    means, spreads = np.linspace(-6, 6, 101), np.linspace(0.02, 1.5, 50)

    def likely(mean, spread):
        share = scipy.special.expit(mean)
        a, b = share / spread**2, (1 - share) / spread**2
        seen = sum(
            scipy.special.betaln(a + k, b + n - k) - scipy.special.betaln(a, b)
            for k, n in zip(K, N, strict=True)
        )
        return seen + np.log(share * (1 - share))

    weight = on_a_grid(likely, means, spreads)
    share, strength = scipy.special.expit(means)[:, None], spreads[None, :] ** -2.0
    found = shrinkage.shrink(K, N)
    assert found.prior_mean == pytest.approx((weight * share).sum(), abs=0.004)
    expected = [(weight * (share * strength + k) / (strength + n)).sum() for k, n in zip(K, N, strict=True)]
    assert found.estimate.tolist() == pytest.approx(expected, abs=0.004)
    a, b = share * strength, (1 - share) * strength
    for at in (0, 3, 6):
        below = (weight * scipy.special.betainc(a + K[at], b + N[at] - K[at], found.low[at])).sum()
        above = (weight * scipy.special.betainc(a + K[at], b + N[at] - K[at], found.high[at])).sum()
        assert (below, above) == pytest.approx((0.025, 0.975), abs=0.004)


def test_rates_of_groups_are_what_a_fine_grid_gives():
    k, over = [2, 30, 3, 2, 0, 5, 7], [1.0, 9.0, 6.0, 3.0, 1.0, 5.0, 2.0]
    means, spreads = np.linspace(-9, 5, 141), np.linspace(0.01, 3, 70)

    def likely(mean, spread):
        shape, scale = spread**-2.0, np.exp(-mean) * spread**-2.0
        each = [
            scipy.special.gammaln(shape + n)
            - scipy.special.gammaln(shape)
            + shape * np.log(scale)
            - (shape + n) * np.log(scale + x)
            for n, x in zip(k, over, strict=True)
        ]
        return sum(each)

    weight = on_a_grid(likely, means, spreads)
    shape, scale = spreads[None, :] ** -2.0, np.exp(-means)[:, None] * spreads[None, :] ** -2.0
    found = shrinkage.shrink_rates(k, over)
    assert found.prior_mean == pytest.approx((weight * shape / scale).sum(), rel=0.01)
    expected = [(weight * (shape + n) / (scale + x)).sum() for n, x in zip(k, over, strict=True)]
    assert found.estimate.tolist() == pytest.approx(expected, rel=0.01)
    for at in (0, 3, 6):
        below = (weight * scipy.special.gammainc(shape + k[at], (scale + over[at]) * found.low[at])).sum()
        above = (weight * scipy.special.gammainc(shape + k[at], (scale + over[at]) * found.high[at])).sum()
        assert (below, above) == pytest.approx((0.025, 0.975), abs=0.005)


@each_row(("n_groups", "is_drawn"), [(4, False), (5, True)])
@each_row("shrink", [shrinkage.shrink, shrinkage.shrink_rates])
def test_five_groups_with_anything_in_them_tell_what_groups_are_like(shrink, n_groups, is_drawn):
    found = shrink([1] * n_groups + [0], [4] * n_groups + [0])
    assert bool(np.isnan(found.prior_mean)) is not is_drawn


def test_groups_stand_in_the_order_of_their_lower_limits_or_of_their_estimates():
    found = shrinkage.shrink([3, 30, 1, 0, 2, 9], [3, 40, 20, 10, 8, 30])
    assert found.order.tolist() == np.argsort(-found.low, kind="stable").tolist()
    without = shrinkage.shrink([3, 30, 1, 0, 2, 9], [3, 40, 20, 10, 8, 30], level=None)
    assert without.order.tolist() == np.argsort(-found.estimate, kind="stable").tolist()
    assert np.isnan(without.low).all() and without.estimate.tolist() == found.estimate.tolist()


def test_where_nobody_is_at_risk_any_more_but_some_are_free_there_is_no_mean():
    # In each of three sessions one chain is fixed at once, one is open after its second try.
    table = competing_risks.attempt_sums(
        [1, 2] * 3, [0, -1] * 3, [0, 0, 1, 1, 2, 2], n_rows=3, n_causes=1, last=5
    )
    found = competing_risks.mean_attempts(table, horizon=5)
    assert np.isnan([found.estimate[0], found.low[0], found.n_effective[0]]).all()
    assert found.note[0] == "nobody was at risk at the last attempt"
    assert competing_risks.mean_attempts(table, horizon=2).estimate[0] == pytest.approx(1.5)


@each_row("times", [1e-11, 1.0, 1e11])
def test_in_what_units_one_counts_has_no_say(times):
    k, n = np.array([4.0, 1.0, 1.0, 7.0]) * times, np.array([4.0, 3.0, 1.0, 9.0]) * times
    found, usual = proportions.shares(k, n), proportions.shares(k / times, n / times)
    variance = proportions.ratio_variance(
        k, n, np.zeros(4, dtype=int), found.estimate, n.sum(keepdims=True), np.array([4])
    )
    expected = proportions.ratio_variance(
        k / times,
        n / times,
        np.zeros(4, dtype=int),
        usual.estimate,
        n.sum(keepdims=True) / times,
        np.array([4]),
    )
    assert variance == pytest.approx(expected)
    assert found.estimate == pytest.approx(usual.estimate)
