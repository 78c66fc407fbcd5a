"""Units of made-up agents, counted once more without SQL: second by second, as the head of each query says it.

The sessions share all that they can: agents, moments, spellings. Two databases have two of them each.
"""

from __future__ import annotations

import random
from collections import Counter
from typing import Any, NamedTuple

import pandas as pd
import pytest
from compacted import at, listed, open_days, relation

from claudesess import Store, ask

SESSIONS = [("a", "s"), ("a", "t"), ("b", "s"), ("b", "t")]
SENT = ("Agent", "Task", "TaskOutput")


class World(NamedTuple):
    """Rows as dicts, times in seconds."""

    runs: list[dict[str, Any]]
    spans: list[dict[str, Any]]
    windows: list[dict[str, Any]]
    calls: list[dict[str, Any]]
    claims: list[dict[str, Any]]


def world(seed: int) -> World:
    draw, made = random.Random(seed), World(*([] for _ in World._fields))
    for n, (db, session) in enumerate(SESSIONS):
        own = {"db": db, "session_id": session}
        made.windows.extend(
            own | {"start": start, "end": end}
            for start, end in [(0, 40), (50, 90), (95, 95), (100, 130)][: 4 - n]
        )
        ids = [f"{'pq'[n % 2]}{number}" for number in range(6)]
        for number, agent in enumerate(ids):
            start, status = (
                draw.randint(0, 60),
                draw.choice(["completed", "completed", "failed", "running", "aborted_stale"]),
            )
            ends = sorted(draw.sample(range(start, start + 50), 4))
            spans = [(start, ends[1])] if draw.random() < 0.6 else [(start, ends[0]), (ends[1], ends[2])]
            seen = draw.choice([ends[1], spans[-1][1], ends[3]])
            made.spans.extend(own | {"agent_id": agent, "start": low, "end": high} for low, high in spans)
            made.runs.append(own | {
                "agent_id": agent, "parent_id": draw.choice([None, *ids[:number]]) if number else None, "status": status, "is_ended": status in ("completed", "failed"),
                "agent_type": draw.choice(["Plan", "Explore", None]), "task_description": agent, "spawned": draw.choice([start, start, start, None]), "ended": spans[-1][1] if status in ("completed", "failed") else None,
                "seen": seen, "observed_s": float(seen - start), **dict.fromkeys(("n_tool_calls", "n_failed_calls", "n_files_changed", "n_errors"), 0),
            })  # fmt: skip
        for _ in range(150):
            tool = draw.choice(
                ["Read", "Read", "Read", "Grep", "Bash", "WebFetch", "WebSearch", "Edit", *SENT]
            )
            lines = (
                sorted((draw.randint(1, 4), draw.randint(1, 4)))
                if tool == "Read" and draw.random() < 0.9
                else [None, None]
            )
            made.calls.append(own | {
                "call_id": len(made.calls) % 300, "tool": tool, "kind": draw.choice(["probe", "run"]), "agent_id": draw.choice([None, None, *ids[:2]]), "second": draw.choice([*range(100), None]),
                "file_path": draw.choice(["/p/a", "/p/b", "/p/c", None]) if tool in ("Read", "Edit") else None, "spelling": draw.choice(["one", "two", None]), "read_start": lines[0], "read_end": lines[1],
                "is_ok": draw.choice([True, True, False, None]),
            })  # fmt: skip
        if n != 3:  # of one session nothing was changed by itself
            made.claims.append(
                own | {"id": n, "file_path": "/p/c", "second": draw.choice([5, None]), "operation": "Edit"}
            )
    made.claims.append(
        {"db": "b", "session_id": "u", "id": 9, "file_path": "/p/b", "second": 500, "operation": "Edit"}
    )  # when nobody worked
    return made


def frame(name: str, rows: list[dict[str, Any]], each_s: int = 1, **times: str) -> pd.DataFrame:
    """Return rows as a relation, the seconds as times, each so many of them."""
    given = pd.DataFrame(rows)
    for column, second in times.items():
        given[column] = pd.to_datetime(
            pd.Series([at(each_s * one) if pd.notna(one) else pd.NaT for one in given[second]]), utc=True
        )
    return relation(name, given.astype({"is_ok": "boolean"}) if "is_ok" in given else given)


