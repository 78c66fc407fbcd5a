"""What a stranger reads first: each command in a line, what one begins with in front."""

from click.testing import CliRunner

from claudesess.cli import main


def test_each_command_is_told_in_a_line_that_is_whole():
    told = CliRunner().invoke(main, ["--help"], terminal_width=80).stdout.partition("Commands:\n")[2]
    lines = told.splitlines()
    assert len(lines) == len(main.commands)
    assert [line for line in lines if not line.endswith(".") or line.endswith("...") or len(line) > 80] == []
    assert lines[0].split()[0] == "start"
