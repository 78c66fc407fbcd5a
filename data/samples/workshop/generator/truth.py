"""What came out: counts by plain rules, for ``truth.json``."""

from __future__ import annotations

from collections import Counter
from statistics import median
from typing import Any

from . import plan
from .ledger import MAIN, Ledger
from .threads import Event

Counts = dict[str, int]


def realised(events: list[Event], doubled: int) -> dict[str, Any]:
    """Count everything that was planted.

    Parameters
    ----------
    events : list of Event
        In the order of time, without the second deliveries.
    doubled : int
        How many events are delivered twice.

    Returns
    -------
    dict
        Nested counts; their meaning is in the sample's README.
    """
    ledger = Ledger().see(events)
    kinds = Counter(event.fact["kind"] for event in events)
    return {
        "events": {"all": len(events) + doubled, "doubled": doubled},
        "sessions": count_sessions(events),
        "prompts": {
            "human": sum(event.fact.get("human") is True for event in events),
            "machine": sum(event.fact.get("human") is False for event in events),
        },
        "agents": count_agents(ledger),
        "agent_seconds": agent_seconds(ledger),
        "chains": count_chains(ledger),
        "failures": count_failures(ledger),
        "failed_paths": {
            "all": len(ledger.rejected),
            "still_relevant": sum(one.is_relevant for one in ledger.rejected),
            "repeats": sum(one.is_repeat for one in ledger.rejected),
            "repeats_across_a_compaction": sum(one.is_repeat_after_compaction for one in ledger.rejected),
        },
        "edits": tally(event.fact["operation"] for event in events if event.fact["kind"] == "edit"),
        "compactions": tally(event.fact["trigger"] for event in events if event.fact["kind"] == "compacting"),
        "named_in_summaries": named(events),
        "read_again": read_again(events),
        "checks_of_the_main_thread": after_compaction(events),
        "verdicts": {
            "allow": sum(event.fact.get("blocked") is False for event in events),
            "block": sum(event.fact.get("blocked") is True for event in events),
        },
        "tasks": {"created": created(events), "completed": completed(events)},
        "commits": kinds["commit"],
        "permission_requests": kinds["permission"],
        "cancelled_calls": kinds["cancelled"],
        "api_errors": {
            "main_thread": kinds["stop_failure"],
            "agents": sum(agent.status == "failed" for agent in ledger.agents.values()),
        },
    }


def tally(names: Any) -> Counts:
    """Count equal names, in alphabetical order."""
    return dict(sorted(Counter(names).items()))


def count_sessions(events: list[Event]) -> Counts:
    """Count sessions by how they begin and end."""
    starts = Counter(event.fact["source"] for event in events if event.fact["kind"] == "start")
    ids = {event.payload["session_id"] for event in events}
    ended = {event.payload["session_id"] for event in events if event.fact["kind"] == "end"}
    return {"all": len(ids), "ended": len(ended), "never_ended": len(ids - ended)} | {
        f"starts_by_{source}": count for source, count in sorted(starts.items())
    }


def count_agents(ledger: Ledger) -> dict[str, Any]:
    """Count agents."""
    return {
        "all": len(ledger.agents),
        "by_type": tally(agent.type for agent in ledger.agents.values()),
        "by_status": tally(agent.status for agent in ledger.agents.values()),
        "nested": sum(agent.parent not in (None, MAIN) for agent in ledger.agents.values()),
    }


def agent_seconds(ledger: Ledger) -> dict[str, dict[str, float]]:
    """Return the median time of the agents whose end was seen."""
    made = {}
    for kind in sorted(plan.AGENT_TIMES):
        times = [
            (agent.ended_ms - agent.spawned_ms) / 1000
            for agent in ledger.agents.values()
            if agent.type == kind and agent.status in ("completed", "failed") and agent.ended_ms is not None
        ]
        made[kind] = {"n": len(times), "median": round(median(times), 1)}
    return made


