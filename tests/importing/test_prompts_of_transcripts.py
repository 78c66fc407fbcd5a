"""Prompts: what the user typed, among all that stands in the user's name."""

import json

import pytest
from made_transcripts import CWD, RUN, SESSION, START, Transcript

from claudesess.samples import replay


def test_commands_that_the_client_answers_are_no_prompts(past):
    made = Transcript().prompt("<command-name>/cost</command-name>")
    made.prompt("<local-command-stdout>$1.20</local-command-stdout>")
    made.prompt("<user-memory-input>remember this</user-memory-input>")
    made.prompt("<command-message>review</command-message>\n<command-name>/review</command-name>")
    made.prompt("Review the diff.", isMeta=True).answer().write(past.folder)
    past.load()
    assert past.metrics("prompt") == [("human", None)]


def test_prompts_of_machines_are_told_from_those_of_humans(past):
    made = Transcript().prompt(
        "<task-notification>\n<task-id>b1</task-id></task-notification>", promptId="p1"
    )
    made.answer().prompt("Tick.", origin={"kind": "cron"}, promptId="p2").answer()
    made.prompt("Go on.", origin={"kind": "human"}, promptId="p3").write(past.folder)
    past.load()
    assert past.metrics("prompt") == [("machine", "p1"), ("machine", "p2"), ("human", "p3")]


def test_a_prompt_taken_in_during_a_turn_has_no_line_of_its_own(past):
    made = Transcript().prompt().call("c1", **RUN)
    for operation in ("enqueue", "remove"):
        told = {
            "type": "queue-operation",
            "operation": operation,
            "content": "Faster!",
            "timestamp": made.time(),
        }
        made.raw(json.dumps({**told, "sessionId": SESSION, "reason": "absorbed_mid_turn"}))
    made.line("attachment", attachment={"type": "queued_command", "prompt": "Faster!"})
    made.result("c1", told={"stdout": "1 passed", "stderr": ""}).answer().write(past.folder)
    past.load()
    assert len(past.metrics("prompt")) == 2
    assert past.kinds().count("stop") == 1


@pytest.mark.parametrize(
    "order", [("queue", "attachment"), ("attachment", "queue"), ("attachment",), ("queue",)]
)
def test_a_prompt_taken_in_is_told_once_whatever_tells_of_it(past, order):
    made = Transcript().prompt().call("c1", **RUN)
    text = "<task-notification><task-id>b1</task-id></task-notification>"
    for source in order * 2:
        if source == "attachment":
            made.line("attachment", attachment={"type": "queued_command", "prompt": text})
        else:
            told = {
                "type": "queue-operation",
                "operation": "remove",
                "content": text,
                "timestamp": made.time(),
            }
            made.raw(json.dumps({**told, "sessionId": SESSION, "reason": "absorbed_mid_turn"}))
    made.result("c1", told={"stdout": "1 passed", "stderr": ""}).answer().write(past.folder)
    past.load()
    assert [key for key, _ in past.metrics("prompt")] == ["human", "machine", "machine"]


def test_a_notification_answered_with_the_users_own_words_was_no_prompt(past):
    notice = "<task-notification><task-id>a1</task-id><status>killed</status></task-notification>"
    made = Transcript().prompt().answer()
    synthetic = {"model": "<synthetic>", "content": [{"type": "text", "text": "No response requested."}]}
    made.line("assistant", message=synthetic).prompt(notice).prompt("Where were we?").answer()
    made.prompt(notice).prompt(notice).answer().write(past.folder)
    past.load()
    assert [key for key, _ in past.metrics("prompt")] == ["human", "human", "machine", "machine"]
    assert past.kinds().count("stop") == 3


def test_a_prompt_of_which_no_hook_tells_leaves_the_next_prompt_its_hook(past):
    """A notice in the middle of a turn fires nothing with older clients; seconds later a human asks on."""
    made = Transcript().prompt("Fix it.", promptId="p1").answer("On it.", stop="tool_use").call("c1", **RUN)
    notice = "<task-notification><task-id>b1</task-id></task-notification>"
    made.line("attachment", attachment={"type": "queued_command", "prompt": notice})
    made.result("c1", told={"stdout": "1 passed", "stderr": ""}).answer().prompt(
        "Go on.", promptId="p2"
    ).answer()
    made.write(past.folder)
    told_by_hooks(past, (1, "Fix it.", "p1"), (7, "Go on.", "p2"))
    past.load()
    assert past.metrics("prompt") == [("human", "p1"), ("human", "p2"), ("machine", "p1")]


