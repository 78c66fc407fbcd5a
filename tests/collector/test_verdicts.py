"""What judges say: prompt hooks write nothing themselves, so it is read from what follows."""

import json

import pytest

FEEDBACK = "TaskCompleted hook feedback:\n[JUDGE: [tests] run? ]: no tests were run"


def update(project, task, **response):
    project.tool("TaskUpdate", {"taskId": task, "status": "completed"}, {"taskId": task, **response})


VERDICTS = "SELECT hook_event, task_id, decision, reason FROM llm_verdicts ORDER BY id"
DONE = {"success": True, "statusChange": {"from": "in_progress", "to": "completed"}}


def test_a_refused_completion_is_a_block_and_what_follows_is_allowed(project):
    project.feed("TaskCompleted", task_id="1")
    update(project, "1", success=False, error=FEEDBACK)
    project.feed("TaskCompleted", task_id="1")
    update(project, "1", **DONE)
    assert project.rows(VERDICTS) == [
        ("TaskCompleted", "1", "block", "no tests were run"),
        ("TaskCompleted", "1", "allow", None),
    ]
    assert project.rows("SELECT count(*) FROM session_metrics WHERE event_type = 'task_completed'") == [(1,)]


@pytest.mark.parametrize(
    "where", ["home/dev/app/.claude/settings.json", "home/dev/.claude/settings.json", None]
)
def test_an_approval_needs_a_judge_in_the_settings(project, where):
    if where:
        path = project.root / where
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            json.dumps({"hooks": {"TaskCompleted": [{"hooks": [{"type": "prompt", "prompt": "?"}]}]}})
        )
    project.feed("TaskCompleted", task_id="1")
    update(project, "1", **DONE)
    assert project.rows(VERDICTS) == ([("TaskCompleted", "1", "allow", None)] if where else [])


def stop_line(uuid, at, *errors):
    hooks = [
        {"command": "x.py", "durationMs": 3},
        {"command": "J", "promptText": "J"},
        {"command": "K", "promptText": "K"},
    ]
    line = {
        "subtype": "stop_hook_summary",
        "timestamp": at,
        "uuid": uuid,
        "hookInfos": hooks,
        "hookErrors": list(errors),
    }
    return json.dumps(line) + "\n"


def test_stop_verdicts_are_read_from_the_transcript_each_line_once_and_none_from_the_future(project):
    transcript = project.root / "t.jsonl"
    first = stop_line("u1", "2027-01-15T08:00:00.500Z", "[J]: not yet", "a plain error")
    later = stop_line("u2", "2027-01-15T08:00:05.000Z")
    transcript.write_text("{}\nnot json\n" + first + later[:40])
    project.feed("Stop", transcript_path="/t.jsonl")
    assert project.rows(VERDICTS) == [("Stop", None, "block", "not yet"), ("Stop", None, "allow", None)]
    transcript.write_text("{}\nnot json\n" + first + later)
    project.feed("Stop", transcript_path="/t.jsonl", stop_hook_active=True)
    assert len(project.rows(VERDICTS)) == 2
    project.feed("SessionEnd", after=5, transcript_path="/t.jsonl")
    assert project.rows(VERDICTS)[2:] == [("Stop", None, "allow", None), ("Stop", None, "allow", None)]
