"""How a call's parts went: which part failed, what a hidden status was, of what category."""

import pytest
from claudesess_collector import output_not_run
from claudesess_collector.aims import of_command
from claudesess_collector.outcomes import of_success
from claudesess_collector.outcomes_judged import of_failure
from claudesess_collector.output_names import named_paths
from tables import each_row

HOME = "/home/dev/app"
MAKE = "ruff check a.py\nAll checks passed!\nmypy a.py\na.py:2: error: bad  [return-value]\nFound 1 error in 1 file\n"


@each_row(
    ("command", "message", "family", "kind", "category"),
    [
        ("ruff check a.py && mypy a.py && pytest -q", "Exit code 1\nFound 1 error.", "ruff", "check", "lint"),
        ("ruff check a.py && mypy a.py && pytest -q", f"Exit code 1\n{MAKE}", "mypy", "check", "type"),
        ("make check", f"Exit code 2\n{MAKE}make: *** [Makefile:5: type] Error 1", "mypy", "check", "type"),
        ("make check", "Exit code 2\nmake: *** [Makefile:5: x] Error 1", "make check", "check", "build"),
        ("npm run ci", "Exit code 1\n> app@1.0.0 ci\n> jest\n\nTests:       1 failed, 2 total", "jest", "check", "test"),
        ("cargo fmt --check && cargo test", "Exit code 101\ntest result: FAILED. 1 passed; 1 failed", "cargo test",
         "check", "test"),
        ("git add x && git commit -m y", "Exit code 1\nThe following paths are ignored by one", "git commit", "vcs",
         "runtime"),
        ("git commit -m y && git push", "Exit code 128\nfatal: The current branch x has no upstream branch.",
         "git push", "vcs", "runtime"),
        ("cat nope.txt && python app.py", "Exit code 1\ncat: nope.txt: No such file", "look", "probe", "runtime"),
        ("ruff check .; mypy .; pytest -q", "Exit code 1\nAll checks passed!\nSuccess: no issues found\n1 failed in 1s",
         "pytest", "check", "test"),
        ("ruff check .; pytest -q", "Exit code 1\nFound 2 errors.\n1 failed in 1s", "ruff", "check", "lint"),
        ("pytest -q && false", "Exit code 1\n1 passed in 0.1s", "pytest", "check", "test"),
        ("pre-commit run", "Exit code 1\n=====> .pre-commit-config.yaml is not a file", "pre-commit", "run", "runtime"),
        ("terraform validate", "Exit code 1\nError: Missing required argument", "terraform validate", "check", "build"),
        ("git stash && npm run lint; git stash pop", "Exit code 1\nerror: Your local changes would be overwritten",
         "git stash pop", "vcs", "runtime"),
        ("sed -n 1,5p a.ts; sed -n 1,5p b/[id].ts", "Exit code 1\n(eval):1: no matches found: b/[id].ts", "look",
         "probe", "runtime"),
        ("rm -f a.txt && ls out*.txt", "Exit code 1\n(eval):1: no matches found: out*.txt", "look", "probe", "runtime"),
        ("go build -o x . && ./verify.sh all", "Exit code 1\nstep 2 is not done", "script", "check", "runtime"),
        ("pytest -q a || pytest -q b", "Exit code 1\nno summary", "pytest", "check", "test"),
        ("ruff check a.py && ./deploy.sh x", "Exit code 1\nno summary", "ruff", "check", "lint"),
        ("./Tool.sh", "Exit code 1\n2 failed, 1 passed in 0.1s", "script", "check", "test"),
        # Of checks that say nothing of themselves: the first that is not silent when all is well.
        ("ruff check a.py && pytest -q && mypy a.py", "Exit code 1\nno summary", "pytest", "check", "test"),
        ("git commit -m y && git push", "Exit code 1\nnothing to commit, working tree clean", "git commit", "vcs",
         "runtime"),
        ("pytest -q && cp a b && mv c d", "Exit code 1\n1 passed in 0.1s", "mv", "run", "runtime"),
        ("./ci.sh", "Exit code 1\nsrc/a.ts(3,4): error TS2304: Cannot find name 'x'.", "script", "check", "type"),
        ("golangci-lint run | python3 -c 'print(1)'", "Exit code 126\nNo version is set for command python3", "python -c",
         "probe", "runtime"),
        ("golangci-lint run | python3 -c 'print(1)'", "Exit code 1\n3 issues:\nKeyError: 1", "golangci-lint", "check", "lint"),
        # A check behind a program that no table knows; where that one is not there, nothing was checked.
        ("guard tsc --noEmit", "Exit code 2\nguard: unknown command tsc", "tsc", "check", "type"),
        ("guard tsc --noEmit", "Exit code 127\n/bin/bash: line 1: guard: command not found", "tsc", "run", "runtime"),
        ("guard tsc --noEmit", "Exit code 127\nzsh: command not found: guard", "tsc", "run", "runtime"),
    ],
)  # fmt: skip
def test_the_part_that_failed(command, message, family, kind, category):
    outcome = of_failure(of_command(command, HOME, HOME, is_after=False), message, 1)
    assert (outcome.failed.families[0], outcome.kind, outcome.category) == (family, kind, category)


@each_row(
    ("message", "verb"),
    [
        ("Exit code 1\nFinished 1 target(s) in 1s\nDiff in /p/a.rs:1:\nError: cargo fmt failed", "fmt"),
        ("Exit code 1\na.rs:1: error: x\nError: cargo clippy failed", "clippy"),
        ("Exit code 1\na.rs:1: error: x", "clippy"),
    ],
)
def test_of_what_one_program_was_told_that_failed_which_the_message_names(message, verb):
    outcome = of_failure(
        of_command("tool clippy && tool fmt --check", HOME, HOME, is_after=False), message, 1
    )
    assert (outcome.failed.families[0].split()[1], outcome.kind, outcome.category) == (verb, "check", "lint")


