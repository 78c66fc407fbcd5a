"""Sums of units by session, group and outcome: what can be added up over sessions, files and machines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

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
    groups = _grouped(units, by)
    number, first = numbered(groups, len(units))
    added = [_added(units, part, number, len(first)) for part in parts]
    each = np.repeat(np.arange(len(parts)), len(first))
    columns = taken(groups, np.tile(first, len(parts))) | {
        "outcome": pd.array([part.outcome for part in parts], dtype="string").take(each),
        "unit": pd.array([part.unit or None for part in parts], dtype="string").take(each),
    }
    columns |= {name: np.concatenate([one[name] for one in added]) for name in ADDED}
    return SUMS.made(columns, len(each))


def _added(units: pd.DataFrame, part: Part, number: np.ndarray, n_groups: int) -> dict[str, np.ndarray]:
    """Add up what one outcome counts, per group."""
    events = floats(units[part.events])
    exposure = floats(units[part.exposure]) if part.exposure else np.where(np.isnan(events), np.nan, 1.0)
    is_known = ~np.isnan(events) & ~np.isnan(exposure)

    def total(values: np.ndarray) -> np.ndarray:
        return np.bincount(number, values, n_groups)

    return {
        "n_units": total(is_known & (np.nan_to_num(exposure) > 0)),
        "n_events": total(np.nan_to_num(events)),
        "exposure": total(np.where(is_known, exposure, 0.0)),
        "n_pending": np.zeros(n_groups),
        "n_censored": total(np.nan_to_num(floats(units[part.censored])).astype(int))
        if part.censored
        else np.zeros(n_groups),
    }


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
    n = len(units)
    rows = _grouped(units, by) | {"outcome": outcome if isinstance(outcome, str) else outcome.array}
    if horizon is not None:
        rows |= {"horizon": horizon.array, "horizon_unit": horizon_unit}
    if value is not None:
        rows |= {"value": value.array, "unit": unit}
    each = {"n_units": np.ones(n), "n_events": np.ones(n), "exposure": np.ones(n)}
    for name, flags in (("n_events", is_event), ("n_pending", is_pending), ("n_censored", is_censored)):
        each[name] = each.get(name, np.zeros(n)) if flags is None else is_true(flags).astype(float)
    if value is not None:
        there = np.flatnonzero(value.notna().to_numpy(bool))
        rows, each, n = taken(rows, there), taken(each, there), len(there)
    number, first = numbered(rows, n)
    added = {name: np.bincount(number, values, len(first)) for name, values in each.items()}
    return SUMS.made(taken(rows, first) | added, len(first))


def in_categories(texts: Any) -> Any:
    """Put texts that are repeated often into categories, in order of appearance: each is looked at once.

    Examples
    --------
    >>> in_categories(pd.array(["b", "a", None, "b"], dtype="string")).codes.tolist()
    [0, 1, -1, 0]
    """
    code, each = pd.factorize(texts)
    return pd.Categorical.from_codes(code, categories=pd.Index(each, dtype="string"))


def stacked(*frames: pd.DataFrame) -> pd.DataFrame:
    """Put sums, or estimates, one below the other, in their types."""
    contract = SUMS if list(frames[0].columns) == SUMS.names else ESTIMATES
    columns = {column.name: _joined([frame[column.name] for frame in frames]) for column in contract.columns}
    return contract.made(columns, sum(map(len, frames)))


def _joined(columns: list[pd.Series]) -> Any:
    """Put columns one below the other; what may stand in categories of which each has its own is text."""
    arrays = [column.array for column in columns]
    if len({array.dtype for array in arrays}) == 1:
        return type(arrays[0])._concat_same_type(arrays)  # `concat` takes forty times as long for so few
    if any(isinstance(array, pd.Categorical) for array in arrays):
        columns = [column.astype("string") for column in columns]
    return pd.concat(columns, ignore_index=True).array


def less(by: By, name: str) -> By:
    """Take a covariate out of what is grouped by: an outcome may say nothing of its values.

    Examples
    --------
    >>> less("file_path", "file_path"), less(("file_path", "db"), "file_path"), less("db", "file_path")
    (None, 'db', 'db')
    """
    names = [one for one in ((by,) if isinstance(by, str) else by or ()) if one != name]
    return None if not names else names[0] if len(names) == 1 else by


def _grouped(units: pd.DataFrame, by: By) -> dict[str, Any]:
    """Return file and session of every unit, and its groups as text."""
    groups: dict[str, Any] = {"db": units["db"].array, "session_id": units["session_id"].array}
    names = (by,) if isinstance(by, str) else by or ()
    for place, name in zip(("group", "group_2"), names, strict=False):
        groups[f"{place}_by"] = name
        groups[place] = _spelled(units[name])
    return groups


def _spelled(column: pd.Series) -> Any:
    """Return the values of a column as text, which stays in categories where it stands in some."""
    if not isinstance(column.dtype, pd.CategoricalDtype):
        return column.astype("string").array.fillna(NOT_KNOWN)
    spelled = column.array.rename_categories(column.cat.categories.astype("string"))
    if column.hasnans and NOT_KNOWN not in spelled.categories:
        spelled = spelled.add_categories(NOT_KNOWN)
    return spelled.fillna(NOT_KNOWN) if column.hasnans else spelled


def pooled(sums: pd.DataFrame) -> pd.DataFrame:
    """Add up sums of the same session, group, outcome and horizon."""
    keys = {name: sums[name].array for name in SUMS.names if name not in ADDED}
    number, first = numbered(keys, len(sums))
    added = {name: np.bincount(number, floats(sums[name]), len(first)) for name in ADDED}
    return SUMS.made(taken(keys, first) | added, len(first))


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
    columns = {name: rows[name].array for name in keys}
    number, first = numbered(columns, len(rows))
    return number, pd.DataFrame(taken(columns, first), index=pd.RangeIndex(len(first)))


def numbered(keys: Mapping[str, Any], n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the number of each row's group, from 0 in order of appearance, and the first row of each group.

    Parameters
    ----------
    keys
        Arrays of `n` values; one value for all rows sets nothing apart.
    n
        How many rows there are.

    Examples
    --------
    >>> number, first = numbered({"db": np.array(["b", "a", "b"]), "by": "project"}, 3)
    >>> number.tolist(), first.tolist()
    ([0, 1, 0], [0, 1])
    """
    number, most = np.zeros(n, dtype=np.int64), 1
    for array in keys.values():
        if array is None or isinstance(array, str) or _is_nothing(array):  # of most keys this is so
            continue
        code, values = pd.factorize(array)
        if len(values) + (code.min(initial=0) < 0) > 1:
            if most * (len(values) + 1) > _FITS:
                number, most = pd.factorize(number)[0].astype(np.int64), n
            number, most = number * (len(values) + 1) + code + 1, most * (len(values) + 1)
    number, found = pd.factorize(number)
    first = np.empty(len(found), dtype=np.int64)
    first[number[::-1]] = np.arange(n)[::-1]  # of several the last one written stays
    return number, first


