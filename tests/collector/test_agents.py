"""agent_registry, file_claims and failed_paths."""

import json
import sqlite3
from contextlib import closing

import pytest
from claudesess_collector import payload
from tables import each_row

PYTEST = "pytest -q"
AGENT = {"agent_id": "a1", "agent_type": "Explore"}
AGENTS = "SELECT id, agent_type, task_description, spawn_time IS NOT NULL, end_time IS NOT NULL, status FROM agent_registry"


def launch(project, child="a1", status="async_launched", **fields):
    arguments = {"description": "Look around", "subagent_type": "Explore"}
    return project.tool("Agent", arguments, {"status": status, "agentId": child}, **fields)


def notice(status, agent="a1", call=None):
    of_call = f"<tool-use-id>{call}</tool-use-id>" if call else ""
    said = f"<task-id>{agent}</task-id>{of_call}<status>{status}</status>"
    return f"<task-notification>\n{said}\n</task-notification>"


@pytest.mark.parametrize("start_first", [True, False])
def test_start_and_launch_make_one_row_in_either_order(project, start_first):
    if start_first:
        project.feed("SubagentStart", **AGENT)
    launch(project)
    if not start_first:
        project.feed("SubagentStart", **AGENT)
    assert project.rows(AGENTS) == [("a1", "Explore", "Look around", 1, 0, "running")]
    project.feed("SubagentStop", **AGENT)
    assert project.rows(AGENTS) == [("a1", "Explore", "Look around", 1, 1, "completed")]


def test_an_older_clients_task_tool_names_the_child_too(project):
    project.tool("Task", {"description": "Old"}, {"status": "completed", "agentId": "a1"})
    assert project.rows(AGENTS) == [("a1", None, "Old", 0, 1, "completed")]


def test_a_resume_keeps_the_first_spawn_time_and_runs_again(project):
    project.feed("SubagentStart", **AGENT)
    first = project.column("SELECT spawn_time FROM agent_registry")
    project.feed("SubagentStop", **AGENT)
    project.feed("SubagentStart", after=60, **AGENT)
    assert project.rows("SELECT spawn_time, end_time, status, files_changed FROM agent_registry") == [
        (first[0], None, "running", None)
    ]


def test_the_parent_is_who_made_the_call(project):
    launch(project, "a1")
    launch(project, "a2", agent_id="a1")
    rows = project.rows("SELECT key, value FROM session_metrics WHERE event_type = 'subagent_parent'")
    assert rows == [("a1", None), ("a2", "a1")]


@each_row(("said", "status"), [("completed", "completed"), ("failed", "failed"), ("killed", "aborted_stale")])
def test_the_machines_report_ends_an_agent_that_had_no_stop(project, said, status):
    project.feed("SubagentStart", **AGENT)
    note = f"<task-notification>\n<task-id>a1</task-id>\n<status>{said}</status>\n</task-notification>"
    project.feed("UserPromptSubmit", prompt=note, prompt_id="p1")
    assert project.column("SELECT status FROM agent_registry") == [status]
    assert project.rows("SELECT key, value FROM session_metrics WHERE event_type = 'prompt'") == [
        ("machine", "p1")
    ]


def test_an_api_error_in_an_agent_is_its_end(project):
    project.feed("SubagentStart", **AGENT)
    project.feed("StopFailure", error="overloaded", last_assistant_message="API Error: 529\nmore", **AGENT)
    assert project.column("SELECT status FROM agent_registry") == ["failed"]
    assert ("stop_failure", "overloaded", "API Error: 529") in project.rows(
        "SELECT event_type, key, value FROM session_metrics"
    )


def test_an_api_error_that_is_told_after_the_launchs_result(project):
    """An older client answers the launch with the error's text, as if the agent had completed."""
    project.feed("SubagentStart", **AGENT)
    launch(project, status="completed")
    ended = project.column("SELECT end_time FROM agent_registry")
    project.feed("StopFailure", error="unknown", **AGENT)
    assert project.rows("SELECT status, end_time FROM agent_registry") == [("failed", ended[0])]
    assert project.column("SELECT value FROM session_metrics WHERE event_type = 'subagent_stop'") == [
        "failed"
    ]


