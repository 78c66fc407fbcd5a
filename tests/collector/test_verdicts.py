"""What judges say: prompt hooks write nothing themselves, so it is read from what follows."""

import json

import pytest
from tables import each_row

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


@each_row("where", ["home/dev/app/.claude/settings.json", "home/dev/.claude/settings.json", None])
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


def test_a_line_of_the_events_very_moment_is_read_and_a_reason_is_cut(project):
    at = "2027-01-15T08:00:01.000Z"  # when the Stop comes
    (project.root / "t.jsonl").write_text(
        stop_line("u1", at, f"[J]: {'why ' * 400}") + stop_line("u2", at.replace("000Z", "001Z"))
    )
    project.feed("Stop", transcript_path="/t.jsonl")
    ((_, _, decision, reason), (*_, other, none)) = project.rows(VERDICTS)
    assert (decision, len(reason), other, none) == ("block", 1000, "allow", None)


def test_the_same_objection_of_two_judges_is_two_blocks_and_each_is_given_once(project):
    line = json.loads(stop_line("u1", "2027-01-15T08:00:00.500Z", "[J]: no", "[J]: never"))
    line["hookInfos"] = [{"promptText": "J"}] * 3
    (project.root / "t.jsonl").write_text(json.dumps(line) + "\n")
    project.feed("Stop", transcript_path="/t.jsonl")
    assert [(decision, reason) for *_, decision, reason in project.rows(VERDICTS)] == [
        ("block", "no"), ("block", "never"), ("allow", None),
    ]  # fmt: skip


def test_a_transcript_that_is_no_file_is_not_read(project):
    (project.root / "zero").symlink_to("/dev/zero")
    project.feed("Stop", transcript_path="/zero")
    assert project.rows("SELECT * FROM claudesess_offsets") == []


def test_a_transcript_that_shrank_is_another_one(project):
    transcript = project.root / "t.jsonl"
    transcript.write_text("x" * 2000 + "\n")
    project.feed("Stop", transcript_path="/t.jsonl")
    offsets = "SELECT offset FROM claudesess_offsets"  # of the search for verdicts, and of that for gates
    assert project.column(offsets) == [2001, 2001]
    transcript.write_text(stop_line("u1", "2027-01-15T08:00:00.500Z"))
    project.feed("Stop", after=3, transcript_path="/t.jsonl")
    assert len(project.rows(VERDICTS)) == 2
    assert project.column(offsets) == [transcript.stat().st_size] * 2


@pytest.mark.parametrize(("session", "verdict"), [(None, "allow"), ("other", None)])
def test_an_approval_is_one_where_a_judge_refused_before_in_the_same_session(project, session, verdict):
    said = {} if session is None else {"session": session}
    project.feed("TaskCompleted", task_id="1", **said)
    project.tool("TaskUpdate", {"taskId": "1"}, {"success": False, "taskId": "1", "error": FEEDBACK}, **said)
    project.feed("TaskCompleted", task_id="2")
    update(project, "2", **DONE)
    found = [decision for _, task, decision, _ in project.rows(VERDICTS) if task == "2"]
    assert found == ([verdict] if verdict else [])


def test_a_completion_that_no_hook_saw_was_put_to_no_judge(project):
    project.feed("TaskCompleted", session="other", task_id="1")
    project.feed("TaskCompleted", task_id="1")
    update(project, "1", success=False, error=FEEDBACK)
    update(project, "1", **DONE, session="other")
    assert [decision for *_, decision, _ in project.rows(VERDICTS)] == ["block", "allow"]


@pytest.mark.parametrize(("more", "n_verdicts"), [(0, 4), (1, 2)])
def test_of_a_transcript_that_grew_by_more_than_4_mib_the_end_is_read(project, more, n_verdicts):
    # Two judges in each line; of the first line a byte is missing where the file is too long by one.
    first, last = (stop_line(uuid, "2027-01-15T08:00:00.500Z") for uuid in ("u1", "u2"))
    rest = (4 << 20) + more - len(first) - len(last) - 1
    (project.root / "t.jsonl").write_text(first + "x" * rest + "\n" + last)
    project.feed("Stop", transcript_path="/t.jsonl")
    assert len(project.rows(VERDICTS)) == n_verdicts


