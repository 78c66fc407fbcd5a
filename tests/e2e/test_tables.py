"""Table by table: what the database holds of the session that ended, against the transcripts and the story."""

import json
from hashlib import blake2b

import client
from evidence import WORK, Evidence, of_the_newest
from stories import CHECK, INSTRUCTIONS, SUMMARY


def by_task(evidence: Evidence) -> dict[str, str]:
    return {agent.task: agent.id for agent in evidence.work.agents}


def test_agents(evidence: Evidence) -> None:
    changed: dict[str | None, set[str]] = {}
    for call in evidence.work.ended("succeeded"):
        if call.tool in ("Edit", "Write"):
            changed.setdefault(call.agent_id, set()).add(call.path)
    said = [
        (
            agent.id,
            agent.type,
            agent.task,
            "completed" if agent.is_finished else "failed",
            json.dumps(sorted(changed.get(agent.id, ()))),
        )
        for agent in evidence.work.agents
    ]
    query = "SELECT id, agent_type, task_description, status, files_changed FROM agent_registry WHERE session_id = ?"
    assert evidence.rows(query, WORK) == sorted(said)
    nested = [("Look it up", "completed")] if client.is_since("2.1.198") else []
    assert sorted((task, status) for _, _, task, status, _ in said) == [
        ("Format helper.py", "completed"),
        *nested,
        ("Meet an API error", "failed"),
        ("Write research", "completed"),
    ]


def test_parents_and_ends_of_agents(evidence: Evidence) -> None:
    query = "SELECT key, value FROM session_metrics WHERE session_id = ? AND event_type = ?"
    agents = evidence.work.agents
    assert evidence.rows(query, WORK, "subagent_parent") == sorted(
        (agent.id, agent.parent) for agent in agents
    )
    ends = [(agent.id, "completed" if agent.is_finished else "failed") for agent in agents]
    assert evidence.rows(query, WORK, "subagent_stop") == sorted(ends)
    assert {agent.parent for agent in agents if agent.task == "Look it up"} <= {
        by_task(evidence)["Write research"]
    }


def test_agents_begin_and_end_at_their_own_events(evidence: Evidence) -> None:
    """Not at what is heard of them elsewhere, later: their launch's result, the report to the main thread."""
    query = """SELECT a.id FROM agent_registry a, hook_events start, hook_events stop
               WHERE a.session_id = ? AND a.status = 'completed' AND a.spawn_time = start.timestamp AND a.end_time = stop.timestamp
                 AND start.event_type = 'subagent_start' AND json_extract(start.payload_summary, '$.agent_id') = a.id
                 AND stop.event_type = 'subagent_stop' AND json_extract(stop.payload_summary, '$.agent_id') = a.id
                 AND json_extract(start.payload_summary, '$.dup') IS NULL AND json_extract(stop.payload_summary, '$.dup') IS NULL"""
    assert evidence.rows(query, WORK) == sorted(
        (agent.id,) for agent in evidence.work.agents if agent.is_finished
    )


def test_file_claims(evidence: Evidence) -> None:
    said = []
    for call in evidence.work.ended("succeeded"):
        if call.tool in ("Edit", "Write"):
            said.append((call.agent_id, call.path, call.tool))
        said += [(call.agent_id, path, "Bash") for path in call.changed]
    query = "SELECT agent_id, file_path, operation FROM file_claims WHERE session_id = ?"
    assert evidence.rows(query, WORK) == sorted(said, key=repr)
    if not client.IS_NEWEST:
        return
    project = evidence.place.project
    assert sorted((path.removeprefix(f"{project}/"), tool) for _, path, tool in said) == [
        ("calc.py", "Edit"),
        ("calc.py", "Edit"),
        ("calc.py", "Edit"),
        ("helper.py", "Edit"),
        ("inner.txt", "Write"),
        ("made_by_shell.py", "Bash"),
        ("research.md", "Write"),
    ]


def test_every_failure_is_logged_once(evidence: Evidence) -> None:
    """Three calls failed, and a fourth hid it behind a pipe."""
    hidden = [
        call.id for call in evidence.work.ended("succeeded") if "| tail" in call.input.get("command", "")
    ]
    failed = [call.id for call in evidence.work.ended("failed")]
    errors = [payload for _, payload in evidence.hooks(WORK) if "error_id" in payload]
    assert sorted(payload["tool_use_id"] for payload in errors) == sorted(failed + hidden)
    assert evidence.rows("SELECT id FROM error_log") == sorted((payload["error_id"],) for payload in errors)
    assert (len(failed), len(hidden)) == (3, 1)


@of_the_newest
def test_the_ladder(evidence: Evidence) -> None:
    project, agent = evidence.place.project, by_task(evidence)["Format helper.py"]
    query = """SELECT id, substr(error_message, 1, instr(error_message, char(10)) - 1), attempt_number, resolution,
                      error_category, agent_id, file_path, task_id FROM error_log"""
    rows = [row[1:] for row in sorted(evidence.rows(query))]
    test_file = f"{project}/test_calc.py"
    assert rows == [
        ("$ ruff-not-here check helper.py", 1, "abandoned", "runtime", agent, f"{project}/helper.py", "1"),
        (f"$ {CHECK}", 1, None, "test", None, test_file, "1"),
        (f"$ {CHECK}", 2, None, "test", None, test_file, "1"),
        (f"$ {CHECK}", 3, "escalated_user", "test", None, test_file, "1"),
    ]


