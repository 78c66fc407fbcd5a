"""Sessions whose context fills and is compacted; from some size on more may fail."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from claudesess.simulate.units import Bools, Ints


@dataclass(frozen=True)
class Plan:
    """What is planted.

    Attributes
    ----------
    calls, tokens_a_call
        Calls of a session; tokens that one adds, on average.
    begin, full, left
        Tokens at the start, at which the context is compacted, and after that.
    base, session_spread, hardness, memory
        Share of calls that fail; its spread between sessions, and how hard stretches raise it (logit scale),
        and how much of a stretch's hardness the next call keeps.
    knee, effect
        From so many tokens on, `effect` is added on the logit scale.
    slope, tires
        Added on the logit scale from an empty context to a full one, bit by bit; and from the first call to
        the 300th, however full the context is.
    """

    calls: int = 300
    tokens_a_call: float = 1_200.0
    begin: float = 20_000.0
    full: float = 165_000.0
    left: float = 30_000.0
    base: float = 0.08
    session_spread: float = 0.6
    hardness: float = 0.5
    memory: float = 0.9
    knee: float = 110_000.0
    effect: float = 0.0
    slope: float = 0.0
    tires: float = 0.0


class Calls(NamedTuple):
    """Calls in order: place in the session, tokens of its context, whether it failed."""

    session: Ints
    at: Ints
    tokens: Ints
    failed: Bools


def calls(plan: Plan, n_sessions: int, seed: int) -> Calls:
    """Draw sessions, call by call."""
    draw = np.random.default_rng(seed)
    length = np.maximum(30, (plan.calls * np.exp(0.5 * draw.normal(size=n_sessions))).astype(np.int64))
    level = np.log(plan.base / (1 - plan.base)) + plan.session_spread * draw.normal(size=n_sessions)
    hard = draw.normal(size=n_sessions)
    size = np.full(n_sessions, plan.begin)
    tokens = np.zeros((n_sessions, int(length.max())), dtype=np.int64)
    failed = np.zeros(tokens.shape, dtype=bool)
    for at in range(tokens.shape[1]):
        size = size + plan.tokens_a_call * draw.exponential(size=n_sessions)
        size = np.where(size > plan.full, plan.left, size)
        hard = plan.memory * hard + np.sqrt(1 - plan.memory**2) * draw.normal(size=n_sessions)
        odds = level + plan.hardness * hard + plan.effect * (size >= plan.knee)
        odds += plan.slope * size / plan.full + plan.tires * at / 300
        tokens[:, at], failed[:, at] = size, draw.random(n_sessions) < 1 / (1 + np.exp(-odds))
    session, place = np.nonzero(np.arange(tokens.shape[1]) < length[:, None])
    return Calls(session, place, tokens[session, place], failed[session, place])