def test_several_reports_in_one_prompt(project):
    for agent in ("a1", "a2"):
        project.feed("SubagentStart", agent_id=agent, agent_type="Explore")
    note = "<task-notification><task-id>{}</task-id><status>failed</status></task-notification>\n"
    project.feed("UserPromptSubmit", prompt=note.format("a1") + note.format("a2"))
    assert project.column("SELECT status FROM agent_registry") == ["failed", "failed"]


def test_a_report_that_comes_after_the_stop_corrects_it_and_nothing_is_counted_twice(project):
    project.feed("SubagentStart", **AGENT)
    project.feed("SubagentStop", **AGENT)
    project.feed("UserPromptSubmit", prompt=notice("failed"))
    assert project.column("SELECT status FROM agent_registry") == ["failed"]
    assert project.rows("SELECT key, value FROM session_metrics WHERE event_type = 'subagent_stop'") == [
        ("a1", "failed")
    ]


def stop_task(project, kind="local_agent", task="a1", **fields):
    said = {"message": "Successfully stopped task", "task_id": task, "task_type": kind}
    project.tool("TaskStop", {"task_id": task}, said, **fields)


def test_who_is_stopped_did_not_fail_and_ends_then(project):
    project.feed("SubagentStart", **AGENT)
    project.edits("a.py", "x = 1", agent_id="a1")
    stop_task(project)
    stopped = project.column("SELECT max(timestamp) FROM hook_events")
    project.feed("UserPromptSubmit", prompt=notice("killed"))
    project.feed("SubagentStop", **AGENT)  # not every client leaves it out
    project.feed("SessionEnd", after=50, reason="other")
    assert project.rows("SELECT status, end_time, files_changed FROM agent_registry") == [
        ("aborted_stale", stopped[0], '["/home/dev/app/a.py"]')
    ]
    assert project.rows(
        "SELECT value, timestamp FROM session_metrics WHERE event_type = 'subagent_stop'"
    ) == [("aborted_stale", stopped[0])]


@pytest.mark.parametrize("told", [{"task_id": "a1"}, {}])
def test_who_is_stopped_is_named_by_the_answer_or_else_by_the_call(project, told):
    project.feed("SubagentStart", **AGENT)
    project.tool("TaskStop", {"task_id": "a1"}, {"task_type": "local_agent", **told})
    assert project.rows("SELECT id, status FROM agent_registry") == [("a1", "aborted_stale")]


@each_row(("kind", "task"), [("local_bash", "b1"), ("local_bash", "a1"), ("local_agent", "b1")])
def test_another_task_that_is_stopped_ends_no_agent(project, kind, task):
    project.feed("SubagentStart", **AGENT)
    stop_task(project, kind, task)
    project.feed("UserPromptSubmit", prompt=notice("killed", "b1"))
    assert project.rows("SELECT id, status FROM agent_registry") == [("a1", "running")]
    assert project.rows("SELECT * FROM error_log") == []


def test_a_skill_that_runs_as_a_fork_is_an_agent_with_task_and_parent(project):
    project.feed("SubagentStart", **AGENT)
    project.feed("SubagentStart", agent_id="f1", agent_type="general-purpose")
    forked = {"success": True, "commandName": "review", "status": "forked", "agentId": "f1", "result": "fine"}
    project.tool("Skill", {"skill": "review"}, forked, agent_id="a1")
    project.tool("Skill", {"skill": "plain"}, {"success": True, "commandName": "plain"})
    assert project.rows("SELECT id, task_description, status FROM agent_registry ORDER BY id") == [
        ("a1", None, "running"),
        ("f1", "review", "completed"),
    ]
    assert project.rows("SELECT key, value FROM session_metrics WHERE event_type = 'subagent_parent'") == [
        ("f1", "a1")
    ]


RESUMES = "SELECT key, value FROM session_metrics WHERE event_type = 'subagent_resume'"


