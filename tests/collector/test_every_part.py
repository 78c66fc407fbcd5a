"""What became of every part of a call: which failed and as what, which were seen to pass, which nobody saw."""

from claudesess_collector.aims import of_command
from claudesess_collector.outcomes import of_success
from claudesess_collector.outcomes_judged import of_failure
from tables import each_row

HOME = "/home/dev/app"


def told(outcome):
    """Return what failed, with its kind and category; then what passed, what showed nothing, and what nobody saw."""

    def name(part):
        return (part.program if part.families[0].startswith("#") else part.families[0]).replace(" ", "_")

    category = "" if outcome.category == "runtime" else f" {outcome.category}"
    failed = "-" if outcome.failed is None else f"{name(outcome.failed)} ({outcome.kind}{category})"
    groups = (outcome.passed, outcome.quiet, outcome.unseen)
    return (failed, *(" ".join(map(name, group)) for group in groups))


@each_row(
    ("command", "message", "failed", "passed"),
    [
        ("ruff check a.py && mypy a.py && pytest -q", "Exit code 1\n1 failed in 1s", "pytest (check test)", "ruff mypy"),
        ("ruff check .; mypy .; pytest -q",
         "Exit code 1\nAll checks passed!\na.py:2: error: bad  [x]\nFound 1 error in 1 file (checked 1 source file)\n1 failed in 1s", "mypy (check type)", "ruff"),
        ("ls a; pytest -q", "Exit code 1\n1 failed in 1s", "pytest (check test)", ""),
        ("cp a b && pytest -q && mv c d", "Exit code 1\n1 failed in 1s", "pytest (check test)", "cp"),
        ("make check; git push", "Exit code 1\nerror: failed to push some refs", "git_push (vcs)", ""),
        ("cp a b && mv c d", "Exit code 1\nmv: cannot stat 'c': No such file", "mv (run)", "cp"),
        ("cp a b && mv c d", "Exit code 1\ncp: cannot stat 'a': No such file", "cp (run)", ""),
        ("cp a b && mv c d", "Exit code 1\nwhat", "mv (run)", "cp"),
        ("cat a.txt && git push", "Exit code 1\nfatal: x", "git_push (vcs)", "look"),
        ("tool x && git push", "Exit code 1\nno word", "git_push (vcs)", "tool"),
        ("git add . && git status && git push",
         "Exit code 1\nTo github.com\n ! [rejected]        main -> main", "git_push (vcs)", "git_add git_status"),
        ("git add . && git commit -m x && git push", "Exit code 1\nnothing to commit", "git_commit (vcs)", "git_add"),
        ("git fetch && git rebase main", "Exit code 1\nCONFLICT (content)", "git_rebase (vcs)", "git_fetch"),
        ("git fetch && git rebase main && git log", "Exit code 1\nwhat", "git_rebase (vcs)", "git_fetch"),
        ("git fetch && git checkout x && git log", "fatal: Unable to create '/a/.git/index.lock': File exists.", "git_checkout (vcs)", "git_fetch"),
        ("git checkout x && git fetch", "fatal: Unable to create '/a/.git/index.lock': File exists.", "git_checkout (vcs)", ""),
        ("git fetch && git push x", "fatal: Unable to create '/a/.git/index.lock': File exists.", "git_push (vcs)", "git_fetch"),
        ("git add a && git rebase x && git log", "Exit code 129\nerror: unknown option\nusage: git rebase [-i] x", "git_rebase (vcs)", "git_add"),
        ("git rebase x && git add a", "Exit code 129\nerror: unknown option\nusage: git rebase [-i] x", "git_rebase (vcs)", ""),
        ("git log && git diff", "Exit code 128\nfatal: bad revision", "git_diff (probe)", "git_log"),
        ("git commit -m x && git log", "Exit code 1\nwhat", "git_commit (vcs)", ""),
        ("git push && git log", "Exit code 1\nwhat", "git_push (vcs)", ""),
        ("git add a && git commit -m x", "Exit code 1\nruff.....Failed\n- hook id: ruff\n\na.py:1:1: F401 x", "git_commit (check lint)", "git_add"),
        ("git push", "Exit code 1\nerror: failed to push some refs to 'x'", "git_push (vcs)", ""),
        ("npm run build && cp a b", "Exit code 1\n> build\n> tsc\na.ts(3,4): error TS2304: Cannot find name 'x'.", "tsc (check type)", "build"),
        ("npm run lint && npm run test", "Exit code 1\nnpm error Lifecycle script `lint` failed", "npm_lint (check lint)", ""),
        ("npm run lint && npm run test", "Exit code 1\nerror: script \"test\" exited with code 1", "npm_test (check test)", "npm_lint"),
        ("cargo fmt --check && cargo test", "error: could not find `Cargo.toml` in `/a` or any parent directory", "cargo_fmt (run)", ""),
        ("ruff check a.py && cargo test", "error: could not find `Cargo.toml` in `/a` or any parent directory", "cargo_test (run)", "ruff"),
        ("mypy a && ruff check b", "Exit code 1\nno summary", "ruff (check lint)", "mypy"),
        ("mypy a && ruff check b && cp c d", "Exit code 1\nno summary", "cp (run)", "mypy ruff"),
        ("mypy a && tool x", "Exit code 1\nno summary", "mypy (check type)", ""),
        ("tool x && mypy a", "Exit code 1\nno summary", "mypy (check type)", "tool"),
        ("pytest | tail && ruff check a && mypy b", "Exit code 1\n3 passed in 1s", "mypy (check type)", "ruff"),
        ("tool x && ruff check a && mypy a", "Exit code 1\nno summary", "mypy (check type)", "tool ruff"),
        ("tool x && pytest a", "Exit code 1\nno summary", "pytest (check test)", "tool"),
        ("pytest a && tool x", "Exit code 1\n3 passed in 1s", "tool (run)", "pytest"),
        ("tool x && pytest a", "Exit code 1\n3 passed in 1s", "pytest (check test)", "tool"),
        ("tool x && pytest a && cat b", "Exit code 1\n3 passed in 1s", "pytest (check test)", "tool"),
        ("tool x && cat a", "Exit code 1\nwhat", "tool (run)", ""),
        ("cat a && head b.txt", "Exit code 1\nwhat", "look (probe)", "look"),
        ("cat a && tool x && head b", "Exit code 1\nwhat", "tool (run)", "look"),
        ("tool x && other y", "Exit code 1\nwhat", "other (run)", "tool"),
        ("x=$(tool y) && pytest", "(eval):1: parse error near `)'", "pytest (check test)", "tool"),
        ("tool y && ls && pytest", "(eval):1: parse error near `)'", "tool (run)", ""),
        ("pytest || tool x", "Exit code 1\nwhat", "pytest (check test)", ""),
        ("tool x", "Exit code 1\n2 failed, 1 passed in 0.1s", "tool (check test)", ""),
        ("Tool x", "Exit code 1\n2 failed, 1 passed in 0.1s", "Tool (run test)", ""),
        ("./Tool.sh", "Exit code 1\nno word", "script (run)", ""),
        ("./ci.sh", "Exit code 1\nno word", "script (check)", ""),
        ("mix precommit", "Exit code 1\nno word", "mix_precommit (check)", ""),
        ("rake check", "Exit code 1\nno word", "rake_check (check build)", ""),
        ("npm run ci", "Exit code 1\nno word", "npm_ci (check)", ""),
        ("gradle foo", "Exit code 1\nno word", "gradle (run)", ""),
        ("make check", "Exit code 1\nno word", "make_check (check build)", ""),
        ("pytest", "Exit code 143\nlistening on :80", "pytest (check test)", ""),
        ("golangci-lint run | python3 -c 'print(1)'", "Exit code 1\nKeyError: 1", "python_-c (probe)", ""),
    ],
)  # fmt: skip
def test_what_failed_of_a_call_that_failed_and_what_had_passed_before(command, message, failed, passed):
    outcome = of_failure(of_command(command, HOME, HOME, is_after=False), message, 1)
    assert told(outcome) == (failed, passed, "", "")


