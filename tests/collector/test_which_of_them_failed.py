"""Which part of a line joined by `&&` failed, where one status stands for all of them."""

from claudesess_collector.aims import of_command
from claudesess_collector.outcomes_judged import _of_git, _picked
from tables import each_row

HOME = "/home/dev/app"
CLEAN, FINDING, TYPES = (
    "All checks passed!",
    "a.py:1:1: F401 x\nFound 1 error.",
    "a.py:1: error: x\nFound 1 error",
)


def parts_of(command):
    return of_command(command, HOME, HOME, is_after=False).parts


@each_row(
    ("command", "message", "failed"),
    [
        # one says by what it prints that it failed, or that it passed
        ("ruff check . && mypy .", FINDING, 0), ("ruff check . && mypy .", f"{CLEAN}\n{TYPES}", 1), ("ruff check . && pytest", f"{CLEAN}\n1 failed in 0.1s", 1), ("git status && pytest", "1 failed in 0.1s", 1),
        ("ruff check . && pytest && mypy .", f"{CLEAN}\n3 passed in 0.1s\nx", 2), ("flake8 && black --check .", "would reformat a.py", 1), ("tsc && node b.js", "a.ts(1,2): error TS2304: x", 0),
        # of two runs by one program the second, where the first said that it passed; of more nobody can tell
        ("pytest a && pytest b", "1 failed in 0.1s", 0), ("pytest a && pytest b", "3 passed in 0.1s\n1 failed, 2 passed in 0.2s", 1), ("mypy a && mypy b", f"Success: no issues found in 3 source files\n{TYPES}", 1),
        ("pytest a -q && pytest b -q && pytest c -q", "... [100%]\n3 passed in 0.1s\n1 failed in 0.2s", 0), ("go test ./a/... && go test ./b/...", "ok  \tx/a/one\t0.1s\nFAIL\tx/a/two\t0.1s", 0),
        # none says so: the one that is not told of, the last, what came behind the checks
        ("ruff check . && mypy .", "x", 1), ("ruff check . && mypy .", f"{CLEAN}\nx", 1), ("ruff check . && python a.py", f"{CLEAN}\nboom", 1), ("python a.py && ruff check .", "x", 1), ("python a.py && python b.py", "x", 1),
        ("ruff check . && python a.py", "x", 0), ("node a.js && tsc && node b.js", "x", 1), ("pytest && python a.py", "3 passed in 0.1s\nboom", 1),
        # what was not there names its program, or what it was told
        ("mkdir a && cd a && make", "mkdir: cannot create directory 'a': File exists", 0), ("pytest && ls x", "ls: cannot access 'x': No such file or directory", 1),
        # a task runner names its script; the shell could not read it, or nobody finds the project
        ("npm run lint && npm run types && npm run units", "npm ERR! Lifecycle script `types` failed with error:", 1), ("npm run lint && npm run types && npm run units", " ELIFECYCLE  x", 0),
        ("git add x && pytest", "zsh: parse error near `x'", 0), ("git add x && pytest", "bash: line 1: unexpected EOF while looking for matching `''", 0), ("git add x && pytest", "bash: -c: line 1: syntax error near unexpected token `)'", 0), ("git add x && pytest", "x" * 300 + "sh: 1: Syntax error: Unterminated quoted string", 1), ("pytest && npm test", "npm error enoent Could not read package.json", 1),
        # who brings packages could not
        ("pip install -e . && pytest", "error: externally-managed-environment\n× This environment is externally managed", 0), ("npm install && npm test", "npm error code ERESOLVE\nnpm error ERESOLVE could not resolve", 0), ("npm install && npm test", "npm error code 1\nnpm error path /a", 1), ("npm ci && npm test", "Tests: 1 failed, 1 total\nnpm ERR! code ELIFECYCLE", 1), ("npm ci && npm test", "expected npm error 404 for it\nTests: 1 failed, 1 total", 1), ("pip install -e . && pytest", "ERROR: No matching distribution found for x", 0),
        ("adb.exe install a.apk && adb.exe logcat -c", "adb.exe: device offline", 0),
        # git's own words
        ("git add . && git commit -m x && git push", "error: failed to push some refs to 'x'", 2), ("git pull && make", "fatal: not a git repository", 0), ("git pull && make", "make: *** [all] Error 1", 1),
    ],
)  # fmt: skip
def test_which_part_failed(command, message, failed):
    parts = parts_of(command)
    assert parts.index(_picked(parts, message)) == failed


@each_row(
    ("command", "message", "failed"),
    [
        ("git add . && git commit -m x && git push", "rejected", 2), ("git add . && git commit -m x && git push", "x", 1), ("git add . && git commit -m x && git status", "x", 1),
        ("git add . && git commit -m x", "rejected", 1), ("git add . && git push", "no upstream", 1), ("git fetch && git push", "x", 1), ("git fetch && git rebase main", "x", 1), ("git fetch && git status", "x", 0),
        ("git status && git log", "x", 1), ("git fetch && git rebase main", "error: x\nusage: git fetch [<options>]", 0), ("git fetch && git rebase main", "error: x\nusage: git rebase [<options>]", 1),
        ("git fetch && git add .", "fatal: .git/index.lock': File exists", 1),
    ],
)  # fmt: skip
def test_which_command_of_git_failed(command, message, failed):
    parts = parts_of(command)
    assert parts.index(_of_git(parts, message)) == failed
