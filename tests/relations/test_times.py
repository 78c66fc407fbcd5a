"""When a session was open, and when an agent ran: a few events in, the times that should come out."""

from __future__ import annotations

from pathlib import Path

import pytest
from script import Script, at, relation, together

START, STOP = "subagent_start", "subagent_stop"


WINDOWS = [
    pytest.param(
        Script().event("09:00:00", "session_start", source="startup")
        .event("09:10:00", "session_start", source="compact").event("09:20:00", "session_end")
        .event("09:20:05", "subagent_stop").event("10:00:00", "session_start", source="resume")
        .event("10:30:00", "session_end"),
        ["09:00:00,09:20:00", "10:00:00,10:30:00"], id="the compaction is no start, the end is one",
    ),
    pytest.param(
        Script().event("09:00:00", "session_start").event("09:20:00", "stop")
        .event("10:00:00", "session_start", source="resume").event("10:30:00", "stop"),
        ["09:00:00,09:20:00", "10:00:00,10:30:00"], id="killed: to the last sign of life",
    ),
    pytest.param(
        Script().event("09:00:00", "stop").event("10:00:00", "session_start", source="resume")
        .event("10:30:00", "session_end"),
        ["09:00:00,09:00:00", "10:00:00,10:30:00"], id="the first start was missed",
    ),
    pytest.param(
        Script().row("session_metrics", session_id="s", event_type="session_start", key="source", value="startup", timestamp=at("09:00:00"))
        .row("error_log", session_id="s", timestamp=at("09:10:00"), file_path="/w")
        .row("session_metrics", session_id="s", event_type="session_start", key="source", value="resume", timestamp=at("11:00:00"))
        .row("error_log", session_id="s", timestamp=at("11:10:00"), file_path="/w"),
        ["09:00:00,09:10:00", "11:00:00,11:10:00"], id="without hook events",
    ),
    pytest.param(
        Script().event("09:00:00", "session_start").event("09:10:00", "session_start", source="compact").event("09:20:00", "stop")
        .event("10:00:00", "session_start", source="resume").event("10:30:00", "session_end"),
        ["09:00:00,09:20:00", "10:00:00,10:30:00"], id="a start after a compaction is no end, either",
    ),
    pytest.param(
        Script().event("09:00:00", "session_start").event("09:20:00", "session_end")
        .event("09:20:00", "session_start", source="resume").event("09:30:00", "session_end"),
        ["09:00:00,09:30:00"], id="an end at the moment of the restart is no time away",
    ),
    pytest.param(
        Script().event("09:00:00", "session_start").event("09:10:00", "session_end").event("09:15:00", "session_end")
        .event("09:20:00", "session_start", source="resume").event("09:25:00", "stop").event("09:30:00", "session_end")
        .event("09:35:00", "session_end"),
        ["09:00:00,09:15:00", "09:20:00,09:35:00"], id="of two ends of a run the last",
    ),
    pytest.param(
        Script().event("09:00:00", "session_start").event("09:10:00", "stop")
        .row("file_claims", session_id="s", file_path="/w/a.py", timestamp=at("09:20:00"))
        .event("09:20:00", "session_start", source="resume").event("09:30:00", "session_end"),
        ["09:00:00,09:10:00", "09:20:00,09:30:00"], id="a sign at the moment of the restart is of the run after it",
    ),
    pytest.param(
        Script().event("09:00:00", "session_start").event("09:10:00", "stop").row(
            "agent_registry", id="a", session_id="s", status="aborted_stale", spawn_time=at("09:01:00"), end_time=at("09:02:00"))
        .row("session_metrics", session_id="s", event_type=STOP, key="a", value="aborted_stale", timestamp=at("23:00:00")),
        ["09:00:00,09:10:00"], id="that an agent was given up is no sign of life",
    ),
    pytest.param(
        Script().event("09:00:00", "session_start").row(
            "session_metrics", session_id="s", event_type=STOP, key="a", value="completed", timestamp=at("09:30:00")),
        ["09:00:00,09:30:00"], id="that an agent stopped is one",
    ),
    pytest.param(
        Script().event("09:00:00", "session_start").row(
            "session_metrics", session_id="s", event_type=STOP, key="a", value=None, timestamp=at("09:30:00")),
        ["09:00:00,09:30:00"], id="nor need it be known how",
    ),
    pytest.param(
        Script().event("09:00:00", "session_start").event("09:10:00", "session_end")
        .event("09:20:00", "session_start", source="resume").event("09:40:00", "stop"),
        ["09:00:00,09:10:00", "09:20:00,09:40:00"], id="ended, taken up again, and killed",
    ),
    pytest.param(
        Script().event("09:00:00", "session_start").event("09:10:00", "stop")
        .event("10:00:00", "session_start", source="resume").event("10:00:00", "session_start", source="resume")
        .event("10:30:00", "session_end"),
        ["09:00:00,09:10:00", "10:00:00,10:30:00"], id="a start told twice is one",
    ),
    pytest.param(
        Script().event("09:00:00", "stop").event("09:10:00", "stop"), ["09:00:00,09:10:00"], id="neither start nor end",
    ),
    pytest.param(
        Script().event("08:00:00", "session_start", "other").event("08:30:00", "session_end", "other")
        .row("session_metrics", session_id="s", event_type="session_start", key="start_time", value="x", timestamp=at("09:00:00"))
        .row("session_metrics", session_id="s", event_type="session_start", key="source", value="startup", timestamp=at("09:00:00"))
        .row("session_metrics", session_id="s", event_type="session_start", key="model", value="compact", timestamp=at("09:00:00"))
        .event("09:10:00", "stop")
        .row("session_metrics", session_id="s", event_type="session_start", key="start_time", value="x", timestamp=at("09:20:00"))
        .row("session_metrics", session_id="s", event_type="session_start", key="source", value="compact", timestamp=at("09:20:00"))
        .row("session_metrics", session_id="s", event_type="session_end", key="reason", value="exit", timestamp=at("09:30:00"))
        .row("file_claims", session_id="s", file_path="/w/a.py", timestamp=at("09:40:00")),
        ["08:00:00,08:30:00", "09:00:00,09:30:00"], id="without hook events of its own, beside a session with them",
    ),
    pytest.param(
        Script().event("09:00:00", "session_start").event("09:30:00", "stop", dup=True).event("09:10:00", "stop"),
        ["09:00:00,09:10:00"], id="a doubled event is no sign of life",
    ),
    pytest.param(Script().event("09:00:00", "stop"), ["09:00:00,09:00:00"], id="seen once"),
    pytest.param(Script().row("error_log", session_id="s", timestamp=None, file_path="/w"), [], id="no times"),
]  # fmt: skip


