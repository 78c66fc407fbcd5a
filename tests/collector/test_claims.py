"""Files that were edited, and the edits that a failing check rejects."""

import json

import pytest
from tables import each_row


@each_row(
    ("tool", "key"),
    [
        ("Write", "file_path"),
        ("Edit", "file_path"),
        ("MultiEdit", "file_path"),
        ("NotebookEdit", "notebook_path"),
    ],
)
def test_each_edit_tool_claims_its_path_as_it_is_given(project, tool, key):
    path = "/home/dev/app/(auth)/données été.py"
    project.tool(tool, {key: path, "content": "x"}, {"error": ""}, agent_id="a1")
    assert project.rows("SELECT agent_id, file_path, operation FROM file_claims") == [("a1", path, tool)]


PYTEST = "pytest -q"


def launch(project, child="a1", status="async_launched", **fields):
    arguments = {"description": "Look around", "subagent_type": "Explore"}
    return project.tool("Agent", arguments, {"status": status, "agentId": child}, **fields)


@pytest.mark.parametrize("response", [{"staged": True}, {"error": "cell not found"}])
def test_an_edit_that_was_not_written_claims_nothing(project, response):
    project.tool("Write", {"file_path": "/home/dev/app/a.py", "content": "x"}, response)
    assert project.rows("SELECT * FROM file_claims") == []


def test_files_changed_through_the_shell(project):
    project.edits("edited.py", "x = 1", after=0.9)
    changed = [
        "made.py",
        "__pycache__/a.pyc",
        "node_modules/x.js",
        "b.py.tmp.12.ab",
        ".claude-session.db-wal",
        "edited.py",
    ]
    diff = {"changedFiles": [f"/home/dev/app/{name}" for name in changed]}
    project.tool("Bash", {"command": "sed -i s/a/b/ made.py"}, {"stdout": "", "bashEditDiff": diff}, ms=2000)
    claims = project.rows("SELECT file_path, operation FROM file_claims ORDER BY id")
    assert claims == [("/home/dev/app/edited.py", "Edit"), ("/home/dev/app/made.py", "Bash")]


APPROACHES = "SELECT approach FROM failed_paths ORDER BY id"


def test_edits_since_the_checks_previous_run_are_the_approach_that_failed(project):
    project.edits("a.py", "return 1")
    project.fails(PYTEST)
    project.edits("a.py", "return 2")
    project.edits("b.py", "return 3")
    project.fails(PYTEST)
    project.fails(PYTEST)
    assert project.column(APPROACHES) == ["Edit a.py: return 1", "Edit a.py: return 2", "Edit b.py: return 3"]
    row = project.rows("SELECT file_path, reason_failed, context, still_relevant FROM failed_paths")[0]
    said = project.last_summary()
    context = {
        "spelling": said["spelling"],
        "aim": said["aim"],
        "attempt": 1,
        "agent_id": None,
        "category": "test",
    }
    assert row[:2] == ("/home/dev/app/a.py", "pytest -q: 1 failed in 0.10s")
    assert (json.loads(row[2]), row[3]) == (context, 1)


def test_an_edit_made_while_the_check_ran_counts_for_its_next_run(project):
    project.edits("a.py", "return 1")
    project.fails(PYTEST, after=3.0, ms=3500)
    assert project.column(APPROACHES) == []
    project.fails(PYTEST)
    assert project.column(APPROACHES) == ["Edit a.py: return 1"]


def test_an_edit_at_the_very_moment_a_run_began_is_of_that_run_and_of_no_later_one(project):
    project.edits("a.py", "return 1")
    project.fails(PYTEST, after=1.0, ms=1000)
    assert project.column(APPROACHES) == ["Edit a.py: return 1"]
    project.edits("a.py", "return 2")
    project.fails(PYTEST, after=1.0, ms=1000)
    assert project.column(APPROACHES) == ["Edit a.py: return 1", "Edit a.py: return 2"]
    project.fails(PYTEST)
    assert len(project.column(APPROACHES)) == 2


def test_a_run_that_does_not_say_how_long_it_took_began_when_it_ended(project):
    project.edits("a.py", "return 1")
    project.fails(PYTEST, after=0, ms=None)
    assert project.column(APPROACHES) == ["Edit a.py: return 1"]


def test_an_agents_check_blames_its_own_and_its_childrens_edits(project):
    launch(project, "child", agent_id="a1")
    project.edits("main.py", "x = 0")
    project.edits("own.py", "x = 1", agent_id="a1")
    project.edits("child.py", "x = 2", agent_id="child")
    project.edits("other.py", "x = 3", agent_id="a2")
    told = "Exit code 1\n" + "\n".join(f"{name}.py:1: E" for name in ("main", "own", "child", "other"))
    project.fails(PYTEST, told, agent_id="a1")
    assert project.column(APPROACHES) == ["Edit own.py: x = 1", "Edit child.py: x = 2"]


