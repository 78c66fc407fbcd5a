"""What the runners that are known print of a failed run, and of one that passed, where their status is hidden."""

from claudesess_collector import output_verdict as told
from claudesess_collector.aims import of_command
from tables import each_row

HOME = "/home/dev/app"


def part_of(command):
    return of_command(command, HOME, HOME, is_after=False).main


@each_row(
    ("command", "failed", "passed"),
    [
        ("npx biome check src", "src/a.ts:1:1 lint/suspicious/noDebugger  FIXABLE  ━━━━━━━━\n\n  ✖ This is an unexpected use of the debugger statement.\n", "Checked 3 files in 5ms. No fixes applied."),
        ("npx biome check src", "Checked 3 files in 5ms. No fixes applied.\nFound 1 error.", "Checked 3 files in 5ms. No fixes applied."),
        ("npx oxlint", "  ! eslint(no-unused-vars): x\n   ╭─[src/a.ts:1:1]\nFound 1 warning and 1 error.", "Found 0 warnings and 0 errors."),
        ('npx eslint src', "/p/src/a.js\n  1:1  error  'x' is not defined  no-undef\n", '✔ ok'),
        ("npx prettier --check .", "Checking formatting...\n[warn] src/a.ts\n[warn] Code style issues found in the above file. Run Prettier with --write to fix.", "Checking formatting...\nAll matched files use Prettier code style!"),
        ("swiftlint", "/p/a.swift:1:1: error: Line Length Violation: x (line_length)\nDone linting! Found 1 violation, 1 serious in 3 files.", "Done linting! Found 0 violations, 0 serious in 3 files."),
        ("vendor/bin/phpcs", "FOUND 2 ERRORS AFFECTING 1 LINE", ""),
        ("vendor/bin/psalm", "ERROR: UndefinedVariable - a.php:1:1\n------------------------------\n1 errors found", "No errors found!"),
        ("node --test", "✖ adds (0.5ms)\nℹ tests 3\nℹ pass 2\nℹ fail 1", "ℹ tests 3\nℹ pass 3\nℹ fail 0"),
        ("node --test", "not ok 1 - adds\n# tests 3\n# pass 2\n# fail 1", "# tests 3\n# pass 3\n# fail 0"),
        ("bun test", "(fail) adds [0.1ms]\n\n 2 pass\n 1 fail\nRan 3 tests across 1 file.", " 3 pass\n 0 fail\nRan 3 tests across 1 file."),
        ("deno test", "FAILED | 2 passed | 1 failed (10ms)\n\nerror: Test failed", "ok | 3 passed | 0 failed (10ms)"),
        ("cargo nextest run", "        FAIL [   0.1s] a tests::b\n     Summary [   0.2s] 3 tests run: 2 passed, 1 failed, 0 skipped", "     Summary [   0.2s] 3 tests run: 3 passed, 0 skipped"),
        ("gotestsum", "=== FAIL: a TestX (0.00s)\n\nDONE 3 tests, 1 failure in 0.5s", "DONE 3 tests in 0.5s"),
        ("sbt test", "[error] Failed: Total 3, Failed 1, Errors 0, Passed 2\n[error] (Test / test) sbt.TestsFailedException", "[info] Passed: Total 3, Failed 0, Errors 0, Passed 3\n[success] Total time: 3 s"),
        ("vendor/bin/pest", "  Tests:    1 failed, 2 passed (3 assertions)", "  Tests:    3 passed (3 assertions)"),
        ("php artisan test", "  Tests:    1 failed, 2 passed (3 assertions)", "  Tests:    3 passed (3 assertions)"),
        ("npx tsup", "ESM Build failed\nError: x", "ESM ⚡️ Build success in 10ms"),
        ("npx astro build", "[ERROR] [vite] x Build failed in 12ms", "[build] Complete!"),
        ('npx ng build', "✘ [ERROR] TS2304: Cannot find name 'x'\nApplication bundle generation failed.", 'Application bundle generation complete.'),
        ("npx svelte-check", "/p/src/a.svelte:1:1\nError: x\nsvelte-check found 2 errors and 0 warnings in 1 file", "svelte-check found 0 errors and 0 warnings"),
        ("tflint", "1 issue(s) found:\n\nError: x", ""),
        ("hadolint Dockerfile", "Dockerfile:1 DL3006 warning: Always tag", ""),
        ("yamllint .", "./a.yml\n  1:1       error    x  (document-start)", ""),
        ("uvx ty check src", "error[invalid-argument-type]: x\n --> a.py:1:1\nFound 1 diagnostic", "All checks passed!"),
        ("pyrefly check", "ERROR a.py:1:1-5: x [bad-argument-type]\n INFO 1 error", " INFO 0 errors"),
        ('zig build test', "error: 'a.test.x' failed: expected\nBuild Summary: 3/5 steps succeeded; 1 failed; 2/3 tests passed; 1 failed", 'All 3 tests passed.'),
        ("npx ava", "  1 test failed", "  3 tests passed"),
        ("npx tap", "# failed 1 of 3 tests\n✖ FAIL  1 failed of 3", "# { total: 3, pass: 3 }"),
        ("npx knip", "Unused files (2)\nsrc/a.ts", "✂️  Excellent, Knip found no issues."),
        ("isort --check .", "ERROR: /p/a.py Imports are incorrectly sorted", ""),
        ("bandit -r src", ">> Issue: [B101:assert_used]\n   Severity: Low", "No issues identified."),
        ("nox", "nox > Session tests-3.11 failed.", "nox > Session tests-3.11 was successful."),
        ("cabal test", "Test suite x: FAIL\n1 of 1 test suites (0 of 1 test cases) failed.", "1 of 1 test suites (1 of 1 test cases) passed."),
        ("ansible-lint", "Failed: 1 failure(s), 0 warning(s) on 3 files.", "Passed: 0 failure(s), 0 warning(s) on 3 files."),
        ("helm lint .", "Error: 1 chart(s) linted, 1 chart(s) failed", "1 chart(s) linted, 0 chart(s) failed"),
        ("forge test", "Suite result: FAILED. 2 passed; 1 failed; 0 skipped", "Suite result: ok. 3 passed; 0 failed; 0 skipped"),
        ("ruff check .", "F841 [*] Local variable `x` is assigned\n   --> a.py:1:1", "All checks passed!"),
        ("ruff check --statistics", "12\tF401\t[*] unused-import", "All checks passed!"),
        ("npx stylelint '**/*.css'", 'a.css\n  1:1  ✖  Unexpected  color-no\n\n✖ 1 problem (1 error, 0 warnings)', ''),
        ("npx commitlint --from HEAD~1", "✖   subject may not be empty [subject-empty]\n✖   found 1 problems, 0 warnings", ""),
        ("npx depcheck", "Unused dependencies\n* x", "No depcheck issue"),
        # All that ran passed, and the run failed.
        ("bundle exec rspec", "0 examples, 0 failures, 1 error occurred outside of examples", "3 examples, 0 failures"),
        ("npx vitest run", "Vitest caught 1 unhandled error during the test run.\n      Tests  12 passed (12)", "      Tests  12 passed (12)"),
        ("pytest", "INTERNALERROR> Traceback (most recent call last):", "12 passed in 1.2s"),
        ("mix test", "12 tests, 0 failures, 1 invalid", "12 tests, 0 failures"),
        ("mix test --warnings-as-errors", "12 tests, 0 failures\nERROR! Test suite aborted after successful execution due to warnings", "12 tests, 0 failures, 1 skipped"),
        ("mix test --cover", "12 tests, 0 failures\n\nCoverage test failed, threshold not met:", "12 tests, 0 failures"),
        ("npx playwright test", "  1 interrupted\n  2 did not run\n  3 passed (4.1s)", "  3 passed (4.1s)"),
        ("npx playwright test", "Error: Timed out waiting 60000ms from config.webServer.", "  3 passed (4.1s)"),
        ("./gradlew test", "12 tests completed, 1 failed", "BUILD SUCCESSFUL in 3s"),
        ("./gradlew build", "> Task :test FAILED", "BUILD SUCCESSFUL in 3s"),
        ("dotnet test", "Passed!  - Failed:     0, Passed:    12\nThe active test run was aborted. Reason: Test host process crashed", "Passed!  - Failed:     0, Passed:    12"),
        ("vendor/bin/phpunit", "Tests: 12, Assertions: 20, Errors: 1.", "OK, but there were issues!\nTests: 12, Assertions: 20, Warnings: 1."),
        ("python manage.py test", "SystemCheckError: System check identified some issues:", "Ran 3 tests in 0.1s\n\nOK"),
        ("npx nx run-many -t test", "    ✔    2/3 succeeded [0 read from cache]\n    ✖    1/3 targets failed, including the following:", " NX   Successfully ran target test for 3 projects"),
        ("npm run build", "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory", " ✓ Compiled successfully"),
        ("make test", "Killed", ""),
        # Others.
        ("npx wtr", "Chrome: 1/1 test files | 11 passed, 1 failed", "Chrome: 1/1 test files | 12 passed, 0 failed"),
        ("npx qunit", "# pass 11\n# fail 1", "# pass 12\n# fail 0"),
        ("anchor test", "  3 passing (2s)\n  1 failing", "  4 passing (2s)"),
        ("sqlfluff lint", "== [a.sql] FAIL\nL:   1 | P:   1 | LT01 | x\nAll Finished!", "== [a.sql] PASS\nAll Finished!"),
        ("detekt", "Analysis failed with 3 weighted issues.", ""),
        ("swiftformat --lint .", "1/3 files require formatting.", "0/3 files require formatting."),
        ("interrogate src", "RESULT: FAILED (minimum: 80.0%, actual: 60.0%)", "RESULT: PASSED (minimum: 80.0%, actual: 90.0%)"),
        ("mdl .", "a.md:1: MD013 Line length", ""),
        ("lefthook run pre-commit", "summary: (done in 1.0 seconds)\n✔️ lint\n🥊 test", ""),
        ("npx lint-staged", "✖ eslint --fix:\n  1 problem", "✔ Running tasks for staged files..."),
    ],
)  # fmt: skip
def test_what_runners_say_behind_a_pipe(command, failed, passed):
    part = part_of(f"{command} 2>&1 | tail -20")
    assert told.verdict(part, failed) is False
    assert told.verdict(part, passed) is (True if passed and command not in SAY_NOTHING else None)


