"""session_metrics, context_snapshots, project_state, llm_verdicts and hook_events."""

import json
import subprocess

import pytest

METRICS = "SELECT event_type, key, value FROM session_metrics ORDER BY id"


def test_every_start_leaves_its_set_and_nothing_for_what_is_missing(project):
    project.feed("SessionStart", source="startup")
    project.feed("SessionStart", source="compact", model="m1")
    assert project.rows(METRICS) == [
        ("session_start", "start_time", "2027-01-15 08:00:01.000"),
        ("session_start", "source", "startup"),
        ("session_start", "start_time", "2027-01-15 08:00:02.000"),
        ("session_start", "source", "compact"),
        ("session_start", "model", "m1"),
    ]


def test_the_end_counts_the_session(project):
    project.feed("SessionStart", source="startup")
    project.feed("UserPromptSubmit", prompt="hello", prompt_id="p1")
    project.feed("UserPromptSubmit", prompt="<task-notification>", prompt_id="p1")
    project.feed("SubagentStart", agent_id="a1", agent_type="Explore")
    project.edits("a.py", "x = 1")
    project.edits("a.py", "x = 2")
    doubled = project.fails("pytest")
    project.feed(
        after=0,
        event="PostToolUseFailure",
        **{k: v for k, v in doubled.items() if k not in ("session_id", "cwd", "hook_event_name")},
    )
    project.feed("PreCompact", trigger="auto")
    project.feed("PostCompact", trigger="auto", compact_summary="s")
    project.feed("SessionEnd", reason="logout")
    assert dict(project.rows("SELECT key, value FROM session_metrics WHERE event_type = 'session_end'")) == {
        "end_time": "2027-01-15 08:00:10.000",
        "reason": "logout",
        "duration_seconds": "9.0",
        "agent_count": "1",
        "error_count": "1",
        "file_count": "1",
        "hook_count": "11",
        "tool_count": "3",
        "prompt_count": "1",
        "compaction_count": "1",
    }
    assert project.rows("SELECT count(*) FROM hook_events") == [(11,)]


def test_tasks_permissions_and_commits(project):
    project.feed("TaskCreated", task_id="1", task_subject="Fix it")
    project.tool("TaskCreate", {"subject": "Fix it"}, {"task": {"id": "1", "subject": "Fix it"}})
    project.feed("TaskCreated", task_id="2")
    project.tool("TaskCreate", {"subject": "Also"}, {"task": {"id": "2", "subject": "Also"}})
    done = {"success": True, "taskId": "1", "statusChange": {"from": "pending", "to": "completed"}}
    project.tool("TaskUpdate", {"taskId": "1", "status": "completed"}, done)
    project.feed("PermissionRequest", tool_name="Bash", tool_input={"command": "rm -rf build"})
    project.feed("PermissionDenied", tool_name="Bash", tool_use_id="t9", reason="too risky")
    commit = {
        "stdout": "",
        "gitOperation": {"commit": {"sha": "abc123", "kind": "committed", "branch": "main"}},
    }
    project.tool("Bash", {"command": "git commit"}, commit)
    assert project.rows(METRICS) == [
        ("task_created", "1", "Fix it"),
        ("task_created", "2", "Also"),
        ("task_status", "1", "completed"),
        ("task_completed", "1", "2027-01-15 08:00:05.000"),
        ("permission_request", "Bash", None),
        ("permission_denied", "Bash", "too risky"),
        ("commit", "abc123", "main"),
    ]


def snapshots(project):
    return [
        (kind, json.loads(text))
        for kind, text in project.rows("SELECT snapshot_type, content FROM context_snapshots ORDER BY id")
    ]


