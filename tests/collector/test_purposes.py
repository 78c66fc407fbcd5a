"""A command is another try of one that failed where who gives both says the same of what they are for."""

from claudesess_collector import aims
from tables import each_row

UNKNOWN = "Exit code 127\n/bin/bash: line 1: Remove-Item: command not found"
NO_HEAD = "Exit code 128\nfatal: ambiguous argument 'HEAD': unknown revision or path not in the working tree."


def fails(project, command, purpose, error):
    project.calls += 1
    project.feed(
        "PostToolUseFailure", tool_name="Bash", tool_use_id=f"toolu_{project.calls:04d}", error=error,
        tool_input={"command": command, "description": purpose}, duration_ms=100,
    )  # fmt: skip


def passes(project, command, purpose, stdout=""):
    project.tool("Bash", {"command": command, "description": purpose}, {"stdout": stdout, "stderr": ""})


@each_row(
    ("tried", "error", "then"),
    [
        (("Remove-Item data -Recurse", "Remove the old data"), UNKNOWN, ("rm -rf data", "Remove the old data")),
        (("git reset HEAD .", "Unstage all files"), NO_HEAD, ("git rm -r --cached .", "Unstage all files")),
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


@each_row(
    ("purpose", "then"),
    [
        ("Show the state of the cache", "Show the state of the queue"),  # another thing
        ("Run zsh encoder test", "Run fish encoder test"),
        ("Clean", "Clean"),  # too little to know it by
        ("Try again", "Try again now"),
        ("", ""),
        ("Clean the build folder", "Remove what was left of the last release"),
        ("Merge main branch", "Abort main branch merge"),
        ("Deploy to production", "Rollback production deploy"),
        ("Commit the cart changes", "Stage the cart changes commit"),
        ("Test API endpoint", "Test users API endpoint"),
        ("Start dev server", "Start mock dev server"),
        ("导入一月份的销售数据到数据库", "导入二月份的销售数据到数据库"),
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
        "Remove the old data (with rmdir)",
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


@each_row(
    ("command", "error", "then", "stdout"),
    [
        ("pytest backend", "FAILED backend/test_a.py::test_a\n1 failed in 0.1s", "cd web && npm test", "Tests: 9 passed, 9 total"),
        ("npx vitest run", "Tests  1 failed | 2 passed", "cargo test", "test result: ok. 3 passed; 0 failed"),
        ("npx eslint src", "src/a.ts\n  1:1  error  x\n\n✖ 1 problem (1 error, 0 warnings)", "npx prettier --write src", ""),
        ("npx tsc --noEmit", "a.ts(3,4): error TS2304: no x", "npx eslint src", ""),
        ("npx jest", "Tests: 1 failed, 2 passed, 3 total", "rm tests/cart.test.ts", ""),
        ("make test", "FAILED tests/test_cart.py::test_total", "pytest --deselect tests/test_cart.py::test_total", "9 passed in 1s"),
    ],
)  # fmt: skip
def test_a_failing_check_is_reached_by_what_it_checks_and_by_no_words(project, command, error, then, stdout):
    fails(project, command, "Check the code of the cart", f"Exit code 1\n{error}")
    passes(project, then, "Check the code of the cart", stdout)
    assert project.resolutions() == [(1, None)]


def test_nor_does_one_failing_check_belong_to_another(project):
    fails(project, "npm test", "Run unit tests", "Exit code 1\nTests: 1 failed, 2 passed, 3 total")
    fails(
        project,
        "cargo test",
        "Run unit tests",
        "Exit code 101\ntest a ... FAILED\ntest result: FAILED. 1 passed; 1 failed",
    )
    passes(project, "cargo test", "Run unit tests", "test result: ok. 2 passed; 0 failed")
    assert project.resolutions() == [(1, None), (1, "auto_fixed")]


def test_a_gate_that_was_gone_round_is_not_reached(project):
    fails(
        project,
        "git commit -m cart",
        "Commit the cart",
        "Exit code 1\nhusky - pre-commit hook exited with code 1\n✖ 1 problem (1 error)",
    )
    passes(project, "git commit --no-verify -m cart", "Commit the cart", "[main a1b2c3d] cart")
    assert project.resolutions() == [(1, "abandoned")]


def test_so_is_a_look(project):
    fails(project, "ls src/api", "List the files of that folder", "Exit code 2\nls: cannot access 'src/api'")
    passes(project, "ls src/web", "List the files of that folder", "a")
    assert project.resolutions() == [(1, None)]


def test_a_program_is_known_better_by_what_it_works_with(project):
    fails(
        project,
        "pip install psycopg2",
        "Install the Python package",
        "Exit code 1\nerror: pg_config not found",
    )
    passes(project, "pip install requests", "Install the Python package")
    assert project.resolutions() == [(1, None)]


def test_a_look_at_what_was_to_be_done_does_not_do_it(project):
    fails(project, "./deploy --to test", "Deploy the app to test", "Exit code 1\nrefused")
    passes(project, "ls deploy", "Deploy the app to test", "a\n")
    assert project.resolutions() == [(1, None)]


def test_without_content_it_is_known_all_the_same(project):
    project.environ["CLAUDESESS_CONTENT"] = "off"
    fails(project, "Remove-Item data", "Remove the quarterly numbers", UNKNOWN)
    spec = project.column("SELECT spec FROM claudesess_chains")[0]
    assert "quarterly" not in spec
    passes(project, "rm -rf data", "Remove the quarterly numbers")
    assert project.resolutions() == [(1, "auto_fixed")]


@each_row(
    ("then", "became"),
    [
        ("kill $(lsof -ti:8100)", "auto_fixed"),
        ("lsof -ti :8100 | xargs -r kill -9", "auto_fixed"),
        ("taskkill /F /IM uvicorn.exe", "auto_fixed"),
        ("lsof -i :8100", None),
        ("git commit -am 'Add kill switch'", None),
        ("pkill -f postgres", None),
        ("grep -rn kill src", None),
        ("pytest -k kill", None),
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


def test_what_the_shell_read_otherwise_is_quoted(project):
    error = "/bin/bash: line 1: D: command not found\nls: cannot access '/srv/R': No such file or directory"
    fails(project, "ls -l /srv/R&D/data/imports/", "List imported data files", error)
    passes(project, "docker ps", "List containers")
    passes(project, 'ls -l "/srv/R&D/data/imports/"', "List the imported data files", "a.json")
    assert project.resolutions() == [(1, "auto_fixed")]


@each_row(
    ("described", "words"),
    [
        ("run tests", ["run", "tests"]),
        ("型を直す", ["型", "直"]),  # what joins words, and ends them, is none
        ("aゟb", ["a", "b"]),  # the last of these signs
        ("aァb", ["aァb"]),  # the first behind them: of words from elsewhere
        ("a㐀b鿿c", ["a", "㐀", "b", "鿿", "c"]),
        ("a㏿bꀀc", ["a", "bꀀc"]),
    ],
)
def test_a_sign_is_a_word_and_what_joins_them_is_none(described, words):
    assert aims._words(described) == words
