"""Sessions of a project, drawn from a plan, and the truth about them: counted, never computed."""

import uuid
from collections import Counter
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from claudesess.simulate import scripts
from claudesess.simulate.scripts import Block, Burst, Chain, Ids, Reading, Step
from claudesess.simulate.units import Draw

DAY_MS = 86_400_000
FIRST_MS = 1_780_272_000_000  # 2026-06-01 00:00 UTC
MOST_ATTEMPTS = 6


@dataclass(frozen=True)
class Plan:
    """What is planted in the sessions of a project. Spreads are standard deviations between sessions.

    Attributes
    ----------
    fixed
        Probability that a chain is fixed after its attempts 1, 2, 3 …, the last holding for all later ones.
    research, user, left
        Probability that a failure which is not fixed next leads there.
    hazard_spread
        Spread of `fixed`, on the logit scale.
    effect, from_day
        What is added to `fixed`, on the logit scale, from a day on (counted from 0).
    chains, bursts, readings
        Blocks of each kind that a session has on average, and how far their number spreads (log scale).
    busy_spread
        That spread.
    burst_more, failed, silent
        Probability that a burst holds one more agent; shares of agents that fail, or fall silent.
    agent_spread, pace_spread
        Spread of times within a session, and between sessions (log scale).
    hidden
        Share of chains whose last failing run is piped.
    compacted
        Probability of a compaction after each failure from the second on: hard stretches fill the memory.
    named, repeated, read_again
        At a compaction: probability that the summary names the chain, that a rejected edit is repeated, that
        the file is read again.
    cut
        Share of sessions that are cut off in the middle of a block, in the last day of the project.
    sessions_a_day
        How many sessions a day has.
    """

    fixed: tuple[float, ...] = (0.5, 0.4, 0.3)
    research: float = 0.1
    user: float = 0.08
    left: float = 0.12
    hazard_spread: float = 0.8
    effect: float = 0.0
    from_day: int = 0
    chains: float = 2.5
    bursts: float = 1.0
    readings: float = 2.0
    busy_spread: float = 0.5
    burst_more: float = 0.5
    failed: float = 0.08
    silent: float = 0.08
    agent_spread: float = 0.7
    pace_spread: float = 0.4
    hidden: float = 0.15
    compacted: float = 0.25
    named: float = 0.6
    repeated: float = 0.3
    read_again: float = 0.4
    cut: float = 0.3
    sessions_a_day: int = 8


class Planned(NamedTuple):
    """A session: its id, its blocks, when each event fires (head, blocks, tail), and if it was cut off."""

    ids: Ids
    blocks: tuple[Block, ...]
    at_ms: tuple[int, ...]
    is_cut: bool