def count_chains(ledger: Ledger) -> dict[str, Any]:
    """Count chains of failures."""
    return {
        "all": len(ledger.chains),
        "by_category": tally(chain.category for chain in ledger.chains),
        "by_outcome": tally(chain.outcome.replace("auto_fixed", "fixed") for chain in ledger.chains),
        "by_first_event": tally(chain.first_event for chain in ledger.chains),
        "by_attempts": tally(str(len(chain.rows)) for chain in ledger.chains),
        "by_category_and_outcome": {
            category: tally(chain.outcome for chain in ledger.chains if chain.category == category)
            for category in plan.LADDERS
        },
    }


def count_failures(ledger: Ledger) -> dict[str, Any]:
    """Count failed attempts."""
    rows = [(chain, row) for chain in ledger.chains for row in chain.rows]
    return {
        "all": len(rows),
        "hidden": sum(row[2] for _, row in rows),
        "by_category": tally(chain.category for chain, _ in rows),
        "by_resolution": tally(row[1] or "none" for _, row in rows),
        "by_main_thread": sum(row[0] == MAIN for _, row in rows),
    }


def named(events: list[Event]) -> dict[str, Counts]:
    """Count the open items at each compaction, and those whose text the summary contains."""
    marks = [event.fact["named"] for event in events if event.fact["kind"] == "compacted"]
    return {
        kind: {"open": sum(len(one[kind]) for one in marks), "named": sum(sum(one[kind]) for one in marks)}
        for kind in plan.NAMED_IN_SUMMARY
    }


def read_again(events: list[Event]) -> Counts:
    """Count the main thread's reads after a compaction of what it had read before it."""
    counts = {"strict": 0, "by_path_only": 0, "other_reads_after_compaction": 0}
    for session in dict.fromkeys(event.payload["session_id"] for event in events):
        own = [event for event in events if event.payload["session_id"] == session]
        before: dict[str, dict[tuple[int, int], int]] = {}
        edited: dict[str, int] = {}
        compacted = 0
        for event in own:
            fact = event.fact
            compacted = event.at_ms if fact["kind"] == "compacted" else compacted
            if fact["kind"] == "edit":
                edited[fact["path"]] = event.at_ms
            if fact["kind"] != "read" or "agent_id" in event.payload:
                continue
            known = before.setdefault(fact["path"], {})
            if compacted:
                counts[kind_of_read(known, fact, edited, compacted)] += 1
            known[fact["lines"]] = event.at_ms
    return counts


def kind_of_read(
    known: dict[tuple[int, int], int], fact: dict[str, Any], edited: dict[str, int], compacted: int
) -> str:
    """Name a read that comes after a compaction, given when each part of its file was last read."""
    last = known.get(fact["lines"])
    if last is not None and last < compacted and edited.get(fact["path"], 0) < last:
        return "strict"
    if any(at_ms < compacted for at_ms in known.values()):
        return "by_path_only"
    return "other_reads_after_compaction"


def after_compaction(events: list[Event]) -> dict[str, Counts]:
    """Count the main thread's runs of checks, soon after a compaction and at any other time."""
    counts = {"soon_after_compaction": Counter[str](), "otherwise": Counter[str]()}
    compacted: dict[str, int] = {}
    for event in events:
        session = event.payload["session_id"]
        if event.fact["kind"] == "compacted":
            compacted[session] = event.at_ms
        if event.fact["kind"] == "check" and "agent_id" not in event.payload:
            is_soon = event.at_ms - compacted.get(session, 0) <= 1000 * plan.AFTER_COMPACTION_S
            count = counts["soon_after_compaction" if is_soon else "otherwise"]
            count["runs"] += 1
            count["failed"] += not event.fact["ok"]
    return {name: dict(count) for name, count in counts.items()}


def created(events: list[Event]) -> int:
    """Count the tasks that were written down."""
    return sum(event.payload["hook_event_name"] == "TaskCreated" for event in events)


def completed(events: list[Event]) -> int:
    """Count the tasks whose completion was accepted."""
    return sum(event.fact.get("status") == "completed" for event in events if event.fact["kind"] == "task")