@pytest.fixture(scope="module")
def windows(tmp_path_factory: pytest.TempPathFactory) -> dict[Script, dict[str, str]]:
    scripts = [one.values[0] for one in WINDOWS]
    return together(tmp_path_factory.mktemp("windows"), scripts, session_windows="start_at,end_at")


@pytest.mark.parametrize(("script", "expected"), WINDOWS)
def test_session_windows(windows: dict[Script, dict[str, str]], script: Script, expected: list[str]) -> None:
    assert windows[script]["session_windows"].splitlines() == ["start_at,end_at", *expected]


SPANS = [
    pytest.param(
        "10:00:00",
        Script().event("09:00:00", START, agent_id="a").event("09:01:00", STOP, agent_id="a")
        .event("09:59:00", START, agent_id="a").event("10:00:00", STOP, agent_id="a"),
        ["09:00:00,09:01:00", "09:59:00,10:00:00"], "120.0", id="taken up again",
    ),
    pytest.param(
        "09:03:00",
        Script().event("09:00:00", START, agent_id="a").event("09:01:00", STOP, agent_id="a")
        .event("09:02:00", STOP, agent_id="a").event("09:03:00", STOP, agent_id="a"),
        ["09:00:00,09:03:00"], "180.0", id="held back from stopping",
    ),
    pytest.param(
        "10:00:00",
        Script().event("09:00:00", START, agent_id="a").event("09:01:00", STOP, agent_id="a")
        .event("09:05:00", STOP, agent_id="a").event("09:50:00", START, agent_id="a").event("10:00:00", STOP, agent_id="a"),
        ["09:00:00,09:05:00", "09:50:00,10:00:00"], "900.0", id="held back from stopping, and taken up again later",
    ),
    pytest.param(
        "09:30:00",
        Script().event("09:00:00", START, agent_id="a").event("09:20:00", START, agent_id="a")
        .event("09:30:00", STOP, agent_id="a"),
        ["09:00:00,09:30:00"], "1800.0", id="a start repeated while it ran",
    ),
    pytest.param(
        None,
        Script().event("09:00:00", START, agent_id="a").event("09:02:00", STOP, agent_id="a")
        .event("09:10:00", START, agent_id="a").event("09:12:00", "post_tool_use", agent_id="a"),
        ["09:00:00,09:02:00", "09:10:00,09:12:00"], "240.0", id="running again",
    ),
    pytest.param(
        None,
        Script().event("09:00:00", START, agent_id="a").event("09:05:00", "post_tool_use", agent_id="a")
        .row("session_metrics", session_id="s", event_type=STOP, key="a", value="killed", timestamp=at("09:06:00"))
        .event("09:30:00", START, agent_id="a").event("09:31:00", "post_tool_use", agent_id="a"),
        ["09:00:00,09:06:00", "09:30:00,09:31:00"], "420.0", id="killed, and taken up again",
    ),
    pytest.param(
        "09:30:00",
        Script().event("09:00:00", START, agent_id="a").event("09:20:00", STOP, agent_id="a")
        .event("09:20:00", START, agent_id="a").event("09:30:00", STOP, agent_id="a"),
        ["09:00:00,09:30:00"], "1800.0", id="a stop at the moment of the restart is no time away",
    ),
    pytest.param(
        "09:30:00",
        Script().event("09:00:00", START, agent_id="a").event("09:10:00", STOP, agent_id="a")
        .event("09:20:00", START, agent_id="a").event("09:20:00", STOP, agent_id="a")
        .event("09:25:00", START, agent_id="a").event("09:30:00", STOP, agent_id="a"),
        ["09:00:00,09:10:00", "09:20:00,09:20:00", "09:25:00,09:30:00"], "900.0", id="a stop at the moment of its own start",
    ),
    pytest.param(
        "09:30:00",
        Script().event("09:00:00", START, agent_id="a").event("09:00:00", STOP, agent_id="a")
        .event("09:30:00", START, agent_id="a").event("09:30:00", STOP, agent_id="a"),
        ["09:00:00,09:00:00", "09:30:00,09:30:00"], "0.0", id="away from its first moment to its last",
    ),
    pytest.param(
        "09:30:00",
        Script().event("09:00:00", START, agent_id="a")
        .row("session_metrics", session_id="s", event_type="subagent_parent", key="a", value="b", timestamp=at("09:05:00"))
        .event("09:10:00", START, agent_id="a").event("09:30:00", STOP, agent_id="a"),
        ["09:00:00,09:30:00"], "1800.0", id="that somebody launched it is no stop",
    ),
    pytest.param("09:00:00", Script(), ["09:00:00,09:00:00"], "0.0", id="an end at the moment of the start"),
    pytest.param(
        "09:40:00",
        Script().event("09:00:00", START, agent_id="a").event("09:05:00", STOP, agent_id="a")
        .row("session_metrics", session_id="s", event_type="subagent_resume", key="a", value=at("09:05:00"), timestamp=at("09:30:00"))
        .event("09:30:01", START, agent_id="a")
        .row("session_metrics", session_id="s", event_type=STOP, key="a", value="completed", timestamp=at("09:40:00")),
        ["09:00:00,09:05:00", "09:30:01,09:40:00"], "899.0", id="a message took it up again: one pause, told twice",
    ),
    pytest.param(
        "09:40:00",
        Script().event("09:00:00", START, agent_id="a")
        .row("session_metrics", session_id="s", event_type="subagent_resume", key="a", value=at("09:05:00"), timestamp=at("09:30:00"))
        .row("session_metrics", session_id="s", event_type=STOP, key="a", value="completed", timestamp=at("09:40:00")),
        ["09:00:00,09:05:00", "09:30:00,09:40:00"], "900.0", id="stopped by somebody, and taken up again",
    ),
    pytest.param("08:00:00", Script(), [], "", id="an end before the start"),
]  # fmt: skip