@pytest.fixture(scope="module", params=[1, pytest.param(2, marks=pytest.mark.slow)])
def made(request):
    found = world(request.param)
    store = Store.from_frames(
        agent_runs=frame("agent_runs", found.runs, spawned_at="spawned", ended_at="ended", last_seen_at="seen"),
        agent_spans=frame("agent_spans", found.spans, start_at="start", end_at="end"),
        session_windows=frame("session_windows", found.windows, start_at="start", end_at="end"),
        tool_calls=frame("tool_calls", found.calls, ended_at="second"),
        file_claims=frame("file_claims", found.claims, timestamp="second"),
    )  # fmt: skip
    with store as opened:
        yield found, opened


def like(rows: list[dict[str, Any]], one: dict[str, Any], *names: str) -> list[dict[str, Any]]:
    return [row for row in rows if all(row[name] == one[name] for name in ("db", *names))]


def are_close(rows: list[list[Any]], expected: list[list[Any]]) -> bool:
    """Say whether rows are alike, numbers to the half of a thousandth, to which they are listed."""
    return len(rows) == len(expected) and all(
        row == pytest.approx(one, abs=6e-4) for row, one in zip(rows, expected, strict=True)
    )


def test_how_parallel_each_session_was(made):
    found, store = made
    expected = []
    for db, session in SESSIONS:
        own = {"db": db, "session_id": session}
        windows, runs = like(found.windows, own, "session_id"), like(found.runs, own, "session_id")
        running = [
            sum(span["start"] <= second and second + 1 <= span["end"] for span in like(found.spans, own, "session_id"))
            for window in windows for second in range(window["start"], window["end"])
        ]  # fmt: skip
        spawned = [run for run in runs if run["spawned"] is not None]
        n = len(running)
        expected.append([
            db, session, n / 3600, len(spawned), sum(not run["is_ended"] for run in spawned), max(running),
            sum(running) / n, sum(one >= 1 for one in running) / n, sum(one >= 2 for one in running) / n,
        ])  # fmt: skip
    units = ask(store, "agent_throughput.by_session").units
    columns = ["open_h", "n_agents", "n_open", "most_at_once", "mean_running", "some_share", "several_share"]
    assert are_close(listed(units, "db", "session_id", *columns), expected)


def test_how_long_how_many_of_a_session_ran(made):
    found, store = made
    expected = Counter()
    for db, session in SESSIONS:
        own = {"db": db, "session_id": session}
        spans = like(found.spans, own, "session_id")
        for window in like(found.windows, own, "session_id"):
            for second in range(window["start"], window["end"]):
                running = sum(span["start"] <= second and second + 1 <= span["end"] for span in spans)
                expected[db, session, running] += 1 / 3600
    units = ask(store, "agent_throughput.concurrency").units
    assert (units["length_h"] > 0).all()
    hours = units.groupby(["db", "session_id", "n_running"], observed=True)["length_h"].sum()
    assert {key: hours[key] for key in hours.index} == pytest.approx(dict(expected))


def test_how_long_agents_were_seen_running(made):
    found, store = made
    expected = []
    for run in found.runs:
        last = max(span["end"] for span in like(found.spans, run, "agent_id"))
        is_stale = run["status"] == "aborted_stale"
        is_known = run["is_ended"] or (is_stale and last > run["seen"])
        more = [
            window["end"] - run["seen"]
            for window in like(found.windows, run, "session_id")
            if window["start"] <= run["seen"] <= window["end"]
        ]
        watched = max(more, default=0) if not is_known else 0
        spawned = float("inf") if run["spawned"] is None else run["spawned"]
        expected.append(
            (
                (run["db"], spawned, run["agent_id"]),
                [run["db"], run["session_id"], run["agent_id"], run["observed_s"] + watched, is_known],
            )
        )
    units = ask(store, "agent_throughput.duration").units
    assert listed(units, "db", "session_id", "agent_id", "observed_s", "is_ended") == [
        row for _, row in sorted(expected)
    ]


