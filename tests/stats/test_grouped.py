"""Estimators of many groups at once say of each group what the estimators of one group say of it."""

import numpy as np
import pandas as pd
import pytest

from claudesess import stats
from claudesess.stats import grouped

SEEDS = range(5)
CAUSES = ["fixed", "abandoned", "escalated_user"]


def drawn(seed, n=120, n_groups=6):
    """Values of groups, the last of which has none."""
    random = np.random.default_rng(seed)
    return random, random.integers(0, n_groups - 1, n), n_groups


@pytest.mark.parametrize("seed", SEEDS)
def test_clustered_shares(seed):
    random, group, n_groups = drawn(seed)
    n = random.integers(0, 9, len(group))
    k = random.binomial(n, random.random(len(group)))
    k[group == 1], k[group == 2] = 0, n[group == 2]  # none, and all
    found = grouped.clustered_shares(group, k, n, n_groups)
    for one in range(n_groups):
        alone = stats.clustered_share(k[group == one], n[group == one])
        here = [values[one] for values in found]
        assert here == pytest.approx(list(alone), nan_ok=True)


@pytest.mark.parametrize("seed", SEEDS)
def test_clustered_differences(seed):
    random, group, n_groups = drawn(seed)
    n = random.integers(1, 9, len(group))
    before, after = (random.binomial(n, share) for share in (0.3, 0.6))
    before[group == 1], after[group == 1] = 0, 0  # nothing varies
    found = grouped.clustered_differences(group, before, after, n, n_groups)
    for one in range(n_groups):
        is_own = group == one
        alone = stats.clustered_difference(before[is_own], after[is_own], n[is_own])
        assert [values[one] for values in found] == pytest.approx(list(alone), nan_ok=True)


@pytest.mark.parametrize("seed", SEEDS)
def test_medians(seed):
    random, group, n_groups = drawn(seed)
    time = random.integers(1, 30, len(group)).astype(float)
    ended = random.random(len(group)) < 0.6
    ended[group == 1], ended[group == 2] = False, True
    found = grouped.medians(group, time, ended.astype(int), (~ended).astype(int), n_groups)
    for one in range(n_groups):
        is_own = group == one
        curve = stats.survival(time[is_own], ended[is_own])
        assert [values[one] for values in found] == pytest.approx(
            list(stats.median_interval(curve)), nan_ok=True
        )


@pytest.mark.parametrize("last", [3, 9])
@pytest.mark.parametrize("seed", SEEDS)
def test_incidences_also_where_the_last_steps_are_left_out(seed, last):
    random, group, n_groups = drawn(seed)
    step = random.integers(1, 7, len(group))
    event = random.choice([*CAUSES, "open"], len(group))
    step[group == 1] = 2  # a group that ends before the others
    events = np.zeros((n_groups, last, len(CAUSES)))
    censored, beyond = np.zeros((n_groups, last)), np.bincount(group[step > last], minlength=n_groups)
    for of, at, kind in zip(group, step, event, strict=True):
        if at <= last and kind == "open":
            censored[of, at - 1] += 1
        elif at <= last:
            events[of, at - 1, CAUSES.index(kind)] += 1
    found = grouped.incidences(events, censored, beyond)
    for one in range(n_groups - 1):
        alone = stats.cumulative_incidence(step[group == one], event[group == one].tolist(), CAUSES)
        alone = alone[alone["attempt"] <= last]
        for place, cause in enumerate(CAUSES):
            rows = alone[alone["event"] == cause]
            for ours, theirs in (
                ("share", "share"),
                ("low", "share_low"),
                ("high", "share_high"),
                ("n_effective",) * 2,
            ):
                here = getattr(found, ours)[one, : len(rows), place]
                assert here == pytest.approx(rows[theirs].to_numpy(), nan_ok=True), (cause, ours)
            assert found.at_risk[one, : len(rows)].tolist() == rows["n_at_risk"].tolist()


def test_rates():
    rate, low, high = grouped.rate_limits([0, 2, 5], [3.0, 1.0, 0.0])
    assert [list(pair) for pair in zip(low, high, strict=True)][:2] == [
        pytest.approx(stats.rate_interval(0, 3.0)), pytest.approx(stats.rate_interval(2, 1.0)),
    ]  # fmt: skip
    assert rate[:2].tolist() == [0.0, 2.0]
    assert pd.isna([rate[2], low[2], high[2]]).all()
