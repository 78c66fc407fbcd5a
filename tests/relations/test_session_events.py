"""What happened in a session, in order: a few rows in, the story that should come out."""

from __future__ import annotations

from pathlib import Path

import pytest
from handmade import lines
from script import Script, at, relation

from claudesess import ClaudesessError, samples

WHAT = "place,event,happened_at,until_at,agent_id,what,text,is_ok,chain_id"


def fact(script: Script, clock: str, family: str, key: str | None, value: str | None = None) -> Script:
    return script.row(
        "session_metrics", session_id="s", timestamp=at(clock), event_type=family, key=key, value=value
    )


def test_session_events_value_by_value(tmp_path: Path) -> None:
    script = (
        Script()
        .event("09:00:00", "session_start", source="startup")
        .event("09:00:02", "user_prompt_submit")
        .event("09:00:05", "post_tool_use", tool="Edit", tool_ms=1000, ok=True, path="/w/a.py", snippet="x = 1")
        .fail("09:00:07", 1)
        .row("failed_paths", session_id="s", timestamp=at("09:00:08"), file_path="/w/a.py", approach="Edit a.py: x = 1",
             reason_failed="pytest: E")
        .row("agent_registry", id="a", session_id="s", agent_type="Explore", task_description="Look",
             spawn_time=at("09:00:09"), end_time=at("09:00:11"), status="completed")
        .row("llm_verdicts", session_id="s", timestamp=at("09:00:12"), decision="block", reason="not yet")
        .event("09:00:14", "session_end", reason="clear")
    )  # fmt: skip
    fact(script, "09:00:13", "task_created", "1", "Mend a.py")
    fact(script, "09:00:13", "task_completed", "1", "now")
    assert relation(tmp_path, "session_events", script, WHAT) == lines("""
        place,event,happened_at,until_at,agent_id,what,text,is_ok,chain_id
        1,session_start,09:00:00,,,startup,,,
        2,prompt,09:00:02,,,,,,
        3,call,09:00:04,09:00:05,,Edit,x = 1,True,
        4,call,09:00:07,09:00:07,,Bash,"$ pytest
        E",False,1
        5,rejected,09:00:08,,,,"Edit a.py: x = 1
        pytest: E",,
        6,agent,09:00:09,09:00:11,a,Explore,Look,True,
        7,verdict,09:00:12,,,block,not yet,False,
        8,task,09:00:13,,,,Mend a.py,,
        9,task_done,09:00:13,,,,Mend a.py,,
        10,session_end,09:00:14,,,clear,,,
    """)


@pytest.mark.slow
def test_prompts_of_a_writer_that_does_not_say_who_wrote_them(tmp_path: Path) -> None:
    silent = Script().event("09:00:01", "user_prompt_submit")
    telling = fact(Script().event("09:00:01", "user_prompt_submit"), "09:00:01", "prompt", "machine")
    (tmp_path / "a").mkdir()
    assert relation(tmp_path, "session_events", silent, "event,what") == "event,what\nprompt,\n"
    assert relation(tmp_path / "a", "session_events", telling, "event,what") == "event,what\nprompt,machine\n"


def test_a_wait_lasts_until_the_next_prompt(tmp_path: Path) -> None:
    script = (
        Script()
        .event("09:00:01", "stop")
        .event("09:00:02", "stop")  # the first one was taken back
        .event("09:05:00", "user_prompt_submit")
        .event("09:06:00", "stop")
    )
    assert relation(tmp_path, "session_events", script, "event,happened_at,until_at") == lines("""
        event,happened_at,until_at
        wait,09:00:02,09:05:00
        prompt,09:05:00,
        wait,09:06:00,
    """)


@pytest.mark.slow
def test_a_wait_is_for_whoever_ends_it(tmp_path: Path) -> None:
    script = Script()
    for minute, by in enumerate(("machine", "human", None)):
        script.event(f"09:0{minute}:01", "stop")
        if by is not None:
            script.event(f"09:0{minute}:30", "user_prompt_submit")
            fact(script, f"09:0{minute}:30", "prompt", by)
    left = Script().event("09:00:01", "stop").event("09:00:30", "session_end", reason="other")
    whose = [
        [
            line
            for line in relation(tmp_path / name, "session_events", one, "event,what").splitlines()
            if "wait" in line
        ]
        for name, one in (("1", script), ("2", left))
    ]
    assert whose == [["wait,machine", "wait,user", "wait,"], ["wait,user"]]