def test_the_message_is_the_clients(evidence: Evidence) -> None:
    """What the model was told of a failure is what is stored of it."""
    told = {call.id: call.result.removeprefix("Error: ") for call in evidence.work.ended("failed")}
    query = "SELECT id, substr(error_message, instr(error_message, char(10)) + 1) FROM error_log"
    stored = dict(evidence.rows(query))
    errors = {
        payload["tool_use_id"]: payload["error_id"]
        for _, payload in evidence.hooks(WORK)
        if "error_id" in payload
    }
    assert {call_id: stored[errors[call_id]].strip() for call_id in told} == {
        k: v.strip() for k, v in told.items()
    }


@of_the_newest
def test_failed_paths(evidence: Evidence) -> None:
    """Each failing run blames the edits of the file that it names since the run before it; the third run had none."""
    query = "SELECT approach, reason_failed, still_relevant FROM failed_paths"
    first, second = f"{CHECK}: E assert 6.0 == 2", f"{CHECK}: E assert 0.8571428571428571 == 2"
    assert evidence.rows(query) == [
        ("Edit calc.py: return sum(xs) / 1", first, 0),
        ("Edit calc.py: return sum(xs) / 7", second, 0),
    ]


@of_the_newest
def test_compaction(evidence: Evidence) -> None:
    query = "SELECT id, snapshot_type, content FROM context_snapshots WHERE session_id = ?"
    (pre_id, before, pre), (post_id, after, post), (_, end, _) = sorted(evidence.rows(query, WORK))
    assert (before, after, end) == ("pre_compact", "post_compact", "session_end")
    pre, post = json.loads(pre), json.loads(post)
    assert [pre["trigger"]] == [post["trigger"]] == evidence.work.compactions
    assert post["pre_snapshot_id"] == pre_id
    assert SUMMARY in post["compact_summary"]
    assert SUMMARY in evidence.work.summaries[0]
    assert (pre["chains"][0]["tried"], pre["chains"][0]["attempts"]) == (CHECK, 3)
    assert [(task["id"], task["status"]) for task in pre["tasks"]] == [("2", "pending"), ("1", "in_progress")]
    assert (pre["agents"], len(pre["failed_paths"])) == ([], 2)
    metrics = "SELECT key, value FROM session_metrics WHERE event_type = 'compaction'"
    assert evidence.rows(metrics) == [("manual", str(post_id))]


@of_the_newest
def test_prompts(evidence: Evidence) -> None:
    query = "SELECT key, value FROM session_metrics WHERE session_id = ? AND event_type = 'prompt'"
    rows = evidence.rows(query, WORK)
    assert [row for row in rows if row[0] == "human"] == sorted(
        ("human", prompt) for prompt in evidence.work.human_prompts
    )
    assert len(rows) - 2 == len(evidence.work.reports) == 3


@of_the_newest
def test_tasks_and_commit(evidence: Evidence) -> None:
    query = "SELECT id, event_type, key, value FROM session_metrics WHERE event_type IN ('task_created', 'task_status', 'commit')"
    (commit,) = [
        call.result["gitOperation"]["commit"]
        for call in evidence.work.ended("succeeded")
        if "git commit" in call.input.get("command", "")
    ]
    assert [row[1:] for row in sorted(evidence.rows(query))] == [
        ("task_created", "1", "Fix mean"),
        ("task_created", "2", "Add docs"),
        ("task_status", "1", "in_progress"),
        ("task_status", "1", "completed"),
        ("commit", commit["sha"], commit["branch"]),
    ]
    assert len(evidence.rows("SELECT key FROM session_metrics WHERE event_type = 'task_completed'")) == 1


def test_the_commit_of_everything_left_the_database_out(evidence: Evidence) -> None:
    """`git add -A` of the agent; nothing but the collector says that the database is not to be committed."""
    committed = evidence.place.run("git", "ls-files").split()
    assert "made_by_shell.py" in committed
    assert [name for name in committed if "claude" in name.lower()] == [INSTRUCTIONS]


def test_instructions_in_force(evidence: Evidence) -> None:
    """At the start, and again after the compaction, which changes nothing."""
    path = evidence.place.project / INSTRUCTIONS
    text = blake2b(path.read_bytes().strip(), digest_size=6).hexdigest()
    query = "SELECT key, value FROM session_metrics WHERE session_id = ? AND event_type = 'instructions'"
    assert evidence.rows(query, WORK) == [(str(path), text)]


def test_starts_and_totals(evidence: Evidence) -> None:
    starts = "SELECT id, value FROM session_metrics WHERE session_id = ? AND event_type = 'session_start' AND key = 'source'"
    assert [source for _, source in sorted(evidence.rows(starts, WORK))] == ["startup", "compact"]
    ends = "SELECT key, value FROM session_metrics WHERE session_id = ? AND event_type = 'session_end'"
    totals = dict(evidence.rows(ends, WORK))
    assert len(evidence.rows(ends, WORK)) == len(totals) == 10
    if not client.IS_NEWEST:
        return
    counted = (
        "agent_count",
        "error_count",
        "tool_count",
        "prompt_count",
        "compaction_count",
        "file_count",
        "reason",
    )
    assert [totals[key] for key in counted] == ["4", "4", "36", "2", "1", "5", "other"]


def test_api_error_is_one_stop_failure(evidence: Evidence) -> None:
    query = "SELECT key, value FROM session_metrics WHERE event_type = 'stop_failure'"
    assert evidence.rows(query) == [("unknown", "API Error: 400 scripted")]


def test_project_state(evidence: Evidence) -> None:
    state = dict(evidence.rows("SELECT key, value FROM project_state"))
    assert state["project_dir"] == str(evidence.place.project)
    assert state["language"] == "python"
    assert "pytest" in state["tools_available"].split(",")
