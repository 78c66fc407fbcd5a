"""What odd, old and broken transcripts tell: a small made-up file for each trap."""

import json
import os

import pytest
from made_transcripts import RUN, SESSION, Transcript


def tools(past):
    return [said["tool_use_id"] for kind, said in past.events() if kind.startswith("post_tool_use")]


def test_tokens_are_counted_once_per_answer_with_its_last_numbers(past):
    made = Transcript().prompt()
    made.call("c1", "Read", message_id="m1", tokens=(10, 1, 100, 7), file_path="/a").call(
        "c2", "Read", message_id="m1", tokens=(10, 40, 100, 7), file_path="/b"
    )
    made.result("c1").result("c2").answer(message_id="m2", tokens=(12, 9, 200, 0)).write(past.folder)
    past.load()
    tokens = {key: json.loads(value) for key, value in past.metrics("tokens")}
    assert tokens == {
        "m1": {"model": "claude-made-up-1", "input": 10, "output": 40, "cache_read": 100, "cache_write": 7},
        "m2": {"model": "claude-made-up-1", "input": 12, "output": 9, "cache_read": 200, "cache_write": 0},
    }


def test_an_answer_that_was_read_half_way_is_put_right_and_counted_once(past):
    made = Transcript().prompt().call("c1", "Read", message_id="m1", tokens=(10, 1, 100, 7), file_path="/a")
    made.write(past.folder)
    past.load()
    made.call("c2", "Read", message_id="m1", tokens=(10, 40, 100, 7), file_path="/b").result("c1").result(
        "c2"
    )
    made.answer(message_id="m2", tokens=(12, 9, 200, 0)).write(past.folder)
    past.load()
    tokens = [(key, json.loads(value)["output"]) for key, value in past.metrics("tokens")]
    assert tokens == [("m1", 40), ("m2", 9)]


def test_an_error_line_of_the_client_is_a_failed_stop_and_no_answer(past):
    made = Transcript().prompt()
    message = {
        "id": "x",
        "model": "<synthetic>",
        "content": [{"type": "text", "text": "API Error: 529"}],
        "usage": {},
    }
    made.line("assistant", message=message, isApiErrorMessage=True, error="overloaded").write(past.folder)
    past.load()
    assert past.metrics("stop_failure") == [("overloaded", "API Error: 529")]
    assert past.metrics("tokens") == []
    assert "stop" not in past.kinds()


def test_calls_refused_before_they_ran_are_no_failures(past):
    made = Transcript().prompt()
    refusals = {
        "<tool_use_error>String to replace not found in file.</tool_use_error>": {},
        "This command requires approval": {"toolDenialKind": "user-rejected"},
        "No.": {"permissionDecision": {"decision": "reject", "source": "user"}},
        "The user doesn't want to proceed with this tool use. The tool use was rejected": {},
        "A hook says no": {},
    }
    for n, (message, fields) in enumerate(refusals.items()):
        made.call(f"c{n}", **RUN).failed(f"c{n}", message, **fields)
    made.answer().write(past.folder)
    past.load()
    assert past.rows("SELECT count(*) FROM error_log") == [(0,)]
    _, *refused = refusals
    assert [reason for _, reason in past.metrics("tool_refused")] == refused
    assert past.metrics("tool_error") == [("Bash", "String to replace not found in file.")]
    assert tools(past) == []


@pytest.mark.parametrize(
    ("message", "family"),
    [
        ("<tool_use_error>File does not exist.</tool_use_error>", "tool_error"),
        ("File does not exist. Note: your current working directory is /home/dev/app.", "tool_error"),
        ("File has not been read yet. Read it first before writing to it.", "tool_error"),
        ("<tool_use_error>InputValidationError: no such field</tool_use_error>", "tool_error"),
        (
            "<tool_use_error>The user doesn't want to take this action right now.</tool_use_error>",
            "tool_refused",
        ),
        ("Permission to use Edit has been denied.", "tool_refused"),
        ("PreToolUse:Edit hook error: not here", "tool_refused"),
    ],
)
def test_what_a_tool_itself_turned_down_is_no_refusal(past, message, family):
    call = Transcript().prompt().call("c1", "Edit", file_path="/x", old_string="a", new_string="b")
    call.failed("c1", message).answer().write(past.folder)
    past.load()
    found = {one: len(past.metrics(one)) for one in ("tool_error", "tool_refused")}
    assert found == {"tool_error": 0, "tool_refused": 0} | {family: 1}
    assert past.rows("SELECT count(*) FROM error_log") == [(0,)]


@pytest.mark.parametrize(
    ("message", "n_failed"),
    [
        ("File does not exist. Note: your current working directory is /home/dev/app.", 1),
        ("<tool_use_error>File does not exist.</tool_use_error>", 0),
    ],
)
def test_a_read_of_what_is_not_there_is_a_look_that_failed_unless_the_tool_refused_it(
    past, message, n_failed
):
    made = Transcript().prompt().call("c1", "Read", file_path="/home/dev/app/old.md").failed("c1", message)
    made.answer().write(past.folder)
    past.load()
    assert past.rows("SELECT count(*) FROM error_log") == [(n_failed,)]
    assert len(past.metrics("tool_error")) == 1 - n_failed


