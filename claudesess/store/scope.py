"""Which sessions of the databases a store holds: all, or those that began in a time, or of some projects."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from claudesess.contracts import RAW
from claudesess.contracts.contract import TIME
from claudesess.errors import QuestionError
from claudesess.store.selects import EARLIEST, LATEST
from claudesess.text import count
from claudesess.zones import in_utc

if TYPE_CHECKING:
    import pandas as pd

    from claudesess.store.engine import Store

Moment = str | date | None
"""A date, a time, or a text that is one in ISO's form; without a zone it is of the store's."""

_LISTED = 12
_KEPT, _BOUNDS = "_kept_sessions", "_kept_between"


class Scope(NamedTuple):
    """From when on and until when sessions began, and of which projects."""

    since: pd.Timestamp | None
    until: pd.Timestamp | None
    projects: tuple[str, ...] | None

    @property
    def is_of_time(self) -> bool:
        """Some sessions of a database may be out."""
        return self.since is not None or self.until is not None


class Asked(NamedTuple):
    """What `open_store` was asked for: places as they were named, from the root on, and which sessions."""

    places: tuple[str, ...]
    scope: Scope


class LeftOut(NamedTuple):
    """How many sessions of a database began before and went on, and one of them."""

    db: str
    n: int
    example: str


class Kept(NamedTuple):
    """What is left of the databases.

    Attributes
    ----------
    sessions
        `db` and `session_id` of those that are in.
    between
        One row: when a row without a session is in.
    left_out
        By database.
    """

    sessions: pd.DataFrame
    between: pd.DataFrame
    left_out: list[LeftOut]

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """What the tables of `narrowed` read, by its name."""
        return {_KEPT: self.sessions, _BOUNDS: self.between}


def scope(since: Moment, until: Moment, projects: str | Sequence[str] | None, zone: tzinfo) -> Scope:
    """Read what a store is asked to hold.

    Raises
    ------
    QuestionError
        A bound is no time, nothing lies between them, or no project is named.
    """
    first, last = _moment("since", since, zone), _moment("until", until, zone)
    if first is not None and last is not None and first >= last:
        raise QuestionError(f"since is {since!r} and until is {until!r}; since has to be before until.")
    named = (projects,) if isinstance(projects, str) else projects
    if named is not None and (not named or not all(isinstance(one, str) and one for one in named)):
        raise QuestionError(f"projects is {projects!r}; it must be the name of a project, or a list of them")
    return Scope(first, last, None if named is None else tuple(named))


def _moment(name: str, given: Moment, zone: tzinfo) -> pd.Timestamp | None:
    if given is None:
        return None
    import pandas as pd

    try:
        if not isinstance(given, (str, date)) or (
            isinstance(given, str) and not re.match(r"\d{4}-\d", given)
        ):
            raise ValueError(given)
        moment = pd.Timestamp(given)
        if pd.isna(moment):
            raise ValueError(given)
        return in_utc(moment, zone)
    except (ValueError, OverflowError) as error:
        raise QuestionError(
            f"{name} is {given!r}; it must be a date or a time, such as '2026-10-12' or "
            "'2026-10-12T18:00+02:00'"
        ) from error


def databases_of(store: Store, labels: Sequence[str], projects: Sequence[str]) -> set[str]:
    """Return the labels of the databases of some projects.

    Parameters
    ----------
    store
        Everything.
    labels
        Of its databases.
    projects
        As `projects_named` reads them.

    Raises
    ------
    QuestionError
        There is no such project.
    """
    roots = store.sql("SELECT db, project FROM _project_roots").dropna()
    project_of = dict(zip(labels, labels, strict=True)) | dict(
        zip(roots["db"], roots["project"], strict=True)
    )
    found: set[str] = set()
    for asked in projects:
        named = projects_named(asked, project_of.values())
        of_it = {db for db, project in project_of.items() if project in named}
        if not of_it:
            there = sorted(set(project_of.values()))
            listed = ", ".join(there[:_LISTED]) + (", …" if len(there) > _LISTED else "")
            raise QuestionError(f"There is no project {asked!r}. There are: {listed}.")
        found |= of_it
    return found


def projects_named(asked: str, projects: Iterable[str]) -> set[str]:
    """Return the projects that a name means: their whole name, their last folder, or a path from here."""
    path = str(Path(asked).expanduser().absolute())
    return {one for one in projects if one in (asked, path) or _last(one) == asked}


def _last(project: str) -> str:
    return re.split(r"[/\\]", project.rstrip("/\\"))[-1]


def kept(store: Store, asked: Scope) -> Kept:
    """Say which sessions began in the time that is asked for; all rows of such a session are in.

    Parameters
    ----------
    store
        Everything.
    asked
        With a bound.
    """
    import pandas as pd

    bounds = {
        "since": EARLIEST if asked.since is None else asked.since,
        "until": LATEST if asked.until is None else asked.until,
    }
    sessions = store.sql(
        "SELECT db, session_id FROM _session_starts WHERE started_at >= $since AND started_at < $until",
        bounds,
    )
    left_out = store.rows(
        """SELECT db, count(*) AS n, arg_max(session_id, last_seen_at) AS example FROM _session_starts
           WHERE started_at < $since AND last_seen_at >= $since GROUP BY db ORDER BY db""",
        {"since": bounds["since"]},
    )
    return Kept(sessions, pd.DataFrame([bounds]), [LeftOut(**row) for row in left_out])


def narrowed(relation: str, select: str) -> str:
    """Return a SELECT of the rows of a table that are in, in their order.

    `Kept.tables` are tables of the engine.
    """
    if relation == "project_state":
        return select
    contract = RAW.get(relation, RAW["hook_events"])
    time = next(column.name for column in contract.columns if column.dtype == TIME)
    is_own = f"(db, session_id) IN (SELECT db, session_id FROM {_KEPT})"
    first, last = f"(SELECT since FROM {_BOUNDS})", f"(SELECT until FROM {_BOUNDS})"
    is_then = f'session_id IS NULL AND "{time}" >= {first} AND "{time}" < {last}'
    # a join may turn the order round
    placed = f"SELECT *, row_number() OVER () AS place FROM ({select})"
    return f"SELECT * EXCLUDE (place) FROM ({placed}) WHERE {is_own} OR ({is_then}) ORDER BY place"


def left_out(n: int) -> str:
    """Say how many sessions were left out that one may miss."""
    verb = "was" if n == 1 else "were"
    return f"{count(n, 'session')} that began before since, and went on after it, {verb} left out"
