"""error_log: chains of failed attempts, and what was seen to happen to them."""

import pytest
from claudesess_collector import on_failures
from tables import each_row

PYTEST = "python3 -m pytest -q"


def test_attempts_are_numbered_in_a_chain_and_a_success_closes_it(project):
    project.fails(PYTEST)
    project.fails(PYTEST)
    project.passes(PYTEST)
    project.fails(PYTEST)
    assert project.resolutions() == [(1, None), (2, "auto_fixed"), (1, None)]


@pytest.mark.parametrize(
    ("failed", "ends"),
    [
        ((PYTEST, "Exit code 1\n1 failed in 0.10s"), PYTEST),
        (
            ("git commit -m x", "husky - pre-commit hook\nFAILED test_calc.py::test_mean"),
            "git commit --no-verify -m x",
        ),
    ],
)
def test_the_end_of_a_chain_ends_no_other_one(project, failed, ends):
    project.fails("ruff check .", "Exit code 1\nFound 1 error.")
    project.fails("ruff check .", "Exit code 1\nFound 1 error.", session="other")
    project.fails(*failed)
    project.passes(ends)
    for session in (project.session, "other"):
        project.fails("ruff check .", "Exit code 1\nFound 1 error.", session=session)
    assert project.column("SELECT attempt_number FROM error_log ORDER BY id") == [1, 1, 1, 2, 2]


def test_another_check_another_session_another_folder_is_another_chain(project):
    project.fails(PYTEST)
    project.fails("ruff check .")
    project.fails(PYTEST, session="other")
    project.fails(PYTEST, cwd="/home/dev/app/sub")
    assert project.column("SELECT attempt_number FROM error_log") == [1, 1, 1, 1]


def test_where_the_project_has_gone_a_file_that_any_call_named_is_its_own(project, monkeypatch):
    monkeypatch.setattr(on_failures, "is_folder", lambda path: False)
    project.tool("Read", {"file_path": "/home/dev/app/calc.py"}, {})
    project.fails(PYTEST, "Exit code 1\ncalc.py:3: AssertionError")
    assert project.column("SELECT file_path FROM error_log") == ["/home/dev/app/calc.py"]


def test_of_two_chains_that_fit_the_one_of_the_same_files_goes_on(project):
    project.fails(PYTEST, "Exit code 1\nFAILED tests/b.py::test_b")
    project.fails(f"{PYTEST} tests/a.py", "Exit code 1\nFAILED tests/a.py::test_a")
    project.fails(PYTEST, "Exit code 1\nFAILED tests/a.py::test_a\nFAILED tests/b.py::test_b")
    first, second, third = project.column("SELECT payload_summary ->> 'chain' FROM hook_events ORDER BY id")
    assert first == third != second


def test_a_chain_goes_on_whichever_agent_runs_its_check(project):
    project.fails(PYTEST)
    project.fails(PYTEST, agent_id="a1")
    assert project.rows("SELECT attempt_number, agent_id FROM error_log") == [(1, None), (2, "a1")]


@each_row("tool", ["WebSearch", "WebFetch", "Agent", "Task"])
def test_research_after_a_failure_marks_the_chain(project, tool):
    project.fails(PYTEST)
    project.tool(tool, {"query": "why does pytest stop"}, {"agentId": "a1"})
    project.fails(PYTEST)
    project.passes(PYTEST)
    assert project.resolutions() == [(1, "escalated_research"), (2, "auto_fixed")]


def test_research_marks_only_the_same_agents_chains_that_it_is_about(project):
    project.fails("ruff check .")
    project.fails(PYTEST)
    project.fails("npx jest", agent_id="a1")
    project.tool("WebSearch", {"query": "how to write a changelog"})
    project.tool("WebSearch", {"query": "pytest exits with 1, jest too"})
    assert project.column("SELECT resolution FROM error_log") == [None, "escalated_research", None]


@each_row(
    ("message", "query", "resolution"),
    [
        ("loading zebra\nError: lion is gone", "why is the lion gone", "escalated_research"),
        ("loading zebra\nError: lion is gone", "where zebra comes from", None),
        ("loading zebra", "where zebra comes from", "escalated_research"),  # no line speaks of an error
    ],
)
def test_a_failure_is_about_what_the_lines_say_that_speak_of_errors(project, message, query, resolution):
    project.fails(PYTEST, f"Exit code 1\n{message}")
    project.tool("WebSearch", {"query": query})
    assert project.column("SELECT resolution FROM error_log") == [resolution]


