"""Units of made-up sessions, counted once more without SQL: call by call, as the head of each query says it.

The sessions share all that they can: ids, files, agents, moments. Two databases have two of them each.
"""

from __future__ import annotations

import random
from typing import Any, NamedTuple

import pandas as pd
import pytest
from compacted import SESSIONS, listed, timed

from claudesess import Store, ask

EDITS, SHELLS = ("Edit", "MultiEdit", "NotebookEdit", "Write"), ("Bash", "PowerShell")


OPEN = ([("aim", "t"), ("check", "u")], [], [("check", "t")], [("aim", "u"), ("aim", "t"), ("aim", "t")])


class World(NamedTuple):
    """Rows as dicts, times in seconds."""

    calls: list[dict[str, Any]]
    compactions: list[dict[str, Any]]
    claims: list[dict[str, Any]]
    rejected: list[dict[str, Any]]
    windows: list[dict[str, Any]]
    answers: list[dict[str, Any]]


def world(seed: int) -> World:
    draw, made = random.Random(seed), World([], [], [], [], [], [])
    for n, (db, session) in enumerate(SESSIONS):
        own = {"db": db, "session_id": session}
        length = 200 if n == 1 else 90  # of one the fiftieth call behind a compaction comes before the next
        for _ in range(length):
            tool = draw.choice(
                ["Read", "Read", "Read", "Read", "Edit", "Write", "Bash", "Bash", "PowerShell", "Grep", None]
            )
            lines = (
                sorted((draw.randint(1, 4), draw.randint(1, 4)))
                if tool == "Read" and draw.random() < 0.9
                else [None, None]
            )
            made.calls.append(own | {
                "call_id": len(made.calls), "tool": tool, "agent_id": draw.choice([None, None, None, "x"]), "second": draw.choice([*range(40), None]),
                "file_path": draw.choice(["/p/a.py", "/p/a.py", "/q/a.py", None]), "read_start": lines[0], "read_end": lines[1],
                "is_ok": draw.choice([True, True, False, None]), "aim": draw.choice(["t", None]) if session == "s" else None,
                "snippet": draw.choice(["one", "two", None]),
            })  # fmt: skip
        moments = sorted(draw.sample(range(3, 38), 3))
        for place, second in enumerate(moments):
            made.compactions.append(own | {
                "compaction_id": 10 * n % 20 + place, "started": draw.choice([second, second, None]), "ended": second + draw.choice([0, 0.5]),
                "since": moments[place - 1] if place else None, "until": moments[place + 1] if place < 2 else draw.choice([39, None]), "trigger": "auto",
            })  # fmt: skip
        made.compactions.append(
            own
            | {
                "compaction_id": 10 * n % 20 + 3,
                "started": None,
                "ended": None,
                "since": None,
                "until": None,
                "trigger": "auto",
            }
        )
        for _ in range(8):
            made.claims.append(own | {
                "id": len(made.claims), "file_path": draw.choice(["/p/a.py", "/q/a.py", "/p/b.py"]), "second": draw.choice([*range(40), None]),
                "operation": draw.choice(["Bash", "Edit"]), "agent_id": draw.choice([None, None, "x"]),
            })  # fmt: skip
        for _ in range(30):
            path = draw.choice(["/p/a.py", "/q/a.py"])
            tool, name = (
                draw.choice(["Edit", "Write", "Edi"]),
                draw.choice([path, path.rpartition("/")[2], path[1:], "y" + path[3:]]),
            )
            made.rejected.append(own | {
                "id": 200 - len(made.rejected), "file_path": path, "second": draw.randint(0, 39), "approach": f"{tool} {name}: {draw.choice(['one', 'two', 'no one'])}",
            })  # fmt: skip
        made.windows.extend(
            own | {"start": start, "end": end}
            for start, end in [(0, 9), (12, 20), (20, 31), (36, 45)]
            if n < 3
        )
        for second in range(0, 40, 3):
            made.answers.append(own | {
                "second": second + draw.choice([0, 0.5]), "agent_id": draw.choice([None, None, "x"]), "input_tokens": draw.choice([None, 0, *range(1_000, 90_000, 7_000)]),
                "cache_read_tokens": draw.choice([None, 5_000]), "cache_write_tokens": draw.choice([None, 20_000]),
            })  # fmt: skip
    return made


