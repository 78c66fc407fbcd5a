"""Sums of units by session, group and outcome: what can be added up over sessions, files and machines."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from claudesess.contracts import ESTIMATES, SUMS

NOT_KNOWN = "not known"
"""The group of units that have no value of a covariate."""

HOURS = {"active_h": "active hour", "open_h": "open hour"}
"""Columns of units that hold hours, and what such an hour is: a rate is made per each of them."""

PER_ACTIVE_HOUR = "per active hour"
"""Unit of the rates that are drawn and said; those per open hour stand beside them in the estimates."""

By = str | tuple[str, str] | None
_ADDED = ["n_units", "n_events", "exposure", "n_pending", "n_censored"]


class Part(NamedTuple):
    """One outcome, and which columns of the units say how often it was seen among how many.

    A unit of which the events or the exposure are NA says nothing; one whose exposure is 0 counts as no unit.
    """

    outcome: str
    events: str
    exposure: str = ""  # empty: each unit is one observation
    censored: str = ""
    unit: str = ""  # of the exposure, where an outcome has several


def summed(units: pd.DataFrame, by: By, *parts: Part) -> pd.DataFrame:
    """Add up events and exposure of units.

    Parameters
    ----------
    units
        Rows of a measure's `Units`, and of what `by` names.
    by
        One covariate, two, or None.
    *parts
        The outcomes.

    Returns
    -------
    DataFrame
        `SUMS`: outcomes in the order of `parts`.
    """
    groups = grouped(units, by)
    frames = []
    for part in parts:
        events = units[part.events].astype("Float64")
        exposure = (
            units[part.exposure].astype("Float64") if part.exposure else events.notna().astype("Float64")
        )
        is_known = (events.notna() & exposure.notna()).astype(bool)
        frames.append(
            groups.assign(
                outcome=part.outcome,
                unit=part.unit or None,
                n_units=(is_known & (exposure > 0).fillna(False)).astype(int),
                n_events=events.fillna(0),
                exposure=exposure.where(is_known, 0).fillna(0),
                n_censored=units[part.censored].fillna(0).astype(int) if part.censored else 0,
            )
        )
    return _added(pd.concat(frames, ignore_index=True)) if frames else SUMS.empty()


def counted(
    units: pd.DataFrame,
    by: By,
    *,
    outcome: str | pd.Series,
    value: pd.Series | None = None,
    unit: str | None = None,
    horizon: pd.Series | None = None,
    horizon_unit: str | None = None,
    is_event: pd.Series | None = None,
    is_pending: pd.Series | None = None,
    is_censored: pd.Series | None = None,
) -> pd.DataFrame:
    """Count units by outcome, value and horizon.

    Parameters
    ----------
    units, by
        As for `summed`.
    outcome
        One outcome for all units, or one for each.
    value, unit
        Length or number that a quantile is asked of; units without one say nothing.
    horizon, horizon_unit
        The step at which each unit was seen.
    is_event, is_pending, is_censored
        Flags per unit; every unit is an event where `is_event` is left out.
    """
    rows = grouped(units, by).assign(outcome=outcome, n_units=1, n_events=1.0, exposure=1.0)
    for name, flags in (("n_events", is_event), ("n_pending", is_pending), ("n_censored", is_censored)):
        if flags is not None:
            rows[name] = flags.fillna(False).astype(int)
    if horizon is not None:
        rows["horizon"], rows["horizon_unit"] = horizon.astype("Float64"), horizon_unit
    if value is not None:
        rows["value"], rows["unit"] = value.astype("Float64"), unit
        rows = rows[value.notna()]
    return _added(rows)


def stacked(*frames: pd.DataFrame) -> pd.DataFrame:
    """Put sums, or estimates, one below the other, in their types."""
    contract = SUMS if list(frames[0].columns) == SUMS.names else ESTIMATES
    return contract.cast(pd.concat([frame.astype(object) for frame in frames], ignore_index=True))


def less(by: By, name: str) -> By:
    """Take a covariate out of what is grouped by: an outcome may say nothing of its values.

    Examples
    --------
    >>> less("file_path", "file_path"), less(("file_path", "db"), "file_path"), less("db", "file_path")
    (None, 'db', 'db')
    """
    names = [one for one in ((by,) if isinstance(by, str) else by or ()) if one != name]
    return None if not names else names[0] if len(names) == 1 else by


def grouped(units: pd.DataFrame, by: By) -> pd.DataFrame:
    """Return file and session of every unit, and its groups as text."""
    groups = units[["db", "session_id"]].copy()
    names = (by,) if isinstance(by, str) else by or ()
    for place, name in zip(("group", "group_2"), names, strict=False):
        groups[f"{place}_by"] = name
        groups[place] = units[name].astype("string").fillna(NOT_KNOWN)
    return groups


def _added(rows: pd.DataFrame) -> pd.DataFrame:
    rows = rows.reindex(columns=SUMS.names)
    rows = rows.assign(**{name: rows[name].astype("Float64").fillna(0) for name in _ADDED})
    keys = [name for name in SUMS.names if name not in _ADDED]
    return SUMS.cast(rows.groupby(keys, dropna=False, sort=False, observed=True)[_ADDED].sum().reset_index())


def group_numbers(sums: pd.DataFrame, keys: list[str]) -> tuple[np.ndarray, pd.DataFrame]:
    """Return the number of each row's group, from 0 in order of appearance, and the keys of the groups."""
    numbers = sums.groupby(keys, dropna=False, sort=False, observed=True).ngroup().to_numpy()
    return numbers, sums[keys].iloc[pd.Series(numbers).drop_duplicates().index].reset_index(drop=True)
