"""Calls, agents, sessions and compactions: a few rows in, the rows that should come out, by eye."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from handmade import database, lines
from hypothesis import given, settings
from hypothesis import strategies as st
from script import Script, at, relation

from claudesess import frames, open_store
from claudesess.contracts import DERIVED


def test_tool_calls_value_by_value(tmp_path: Path) -> None:
    script = (
        Script()
        .event("09:00:01", "pre_tool_use", tool="Read")
        .event("09:00:02", "post_tool_use", tool="Read", tool_use_id="u1", agent_id="a", agent_type="Explore",
               path="/w/a.py", range="3-14", tool_ms=1500, ok=True, check="c1", snippet="x = 1")
        .event("09:00:03", "post_tool_use", tool="Read", tool_use_id="u1", dup=True)
        .event("09:00:04", "post_tool_use_failure", tool="Bash", ok=False, check="c2", error_id=5, agent_id="")
        .event("09:00:05", "post_tool_use_failure", tool="Bash", ok=None, tool_ms=-4, range="all")
    )  # fmt: skip
    assert relation(tmp_path, "tool_calls", script) == lines("""
        db,session_id,call_id,agent_id,agent_type,tool,tool_use_id,path,read_start,read_end,began_at,ended_at,duration_ms,is_ok,aim,spelling,kind,error_id,snippet
        made,s,2,a,Explore,Read,u1,/w/a.py,3,14,09:00:00.500,09:00:02,1500,True,c1,c1,,,x = 1
        made,s,4,,,Bash,,,,,,09:00:04,,False,c2,c2,,5,
        made,s,5,,,Bash,,,,,,09:00:05,,,,,,,
    """)


def agent(
    identity: str, start: str | None, end: str | None, status: str, files: str | None = None
) -> dict[str, Any]:
    return {"id": identity, "session_id": "s", "agent_type": "Explore", "task_description": f"task {identity}",
            "spawn_time": start and at(start), "end_time": end and at(end), "status": status,
            "files_changed": files}  # fmt: skip


def test_agent_runs_value_by_value(tmp_path: Path) -> None:
    script = (
        Script()
        .row(
            "agent_registry",
            **agent("done", "09:00:00", "09:00:02.500", "completed", '["/w/a.py", "/w/a.py"]'),
        )
        .row("agent_registry", **agent("fail", "09:01:00", "09:02:00", "failed", "a.py"))
        .row("agent_registry", **agent("live", "09:02:00", None, "running"))
        .row("agent_registry", **agent("mute", "09:03:00", None, "running"))
        .row("agent_registry", **agent("stale", "09:04:00", "09:09:00", "aborted_stale"))
        .row("agent_registry", **agent("late", None, "09:10:00", "completed"))
        .row("agent_registry", **agent("odd", "09:05:00", None, "completed"))
        .row("session_metrics", session_id="s", event_type="subagent_parent", key="fail", value="done")
        .row("session_metrics", session_id="s", event_type="subagent_parent", key="done", value="")
        .row("file_claims", session_id="s", agent_id="done", file_path="/w/a.py")
        .row("file_claims", session_id="s", agent_id="done", file_path="/w/b.py")
        .event("09:00:01", "post_tool_use", agent_id="done", ok=True)
        .event("09:02:30", "post_tool_use", agent_id="live", ok=None)
        .event("09:02:45", "post_tool_use_failure", agent_id="live", ok=False)
        .event("09:02:50", "pre_tool_use", agent_id="live")
        .event("09:02:59", "pre_tool_use", agent_id="live", dup=True)
        .fail("09:02:45", 1, agent_id="live", check=None)
    )
    assert relation(tmp_path, "agent_runs", script) == lines("""
        db,session_id,agent_id,agent_type,task_description,parent_id,spawned_at,ended_at,last_seen_at,status,is_ended,observed_s,n_tool_calls,n_failed_calls,n_files_changed,n_errors
        made,s,done,Explore,task done,,09:00:00,09:00:02.500,09:00:01,completed,True,2.5,1,0,2,0
        made,s,fail,Explore,task fail,done,09:01:00,09:02:00.000,09:02:00,failed,True,60.0,0,0,0,0
        made,s,live,Explore,task live,,09:02:00,,09:02:50,running,False,50.0,2,1,0,1
        made,s,mute,Explore,task mute,,09:03:00,,09:03:00,running,False,0.0,0,0,0,0
        made,s,stale,Explore,task stale,,09:04:00,09:09:00.000,09:09:00,aborted_stale,False,300.0,0,0,0,0
        made,s,odd,Explore,task odd,,09:05:00,,09:05:00,completed,True,,0,0,0,0
        made,s,late,Explore,task late,,,09:10:00.000,09:10:00,completed,True,,0,0,0,0
    """)


def test_sessions_value_by_value(tmp_path: Path) -> None:
    script = (
        Script()
        .event("09:00:00", "session_start", source="startup")
        .row("session_metrics", session_id="s", event_type="session_start", key="model", value="m1", timestamp=at("09:00:00"))
        .row("session_metrics", session_id="s", event_type="prompt", key="human", value="p", timestamp=at("09:00:01"))
        .row("session_metrics", session_id="s", event_type="prompt", key="machine", value="p", timestamp=at("09:00:02"))
        .event("09:00:01", "user_prompt_submit").event("09:00:02", "user_prompt_submit")
        .event("09:01:00", "session_start", source="compact")
        .fail("09:02:00", 1).succeed("09:03:00")
        .event("09:03:00", "post_tool_use", ok=True, dup=True)
        .row("agent_registry", **agent("a", "09:04:00", None, "running"))
        .row("file_claims", session_id="s", file_path="/w/a.py", timestamp=at("09:04:00"))
        .row("file_claims", session_id="s", file_path="/w/a.py", timestamp=at("09:04:00"))
        .row("context_snapshots", session_id="s", snapshot_type="pre_compact", timestamp=at("09:01:00"))
        .event("09:05:00", "session_end", reason="logout")
        .row("error_log", session_id="only here", timestamp=at("09:06:00"), file_path="/w")
        .event("09:07:00", "user_prompt_submit", "untold")
        .event("09:08:00", "stop", None)
    )  # fmt: skip
    assert relation(tmp_path, "sessions", script) == lines("""
        db,session_id,started_at,ended_at,last_seen_at,duration_s,is_open,source,model,end_reason,n_starts,n_prompts,n_machine_prompts,n_tool_calls,n_failed_calls,n_errors,n_agents,n_compactions,n_files,n_hook_events
        made,s,09:00:00,09:05:00,09:05:00,300.0,False,startup,m1,logout,2,1,1,2,1,1,1,1,1,7
        made,only here,09:06:00,,09:06:00,,True,,,,0,0,0,0,0,1,0,0,0,0
        made,untold,09:07:00,,09:07:00,,True,,,,0,1,,0,0,0,0,0,0,1
    """)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param(
            Script().event("09:00:00", "session_start").event("09:05:00", "session_end", reason="other")
            .event("09:05:00", "session_start", source="resume"),
            "09:00:00,,,True,,2", id="resumed within the same second",
        ),
        pytest.param(
            Script().event("09:00:00", "session_start").event("09:05:00", "session_end")
            .event("09:06:00", "session_start").event("09:07:00", "session_end", reason="exit"),
            "09:00:00,09:07:00,420.0,False,exit,2", id="resumed and ended again",
        ),
        pytest.param(Script().event("09:01:00", "stop"), "09:01:00,,,True,,0", id="neither start nor end"),
        pytest.param(
            Script()
            .row("session_metrics", session_id="s", event_type="session_start", key="start_time", timestamp=at("09:00:00"))
            .row("session_metrics", session_id="s", event_type="session_end", key="reason", value="exit", timestamp=at("09:01:00")),
            "09:00:00,09:01:00,60.0,False,exit,1", id="without hook events",
        ),
    ],
)  # fmt: skip
def test_when_a_session_is_open(tmp_path: Path, script: Script, expected: str) -> None:
    columns = "started_at,ended_at,duration_s,is_open,end_reason,n_starts"
    assert relation(tmp_path, "sessions", script, columns) == f"{columns}\n{expected}\n"


def snapshot(clock: str, kind: str, content: object, session: str = "s") -> dict[str, Any]:
    text = content if isinstance(content, str) else json.dumps(content)
    return {"session_id": session, "timestamp": at(clock), "snapshot_type": kind, "content": text}


def test_compactions_value_by_value(tmp_path: Path) -> None:
    lists = {
        "chains": [{"check": "c"}],
        "failed_paths": [{"id": 1}, {"id": 2}],
        "files": [],
        "agents": [],
        "tasks": [{"id": "7"}],
    }
    script = (
        Script()
        .row("context_snapshots", **snapshot("09:01:00", "pre_compact", {"trigger": "manual", **lists}))
        .row("context_snapshots", **snapshot("09:02:00", "post_compact", {"pre_snapshot_id": 1, "compact_summary": "Goal", "summary_chars": 90}))
        .row("context_snapshots", **snapshot("09:03:00", "session_end", {"reason": "x"}))
        .row("session_metrics", session_id="s", event_type="compaction_tokens", key="2", value='{"before": 63020, "after": 2781}', timestamp=at("09:02:00"))
        .event("09:09:00", "stop")
    )  # fmt: skip
    assert relation(tmp_path, "compactions", script) == lines("""
        db,session_id,compaction_id,trigger,started_at,ended_at,is_complete,summary,summary_chars,tokens_before,tokens_after,n_chains,n_failed_paths,n_files,n_agents,n_tasks,chains,failed_paths,files,agents,tasks,window_end_at
        made,s,1,manual,09:01:00,09:02:00,True,Goal,90,63020,2781,1,2,0,0,1,[{'check': 'c'}],"[{'id': 1}, {'id': 2}]",[],[],[{'id': '7'}],09:09:00
    """)


def test_answers_of_the_model_value_by_value(tmp_path: Path) -> None:
    told = '{"model": "m", "agent_id": "a1", "prompt_id": "p1", "input": 9, "output": 40, "cache_read": 9000}'
    script = (
        Script()
        .row("session_metrics", session_id="s", event_type="tokens", key="m1", value=told, timestamp=at("09:00:00"))
        .row("session_metrics", session_id="s", event_type="tokens", key="m2", value="?", timestamp=at("09:01:00"))
    )  # fmt: skip
    assert relation(tmp_path, "model_answers", script) == lines("""
        db,session_id,answer_id,message_id,answered_at,model,agent_id,prompt_id,input_tokens,output_tokens,cache_read_tokens,cache_write_tokens
        made,s,1,m1,09:00:00,m,a1,p1,9,40,9000,
        made,s,2,m2,09:01:00,,,,,,,
    """)


def test_compactions_are_paired_once(tmp_path: Path) -> None:
    script = (
        Script()
        .row("context_snapshots", **snapshot("09:00:00", "post_compact", {"trigger": "auto"}))
        .row("context_snapshots", **snapshot("09:01:00", "pre_compact", {}))
        .row("context_snapshots", **snapshot("09:02:00", "pre_compact", {}))
        .row("context_snapshots", **snapshot("09:03:00", "pre_compact", {}, "other"))
        .row("context_snapshots", **snapshot("09:04:00", "post_compact", {"pre_snapshot_id": 99}))
        .row("context_snapshots", **snapshot("09:05:00", "post_compact", {"pre_snapshot_id": 2}))
        .row("context_snapshots", **snapshot("09:06:00", "post_compact", {"pre_snapshot_id": 2}))
    )
    columns = "session_id,compaction_id,trigger,started_at,ended_at,is_complete,window_end_at"
    assert relation(tmp_path, "compactions", script, columns) == lines("""
        session_id,compaction_id,trigger,started_at,ended_at,is_complete,window_end_at
        s,1,auto,,09:00:00,False,09:01:00
        s,2,,09:01:00,09:05:00,True,09:02:00
        s,3,,09:02:00,09:04:00,True,09:06:00
        other,4,,09:03:00,,False,09:03:00
        s,7,,,09:06:00,False,09:06:00
    """)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"files": "- a.py (3 edits)\n- b.py", "agents": "1. x\n 2. y\n 3) z"}, "2,3,,"),
        ({"files": "a.py and b.py", "agents": ""}, ",,,"),
        ({"files": ["a.py"], "agents": [{"id": "x"}]}, "1,1,,[{'id': 'x'}]"),
        ({"files": {"a.py": 1}, "agents": None}, ",,,"),
        ("open files: a.py", ",,,"),
        ([1], ",,,"),
    ],
)
def test_lists_of_older_writers_are_counted_where_they_can_be(
    tmp_path: Path, content: object, expected: str
) -> None:
    script = Script().row("context_snapshots", **snapshot("09:01:00", "pre_compact", content))
    columns = "n_files,n_agents,files,agents"
    assert relation(tmp_path, "compactions", script, columns) == f"{columns}\n{expected}\n"


times = st.sampled_from(
    ["2026-05-04 09:00:00", "9999-12-31 23:59:59", "290000-01-01", "0001-01-01", "infinity", "x", None]
)
numbers = st.sampled_from([None, 0, 1, -1, 2**53, 10**30, "1", "x", [], {}, True])
texts = st.sampled_from(
    [None, "", "a", "1-2", "99999999999999999999-3", "[", "{}", "\0", "\ud800", "- a\n- b", [1], {"a": 1}]
)
payloads = st.one_of(
    st.sampled_from(["", "{", "null", "3", "[1]", '{"a": NaN}', '{"ok": true, "ok": 1}', "[" * 500 + "]" * 500]),
    st.fixed_dictionaries(
        {"ok": numbers, "error_id": numbers, "tool_ms": numbers, "check": texts, "range": texts, "agent_id": texts,
         "pre_snapshot_id": numbers, "summary_chars": numbers, "trigger": texts, "files": texts, "dup": numbers}
    ).map(json.dumps),
)  # fmt: skip
KINDS = ["post_tool_use", "post_tool_use_failure", "session_start", "session_end"]
SNAPSHOTS = ["pre_compact", "post_compact"]


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(times, payloads, st.sampled_from([0, 1]), st.sampled_from(["s", "t", None])), max_size=6
    )
)
def test_no_row_breaks_a_relation(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[Any, ...]]
) -> None:
    script = Script()
    for number, (time, payload, odd, session) in enumerate(rows):
        own = {"session_id": session or "u"}
        when = own | {"timestamp": time}
        kind = KINDS[number % 4]
        script.row(
            "hook_events", session_id=session, timestamp=time, event_type=kind, payload_summary=payload
        )
        script.row("error_log", **when, attempt_number=odd, error_message=payload, file_path=payload)
        script.row("context_snapshots", **when, snapshot_type=SNAPSHOTS[odd], content=payload)
        script.row("agent_registry", **own, id=f"a{number}", spawn_time=time, end_time=rows[0][0],
                   status="completed", files_changed=payload)  # fmt: skip
    file = database(tmp_path_factory.mktemp("odd") / "made.db", "".join(script.sql))
    with open_store(file) as store:
        found = {name: frames.load(store, name) for name in DERIVED}
        frames.audit(store), frames.coverage(store)
    for name, contract in DERIVED.items():
        assert not found[name].duplicated(list(contract.key)).any()
        required = [column.name for column in contract.columns if not column.nullable]
        assert found[name][required].notna().all(axis=None)
    assert len(found["error_attempts"]) == len(found["agent_runs"]) == len(rows)
