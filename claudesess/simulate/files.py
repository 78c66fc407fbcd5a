"""Edits of files in sessions: some files are hot, some edits overwrite what another agent has just done."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from claudesess.simulate.units import Bools, Ints


@dataclass(frozen=True)
class Plan:
    """What is planted in the files of a project. Spreads are standard deviations on the log or logit scale.

    Attributes
    ----------
    files, hot
        Files of a project, and how many of them are hot.
    cold_share, hot_share, session_spread
        Share of checks that fail after an edit of a file that is not hot, or is; spread between sessions.
    rounds, favour_spread
        Rounds of edits of a session, on average, and how much more often some files are edited than others.
    """

    files: int = 60
    hot: int = 10
    cold_share: float = 0.15
    hot_share: float = 0.6
    session_spread: float = 0.6
    rounds: float = 12.0
    favour_spread: float = 0.8


class Rounds(NamedTuple):
    """Rounds of edits in order: the file, if it is hot, the place in the session, if the check failed."""

    project: Ints
    session: Ints
    file: Ints
    is_hot: Bools
    at: Ints
    failed: Bools


def rounds(plan: Plan, n_projects: int, n_sessions: int, seed: int) -> Rounds:
    """Draw sessions that work on a few files each, one round of edits after the other."""
    draw = np.random.default_rng(seed)
    n_each = np.maximum(1, draw.poisson(plan.rounds, size=n_projects * n_sessions))
    session = np.repeat(np.arange(len(n_each)), n_each)
    project = session // n_sessions
    at = np.arange(len(session)) - (np.cumsum(n_each) - n_each)[session]
    favour = plan.favour_spread * draw.normal(size=(n_projects, plan.files))
    # What a session works on: a favour of its own on top of the project's.
    own = favour[np.arange(len(n_each)) // n_sessions] + draw.normal(size=(len(n_each), plan.files))
    luck = own[session] + draw.gumbel(size=(len(session), plan.files))
    file = luck.argmax(axis=1)
    is_hot = draw.permuted(np.tile(np.arange(plan.files) < plan.hot, (n_projects, 1)), axis=1)[project, file]
    share = np.where(is_hot, plan.hot_share, plan.cold_share)
    odds = np.log(share / (1 - share)) + plan.session_spread * draw.normal(size=len(n_each))[session]
    failed = draw.random(len(session)) < 1 / (1 + np.exp(-odds))
    return Rounds(project, session, file, is_hot, at, failed)