@pytest.fixture(scope="module")
def spans(tmp_path_factory: pytest.TempPathFactory) -> dict[Script, dict[str, str]]:
    for end, script, *_ in (one.values for one in SPANS):
        script.row("agent_registry", id="a", session_id="s", status="completed" if end else "running",
                   spawn_time=at("09:00:00"), end_time=end and at(end))  # fmt: skip
    scripts = [one.values[1] for one in SPANS]
    folder = tmp_path_factory.mktemp("spans")
    return together(folder, scripts, agent_spans="start_at,end_at", agent_runs="observed_s")


@pytest.mark.parametrize(("end", "script", "expected", "observed_s"), SPANS)
def test_agent_spans(
    spans: dict[Script, dict[str, str]],
    end: str | None,
    script: Script,
    expected: list[str],
    observed_s: str,
) -> None:
    found = spans[script]
    assert found["agent_spans"].splitlines() == ["start_at,end_at", *expected]
    assert found["agent_runs"].split("\n")[1].strip('"') == observed_s


def test_the_times_of_two_agents_are_told_apart(tmp_path: Path) -> None:
    script = Script()
    for name, minute in (("a", 0), ("b", 5)):
        script.row("agent_registry", id=name, session_id="s", status="completed",
                   spawn_time=at(f"09:0{minute}:00"), end_time=at(f"09:4{minute}:00"))  # fmt: skip
        script.event(f"09:0{minute}:00", START, agent_id=name).event(f"09:1{minute}:00", STOP, agent_id=name)
        script.event(f"09:3{minute}:00", START, agent_id=name).event(f"09:4{minute}:00", STOP, agent_id=name)
    found = relation(tmp_path, "agent_spans", script, "agent_id,start_at,end_at").splitlines()[1:]
    assert found == [
        "a,09:00:00,09:10:00",
        "b,09:05:00,09:15:00",
        "a,09:30:00,09:40:00",
        "b,09:35:00,09:45:00",
    ]


