"""Limits hold on projects with planted truth: the table of docs/recovery.md, on fewer projects."""

import importlib.util
import sys
from pathlib import Path

import pytest
from counts import FULL, by_run
from tables import each_row

PROJECTS = by_run(few=30, full=200)
#: Of so many pairs of projects an alarm in so many or fewer: in 998 of 1,000, if it is 5 %.
PAIRS, MOST_ALARMS = by_run(few=(50, 8), full=(200, 20))
PATH = Path(__file__).parents[2] / "benchmarks/recovery.py"


def load():
    sys.path.insert(0, str(PATH.parent))
    spec = importlib.util.spec_from_file_location("recovery", PATH)
    module = importlib.util.module_from_spec(spec)
    sys.modules["recovery"] = module
    spec.loader.exec_module(module)
    return module


recovery = load()
draws = sys.modules["recovery_draws"]


BROKEN = {
    "fixed by attempt 1": "hidden where it goes badly",
    "median seconds": "silent because it takes long",
    "hidden checks that failed": "half of the failures print nothing",
    "green checks that were red": "half of the failures print nothing",
    "min saved, asked at failure 1": "hidden where it goes badly",
    "edits that drop another's": "most checks are not run",
    "looked at again": "its sender looks for itself, too",
}


class LookedAt(recovery.Kept):
    """What tests look at is drawn, and of other rows none: `make stress` draws all, as `make recovery` does."""

    def rows(self, name, draw):
        _, process, n_sessions, hidden = name
        is_broken = process in BROKEN.values() and n_sessions == 50 and hidden in (0, 0.6)
        return super().rows(name, draw) if FULL or process == "usual" or is_broken else []


@pytest.fixture(scope="module")
def few():
    """Fewer projects in which each agent is a session, fewer sessions of which the truth is counted."""
    with pytest.MonkeyPatch.context() as patch:
        if not FULL:
            patch.setattr(draws, "FEW", 25)
            patch.setattr(draws, "PLAYED_TRUTH", 2_500)
            patch.setattr(draws, "TRUE_ROWS", 4_000)
            patch.setattr(draws.units, "TRUTH_SESSIONS", 50_000)
        yield


@pytest.fixture(scope="module")
def cells(few):
    return list(recovery.cells(PROJECTS, LookedAt(None, PROJECTS)))


@pytest.mark.slow
@pytest.mark.xdist_group("recovery")
def test_limits_hold_where_nothing_is_broken(cells):
    usual = [cell for cell in cells if cell.process == "usual"]
    assert len(usual) > 100
    # Of a hundred cells judged at 99 % one is wrong by chance.
    wrong = [cell for cell in usual if cell.verdict != "ok"]
    assert len(wrong) <= 3, wrong


@pytest.mark.slow
@pytest.mark.xdist_group("recovery")
def test_limits_by_rows_do_not_hold(cells):
    # The same judge on the usual limits: were it blind, it would find nothing here either.
    # By rows times are asked of few projects.
    many = [
        cell
        for cell in cells
        if cell.process == "usual"
        and cell.sessions >= 20
        and cell.hidden == 0.3
        and cell.estimate.startswith(("fixed", "attempts"))
    ]
    short = [cell for cell in many if recovery.judge(cell.by_rows, PROJECTS, 0.92, 0.98) == "short"]
    assert len(short) >= 0.8 * len(many)


@pytest.mark.slow
@pytest.mark.xdist_group("recovery")
@pytest.mark.parametrize("estimate", BROKEN)
def test_what_breaks_an_estimate_is_seen_to(estimate, cells):
    broken = [cell for cell in cells if cell.estimate == estimate and cell.process == BROKEN[estimate]]
    last = [cell for cell in broken if cell.sessions == 50 and cell.hidden in (0, 0.6)]
    assert last
    assert all("short" in cell.verdict for cell in last), last


@pytest.mark.slow
@pytest.mark.xdist_group("recovery")
def test_limits_of_small_groups_hold_where_nothing_is_broken(few, monkeypatch):
    only = [(name, draw, {"usual": plans["usual"]}, (20,)) for name, draw, plans, _ in recovery.GROUPS]
    monkeypatch.setattr(recovery, "GROUPS", only)
    found = list(recovery.small_groups(30))
    assert len(found) == 5
    assert [one.verdict for one in found] == ["ok"] * 5, found
    # Sessions that differ more than by chance are seen to: counts alone hold in two thirds.
    bursts = draws.recurring(draws.replace(draws.FAILS, bursts=3.0), 30, 20, 1)
    assert ((bursts.low <= bursts.true) & (bursts.true <= bursts.high)).mean() > 0.85


@pytest.mark.slow
@pytest.mark.xdist_group("recovery")
def test_what_is_planted_is_found(few):
    nothing, step = (draws.knees(planted, 40, 20, 1) for planted in list(draws.KNEES)[:2])
    assert (nothing.falsely <= 0.1, step.found >= 0.9, step.falsely <= 0.1) == (True, True, True)
    *pays, never = (draws.best(planted, 40, 50, 1) for planted in draws.ASKED)
    assert min(one.found for one in pays) >= 0.9
    assert never.falsely <= 0.1


@pytest.mark.slow
@pytest.mark.xdist_group("recovery")
def test_nulls_alarm_in_five_of_a_hundred():
    alarms = [alarm for alarm in recovery.comparisons(PAIRS) if alarm.planted == "nothing"]
    for alarm in alarms:
        assert alarm.called * PAIRS < MOST_ALARMS + 0.5, alarm
        assert alarm.by_rows > 0.15, alarm


@each_row(
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


def test_a_killed_run_goes_on_where_it_was(tmp_path):
    path, drawn = tmp_path / "there" / "kept.jsonl", []

    def draw(seed):
        drawn.append(seed)
        return [("row", 0.5, float("nan"))]

    for name, n_projects in ((("a", 1), 10), (("a", 1), 10), (("a", 2), 10), (("a", 1), 20)):
        [row] = recovery.Kept(path, n_projects).rows(name, draw)
        assert row[:2] == ["row", 0.5]
    assert drawn == [recovery.seed_of(*name) for name in (("a", 1), ("a", 2), ("a", 1))]
