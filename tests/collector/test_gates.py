"""A call that somebody's hook refused with what a check found: only the transcript tells it."""

import json

import pytest


def refused(project, content):
    """Write a transcript in which a commit was refused."""
    blocks = [
        {"type": "tool_use", "id": "c1", "name": "Bash", "input": {"command": "git commit -m x"}},
        {"type": "tool_result", "tool_use_id": "c1", "is_error": True, "content": content},
    ]
    told = [{"timestamp": "2027-01-15T08:00:00.500Z", "message": {"content": [block]}} for block in blocks]
    return project.file("../t.jsonl", "".join(json.dumps(line) + "\n" for line in told))


@pytest.mark.parametrize(
    ("command", "noted"),
    [("git commit -m y", ["c1"]), ("git push", ["c1"]), ("ls", []), ("git status", [])],
)
def test_a_refused_commit_is_noted_at_the_next_commit_or_push(project, command, noted):
    project.passes(command, transcript_path=refused(project, "eslint: 2 errors found"))
    assert project.column("SELECT key FROM session_metrics WHERE event_type = 'tool_gated'") == noted


@pytest.mark.parametrize(
    ("command", "attempts"),
    [
        ("mypy .", [1, 2]),
        ("pyright .", [1, 1]),  # of the same category, but the gate did not run it
        ("ruff check .", [1, 1]),
    ],
)
def test_a_direct_run_of_a_check_that_the_gate_named_is_another_try_of_the_gate(project, command, attempts):
    path = refused(project, "mypy....Failed\na.py:1: error: x [misc]\nFound 1 error in 1 file")
    project.fails(command, "Exit code 1\na.py:1: error: x", transcript_path=path)
    assert project.column("SELECT attempt_number FROM error_log ORDER BY id") == attempts