@each_row("start", ["before", "after", None])
def test_a_message_takes_an_agent_up_again(project, start):
    """The client says so twice, in any order; old ones start nothing."""
    project.feed("SubagentStart", **AGENT)
    project.feed("SubagentStop", **AGENT)
    ended = project.column("SELECT end_time FROM agent_registry")
    if start == "before":
        project.feed("SubagentStart", **AGENT)
    project.tool("SendMessage", {"to": "a1"}, {"success": True, "resumedAgentId": "a1"})
    if start == "after":
        project.feed("SubagentStart", **AGENT)
    assert project.rows("SELECT status, end_time FROM agent_registry") == [("running", None)]
    assert project.rows(RESUMES) == [("a1", ended[0])]


def test_a_message_that_is_written_after_the_agent_ended_again_changes_nothing(project):
    for _ in range(2):
        project.feed("SubagentStart", after=3, **AGENT)
        project.feed("SubagentStop", after=3, **AGENT)
    project.tool("SendMessage", {"to": "a1"}, {"resumedAgentId": "a1"}, ms=5000)
    assert project.column("SELECT status FROM agent_registry") == ["completed"]


def test_a_message_to_who_is_running_or_unknown_takes_nobody_up(project):
    project.feed("SubagentStart", **AGENT)
    for agent in ("a1", "b1"):
        project.tool("SendMessage", {"to": agent}, {"success": True, "resumedAgentId": agent})
    assert project.rows("SELECT id, status FROM agent_registry") == [("a1", "running")]
    assert project.rows(RESUMES) == []


def test_a_report_of_the_first_run_does_not_end_the_second(project):
    launch(project, tool_use_id="toolu_first")
    project.feed("SubagentStart", **AGENT)
    project.feed("SubagentStop", **AGENT)
    project.tool("SendMessage", {"to": "a1"}, {"resumedAgentId": "a1"}, tool_use_id="toolu_second")
    project.feed("UserPromptSubmit", prompt=notice("completed", call="toolu_first"))
    assert project.column("SELECT status FROM agent_registry") == ["running"]
    project.feed("UserPromptSubmit", prompt=notice("completed", call="toolu_second"))
    assert project.column("SELECT status FROM agent_registry") == ["completed"]


def test_a_report_that_names_its_call_corrects_the_stop_before_it(project):
    launch(project, tool_use_id="toolu_first")
    project.feed("SubagentStart", **AGENT)
    project.feed("SubagentStop", **AGENT)
    project.feed("UserPromptSubmit", prompt=notice("failed", call="toolu_first"))
    assert project.column("SELECT status FROM agent_registry") == ["failed"]


def test_that_another_agent_was_taken_up_again_makes_no_report_an_old_one(project):
    launch(project, tool_use_id="toolu_first")
    for agent in ("a1", "b1"):
        project.feed("SubagentStart", agent_id=agent, agent_type="Explore")
    project.feed("SubagentStop", agent_id="b1", agent_type="Explore")
    project.tool("SendMessage", {"to": "b1"}, {"resumedAgentId": "b1"})
    project.feed("UserPromptSubmit", prompt=notice("completed", call="toolu_first"))
    assert project.rows("SELECT id, status FROM agent_registry ORDER BY id") == [
        ("a1", "completed"),
        ("b1", "running"),
    ]


@pytest.mark.parametrize(("ms", "status"), [(1000, "running"), (1001, "completed")])
def test_a_message_sent_at_the_very_moment_of_an_end_takes_it_up_again(project, ms, status):
    project.feed("SubagentStart", **AGENT)
    project.feed("SubagentStop", **AGENT)
    project.tool("SendMessage", {"to": "a1"}, {"resumedAgentId": "a1"}, ms=ms)
    assert project.column("SELECT status FROM agent_registry") == [status]


def test_an_api_error_in_an_agent_whose_start_was_missed(project):
    project.fails(PYTEST, **AGENT)
    project.feed("StopFailure", error="overloaded", **AGENT)
    assert project.rows(AGENTS) == [("a1", "Explore", None, 0, 1, "failed")]
    assert project.column("SELECT resolution FROM error_log") == ["abandoned"]


