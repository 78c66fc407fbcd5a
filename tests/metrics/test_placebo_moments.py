"""Placebo moments: where they lie, for which compactions they stand, and which chains were open then."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
from compacted import SESSIONS, at, timed

from claudesess import Store
from claudesess.estimating import Relation
from claudesess.estimating.relation import query_of
from claudesess.metrics.compaction_continuity._placebo import _drawn
from claudesess.stats.placebo import WINDOW

N_CALLS, LATE = 500, 20


def test_a_placebo_lies_at_a_call_and_has_as_many_calls_behind_it_as_its_compaction():
    # A call a second; of two sessions one is compacted amid its calls, one when few are left.
    sessions = [("a", "s", 300), ("b", "s", N_CALLS - LATE)]
    calls = [
        {"db": db, "session_id": session, "call_id": n, "tool": "Bash", "is_ok": n % 3 > 0, "second": n}
        for db, session, _ in sessions
        for n in range(N_CALLS)
    ]
    compactions = [
        {"db": db, "session_id": session, "compaction_id": 7, "trigger": "auto", "second": place - 0.5}
        for db, session, place in sessions
    ]
    store = Store.from_frames(
        tool_calls=timed("tool_calls", calls, ended_at="second"),
        compactions=timed("compactions", compactions, started_at="second", ended_at="second"),
    )
    with store as opened:
        relations = (Relation(opened, name) for name in ("compactions", "tool_calls"))
        bound, table = _drawn(*relations, seed=1, draws=5, is_matched=False)
    moments = pd.DataFrame(bound).set_index("placebo_id").loc[table["compaction_id"]]
    for column in ("placebo_at", "placebo_until"):
        moments[column] = (moments[column] / 1e6 - at(0).timestamp()).tolist()
    found = table.reset_index(drop=True).join(moments.reset_index(drop=True))
    assert found.groupby("for_db", observed=True).size().tolist() == [5, 5]
    assert set(found["for_compaction_id"]) == {7} and set(found["trigger"]) == {"auto"}
    assert (found["placebo_db"] == found["for_db"].astype(object)).all()
    for db, _, place in sessions:
        own = found[found["for_db"] == db]
        n_after = min(WINDOW, N_CALLS - place)
        assert (own["placebo_until"] - own["placebo_at"]).tolist() == [n_after] * 5
        before = own["placebo_at"] + 1  # calls that had ended by then
        assert before.between(0.8 * place, 1.2 * place).all()
        assert ((before - place).abs() >= WINDOW).all()
        assert (before + WINDOW <= N_CALLS).all()


def events(seed: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return failed tries, events that close or leave chains, and what the tries printed."""
    draw, facts, errors = random.Random(seed), [], []
    for db, session in SESSIONS:
        for second in range(40):
            fact: dict[str, Any] = {}
            chain = f"{draw.choice('pqr')} of {draw.choice([session, 's'])}"
            kind = draw.choice(["try", "try", "try", "closes", "leaves", "other"])
            if kind == "try":
                fact = {
                    "chain": chain,
                    "aim": f"aim of {chain}",
                    "error_id": draw.choice([len(errors), None]),
                }
            elif kind != "other":
                fact = {kind: [chain, "none"]}
            id_ = len(facts)
            facts.append({"db": db, "session_id": session, "id": id_, "second": second, "fact": fact})
            if fact.get("error_id") is not None:
                errors.append({
                    "db": db, "session_id": session, "id": len(errors), "second": second, "error_category": draw.choice(["test", "lint"]),
                    "error_message": f"$ pytest {id_}\nE {id_}", "file_path": "",
                })  # fmt: skip
    return facts, errors


def open_chains(facts: list[dict[str, Any]], errors: list[dict[str, Any]], moment: dict[str, Any]) -> Iterator[dict[str, Any]]:  # fmt: skip
    """Yield the chains of the session that were open at a moment, that of the last event first."""
    own = [one for one in facts if one["db"] == moment["db"]]
    tried: dict[str, dict[str, Any]] = {}
    for one in own:
        fact = one["fact"]
        if one["session_id"] == moment["session_id"] and fact.get("error_id") is not None:
            tried[fact["chain"]] = next(error for error in errors if error["id"] == fact["error_id"])
    last: dict[str, tuple[int, bool]] = {}
    for one in own:
        if one["second"] > moment["second"]:
            continue
        fact = one["fact"]
        is_try = fact.get("error_id") is not None
        for chain in [fact["chain"]] if is_try else [*fact.get("closes", ()), *fact.get("leaves", ())]:
            last[chain] = (one["id"], is_try)
    for chain, (_, is_open) in sorted(last.items(), key=lambda one: -one[1][0]):
        if chain in tried and is_open:
            error = tried[chain]
            yield {
                "aim": f"aim of {chain}",
                "tried": error["error_message"].split("\n")[0][2:],
                "category": error["error_category"],
            }


@pytest.mark.parametrize("seed", [1, 2])
def test_the_chains_that_were_open_at_a_placebo_are_those_that_nothing_had_ended(seed):
    facts, errors = events(seed)
    hooks = [one | {"event_type": "post_tool_use_failure", "payload_summary": one["fact"]} for one in facts]
    moments = [
        {"db": db, "session_id": session, "second": second}
        for db, session in SESSIONS
        for second in (-1, 5, 20, 39)
    ]
    micros = [int(at(one["second"]).timestamp() * 1e6) for one in moments]
    bound = {
        "placebo_db": [one["db"] for one in moments],
        "placebo_session": [one["session_id"] for one in moments],
        "placebo_id": list(range(len(moments))),
        "placebo_at": micros,
        "placebo_until": micros,
    }
    store = Store.from_frames(
        hook_events=timed("hook_events", hooks, timestamp="second"),
        error_log=timed("error_log", errors, timestamp="second"),
    )
    with store as opened:
        rows = opened.sql(query_of("compaction_continuity", "_placebo_chains"), bound)
    rows = rows.sort_values("compaction_id")
    found = [json.loads(one) if isinstance(one, str) else [] for one in rows["chains"]]
    expected = [list(open_chains(facts, errors, one)) for one in moments]
    assert found == expected
    assert sum(map(len, expected)) > 10 and max(map(len, expected)) > 1