@each_row(
    ("message", "kind"),
    [
        ("Exit code 127\n/bin/bash: line 1: tool: command not found", "run"),
        ("Exit code 127\nzsh: command not found: other", "check"),
        ("Exit code 1\na.py: 2 problems", "check"),
    ],
)
def test_a_program_of_no_table_that_is_not_there_has_checked_nothing(message, kind):
    assert of_failure(of_command("tool check a.py", HOME, HOME, is_after=False), message, 1).kind == kind


@each_row(
    ("command", "kind", "family"),
    [
        ('./run_in_docker.sh "cargo test"', "check", "cargo test"),
        ("tools/with-container.sh 'make'", "check", "make"),
        ('/usr/bin/docker-exec.sh "make book" | tail', "run", "make book"),
        ('./run_in_docker.sh "id"', "run", "script"),
        ('./notify.sh "make it so"', "run", "script"),
        ('./run_agent.py "go through the list"', "run", "script"),
        ('./prune.sh "make book"', "run", "script"),
        ("./run.sh build", "check", "script"),
        ("./run.sh later", "run", "script"),
        ("./run.sh make", "run", "script"),
        ('./run_in_docker.sh "make && make test"', "run", "script"),
        ('./run_in_docker.sh "make" web', "run", "script"),
        ('powershell -NoProfile "npm test"', "check", "npm test"),
        ('powershell -ExecutionPolicy "Bypass" -File build.ps1', "check", "script"),
    ],
)
def test_a_script_that_runs_what_it_is_given_is_that(command, kind, family):
    (part,) = of_command(command, HOME, HOME, is_after=False).parts
    assert (part.kind, part.families[0].startswith(family)) == (kind, True)


@each_row(
    ("command", "kind"),
    [
        ("where pytest", "probe"),
        ("hash pytest", "run"),
        ("Get-Command pytest", "probe"),
        ("notify-send pytest done", "run"),
    ],
)
def test_what_looks_for_a_program_or_speaks_of_it_does_not_start_it(command, kind):
    assert [part.kind for part in of_command(command, HOME, HOME, is_after=False).parts] == [kind]


@each_row(
    "command",
    [
        "psql -c 'select 1; drop table users'",
        "sqlite3 a.db 'select 1; update t set a = 1'",
        "ssh h " * 400 + "ls",
    ],
)
def test_what_may_change_something_is_no_look(command):
    assert [part.kind for part in of_command(command, HOME, HOME, is_after=False).parts] == ["run"]


@each_row(
    ("message", "is_it"),
    [
        ("npm error code ENOENT: could not read package.json", True),
        (" ✓ src/a.test.ts > warns when there is no package.json", False),
        ("warning: No pyproject.toml found, using defaults", False),
        ("FAILED tests/test_cfg.py::test_a - AssertionError: could not find pyproject.toml", False),
    ],
)
def test_a_wrong_folder_is_told_by_no_test_and_no_warning(message, is_it):
    assert output_not_run.is_wrong_folder(message) == is_it


def test_a_call_that_is_kept_remembers_who_starts_its_check():
    command = "guard tsc --noEmit"
    facts = of_command(command, HOME, HOME, is_after=False).facts(command)
    again = of_command("[cut]", HOME, HOME, is_after=False).restore(facts)
    assert of_failure(again, "Exit code 127\nzsh: command not found: guard", 127).kind == "run"


FAILED, PASSED, UNKNOWN = False, True, None