def test_an_agent_that_went_on_after_a_refused_stop_ends_with_its_last(project):
    project.feed("SubagentStart", **AGENT)
    project.edits("a.py", "x = 1", agent_id="a1")
    project.feed("SubagentStop", **AGENT)
    project.edits("b.py", "x = 1", agent_id="a1")
    project.fails(PYTEST, agent_id="a1")
    project.feed("SubagentStop", stop_hook_active=True, **AGENT)
    (files,) = project.column("SELECT files_changed FROM agent_registry")
    assert json.loads(files) == ["/home/dev/app/a.py", "/home/dev/app/b.py"]
    assert project.column("SELECT resolution FROM error_log") == ["abandoned"]


def test_agents_of_which_only_the_launch_is_known_end_each_with_its_own(project):
    project.feed("UserPromptSubmit", prompt="Look.")
    for agent in ("a1", "a2"):
        launch(project, agent)
    launch(project, "a1", session="other")
    own = "session_id = ? AND event_type = 'subagent_parent'"
    launched = project.rows(f"SELECT key, timestamp FROM session_metrics WHERE {own}", project.session)
    project.feed("SessionEnd", after=9, reason="other")
    assert project.rows("SELECT id, end_time FROM agent_registry ORDER BY id") == launched


def test_an_agent_of_which_only_the_launch_is_known_ends_with_it(project):
    launch(project)
    launched = project.column("SELECT timestamp FROM session_metrics WHERE event_type = 'subagent_parent'")
    project.feed("SessionEnd", after=50, reason="other")
    assert project.rows("SELECT status, end_time FROM agent_registry") == [("aborted_stale", launched[0])]


def test_the_sessions_own_type_is_told_by_any_event_of_the_main_thread(project):
    project.feed("UserPromptSubmit", prompt="go", agent_type="boss")
    project.feed("SubagentStop", agent_id="helper", agent_type="boss")
    assert project.rows(AGENTS) == []


@each_row("kind", ["", None, "boss"])
def test_the_clients_own_helper_is_no_agent(project, kind):
    project.feed("SessionStart", source="startup", agent_type="boss")
    project.feed("SubagentStop", agent_id="helper", **({} if kind is None else {"agent_type": kind}))
    assert project.rows(AGENTS) == []


def test_an_agent_whose_start_was_missed_has_no_spawn_time(project):
    project.feed("SubagentStop", **AGENT)
    assert project.rows(AGENTS) == [("a1", "Explore", None, 0, 1, "completed")]


def test_the_sessions_end_aborts_its_own_running_agents_at_their_last_sign_of_life(project):
    project.feed("SubagentStart", **AGENT)
    project.edits("a.py", "x = 1", agent_id="a1")
    last = project.column("SELECT max(timestamp) FROM hook_events")
    project.feed("SubagentStart", session="other", agent_id="b1", agent_type="Explore")
    project.feed("SessionEnd", after=30, reason="other")
    assert project.rows("SELECT id, status, end_time FROM agent_registry ORDER BY id") == [
        ("a1", "aborted_stale", last[0]),
        ("b1", "running", None),
    ]


def test_an_end_that_was_guessed_gives_way_to_one_that_is_seen(project):
    project.feed("SubagentStart", **AGENT)
    project.edits("a.py", "x = 1", agent_id="a1")
    project.feed("SessionEnd", reason="other")
    project.feed("SubagentStop", **AGENT)
    assert project.rows("SELECT status, end_time FROM agent_registry") == [
        ("completed", project.column("SELECT max(timestamp) FROM hook_events")[0])
    ]


def test_another_sessions_start_aborts_only_what_was_silent_for_a_day(project):
    project.feed("SubagentStart", **AGENT)
    project.feed("SessionStart", after=23 * 3600, session="other", source="startup")
    assert project.column("SELECT status FROM agent_registry") == ["running"]
    project.feed("SessionStart", after=2 * 3600, session="third", source="startup")
    assert project.column("SELECT status FROM agent_registry") == ["aborted_stale"]


