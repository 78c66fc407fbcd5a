"""Units of made-up checks and chains of failures, counted once more without SQL: row by row, as the head of each query says it.

The sessions share all that they can: ids, files, agents, moments. Two databases have two of them each.
"""

from __future__ import annotations

import random
from typing import Any, NamedTuple

import pandas as pd
import pytest
from compacted import SESSIONS, at, listed, open_days, relation, timed

from claudesess import Store, ask
from claudesess.asking import listing
from claudesess.estimating import Relation

FIRST = ("fixed", "open", "abandoned", "escalated_user", "escalated_research")


class World(NamedTuple):
    """Rows as dicts, times in seconds."""

    calls: list[dict[str, Any]]
    claims: list[dict[str, Any]]
    errors: list[dict[str, Any]]
    chains: list[dict[str, Any]]
    attempts: list[dict[str, Any]]
    windows: list[dict[str, Any]]
    rejected: list[dict[str, Any]]
    agents: list[dict[str, Any]]


def world(seed: int) -> World:
    draw, made = random.Random(seed), World(*([] for _ in World._fields))
    for n, (db, session) in enumerate(SESSIONS):
        own = {"db": db, "session_id": session}
        for second in draw.sample([step / 2 for step in range(400)], 60):  # no two checks begin at one moment
            kind = (
                draw.choice(["check", "check", "check", "run", "vcs", "probe"])
                if draw.random() < 0.8
                else "probe"
            )
            made.calls.append(own | {
                "call_id": len(made.calls) % 120, "tool": draw.choice(["Bash", "PowerShell", "Task"]), "kind": kind, "aim": draw.choice(["t", "u", None]),
                "spelling": draw.choice(["a", "b"]), "is_ok": draw.choice([True, False, False, None]), "second": second + draw.choice([0, 3.25]),
                "began": draw.choice([second, second, None]), "agent_id": draw.choice([None, None, "x", "y"]), "agent_type": "Plan", "error_id": draw.choice([None, 1, 2, 3]),
            })  # fmt: skip
        made.errors.extend(
            own | {"id": id_, "file_path": path}
            for id_, path in ((1, "/p/a.py"), (2, "/p/c.py"), (3, "/p/b.py"))
            if session == "s"
        )
        for _ in range(12):
            made.claims.append(own | {
                "id": len(made.claims), "file_path": draw.choice(["/p/a.py", "/p/b.py", "/p/.claude/worktrees/w/a.py"]), "operation": "Edit",
                "second": draw.choice([None, *(step / 4 for step in range(1, 800, 4))]), "agent_id": draw.choice([None, None, "x", "y"]),
            })  # fmt: skip
        for chain in range(8):
            id_, start = 10 * n % 20 + chain, draw.randint(0, 100)
            tries = sorted(draw.sample(range(start, start + 60), draw.randint(1, 5)))
            first = draw.choice(FIRST)
            made.chains.append(own | {
                "chain_id": id_, "started": tries[0], "first_event": first, "first_event_attempt": draw.randint(1, len(tries)), "error_category": "test", "tried": "pytest", "is_hidden": False,
                "closed": tries[-1] + draw.randint(1, 20) if first == "fixed" or draw.random() < 0.3 else None, "n_attempts": len(tries), "kind": draw.choice(["check", "check", "run", None]),
                "outcome": draw.choice(["fixed", "open", "abandoned"]), "agent_id": draw.choice([None, "x", "y"]),
            })  # fmt: skip
            for place, second in enumerate(tries):
                for again in range(draw.choice([1, 1, 2])):
                    made.attempts.append(
                        own
                        | {
                            "chain_id": id_,
                            "attempt": place + 1,
                            "failed": draw.choice([second, second, second, None])
                            if not again
                            else second + 0.5,
                            "error_id": len(made.attempts),
                        }
                    )
        for _ in range(30):
            made.rejected.append(own | {
                "id": len(made.rejected), "file_path": draw.choice(["/p/a.py", "/p/b.py"]), "second": draw.choice([1, 2, 3, None]),
                "approach": draw.choice(["Edit a.py: one", "Edit a.py: two", "Write a.py: one", "Edit a.py", "Bash a.py", "Odd a.py"]),
                "context": draw.choice([{"aim": "t"}, {"check": "t"}, {"check": "u"}, {}, None]),
            })  # fmt: skip
        made.windows.extend(
            own | {"start": start, "end": end} for start, end in [(0, 20), (30, 70), (80, 140)][: 3 - n % 3]
        )
    made.agents.extend(
        {"db": db, "id": id_, "agent_type": type_, "session_id": "s"}
        for db, id_, type_ in [("a", "x", "Plan"), ("a", "y", None), ("b", "x", "Explore")]
    )
    return made


