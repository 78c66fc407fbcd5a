"""Numbers of each aim, drawn towards what aims are like."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from claudesess.metrics.checks._again import THING

if TYPE_CHECKING:
    from claudesess.stats import Shrunk


def is_by_aim(estimates: pd.DataFrame) -> pd.Series:
    """Say of every row whether it is about one aim."""
    return (estimates["group_by"] == THING).fillna(False) | (estimates["group_2_by"] == THING).fillna(False)


def drawn_together(
    estimates: pd.DataFrame, outcome: str, fit: Callable[[np.ndarray, np.ndarray], Shrunk], method: str
) -> pd.DataFrame:
    """Estimate one outcome of all aims together, where estimates are by aim; each other group by itself.

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
    seen = rows["exposure"].to_numpy(float, na_value=0) > 0
    numbers = {name: np.full(len(rows), np.nan) for name in ("estimate", "low", "high")}
    for here in _families(rows):
        k, n = (rows[name].to_numpy(float, na_value=0)[here] for name in ("n_events", "exposure"))
        found = fit(k, n)
        for name, values in numbers.items():
            values[here] = getattr(found, name)
    has_limits = seen & (rows["n_sessions"].to_numpy(int) >= FEWEST_SESSIONS)
    worded = rows.assign(
        estimate=np.where(seen, numbers["estimate"], np.nan),
        low=np.where(has_limits, numbers["low"], np.nan),
        high=np.where(has_limits, numbers["high"], np.nan), method=method,
        note=rows["note"].where(~has_limits),
    )  # fmt: skip
    whole = estimates.assign(
        **{
            name: worded[name]
            .astype(estimates[name].dtype)
            .reindex(estimates.index)
            .where(own, estimates[name])
            for name in ("estimate", "low", "high", "method", "note")
        }
    )
    first = worded.sort_values(["low", "estimate"], ascending=False, kind="stable", na_position="last").index
    return whole.loc[[*first, *estimates.index[~own]]].reset_index(drop=True)


def _families(rows: pd.DataFrame) -> list[np.ndarray]:
    """Return the places of the rows that share the group that is not an aim."""
    is_first = (rows["group_by"] == THING).fillna(False)
    other = rows["group_2"].astype("string").where(is_first, rows["group"].astype("string"))
    number = pd.factorize(other, use_na_sentinel=False)[0]
    return [np.flatnonzero(number == one) for one in range(number.max() + 1)]
