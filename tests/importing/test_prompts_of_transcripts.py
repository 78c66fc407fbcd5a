"""Prompts: what the user typed, among all that stands in the user's name."""

import json

import pytest
from made_transcripts import RUN, SESSION, Transcript


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
