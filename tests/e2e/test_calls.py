"""Every call that ran is in the database once; every hook that the client ran left its row."""

import re
from collections import Counter

import pytest
from evidence import ENDED, KILLED, WORK, Evidence, of_the_newest, since_background

STORIES = pytest.mark.parametrize("name", ["work", pytest.param("killed", marks=since_background)])


def snake_case(event: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", event).lower()


def ended_calls(evidence: Evidence, session_id: str) -> list[tuple[str, dict]]:
    return [(event, payload) for event, payload in evidence.hooks(session_id) if event in ENDED]


@STORIES
def test_every_call_that_ran_has_one_row(evidence: Evidence, name: str) -> None:
    session = getattr(evidence, name)
    unwritten = evidence.unwritten() if name == "killed" else set()  # of what a kill leaves, nothing else
    said = sorted(
        (
            call.id,
            call.tool,
            call.agent_id or "",
            {"succeeded": "post_tool_use", "failed": "post_tool_use_failure"}[call.ending],
        )
        for call in session.ended("succeeded", "failed")
    )
    written = sorted(
        (payload["tool_use_id"], payload["tool"], payload.get("agent_id", ""), event)
        for event, payload in ended_calls(evidence, session.id)
        if not payload.get("dup") and payload["tool_use_id"] not in unwritten
    )
    assert written == said


@of_the_newest
def test_the_story_has_what_it_was_written_for(evidence: Evidence) -> None:
    endings = Counter(call.ending for call in evidence.work.calls)
    assert endings == {"succeeded": 33, "failed": 3, "refused": 1}
    assert evidence.work.compactions == ["manual"]
    assert [evidence.played[name].status for name in ("work", "killed", "resumed")] == [0, -9, 0]


def test_edits_and_reads_name_their_file(evidence: Evidence) -> None:
    paths = {
        payload["tool_use_id"]: payload.get("path")
        for _, payload in ended_calls(evidence, WORK)
        if not payload.get("dup")
    }
    said = {call.id: call.path for call in evidence.work.ended("succeeded") if call.path}
    assert {call_id: paths[call_id] for call_id in said} == said


@STORIES
def test_calls_read_through_the_library(evidence: Evidence, name: str) -> None:
    claudesess = pytest.importorskip("claudesess")
    from claudesess import frames

    session = getattr(evidence, name)
    with claudesess.open_store(evidence.place.database) as store:
        calls = frames.tool_calls(store)
    calls = calls[calls["session_id"] == session.id]
    unwritten = evidence.unwritten() if name == "killed" else set()
    assert sorted(calls["tool_use_id"]) == sorted(
        [*unwritten, *(call.id for call in session.ended("succeeded", "failed"))]
    )


@STORIES
def test_every_hook_that_the_client_ran_left_its_row(evidence: Evidence, name: str) -> None:
    """The client reports each hook that it ran, except those of compactions, API errors, instructions, its own end."""
    database = evidence.after_kill if name == "killed" else None
    ran = Counter(snake_case(line["hook_event"]) for line in evidence.played[name].hook_responses())
    if name == "work":
        unreported = ("pre_compact", "post_compact", "stop_failure", "session_end")
        ran += Counter(dict.fromkeys(unreported, evidence.registrations))
    assert (
        evidence.steady(Counter(event for event, _ in evidence.hooks(getattr(evidence, name).id, database)))
        == ran
    )


def test_hooks_are_silent_and_never_fail(evidence: Evidence) -> None:
    said = {
        (line["outcome"], line["exit_code"], line["stdout"], line["stderr"])
        for played in evidence.played.values()
        for line in played.hook_responses()
    }
    assert said == {("success", 0, "", "")}
    assert evidence.rows("SELECT DISTINCT exit_code FROM hook_events") == [(0,)]


def test_registered_twice_is_counted_once(evidence: Evidence) -> None:
    for session_id in (WORK, KILLED):
        events = evidence.steady(Counter(event for event, _ in evidence.hooks(session_id)))
        counted = evidence.steady(evidence.counted(session_id))
        assert events == {event: evidence.registrations * n for event, n in counted.items()}


def test_nothing_is_left_beside_the_database(evidence: Evidence) -> None:
    names = {path.name for path in evidence.place.project.glob(".claude-session*")}
    assert names <= {
        ".claude-session.db",
        ".claude-session.db-wal",
        ".claude-session.db-shm",
        ".claude-session.lost",
    }
