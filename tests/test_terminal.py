"""What commands say of errors that nobody in them expected, and of long work."""

import errno
import io

import click
import pytest
from click.testing import CliRunner
from counts import slow
from rich.console import Console
from rich.text import Text
from tables import each_row

from claudesess import terminal
from claudesess.terminal import Commands, print_hung


def said_of(error):
    @click.group(cls=Commands)
    def group():
        pass

    @group.command()
    def write():
        raise error

    return CliRunner().invoke(group, ["write"])


@each_row(
    ("error", "said"),
    [
        (
            OSError(errno.EROFS, "Read-only file system", "/mnt/out"),
            "Error: /mnt/out: Read-only file system\n",
        ),
        (OSError(errno.ENOSPC, "No space left on device"), "Error: No space left on device\n"),
        (
            OSError(errno.EACCES, "Permission denied", b"/a/\x1b[31m"),
            "Error: /a/\ufffd[31m: Permission denied\n",
        ),
        (OSError("odd"), "Error: odd\n"),
    ],
)
def test_what_the_disk_refuses_is_said_in_words(error, said):
    done = said_of(error)
    assert (done.exit_code, done.output) == (1, said)


def test_ctrl_c_while_the_engine_works_is_no_error_of_ours():
    assert said_of(RuntimeError("Query interrupted")).output.strip() == "Aborted!"
    assert said_of(RuntimeError("anything else")).output == ""


def test_of_a_pipe_that_nobody_reads_nothing_is_said():
    assert said_of(BrokenPipeError(errno.EPIPE, "Broken pipe")).output == ""


def test_how_far_long_work_is_shows_where_somebody_looks(capsys):
    for is_shown in (None, False, True):
        with terminal.progress("Asking questions", 3, done=1, is_shown=is_shown) as advance:
            advance()
        told = capsys.readouterr()
        assert told.out == ""
        assert ("Asking questions" in told.err and "2/3" in told.err) == bool(is_shown)


@pytest.mark.parametrize(
    "arguments", [["doctor"], ["sql"], slow(["sql", "SELECT tool, 'x' AS x FROM tool_calls", "--sample"])]
)
def test_no_line_of_a_table_ends_in_blanks(arguments, tmp_path, monkeypatch, opened_once):
    from claudesess.cli import main

    monkeypatch.chdir(tmp_path)
    shown = CliRunner().invoke(main, arguments, env={"HOME": str(tmp_path)}).stdout.splitlines()
    assert len(shown) > 2
    assert [line for line in shown if line != line.rstrip()] == []


@each_row(
    ("line", "shown"),
    [
        ("09:00:20  one two three four", ["09:00:20  one two", "          three", "          four"]),
        ("  09:00:20  one two", ["  09:00:20  one", "            two"]),
        ("  one two three four", ["  one two three", "    four"]),
        ("one two three four", ["one two three four"]),
        ("one two three four five", ["one two three four", "five"]),
    ],
)
def test_what_has_no_room_in_a_line_goes_on_below_its_words(line, shown):
    printed = io.StringIO()
    print_hung(Text(line), Console(file=printed, width=18, force_terminal=True, color_system=None))
    assert printed.getvalue().splitlines() == shown


def test_where_nobody_looks_a_line_stays_one():
    printed = io.StringIO()
    print_hung(Text("one two three four five"), Console(file=printed, width=10))
    assert printed.getvalue() == "one two three four five\n"
