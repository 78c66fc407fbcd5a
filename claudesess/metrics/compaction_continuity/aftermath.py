"""Aftermath: what one session did after a moment, such as a compaction, and whether it had done so before.

Unless said otherwise only calls of the main thread count: it is the one whose context was compacted. All
times are those at which calls ended; a moment itself belongs to what came before it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from claudesess_collector import vocabulary

from claudesess.relations import approaches
from claudesess.stats import spans

_Lines = tuple[int, int]
_Read = tuple[pd.Timestamp, _Lines]


@dataclass(frozen=True)
class Session:
    """Calls, edits and rejected approaches of one session.

    Attributes
    ----------
    calls : DataFrame
        Relation `tool_calls` of the session, agents' calls too, in order of their ends.
    main : DataFrame
        Those of the main thread.
    edited : mapping of str to list of Timestamp
        When each file was changed, by whatever tool and agent.
    by_shell : set of Timestamp
        When the main thread changed files through the shell.
    rejected : DataFrame
        Relation `failed_paths` of the session, approaches that cannot be compared left out.
    windows : DataFrame
        Spans in which the session was open.
    """

    calls: pd.DataFrame
    main: pd.DataFrame
    edited: Mapping[str, Sequence[pd.Timestamp]]
    by_shell: frozenset[pd.Timestamp]
    rejected: pd.DataFrame
    windows: pd.DataFrame

    @property
    def commands(self) -> pd.DataFrame:
        """The main thread's shell calls."""
        return self.main[self.main["tool"].isin(vocabulary.SHELLS)]

    def open_s(self, start: pd.Timestamp, end: pd.Timestamp) -> float:
        """Seconds between two moments, without the time in which the session was left; NaN if not known."""
        whole = self.windows.head(1).assign(start=start, end=end)
        between = spans.clip(whole, self.windows, spans.SESSION)
        return spans.seconds(between) if len(between) else np.nan


@dataclass(frozen=True)
class Reads:
    """How many reads there were, and how many of them were of what had been read before."""

    n: int
    by_path: int
    same_lines: int


def session(
    tool_calls: pd.DataFrame,
    file_claims: pd.DataFrame,
    failed_paths: pd.DataFrame,
    session_windows: pd.DataFrame,
) -> Session:
    """Put together the rows of one session; calls of which the time or the tool is not known say nothing."""
    known = tool_calls[tool_calls["ended_at"].notna() & tool_calls["tool"].notna()]
    calls = known.sort_values(["ended_at", "call_id"], kind="stable")
    edited = file_claims[file_claims["timestamp"].notna()]
    shell = edited[
        (edited["operation"].astype("string") == vocabulary.SHELL_EDIT).fillna(False)
        & edited["agent_id"].isna()
    ]
    return Session(
        calls=calls,
        main=calls[calls["agent_id"].isna()],
        edited={str(path): list(rows) for path, rows in edited.groupby("file_path")["timestamp"]},
        by_shell=frozenset(shell["timestamp"]),
        rejected=failed_paths[approaches.comparable(failed_paths["approach"])],
        windows=spans.of(session_windows),
    )


def window(calls: pd.DataFrame, after: pd.Timestamp, until: pd.Timestamp) -> pd.DataFrame:
    """Select the calls that ended after one moment and no later than another; NaT sets no limit."""
    ended = calls["ended_at"]
    late = ended > after if pd.notna(after) else pd.Series(True, index=calls.index)
    return calls[late & (ended <= until)] if pd.notna(until) else calls[late]


def reads_again(events: Session, moment: pd.Timestamp, until: pd.Timestamp) -> Reads:
    """Count reads after a moment, and those of lines that had been read before it and not been edited since.

    Parameters
    ----------
    events : Session
        The session.
    moment, until : Timestamp
        The reads counted end after the one and no later than the other.

    Returns
    -------
    Reads
        `by_path`: the file had been read before the moment, changed since or not. `same_lines`: so had all
        lines read, none of the file was changed since by anyone, and they had not been read again after the
        moment yet. Reads whose lines are not known never count as `same_lines`: it is a lower bound.
    """
    main = events.main
    reads = main[(main["tool"] == vocabulary.READ_TOOL) & main["file_path"].notna() & _went_well(main)]
    columns = (reads[name] for name in ("file_path", "ended_at", "read_start", "read_end"))
    before: dict[str, list[_Read]] = {}
    since: dict[str, list[_Read]] = {}
    n = by_path = same_lines = 0
    for path, at, start, end in zip(*columns, strict=True):
        if pd.notna(until) and at > until:
            break
        lines = [(int(start), int(end))] if pd.notna(start) and pd.notna(end) else []
        if at > moment:
            n += 1
            by_path += path in before
            changes = [edit for edit in events.edited.get(path, ()) if edit <= at]
            had, has = (_still_true(known.get(path, ()), changes) for known in (before, since))
            same_lines += any(covers(had, one) and not covers(has, one) for one in lines)
        (since if at > moment else before).setdefault(path, []).extend((at, one) for one in lines)
    return Reads(n, by_path, same_lines)


