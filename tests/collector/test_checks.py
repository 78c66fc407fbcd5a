"""The check behind a command: one name for all its spellings, and what its output says when its status is hidden."""

import pytest
from recorder.checks import of_command
from recorder.shell import split
from recorder.summaries import first_reason, judge

HOME = "/home/dev/app"


@pytest.mark.parametrize(
    "spelling",
    [
        "cd /home/dev/app && pytest -q",
        "cd /home/dev/app/; pytest -q 2>&1 | tail -20",
        "CI=1 pytest   -q",
        "export CI=1 && pytest -q > out.txt 2>&1",
        "pytest -q || true",
        'pytest -q; echo "exit $?"',
        "pytest -q | grep -E 'passed|failed' | head -3; exit ${PIPESTATUS[0]}",
        "set -o pipefail; pytest -q 2>&1 | tee log | tail",
        "(cd /home/dev/app && pytest -q)",
        "pytest \\\n  -q  # again",
    ],
)
def test_spellings_of_one_check(spelling):
    assert of_command(spelling, HOME, HOME).id == of_command("pytest -q", HOME, HOME).id


@pytest.mark.parametrize(
    "other", ["pytest -q tests", "pytest", "python -m pytest -q", "cd sub && pytest -q", "pytest -q && ls"]
)
def test_other_checks(other):
    assert of_command(other, HOME, HOME).id != of_command("pytest -q", HOME, HOME).id


def test_printing_is_left_out_only_behind_a_check():
    assert of_command("make; echo done", HOME, HOME).tried == "make"
    assert of_command("echo a; echo b; exit 3", HOME, HOME).tried == "echo a ; echo b"


@pytest.mark.parametrize(
    ("command", "cwd", "folder"),
    [
        ("npm test", "/home/dev/app/web", "web"),  # the main thread: cwd follows its cd
        ("cd web && npm test", "/home/dev/app/web", "web"),
        ("cd web && npm test", "/home/dev/app", "web"),  # an agent: cwd was put back
        ("cd /elsewhere && npm test", "/elsewhere", "/elsewhere"),
        ("npm test", "/home/dev/app", "."),
        ("npm test", "/home/dev/app2", "/home/dev/app2"),
    ],
)
def test_the_folder_is_part_of_the_check(command, cwd, folder):
    assert of_command(command, cwd, HOME).folder == folder


@pytest.mark.parametrize(
    ("command", "is_hidden"),
    [
        ("pytest", False),
        ("pytest && echo ok", False),
        ("ls | head; pytest", False),
        ("pytest | tail", True),
        ("pytest; ls", True),
        ("pytest\nls", True),
        ("pytest || true", True),
        ("pytest || exit 1", False),
        ("pytest | tail; exit ${PIPESTATUS[0]}", False),
        ("set -o pipefail; pytest | tail", False),
        ("set -e\npytest\nls", False),
        ("pytest &", True),
        ("cat log | tail", False),  # no known check among them
        ("if pytest; then echo ok; fi", True),
    ],
)
def test_whether_the_exit_status_is_hidden(command, is_hidden):
    assert of_command(command, HOME, HOME).is_hidden is is_hidden


PASSED, FAILED, UNKNOWN = True, False, None


