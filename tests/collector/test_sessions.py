"""session_metrics, context_snapshots, project_state, llm_verdicts and hook_events."""

import json
import subprocess

import pytest
from claudesess_collector import git
from tables import each_row

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


def test_a_task_is_noted_once_under_each_of_its_subjects(project):
    for subject in ("Fix it", "Fix it", "Write it", None):
        project.feed("TaskCreated", after=3, task_id="1", task_subject=subject)
    project.feed("TaskCreated", task_id="2")
    project.feed("TaskCreated", after=3, task_id="2")
    project.feed("TaskCreated", task_subject="without an id")
    project.feed("TaskCreated", session="other", task_id="1", task_subject="Fix it")
    assert project.rows(METRICS) == [
        ("task_created", "1", "Fix it"), ("task_created", "1", "Write it"), ("task_created", "2", None),
        ("task_created", "1", "Fix it"),
    ]  # fmt: skip


def test_a_change_of_a_task_that_is_none_of_its_status_leaves_nothing(project):
    project.tool("TaskUpdate", {"taskId": "1", "subject": "New"}, {"success": True, "taskId": "1"})
    project.tool("TaskUpdate", {}, {"success": True, "statusChange": {"to": "completed"}})
    project.tool(
        "TaskUpdate", {"taskId": "1"}, {"success": False, "taskId": "1", "statusChange": {"to": "completed"}}
    )
    assert project.rows(METRICS) == []
    project.tool("TaskUpdate", {"taskId": "1"}, {"success": True, "statusChange": {"to": "in_progress"}})
    assert project.rows(METRICS) == [("task_status", "1", "in_progress")]


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
    aim = before["chains"][0]["aim"]
    assert before == {
        "v": 1,
        "trigger": "manual",
        "git": None,
        "agents": [{"id": "a1", "type": "Explore", "task": None, "since": "2027-01-15 08:00:01.000"}],
        "files": [{"path": "/home/dev/app/a.py", "n": 1, "last": "2027-01-15 08:00:02.000"}],
        "chains": [
            {
                "aim": aim,
                "tried": "pytest -q",
                "attempts": 1,
                "category": "test",
                "kind": "check",
                "file": None,
            }
        ],
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


def test_an_agents_own_compaction_is_none_of_the_sessions(project):
    agent = {"agent_id": "a1", "agent_type": "Explore"}
    project.feed("SessionStart", source="startup", model="m1")
    project.feed("PreCompact", trigger="auto")
    project.feed("PreCompact", trigger="auto", **agent)
    project.feed("SessionStart", source="compact", model="m2", **agent)
    project.feed("PostCompact", trigger="auto", compact_summary="the agent's", **agent)
    project.feed("PostCompact", trigger="auto", compact_summary="the session's")
    said = [(kind, told.get("agent_id"), told.get("pre_snapshot_id")) for kind, told in snapshots(project)]
    assert said == [
        ("pre_compact", None, None),
        ("pre_compact", "a1", None),
        ("post_compact", "a1", 2),
        ("post_compact", None, 1),
    ]
    assert [row for row in project.rows(METRICS) if row[0] in ("session_start", "compaction")] == [
        ("session_start", "start_time", "2027-01-15 08:00:01.000"),
        ("session_start", "source", "startup"),
        ("session_start", "model", "m1"),
        ("compaction", "auto", "4"),
    ]
    assert project.rows("SELECT count(*) FROM hook_events") == [(6,)]


@pytest.mark.parametrize("first", ["a1", "a2"])
def test_two_agents_that_are_compacted_at_once(project, first):
    for agent in ("a1", "a2"):
        project.feed("PreCompact", trigger="auto", agent_id=agent)
    project.feed("PostCompact", trigger="auto", compact_summary="s", agent_id=first)
    assert snapshots(project)[-1][1]["pre_snapshot_id"] == {"a1": 1, "a2": 2}[first]


def test_what_the_client_says_of_a_session_that_is_taken_up_again(project):
    said = {"seconds_since_last_response": 7200, "context_tokens": 63020, "estimated_cache_write_usd": 0.25}
    project.feed("SessionStart", source="resume", **said, prompt_cache_likely_expired=True)
    project.feed("SessionStart", after=5, source="resume", context_tokens="many")
    assert [row[1:] for row in project.rows(METRICS) if row[1] not in ("start_time", "source")] == [
        ("seconds_since_last_response", "7200"),
        ("context_tokens", "63020"),
        ("estimated_cache_write_usd", "0.25"),
    ]


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


@each_row(
    ("fields", "who"),
    [
        ({"prompt": "go"}, "human"),
        ({"prompt": "see <task-notification>"}, "human"),
        ({"prompt": "<teammate-message>hi"}, "machine"),
        ({"prompt": "<system-reminder>x"}, "machine"),
        ({"prompt": " " * 46 + "<task-notification>"}, "machine"),
        ({"prompt": " " * 47 + "<task-notification>"}, "human"),
        ({"prompt": "go", "source": "system"}, "machine"),
        ({"prompt": "go", "source": "poll_event"}, "machine"),
        ({"prompt": "go", "source": "keyboard"}, "human"),
        ({}, "human"),
    ],
)
def test_who_wrote_a_prompt(project, fields, who):
    project.feed("UserPromptSubmit", **fields)
    assert project.rows(METRICS) == [("prompt", who, None)]


@each_row(
    ("fields", "told"),
    [
        ({"last_assistant_message": "\n API Error: 529\nmore", "error_details": "d"}, "API Error: 529"),
        ({"error_details": "details\nmore"}, "details"),
        ({}, None),
        ({"error_details": "x" * 301}, 300),
    ],
)
def test_the_first_line_of_an_api_error_is_kept(project, fields, told):
    project.feed("StopFailure", error="overloaded", **fields)
    ((kind, key, value),) = project.rows(METRICS)
    assert (kind, key) == ("stop_failure", "overloaded")
    assert (len(value) if isinstance(told, int) else value) == told


def test_what_people_write_is_cut(project):
    project.feed("PermissionDenied", tool_name="Bash", reason="x" * 301)
    project.feed("PermissionRequest", tool_name="Bash", reason="x" * 300)
    project.feed("TaskCreated", task_id="1", task_subject="x" * 201)
    assert [(kind, len(value)) for kind, _, value in project.rows(METRICS)] == [
        ("permission_denied", 300), ("permission_request", 300), ("task_created", 200),
    ]  # fmt: skip


def test_a_session_lasts_from_its_first_start(project):
    project.feed("SessionStart", session="before", source="startup")
    project.feed("SessionStart", after=60, source="startup", model="0 sorts first")
    project.feed("SessionStart", after=60, source="resume")
    project.feed("SessionEnd", after=30.5, reason="other")
    lasted = "SELECT value FROM session_metrics WHERE key = 'duration_seconds'"
    assert project.column(lasted) == ["90.5"]


def test_a_session_whose_start_was_missed_has_no_duration(project):
    project.feed("SessionStart", session="other", source="startup")
    project.feed("SessionEnd", reason="other")
    assert project.column("SELECT value FROM session_metrics WHERE key = 'duration_seconds'") == []


def test_the_totals_are_of_the_session_alone(project):
    for session in (project.session, "other", "other"):
        said = {"session": session, "prompt_id": None}
        project.feed("UserPromptSubmit", prompt="go", **said)
        project.feed("SubagentStart", agent_id=f"a{project.now}", agent_type="Explore", session=session)
        project.edits(f"{project.now}.py", "x = 1", session=session)
        project.passes("ls", session=session)
        project.fails("pytest", session=session)
        project.feed("PreCompact", trigger="auto", session=session)
        project.feed("PostCompact", trigger="auto", compact_summary="s", session=session)
    project.feed("SessionEnd", reason="other")
    totals = dict(project.rows("SELECT key, value FROM session_metrics WHERE event_type = 'session_end'"))
    del totals["end_time"], totals["reason"]
    assert totals == {
        "agent_count": "1", "error_count": "1", "file_count": "1", "hook_count": "8", "tool_count": "3",
        "prompt_count": "1", "compaction_count": "1",
    }  # fmt: skip


def test_a_snapshot_lists_what_is_open_in_its_session_alone(project):
    for session in ("other", project.session):
        project.feed("SubagentStart", agent_id=f"done {session}", agent_type="Explore", session=session)
        project.feed("SubagentStop", agent_id=f"done {session}", agent_type="Explore", session=session)
        project.feed("SubagentStart", agent_id=f"runs {session}", agent_type="Explore", session=session)
        project.edits("a.py", "x = 1", session=session)
        project.fails("pytest", session=session)
        project.passes("pytest", session=session)
        project.edits("b.py", "y = 1", session=session)
        project.fails("pytest", session=session)
        project.edits("a.py", "z = 1", session=session)
        for task, status in (("1", "completed"), ("2", "deleted"), ("3", "in_progress"), ("4", None)):
            project.feed("TaskCreated", task_id=task, task_subject=f"{task} {session}", session=session)
            if status:
                change = {"success": True, "taskId": task, "statusChange": {"to": status}}
                project.tool("TaskUpdate", {"taskId": task}, change, session=session)
    change = {"success": True, "taskId": "5", "statusChange": {"to": "in_progress"}}
    project.tool("TaskUpdate", {"taskId": "5"}, change)  # of a task whose beginning was missed
    project.feed("SessionEnd", reason="other")
    ((_, content),) = snapshots(project)
    assert content["v"] == 1
    assert [agent["id"] for agent in content["agents"]] == [f"runs {project.session}"]
    assert [(file["path"][-4:], file["n"]) for file in content["files"]] == [("a.py", 2), ("b.py", 1)]
    assert [(chain["tried"], chain["attempts"]) for chain in content["chains"]] == [("pytest", 1)]
    assert [path["approach"] for path in content["failed_paths"]] == ["Edit b.py: y = 1"]
    assert content["files"][0]["last"] > content["files"][1]["last"]
    assert content["tasks"] == [
        {"id": "5", "subject": None, "status": "in_progress"},
        {"id": "4", "subject": f"4 {project.session}", "status": "pending"},
        {"id": "3", "subject": f"3 {project.session}", "status": "in_progress"},
    ]


def test_a_summary_belongs_to_the_snapshot_before_it_of_its_session_and_to_one_alone(project):
    for event, session in (
        ("PreCompact", project.session),
        ("PreCompact", "other"),
        ("PostCompact", project.session),
    ):
        project.feed(event, trigger="auto", compact_summary="s" * 9000, session=session)
    project.feed("SessionEnd", reason="other")
    project.feed("PostCompact", trigger="manual")
    found = [content for kind, content in snapshots(project) if kind == "post_compact"]
    assert [content["pre_snapshot_id"] for content in found] == [1, None]
    assert [content["summary_chars"] for content in found] == [9000, None]
    assert (len(found[0]["compact_summary"]), found[1]["compact_summary"]) == (8192, None)


@pytest.mark.slow
def test_every_list_of_a_snapshot_holds_the_fifty_newest(project):
    project.feed("SubagentStart", agent_id="done", agent_type="Explore")
    project.feed("SubagentStop", agent_id="done", agent_type="Explore")
    for n in range(51):
        project.feed("SubagentStart", agent_id=f"a{n}", agent_type="Explore")
        project.feed("TaskCreated", task_id=f"t{n}", task_subject=f"Do {n}")
        project.edits("a.py", f"x = {n}")
        project.fails(f"pytest test_{n}.py")
    project.feed("PreCompact", trigger="auto")
    ((_, content),) = snapshots(project)
    newest = list(range(50, 0, -1))
    assert [agent["id"] for agent in content["agents"]] == [f"a{n}" for n in newest]
    assert [task["id"] for task in content["tasks"]] == [f"t{n}" for n in newest]
    assert [chain["tried"] for chain in content["chains"]] == [f"pytest test_{n}.py" for n in newest]
    assert len(content["failed_paths"]) == 50
    ids = [path["id"] for path in content["failed_paths"]]
    assert ids == sorted(ids, reverse=True)


def test_of_changed_files_the_first_fifty_are_listed():
    entries = [f"? f{n}" for n in range(51)]
    assert git._read_status(entries)["changed"] == [f"f{n}" for n in range(50)]


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
    project.feed("PostCompact", trigger="auto", compact_summary="s")
    project.feed("SessionEnd", reason="other")
    state, none, at_end = (content.get("git") for _, content in snapshots(project))
    assert (none, at_end["branch"]) == (None, "trunk")
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=project.disk, capture_output=True, text=True
    ).stdout.strip()
    changed = [name for name in state["changed"] if not name.startswith(".claude-session")]
    assert (state["branch"], state["head"], changed) == ("trunk", head, ["b c.py", "new.py"])