@each_row(
    ("command", "output", "failed", "passed", "quiet", "unseen"),
    [
        ("pytest | tail", "3 passed in 1s", "-", "pytest", "", ""),
        ("pytest | tail", "1 failed in 1s", "pytest (check test)", "", "", ""),
        ("pytest | tail", "hello", "-", "", "", "pytest"),
        ("mypy a | tail", "", "-", "mypy", "", ""),
        ("mypy a | grep x", "", "-", "", "mypy", ""),
        ("mypy a | grep x", "hello", "-", "", "", "mypy"),
        ("mypy a; echo done", "done", "-", "mypy", "", ""),
        ("mypy a; echo \"end: $?\"", "end: 0", "-", "mypy", "", ""),
        ("mypy a | tail; echo \"end: $X\"", "end: 7", "-", "mypy", "", ""),
        ("mypy a | tail; echo \"end: $X\"", "fin: 7", "-", "", "", "mypy"),
        ("mypy a | tail; ls", "", "-", "mypy look", "", ""),
        ("pytest | tail; ls", "", "-", "look", "", "pytest"),
        ("ruff check . | tail; mypy . | tail", "All checks passed!\nSuccess: no issues found in 1 source file", "-", "ruff mypy", "", ""),
        ("ruff check . | tail; mypy . | tail", "Found 2 errors.\nSuccess: no issues found in 1 source file", "ruff (check lint)", "", "", ""),
        ("tool x | tail; other y | tail", "wrote", "-", "tool other", "", ""),
        ("tool x | tail; other y | tail", "Error: no", "-", "", "", "tool other"),
        ("tool x | tail", "Error: no", "-", "", "", "tool"),
        ("tool x | tail", "Errors: none", "-", "tool", "", ""),
        ("tool x | tail", "fatal: no", "tool (run)", "", "", ""),
        ("cat x | tail; true", "", "-", "", "", ""),
        ("cat x | tail; true", "a", "-", "look", "", ""),
        ("tool x && ls | head", "No such file", "-", "tool", "", "look"),
        ("tool x && git push | tail", "fatal: The current branch x has no upstream branch.", "git_push (vcs)", "tool", "", ""),
        ("git add a | tail; git push | tail", "fatal: The current branch x has no upstream branch.", "git_push (vcs)", "", "", "git_add"),
        ("git add a && git push | tail", "fatal: The current branch x has no upstream branch.", "git_push (vcs)", "git_add", "", ""),
        ("git push | grep x", "fatal: The current branch x has no upstream branch.", "-", "", "", "git_push"),
        ("tool a | tail; tool b | tail", "error: unknown option '--all'", "-", "", "", "tool tool"),
        ("tool a && other b | tail", "error: unknown option '--all'", "other (run)", "tool", "", ""),
        ("tool a | tail && other b | tail", "error: unknown option '--all'", "-", "", "", "tool other"),
        ("ls a; tool b | tail", "error: unknown option '--all'", "tool (run)", "", "", "look"),
        ("make a | tail; npm run b | tail", "npm ERR! code 1", "npm_run_b (run)", "make_a", "", ""),
        ("make a | tail", "make[1]: *** [a] Error 1", "make_a (check build)", "", "", ""),
        ("yarn a | tail", "error Command failed with exit code 1.", "yarn_a (run)", "", "", ""),
        ("pnpm a | tail", " ELIFECYCLE  Command failed", "pnpm_a (run)", "", "", ""),
        ("make serve | tail", "listening on http://localhost:80\nmake: *** [a] Error 1", "-", "make_serve", "", ""),
        ("make serve | tail", "make: *** [a] SIGTERM", "-", "make_serve", "", ""),
        ("make serve | tail", "make: *** [a] exit code 143", "-", "make_serve", "", ""),
        ("make serve | tail", "make: *** [a] exit code 130", "-", "make_serve", "", ""),
        ("make serve | tail", "make: *** [a] SIGINT", "-", "make_serve", "", ""),
        ("make serve | tail", "make: *** [a] Interrupt", "-", "make_serve", "", ""),
        ("npm test | tail", "sh: 1: jest: not found", "npm_test (check test)", "", "", ""),
        ("npm test | tail", "sh: 1: jest: not found\nmake: *** x", "npm_test (check test)", "", "", ""),
        ("npm test | tail", "$ jest\n> x\nsh: 1: jest: not found", "jest (check test)", "", "", ""),
        ("npm test | tail", "sh: 1: jest: not found\nmore", "-", "", "", "npm_test"),
        ("npm test | tail; echo more", "sh: 1: jest: not found\nmore", "npm_test (check test)", "", "", ""),
        ("pytest | tail", "bash: pytest: command not found", "pytest (check test)", "", "", ""),
        ("pytest | tail; ruff check | tail", "bash: ruff: command not found", "ruff (check lint)", "", "", "pytest"),
        ("pytest | tail; ruff check | tail", "bash: foo: command not found", "pytest (check test)", "", "", ""),
        ("pytest | tail; foo | tail", "bash: foo: command not found", "foo (run)", "", "", "pytest"),
        ("./check.sh | tail", "hello", "-", "", "", "script"),
        ("./check.sh | tail", "1 failed in 1s", "script (check test)", "", "", ""),
        ("curl localhost | grep x", "curl: (7) Failed to connect", "curl (run)", "", "", ""),
        ("tool localhost | grep x", "tool: (7) Failed to connect", "-", "tool", "", ""),
        ("tool x | tail", "TIMEOUT waiting", "-", "", "", "tool"),
        ("tool x | tail", "**Timed out** after 60", "-", "", "", "tool"),
        ("tool x | tail", "> timed out", "-", "", "", "tool"),
        ("tool x | tail", "timeouts: 0", "-", "tool", "", ""),
        ("gofmt -l . | head; echo '= a'; go vet ./... | head; echo '= b'", "= a\n./a.go:17:3: bad\n= b", "go_vet (check lint)", "gofmt", "", ""),
        ("gofmt -l . | head; echo '= a'; go vet ./... | head; echo '= b'", "store/a.go\n= a\n= b", "gofmt (check lint)", "", "", ""),
        ("gofmt -l . | head; echo '= a'; go vet ./... | head; echo '= b'", "= a\n./a.go:17:3: bad", "go_vet (check lint)", "gofmt", "", ""),
        ("ruff check . | tail; echo '= a'; ruff check b | tail", "All checks passed!\n= a\nFound 2 errors.", "ruff (check lint)", "ruff", "", ""),
        ("ruff check . | tail; echo '= a'; ruff check b | tail", "Found 2 errors.\n= a\nAll checks passed!", "ruff (check lint)", "", "", ""),
        ("ruff check . | tail; echo '= a'; ruff check b | tail", "Found 2 errors.\n= a\n= a\nAll checks passed!", "ruff (check lint)", "", "", ""),
        ("echo '= a'; ruff check . | tail; echo '= b'; pytest | tail", "1 failed in 1s\n= a\n= b\n", "-", "ruff", "", "pytest"),
        ("echo \"a: $X\"; pytest | tail; echo b", "1 failed in 1s\na: 7\nb", "-", "", "", "pytest"),
        ("echo \"a: $X\"; pytest | tail; echo b", "a: 7\n1 failed in 1s\nb", "pytest (check test)", "", "", ""),
        ("echo \"abc\"; pytest | tail; echo bcd", "1 failed in 1s\nabc\nbcd", "-", "", "", "pytest"),
        ("echo \"abc\"; pytest | tail; echo bcd", "1 failed in 1s\nbcd", "pytest (check test)", "", "", ""),
        ("echo \"abc\"; pytest | tail; echo bcd", "abc\nbcd\n1 failed in 1s", "-", "", "", "pytest"),
    ],
)  # fmt: skip
def test_what_became_of_the_parts_of_a_call_that_passed(command, output, failed, passed, quiet, unseen):
    outcome = of_success(of_command(command, HOME, HOME), output)
    assert told(outcome) == (failed, passed, quiet, unseen)
