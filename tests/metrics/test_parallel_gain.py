"""Agents side by side, worked out by hand; what they truly did is found again."""

import io

import pandas as pd
import planted
import pytest
from compacted import each_a_database, relation
from tables import each_row

from claudesess import Store, ask, samples
from claudesess.asking import listing
from claudesess.estimating import Relation
from claudesess.estimating.relation import rows

START = pd.Timestamp("2026-03-02T10:00Z")


def frame(name, text, columns, **more):
    rows = pd.read_csv(io.StringIO("\n".join(text)), names=columns, dtype="string").replace("", pd.NA)
    times = {
        one: START + pd.to_timedelta(pd.to_numeric(rows[one]).astype(float), unit="min")
        for one in columns
        if one.endswith("_at")
    }
    return relation(name, rows.assign(db="a", session_id="s", **times, **more))


def relations(runs, calls=()):
    """Agents: id, parent, kind, minutes from and to; calls: agent and minute."""
    given = frame("agent_spans", runs, ["agent_id", "parent_id", "agent_type", "start_at", "end_at"])
    names = ["agent_id", "parent_id", "agent_type", "spawned_at", "ended_at"]
    return {
        "agent_spans": given,
        "agent_runs": frame(
            "agent_runs", list({line[0]: line for line in runs}.values()), names, status="completed", is_ended=True,
            n_tool_calls=0, n_failed_calls=0, n_files_changed=0, n_errors=0,
        ),
        "tool_calls": frame("tool_calls", calls, ["agent_id", "ended_at"], tool="Read", call_id=range(len(calls))),
        "session_windows": relation(
            "session_windows", pd.DataFrame({"start_at": [START], "end_at": [START + pd.Timedelta(hours=2)]})
        ),
    }  # fmt: skip


def store(runs, calls=()):
    return Store.from_frames(**relations(runs, calls))


# Agents, and the stretches that they make: agents, span, work and longest path in minutes.
CASES = {
    "one": (["x,,E,0,10"], [(1, 10, 10, 10)]),
    "two side by side": (["x,,E,0,10", "y,,E,5,20"], [(2, 20, 25, 15)]),
    "one after the other": (["x,,E,0,10", "y,,E,11,20"], [(1, 10, 10, 10), (1, 9, 9, 9)]),
    "one when the other ends": (["x,,E,0,10", "y,,E,10,20"], [(2, 20, 20, 10)]),
    "three, a short one within": (["x,,E,0,30", "y,,E,5,6", "z,,E,20,40"], [(3, 40, 51, 30)]),
    "one that waits for two others": (
        ["x,,E,0,30", "y,x,E,10,15", "z,x,E,10,20"], [(3, 30, 35, 30)]),
    "they end after it": (["x,,E,0,10", "y,x,E,5,20"], [(2, 20, 20, 20)]),
    "taken up again": (["x,,E,0,10", "x,,E,20,25"], [(1, 10, 10, 10), (1, 5, 5, 5)]),
}  # fmt: skip


def stretches(units):
    numbers = units[["span_h", "work_h", "longest_h"]].mul(60).round(9).astype(int)
    return list(zip(units["n_agents"], *(numbers[name] for name in numbers), strict=True))


@pytest.fixture(scope="module")
def of_cases():
    with each_a_database(relations(runs) for runs, _ in CASES.values()) as opened:
        return ask(opened, "agents.parallel_gain").units


@each_row("case", CASES)
def test_stretches(of_cases, case):
    own = of_cases[of_cases["db"] == f"d{list(CASES).index(case)}"]
    assert stretches(own) == CASES[case][1]


# An agent runs from 0 to 30 and sends others: when these run, when it makes calls, and what all of them did in minutes.
MEANWHILE = {
    "it never makes calls": (["y,10,20"], [], 30),
    "before and after": (["y,10,20"], [5, 25], 30),
    "as the other begins": (["y,10,20"], [10], 30),
    "within": (["y,10,20"], [15], 40),
    "as the other ends": (["y,10,20"], [20], 30),
    "one within another": (["y,10,20", "z,12,15"], [], 33),
    "one that outlasts another": (["y,10,20", "z,15,25"], [], 35),
    "one when another ends": (["y,10,20", "z,20,25"], [], 30),
    "one within, one that begins within and outlasts it": (["y,10,25", "z,11,12", "w,13,20"], [], 38),
    "of two a call shows that it waits for one": (["y,10,20", "z,18,25"], [12], 40),
}


