"""Calls that did not run, of which a hook and the transcript may tell: whoever comes first, they are told once."""

import json

import pytest
from made_transcripts import CWD, SESSION, START, Transcript

import claudesess
from claudesess.importing import verify
from claudesess.samples import replay
from claudesess.transcripts import find

READ = {"file_path": f"{CWD}/a.py"}
# Tool, what the transcript says of its end, the event by which hooks tell of it, what is told, why.
ENDS = {
    "a rule's": (
        ("Bash", {"command": "rm -rf build"}), "Denied by the classifier. Reason: too risky",
        {"toolDenialKind": "auto-mode"}, "PermissionDenied", {"reason": "too risky"}, ("refused", None),
    ),
    "the user's": (
        ("Bash", {"command": "git push"}), "The user doesn't want to proceed with this tool use.", {},
        "PostToolUseFailure", {}, ("refused", "The user doesn't want to proceed with this tool use."),
    ),
    "the tool's": (
        ("Edit", {**READ, "old_string": "a", "new_string": "b"}),
        "<tool_use_error>File has not been read yet. Read it first.</tool_use_error>", {},
        "PostToolUseFailure", {}, ("tool_error", "File has not been read yet. Read it first."),
    ),
    "the tool's, without a tag": (
        ("Edit", {**READ, "old_string": "a", "new_string": "b"}), "String to replace not found in file.", {},
        "PostToolUseFailure", {}, ("tool_error", "String to replace not found in file."),
    ),
    "a question's words": (
        ("AskUserQuestion", {"questions": "which"}),
        "<tool_use_error>InputValidationError: AskUserQuestion failed: questions is no list</tool_use_error>", {},
        "PostToolUseFailure", {},
        ("tool_error", "InputValidationError: AskUserQuestion failed: questions is no list"),
    ),
    "the user's, as it ran": (
        ("Bash", {"command": "sleep 60"}), "[Request interrupted by user for tool use]", {}, "PostToolUseFailure", {},
        ("cancelled", None),
    ),
    "a sibling's": (
        ("Read", READ), "<tool_use_error>Sibling tool call errored</tool_use_error>", {}, "PostToolUseFailure", {},
        ("cancelled", None),
    ),
}  # fmt: skip


def by_transcript(past, end, n_calls):
    (tool, arguments), words, fields, *_ = end
    made = Transcript().prompt("Fix it.", promptId="p")
    for n in range(n_calls):
        made.call("c", tool, **arguments, n=n).failed("c", words, **fields)
    made.answer().write(past.folder)
    past.load()


def by_hooks(past, end, n_calls):
    (tool, arguments), words, _, event, fields, _ = end
    start = {"hook_event_name": "UserPromptSubmit", "prompt": "Fix it.", "prompt_id": "p"}
    called = {"hook_event_name": event, "tool_name": tool, "tool_use_id": "c", **fields}
    if event == "PostToolUseFailure":
        called["error"] = words
    told = [
        (1, start),
        *((3 + 2 * n, called | {"tool_input": {**arguments, "n": n}}) for n in range(n_calls)),
    ]
    told.append((2 * n_calls + 2, {"hook_event_name": "Stop", "last_assistant_message": "Done."}))
    firings = [
        replay.Firing(
            int(START.timestamp() * 1000) + 1000 * second + 20,
            json.dumps({"session_id": SESSION, "cwd": CWD, **fields}).encode(),
        )
        for second, fields in told
    ]
    (past.into / CWD.lstrip("/")).mkdir(parents=True, exist_ok=True)
    replay._feed_in_process(firings, CWD, past.into)


@pytest.mark.parametrize(
    "ways",
    [(by_hooks, by_transcript), (by_transcript, by_hooks), (by_hooks,), (by_transcript,)],
    ids=["hooks, then an import", "an import, then hooks", "hooks", "a transcript"],
)
@pytest.mark.parametrize("whose", ENDS)
@pytest.mark.parametrize("n_calls", [1, 2], ids=["once", "twice by one id"])
def test_a_call_that_did_not_run_is_told_once(past, whose, ways, n_calls):
    *_, (event, reason) = ENDS[whose]
    for way in ways:
        way(past, ENDS[whose], n_calls)
    with claudesess.open_store(past.database) as store:
        told = store.sql("SELECT * FROM session_events WHERE event IN ('refused', 'tool_error', 'cancelled')")
        (session,) = store.sql("SELECT * FROM sessions").to_dict("records")
        calls = store.sql("SELECT * FROM tool_calls")
    assert list(told["event"]) == [event] * n_calls
    if reason is not None:
        assert list(told["text"]) == [reason] * n_calls
    n_calls_there = n_calls if event == "cancelled" else 0
    assert (len(calls), session["n_tool_calls"]) == (n_calls_there, n_calls_there)
    assert session["n_refused_calls"] == (n_calls if event == "refused" else 0)
    assert session["n_errors"] == 0
    sessions, _ = find.sessions([past.folder])
    assert all(counts.is_closed for counts in verify.compare(sessions, past.into))