@each_row(
    ("command", "error"),
    [
        ("rtk bun run test", "Exit code 2\nerror: unrecognized subcommand 'bun'"),
        ("npm run test", "Exit code 1\nVolta error: Could not locate executable `turbo` in your project."),
        ("npm run test", 'Exit code 1\nerror: Script not found "test"'),
        ("pytest --timeout=60", "Exit code 4\npytest: error: unrecognized arguments: --timeout=60"),
        (PYTEST, "Exit code 127\ncommand not found"),
        (PYTEST, "Exit code 126\ndenied"),
        ("python3 app.py", "Exit code 1"),
        ("python3 tools/check_a.py", "Exit code 1"),
    ],
)
def test_a_program_that_could_not_run_or_no_check_rejects_nothing(project, command, error):
    project.edits("a.py", "return 1")
    project.fails(command, error)
    assert project.column(APPROACHES) == []


def test_edits_through_the_shell_are_approaches_and_a_checks_by_products_are_none(project):
    path = "/home/dev/app/a.py"
    hunk = {"filePath": path, "hunks": [{"lines": ["-x = 1", "+x = 2"]}]}
    diff = {"changedFiles": [path], "files": [hunk]}
    project.tool("Bash", {"command": "sed -i s/1/2/ a.py"}, {"stdout": "", "bashEditDiff": diff})
    report = {"changedFiles": ["/home/dev/app/report.xml"]}
    project.tool("Bash", {"command": "ruff check ."}, {"stdout": "", "bashEditDiff": report})
    b, c = "/home/dev/app/b.py", "/home/dev/app/c.py"
    fixed = {
        "changedFiles": [b, c, b],
        "files": [{"filePath": p, "hunks": [{"lines": ["+y = 3"]}]} for p in (b, c)],
    }
    project.tool("Bash", {"command": "ruff check --fix ."}, {"stdout": "", "bashEditDiff": fixed})
    project.fails(PYTEST)
    assert project.column(APPROACHES) == ["Bash b.py: y = 3", "Bash c.py: y = 3"]


@each_row(
    "not_run",
    [
        {"error": "<tool_use_error>Sibling tool call errored</tool_use_error>"},
        {"error": "x", "is_interrupt": True},
        {"error": "Exit code 127\npytest: command not found"},
    ],
)
def test_a_call_that_did_not_run_is_no_previous_run(project, not_run):
    project.edits("a.py", "return 1")
    project.fails(PYTEST, **not_run)
    project.fails(PYTEST)
    assert project.column(APPROACHES) == ["Edit a.py: return 1"]


def test_at_most_twenty_approaches_a_run(project):
    for n in range(25):
        project.edits("a.py", f"x = {n}")
    project.fails(PYTEST)
    assert project.column(APPROACHES) == [f"Edit a.py: x = {n}" for n in range(5, 25)]


def test_an_approach_is_relevant_until_its_check_passes_in_its_session_or_for_seven_days(project):
    project.edits("a.py", "return 1")
    project.fails(PYTEST)
    project.passes(PYTEST, session="other")
    assert project.column("SELECT still_relevant FROM failed_paths") == [1]
    project.edits("a.py", "return 4", instead_of="return 1")
    project.passes(PYTEST)
    assert project.column("SELECT still_relevant FROM failed_paths") == [0]
    project.edits("a.py", "return 2")
    project.fails("ruff check .")  # what pytest has passed over is cleared: it rejects the second edit alone
    assert project.rows("SELECT approach, still_relevant FROM failed_paths ORDER BY id") == [
        ("Edit a.py: return 1", 0), ("Edit a.py: return 2", 1),
    ]  # fmt: skip
    project.feed("SessionStart", after=8 * 86400, source="startup")
    assert project.column("SELECT still_relevant FROM failed_paths") == [0, 0]


@pytest.mark.parametrize(("days", "ms", "relevant"), [(7, 0, 1), (7, 1, 0)])
def test_an_approach_is_relevant_for_seven_days_to_the_millisecond(project, days, ms, relevant):
    project.edits("a.py", "return 1")
    project.fails(PYTEST)
    project.feed("SessionStart", after=days * 86400 + ms / 1000, session="other", source="startup")
    assert project.column("SELECT still_relevant FROM failed_paths") == [relevant]


def test_what_a_check_rejected_stays_relevant_while_another_check_or_session_goes_on(project):
    project.edits("a.py", "return 1")
    project.fails(PYTEST)
    project.edits("a.py", "return 2")
    project.fails("ruff check .")
    for session in ("s2", "s3"):
        project.edits("a.py", "return 3", session=session)
        project.fails(PYTEST, session=session)
    project.edits("a.py", "return 4", instead_of="return 3", session="s2")
    project.passes(PYTEST, session="s2")
    assert project.rows("SELECT session_id, approach, still_relevant FROM failed_paths ORDER BY id")[2:] == [
        ("s2", "Edit a.py: return 3", 0), ("s3", "Edit a.py: return 3", 1),
    ]  # fmt: skip
    project.edits("a.py", "return 4", instead_of="return 1")
    project.passes(PYTEST)
    assert project.column("SELECT still_relevant FROM failed_paths ORDER BY id") == [0, 1, 0, 1]