def test_what_only_names_a_summary_is_none_and_odd_ones_break_nothing(project):
    named = json.dumps(
        {"subtype": "other", "text": '"stop_hook_summary"', "hookInfos": [{"promptText": "J"}]}
    ).replace("\\", "")
    odd = [
        {"hookInfos": "x"},
        {"hookInfos": [{"promptText": "J"}], "hookErrors": "y"},
        {"hookInfos": [{"promptText": "J"}], "hookErrors": [1]},
    ]
    lines = [json.dumps({"subtype": "stop_hook_summary", **fields}) for fields in odd]
    other = json.dumps({"subtype": "other", "kind": "stop_hook_summary", "hookInfos": [{"promptText": "J"}]})
    (project.root / "t.jsonl").write_text("\n".join([named, *lines, other]) + "\n")
    project.feed("Stop", transcript_path="/t.jsonl")
    assert project.rows(VERDICTS) == [("Stop", None, "allow", None)] * 2
    assert project.column("SELECT exit_code FROM hook_events") == [0]


@each_row("error", [None, "no such task", "[JUDGE]: no"])
def test_a_task_that_could_not_be_changed_was_put_to_no_judge(project, error):
    project.feed("TaskCompleted", task_id="1")
    update(project, "1", success=False, error=error)
    assert project.rows(VERDICTS) == []


@each_row(
    ("where", "settings", "is_judged"),
    [
        ("home/dev/app/.claude/settings.local.json", {"TaskCompleted": [{"hooks": [{"type": "prompt", "prompt": "J"}]}]}, True),
        ("home/dev/app/.claude/settings.json", {"TaskCompleted": [{"hooks": [{"type": "command", "command": "J"}]}]}, False),
        ("home/dev/app/.claude/settings.json", {"Stop": [{"hooks": [{"type": "prompt", "prompt": "J"}]}]}, False),
        ("home/dev/app/.claude/settings.json", {"TaskCompleted": {"hooks": [{"type": "prompt", "prompt": "J"}]}}, False),
        ("home/dev/app/.claude/settings.json", {"TaskCompleted": [{"hooks": {"type": "prompt", "prompt": "J"}}]}, False),
        ("home/dev/app/.claude/settings.json",
         {"TaskCompleted": [{"hooks": [{"type": "command", "command": "J"}, 7]}, {"hooks": [{"type": "prompt", "prompt": "J"}]}]}, True),
    ],
)  # fmt: skip
def test_only_a_prompt_hook_for_the_event_is_a_judge(project, where, settings, is_judged):
    path = project.root / where
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"hooks": settings}))
    project.feed("TaskCompleted", task_id="1")
    update(project, "1", **DONE)
    assert [decision for *_, decision, _ in project.rows(VERDICTS)] == (["allow"] if is_judged else [])


def settle(project, event, *hooks):
    """Write the project's settings: a prompt is a judge's, a command a script's."""
    entries = [{"type": "prompt" if "prompt" in hook else "command", **hook} for hook in hooks]
    path = project.disk / ".claude" / "settings.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"hooks": {event: [{"hooks": entries}]}}))


JUDGE, SCRIPT = {"prompt": "run the tests"}, {"command": "please check everything that was done here"}
BY_JUDGE, BY_SCRIPT = "[run the tests]: not run", "[please check everything that was done here]: no docs"


