"""Calls that did not run, of which a hook and the transcript may tell: whoever comes first, they are told once."""

import json

import pytest
from made_transcripts import CWD, SESSION, START, Transcript
from past_folder import Past
from tables import each_row

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
    fire(past, told)


def fire(past, told):
    """Let hooks tell of events, each so many seconds after the start."""
    firings = [
        replay.Firing(
            int(START.timestamp() * 1000) + 1000 * second + 20,
            json.dumps({"session_id": SESSION, "cwd": CWD, **fields}).encode(),
        )
        for second, fields in told
    ]
    (past.into / CWD.lstrip("/")).mkdir(parents=True, exist_ok=True)
    replay._feed_in_process(firings, CWD, past.into)


WAYS = {
    "hooks, then an import": (by_hooks, by_transcript),
    "an import, then hooks": (by_transcript, by_hooks),
    "hooks": (by_hooks,),
    "a transcript": (by_transcript,),
}


@pytest.fixture(
    scope="module", params=[1, pytest.param(2, marks=pytest.mark.slow)], ids=["once", "twice by one id"]
)
def told(request, tmp_path_factory):
    """Let each end be told in each way, and read what came of it: a store of all their databases, asked once."""
    n_calls, pasts = request.param, {}
    for whose, end in ENDS.items():
        for way, tellers in WAYS.items():
            pasts[whose, way] = Past(tmp_path_factory.mktemp("past"))
            for tell in tellers:
                tell(pasts[whose, way], end, n_calls)
    with claudesess.open_store(*(past.database for past in pasts.values())) as store:
        of_db = dict(store.databases[["path", "db"]].itertuples(index=False))
        found = [
            store.sql("SELECT * FROM session_events WHERE event IN ('refused', 'tool_error', 'cancelled')"),
            store.sql("SELECT * FROM sessions"),
            store.sql("SELECT * FROM tool_calls"),
        ]
    own = {
        case: [rows[rows["db"] == of_db[str(past.database)]] for rows in found]
        for case, past in pasts.items()
    }
    return n_calls, pasts, own


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("whose", ENDS)
def test_a_call_that_did_not_run_is_told_once(told, whose, way):
    *_, (event, reason) = ENDS[whose]
    n_calls, pasts, own = told
    events, sessions, calls = own[whose, way]
    (session,) = sessions.to_dict("records")
    assert list(events["event"]) == [event] * n_calls
    if reason is not None:
        assert list(events["text"]) == [reason] * n_calls
    n_calls_there = n_calls if event == "cancelled" else 0
    assert (len(calls), session["n_tool_calls"]) == (n_calls_there, n_calls_there)
    assert session["n_refused_calls"] == (n_calls if event == "refused" else 0)
    assert session["n_errors"] == 0
    past = pasts[whose, way]
    there, _ = find.sessions([past.folder])
    assert all(counts.is_closed for counts in verify.compare(there, past.into))


NOTICE = "<task-notification><task-id>b1</task-id><tool-use-id>c</tool-use-id><status>{}</status></task-notification>"


def noticed_by_hooks(past, status):
    call = {"tool_name": "Bash", "tool_use_id": "c", "tool_input": {"command": "pytest -q"}}
    began = {"tool_response": {"stdout": "", "backgroundTaskId": "b1"}, "duration_ms": 10}
    told = [
        (1, {"hook_event_name": "UserPromptSubmit", "prompt": "Go on."}),
        (3, {"hook_event_name": "PostToolUse", **call, **began}),
        (4, {"hook_event_name": "UserPromptSubmit", "prompt": NOTICE.format(status)}),
    ]
    fire(past, told)


def noticed_by_transcript(past, status):
    made = Transcript().prompt().call("c", "Bash", command="pytest -q", run_in_background=True)
    made.result("c", "Running with ID: b1", told={"stdout": "", "backgroundTaskId": "b1"})
    made.prompt(NOTICE.format(status)).write(past.folder)
    past.load()


@each_row("status", ["completed", "failed", "running"])
def test_a_notice_is_told_once_whether_it_judges_a_call_or_not(tmp_path, status):
    tellers = {"hooks": noticed_by_hooks, "transcript": noticed_by_transcript}
    for first, then in (("hooks", "transcript"), ("transcript", "hooks")):
        (tmp_path / first).mkdir()
        past = Past(tmp_path / first)
        tellers[first](past, status)
        tellers[then](past, status)
        kinds = [kind for kind, said in past.events() if "dup" not in said]
        n_judged = len(past.metrics("background_end"))
        assert (kinds.count("user_prompt_submit"), kinds.count("post_tool_use")) == (2, 1), first
        assert n_judged == (status != "running"), first
