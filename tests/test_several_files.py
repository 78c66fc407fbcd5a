"""Relations of two files: those of each, one below the other, though both know a session, an agent, a check of one name."""

from __future__ import annotations

import json
from typing import Any

import pytest
from handmade import database, shown
from script import Script, at

from claudesess import frames, open_store
from claudesess.contracts import DERIVED


def project(hour: str, n: int, agents: str, sessions: str) -> Script:
    """Write the rows of a project: the same kinds of things in each, other times, counts and orders."""
    script = Script()
    for _ in range(n):  # so that the ids of one file mean something else in the other
        script.event(f"{hour}:00:00", "notification", sessions[0])
    for session in sessions:
        said: dict[str, Any] = {"session_id": session}
        script.event(f"{hour}:01:00", "session_start", session, source=f"startup {hour}")
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
                file_path=f"/{hour}/{minute}.py",
                timestamp=at(f"{hour}:04:00"),
            )
            script.row(
                "context_snapshots",
                **said,
                snapshot_type="pre_compact",
                timestamp=at(f"{hour}:1{minute}:00"),
                content=json.dumps({"trigger": hour}),
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
                value=json.dumps({"model": hour}),
            )
        script.event(f"{hour}:30:00", "session_end", session, reason=f"end {hour}")
        script.event(f"{hour}:35:00", "subagent_stop", session)
        script.event(f"{hour}:40:00", "session_start", session, source="resume")
        script.event(f"{hour}:5{n}:00", "session_end", session, reason=f"other {hour}")
    for agent in agents:
        script.row("agent_registry", id=agent, session_id="s", agent_type=hour, status="completed",
                   spawn_time=at(f"{hour}:05:00"), end_time=at(f"{hour}:2{n}:00"), files_changed=json.dumps([f"/{agent}{hour}"]))  # fmt: skip
        script.row(
            "session_metrics", session_id="s", event_type="subagent_parent", key=agent, value=f"parent {hour}"
        )
        script.event(f"{hour}:05:00", "subagent_start", agent_id=agent).event(
            f"{hour}:07:0{n}", "subagent_stop", agent_id=agent
        )
        script.event(f"{hour}:15:0{n}", "subagent_start", agent_id=agent).event(
            f"{hour}:20:00", "subagent_stop", agent_id=agent
        )
    for attempt in range(1, n + 1):
        script.fail(f"{hour}:06:0{attempt}", attempt, agent_id=agents[0], error_category=hour)
        script.fail(f"{hour}:07:0{attempt}", attempt, check=None, file_path="/w/b.py")
    script.succeed(f"{hour}:08:00").fail(f"{hour}:09:00", 1, "escalated_user").fail(
        f"{hour}:09:30", 2, check=None
    )
    return script


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, ...], dict[str, str]]:
    """Every derived relation of either file and of both."""
    folder = tmp_path_factory.mktemp("several")
    scripts = {"a": project("09", 2, "xy", "st"), "b": project("11", 3, "yx", "st")}
    files = {name: database(folder / f"{name}.db", "".join(script.sql)) for name, script in scripts.items()}
    read = {}
    for names in (("a",), ("b",), ("a", "b")):
        with open_store(*(files[name] for name in names)) as store:
            read[names] = {relation: shown(frames.load(store, relation)) for relation in DERIVED}
    return read


@pytest.mark.parametrize("relation", DERIVED)
def test_two_files_have_the_rows_of_each(found: dict[tuple[str, ...], dict[str, str]], relation: str) -> None:
    first, second, both = (found[names][relation] for names in (("a",), ("b",), ("a", "b")))
    head = first.splitlines()[0] + "\n"
    assert first.count("\n") > 1
    assert both == first + second.removeprefix(head)