def test_a_compactions_snapshots_say_what_was_open_and_what_the_summary_was(project):
    project.feed("SubagentStart", agent_id="a1", agent_type="Explore")
    project.edits("a.py", "x = 1")
    project.fails("pytest -q")
    project.feed("TaskCreated", task_id="1", task_subject="Fix it")
    project.feed("PreCompact", trigger="manual", custom_instructions=None)
    project.feed(
        "PostCompact",
        trigger="manual",
        compact_summary="fix \x1b[1ma.py\x1b[0m with sk-ant-api03-EXAMPLEEXAMPLE",
    )
    (kind, before), (other, after) = snapshots(project)
    assert (kind, other) == ("pre_compact", "post_compact")
    check = before["chains"][0]["check"]
    assert before == {
        "v": 1,
        "trigger": "manual",
        "git": None,
        "agents": [{"id": "a1", "type": "Explore", "task": None, "since": "2027-01-15 08:00:01.000"}],
        "files": [{"path": "/home/dev/app/a.py", "n": 1, "last": "2027-01-15 08:00:02.000"}],
        "chains": [{"check": check, "tried": "pytest -q", "attempts": 1, "category": "test", "file": None}],
        "failed_paths": [
            {
                "id": 1,
                "file": "/home/dev/app/a.py",
                "approach": "Edit a.py: x = 1",
                "reason": "pytest -q: 1 failed in 0.10s",
            }
        ],
        "tasks": [{"id": "1", "subject": "Fix it", "status": "pending"}],
    }
    assert after == {
        "v": 1,
        "trigger": "manual",
        "pre_snapshot_id": 1,
        "compact_summary": "fix a.py with [redacted:anthropic-key]",
        "summary_chars": 49,
    }
    assert project.rows(METRICS)[-1] == ("compaction", "manual", "2")


def test_the_end_snapshot_is_taken_before_anything_is_closed(project):
    project.feed("SubagentStart", agent_id="a1", agent_type="Explore")
    project.fails("pytest -q")
    project.feed("SessionEnd", reason="clear")
    ((kind, content),) = snapshots(project)
    assert (kind, content["reason"], len(content["agents"]), len(content["chains"])) == (
        "session_end",
        "clear",
        1,
        1,
    )


def test_lists_hold_the_fifty_newest(project):
    for n in range(60):
        project.edits(f"f{n}.py", "x")
    project.feed("PreCompact", trigger="auto")
    files = snapshots(project)[0][1]["files"]
    assert [file["path"] for file in files] == [f"/home/dev/app/f{n}.py" for n in range(59, 9, -1)]


def test_git_is_asked_where_there_is_a_repository(project):
    def git(*words):
        subprocess.run(
            ["git", "-c", "user.name=n", "-c", "user.email=e@x", *words],
            cwd=project.disk,
            check=True,
            capture_output=True,
        )

    git("init", "-b", "trunk")
    project.file("a.py", "1")
    project.file("b c.py", "1")
    git("add", "-A")
    git("commit", "-m", "one")
    project.file("b c.py", "2")
    project.file("new.py", "1")
    project.feed("PreCompact", trigger="auto")
    state = snapshots(project)[0][1]["git"]
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=project.disk, capture_output=True, text=True
    ).stdout.strip()
    changed = [name for name in state["changed"] if not name.startswith(".claude-session")]
    assert (state["branch"], state["head"], changed) == ("trunk", head, ["b c.py", "new.py"])


@pytest.mark.parametrize(
    ("name", "text", "framework"),
    [
        ("pyproject.toml", 'dependencies = ["Flask>=3"]', "flask"),
        ("pyproject.toml", 'dependencies = ["guardrails-ai", "flask-cors"]', None),
        ("package.json", '{"description": "not flask", "dependencies": {"react": "19"}}', "react"),
        ("package.json", '{"dependencies": {"react-dom-extras": "1"}}', None),
    ],
)
def test_a_framework_is_a_whole_name_in_its_own_manifest(project, name, text, framework):
    project.file(name, text)
    project.feed("SessionStart", source="startup")
    assert project.column("SELECT value FROM project_state WHERE key = 'framework'") == (
        [framework] if framework else []
    )


