"""The made-up project holds what its truth says, counted here from the database alone."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from contextlib import closing
from typing import Any

from tables import each_row

from claudesess import paths, samples


def ask(query: str) -> list[tuple[Any, ...]]:
    """Return the rows of a query to the sample."""
    path = f"{samples.sample_path('workshop').as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(path, uri=True)) as connection:
        return connection.execute(query).fetchall()


WORKSHOP = [
    ("agents.by_type", "SELECT agent_type, count(*) FROM agent_registry GROUP BY 1"),
    ("agents.by_status", "SELECT status, count(*) FROM agent_registry GROUP BY 1"),
    ("failures.by_category", "SELECT error_category, count(*) FROM error_log GROUP BY 1"),
    ("failures.by_resolution", "SELECT coalesce(resolution, 'none'), count(*) FROM error_log GROUP BY 1"),
    ("edits", "SELECT operation, count(*) FROM file_claims GROUP BY 1"),
    ("verdicts", "SELECT decision, count(*) FROM llm_verdicts GROUP BY 1"),
    ("prompts", "SELECT key, count(*) FROM session_metrics WHERE event_type = 'prompt' GROUP BY 1"),
    ("compactions", "SELECT key, count(*) FROM session_metrics WHERE event_type = 'compaction' GROUP BY 1"),
    (
        "sessions",
        "SELECT 'all', count(DISTINCT session_id) FROM hook_events UNION ALL"
        " SELECT 'ended', count(DISTINCT session_id) FROM hook_events WHERE event_type = 'session_end' UNION ALL"
        " SELECT 'never_ended', count(DISTINCT session_id) FROM hook_events WHERE session_id NOT IN"
        " (SELECT session_id FROM hook_events WHERE event_type = 'session_end') UNION ALL"
        " SELECT 'starts_by_' || value, count(*) FROM session_metrics"
        " WHERE event_type = 'session_start' AND key = 'source' GROUP BY value",
    ),
]


def truth() -> dict[str, Any]:
    path = samples.sample_path("workshop").with_name("truth.json")
    return json.loads(path.read_text(encoding="utf-8"))["realised"]


@each_row(("part", "query"), WORKSHOP)
def test_the_workshop_holds_what_its_truth_says(part: str, query: str) -> None:
    expected = truth()
    for key in part.split("."):
        expected = expected[key]
    assert dict(ask(query)) == expected


def test_the_workshop_counts_its_oddities_truly() -> None:
    def counted(condition: str, table: str = "session_metrics") -> int:
        return int(ask(f"SELECT count(*) FROM {table} WHERE {condition}")[0][0])

    said = truth()
    assert counted("true", "hook_events") == said["events"]["all"]
    assert counted("payload_summary LIKE '%\"dup\": true%'", "hook_events") == said["events"]["doubled"]
    assert counted("event_type = 'subagent_parent' AND value IS NOT NULL") == said["agents"]["nested"]
    assert counted("event_type = 'commit'") == said["commits"]
    assert counted("event_type = 'permission_request'") == said["permission_requests"]
    assert counted("event_type = 'tool_cancelled'") == said["cancelled_calls"]
    assert counted("event_type = 'stop_failure'") == sum(said["api_errors"].values())
    assert counted("event_type = 'task_created'") == said["tasks"]["created"]
    assert counted("event_type = 'task_completed'") == said["tasks"]["completed"]
    assert counted("error_message LIKE '%exit status hidden%'", "error_log") == said["failures"]["hidden"]
    assert counted("agent_id IS NULL", "error_log") == said["failures"]["by_main_thread"]


def chains() -> list[dict[str, Any]]:
    """Number the chains of the workshop from its rows: a chain begins at each first attempt of an aim."""
    rows = ask(
        "SELECT session_id, payload_summary ->> 'aim', payload_summary ->> 'ok',"
        " payload_summary ->> 'error_id', payload_summary ->> 'chain', payload_summary -> 'leaves' FROM hook_events"
        " WHERE payload_summary ->> 'dup' IS NULL ORDER BY id",
    )
    marks = dict(ask("SELECT id, resolution FROM error_log"))
    categories = dict(ask("SELECT id, error_category FROM error_log"))
    found: list[dict[str, Any]] = []
    still_open: dict[tuple[str, str], dict[str, Any]] = {}
    by_key: dict[str, dict[str, Any]] = {}
    for session, aim, ok, error, key, leaves in rows:
        if error is not None:
            if (session, aim) not in still_open:
                one = {"category": categories[error], "marks": [], "first": [], "closed": False}
                still_open[session, aim] = by_key[key] = one
                found.append(one)
            still_open[session, aim]["marks"].append(marks[error])
            still_open[session, aim]["first"].append(marks[error])
        elif ok:
            still_open.pop((session, aim), {})["closed"] = True
        for left in json.loads(leaves or "[]"):
            by_key[left]["first"][-1] = "abandoned"
    return found


def test_the_workshop_has_the_chains_of_its_truth() -> None:
    said, found = truth()["chains"], chains()
    outcomes = [("fixed" if one["closed"] else one["marks"][-1] or "open") for one in found]
    seen = [next((mark for mark in one["first"] if mark), None) for one in found]
    first = [
        {"auto_fixed": "fixed", None: "fixed" if one["closed"] else "open"}.get(mark, mark)
        for one, mark in zip(found, seen, strict=True)
    ]
    assert len(found) == said["all"]
    assert Counter(one["category"] for one in found) == said["by_category"]
    assert Counter(str(len(one["marks"])) for one in found) == said["by_attempts"]
    assert Counter(outcomes) == said["by_outcome"]
    assert Counter(first) == said["by_first_event"]


def test_the_workshop_repeats_rejected_approaches_as_its_truth_says() -> None:
    rows = ask(
        "SELECT session_id, timestamp, context ->> 'aim', approach, still_relevant FROM failed_paths ORDER BY id",
    )
    compacted = ask(
        "SELECT session_id, timestamp FROM context_snapshots WHERE snapshot_type = 'post_compact'"
    )
    first: dict[tuple[str, str, str], str] = {}
    repeats = across = 0
    for session, at, aim, approach, _ in rows:
        before = first.setdefault((session, aim, approach), at)
        repeats += before < at
        across += any(owner == session and before < when < at for owner, when in compacted)
    said = truth()["failed_paths"]
    assert (len(rows), sum(row[4] for row in rows)) == (said["all"], said["still_relevant"])
    assert (repeats, across) == (said["repeats"], said["repeats_across_a_compaction"])


def test_the_workshop_plants_enough_to_look_at() -> None:
    said = truth()
    soon, otherwise = said["checks_of_the_main_thread"].values()
    assert said["sessions"]["all"] >= 30
    assert sum(said["compactions"].values()) >= 15
    assert said["failed_paths"]["repeats_across_a_compaction"] >= 10
    assert said["read_again"]["strict"] >= 15
    assert soon["failed"] / soon["runs"] > otherwise["failed"] / otherwise["runs"] + 0.1
    assert ask(
        "SELECT count(*) FROM file_claims WHERE file_path LIKE '%/<img src=x onerror=alert(1)>.py'",
    ) > [(0,)]


# Keys of payloads that the client's reference documents and that no recording happens to show.
DOCUMENTED = {
    "StopFailure": {"agent_id", "agent_type"},
    "Read input": {"offset", "limit"},
    "Bash response": {"gitOperation"},
    "Grep input": {"pattern", "output_mode"},
    "Grep response": {"mode", "filenames", "numFiles"},
    "WebSearch input": {"query"},
    "WebSearch response": {"query", "results"},
    "WebFetch input": {"url", "prompt"},
    "WebFetch response": {"url", "code", "result"},
    "AskUserQuestion input": {"questions"},
    "AskUserQuestion response": {"questions", "answers"},
}


def keys(payloads: list[dict[str, Any]]) -> dict[str, set[str]]:
    """Return the keys seen in payloads, by event, and of tools' inputs and responses, by tool."""
    found: dict[str, set[str]] = {}
    for payload in payloads:
        found.setdefault(payload["hook_event_name"], set()).update(payload)
        for part in ("input", "response"):
            if isinstance(payload.get(f"tool_{part}"), dict):
                found.setdefault(f"{payload['tool_name']} {part}", set()).update(payload[f"tool_{part}"])
    return found