def test_a_session_that_was_left_does_not_wait(tmp_path: Path) -> None:
    script = (
        Script()
        .event("09:00:01", "stop")
        .event("09:01:00", "session_end", reason="other")
        .event("10:00:00", "session_start", source="resume")
        .event("10:00:01", "user_prompt_submit")
        .event("10:00:02", "stop")
        .event("11:00:00", "session_start", source="resume")  # the end before was not seen
    )
    waits = [
        one
        for one in relation(tmp_path, "session_events", script, "event,happened_at,until_at").splitlines()
        if one.startswith("wait")
    ]
    assert waits == ["wait,09:00:01,09:01:00", "wait,10:00:02,11:00:00"]


def test_a_refusal_is_told_once_with_its_reason(tmp_path: Path) -> None:
    gated = '{"tool": "Bash", "aim": "A", "kind": "check", "error_id": 1}'
    script = Script().row(
        "error_log", session_id="s", timestamp=at("09:01:00"), attempt_number=1,
        error_message="$ git commit\nE501",
    )  # fmt: skip
    fact(script, "09:01:00", "tool_gated", "u1", gated)
    fact(script, "09:01:00", "tool_refused", "Bash", "E501")  # a transcript tells of the same
    fact(script, "09:01:00", "tool_refused", "Edit", "Not this file")
    fact(script, "09:02:00", "tool_refused", "Bash", "No")
    fact(script, "09:03:00", "permission_denied", "Bash", "too risky")
    script.event("09:04:00", "post_tool_use", tool="Bash", ok=True)
    assert relation(
        tmp_path / "1", "session_events", script, "event,happened_at,what,text,is_ok,chain_id"
    ) == lines("""
        event,happened_at,what,text,is_ok,chain_id
        refused,09:01:00,Bash,"$ git commit
        E501",,1
        refused,09:01:00,Edit,Not this file,,
        refused,09:02:00,Bash,No,,
        refused,09:03:00,Bash,too risky,,
        call,09:04:00,Bash,,True,
    """)
    columns = "n_tool_calls,n_failed_calls,n_refused_calls"
    assert relation(tmp_path / "2", "sessions", script, columns).splitlines()[1] == "1,0,4"
    assert relation(tmp_path / "3", "tool_calls", script, "tool,is_refused").splitlines()[1:] == [
        "Bash,True",
        "Bash,False",
    ]


def test_what_did_not_run_is_told_by_why(tmp_path: Path) -> None:
    script = Script()
    fact(script, "09:01:00", "tool_error", "Edit", "File has not been read yet")
    fact(script, "09:02:00", "tool_cancelled", "Read", "u2")
    assert relation(tmp_path / "1", "session_events", script, "event,what,text") == lines("""
        event,what,text
        tool_error,Edit,File has not been read yet
        cancelled,Read,
    """)
    assert (
        relation(tmp_path / "2", "sessions", script, "n_tool_calls,n_refused_calls").splitlines()[1] == "0,0"
    )


def test_a_wait_lasts_until_a_prompt_of_its_own_session(tmp_path: Path) -> None:
    script = (
        Script()
        .event("09:00:01", "stop")
        .event("09:00:02", "user_prompt_submit", "t")
        .event("09:00:03", "user_prompt_submit")
    )
    found = relation(tmp_path, "session_events", script, "session_id,event,until_at").splitlines()
    assert found[1] == "s,wait,09:00:03"


def test_things_of_one_moment_stand_in_the_order_in_which_they_are_understood(tmp_path: Path) -> None:
    script = (
        Script()
        .event("09:00:00", "session_end", reason="other")
        .event("09:00:00", "post_tool_use", tool="Read", ok=True)
        .event("09:00:00", "user_prompt_submit")
        .event("09:00:00", "session_start", source="startup")
    )
    assert relation(tmp_path, "session_events", script, "event").split() == [
        "event", "session_start", "prompt", "call", "session_end",
    ]  # fmt: skip


def test_a_row_without_a_session_is_left_out(tmp_path: Path) -> None:
    script = Script().event("09:00:00", "post_tool_use", None, tool="Read", ok=True)
    assert relation(tmp_path, "session_events", script, "event") == "event\n"


def test_a_session_is_found_by_how_its_id_begins() -> None:
    with samples.open_sample("crash") as store:
        story = store.session("33333333-aaaa")
        assert story["session_id"].unique().tolist() == ["33333333-aaaa-4000-8000-000000000003"]
        assert story["place"].tolist() == list(range(1, len(story) + 1))
        with pytest.raises(ClaudesessError, match="2 sessions begin with '3333'"):
            store.session("3333")
        with pytest.raises(ClaudesessError, match="No session begins with 'x'"):
            store.session("x")