def tell(plan: Plan, n_sessions: int, seed: int) -> list[Planned]:
    """Draw the sessions of a project, one after the other."""
    days = -(-n_sessions // plan.sessions_a_day)
    scripts = []
    now_ms = 0
    for number in range(n_sessions):
        # Each session has a source of chance of its own: what changes in one stays there.
        draw = np.random.default_rng([seed, number])
        day = number // plan.sessions_a_day
        is_cut = day == days - 1 and bool(draw.random() < plan.cut)
        blocks = _blocks(plan, draw, day)
        if is_cut:
            blocks = (*blocks[:-1], _cut(draw, blocks[-1]))
        ids = Ids(str(uuid.UUID(bytes=draw.bytes(16), version=4)))
        now_ms = max(now_ms + 60_000, FIRST_MS + day * DAY_MS)
        at_ms = _times(plan, draw, steps_of(ids, blocks, is_cut), now_ms)
        now_ms = at_ms[-1]
        scripts.append(Planned(ids, blocks, at_ms, is_cut))
    return scripts


def steps_of(ids: Ids, blocks: tuple[Block, ...], is_cut: bool) -> list[Step]:
    """Return every event of a session in order."""
    steps = scripts.head(ids)
    for slot, what in enumerate(blocks):
        steps += scripts.block(ids, slot, what)
    return steps if is_cut else steps + scripts.tail(ids)


def firings(sessions: list[Planned]) -> list[tuple[int, bytes]]:
    """Return when each event of a project fires, and what the hook gets."""
    return [
        (at_ms, scripts.raw(step.payload))
        for one in sessions
        for at_ms, step in zip(one.at_ms, steps_of(one.ids, one.blocks, one.is_cut), strict=True)
    ]


def _blocks(plan: Plan, draw: Draw, day: int) -> tuple[Block, ...]:
    busy = float(np.exp(plan.busy_spread * draw.normal()))
    shift = plan.hazard_spread * draw.normal() + plan.effect * (day >= plan.from_day)
    made: list[Block] = [_chain(plan, draw, shift) for _ in range(draw.poisson(plan.chains * busy))]
    made += [_burst(plan, draw) for _ in range(draw.poisson(plan.bursts * busy))]
    made += [Reading(int(1 + draw.poisson(2.0))) for _ in range(1 + draw.poisson(plan.readings * busy))]
    order = draw.permutation(len(made))[: scripts.SLOTS]
    shuffled = [made[at] for at in order]
    # What is left failing is left at the end: agents sent out after it could have been sent out about it.
    return tuple(sorted(shuffled, key=lambda what: isinstance(what, Chain) and what.ending == "left"))


def _chain(plan: Plan, draw: Draw, shift: float) -> Chain:
    category = str(draw.choice(list(scripts.COMMANDS), p=[0.5, 0.2, 0.3]))
    compacted_after, number = 0, 0
    ending: scripts.Ending = "left"
    for number in range(1, MOST_ATTEMPTS + 1):
        if number > 1 and not compacted_after and draw.random() < plan.compacted:
            compacted_after = number
        base = plan.fixed[min(number, len(plan.fixed)) - 1]
        fixed = 1 / (1 + np.exp(-(np.log(base / (1 - base)) + shift)))
        luck = draw.random()
        others = np.cumsum([plan.research, plan.user, plan.left])
        if luck < fixed:
            ending = "fixed"
            break
        other = draw.random()
        if other < others[-1]:
            ending = ("research", "user", "left")[int(np.searchsorted(others, other, "right"))]
            break
    # A repeat is an edit: it needs a try after the compaction.
    can_repeat = 1 < compacted_after < number
    return Chain(
        category,
        number,
        ending,
        bool(draw.random() < plan.hidden),
        compacted_after,
        bool(compacted_after and draw.random() < plan.named),
        bool(can_repeat and draw.random() < plan.repeated),
        bool(compacted_after and draw.random() < plan.read_again),
    )


def _burst(plan: Plan, draw: Draw) -> Burst:
    n = int(min(draw.geometric(1 - plan.burst_more), 4))
    kinds = draw.choice(
        ["failed", "silent", "completed"], size=n, p=[plan.failed, plan.silent, 1 - plan.failed - plan.silent]
    )
    return Burst(tuple(str(kind) for kind in kinds), int(1 + draw.integers(3)))


def _cut(draw: Draw, last: Block) -> Block:
    """Return what is seen of the last block of a session that is cut off: a chain without an ending."""
    if isinstance(last, Chain):
        return Chain(last.category, last.attempts, "left")
    if isinstance(last, Burst):
        return Burst(tuple("silent" for _ in last.ends), last.calls)
    return last


def _times(plan: Plan, draw: Draw, steps: list[Step], start_ms: int) -> tuple[int, ...]:
    pace = float(np.exp(plan.pace_spread * draw.normal()))
    waits = np.array([step.wait_s for step in steps]) * pace
    waits *= np.exp(plan.agent_spread * draw.normal(size=len(steps)))
    # Two events of one session are at least a second apart: calls take less than that here.
    return tuple((start_ms + np.cumsum(1000 + (1000 * waits).astype(np.int64))).tolist())


def truth(scripts: list[Planned]) -> dict[str, Any]:
    """Count what is in the sessions, without any database."""
    chains = [(one, what) for one in scripts for what in one.blocks if isinstance(what, Chain)]
    bursts = [what for one in scripts for what in one.blocks if isinstance(what, Burst)]
    compacted = [what for _, what in chains if what.compacted_after]
    return {
        "sessions": len(scripts),
        "sessions_cut": sum(one.is_cut for one in scripts),
        "events": sum(len(one.at_ms) for one in scripts),
        "chains": len(chains),
        "failures": sum(what.attempts for _, what in chains),
        "failures_hidden": sum(what.is_hidden for _, what in chains),
        "chains_by_category": dict(Counter(what.category for _, what in chains)),
        "chains_by_ending": dict(Counter(_ending(one, what) for one, what in chains)),
        "chains_by_ending_and_attempts": dict(
            Counter(f"{_ending(one, what)} {what.attempts}" for one, what in chains)
        ),
        "edits": sum(what.attempts + (what.ending != "left") for _, what in chains),
        "agents": dict(Counter(ended for what in bursts for ended in what.ends)),
        "compactions": len(compacted),
        "compactions_named": sum(what.is_named for what in compacted),
        "compactions_read_again": sum(what.is_read_again for what in compacted),
        "repeats": sum(what.is_repeated for what in compacted),
    }


def _ending(one: Planned, what: Chain) -> str:
    return "open" if one.is_cut and what.ending == "left" and what is one.blocks[-1] else what.ending
