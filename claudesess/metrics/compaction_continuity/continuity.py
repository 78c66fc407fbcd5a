"""Continuity: what a compaction's summary names and what its session did around it, for each and over all."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from claudesess import stats
from claudesess.metrics.compaction_continuity import aftermath, mentions

_KEYS = ("db", "session_id", "compaction_id", "trigger", "started_at", "label")


def numbers(
    compactions: pd.DataFrame,
    tool_calls: pd.DataFrame,
    file_claims: pd.DataFrame,
    failed_paths: pd.DataFrame,
    session_windows: pd.DataFrame,
    k: int,
) -> Iterator[dict[str, Any]]:
    """List the numbers of every compaction, in order of time within each file.

    Parameters
    ----------
    compactions, tool_calls, file_claims, failed_paths, session_windows : DataFrame
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
        label=ordered["db"] + " #" + (ordered.groupby("db").cumcount() + 1).astype("string")
    )
    for (db, session_id), group in ordered.groupby(["db", "session_id"], sort=False):
        own = (
            frame[(frame["db"] == db) & (frame["session_id"] == session_id).fillna(False)]
            for frame in (tool_calls, file_claims, failed_paths, session_windows)
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
        until = one.window_end_at if at is None else at
        yield seen | {"unit": "calls", "value": n_calls}
        yield seen | {"unit": "s", "value": events.open_s(resumed_at, until) if pd.notna(until) else None}


def _failures(one: Any, events: aftermath.Session, since: Any, k: int) -> Iterator[dict[str, Any]]:
    for measure, calls in (("failed_calls", events.main), ("failed_commands", events.commands)):
        before, after, n = aftermath.failures(calls, since, one.moment, one.window_end_at, k)
        yield _counted("failures", measure, before, n, moment="before")
        yield _counted("failures", measure, after, n, moment="after")


def share(part: pd.DataFrame) -> dict[str, Any]:
    """Pool a share over compactions; those without a summary, or with nothing to count, say nothing."""
    known = part[part["n"].notna() & (part["n_total"] > 0)]
    whole = stats.clustered_share(known["n"], known["n_total"])
    counts = {"n": known["n"].sum(), "n_total": known["n_total"].sum(), "n_compactions": len(known)}
    return counts | {"share": whole.share, "low": whole.low, "high": whole.high}


def median(part: pd.DataFrame) -> dict[str, Any]:
    """Estimate the median time to the first of its kind; what was not seen counts as longer than watched."""
    known = part[part["value"].notna()]
    curve = stats.survival(known["value"], known["is_seen"])
    half, low, high = stats.median_interval(curve)
    counts = {"n": known["n"].sum(), "n_total": len(known), "n_compactions": len(known)}
    return counts | {"value": half, "low": low, "high": high}


def differences(failures: pd.DataFrame) -> list[dict[str, Any]]:
    """Compare after with before, for all compactions and by who asked for them."""
    rows = []
    for measure, part in failures.groupby("measure", observed=True):
        rows.append(_difference(part) | {"measure": measure})
        for trigger, some in part.groupby("trigger", observed=True):
            rows.append(_difference(some) | {"measure": measure, "trigger": trigger})
    return rows


def _difference(failures: pd.DataFrame) -> dict[str, Any]:
    """Compare after with before over compactions."""
    sides = failures.pivot(index=["db", "compaction_id"], columns="moment", values=["n", "n_total"])
    sides = sides[sides["n_total"]["after"] > 0].astype(float)
    gap = stats.clustered_difference(sides["n"]["before"], sides["n"]["after"], sides["n_total"]["after"])
    row = {"panel": "difference", "unit": "share", "n_compactions": len(sides)}
    return row | {"value": gap[0], "low": gap[1], "high": gap[2]}
