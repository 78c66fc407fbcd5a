"""Processes give what is planted in the long run."""

import ast
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tables import each_row

from claudesess import simulate
from claudesess.simulate import units
from claudesess.simulate.units import Plan

ALIKE = replace(Plan(), share_spread=0.0, hazard_spread=0.0, hard_is_long=0.0, size_spread=0.0)


def test_without_spread_the_share_is_the_planted_one():
    whole = units.counts(ALIKE, 1, 20_000, 1)
    assert whole.events.sum() / whole.n.sum() == pytest.approx(0.3, abs=0.005)


def test_without_spread_hazards_are_the_planted_ones():
    drawn = units.chains(ALIKE, 1, 20_000, 2)
    for attempt, planted in ((1, 0.5), (2, 0.4), (3, 0.3)):
        here = drawn.attempt >= attempt
        fixed = here & (drawn.attempt == attempt) & (drawn.event == 0)
        assert fixed.sum() / here.sum() == pytest.approx(planted, abs=0.01)


@pytest.mark.parametrize("share", [0.3, 0.6])
def test_about_the_planted_share_is_hidden(share):
    plan = replace(Plan(), open_share=share)
    assert (units.chains(plan, 1, 5_000, 3).event < 0).mean() == pytest.approx(share, abs=0.04)
    agents, _, _ = units.agents(plan, 1, 5_000, 3)
    assert (agents.end == 0).mean() == pytest.approx(share, abs=0.04)


def test_hiding_for_no_reason_leaves_hazards_alone_and_hiding_for_a_reason_does_not():
    def first_hazard(plan):
        drawn = units.chains(plan, 1, 20_000, 4)
        at_risk = (drawn.attempt > 1) | (drawn.event >= 0)
        return ((drawn.attempt == 1) & (drawn.event == 0)).sum() / at_risk.sum()

    plain = first_hazard(Plan())
    assert first_hazard(replace(Plan(), open_share=0.6)) == pytest.approx(plain, abs=0.01)
    assert first_hazard(replace(Plan(), open_share=0.6, is_informative=True)) > plain + 0.05


def test_silence_for_a_reason_hides_those_that_take_long():
    plan = replace(Plan(), open_share=0.3, is_informative=True)
    hidden, _, _ = units.agents(plan, 1, 5_000, 5)
    plain, _, _ = units.agents(Plan(), 1, 5_000, 5)
    seen = np.median(hidden.seconds[hidden.end > 0])
    assert seen < 0.9 * np.median(plain.seconds)


def test_compactions_come_after_failures_and_regress():
    drawn = units.calls(replace(Plan(), cuts_by_failures=0.5), 1, 200, 6)
    place = np.flatnonzero(drawn.is_cut)
    place = place[(drawn.at[place] >= 10) & (place + 10 < len(drawn.at))]
    before = np.mean([drawn.counts[at - 10 : at].mean() for at in place])
    assert before > 2 * drawn.counts.mean()


def test_projects_and_seeds():
    once, again = units.counts(Plan(), 3, 4, 7), units.counts(Plan(), 3, 4, 7)
    assert once.project.tolist() == [0] * 4 + [1] * 4 + [2] * 4
    assert all((a == b).all() for a, b in zip(once, again, strict=True))
    assert (units.counts(Plan(), 3, 4, 8).n != once.n).any()


@pytest.mark.slow
def test_truth_hides_nothing():
    assert (units.truth(replace(Plan(), open_share=0.6, size=1.0), units.chains).event >= 0).all()


@each_row("path", sorted(Path(simulate.__file__).parent.glob("*.py")))
def test_what_is_tested_is_not_used(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    names += [name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names]
    assert not [name for name in names if name.startswith(("claudesess.stats", "claudesess.metrics"))]
