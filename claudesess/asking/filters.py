"""Covariates of units: what a unit can be grouped and filtered by, and the filter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any

import pandas as pd

from claudesess.asking.listing import OF_SESSIONS
from claudesess.contracts import Units
from claudesess.errors import QuestionError
from claudesess.estimating.sums import numbered_alike
from claudesess.zones import days, in_utc

if TYPE_CHECKING:
    from claudesess.asking.listing import Measure
    from claudesess.store import Store


def require(measure: Measure, name: str) -> None:
    """Refuse a covariate that the units of a measure do not have.

    Raises
    ------
    QuestionError
        Its message says what one of the units is, and which covariates there are.
    """
    if name not in measure.covariates:
        own = measure.units
        of_option = " It is an option, though." if name in _options(measure) else ""
        raise QuestionError(
            f"{own.name} cannot be grouped or filtered by {name!r}: its unit is {own.grain}.{of_option} "
            f"It has: {', '.join(measure.covariates)}."
        )


def _options(measure: Measure) -> list[str]:
    from claudesess.asking import options

    return list(options.of(measure.module.units))


def joined(units: pd.DataFrame, contract: Units, store: Store, names: Iterable[str]) -> pd.DataFrame:
    """Put those of the day, in the zone of the store, and of the session's covariates beside each unit."""
    from claudesess.relations import frames

    columns = {str(name): column.array for name, column in units.items()}
    if "day" in names:  # days are few: each is spelled once
        place, each = pd.factorize(days(units[contract.at], store.zone))
        spelled = pd.array([f"{day:%Y-%m-%d}" for day in each], dtype="string")
        columns["day"] = spelled.take(place, allow_fill=True)
    of_sessions = [name for name in OF_SESSIONS if name in names]
    if of_sessions:
        about = store.once("covariates", lambda: frames.load(store, "session_covariates"))
        own, of_session = numbered_alike(["db", "session_id"], units, about)
        place = pd.Index(of_session).get_indexer(own)
        columns |= {name: about[name].array.take(place, allow_fill=True) for name in of_sessions}
    return pd.DataFrame(columns, index=pd.RangeIndex(len(units)))


def moment(name: str, value: str | datetime | None, zone: tzinfo = UTC) -> pd.Timestamp | None:
    """Return a time as it was asked for, in UTC; where it names no zone it is of `zone`.

    Raises
    ------
    QuestionError
        It is no time.

    Examples
    --------
    >>> moment("since", "2026-10-14"), moment("until", None)
    (Timestamp('2026-10-14 00:00:00+0000', tz='UTC'), None)
    """
    if value is None:
        return None
    try:
        read = pd.Timestamp(value)
        if not pd.isna(read):
            return in_utc(read, zone)
    except (ValueError, TypeError):
        pass
    raise QuestionError(f"{name} is {value!r}; it must be a time, such as '2026-10-14' or '2026-10-14 18:00'")


def between(
    units: pd.DataFrame, at: str, since: pd.Timestamp | None, until: pd.Timestamp | None
) -> pd.DataFrame:
    """Keep the units from `since` on and before `until`; one whose time is not known is neither."""
    if since is None and until is None:
        return units
    mask = units[at].notna()
    if since is not None:
        mask &= (units[at] >= since).fillna(False)
    if until is not None:
        mask &= (units[at] < until).fillna(False)
    return units[mask].reset_index(drop=True)


def kept(units: pd.DataFrame, where: Mapping[str, Any]) -> pd.DataFrame:
    """Keep the units that have one of the values asked for, whatever their type; None is "not known".

    Examples
    --------
    >>> units = pd.DataFrame({"trigger": ["auto", "manual", None]})
    >>> kept(units, {"trigger": ["auto", None]})["trigger"].isna().tolist()
    [False, True]
    """
    if not where:
        return units
    mask = pd.Series(True, index=units.index)
    for name, values in where.items():
        asked = values if isinstance(values, (list, tuple, set, frozenset)) else [values]
        own = units[name].astype("string")
        wanted = [str(value) for value in asked if value is not None]
        mask &= own.isin(wanted).fillna(False).astype(bool) | (own.isna() & (None in asked))
    return units[mask].reset_index(drop=True)
