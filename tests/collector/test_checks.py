"""Checks whose status a pipe hides, in the stream of a session: what is written, and what becomes of their chains."""

import pytest

HOME = "/home/dev/app"
PASSED, FAILED, UNKNOWN = True, False, None


@pytest.mark.parametrize(
    ("output", "resolutions", "ok"),
    [
        ("1 failed in 0.04s", [(1, None)], False),
        ("1 passed in 0.04s", [], True),
        ("0", [], None),
    ],
)
def test_a_hidden_check_in_the_stream(project, output, resolutions, ok):
    project.passes("pytest -q 2>&1 | tail -5", output)
    assert project.resolutions() == resolutions
    assert project.last_summary()["ok"] is ok


def test_a_hidden_failure_says_so_and_two_spellings_are_one_chain(project):
    project.passes("cd /home/dev/app && pytest -q 2>&1 | tail -20", "1 failed in 0.04s")
    project.passes("pytest -q 2>&1 | tail -5", "1 failed in 0.04s")
    project.passes("pytest -q | grep -c x || true", "0")
    project.passes("pytest -q")
    assert project.resolutions() == [(1, None), (2, "auto_fixed")]
    assert (
        project.column("SELECT error_message FROM error_log")[0]
        == "$ pytest -q\nexit status hidden\n1 failed in 0.04s"
    )


@pytest.mark.parametrize(
    "unfinished", [{"interrupted": True}, {"backgroundTaskId": "b1"}, {"timedOutAfterMs": 120000}]
)
def test_a_check_that_did_not_finish_says_nothing(project, unfinished):
    project.tool("Bash", {"command": "pytest -q | tail"}, {"stdout": "1 failed in 0.04s", **unfinished})
    assert project.resolutions() == []
    assert project.last_summary()["ok"] is None


def test_a_hidden_rerun_of_an_unknown_program_says_nothing_about_its_chain(project):
    project.fails("python3 repro.py")
    project.passes("python3 repro.py 2>&1 | tail -5", "Traceback (most recent call last):")
    assert (project.resolutions(), project.last_summary()["ok"]) == ([(1, None)], None)
    project.passes("ls | head", "a.py")
    assert project.last_summary()["ok"] is True


def test_a_rerun_that_nobody_saw_takes_back_an_abandonment_and_ends_the_time_for_research(project):
    project.feed("SubagentStart", agent_id="a1", agent_type="Explore")
    project.fails("pytest -q", agent_id="a1")
    project.feed("SubagentStop", agent_id="a1", agent_type="Explore")
    project.passes("pytest -q | grep -c x", "0")
    assert project.resolutions() == [(1, None)]
    project.tool("WebSearch", {"query": "why"}, agent_id="a1")
    assert project.resolutions() == [(1, None)]