@pytest.mark.parametrize("agent_type", ["", "Plan"])
def test_agents_and_hours_of_each_day(made, agent_type):
    found, _ = made
    counted = {key: [*one, 0, 0, 0, 0] for key, one in open_days(found.windows).items()}
    for run in found.runs:
        if agent_type and run["agent_type"] != agent_type:
            continue
        seen = [(run["spawned"], 2)] + ([(run["spawned"], 5)] if not run["is_ended"] else [])
        seen += [(run["ended"], 3 if run["status"] == "completed" else 4)] if run["is_ended"] else []
        for hour, place in seen:
            day = None if hour is None else (10 + hour) // 24
            one = counted.setdefault((run["db"], run["session_id"], day), [hour, 0, 0, 0, 0, 0])
            one[0] = None if hour is None else min(one[0], hour)
            one[place] += 1
    expected = [
        [db, session, first, hours, started, completed + failed, completed, failed, n_open]
        for (db, session, _), (first, hours, started, completed, failed, n_open) in counted.items()
    ]
    expected.sort(key=lambda row: (row[0], float("inf") if row[2] is None else row[2], row[1]))
    store = Store.from_frames(
        agent_runs=frame("agent_runs", found.runs, 3600, spawned_at="spawned", ended_at="ended", last_seen_at="seen"),
        session_windows=frame("session_windows", found.windows, 3600, start_at="start", end_at="end"),
    )  # fmt: skip
    with store as opened:
        units = ask(opened, "agent_throughput.rate", agent_type=agent_type).units
    units = units.assign(hour=(units["seen_at"] - at(0)).dt.total_seconds() / 3600)
    columns = ("db", "session_id", "hour", "open_h", "n_started", "n_finished", "n_completed", "n_failed", "n_open")  # fmt: skip
    assert listed(units, *columns) == expected


@pytest.mark.parametrize("minutes", [1, 3])
def test_times_of_agents_without_a_pause_between_are_one_stretch(made, minutes):
    found, _ = made
    few = [[one for one in rows if one["agent_id"][-1] in "05"] for rows in (found.runs, found.spans)]
    found = found._replace(runs=few[0], spans=few[1])  # of all there would be no pause
    store = Store.from_frames(
        agent_runs=frame(
            "agent_runs", found.runs, 60, spawned_at="spawned", ended_at="ended", last_seen_at="seen"
        ),
        agent_spans=frame("agent_spans", found.spans, 60, start_at="start", end_at="end"),
    )
    expected = []
    for db in "ab":
        times = sorted(
            like(found.spans, {"db": db}), key=lambda span: (span["start"], span["end"], span["agent_id"])
        )
        stretch, reach = 0, float("inf")
        members: dict[int, set[str]] = {}
        rows = []
        for span in times:
            stretch += span["start"] > reach + minutes
            reach = max(span["end"], reach if reach < float("inf") else 0)
            [run] = like(found.runs, span, "agent_id")
            last = max(other["start"] for other in like(found.spans, span, "agent_id"))
            rows.append(
                [
                    db,
                    span["session_id"],
                    span["agent_id"],
                    run["agent_type"],
                    run["task_description"],
                    run["status"],
                    not run["is_ended"] and span["start"] == last,
                    stretch,
                ]
            )
            members.setdefault(stretch, set()).add(span["agent_id"])
        order = sorted(range(len(rows)), key=lambda place: (times[place]["start"], times[place]["agent_id"]))
        expected += [[*rows[place], len(members[rows[place][-1]])] for place in order]
    with store as opened:
        units = ask(opened, "agent_throughput.timeline", pause_minutes=minutes).units
    assert (
        listed(
            units,
            "db",
            "session_id",
            "agent_id",
            "agent_type",
            "task",
            "status",
            "is_open",
            "stretch",
            "n_in_stretch",
        )
        == expected
    )
    assert max(row[-2] for row in expected) > 1 or minutes > 1


