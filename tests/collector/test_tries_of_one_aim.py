"""Which tries are of one aim and what reached it, however it is spelled: small stories as careful readers tell them.

A step is a command and what it said; `None` beside it is a success without output, a text after `OK` one with output.
Beside the steps: of each failed try its number in its chain and what became of it.
"""

import pytest

OK = "OK"
GO_FAILS = (
    "Exit code 1\n--- FAIL: TestStore_Read (0.01s)\n    store_test.go:9: want 2\nFAIL\nFAIL\tapp/store\t0.3s"
)
NOT_HERE = "Exit code 1\n(eval):cd:1: no such file or directory: web"
NO_MODULE = (
    "Exit code 1\npattern ./...: directory prefix . does not contain main module or its selected dependencies"
)
NO_OPTION = (
    "Exit code 129\nerror: unknown option `cached'\nusage: git status [<options>] [--] [<pathspec>...]"
)
NO_NAME = "a.ts(1,2): error TS2304: Cannot find name 'x'."
STORE = "go test ./store/... -run"
SCRIPT = "/home/dev/app/tools/serve.ts"


def fixed(n):
    return [*((at, None) for at in range(1, n)), (n, "auto_fixed")]


STORIES = {
    # Some cases of a check.
    "a narrower pattern of the same cases": (
        [(f"{STORE} 'TestStore_File_Read'", GO_FAILS), (f"{STORE} 'TestStore_File_ReadTwice'", GO_FAILS),
         (f"{STORE} 'TestStore'", None)],
        fixed(2),
    ),
    "other cases of the same folder reach nothing": (
        [(f"{STORE} 'TestStore_Read'", GO_FAILS), (f"{STORE} 'TestQueue|TestTimer'", None)], [(1, None)]
    ),
    "the same case in a folder within": (
        [(f"{STORE} 'TestStore_Read'", GO_FAILS), ("go test ./store/disk -run 'TestStore_Read'", GO_FAILS)],
        [(1, None), (2, None)],
    ),
    "other cases that fail are another aim": (
        [(f"{STORE} 'TestStore_Read'", GO_FAILS), (f"{STORE} 'TestQueue'", GO_FAILS)], [(1, None), (1, None)]
    ),
    "more cases, the failed ones among them": (
        [(f"{STORE} 'TestStore_Read'", GO_FAILS), (f"{STORE} 'TestQueue|TestStore_Read'", None)], fixed(1)
    ),
    "the case that failed, of a pattern of many": (
        [(f"{STORE} 'TestStore'", GO_FAILS), (f"{STORE} 'TestStore_Read'", None)], fixed(1)
    ),
    "a case that did not fail, of a pattern of many": (
        [(f"{STORE} 'TestStore'", GO_FAILS), (f"{STORE} 'TestStore_Write'", None)], [(1, None)]
    ),
    "more files, while one of those that failed still fails": (
        [("pytest tests/a.py tests/b.py", "Exit code 1\nFAILED tests/a.py::test_a"),
         ("pytest tests", "Exit code 1\nFAILED tests/b.py::test_b"), ("pytest tests", None)],
        fixed(2),
    ),
    # What was to run was not there.
    "a check in the wrong folder": (
        [("go test -run TestStore", "Exit code 1\nno Go files in /home/dev/app\nFAIL\t. [setup failed]"),
         ("go test ./store/... -run TestStore", None)],
        fixed(1),
    ),
    "a check in the wrong folder, twice": (
        [("go test -run TestStore", "Exit code 1\nno Go files in /home/dev/app\nFAIL\t. [setup failed]")] * 2
        + [("go test ./store/... -run TestStore", None)],
        fixed(2),
    ),
    "a list of checks in the wrong folder, then in the right one": (
        [("gofmt -l . && go vet ./... && go test ./... | tail -3", NO_MODULE),
         ("cd api && gofmt -l . && go vet ./... && go test ./... | tail -3", OK + "\nok  \tapp\t0.3s")],
        fixed(1),
    ),
    "a check in the wrong folder, behind a pipe": (
        [("go build ./... 2>&1 | tail -5", OK + NO_MODULE[len("Exit code 1"):]),
         ("cd api && go build ./... 2>&1 | tail -5", None)],
        fixed(1),
    ),
    "no manifest here": (
        [("bun run lint", "Exit code 1\nerror: Couldn't find package.json in /home/dev"), ("cd web && bun run lint", None)],
        fixed(1),
    ),
    "another kind of check reaches nothing of it": (
        [("go build ./...", NO_MODULE), ("cd api && go vet ./...", None)], [(1, None)]
    ),
    "in the wrong folder, then it really fails": (
        [("docker build -t api .", "ERROR: failed to solve: failed to read dockerfile: open Dockerfile: no such file"),
         ("docker build -t api services/api | tail -3", OK + "\nERROR: failed to solve: exit code: 1"),
         ("docker build -t api services/api | tail -3", OK + "\n#9 naming to docker.io/library/api done")],
        fixed(2),
    ),
    "a script told by another path": (
        [("node serve.ts", f"Exit code 1\nError: Cannot find module '{SCRIPT}'"), (f"node ../{SCRIPT[10:]}", None)],
        fixed(1),
    ),
    "a script of the same name, another piece of work": (
        [("node a/run.ts", "Exit code 1\nError: no data"), ("node b/run.ts", None)], [(1, None)]
    ),
    "a program that is not there, then through its runner": (
        [("eslint src/a.js", "Exit code 127\neslint: command not found"), ("npm run lint", None)], fixed(1)
    ),
    "a program that is not there, and another checker passes": (
        [("pyright a.py", "Exit code 127\npyright: command not found"), ("mypy a.py", None)], [(1, None)]
    ),
    "a task that the runner does not have": (
        [("npm start", "Exit code 1\nError: no port\n> app@1.0.0 start"),
         ("npm run serve", 'npm error Missing script: "serve"'), ("npm start", None)],
        fixed(2),
    ),
    "no such task, and another kind of check passes": (
        [("npm run typecheck", 'npm error Missing script: "typecheck"'), ("npx eslint .", None)], [(1, None)]
    ),
    # Behind a task runner.
    "the script that a runner shows": (
        [("npm start", "Exit code 1\nTypeError: x\n> app@1.0.0 start\n> node --strip index.ts"),
         ("node --trace index.ts", "Exit code 1\nTypeError: x"), ("npm start", None)],
        fixed(2),
    ),
    "the check behind a runner, by itself": (
        [("mise run test:ci", GO_FAILS), ("go test ./store/...", GO_FAILS), ("mise run test:ci", None)], fixed(2)
    ),
    "a check of a folder that the runner's output does not name": (
        [("mise run test:ci", GO_FAILS), ("go test ./queue/...", GO_FAILS)], [(1, None), (1, None)]
    ),
    "a runner that does not show again which check failed": (
        [("npm run check", f"Exit code 1\n> app@1.0.0 check\n> tsc --noEmit\n{NO_NAME}"),
         ("npm run check", "Exit code 1\n" + NO_NAME), ("npm run check", None)],
        fixed(2),
    ),
    "a runner behind which another kind of check fails": (
        [("npm run check", f"Exit code 1\n> app@1.0.0 check\n> tsc --noEmit\n{NO_NAME}"),
         ("npm run check", "Exit code 1\n FAIL src/b.test.ts\nTests: 1 failed, 2 total"), ("npm run check", None)],
        [(1, "auto_fixed"), (1, "auto_fixed")],
    ),
    "a check behind a program that nobody knows": (
        [("rtk bun run test", "Exit code 1\nerror: unknown command"), ("bun run test", None)], fixed(1)
    ),
    "what a message says has passed, it does not speak of": (
        [("npx vitest run", "Exit code 1\n \x1b[32m✓\x1b[39m tests/a.test.ts (2 tests)\n FAIL tests/b.test.ts > b\n"
          " Tests 1 failed | 2 passed"), ("npx vitest run tests/a.test.ts", None)],
        [(1, None)],
    ),
    "a narrower run that finds nothing to run": (
        [("npx jest src", "Exit code 1\nFAIL src/b.test.ts\nTests: 1 failed, 2 total"),
         ("npx jest src/c.test.ts", "Exit code 1\nNo tests found, exiting with code 1")],
        [(1, None), (1, None)],
    ),
    "a config in another folder": (
        [("pnpm --filter api exec jest --config apps/api/jest.config.ts shares",
          "Exit code 1\nError: Can't find a root directory while resolving a config file path."),
         ("cd apps/api && npx jest shares", None)],
        fixed(1),
    ),
    # git.
    "a commit ends the rebase that git has begun": (
        [("git rebase main", "Exit code 1\nCONFLICT (content): Merge conflict in a.py"), ("git commit -am x", None)],
        fixed(1),
    ),
    "a commit is none of a merge that git refused": (
        [("git merge main", "Exit code 1\nerror: Your local changes would be overwritten by merge"),
         ("git commit -am x", None)],
        [(1, None)],
    ),
    "the same file by another path": (
        [("git rm web/a.txt", "Exit code 128\nfatal: pathspec 'web/a.txt' did not match any files"),
         ("git rm a.txt", None)],
        fixed(1),
    ),
    # Looks and runs.
    "a look that shows another name": (
        [("pip show flask", "Exit code 1\nWARNING: Package(s) not found: flask"), ("pip show django", None)], [(1, None)]
    ),
    "a look by another tool": (
        [("grep -rn 'func Open()' src", "Exit code 2\ngrep: src: No such file"), ("rg 'func Open()'", None)], fixed(1)
    ),
    "a line of code for sed is no file": (
        [("sed -n '1,60p' a.txt", "Exit code 1\nsed: a.txt: No such file"), ("sed -n '1,60p' b.txt", None)],
        [(1, None)],
    ),
    "another setting of git": (
        [("git config gc.auto", "Exit code 1"), ("git config fetch.prune", None)], [(1, None)]
    ),
    "how a program is used": (
        [("tool export --all", "Exit code 1\nerror: unknown option '--all'"), ("tool --help", None),
         ("tool export", None)],
        fixed(1),
    ),
    "another command of a program": (
        [("tool export x.csv", "Exit code 1\nerror: no data"), ("tool status", None)], [(1, None)]
    ),
    "a program by itself is none of its commands": (
        [("tool", "Exit code 1\nerror: no command"), ("tool status", None)], [(1, None)]
    ),
    "a stash dropped is none taken up": (
        [("git stash pop", "error: Your local changes would be overwritten"), ("git stash drop", None)], [(1, None)]
    ),
    "a list of endpoints is no answer that was sent": (
        [("gh api repos/o/r/pulls/7/comments -f body=x", "Exit code 1\ngh: Not Found (HTTP 404)"),
         ("gh api repos/o/r/pulls/7/comments", None), ("gh api repos/o/r/pulls/7/replies -f body=x", None)],
        fixed(1),
    ),
    "an option that git's look does not have": (
        [("git add a && git status --cached && git diff --cached | tail -3", NO_OPTION),
         ("git diff --cached | tail -3 && git commit -m x", OK + "\n a | 1 +")],
        fixed(1),
    ),
    "an option that git's look does not have, and something else": (
        [("git status --cached", NO_OPTION), ("git commit -m x", None)], [(1, None)]
    ),
    # On another machine, in a database.
    "a look on another machine": (
        [("ssh dev@host 'cat /etc/shop/a.conf'", "Exit code 1\ncat: /etc/shop/a.conf: No such file or directory"),
         ("ssh dev@host 'systemctl restart shop'", None), ("cat a.conf", None),
         ("ssh -p 22 dev@host 'sudo cat /srv/shop/a.conf | head'", None)],
        fixed(1),
    ),
    "a run on another machine": (
        [("ssh dev@host 'cd shop && docker compose up -d'", "Exit code 1\nno space left on device"),
         ("docker compose up -d", None), ("ssh dev@host 'docker ps'", None)],
        [(1, None)],
    ),
    "a look into a database": (
        [("psql -d shop -c 'SELECT naem FROM orders'", "Exit code 1\nERROR: column \"naem\" does not exist"),
         ("psql -d shop -c 'select 1 from prices'", None), ("psql -d shop -c 'CREATE INDEX i ON orders (name)'", None),
         ("psql -d shop -c 'SELECT name FROM orders'", None)],
        fixed(1),
    ),
    "a change of a database, as somebody else": (
        [("psql -d shop -c 'CREATE INDEX i ON orders (name)'", "Exit code 2\nFATAL: Peer authentication failed"),
         ("psql -d shop -c 'SELECT name FROM orders'", None),
         ("sudo -u postgres psql shop -c 'CREATE INDEX i ON orders (name)'", None)],
        fixed(1),
    ),
    "what the shell could not read is known by its first look": (
        [("P=$(x); grep -n 'def main' $P/app.py || find . | head", "(eval):1: parse error near `('"),
         ("grep -n 'def main' src/app.py", None)],
        fixed(1),
    ),
}  # fmt: skip


