"""Numbers of each aim, drawn towards what aims are like."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from claudesess.estimating.estimators import level_asked
from claudesess.metrics.checks._again import THING

if TYPE_CHECKING:
    from claudesess.stats import Shrunk


def is_by_aim(estimates: pd.DataFrame) -> pd.Series:
    """Say of every row whether it is about one aim."""
    return (estimates["group_by"] == THING).fillna(False) | (estimates["group_2_by"] == THING).fillna(False)


def drawn_together(
    estimates: pd.DataFrame, outcome: str, fit: Callable[..., Shrunk], method: str
) -> pd.DataFrame:
    """Estimate one outcome of all aims together, where estimates are by aim.

    Parameters
    ----------
    estimates
        `ESTIMATES`.
    outcome
        Of the rows that are estimated together.
    fit
        `claudesess.stats.shrink` or `claudesess.stats.shrink_rates`.
    method
        What it is called.

    Returns
    -------
    DataFrame
        `ESTIMATES`, those of which it is most certain that they are high in front.
    """
    from claudesess.stats.intervals import FEWEST_SESSIONS

    own = is_by_aim(estimates) & (estimates["outcome"] == outcome).fillna(False)
    if not own.any():
        return estimates
    rows = estimates[own]
    counts = (rows[name].to_numpy(float, na_value=0) for name in ("n_events", "exposure"))
    found = fit(*counts, level=level_asked())
    seen = found.n > 0
    has_limits = seen & (rows["n_sessions"].to_numpy(int) >= FEWEST_SESSIONS)
    worded = rows.assign(
        estimate=np.where(seen, found.estimate, np.nan), low=np.where(has_limits, found.low, np.nan),
        high=np.where(has_limits, found.high, np.nan), method=method,
        note=rows["note"].where(~has_limits),
    )  # fmt: skip
    numbers = ["estimate", "low", "high", "method", "note"]
    whole = estimates.assign(
        **{
            name: worded[name]
            .astype(estimates[name].dtype)
            .reindex(estimates.index)
            .where(own, estimates[name])
            for name in numbers
        }
    )
    first = worded.sort_values(["low", "estimate"], ascending=False, kind="stable", na_position="last").index
    return whole.loc[[*first, *estimates.index[~own]]].reset_index(drop=True)
