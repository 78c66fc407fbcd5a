"""Agents that are sent out together, or one by one, and send out others: how long each works is known."""

from dataclasses import dataclass, field

import numpy as np


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
    length
        Of a session. Agents are sent out at random times of it; overlaps are by chance.
    """

    sends: float = 4.0
    together: int = 3
    seconds: float = 120.0
    spread: float = 0.7
    nested: float = 0.3
    in_background: float = 0.2
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
            # What it does meanwhile shows in calls, one soon after it has sent the others out.
            calls.append(middle + 0.5)
        else:
            end = back + work / 2
    calls.append(end - 0.1)
    made.calls += [(session, agent, at) for at in calls]
    made.agents[agent] = (session, agent, parent, start, end)
    return end