@each_row(
    ("command", "output", "ok"),
    [
        ("mix credo | tail -5", "876 mods/funs, found 5 software design suggestions.", FAILED),
        ("mix credo | tail -5", "679 mods/funs, found no issues.", PASSED),
        ("mix dialyzer | tail", "done (warnings were emitted)\nHalting VM with exit status 2", FAILED),
        ("mix dialyzer | tail", "done (passed successfully)", PASSED),
        ("tsc --noEmit | head", "src/a.ts(3,4): error TS2304: Cannot find name 'x'.", FAILED),
        ("tsc --noEmit | head", "", PASSED),
        ("eslint . | grep error", "", UNKNOWN),  # unless that filter showed findings before
        ("go vet ./... | head", "pkg/a.go:3:2: unreachable code", FAILED),
        ("go build -o x ./cmd/... | head", "go: cannot write multiple packages to non-directory x", FAILED),
        ("go build ./... | head", "go: downloading example.org/x v1.0.0", UNKNOWN),
        (
            "npm run build | tail",
            "> astro build\n12:34:06 [ERROR] [guard] An unhandled error occurred",
            FAILED,
        ),
        ("go test ./... | tail -3", "ok  \tpkg/a\t0.3s", PASSED),
        ("npm test | tail -3", "  ✓ of none\n  テスト結果: 38/38 成功", PASSED),
        ("npm test | tail -3", "38/38 tests passed", PASSED),
        ("npm test | tail -3", "released v38/38, 38/38 files read", UNKNOWN),
        # A line that is written over again and again.
        (
            "flutter test a_test.dart | tail -9",
            "00:05 +12: a\r" * 40 + "00:05 +13: All tests passed!",
            PASSED,
        ),
        (
            "flutter test a_test.dart | tail -9",
            "00:05 +12: a\r" * 40 + "00:05 +12 -1: Some tests failed.",
            FAILED,
        ),
        ("pytest -q | tail", "", UNKNOWN),
        (
            "mise run lint | tail -9",
            "[lint:go] a.go:3:2: x (dupl)\n[lint:go] 1 issues:\nFinished in 2.9s",
            FAILED,
        ),
        ("mise run lint | tail -9", "[lint:go] 0 issues.\nFinished in 2.9s", PASSED),
        ("go test -json ./... | python3 count.py", "Passed: 89, Failed: 1\nWall clock: 19s", FAILED),
        ("go test -json ./... | python3 count.py", "Passed: 90, Failed: 0\nWall clock: 19s", PASSED),
        ("go test -json ./... | python3 count.py", "90 lines", UNKNOWN),
        ('pytest -q; echo "EXIT: $?"', "no summary\nEXIT: 1", FAILED),
        ('pytest -q; echo "EXIT: $?"', "no summary\nEXIT: 0", PASSED),
        ('pytest -q; echo "EXIT: $?"', "EXIT: 0\nline: 7", PASSED),
        ("pytest -q | tail; echo $?", "no summary\n0", UNKNOWN),
        ("pytest -q | tail; echo $?", "no summary\n1", FAILED),
        ("mix test | tail -50", "** (Mix) Could not start application opentelemetry", FAILED),
        ("rspec | tail", "3 examples, 1 failure", FAILED),
        ("mise run lint 2>&1 | tail", "[lint] $ mix credo\n10 mods/funs, found 1 warning.", FAILED),
        ("make check | tail", "pytest -q\n1 passed in 0.1s", PASSED),
        ("dotnet test | tail", "Failed!  - Failed:     1, Passed:     2", FAILED),
        ("pre-commit run -a | tail", "ruff.....................Failed", FAILED),
        (
            "prek | grep -E 'Failed|Passed'",
            "ruff.....................Passed\nmypy...................Failed",
            FAILED,
        ),
        ("uv run prek | tail -2", "- hook id: black\n- files were modified by this hook", FAILED),
        (
            "uv run prek | grep -A3 mypy",
            "mypy................Failed\n- hook id: mypy\n- exit code: 1",
            FAILED,
        ),
        ("basedpyright a.py | tail -1", "0 errors, 2 warnings, 0 notes", FAILED),
        ("basedpyright a.py | tail -1", '  /src/a.py:3:5 - warning: Type of "x" is unknown', FAILED),
        ("pyright a.py | tail -1", "0 errors, 2 warnings, 0 informations", PASSED),
        ("biome check . | tail -9", "Checked 4 files in 3ms. No fixes applied.\nFound 2 errors.", FAILED),
        ("npx biome ci | tail -9", "Checked 4 files in 3ms. No fixes applied.\nFound 1 warning.", PASSED),
        (
            "biome check . | tail -3",
            "check ━━━━━━━\n\n  × Some errors were emitted while running checks.",
            FAILED,
        ),
        ("oxlint | tail -2", "Found 1 warning and 2 errors.\nFinished in 5ms on 9 files.", FAILED),
        ("bun test | tail -2", " 3 pass\n 0 fail\n 1 error", FAILED),
        ("turbo run test | tail -3", " Tasks:    3 successful, 4 total\n Failed:    @shop/web#test", FAILED),
        ("turbo run test | tail -3", "error: as a test wants it\n Tasks:    4 successful, 4 total", PASSED),
        ("gh pr checks 7 | tail -3", "lint\tfail\t9s\thttps://x\ntest\tpass\t1m\thttps://x", FAILED),
        (
            "biome check a.astro | tail",
            "Checked 0 files in 1ms.\n  × No files were processed in the specified paths.",
            FAILED,
        ),
        ("xcodebuild test | grep error:", "/a b/T.swift:70:24: error: call to isolated 'f()'", FAILED),
        (
            "xcodebuild test | tail -1",
            "✘ Test run with 238 tests in 29 suites failed after 8.0 seconds with 2 issues.",
            FAILED,
        ),
        ("swift test | tail -1", "✔ Test run with 238 tests in 29 suites passed after 8.0 seconds.", PASSED),
        (
            "dotnet test | tail -1",
            "Erfolgreich!   - Fehler:     0, erfolgreich:    12, gesamt:    12",
            PASSED,
        ),
        ("dotnet test | tail -1", "Fehler!   - Fehler:     2, erfolgreich:    10, gesamt:    12", FAILED),
        ("dotnet build | tail -2", "    4 Error(s)\n", FAILED),
        ("dotnet build | tail -2", "    0 Error(s)\n", PASSED),
        ("dotnet build | grep -oE 'error .*'", "error CS0117: 'A' has no 'Load'", FAILED),
        ("pytest -q | tail -2", "......x.... [ 97%]\n.....       [100%]", PASSED),
        ("pytest -q | head -2", "......x.... [ 97%]\n..F..       [100%]", FAILED),
        ("pytest -q | head -3", "...\n\n===== FAILURES =====", FAILED),
        (
            "uv run ty check a.py | tail",
            "error: Failed to spawn: `ty`\n  Caused by: No such file (os error 2)",
            FAILED,
        ),
        (
            "ruff check a.py && uv run ty check a.py | tail",
            "All checks passed!\nerror: Failed to spawn: `ty`",
            FAILED,
        ),
        ("npx tsc --noEmit | tail", "   This is not the tsc command you are looking for", FAILED),
        (
            "pnpm astro check | tail",
            "The `typescript` packages are required for this command to work.",
            FAILED,
        ),
        ("timeout 9 pytest | tail", "(eval):1: command not found: timeout", FAILED),
        ("staticcheck --version; mypy a.py | tail", "zsh: command not found: staticcheck", UNKNOWN),
        ("staticcheck --version; mypy a.py | tail", "bash: line 1: mypy: command not found", FAILED),
        (
            "mypy a.py > o.txt; echo '--- result'; cat o.txt",
            "--- result\na.py:1: error: bad\nFound 1 error in 1 file",
            FAILED,
        ),
        ("out=$(mypy a.py 2>&1); echo '--- result'; echo \"$out\"", "--- result\na.py:1: error: bad", FAILED),
        (
            "for f in a b; do echo '== one'; ruff check $f | head; echo '== two'; mypy $f | head; done",
            "== one\nAll checks passed!\n== two\nSuccess: no issues found\n== one\nFound 1 error.\n== two\n",
            FAILED,
        ),
        ("make test | tail -3", "/bin/sh: 1: git: not found\nok stuff", UNKNOWN),
        (
            "swift test | tail -1",
            "✘ Test run with 1 test in 1 suite passed after 0.1 seconds with 1 known issue.",
            UNKNOWN,
        ),
        ("pytest -q | tail -2", "....     [100%]\nFAIL Required test coverage of 90% not reached.", FAILED),
        ("specs validate a | tail", "✔ Loaded config\nError: 3 problems", FAILED),
        (
            "tool test a | tail",
            "error: could not compile `a` (lib) due to 1 previous error\nError: cargo test failed",
            FAILED,
        ),
        ("tool test a | tail", "test result: ok. 2 passed; 0 failed; 0 ignored", PASSED),
        ("tool fmt --check | tail -2", "     }\nError: cargo fmt failed", FAILED),
        ("tool fmt --check | tail -2", "", PASSED),
        ("specs validate a | tail", "a has issues\n✗ [ERROR] a/spec.md: no header", FAILED),
        ("specs validate a | tail", "Change 'a' is valid", PASSED),
        ("specs validate --all | tail", "✓ spec/a\n✗ spec/b", FAILED),
        ("specs validate a; grep -n x docs | tail", "docs/a.md:12: x", UNKNOWN),
        ("xcodebuild -scheme A build | tail", "xcodebuild: error: Unable to find a device", FAILED),
        ("xcodebuild -scheme A build | tail -1", "** BUILD FAILED **", FAILED),
        ("xcodebuild -scheme A build | tail -1", "** BUILD SUCCEEDED **", PASSED),
        ("xcodebuild -quiet build | tail", "/a/B.swift:14:16: note: declared here", UNKNOWN),
        (
            "npm run build | tail",
            "✓ Compiled successfully in 3s\nFailed to type check.\n\n./a.tsx:1:2",
            FAILED,
        ),
        ("npm run build | tail", "Type error: 'x' is possibly 'undefined'.", FAILED),
        ("npm run build | tail -2", "○  (Static)   prerendered as static content", PASSED),
        ("pytest -q -x | tail -2", "  ?   ^\n!!!!!!!!! stopping after 1 failures !!!!!!!!!", FAILED),
        ("ty check a.py | tail; git stash pop", "Found 2 diagnostics\nDropped refs/stash@{0}", FAILED),
        ("ty check a.py | tail -1", "All checks passed!", PASSED),
        ("bin/rails test | grep '^Failure:'", "Failure:\nFailure:", FAILED),
        ("bin/rails test | tail -1", "bin/rails test test/models/a_test.rb:12", FAILED),
        ("rubocop --format github | grep error", "::error file=a.rb,line=4,col=3::Layout/X: y", FAILED),
        ("tsc --noEmit && echo clean && grep -n x a.ts || echo unused", "clean\na.ts:3:x", PASSED),
        ("tsc --noEmit && echo clean || echo broken", "broken", FAILED),
        (
            "tsc --noEmit | head -3 && echo clean",
            "a.ts(3,4): error TS2304: no x\nclean",
            FAILED,
        ),  # the pipe's end
        ("echo '--- types'; tsc --noEmit | tail -3; echo \"exit: $?\"", "--- types\nexit: 0", PASSED),
        ("echo types; tsc --noEmit | tail -3", "types\nsomething else", UNKNOWN),
        ("tsc --noEmit | tail -3; echo 'the files'; head -2 a.ts", "the files\nimport x", PASSED),
        (
            "make verify 2>/dev/null | tail -1; echo TESTS; python -m unittest | tail -1",
            "done\nTESTS\nOK",
            UNKNOWN,
        ),
        ("oxlint | tail -2", "Found 118 warnings and 0 errors.\nFinished in 5ms on 9 files.", PASSED),
        ("npx markdownlint-cli2 '**/*.md' | tail -2", "Linting: 9 file(s)\nSummary: 2 error(s)", FAILED),
        ("npx markdownlint-cli2 '**/*.md' | tail -2", "Linting: 9 file(s)\nSummary: 0 error(s)", PASSED),
        ("npx markdownlint-cli2 a.md | tail -2", "Linting: 0 file(s)\nSummary: 0 error(s)", UNKNOWN),
        ("npx markdownlint-cli2 a.md | head -1", "Linting: 3 file(s)", UNKNOWN),
        ("npm test | tail -2", "Summary: 1 error case covered\n  3 passing", PASSED),
        ("markdownlint '**/*.md' | head -1", "a.md:3:81 MD013/line-length Line length", FAILED),
        ("npx hardhat test | grep -E 'passing|failing'", "  34 passing (4s)\n  18 failing", FAILED),
        ("npx hardhat test a.test.js | grep -A 3 '1)'", "      1) Should reject a price", FAILED),
        ("npx hardhat test | tail -3", "  34 passing (4s)\n", PASSED),
        ("npx hardhat compile | tail", "Error HH404: File b.sol, imported from a.sol, not found.", FAILED),
        (
            "npx hardhat compile | tail -1",
            "Compiled 59 Solidity files successfully (evm target: paris).",
            PASSED,
        ),
        ("npm run docs-test | tail", "1) install\n2) build", UNKNOWN),
        (
            "./gradlew assembleRelease 2>&1 | tail -30",
            "* Try:\n> Get more help\n\nBUILD FAILED in 41s",
            FAILED,
        ),
        (
            "./gradlew clean && ./gradlew assembleRelease | tail",
            "BUILD SUCCESSFUL in 2s\nBUILD FAILED in 9s",
            FAILED,
        ),
        ("mvn clean install -q | tail -1", "[INFO] BUILD SUCCESS", PASSED),
        ("forge test | tail -1", "Encountered a total of 1 failing tests, 4 tests succeeded", UNKNOWN),
        ("forge test | tail -3", "Suite result: FAILED. 1 passed; 1 failed; 0 skipped", FAILED),
        ("forge test | tail -3", "Suite result: ok. 2 passed; 0 failed; 0 skipped", PASSED),
        ("bazel test //... | tail -2", "//shop:cart_test  FAILED in 1.2s", FAILED),
        ("bazel test //... | tail -1", "Executed 2 out of 2 tests: 2 tests pass.", PASSED),
        (
            "bazel test //... | tail -1",
            "Executed 2 out of 2 tests: 1 test passes and 1 fails locally.",
            FAILED,
        ),
        ("lein test | tail -2", "Ran 9 tests containing 12 assertions.\n1 failures, 0 errors.", FAILED),
        ("lein test | tail -1", "0 failures, 0 errors.", PASSED),
        ("rebar3 eunit | tail -2", "  Failed: 1.  Skipped: 0.  Passed: 4.", FAILED),
        ("rebar3 eunit | tail -1", "  All 5 tests passed.", PASSED),
        ("gleam test | tail -1", "5 tests, 1 failures", FAILED),
        ("cabal test | tail -2", "Test suite shop: FAIL", FAILED),
        ("stack test | tail -2", "Test suite shop: PASS", PASSED),
        ("meson test -C out | grep -E '^(Ok|Fail)'", "Ok:  4\nFail:               1", FAILED),
        ("meson test -C out | grep -E '^(Ok|Fail)'", "Ok:  5\nFail:               0", PASSED),
        ("elm-test | tail -1", "TEST RUN FAILED", FAILED),
        ("prove -r t | tail -1", "Result: FAIL", FAILED),
        ("prove -r t | tail -1", "Result: PASS", PASSED),
        ("busted spec | head -1", "4 successes / 1 failure / 0 errors / 0 pending : 0.01 seconds", FAILED),
        ("npx jasmine | tail -2", "3 specs, 1 failure\nFinished in 0.1 seconds", FAILED),
        ("npx jasmine | tail -2", "3 specs, 0 failures\nFinished in 0.1 seconds", PASSED),
        (
            "npx karma start --single-run | tail -1",
            "Executed 4 of 4 (1 FAILED) (0.1 secs / 0.05 secs)",
            FAILED,
        ),
        ("npx cucumber | tail -3", "3 scenarios (1 failed, 2 passed)", FAILED),
        ("npx cucumber | tail -3", "3 scenarios (3 passed)", PASSED),
        ("npx cypress run | tail -2", "    ✖  1 of 2 failed (50%)   00:12", FAILED),
        ("npx cypress run | tail -2", "    ✔  All specs passed!     00:12", PASSED),
        ("robot tests | tail -3", "4 tests, 3 passed, 1 failed", FAILED),
        ("scons | tail -1", "scons: building terminated because of errors.", FAILED),
        ("scons | tail -1", "scons: done building targets.", PASSED),
        ("pio run | tail -1", "========= [SUCCESS] Took 2.1 seconds =========", PASSED),
        ("latexmk -pdf paper.tex | tail -2", "! LaTeX Error: File `shop.sty' not found.", FAILED),
        ("npx stylelint 'a.css' | tail -1", "✖ 3 problems (3 errors, 0 warnings)", FAILED),
        ("shellcheck a.sh | head -2", "In a.sh line 3:\necho $x", FAILED),
        ("npx mocha | tail -2", "      at Context.<anonymous> (test/a.test.js:3:9)\n", FAILED),
        ("pytest -q | grep -A 3 test_a", "E   AssertionError: assert 1 == 2", FAILED),
        ("bin/test-flow.sh | tail -3", "Total:  10\nPassed: 10\nFailed: 0", PASSED),
        ("bin/test-flow.sh | tail -3", "Total:  10\nPassed: 9\nFailed: 1", FAILED),
        ("riscv64-elf-gcc -O2 -c a.c 2>&1 | head", "a.c:66:8: error: 'x' undeclared", FAILED),
        ("npm run lint | tail -2", "✖ 12 problems (0 errors, 12 warnings)", PASSED),
        ("yamllint . | tail -1", "  1:1  trailing spaces", UNKNOWN),
        (
            "pytest -q --reruns 1 | tail -4",
            "E   AssertionError: assert 1 == 2\n1 passed, 1 rerun in 0.1s",
            PASSED,
        ),
        ("npx mocha | tail -4", "      at Context.<anonymous> (test/a.test.js:3:9)\n  3 passing", PASSED),
        ("arm-none-eabi-gcc -c a.c 2>&1 | head", "a.c:66:8: error: 'x' undeclared", FAILED),
        ("cargo test | grep -c failed", "1", UNKNOWN),
        ("node --test | grep -c fail", "2", UNKNOWN),
        ("npx eslint src | grep -c error", "1", UNKNOWN),
        ("npx tsc --noEmit | grep 'error TS' | grep -c src/a.ts", "0", UNKNOWN),
        ("make | grep -c error", "0", UNKNOWN),
        # What is counted of its lines tells of a tool that prints findings alone, or where errors are chosen.
        ("npx tsc --noEmit | wc -l", "       1", FAILED),
        ("npx tsc --noEmit | wc -l", "0", PASSED),
        ("npx tsc --noEmit | grep -c 'error TS'", "11", FAILED),
        ("bun run lint | grep error | wc -l", "      11", FAILED),
        ("bun run lint | grep -c ' error '", "0", UNKNOWN),
        ("npm run lint | wc -l", "41", UNKNOWN),
        ("npm run lint | grep -vc error", "41", UNKNOWN),
        ("pytest -q | grep -c PASSED", "12", UNKNOWN),
        ("vale docs | tail -1", "✖ 3 errors, 0 warnings and 0 suggestions in 1 file.", FAILED),
        ("vale docs | tail -1", "✔ 0 errors, 2 warnings and 0 suggestions in 1 file.", PASSED),
    ],
)
def test_a_hidden_status_is_read_from_the_output(command, output, ok):
    assert of_success(of_command(command, HOME, HOME), output).ok is ok


