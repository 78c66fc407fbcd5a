"""Faults that files and public reports showed: a small made-up transcript each, with the right value."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from made_transcripts import RUN, SESSION, Transcript
from past_folder import Past

from claudesess.cli import main

CASES = Path(__file__).parent / "cases"


@pytest.fixture
def case(tmp_path, request):
    past = Past(tmp_path)
    shutil.copytree(CASES / request.param / "projects", past.folder, dirs_exist_ok=True)
    past.load()
    return past


def of(name):
    return pytest.mark.parametrize("case", [name], indirect=True)


def calls(past):
    """Tool calls that ended: (tool, whether it is known to have worked)."""
    events = [summary for kind, summary in past.events() if kind.startswith("post_tool_use")]
    return [(summary["tool"], summary["ok"]) for summary in events]


def errors(past):
    return past.rows("SELECT agent_id, attempt_number, error_category FROM error_log ORDER BY id")


def agents(past):
    sql = "SELECT id, substr(spawn_time, 12), substr(end_time, 12), status FROM agent_registry ORDER BY id"
    return past.rows(sql)


def imported(past):
    """What the command prints, with its check."""
    into = past.into.with_name("again")
    done = CliRunner().invoke(main, ["import", str(past.folder), "--into", str(into), "--check"])
    assert done.exit_code == 0, done.output
    assert "not explained" not in done.output
    return done.output


# JSON is parsed, whoever wrote it again.


@of("agent_line_with_spaces")
def test_an_agent_is_known_however_its_line_is_spelled(case):
    assert calls(case) == [("Bash", False), ("Edit", True), ("Task", True)]
    assert errors(case) == [("abc1234", 1, "test")]
    assert case.rows("SELECT agent_id, file_path FROM file_claims") == [("abc1234", "/home/dev/shop/a.py")]
    assert agents(case) == [("abc1234", "10:00:03.000", "10:00:08.000", "completed")]
    assert "3 tool calls, 1 marked failed" in imported(case)


def spelled(made, how):
    made.lines = [how(json.loads(line)) for line in made.lines]
    return made


SPELLINGS = {
    "blanks": lambda line: json.dumps(line),
    "sorted": lambda line: json.dumps(line, sort_keys=True),
    "turned round": lambda line: json.dumps(dict(reversed(line.items())), separators=(", ", " : ")),
    "escaped": lambda line: json.dumps(line).replace("agentId", "\\u0061gentId"),
}


@pytest.mark.parametrize("how", SPELLINGS)
def test_the_same_lines_in_another_spelling_say_the_same(past, tmp_path_factory, how):
    other = Past(tmp_path_factory.mktemp("other"))
    for folder, spell in ((past.folder, SPELLINGS[how]), (other.folder, lambda line: json.dumps(line))):
        made = Transcript(version="2.1.39").prompt().call("c1", "Task", description="d", prompt="p")
        progress = {"type": "hook_progress", "hookEvent": "SessionStart", "hookName": "SessionStart:resume"}
        made.result("c1", "Done\nagentId: a1").wait(60).line("progress", data=progress).answer()
        agent = Transcript(version="2.1.39", agent="a1", prefix="a", at=3).prompt("p").call("c2", **RUN)
        spelled(made, spell).write(folder)
        spelled(agent.failed("c2").answer(), spell).write(folder / SESSION / "subagents", "agent-a1.jsonl")
    past.load()
    other.load()
    assert past.everything() == other.everything()
    assert errors(past) == [("a1", 1, "test")]
    assert past.metrics("session_start") == other.metrics("session_start")


def test_a_tools_result_that_looks_like_a_line_of_progress_is_none(past):
    shown = {"type": "progress", "data": {"hookEvent": "x"}}
    made = Transcript().prompt().call("c1", "Read", file_path="/a").result("c1", told=shown)
    made.lines[-1] = json.dumps(dict(reversed(json.loads(made.lines[-1]).items())), separators=(",", ":"))
    made.answer().write(past.folder)
    past.load()
    assert calls(past) == [("Read", True)]


def test_an_agent_that_only_another_agent_names_is_one(past):
    Transcript().prompt().call("c1", "Task", prompt="p").result("c1", "agentId: a1").answer().write(
        past.folder
    )
    folder = past.folder / SESSION / "subagents"
    outer = Transcript(agent="a1", prefix="a").prompt("p").call("c2", "Task", prompt="q")
    outer.result("c2", "agentId: a2").answer().write(folder, "agent-a1.jsonl")
    Transcript(agent="a2", prefix="b").prompt("q").answer().write(folder, "agent-a2.jsonl")
    past.load()
    assert [agent for agent, *_ in agents(past)] == ["a1", "a2"]


def test_an_agent_whose_call_never_got_a_result_is_known_by_its_prompt(past):
    Transcript().prompt().call("c1", "Task", prompt="Look around").write(past.folder)
    folder = past.folder / SESSION / "subagents"
    Transcript(agent="a1", prefix="a").prompt("Look around").call("c2", **RUN).failed("c2").write(
        folder, "agent-a1.jsonl"
    )
    Transcript(agent="a2", prefix="b").prompt("Warmup").answer().write(folder, "agent-a2.jsonl")
    past.load()
    assert [agent for agent, *_ in agents(past)] == ["a1"]
    assert errors(past) == [("a1", 1, "test")]


# A broken line loses no more than is broken.


@of("half_surrogate_line")
def test_half_a_character_loses_no_line(case):
    assert case.faults == []
    assert calls(case) == [("Bash", False)]
    assert errors(case) == [(None, 1, "runtime")]
    ((message,),) = case.rows("SELECT error_message FROM error_log")
    assert message.startswith("$ echo \ufffd\nExit code 1")
    assert "1 tool call, 1 marked failed" in imported(case)


BROKEN = {
    "zeros before it": (lambda line: b"\0" * 40 + line, 0),
    "a mark before it": (lambda line: "\ufeff".encode() + line, 0),
    "bytes that are no text": (lambda line: line.replace(b"pytest", b"py\xfftest"), 0),
    "a number that is none": (lambda line: line[:-1] + b',"cost":NaN}', 0),
    "half a line before it": (lambda line: line[:60] + line, 1),
    "most of a line before it": (lambda line: line[:-9] + line, 1),
    "another line before it": (lambda line: line.replace(b'"c1"', b'"c0"').replace(b"-2", b"-0") + line, 1),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_call_in_a_broken_line_is_read(past, how):
    breaks, n_faults = BROKEN[how]
    made = Transcript().prompt().call("c1", **RUN).failed("c1").answer()
    path = made.write(past.folder)
    lines = path.read_bytes().splitlines()
    lines[1] = breaks(lines[1])
    path.write_bytes(b"\n".join(lines) + b"\n")
    past.load()
    assert len(past.faults) == n_faults
    assert calls(past) == [("Bash", False)]


# Calls and results belong together wherever they stand.


@of("result_before_call")
def test_a_result_that_stands_before_its_call(case):
    assert calls(case) == [("Bash", False)]
    assert errors(case) == [(None, 1, "test")]
    imported(case)


@of("prompt_between_call_and_result")
def test_a_prompt_between_call_and_result(case):
    assert calls(case) == [("Bash", False)]
    assert len(case.metrics("prompt")) == 2
    imported(case)


@pytest.mark.parametrize("between", ["prompt", "notice", "compaction", "two prompts", "import"])
def test_a_result_is_paired_whatever_came_in_between(past, between):
    notice = "<task-notification><task-id>b1</task-id><status>completed</status></task-notification>"
    made = Transcript().prompt().call("c1", **RUN)
    {
        "prompt": lambda: made.prompt("Meanwhile."),
        "notice": lambda: made.prompt(notice),
        "compaction": lambda: made.compacted(preTokens=9, postTokens=3),
        "two prompts": lambda: made.prompt("Meanwhile.").answer().prompt("And?").answer(),
        "import": lambda: (made.prompt("Meanwhile.").answer().write(past.folder), past.load()),
    }[between]()
    made.failed("c1").answer().write(past.folder)
    past.load()
    assert calls(past) == [("Bash", False)]
    imported(past)


def test_a_result_whose_call_comes_with_a_later_import(past):
    made = Transcript().prompt()
    made.wait(2).failed("c1").write(past.folder)
    past.load()
    made.wait(-3).call("c1", **RUN).wait(3).answer().write(past.folder)
    past.load()
    assert calls(past) == [("Bash", False)]


def test_a_call_that_was_copied_ends_in_the_copy(past):
    first = Transcript(prefix="p").prompt().call("c1", **RUN)
    copy = Transcript("88888888-0000-4000-8000-000000000008", prefix="f", at=60)
    copy.lines = [line.replace(SESSION, copy.session) for line in first.lines]
    first.write(past.folder)
    copy.failed("c1").answer().write(past.folder)
    past.load()
    assert past.rows("SELECT session_id, attempt_number FROM error_log") == [(copy.session, 1)]
    imported(past)


# An id is no identity by itself.


@of("tool_ids_that_repeat")
def test_the_same_id_with_other_input_is_another_call(case):
    assert calls(case) == [("Bash", True), ("Bash", False), ("Bash", False)]
    tried = [message.split("\n")[0] for (message,) in case.rows("SELECT error_message FROM error_log")]
    assert tried == ["$ pytest t1.py", "$ pytest t2.py"]
    assert "3 tool calls, 2 marked failed" in imported(case)


def test_the_same_id_and_input_with_another_result_is_another_call(past):
    made = Transcript().prompt()
    for message in ("Exit code 1\n1 failed", "Exit code 1\n2 failed", "Exit code 1\n3 failed"):
        made.call("call_0", **RUN).failed("call_0", message).wait(60)
    made.answer().write(past.folder)
    past.load()
    assert [attempt for _, attempt, _ in errors(past)] == [1, 2, 3]
    assert past.load() == []
    made.prompt().write(past.folder)
    past.load()
    assert len(errors(past)) == 3
    imported(past)


def test_parallel_calls_of_one_id_get_each_its_own_result(past):
    made = Transcript().prompt()
    made.call("call_0", command="pytest a.py").call("call_0", command="ruff check b.py")
    first, second = (json.loads(line)["uuid"] for line in made.lines[-2:])
    made.failed("call_0", "Exit code 1\nFound 1 error.", parentUuid=second)
    made.failed("call_0", "Exit code 1\n1 failed", parentUuid=first).answer().write(past.folder)
    past.load()
    tried = [
        message.split("\n")[:3] for (message,) in past.rows("SELECT error_message FROM error_log ORDER BY id")
    ]
    assert tried == [
        ["$ ruff check b.py", "Exit code 1", "Found 1 error."],
        ["$ pytest a.py", "Exit code 1", "1 failed"],
    ]
    imported(past)


def test_answers_of_one_id_are_told_apart_by_their_requests(past):
    made = Transcript().prompt()
    for request, tokens in (("r1", (1, 2, 3, 4)), ("r1", (1, 5, 3, 4)), ("r2", (7, 7, 7, 7))):
        made.answer(message_id="chatcmpl-0", tokens=tokens, requestId=request)
    made.write(past.folder)
    past.load()
    assert [json.loads(value)["output"] for _, value in past.metrics("tokens")] == [5, 7]
    imported(past)


@of("summary_line_counts_copies")
def test_lines_that_a_file_holds_twice_count_once(case):
    assert calls(case) == [("Bash", True), ("Bash", False)]
    assert "2 tool calls, 1 marked failed" in imported(case)


# What two sources hold is taken from either.


@of("agent_without_own_file")
def test_an_agent_without_a_file_of_its_own_is_known_from_its_call(case):
    assert agents(case) == [
        ("ggg111", "10:00:01.000", "10:01:01.000", "completed"),
        ("ggg112", "10:00:02.000", "10:01:02.000", "completed"),
    ]
    assert "2 agents" in imported(case)


@pytest.mark.parametrize(
    ("took_ms", "began"),
    [(60_000, "09:00:02.000"), (59_800, "09:00:02.000"), (20_000, "09:00:42.000"), (None, "09:00:02.000")],
)
def test_an_agent_that_ran_for_less_than_its_call_took_waited_before(past, took_ms, began):
    made = Transcript().prompt().call("c1", "Agent", prompt="p").wait(59)
    answered = {"status": "completed", "agentId": "a1", "totalDurationMs": took_ms}
    made.result("c1", told=answered).answer().write(past.folder)
    past.load()
    assert agents(past) == [("a1", began, "09:01:02.000", "completed")]


def test_an_agent_in_the_background_without_a_file_ends_with_its_notice(past):
    made = Transcript().prompt().call("c1", "Agent", prompt="p", subagent_type="Explore")
    made.result("c1", told={"status": "async_launched", "agentId": "a1"}).answer().wait(50)
    made.prompt("<task-notification><task-id>a1</task-id><status>completed</status></task-notification>")
    made.answer().write(past.folder)
    past.load()
    assert agents(past) == [("a1", "09:00:02.000", "09:00:55.000", "completed")]


# What is no failure, no secret, no fault.


@of("question_declined_is_no_failure")
def test_a_declined_question_is_a_refusal(case):
    declined = [reason for tool, reason in case.metrics("tool_refused") if tool == "AskUserQuestion"]
    assert "User declined to answer questions" in declined
    assert not [tool for tool, ok in calls(case) if tool == "AskUserQuestion" and ok is False]


@pytest.mark.parametrize("tool", ["AskUserQuestion", "ExitPlanMode"])
@pytest.mark.parametrize(
    "message", ["User declined to answer questions", "Not now.", "The plan was kept back"]
)
def test_no_answer_of_a_person_is_a_failure_however_it_is_worded(past, tool, message):
    Transcript().prompt().call("c1", tool).failed("c1", message).answer().write(past.folder)
    past.load()
    assert errors(past) == []
    assert past.metrics("tool_refused") == [(tool, message)]


@of("go_pass_is_no_password")
def test_a_test_that_passed_is_no_password(case):
    ((message,),) = case.rows("SELECT error_message FROM error_log")
    assert "--- PASS: TestAdd (0.00s)" in message
    assert "\nPASS: TestMul\n" in message


@of("workflow_journal_named_as_fault")
def test_a_workflows_journal_is_no_faulty_transcript(case):
    assert case.faults == []
    assert [agent for agent, *_ in agents(case)] == ["wfagent1", "wfagent2"]
    assert len(calls(case)) == 3
    assert "Left out" not in imported(case)


@pytest.mark.parametrize("name", ["subagents/x/state.jsonl", "tool-results/b1.jsonl", "journal.jsonl"])
def test_what_the_client_keeps_in_a_sessions_folder_is_not_named(past, name):
    Transcript().prompt().answer().write(past.folder)
    notes = past.folder / SESSION / name
    notes.parent.mkdir(parents=True)
    notes.write_text('{"type": "started", "agentId": "a1"}\n')
    past.load()
    assert past.faults == []


@of("hidden_failure_of_unknown_runner")
def test_a_check_behind_any_runner_is_judged_by_what_its_tools_print(case):
    assert calls(case)[0] == ("Bash", False)


def test_of_a_project_that_is_gone_each_read_is_looked_through_once(past, monkeypatch):
    """A file that a failure names counts where the session read it; a long session fails a thousand times."""
    from claudesess_collector import payload

    made, parse, looked_through = Transcript(cwd="/home/dev/gone"), payload.parse, []

    def counted(text):
        fields = parse(text)
        if fields is not None and "path" in fields:
            looked_through.append(fields["path"].rpartition("/")[2])
        return fields

    monkeypatch.setattr(payload, "parse", counted)
    for number, name in enumerate(("a.py", "b.py", "c.py")):
        made.call(f"r{number}", "Read", file_path=f"/home/dev/gone/{name}").result(f"r{number}", "x = 1")
        made.call(f"f{number}", "Bash", command=f"check-{number} all")
        made.failed(f"f{number}", f"Exit code 1\n{name}:3: AssertionError")
    made.write(past.folder)
    past.load()
    found = past.rows("SELECT file_path FROM error_log ORDER BY id")
    assert found == [("/home/dev/gone/a.py",), ("/home/dev/gone/b.py",), ("/home/dev/gone/c.py",)]
    assert looked_through == ["a.py", "b.py", "c.py"]


@pytest.mark.parametrize("is_told_apart", [True, False])
@pytest.mark.parametrize(
    ("status", "code", "ok"), [("completed", 0, True), ("failed", 1, False), ("running", None, None)]
)
def test_an_answer_tells_how_a_call_in_the_background_went(past, is_told_apart, status, code, ok):
    """The lines of agents hold the answer as text alone."""
    made = Transcript()
    made.prompt()
    made.call("c1", "Bash", command="pytest -q", run_in_background=True)
    made.result(
        "c1", "Command running in background with ID: b1", told={"stdout": "", "backgroundTaskId": "b1"}
    )
    made.call("c2", "TaskOutput", task_id="b1")
    shown = {"task": {"task_id": "b1", "status": status, "output": "1 failed", "exitCode": code}}
    text = f"<status>{status}</status>\n\n<exit_code>{code}</exit_code>\n\n<output>\n1 failed\n</output>"
    made.result("c2", text, **({"told": shown} if is_told_apart else {}))
    made.write(past.folder)
    past.load()
    ends = [(key, json.loads(value).get("ok")) for key, value in past.metrics("background_end")]
    assert ends == ([] if ok is None else [("c1", ok)])
    assert past.rows("SELECT count(*) FROM error_log") == [(int(ok is False),)]
