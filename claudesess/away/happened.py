"""What happened from a moment on, in every session of a store, as frames."""

from __future__ import annotations

from datetime import datetime
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

if TYPE_CHECKING:
    from claudesess.store import Store

_SQL = resources.files("claudesess.away")


class Happened(NamedTuple):
    """What happened from a moment on; one row per thing, in every frame with `db`.

    Attributes
    ----------
    sessions
        In which anything happened: project, first and last time, counts, whether it is new or has ended.
    agents
        That ran, whenever they began: type, task, status, calls and files from then on.
    chains
        Of failures that failed again or were closed: what was tried, how often, where it stands now.
    files
        That were edited, with the number of edits and of those who made them.
    commits, compactions
        Sha and branch; trigger and tokens.
    waits
        For the user, clipped to that time; `over_at` NA: no end was seen, so its length is not known.
    troubles
        Errors of the client, permissions asked for, refusals, interrupts, calls that were cancelled.
    tool_errors
        Calls in which a tool found an error before it did anything.
    answers
        Of the model, with tokens.
    """

    sessions: pd.DataFrame
    agents: pd.DataFrame
    chains: pd.DataFrame
    files: pd.DataFrame
    commits: pd.DataFrame
    compactions: pd.DataFrame
    waits: pd.DataFrame
    troubles: pd.DataFrame
    tool_errors: pd.DataFrame
    answers: pd.DataFrame


def happened(store: Store, since: datetime, now: datetime) -> Happened:
    """Return what happened, or was going on, at `since` or later.

    Parameters
    ----------
    store
        An open store.
    since
        What has a length counts if it was over then or later; what was over before does not. Things whose
        time is not known are left out.
    now
        A wait that began within a day before, and of which no end was seen, may go on still. What was
        written after it is not left out.

    Examples
    --------
    >>> from datetime import UTC
    >>> from claudesess import samples
    >>> since, now = datetime(2026, 10, 23, 14, 36, 16, tzinfo=UTC), datetime(2026, 10, 24, tzinfo=UTC)
    >>> found = happened(samples.open_sample("workshop"), since, now)
    >>> found.commits[["sha", "branch"]].values.tolist(), found.chains["outcome"].tolist()
    ([['a8733b9', 'main']], ['fixed', 'fixed', 'abandoned'])
    """
    moments = {"since": since, "now": now}
    return Happened(*(_asked(store, name, moments) for name in Happened._fields))


def _asked(store: Store, name: str, moments: dict[str, datetime]) -> pd.DataFrame:
    query = (_SQL / f"{name}.sql").read_text(encoding="utf-8")
    return store.sql(query, {key: at for key, at in moments.items() if f"${key}" in query})
