"""What happened, in a few numbers: for the first screen where nothing is shown to cost time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from claudesess import text
from claudesess.report.reader import Reader

_FAILED = ("failed call", "failed calls")
_COMPACTED = ("context compacted", "contexts compacted")


class Fact(NamedTuple):
    """A number, what it counts, and the page on which it is told."""

    number: str
    what: str
    more: str = ""
    page: str = ""
    anchor: str = ""


class Happened(NamedTuple):
    """A title, and the numbers below it."""

    title: str
    facts: list[Fact]


def happened(
    sessions: pd.DataFrame,
    page_of: Mapping[tuple[str, str], str],
    reader: Reader,
    active: str,
) -> Happened:
    """Say what happened, in numbers that are linked to where more is said of them.

    Parameters
    ----------
    sessions
        A row per session, the newest first.
    page_of
        The pages of sessions, by the names that the reader may know.
    reader
        Zone, and whether names may be known.
    active
        For how long something was going on, in words.
    """
    if sessions.empty:
        return Happened("", [])
    n, n_failed = len(sessions), int(sessions["n_failed_calls"].sum())
    n_refused = int(sessions["n_refused_calls"].sum())
    failed_in = text.count(int((sessions["n_failed_calls"] > 0).sum()), "session")
    n_agents, n_compacted = int(sessions["n_agents"].sum()), int(sessions["n_compactions"].sum())
    facts = [
        Fact(f"{n:,}", text.named(n, "session"), f"{active} active", "answers", "sessions"),
        _most(sessions, "n_tool_calls", "call", page_of, reader),
        Fact(f"{n_failed:,}", text.named(n_failed, *_FAILED),
             f"in {failed_in}{f'; {n_refused:,} more refused' if n_refused else ''}", "retry-escalation"),
        Fact(f"{n_agents:,}", text.named(n_agents, "agent"), "", "agent-throughput"),
        Fact(f"{n_compacted:,}", text.named(n_compacted, *_COMPACTED), "", "compaction-continuity"),
    ]  # fmt: skip
    n_calls = int(sessions["n_tool_calls"].sum())
    calls = f"{n_failed:,} of {text.count(n_calls, 'call')}" if n_calls else "No call"
    title = f"{calls} in {text.count(n, 'session')}{' failed' if n_calls else ''}"
    return Happened(title, [one for one in facts if one.number != "0"])


def _most(
    sessions: pd.DataFrame,
    column: str,
    noun: str,
    page_of: Mapping[tuple[str, str], str],
    reader: Reader,
) -> Fact:
    """Count something over all sessions, and say which has most of it."""
    total, most = int(sessions[column].sum()), sessions.iloc[int(sessions[column].to_numpy().argmax())]
    page = page_of.get((reader.text(most["db"]), reader.text(most["session_id"])), "")
    where = f"{int(most[column]):,} of them in session {reader.text(most['session_id'])[:8]}"
    return Fact(f"{total:,}", text.named(total, noun), where, page, "top" if page else "")