SAY_NOTHING = ("npx eslint src",)  # where all is well


SUMS = "Test Files  3 passed (3)\n     Tests  41 passed (41)"


@each_row(
    ("command", "printed"),
    [
        # what a program that is tested logs
        ("npm test", f" ERROR  Could not connect (mocked)\n{SUMS}"), ("npm test", f"[warn] redis.unavailable\n{SUMS}"), ("npm test", f"  10:02  error  request failed: 500\n{SUMS}"),
        ("make test", "warning: unused\n  --> src/grammar.lalrpop:4:9\ntest result: ok. 3 passed; 0 failed"), ("npm run build", "WARNING AS201\n   --> assembly/a.ts:3:5\n✓ built in 1s"),
        ("npm test", f"1 test failed and is tried again\n{SUMS}"), ("npm test", f"FOUND 2 ERRORS in the fixture\n1 issue(s) found\n{SUMS}"),
        # and a runner itself, of what it gets over
        ("sbt test", "[error] c.a.Cart - rollback (expected)\n[info] Passed: Total 3, Failed 0\n[success] Total time: 3 s"), ("zig build test", "[default] (err): error: bad token\nAll 3 tests passed."),
        ("npx prettier --check .", "[warn] prettier.config.js\nAll matched files use Prettier code style!"), ("make lint", "warning[x]: a\n  --> src/a.py:3:5\nAll checks passed!"),
    ],
)  # fmt: skip
def test_what_is_logged_beside_a_sum_is_no_failure(command, printed):
    assert told.verdict(part_of(f"{command} 2>&1 | tail -20"), printed) is True


def test_what_others_print_is_no_sum_of_a_task():
    part = part_of("npm run check 2>&1 | head -5")
    assert told.verdict(part, "No errors found!\n> eslint .") is None
    assert told.verdict(part, "      3 tests passed") is None
