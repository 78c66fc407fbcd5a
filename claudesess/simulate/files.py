"""Edits of files in sessions: some files are hot, some edits overwrite what another agent has just done."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from claudesess.simulate.units import Bools, Floats, Ints


@dataclass(frozen=True)
class Plan:
    """What is planted in the files of a project. Spreads are standard deviations on the log or logit scale.

    Attributes
    ----------
    files, hot
        Files of a project, and how many of them are hot.
    cold_share, hot_share, session_spread
        Share of checks that fail after an edit of a file that is not hot, or is; spread between sessions.
    file_spread
        Spread of these shares between files.
    rounds, favour_spread
        Rounds of edits of a session, on average, and how much more often some files are edited than others.
    sticks
        Probability that a round after one that failed fails as well, whichever file it is of.
    """

    files: int = 60
    hot: int = 10
    cold_share: float = 0.15
    hot_share: float = 0.6
    session_spread: float = 0.6
    file_spread: float = 0.0
    rounds: float = 12.0
    favour_spread: float = 0.8
    sticks: float = 0.0


class Rounds(NamedTuple):
    """Rounds of edits in order: the file, if it is hot, the place in the session, if the check failed.

    `level`: how far the file's share lies from the planted one, on the logit scale.
    """

    project: Ints
    session: Ints
    file: Ints
    is_hot: Bools
    at: Ints
    failed: Bools
    level: Floats


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
    level = plan.file_spread * draw.normal(size=(n_projects, plan.files))[project, file]
    odds = np.log(share / (1 - share)) + level
    odds += plan.session_spread * draw.normal(size=len(n_each))[session]
    failed = draw.random(len(session)) < 1 / (1 + np.exp(-odds))
    stays = draw.random(len(session)) < plan.sticks
    if plan.sticks:
        for place in range(1, int(n_each.max(initial=1))):
            here = np.flatnonzero(at == place)
            failed[here] |= stays[here] & failed[here - 1]
    return Rounds(project, session, file, is_hot, at, failed, level)


@dataclass(frozen=True)
class Crowd:
    """What is planted where several agents work in one folder; times in seconds.

    Attributes
    ----------
    agents, files, length, bouts
        Agents of a session beside the main thread, files, the session's length, bouts of work of each agent.
        In a bout an agent reads a file, some time later edits it, and runs its check.
    whole, looks
        Share of edits that write the file anew, from what was read; share of bouts in which the file is read
        once more just before the edit.
    collides
        Share of edits that another agent overwrites at once: it had read the file before them.
    own_faults
        Share of checks that fail for another reason.
    checked
        Share of runs of a check that do take place.
    soon
        Two edits that lie further apart did not meet.
    """

    agents: int = 3
    files: int = 8
    length: float = 7_200.0
    bouts: float = 4.0
    whole: float = 0.3
    looks: float = 0.6
    collides: float = 0.0
    own_faults: float = 0.05
    checked: float = 1.0
    soon: float = 1_800.0


@dataclass
class Crowded:
    """What the agents of all sessions did, each a list of (session, agent, file, second …).

    `edits` end with whether the whole file was written, whether another agent had edited it not long before,
    and whether that edit was dropped; `checks` end with whether they passed.
    """

    reads: list[tuple[int, int, int, float]] = field(default_factory=list)
    edits: list[tuple[int, int, int, float, bool, bool, bool]] = field(default_factory=list)
    checks: list[tuple[int, int, int, float, bool]] = field(default_factory=list)


def crowds(plan: Crowd, n_sessions: int, seed: int) -> Crowded:
    """Play sessions whose agents work side by side: what is in a file is what was put there and kept.

    An agent's check of a file passes while all that it put there is there.
    """
    made = Crowded()
    for session in range(n_sessions):
        draw = np.random.default_rng([seed, session])
        done = [one for agent in range(plan.agents + 1) for one in _bouts(plan, draw, agent)]
        done += [
            one for bout in done if draw.random() < plan.collides for one in [_collision(plan, draw, bout)]
        ]
        _play(plan, draw, session, done, made)
    return made


class _Bout(NamedTuple):
    agent: int
    file: int
    read_at: float
    look_at: float | None
    edit_at: float
    is_whole: bool
    breaks: bool  # what is there of others, though only a part of the file is edited
    again_at: float | None  # a later run of the same check


def _bouts(plan: Crowd, draw: np.random.Generator, agent: int) -> list[_Bout]:
    made = []
    for read_at in draw.uniform(0, plan.length - 900, size=draw.poisson(plan.bouts)):
        edit_at = read_at + float(np.clip(draw.exponential(120.0), 10, 600))
        look_at = edit_at - 4 if draw.random() < plan.looks else None
        is_whole = bool(draw.random() < plan.whole)
        again_at = edit_at + draw.uniform(100, 300)
        made.append(
            _Bout(agent, int(draw.integers(plan.files)), read_at, look_at, edit_at, is_whole, False, again_at)
        )
    return made


def _collision(plan: Crowd, draw: np.random.Generator, bout: _Bout) -> _Bout:
    """Return what overwrites the edit of a bout: by another agent that knows the file from before it."""
    agent = int((bout.agent + draw.integers(1, plan.agents + 1)) % (plan.agents + 1))
    is_whole = bool(draw.random() < 0.5)
    edit_at = bout.edit_at + draw.uniform(30, 90)
    return _Bout(
        agent, bout.file, bout.edit_at - draw.uniform(5, 60), None, edit_at, is_whole, not is_whole, None
    )


def _play(plan: Crowd, draw: np.random.Generator, session: int, bouts: list[_Bout], made: Crowded) -> None:
    """Let everything happen in order of time."""
    steps: list[tuple[float, str, int]] = []
    for number, bout in enumerate(bouts):
        steps += [
            (bout.read_at, "read", number),
            (bout.edit_at, "edit", number),
            (bout.edit_at + 20, "check", number),
        ]
        steps += [(at, what, number) for at, what in ((bout.look_at, "read"), (bout.again_at, "check")) if at]
    there: dict[int, list[int]] = {
        file: [] for file in range(plan.files)
    }  # bouts whose edits are in the file
    seen: dict[tuple[int, int], list[int]] = {}  # what an agent has last seen in a file
    lost: set[tuple[int, int]] = set()  # of whom something is missing, and in which file
    for at, what, number in sorted(steps):
        bout = bouts[number]
        here = there[bout.file]
        if what == "read":
            seen[bout.agent, bout.file] = here
            made.reads.append((session, bout.agent, bout.file, at))
        elif what == "edit":
            kept = seen[bout.agent, bout.file] if bout.is_whole else [] if bout.breaks else here
            others = [
                one for one in here if bouts[one].agent != bout.agent and at - bouts[one].edit_at <= plan.soon
            ]
            last = max(others, key=lambda one: bouts[one].edit_at, default=None)
            dropped = last is not None and last not in kept
            lost |= {(bouts[one].agent, bout.file) for one in here if one not in kept}
            lost -= {(bout.agent, bout.file)}  # who works on it again puts in what is missing
            there[bout.file] = [*(one for one in here if one in kept), number]
            if bout.is_whole:
                seen[bout.agent, bout.file] = there[bout.file]
            made.edits.append((session, bout.agent, bout.file, at, bout.is_whole, bool(others), dropped))
        elif draw.random() < plan.checked:
            is_fine = (bout.agent, bout.file) not in lost and draw.random() >= plan.own_faults
            made.checks.append((session, bout.agent, bout.file, at, bool(is_fine)))
