"""Whatever comes in is one row at most, and is never felt."""

import json

import pytest
from counts import FULL
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stage import Project

PAYLOADS = 20_000 if FULL else 150

EVENTS_KNOWN = st.sampled_from(
    [
        "SessionStart",
        "SessionEnd",
        "UserPromptSubmit",
        "PreToolUse",
        "PostToolUse",
        "PostToolUseFailure",
        "PermissionRequest",
        "PermissionDenied",
        "SubagentStart",
        "SubagentStop",
        "Stop",
        "StopFailure",
        "PreCompact",
        "PostCompact",
        "TaskCreated",
        "TaskCompleted",
        "Nonsense",
    ]
)
TEXTS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["a1", "s1", "pytest -q | tail", "cd x && make", "<task-notification><task-id>a1</task-id><status>failed</status>",
         "1 failed in 0.1s", "Exit code 1", "/home/dev/app/a.py", "\ud800", "\x00", "", "' OR 1=1", "<<EOF", "(((", "completed"]
    ),
)  # fmt: skip
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=8,
)
TOOLS = st.one_of(
    st.sampled_from(
        [
            "Bash",
            "Edit",
            "Write",
            "Read",
            "Agent",
            "TaskCreate",
            "TaskUpdate",
            "WebSearch",
            "NotebookEdit",
            "AskUserQuestion",
        ]
    ),
    VALUES,
)
INPUTS = st.fixed_dictionaries(
    {},
    optional={
        key: st.one_of(TEXTS, VALUES)
        for key in ["command", "file_path", "description", "taskId", "status", "url", "edits", "content"]
    },
)
RESPONSES = st.one_of(
    VALUES,
    st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(
            [
                "stdout",
                "stderr",
                "interrupted",
                "agentId",
                "status",
                "success",
                "error",
                "statusChange",
                "task",
                "file",
                "structuredPatch",
                "bashEditDiff",
                "gitOperation",
            ],
            VALUES,
        ),
    ),
)
FIELDS = {
    key: st.one_of(TEXTS, VALUES)
    for key in [
        "agent_id",
        "agent_type",
        "prompt",
        "prompt_id",
        "error",
        "reason",
        "source",
        "trigger",
        "cwd",
        "task_id",
        "task_subject",
        "compact_summary",
        "transcript_path",
        "is_interrupt",
        "duration_ms",
    ]
}


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory):
    return Project(tmp_path_factory.mktemp("fuzz"))


@pytest.mark.slow
@settings(max_examples=PAYLOADS, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    payload=st.fixed_dictionaries(
        {
            "hook_event_name": st.one_of(EVENTS_KNOWN, EVENTS_KNOWN, VALUES),
            "session_id": st.one_of(st.just("s1"), VALUES),
        },
        optional={
            "tool_name": TOOLS,
            "tool_input": INPUTS,
            "tool_response": RESPONSES,
            "tool_use_id": TEXTS,
            **FIELDS,
        },
    )
)
def test_any_payload_is_one_row_and_no_failure_inside(fuzzed, payload):
    before = fuzzed.column("SELECT count(*) FROM hook_events")[0] if fuzzed.database.exists() else 0
    fuzzed.now += 5
    fuzzed.raw(json.dumps(payload).encode())
    assert fuzzed.column("SELECT exit_code FROM hook_events ORDER BY id")[before:] == [0]


@pytest.mark.slow
@settings(max_examples=PAYLOADS // 16, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.one_of(st.binary(max_size=200), st.text().map(lambda text: text.encode("utf-8", "replace"))))
def test_any_bytes_are_not_felt(fuzzed, data):
    done = fuzzed.process(data)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@pytest.mark.slow
def test_fifty_megabytes_are_read_and_not_felt(project):
    content = "é" * 1000 + "\n"
    write = {
        "tool_name": "Write",
        "tool_input": {"file_path": "/a", "content": content * 25_000},
        "tool_use_id": "t1",
    }
    done = project.process(
        json.dumps(
            {"session_id": "s1", "hook_event_name": "PostToolUse", **write}, ensure_ascii=False
        ).encode()
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    (summary,) = project.column("SELECT payload_summary FROM hook_events")
    assert json.loads(summary)["bytes"] > 50_000_000
    assert project.rows("SELECT file_path FROM file_claims") == [("/a",)]