@each_row(
    ("command", "output", "ok"),
    [
        ("node test.js", "adds: ok\n  FAIL: subtracts: expected 1, got 2\ndone", False),
        ("python tests/test_all.py", "[FAIL] subtracts\n[ok] adds\n", False),
        ("python tests/test_all.py", "2 passed, 1 failed", False),
        ("python tests/test_all.py", "10 passed, 2 failed\n12 passed, 0 failed", False),  # two suites
        ("./run-tests.sh", "not ok 2 subtracts", False),
        ("node test.js", "Tests: 3, failed: 1\nFAIL a", False),
        ("node test.js", "✗ subtracts\n1 failing", False),
        # What it sums up counts, and not what a test was about.
        ("node test.js", "Tests: 12 passed, 0 failed, 12 total", True),
        ("node test.js", "0 failed, 12 passed", True),
        ("node test.js", "Results: 0 fail / 12 total", True),
        ("node test.js", "retries after 3 failures\nTests: 12, failed: 0", True),
        ("node test.js", "WARNING: Request failed: 500\nRan 4 tests in 1s\nOK", True),
        ("node test.js", "attempt 2 failed\nattempt 3 ok", True),
        ("node test.js", "sent=10 failed=2 retried=2\nok", True),
        ("node test.js", "OK (expected failures=1)", True),
        ("node test.js", "FAIL: as it should\nAll tests passed", True),
        ("node test.js", "FAIL: 0", True),
        ("node test.js", "FAILED: none", True),
        ("node test.js", "FAILED to reach the replica, using the primary\nConnected", True),
        ("node test.js", "❌ Request without a token rejected (401) as expected\n✅ done", True),
        ("node test.js", "not ok 2 subtracts # TODO", True),
        ("node test.js", "FAILSAFE on\nok", True),
        ("node test.js", "", True),
        # What makes ready what tests need is none, and others have printed beside it.
        ("scripts/test-setup.sh", "FAIL: no container to remove", True),
        ("python gen_test_data.py", "2 failed", True),
        ("git log --oneline -3 && ./test.sh", "a1b2c3d FAIL: mend it", True),
        # Whose status tells of its failures is believed, and so is a program that is no test.
        ("pytest -q", "FAILED tests/test_a.py::test_log\n1 failed", True),
        ("node build.js", "  FAIL: no such page\n", True),
    ],
)
def test_a_test_of_ones_own_that_ends_well_is_read(command, output, ok):
    assert of_success(of_command(command, HOME, HOME), output).ok is ok


