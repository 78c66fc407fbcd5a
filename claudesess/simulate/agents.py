"""Agents: how long each truly works, of how many nothing comes, and what their sender looks at again."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from claudesess.simulate.units import Bools, Ints


@dataclass(frozen=True)
class Plan:
    """What is planted; times in seconds.

    Attributes
    ----------
    sends, together
        How often a session sends agents out, on average, and how many at once.
    seconds, spread
        Typical work of an agent, and its spread on the log scale.
    nested, in_background
        Share of agents that send out two others in the middle of their work; share of these that go on
        working meanwhile, and do not wait.
    quiet
        Whether what these do meanwhile shows in no call.
    length
        Of a session. Agents are sent out at random times of it; overlaps are by chance.
    """

    sends: float = 4.0
    together: int = 3
    seconds: float = 120.0
    spread: float = 0.7
    nested: float = 0.3
    in_background: float = 0.2
    quiet: bool = False
    length: float = 7_200.0


@dataclass
class Sent:
    """Agents as (session, agent, parent or -1, start, end), their calls as (session, agent, second).

    `work` is what the agents of each session work in all: what one by one would have taken.
    """

    agents: list[tuple[int, int, int, float, float]] = field(default_factory=list)
    calls: list[tuple[int, int, float]] = field(default_factory=list)
    work: dict[int, float] = field(default_factory=dict)


def sent(plan: Plan, n_sessions: int, seed: int) -> Sent:
    """Draw sessions that send out agents."""
    made = Sent()
    for session in range(n_sessions):
        draw = np.random.default_rng([seed, session])
        made.work[session] = 0.0
        for at in draw.uniform(0, plan.length, size=draw.poisson(plan.sends)):
            for _ in range(plan.together):
                _agent(plan, draw, made, session, -1, float(at))
    return made


def _agent(
    plan: Plan, draw: np.random.Generator, made: Sent, session: int, parent: int, start: float
) -> float:
    """Let an agent work, and perhaps send out others in the middle of it; return when it ends."""
    agent = len(made.agents)
    made.agents.append((session, agent, parent, start, start))
    work = float(plan.seconds * np.exp(plan.spread * draw.normal()))
    made.work[session] += work
    calls = [start + 0.2 * work]
    end = start + work
    if parent < 0 and draw.random() < plan.nested:
        middle = start + work / 2
        back = max(_agent(plan, draw, made, session, agent, middle) for _ in range(2))
        if draw.random() < plan.in_background:
            if not plan.quiet:  # calls, one of them soon after it has sent the others out
                calls.append(middle + 0.5)
        else:
            end = back + work / 2
    calls.append(end - 0.1)
    made.calls += [(session, agent, at) for at in calls]
    made.agents[agent] = (session, agent, parent, start, end)
    return end


@dataclass(frozen=True)
class Kinds:
    """What is planted in the types of agents.

    Attributes
    ----------
    lost
        Per type, the share of agents that end without a result.
    sends, session_spread
        Agents of a session, on average; spread of its shares on the logit scale.
    unseen
        Share of those that end without a result of which no end is seen.
    """

    lost: tuple[float, ...] = (0.15,) * 5
    sends: float = 8.0
    session_spread: float = 0.3
    unseen: float = 0.0


class Ended(NamedTuple):
    """Agents of which an end was seen: session, type, whether it came without a result."""

    session: Ints
    kind: Ints
    is_lost: Bools


def ended(plan: Kinds, n_sessions: int, seed: int) -> Ended:
    """Draw the agents of sessions that are seen to end."""
    draw = np.random.default_rng(seed)
    session = np.repeat(np.arange(n_sessions), draw.poisson(plan.sends, size=n_sessions))
    kind = draw.integers(len(plan.lost), size=len(session))
    share = np.asarray(plan.lost)[kind]
    odds = np.log(share / (1 - share)) + plan.session_spread * draw.normal(size=n_sessions)[session]
    lost = draw.random(len(session)) < 1 / (1 + np.exp(-odds))
    is_seen = ~lost | (draw.random(len(session)) >= plan.unseen)
    return Ended(session[is_seen], kind[is_seen], lost[is_seen])


@dataclass(frozen=True)
class Looks:
    """What is planted in what agents and their senders look at.

    Attributes
    ----------
    files, favour_spread
        Files of a session, and how much more often some are looked at than others, by everybody.
    calls, own
        Calls of a sender, and the share of these that are looks of its own.
    sends, looks
        Agents of a session, and things that each looks at.
    again, soon
        Share of these that the sender looks at again, within so many of its calls.
    again_spread
        Spread of that share between sessions on the logit scale.
    """

    files: int = 40
    favour_spread: float = 0.8
    calls: int = 90
    own: float = 0.5
    sends: int = 4
    looks: int = 6
    again: float = 0.0
    soon: int = 8
    again_spread: float = 0.0


@dataclass
class Looked:
    """Looks as (session, agent or 0 for the sender, file or -1, time); ends as (session, agent, time).

    `again` counts what the sender of each agent was made to look at again.
    """

    calls: list[tuple[int, int, int, float]] = field(default_factory=list)
    ends: list[tuple[int, int, float]] = field(default_factory=list)
    again: dict[tuple[int, int], int] = field(default_factory=dict)


def looked(plan: Looks, n_sessions: int, seed: int) -> Looked:
    """Draw sessions whose sender makes a call each second, while its agents come back at random times."""
    made = Looked()
    for session in range(n_sessions):
        draw = np.random.default_rng([seed, session])
        luck = np.exp(plan.favour_spread * draw.normal(size=plan.files))
        favour = luck / luck.sum()
        odds = plan.again / (1 - plan.again) * np.exp(plan.again_spread * draw.normal())
        own = np.where(
            draw.random(plan.calls) < plan.own, draw.choice(plan.files, size=plan.calls, p=favour), -1
        )
        made.calls += [(session, 0, file, float(second)) for second, file in enumerate(own.tolist())]
        for place in range(plan.sends):
            agent = place + 1
            end = float(draw.uniform(1, plan.calls - 30))
            seen = draw.choice(plan.files, size=plan.looks, replace=False, p=favour)
            made.calls += [(session, agent, int(file), end - 0.5) for file in seen]
            made.ends.append((session, agent, end))
            twice = seen[draw.random(plan.looks) < odds / (1 + odds)]
            made.calls += [(session, 0, int(file), end + draw.uniform(0.01, plan.soon)) for file in twice]
            made.again[session, agent] = len(twice)
    return made