@pytest.fixture(scope="module", params=[1, pytest.param(2, marks=pytest.mark.slow)])
def made(request):
    found = world(request.param)
    store = Store.from_frames(
        tool_calls=timed("tool_calls", found.calls, ended_at="second", began_at="began"),
        file_claims=timed("file_claims", found.claims, timestamp="second"),
        error_log=timed("error_log", found.errors),
        error_chains=timed("error_chains", found.chains, started_at="started", closed_at="closed"),
        error_attempts=timed("error_attempts", found.attempts, failed_at="failed"),
        session_windows=timed("session_windows", found.windows, start_at="start", end_at="end"),
        failed_paths=relation("failed_paths", pd.DataFrame(found.rejected)).assign(
            timestamp=pd.to_datetime(pd.Series([at(row["second"]) if row["second"] else pd.NaT for row in found.rejected]), utc=True)
        ),
        agent_registry=timed("agent_registry", found.agents),
    )  # fmt: skip
    with store as opened:
        yield found, opened


def like(rows: list[dict[str, Any]], one: dict[str, Any], *names: str) -> list[dict[str, Any]]:
    return [row for row in rows if all(row[name] == one[name] for name in ("db", *names))]


def seconds(frame: pd.DataFrame, column: str) -> list[float | None]:
    return [None if pd.isna(one) else (one - at(0)).total_seconds() for one in frame[column]]


def test_runs_that_flip_with_nothing_edited_between(made):
    found, store = made
    expected = []
    for call in found.calls:
        if call["kind"] != "check" or call["aim"] is None or call["is_ok"] is None:
            continue
        runs = [
            row
            for row in like(found.calls, call, "session_id", "aim", "spelling")
            if row["kind"] == "check" and row["is_ok"] is not None
        ]
        runs.sort(key=lambda row: (row["second"], row["call_id"]))
        if runs[0] is call:
            continue
        before = runs[runs.index(call) - 1]
        since = before["began"] if before["began"] is not None else before["second"]
        changes = [row["second"] for row in like(found.claims, call) if row["second"] is not None]
        changes += [
            row["second"]
            for row in like(found.calls, call)
            if row["kind"] in ("run", "vcs") and row["tool"] != "Task"
        ]
        if any(since <= second <= call["second"] for second in changes):
            continue
        expected.append([
            call["db"], call["second"], call["call_id"], call["session_id"], call["aim"], "main thread" if call["agent_id"] is None else "Plan",
            before["is_ok"], call["is_ok"], before["is_ok"] != call["is_ok"], before["is_ok"] and not call["is_ok"],
        ])  # fmt: skip
    units = ask(store, "checks.flapping").units
    units = units.assign(second=seconds(units, "ended_at"))
    columns = [
        "db",
        "second",
        "call_id",
        "session_id",
        "aim",
        "agent_type",
        "was_ok",
        "is_ok",
        "is_flip",
        "is_broken",
    ]
    assert listed(units, *columns) == sorted(expected, key=lambda row: row[:3])
    assert len(expected) > 2


def failed_at(found: World, chain: dict[str, Any]) -> dict[int, float | None]:
    """Return when each try of a chain failed, at its first row whose time is known."""
    tries: dict[int, float | None] = {}
    for row in like(found.attempts, chain, "chain_id"):
        known = [one for one in (tries.get(row["attempt"]), row["failed"]) if one is not None]
        tries[row["attempt"]] = min(known, default=None)
    return tries


def open_s(found: World, chain: dict[str, Any], start: float | None, end: float | None) -> float | None:
    """Return how long the session was open between two moments; None where no window meets them."""
    if start is None or end is None:
        return None
    met = [
        (w["start"], w["end"])
        for w in like(found.windows, chain, "session_id")
        if w["start"] <= end and w["end"] >= start
    ]
    return sum(min(high, end) - max(low, start) for low, high in met) if met else None


def of_kind(found: World, kind: str) -> list[dict[str, Any]]:
    chosen = [chain for chain in found.chains if kind == "all" or chain["kind"] in (kind, None)]
    return sorted(chosen, key=lambda chain: (chain["db"], chain["chain_id"]))


