"""How a check went whose status is hidden, by what it prints: statuses, counts, crosses and ticks, both sides of each."""

from claudesess_collector import output_lines, output_own_tests
from claudesess_collector import output_verdict as told
from claudesess_collector.aims import of_command
from tables import each_row

HOME = "/home/dev/app"


def part_of(command):
    return of_command(command, HOME, HOME, is_after=False).main


@each_row(
    ("command", "output", "went"),
    [
        # the status that the command prints itself
        ("pytest; echo $?", "x\n0", True), ("pytest; echo $?", "x\n1", False), ("pytest; echo $?", "x", None), ("pytest; echo \"end: $?\"", "end: 2", False), ("pytest; echo \"end: $?\"", "end: 0", True),
        ("pytest; echo \"end: $?\"", "fin: 2", None), ("pytest; echo \"($?)\"", "(3)", False), ("pytest; echo $?", "1000", None), ("pytest; echo $?", "999", False), ("pytest; echo \"$? of it\"", "0 of it", True),
        ("pytest | tail; echo $?", "0", None), ("pytest | tail; echo $?", "2", False), ("pytest; echo $?", "1\n0", True),
        # what it prints only where all was well, what it prints instead
        ("pytest && echo ok | tail", "ok", True), ("ruff check && echo well || echo ill", "well", True), ("ruff check && echo well || echo ill", "ill", False), ("ruff check && echo well || echo ill", "x", None),
        # another status, an error at its start, a wrong folder
        ("pytest | tail", "exited with code 2", False), ("pytest | tail", "exited with code 0", None), ("npm test | tail", "panic: x", False), ("npm test | tail", "npm error x package.json", False),
        # a tool that no table knows
        ("tool lint a | tail", "✓ a.py", True), ("tool lint a | tail", "✗ a.py", False), ("tool lint a | tail", "✗ 0 problems", True), ("tool lint a | tail", "✓ a.py\n1 error", False), ("tool lint a | tail", "✓ a.py\nerrors", None), ("tool lint a | tail", "✓ a.py\nb", True),
        ("tool lint a | tail", "a.py is valid.", True), ("tool lint a | tail", "✗ a.py\n✓ b.py", False), ("tool lint a | tail", "✓ nothing to do", None), ("tool lint a | tail", "hello", None),
        # a finding, and what only warns
        ("mypy | tail", "a.py:3: bad", False), ("mypy | tail", "a.py:3: warning: x", None), ("mypy | tail", "a.py:3: note: x", None), ("mypy | tail", "a.py:3: x\nb.py:1: warning: y", False), ("pytest | tail", "a.py:3: bad", None),
        ("tsc | tail", "a.ts(1,2): error TS2304: x", False), ("tsc | tail", "x", None),
        # what somebody's own filter counted
        ("pytest | awk '{print}'", "failed: 0", None), ("npm test | python3 x.py", "failed: 0", True), ("npm test | python3 x.py", "failed: 2", False), ("npm test | python3 x.py", "3 failed", False), ("npm test | python3 x.py", "0 failed", True),
        ("npm test | python3 x.py", "0 failed\n2 failed", False), ("npm test | python3 x.py", "x", None),
        # so many of so many
        ("npm test | tail", "3/3 passed", True), ("npm test | tail", "2/3 passed", False), ("npm test | tail", "0/0 passed", False), ("npm test | tail", "2/3 passed\n3/3 passed", True), ("npm test | tail", "1/3 passed\n2/3 passed", None),
        ("npm test | tail", "2/4 passed\n2/3 passed", False), ("npm test | tail", "2/3 passed, 1 skipped", None), ("npm test | tail", "passed: 2/3", False), ("npm test | tail", "passed: 3/3", True), ("npm test | tail", "step 2/3 ok", None),
        ("npm test | tail", "1/2/3 passed", None), ("npm test | tail", "4/3 passed", True), ("npm run lint | tail", "2/3 passed", None),
        # a row of what failed, where nothing sums up; the tool's own sum counts more
        ("npm test | grep x", "   × Cart > adds 4ms", False), ("npm test | grep x", "   × Cart > adds 4ms\nTests  2 passed (2)", True), ("npm test | grep x", "3 × 4 is 12", None), ("npx vitest run | tail", " ❯ src/a.test.ts (21 tests | 2 failed) 18ms", False), ("npx vitest run | tail", " ❯ src/a.test.ts (21 tests) 18ms", None),
        ("cargo test | grep x", "thread 'adds' panicked at src/a.rs:3:5:", False), ("cargo test | grep x", "thread 'adds' (12) panicked at src/a.rs:3:5:", False), ("cargo test | tail", "thread 'adds' panicked at a.rs:1:2:\ntest result: ok. 3 passed; 0 failed", True), ("go test | tail", "thread 'a' panicked at x", None),
        ("cargo test --no-run | tail", "    Finished `test` profile\n  Executable tests/a.rs (target/debug/deps/a-1)", True), ("npx markdownlint-cli2 a | tail -2", "Linting: 3 files\nSummary: 0 issues in 0 files", True), ("npx markdownlint-cli2 a | tail -2", "Summary: 2 issues in 1 file", False), ("npx markdownlint-cli2 a | tail -2", "Linting: 0 files\nSummary: 0 issues", None),
        # of tests that were chosen there were none
        ("cargo test adds | tail", "test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 5 filtered out; finished in 0.00s", None), ("cargo test | tail", "test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out", True), ("cargo test adds | tail", "test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 5 filtered out\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 2 filtered out", True),
        # what the command itself says of a status is no line of the check's
        ("go build && go test | grep -v ok; echo \"EXIT $?\"", "EXIT 1", None), ("go build | tail; echo \"EXIT $?\"", "EXIT 1", False), ("go build | tail", "exit status 1", False), ("go test | diff - x; echo $?", "1", None),
        # a table's own
        ("ruff check . | tail", "All checks passed!", True), ("ruff check . | tail", "Found 2 errors.", False), ("ruff check . | tail", "Found 2 errors.\nAll checks passed!", False), ("ruff check . | tail", "x", None),
        ("npm run ci | tail", "[lint] Found 2 errors.", False), ("npm run ci | tail", "error: x\nTests:  2 passed, 2 total", True), ("npm run ci | tail", "error: script \"x\" exited\nTests:  2 passed, 2 total", False),
    ],
)  # fmt: skip
def test_how_a_hidden_check_went(command, output, went):
    assert told.verdict(part_of(command), output) is went