def test_a_test_of_ones_own_that_ends_well_with_a_failure_is_a_failed_try(project):
    project.passes("node test.js", "FAIL: adds: expected 1, got 2")
    project.passes("node test.js", "ok: adds")
    assert project.resolutions() == [(1, "auto_fixed")]


@each_row(
    ("command", "message", "ok"),
    [
        ("timeout 10 npm start", "Exit code 124\nServer running on http://localhost:3000", True),
        ("npm start & sleep 9; kill $!", "Exit code 143\nServing HTTP on 0.0.0.0 port 8000", True),
        ("timeout 10 npm start", "Exit code 124", False),
        ("timeout 5 npm start", "Exit code 124\nlistening on :8080\nError: listen EADDRINUSE: :8080", False),
        ("npm start", "Exit code 1\nServer running on http://localhost:3000", False),
        ("npm start", "Command timed out after 2m 0.0s\nServer running on http://localhost:3000", False),
        ("timeout 9 pytest -q", "Exit code 124\nServer running on http://localhost:3000", False),
    ],
)
def test_a_server_that_served_until_it_was_ended_did_what_it_should(command, message, ok):
    assert of_failure(of_command(command, HOME, HOME, is_after=False), message, None).ok is ok


@each_row(
    ("message", "became"),
    [
        ("Command timed out after 2m 0.0s\nServer running on http://localhost:3000", "abandoned"),
        ("Error: Command timed out after 2m 0.0s\nServing HTTP on 0.0.0.0 port 8000", "abandoned"),
        ("Command timed out after 2m 0.0s", "auto_fixed"),
        ("Command timed out after 5s\nlistening on :8080\nError: listen EADDRINUSE: :8080", "auto_fixed"),
    ],
)
def test_a_server_that_the_client_waited_for_is_no_try_to_be_repeated(project, message, became):
    project.fails("npm start", message)
    project.passes("npm start &")
    assert project.resolutions() == [(1, became)]


