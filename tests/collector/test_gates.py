"""A call that somebody's hook refused with what a check found: only the transcript tells it."""

import json

import pytest


@pytest.mark.parametrize(
    ("command", "noted"),
    [("git commit -m y", ["c1"]), ("git push", ["c1"]), ("ls", []), ("git status", [])],
)
def test_a_refused_commit_is_noted_at_the_next_commit_or_push(project, command, noted):
    blocks = [
        {"type": "tool_use", "id": "c1", "name": "Bash", "input": {"command": "git commit -m x"}},
        {"type": "tool_result", "tool_use_id": "c1", "is_error": True, "content": "eslint: 2 errors found"},
    ]
    told = [{"timestamp": "2027-01-15T08:00:00.500Z", "message": {"content": [block]}} for block in blocks]
    path = project.file("../t.jsonl", "".join(json.dumps(line) + "\n" for line in told))
    project.passes(command, transcript_path=path)
    assert project.column("SELECT key FROM session_metrics WHERE event_type = 'tool_gated'") == noted
