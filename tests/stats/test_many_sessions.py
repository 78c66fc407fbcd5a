"""Curves of durations of many sessions: several are left out at once, so that the work does not grow with their square."""

import numpy as np
from tables import each_row

from claudesess.stats import survival


def _many(n_sessions, n_each=4):
    """Return made-up units of sessions that are unlike each other, two groups of them."""
    rng = np.random.default_rng(7)
    session = np.repeat(np.arange(n_sessions), n_each)
    time = rng.exponential(np.exp(rng.normal(0, 0.7, n_sessions))[session])
    return time, rng.choice([0, 1, 2], len(session), p=[0.1, 0.7, 0.2]), session, session % 2


def test_of_many_sessions_several_are_left_out_together(monkeypatch):
    time, end, session, group = _many(60)
    monkeypatch.setattr(survival, "MOST_LEFT_OUT", 10)
    found = survival.curves(time, end, session, group, n_groups=2)
    monkeypatch.setattr(survival, "MOST_LEFT_OUT", 1_000)
    each_tenth = session // 2 % 10  # of the thirty sessions of a group three are one part
    assert np.allclose(found.variance, survival.curves(time, end, each_tenth, group, n_groups=2).variance)
    exact = survival.curves(time, end, session, group, n_groups=2)
    assert np.array_equal(found.share, exact.share) and not np.allclose(found.variance, exact.variance)


@each_row(("n_sessions", "n_parts"), [(10, 10), (11, 6), (20, 10), (21, 7), (0, 0)])
def test_as_many_sessions_are_in_each_part(monkeypatch, n_sessions, n_parts):
    monkeypatch.setattr(survival, "MOST_LEFT_OUT", 10)
    group, part = survival._left_out_together(np.zeros(n_sessions, dtype=np.int64), np.arange(n_sessions))
    sizes = np.bincount(part, minlength=1)
    assert len(group) == n_parts and sizes.max() - sizes.min() <= 1


def test_the_work_grows_with_the_ends_of_many_sessions_and_not_with_their_square(monkeypatch):
    monkeypatch.setattr(survival, "MOST_LEFT_OUT", 10)
    share, cells = survival._share, []
    monkeypatch.setattr(survival, "_share", lambda ends, *rest: cells.append(len(ends)) or share(ends, *rest))
    for n_sessions in (40, 80):
        cells.clear()
        survival.curves(*_many(n_sessions), n_groups=2)
        assert sum(cells) <= (10 + 1) * cells[0]