def test_a_silent_agents_end_belongs_to_its_own_session(project):
    project.feed("SubagentStart", **AGENT)
    project.fails(PYTEST, agent_id="a1")
    project.feed("SessionStart", after=25 * 3600, session="other", source="startup")
    assert project.column("SELECT resolution FROM error_log") == ["abandoned"]
    stops = project.rows(
        "SELECT session_id, key, value FROM session_metrics WHERE event_type = 'subagent_stop'"
    )
    assert stops == [(project.session, "a1", "aborted_stale")]


def test_files_changed_are_the_agents_claims_distinct_and_sorted(project):
    project.feed("SubagentStart", **AGENT)
    for name in ("b.py", "a.py", "b.py"):
        project.edits(name, "x = 1", agent_id="a1")
    project.edits("c.py", "x = 1")
    project.feed("SubagentStop", **AGENT)
    (files,) = project.column("SELECT files_changed FROM agent_registry")
    assert json.loads(files) == ["/home/dev/app/a.py", "/home/dev/app/b.py"]
    assert len(project.rows("SELECT * FROM file_claims")) == 4


def test_who_launched_an_agent_is_noted_once_in_each_session(project):
    launch(project, "a1")
    launch(project, "a1", agent_id="a2")
    launch(project, "a1", session="other")
    rows = project.rows(
        "SELECT session_id, key, value FROM session_metrics WHERE event_type = 'subagent_parent'"
    )
    assert rows == [(project.session, "a1", None), ("other", "a1", None)]


@each_row(
    ("ends", "status"),
    [
        (["SubagentStop"], "completed"),
        (["StopFailure"], "failed"),
        (["SubagentStop", "StopFailure"], "failed"),  # that it failed is told by nothing else
        (["StopFailure", "SubagentStop"], "failed"),
    ],
)
def test_an_end_that_was_seen_stays(project, ends, status):
    project.feed("SubagentStart", **AGENT)
    for end in ends:
        project.feed(end, **AGENT, **({"error": "overloaded"} if end == "StopFailure" else {}))
    project.feed("SessionEnd", reason="other")
    assert project.column("SELECT status FROM agent_registry") == [status]
    assert project.rows("SELECT key, value FROM session_metrics WHERE event_type = 'subagent_stop'") == [
        ("a1", status)
    ]


@pytest.mark.parametrize(("silent_s", "status"), [(86_400, "running"), (86_400.001, "aborted_stale")])
def test_an_agent_is_given_up_after_a_day_without_a_sign_of_life(project, silent_s, status):
    project.feed("SubagentStart", **AGENT)
    project.edits("a.py", "x = 1", after=3600, agent_id="a1")
    last = project.column("SELECT max(timestamp) FROM hook_events")[0]
    project.feed("SessionStart", after=silent_s, session="other", source="startup")
    end = None if status == "running" else last
    assert project.rows("SELECT status, end_time FROM agent_registry") == [(status, end)]


def test_an_agent_of_which_nothing_has_a_time_is_given_up_without_one(project):
    project.feed("SessionStart", source="startup")
    with closing(sqlite3.connect(project.database)) as connection, connection:
        connection.execute(
            "INSERT INTO agent_registry (id, session_id, status, spawn_time) VALUES ('x', 's', 'running', NULL)"
        )
    project.feed("SessionStart", session="other", source="startup")
    assert project.rows("SELECT id, status, end_time FROM agent_registry") == [("x", "aborted_stale", None)]


@each_row(
    ("prompt", "found"),
    [
        ("<task-id>a1</task-id>", "a1"),
        (".<task-id> a1 \n</task-id><task-id>a2</task-id>", "a1"),
        ("<task-id></task-id>", ""),
        ("<task-id>a1", None),
        ("</task-id>a1<task-id>", None),
        ("</task-id>", None),
        ("a1", None),
    ],
)
def test_what_stands_between_a_tag_and_its_end(prompt, found):
    assert payload.tagged(prompt, "task-id") == found