@pytest.mark.parametrize(
    ("version", "n_failed"),
    [("2.0.75", 1), ("2.0.76", 0), ("2.0.77", 0), ("2.1.0", 0), ("2.0.100", 0), ("1.9.99", 1)],
)
def test_a_shells_error_without_a_status_is_a_refusal_from_2_0_76_on(past, version, n_failed):
    made = Transcript(version=version).prompt().call("c1", **RUN).failed("c1", "A hook says no")
    made.call("c2", **RUN).failed("c2").answer().write(past.folder)
    past.load()
    assert past.rows("SELECT count(*) FROM error_log") == [(1 + n_failed,)]
    assert past.metrics("tool_refused") == ([("Bash", "A hook says no")] if not n_failed else [])


@pytest.mark.parametrize(("wait", "output"), [(0, 7), (-1, 7), (-2, 5)])
def test_of_an_answers_lines_the_latest_counts_and_of_one_moment_the_last(past, wait, output):
    made = (
        Transcript().prompt().answer("On it.", message_id="m1", tokens=(10, 5, 100, 0), stop=None).wait(wait)
    )
    made.answer("Done.", message_id="m1", tokens=(10, 7, 100, 0)).write(past.folder)
    past.load()
    ((message, told),) = past.metrics("tokens")
    assert (message, json.loads(told)["output"]) == ("m1", output)


def test_a_cascade_is_cancelled_and_a_timeout_failed(past):
    made = Transcript().prompt()
    made.call("c1", **RUN).failed("c1", "<tool_use_error>Sibling tool call errored</tool_use_error>")
    made.call("c2", **RUN).failed("c2", "Command timed out after 2m 0s").write(past.folder)
    past.load()
    assert past.metrics("tool_cancelled") == [("Bash", "c1")]
    assert past.rows("SELECT attempt_number FROM error_log") == [(1,)]


def test_an_interrupt_is_no_stop(past):
    made = Transcript().prompt().answer("I will now", stop=None)
    made.prompt([{"type": "text", "text": "[Request interrupted by user]"}])
    made.prompt("Not like this.").call("c1", **RUN)
    made.prompt([{"type": "text", "text": "[Request interrupted by user for tool use]"}]).write(past.folder)
    past.load()
    assert past.metrics("interrupt") == [("turn", None), ("tool", None)]
    assert "stop" not in past.kinds()
    assert len(past.metrics("prompt")) == 2


def test_the_end_of_a_turn_is_known_without_any_stop_hook(past):
    Transcript().prompt().answer(stop=None).prompt("And?").answer(stop="end_turn").write(past.folder)
    past.load()
    assert past.kinds() == ["session_start", "user_prompt_submit", "stop", "user_prompt_submit", "stop"]


def test_compaction_of_an_old_client_says_less(past):
    Transcript(version="2.0.76").prompt().answer().compacted(preTokens=21558).prompt("On.").write(past.folder)
    past.load()
    ((snapshot, numbers),) = past.metrics("compaction_tokens")
    assert json.loads(numbers) == {"before": 21558}
    assert past.metrics("compaction") == [("auto", snapshot)]
    assert past.metrics("session_start")[-3:][1] == ("source", "compact")


def test_the_first_clients_gave_agents_no_name(past):
    made = Transcript(version="1.0.17").prompt()
    made.call("toolu_a", "Task", description="Look", prompt="Look around", subagent_type=None)
    side = {"isSidechain": True, "parentUuid": None}
    made.prompt("Look around", **side)
    root = json.loads(made.lines[-1])["uuid"]
    made.call("c1", "Grep", pattern="x")
    made.lines[-1] = json.dumps(json.loads(made.lines[-1]) | {"isSidechain": True, "parentUuid": root})
    parent = json.loads(made.lines[-1])["uuid"]
    made.result("c1", "none", isSidechain=True, parentUuid=parent)
    made.result(
        "toolu_a", [{"type": "text", "text": "Nothing."}], told={"content": [], "totalDurationMs": 4}
    ).answer()
    made.write(past.folder)
    past.load()
    agents = past.rows("SELECT id, task_description, status FROM agent_registry")
    assert agents == [("toolu_a", "Look", "completed")]
    ((_, call),) = [event for event in past.events() if event[1].get("tool") == "Grep"]
    assert call["agent_id"] == "toolu_a"
    assert past.kinds().count("subagent_start") == 1


def test_a_side_chain_that_no_call_launched_is_the_clients_own(past):
    made = Transcript(version="2.0.27").prompt()
    made.prompt("Warmup", isSidechain=True, parentUuid=None)
    root = json.loads(made.lines[-1])["uuid"]
    made.answer("Ready.", isSidechain=True, parentUuid=root, message_id="w1").answer(message_id="m1")
    made.write(past.folder)
    past.load()
    assert past.rows("SELECT count(*) FROM agent_registry") == [(0,)]
    assert len(past.metrics("prompt")) == 1
    assert {message for message, _ in past.metrics("tokens")} == {"w1", "m1"}