def test_who_makes_calls_while_others_run_does_not_wait():
    given = (
        relations(
            ["x,,E,0,30", *(f"{name},x,E,{times}" for name, times in (one.split(",", 1) for one in others))],
            [f"x,{minute}" for minute in minutes],
        )
        for others, minutes, _ in MEANWHILE.values()
    )
    with each_a_database(given) as opened:
        units = ask(opened, "agents.parallel_gain").units
    found = {name: stretches(units[units["db"] == f"d{n}"])[0][2] for n, name in enumerate(MEANWHILE)}
    assert found == {name: work for name, (*_, work) in MEANWHILE.items()}


def test_a_time_may_have_been_at_any_other_of_its_session():
    given = store(["x,,E,10,20"])
    windows = pd.DataFrame({"start_at": [START, START + pd.Timedelta(hours=3)]})
    windows = windows.assign(end_at=windows["start_at"] + pd.Timedelta(hours=1))
    frames = {
        name: given.sql(f"SELECT * FROM {name}") for name in ("agent_runs", "agent_spans", "tool_calls")
    }
    twice = Store.from_frames(**frames, session_windows=relation("session_windows", windows))
    names = ("agent_runs", "agent_spans", "tool_calls", "session_windows")
    times = rows("agents", "_own_times", *(Relation(twice, name) for name in names))
    hours = [((times[name] - START) / pd.Timedelta(hours=1)).tolist() for name in ("open_at", "closed_at")]
    assert hours == [[0.0], [4.0]]


def test_kinds_and_the_finding():
    answer = ask(store(["x,,Explore,0,60", "y,,Plan,0,60", "z,,Plan,90,120"]), "agents.parallel_gain")
    assert answer.units["agent_types"].tolist() == ["several kinds", "Plan"]
    assert answer.finding().startswith(
        "1.5 h with agents did 1.67 times the work of one. 1 h less than one by one. In 1 session."
    )
    alone = answer.again(where={"agent_types": "Plan"}).finding()
    assert alone.startswith("30 min with agents did the work of one. As long as one by one. In 1 session.")


def test_what_is_saved_is_told_from_a_second_on():
    given = store(["x,,E,0,1", "y,,E,0,1"])
    assert ". 1 min less than one by one." in ask(given, "agents.parallel_gain").finding()
    own = listing.measure("agents.parallel_gain").module
    rows = ask(given, "agents.parallel_gain").estimates.query("outcome == 'gain'")
    said = [str(own.finding(rows.assign(exposure=1 / 3600, estimate=gain))) for gain in (2, 1.9)]
    assert "1 s less than one by one" in said[0] and "As long as one by one" in said[1]


@pytest.mark.slow
def test_littles_law_holds_where_nobody_waits():
    """Agents per hour times their length is how many are at work at once."""
    with samples.open_sample("workshop") as given:
        spans, runs = given.sql("FROM agent_spans"), given.sql("FROM agent_runs")
        plain = set(runs["session_id"]) - set(runs.loc[runs["parent_id"].notna(), "session_id"])
        answer = ask(given, "agents.parallel_gain", where={"session_id": sorted(plain)})
        gain = answer.estimates.query("outcome == 'gain'")["estimate"].item()
    spans = spans[spans["session_id"].isin(plain)]
    length = (spans["end_at"] - spans["start_at"]).dt.total_seconds()
    assert len(plain) > 10
    assert gain == pytest.approx(len(spans) / answer.units["span_h"].sum() * length.mean() / 3600)


@pytest.mark.parametrize("together", [1, 3])
def test_what_one_by_one_would_have_taken_is_found(together):
    given, true = planted.sent_agents(together, 5)
    with given as store:
        units = ask(store, "agents.parallel_gain").units
    found = units.groupby("session_id")["work_h"].sum() * 3600
    expected = pd.Series({f"s{session}": work for session, work in true.work.items() if work})
    assert (found.reindex(expected.index) / expected - 1).abs().max() < 0.02
