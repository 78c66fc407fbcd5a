"""Continuity: for each compaction, what its summary names and what its session did around it, in numbers."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from claudesess import aftermath, mentions

_KEYS = ("db", "session_id", "compaction_id", "started_at", "label")


def numbers(
    compactions: pd.DataFrame,
    tool_calls: pd.DataFrame,
    file_claims: pd.DataFrame,
    failed_paths: pd.DataFrame,
    k: int,
) -> Iterator[dict[str, Any]]:
    """List the numbers of every compaction, in order of time within each file.

    Parameters
    ----------
    compactions, tool_calls, file_claims, failed_paths : DataFrame
        The relations of these names.
    k : int
        Most calls compared on either side of a compaction.

    Yields
    ------
    dict
        One number of one compaction, as result rows of the metric `compaction_continuity`. Where nothing is
        known of a session's calls, only what its summaries name.
    """
    moments = compactions["started_at"].fillna(compactions["ended_at"])
    ordered = compactions.assign(moment=moments).sort_values(["db", "moment", "compaction_id"], kind="stable")
    ordered = ordered.assign(
        label=ordered["db"] + " " + (ordered.groupby("db").cumcount() + 1).astype("string")
    )
    for (db, session_id), group in ordered.groupby(["db", "session_id"], sort=False):
        own = (
            frame[(frame["db"] == db) & (frame["session_id"] == session_id).fillna(False)]
            for frame in (tool_calls, file_claims, failed_paths)
        )
        events = aftermath.session(*own)
        since: Any = pd.NaT
        one: Any
        for one in group.itertuples():
            keys = {name: getattr(one, name) for name in _KEYS}
            yield from ({**keys, **row} for row in _named(one))
            if len(events.calls) and pd.notna(one.moment):
                yield from ({**keys, **row} for row in (*_after(one, events), *_first(one, events)))
                yield from ({**keys, **row} for row in _failures(one, events, since, k))
            since = one.moment


def _counted(panel: str, measure: str, n: Any, n_total: Any, **more: Any) -> dict[str, Any]:
    is_known = pd.notna(n) and pd.notna(n_total) and n_total > 0
    return {"panel": panel, "measure": measure, "n": n, "n_total": n_total, **more} | (
        {"share": n / n_total} if is_known else {}
    )


def _named(one: Any) -> Iterator[dict[str, Any]]:
    for kind in mentions.KINDS:
        items, summary = getattr(one, kind), one.summary
        if not isinstance(items, list) or not isinstance(summary, str):
            yield _counted(
                "named", kind, None, len(items) if isinstance(items, list) else getattr(one, f"n_{kind}")
            )
            continue
        found = mentions.named(summary, kind, items)
        lost = [
            mentions.label(kind, item) for item, is_named in zip(items, found, strict=True) if not is_named
        ]
        yield _counted("named", kind, sum(found), len(items), items="\n".join(lost) or None)


def _after(one: Any, events: aftermath.Session) -> Iterator[dict[str, Any]]:
    reads = aftermath.reads_again(events, one.moment, one.window_end_at)
    n_edits, again = aftermath.repeats(events, one.moment, one.window_end_at)
    yield _counted("after", "rereads_by_path", reads.by_path, reads.n)
    yield _counted("after", "rereads", reads.same_lines, reads.n)
    yield _counted("after", "repeats", len(again), n_edits, items="\n".join(again) or None)
    if isinstance(one.chains, list):
        n_fixed = aftermath.fixed(events, one.chains, one.moment, one.window_end_at)
        yield _counted("after", "fixed", n_fixed, len(one.chains))


def _first(one: Any, events: aftermath.Session) -> Iterator[dict[str, Any]]:
    resumed_at = one.ended_at if pd.notna(one.ended_at) else one.moment
    for measure, (n_calls, at) in aftermath.firsts(events, one.moment, one.window_end_at).items():
        seen = {
            "panel": "first",
            "measure": measure,
            "n": int(at is not None),
            "n_total": 1,
            "is_seen": at is not None,
        }
        watched = (one.window_end_at if at is None else at) - resumed_at
        yield seen | {"unit": "calls", "value": n_calls}
        yield seen | {"unit": "s", "value": watched.total_seconds() if pd.notna(watched) else None}


def _failures(one: Any, events: aftermath.Session, since: Any, k: int) -> Iterator[dict[str, Any]]:
    before, after, n = aftermath.failures(events, since, one.moment, one.window_end_at, k)
    yield _counted("failures", "failed", before, n, moment="before")
    yield _counted("failures", "failed", after, n, moment="after")
