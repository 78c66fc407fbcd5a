"""When a session was open, and when an agent ran: a few events in, the times that should come out."""

from __future__ import annotations

from pathlib import Path

import pytest
from script import Script, at, relation

START, STOP = "subagent_start", "subagent_stop"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
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
        pytest.param(Script().row("error_log", session_id="s", timestamp=None, file_path="/w"), [], id="no times"),
    ],
)  # fmt: skip
def test_session_windows(tmp_path: Path, script: Script, expected: list[str]) -> None:
    found = relation(tmp_path, "session_windows", script, "start_at,end_at").splitlines()
    assert found == ["start_at,end_at", *expected]


@pytest.mark.parametrize(
    ("end", "script", "expected", "observed_s"),
    [
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
    ],
)  # fmt: skip
def test_agent_spans(
    tmp_path: Path, end: str | None, script: Script, expected: list[str], observed_s: str
) -> None:
    script.row("agent_registry", id="a", session_id="s", status="completed" if end else "running",
               spawn_time=at("09:00:00"), end_time=end and at(end))  # fmt: skip
    found = relation(tmp_path / "1", "agent_spans", script, "start_at,end_at").splitlines()
    assert found == ["start_at,end_at", *expected]
    assert (
        relation(tmp_path / "2", "agent_runs", script, "observed_s").split("\n")[1].strip('"') == observed_s
    )


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
