"""A command is another try of one that failed where who gives both says the same of what they are for."""

import pytest

UNKNOWN = "Exit code 127\n/bin/bash: line 1: Remove-Item: command not found"
NO_HEAD = "Exit code 128\nfatal: ambiguous argument 'HEAD': unknown revision or path not in the working tree."
UNTYPED = "Exit code 1\nTypeError [ERR_UNKNOWN_FILE_EXTENSION]: Unknown file extension"


def fails(project, command, purpose, error):
    project.calls += 1
    project.feed(
        "PostToolUseFailure", tool_name="Bash", tool_use_id=f"toolu_{project.calls:04d}", error=error,
        tool_input={"command": command, "description": purpose}, duration_ms=100,
    )  # fmt: skip


def passes(project, command, purpose, stdout=""):
    project.tool("Bash", {"command": command, "description": purpose}, {"stdout": stdout, "stderr": ""})


@pytest.mark.parametrize(
    ("tried", "error", "then"),
    [
        (("Remove-Item data -Recurse", "Remove the old data"), UNKNOWN, ("rm -rf data", "Remove the old data")),
        (("git reset HEAD .", "Unstage all files"), NO_HEAD, ("git rm -r --cached .", "Unstage all files")),
        (("npx tsx --check a.ts", "Check the types of cart"), UNTYPED, ("npx tsc --noEmit", "Check the types of cart again")),
        (
            ("./count --all", "Count the rows of each table"), "Exit code 2\nno such option",
            ("duckdb x.db 'FROM t'", "Count rows of each table (with duckdb)"),
        ),
        (
            ("./merge --dry-run", "衝突を予測"), "Exit code 1\nread-only variable: status",
            ("for b in a c; do ./preview $b; done", "衝突予測（変数名修正）"),
        ),
    ],
)  # fmt: skip
def test_another_way_to_what_was_to_be_done_reaches_it(project, tried, error, then):
    fails(project, *tried, error)
    passes(project, *then)
    assert project.resolutions() == [(1, "auto_fixed")]


@pytest.mark.parametrize(
    ("purpose", "then"),
    [
        ("Show the state of the cache", "Show the state of the queue"),  # another thing
        ("Run zsh encoder test", "Run fish encoder test"),
        ("Clean", "Clean"),  # too little to know it by
        ("Try again", "Try again now"),
        ("", ""),
        ("Clean the build folder", "Remove what was left of the last release"),
    ],
)
def test_what_is_for_something_else_does_not_reach_it(project, purpose, then):
    fails(project, "./first --now", purpose, "Exit code 1\nno")
    passes(project, "./second", then)
    assert project.resolutions() == [(1, None)]


def test_the_next_failed_try_for_it_is_of_the_same_chain(project):
    fails(project, "Remove-Item data", "Remove the old data", UNKNOWN)
    fails(
        project,
        "rmdir /S /Q data",
        "Remove the old data with rmdir",
        "Exit code 1\nrmdir: '/S': No such file",
    )
    passes(project, "rm -rf data", "Remove the old data")
    assert project.resolutions() == [(1, None), (2, "auto_fixed")]


def test_only_in_that_turn_and_by_that_agent(project):
    fails(project, "./first", "Remove the old data", UNKNOWN)
    project.tool(
        "Bash", {"command": "rm -r data", "description": "Remove the old data"}, {"stdout": ""}, agent_id="a1"
    )
    assert project.resolutions() == [(1, None)]
    project.feed("UserPromptSubmit", prompt="And now the tests")
    passes(project, "rm -r data", "Remove the old data")
    assert project.resolutions() == [(1, None)]


def test_a_check_by_the_same_program_is_known_by_what_it_checks(project):
    fails(
        project,
        "pytest tests/a",
        "Run the unit tests",
        "Exit code 1\nFAILED tests/a/test_x.py::test_a\n1 failed in 0.1s",
    )
    passes(project, "pytest tests/b", "Run the unit tests", "3 passed in 0.1s")
    assert project.resolutions() == [(1, None)]


def test_a_look_at_what_was_to_be_done_does_not_do_it(project):
    fails(project, "./deploy --to test", "Deploy the app to test", "Exit code 1\nrefused")
    passes(project, "ls deploy", "Deploy the app to test", "a\n")
    assert project.resolutions() == [(1, None)]


def test_without_content_it_is_known_all_the_same(project):
    project_raw = project.raw
    project.raw = lambda data, **more: project_raw(data, CLAUDESESS_CONTENT="off", **more)
    fails(project, "Remove-Item data", "Remove the quarterly numbers", UNKNOWN)
    spec = project.column("SELECT spec FROM claudesess_chains")[0]
    assert "quarterly" not in spec
    passes(project, "rm -rf data", "Remove the quarterly numbers")
    assert project.resolutions() == [(1, "auto_fixed")]


@pytest.mark.parametrize(
    ("then", "became"),
    [
        ("kill $(lsof -ti:8100)", "auto_fixed"),
        ("lsof -ti :8100 | xargs -r kill -9", "auto_fixed"),
        ("taskkill /F /IM uvicorn.exe", "auto_fixed"),
        ("lsof -i :8100", None),
    ],
)
def test_processes_are_ended_in_another_way(project, then, became):
    project.fails("pkill -f 'uvicorn.*8100'; sleep 2", "Exit code 144")
    project.passes(then)
    assert project.resolutions() == [(1, became)]


def test_processes_that_are_ended_much_later_are_others(project):
    project.fails("pkill -f 'uvicorn.*8100'; sleep 2", "Exit code 144")
    for name in "abcd":
        project.edits(f"{name}.py", "x = 1")
    project.passes("pkill -f worker")
    assert project.resolutions() == [(1, None)]
