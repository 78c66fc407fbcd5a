"""Times to an end, once more by plain loops: what of each group had ended by when, and how sessions differ in it."""

import importlib

import numpy as np
import pytest
import scipy
from tables import each_row

from claudesess.stats import intervals, proportions

survival = importlib.import_module("claudesess.stats.survival")


def drawn(seed, n=90):
    """Draw units: (time, end, session, group) with ties; of the last group all have ended, and one has no unit."""
    draw = np.random.default_rng(seed)
    group = draw.choice([0, 1, 3], n, p=[0.5, 0.3, 0.2])
    time = draw.integers(0, 9, n).astype(float)
    end = np.where(group == 3, draw.choice([1, 2], n), draw.choice([0, 1, 2], n, p=[0.35, 0.45, 0.2]))
    return time, end, draw.integers(0, 5, n), group


def share_by(units, second):
    """Return what share had ended with the event of interest, one time after the other."""
    free, share = 1.0, 0.0
    for at in sorted({time for time, end, _ in units if end > 0 and time <= second}):
        n = sum(time >= at for time, *_ in units)
        share += free * sum(time == at and end == 1 for time, end, _ in units) / n
        free *= 1 - sum(time == at and end > 0 for time, end, _ in units) / n
    return min(share, 1.0)


def variance_by(units, second):
    """Return the jackknife variance of that, by session."""
    sessions = sorted({session for *_, session in units})
    m, whole = len(sessions), share_by(units, second)
    without = [share_by([unit for unit in units if unit[2] != session], second) for session in sessions]
    return (m - 1) / m * sum((one - whole) ** 2 for one in without) if m > 1 else np.nan


def grouped(time, end, session, group):
    return {
        one: [(t, e, s) for t, e, s, g in zip(time, end, session, group, strict=True) if g == one]
        for one in range(4)
    }


@pytest.mark.parametrize("seed", [1, 2])
def test_curves(seed):
    given = drawn(seed)
    found = survival.curves(*given[:3], given[3], n_groups=4)
    expected = []
    for group, units in grouped(*given).items():
        for second in sorted({time for time, end, _ in units if end > 0}):
            n = sum(time >= second for time, *_ in units)
            expected.append((group, second, share_by(units, second), variance_by(units, second), n))
    assert found.group.tolist() == [row[0] for row in expected]
    assert found.time.tolist() == [row[1] for row in expected]
    assert found.share == pytest.approx([row[2] for row in expected])
    assert found.variance == pytest.approx([row[3] for row in expected])
    assert found[4].tolist() == [row[4] for row in expected]


@each_row("most", [1, 7, 30])
def test_curves_are_the_same_however_many_sessions_are_looked_at_at_once(monkeypatch, most):
    given, blocks = drawn(3), survival._blocks
    whole = survival.curves(*given[:3], given[3], n_groups=4)
    monkeypatch.setattr(survival, "_blocks", lambda lengths: blocks(lengths, most))
    assert survival.curves(*given[:3], given[3], n_groups=4).variance == pytest.approx(whole.variance)


@each_row(
    ("lengths", "most", "expected"),
    [([3, 3, 3], 6, [(0, 2), (2, 3)]), ([3, 3, 3], 2, [(0, 1), (1, 2), (2, 3)]), ([3, 3], 9, [(0, 2)]), ([], 5, []), ([5, 1, 1, 5], 7, [(0, 3), (3, 4)])],
)  # fmt: skip
def test_rows_whose_cells_fit_into_memory_together(lengths, most, expected):
    assert list(survival._blocks(np.array(lengths, dtype=np.int64), most)) == expected


def effective(share, variance, n, alike, m):
    """Return how many independent units a share is worth."""
    if share * (1 - share) > 1e-12 and variance > 0:
        return min(share * (1 - share) / variance, n) * intervals.price_of_few(m, 0.95)
    return alike


def kish(units):
    sizes = [sum(one == session for *_, one in units) for session in {session for *_, session in units}]
    return sum(sizes) ** 2 / sum(size**2 for size in sizes)


@each_row("seed", [1, 2, 4])
def test_shares_that_have_ended_by_some_times(seed):
    given, horizons = drawn(seed), [0.0, 2.5, 5.0, 8.0, 20.0]
    found = survival.incidence_by_time(*given[:3], horizons, given[3], n_groups=4)
    for group, units in grouped(*given).items():
        for at, second in enumerate(horizons):
            assert found.exposure[group, at] == sum(time >= second for time, *_ in units)
            pending = sum(time < second and end == 0 for time, end, _ in units)
            assert (found.n_pending[group, at], found.n_units[group, 0]) == (pending, len(units))
            if not units:
                assert np.isnan(found.estimate[group, at])
                continue
            longest = max(time for time, *_ in units)
            is_left = any(time == longest and end == 0 for time, end, _ in units)
            is_hidden = second > longest and pending > 0 and is_left
            if is_hidden:
                assert np.isnan(found.estimate[group, at]) and np.isnan(found.low[group, at])
                continue
            share, variance = share_by(units, second), variance_by(units, second)
            assert found.estimate[group, at] == pytest.approx(share)
            m, n = len({session for *_, session in units}), len(units) - pending
            low, high = proportions.wilson(share, effective(share, variance, n, min(kish(units), n), m))
            assert (found.low[group, at], found.high[group, at]) == pytest.approx((float(low), float(high)))


@each_row("seed", [1, 2, 4])
def test_times_by_which_a_share_has_ended(seed):
    given, quantiles = drawn(seed), [0.2, 0.5, 0.9]
    found = survival.durations(*given[:3], given[3], n_groups=4, quantiles=quantiles)
    for group, units in grouped(*given).items():
        assert (found.n_units[group, 0], found.n_censored[group, 0]) == (
            len(units),
            sum(end == 0 for _, end, _ in units),
        )
        assert found.exposure[group, 0] == sum(time for time, *_ in units)
        times = sorted({time for time, end, _ in units if end > 0})
        m = len({session for *_, session in units})
        for at, q in enumerate(quantiles):
            first = {"estimate": np.nan, "low": np.nan, "high": np.nan}
            for second in reversed(times):
                share, variance = share_by(units, second), variance_by(units, second)
                is_inside = 0 < share < 1 - 1e-12
                if share >= q - 1e-12:
                    first["estimate"] = second
                if is_inside:
                    error = max(variance, share * (1 - share) / len(units)) ** 0.5 / (
                        (1 - share) * abs(np.log1p(-share))
                    )
                    half = scipy.stats.t.ppf(0.975, m - 1) * error
                    place, target = np.log(-np.log1p(-share)), np.log(-np.log1p(-q))
                    first["low"] = second if place + half >= target else first["low"]
                    first["high"] = second if place - half >= target else first["high"]
                elif share >= q:
                    first["low"] = second
            assert found.estimate[group, at] == pytest.approx(first["estimate"], nan_ok=True)
            if m >= intervals.FEWEST_SESSIONS and not np.isnan(first["estimate"]):
                assert (found.low[group, at], found.high[group, at]) == pytest.approx(
                    (first["low"], first["high"]), nan_ok=True
                )
            if units and np.isnan(first["estimate"]):
                ended = round(100 * share_by(units, 99))
                assert (
                    found.note[group, at]
                    == f"not reached: an estimated {ended} % by the end of what was watched"
                )
