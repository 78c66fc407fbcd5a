"""A try that failed and the next one, side by side: whether that reached it where it passed, or is another try of it where not."""

from tables import each_row


@each_row(
    ("failed", "said", "then", "is_reached"),
    [
        ("pytest a.py", "E", "pytest a.py", True), ("pytest a.py", "E", "pytest", True), ("pytest a.py", "E", "pytest b.py", False),
        ("pytest", "FAILED a.py::test_x", "pytest a.py", True), ("pytest a.py b.py", "FAILED a.py::test_x", "pytest a.py", True),
        ("pytest a.py b.py", "FAILED b.py::test_x", "pytest a.py", False), ("pytest src", "FAILED src/a.py::test_x", "pytest src/a.py", True),
        ("pytest src/a.py", "E", "pytest src", True), ("pytest -k one", "FAILED a.py::test_one", "pytest -k one", True),
        ("pytest -k one", "FAILED a.py::test_one", "pytest -k two", False), ("pytest -k one", "FAILED a.py::test_one", "pytest", True),
        ("pytest", "FAILED a.py::test_one", "pytest -k one", True),
        ("pytest", "FAILED a.py::test_one\nFAILED a.py::test_two", "pytest -k one", False),
        ("pytest -k 'one and two'", "E", "pytest -k one", True), ("pytest a.py -k one", "E", "pytest b.py -k one", False),
        ("pytest a.py -k one", "E", "pytest -k one", True), ("pytest", "E", "ruff check", False), ("pytest", "CartError: x", "pytest -k CartError", True), ("pytest", "CartError: x", "pytest -k Other", False),
        ("pytest", "CartError: x", "pytest -k 'CartError or Other'", True),
        ("npm test", "> jest\n1 failed", "npx jest", True), ("npm test", "> jest\n1 failed", "npm test", True),
        ("npm run build", "E", "npm run lint", False), ("make test", "pytest\n1 failed in 1s", "pytest", True),
        ("make check", "a.py:1:1: F401 x\nFound 1 error.", "ruff check", False), ("go build ./...", "./a.go:1:2: bad", "go test ./...", True),
        ("go build ./...", "./a.go:1:2: bad", "go vet ./...", True), ("go build ./...", "./a.go:1:2: bad", "go fmt ./...", False),
        ("cargo build", "error[E1]: x", "cargo test", True), ("cargo check", "error[E1]: x", "cargo test", True),
        ("cargo test", "error[E1]: x", "cargo build", False), ("git commit -m x", "fatal: y", "git commit -m z", True),
        ("git commit -m x", "fatal: y", "git push", False), ("git push", "error: failed to push some refs", "git push", True),
        ("git push", "error: failed to push some refs", "git pull", False), ("git merge x", "CONFLICT (content): a", "git commit -m y", True),
        ("git merge x", "fatal: refusing", "git commit -m y", False), ("git merge x", "CONFLICT (content): a", "git merge --continue", True),
        ("git rebase x", "could not apply abc", "git rebase --continue", True),
        ("git rebase x", "could not apply abc", "git rebase --abort", False), ("git pull", "CONFLICT (content): a", "git commit -m y", True),
        ("git cherry-pick x", "could not apply abc", "git commit -m y", True), ("git add a.py", "fatal: y", "git commit -m z", True),
        ("git add a.py", "fatal: y", "git add b.py", False), ("git add a.py", "fatal: y", "git add src/a.py", True),
        ("git add .", "fatal: y", "git add a.py", True), ("git checkout x", "error: y", "git checkout z", False),
        ("git checkout x", "error: y", "git checkout x", True), ("git checkout x", "error: y", "git switch x", True),
        ("git status", "fatal: not a git repository", "git log", False), ("git log", "fatal: not a git repository", "git status", False),
        ("cat a.txt", "cat: a.txt: No such file", "cat a.txt", True), ("cat a.txt", "cat: a.txt: No such file", "cat b.txt", False),
        ("cat a.txt", "cat: a.txt: No such file", "cat src/a.txt", True), ("cat a.txt", "cat: a.txt: No such file", "ls", False),
        ("cat docs/a.txt", "cat: docs/a.txt: No such file", "ls docs", True), ("python a.py", "E", "python a.py", True),
        ("python a.py", "E", "python b.py", False), ("python a.py", "can't open file 'a.py'", "python src/a.py", True),
        ("python a.py", "E", "python src/a.py", False), ("./test.sh one", "E", "./test.sh two", False),
        ("./test.sh one", "E", "./test.sh one", True), ("rm a.txt", "rm: a.txt: No such file", "rm -f a.txt", True),
        ("rm a.txt", "rm: a.txt: No such file", "rm b.txt", False), ("curl http://h/a", "curl: (7) x", "curl http://h/a", True),
        ("curl http://h/a", "curl: (7) x", "curl http://h/b", False), ("pip install x", "ERROR: y", "pip install x", True),
        ("pip install x", "ERROR: y", "pip install z", False), ("docker build .", "ERROR: y", "docker build .", True),
        ("tool a b c d e", "E", "tool a b c d e f", True), ("tool a", "E", "tool b", False),
        ("tool one two three four five", "E", "other one two three four five", True), ("tool one two three", "E", "other one two three", False),
        ("npm run nosuch", "npm error Missing script: \"nosuch\"", "npm run other", False), ("npm run nosuch", "E", "npm run other", False),
        ("go run main.go", "E", "go run main.go", True), ("go run main.go", "E", "go run other.go", False),
        ("tsc --noEmit", "a.ts(1,2): error TS1: x", "npx tsc", True), ("cd web && npm test", "E", "cd web && npm test", True),
        ("cd web && npm test", "E", "cd api && npm test", False),
    ],
)  # fmt: skip
def test_what_passes_reaches_what_failed_or_something_else(project, failed, said, then, is_reached):
    project.fails(failed, f"Exit code 1\n{said}")
    project.passes(then)
    assert project.resolutions() == [(1, "auto_fixed" if is_reached else None)]


