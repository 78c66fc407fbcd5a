"""What a failure's message tells: why, of which kind, which checks and cases."""

from claudesess_collector import output_findings as told
from claudesess_collector.command_targets import path_mark
from tables import each_row


@each_row(
    ("message", "category"),
    [
        ("a.ts(1,2): error TS2304: x", "type"), ("error TS18003: x", "type"), ("a.py:2: error: bad  [return-value]", "type"), ("3 errors, 0 warnings, 0 info", "type"),
        ("0 errors, 0 warnings, 0 info", None), ("FAILED tests/a.py::test_b", "test"), ("=== FAILURES ===", "test"), ("--- FAIL: TestA", "test"), ("not ok 3 - adds", "test"),
        ("FAILED (failures=1)", "test"), ("Tests:  1 failed, 2 passed", "test"), ("2 tests, 1 failure", "test"), ("2 tests, 0 failures", None), ("1 failed in 0.1s", "test"),
        ("0 failed in 0.1s", None), ("error[E0308]: x", "build"), ("make: *** [x] Error 1", "build"), ("Build failed", "build"), ("✖ 3 problems (1 error)", "lint"),
        ("a.py:1:2: E501 too long", "lint"), ("a.py:1:2: no code", None), ("all is well", None), ("", None),
        ("make: *** [x] Error 1\n--- FAIL: TestA", "test"),  # what tells more of it comes first
        ("x" * 390 + "error TS1: x", None), (" " * 500 + "--- FAIL: TestA", "test"),
    ],
)  # fmt: skip
def test_the_category_that_a_message_gives_away(message, category):
    assert told.category(message) == category


@each_row(
    ("message", "named"),
    [
        ("ruff and mypy, ruff", ["ruff", "mypy"]), ("Running ESLint", ["eslint"]), ("ruffle", []), ("golangci-lint", ["golangci-lint"]), ("my-ruff", []),
        (" " * 16380 + "ruff", ["ruff"]), (" " * 16381 + "ruff", []),
    ],
)  # fmt: skip
def test_the_checks_that_a_message_names(message, named):
    assert told.named_checks(message) == named


@each_row(
    ("message", "first", "failed"),
    [
        ("ruff: All checks passed!\npytest: 1 failed in 1s", "lint", "test"), ("pytest ruff\nFound 2 errors.", "test", "lint"), ("nothing", None, None),
        ("cargo\n--- FAIL: TestA", "build", "test"), ("eslint", "lint", None),
    ],
)  # fmt: skip
def test_of_several_checks_the_one_that_failed(message, first, failed):
    assert (told.first_category(message), told.failed_category(message)) == (first, failed)


@each_row(
    ("message", "has_any"),
    [("ruff would reformat a.py", True), ("ruff: 2 issues", True), ("Ruff FOUND x", True), ("ruff", False), ("2 issues", False), ("pytest\n1 failed in 1s", True)],
)  # fmt: skip
def test_whether_a_message_holds_what_a_check_found(message, has_any):
    assert told.has_findings(message) is has_any


@each_row(
    ("message", "scripts"),
    [
        ('error: script "lint" exited with code 1', ["lint"]), ("npm ERR! Lifecycle script `build` failed", ["build"]), ("make: *** [Makefile:3: book] Error 1", ["book"]), ("make: *** [book] Error 1", ["book"]),
        ("error: Recipe `ci` failed on line 2", ["ci"]), (" Failed:    web#test", ["test"]), ("Error: cargo fmt failed", ["fmt"]), ("error: `lint` failed with status 1", ["lint"]), ("the fmt failed", []), ("make: *** [a] Error 1\nmake: *** [b] Error 1", ["a", "b"]), ("nothing", []),
        ("[1] npm run test:unit exited with code 2", ["test:unit"]), ("npm run a exited with code 0", []), ('ERROR: "lint" exited with 1.', ["lint"]), ('ERROR: "lint" exited with 0.', []), ("✖  nx run web:lint", ["lint"]),
        ("Execution failed for task ':app:testDebug'.", ["testDebug"]), ("> Execution failed for task ':test'.", ["test"]), (" Failed:    web#lint\n Failed:    web#test", ["lint", "test"]),
    ],
)  # fmt: skip
def test_the_scripts_that_a_task_runner_says_have_failed(message, scripts):
    assert told.failed_scripts(message) == scripts