def test_project_state_changes_only_when_a_fact_does(project):
    project.file("pyproject.toml", '[project]\ndependencies = ["FastAPI"]')
    tool = project.root / "usr/bin/git"
    tool.parent.mkdir(parents=True)
    tool.touch(0o755)
    project.feed("SessionStart", source="startup")
    facts = dict(project.rows("SELECT key, value FROM project_state"))
    assert facts == {
        "session_id": "5e550000-0000-4000-8000-000000000001",
        "project_dir": "/home/dev/app",
        "project_root": "/home/dev/app",
        "schema_writer": "claudesess/0.1.0+rules.2",
        "language": "python",
        "framework": "fastapi",
        "tools_available": "git",
        "tools_missing": "python3,pytest,ruff,mypy,pyright,uv,make,rg",
    }
    project.feed("SessionStart", source="startup", session="second")
    moved = project.column("SELECT key FROM project_state WHERE updated_at > '2027-01-15 08:00:01.000'")
    assert moved == ["session_id"]
    project.feed("SessionStart", source="compact", session="third")
    assert project.column("SELECT value FROM project_state WHERE key = 'session_id'") == ["second"]


def test_a_doubled_event_leaves_its_row_and_changes_nothing_else(project):
    events = [
        ("SessionStart", {"source": "startup"}),
        ("UserPromptSubmit", {"prompt": "go", "prompt_id": "p"}),
        ("SubagentStart", {"agent_id": "a1", "agent_type": "Explore"}),
        (
            "PostToolUse",
            {"tool_name": "Write", "tool_input": {"file_path": "/a", "content": "x"}, "tool_use_id": "t1"},
        ),
        (
            "PostToolUseFailure",
            {
                "tool_name": "Bash",
                "tool_input": {"command": "pytest"},
                "error": "Exit code 1",
                "tool_use_id": "t2",
            },
        ),
        ("PermissionRequest", {"tool_name": "Bash", "tool_input": {"command": "rm"}}),
        ("PreCompact", {"trigger": "auto"}),
        ("PostCompact", {"trigger": "auto", "compact_summary": "s"}),
        ("SubagentStop", {"agent_id": "a1", "agent_type": "Explore"}),
        ("SessionEnd", {"reason": "other"}),
    ]
    tables = [
        "agent_registry",
        "file_claims",
        "session_metrics",
        "error_log",
        "context_snapshots",
        "failed_paths",
    ]
    for event, fields in events:
        project.feed(event, **fields)
        once = [project.rows(f"SELECT * FROM {table}") for table in tables]
        project.feed(event, after=0.05, **fields)
        assert project.last_summary()["dup"] is True, event
        assert [project.rows(f"SELECT * FROM {table}") for table in tables] == once, event


def test_the_same_words_again_later_are_another_event(project):
    for after in (1, 3):
        project.feed("TaskCompleted", after=after, task_id="1", task_subject="same")
    assert project.column("SELECT instr(payload_summary, 'dup') FROM hook_events") == [0, 0]


def test_payload_summary_holds_the_allowed_keys_in_a_kibibyte(project):
    file = {"filePath": "/a", "content": "secret text", "startLine": 5, "numLines": 3}
    project.tool(
        "Read",
        {"file_path": "/a"},
        {"type": "text", "file": file},
        prompt_id="p1",
        agent_id="a1",
        agent_type="Explore",
    )
    summary = project.last_summary()
    bytes_, check = summary.pop("bytes"), summary.pop("check")
    assert summary == {
        "tool": "Read", "tool_use_id": "toolu_0001", "prompt_id": "p1", "agent_id": "a1", "agent_type": "Explore",
        "path": "/a", "range": "5-7", "tool_ms": 100, "ok": True,
    }  # fmt: skip
    assert (bytes_ > 100, len(check)) == (True, 12)
    project.tool("Read", {"file_path": "/" + "é" * 3000}, {})
    assert "path" not in project.last_summary()
    assert max(project.column("SELECT length(CAST(payload_summary AS BLOB)) FROM hook_events")) <= 1024
    assert project.rows("SELECT DISTINCT event_type, dispatcher, exit_code FROM hook_events") == [
        ("post_tool_use", "post_tool_use", 0)
    ]
