"""How much of what is drawn or repeated: little in `make test`, all of it in `make stress`, by the same tests."""

import os
from typing import TypeVar

Count = TypeVar("Count")

FULL = os.environ.get("CLAUDESESS_STRESS") == "full"


def by_run(few: Count, full: Count) -> Count:
    """Return what `make test` takes, or what `make stress` does."""
    return full if FULL else few
