"""What measures observe, drawn straight as units: thousands of projects at once, for questions of coverage.

Sessions differ in every process here: how much is done in one, how well it goes, how long things take. The
truth of a process is what it gives in the long run when nothing is hidden: counted, see :func:`truth`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Draw = np.random.Generator

CAUSES = ("fixed", "research", "user", "abandoned")
TRUTH_SESSIONS = 400_000


@dataclass(frozen=True)
class Plan:
    """What is planted. Spreads are standard deviations between sessions.

    Attributes
    ----------
    share, share_spread
        Typical share of units that count (files named, reads repeated), and its spread on the logit scale.
    size, size_spread
        Typical number of units of a session beyond the first, and its spread on the log scale.
    hard_is_long
        How much larger, on the log scale, a session is that goes one spread worse than most.
    fixed
        Probability that a chain is fixed after its attempts 1, 2, 3 …, the last holding for all later ones.
    other
        Probability that something else ends it there, if it is not fixed: research, user, abandoned.
    hazard_spread
        Spread of `fixed` on the logit scale.
    open_share
        Share of chains, or of agents, whose outcome is hidden: still open, end not seen.
    is_informative
        Whether what goes badly, or takes long, is hidden more often: what every estimator takes for excluded.
    bursts, burst_more, rate_spread
        Agents: bursts per active hour, probability that a burst holds one more, spread on the log scale.
    hours, hours_spread
        Active hours of a session, and their spread on the log scale.
    seconds, seconds_spread, agent_spread
        How long agents take: median, spread between sessions and between agents of one session (log scale).
    failed
        Share of agents that end failed.
    calls
        Calls of a session.
    cut_every
        Calls between two compactions, on average.
    base, hardness, memory
        Probability that a call counts (fails, reads again), how far hard stretches raise it (logit scale),
        and how much of a stretch's hardness the next call keeps.
    cuts_by_failures, cuts_in_hard
        How much more often (log) a compaction comes for every call that counted of the last ten; and for a
        stretch that is one spread harder, whether or not that shows in any call. What stands out regresses
        to the mean by itself.
    effect
        What a compaction adds to the logit in the fifty calls after it.
    drift
        How far, in spreads, things get worse from the first session to the last.
    """

    share: float = 0.3
    share_spread: float = 0.8
    size: float = 7.0
    size_spread: float = 0.7
    hard_is_long: float = 0.2
    fixed: tuple[float, ...] = (0.5, 0.4, 0.3, 0.25)
    other: tuple[float, float, float] = (0.1, 0.1, 0.15)
    hazard_spread: float = 0.8
    open_share: float = 0.0
    is_informative: bool = False
    bursts: float = 2.0
    burst_more: float = 0.5
    rate_spread: float = 0.6
    hours: float = 1.0
    hours_spread: float = 0.6
    seconds: float = 120.0
    seconds_spread: float = 0.5
    agent_spread: float = 0.8
    failed: float = 0.08
    calls: int = 400
    cut_every: int = 150
    base: float = 0.08
    hardness: float = 1.2
    memory: float = 0.97
    cuts_by_failures: float = 0.2
    cuts_in_hard: float = 0.0
    effect: float = 0.0
    drift: float = 0.0


class Counts(NamedTuple):
    """Units that count, and all units, of each session; `project` from 0."""

    project: Ints
    events: Floats
    n: Floats


class Chains(NamedTuple):
    """Chains of failed tries: `event` is the position in `CAUSES`, -1 where the chain is still open."""

    project: Ints
    session: Ints
    attempt: Ints
    event: Ints


class Agents(NamedTuple):
    """Agents: seconds watched; `end` is 1 completed, 2 failed, 0 not seen."""

    project: Ints
    session: Ints
    seconds: Floats
    end: Ints


class Calls(NamedTuple):
    """Calls in order: position in the session, whether it counts, whether a compaction came before it."""

    project: Ints
    session: Ints
    at: Ints
    counts: Bools
    is_cut: Bools


def counts(plan: Plan, n_projects: int, n_sessions: int, seed: int) -> Counts:
    """Draw units that count out of all: the share differs by session, and bad sessions are longer."""
    draw, project = _begin(n_projects, n_sessions, seed)
    day = np.tile(np.arange(n_sessions), n_projects) / max(n_sessions - 1, 1) - 0.5
    level = draw.normal(size=len(project)) + plan.drift * day
    n = _sizes(draw, plan, level)
    share = _logistic(_logit(plan.share) + plan.share_spread * level)
    return Counts(project, draw.binomial(n, share).astype(float), n.astype(float))


def chains(plan: Plan, n_projects: int, n_sessions: int, seed: int) -> Chains:
    """Draw chains of failed tries: each attempt is fixed, ended otherwise, tried again, or hidden.

    Hidden for no reason, a chain is cut at one of its attempts drawn before anything is known of it. Hidden
    for a reason (`is_informative`), chains of sessions in which less is fixed are hidden more often.
    """
    draw, owner = _begin(n_projects, n_sessions, seed)
    level = draw.normal(size=len(owner))
    session = np.repeat(np.arange(len(owner)), _sizes(draw, plan, -level))
    badness = level[session]
    attempt, event = np.zeros(len(session), dtype=np.int64), np.full(len(session), -2)
    stop = _hidden_share(plan)
    hide = np.full(len(session), stop)
    if plan.is_informative:
        hide = np.clip(stop * np.exp(-1.0 * badness - 0.5), 0, 0.95)
    number = 0
    edges = np.cumsum(plan.other)
    going = np.arange(len(session))
    while len(going):
        number += 1
        attempt[going] = number
        odds = _logit(plan.fixed[min(number, len(plan.fixed)) - 1]) + plan.hazard_spread * badness[going]
        # Luck is drawn for all chains, also for those that ended: a seed means what it meant.
        luck, other, hidden = (draw.random(len(session))[going] for _ in range(3))
        ended = np.where(other < edges[-1], 1 + np.searchsorted(edges, other, "right"), -2)
        found = np.where(luck < _logistic(odds), 0, ended)
        event[going] = np.where(hidden < hide[going], -1, found)
        going = going[event[going] == -2]
    return Chains(owner[session], session, attempt, event)


def _hidden_share(plan: Plan) -> float:
    """Probability that an attempt's outcome is hidden: about `open_share` of the chains end open."""
    ends = plan.fixed[0] + (1 - plan.fixed[0]) * sum(plan.other)
    return plan.open_share * ends / (1 - plan.open_share * (1 - ends))


