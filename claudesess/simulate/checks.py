"""Checks of a project, drawn straight as what is run and what fails: whom to trust, and what comes back.

Every check has a share and a rate of its own, which are the truth; sessions add chance, and `session_spread`.
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
    by_hand
        Share of edits that leave no row.
    hidden, hidden_fails
        Share of runs whose exit status is hidden; how often those fail less how often the others do, in
        shares of the runs that fail.
    untold
        Share of failed runs that print nothing by which the failure could be told.
    flaps, flaky
        Probability that a run without an edit before it answers otherwise than the run before, of the checks
        that flap at all; the share of these.
    flap_spread
        Spread of `flaps` between checks on the logit scale.
    exposed
        Probability that a check is run in a session.
    rate, rate_spread
        How often a check fails in a session in which it is run: typical rate, and its spread between checks
        on the log scale.
    session_spread
        Spread of `fails` and `flaps` between sessions on the logit scale, of rates on the log scale, where
        their mean stays.
    bursts
        How many failures come at once, on average.
    """

    checks: int = 12
    runs: float = 4.0
    edited: float = 0.5
    by_hand: float = 0.0
    fails: float = 0.4
    hidden: float = 0.3
    hidden_fails: float = 0.0
    untold: float = 0.0
    flaps: float = 0.1
    flaky: float = 1.0
    flap_spread: float = 0.0
    exposed: float = 0.6
    rate: float = 0.3
    rate_spread: float = 1.0
    session_spread: float = 0.0
    bursts: float = 1.0


class Runs(NamedTuple):
    """Runs of checks in order: which, when, whether they fail, are hidden, come after an edit on record.

    `is_told`: what is printed tells how it went; `own_flaps`: how often the check flaps in a plain session.
    """

    project: Ints
    session: Ints
    check: Ints
    at: Ints
    fails: Bools
    is_hidden: Bools
    is_edited: Bools
    is_told: Bools
    own_flaps: Floats


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
    is_flaky = (draw.random((n_projects, plan.checks)) < plan.flaky)[project, check]
    level = plan.session_spread * draw.normal(size=n_projects * n_sessions)[session]
    of_check = plan.flap_spread * draw.normal(size=(n_projects, plan.checks))[project, check]
    own_flaps = is_flaky * _moved(plan.flaps, of_check)
    share, flaps = _moved(plan.fails, level), is_flaky * _moved(plan.flaps, of_check + level)
    fails, edited, by_hand = np.zeros((3, len(project), longest), dtype=bool)
    last = draw.random(len(project)) < share
    for at in range(longest):
        edited[:, at] = draw.random(len(project)) < (plan.edited if at else 1.0)
        by_hand[:, at] = draw.random(len(project)) < plan.by_hand
        again = np.where(edited[:, at], draw.random(len(project)) < share, last)
        last = again ^ (~edited[:, at] & (draw.random(len(project)) < flaps))
        fails[:, at] = last
    row, at_index = np.nonzero(np.arange(longest) < length[:, None])
    failed = fails[row, at_index]
    more = np.where(failed, 1 + plan.hidden_fails, 1 - plan.hidden_fails * plan.fails / (1 - plan.fails))
    is_hidden = draw.random(len(row)) < np.clip(plan.hidden * more, 0, 1)
    is_told = ~failed | (draw.random(len(row)) >= plan.untold)
    is_edited = (edited & (~by_hand | (np.arange(longest) == 0)))[row, at_index]
    whose = project[row], session[row], check[row]
    return Runs(*whose, at_index, failed, is_hidden, is_edited, is_told, own_flaps[row])


def _moved(share: float, level: Floats) -> Floats:
    """Return a share that is moved so far on the logit scale, per session."""
    odds = np.exp(level) * share / (1 - share)
    return np.asarray(odds / (1 + odds), dtype=float)


def failures(plan: Plan, n_projects: int, n_sessions: int, seed: int) -> Failures:
    """Draw how often each check fails in each session: as often as its own rate says."""
    draw, project, session, check = _begin(plan, n_projects, n_sessions, seed)
    own = plan.rate * np.exp(plan.rate_spread * draw.normal(size=(n_projects, plan.checks)))
    rate = own[project, check]
    level = plan.session_spread * draw.normal(size=n_projects * n_sessions) - plan.session_spread**2 / 2
    n = draw.poisson(rate * np.exp(level[session]) / plan.bursts)
    if plan.bursts > 1:
        # So many at once, one at least: the sum of n draws, each one and a geometric number more.
        n = n + np.where(n > 0, draw.negative_binomial(np.maximum(n, 1), 1 / plan.bursts), 0)
    return Failures(project, session, check, n, rate)


def _begin(plan: Plan, n_projects: int, n_sessions: int, seed: int) -> tuple[Draw, Ints, Ints, Ints]:
    """Draw which checks are run in which sessions, session by session."""
    draw = np.random.default_rng(seed)
    there = draw.random((n_projects * n_sessions, plan.checks)) < plan.exposed
    session, check = np.nonzero(there)
    return draw, session // n_sessions, session, check