def play(project, steps, **fields):
    for command, said in steps:
        if said is None or said.startswith(OK):
            project.passes(command, (said or "")[len(OK) + 1 :], **fields)
        else:
            project.fails(command, said, **fields)


@pytest.mark.parametrize("story", STORIES)
def test_stories(project, story):
    steps, became = STORIES[story]
    play(project, steps)
    assert project.resolutions() == became


def became_of(project):
    """Return of each story, told in a session of its name, what became of its failed tries."""
    found = {story: [] for story in STORIES}
    for story, *became in project.rows(
        "SELECT session_id, attempt_number, resolution FROM error_log ORDER BY id"
    ):
        found[story].append(tuple(became))
    return found


def test_stories_of_which_all_go_on_at_once(project):
    """No session has a part in what another one tries, though both try the same."""
    for at in range(max(len(steps) for steps, _ in STORIES.values())):
        for story, (steps, _) in STORIES.items():
            play(project, steps[at : at + 1], session=story)
    assert became_of(project) == {story: became for story, (_, became) in STORIES.items()}


def test_stories_of_which_all_had_to_wait(project):
    """What is kept of a failure that waits, its text not among it, tells as much."""
    project.database.mkdir()  # something else stands in its place
    for story, (steps, _) in STORIES.items():
        play(project, steps, session=story)
    project.database.rmdir()
    for _ in range(9):  # each takes up what a moment allows
        project.feed("Nonsense", session=None)
    assert not (project.disk / ".claude-session.spool").exists()
    assert became_of(project) == {story: became for story, (_, became) in STORIES.items()}


