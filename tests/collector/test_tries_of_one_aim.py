"""Which tries are of one aim and what reached it, however it is spelled: small stories as careful readers tell them.

A step is a command and what it said; `None` beside it is a success without output, a text after `OK` one with output.
Beside the steps: of each failed try its number in its chain and what became of it.
"""

import pytest
from tables import each_row

OK = "OK"
UNREADABLE = "Exit code 1\n(eval):1: parse error near `('"
TWO_FAIL = "Exit code 1\n--- FAIL: TestStore_Read (0.01s)\n    store_test.go:9: want 2\n--- FAIL: TestStore_Write (0.01s)\nFAIL"
LOOP = 'for f in one two; do\n  {0}=$f\n  echo "$f has {0} lines of text"\ndone'
OCR = "/home/dev/app/ocr"
GO_FAILS = (
    "Exit code 1\n--- FAIL: TestStore_Read (0.01s)\n    store_test.go:9: want 2\nFAIL\nFAIL\tapp/store\t0.3s"
)
WOULD = "Exit code 1\nWould reformat: b.py\n1 file would be reformatted, 1 file already formatted"
LINT = 'Exit code 1\n$ biome check\nsrc/a.ts format ━━━\n  × Formatter would have printed the following content:\nChecked 28 files in 23ms. No fixes applied.\nFound 1 error.\nerror: script "lint" exited with code 1'
NOT_THERE = 'Exit code 254\nundefined\n/home/dev/app/web:\n ERR_PNPM_RECURSIVE_EXEC_FIRST_FAIL  Command "biome" not found'
CARGO_FAILS = "Exit code 101\n    Finished `dev` profile [unoptimized] target(s) in 0.79s\nrunning 7 tests\nfailures:\n    config::tests::no_file\n    config::tests::empty\n\ntest result: FAILED. 5 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out\nerror: test failed, to rerun pass `--lib`"
CARGO_PASSES = "OKrunning 2 tests\ntest result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 5 filtered out"
TASK_FAILS = "[test:integration] $ go test -tags=integration ./cmd/app/integration_test/...\n--- FAIL: TestResume_AfterMerge (3.81s)\n    resume_test.go:19: exit status 1\nFAIL\nFAIL\tapp/integration_test\t68.760s\nFAIL\n[test:integration] ERROR task failed"
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


TYPES_OF_WEB = "Exit code 2\n\n> web@1.0.0 typecheck /home/dev/app/web\n> tsc --noEmit\n\nsrc/a.ts(1,2): error TS2304: Cannot find name 'x'."
LOCKED = "Exit code 128\nfatal: Unable to create '/home/dev/app/.git/index.lock': File exists."
STALE = "Exit code 1\nError: the index is older than its notes."
INLINE = "node -e 'var rows = read(\"a\"); var first = rows[0]; var last = rows[9]; {0}(first.name, last.name, rows.length)'"


NO_JEST = OK + "\n> app@1.0.0 test\n> jest\n\nsh: 1: jest: not found"
NO_REPOSITORY = "Exit code 128\nfatal: not a git repository (or any of the parent directories): .git"
NOT_ADDED = "Exit code 128\nerror: 'old/' does not have a commit checked out\nfatal: adding files failed"
JEST_PASSES = OK + "\n> app@1.0.0 test\n> jest\n\nTests:       3 passed, 3 total"


