"""How much of what is drawn, repeated or listed: little in `make quick` and `make test`, all of it in `make stress`, by the same tests."""

import os
import random
from collections.abc import Iterable, Sequence
from typing import TypeVar

import pytest
from _pytest.mark import ParameterSet

Count = TypeVar("Count")
Other = TypeVar("Other")

FULL = os.environ.get("CLAUDESESS_STRESS") == "full"
#: By which the few are drawn; both processes of a run have to draw the same.
SEED = int(os.environ.get("CLAUDESESS_SEED", "1"))


def by_run(few: Count, full: Count) -> Count:
    """Return what `make test` takes, or what `make stress` does."""
    return full if FULL else few


def by_turns(cases: Iterable[Count], ways: Sequence[Other]) -> list[tuple[Count, Other]]:
    """Return each case with one of the ways, which take turns: `make stress` takes each with all."""
    turns = list(cases)
    every = [(case, way) for case in turns for way in ways]
    return every if FULL else [(case, ways[(n + SEED) % len(ways)]) for n, case in enumerate(turns)]


def some(cases: Sequence[Count], few: int) -> list[Count]:
    """Return of cases of one kind a few, drawn by the seed, in their order: `make stress` takes all."""
    drawn = sorted(random.Random(SEED).sample(range(len(cases)), min(few, len(cases))))
    return list(cases) if FULL else [cases[n] for n in drawn]


def slow(*case: object) -> ParameterSet:
    """Return a case that `make quick` leaves out: others of its test are quick and notice the usual break."""
    return pytest.param(*case, marks=pytest.mark.slow)


def first(cases: Iterable[object]) -> list[object]:
    """Return cases of which `make quick` takes the first."""
    quick, *others = cases
    return [quick, *(slow(*case) if isinstance(case, tuple) else slow(case) for case in others)]