def agents(plan: Plan, n_projects: int, n_sessions: int, seed: int) -> tuple[Agents, Floats, Ints]:
    """Draw agents in bursts; return them, each session's active hours, and each session's project.

    An agent's end is hidden when its session falls silent: after a time of the same kind as agents take,
    drawn for each agent. Hidden for a reason, those that take longer than most fall silent of themselves.
    """
    draw, owner = _begin(n_projects, n_sessions, seed)
    level = draw.normal(size=len(owner))
    hours = plan.hours * np.exp(plan.hours_spread * draw.normal(size=len(owner)))
    rate = plan.bursts * np.exp(plan.rate_spread * draw.normal(size=len(owner)))
    n_bursts = draw.poisson(rate * hours)
    bursts = np.repeat(np.arange(len(owner)), n_bursts)
    session = np.repeat(bursts, draw.geometric(1 - plan.burst_more, size=len(bursts)))
    noise = draw.normal(size=len(session))
    seconds = plan.seconds * np.exp(plan.seconds_spread * level[session] + plan.agent_spread * noise)
    end = np.where(draw.random(len(session)) < plan.failed, 2, 1)
    if plan.open_share:
        spread = np.hypot(plan.seconds_spread, plan.agent_spread)
        shift = -np.sqrt(2) * spread * _normal_quantile(plan.open_share)
        own = np.exp(spread * draw.normal(size=len(session)))
        limit = plan.seconds * np.exp(shift) * own
        if plan.is_informative:
            is_long = draw.random(len(session)) < np.clip(2 * plan.open_share * _logistic(2.0 * noise), 0, 1)
            limit = np.where(is_long, seconds * draw.uniform(0.2, 1.0, size=len(session)), np.inf)
        end = np.where(limit < seconds, 0, end)
        seconds = np.minimum(seconds, limit)
    return Agents(owner[session], session, seconds, end), hours, owner


