"""Clocks of many machines: what can be known of them from what they recorded. It is reported, never mended.

Nothing in a database says that a clock was wrong all along. What shows is a disagreement: with the file's
own time of writing, with the clock of whoever asks, with the client's beginnings, or with another database
that recorded the same call. Durations, order within a session, and all that rests on these, are told by one
clock and do not suffer; ``by="day"``, `since` and `until` do.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from claudesess import text
from claudesess.contracts import CATEGORY, FLOAT, TEXT, Column, Contract

if TYPE_CHECKING:
    from claudesess.store import Store

FIRST = datetime(2025, 1, 1, tzinfo=UTC)
"""No client wrote a session before."""

TOLERANCE_S = 120.0
"""So far apart may two clocks be without a word."""

_CHECKS = (
    "calls at two times",
    "newer than its file",
    "in the future",
    "before 2025",
    "session in several databases",
)

SKEW = Contract(
    "skew",
    "one disagreement of clocks, or one session that several databases hold",
    (
        Column("check", CATEGORY, "What disagrees", values=_CHECKS, nullable=False),
        Column("db", TEXT, "Label of the database", nullable=False),
        Column("other_db", TEXT, "The other one, where two disagree"),
        Column("session_id", TEXT, "The session, where it is one"),
        Column("apart_s", FLOAT, "How far apart; NA where that says nothing", unit="s"),
        Column("sentence", TEXT, "In words", nullable=False),
    ),
    ("check", "db", "other_db", "session_id"),
)

SEEN = ["session_id", "first_at", "last_at", "call", "called_at"]
_QUERY = """
WITH calls AS (
    SELECT session_id, unnest(arg_min({call: tool_use_id, ended: "timestamp"}, id, 3)) AS one FROM _hook_facts
    WHERE tool_use_id IS NOT NULL AND starts_with(event_type, 'post_tool_use') GROUP BY session_id
)
SELECT s.session_id, s.first_seen_at AS first_at, s.last_seen_at AS last_at, c.one.call AS call,
    c.one.ended AS called_at
FROM _session_spans AS s LEFT JOIN calls AS c USING (session_id)
"""


def seen(store: Store) -> pa.Table:
    """Return what the clock of one database can be told by: its sessions' spans, and their first calls."""
    return pa.Table.from_pandas(store.sql(_QUERY), preserve_index=False).replace_schema_metadata(None)


def skew(seen: pd.DataFrame, written_at: dict[str, datetime], now: datetime) -> pd.DataFrame:
    """Find where clocks disagree.

    Parameters
    ----------
    seen
        `SEEN`, with the `db` of each.
    written_at
        When each database was last written, by its label, as far as that is known.
    now
        By the clock of whoever asks.

    Returns
    -------
    DataFrame
        `SKEW`: calls recorded twice at times more than `TOLERANCE_S` apart; databases that hold a time later
        than that after they were last written, or after `now`; sessions that began before `FIRST`; and
        sessions that several databases hold, as long as no call of theirs tells the clocks apart: their units
        count once for each.

    Notes
    -----
    A file that was copied has the time of the copy, or that of the original: never an earlier one, so that
    the check may miss, and does not alarm in vain. That a session is in two databases is no fault (it went
    on elsewhere, a folder was copied, hooks and import both wrote it).
    """
    rows = [*_by_itself(seen, written_at, now), *_by_each_other(seen)]
    found = pd.DataFrame(rows, columns=SKEW.names).astype(object)
    return SKEW.cast(found).sort_values(["check", "db"], kind="stable", ignore_index=True)


_Row = tuple[str, str, str | None, str | None, float | None, str]


def _by_itself(seen: pd.DataFrame, written_at: dict[str, datetime], now: datetime) -> Iterator[_Row]:
    newest = seen.groupby("db", sort=True)["last_at"].max().dropna()
    for db, last_at in newest.items():
        for kind, at, what in (
            ("newer than its file", written_at.get(str(db)), "its file was last written"),
            ("in the future", now, "it was asked"),
        ):
            apart = (last_at - at).total_seconds() if at is not None else 0.0
            if apart > TOLERANCE_S:
                sentence = f"{db} holds a time {text.clock(apart)} after {what}: its clock was ahead then"
                yield kind, str(db), None, None, apart, sentence
    early = seen[seen["first_at"] < FIRST].drop_duplicates(["db", "session_id"])
    for db, session, at in early[["db", "session_id", "first_at"]].itertuples(index=False):
        sentence = (
            f"{db}, session {session}: begins in {at:%Y}, when there was no client: the clock was not set"
        )
        yield "before 2025", db, None, session, None, sentence


def _by_each_other(seen: pd.DataFrame) -> Iterator[_Row]:
    of_sessions = seen.dropna(subset=["session_id"])
    in_dbs = of_sessions.groupby("session_id")["db"].nunique()
    both = of_sessions[of_sessions["session_id"].isin(in_dbs.index[in_dbs > 1])]
    for session, rows in both.groupby("session_id", sort=True):
        dbs = rows["db"].unique().tolist()
        first = rows[rows["db"] == dbs[0]]
        for other in dbs[1:]:
            calls = first.merge(rows[rows["db"] == other], on="call", suffixes=("", "_other"))
            gaps = (calls["called_at_other"] - calls["called_at"]).dropna().dt.total_seconds()
            apart = float(gaps.abs().min()) if len(gaps) else None
            if apart is not None and apart > TOLERANCE_S:
                ahead, behind = (other, dbs[0]) if gaps.iloc[0] > 0 else (dbs[0], other)
                sentence = (
                    f"{ahead} has calls of session {session} {text.clock(apart)} later than {behind} has them"
                )
                yield "calls at two times", dbs[0], other, str(session), apart, sentence
                continue
            sentence = f"session {session} is in {dbs[0]} and in {other}: its units count once for each"
            yield "session in several databases", dbs[0], other, str(session), apart, sentence
