"""A session killed in the middle of an agent's command, then taken up again."""

import json

import client
from evidence import KILLED, PROMPT_IDS, Evidence, since_background


@since_background
def test_killed_session_stays_open(evidence: Evidence) -> None:
    """Nothing is made up: no end, no snapshot, the agent is still running."""
    database = evidence.after_kill
    ends = "SELECT key FROM session_metrics WHERE session_id = ? AND event_type IN ('session_end', 'subagent_stop')"
    assert evidence.rows(ends, KILLED, database=database) == []
    assert (
        evidence.rows("SELECT id FROM context_snapshots WHERE session_id = ?", KILLED, database=database)
        == []
    )
    (agent,) = evidence.killed.agents
    query = "SELECT id, task_description, status, end_time FROM agent_registry WHERE session_id = ?"
    assert evidence.rows(query, KILLED, database=database) == [(agent.id, "Slow work", "running", None)]


@since_background
def test_killed_command_is_no_failure(evidence: Evidence) -> None:
    """The command that was running has no end, neither as a call nor as an error."""
    ended = [
        payload["tool"]
        for event, payload in evidence.hooks(KILLED, evidence.after_kill)
        if event == "post_tool_use" and not payload.get("dup")
    ]
    assert sorted(ended) == ["Agent", "Write"]
    assert evidence.rows("SELECT id FROM error_log WHERE session_id = ?", KILLED) == []


def test_database_survives_the_kill(evidence: Evidence) -> None:
    assert evidence.rows("PRAGMA integrity_check", database=evidence.after_kill) == [("ok",)]


@since_background
def test_resumed_session_ends_its_lost_agent(evidence: Evidence) -> None:
    """The agent never stopped: at its session's end it is given up, dated to its last sign of life."""
    (agent,) = evidence.killed.agents
    last_sign = "SELECT max(timestamp) FROM hook_events WHERE payload_summary LIKE ?"
    ((seen,),) = evidence.rows(last_sign, f'%"agent_id": "{agent.id}"%')
    query = "SELECT id, status, end_time, files_changed FROM agent_registry WHERE session_id = ?"
    files = json.dumps([f"{evidence.place.project}/slow.txt"])
    assert evidence.rows(query, KILLED) == [(agent.id, "aborted_stale", seen, files)]


def test_resumed_session_is_one_session(evidence: Evidence) -> None:
    starts = "SELECT id, value FROM session_metrics WHERE session_id = ? AND event_type = 'session_start' AND key = 'source'"
    assert [source for _, source in sorted(evidence.rows(starts, KILLED))] == ["startup", "resume"]
    prompts = (
        "SELECT value FROM session_metrics WHERE session_id = ? AND event_type = 'prompt' AND key = 'human'"
    )
    if client.is_since(PROMPT_IDS):
        assert evidence.rows(prompts, KILLED) == sorted((prompt,) for prompt in evidence.killed.human_prompts)
    assert len(evidence.rows(prompts, KILLED)) == 2
    ends = "SELECT value FROM session_metrics WHERE session_id = ? AND event_type = 'session_end' AND key = 'reason'"
    assert evidence.rows(ends, KILLED) == [("other",)]