def test_what_agents_do_by_themselves_and_the_longest_path(made):
    found, store = made
    own_s: dict[tuple[str, str], float] = {}
    each: list[tuple[dict[str, Any], float]] = []
    for span in found.spans:
        waits: set[int] = set()
        for child in like(found.spans, span):
            [run] = like(found.runs, child, "agent_id")
            if run["parent_id"] != span["agent_id"] or not (
                span["start"] < child["end"] and child["start"] < span["end"]
            ):
                continue
            low, high = max(child["start"], span["start"]), min(child["end"], span["end"])
            calls = [
                call
                for call in like(found.calls, span, "agent_id")
                if call["second"] is not None and call["tool"] not in ("Agent", "Task")
            ]
            if not any(low < call["second"] < high for call in calls):
                waits |= set(range(low, high))
        own = span["end"] - span["start"] - len(waits)
        each.append((span, own))
        key = (span["db"], span["agent_id"])
        own_s[key] = own_s.get(key, 0) + own

    def path_s(run: dict[str, Any]) -> float:
        [*above] = [other for other in like(found.runs, run) if other["agent_id"] == run["parent_id"]]
        return own_s[run["db"], run["agent_id"]] + (path_s(above[0]) if above else 0)

    expected = []
    for db, session in SESSIONS:
        times = sorted(
            ((span, own) for span, own in each if (span["db"], span["session_id"]) == (db, session)),
            key=lambda one: (one[0]["start"], one[0]["end"]),
        )
        groups: list[list[tuple[dict[str, Any], float]]] = []
        for one in times:
            if groups and one[0]["start"] <= max(span["end"] for span, _ in groups[-1]):
                groups[-1].append(one)
            else:
                groups.append([one])
        for group in groups:
            runs = {span["agent_id"]: like(found.runs, span, "agent_id")[0] for span, _ in group}
            kinds = {run["agent_type"] or "not known" for run in runs.values()}
            work = sum(own for _, own in group)
            expected.append([
                db, min(span["start"] for span, _ in group), session, kinds.pop() if len(kinds) == 1 else "several kinds", len(runs), sum(not run["is_ended"] for run in runs.values()),
                (max(span["end"] for span, _ in group) - min(span["start"] for span, _ in group)) / 3600, work / 3600, min(max(path_s(run) for run in runs.values()), work) / 3600,
            ])  # fmt: skip
    units = ask(store, "agents.parallel_gain").units
    units = units.assign(second=[(one - at(0)).total_seconds() for one in units["started_at"]])
    columns = [
        "db",
        "second",
        "session_id",
        "agent_types",
        "n_agents",
        "n_open",
        "span_h",
        "work_h",
        "longest_h",
    ]
    assert are_close(listed(units, *columns), sorted(expected, key=lambda row: row[:3]))


def test_what_senders_look_at_again(made):
    found, store = made
    expected = []
    for run in found.runs:
        calls = [
            call
            for call in like(found.calls, run, "session_id")
            if call["second"] is not None and call["is_ok"] is not False and call["tool"] not in SENT
        ]
        senders = sorted(
            (call for call in calls if call["agent_id"] == run["parent_id"]),
            key=lambda call: (call["second"], call["call_id"]),
        )
        if run["status"] != "completed":
            continue
        n_before = sum(call["second"] <= run["ended"] for call in senders)
        if n_before >= len(senders):
            continue
        first, last = min(call["second"] for call in calls), max(call["second"] for call in calls)
        changed = {
            claim["file_path"]
            for claim in like(found.claims, run)
            if claim["session_id"] == run["session_id"]
            or (claim["second"] is not None and first <= claim["second"] <= last)
        }

        def things(
            call: dict[str, Any], changed: set[str] = changed
        ) -> list[tuple[str, int | None, int | None]]:
            if call["tool"] == "Read":
                return (
                    [(call["file_path"], call["read_start"], call["read_end"])]
                    if call["file_path"] and call["file_path"] not in changed
                    else []
                )
            is_look = call["kind"] == "probe" and not changed
            return (
                [(call["spelling"], 0, 0)]
                if call["spelling"] and (is_look or call["tool"] in ("WebFetch", "WebSearch"))
                else []
            )

        looks = [thing for call in calls if call["agent_id"] == run["agent_id"] for thing in things(call)]
        again = {
            thing for place, call in enumerate(senders) for thing, low, high in things(call)
            if n_before <= place < n_before + 12 and any(
                thing == other and low is not None and start is not None and start <= low and high <= end for other, start, end in looks
            )
        }  # fmt: skip
        expected.append(((run["db"], run["ended"], run["agent_id"]), [
            run["db"], run["session_id"], run["agent_id"], "main thread" if run["parent_id"] is None else "another agent", len({thing for thing, *_ in looks}), min(len(senders) - n_before, 12), len(again),
        ]))  # fmt: skip
    units = ask(store, "agents.looked_again", calls=12).units
    rows = listed(units, "db", "session_id", "agent_id", "sender", "n_looks", "n_watched", "n_again")
    assert rows == [row for _, row in sorted(expected)]
    assert sum(row[-1] for row in rows) > 3
