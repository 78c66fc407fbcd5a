"""What is read out of a failure beside its text: whether what was to run is not there, and what names it."""

from claudesess_collector import words
from claudesess_collector.aims import of_command
from claudesess_collector.failure import Failure
from tables import each_row

HOME = "/home/dev/app"
NOT_OPEN = "python: can't open file 'a.py': [Errno 2] No such file or directory"


def told(output, status=1):
    failure = Failure.__new__(Failure)
    failure._spoken = failure._mentioned = failure._paths = None
    failure.output, failure.status, failure._project = output, status, HOME
    return failure


def part_of(command):
    return of_command(command, HOME, HOME, is_after=False).main


@each_row(
    ("command", "output", "status", "is_astray"),
    [
        ("python tools/a.py", NOT_OPEN, 2, True), ("python a.py", NOT_OPEN, 2, True), ("python tools/a.py", "open a.py: No such file or directory", 2, True),
        ("python tools/a.py", "open b.py: No such file or directory", 2, False), ("python tools/a.py", "a.py: failed", 2, False), ("bash tools/", "tools not found", 1, True),
        ("pytest tests/test_a.py", "test_a.py not found", 4, True), ("pytest tests/test_a.py", "test_b.py not found", 4, False),
        # by its status alone
        ("python tools/a.py", "x", 127, True), ("python tools/a.py", "x", 126, True), ("python tools/a.py", "x", 125, False), ("python tools/a.py", "x", 1, False), ("python tools/a.py", "x", None, False),
    ],
)  # fmt: skip
def test_what_was_to_run_is_not_there(command, output, status, is_astray):
    assert told(output, status).is_astray(part_of(command)) is is_astray


@each_row(
    ("command", "output", "named"),
    [
        ("pytest tests/unit/test_thing.py", "ValueError: bad thing", ["pytest", "test_thing.py", "valueerror"]), ("pytest tests/unit/test_thing.py", "x", ["pytest", "test_thing.py"]),
        ("pytest", "x", ["pytest"]),
    ],
)  # fmt: skip
def test_a_failure_is_named_by_its_program_its_files_and_what_was_thrown(command, output, named):
    assert told(output).names(part_of(command)) == words.hashes(named)


@each_row(
    ("sentence", "is_mended"),
    [
        ("the failing test is fixed now", True), ("the failing test is fixed, the failing lint is fixed", True), ("one test failed, and the failing lint is fixed", False), ("the failing lint is fixed, and one test failed", False),
        ("the failing test is fixed; the build is green", True), ("the failing test is not fixed", False), ("the failing test is fixed, but one is left", False), ("all is well", False), ("", False),
    ],
)  # fmt: skip
def test_a_sentence_tells_of_failures_that_were_mended_all_of_them(sentence, is_mended):
    assert words._is_mended(sentence) is is_mended


@each_row(
    ("word", "last"),
    [
        ("src/a/b", "b"), ("/a", "a"), ("~/a", "a"), ("./b", "b"), ("@x/y", "y"), ("a/b.py", "b.py"), ("/a/b/", "b"), ("a/b", "a/b"), ("and/or", "and/or"), ("http://a/b/c.py", "http://a/b/c.py"), ("b", "b"), ("b.py", "b.py"), ("", ""),
    ],
)  # fmt: skip
def test_a_path_is_told_by_its_last_name(word, last):
    assert words._name_of_path(word) == last