@pytest.mark.parametrize("kind", ["check", "all"])
def test_what_the_next_try_brought_and_took(made, kind):
    found, store = made
    expected = []
    for chain in of_kind(found, kind):
        tries, last = failed_at(found, chain), chain["first_event_attempt"]
        for attempt in sorted(tries):
            if attempt > last:
                continue
            is_fixed = False if attempt < last else True if chain["first_event"] == "fixed" else None
            until = tries.get(attempt + 1) if attempt < last else chain["closed"] if is_fixed else None
            wait = open_s(found, chain, tries[attempt], until)
            expected.append(
                [
                    chain["db"],
                    chain["session_id"],
                    chain["chain_id"],
                    attempt,
                    is_fixed,
                    None if wait is None else round(wait / 60, 3),
                    7.0,
                ]
            )
    units = ask(store, "checks.when_to_ask", kind=kind, minutes=7).units
    assert (
        listed(units, "db", "session_id", "chain_id", "attempt", "is_fixed", "wait_min", "asking_min")
        == expected
    )


def agent_type(found: World, chain: dict[str, Any]) -> str | None:
    if chain["agent_id"] is None:
        return "main thread"
    return next(
        (agent["agent_type"] for agent in like(found.agents, chain) if agent["id"] == chain["agent_id"]), None
    )


@pytest.mark.parametrize("kind", ["check", "run", "all"])
def test_chains_by_what_happened_first(made, kind):
    found, store = made
    took, steps, escalated = [], [], []
    for chain in of_kind(found, kind):
        tries, first = failed_at(found, chain), chain["first_event"]
        ends = [window["end"] for window in like(found.windows, chain, "session_id")]
        until = (
            chain["closed"]
            if first == "fixed"
            else max(ends, default=None)
            if first == "open"
            else tries.get(chain["first_event_attempt"])
        )
        own = [chain["db"], chain["session_id"], chain["chain_id"], agent_type(found, chain)]
        took.append([*own, first, open_s(found, chain, chain["started"], until)])
        for attempt in range(1, chain["first_event_attempt"] + 1):
            second = tries.get(attempt)
            steps.append(
                [
                    *own,
                    attempt,
                    "retried" if attempt < chain["first_event_attempt"] else first,
                    chain["started"] if second is None else second,
                ]
            )
        if first.startswith("escalated"):
            escalated.append(
                [*own, first, chain["closed"] is not None or chain["outcome"] == "fixed", chain["closed"]]
            )
    units = ask(store, "retry_escalation.time_to_fix", kind=kind).units
    assert listed(units, "db", "session_id", "chain_id", "agent_type", "first_event", "observed_s") == took
    units = ask(store, "retry_escalation.next_step", kind=kind).units
    assert (
        listed(
            units.assign(second=seconds(units, "failed_at")),
            "db",
            "session_id",
            "chain_id",
            "agent_type",
            "attempt",
            "next_step",
            "second",
        )
        == steps
    )
    units = ask(store, "retry_escalation.after_an_escalation", kind=kind).units
    assert (
        listed(
            units.assign(second=seconds(units, "fixed_at")),
            "db",
            "session_id",
            "chain_id",
            "agent_type",
            "escalated_to",
            "is_fixed",
            "second",
        )
        == escalated
    )


