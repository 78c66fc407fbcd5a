"""Fleets with planted effects, or with none: sessions of every kind that `planted` draws, in one store."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from unittest import mock

import pandas as pd
import planted

from claudesess import Store

#: By measure: its sessions, no effect, one that costs something, and how often sixteen of them make a fleet.
KINDS = {
    "compaction_continuity.rereads": (planted.reads, 0.0, 3.0, 2),
    "compaction_continuity.repeats": (planted.edits, 0.0, 3.0, 2),
    "compaction_continuity.fixed": (planted.open_chains, 0.0, -3.0, 2),
    "compaction_continuity.time_to_recover": (planted.edits_and_looks, 0.0, -1.5, 8),
    "compaction_continuity.failures_around": (planted.commands, 0.0, 3.0, 2),
    "retry_escalation.repeats": (planted.rejections, 0.0, 0.6, 2),
}


#: What one fleet's sessions are of: where nobody edits, no first edit is seen; where all fails, nothing stands out.
MIXES = (
    (
        "compaction_continuity.rereads",
        "compaction_continuity.repeats",
        "compaction_continuity.failures_around",
    ),
    ("compaction_continuity.time_to_recover", "retry_escalation.repeats"),
    ("compaction_continuity.fixed", "retry_escalation.repeats"),
)


def fleets(n: int, seed: int, mix: tuple[str, ...], *, is_planted: bool) -> Iterator[Store]:
    """Draw fleets of sessions of some kinds, with their effects planted or without."""
    pieces = []
    for place, name in enumerate(mix):
        draw, null, effect, projects = KINDS[name]
        with mock.patch.object(planted, "Store", SimpleNamespace(from_frames=dict)):
            frames = draw(effect if is_planted else null, n * projects, seed=seed * 100 + place)
        pieces.append({table: _divided(frame, place, projects) for table, frame in frames.items()})
    for fleet in range(n):
        tables: dict[str, list[pd.DataFrame]] = {}
        for table, by_fleet in ((table, parts) for piece in pieces for table, parts in piece.items()):
            tables.setdefault(table, []).append(by_fleet[fleet])
        with Store.from_frames(**{table: _stacked(parts) for table, parts in tables.items()}) as store:
            yield store


def _divided(frame: pd.DataFrame, place: int, projects: int) -> dict[int, pd.DataFrame]:
    """Make the projects of a kind sessions of one database per fleet, apart from other kinds."""
    project = frame["db"].str[1:].astype(int)
    session = f"kind{place}-" + frame["db"] + "-" + frame["session_id"]
    named = frame.assign(db="fleet", session_id=session)
    return dict(list(named.groupby(project // projects)))


def _stacked(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Put the parts one below the other; rows of different kinds have different ids."""
    ids = ["id", "call_id", "compaction_id", "error_id", "chain_id"]
    far = 10_000_000
    moved = [
        part.assign(**{name: part[name] + place * far for name in ids if name in part})
        for place, part in enumerate(parts)
    ]
    return pd.concat(moved, ignore_index=True)
