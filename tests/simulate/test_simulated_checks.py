"""What is drawn of checks is what was planted."""

from dataclasses import replace

import numpy as np
import pytest

from claudesess.simulate import checks

PLAN = checks.Plan()


@pytest.mark.parametrize("flaps", [0.0, 0.2])
def test_answers_change_without_an_edit_as_often_as_planted(flaps):
    runs = checks.runs(replace(PLAN, flaps=flaps), 20, 40, 1)
    again = ~runs.is_edited[1:]
    flips = (runs.fails[1:] != runs.fails[:-1])[again]
    assert flips.mean() == pytest.approx(flaps, abs=0.01)
    assert runs.fails[runs.is_edited].mean() == pytest.approx(0.4, abs=0.01)


@pytest.mark.parametrize(("more", "expected"), [(0.0, 0.0), (0.5, 0.2)])
def test_hidden_runs_fail_as_much_more_often_as_planted(more, expected):
    runs = checks.runs(replace(PLAN, hidden_fails=more, flaps=0.0), 20, 40, 1)
    assert runs.is_hidden.mean() == pytest.approx(0.3, abs=0.02)
    assert runs.fails[runs.is_hidden].mean() - 0.4 == pytest.approx(expected, abs=0.02)


def test_checks_fail_at_their_own_rates():
    drawn = checks.failures(PLAN, 1, 20_000, 1)
    n = np.bincount(drawn.check, drawn.n) / np.bincount(drawn.check)
    rate = np.bincount(drawn.check, drawn.rate) / np.bincount(drawn.check)
    assert n.tolist() == pytest.approx(rate.tolist(), rel=0.1)
    assert len(np.unique(drawn.session)) == 20_000
