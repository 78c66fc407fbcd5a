"""Calls, agents, sessions and compactions: a few rows in, the rows that should come out, by eye."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from counts import by_run
from handmade import SCHEMA, database, lines, shown
from hypothesis import given, settings
from hypothesis import strategies as st
from script import Script, at, relation, together
from tables import each_row

from claudesess import frames, open_store
from claudesess.contracts import DERIVED
from claudesess.text import TOOLS_OR_PERMISSION


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
        db,session_id,call_id,agent_id,agent_type,tool,tool_use_id,file_path,read_start,read_end,began_at,ended_at,duration_ms,is_ok,aim,spelling,kind,error_id,snippet,is_hidden,is_imported,is_refused
        made,s,2,a,Explore,Read,u1,/w/a.py,3,14,09:00:00.500,09:00:02,1500,True,c1,c1,,,x = 1,False,False,False
        made,s,4,,,Bash,,,,,,09:00:04,,False,c2,c2,,5,,False,False,False
        made,s,5,,,Bash,,,,,,09:00:05,,,,,,,,False,False,False
    """)


def test_a_check_whose_exit_status_was_hidden(tmp_path: Path) -> None:
    script = (
        Script()
        .event("09:00:01", "post_tool_use", tool="Bash", tool_use_id="u1", ok=True, kind="check", hidden=True)
        .event("09:00:02", "post_tool_use", tool="Bash", tool_use_id="u2", ok=True, kind="check")
        .event("09:00:03", "post_tool_use", tool="Bash", tool_use_id="u3", ok=None, kind="check")
        .event("09:00:09", "user_prompt_submit", tool="Bash", tool_use_id="u3", ok=False, hidden=True)
    )
    assert relation(tmp_path, "tool_calls", script, "tool_use_id,is_ok,is_hidden") == lines("""
        tool_use_id,is_ok,is_hidden
        u1,True,True
        u2,True,False
        u3,False,True
    """)


def test_the_time_of_an_imported_call_is_tools_or_permission(tmp_path: Path) -> None:
    script = (
        Script()
        .event("09:00:05", "post_tool_use", tool="Bash", tool_ms=4_000, ok=True, imported=True)
        .event("09:00:09", "post_tool_use", tool="Bash", tool_ms=1_000, ok=True)
    )
    assert relation(tmp_path, "tool_calls", script, "began_at,duration_ms,is_imported") == lines("""
        began_at,duration_ms,is_imported
        09:00:01,4000,True
        09:00:08,1000,False
    """)
    assert relation(tmp_path / "a", "session_events", script, "event,until_at,is_imported") == lines("""
        event,until_at,is_imported
        call,09:00:05,True
        call,09:00:09,False
    """)
    meaning = next(one for one in DERIVED["tool_calls"].columns if one.name == "duration_ms")
    assert TOOLS_OR_PERMISSION in str(meaning)


LASTED = {
    0: "09:00:00,0",
    1: "08:59:59.999,1",
    -1: ",",
    10**12: "1994-08-26 07:13:20,1000000000000",
    10**12 + 1: ",",
}


def test_a_duration_of_zero_is_one_and_one_below_zero_or_of_decades_is_none(tmp_path: Path) -> None:
    scripts = [
        Script().event("09:00:00", "post_tool_use", tool="Read", tool_ms=tool_ms) for tool_ms in LASTED
    ]
    assert each(tmp_path, "tool_calls", scripts, "began_at,duration_ms") == list(LASTED.values())


def each(folder: Path, name: str, scripts: list[Script], columns: str) -> list[str]:
    """Show the one row that a relation has of each script."""
    found = together(folder, scripts, **{name: columns})
    rows = [found[script][name].split("\n") for script in scripts]
    assert all((header, last) == (columns, "") for header, _, last in rows)
    return [row for _, row, _ in rows]


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