def test_a_notice_that_waited_for_a_tool_takes_the_hook_that_fired_when_it_was_read(past):
    """Its line has the time at which it came; the tool was at it for half a minute more."""
    notice = "<task-notification><task-id>b1</task-id></task-notification>"
    made = Transcript().prompt("Fix it.", promptId="p1").answer("On it.", stop="tool_use").call("c1", **RUN)
    made.line("attachment", attachment={"type": "queued_command", "prompt": notice}, promptId="p1")
    made.result("c1", told={"stdout": "1 passed", "stderr": ""}).answer().write(past.folder)
    told_by_hooks(past, (1, "Fix it.", "p1"), (40, notice, "p1"))
    before = past.kinds()
    past.load()
    assert past.kinds().count("user_prompt_submit") == before.count("user_prompt_submit") == 2


def test_the_hook_of_a_notice_is_not_that_of_the_prompt_whose_id_it_has(past):
    """Hooks began to tell in the middle of a turn: of the notice, not of what a human asked minutes before."""
    notice = "<task-notification><task-id>b1</task-id></task-notification>"
    made = Transcript().prompt("Fix it.", promptId="p1").answer("On it.", stop="tool_use").call("c1", **RUN)
    made.line("attachment", attachment={"type": "queued_command", "prompt": notice}, promptId="p1")
    made.result("c1", told={"stdout": "1 passed", "stderr": ""}).answer().write(past.folder)
    told_by_hooks(past, (600, notice, "p1"))
    past.load()
    assert sorted(past.metrics("prompt")) == [("human", "p1"), ("machine", "p1")]


def told_by_hooks(past, *prompts):
    """Let hooks tell of prompts: so many seconds after the start, what was asked, its id."""
    (past.into / CWD.lstrip("/")).mkdir(parents=True)
    firings = [
        replay.Firing(
            int(START.timestamp() * 1000) + 1000 * second + 20,
            json.dumps(
                {
                    "hook_event_name": "UserPromptSubmit",
                    "session_id": SESSION,
                    "cwd": CWD,
                    "prompt": prompt,
                    "prompt_id": prompt_id,
                }
            ).encode(),
        )
        for second, prompt, prompt_id in prompts
    ]
    replay._feed_in_process(firings, CWD, past.into)


@pytest.mark.parametrize(("is_taken_in", "n_left"), [(True, 0), (False, 1)])
def test_what_is_typed_while_the_agent_works_gives_nothing_up(past, is_taken_in, n_left):
    made = Transcript().prompt().call("c1", **RUN)
    made.failed("c1")
    for text in ("Faster!", "And shorter."):
        if is_taken_in:
            made.line("attachment", attachment={"type": "queued_command", "prompt": text})
        else:
            made.prompt(text)
    made.call("c2", **RUN).result("c2", told={"stdout": "1 passed in 0.1s", "stderr": ""})
    made.answer().write(past.folder)
    past.load()
    left = "SELECT count(*) FROM hook_events WHERE payload_summary LIKE '%leaves%'"
    assert past.rows(left) == [(n_left,)]
    assert past.rows("SELECT resolution FROM error_log") == [("auto_fixed",)]


def test_the_last_words_before_a_list_is_ticked_off_close_the_turn(past):
    made = Transcript().prompt().call("c1", **RUN)
    made.failed("c1")
    made.answer("The test still fails, and needs a decision of yours.")
    made.call("c2", "TodoWrite", todos=[]).result("c2", told={"oldTodos": [], "newTodos": []})
    made.prompt("continue").answer("Done.").write(past.folder)
    past.load()
    assert past.rows("SELECT resolution FROM error_log") == [("escalated_user",)]


@pytest.mark.parametrize(
    ("text", "writers"), [('{"task_id":"b1","task_type":"local_bash"}', []), ("And now?", ["human"])]
)
def test_what_leaves_the_queue_behind_the_last_words_is_of_no_turn_that_goes_on(past, text, writers):
    made = Transcript().prompt().call("c1", **RUN)
    made.failed("c1").answer("The test still fails, and needs a decision of yours.")
    for operation in ("enqueue", "remove"):
        line = {"type": "queue-operation", "operation": operation, "content": text, "timestamp": made.time()}
        made.raw(json.dumps({**line, "sessionId": SESSION}))
    made.prompt("continue").answer().write(past.folder)
    past.load()
    assert [key for key, _ in past.metrics("prompt")] == ["human", *writers, "human"]
    assert past.rows("SELECT resolution FROM error_log") == [("escalated_user",)]