def test_a_report_without_an_id_or_a_status_says_nothing(project):
    project.feed("SubagentStart", **AGENT)
    parts = "<task-id>a1</task-id>", "<status>failed</status>", "<task-id>a2</task-id><status>failed</status>"
    for part in parts:
        note = f"<task-notification>{part}</task-notification>"
        project.feed("UserPromptSubmit", prompt=note)
    project.feed(
        "UserPromptSubmit", prompt="See <task-notification><task-id>a1</task-id><status>failed</status>"
    )
    assert project.rows(AGENTS) == [("a1", "Explore", None, 1, 0, "running")]


def test_a_late_report_corrects_its_agent_alone(project):
    for session, agent in ((project.session, "a1"), (project.session, "a2"), ("other", "b1")):
        project.feed("SubagentStart", session=session, agent_id=agent, agent_type="Explore")
        project.feed("SubagentStop", session=session, agent_id=agent, agent_type="Explore")
    for agent, said in (("a1", "completed"), ("a2", "failed")):
        note = f"<task-notification><task-id>{agent}</task-id><status>{said}</status></task-notification>"
        project.feed("UserPromptSubmit", prompt=note)
    assert project.rows("SELECT id, status FROM agent_registry ORDER BY 1") == [
        ("a1", "completed"), ("a2", "failed"), ("b1", "completed"),
    ]  # fmt: skip
    stops = "SELECT key, value FROM session_metrics WHERE event_type = 'subagent_stop' ORDER BY 1"
    assert project.rows(stops) == [("a1", "completed"), ("a2", "failed"), ("b1", "completed")]


def test_events_that_name_no_agent_tell_of_none(project):
    project.feed("SubagentStart", agent_type="Explore")
    project.feed("SubagentStop", agent_type="Explore")
    project.feed("StopFailure", agent_type="Explore", error="overloaded")
    project.feed("StopFailure", agent_id="unknown", error="overloaded")
    project.tool("Agent", {"description": "Look"}, {"status": "completed"})
    assert project.rows(AGENTS) == []
    assert project.column("SELECT exit_code FROM hook_events") == [0] * 5


def test_a_launch_says_what_the_agent_is_and_is_to_do_in_500_characters(project):
    arguments = {"description": "x" * 501, "subagent_type": "asked for"}
    project.tool("Agent", arguments, {"agentId": "a1", "agentType": "given"})
    project.tool("Agent", arguments | {"description": "again"}, {"agentId": "a1"})
    ((kind, task),) = project.rows("SELECT agent_type, task_description FROM agent_registry")
    assert (kind, len(task)) == ("given", 500)


def test_the_last_sign_of_life_is_the_agents_own_in_its_session(project):
    launch(project, "only launched")
    launched = project.column("SELECT max(timestamp) FROM hook_events")
    launch(project, "a1")
    project.feed("SubagentStart", **AGENT)
    project.edits("a.py", "x = 1", agent_id="a1")
    seen = project.column("SELECT max(timestamp) FROM hook_events")
    project.edits("b.py", "x = 1")
    project.edits("b.py", "x = 1", agent_id="a1", session="other")
    project.feed("SubagentStart", agent_id="a2", agent_type="Explore")
    project.feed("SessionEnd", reason="other")
    assert dict(project.rows("SELECT id, end_time FROM agent_registry WHERE id <> 'a2'")) == {
        "only launched": launched[0],
        "a1": seen[0],
    }


def test_the_sessions_own_type_is_told_by_its_main_thread_alone(project):
    project.feed("UserPromptSubmit", prompt="go", agent_type="boss", session="other")
    project.feed("UserPromptSubmit", prompt="go", agent_type="first")
    project.feed("UserPromptSubmit", prompt="on", agent_type="chief")
    project.edits("a.py", "x = 1", agent_id="a1", agent_type="Explore")
    for n, kind in enumerate(("boss", "chief", "Explore")):
        project.feed("SubagentStop", agent_id=f"unseen {n}", agent_type=kind)
    assert project.column("SELECT agent_type FROM agent_registry") == ["boss", "Explore"]