def calls(plan: Plan, n_projects: int, n_sessions: int, seed: int) -> Calls:
    """Draw calls in hard and easy stretches, and compactions that come (or do not) in the hard ones."""
    draw, owner = _begin(n_projects, n_sessions, seed)
    level = plan.share_spread * draw.normal(size=len(owner))
    length = np.maximum(60, (plan.calls * np.exp(0.5 * draw.normal(size=len(owner)))).astype(np.int64))
    longest = int(length.max())
    hard, since = draw.normal(size=len(owner)), np.full(len(owner), longest)
    counted, cut = np.zeros((2, len(owner), longest), dtype=bool)
    for at in range(longest):
        hard = plan.memory * hard + np.sqrt(1 - plan.memory**2) * draw.normal(size=len(owner))
        recent = counted[:, max(at - 10, 0) : at].sum(axis=1)
        wanted = np.exp(plan.cuts_in_hard * hard + plan.cuts_by_failures * (recent - 1)) / plan.cut_every
        cut[:, at] = (draw.random(len(owner)) < wanted) & (at > 20) & (since > 60)
        since = np.where(cut[:, at], 0, since + 1)
        odds = _logit(plan.base) + level + plan.hardness * hard + plan.effect * (since < 50)
        counted[:, at] = draw.random(len(owner)) < _logistic(odds)
    session, at_index = np.nonzero(np.arange(longest) < length[:, None])
    return Calls(owner[session], session, at_index, counted[session, at_index], cut[session, at_index])


def many_groups(plan: Plan, n_projects: int, n_groups: int, seed: int) -> tuple[Floats, Floats, Floats]:
    """Draw many small groups, such as files: events, units, true share of each (projects × groups)."""
    draw = np.random.default_rng(seed)
    strength = 4.0
    truth_ = draw.beta(plan.share * strength, (1 - plan.share) * strength, size=(n_projects, n_groups))
    n = 1 + draw.poisson(plan.size * np.exp(plan.size_spread * draw.normal(size=truth_.shape)))
    return draw.binomial(n, truth_).astype(float), n.astype(float), truth_


def truth(plan: Plan, process: Callable[[Plan, int, int, int], object], seed: int = 20_261_127) -> object:
    """Draw one project of very many sessions in which nothing is hidden: its numbers are the truth."""
    return process(replace(plan, open_share=0.0), 1, TRUTH_SESSIONS, seed)


def _begin(n_projects: int, n_sessions: int, seed: int) -> tuple[Draw, Ints]:
    return np.random.default_rng(seed), np.repeat(np.arange(n_projects), n_sessions)


def _sizes(draw: Draw, plan: Plan, badness: Floats) -> Ints:
    """Units of each session: at least one, more in some sessions than in others, and in bad ones."""
    noise = plan.size_spread * draw.normal(size=len(badness)) + plan.hard_is_long * badness
    sizes: Ints = 1 + draw.poisson(plan.size * np.exp(noise))
    return sizes


def _logit(share: float) -> float:
    return float(np.log(share / (1 - share)))


def _logistic(value: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-value)), dtype=float)


def _normal_quantile(share: float) -> float:
    from statistics import NormalDist

    return NormalDist().inv_cdf(share)