@pytest.fixture(scope="module", params=[1, pytest.param(2, marks=pytest.mark.slow)])
def made(request):
    found = world(request.param)
    answers = [one | {"answer_id": n, "model": "m"} for n, one in enumerate(found.answers)]
    for n, one in enumerate(
        found.compactions
    ):  # of the list of what failed, as newer writers have it and older ones
        one["chains"] = [
            {key: aim, "tried": f"run {aim}", "category": "test"} for key, aim in OPEN[n % len(OPEN)]
        ]
    store = Store.from_frames(
        tool_calls=timed("tool_calls", found.calls, ended_at="second"),
        compactions=timed("compactions", found.compactions, started_at="started", ended_at="ended", window_start_at="since", window_end_at="until"),
        file_claims=timed("file_claims", found.claims, timestamp="second"),
        failed_paths=timed("failed_paths", found.rejected, timestamp="second"),
        session_windows=timed("session_windows", found.windows, start_at="start", end_at="end"),
        model_answers=timed("model_answers", answers, answered_at="second"),
    )  # fmt: skip
    with store as opened:
        yield found, opened


def of(rows: list[dict[str, Any]], one: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of the same session, those of calls in their order and only where tool and end are known."""
    own = [row for row in rows if (row["db"], row["session_id"]) == (one["db"], one["session_id"])]
    if own and "tool" in own[0]:
        own = [row for row in own if row["second"] is not None and row["tool"] is not None]
        own.sort(key=lambda row: (row["second"], row["call_id"]))
    return own


def moment(one: dict[str, Any]) -> float | None:
    return one["started"] if one["started"] is not None else one["ended"]


def until(found: World, one: dict[str, Any]) -> float:
    """Return when the window behind a compaction ends: its fiftieth call of the main thread, or what is told."""
    main = [row for row in of(found.calls, one) if row["agent_id"] is None]
    later = main[sum(row["second"] <= moment(one) for row in main) :]
    ends = [one["until"], later[49]["second"] if len(later) > 49 else None]
    return min((end for end in ends if end is not None), default=float("inf"))


def numbered(found: World) -> list[dict[str, Any]]:
    """Return the compactions in the order of their units, those without a moment last in their database."""
    last = float("inf")
    return sorted(
        found.compactions,
        key=lambda one: (one["db"], moment(one) if moment(one) is not None else last, one["compaction_id"]),
    )


def test_what_is_read_again(made):
    found, store = made
    expected = []
    for one in numbered(found):
        if moment(one) is None:
            expected.append([one["db"], one["compaction_id"], None, None, None])
            continue
        reads = [
            row
            for row in of(found.calls, one)
            if row["tool"] == "Read"
            and row["agent_id"] is None
            and row["file_path"]
            and row["is_ok"] is not False
        ]
        n_reads = n_same_file = n_same_lines = 0
        for place, read in enumerate(reads):
            if not moment(one) < read["second"] <= until(found, one):
                continue
            n_reads += 1
            before = [row for row in reads[:place] if row["file_path"] == read["file_path"]]
            n_same_file += any(row["second"] <= moment(one) for row in before)
            changed = [
                row["second"]
                for row in of(found.claims, one)
                if row["file_path"] == read["file_path"]
                and row["second"] is not None
                and row["second"] <= read["second"]
            ]
            if read["read_start"] is None:
                continue
            lines = set(range(read["read_start"], read["read_end"] + 1))
            told = [
                row
                for row in before
                if row["read_start"] is not None and row["second"] > max(changed, default=-1)
            ]
            held = [
                {
                    line
                    for row in told
                    if (row["second"] <= moment(one)) is is_before
                    for line in range(row["read_start"], row["read_end"] + 1)
                }
                for is_before in (True, False)
            ]
            n_same_lines += lines <= held[0] and not lines <= held[1]
        expected.append([one["db"], one["compaction_id"], n_reads, n_same_lines, n_same_file])
    units = ask(store, "compaction_continuity.rereads").units
    assert listed(units, "db", "compaction_id", "n_reads", "n_same_lines", "n_same_file") == expected
    assert sum(row[3] or 0 for row in expected) >= 5


@pytest.mark.parametrize("k", [3, 20])
def test_failures_before_and_after(made, k):
    found, store = made
    expected = []
    for one in numbered(found):
        row = [one["db"], one["compaction_id"]]
        for tools in (None, SHELLS) if moment(one) is not None else ():
            calls = [
                call
                for call in of(found.calls, one)
                if call["agent_id"] is None
                and call["is_ok"] is not None
                and (tools is None or call["tool"] in tools)
            ]
            here, since, ends = (
                sum(call["second"] <= end for call in calls) if end is not None else 0
                for end in (moment(one), one["since"], until(found, one))
            )
            n = max(min(here - since, ends - here, k), 0)
            row += [
                n,
                *(
                    sum(not call["is_ok"] for call in side)
                    for side in (calls[here - n : here], calls[here : here + n])
                ),
            ]
        expected.append(row if moment(one) is not None else [*row, *[None] * 6])
    units = ask(store, "compaction_continuity.failures_around", k=k).units
    columns = [
        f"n_{of}"
        for of in (
            "calls",
            "failed_before",
            "failed_after",
            "commands",
            "commands_failed_before",
            "commands_failed_after",
        )
    ]
    assert listed(units, "db", "compaction_id", *columns) == expected


def test_rejected_approaches_that_are_tried_again(made):
    found, store = made
    expected = []
    for one in numbered(found):
        if moment(one) is None:
            expected.append([one["db"], one["compaction_id"], None, None, None])
            continue
        edits = [
            call for call in of(found.calls, one)
            if moment(one) < call["second"] <= until(found, one) and call["tool"] in EDITS and call["file_path"] and call["snippet"] and call["is_ok"] is not False
        ]  # fmt: skip
        again = []
        for call in edits:
            names = [call["file_path"], *(call["file_path"].split("/", n)[-1] for n in (1, 2))]
            alike = [
                row for row in of(found.rejected, one)
                if row["file_path"] == call["file_path"] and row["second"] <= moment(one)
                and row["approach"] in [f"{call['tool']} {name}: {call['snippet']}" for name in names]
            ]  # fmt: skip
            again += [min(alike, key=lambda row: row["id"])["approach"]] if alike else []
        expected.append([one["db"], one["compaction_id"], len(edits), len(again), "\n".join(again) or None])
    units = ask(store, "compaction_continuity.repeats").units
    assert listed(units, "db", "compaction_id", "n_edits", "n_repeats", "approaches") == expected
    assert sum(row[3] or 0 for row in expected) >= 3


def test_which_chains_that_were_open_were_fixed(made):
    found, store = made
    expected = []
    for one in numbered(found):
        passed = {
            call["aim"]
            for call in of(found.calls, one)
            if moment(one) is not None and call["is_ok"] and moment(one) < call["second"] <= until(found, one)
        }
        for place, chain in enumerate(one["chains"], 1):
            aim = chain.get("aim", chain.get("check"))
            is_fixed = None if moment(one) is None else aim in passed
            expected.append([one["db"], one["compaction_id"], place, f"run {aim}", "test", is_fixed])
    units = ask(store, "compaction_continuity.fixed").units
    columns = ("db", "compaction_id", "place", "tried", "error_category", "is_fixed")
    assert listed(units, *columns) == expected
    assert {row[-1] for row in expected} == {None, False, True}


def test_how_long_until_the_first_edit_and_success(made):
    found, store = made
    expected = []
    for one in numbered(found):
        if moment(one) is None:
            expected.append([one["db"], one["compaction_id"], *[None] * 6])
            continue
        by_shell = {
            row["second"]
            for row in of(found.claims, one)
            if row["operation"] == "Bash" and row["agent_id"] is None
        }
        calls = [
            call
            for call in of(found.calls, one)
            if call["agent_id"] is None and moment(one) < call["second"] <= until(found, one)
        ]
        is_edit = [
            call["is_ok"] is not False
            and (call["tool"] in EDITS or (call["tool"] in SHELLS and call["second"] in by_shell))
            for call in calls
        ]
        is_pass = [
            call["is_ok"] is True and call["tool"] in SHELLS and call["aim"] is not None for call in calls
        ]
        row = [one["db"], one["compaction_id"]]
        for hits, is_known in (
            (is_edit, True),
            (is_pass, any(call["aim"] is not None for call in of(found.calls, one))),
        ):
            place = hits.index(True) if any(hits) else None
            end = calls[place]["second"] if place is not None else until(found, one)
            waits = [min(w["end"], end) - max(w["start"], one["ended"]) for w in of(found.windows, one)]
            waits = [wait for wait in waits if wait >= 0]
            seconds = sum(waits) if waits and end < float("inf") else None
            row += (
                [place + 1 if place is not None else len(calls), seconds, place is not None]
                if is_known
                else [None] * 3
            )
        expected.append(row)
    units = ask(store, "compaction_continuity.time_to_recover").units
    columns = ["edit_calls", "edit_s", "is_edit_seen", "pass_calls", "pass_s", "is_pass_seen"]
    assert listed(units, "db", "compaction_id", *columns) == expected


def test_how_full_the_context_was_and_what_was_still_in_it(made):
    found, store = made
    expected = []
    for db, session in SESSIONS:
        own = {"db": db, "session_id": session}
        answers = [
            row
            for row in of(found.answers, own)
            if row["agent_id"] is None and row["input_tokens"] is not None
        ]
        resumed = [one["ended"] for one in of(found.compactions, own) if one["ended"] is not None]
        main = [call for call in of(found.calls, own) if call["agent_id"] is None]
        looks = [
            call
            for call in main
            if call["tool"] == "Read" and call["is_ok"] is not False and call["read_start"] is not None
        ]
        rows = []
        for call in main:
            before = [row for row in answers if row["second"] <= call["second"]]
            tokens = (
                sum(
                    before[-1][name] or 0
                    for name in ("input_tokens", "cache_read_tokens", "cache_write_tokens")
                )
                if before
                else 0
            )
            if not tokens:
                continue
            since = [
                *(end for end in resumed if end <= call["second"]),
                *(
                    row["second"]
                    for row in of(found.claims, own)
                    if row["second"] is not None
                    and row["second"] <= call["second"]
                    and row["file_path"] == call["file_path"]
                ),
            ]
            is_again = any(
                look["file_path"] == call["file_path"] and call["file_path"] is not None and max(since, default=-1) < look["second"] < call["second"]
                and look["read_start"] <= call["read_start"] and look["read_end"] >= call["read_end"]
                for look in looks
            ) if call in looks else None  # fmt: skip
            low = 10 * (tokens // 10_000)
            rows.append(
                [
                    db,
                    session,
                    call["call_id"],
                    tokens,
                    f"{low}–{low + 10} k",
                    None if call["is_ok"] is None else not call["is_ok"],
                    is_again,
                ]
            )
        middle = pd.Series([row[3] for row in rows]).median()
        expected += [[*row[:5], row[3] > middle, *row[5:]] for row in rows]
    units = ask(store, "compaction_continuity.context_size").units
    assert (
        listed(
            units, "db", "session_id", "call_id", "tokens", "context", "is_full", "is_failed", "is_read_again"
        )
        == expected
    )
    assert any(row[-1] for row in expected)
