"""What is computed here equals what other programs say of published data (benchmarks/references.py wrote it)."""

import importlib
import json
from pathlib import Path

import numpy as np
import pytest

from claudesess.stats import compare, competing_risks, proportions, rates, resampling, shrinkage

survival = importlib.import_module("claudesess.stats.survival")
SAID = json.loads((Path(__file__).parents[1] / "fixtures/references.json").read_text(encoding="utf-8"))


def close(value, expected, to=1e-9):
    np.testing.assert_allclose(value, expected, rtol=to, atol=1e-13)


def test_remission_under_6_mp():
    said = SAID["remission"]
    weeks = np.array(said["weeks"])
    own = np.arange(len(weeks))
    curve = survival.curves(np.abs(weeks), weeks > 0, own, np.zeros(len(weeks), dtype=int), n_groups=1)
    assert curve.time.tolist() == said["times"]
    close(1 - curve.share, said["survival"])
    close(curve.variance, said["jackknife_variance"])
    half, tenth = survival.durations(np.abs(weeks), weeks > 0, own).estimate[0]
    assert half == said["median"] == 23
    assert np.isnan(tenth)


def test_restricted_mean_of_remission_by_attempts():
    # Weeks as attempts: who was still in remission then was seen to survive that week, so is open in the next.
    said = SAID["remission"]
    weeks = np.array(said["weeks"])
    attempt = np.where(weeks > 0, weeks, np.abs(weeks) + 1)
    table = competing_risks.attempt_sums(
        attempt, np.where(weeks > 0, 0, -1), np.arange(21), n_rows=21, n_causes=1, last=20
    )
    close(competing_risks.mean_attempts(table, horizon=20).estimate, said["restricted_mean_20"])


@pytest.mark.parametrize(("cause", "name"), [(1, "plasma cell malignancy"), (2, "death")])
def test_gammopathy_by_months(cause, name):
    said = SAID["gammopathy"]
    event = np.array(said["event"])
    end = np.where(event == 0, 0, np.where(event == cause, 1, 2))
    year = np.unique(said["year"], return_inverse=True)[1]
    got = survival.incidence_by_time(said["months"], end, year, said["horizons"])
    close(got.estimate[0], said["share"][cause - 1])
    curve = survival.curves(said["months"], end, year, np.zeros(len(year), dtype=int), n_groups=1)
    at = np.searchsorted(curve.time, said["horizons"], "right") - 1
    close(curve.variance[at], said["jackknife_variance"][cause - 1])


def test_gammopathy_by_attempts_with_pending_ones():
    said = SAID["gammopathy"]
    year = np.unique(said["year"], return_inverse=True)[1]
    table = competing_risks.attempt_sums(
        said["attempt"], np.array(said["event"]) - 1, year, n_rows=year.max() + 1, n_causes=2
    )
    close(competing_risks.incidence(table).estimate[0], said["share_by_attempt"])

    def shares(flat):
        return competing_risks._incidence(flat.reshape(*flat.shape[:-1], *table.shape[1:]))[0]

    one = np.zeros(len(table), dtype=int)
    _, variance, _ = resampling.jackknife(table.reshape(len(table), -1), one, 1, shares)
    close(variance[0][:, [0, 1, 2, 4]], said["jackknife_variance_by_attempt"])


def test_infections_by_child():
    said = SAID["infections"]
    k, n = np.array(said["events"], dtype=float), np.array(said["n"], dtype=float)
    zero, m, total = np.zeros(len(k), dtype=int), np.array([len(k)]), np.array([n.sum()])
    close(proportions.shares(k, n).estimate, said["share"])
    close(proportions.ratio_variance(k, n, zero, np.array([said["share"]]), total, m), said["variance"])


def test_ships_by_type():
    said = SAID["ships"]
    rate = rates.event_rates(said["events"], said["exposure"])
    close(np.log(rate.estimate), said["log_rate"])
    e = np.array(said["exposure"], dtype=float)
    # The types' months are worth 1.38 of five: under two, so that one degree of freedom is left.
    assert e.sum() ** 2 / (e**2).sum() < 2
    close((np.log(rate.high / rate.estimate) / 12.706204736432095) ** 2, said["jackknife_variance"])
    k, one = np.array(said["events"], dtype=float), np.zeros(5, dtype=int)
    linear = proportions.ratio_variance(k, e, one, rate.estimate, np.array([e.sum()]), np.array([5]))
    close(linear / rate.estimate**2, said["log_variance"])


@pytest.mark.slow
def test_sleep_between_and_within():
    said = SAID["sleep"]
    first, second = np.array(said["first"]), np.array(said["second"])
    one, none = np.ones(10), np.zeros(10)
    apart = compare.differences(np.r_[first, none], np.r_[one, none], np.r_[none, second], np.r_[none, one])
    close([apart.low[0], apart.high[0]], said["welch"])
    close(apart.n_effective - 1, said["freedom"])
    within = compare.differences(first, one, second, one)
    close([within.low[0], within.high[0]], said["paired"])
    seen = compare.compare(np.c_[np.r_[first, second], np.r_[one, one]], np.arange(20) >= 10, draws=184_756)
    close([-seen.high, -seen.low], said["welch"])
    close(seen.p, said["permutation_p"])


def test_rats():
    said = SAID["rats"]
    k, n = np.array(said["events"], dtype=float), np.array(said["n"], dtype=float)
    # Both are sums over a grid in place of an integral: they agree to what their steps allow.
    close(shrinkage.shrink(k, n).estimate, said["means"], to=1e-6)
    alpha, beta, weight = shrinkage._groups_are_like(k, n)
    close([weight @ alpha, weight @ beta], [said["alpha"], said["beta"]], to=1e-4)
    assert (round(said["alpha"], 1), round(said["beta"], 1)) == (2.4, 14.3)


def test_holm():
    close(resampling.holm(SAID["adjusted"]["p"]), SAID["adjusted"]["holm"])
