"""How much of what is drawn, repeated or listed: little in `make quick` and `make test`, all of it in `make stress`, by the same tests."""

import os
from collections.abc import Iterable
from typing import TypeVar

import pytest
from _pytest.mark import ParameterSet

Count = TypeVar("Count")

FULL = os.environ.get("CLAUDESESS_STRESS") == "full"


def by_run(few: Count, full: Count) -> Count:
    """Return what `make test` takes, or what `make stress` does."""
    return full if FULL else few


def slow(*case: object, name: str | None = None) -> ParameterSet:
    """Return a case that `make quick` leaves out: others of its test are quick and notice the usual break."""
    return pytest.param(*case, marks=pytest.mark.slow, id=name)


def first(cases: Iterable[object]) -> list[object]:
    """Return cases of which `make quick` takes the first."""
    quick, *others = cases
    return [quick, *(slow(*case) if isinstance(case, tuple) else slow(case) for case in others)]
