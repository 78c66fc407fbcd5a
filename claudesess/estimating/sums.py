"""Sums of units by session, group and outcome: what can be added up over sessions, files and machines."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from claudesess.contracts import CATEGORY, ESTIMATES, SUMS

NOT_KNOWN = "not known"
"""The group of units that have no value of a covariate."""

HOURS = {"active_h": "active hour", "open_h": "open hour"}
"""Columns of units that hold hours, and what such an hour is: a rate is made per each of them."""

PER_ACTIVE_HOUR = "per active hour"
"""Unit of the rates that are drawn and said; those per open hour stand beside them in the estimates."""

By = str | tuple[str, str] | None
_FITS = 2**62
ADDED = ["n_units", "n_events", "exposure", "n_pending", "n_censored"]
"""What sums add up; all their other columns are keys."""


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
    if not parts:
        return SUMS.empty()
    groups = grouped(units, by)
    number, keys = group_numbers(groups, groups.columns.tolist())
    added = [_added(units, part, number, len(keys)) for part in parts]
    place = np.tile(np.arange(len(keys)), len(parts))
    each = np.repeat(np.arange(len(parts)), len(keys))
    rows = keys.iloc[place].assign(
        outcome=pd.array([part.outcome for part in parts], dtype="string")[each],
        unit=pd.array([part.unit or None for part in parts], dtype="string")[each],
    )
    return _frame(rows, {name: np.concatenate([one[name] for one in added]) for name in ADDED})


def _added(units: pd.DataFrame, part: Part, number: np.ndarray, n_groups: int) -> dict[str, np.ndarray]:
    """Add up what one outcome counts, per group."""
    events = floats(units[part.events])
    exposure = floats(units[part.exposure]) if part.exposure else np.where(np.isnan(events), np.nan, 1.0)
    is_known = ~np.isnan(events) & ~np.isnan(exposure)
    censored = np.nan_to_num(floats(units[part.censored])) if part.censored else np.zeros(len(units))
    each = {
        "n_units": is_known & (np.nan_to_num(exposure) > 0),
        "n_events": np.nan_to_num(events),
        "exposure": np.where(is_known, exposure, 0.0),
        "n_pending": np.zeros(len(units)),
        "n_censored": censored.astype(int),
    }
    return {name: np.bincount(number, values, n_groups) for name, values in each.items()}


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
    rows = grouped(units, by).assign(outcome=outcome)
    if horizon is not None:
        rows["horizon"], rows["horizon_unit"] = horizon.astype("Float64"), horizon_unit
    if value is not None:
        rows["value"], rows["unit"] = value.astype("Float64"), unit
    each = {"n_units": np.ones(len(rows)), "n_events": np.ones(len(rows)), "exposure": np.ones(len(rows))}
    for name, flags in (("n_events", is_event), ("n_pending", is_pending), ("n_censored", is_censored)):
        each[name] = each.get(name, np.zeros(len(rows))) if flags is None else is_true(flags).astype(float)
    if value is not None:
        is_there = value.notna().to_numpy(bool)
        rows, each = rows[is_there], {name: values[is_there] for name, values in each.items()}
    number, keys = group_numbers(rows, rows.columns.tolist())
    return _frame(keys, {name: np.bincount(number, values, len(keys)) for name, values in each.items()})


def stacked(*frames: pd.DataFrame) -> pd.DataFrame:
    """Put sums, or estimates, one below the other, in their types."""
    contract = SUMS if list(frames[0].columns) == SUMS.names else ESTIMATES
    if any(not frame.dtypes.equals(frames[0].dtypes) for frame in frames[1:]):
        categories = [column.name for column in contract.columns if column.dtype == CATEGORY]
        frames = tuple(frame.astype(dict.fromkeys(categories, "string")) for frame in frames)
    return contract.cast(pd.concat(frames, ignore_index=True))


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


def _frame(keys: pd.DataFrame, added: dict[str, np.ndarray]) -> pd.DataFrame:
    """Return sums per key, in the types of their contract."""
    return SUMS.filled(keys.assign(**added))


def pooled(sums: pd.DataFrame) -> pd.DataFrame:
    """Add up sums of the same session, group, outcome and horizon."""
    number, keys = group_numbers(sums, [name for name in SUMS.names if name not in ADDED])
    return _frame(keys, {name: np.bincount(number, floats(sums[name]), len(keys)) for name in ADDED})


def floats(column: pd.Series) -> np.ndarray:
    """Return numbers, or flags, as floats; what is not known is NaN."""
    return column.to_numpy(float, na_value=np.nan)


def is_true(column: pd.Series) -> np.ndarray:
    """Return flags as they are known: what is not known is false."""
    return column.to_numpy(bool, na_value=False)


def group_numbers(rows: pd.DataFrame, keys: list[str]) -> tuple[np.ndarray, pd.DataFrame]:
    """Return the number of each row's group, from 0 in order of appearance, and the keys of the groups.

    What is not known is a key as well.

    Examples
    --------
    >>> rows = pd.DataFrame({"db": ["b", "a", "b", None], "n": [1, 1, 1, 1]})
    >>> number, groups = group_numbers(rows, ["db", "n"])
    >>> number.tolist(), groups["db"].tolist()
    ([0, 1, 0, 2], ['b', 'a', nan])
    """
    arrays = [rows[name].array for name in keys]
    number, most = np.zeros(len(rows), dtype=np.int64), 1
    for array in arrays:
        if array.isna().all():  # it sets nothing apart; of most keys this is so
            continue
        code, values = pd.factorize(array)
        if len(values) + (code.min(initial=0) < 0) > 1:
            if most * (len(values) + 1) > _FITS:
                number, most = pd.factorize(number)[0].astype(np.int64), len(rows)
            number, most = number * (len(values) + 1) + code + 1, most * (len(values) + 1)
    number, found = pd.factorize(number)
    first = np.full(len(found), len(rows))
    np.minimum.at(first, number, np.arange(len(rows)))
    kept = {name: array.take(first) for name, array in zip(keys, arrays, strict=True)}
    return number, pd.DataFrame(kept, index=pd.RangeIndex(len(found)))