@each_row(
    ("shared", "n_others", "resolution"),
    [
        ("zebra", 5, "escalated_research"),
        ("zebra", 20, None),
        ("zebra lion", 20, "escalated_research"),
        ("zebra lion", 50, None),
        ("zebra lion tiger", 50, "escalated_research"),
    ],
)
def test_the_more_research_says_the_more_it_must_share(project, shared, n_others, resolution):
    project.fails(PYTEST, "Exit code 1\nError: zebra met lion and tiger")
    others = " ".join(f"{chr(97 + at % 26) * 4}{chr(97 + at // 26)}" for at in range(n_others))
    project.tool("Agent", {"prompt": f"Look up {shared} {others}"}, {"agentId": "a1"})
    assert project.resolutions() == [(1, resolution)]


def test_research_before_the_failure_marks_nothing(project):
    project.tool("WebSearch", {"query": "pytest"})
    project.fails(PYTEST)
    assert project.resolutions() == [(1, None)]


def test_a_question_to_the_user_marks_the_chain_and_the_first_mark_stays(project):
    project.fails(PYTEST)
    project.tool("AskUserQuestion", {"questions": [{"question": "Shall I skip what pytest reports?"}]})
    project.tool("WebSearch", {"query": "pytest"})
    project.feed("Stop")
    assert project.resolutions() == [(1, "escalated_user")]


def test_the_main_threads_stop_hands_its_open_chains_to_the_user_and_no_agents(project):
    project.fails(PYTEST)
    project.fails("ruff check .", agent_id="a1")
    project.feed("Stop", last_assistant_message="pytest is still red.")
    assert project.rows("SELECT agent_id, resolution FROM error_log") == [
        (None, "escalated_user"),
        ("a1", None),
    ]


def test_a_prompt_is_no_prompt_to_an_agent_whose_chain_is_still_its_own(project):
    project.fails("ruff check .")
    project.fails(PYTEST, agent_id="a1")
    project.feed("UserPromptSubmit", prompt="And the docs?")
    project.tool("WebSearch", {"query": "pytest exits with 1"}, agent_id="a1")
    assert project.column("SELECT resolution FROM error_log") == [None, "escalated_research"]


def test_an_agents_end_abandons_its_chains_until_the_check_is_tried_again(project):
    project.feed("SubagentStart", agent_id="a1", agent_type="Explore")
    project.fails(PYTEST, agent_id="a1")
    project.feed("SubagentStop", agent_id="a1", agent_type="Explore")
    assert project.resolutions() == [(1, "abandoned")]
    project.fails(PYTEST)
    assert project.resolutions() == [(1, None), (2, None)]


def test_an_abandoned_chain_that_passes_after_all_was_fixed(project):
    project.feed("SubagentStart", agent_id="a1", agent_type="Explore")
    project.fails(PYTEST, agent_id="a1")
    project.feed("SubagentStop", agent_id="a1", agent_type="Explore")
    project.passes(PYTEST)
    assert project.resolutions() == [(1, "auto_fixed")]


def test_the_sessions_end_abandons_what_is_open_and_leaves_other_marks(project):
    project.fails(PYTEST)
    project.feed("Stop", last_assistant_message="The tests fail.")
    project.feed("UserPromptSubmit", prompt="Go on.")
    project.fails("ruff check .")
    project.fails("mypy .", session="other")
    project.feed("SessionEnd", reason="other")
    assert project.column("SELECT resolution FROM error_log") == ["escalated_user", "abandoned", None]


@pytest.mark.parametrize(
    "failure",
    [
        {"is_interrupt": True, "error": "Exit code 130"},
        {"error": "<tool_use_error>Sibling tool call errored</tool_use_error>"},
    ],
)
def test_interrupts_and_cascades_are_no_failures(project, failure):
    project.fails(PYTEST, **failure)
    assert project.rows("SELECT count(*) FROM error_log") == [(0,)]
    assert project.rows("SELECT event_type, key, value FROM session_metrics") == [
        ("tool_cancelled", "Bash", "toolu_0001")
    ]
    assert project.last_summary()["ok"] is None


def test_a_failed_tool_names_its_file_and_a_command_the_first_existing_file(project):
    project.file("tests/test_a.py")
    project.file("b.py")
    out = "Exit code 1\nno_such.py:1: in f\ntests/test_a.py:3: AssertionError\nb.py:1: note"
    project.fails(PYTEST, out)
    project.fails("python3 b.py", "Exit code 1\nZeroDivisionError")
    project.fails("ls /etc/hostname.txt", "Exit code 2\nls: /etc/hostname.txt: no")
    project.feed(
        "PostToolUseFailure",
        tool_name="Edit",
        tool_input={"file_path": "/x/y.py"},
        error="EROFS: read-only file system, open '/x/y.py'",
        tool_use_id="t",
    )
    files = ["/home/dev/app/tests/test_a.py", "/home/dev/app/b.py", None, "/x/y.py"]
    assert project.column("SELECT file_path FROM error_log ORDER BY id") == files