def test_old_shells_failed_without_saying_a_status_and_their_hooks_refused_in_known_words(past):
    made = Transcript(version="2.0.22").prompt().call("c1", **RUN).failed("c1", "E assert 1 == 2")
    made.call("c2", **RUN).failed("c2", "Bash operation blocked by hook:\nnot on main").write(past.folder)
    past.load()
    assert past.rows("SELECT count(*) FROM error_log") == [(1,)]
    assert [tool for tool, _ in past.metrics("tool_refused")] == ["Bash"]


def test_the_first_clients_failed_without_saying_a_status(past):
    made = Transcript(version="1.0.17").prompt().call("c1", **RUN).failed("c1", "Traceback …\nValueError: no")
    made.call("c2", "Edit", file_path="/x", old_string="a", new_string="b")
    made.failed("c2", "String to replace not found in file.").write(past.folder)
    past.load()
    assert past.rows("SELECT count(*) FROM error_log") == [(1,)]
    assert [tool for tool, _ in past.metrics("tool_error")] == ["Edit"]


def test_progress_lines_are_passed_over_and_a_resume_in_them_is_seen(past):
    made = Transcript(version="2.1.39").prompt().answer()
    made.line(
        "progress", data={"type": "hook_progress", "hookEvent": "PostToolUse", "hookName": "PostToolUse:Edit"}
    )
    made.wait(3600)
    for _ in range(2):
        made.line(
            "progress",
            data={"type": "hook_progress", "hookEvent": "SessionStart", "hookName": "SessionStart:resume"},
        )
    made.prompt().answer().write(past.folder)
    past.load()
    assert [value for key, value in past.metrics("session_start") if key == "source"] == ["startup", "resume"]


def test_what_a_session_cost_is_written_when_it_ends(past):
    made = Transcript().prompt().answer()
    start = 1772442001000
    made.raw(
        json.dumps({"type": "cost-state", "startTime": start, "totalDuration": 9000, "sessionId": SESSION})
    )
    made.wait(7200).prompt("Again.").answer().write(past.folder)
    past.load()
    assert past.kinds() == [
        "session_start", "user_prompt_submit", "stop", "session_end", "session_start", "user_prompt_submit", "stop",
    ]  # fmt: skip
    assert past.metrics("session_start")[-1] == ("model", "claude-made-up-1")


def test_a_session_that_copied_another_tells_the_copied_lines_once(past):
    first = Transcript(prefix="p").prompt("One.").call("c1", **RUN).failed("c1").answer()
    first.write(past.folder)
    fork = Transcript("88888888-0000-4000-8000-000000000008", prefix="f", at=60)
    fork.lines = [line.replace(SESSION, fork.session) for line in first.lines]
    path = fork.prompt("Two.").call("c2", **RUN).failed("c2").answer().write(past.folder)
    os.utime(past.folder / f"{SESSION}.jsonl", (1, 1))
    os.utime(path, (2, 2))
    past.load()
    assert past.rows("SELECT session_id, attempt_number FROM error_log ORDER BY id") == [
        (SESSION, 1),
        (fork.session, 1),
    ]
    assert sorted(tools(past)) == ["c1", "c2"]


def test_a_file_just_copied_is_as_old_as_its_last_line(past):
    Transcript().prompt().call("c1", **RUN).failed("c1").answer(stop=None).write(
        past.folder
    )  # written just now
    past.load()
    assert past.kinds()[-1] == "stop"


def test_a_call_without_its_result_is_no_call_that_ended(past):
    Transcript().prompt().call("c1", **RUN).result("lost", "whose?").write(past.folder)
    past.load()
    assert tools(past) == []


def test_missing_fields_of_every_kind(past):
    made = Transcript().prompt()
    for line in (
        {"type": "user"},
        {"type": "assistant", "message": None},
        {"type": "user", "message": {"content": 7}},
        {"type": "assistant", "message": {"content": [None, "x", {"type": "tool_use"}]}},
        {"type": "system", "subtype": "compact_boundary", "compactMetadata": "none"},
        {"type": "system", "subtype": "stop_hook_summary", "hookInfos": 3, "hookErrors": {}},
        {"type": "attachment"},
        {"type": "attachment", "attachment": {"type": "queued_command", "prompt": 4}},
        {"type": "queue-operation"},
        {"type": "progress", "data": None, "hookEvent": "SessionStart"},
        {"type": "cost-state", "startTime": "soon"},
        {"type": "something-new", "payload": {}},
        {},
    ):
        made.raw(json.dumps({"timestamp": made.time(), **line}))
        made.raw(json.dumps(line))
    made.prompt("Still there?").answer().write(past.folder)
    (outcome,) = past.load()
    assert not past.faults
    assert past.metrics("prompt") == [("human", None)] * 2
    assert outcome.n_lines == 29