@each_row(
    ("said", "hooks", "reason"),
    [
        (BY_JUDGE, [JUDGE, SCRIPT], "not run"),
        (BY_SCRIPT, [JUDGE, SCRIPT], None),
        (f"{BY_JUDGE}\n{BY_SCRIPT}", [JUDGE, SCRIPT], "not run"),
        (f"{BY_SCRIPT}\n{BY_JUDGE}", [JUDGE, SCRIPT], "not run"),
        # hooks that the settings do not name
        ("[python3 .claude/guard.py]: write the docs first\n", [], None),
        ("[python3 .claude/guard.py]: write the docs first\n", [JUDGE], None),
        ("[/opt/guards/all.sh]: no", [], None),
        ("[${CLAUDE_PLUGIN_ROOT}/guard]: no", [], None),
        ("[make check]: no", [], None),
        ("[make sure that the tests were run]: they were not", [], "they were not"),
        ("[done? $ARGUMENTS]: no", [], "no"),
    ],
)
def test_only_who_was_asked_as_a_judge_gives_a_verdict(project, said, hooks, reason):
    settle(project, "TaskCompleted", *hooks)
    project.feed("TaskCompleted", task_id="1")
    update(project, "1", success=False, error=f"TaskCompleted hook feedback:\n{said}")
    assert project.rows(VERDICTS) == ([("TaskCompleted", "1", "block", reason)] if reason else [])


@pytest.mark.parametrize("why", [{"error": "[done? $ARGUMENTS]: no such task"}, {}])
def test_a_task_that_was_not_completed_for_another_reason_is_no_verdict(project, why):
    project.feed("TaskCompleted", task_id="1")
    update(project, "1", success=False, **why)
    assert project.rows(VERDICTS) == []
    assert project.column("SELECT sum(exit_code) FROM hook_events") == [0]


def test_no_approval_where_only_a_script_was_asked(project):
    settle(project, "TaskCompleted", SCRIPT)
    project.feed("TaskCompleted", task_id="1")
    update(project, "1", success=False, error=f"TaskCompleted hook feedback:\n{BY_SCRIPT}")
    project.feed("TaskCompleted", task_id="1")
    update(project, "1", **DONE)
    assert project.rows(VERDICTS) == []


AGENT = {"agent_id": "a1", "agent_type": "Explore", "agent_transcript_path": "/a1.jsonl"}
ENDED = "<task-notification><task-id>a1</task-id><status>completed</status></task-notification>"


def feedback(uuid, said, **line):
    content = f"Stop hook feedback:\n{said}"
    told = {
        "type": "user",
        "uuid": uuid,
        "timestamp": "2027-01-15T08:00:02.500Z",
        "isMeta": True,
        "isSidechain": True,
    }
    return json.dumps(told | {"message": {"role": "user", "content": content}} | line) + "\n"


@pytest.mark.parametrize("is_blank", [True, False])
def test_a_judge_of_agents_is_heard_in_their_transcripts(project, is_blank):
    told = feedback("u1", BY_JUDGE) + feedback("u2", BY_SCRIPT) + feedback("u3", BY_JUDGE, isMeta=False)
    (project.root / "a1.jsonl").write_text(told if is_blank else told.replace('": ', '":'))
    settle(project, "SubagentStop", JUDGE, SCRIPT)
    project.feed("SubagentStart", **AGENT)
    project.feed("SubagentStop", stop_hook_active=False, **AGENT)
    project.feed("SubagentStop", stop_hook_active=True, last_assistant_message="1", **AGENT)
    project.feed("SubagentStop", stop_hook_active=True, last_assistant_message="2", **AGENT)
    assert project.rows(VERDICTS) == [("SubagentStop", None, "block", "not run")]
    for _ in range(2):  # it may be reported more than once
        project.feed("UserPromptSubmit", after=3, prompt=ENDED)
    assert project.rows(VERDICTS)[1:] == [("SubagentStop", None, "allow", None)]
    (ended,) = project.column("SELECT end_time FROM agent_registry")
    assert project.column("SELECT timestamp FROM llm_verdicts ORDER BY id") == [
        "2027-01-15 08:00:02.500",
        ended,
    ]


def test_no_approval_of_an_agent_whom_nobody_judges(project):
    settle(project, "SubagentStop", SCRIPT)
    project.feed("SubagentStart", **AGENT)
    project.feed("SubagentStop", **AGENT)
    project.feed("UserPromptSubmit", prompt=ENDED)
    assert project.rows(VERDICTS) == []
