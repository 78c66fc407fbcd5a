"""One session by hand: parallel calls, an agent that spawned one which outlived it, a failure, a compaction."""

from __future__ import annotations

import json
from pathlib import Path

from handmade import database
from script import Script, at

TOKENS = {"model": "m-1", "input": 9, "output": 40, "cache_read": 9000, "cache_write": 100}


def script() -> Script:
    agents = (("a1", "Explore", "Find usages", "09:00:10", "09:00:30", "completed"),
              ("a2", "Plan", None, "09:00:20", "09:00:40", "failed"))  # fmt: skip
    made = Script().row("project_state", key="project_dir", value="/home/me/shop")
    made.event("09:00:00", "session_start", source="startup")
    made.row("session_metrics", session_id="s", event_type="prompt", key="human", timestamp=at("09:00:01"))
    for name, kind, task, start, end, status in agents:
        made.row("agent_registry", id=name, session_id="s", agent_type=kind, task_description=task,
                 spawn_time=at(start), end_time=at(end), status=status)  # fmt: skip
    made.row(
        "session_metrics",
        session_id="s",
        event_type="subagent_parent",
        key="a2",
        value="a1",
        timestamp=at("09:00:20"),
    )
    call = {"tool": "Read", "ok": True}
    made.event("09:00:05", "post_tool_use", **call, tool_use_id="t1", tool_ms=3000, path="/home/me/shop/a.py")
    made.event("09:00:06", "post_tool_use", **call, tool_use_id="t2", tool_ms=2000)
    made.event("09:00:15", "post_tool_use", **call, tool_use_id="t3", tool_ms=1000, agent_id="a1")
    made.event("09:00:33", "post_tool_use", **call, tool_use_id="t3", tool_ms=1000, agent_id="a2")
    made.fail("09:00:35", 1, agent_id="a2", check=None)
    failed = {
        "tool": "Bash",
        "tool_use_id": "t4",
        "tool_ms": 500,
        "agent_id": "a2",
        "ok": False,
        "error_id": 1,
    }
    made.event("09:00:35", "post_tool_use_failure", **failed)
    made.row("session_metrics", session_id="s", event_type="tokens", key="m1", value=json.dumps(TOKENS),
             timestamp=at("09:00:07"))  # fmt: skip
    made.row("context_snapshots", session_id="s", snapshot_type="pre_compact", content='{"trigger": "auto"}',
             timestamp=at("09:00:50"))  # fmt: skip
    return made.event("09:01:00", "session_end", reason="other")


def session(folder: Path) -> Path:
    return database(folder / "made.db", "".join(script().sql))