@each_row(
    ("message", "cases"),
    [
        ("--- FAIL: TestA (0.1s)", ["TestA"]), ("FAILED a.py::test_b - x", ["test_b"]), ("ERROR a.py::test_b", ["test_b"]), ("not ok 3 - adds two", ["adds two"]), ("✗ adds two (3 ms)", ["adds two"]),
        ("● Cart › adds", ["Cart › adds"]), ("test a::b ... FAILED", ["a::b"]), ("(fail) adds [1.2 ms]", ["adds"]), ("FAIL  a.ts > adds", ["adds"]), ("a::b::c", ["a::b::c"]),
        ("--- FAIL: TestA\n--- FAIL: TestA\n--- FAIL: TestB", ["TestA", "TestB"]), ("ok", []),
    ],
)  # fmt: skip
def test_the_cases_that_have_failed(message, cases):
    assert told.failed_cases(message) == cases


@each_row(
    ("message", "reason"),
    [
        ("Exit code 1\n....F [100%]\nE   assert 1\nFAILED a", "E   assert 1"), ("Exit code 1\n=== x ===\nhello\nerror: y", "error: y"), ("Exit code 1\nhello\nworld", "hello"), ("Exit code 1", None),
        ("", None), ("a.py:3: bad\nerror: y", "a.py:3: bad"), ("h" * 500, "h" * 400), ("ValueError: z", "ValueError: z"),
    ],
)  # fmt: skip
def test_the_first_line_that_says_why(message, reason):
    assert told.first_reason(message) == reason


@each_row(
    ("message", "known", "unknown"),
    [
        ("src/lib/calc.py:3:1: F401 unused", ["src", "src/lib", "src/lib/calc.py", "calc.py"], ["lib", "lib/calc.py", "src/calc.py"]),
        (" FAIL  src/calc.test.ts", ["src", "src/calc.test.ts", "calc.test.ts"], ["lib"]),
        ("FAILED a/one.py::test_x - E\nFAILED b/two.py::test_y - E", ["a", "a/one.py", "b", "b/two.py"], ["a/two.py"]),
        ("calc.py:3:1: F401 unused\nsee src/other.py", ["calc.py"], ["src", "src/other.py"]),  # of that nothing failed
    ],
)  # fmt: skip
def test_what_failed_is_known_by_its_path_and_each_folder_above(message, known, unknown):
    found = set(told.words_of_failed(message))
    assert {path_mark(path)[:8] for path in known} <= found
    assert found.isdisjoint(path_mark(path)[:8] for path in unknown)


@each_row("n", [1, 199, 200, 201])
def test_so_much_of_what_failed_is_kept(n):
    lines = "\n".join(f"a{at}.py:3:1: F401 unused" for at in range(n))
    assert len(told.words_of_failed(lines)) == min(n, 200)


@each_row(
    ("message", "reason"),
    [
        ("> Task :app:preBuild UP-TO-DATE\n> Task :app:compile FAILED\ne: file:///A.kt:79:25 Unresolved\nFAILURE: Build failed", "e: file:///A.kt:79:25 Unresolved"),
        ("FAILURE: Build failed with an exception.\n* What went wrong:\nExecution failed for task ':app:compile'.", "Execution failed for task ':app:compile'."),
        ("ImportError while importing test module 'a.py'.\nE   ImportError: cannot import name 'x'", "E   ImportError: cannot import name 'x'"),
        ("BUILD SUCCESSFUL in 9s\ne: a.kt:3:4 x", "e: a.kt:3:4 x"), ("npm error Lifecycle script `x` failed\na.ts(3,4): error TS2304: x", "a.ts(3,4): error TS2304: x"),
        ("error: could not compile `x`", "error: could not compile `x`"), ("error: test failed, to rerun pass `-p a`\nthread 'adds' panicked at a.rs:3", "thread 'adds' panicked at a.rs:3"), ("3 | use crate::error::Other;\nerror[E0061]: takes 0 arguments", "error[E0061]: takes 0 arguments"),
        ("7\nboom", "boom"), ("markdownlint-cli2 v0.23\nLinting: 3 files\na.md:3 MD013", "a.md:3 MD013"), ("/x/inorout.py:5: CoverageWarning: never imported\nE   assert 1", "E   assert 1"),
    ],
)  # fmt: skip
def test_the_reason_names_the_fault_and_no_headline_nor_progress(message, reason):
    assert told.first_reason(message) == reason