@each_row(
    ("output", "failed"),
    [
        ("1 failed", True), ("0 failed", False), ("3 passed, 1 failed", True), ("3 passed, 0 failed", False), ("Results: 2 failed", True), ("failed: 2", True), ("failed = 0", False), ("passed: 3 failed: 1", True),
        ("FAIL: adds", True), ("[FAIL] adds", True), ("FAIL: none", False), ("FAIL: 0", False), ("not ok 1 - adds", True), ("not ok 1 - adds # TODO", False), ("not ok 1 # skip x", False), ("FAIL: adds\nAll tests passed", False),
        ("FAIL: adds\nok", False), ("FAIL: adds\nok then", True), ("1 failed\nAll tests passed", True), ("FAIL: adds\n0 failed", False), ("hello", False), ("FAIL: expected", False),
    ],
)  # fmt: skip
def test_a_script_of_ones_own_says_that_some_failed(output, failed):
    assert output_own_tests.failed(output) is failed


@each_row(
    ("command", "output", "says"),
    [
        ("tool x; echo $?", "1", True), ("tool x; echo $?", "0", False), ("tool x; echo $?", "x", False), ("tool x || echo bad", "bad", True), ("tool x || echo bad", "good", False), ("tool x", "bad", False),
    ],
)  # fmt: skip
def test_a_command_says_itself_that_a_part_failed(command, output, says):
    assert told.says_otherwise(part_of(command), output) is says


@each_row(
    ("line", "is_finding"),
    [
        ("a.py:3:1: E501 x", True), ("./a/b.ts:3:", True), ("a.ts(1,2): x", True), ("a.go:3", True), ("::error file=a", True), ("x error TS2304: y", True), ("a.py:3: warning: x", False), ("a.py: x", False), ("a.py", False),
        ("  a.py:3: x", True), ("x a.py:3: y", False), ("a.abcdef:3: x", False), ("note", False),
    ],
)  # fmt: skip
def test_the_finding_of_a_linter(line, is_finding):
    assert told.has_finding(line) is is_finding


def test_of_a_long_output_both_ends_are_read():
    middle = "x\n" * output_lines._TEXT_LOOKED_AT
    assert told.judge(f"1 failed in 1s\n{middle}", "pytest") is False
    assert told.judge(f"{middle}1 failed in 1s", "pytest") is False
    assert told.judge(f"{middle}1 failed in 1s\n{middle}", "pytest") is None
    assert told.judge("y " * (output_lines._LINE_LOOKED_AT // 2) + "=== 1 failed in 1s ===", "pytest") is None
    assert told.judge("a\r1 failed in 1s\rb", "pytest") is False
