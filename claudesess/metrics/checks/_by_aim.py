"""Numbers of each aim, drawn towards what aims are like."""

from __future__ import annotations

import numpy as np
import pandas as pd

from claudesess.estimating.estimators import level_asked
from claudesess.metrics.checks._again import THING


def is_by_aim(estimates: pd.DataFrame) -> pd.Series:
    """Say of every row whether it is about one aim."""
    return (estimates["group_by"] == THING).fillna(False) | (estimates["group_2_by"] == THING).fillna(False)


def drawn_together(
    estimates: pd.DataFrame, sums: pd.DataFrame, outcome: str, method: str, *, is_rate: bool = False
) -> pd.DataFrame:
    """Estimate one outcome of all aims together, where estimates are by aim; each other group by itself.

    Parameters
    ----------
    estimates, sums
        `ESTIMATES`, and the `SUMS` that they are of: sessions that differ make an aim's count worth less.
    outcome
        Of the rows that are estimated together.
    method
        What it is called.
    is_rate
        A rate (`claudesess.stats.shrink_rates`), not a share (`claudesess.stats.shrink`).

    Returns
    -------
    DataFrame
        `ESTIMATES`, those of which it is most certain that they are high in front.
    """
    from claudesess import stats
    from claudesess.stats.intervals import FEWEST_SESSIONS

    own = is_by_aim(estimates) & (estimates["outcome"] == outcome).fillna(False)
    if not own.any():
        return estimates
    rows = estimates[own]
    each = sums[is_by_aim(sums) & (sums["outcome"] == outcome).fillna(False)]
    names = ("n_events", "exposure")
    (k, n), (k_each, n_each) = (
        [part[name].to_numpy(float, na_value=0) for name in names] for part in (rows, each)
    )
    fit, seen = stats.shrink_rates if is_rate else stats.shrink, n > 0
    numbers = {name: np.full(len(rows), np.nan) for name in ("estimate", "low", "high")}
    (_, family), (aim, family_of) = _numbered(rows, each)
    for one in range(family.max() + 1):
        here, there = family == one, family_of == one
        more = stats.dispersion(k_each[there], n_each[there], aim[there], is_rate=is_rate)
        found = fit(k[here] / more, n[here] / more, level=level_asked())
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


def _numbered(rows: pd.DataFrame, each: pd.DataFrame) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return numbers of the aims, and of the groups beside them, alike in two frames."""
    both = pd.concat([frame[["group_by", "group", "group_2"]].astype("string") for frame in (rows, each)])
    is_first = (both["group_by"] == THING).fillna(False)
    pair = both["group"].where(is_first, both["group_2"]), both["group_2"].where(is_first, both["group"])
    aim, other = (pd.factorize(names, use_na_sentinel=False)[0] for names in pair)
    return [(aim[: len(rows)], other[: len(rows)]), (aim[len(rows) :], other[len(rows) :])]
