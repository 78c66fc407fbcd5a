"""Limits hold on projects with planted truth: the table of docs/recovery.md, on fewer projects."""

import importlib.util
import sys
from pathlib import Path

import pytest
from counts import FULL

#: Of so many projects an alarm in so many or fewer: in 998 of 1,000, if it is 5 %.
PROJECTS, MOST_ALARMS = (200, 20) if FULL else (100, 12)
PATH = Path(__file__).parents[2] / "benchmarks/recovery.py"


def load():
    spec = importlib.util.spec_from_file_location("recovery", PATH)
    module = importlib.util.module_from_spec(spec)
    sys.modules["recovery"] = module
    spec.loader.exec_module(module)
    return module


recovery = load()


@pytest.fixture(scope="module")
def cells():
    with pytest.MonkeyPatch.context() as patch:
        if not FULL:  # projects in which each agent is a session, sessions of which the truth is counted
            patch.setattr(recovery, "FEW", 25)
            patch.setattr(recovery.units, "TRUTH_SESSIONS", 100_000)
        return list(recovery.cells(PROJECTS))


@pytest.mark.slow
@pytest.mark.xdist_group("recovery")
def test_limits_hold_where_nothing_is_broken(cells):
    usual = [cell for cell in cells if cell.process == "usual"]
    assert len(usual) > 60
    # Of seventy cells judged at 99 % one is wrong by chance.
    wrong = [cell for cell in usual if cell.verdict != "ok"]
    assert len(wrong) <= 2, wrong


@pytest.mark.slow
@pytest.mark.xdist_group("recovery")
def test_limits_by_rows_do_not_hold(cells):
    # The same judge on the usual limits: were it blind, it would find nothing here either.
    # Far out in the tail few agents are left, and few rows make wide limits whatever they take for granted.
    many = [
        cell
        for cell in cells
        if cell.process == "usual"
        and cell.sessions >= 20
        and cell.hidden == 0.3
        and "90 %" not in cell.estimate
    ]
    short = [cell for cell in many if recovery.judge(cell.by_rows, PROJECTS, 0.92, 0.98) == "short"]
    assert len(short) >= 0.8 * len(many)


@pytest.mark.slow
@pytest.mark.xdist_group("recovery")
def test_what_is_hidden_for_a_reason_is_seen_to_be_off(cells):
    broken = [cell for cell in cells if "hidden where" in cell.process and cell.sessions == 50]
    assert all("short" in cell.verdict for cell in broken)


@pytest.mark.slow
@pytest.mark.xdist_group("recovery")
def test_nulls_alarm_in_five_of_a_hundred():
    alarms = [alarm for alarm in recovery.comparisons(PROJECTS) if alarm.planted == "nothing"]
    for alarm in alarms:
        assert alarm.called * PROJECTS < MOST_ALARMS + 0.5, alarm
        assert alarm.by_rows > 0.15, alarm


@pytest.mark.parametrize(
    ("coverage", "n", "verdict"),
    [
        (0.95, 1_000, "ok"),
        (0.90, 1_000, "ok"),
        (0.88, 1_000, "short"),
        (0.88, 100, "ok"),
        (1.0, 1_000, "wide"),
    ],
)
def test_a_verdict_allows_for_chance(coverage, n, verdict):
    assert recovery.judge(coverage, n, 0.92, 0.98) == verdict
