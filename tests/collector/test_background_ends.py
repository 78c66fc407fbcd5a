"""How a call in the background went: a notice tells of its end, or the answer to who looks after it."""

import json

import pytest
from tables import each_row

RED = "FAILED tests/test_a.py::test_x - assert 1 == 2\n1 failed in 0.1s"
GREEN = "3 passed in 0.1s"


def starts(project, command="pytest -q", task="b1", **fields):
    """Put a command in the background; return the call's id."""
    given = {"command": command, "run_in_background": True}
    return project.tool("Bash", given, {"stdout": "", "backgroundTaskId": task}, **fields)["tool_use_id"]


def notice(tool_use_id, status, code=None, path=None):
    told = f"<tool-use-id>{tool_use_id}</tool-use-id><status>{status}</status>"
    told += f"<output-file>{path}</output-file>" if path else ""
    return f"<task-notification>{told}<summary>({'' if code is None else f'exit code {code}'})</summary></task-notification>"


def by_shell(task, status, code=None, printed=""):
    """An answer as older clients give it."""
    shown = {"shellId": task, "status": status, "exitCode": code, "stdout": printed, "stderr": ""}
    return "BashOutput", {"bash_id": task}, shown


def by_task(task, status, code=None, printed=""):
    """An answer as newer clients give it."""
    shown = {
        "task_id": task,
        "task_type": "local_bash",
        "status": status,
        "output": printed,
        "exitCode": code,
    }
    return "TaskOutput", {"task_id": task, "block": True}, {"retrieval_status": "success", "task": shown}


def ends(project):
    """Of each end that was told of: the call, and whether it is known to have gone well."""
    rows = project.rows(
        "SELECT key, value FROM session_metrics WHERE event_type = 'background_end' ORDER BY id"
    )
    return [(key, json.loads(value).get("ok")) for key, value in rows]


@pytest.mark.parametrize("answer", [by_shell, by_task])
def test_an_answer_judges_the_call_that_it_is_about(project, answer):
    call = starts(project)
    project.tool(*answer("b1", "running"))
    assert ends(project) == []
    project.tool(*answer("b1", "failed", 1, RED))
    assert ends(project) == [(call, False)]
    assert project.rows("SELECT attempt_number, error_category FROM error_log") == [(1, "test")]
    again = starts(project, task="b2")
    project.tool(*answer("b2", "completed", 0, GREEN))
    assert ends(project) == [(call, False), (again, True)]
    assert project.resolutions() == [(1, "auto_fixed")]


@each_row(
    "told",
    [
        by_shell("b1", "killed", 143), by_task("b1", "running", None, RED), by_task("b2", "failed", 1, RED),
        ("TaskOutput", {"task_id": "b1"}, "User rejected tool use"), ("TaskOutput", {"task_id": "b1"}, {"task": None}),
        ("BashOutput", {"filter": "b1"}, {"status": "failed", "exitCode": 1}), ("Read", {"file_path": "/b1"}, {"status": "failed"}),
    ],
)  # fmt: skip
def test_what_tells_of_no_end_or_of_another_judges_nothing(project, told):
    starts(project)
    project.tool(*told)
    assert ends(project) == [] and project.resolutions() == []


def test_the_end_is_told_once_whoever_tells_of_it(project):
    call = starts(project)
    project.tool(*by_task("b1", "failed", 1, RED))
    project.tool(*by_task("b1", "failed", 1, RED))
    project.feed("UserPromptSubmit", prompt=notice(call, "failed", 1))
    assert ends(project) == [(call, False)]
    assert project.column("SELECT count(*) FROM error_log") == [1]


def test_an_answer_is_a_call_of_its_own_that_went_well(project):
    starts(project)
    project.tool(*by_task("b1", "failed", 1, RED))
    summary = project.last_summary()
    assert (summary["tool"], summary["ok"]) == ("TaskOutput", True)
    assert not {"error_id", "chain", "closes"} & set(summary)


def test_each_notice_of_a_prompt_is_told(project):
    """One prompt may tell of several ends."""
    red, green = starts(project, "pytest tests/a"), starts(project, "npm run lint", task="b2")
    project.feed("UserPromptSubmit", prompt=notice(red, "failed", 1) + notice(green, "completed", 0))
    assert ends(project) == [(red, False), (green, True)]
    assert "tool_use_id" not in project.last_summary()


def test_an_end_is_that_of_the_agent_who_began_it(project):
    starts(project, agent_id="a1")
    project.tool(*by_task("b1", "failed", 1, RED))
    assert project.column("SELECT agent_id FROM error_log") == ["a1"]


@each_row(
    ("printed", "ok"),
    [(None, None), ("", True), ("app.ts(3,1): error TS2304: Cannot find name 'x'.", False)],
)
def test_a_hidden_check_went_as_its_output_says_where_that_is_there(project, printed, ok):
    """Whose output nobody has is not known; to print nothing, as a type checker does, is another thing."""
    call = starts(project, "npx tsc --noEmit 2>&1; true")
    path = None if printed is None else project.file("out.txt", printed)
    project.feed("UserPromptSubmit", prompt=notice(call, "completed", 0, path or "/gone/out.txt"))
    assert ends(project) == [(call, ok)]


@each_row("answer", [by_shell, by_task])
@each_row(("printed", "ok"), [("", None), (GREEN, True), (RED, False)])
def test_an_answer_without_a_line_more_says_nothing_of_a_hidden_status(project, answer, printed, ok):
    call = starts(project, "pytest -q | cat")
    project.tool(*answer("b1", "completed", 0, printed))
    assert ends(project) == [(call, ok)]


@pytest.mark.parametrize(("content", "shown"), [("on", True), ("off", False)])
def test_an_answer_that_had_to_wait_keeps_what_a_row_of_its_failure_holds(project, content, shown):
    call = starts(project)
    project.database.rename(project.disk / "aside")
    project.database.mkdir()
    project.environ["CLAUDESESS_CONTENT"] = content
    project.tool(*by_task("b1", "failed", 1, f"password=hunter2hunter2\n{RED}"))
    spooled = (project.disk / ".claude-session.spool").read_text()
    assert ("test_x" in spooled, "hunter2" in spooled) == (shown, False)
    project.database.rmdir()
    (project.disk / "aside").rename(project.database)
    project.feed("Stop")
    assert ends(project) == [(call, False)]
    assert ("test_x" in project.column("SELECT error_message FROM error_log")[0]) == shown


def test_of_what_passed_nothing_waits(project):
    starts(project)
    project.database.rename(project.disk / "aside")
    project.database.mkdir()
    project.tool(*by_shell("b1", "completed", 0, GREEN))
    assert "3 passed" not in (project.disk / ".claude-session.spool").read_text()