@each_row(
    ("command", "output", "ok"),
    [
        ("tool export --all 2>&1 | head -5", "error: unknown option '--all'\nusage: tool export", False),
        ("tool export 2>&1 | tail -3", "Traceback (most recent call last):\n  x\nKeyError: 'a'", False),
        ("tool export 2>&1 | tail -3", "zsh: command not found: tool", False),
        ("git push 2>&1 | tail -3", "fatal: The current branch x has no upstream branch.", False),
        ("tool export 2>&1 | tail -3", "wrote 3 files\n12 errors were mended", True),
        ("git branch; docker --version; which docker", "zsh: command not found: docker", None),
        ("tool export 2>&1 | grep -c error", "error: unknown option", None),  # chosen lines tell no end
        (
            "npm start 2>&1 | head -9",
            "> app\n\x1b[31merror\x1b[39m: Failed to start service: x\nat a.ts",
            False,
        ),
        ("npm start 2>&1 | head -9", "\x1b[31merror\x1b[39m: one of 3 requests was lost", None),
        ("tool explain 2>&1 | head", "Usage: tool\n\nError: Invalid usage: unknown flag: --verbose", False),
        ("mkdir -p x && bash wrap.sh 2>&1 | head -3", "stat /x/main.go: no such file or directory", False),
        ("tool export 2>&1 | tail -3", "error: could not write index", False),
        # Where it is piped, what a program prints comes behind what it says of its end.
        (
            "python ocr.py | head -9",
            'Traceback (most recent call last):\n  File "ocr.py", line 9, in <module>\nKeyError: 1\nLoading\n',
            False,
        ),
        (
            "python ocr.py 2>&1 | tee log.txt",
            'Traceback (most recent call last):\n  File "ocr.py", line 9, in main\nValueError: no GPU here\nLoading\n'
            "Error while reading: no GPU here\nSee the manual.",
            False,
        ),
        (
            "python ocr.py 2>&1 | tee log.txt",
            'Traceback (most recent call last):\n  File "ocr.py", line 9, in main\nValueError: no GPU here\nLoading\nRead.',
            None,
        ),
        ("python ocr.py 2>&1 | tail -3", "reading\nERROR while reading: no GPU", False),
        ("python ocr.py 2>&1 | tail -3", "reading\nERRORS: 0", True),
        ("go run . 2>&1 | head -5", "app\nError: could not open a TTY\nUsage:\n  app [flags]\n", False),
        ("tool ping || echo no", "no", None),  # it was known what else to do
        (
            "tool ping | tail -3 || other ping | tail -3",
            "error: unknown option",
            False,
        ),  # the other does not run
        ("tool ping || other ping", "error: unknown option\npong", None),
        ('tool ping; echo "exit=$?"', "exit=2", None),
        ('tool ping; echo "exit=$?"', "exit=0", True),
        # What chooses among lines does not get what a program complains of.
        (
            "curl -s http://localhost/a \\ | jq .a",
            "curl: option : blank argument where content is expected",
            False,
        ),
        ("curl http://localhost/a | jq .a", "curl: (7) Failed to connect to localhost port 80", False),
        ("curl http://localhost/a | jq .a", '"curl: a tool"', True),
        # What a server in the background has asked for is not there.
        ("just dev &\nsleep 2; curl -s localhost:80", "> vite\nsh: vite: command not found", False),
        ("./dev.sh &\nsleep 2; tool ping", "sh: tool: command not found", None),
        ("tool run gen:all | tail -3", "Could not find package `gen` or file `gen:all`", False),
        ("cd web | head; tool build | tail -3", "bash: line 1: cd: web: No such file or directory", False),
        # Of several only what is named, and has none to stand in for it.
        (
            "bash -n a.sh; echo done; bash -n b.sh | tail",
            "bash: b.sh: No such file or directory\ndone",
            False,
        ),
        ("a run | tail; b run | tail", "bash: line 1: b: command not found", False),
        ("(a run || b run) | tail", "zsh: command not found: a\nwrote 3 files", None),
        ("a run | tail; b run | tail", "bash: line 1: c: command not found", None),
        ("find . -name x 2>/dev/null | sort; tool", "", None),  # a look that shows nothing found nothing
        ("a run 2>&1 | tail -3; b run", "error: unknown option '--all'", None),  # whose words are these?
        ("cat a.txt | head -3", "fatal: is the first word of this file", True),  # what it shows is no end
        ("docker build -t x . 2>&1 | tail -2", "#12 naming to docker.io/library/x done\n#12 DONE 0.4s", True),
        ("docker build -t x . 2>&1 | tail -2", "ERROR: failed to build: failed to solve: x", False),
        # A task runner says so itself, whoever chooses among its lines.
        ("make book | tail -2", "no such chapter\nmake: *** [Makefile:3: book] Error 1", False),
        ("make book | grep -i error", "make: *** [Makefile:3: book] Error 1", False),
        ("make book | tail -2", "make: [Makefile:3: book] Error 1 (ignored)\nwritten", True),
        ("make book | tail -1; npm run pages | tail -1", "make: *** [book] Error 1\nwritten", False),
        ("./console.sh id | tail -1", "*** Timeout (60s) waiting for: id ***", None),
        ("./deploy.sh | tail -2", "Timeout: 60s\nDeployed", True),
        ("./deploy.sh | tail -2", "setTimeout(done)", True),
        ("git commit -m x | tail -1", "[main abc1234] Timeout handling", True),
        ("timeout 5 make serve | tail -2", "listening on :80\nmake: *** [serve] Terminated", True),
    ],
)
def test_what_a_hidden_run_says_of_its_end(command, output, ok):
    assert of_success(of_command(command, HOME, HOME), output).ok is ok