@each_row(
    ("failed", "said", "then", "is_same"),
    [
        ("pytest a.py", "FAILED a.py::test_x", "pytest", True), ("pytest a.py", "FAILED b.py::test_x", "pytest", False),
        ("pytest", "FAILED a.py::test_x", "pytest a.py", True), ("pytest", "FAILED a.py::test_x", "pytest b.py", False),
        ("pytest a.py", "FAILED a.py::test_x", "pytest b.py", False), ("pytest -k one", "FAILED a.py::test_one", "pytest -k two", False),
        ("pytest -k one_two", "FAILED a.py::test_one", "pytest -k two", True),
        ("ruff check a.py", "a.py:1:1: F401 x", "ruff check b.py", False), ("ruff check", "a.py:1:1: F401 x", "mypy", False),
        ("git push", "error: failed to push some refs", "git push", True), ("git push", "error: failed to push some refs", "git pull", False),
        ("git status", "fatal: not a git repository", "git log", True), ("python a.py", "E", "python src/a.py", True),
        ("python a.py", "E", "python b.py", False), ("./run_all.py", "E", "./run_all_tests.py", False),
        ("tool one two three four five", "E", "other one two three four five", True), ("tool one two three", "E", "other one two three", False),
        ("npm run one", "npm error Missing script: \"one\"", "npm run two", True), ("npm run one", "E", "npm run two", False),
        ("make test", "pytest a.py\n1 failed in 1s", "pytest a.py", True),
        ("make test", "1 failed in 1s\nmake: *** [test] Error 1", "make test", True), ("git commit -m x", "fatal: y", "git commit -m z", True),
        ("git add a", "fatal: y", "git add b", False), ("git add .", "fatal: y", "git add b", True), ("rm a", "rm: x", "rm b", False),
        ("cat a.txt", "cat: a.txt: No such file", "cat b.txt", False), ("cd web && npm test", "E", "cd api && npm test", False),
        ("python3 -c 'import a; b(c, d, e, f, g, h, i, j, k, l)'", "E", "python3 -c 'import a; b(c, d, e, f, g, h, i, j, k, m)'", True),
        ("python3 -c 'import a; b(c)'", "E", "python3 -c 'import z; b(c)'", False),
    ],
)  # fmt: skip
def test_what_fails_next_is_another_try_or_something_else(project, failed, said, then, is_same):
    project.fails(failed, f"Exit code 1\n{said}")
    project.fails(then, f"Exit code 1\n{said}")
    assert project.resolutions() == [(1, None), (2 if is_same else 1, None)]


@each_row(("then", "attempt"), [("mypy", 4), ("pytest", 1)])
def test_what_a_task_runner_showed_last_is_behind_it_also_where_another_check_was_tried_by_itself(
    project, then, attempt
):
    one, other = (
        "a.py:1:1: F401 x\nFound 1 error.",
        "a.py:1: error: x  [misc]\nFound 1 error in 1 file (checked 1 source file)",
    )
    for command, said in (("make check", one), ("ruff check", one), ("make check", other), (then, other)):
        project.fails(command, f"Exit code 1\n{said}")
    assert project.column("SELECT attempt_number FROM error_log ORDER BY id") == [1, 2, 3, attempt]
