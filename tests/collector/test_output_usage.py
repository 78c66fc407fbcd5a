"""A check that was asked in a wrong way has failed, has put nothing to the test, and is tried again by another runner."""

import pytest
from claudesess_collector import aims, outcomes, output_findings

REFUSALS = [
    ("pytest --bad", "ERROR: usage: pytest [options] [file_or_dir] [...]\npytest: error: unrecognized arguments: --bad\n  rootdir: /p"),
    ("npx jest --bad", '● Unrecognized CLI Parameter:\n\n  Unrecognized option "bad".'),
    ("npx vitest run --bad", "throw new CACError(`Unknown option`);\n\nCACError: Unknown option `--bad`\n    at Command.check (cac.js:402:17)"),
    ("npx playwright test --bad", "error: unknown option '--bad'"),
    ("npm test -- --bad a.test.ts", "> app@1.0.0 test\n> playwright test --bad a.test.ts\n\nerror: unknown option '--bad'"),
    ("npx eslint --bad .", "Invalid option '--bad' - perhaps you meant '--ext'?"),
    ("npx tsc --bad", "error TS5023: Unknown compiler option '--bad'."),
    ("npx tsc -p", "error TS6044: Compiler option 'project' expects an argument."),
    ("cargo test --bad", "error: unexpected argument '--bad' found\n\nUsage: cargo test [OPTIONS] [TESTNAME]"),
    ("mypy --bad", "usage: mypy [-h] [-v] [more options; see below]\nmypy: error: unrecognized arguments: --bad"),
    ("pytest -k", "pytest: error: argument -k: expected one argument"),
    ("go test -bad ./...", "flag provided but not defined: -bad\nusage: go test [build/test flags] [packages]"),
    ("black --bad .", "Usage: black [OPTIONS] SRC ...\n\nError: No such option: --bad"),
    ("bundle exec rubocop --bad", "invalid option: --bad\nFor usage information, use --help"),
    ("vendor/bin/phpunit --bad", 'PHPUnit 10.5.0 by Sebastian Bergmann and contributors.\n\nUnknown option "--bad"'),
    ("vendor/bin/phpstan analyse --bad", '  The "--bad" option does not exist.'),
    ("dotnet test --bad", "Unrecognized command or argument '--bad'"),
    ("dotnet build /bad", "MSBUILD : error MSB1001: Unknown switch."),
    ("mvn test --bad", "Unable to parse command line options: Unrecognized option: --bad"),
    ("./gradlew test --bad", "* What went wrong:\nProblem configuring task :test from command line.\n> Unknown command-line option '--bad'."),
    ("mix test --bad", '** (Mix) Could not invoke task "test": 1 error found!\n--bad : Unknown option'),
    ("make --bad test", "make: unrecognized option '--bad'\nUsage: make [options] [target] ..."),
    ("swift test --bad", "error: Unknown option '--bad'"),
    ("golangci-lint run --bad", "Error: unknown flag: --bad\nFailed executing command with error: unknown flag: --bad"),
    ("npx biome check --bad", "`--bad` is not expected in this context"),
    ("npx nx test app --bad", "Unknown argument: bad"),
    ("gcc -bad x.c", "gcc: error: unrecognized command-line option '-bad'"),
    ("cmake --bad .", "CMake Error: Unknown argument --bad"),
    ("ctest --bad", "CMake Error: Invalid argument: --bad"),
    ("npx stylelint --bad", 'Invalid option "--bad". Did you mean "--fix"?'),
    ("bats --bad", "Error: Bad command line option '--bad'"),
    ("flutter test --bad", 'Could not find an option named "--bad".'),
    ("xcodebuild -bad test", "xcodebuild: error: invalid option '-bad'"),
]  # fmt: skip


@pytest.mark.parametrize(("command", "printed"), REFUSALS, ids=[command for command, _ in REFUSALS])
def test_a_check_that_does_not_know_its_option_failed_and_checked_nothing(command, printed):
    went = outcomes.of_success(aims.of_command(f"{command} 2>&1 | tail -20", "/p", "/p"), printed)
    assert (went.failed is not None, went.kind) == (True, "check")
    assert output_findings.never_began(printed)
    assert output_findings.is_astray(printed, [])


@pytest.mark.parametrize(
    "printed",
    [
        "ValueError: Unknown argument shape", "write error: Invalid argument", "a.c:3:5: error: invalid argument type 'int'", "src/a.ts(3,1): error TS2353: Unknown parameter 'x'", "the option --bad is new",
        "ok 3 - unknown option is refused\nerror: unknown option '--x'", "error: unknown option '--x'\n2 passed", "FAILED a.py::test_x\npytest: error: unrecognized arguments: --x", "x\n" * 15 + "unknown option --x",
        "invalid parameters of the model", "illegal option value", "error: expected one argument", "",
    ],
)  # fmt: skip
def test_what_a_program_under_test_prints_is_no_refusal(printed):
    assert not output_findings.refuses_options(printed)


def test_it_puts_no_edit_to_the_test_and_another_runner_tries_it_again(project):
    project.edits("a.test.ts", "expect(1).toBe(2)")
    asked = project.passes("npm test -- --run a.test.ts 2>&1 | tail -30", REFUSALS[4][1])
    assert project.column("SELECT error_category FROM error_log") == ["test"], asked
    assert project.column("SELECT count(*) FROM failed_paths") == [0]
    project.passes("npx vitest run b.test.ts", " Test Files  1 passed (1)\n      Tests  3 passed (3)")
    assert project.resolutions() == [(1, None)]  # another file is another aim
    project.passes(
        "npx vitest run a.test.ts 2>&1 | tail -30", " Test Files  1 passed (1)\n      Tests  3 passed (3)"
    )
    assert project.resolutions() == [(1, "auto_fixed")]