@each_row(
    "said",
    [
        "at Object.<anonymous> (/home/dev/app/src/a.js:3:5)",
        "at f (src/a.js:3:5)",
        "[src/a.js:3] bad",
        '.venv/lib/x.py:1: in f\n  File "src/a.js", line 3',
        "./src/a.js",
    ],
)
def test_files_as_runners_spell_them(project, said):
    project.file("src/a.js")
    project.file(".venv/lib/x.py")
    project.fails("npm test", f"Exit code 1\n{said}")
    assert project.column("SELECT file_path FROM error_log") == ["/home/dev/app/src/a.js"]


def test_a_quoted_file_keeps_the_blanks_in_its_name(project):
    project.file("my app/a.js")
    project.file("app/a.js")
    project.fails("npm test", 'Exit code 1\n(File "my app/a.js", line 3)')
    assert project.column("SELECT file_path FROM error_log") == ["/home/dev/app/my app/a.js"]


def test_a_file_without_an_ending(project):
    project.file("Makefile")
    project.fails("make", "Exit code 2\nmake: *** [Makefile:3: all] Error 1")
    assert project.column("SELECT file_path FROM error_log") == ["/home/dev/app/Makefile"]


def test_the_message_begins_with_what_was_tried_and_is_cut_in_its_middle(project):
    project.fails(
        "cd /home/dev/app && FOO=1 pytest -q 2>&1 | tail -3",
        "Exit code 1\nfirst\n" + "x\n" * 4000 + "1 failed",
    )
    (message,) = project.column("SELECT error_message FROM error_log")
    assert message.startswith("$ pytest -q\nExit code 1\nfirst\n")
    assert message.endswith("\n1 failed")
    assert len(message) <= 2048


def test_the_task_in_progress_is_named_when_there_is_exactly_one(project):
    def update(task: str, status: str) -> None:
        change = {"success": True, "taskId": task, "statusChange": {"from": "pending", "to": status}}
        project.tool("TaskUpdate", {"taskId": task, "status": status}, change)

    project.fails(PYTEST)
    update("1", "in_progress")
    project.fails(PYTEST)
    update("2", "in_progress")
    project.fails(PYTEST)
    update("1", "completed")
    project.fails(PYTEST)
    assert project.column("SELECT task_id FROM error_log") == [None, "1", None, "2"]


@each_row(
    ("command", "error", "category"),
    [
        ("uv run --frozen pytest -q", "Exit code 1", "test"),
        ("npx --yes tsc --noEmit", "Exit code 2", "type"),
        ("npm run type-check", "Exit code 2", "type"),
        ("npm run test:unit -- --watch=false", "Exit code 1", "test"),
        ("yarn lint", "Exit code 1", "lint"),
        ("make", "Exit code 2", "build"),
        ("npm run build && npm test", "Exit code 1\nTests:       1 failed, 2 passed", "test"),
        ("python manage.py test", "Exit code 1\nFAILED (failures=1)", "test"),
        ("make -j4 test", "Exit code 2", "test"),
        ("timeout 60 cargo clippy -- -D warnings", "Exit code 101", "lint"),
        ("python3 -m mypy .", "Exit code 1", "type"),
        (".venv/bin/ruff check", "Exit code 127\nno such file", "lint"),
        ("ruff-not-here check", "Exit code 127\ncommand not found", "runtime"),
        ("git commit -m 'make test pass'", "Exit code 1", "runtime"),
        ("./ci.sh", "Exit code 2\nsrc/a.ts(3,4): error TS2304: Cannot find name 'x'.", "type"),
        ("./ci.sh", "Exit code 1\nthe test of the build failed", "runtime"),
    ],
)
def test_the_category_comes_from_the_program_then_from_the_message(project, command, error, category):
    project.fails(command, error)
    assert project.column("SELECT error_category FROM error_log") == [category]


def test_a_question_is_the_same_with_its_answers(project):
    """A hook gets what was answered within the question; a transcript has it beside."""
    asked = {"questions": [{"question": "Shall I skip it?"}]}
    project.tool("AskUserQuestion", asked)
    project.tool("AskUserQuestion", {**asked, "answers": {"Shall I skip it?": "No"}, "annotations": {}})
    project.tool("AskUserQuestion", {"questions": [{"question": "Or mend it?"}]})
    first, answered, other = project.column("SELECT payload_summary ->> 'aim' FROM hook_events ORDER BY id")
    assert first == answered != other
