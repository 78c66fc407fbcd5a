"""The relations that only others read: a few rows in, the rows that should come out, by eye."""

from __future__ import annotations

from pathlib import Path

from handmade import lines, shown, store_of
from script import Script, at


def private(folder: Path, query: str, script: Script) -> str:
    with store_of(folder, "".join(script.sql)) as store:
        return shown(store.sql(query)).replace("2026-05-04 ", "").replace("+00:00", "")


def event(payload: str | None) -> dict[str, str | None]:
    return {"session_id": "s", "event_type": "stop", "payload_summary": payload}


def test_facts_of_hook_events(tmp_path: Path) -> None:
    script = (
        Script()
        .row(
            "hook_events",
            **event('{"tool": "Read", "agent_id": "a", "tool_ms": 0, "ok": true, "check": "c"}'),
        )
        .row("hook_events", **event('{"tool": "Read", "dup": true}'))
        .row("hook_events", **event('{"tool": ["Read"], "agent_id": "", "tool_ms": "soon", "ok": 2}'))
        .row("hook_events", **event('{"tool_ms": -1, "dup": "no"}'))
        .row("hook_events", **event('{"tool_ms": 1000000000001}'))
        .row("hook_events", **event("[1]"))
        .row("hook_events", **event('{"tool": "Re'))
        .row("hook_events", **event(None))
    )
    query = "SELECT id, tool, agent_id, tool_ms, ok, aim, spelling FROM _hook_facts ORDER BY id"
    assert private(tmp_path, query, script) == lines("""
        id,tool,agent_id,tool_ms,ok,aim,spelling
        1,Read,a,0,True,c,c
        3,"[""Read""]",,,True,,
        4,,,,,,
        5,,,,,,
        6,,,,,,
        7,,,,,,
        8,,,,,,
    """)


def test_signs_of_life_of_sessions(tmp_path: Path) -> None:
    stopped = {"session_id": "s", "event_type": "subagent_stop", "key": "a"}
    script = (
        Script()
        .event("09:00:00", "stop")
        .event("09:01:00", "stop", dup=True)
        .event("09:02:00", "stop", None)
        .row("session_metrics", **stopped, value="completed", timestamp=at("09:03:00"))
        .row("session_metrics", **stopped, value="aborted_stale", timestamp=at("09:04:00"))
        .event("09:05:00", "instructions_loaded")
        .row("session_metrics", session_id="s", event_type="instructions", key="/w/CLAUDE.md", value="1", timestamp=at("09:05:00"))
        .row("session_metrics", session_id="s", event_type="config", key="/w/settings.json", value="1", timestamp=at("09:06:00"))
        .row("error_log", session_id="t", timestamp="noon")
    )  # fmt: skip
    query = "SELECT session_id, seen_at FROM _session_signs ORDER BY ALL"
    assert private(tmp_path, query, script) == lines("""
        session_id,seen_at
        s,09:00:00
        s,09:03:00
        t,
    """)


def test_a_session_without_times(tmp_path: Path) -> None:
    script = (
        Script()
        .row("error_log", session_id="t", timestamp=None)
        .event("09:00:00", "stop")
        .event("09:05:00", "stop")
    )
    assert private(tmp_path, "FROM _session_spans ORDER BY session_id", script) == lines("""
        db,session_id,first_seen_at,last_seen_at
        made,s,09:00:00,09:05:00
        made,t,,
    """)


def test_when_sessions_began(tmp_path: Path) -> None:
    script = (
        Script()
        .event("09:03:00", "session_start", "resumed", source="resume")
        .event("09:01:00", "session_start", "resumed", source="startup")
        .event("09:00:00", "stop", "resumed")
        .event("09:05:00", "stop", "no-start")
        .event("09:06:00", "stop", "no-start")
        .row("error_log", session_id="no-time", timestamp="noon")
    )
    query = "SELECT session_id, started_at, last_seen_at FROM _session_starts ORDER BY session_id"
    assert private(tmp_path, query, script) == lines("""
        session_id,started_at,last_seen_at
        no-start,09:05:00,09:06:00
        no-time,,
        resumed,09:01:00,09:03:00
    """)
