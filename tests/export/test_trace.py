"""`claudesess trace`: a session as Chrome's JSON, held by a reader of its own; Perfetto opens it in tests/browser."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import pytest
from click.testing import CliRunner
from handmade import database
from one_session import session
from script import Script

from claudesess import open_store, samples
from claudesess.cli import main
from claudesess.export.sessions import sessions
from claudesess.export.trace import trace

pytestmark = pytest.mark.slow

NINE = 1_777_885_200_000_000  # 2026-05-04 09:00 UTC
S = 1_000_000


def events(path, name=None):
    with open_store(path) as store:
        return trace(sessions(store, name))["traceEvents"]


def of(found, ph):
    return [one for one in found if one["ph"] == ph]


def tracks(found):
    return {one["tid"]: one["args"]["name"] for one in of(found, "M") if one["name"] == "thread_name"}


def test_a_session_is_a_process_and_its_threads_are_tracks(tmp_path):
    found = events(session(tmp_path))
    assert [one["args"]["name"] for one in of(found, "M") if one["name"] == "process_name"] == [
        "Session s of /home/me/shop"
    ]
    assert sorted(tracks(found).values()) == [
        "Explore: Find usages", "Main thread", "Main thread, beside 1", "Plan",
    ]  # fmt: skip


def test_slices_value_by_value(tmp_path):
    found = events(session(tmp_path))
    named = tracks(found)
    slices = [
        (named[one["tid"]], one["name"], (one["ts"] - NINE) / S, one["dur"] / S) for one in of(found, "X")
    ]
    assert slices == [
        ("Main thread", "Read", 2, 3),
        ("Main thread, beside 1", "Read", 4, 2),
        ("Explore: Find usages", "Explore: Find usages", 10, 20),
        ("Main thread", "spawn Explore", 10, 1e-6),
        ("Explore: Find usages", "Read", 14, 1),
        ("Plan", "Plan", 20, 20),
        ("Explore: Find usages", "spawn Plan", 20, 1e-6),
        ("Plan", "Read", 32, 1),
        ("Plan", "Bash", 34.5, 0.5),
    ]


def test_instants_counters_and_flows(tmp_path):
    found = events(session(tmp_path))
    named = tracks(found)
    assert [(named[one["tid"]], one["name"], (one["ts"] - NINE) / S) for one in of(found, "i")] == [
        ("Main thread", "session start", 0), ("Main thread", "prompt", 1), ("Plan", "Bash failed", 35),
        ("Main thread", "compaction", 50), ("Main thread", "session end", 60),
    ]  # fmt: skip
    counted = [(one["name"], (one["ts"] - NINE) / S, *one["args"].values()) for one in of(found, "C")]
    assert counted == [
        ("context tokens", 7, 9109), ("agents at once", 10, 1), ("agents at once", 20, 2), ("agents at once", 30, 1),
        ("agents at once", 40, 0),
    ]  # fmt: skip
    ends = {one["id"]: named[one["tid"]] for one in of(found, "f")}
    assert {named[one["tid"]]: ends[one["id"]] for one in of(found, "s")} == {
        "Main thread": "Explore: Find usages", "Explore: Find usages": "Plan",
    }  # fmt: skip


def faults(found):
    """Say what an importer would stumble over: slices that cut each other, flows that end in nothing."""
    said, by_track = [], defaultdict(list)
    for one in of(found, "X"):
        by_track[one["pid"], one["tid"]].append((one["ts"], one["ts"] + one["dur"], one["name"]))
    for slices in by_track.values():
        open_ = []
        for start, end, name in slices:
            while open_ and open_[-1][1] <= start and open_[-1][0] != start:
                open_.pop()
            if open_ and open_[-1][0] <= start < open_[-1][1] < end:
                said.append(f"{name} cuts {open_[-1][2]}")
            open_.append((start, end, name))
    for one in (*of(found, "s"), *of(found, "f")):
        if not any(start <= one["ts"] <= end for start, end, _ in by_track[one["pid"], one["tid"]]):
            said.append(f"flow {one['id']} is in no slice")
    if {one["id"] for one in of(found, "s")} != {one["id"] for one in of(found, "f")}:
        said.append("a flow has one end")
    times = [(one["pid"], one["ts"]) for one in found if one["ph"] != "M"]
    return said + (["not in the order of time"] if times != sorted(times) else [])


@pytest.mark.parametrize("name", ["retry", "compaction", "background", "crash", "workshop", "other-writer"])
def test_samples_hold_nothing_that_an_importer_stumbles_over(name):
    found = events(samples.sample_path(name))
    assert faults(found) == []
    assert len(of(found, "s")) == len({(one["pid"], one["tid"]) for one in of(found, "f")})


def test_the_reader_of_this_test_finds_faults():
    cut = [{"ph": "X", "pid": 1, "tid": 1, "ts": 0, "dur": 5, "name": "a"},
           {"ph": "X", "pid": 1, "tid": 1, "ts": 3, "dur": 5, "name": "b"},
           {"ph": "s", "pid": 1, "tid": 1, "ts": 20, "id": 1}]  # fmt: skip
    assert faults(cut) == ["b cuts a", "flow 1 is in no slice", "a flow has one end"]


def test_a_call_that_goes_on_after_its_agent_cuts_no_slice(tmp_path):
    script = Script().event("09:00:00", "session_start")
    script.row("agent_registry", id="a", session_id="s", agent_type="Plan", spawn_time="2026-05-04 09:00:10",
               end_time="2026-05-04 09:00:20", status="completed")  # fmt: skip
    script.event("09:00:30", "post_tool_use", tool="Bash", ok=True, tool_ms=15_000, agent_id="a")
    script.row("session_metrics", session_id="s", event_type="subagent_stop", key="a", value="completed",
               timestamp="2026-05-04 09:00:20")  # fmt: skip
    found = events(database(tmp_path / "made.db", "".join(script.sql)))
    assert faults(found) == []
    assert "Plan, beside 1" in tracks(found).values()


def test_the_command_writes_a_file_and_says_what_opens_it(tmp_path):
    out = tmp_path / "t.json"
    done = CliRunner().invoke(main, ["trace", "s", str(session(tmp_path)), "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert "ui.perfetto.dev" in done.stdout
    assert json.loads(out.read_text())["traceEvents"] == events(tmp_path / "made.db")
    none = CliRunner().invoke(main, ["trace", "x", str(tmp_path / "made.db"), "--out", str(out)])
    assert (none.exit_code, "No session begins with 'x'" in none.output) == (1, True)
    nowhere = CliRunner().invoke(
        main, ["trace", "s", str(tmp_path / "made.db"), "--out", str(tmp_path / "no" / "t")]
    )
    assert (nowhere.exit_code, "cannot be written" in nowhere.output) == (1, True)


@pytest.mark.parametrize(
    ("session", "file"), [("s-1", "trace-s_1.json"), ("a/../../b", "trace-a_______.json")]
)
def test_a_file_is_named_in_the_working_folder_whatever_a_session_is_called(
    session, file, tmp_path, monkeypatch
):
    script = Script().event("09:00:00", "session_start", session)
    path = database(tmp_path / "made.db", "".join(script.sql))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert CliRunner().invoke(main, ["trace", session, str(path)]).exit_code == 0
    assert [one.name for one in Path().iterdir()] == [file]
