"""A check that was asked in a wrong way has failed, has put nothing to the test, and is tried again by another runner."""

from claudesess_collector import aims, outcomes, output_not_run, output_usage
from tables import each_row

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

NOTHING_THERE = [
    ('pytest tests/x.py', 'ERROR: file or directory not found: tests/x.py\n\n============ no tests ran in 0.01s ============'),
    ('pytest -k nothing', 'collected 10 items / 10 deselected / 0 selected\n\n============ 10 deselected in 0.05s ============'),
    ('pytest tests', '============ test session starts ====\ncollected 0 items\n\n============ no tests ran in 0.01s ============'),
    ('npx jest nope', 'No tests found, exiting with code 1\nRun with `--passWithNoTests` to exit with code 0\nIn /p\n  12 files checked.'),
    ('npx vitest run nope', 'No test files found, exiting with code 1\n\nfilter: nope\ninclude: **/*.{test,spec}.?(c|m)[jt]s?(x)'),
    ('npx mocha nope', 'Error: No test files found: "nope"'),
    ('go test ./nope', 'stat /p/nope: directory not found'),
    ('go test ./nope/...', 'go: warning: "./nope/..." matched no packages\nno packages to test'),
    ('go build ./nope', 'no required module provides package app/nope; to add it:\n\tgo get app/nope'),
    ('go vet ./...', 'pattern ./...: directory prefix . does not contain main module or its selected dependencies'),
    ('go test .', 'no Go files in /p'),
    ('go test ./...', "go: go.mod file not found in current directory or any parent directory; see 'go help modules'"),
    ('cargo test --test nope', 'error: no test target named `nope` in default-run packages'),
    ('cargo test -p nope', 'error: package ID specification `nope` did not match any packages'),
    ('vendor/bin/phpunit tests/X.php', 'Test file "tests/X.php" not found'),
    ('dotnet build x.csproj', 'MSBUILD : error MSB1009: Project file does not exist.\nSwitch: x.csproj'),
    ('dotnet build', 'MSBUILD : error MSB1003: Specify a project or solution file. The current working directory does not contain a project or solution file.'),
    ('./gradlew test --tests nope', "FAILURE: Build failed with an exception.\n\n* What went wrong:\nExecution failed for task ':test'.\n> No tests found for given includes: [nope](--tests filter)"),
    ('gradle test', "FAILURE: Build failed with an exception.\n\n* What went wrong:\nDirectory '/p' does not contain a Gradle build."),
    ('mvn test -Dtest=Nope', '[ERROR] Failed to execute goal org.apache.maven.plugins:maven-surefire-plugin:3.0.0:test (default-test) on project a: No tests matching pattern "Nope" were executed! (Set -Dsurefire.failIfNoSpecifiedTests=false to ignore this error.)'),
    ('mvn test', '[ERROR] The goal you specified requires a project to execute but there is no POM in this directory (/p). Please verify you invoked Maven from the correct directory.'),
    ('mix test test/x.exs', 'Paths given to "mix test" did not match any directory/file: test/x.exs'),
    ('mix test', '** (Mix) Could not find a Mix.Project, please ensure you are running Mix in a directory with a mix.exs file'),
    ('npx eslint nope.js', 'Oops! Something went wrong! :(\n\nESLint: 9.1.0\n\nNo files matching the pattern "nope.js" were found.\nPlease check for typing mistakes in the pattern.'),
    ('npx eslint .', "Oops! Something went wrong! :(\n\nESLint: 9.1.0\n\nESLint couldn't find an eslint.config.(js|mjs|cjs) file."),
    ('npx prettier --check nope', '[error] No files matching the pattern were found: "nope".\nError occurred when checking code style in the above file.'),
    ('ruff check nope.py', 'E902 No such file or directory (os error 2)\n--> nope.py:1:1\n\nFound 1 error.'),
    ('mypy nope.py', "mypy: can't read file 'nope.py': No such file or directory"),
    ('mypy nope', "There are no .py[i] files in directory 'nope'"),
    ('npx tsc -p nope', "error TS5058: The specified path does not exist: 'nope'."),
    ('npx tsc', 'error TS18003: No inputs were found in config file \'/p/tsconfig.json\'. Specified \'include\' paths were \'["src"]\' and \'exclude\' paths were \'[]\'.'),
    ('npx tsc nope.ts', "error TS6053: File 'nope.ts' not found.\n  The file is in the program because:\n    Root file specified for compilation"),
    ('npx tsc --noEmit', 'Version 5.4.5\ntsc: The TypeScript Compiler - Version 5.4.5\n\nCOMMON COMMANDS\n\n  tsc\n  Compiles the current project (tsconfig.json in the working directory.)'),
    ('npx stylelint nope.css', 'Error: No files matching the pattern "nope.css" were found.'),
    ('deno test nope.ts', 'error: No test modules found'),
    ('bun test nope', 'bun test v1.1.0\n\nerror: 0 test files matching "nope" in --cwd="/p"\n\nTests need ".test", "_test_", ".spec" or "_spec_" in the filename'),
    ('npx playwright test nope', 'Error: No tests found.\nMake sure that arguments are regular expressions matching test files.'),
    ('npx cypress run --spec nope', "Can't run because no spec files were found.\n\nWe searched for specs matching this glob pattern:"),
    ('bats nope.bats', 'ERROR: Test file "/p/nope.bats" does not exist.'),
    ('cmake --build nope', 'Error: /p/nope is not a directory'),
    ('cmake .', 'CMake Error: The source directory "/p" does not appear to contain CMakeLists.txt.\nSpecify --help for usage, or press the help button on the CMake GUI.'),
    ('make nope', "make: *** No rule to make target 'nope'.  Stop."),
    ('swift build', 'error: Could not find Package.swift in this directory or any of its parent directories.'),
    ('flutter test nope.dart', 'Test file "nope.dart" not found.'),
    ('flutter test', 'Test directory "test" not found.'),
    ('gcc nope.c', 'gcc: error: nope.c: No such file or directory\ngcc: fatal error: no input files\ncompilation terminated.'),
    ('javac Nope.java', 'error: file not found: Nope.java\nUsage: javac <options> <source files>\nuse --help for a list of possible options'),
    ('golangci-lint run nope', 'level=error msg="Running error: context loading failed: no go files to analyze: running `go mod tidy` may solve the problem"'),
    ('node --test nope.js', "Could not find '/p/nope.js'"),
    ('yarn test', 'error Couldn\'t find a package.json file in "/p"'),
    ('yarn test', 'Usage Error: Couldn\'t find a script named "test".'),
    ('shellcheck nope.sh', 'nope.sh: nope.sh: openBinaryFile: does not exist (No such file or directory)'),
    ('xcodebuild test', 'xcodebuild: error: The directory /p does not contain an Xcode project, workspace or package.'),
    ('npx next build', "> Couldn't find any `pages` or `app` directory. Please create one under the project root"),
    ('npx vite build', 'error during build:\nCould not resolve entry module "index.html".'),
]  # fmt: skip


