"""Relations of several files: those of each, one below the other, though all know a session, an agent, a check of one name."""

from __future__ import annotations

import json
from typing import Any

import pytest
from handmade import database, shown
from script import Script, at
from tables import each_row

from claudesess import frames, open_store
from claudesess.contracts import DERIVED


def project(hour: str, n: int, agents: str, sessions: str, own: str) -> Script:
    """Write the rows of a project: the same kinds of things in each, other words, times, counts and orders."""
    script = Script()
    for _ in range(n):  # so that the ids of one file mean something else in the other
        script.event(f"{hour}:00:00", "notification", sessions[0])
    for place, session in enumerate(sessions):
        said: dict[str, Any] = {"session_id": session}
        script.event(f"{hour}:01:00", "session_start", session, source=f"startup {own}")
        script.event(f"{hour}:02:00", "user_prompt_submit", session)
        for minute in range(n):
            script.row(
                "session_metrics",
                **said,
                event_type="prompt",
                key="human",
                value="p",
                timestamp=at(f"{hour}:03:0{minute}"),
            )
            script.row(
                "file_claims",
                **said,
                agent_id=agents[0],
                file_path=f"/{own}/{minute}.py",
                timestamp=at(f"{hour}:04:00"),
            )
            script.row(
                "context_snapshots",
                **said,
                snapshot_type="pre_compact",
                timestamp=at(f"{hour}:1{minute}:00"),
                content=json.dumps({"trigger": own}),
            )
            script.row(
                "context_snapshots",
                **said,
                snapshot_type="post_compact",
                timestamp=at(f"{hour}:1{minute}:30"),
                content="{}",
            )
            script.row(
                "session_metrics",
                **said,
                event_type="compaction_tokens",
                key=str(2 * minute + 2),
                value=json.dumps({"before": n}),
            )
            script.row(
                "session_metrics",
                **said,
                event_type="tokens",
                key=f"m{minute}",
                value=json.dumps({"model": own}),
            )
        call = {"tool": "Bash", "tool_use_id": "u"}  # in the background: a notice ends it
        script.event(f"{hour}:20:00", "post_tool_use", session, **call)
        script.event(f"{hour}:21:{place}{n}", "user_prompt_submit", session, **call, ok=n > 2, error_id=n)
        script.event(f"{hour}:22:{place}{n}", "stop", session)
        script.event(f"{hour}:23:{place}{n}", "user_prompt_submit", session)
        script.event(f"{hour}:30:00", "session_end", session, reason=f"end {own}")
        script.event(f"{hour}:35:00", "subagent_stop", session)
        script.event(f"{hour}:40:00", "session_start", session, source="resume")
        script.event(f"{hour}:5{n}:00", "session_end", session, reason=f"other {own}")
    for agent in agents:
        script.row("agent_registry", id=agent, session_id="s", agent_type=own, status="completed",
                   spawn_time=at(f"{hour}:05:00"), end_time=at(f"{hour}:2{n}:00"), files_changed=json.dumps([f"/{agent}{own}"]))  # fmt: skip
        script.row(
            "session_metrics", session_id="s", event_type="subagent_parent", key=agent, value=f"parent {own}"
        )
        script.event(f"{hour}:05:00", "subagent_start", agent_id=agent).event(
            f"{hour}:07:0{n}", "subagent_stop", agent_id=agent
        )
        script.event(f"{hour}:15:0{n}", "subagent_start", agent_id=agent).event(
            f"{hour}:20:00", "subagent_stop", agent_id=agent
        )
        for minute in range(n):
            script.event(f"{hour}:16:0{minute}", "post_tool_use", tool="Read", agent_id=agent, ok=minute > 0)
    for attempt in range(1, n + 1):
        script.fail(f"{hour}:06:0{attempt}", attempt, agent_id=agents[0], error_category=own)
        script.fail(f"{hour}:07:0{attempt}", attempt, check=None, file_path="/w/b.py")
    script.succeed(f"{hour}:08:00").fail(f"{hour}:09:00", 1, "escalated_user").fail(
        f"{hour}:09:30", 2, check=None
    )
    return script


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, ...], dict[str, str]]:
    """Every derived relation of each file and of all."""
    folder = tmp_path_factory.mktemp("several")
    # c is of the very hours of a: its times lie within those of a, and beside them
    given = {"a": ("09", 2), "b": ("11", 3), "c": ("09", 4)}
    scripts = {
        own: project(hour, n, "yx" if own == "b" else "xy", "st", own) for own, (hour, n) in given.items()
    }
    files = {name: database(folder / f"{name}.db", "".join(script.sql)) for name, script in scripts.items()}
    read = {}
    for names in (("a",), ("b",), ("c",), ("a", "b", "c")):
        with open_store(*(files[name] for name in names)) as store:
            read[names] = {relation: shown(frames.load(store, relation)) for relation in DERIVED}
    return read


@each_row("relation", DERIVED)
def test_files_together_have_the_rows_of_each(
    found: dict[tuple[str, ...], dict[str, str]], relation: str
) -> None:
    first, *others = (found[(own,)][relation] for own in "abc")
    head = first.splitlines()[0] + "\n"
    assert first.count("\n") > 1
    assert found["a", "b", "c"][relation] == first + "".join(each.removeprefix(head) for each in others)