def covers(ranges: Iterable[_Lines], lines: _Lines) -> bool:
    """Tell whether ranges of lines, taken together, contain all lines of another.

    Examples
    --------
    >>> covers([(40, 80), (1, 50)], (10, 60)), covers([(1, 50), (60, 80)], (10, 60)), covers([], (1, 1))
    (True, False, False)
    """
    start, end = lines
    for first, last in sorted(ranges):
        if first > start:
            break
        start = max(start, last + 1)
    return start > end


def repeats(events: Session, moment: pd.Timestamp, until: pd.Timestamp) -> tuple[int, list[str]]:
    """Count edits after a moment, whoever made them, and name those that had been rejected before it.

    Returns
    -------
    n : int
        Edits that could be compared: they say which line they added.
    approaches : list of str
        One per edit that equals an approach rejected before, in order of the edits.
    """
    known: dict[tuple[str, str], list[str]] = defaultdict(list)
    rejected = events.rejected[events.rejected["timestamp"] <= moment]
    for approach, path in zip(rejected["approach"], rejected["file_path"], strict=True):
        known[str(path), str(approach).partition(" ")[0]].append(str(approach))
    edits = window(events.calls, moment, until)
    edits = edits[
        edits["tool"].isin(vocabulary.EDIT_TOOLS)
        & edits[["file_path", "snippet"]].notna().all(axis=1)
        & _went_well(edits)
    ]
    found = []
    for tool, path, line in zip(edits["tool"], edits["file_path"], edits["snippet"], strict=True):
        same = (said for said in known[path, tool] if approaches.is_same(said, tool, path, line))
        found += [said] if (said := next(same, None)) else []
    return len(edits), found


def fixed(
    events: Session, chains: Sequence[Mapping[str, Any]], moment: pd.Timestamp, until: pd.Timestamp
) -> int:
    """Count the chains, open at a moment, whose check succeeded after it, whoever ran it."""
    after = window(events.calls, moment, until)
    passed = set(after["aim"][after["is_ok"].fillna(False).astype(bool)].dropna())
    return sum((chain.get("aim") or chain.get("check")) in passed for chain in chains)


def firsts(
    events: Session, moment: pd.Timestamp, until: pd.Timestamp
) -> dict[str, tuple[int, pd.Timestamp | None]]:
    """Find the first edit and the first command that succeeded after a moment.

    Returns
    -------
    dict
        ``first_edit`` and ``first_pass``: number of the call, counted from 1, and when it ended; where none
        was seen, the number of calls there were, and None. No ``first_pass`` from writers that record no
        checks.
    """
    calls = window(events.main, moment, until)
    shell, passed = calls["tool"].isin(vocabulary.SHELLS), calls["is_ok"].fillna(False).astype(bool)
    written = calls["tool"].isin(vocabulary.EDIT_TOOLS) | (shell & calls["ended_at"].isin(events.by_shell))
    wanted = {"first_edit": written & _went_well(calls)}
    if events.calls["aim"].notna().any():
        wanted["first_pass"] = shell & calls["aim"].notna() & passed
    found = {}
    for name, mask in wanted.items():
        place = np.flatnonzero(mask.fillna(False).to_numpy(dtype=bool))
        found[name] = (
            (int(place[0]) + 1, calls["ended_at"].iloc[place[0]]) if len(place) else (len(calls), None)
        )
    return found


def failures(
    calls: pd.DataFrame, since: pd.Timestamp, moment: pd.Timestamp, until: pd.Timestamp, k: int
) -> tuple[int, int, int]:
    """Count failed calls just before and just after a moment, in as many calls on either side.

    Parameters
    ----------
    calls : DataFrame
        The calls compared: `Session.main`, or the commands among them.
    since, moment, until : Timestamp
        Calls before ended after the first and no later than the second, calls after no later than the third.
    k : int
        Most calls on either side.

    Returns
    -------
    before, after, n : int
        Failures among the last, and among the first, `n` calls whose outcome is known; n is at most `k`.
    """
    known = calls[calls["is_ok"].notna()]
    before, after = window(known, since, moment), window(known, moment, until)
    n = min(k, len(before), len(after))
    failed = [~side["is_ok"].astype(bool) for side in (before.tail(n), after.head(n))]
    return int(failed[0].sum()), int(failed[1].sum()), n


def _still_true(reads: Iterable[_Read], changes: Sequence[pd.Timestamp]) -> list[_Lines]:
    """Leave out reads from before the last change of the file, or from its very moment."""
    return [lines for at, lines in reads if not changes or at > max(changes)]


def _went_well(calls: pd.DataFrame) -> pd.Series:
    """Leave out calls known to have failed."""
    return calls["is_ok"].fillna(True).astype(bool)
