"""Two sides of the sessions of a store: by date, by what sets sessions apart, by a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, tzinfo
from typing import TYPE_CHECKING, Any

import pandas as pd

from claudesess.errors import QuestionError
from claudesess.zones import days, in_utc

if TYPE_CHECKING:
    from claudesess.store import Store

_COVARIATES = ("model", "client_version", "instructions", "project", "source")

_LISTED = 12

SplitBy = str | date | Mapping[str, Any]
"""A date (sessions that started before it, and from it on), or a covariate with one or two values."""


@dataclass(frozen=True)
class Split:
    """Two sides.

    Parameters
    ----------
    by
        The covariate; ``started_at`` for a date.
    first, second
        The values of the two sides; `first` empty: all the others that are known. For a date, `second` holds
        it.
    zone
        Where a date begins.
    """

    by: str
    first: tuple[str, ...]
    second: tuple[str, ...]
    zone: tzinfo = UTC

    @property
    def names(self) -> tuple[str, str]:
        """What the sides are called."""
        if self.by == "started_at":
            return f"before {self.second[0]}", f"from {self.second[0]}"
        if self.by == "session_id":
            return "the other sessions", f"the {len(self.second)} sessions listed"
        return " or ".join(self.first) or f"other {self.by.replace('_', ' ')}", " or ".join(self.second)

    def require(self, units: pd.DataFrame) -> None:
        """Refuse values that no unit has.

        Raises
        ------
        QuestionError
            Its message says which there are.
        """
        there = list(units[self.by].astype("string").value_counts().index)
        missing = [value for value in (*self.first, *self.second) if value not in there]
        if self.by != "started_at" and missing:
            named = ", ".join(there[:_LISTED]) + (", …" if len(there) > _LISTED else "")
            raise QuestionError(f"No {self.by} is {missing[0]!r}. There are: {named or 'none'}.")

    def sides(self, units: pd.DataFrame) -> pd.Series:
        """Say of each unit whether it is on the second side; NA: on neither."""
        values = units[self.by]
        if self.by == "started_at":
            at = in_utc(pd.Timestamp(self.second[0]), self.zone)
            return (values >= at).astype("boolean").mask(values.isna())
        text = values.astype("string")
        is_second = text.isin(self.second).astype("boolean")
        on_neither = text.isna() | (
            ~(text.isin(self.first) | text.isin(self.second)) if self.first else False
        )
        return is_second.mask(on_neither)


def split_of(given: SplitBy, zone: tzinfo = UTC) -> Split:
    """Read what somebody wants to split by.

    Parameters
    ----------
    given
        A date (or a text that is one), or a mapping of one covariate: to a pair of values (first, second), to
        one value (against all others that are known), or to a list of values (likewise).
    zone
        Where a date begins.

    Raises
    ------
    QuestionError
        It is neither.

    Examples
    --------
    >>> split_of("2026-10-12").names
    ('before 2026-10-12', 'from 2026-10-12')
    >>> split_of({"model": ("a", "b")}).names, split_of({"model": "b"}).names
    (('a', 'b'), ('other model', 'b'))
    """
    if isinstance(given, Mapping) and len(given) == 1:
        [(by, values)] = given.items()
        if isinstance(values, tuple) and len(values) == 2:
            return Split(str(by), (str(values[0]),), (str(values[1]),))
        listed = values if isinstance(values, (list, set, frozenset)) else [values]
        if listed and not isinstance(values, tuple):
            return Split(str(by), (), tuple(sorted(map(str, listed))))
    if isinstance(given, (str, date)):
        try:
            return Split("started_at", (), (f"{pd.Timestamp(given):%Y-%m-%d}",), zone)
        except ValueError:
            pass
    raise QuestionError(
        f"split is {given!r}; it must be a date, such as '2026-10-12', or a covariate with its values, "
        "such as {'model': ('first', 'second')} or {'session_id': [...]}"
    )


def splits(store: Store) -> pd.DataFrame:
    """List the natural splits of a store's sessions.

    Parameters
    ----------
    store
        An open store.

    Returns
    -------
    DataFrame
        One row per split: split (as `compare` takes it), by, first, second, n_first and n_second (sessions on
        either side) and is_enough (eight on each). The two most common values of model, client version,
        instructions, project and source, where there are two; the middle of the days; the two most common
        types of agents, whose sessions may be the same.

    Examples
    --------
    >>> from claudesess import samples
    >>> found = splits(samples.open_sample("workshop"))
    >>> found[["by", "n_first", "n_second", "is_enough"]].values.tolist()
    [['started_at', 16, 17, True], ['source', 31, 2, False], ['agent_type', 19, 18, True]]
    """
    from claudesess.relations import frames
    from claudesess.stats.compare import FEWEST_A_SIDE

    sessions = frames.load(store, "session_covariates")
    agents = frames.load(store, "agent_registry")[["db", "session_id", "agent_type"]].drop_duplicates()
    counts = {name: _counts(sessions[name]) for name in _COVARIATES}
    counts["agent_type"] = _counts(agents["agent_type"])
    rows = [
        {
            "split": {name: tuple(map(str, n.index[:2]))},
            "by": name,
            "first": n.index[0],
            "second": n.index[1],
            "n_first": n.iloc[0],
            "n_second": n.iloc[1],
        }
        for name, n in counts.items()
        if len(n) > 1
    ]
    day = _middle(sessions["started_at"], store.zone)
    if day is not None:
        n_second = int((sessions["started_at"] >= in_utc(pd.Timestamp(day), store.zone)).sum())
        n_first = int(sessions["started_at"].notna().sum()) - n_second
        names = Split("started_at", (), (day,)).names
        rows.insert(0, {"split": day, "by": "started_at", "first": names[0], "second": names[1],
                        "n_first": n_first, "n_second": n_second})  # fmt: skip
    found = pd.DataFrame(rows, columns=["split", "by", "first", "second", "n_first", "n_second"])
    return found.assign(is_enough=found[["n_first", "n_second"]].min(axis=1) >= FEWEST_A_SIDE)


def _counts(values: pd.Series) -> pd.Series:
    """Count known values, the most common first."""
    return values.astype("string").value_counts().sort_index().sort_values(ascending=False, kind="stable")


def _middle(started_at: pd.Series, zone: tzinfo) -> str | None:
    """Return the first day of the second half of the sessions; None where all are of one day."""
    on = days(started_at.dropna(), zone).sort_values(ignore_index=True)
    later = on[on > on.iloc[0]] if len(on) else on
    if later.empty:
        return None
    middle = max(on.iloc[len(on) // 2], later.iloc[0])
    return f"{middle:%Y-%m-%d}"