@pytest.mark.parametrize(
    ("output", "verdict"),
    [
        ("1 failed, 3 passed in 0.04s", FAILED),
        ("===== 3 passed, 1 error in 3.20s =====", FAILED),
        ("===== 12 passed, 2 warnings in 3.20s (0:00:03) =====", PASSED),
        ("\x1b[31m\x1b[1m1 failed\x1b[0m in 0.06s", FAILED),
        ("no tests ran in 0.01s", UNKNOWN),
        ("Ran 3 tests in 0.1s\n\nFAILED (failures=1)", FAILED),
        ("Ran 3 tests in 0.1s\n\nOK", PASSED),
        ("# tests 3\n# pass 2\n# fail 1", FAILED),
        ("ℹ pass 3\nℹ fail 0", PASSED),
        ("Tests:       1 failed, 2 passed, 3 total", FAILED),
        ("Tests:       3 passed, 3 total", PASSED),
        (" Test Files  1 failed | 2 passed (3)\n      Tests  1 failed | 8 passed (9)", FAILED),
        ("      Tests  9 passed (9)", PASSED),
        ("test result: FAILED. 1 passed; 1 failed", FAILED),
        ("test result: ok. 10 passed; 0 failed; 0 ignored", PASSED),
        ("ok  \tpkg/a\t0.3s\nFAIL\tpkg/b\t0.1s\nFAIL", FAILED),
        ("ok  \tpkg/a\t0.3s", PASSED),
        ("6 tests, 1 failure", FAILED),
        ("6 tests, 0 failures", PASSED),
        ("Found 3 errors.", FAILED),
        ("Found 3 errors (3 fixed, 0 remaining).", PASSED),
        ("All checks passed!", PASSED),
        ("Found 2 errors in 1 file (checked 4 source files)", FAILED),
        ("Success: no issues found in 4 source files", PASSED),
        ("2 errors, 0 warnings, 0 informations", FAILED),
        ("0 errors, 0 warnings, 0 informations", PASSED),
        ("src/a.ts(3,4): error TS2304: Cannot find name 'x'.", FAILED),
        ("✖ 3 problems (2 errors, 1 warning)", FAILED),
        ("make: *** [Makefile:3: all] Error 1", FAILED),
        ("✓ built in 1.20s", PASSED),
        ("0", UNKNOWN),
        ("", UNKNOWN),
        ("I fixed 2 failed tests", UNKNOWN),
    ],
)
def test_a_summary_judges_a_hidden_check(output, verdict):
    assert judge(output) is verdict


@pytest.mark.parametrize(
    ("output", "resolutions", "ok"),
    [
        ("1 failed in 0.04s", [(1, None)], False),
        ("1 passed in 0.04s", [], True),
        ("0", [], None),
    ],
)
def test_a_hidden_check_in_the_stream(project, output, resolutions, ok):
    project.passes("pytest -q 2>&1 | tail -5", output)
    assert project.resolutions() == resolutions
    assert project.last_summary()["ok"] is ok


def test_a_hidden_failure_says_so_and_two_spellings_are_one_chain(project):
    project.passes("cd /home/dev/app && pytest -q 2>&1 | tail -20", "1 failed in 0.04s")
    project.passes("pytest -q 2>&1 | tail -5", "1 failed in 0.04s")
    project.passes("pytest -q | grep -c x || true", "0")
    project.passes("pytest -q")
    assert project.resolutions() == [(1, None), (2, "auto_fixed")]
    assert (
        project.column("SELECT error_message FROM error_log")[0]
        == "$ pytest -q\nexit status hidden\n1 failed in 0.04s"
    )


@pytest.mark.parametrize(
    "unfinished", [{"interrupted": True}, {"backgroundTaskId": "b1"}, {"timedOutAfterMs": 120000}]
)
def test_a_check_that_did_not_finish_says_nothing(project, unfinished):
    project.tool("Bash", {"command": "pytest -q | tail"}, {"stdout": "1 failed in 0.04s", **unfinished})
    assert project.resolutions() == []
    assert project.last_summary()["ok"] is None


def test_the_line_that_says_why():
    assert (
        first_reason("Exit code 1\nF   [100%]\n=== FAILURES ===\nE   assert 5 == 2\nx.py:5: X")
        == "E   assert 5 == 2"
    )
    assert (
        first_reason("Exit code 127\n/bin/bash: line 1: nope: command not found")
        == "/bin/bash: line 1: nope: command not found"
    )
    assert first_reason("Exit code 1") is None


def test_the_shell_is_read_without_being_run_away_with():
    assert [s.words for s in split("python - <<'EOF' | tail\nprint(1); x\nEOF\nls")] == [
        ["python", "-", "<<print(1); x"],
        ["tail"],
        ["ls"],
    ]
    for odd in ("'open", "foo(", "2>&1", ">", "$((", "a &&& b", "`", "\\", "<<", "<<EOF", ";;;", "|"):
        split(odd)
    assert len(split("a;" * 100_000)) < 5000