@each_row(
    ("command", "output", "family"),
    [
        ("go build ./... | head; go test ./... | tail -3", "    a_test.go:17: bad\n--- FAIL: TestA\nFAIL", "go test"),
        ("go build ./... | head; go test ./... | tail -3", "./a.go:17:3: undefined: b\nFAIL\tapp [build failed]", "go build"),
        ("gofmt -l . 2>&1 | head -5", "store/a.go", "gofmt"),
        ("gofmt -l . | head; echo '= build'; go build ./... | head", "= build\n./a.go:17:3: undefined: b", "go build"),
        ("go build ./... | head; echo \"end: $?\"; go vet ./... | head", "end: 0\n\nvet: ./a.go:17:3: bad", "go vet"),
        ("gofmt -l . | head; echo '= build'; go build ./... | head", "store/a.go\n= build", "gofmt"),
        # It may stand twice, so it tells nothing.
        ("gofmt -l . | head; echo =; go build ./... | head; echo =", "=\nstore/a.go\n=", "gofmt"),
        ("npm run lint | tail -3; echo a.go", "a.go", None),
        ("npm run test:e2e | head -99", "Running 2 tests\n  1) [chromium] › e2e/a.spec.ts:4:7 › shows a badge", "npm test:e2e"),
        ("golangci-lint run --all | tail -3", "Error: unknown flag: --all\nThe command is terminated", "golangci-lint"),
        ("mise run lint | tail -3", "mise ERROR error parsing config file", "mise lint"),
        ("npm test || echo 'they fail'", "they fail", "npm test"),
        # A task runner whose tool is not there: the last that it says.
        ("npm test 2>&1 | tail", "> app@1.0.0 test\n> jest\n\n/opt/tools-1.2/sh: 1: jest: not found", "jest"),
        ("npm i; npm test | tail -3; echo done", "> app@1.0.0 test\n> jest\n\nsh: 1: jest: not found\ndone", "jest"),
        ("npm test | tail", "> app@1.0.0 test\n> jest\n\nsh: 1: notify: not found\nwrote 3 files", None),
        # What a jest that was filtered still shows.
        ("npm test | grep -A 9 '●'", "  ● Mean › of none\n\n    Expected: 2", "npm test"),
        ("npm test | grep -A 9 '●'", "  ● Console\n\n    console.log", None),
        ("npm test | tail", "> jest\n\n● Validation Error:\n\n  Preset ts-jest not found.", "jest"),
        # How many of how many, as somebody's own runner says.
        ("npm test | tail -3", "  ✓ of none\nResults: 36/38 passed", "npm test"),
        ("npm test | tail -3", "Passed: 36/38", "npm test"),
        ("npm test | tail -3", "36/38 passed so far\n38/38 passed", None),
        ("npm test | tail -3", "[36/38] rendering", None),
        # Skipped, tried again, on the way, of something else, or of nothing that failed.
        ("npm test | tail -1", "7/8 passed, 1 skipped", None),
        ("npm test | tail -5", "waiting for the database: attempt 1/5 ok\nall suites green", None),
        ("npm test | head -3", "1/10 passed\n2/10 passed\n3/10 passed", None),
        ("npm test | tail -3", "downloading 3/4 ok", None),
        ("npm test | tail -3", "worker 1/4 passed 12 items", None),
        # What is printed of a tool beside the last step, and a heading of somebody's own.
        ("make build 2>&1 | tail -5", "gcc -o app a.c\nstrip app\n/bin/sh: 1: upx: not found", None),
        ("npm test 2>&1 | tail -9", "      ● Home › Settings\nTests:       5 passed, 5 total", None),
    ],
)  # fmt: skip
def test_whose_words_a_hidden_check_printed(command, output, family):
    failed = of_success(of_command(command, HOME, HOME), output).failed
    assert (failed and failed.families[0]) == family