def test_a_look_that_was_answered_is_asked_anew_in_a_later_turn(project):
    project.fails("git cat-file -t abc", "Exit code 128\nfatal: could not get object info")
    project.feed("UserPromptSubmit", prompt="And now?")
    project.fails("git cat-file -t abc", "Exit code 128\nfatal: could not get object info")
    assert project.column("SELECT attempt_number FROM error_log") == [1, 1]


def test_a_search_by_the_tool_and_by_the_shell_are_one_look(project):
    project.feed(
        "PostToolUseFailure", tool_name="Grep", tool_use_id="t1", tool_input={"pattern": r"func Open\(\)"},
        error="ENOENT: posix_spawn rg",
    )  # fmt: skip
    project.passes('grep -rn "func Open()" .')
    assert project.resolutions() == [(1, "auto_fixed")]


A_FOLDER = "EISDIR: illegal operation on a directory, read '/home/dev/app/src/screens'"


@pytest.mark.parametrize(
    ("tool", "given", "became"),
    [
        ("Glob", {"pattern": "src/screens/*.dart"}, "auto_fixed"),
        ("Glob", {"pattern": "**/*.dart", "path": "/home/dev/app/src/screens"}, "auto_fixed"),
        ("Bash", {"command": "ls src/screens/"}, "auto_fixed"),
        ("Bash", {"command": "find src/screens -type f"}, "auto_fixed"),
        ("Glob", {"pattern": "src/widgets/*.dart"}, None),
        ("Glob", {"pattern": "**/*.dart", "path": "."}, None),
        ("Grep", {"pattern": "screens", "path": "/home/dev/app"}, "auto_fixed"),
    ],
)
def test_a_folder_that_was_read_like_a_file_is_looked_into_otherwise(project, tool, given, became):
    project.feed(
        "PostToolUseFailure", tool_name="Read", tool_use_id="t1", error=A_FOLDER,
        tool_input={"file_path": "/home/dev/app/src/screens"},
    )  # fmt: skip
    project.tool(tool, given, {})
    assert project.resolutions() == [(1, became)]