@pytest.mark.parametrize("kind", ["check", "all"])
def test_failures_and_hours_of_each_day(made, kind):
    found, _ = made
    counted = {key: [*one, 0] for key, one in open_days(found.windows).items()}
    for chain in of_kind(found, kind):
        for hour in failed_at(found, chain).values():
            day = None if hour is None else (10 + hour) // 24
            one = counted.setdefault((chain["db"], chain["session_id"], day), [hour, 0, 0])
            one[0] = None if hour is None else min(one[0], hour)
            one[2] += 1
    expected = [[db, session, *one] for (db, session, _), one in counted.items()]
    expected.sort(key=lambda row: (row[0], float("inf") if row[2] is None else row[2], row[1]))

    def in_hours(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        times = ("start", "end", "failed", "started", "closed")
        return [
            {name: value * 3600 if name in times and value is not None else value for name, value in row.items()}
            for row in rows
        ]  # fmt: skip

    store = Store.from_frames(
        error_chains=timed("error_chains", in_hours(found.chains), started_at="started", closed_at="closed"),
        error_attempts=timed("error_attempts", in_hours(found.attempts), failed_at="failed"),
        session_windows=timed("session_windows", in_hours(found.windows), start_at="start", end_at="end"),
    )
    with store as opened:
        units = ask(opened, "retry_escalation.failures", kind=kind).units
    units = units.assign(hour=(units["seen_at"] - at(0)).dt.total_seconds() / 3600)
    assert listed(units, "db", "session_id", "hour", "open_h", "n_failures") == expected


def test_approaches_that_were_rejected_more_than_once(made):
    found, store = made
    counted: dict[tuple[str, ...], dict[str | None, set[float | None]]] = {}
    for row in found.rejected:
        tool, _, rest = row["approach"].partition(" ")
        if ":" not in rest and tool != "Odd":
            continue
        context = row["context"] or {}
        key = (row["db"], row["session_id"], row["file_path"], row["approach"])
        counted.setdefault(key, {}).setdefault(context.get("aim", context.get("check")), set()).add(
            row["second"]
        )
    expected = []
    for key, by_aim in counted.items():
        n = max(max(len(moments - {None}), 1) for moments in by_aim.values())
        known = [one for moments in by_aim.values() for one in moments if one is not None]
        expected.append([*key, n, n - 1, min(known, default=None)])
    expected.sort(key=lambda row: (row[0], row[1], -row[5], row[2], row[3]))
    units = ask(store, "retry_escalation.repeats").units
    units = units.assign(second=seconds(units, "rejected_at"))
    assert (
        listed(units, "db", "session_id", "file_path", "approach", "n_rejections", "n_again", "second")
        == expected
    )


def test_rounds_of_edits_and_the_check_at_their_end(made):
    found, store = made
    checks = [call for call in found.calls if call["kind"] == "check" and call["is_ok"] is not None]
    rounds: dict[tuple[Any, ...], dict[str, Any]] = {}
    for edit in found.claims:
        if edit["second"] is None:
            continue
        later = [
            call
            for call in like(checks, edit, "session_id", "agent_id")
            if (call["second"] if call["began"] is None else call["began"]) >= edit["second"]
        ]
        check = min(
            later, key=lambda call: call["second"] if call["began"] is None else call["began"], default=None
        )
        path = edit["file_path"].replace("/.claude/worktrees/w/", "/")
        key = (
            edit["db"],
            edit["session_id"],
            edit["agent_id"],
            None if check is None else check["call_id"],
            path,
        )
        one = rounds.setdefault(key, {"check": check, "edits": []})
        one["edits"].append(edit)
    expected = []
    for (db, session, agent, call_id, path), one in rounds.items():

        def is_named(other: dict[str, Any], db: str = db) -> bool:
            told = [
                error["file_path"]
                for error in like(found.errors, {"db": db})
                if other["check"] is not None and error["id"] == other["check"]["error_id"]
            ]
            return any(edit["file_path"] in told for edit in other["edits"])

        beside = [
            other
            for (*where, _), other in rounds.items()
            if (where[0], where[1], where[3]) == (db, session, call_id)
        ]
        check = one["check"]
        is_failed = None
        if check is not None and check["is_ok"]:
            is_failed = False
        elif is_named(one) or not any(map(is_named, beside)):
            is_failed = None if check is None else True
        several = (
            len(
                {
                    edit["session_id"]
                    for edit in found.claims
                    if edit["second"] is not None
                    and edit["db"] == db
                    and edit["file_path"].replace("/.claude/worktrees/w/", "/") == path
                }
            )
            > 1
        )
        expected.append(
            [
                db,
                min(edit["second"] for edit in one["edits"]),
                session,
                path,
                agent,
                "several sessions" if several else "one session",
                len(one["edits"]),
                is_failed,
            ]
        )
    units = ask(store, "files.hot").units
    units = units.assign(second=seconds(units, "edited_at"))
    rows = listed(
        units, "db", "second", "session_id", "file_path", "agent_id", "spread", "n_edits", "is_failed"
    )
    assert sorted(rows, key=str) == sorted(expected, key=str)


def test_tries_of_the_control_are_counted_from_one_in_each_chain(made):
    _, store = made
    relations = (Relation(store, name) for name in ("error_chains", "error_attempts", "agent_registry"))
    drawn = listing.measure("retry_escalation.next_step").module.control(*relations, seed=1, draws=3)
    n_failed = 0
    for _, tries in drawn.groupby(["draw", "db", "chain_id"]):
        attempts, steps = tries["attempt"].tolist(), tries["next_step"].tolist()
        assert attempts == [*range(1, len(tries) + 1)]
        assert steps[:-1] == ["retried"] * (len(tries) - 1) and steps[-1] != "retried"
        n_failed += len(tries) > 1
    assert n_failed