@pytest.mark.parametrize(
    ("command", "hidden"), [("npm test && ./x | head -3", None), ("npm test | head -3 && ./x", True)]
)
def test_a_check_is_hidden_by_what_hides_its_own_status(project, command, hidden):
    project.passes(command, "done")
    assert project.last_summary().get("hidden") is hidden


def test_a_hidden_run_is_read_beside_a_check_that_is_not_hidden(project):
    project.passes("go build -o x ./cmd && ./x graph 2>&1 | head -5", '# cgo\nunknown command "graph"')
    assert project.resolutions() == [(1, None)]


def test_what_the_client_adds_is_no_output(project):
    response = {"stdout": 'unknown command "graph"', "stderr": "\nShell cwd was reset to /home/dev/app"}
    project.tool("Bash", {"command": "cd /tmp && tool graph 2>&1 | head -5"}, response)
    assert project.resolutions() == [(1, None)]


@each_row(
    ("command", "message", "via"),
    [
        ("mise run fmt && mise run lint", "[fmt] $ gofmt -w .\n[lint] $ golangci-lint run\na.go:1:2: x\n1 issues:",
         "mise lint"),
        ("task fmt && task lint", "task: [fmt] gofmt -w .\ntask: [lint] golangci-lint run\na.go:1:2: x\n1 issues:",
         "task lint"),
        ("npm run lint && npm run test", "> app@1.0.0 lint\n> eslint .\n> app@1.0.0 test\n> vitest run\n Tests  1 failed",
         "npm test"),
        ("bun run lint && bun run test", '$ eslint .\n1 error\nerror: script "lint" exited with code 1', "bun lint"),
    ],
)  # fmt: skip
def test_which_of_two_tasks_failed(command, message, via):
    outcome = of_failure(of_command(command, HOME, HOME, is_after=False), message, 1)
    assert outcome.failed.via == via


@each_row(
    ("text", "names"),
    [
        ('  File "/p/a b.py", line 3\n    x.y.z1 in 0.06s', ["/p/a b.py", "x.y.z1"]),
        ('[File "a.py"] makeFile "b.py"', ["a.py", "b.py"]),
        ("(src/x.ts:3) Makefile ./b.py 1.2.3 v1.x9.", ["(src/x.ts", "src/x.ts", "Makefile", "b.py", "v1.x9"]),
        ("no such profile", []),
    ],
)
def test_what_looks_like_a_file(text, names):
    assert named_paths(text) == names


def test_what_says_error_many_times_is_read_once():
    """Of a pattern with two ways to read the same, each more doubled the work: forty would never end."""
    assert not output_not_run.broke_off("error: " * 40)
    assert output_not_run.broke_off("Error: x: unknown option --y")


FOUND = "a.py:1:1: F401 x\nFound 1 error."


@each_row(
    ("command", "said", "category"),
    [
        # what a check says of itself counts, also where git speaks behind it
        ("ruff check .; git commit -m x", FOUND, "lint"), ("ruff check .; git commit -m x", f"{FOUND}\nfatal: not a git repository", "lint"),
        # a task runner may print anything: what git says may be all that failed
        ("make lint; git push", "1 failed in 0.1s", "lint"), ("make lint; git push", "1 failed in 0.1s\nerror: failed to push some refs to 'x'", "runtime"),
    ],
)  # fmt: skip
def test_of_a_check_and_git_behind_it_the_one_that_speaks_failed(project, command, said, category):
    project.fails(command, f"Exit code 1\n{said}")
    assert project.column("SELECT error_category FROM error_log") == [category]


@each_row(
    ("command", "output", "passes"),
    [
        ("cargo test adds", "running 0 tests\ntest result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 5 filtered out", False),
        ("cargo test adds", "test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 5 filtered out", True),
        ("go test -run TestAdds ./...", "testing: warning: no tests to run\nPASS\nok  \ta/b\t0.1s [no tests to run]", False),
        ("go test -run TestAdds ./...", "ok  \ta/b\t0.1s [no tests to run]\nok  \ta/c\t0.2s", True),
        ("npx jest -t adds", "Tests:       5 skipped, 5 total", False),
        ("npx jest -t adds", "Tests:       4 skipped, 1 passed, 5 total", True),
        ("vendor/bin/phpunit --filter adds", "No tests executed!", False),
        ("dotnet test --filter Adds", "No test matches the given testcase filter `Adds`", False),
        ("mocha --grep adds", "  0 passing (2ms)", False),
        # of all tests, none is all there are
        ("cargo test", "test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out", True),
        ("go test ./...", "?   \ta/b\t[no test files]", True),
    ],
)  # fmt: skip
def test_chosen_tests_of_which_there_were_none_pass_nothing(command, output, passes):
    assert bool(of_success(of_command(command, HOME, HOME), output).passed) is passes