STORIES = {
    "a task runner does not find its tool, behind a pipe": (
        [("npm test 2>&1 | tail -5", NO_JEST), ("npm install 2>&1 | tail -3", OK + " added 9 packages"),
         ("npm test 2>&1", JEST_PASSES)],
        fixed(1),
    ),
    "it is the test that does not find its tool, and not the install before it": (
        [("npm install >/dev/null 2>&1\nnpm test 2>&1 | tail -5\necho 'all done'", NO_JEST + "\nall done"),
         ("npm install 2>&1 | tail -3", OK + " added 9 packages")],
        [(1, None)],
    ),
    "another project's test is not that whose tool was not found": (
        [("cd /home/dev/app/one && npm test 2>&1 | tail -5", NO_JEST), ("cd /home/dev/app/two && npm test 2>&1 | tail -9", JEST_PASSES)],
        [(1, None)],
    ),
    "a program that is not there, and the task went on": (
        [("npm test 2>&1 | tail -5", OK + "\n> app@1.0.0 test\n> ./t.sh\n\nsh: 1: notify: not found\nwrote 3 files")], []
    ),
    "home by its short name": (
        [("cd ~/one && npm test 2>&1 | tail -5", NO_JEST), ("cd ~/two && npm test 2>&1 | tail -9", JEST_PASSES),
         ("cd /home/dev/one && npm test", JEST_PASSES)],
        fixed(1),
    ),
    "a line break was lost behind cd": (
        [("cd /home/dev/app\nnpm test 2>&1 | tail -8", OK + "\nbash: line 1: cd: too many arguments"),
         ("npm test 2>&1 | tail -8", JEST_PASSES)],
        fixed(1),
    ),
    "hints alone tell that a push was rejected": (
        [("git push origin main 2>&1 | tail -1", OK + "\nhint: See the 'Note about fast-forwards' in 'git push --help' for details."),
         ("git pull --no-rebase origin main", None), ("git push origin main 2>&1 | tail -1", OK + "   1a2b3c4..5d6e7f8  main -> main")],
        fixed(1),
    ),
    "the pull went well, the push behind it was rejected": (
        [("git pull 2>&1 | tail -2; git push 2>&1 | tail -2", OK + "\nAlready up to date.\nhint: 'git pull' before pushing again."),
         ("git pull", None), ("git push", None)],
        fixed(1),
    ),
    "hints of something else": ([("git init 2>&1 | tail -3", OK + "\nhint: Using 'master' as the name for the initial branch.")], []),
    "all was to be added, and is by names": (
        [("git add -A", NOT_ADDED), ("git add src/a.py docs/b.md", None)], fixed(1)
    ),
    "a file was to be added, and is with all": (
        [("git add gone.py", "Exit code 128\nfatal: pathspec 'gone.py' did not match any files"), ("git add -A", None)], fixed(1)
    ),
    "another file is added": (
        [("git add gone.py", "Exit code 128\nfatal: pathspec 'gone.py' did not match any files"), ("git add other.py", None)],
        [(1, None)],
    ),
    "what was to be added failed, and not how things stand": (
        [("git add -A && git status", NOT_ADDED), ("git status", None), ("git add a.py", None)], fixed(1)
    ),
    "a remote that is there is given another address": (
        [("git remote add origin https://example.org/a.git", "error: remote origin already exists."),
         ("git remote set-url origin https://example.org/a.git", None)],
        fixed(1),
    ),
    "a remote that is there is looked at": (
        [("git remote add origin https://example.org/a.git", "error: remote origin already exists."), ("git remote -v", None)],
        [(1, None)],
    ),
    "a branch by the other verb": (
        [("git checkout topic", "error: Your local changes to the following files would be overwritten"),
         ("git switch topic", None)],
        fixed(1),
    ),
    "no repository here, whatever git is asked": (
        [("git add -A && git commit -m x", NO_REPOSITORY), ("git status", NO_REPOSITORY), ("git -C web status", None),
         ("git log -1", NO_REPOSITORY), ("cd web && git add -A && git commit -m x", None)],
        fixed(3),
    ),
    "a file is looked into by code, since the program is not there": (
        [("cp a.json b.json && jq .total b.json", "Exit code 127\n/opt/tools-1.2/bin/bash: line 1: jq: command not found"),
         ("python3 -c \"import json; print(json.load(open('b.json')))\"", None)],
        fixed(1),
    ),
    "another file is looked into by code": (
        [("jq .total b.json", "Exit code 127\nbash: line 1: jq: command not found"),
         ("python3 -c \"import json; print(json.load(open('other.json')))\"", None)],
        [(1, None)],
    ),
    "a build behind a pipe, and then what it starts is seen to fail": (
        [("npm run build | tail -1", OK + "\nsrc/a.ts(1,2): error TS2304: Cannot find name 'x'."),
         ("npm run build", "Exit code 2\n\n> app@1.0.0 build\n> tsc\n\nsrc/a.ts(1,2): error TS2304: Cannot find name 'x'."),
         ("npm run build", None)],
        fixed(2),
    ),
    "a check of all that showed its tests fail, and then its types": (
        [("npm run check", "Exit code 1\n\n> app@1.0.0 check\n> jest\n\nTests:       1 failed, 3 total"),
         ("npm run check", "Exit code 2\n\n> app@1.0.0 check\n> jest\n\nTests:       3 passed, 3 total\n"
          "> tsc\n\nsrc/a.ts(1,2): error TS2304: Cannot find name 'x'.")],
        [(1, "auto_fixed"), (1, None)],
    ),
    "code is not answered by a list": (
        [("python3 -c 'import shop; print(shop.x)'", "Exit code 1\nModuleNotFoundError: No module named 'shop'"),
         ("ls lib/shop", OK + "\na.py")],
        [(1, None)],
    ),
    "a package's check, behind which another program says what is wrong": (
        [("pnpm --filter web run typecheck 2>&1", TYPES_OF_WEB),
         ("pnpm --filter web run typecheck 2>&1", OK + "\n> web@1.0.0 typecheck /home/dev/app/web\n> tsc --noEmit\n")],
        fixed(1),
    ),
    "a package's check, and then what stands behind it by itself": (
        [("pnpm --filter web run typecheck 2>&1", TYPES_OF_WEB), ("cd web && npx tsc --noEmit", None)], fixed(1)
    ),
    "another package's check": (
        [("pnpm --filter web run typecheck 2>&1", TYPES_OF_WEB),
         ("pnpm --filter api run typecheck 2>&1", OK + "\n> api@1.0.0 typecheck /home/dev/app/api\n> tsc --noEmit\n")],
        [(1, None)],
    ),
    "code of one line, with its slip mended": (
        [(INLINE.format("print"), "Exit code 1\nReferenceError: print is not defined"),
         (INLINE.format("console.log"), OK + "\na z 10")],
        fixed(1),
    ),
    "other code of one line": (
        [(INLINE.format("print"), "Exit code 1\nReferenceError: print is not defined"),
         ("node -e 'console.log(process.version, process.arch, process.platform, process.pid)'", OK + "\nv20")],
        [(1, None)],
    ),
    "git, and somebody else's lock": (
        [("git checkout main && git pull", LOCKED), ("git checkout main", OK + "\nSwitched to branch 'main'")], fixed(1)
    ),
    "git, and a lock that what only fetches does not need": (
        [("git fetch && git rebase origin/main", LOCKED), ("git rebase origin/main", OK + "\nSuccessfully rebased.")], fixed(1)
    ),
    "git, and what it pulls later": (
        [("git checkout main && git pull", LOCKED), ("git pull", OK + "\nAlready up to date.")], [(1, None)]
    ),
    "a program that no table knows, told more options": (
        [("notes show n-12 --children", STALE), ("notes --sandbox show n-12", STALE),
         ("notes --db /home/dev/notes.db show n-12", OK + "\nn-12")],
        fixed(2),
    ),
    "a program that no table knows, told another value": (
        [("notes --retries 3 push", STALE), ("notes --retries 5 push", None)], fixed(1)
    ),
    "short code of one line, with as much to import": (
        [("""python -c 'import os; print(os.environ["A"], len(os.listdir("/x")))'""", "Exit code 1\nKeyError: 'A'"),
         ("""python -c 'import os; print(os.getcwd(), len(os.listdir("/x")))'""", OK + "\n/h 3")],
        [(1, None)],
    ),
    "a type check, and then tests of one name behind a task that checks types first": (
        [("npx tsc -p .", "Exit code 2\nsrc/a.ts(1,2): error TS2304: Cannot find name 'x'."),
         ("npm test -- -t foo | tail -20", OK + "\n> app@1.0.0 test\n> tsc -p .\n> jest -t foo\nTests:       3 passed, 3 total")],
        fixed(1),
    ),
    "a package's tests, of which something could not be built that nobody needs": (
        [("npm test | tail -3", OK + "\nfailed to build optional native module, using JS\nTests:       3 passed, 3 total")], []
    ),
    "a build, of which only a part is there": (
        [("make build", "Exit code 2\nld: cannot link\nmake: *** [build] Error 1"),
         ("make build 2>/dev/null | tail -2", OK + "\nfrontend Built\nbackend: is next")],
        [(1, None)],
    ),
    "a build whose runner says so at its end where it fails": (
        [("make -C web ROOT=.", "Exit code 2\nerror: a.h is not under ./include\nmake: *** [build] Error 1"),
         ("make -C web ROOT=/home/dev/app 2>&1 | tail -10", OK + "\nmake: Entering directory 'web'\ncc -O2 -o a a.c\nmake: Leaving directory 'web'")],
        [(1, "auto_fixed")],
    ),
    "an image, of which a step complained": (
        [("docker build . | tail -2", OK + "\n#9 1.0 npm error optional dependency failed\n#12 writing image sha256:abc done")], []
    ),
    "a program that no table knows, told something else": (
        [("notes show n-12", STALE), ("notes --sandbox ready", OK + "\nnothing")], [(1, None)]
    ),
    "an image, and what of its making came through a filter": (
        [("docker compose -p app build --no-cache web 2>&1 | tail -5", OK + "\nfailed to solve: process \"/bin/sh -c npm ci\" did not complete"),
         ('docker compose -p app build web 2>&1 | grep -E "(ERROR|error)"', OK + "\n#13 2.874 src/a.ts(16,75): error TS6133: 'x' is declared but never read."),
         ("docker compose -p app build web 2>&1 | tail -20", OK + "\n#14 naming to docker.io/library/app-web:latest done\n Image app-web:latest Built")],
        fixed(2),
    ),
    "other tests, told by a filter": (
        [("cargo clippy 2>&1 && cargo test 2>&1", CARGO_FAILS), ("cargo test models::book 2>&1", CARGO_PASSES)], [(1, None)]
    ),
    "the tests that failed, told by a filter": (
        [("cargo clippy 2>&1 && cargo test 2>&1", CARGO_FAILS), ("cargo test config 2>&1", CARGO_PASSES)], fixed(1)
    ),
    "another test of the same module, told by a filter": (
        [("cargo test config::tests::no_file", CARGO_FAILS), ("cargo test config::tests::other -- --nocapture", CARGO_PASSES)],
        [(1, None)],
    ),
    "the same test, told by a shorter filter": (
        [("cargo test --lib config::tests::no_file", CARGO_FAILS), ("cargo test --lib no_file", CARGO_PASSES)], fixed(1)
    ),
    "other cases by what a task runner ran": (
        [("mise run test:integration 2>&1 | tail -30", OK + TASK_FAILS),
         ('go test -tags=integration ./cmd/app/integration_test/... -run "Hook|Session" -v 2>&1 | tail -60', OK + "\n--- PASS: TestHook (0.1s)\nPASS\nok  \tapp/integration_test\t2.5s")],
        [(1, None)],
    ),
    # What mends by itself what was found.
    "a formatter on what it would change": (
        [("ruff format --check a.py b.py", WOULD), ("ruff format b.py", "OK1 file reformatted")], fixed(1)
    ),
    "a formatter on another file": (
        [("ruff format --check a.py b.py", WOULD), ("ruff format a.py", "OK1 file left unchanged")], [(1, None)]
    ),
    "a script that mends what a script found": (
        [("bun run lint", LINT), ("bun run lint:fix", "OK$ biome check --write\nChecked 28 files in 12ms. Fixed 1 file.")],
        fixed(1),
    ),
    "a script that formats what a script would change": (
        [("npm run format:check", "Exit code 1\n[warn] src/a.ts\n[warn] Code style issues found in the above file."),
         ("npm run format", "OKsrc/a.ts 40ms")],
        fixed(1),
    ),
    "the bin of a package manager, then the same through npx": (
        [("pnpm biome check web/a.tsx", NOT_THERE), ("npx biome check web/a.tsx", None)], fixed(1)
    ),
    "a filter before what a package manager runs": (
        [("pnpm --filter web exec eslint src/a.ts", "Exit code 1\n  1:1  error  Unexpected var\n1 problem"),
         ("npx eslint src/a.ts", None)],
        fixed(1),
    ),
    "deep files that a formatter would change": (
        [("python -m ruff format --check src/api/v1/a/routes.py src/api/v1/b/routes.py src/api/v1/c/routes.py src/cache.py 2>&1",
          "Exit code 1\nWould reformat: src/api/v1/b/routes.py\nWould reformat: src/api/v1/c/routes.py\n2 files would be reformatted, 2 files already formatted"),
         ("python -m ruff format src/api/v1/b/routes.py src/api/v1/c/routes.py 2>&1", "OK2 files reformatted")],
        fixed(1),
    ),
    "one of the files that a formatter would change": (
        [("ruff format --check a.py b.py c.py",
          "Exit code 1\nWould reformat: b.py\nWould reformat: c.py\n2 files would be reformatted, 1 file already formatted"),
         ("ruff format b.py", "OK1 file reformatted")],
        [(1, None)],
    ),
    "a script that mends formats no test": (
        [("npm run test", "Exit code 1\nTests: 1 failed, 2 passed"), ("npm run lint:fix", "OK")], [(1, None)]
    ),
    "a check behind a runner that does not have it": (
        [("pnpm --filter web exec biome check web/a.tsx", NOT_THERE), ("pnpm biome check web/a.tsx", NOT_THERE),
         ("npx biome check web/a.tsx", None)],
        fixed(2),
    ),
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
    "one of the cases that failed, when no cases were told": (
        [("go test ./store/...", TWO_FAIL), (f"{STORE} TestStore_Read", None)], [(1, None)]
    ),
    "all the cases that failed, when no cases were told": (
        [("go test ./store/...", TWO_FAIL), (f"{STORE} 'TestStore_Read|TestStore_Write'", None)], fixed(1)
    ),
    "a case that did not fail, when no cases were told": (
        [("go test ./store/...", GO_FAILS), (f"{STORE} TestQueue", None)], [(1, None)]
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
    "a program behind a runner that is not there, its status hidden": (
        [("just test 2>&1 | tail -9", OK + "\nsh: vitest: command not found\nerror: Recipe `test` failed with exit code 127"),
         ("cd client && npx vitest run | tail -9", OK + "\n Tests  3 passed (3)")],
        fixed(1),
    ),
    "a task that the runner does not have": (
        [("npm start", "Exit code 1\nError: no port\n> app@1.0.0 start"),
         ("npm run serve", 'npm error Missing script: "serve"'), ("npm start", None)],
        fixed(2),
    ),
    "no such task, and another kind of check passes": (
        [("npm run typecheck", 'npm error Missing script: "typecheck"'), ("npx eslint .", None)], [(1, None)]
    ),
    "what vet compiles was to be built": (
        [("go build ./web/...", NO_MODULE), ("go mod tidy", None), ("cd web && go vet ./...", None)],
        fixed(1),
    ),
    "modules that are tidied are not built": (
        [("go build ./...", "Exit code 1\nmissing go.sum entry for module x"), ("go mod tidy", None)], [(1, None)]
    ),
    "a program that PowerShell does not find": (
        [("go test .", "Exit code 1\ngo : The term 'go' is not recognized as a name of a cmdlet, function"),
         ("cd api && go test ./...", None)],
        fixed(1),
    ),
    "a runner that may not read its settings": (
        [("mise run lint | tail -3", OK + "\nmise ERROR Config files in ~/app/mise.toml are not trusted."),
         ("golangci-lint run ./... | tail -3", OK + "\n0 issues.")],
        fixed(1),
    ),
    # Behind a task runner.
    "a task's own script, whatever it is called": (
        [("mise run lint", "Exit code 1\n[lint:mod] $ ~/app/mise-tasks/lint/mod\n[lint:gofmt] $ ~/app/mise-tasks/lint/gofmt"
          "\n[lint:mod] ERROR task failed"),
         ("mise run lint", "Exit code 1\n[lint:gofmt] $ ~/app/mise-tasks/lint/gofmt\n[lint:ruff] $ ~/app/mise-tasks/lint/ruff"
          "\n[lint:mod] ERROR task failed"),
         ("mise run lint", None)],
        fixed(2),
    ),
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
    "what was added but for an ignored file is committed": (
        [("git add a.py .env", "Exit code 1\nThe following paths are ignored by one of your .gitignore files:\n.env"),
         ("git commit -m x", None)],
        fixed(1),
    ),
    "the same file by another path": (
        [("git rm web/a.txt", "Exit code 128\nfatal: pathspec 'web/a.txt' did not match any files"),
         ("git rm a.txt", None)],
        fixed(1),
    ),
    "a worktree is listed, another is added, then this one": (
        [("git worktree add ../a -b car/a", "Exit code 255\nfatal: a branch named 'car/a' already exists"),
         ("git worktree list", None), ("git worktree add ../b main", None), ("git worktree add ../a car/a", None)],
        fixed(1),
    ),
    "a worktree that was but listed": (
        [("git worktree add ../a -b car/a", "Exit code 255\nfatal: a branch named 'car/a' already exists"),
         ("git worktree list", None), ("git worktree add ../b main", None)],
        [(1, None)],
    ),
    # Looks and runs.
    "what somebody else shows is looked through otherwise": (
        [("gh api repos/o/r/pulls/5/reviews | python3 -c 'print(1 \\!= 2)'", "Exit code 1\nSyntaxError: unexpected"),
         ("gh api repos/o/r/pulls/6/reviews | python3 -c 'print(1)'", None),
         ("gh api repos/o/r/pulls/5/reviews --paginate | python3 -c 'print(2)'", None)],
        fixed(1),
    ),
    "a look that was told what else to say": (
        [("ls dist/app.css", "Exit code 1\nls: dist/app.css: No such file"), ("ls dist/app.css || echo none", OK + "\nnone")],
        [(1, None)],
    ),
    "a hidden look at a pattern that matches nothing": (
        [("ls .tool*", "Exit code 1\n(eval):1: no matches found: .tool*"),
         ("ls -l .tool* src 2>&1 | head", OK + "\n(eval):1: no matches found: .tool*")],
        [(1, None)],
    ),
    "another program by go run": (
        [("go run .", "Exit code 1\nError: could not open a TTY"), ("go run tools/try.go", None)], [(1, None)]
    ),
    "go run where there is no module, then of a file": (
        [("go run /dev/stdin", "Exit code 1\ngo: cannot find main module"), ("go run tools/try.go", None)], fixed(1)
    ),
    "a run that was told what else to say": (
        [("curl -s http://localhost:80/", "Exit code 7\n000"), ("curl -s http://localhost:80/ || echo no", OK + "\n000no")],
        [(1, None)],
    ),
    "a check that prints what was to be printed instead": (
        [("npm test || echo failed", OK + "\n Tests  12 passed (12)\n0 failed"), ("npm run lint || echo errors", OK + "\n0 errors"),
         ("pytest -q || echo 1", OK + "\ncollected 11\n3 passed in 0.21s")],
        [],
    ),
    "a check of which printf says that it failed": (
        [("mise run lint || printf 'FAILED\\n'", OK + "\nFAILED"), ("mise run lint", None)], fixed(1)
    ),
    "what only formats builds nothing": (
        [("cargo build", "Exit code 101\nerror[E0308]: mismatched types"), ("cargo fmt --check", None)], [(1, None)]
    ),
    "what looks at what was to be removed removes nothing": (
        [("rm src/a.ts src/b.ts src/c.ts src/d.ts src/e.ts src/f.ts", "Exit code 1\nrm: src/a.ts: Operation not permitted"),
         ("ls -l src/a.ts src/b.ts src/c.ts src/d.ts src/e.ts src/f.ts", None)],
        [(1, None)],
    ),
    "what stands behind || where what was built before may have failed": (
        [("npx vitest run", "Exit code 1\n FAIL a.test.ts > one"),
         ("make gen && cat x.log | tail -5 || npx vitest run", OK + "\n Tests  3 passed (3)")],
        fixed(1),
    ),
    "a rebase whose conflict a pipe hides": (
        [("git rebase main 2>&1 | tail -3", OK + "\nCONFLICT (content): Merge conflict in a.py\nCould not apply 8d07169... # one"),
         ("git rebase --abort && git rebase main", None)],
        fixed(1),
    ),
    "a script that stopped at a variable": (
        [("sh run.sh 2>&1 | head", OK + "\nbegins\nrun.sh: line 9: short_label: unbound variable"), ("sh run.sh", None)], fixed(1)
    ),
    "what stands behind || is another way to the same": (
        [("dart run intl:generate | tail -5 || flutter gen-l10n | tail", OK + "\nCould not find package `intl` or file `x`"),
         ("flutter pub outdated", None), ("flutter gen-l10n", None)],
        fixed(1),
    ),
    "what stands behind a pipe that cannot fail does not run": (
        [("tool seed --all", "Exit code 1\nno data"), ("tool show | head -3 || tool seed --all", OK + "\nrow")], [(1, None)]
    ),
    "a run whose status is looked at": (
        [("tool ping", "Exit code 1\nno"), ('tool ping; echo "exit=$?"', OK + "\nexit=1")], [(1, None)]
    ),
    "a look that shows another name": (
        [("pip show flask", "Exit code 1\nWARNING: Package(s) not found: flask"), ("pip show django", None)], [(1, None)]
    ),
    "a look with a program that is not there, and another way to look": (
        [("tree -L 2", "Exit code 127\n(eval):1: command not found: tree"), ("find . -maxdepth 2", None)], [(1, None)]
    ),
    "what uv shows of packages": (
        [("uv pip show flask", "Exit code 1\nwarning: Package(s) not found for: flask"), ("uv pip list", None)], [(1, None)]
    ),
    "another address": (
        [("curl -X POST -H 'A: b' http://localhost:80/a", "Exit code 7\ncurl: (7) Failed to connect"),
         ("curl -X POST -H 'A: b' http://localhost:80/b?x=1", None)],
        [(1, None)],
    ),
    "the same address, told otherwise": (
        [("curl -X POST -H 'A: b' http://localhost:80/b?x=1", "Exit code 7\ncurl: (7) Failed to connect"),
         ("curl http://localhost:80/b?x=2 -s", None)],
        fixed(1),
    ),
    # Packages and servers: what is to be there counts, not who fetches or starts it.
    "a package by another installer": (
        [("conda install -y torch torchvision", "Exit code 1\nSolving environment: failed"),
         ("python -m pip install Torch==2.1 numpy", None)],
        fixed(1),
    ),
    "another package": ([("pip install flask", "Exit code 1\nERROR: no"), ("pip install django", None)], [(1, None)]),
    "what the project needs": ([("npm ci", "Exit code 1\nnpm error ERESOLVE"), ("npm install --force", None)], fixed(1)),
    "another script of a runner": (
        [("npm run seed", "Exit code 1\nno data"), ("npm run migrate", None)], [(1, None)]
    ),
    "what a runner shows that it ran": (
        [("npm run infra:up", "Exit code 1\nno daemon\n> app@1.0.0 infra:up\n> cd infra && docker compose up -d"),
         ("docker compose ps", None), ("cd infra && docker compose up -d", None)],
        fixed(1),
    ),
    "a server by another program, until it was ended": (
        [("timeout 9 npm run dev || true", OK + "\n(eval):1: command not found: timeout"),
         ("npx astro dev &\nsleep 5\nkill $!", "Exit code 143\n astro ready in 900 ms\n Local http://localhost:4321/")],
        fixed(1),
    ),
    "a server that was ended before it was up": (
        [("npm run dev", "Exit code 1\nError: no port"), ("npx astro dev &\nsleep 5\nkill $!", "Exit code 143")],
        [(1, None), (2, None)],
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
    "words that a look does not take": (
        [("gh pr diff 7 -- a.py", "Exit code 1\naccepts at most 1 arg(s), received 2"),
         ("gh api repos/o/r/pulls/7/files", None)],
        fixed(1),
    ),
    "words that a look does not take, and another program": (
        [("gh pr diff 7 -- a.py", "Exit code 1\naccepts at most 1 arg(s), received 2"), ("git log -3", None)], [(1, None)]
    ),
    "a look that found nothing, and another look of that program": (
        [("gh pr view 7", "Exit code 1\nno pull requests found"), ("gh api repos/o/r/pulls/8", None)], [(1, None)]
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
    # Written otherwise, since that is what it failed at.
    "what a variable was to hold": (
        [("T=$(curl -s http://localhost:8080/login -d '{}' | jq -r .t) && echo $T", UNREADABLE),
         ("curl http://localhost:8080/login -d '{}' -s", None)],
        fixed(1),
    ),
    "what the shell could not read is known by what it was for, not by what a variable was to hold": (
        [("P=$(go env GOROOT) && grep -n 'type Config' $P/config.go", UNREADABLE), ("go env GOROOT", None)], [(1, None)]
    ),
    "what the shell could not read, spelled right at once": (
        [('echo "PHASE=${PHASE:-<unset>"', "Exit code 2\n/bin/bash: eval: line 1: unexpected EOF while looking for matching `\"'"),
         ('echo "PHASE=${PHASE}"', None)],
        fixed(1),
    ),
    "what the shell could not read, and something else": (
        [('echo "PHASE=${PHASE:-<unset>"', "Exit code 2\n/bin/bash: eval: line 1: unexpected EOF while looking for matching `\"'"),
         ("echo done", None)],
        [(1, None)],
    ),
    "a thing of a program that no table knows, told to do something else": (
        [("tool service start", "Exit code 1\nservice did not come up"), ("tool service logs", OK + "\nx"), ("tool service status", OK + "\ndown")],
        [(1, None)],
    ),
    "the same thing told to do the same": (
        [("tool service start", "Exit code 1\nservice did not come up"), ("tool service start --verbose", OK + "\nup")], fixed(1)
    ),
    "help on one command of a program is none on another": (
        [("tool repo --help", "Exit code 1\nno such command"), ("tool auth --help", OK + "\nusage")], [(1, None)]
    ),
    "a file that is not there is not answered by a word in another": (
        [("ls app/node_modules/.bin/prettier", "Exit code 1\nls: app/node_modules/.bin/prettier: No such file or directory"),
         ("grep prettier app/package.json lib/package.json", OK + '\n"prettier": "3"')],
        [(1, None)],
    ),
    "of a look for several things what was there is not sought again": (
        [("ls .git/info/packs && ls .git/gc.log", "Exit code 1\n.git/info/packs\nls: .git/gc.log: No such file or directory"),
         ("ls -lt .git/objects/*.packs", OK + "\na.packs")],
        [(1, None)],
    ),
    "an ignored file that was to be added, and committed in the same breath": (
        [("git add .env.example && git commit -m x; git log -1", OK + "\nThe following paths are ignored by one of your .gitignore files:\n.env.example\na1b2c3d before"),
         ("git add -f .env.example && git commit -m x", None)],
        fixed(1),
    ),
    "an ignored file beside others that were committed": (
        [("git add a.py .env.example\ngit commit -qm x\ngit show --stat", OK + "\nThe following paths are ignored by one of your .gitignore files:\n.env.example\n a.py | 2 +-"),
         ("git add -f .env.example", None)],
        fixed(1),
    ),
    "a loop told again with another variable": (
        [(LOOP.format("status"), "Exit code 1\n(eval):2: read-only variable: status"), (LOOP.format("n"), None)], fixed(1)
    ),
    "a loop over something else": (
        [(LOOP.format("status"), "Exit code 1\n(eval):2: read-only variable: status"),
         ("for d in src lib; do\n  ls $d | head -1\ndone", None)],
        [(1, None)],
    ),
    "another key by the same program": (
        [("git config --get user.name.of.mine", "Exit code 1"), ("git config --get user.name.of.yours", None)], [(1, None)]
    ),
    "what the shell could not read is known by its first look": (
        [("P=$(x); grep -n 'def main' $P/app.py || find . | head", "(eval):1: parse error near `('"),
         ("grep -n 'def main' src/app.py", None)],
        fixed(1),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("command", "became"), [("npm run dev", "auto_fixed"), ("npm run seed", None)])
def test_a_server_in_the_background_is_up_until_its_notice_says_otherwise(project, command, became):
    project.fails("npm start" if became else command, "Exit code 127\n(eval):1: command not found: timeout")
    project.tool(
        "Bash", {"command": command, "run_in_background": True}, {"stdout": "", "backgroundTaskId": "b1"}
    )
    assert project.resolutions() == [(1, became)]
    told = "<tool-use-id>toolu_0002</tool-use-id><status>failed</status><summary>(exit code 1)</summary>"
    project.feed("UserPromptSubmit", prompt=f"<task-notification>{told}</task-notification>")
    assert project.resolutions() == [(1, became), (1 if became else 2, None)]


@each_row(
    ("script", "became"),
    [
        ("run_ocr_cpu.py", fixed(2)),  # written anew under a longer name
        ("run_cpu.py", [(1, None), (1, None)]),  # neither name has all words of the other
        ("run_ocr_cpu.sh", [(1, None), (1, None)]),
    ],
)
def test_a_script_written_anew_under_another_name(project, script, became):
    project.fails("python run_ocr.py", "Exit code 1\nRuntimeError: no GPU")
    project.edits(script, "device = 'cpu'")
    project.fails(f"python {script}", "Exit code 1\nRuntimeError: no GPU")
    project.edits(script, "device = None")
    project.passes(f"python {script}") if became == fixed(2) else None
    assert project.resolutions() == became


def test_in_a_later_turn_a_script_under_a_longer_name_is_another(project):
    project.fails("python run_ocr.py", "Exit code 1\nRuntimeError: no GPU")
    project.feed("UserPromptSubmit", prompt="Now something else")
    project.edits("run_ocr_cpu.py", "device = 'cpu'")
    project.passes("python run_ocr_cpu.py")
    assert project.resolutions() == [(1, None)]


def test_a_script_that_was_there_before_is_another(project):
    project.edits("run_ocr_cpu.py", "device = 'cpu'")
    project.fails("python run_ocr.py", "Exit code 1\nRuntimeError: no GPU")
    project.passes("python run_ocr_cpu.py")
    assert project.resolutions() == [(1, None)]


@pytest.mark.parametrize(
    ("prompt", "became"),
    [
        ("Look how orders are priced, and which tests say so", "auto_fixed"),
        ("Which web framework reads the settings of the shop", None),
    ],
)
def test_an_unknown_kind_of_agent_is_told_the_same_again(project, prompt, became):
    project.feed(
        "PostToolUseFailure", tool_name="Agent", tool_use_id="t1", error="Agent type 'finder' not found. Available: a, b",
        tool_input={"subagent_type": "finder", "description": "Orders", "prompt": "Look how orders are priced, which tests say so"},
    )  # fmt: skip
    given = {"subagent_type": "a:finder", "description": "Look for orders", "prompt": prompt}
    project.tool("Agent", given, {"agentId": "a1"})
    assert project.resolutions() == [(1, became)]


TOLD = "Read all of src/{0}.py and say which of its functions nobody calls, with their lines"


@pytest.mark.parametrize(
    ("error", "became"),
    [
        ("Agent type 'finder' not found. Available agents: a:finder", [(1, None), (1, "auto_fixed")]),
        ("API Error: 529 overloaded", [(1, None), (1, None)]),  # it was there, and failed
    ],
)
def test_of_agents_that_are_told_alike_one_is_told_again(project, error, became):
    for name in ("cart", "shop"):
        told = {"subagent_type": "finder", "description": f"Look into {name}", "prompt": TOLD.format(name)}
        project.feed("PostToolUseFailure", tool_name="Agent", tool_use_id=name, error=error, tool_input=told)
    again = {"subagent_type": "a:finder", "description": "Look into shop", "prompt": TOLD.format("shop")}
    project.tool("Agent", again, {"agentId": "a1"})
    assert project.resolutions() == became


def play(project, steps, **fields):
    for command, said in steps:
        if said is None or said.startswith(OK):
            project.passes(command, (said or "")[len(OK) + 1 :], **fields)
        else:
            project.fails(command, said, **fields)


@each_row("story", STORIES)
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


@pytest.mark.slow
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
    spool = project.disk / ".claude-session.spool"
    for _ in range(99):  # each takes up what a moment allows: little, where others use the processor
        if spool.exists():
            project.feed("Nonsense", session=None)
    assert not spool.exists()
    assert became_of(project) == {story: became for story, (_, became) in STORIES.items()}


def test_a_look_that_was_answered_is_asked_anew_in_a_later_turn(project):
    project.fails("git cat-file -t abc", "Exit code 128\nfatal: could not get object info")
    project.feed("UserPromptSubmit", prompt="And now?")
    project.fails("git cat-file -t abc", "Exit code 128\nfatal: could not get object info")
    assert project.column("SELECT attempt_number FROM error_log") == [1, 1]


def test_a_look_that_was_answered_is_not_reached_in_a_later_turn(project):
    project.fails("git config --global core.editor", "Exit code 1")
    project.feed("UserPromptSubmit", prompt="Set it.")
    project.passes("git config --global core.editor", "vi")
    assert project.resolutions() == [(1, None)]


def test_a_search_by_the_tool_and_by_the_shell_are_one_look(project):
    project.feed(
        "PostToolUseFailure", tool_name="Grep", tool_use_id="t1", tool_input={"pattern": r"func Open\(\)"},
        error="ENOENT: posix_spawn rg",
    )  # fmt: skip
    project.passes('grep -rn "func Open()" .')
    assert project.resolutions() == [(1, "auto_fixed")]


@pytest.mark.parametrize(("name", "became"), [("CHANGELOG.md", "auto_fixed"), ("CHANGES.md", None)])
def test_a_pattern_is_for_what_is_left_of_its_name(project, name, became):
    project.feed(
        "PostToolUseFailure", tool_name="Glob", tool_use_id="t1", tool_input={"pattern": "**/CHANGELOG*"}, error="ENOENT"
    )  # fmt: skip
    project.tool("Read", {"file_path": f"{project.folder}/{name}"}, {})
    assert project.resolutions() == [(1, became)]


def test_a_pattern_that_matches_nothing_is_not_answered_by_its_folder(project):
    project.fails("cat out/*.txt", "Exit code 1\n(eval):1: no matches found: out/*.txt")
    project.passes("ls -l out", "total 0")
    assert project.resolutions() == [(1, None)]


@each_row(
    ("tool", "given", "became"),
    [
        ("Grep", {"pattern": "Invoice.total"}, "auto_fixed"),
        ("Bash", {"command": "grep -rn 'Invoice.total' billing | grep -v draft"}, "auto_fixed"),
        ("Grep", {"pattern": "Customer.address"}, None),
        ("Bash", {"command": "ls billing"}, None),
        ("Bash", {"command": "sed -i s/Invoice.total/Invoice.sum/ billing/a.py"}, None),  # no look
    ],
)
def test_a_search_is_answered_by_another_for_much_of_the_same(project, tool, given, became):
    project.feed(
        "PostToolUseFailure", tool_name="Grep", tool_use_id="t1", tool_input={"pattern": "(?<!draft)Invoice.total"},
        error="rg: regex parse error: look-around is not supported",
    )  # fmt: skip
    project.tool(tool, given, {"stdout": "billing/a.py:3: Invoice.total", "stderr": ""})
    assert project.resolutions() == [(1, became)]


@each_row(
    ("tried", "then", "became"),
    [
        (
            "grep -rn invoice --include='*.vue' --exclude-dir=node_modules web",
            "grep -rn customer --include='*.vue' api",
            None,
        ),
        ("grep -rn 'export default InvoiceView' web", "grep -rn 'export default CustomerView' web/src", None),
        ("cat logs/server.log", "cat docs/server.md", None),  # of another name
        ("printenv DATABASE_URL", "printenv DATABASE_HOST", None),
        ("grep -rn invoiceTotal web", "grep -rni invoicetotal api", "auto_fixed"),
    ],
)
def test_what_looks_share_beside_what_they_are_for_answers_nothing(project, tried, then, became):
    project.fails(tried, "Exit code 1")
    project.passes(then, "a.py:3: found")
    assert project.resolutions() == [(1, became)]


NOT_THERE = "File does not exist. Note: your current working directory is /home/dev/app."


@each_row(
    ("then", "became"),
    [
        ("ls docs/", "auto_fixed"),
        ("find docs -name '*.md'", "auto_fixed"),
        ("cd docs && ls", "auto_fixed"),
        ("tree docs", "auto_fixed"),
        ("ls src", None),
        ("ls web/docs", None),
        ("ls /tmp/docs", None),
        ("find docs -name '*.png'", None),
        ("find docs -name '*.md' -delete", None),
        ("du -sh docs", None),
        ("cat docs/setup.md", None),  # another file
        ("rm -r docs", None),
    ],
)
def test_the_folder_is_listed_where_something_was_sought_that_is_not_there(project, then, became):
    project.feed(
        "PostToolUseFailure", tool_name="Read", tool_use_id="t1", error=NOT_THERE,
        tool_input={"file_path": "/home/dev/app/docs/deploying.md"},
    )  # fmt: skip
    project.passes(then, "setup.md")
    assert project.resolutions() == [(1, became)]


@each_row(
    ("tried", "message", "became"),
    [
        (
            "ls docs/old/",
            "Exit code 2\nls: cannot access 'docs/old/': No such file or directory",
            "auto_fixed",
        ),
        ("ls docs/old/ 2>/dev/null", "Exit code 2", "auto_fixed"),
        ("cat docs/a.md", "Exit code 1\ncat: docs/a.md: Permission denied", None),  # it is there
        ("grep -n port docs/a.md", "Exit code 1\ngrep: docs/a.md: Is a directory", None),
        ("grep -n port docs/a.md", "Exit code 1", None),  # it does not stand there
        ("cat docs/a.md src/b.py", "Exit code 1\n# A\ncat: src/b.py: No such file or directory", None),
    ],
)
def test_a_folder_answers_only_what_is_not_there(project, tried, message, became):
    project.fails(tried, message)
    project.passes("ls docs", "a.md")
    assert project.resolutions() == [(1, became)]


def test_a_folder_that_is_listed_after_something_was_put_there_answers_nothing(project):
    project.fails(
        "ls build/app.js", "Exit code 2\nls: cannot access 'build/app.js': No such file or directory"
    )
    project.passes("npm run bundle", "written")
    project.passes("ls build", "app.js")
    assert project.resolutions() == [(1, None)]


def test_the_folder_that_is_listed_in_a_later_turn_answers_nothing(project):
    project.fails("ls docs/old/", "Exit code 2\nls: cannot access 'docs/old/': No such file or directory")
    project.feed("UserPromptSubmit", prompt="What is there?")
    project.passes("ls docs", "a.md")
    assert project.resolutions() == [(1, None)]


@each_row(
    ("tried", "then", "became"),
    [
        ("lsof -i :3000", "ss -ltn", "auto_fixed"),
        ("pgrep -f worker", "ps aux", "auto_fixed"),
        ("netstat -ano | findstr :3000", "tasklist", "auto_fixed"),
        ("tasklist | findstr node", 'powershell "Get-Process | Format-Table Id"', "auto_fixed"),
        (
            "tasklist | findstr node",
            "powershell -NoProfile 'Get-NetTCPConnection -State Listen'",
            "auto_fixed",
        ),
        ("tasklist | findstr node", 'powershell "Remove-Item node.log"', None),
        ("pgrep -f worker", "ls", None),
        ("cat worker.pid", "ps aux", None),
        ("cat processes", "ps aux", None),
    ],
)
def test_one_look_at_what_runs_answers_another(project, tried, then, became):
    project.fails(tried, "Exit code 1")
    project.passes(then, "4711 worker")
    assert project.resolutions() == [(1, became)]


def test_a_search_by_part_of_a_name_is_for_that_part(project):
    project.feed(
        "PostToolUseFailure", tool_name="Glob", tool_use_id="t1", tool_input={"pattern": "**/invoice*.ts"},
        error="Ripgrep search timed out after 20 seconds.",
    )  # fmt: skip
    project.passes('find api -name "*invoice*" -type f', "api/invoices.ts")
    assert project.resolutions() == [(1, "auto_fixed")]


A_FOLDER = "EISDIR: illegal operation on a directory, read '/home/dev/app/src/screens'"


@each_row(
    ("tool", "given", "became"),
    [
        ("Glob", {"pattern": "src/screens/*.dart"}, "auto_fixed"),
        ("Glob", {"pattern": "**/*.dart", "path": "/home/dev/app/src/screens"}, "auto_fixed"),
        ("Bash", {"command": "ls src/screens/"}, "auto_fixed"),
        ("Bash", {"command": "find src/screens -type f"}, "auto_fixed"),
        ("Bash", {"command": "cat src/screens/*.dart"}, "auto_fixed"),
        ("Bash", {"command": "cat src/*.dart"}, None),
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


@each_row(
    ("tried", "then", "became"),
    [
        (
            "aws amplify start-job --app-id a",
            "aws amplify start-job --app-id a --branch-name main",
            "auto_fixed",
        ),
        ("aws amplify start-job --app-id a", "aws amplify list-jobs --app-id a", None),
        ("planner exec set-up --issue 7", "planner exec set-up", "auto_fixed"),
        ("planner exec set-up --issue 7", "planner exec verify", None),  # another thing that it executes
        ("planner pr submit", "planner pr check", None),
        ("planner plan --all", "planner plan", "auto_fixed"),
    ],
)
def test_what_a_program_is_told_to_do_is_what_is_tried(project, tried, then, became):
    project.fails(tried, "Exit code 1\nno plan")
    project.passes(then, "done")
    assert project.resolutions() == [(1, became)]


@pytest.mark.parametrize("reason", ["Exit code 137\n[Request interrupted by user for tool use]"])
def test_what_a_person_stopped_is_no_try(project, reason):
    project.fails("gh run watch 7 --exit-status | tail", reason)
    assert project.resolutions() == []


@each_row(
    ("then", "became"),
    [
        ("head -5 public/logo.svg", "auto_fixed"),
        ("ls -l public/logo.svg", None),
        ("wc -c public/logo.svg", None),
    ],
)
def test_what_was_too_large_to_be_read_is_not_read_by_a_list(project, then, became):
    project.feed(
        "PostToolUseFailure", tool_name="Read", tool_use_id="t1", tool_input={"file_path": "/home/dev/app/public/logo.svg"},
        error="File content (403.3KB) exceeds maximum allowed size (256KB).",
    )  # fmt: skip
    project.passes(then, "public/logo.svg")
    assert project.resolutions() == [(1, became)]


def test_a_linter_that_a_framework_no_longer_starts_is_run_by_itself(project):
    project.fails(
        "npx next lint",
        "Exit code 1\nInvalid project directory provided, no such directory: /home/dev/app/lint",
    )
    project.fails("npx eslint src", "Exit code 1\n✖ 7 problems (6 errors, 1 warning)")
    project.passes("npx eslint src")
    assert project.rows("SELECT attempt_number, resolution FROM error_log") == [(1, None), (2, "auto_fixed")]


@pytest.mark.parametrize(
    ("message", "became"),
    [
        ("Draw the logo in blue", "abandoned"),  # other work
        ("Write the page of prices, and a table of weeks", "auto_fixed"),  # the same, told a little otherwise
    ],
)
def test_a_commit_that_was_given_up_is_reached_by_none_of_other_work(project, message, became):
    project.fails(
        'git commit -m "Write the page of prices, and a table"',
        "Exit code 128\nfatal: unable to write new_index file",
    )
    project.feed("Stop", last_assistant_message="The page is written.")
    project.feed("UserPromptSubmit", prompt="And now?")
    project.passes(f'git commit -m "{message}"', "[main 1a2b3c4] x")
    assert project.resolutions() == [(1, became)]


def test_a_commit_of_which_the_user_was_told_is_reached_by_the_next(project):
    project.fails(
        'git commit -m "Write the page of prices"', "Exit code 128\nfatal: unable to write new_index file"
    )
    project.feed("Stop", last_assistant_message="The commit failed.")
    project.feed("UserPromptSubmit", prompt="There is room again.")
    project.passes('git commit -m "Draw the logo in blue"', "[main 1a2b3c4] x")
    assert project.rows("SELECT count(*) FROM claudesess_chains") == [(0,)]
