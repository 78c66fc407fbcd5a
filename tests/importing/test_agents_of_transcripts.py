"""Agents, as transcripts of several clients tell of them."""

import json

import pytest
from made_transcripts import RUN, SESSION, Transcript

from claudesess.transcripts import find


def test_the_summariser_is_no_agent_and_a_named_agent_is(past):
    main = Transcript().prompt().call("c1", "Task", description="Look", prompt="p", subagent_type="Explore")
    main.result("c1", told={"status": "completed", "agentId": "a11", "prompt": "p"}).answer().write(
        past.folder
    )
    folder = past.folder / SESSION / "subagents"
    for agent in ("a11", "acompact-1f", "a99"):
        Transcript(agent=agent, prefix=agent).prompt("p").answer("Found.").write(
            folder, f"agent-{agent}.jsonl"
        )
    past.load()
    agents = past.rows("SELECT id, agent_type, task_description, status FROM agent_registry")
    assert agents == [("a11", "Explore", "Look", "completed")]
    assert len(past.metrics("tokens")) == 5  # what the client's own helpers took was spent, too


def test_what_helpers_alone_took_is_counted_once_however_their_file_grows(past):
    made = Transcript(agent="acompact-1f", prefix="h").prompt("p").answer("Found.", message_id="m1")
    folder, name = past.folder / SESSION / "subagents", "agent-acompact-1f.jsonl"
    made.write(folder, name)
    past.load()
    made.answer("More.", message_id="m2").write(folder, name)
    past.load()
    assert [key for key, _ in past.metrics("tokens")] == ["m1", "m2"]


def test_an_agents_file_that_begins_with_a_line_of_another_kind(past):
    agent = Transcript(agent="a1", prefix="a").raw(
        json.dumps({"type": "attachment", "cwd": "/home/dev/app"}) + "\n"
    )
    agent.prompt("p").answer().write(past.folder, "agent-a1.jsonl")
    past.load()
    assert past.rows("SELECT id FROM agent_registry") == [("a1",)]


def tools(past):
    return [said["tool_use_id"] for kind, said in past.events() if kind.startswith("post_tool_use")]


def test_agents_of_agents_lie_in_folders_below(past):
    main = Transcript().prompt().call("c1", "Agent", description="Outer", prompt="p").answer()
    main.write(past.folder)
    folder = past.folder / SESSION / "subagents"
    outer = Transcript(agent="aout", prefix="o").prompt("p")
    outer.call("c2", "Agent", description="Inner", prompt="q").result(
        "c2", "Done\nagentId: ain (use it)"
    ).answer()
    outer.write(folder, "agent-aout.jsonl")
    Transcript(agent="ain", prefix="i").prompt("q").answer().write(folder / "workflows/r1", "agent-ain.jsonl")
    for path, call in ((folder / "agent-aout", "c1"), (folder / "workflows/r1/agent-ain", "c2")):
        path.with_suffix(".meta.json").write_text(
            json.dumps({"agentType": "general-purpose", "toolUseId": call})
        )
    past.load()
    assert past.rows("SELECT id, status FROM agent_registry ORDER BY id") == [
        ("ain", "completed"),
        ("aout", "completed"),
    ]
    assert past.metrics("subagent_parent") == [("ain", "aout")]


def test_results_of_agents_come_as_text_only(past):
    (past.folder / SESSION).mkdir()
    Transcript().prompt().call("c0", "Agent", description="d", prompt="p").answer().write(past.folder)
    agent = Transcript(agent="a1", prefix="a").prompt("p")
    agent.call("c1", **RUN | {"command": "pytest -q | tail -3"}).result("c1", "1 failed in 0.1s")
    agent.call("c2", "Read", file_path="/x").result("c2", "   11→a\n   12→b")
    agent.call("c3", "TaskUpdate", taskId="4", status="in_progress").result(
        "c3", "Updated task #4 status"
    ).answer()
    path = agent.write(past.folder / SESSION / "subagents", "agent-a1.jsonl")
    path.with_suffix(".meta.json").write_text('{"agentType": "Explore", "toolUseId": "c0"}')
    past.load()
    assert past.rows("SELECT agent_id, error_category FROM error_log") == [("a1", "test")]
    assert [said["range"] for _, said in past.events() if "range" in said] == ["11-12"]
    assert past.metrics("task_status") == [("4", "in_progress")]


@pytest.mark.parametrize("at", [0, 300, 599])
@pytest.mark.parametrize("late", [0, 100, -100_000, 100_000])
def test_an_agent_is_found_wherever_a_long_transcript_names_it(past, at, late):
    """Mostly soon after its own first line; here its clock is put forward and back."""
    main = Transcript().prompt()
    folder = past.folder / SESSION / "subagents"
    for n in range(600):
        main.answer("x" * 2000)
        if n == at:
            main.call("c1", "Task", prompt="p")
            main.result("c1", told={"status": "completed", "agentId": "a11", "prompt": "p"})
    main.write(past.folder)
    Transcript(agent="a11", prefix="a", at=at + late).prompt("p").answer().write(folder, "agent-a11.jsonl")
    Transcript(agent="a99", prefix="b", at=at).prompt("Warmup").answer().write(folder, "agent-a99.jsonl")
    (session,), _ = find.sessions([past.folder])
    assert [agent.agent_id for agent in session.agents] == ["a11"]


def test_an_agent_that_the_main_thread_stopped_was_interrupted_by_nobody(past):
    main = Transcript().prompt().call("c1", "Task", description="Look", prompt="p", subagent_type="Explore")
    main.result("c1", told={"status": "async_launched", "agentId": "a11", "prompt": "p"}).answer().write(
        past.folder
    )
    agent = Transcript(agent="a11", prefix="a11").prompt("p").call("c2", **RUN)
    agent.prompt([{"type": "text", "text": "[Request interrupted by user for tool use]"}])
    agent.write(past.folder / SESSION / "subagents", "agent-a11.jsonl")
    past.load()
    assert past.metrics("interrupt") == []
