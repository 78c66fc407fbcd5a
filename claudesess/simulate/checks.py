"""Checks of a project, drawn straight as what is run and what fails: whom to trust, and what comes back.

Every check has a share and a rate of its own, which are the truth; sessions add chance alone.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from claudesess.simulate.units import Bools, Draw, Floats, Ints


@dataclass(frozen=True)
class Plan:
    """What is planted.

    Attributes
    ----------
    checks
        Different checks of a project.
    runs
        Runs of each check in a session beyond the first, on average.
    edited
        Probability that something is edited between two runs.
    fails
        Probability that a run after an edit fails.
    hidden, hidden_fails
        Share of runs whose exit status is hidden; how often those fail less how often the others do, in
        shares of the runs that fail.
    flaps, flaky
        Probability that a run without an edit before it answers otherwise than the run before, of the checks
        that flap at all; the share of these.
    exposed
        Probability that a check is run in a session.
    rate, rate_spread
        How often a check fails in a session in which it is run: typical rate, and its spread between checks
        on the log scale.
    """

    checks: int = 12
    runs: float = 4.0
    edited: float = 0.5
    fails: float = 0.4
    hidden: float = 0.3
    hidden_fails: float = 0.0
    flaps: float = 0.1
    flaky: float = 1.0
    exposed: float = 0.6
    rate: float = 0.3
    rate_spread: float = 1.0


class Runs(NamedTuple):
    """Runs of checks in order: which, when, whether they fail, are hidden, come after an edit."""

    project: Ints
    session: Ints
    check: Ints
    at: Ints
    fails: Bools
    is_hidden: Bools
    is_edited: Bools


class Failures(NamedTuple):
    """Failures of each check in each session in which it is run, and the planted rate of the check."""

    project: Ints
    session: Ints
    check: Ints
    n: Ints
    rate: Floats


def runs(plan: Plan, n_projects: int, n_sessions: int, seed: int) -> Runs:
    """Draw runs of checks: after an edit the answer is drawn anew, without one it stays, but for flaps."""
    draw, project, session, check = _begin(plan, n_projects, n_sessions, seed)
    length = 1 + draw.poisson(plan.runs, size=len(project))
    longest = int(length.max(initial=0))
    flaps = np.where(draw.random((n_projects, plan.checks)) < plan.flaky, plan.flaps, 0.0)[project, check]
    fails, edited = np.zeros((2, len(project), longest), dtype=bool)
    last = draw.random(len(project)) < plan.fails
    for at in range(longest):
        edited[:, at] = draw.random(len(project)) < (plan.edited if at else 1.0)
        again = np.where(edited[:, at], draw.random(len(project)) < plan.fails, last)
        last = again ^ (~edited[:, at] & (draw.random(len(project)) < flaps))
        fails[:, at] = last
    row, at_index = np.nonzero(np.arange(longest) < length[:, None])
    failed = fails[row, at_index]
    more = np.where(failed, 1 + plan.hidden_fails, 1 - plan.hidden_fails * plan.fails / (1 - plan.fails))
    is_hidden = draw.random(len(row)) < np.clip(plan.hidden * more, 0, 1)
    return Runs(project[row], session[row], check[row], at_index, failed, is_hidden, edited[row, at_index])


def failures(plan: Plan, n_projects: int, n_sessions: int, seed: int) -> Failures:
    """Draw how often each check fails in each session: as often as its own rate says."""
    draw, project, session, check = _begin(plan, n_projects, n_sessions, seed)
    own = plan.rate * np.exp(plan.rate_spread * draw.normal(size=(n_projects, plan.checks)))
    rate = own[project, check]
    return Failures(project, session, check, draw.poisson(rate), rate)


def _begin(plan: Plan, n_projects: int, n_sessions: int, seed: int) -> tuple[Draw, Ints, Ints, Ints]:
    """Draw which checks are run in which sessions, session by session."""
    draw = np.random.default_rng(seed)
    there = draw.random((n_projects * n_sessions, plan.checks)) < plan.exposed
    session, check = np.nonzero(there)
    return draw, session // n_sessions, session, check