@each_row("is_old", [False, True])
@each_row(
    ("told", "expected"),
    [({"ok": True}, "True,,False"), ({"ok": False, "error_id": 4, "hidden": True}, "False,4,True")],
)
def test_a_call_in_the_background_ends_when_somebody_tells_of_it(
    tmp_path: Path, is_old: bool, told: dict[str, object], expected: str
) -> None:
    script = Script().event("09:00:00", "post_tool_use", tool="Bash", tool_use_id="u1", ok=None)
    if is_old:
        script.event("09:05:00", "user_prompt_submit", tool_use_id="u1", **told)
    else:
        end = {"event_type": "background_end", "key": "u1", "value": json.dumps(told)}
        script.row("session_metrics", session_id="s", timestamp=at("09:05:00"), **end)
    columns = "call_id,ended_at,is_ok,error_id,is_hidden"
    assert relation(tmp_path, "tool_calls", script, columns) == f"{columns}\n1,09:05:00,{expected}\n"


def test_a_call_that_did_not_run_is_none(tmp_path: Path) -> None:
    script = (
        Script()
        .event("09:00:00", "post_tool_use_failure", tool="Edit", ok=None, not_run=True)
        .event("09:00:01", "post_tool_use_failure", tool="Bash", ok=None)  # interrupted
    )
    assert relation(tmp_path, "tool_calls", script, "tool,is_ok") == "tool,is_ok\nBash,\n"


@each_row(
    ("listed", "claimed", "n"),
    [
        ('["/w/a.py"]', ["/w/a.py", "/w/a.py", "/w/b.py"], 2),
        ('["/w/a.py", "/w/c.py"]', [], 2),
        ("a.py", [], 0),
    ],
)
def test_files_that_an_agent_changed_count_once(
    tmp_path: Path, listed: str, claimed: list[str], n: int
) -> None:
    script = Script().row("agent_registry", **agent("a", "09:00:00", "09:01:00", "completed", listed))
    for path in claimed:
        script.row("file_claims", session_id="s", agent_id="a", file_path=path)
    assert relation(tmp_path, "agent_runs", script, "n_files_changed") == f"n_files_changed\n{n}\n"


def test_an_agent_of_no_known_status_has_not_ended(tmp_path: Path) -> None:
    script = Script().row("agent_registry", **(agent("a", "09:00:00", "09:01:00", "") | {"status": None}))
    columns = "agent_id,is_ended,observed_s"
    assert relation(tmp_path, "agent_runs", script, columns) == f"{columns}\na,False,60.0\n"