def test_generated_payloads_have_no_key_that_the_client_does_not_send() -> None:
    recorded = []
    for stream in sorted(paths.samples_dir().glob("*/hooks.jsonl")):
        recorded += [json.loads(line)["payload"] for line in stream.read_text(encoding="utf-8").splitlines()]
    real = keys(recorded)
    made = keys([event["payload"] for event in samples.generator("workshop").generate().events])
    invented = {
        name: found - real.get(name, set()) - DOCUMENTED.get(name, set()) for name, found in made.items()
    }
    assert {name: more for name, more in invented.items() if more} == {}


def test_the_generated_stream_is_in_the_order_of_time() -> None:
    times = [event["t_ns"] for event in samples.generator("workshop").generate().events]
    assert times == sorted(times)


def test_the_workshops_summaries_name_what_its_truth_says() -> None:
    before = {
        row[0]: json.loads(row[1])
        for row in ask("SELECT id, content FROM context_snapshots WHERE snapshot_type = 'pre_compact'")
    }
    text = {
        "chains": lambda one: one["tried"],
        "failed_paths": lambda one: one["approach"].partition(": ")[2],
        "files": lambda one: one["path"].removeprefix("/home/dev/shop/"),
        "agents": lambda one: one["task"] or "a task that is told at its end only",
        "tasks": lambda one: one["subject"],
    }
    counts = {kind: {"open": 0, "named": 0} for kind in text}
    for (content,) in ask("SELECT content FROM context_snapshots WHERE snapshot_type = 'post_compact'"):
        after = json.loads(content)
        for kind, spelled in text.items():
            items = before[after["pre_snapshot_id"]][kind]
            counts[kind]["open"] += len(items)
            counts[kind]["named"] += sum(spelled(one) in after["compact_summary"] for one in items)
    assert counts == truth()["named_in_summaries"]


def test_the_workshops_main_thread_reads_again_as_its_truth_says() -> None:
    rows = ask(
        "SELECT session_id, timestamp, event_type, payload_summary ->> 'tool', payload_summary ->> 'path',"
        " payload_summary ->> 'range', payload_summary ->> 'agent_id' FROM hook_events"
        " WHERE event_type IN ('post_tool_use', 'post_compact') AND payload_summary ->> 'dup' IS NULL ORDER BY id"
    )
    edited = ask("SELECT session_id, file_path, timestamp FROM file_claims")
    read: dict[tuple[str, str], dict[str, str]] = {}
    compacted: dict[str, str] = {}
    counts = Counter[str]()
    for session, at, event, tool, path, lines, agent in rows:
        if event == "post_compact":
            compacted[session] = at
        if tool != "Read" or agent is not None:
            continue
        known = read.setdefault((session, path), {})
        if session in compacted:
            last = known.get(lines, "9")
            is_changed = any((session, path) == claim[:2] and last <= claim[2] <= at for claim in edited)
            is_strict = last < compacted[session] and not is_changed
            is_known = any(when < compacted[session] for when in known.values())
            counts[
                "strict" if is_strict else "by_path_only" if is_known else "other_reads_after_compaction"
            ] += 1
        known[lines] = at
    assert counts == truth()["read_again"]
