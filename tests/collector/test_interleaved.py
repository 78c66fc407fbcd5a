"""Two sessions of eight agents each, all at once, each event a process of its own: every row there, none twice."""

import json
import random
from concurrent.futures import ThreadPoolExecutor

import pytest

pytestmark = pytest.mark.slow

SESSIONS, AGENTS = 2, 8
EVERYBODYS, OWN = "pytest -q", "ruff check agent_{}.py"


def story(session, agent):
    """What one agent sends: it is launched, edits, fails everybody's check twice and its own once, passes its own."""
    name = f"s{session}-a{agent}"
    said = {"session_id": f"s{session}", "agent_id": name, "agent_type": "Explore"}

    def call(event, n, tool, given, **more):
        use = {"tool_name": tool, "tool_use_id": f"{name}-{n}", "tool_input": given, "duration_ms": 1}
        return {**said, "hook_event_name": event, **use, **more}

    own = {"command": OWN.format(agent)}
    broken = {"error": "Exit code 1\n1 failed in 0.1s"}
    patch = {"structuredPatch": [{"lines": [f"+x = {agent}"]}]}
    return [
        {**said, "hook_event_name": "SubagentStart"},
        call(
            "PostToolUse", 1, "Edit", {"file_path": f"/p/{name}.py", "new_string": "x"}, tool_response=patch
        ),
        call("PostToolUseFailure", 2, "Bash", {"command": EVERYBODYS}, **broken),
        call("PostToolUseFailure", 3, "Bash", own, error="Exit code 1\nFound 1 error."),
        call("PostToolUseFailure", 4, "Bash", {"command": EVERYBODYS}, **broken),
        call("PostToolUse", 5, "Bash", own, tool_response={"stdout": "All checks passed!", "stderr": ""}),
        {**said, "hook_event_name": "SubagentStop"},
    ]


def test_every_row_is_there_and_no_attempt_has_anothers_number(project):
    def play(events):
        return [project.process(json.dumps(event).encode()) for event in events]

    stories = [story(session, agent) for session in range(SESSIONS) for agent in range(AGENTS)]
    random.Random(3).shuffle(stories)
    with ThreadPoolExecutor(len(stories)) as pool:
        done = [one for played in pool.map(play, stories) for one in played]
    assert {(one.returncode, one.stdout, one.stderr) for one in done} == {(0, b"", b"")}
    assert not list(project.disk.glob(".claude-session.spool*"))
    sent = sorted((event["session_id"], event["hook_event_name"], event.get("tool_use_id", "")) for events in stories for event in events)  # fmt: skip
    names = {"subagent_start": "SubagentStart", "subagent_stop": "SubagentStop", "post_tool_use": "PostToolUse", "post_tool_use_failure": "PostToolUseFailure"}  # fmt: skip
    rows = project.rows("SELECT session_id, event_type, payload_summary, exit_code FROM hook_events")
    kept = [(session, names[kind], json.loads(summary).get("tool_use_id", "")) for session, kind, summary, _ in rows]  # fmt: skip
    assert sorted(kept) == sent
    assert {status for *_, status in rows} == {0}
    assert not any("dup" in json.loads(summary) for _, _, summary, _ in rows)


def test_chains_agents_and_claims_are_whole(project):
    stories = [story(session, agent) for session in range(SESSIONS) for agent in range(AGENTS)]
    with ThreadPoolExecutor(len(stories)) as pool:
        list(
            pool.map(
                lambda events: [project.process(json.dumps(event).encode()) for event in events], stories
            )
        )
    agents = sorted(f"s{session}-a{agent}" for session in range(SESSIONS) for agent in range(AGENTS))
    files = "SELECT id, status, files_changed FROM agent_registry ORDER BY id"
    assert project.rows(files) == [(name, "completed", f'["/p/{name}.py"]') for name in agents]
    claims = "SELECT session_id, agent_id, file_path FROM file_claims ORDER BY agent_id"
    assert project.rows(claims) == [(name[:2], name, f"/p/{name}.py") for name in agents]
    for session in range(SESSIONS):
        everybodys = "SELECT attempt_number FROM error_log WHERE session_id = ? AND error_message LIKE '$ pytest%' ORDER BY 1"
        assert project.column(everybodys, f"s{session}") == list(range(1, 2 * AGENTS + 1))
        own = "SELECT attempt_number, resolution FROM error_log WHERE session_id = ? AND error_message LIKE '$ ruff%'"
        assert project.rows(own, f"s{session}") == [(1, "auto_fixed")] * AGENTS
    assert project.rows("PRAGMA integrity_check") == [("ok",)]
