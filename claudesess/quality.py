"""What a store can answer, and what is odd about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from claudesess.contracts import COVERAGE, FINDINGS

if TYPE_CHECKING:
    from claudesess.store import Store


def coverage(store: Store) -> pd.DataFrame:
    """."""
    return COVERAGE.empty()


def audit(store: Store) -> pd.DataFrame:
    """."""
    return FINDINGS.empty()
