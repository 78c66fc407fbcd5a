"""Placebo moments: where they may lie, and what they are held against."""

import numpy as np
import pytest

from claudesess.stats import placebo

# Two sessions of 400 calls with compactions before calls 100 and 300, and one of 90 without any.
SESSION, AT, N_CALLS = np.array([0, 1, 1]), np.array([100, 100, 300]), np.array([400, 400, 90])


def drawn(**more):
    return placebo.placebo_cuts(SESSION, AT, N_CALLS, **{"seed": 1, "draws": 200, **more})


def test_placebos_lie_where_nothing_happened():
    cuts = drawn()
    assert set(cuts.session.tolist()) <= {0, 1}
    for session, at in zip(cuts.session, cuts.at, strict=True):
        assert min(abs(at - true) for true in AT[session == SESSION]) >= 50
        assert at + 50 <= N_CALLS[session]


def test_any_session_may_have_them():
    # each of three has room about call 200, wherever the others end
    cuts = placebo.placebo_cuts([0, 1, 2], [60, 200, 340], [400, 400, 400], seed=1, draws=200, tolerance=1.0)
    assert set(cuts.session.tolist()) == {0, 1, 2}
    for session, at in zip(cuts.session.tolist(), cuts.at.tolist(), strict=True):
        assert 0 < at <= 350 and abs(at - (60, 200, 340)[session]) >= 50


def test_placebos_stand_as_far_into_their_session():
    cuts = drawn()
    assert (np.abs(cuts.at - AT[cuts.cut]) <= 0.2 * AT[cuts.cut]).all()
    # 80 to 120 is within 50 of a compaction in both sessions: the first two have no placebo.
    assert set(cuts.cut.tolist()) == {2}
    assert set(drawn(window=10).cut.tolist()) == {0, 1, 2}


def test_as_many_calls_after_as_the_true_moment_has():
    cuts = placebo.placebo_cuts(
        [0, 0, 1], [100, 130, 395], [400, 400], seed=1, draws=20, window=40, tolerance=1.0
    )
    after = {0: 30, 1: 40, 2: 5}  # until the next one; a whole window; until the end
    assert {int(cut): int(n) for cut, n in zip(cuts.cut, cuts.n_after, strict=True)} == after


def test_placebos_have_the_state_of_the_true_moment():
    state = np.arange(N_CALLS.sum()) % 3
    cuts = drawn(state=state, window=10)
    begin = np.cumsum(N_CALLS) - N_CALLS
    own = state[begin[SESSION] + AT]
    assert (state[begin[cuts.session] + cuts.at] == own[cuts.cut]).all()


def test_the_same_seed_draws_the_same():
    assert all((a == b).all() for a, b in zip(drawn(), drawn(), strict=True))
    assert (drawn().at != drawn(seed=2).at).any()


def test_without_any_moment_or_candidate_nothing_is_drawn():
    assert len(placebo.placebo_cuts([], [], [10], seed=1).at) == 0
    assert len(placebo.placebo_cuts([0], [5], [10], seed=1).at) == 0


def test_a_result_is_held_against_its_control():
    events, n = np.array([3, 2, 4, 3]), np.full(4, 10)
    placebos = np.array([[1, 1, 1, 2], [1, 0, 1, 1], [0, 1, 1, 0]])
    seen = placebo.against(events, n, placebos, np.full((3, 4), 10))
    assert (seen.result, seen.control) == pytest.approx((0.3, 10 / 120))
    assert seen.difference.estimate[0] == pytest.approx(0.3 - 10 / 120)
    assert (seen.percentile, seen.n_draws) == (1.0, 3)
    same = placebo.against(events, n, [events, events], [n, n])
    assert (same.difference.estimate[0], same.percentile) == (0, 0.5)


def test_shifted_times_stay_in_their_window_and_keep_their_number():
    moved = placebo.shifted([1.0, 12.0, 19.0], [0.0, 10.0, 10.0], [10.0, 20.0, 20.0], seed=1, draws=500)
    assert moved.shape == (500, 3)
    assert ((moved[:, 0] >= 0) & (moved[:, 0] < 10)).all()
    assert ((moved[:, 1:] >= 10) & (moved[:, 1:] < 20)).all()
    assert moved.mean(axis=0) == pytest.approx([5, 15, 15], abs=0.5)


def simulated(effect, seeds):
    """Share of projects in which a difference is called, after against matched placebos."""
    from dataclasses import replace

    from claudesess.simulate import units
    from claudesess.stats.compare import differences

    called = []
    for seed in seeds:
        calls = units.calls(replace(units.Plan(), effect=effect, cuts_by_failures=0.0), 1, 20, seed)
        n_calls = np.bincount(calls.session, minlength=20)
        begin = np.cumsum(n_calls) - n_calls
        total = np.concatenate([[0], np.cumsum(calls.counts)])
        place = np.flatnonzero(calls.is_cut)
        session, at = calls.session[place], calls.at[place]
        n = placebo._calls_after(session, at, n_calls, 50)
        cuts = placebo.placebo_cuts(session, at, n_calls, seed=seed)
        where = begin[cuts.session] + cuts.at
        own = np.bincount(session, total[place + n] - total[place], 20), np.bincount(session, n, 20)
        control = (
            np.bincount(session[cuts.cut], total[where + cuts.n_after] - total[where], 20),
            np.bincount(session[cuts.cut], cuts.n_after, 20),
        )
        gap = differences(*own, *(part / placebo.DRAWS for part in control))
        called.append(bool(gap.low[0] > 0 or gap.high[0] < 0))
    return np.mean(called)


@pytest.mark.slow
def test_a_planted_null_is_empty_and_a_planted_effect_is_not():
    assert simulated(0.0, range(40)) <= 0.175  # 5 % of 40: 7 or fewer in 999 of 1,000
    assert simulated(1.5, range(40)) >= 0.8