def _is_nothing(array: Any) -> bool:
    """Whether no value is known; where the first one is, the others are not looked at."""
    return not len(array) or (bool(pd.isna(array[0])) and bool(pd.isna(array).all()))


def taken(columns: Mapping[str, Any], place: np.ndarray) -> dict[str, Any]:
    """Return arrays at some places; one value for all rows stays it.

    Examples
    --------
    >>> taken({"n": np.array([4, 5, 6]), "unit": "s"}, np.array([2, 0]))
    {'n': array([6, 4]), 'unit': 's'}
    """
    return {
        name: values if values is None or isinstance(values, str) else values.take(place)
        for name, values in columns.items()
    }


def numbered_alike(keys: list[str], *frames: pd.DataFrame) -> list[np.ndarray]:
    """Return the number of each row's group for frames of one contract: equal keys have one number in all.

    Examples
    --------
    >>> one, other = pd.DataFrame({"db": ["b", "a"]}), pd.DataFrame({"db": ["a", "c"]})
    >>> [numbers.tolist() for numbers in numbered_alike(["db"], one, other)]
    [[0, 1], [1, 2]]
    """
    columns = {name: _joined([frame[name] for frame in frames]) for name in keys}
    ends = np.cumsum([len(frame) for frame in frames])
    number, _ = numbered(columns, int(ends[-1]))
    return np.split(number, ends[:-1])


def matched(numbers: np.ndarray, others: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the places of all pairs of equal numbers, in the order of the one side, then of the other.

    Examples
    --------
    >>> place, other = matched(np.array([7, 3, 7]), np.array([3, 7, 7]))
    >>> place.tolist(), other.tolist()
    ([0, 0, 1, 2, 2], [1, 2, 0, 1, 2])
    """
    order = np.argsort(others, kind="stable")
    ordered = others[order]
    first = np.searchsorted(ordered, numbers)
    n = np.searchsorted(ordered, numbers, "right") - first
    begin = np.cumsum(n) - n
    place = np.repeat(np.arange(len(numbers)), n)
    return place, order[first[place] + np.arange(n.sum()) - begin[place]]