@each_row(("command", "printed"), [*REFUSALS, *NOTHING_THERE])
def test_a_check_that_does_not_know_its_option_or_finds_nothing_failed_and_checked_nothing(command, printed):
    went = outcomes.of_success(aims.of_command(f"{command} 2>&1 | tail -20", "/p", "/p"), printed)
    assert (went.failed is not None, went.kind) == (True, "check")
    assert output_not_run.never_began(printed)
    assert output_not_run.is_astray(printed, [])


@each_row(
    "printed",
    [
        "ValueError: Unknown argument shape", "write error: Invalid argument", "a.c:3:5: error: invalid argument type 'int'", "src/a.ts(3,1): error TS2353: Unknown parameter 'x'", "the option --bad is new",
        "ok 3 - unknown option is refused\nerror: unknown option '--x'", "error: unknown option '--x'\n2 passed", "FAILED a.py::test_x\npytest: error: unrecognized arguments: --x", "x\n" * 15 + "unknown option --x",
        "invalid parameters of the model", "illegal option value", "error: expected one argument", "",
    ],
)  # fmt: skip
def test_what_a_program_under_test_prints_is_no_refusal(printed):
    assert not output_not_run.refuses_options(printed)


@each_row(
    ("command", "printed"),
    [
        ("pytest", "tests/test_cli.py ......\nerror: unrecognized arguments: --bad\n12 passed in 0.4s"), ("npx vitest run", "error: unknown option '--x'\n\n      Tests  12 passed (12)"),
        ("npx jest --passWithNoTests", "No tests found, exiting with code 0"), ("npx vitest run --passWithNoTests", "No test files found, exiting with code 0"), ("go test ./...", "?   \tapp/cmd\t[no test files]\nok  \tapp/a\t0.1s"),
        ("go test -v ./...", "=== RUN   TestX\nError: unknown flag: --bad\n--- PASS: TestX (0.00s)\nPASS\nok  \tapp/a\t0.1s"), ("cargo test", "running 0 tests\ntest result: ok. 0 passed; 0 failed"), ("bats test", "1..1\nok 1 fails on unknown option --x"),
        ("./gradlew test", "> Task :test NO-SOURCE\nBUILD SUCCESSFUL in 3s"), ("python -m unittest -v", "usage: t.py [-h]\nt.py: error: unrecognized arguments: --x\n\nRan 1 test in 0.1s\n\nOK"), ("node --test", "# error: unknown option '--x'\nok 1 - a\n# pass 1\n# fail 0"),
        ("pre-commit run -a", "ruff.....Passed\n(no files to check)Skipped"), ("npx playwright test", "  1 flaky\n  2 skipped\n  10 passed (4.1s)"), ("bundle exec rspec", "All examples were filtered out\n\n0 examples, 0 failures"),
    ],
)  # fmt: skip
def test_a_check_that_passed_may_speak_of_all_that(command, printed):
    went = outcomes.of_success(aims.of_command(f"{command} 2>&1 | tail -20", "/p", "/p"), printed)
    assert went.failed is None


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


@each_row(("before", "is_refused"), [(0, True), (14, True), (15, False)])
def test_a_refusal_stands_among_the_first_fifteen_lines(before, is_refused):
    lines = output_usage.re.Lines([*["- a line"] * before, "error: unknown option '--bad'"])
    assert output_usage.is_refused(lines) == is_refused