@pytest.mark.parametrize(
    ("said_at", "expected"),
    [
        pytest.param("09:20:00", "09:00:00,09:20:00", id="stopped by somebody: it ran until then"),
        pytest.param("23:00:00", "09:00:00,09:05:00", id="given up later: it ran to its last sign of life"),
    ],
)
def test_spans_of_agents_that_did_not_end_by_themselves(tmp_path: Path, said_at: str, expected: str) -> None:
    script = (
        Script().event("09:00:00", START, agent_id="a").event("09:05:00", "post_tool_use", agent_id="a")
        .row("session_metrics", session_id="s", event_type=STOP, key="a", value="aborted_stale", timestamp=at(said_at))
        .row("agent_registry", id="a", session_id="s", status="aborted_stale", spawn_time=at("09:00:00"), end_time=at("09:20:00"))
    )  # fmt: skip
    found = relation(tmp_path, "agent_spans", script, "start_at,end_at").splitlines()
    assert found == ["start_at,end_at", expected]


def test_sessions_that_start_at_one_moment_come_in_the_order_of_their_ids(tmp_path: Path) -> None:
    script = (
        Script().event("09:00:00", "stop", "t").event("09:00:00", "stop", "s").event("08:00:00", "stop", "u")
    )
    found = relation(tmp_path, "session_windows", script, "session_id,start_at").splitlines()[1:]
    assert found == ["u,08:00:00", "s,09:00:00", "t,09:00:00"]