@each_row(
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
        "schema_writer": "claudesess/0.1.0+rules.18",
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


def test_a_tool_is_there_where_any_folder_of_the_path_holds_it(project):
    for name in ("usr/bin", "opt/bin"):
        (project.root / name).mkdir(parents=True)
    tool = project.root / "opt/bin/git"
    tool.write_text("")
    tool.chmod(0o755)
    start = {"session_id": project.session, "hook_event_name": "SessionStart", "source": "startup"}
    project.raw(json.dumps(start).encode(), PATH="/usr/bin::/opt/bin")
    assert project.column("SELECT value FROM project_state WHERE key = 'tools_available'") == ["git"]


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


def test_requests_without_an_id_are_told_apart_by_what_they_say(project):
    for command in ("rm a", "rm b", "rm b"):
        project.feed("PermissionRequest", after=0.1, tool_name="Bash", tool_input={"command": command})
    assert project.rows(METRICS) == [("permission_request", "Bash", None)] * 2
    project.feed("Notification", after=0.1, tool_use_id="t1", message="one")
    project.feed("Notification", after=0.1, tool_use_id="t1", message="two")
    assert "dup" not in project.last_summary()
    assert len(project.last_summary()["digest"]) == 12


@each_row(("after", "is_doubled"), [(2.0, True), (2.001, False)])
@each_row("at", [0, 1, 500, 1999])
def test_the_same_bytes_within_two_seconds_are_one_event(project, after, is_doubled, at):
    project.now += at
    for wait in (1, after):
        project.feed("TaskCompleted", after=wait, task_id="1", task_subject="same")
    assert project.last_summary().get("dup", False) is is_doubled


def test_the_same_words_again_later_are_another_event(project):
    for after in (1, 3):
        project.feed("TaskCompleted", after=after, task_id="1", task_subject="same")
    assert project.column("SELECT instr(payload_summary, 'dup') FROM hook_events") == [0, 0]


DUPS = "SELECT instr(payload_summary, '\"dup\": true') > 0 FROM hook_events WHERE event_type = ? ORDER BY id"


def test_a_completion_that_was_refused_is_asked_for_again_in_the_same_words(project):
    """Both deliveries of an event come before its answer; what comes after that is another event."""
    asked = {"task_id": "1", "task_subject": "same", "prompt_id": "p1"}
    refused = {"success": False, "taskId": "1", "error": "TaskCompleted hook feedback:\n[x]: no"}
    for _ in range(2):
        project.feed("TaskCompleted", after=0.3, **asked)
        project.feed("TaskCompleted", after=0.01, **asked)
        project.tool("TaskUpdate", {"taskId": "1", "status": "completed"}, refused, after=0.1)
        project.tool("TaskUpdate", {"taskId": "2", "status": "completed"}, {"taskId": "2"}, after=0.1)
    assert project.column(DUPS, "task_completed") == [0, 1, 0, 1]


def test_another_task_that_is_answered_does_not_make_a_double_a_new_one(project):
    project.feed("TaskCompleted", task_id="1")
    project.tool("TaskUpdate", {"taskId": "2", "status": "completed"}, {"taskId": "2"}, after=0.1)
    project.feed("TaskCompleted", after=0.1, task_id="1")
    assert project.column(DUPS, "task_completed") == [0, 1]


@each_row("first", ["passes", "fails"])
@each_row(
    "other",
    [
        {"command": "pytest b.py"},
        {"command": "pytest a.py", "said": "2 failed"},
    ],
)
def test_a_gateway_repeats_ids(project, first, other):
    """The same id with another command, or another result, is another call; each is delivered twice."""
    for one in ({"command": "pytest a.py"}, other):
        for after in (1, 0.05):
            said = one.get("said", "1 failed")
            if first == "fails":
                project.fails(one["command"], f"Exit code 1\n{said}", tool_use_id="call_1", after=after)
            else:
                project.passes(one["command"], said, tool_use_id="call_1", after=after)
    event = {"fails": "post_tool_use_failure", "passes": "post_tool_use"}[first]
    assert project.column(DUPS, event) == [0, 1, 0, 1]
    assert project.column("SELECT count(*) FROM error_log") == ([2] if first == "fails" else [0])


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
    bytes_, aim, spelling = (summary.pop(key) for key in ("bytes", "aim", "spelling"))
    assert summary == {
        "tool": "Read", "tool_use_id": "toolu_0001", "prompt_id": "p1", "agent_id": "a1", "agent_type": "Explore",
        "path": "/a", "range": "5-7", "tool_ms": 100, "ok": True,
        "kind": "probe",
    }  # fmt: skip
    assert (bytes_ > 100, len(aim), len(spelling)) == (True, 12, 12)
    project.tool("Read", {"file_path": "/" + "é" * 3000}, {})
    assert "path" not in project.last_summary()
    assert max(project.column("SELECT length(CAST(payload_summary AS BLOB)) FROM hook_events")) <= 1024
    assert project.rows("SELECT DISTINCT event_type, dispatcher, exit_code FROM hook_events") == [
        ("post_tool_use", "post_tool_use", 0)
    ]


@each_row(
    ("entry", "changed"),
    [
        ("1 .M N... 100644 100644 100644 aaa bbb a b.py", ["a b.py"]), ("2 R. N... 100644 100644 100644 aaa bbb R100 new name.py", ["new name.py"]), ("u UU N... 100644 100644 100644 100644 aaa bbb ccc a b.py", ["a b.py"]), ("? a b.py", ["a b.py"]),
        ("! a b.py", []), ("# branch.ab +1 -2", []), ("", []),
    ],
)  # fmt: skip
def test_what_git_says_has_changed(entry, changed):
    head = ["# branch.oid abc", "# branch.head main"]
    found = git._read_status([*head, entry, *(["old name.py"] if entry[:1] == "2" else []), "? last"])
    assert found == {"branch": "main", "head": "abc", "changed": [*changed, "last"]}


@each_row(("hours", "resolution"), [(10, None), (23.9, None), (25, "abandoned")])
def test_what_a_turn_left_was_given_up_where_its_session_has_been_silent_for_a_day(project, hours, resolution):  # fmt: skip
    project.feed("UserPromptSubmit", prompt="Fix it.", session="s1")
    project.fails("mytool x", "Exit code 1\nno", session="s1")
    project.passes("mkdir y", session="s1")  # other work followed it
    project.passes("ls", after=20 * 3600, session="s1")
    project.feed("SessionStart", after=hours * 3600, session="s2", source="startup")
    assert project.column("SELECT resolution FROM error_log") == [resolution]
