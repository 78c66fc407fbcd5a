"""Which checks a task runner shows that it started: each with the task that it is of, and what it printed."""

from claudesess_collector import looks, output_behind
from claudesess_collector.aims import of_command
from tables import each_row

HOME = "/home/dev/app"


def started(command, *lines):
    """Return the family of each check that was started, the task that it is of, and the lines behind it."""
    call = of_command(command, HOME, HOME, is_after=False)
    found = output_behind._started(call.main, "\n".join(lines), call.parts)
    return [(behind.families[0], behind.via, *text.split()) for behind, text in found]


@each_row(
    ("command", "lines", "expected"),
    [
        ("make check", ["ruff check .", "x", "mypy a.py", "y"], [("ruff", "make check", "x"), ("mypy", "make check", "y")]),
        ("make check", ["go test ./...", "x"], [("go test", "make check", "x")]), ("make check", ["mypy src/.", "x"], [("mypy", "make check", "x")]),
        ("make check", ["running the tests.", "pytest -q", "x"], [("pytest", "make check", "x")]), ("make check", ["pytest runs all tests", "x"], []),
        ("make check", ["pytest a.py runs."], []), ("make check", ["pytest -q:"], []), ("make check", ["cargo clippy!"], []), ("make check", ["ruff", "x"], [("ruff", "make check", "x")]),
        ("make check", ["go vet", "x"], [("go vet", "make check", "x")]), ("make check", ["pytest -" + "q" * 292, "x"], [("pytest", "make check", "x")]), ("make check", ["pytest -" + "q" * 293, "x"], []),
        ("just ci", ["pytest -q", "x"], [("pytest", "just ci", "x")]), ("npm run ci", ["ruff check .", "x"], []),  # it shows what it runs otherwise
        ("npm run ci", ["> app@1.0.0 ci", "> ruff check .", "x", "> mypy a", "y"], [("ruff", "npm ci", "x"), ("mypy", "npm ci", "y")]),
        ("npm run lint", ["> app@1.0.0 lint", "x"], []), ("npm run ci", ["$ eslint .", "x"], [("eslint", "npm ci", "x")]), ("npm run ci", ["+ eslint .", "x"], [("eslint", "npm ci", "x")]),
        ("task ci", ["task: [lint] golangci-lint run", "x", "task: [test] go test ./...", "y"], [("golangci-lint", "task ci", "x"), ("go test", "task ci", "y")]),
        ("mise run ci", ["[lint] $ golangci-lint run", "x"], [("golangci-lint", "mise ci", "x")]), ("mise run ci", ["$ /x/mise-tasks/test.sh a", "x"], []),
        ("tox", ["py311: commands[0]> pytest -q", "x"], [("pytest", "tox", "x")]), ("nox", ["nox > pytest -q", "x"], [("pytest", "nox", "x")]),
        ("npm run ci", ["> npm run lint", "x", "> eslint .", "y"], [("eslint", "npm ci", "y")]), ("npm run ci", ["> ruff check . && mypy .", "x"], []),
        ("npm run lint && npm run test", ["> app@1.0.0 lint", "> eslint .", "x", "> app@1.0.0 test", "> vitest run", "y"],
         [("eslint", "npm lint", "x", ">", "app@1.0.0", "test"), ("vitest", "npm test", "y")]),
    ],
)  # fmt: skip
def test_the_checks_that_a_task_runner_started(command, lines, expected):
    assert started(command, *lines) == expected


def test_so_many_checks_of_a_runner_are_told_apart():
    assert len(started("make check", *(f"pytest a{n}.py" for n in range(12)))) == 12
    assert started("make check", *(f"pytest a{n}.py" for n in range(13)))[-1] == (
        "pytest",
        "make check",
        "pytest",
        "a12.py",
    )


def test_what_a_runner_was_told_to_choose_its_check_of_that_kind_chooses():
    call = of_command("npm run test -- -t 'adds one'", HOME, HOME, is_after=False)
    [(jest, _), (eslint, _)] = output_behind._started(call.main, "> jest a.ts\n> eslint .", call.parts)
    assert jest.cases == call.main.cases != []
    assert (
        [target for target in jest.targets if target.startswith("?")]
        == [target for target in call.main.targets if target.startswith("?")]
        != []
    )
    assert (eslint.cases, [target for target in eslint.targets if target.startswith("?")]) == ([], [])


@each_row(
    ("tried", "again", "is_it"),
    [
        ("grep alpha", "grep alpha", True), ("grep alpha beta gamma", "cat alpha", True), ("grep alpha beta gamma delta", "cat alpha", False), ("grep -rn alpha", "cat alpha", True), ("ls -la", "ls", False),
        ("cat alpha.py", "cat alpha", False), ("cat a_alpha", "cat alpha", False), ("grep export alpha", "grep export", False), ("grep alpha beta", "grep gamma", False),
        ("grep alpha beta gamma delta", "cat alpha beta", True),
    ],
)  # fmt: skip
def test_a_look_is_for_the_same_by_a_third_of_its_words(tried, again, is_it):
    assert looks.is_for_the_same(tried, again) is is_it


NOT_THERE = "Exit code 1\ncat: {}: No such file or directory"


@each_row(
    ("tried", "printed", "then", "is_listed"),
    [
        ("cat docs/a.md", NOT_THERE, "ls docs", True), ("cat docs/a.md", NOT_THERE, "ls docs/", True), ("cat docs/a.md", NOT_THERE, "ls", False), ("cat docs/a.md", NOT_THERE, "ls src", False),
        ("cat docs/a.md", NOT_THERE, "cat docs", False), ("cat docs/a.md", NOT_THERE, "find docs -name '*.md'", True), ("cat docs/a.md", NOT_THERE, "find docs -name '*.py'", False),
        ("cat docs/a.md", NOT_THERE, "find docs -iname '*.md'", True), ("cat docs/a.md", NOT_THERE, "find docs -name a", True), ("cat docs/a.md", NOT_THERE, "find docs -delete", False),
        ("cat docs/a.md", NOT_THERE, "find docs -exec x", False), ("cat docs/a.md", NOT_THERE, "ls docs/*.md", True), ("cat docs/a.md", NOT_THERE, "ls /home/dev/app/docs", True),
        ("cat docs/a.md", NOT_THERE, "ls /x", False), ("cat /home/dev/app/docs/a.md", NOT_THERE, "ls docs", True), ("cat /x/docs/a.md", NOT_THERE, "ls docs", False),
        ("cat docs/a.md", "Exit code 1\ncat: {}: Permission denied", "ls docs", False), ("cat docs/a.md", "Exit code 1", "ls docs", True), ("grep x docs/a.md", "Exit code 1", "ls docs", False),
        ("cat docs/a.md src/b.py", "Exit code 1\ncat: src/b.py: No such file", "ls docs", False), ("cat docs/a.md src/b.py", "Exit code 1\ncat: src/b.py: No such file", "ls src", True),
        ("cat a.md", NOT_THERE, "ls", False), ("cat docs/in/a.md", NOT_THERE, "ls docs", False), ("cat 'docs/a.md'", NOT_THERE, "tree docs", True),
    ],
)  # fmt: skip
def test_the_folder_of_what_is_not_there_is_listed(tried, printed, then, is_listed):
    call = of_command(then, HOME, HOME, is_after=False)
    said = printed.format(tried.split()[-1].strip("'"))
    assert looks.lists_where(call, call.main, tried, said) is is_listed
