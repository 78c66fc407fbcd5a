"""Estimates of sums: from `SUMS` to `ESTIMATES`, all groups and outcomes at once.

Statistics are those of `claudesess.stats`; they are loaded when something is estimated, since scipy is large.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from claudesess.contracts import ESTIMATES, Units
from claudesess.estimating.sums import group_numbers

FEW = 5
"""A number that is worth fewer observations than this is marked small."""

_GROUP = ["group_by", "group", "group_2_by", "group_2"]
_KEYS = [*_GROUP, "outcome", "horizon", "horizon_unit"]
_ADDED = ["n_units", "n_events", "exposure", "n_pending", "n_censored"]


def shares(units: Units, sums: pd.DataFrame, *, is_clustered: bool = True, **constant: Any) -> pd.DataFrame:
    """Estimate shares: events of exposure, per group, outcome and horizon.

    Parameters
    ----------
    units
        The measure's contract; it names the measure.
    sums
        `SUMS`; rows of one session and cluster are alike.
    is_clustered
        Limits by cluster; else every observation is taken as independent.
    **constant
        Columns of `ESTIMATES` that are the same in all rows, such as a note.
    """
    from claudesess.stats import grouped

    number, rows, added = _by_group(sums)
    if is_clustered:
        found = grouped.clustered_shares(number, sums["n_events"], sums["exposure"], len(rows))
    else:
        found = grouped.plain_shares(added["n_events"], added["exposure"])
    method = (
        "pooled share, limits by cluster (linearised, Wilson)" if is_clustered else "share, Wilson limits"
    )
    rows = rows.assign(
        statistic="share", estimate=found.share, low=found.low, high=found.high, unit="share", method=method,
        n_effective=found.n_effective, is_small=np.minimum(found.n_effective, added["n_units"]) < FEW,
    )  # fmt: skip
    return _estimates(units, rows, added, constant)


def differences(
    units: Units, sums: pd.DataFrame, *, pairs: Sequence[tuple[str, str, str]], **constant: Any
) -> pd.DataFrame:
    """Estimate differences of two shares of the same exposure, cluster by cluster.

    Parameters
    ----------
    pairs
        For each: the outcome of the difference, and those of what is taken from what (before, after).
    """
    from claudesess.stats import grouped

    names = {before: difference for difference, before, _ in pairs}
    keys = [*_KEYS, "db", "session_id", "cluster"]
    before = sums[sums["outcome"].isin(names)].assign(outcome=lambda rows: rows["outcome"].map(names))
    after = sums.assign(outcome=sums["outcome"].map({last: difference for difference, _, last in pairs}))
    both = before.merge(after[[*keys, "n_events"]], on=keys, suffixes=("", "_after"))
    both = both[both["exposure"] > 0].reset_index(drop=True)
    number, rows, added = _by_group(both)
    events = (both["n_events"].to_numpy(float), both["n_events_after"].to_numpy(float))
    gap, low, high = grouped.clustered_differences(
        number, *events, both["exposure"].to_numpy(float), len(rows)
    )
    rows = rows.assign(
        role="difference", statistic="share", estimate=gap, low=low, high=high, unit="share",
        method="difference of pooled shares, limits by cluster (linearised, t)",
        is_small=added["n_units"] < FEW,
    )  # fmt: skip
    return _estimates(units, rows, _without(added, "n_events"), constant)


def rates(units: Units, sums: pd.DataFrame, **constant: Any) -> pd.DataFrame:
    """Estimate rates: events per hour of exposure."""
    from claudesess.stats import grouped

    _, rows, added = _by_group(sums)
    rate, low, high = grouped.rate_limits(added["n_events"], added["exposure"])
    rows = rows.assign(
        statistic="rate", estimate=rate, low=low, high=high, unit="per hour",
        method="events by hours, exact Poisson limits", is_small=added["n_events"] < FEW,
    )  # fmt: skip
    return _estimates(units, rows, added, constant)


def ratios(units: Units, sums: pd.DataFrame, *, statistic: str, unit: str, **constant: Any) -> pd.DataFrame:
    """Divide events by exposure, without limits: shares of time, means."""
    _, rows, added = _by_group(sums)
    value = (added["n_events"] / added["exposure"].where(added["exposure"] > 0)).astype("Float64")
    rows = rows.assign(
        statistic=statistic,
        estimate=value,
        unit=unit,
        method="all that was recorded",
        is_small=added["n_units"] < FEW,
    )
    return _estimates(units, rows, _without(added, "n_events"), constant)


def medians(units: Units, sums: pd.DataFrame, *, unit: str, **constant: Any) -> pd.DataFrame:
    """Estimate median times of which some ended unseen (Kaplan–Meier)."""
    from claudesess.stats import grouped

    number, rows, added = _by_group(sums)
    value, ended, censored = (sums[name].to_numpy(float) for name in ("value", "n_events", "n_censored"))
    half, low, high = grouped.medians(number, value, ended, censored, len(rows))
    rows = rows.assign(
        statistic="p50", estimate=half, low=low, high=high, unit=unit, method="Kaplan–Meier, log-log limits",
        is_small=added["n_units"] < FEW,
    )  # fmt: skip
    return _estimates(units, rows, _without(added, "exposure"), constant)


def quantiles(
    units: Units,
    sums: pd.DataFrame,
    *,
    unit: str | None,
    at: Sequence[float] = (0.25, 0.5, 0.75),
    **constant: Any,
) -> pd.DataFrame:
    """Find quantiles of numbers that are all known; `unit` None: the outcome is the unit."""
    number, rows, added = _by_group(sums)
    times = sums["n_units"].to_numpy(int)
    values = pd.Series(np.repeat(sums["value"].to_numpy(float), times)).groupby(np.repeat(number, times))
    parts = [
        rows.assign(
            statistic=f"p{round(100 * share)}",
            estimate=values.quantile(share).reindex(range(len(rows))).to_numpy(),
            unit=unit or rows["outcome"],
            method="quantile of what was counted",
            is_small=added["n_units"] < FEW,
        )
        for share in at
    ]
    every = pd.concat([_without(added, "exposure", "n_events") for _ in parts], ignore_index=True)
    return _estimates(units, pd.concat(parts, ignore_index=True), every, constant)


def incidence(
    units: Units, sums: pd.DataFrame, *, causes: Sequence[str], last: int, **constant: Any
) -> pd.DataFrame:
    """Estimate which share each cause has ended by each step, in the presence of the others (Aalen–Johansen).

    Parameters
    ----------
    sums
        `SUMS` with the step as horizon, from 1; outcomes that are no cause are pending at their step.
    causes
        The competing events, in their order; events that are not known yet compete as well.
    last
        Last step shown; later ones are not pooled into it.

    Returns
    -------
    DataFrame
        `ESTIMATES`: a row per group, cause and step up to the group's last. exposure: at risk at the step;
        n_events and n_pending: seen by the step.
    """
    from claudesess.stats import grouped

    number, groups = group_numbers(sums, _GROUP)
    seen = sums["outcome"].astype(str)
    is_pending = (sums["n_pending"] > 0).to_numpy(bool)
    causes = [*causes, *sorted(set(seen[~is_pending]) - set(causes))]
    step = sums["horizon"].to_numpy(int)
    count = sums["n_units"].to_numpy(float)
    counts = np.zeros(
        (len(groups), last + 2, len(causes) + 1)
    )  # step 0: none; after the last; pending: last cause
    cause = np.where(is_pending, len(causes), pd.Index(causes).get_indexer(pd.Index(seen)))
    np.add.at(counts, (number, np.minimum(step, last + 1), cause), count)
    events, pending = counts[:, 1 : last + 1, :-1], counts[:, 1 : last + 1, -1]
    found = grouped.incidences(events, pending, counts[:, last + 1].sum(axis=1))
    reached = np.zeros(len(groups), dtype=int)
    np.maximum.at(reached, number, np.minimum(step, last))
    shape = events.shape
    group, place, which = (axis.ravel() for axis in np.indices(shape))
    sessions = _distinct(sums, number, len(groups))
    whole = np.bincount(number, weights=count, minlength=len(groups))

    def spread(values: Any) -> Any:
        return np.broadcast_to(values[:, :, None], shape).ravel()

    rows = (
        groups.loc[group]
        .reset_index(drop=True)
        .assign(
            outcome=np.asarray(causes, dtype=object)[which],
            horizon=place + 1.0,
            horizon_unit=sums["horizon_unit"].iloc[0] if len(sums) else None,
            statistic="share",
            estimate=found.share.ravel(),
            low=found.low.ravel(),
            high=found.high.ravel(),
            unit="share",
            method="cumulative incidence (Aalen–Johansen, delta method, Wilson)",
            n_effective=found.n_effective.ravel(),
            exposure=spread(found.at_risk),
            n_events=np.cumsum(events, axis=1).ravel(),
            n_pending=spread(np.cumsum(pending, axis=1)),
            n_units=whole[group],
            n_sessions=sessions[group],
        )
    )
    rows = rows[place < reached[group]]
    rows = rows.assign(is_small=rows["n_effective"].fillna(0) < FEW)
    return _estimates(units, rows, None, constant)


def _by_group(sums: pd.DataFrame) -> tuple[np.ndarray, pd.DataFrame, pd.DataFrame]:
    """Return each row's group by number, the groups' keys, and what of them adds up."""
    number, rows = group_numbers(sums, _KEYS)
    added = sums[_ADDED].astype(float).groupby(number).sum().reset_index(drop=True)
    return number, rows, added.assign(n_sessions=_distinct(sums, number, len(rows)))


def _without(added: pd.DataFrame, *names: str) -> pd.DataFrame:
    """Take back columns that say nothing of this kind of number."""
    return added.assign(**dict.fromkeys(names, np.nan))


def _distinct(sums: pd.DataFrame, number: np.ndarray, n_groups: int) -> np.ndarray:
    """How many sessions are behind each group."""
    seen = sums[["db", "session_id"]].assign(number=number)[(sums["n_units"] > 0).to_numpy(bool)]
    return np.bincount(seen.drop_duplicates()["number"], minlength=n_groups)


def _estimates(
    units: Units, rows: pd.DataFrame, added: pd.DataFrame | None, constant: dict[str, Any]
) -> pd.DataFrame:
    """Fill up columns, and put the groups in order: the largest first, days by day."""
    if added is not None:
        rows = rows.assign(**{name: added[name].to_numpy() for name in [*_ADDED, "n_sessions"]})
    rows = rows.assign(question=units.question, measure=units.measure, **constant)
    rows = rows.assign(role=rows.get("role", "estimate"))
    order = pd.DataFrame({"group_2": rows["group_2"], "group": rows["group"]})
    size = rows.groupby("group", dropna=False)["n_units"].transform("max")
    order["size"] = np.where((rows["group_by"] == "day").fillna(False), 0, -size.astype(float))
    place = order.sort_values(["size", "group", "group_2"], kind="stable", na_position="last").index
    return ESTIMATES.cast(rows.reindex(columns=ESTIMATES.names).loc[place])