def test_the_parent_of_an_agent_is_the_last_one_told_in_its_session(tmp_path: Path) -> None:
    script = Script().row("agent_registry", **agent("a", "09:00:00", "09:01:00", "completed"))
    for session, parent in (("s", "first"), ("s", "second"), ("s", ""), ("other", "third")):
        script.row("session_metrics", session_id=session, event_type="subagent_parent", key="a", value=parent)
    script.row("session_metrics", session_id="s", event_type="subagent_stop", key="a", value="completed")
    assert relation(tmp_path, "agent_runs", script, "agent_id,parent_id") == "agent_id,parent_id\na,second\n"


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
        db,session_id,started_at,ended_at,last_seen_at,duration_s,is_open,source,model,end_reason,n_starts,n_prompts,n_machine_prompts,n_tool_calls,n_failed_calls,n_refused_calls,n_errors,n_agents,n_compactions,n_files,n_hook_events
        made,s,09:00:00,09:05:00,09:05:00,300.0,False,startup,m1,logout,2,1,1,2,1,0,1,1,1,1,7
        made,only here,09:06:00,,09:06:00,,True,,,,0,0,0,0,0,0,1,0,0,0,0
        made,untold,09:07:00,,09:07:00,,True,,,,0,1,,0,0,0,0,0,0,0,1
    """)


MODELS = [
    (None, [("m1", None), ("m2", None), ("m2", None)], "m2"),
    (None, [("m1", None), ("m2", "a"), ("m2", "a")], "m1"),  # what an agent answered with is its own
    ("m3", [("m1", None)], "m3"),
    (None, [], ""),
]


def answered(started: str | None, answers: list[tuple[str, str | None]]) -> Script:
    script = Script().event("09:00:00", "session_start")
    rows = [("tokens", f"a{place}", json.dumps({"model": name, "agent_id": agent_id}))
            for place, (name, agent_id) in enumerate(answers)]  # fmt: skip
    rows += [("tokens", "broken", "?")] + ([("session_start", "model", started)] if started else [])
    for event_type, key, value in rows:
        script.row("session_metrics", session_id="s", event_type=event_type, key=key, value=value,
                   timestamp=at("09:00:01"))  # fmt: skip
    return script


def test_the_model_of_a_session_that_no_start_names(tmp_path: Path) -> None:
    scripts = [answered(started, answers) for started, answers, _ in MODELS]
    assert each(tmp_path, "sessions", scripts, "session_id,model") == [f"s,{model}" for *_, model in MODELS]


OPEN = [
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
        Script().event("09:01:00", "stop").event("09:02:00", "session_end", reason="exit"),
        "09:01:00,09:02:00,60.0,False,exit,0", id="an end without a start",
    ),
    pytest.param(
        Script()
        .row("session_metrics", session_id="s", event_type="session_start", key="start_time", timestamp=at("09:00:00"))
        .row("session_metrics", session_id="s", event_type="session_end", key="reason", value="exit", timestamp=at("09:01:00")),
        "09:00:00,09:01:00,60.0,False,exit,1", id="without hook events",
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> dict[Script, str]:
    scripts = [one.values[0] for one in OPEN]
    columns = "started_at,ended_at,duration_s,is_open,end_reason,n_starts"
    return dict(
        zip(scripts, each(tmp_path_factory.mktemp("open"), "sessions", scripts, columns), strict=True)
    )


@pytest.mark.parametrize(("script", "expected"), OPEN)
def test_when_a_session_is_open(opened: dict[Script, str], script: Script, expected: str) -> None:
    assert opened[script] == expected


TOLD = {("human",): "1,0", ("machine",): "0,1", ("human", "machine"): "1,1", (): "2,"}


def prompted(told: tuple[str, ...]) -> Script:
    script = Script().event("09:00:00", "user_prompt_submit").event("09:01:00", "user_prompt_submit")
    for key in told:
        script.row(
            "session_metrics",
            session_id="s",
            event_type="prompt",
            key=key,
            value="p",
            timestamp=at("09:00:00"),
        )
    return script


def test_prompts_are_told_apart_where_the_writer_does(tmp_path: Path) -> None:
    scripts = [prompted(told) for told in TOLD]
    assert each(tmp_path, "sessions", scripts, "n_prompts,n_machine_prompts") == list(TOLD.values())


def test_a_session_is_counted_by_its_first_start_and_its_last_end(tmp_path: Path) -> None:
    script = (
        Script()
        .event("09:00:00", "session_start", source="startup").event("09:10:00", "session_end", reason="clear")
        .event("09:20:00", "session_start", source="resume").event("09:30:00", "session_end", reason="logout")
        .event("09:40:00", "notification")
    )  # fmt: skip
    columns = "started_at,ended_at,last_seen_at,duration_s,source,end_reason"
    assert relation(tmp_path, "sessions", script, columns) == lines("""
        started_at,ended_at,last_seen_at,duration_s,source,end_reason
        09:00:00,09:30:00,09:40:00,1800.0,startup,logout
    """)


def test_a_row_of_any_table_is_a_sign_of_its_session(tmp_path: Path) -> None:
    needed: dict[str, dict[str, Any]] = {
        "file_claims": {"file_path": "/w"}, "session_metrics": {"event_type": "commit"}, "error_log": {"file_path": "/w"},
        "failed_paths": {"file_path": "/w", "approach": "x"}, "context_snapshots": {"snapshot_type": "other"},
        "hook_events": {"event_type": "stop"}, "llm_verdicts": {"hook_event": "Stop"},
    }  # fmt: skip
    scripts = {table: Script() for table in needed}
    for table, script in scripts.items():
        for clock in ("09:00:00", "09:10:00"):
            script.row(table, session_id="s", timestamp=at(clock), **needed[table])
    found = each(tmp_path, "sessions", list(scripts.values()), "session_id,started_at,last_seen_at")
    assert dict(zip(scripts, found, strict=True)) == dict.fromkeys(needed, "s,09:00:00,09:10:00")


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
        db,session_id,compaction_id,trigger,started_at,ended_at,is_complete,summary,summary_chars,tokens_before,tokens_after,n_chains,n_failed_paths,n_files,n_agents,n_tasks,chains,failed_paths,files,agents,tasks,window_start_at,window_end_at
        made,s,1,manual,09:01:00,09:02:00,True,Goal,90,63020,2781,1,2,0,0,1,[{'check': 'c'}],"[{'id': 1}, {'id': 2}]",[],[],[{'id': '7'}],,09:09:00
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
    columns = "session_id,compaction_id,trigger,started_at,ended_at,is_complete,window_start_at,window_end_at"
    assert relation(tmp_path, "compactions", script, columns) == lines("""
        session_id,compaction_id,trigger,started_at,ended_at,is_complete,window_start_at,window_end_at
        s,1,auto,,09:00:00,False,,09:01:00
        s,2,,09:01:00,09:05:00,True,09:00:00,09:02:00
        s,3,,09:02:00,09:04:00,True,09:01:00,09:06:00
        other,4,,09:03:00,,False,,09:03:00
        s,7,,,09:06:00,False,09:02:00,09:06:00
    """)


def test_a_summary_that_names_no_snapshot_is_of_the_one_before_though_no_session_is_named(
    tmp_path: Path,
) -> None:
    script = Script()
    for clock, kind in (("09:01:00", "pre_compact"), ("09:02:00", "post_compact")):
        script.row("context_snapshots", **(snapshot(clock, kind, {}) | {"session_id": None}))
    file = database(tmp_path / "made.db", "".join(script.sql), schema=SCHEMA.replace("NOT NULL", ""))
    with open_store(file) as store:
        assert (
            shown(frames.compactions(store), "compaction_id,is_complete")
            == "compaction_id,is_complete\n1,True\n"
        )


def test_a_summary_is_of_its_own_sessions_snapshot_and_of_one_before_it(tmp_path: Path) -> None:
    script = (
        Script()
        .row("context_snapshots", **snapshot("09:01:00", "pre_compact", {}, "other"))
        .row("context_snapshots", **snapshot("09:02:00", "pre_compact", {}))
        .row("context_snapshots", **snapshot("09:03:00", "session_end", {}))
        .row(
            "context_snapshots",
            **snapshot("09:04:00", "post_compact", {"pre_snapshot_id": 1, "summary_chars": 4}),
        )
        .row("context_snapshots", **snapshot("09:05:00", "pre_compact", {}))
        .row(
            "session_metrics",
            session_id="s",
            event_type="compaction_tokens",
            key="4",
            value='{"before": 7}',
            timestamp=at("09:04:00"),
        )
        .row(
            "session_metrics",
            session_id="s",
            event_type="compaction_tokens",
            key="2",
            value='{"before": 8}',
            timestamp=at("09:04:00"),
        )
        .row(
            "session_metrics",
            session_id="s",
            event_type="compaction_tokens",
            key=None,
            value='{"before": 9}',
            timestamp=at("09:04:00"),
        )
        .row(
            "session_metrics",
            session_id="s",
            event_type="tokens",
            key="4",
            value='{"before": 10}',
            timestamp=at("09:04:00"),
        )
    )
    columns = "session_id,compaction_id,started_at,ended_at,summary_chars,tokens_before,window_end_at"
    assert relation(tmp_path, "compactions", script, columns) == lines("""
        session_id,compaction_id,started_at,ended_at,summary_chars,tokens_before,window_end_at
        other,1,09:01:00,,,,09:01:00
        s,2,09:02:00,09:04:00,4,7,09:05:00
        s,5,09:05:00,,,,09:05:00
    """)


def test_compactions_of_a_session_that_is_not_named(tmp_path: Path) -> None:
    script = Script()
    for clock, kind in (
        ("09:01:00", "pre_compact"),
        ("09:02:00", "post_compact"),
        ("09:03:00", "post_compact"),
    ):
        script.row(
            "context_snapshots", **(snapshot(clock, kind, {"pre_snapshot_id": 1}) | {"session_id": None})
        )
    file = database(tmp_path / "made.db", "".join(script.sql), schema=SCHEMA.replace("NOT NULL", ""))
    columns = "session_id,compaction_id,started_at,ended_at,is_complete,window_end_at"
    with open_store(file) as store:
        found = shown(frames.compactions(store), columns)
    assert found.replace("2026-05-04 ", "").replace("+00:00", "") == lines("""
        session_id,compaction_id,started_at,ended_at,is_complete,window_end_at
        ,1,09:01:00,09:02:00,True,09:03:00
        ,3,,09:03:00,False,
    """)


def test_an_agents_own_compaction_is_none_and_cuts_no_window(tmp_path: Path) -> None:
    script = (
        Script()
        .event("09:00:00", "session_start", source="startup")
        .row("context_snapshots", **snapshot("09:01:00", "pre_compact", {"agent_id": "a"}))
        .event("09:01:30", "session_start", source="compact", agent_id="a")
        .row("context_snapshots", **snapshot("09:02:00", "post_compact", {"agent_id": "a", "pre_snapshot_id": 1}))
        .row("context_snapshots", **snapshot("09:03:00", "pre_compact", {"agent_id": ""}))
        .row("context_snapshots", **snapshot("09:04:00", "post_compact", {"pre_snapshot_id": 3}))
        .row("context_snapshots", **snapshot("09:05:00", "pre_compact", {"agent_id": "a"}))
        .event("09:09:00", "stop")
    )  # fmt: skip
    columns = "compaction_id,started_at,ended_at,is_complete,window_end_at"
    assert relation(tmp_path / "1", "compactions", script, columns) == lines("""
        compaction_id,started_at,ended_at,is_complete,window_end_at
        3,09:03:00,09:04:00,True,09:09:00
    """)
    assert relation(tmp_path / "2", "sessions", script, "n_starts,n_compactions") == lines("""
        n_starts,n_compactions
        1,1
    """)


LISTS: list[tuple[object, str]] = [
    ({"files": "- a.py (3 edits)\n- b.py", "agents": "1. x\n 2. y\n 3) z"}, "2,3,,"),
    ({"files": "a.py and b.py", "agents": ""}, ",,,"),
    ({"files": ["a.py"], "agents": [{"id": "x"}]}, "1,1,,[{'id': 'x'}]"),
    ({"files": {"a.py": 1}, "agents": None}, ",,,"),
    ("open files: a.py", ",,,"),
    ([1], ",,,"),
]


def test_lists_of_older_writers_are_counted_where_they_can_be(tmp_path: Path) -> None:
    scripts = [
        Script().row("context_snapshots", **snapshot("09:01:00", "pre_compact", one)) for one, _ in LISTS
    ]
    found = each(tmp_path, "compactions", scripts, "n_files,n_agents,files,agents")
    assert found == [expected for _, expected in LISTS]


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


ROWS = st.lists(
    st.tuples(times, payloads, st.sampled_from([0, 1]), st.sampled_from(["s", "t", None])), max_size=6
)


@pytest.mark.slow
@settings(max_examples=by_run(few=2, full=20), deadline=None)
@given(st.lists(ROWS, min_size=5, max_size=5))
def test_no_row_breaks_a_relation(
    tmp_path_factory: pytest.TempPathFactory, databases: list[list[tuple[Any, ...]]]
) -> None:
    """Of five databases at once, which costs little more than one."""
    folder = tmp_path_factory.mktemp("odd")
    files = [database(folder / f"d{n}.db", "".join(script_of(rows).sql)) for n, rows in enumerate(databases)]
    with open_store(*files) as store:
        found = {name: frames.load(store, name) for name in DERIVED}
        frames.audit(store), frames.coverage(store)
    for name, contract in DERIVED.items():
        assert not found[name].duplicated(list(contract.key)).any()
        required = [column.name for column in contract.columns if not column.nullable]
        assert found[name][required].notna().all(axis=None)
    for name in ("error_attempts", "agent_runs"):
        each = found[name]["db"].value_counts()
        assert [each.get(f"d{n}", 0) for n in range(len(databases))] == [len(rows) for rows in databases]


def script_of(rows: list[tuple[Any, ...]]) -> Script:
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
    return script
