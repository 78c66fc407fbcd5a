"""Whether what was called ran: who is not there, does not understand, breaks off; how far of a long text is looked."""

import pytest
from claudesess_collector import output_not_run as told
from claudesess_collector.part import file_name
from claudesess_collector.payload import short_hash
from tables import each_row


@each_row(
    ("message", "is_up"),
    [
        ("listening on port 80", True), ("Ready in 300 ms", True), ("http://localhost:3000", True), ("Watching for file changes", True), ("listening", False),
        ("listening on port 80\nEADDRINUSE", False), ("listening on port 80\nTypeError: x", False), ("listening on port 80\n  throw x", False), ("listening " + "x" * 300 + " port", False),
    ],
)  # fmt: skip
def test_a_server_that_says_that_it_serves(message, is_up):
    assert told.is_up(message) is is_up


@each_row(
    ("output", "broke_off"),
    [
        ("error: unknown option --x", True), ("a\nb\nerror: unknown option --x", True), ("a\nerror: unknown option --x\nb", False), ("a\nError: x\nUsage: y", True),
        ("a\nError: x\nb\nUsage: y", False), ("Error: x\nUsage: y\nz", True), ("a\nerror: server failed to start\nb", True), ("a\nhe failed to start\nb", False), ("", False), ("\n\n", False),
        (" " * 65509 + "error: x it failed to start", True), (" " * 65510 + "error: x it failed to start", False),
        ("Traceback (most recent call last):\n  File\nKeyError: 1", True), ("Traceback (most recent call last):\n  File\nKeyError: 1\nmore", False),
        ("Traceback (most recent call last):\n  File in <module>\nKeyError: 1\nmore", True), ("Traceback (most recent call last):\n  File\nKeyError: why\nmore\nerror: why", True),
        ("Traceback (most recent call last):\n  File\nKeyError: why\nmore\nsay why", False), ("Traceback (most recent call last):\n  File\nKeyError\nmore\nerror", False),
        ("Traceback (most recent call last):\nKeyError: 1", False), ("Traceback (most recent call last):\n  File", False), ("Traceback (most recent call last):\n  File\nwhat", False),
        ("a\nnpm ERR! code 1", True), ("3 tests failed", True), ("0 tests failed", False), ("fatal: x\ny", True), ("x fatal: y", False),
    ],
)  # fmt: skip
def test_what_a_program_printed_tells_that_it_broke_off(output, broke_off):
    assert told.broke_off(output) is broke_off


@each_row(
    ("output", "lacking"),
    [
        ("bash: line 1: tool: command not found", {"tool"}), ("sh: 1: jest: not found", {"jest"}), ("zsh: command not found: tool", {"tool"}), ("(eval):1: command not found: tool", {"tool"}),
        ("bash: /a/b/tool: No such file or directory", {"tool"}), ("error: Failed to spawn: `ruff`", {"ruff"}), ("python: can't open file 'a/b.py'", {"b.py"}),
        ("Error: Cannot find module '/a/x.js'", {"x.js"}), ("The term 'tool' is not recognized as the name of a cmdlet", {"tool"}), ("sh: 1: a: not found\nsh: 2: b: not found", {"a", "b"}),
        ("tool: not found", set()), ("sh: 1: jest: not found today", set()),
    ],
)  # fmt: skip
def test_the_programs_that_are_not_there(output, lacking):
    assert told.lacking(output) == lacking
    assert all(told.was_not_there(output, program) for program in lacking)


@pytest.mark.parametrize(("n", "complains"), [(39, True), (40, False)])
def test_a_program_complains_first_within_forty_lines(n, complains):
    assert told.complains_first("x\n" * n + "curl: (6) Could not", "curl") is complains
    assert not told.complains_first("wget: (6) Could not", "curl")


@each_row(
    ("message", "names"),
    [
        ("cat: x: No such file", {"cat"}), ("bash: line 3: cat: x", {"cat"}), ("/bin/bash: line 3: a/cat: x", {"cat"}), ("3: cat: x", {"cat"}), ("cat x", set()), ("cat: x\nls: y", {"cat", "ls"}),
    ],
)  # fmt: skip
def test_in_whose_name_a_message_speaks(message, names):
    assert told.complaining(message) == names


@each_row(
    ("message", "bases", "is_astray"),
    [
        ("sh: 1: x: not found", [], True), ("cd: web: No such file or directory", [], True), ("missing script: x", [], True), ("FAIL x [setup failed]", [], True), ("a.toml are not trusted.", [], True),
        ("web: not found", ["web"], True), ("web: not found", ["app"], False), ("web: denied", ["web"], False), ("x\n" * 19 + "web: not found", ["web"], True), ("x\n" * 20 + "web: not found", ["web"], False),
        (" \n" * 4090 + "are not trusted.", [], False), ("x " * 4000 + "\nthat are not trusted.", [], True), ("x " * 4090 + "\nthat are not trusted.", [], False),
        ("x " * 4000 + "\nsh: 1: x: not found", [], True), ("x " * 4087 + "\nsh: 1: x: not found", [], False),
    ],
)  # fmt: skip
def test_a_message_says_that_what_was_to_run_is_not_there(message, bases, is_astray):
    assert told.is_astray(message, bases) is is_astray


@each_row(
    ("what", "said", "most"),
    [
        (told.refuses_arguments, "unknown value", 2000), (told.found_nothing, "no tests found", 4000), (told.found_nothing, "Missing Script", 4000),
    ],
)  # fmt: skip
def test_so_far_of_a_message_is_looked(what, said, most):
    assert what("x" * (most - len(said) - 1) + " " + said)
    assert not what("x" * (most - len(said)) + " " + said)
    assert not what("x")


@each_row(
    ("message", "knows_none"),
    [
        ("Agent type 'x' not found", True), ("  Agent type 'x' not found", True), ("x Agent type 'x' not found", False), ("Agent type 'x' is there", False),
        ("Agent type '" + "x" * 277 + "' not found", True), ("Agent type '" + "x" * 278 + "' not found", False),
    ],
)  # fmt: skip
def test_an_agent_of_a_kind_that_is_not_known(message, knows_none):
    assert told.knows_no_such_agent(message) is knows_none


@each_row(
    ("message", "refuses"),
    [
        ("tool: unknown option --x", True), ("unknown switch `x'", True), ("usage: git x", True), ("accepts at most 1 arg(s)", True), ("accepts all", False),
        ("x" * 1974 + "\ntool: unknown option --x", True), ("x" * 1980 + "\ntool: unknown option --x", False),
    ],
)  # fmt: skip
def test_options_that_are_refused(message, refuses):
    assert told.refuses_options(message) is refuses


@each_row(
    ("message", "never_began"),
    [
        ("no tests found", True), ("error: unknown command x", True), ("mise ERROR x", True), ("python3: No module named pytest", True), ("1 failed in 1s", False), ("cd: web: No such file or directory", True),
        ("Error: Missing required env variable API_KEY", True), ("Error: Missing API_KEY\nFAILED a", False), ("DATABASE_URL is not set", False), ("Error: DATABASE_URL is not set", True),
        ("a.ts(1,2): error TS2307: Cannot find module 'x'", True), ("a.ts(1,2): error TS2307: Cannot find module './x'", False),
        ("a.ts(1,2): error TS2307: Cannot find module 'x'\nerror: script \"a\" exited", True), ("a.ts(1,2): error TS2307: Cannot find module 'x'\nb.ts(1,2): error TS2304: y", False),
    ],
)  # fmt: skip
def test_whether_a_check_began(message, never_began):
    assert told.never_began(message) is never_began


def test_what_a_shell_found_no_file_for():
    found = told.unmatched(
        "(eval):1: no matches found: a/out*.txt\nzsh: no matches found: b\nzsh: line 3: no matches found: c\nno matches found: d"
    )
    assert found == {short_hash(file_name(name)) for name in ("a/out*.txt", "b", "c")}


@each_row(
    ("message", "is_it"),
    [("cd: web: No such file or directory", True), ("FAIL cd: web: No such file or directory", False), ("no Go files in /a", True), ("x " * 4080 + "\nno Go files in /a", True), ("x " * 4096 + "\nno Go files in /a", False)],
)  # fmt: skip
def test_the_wrong_folder_is_told_within_the_beginning(message, is_it):
    assert told.is_wrong_folder(message) is is_it


@each_row(
    ("output", "is_unread"),
    [
        ("(eval):1: parse error near `)'", True), ("zsh:1: parse error near `x'", True), ("zsh:2: unmatched \"", True), ("zsh: unmatched '", True),
        ("bash: -c: line 1: unexpected EOF while looking for matching `''", True), ("/bin/bash: eval: line 3: syntax error near unexpected token `('", True), ("bash: -c: line 2: syntax error: unexpected end of file", True),
        ("sh: 1: Syntax error: Unterminated quoted string", True), ("dash: 1: Syntax error: \"(\" unexpected", True),
        ("    + CategoryInfo          : ParserError: (:) [], ParentContainsErrorRecordException", True), ("ParserError: ", True),
        # another program's, or one's own script
        ("./test.sh: line 3: syntax error near unexpected token `}'", False), ("scripts/check.sh: line 1: unexpected EOF while looking for matching `\"'", False),
        ("SyntaxError: unmatched ')'", False), ("zsh: unmatched ')' in it", False), ("app.js: parse error near line 3", False), ("./fish.c:3: syntax error near unexpected token", False),
        ("psql: ERROR: syntax error at or near \"x\"", False), ("jq: error: syntax error, unexpected end of file", False),
    ],
)  # fmt: skip
def test_a_shell_could_not_read_the_command(output, is_unread):
    assert told.is_unread(output) is is_unread
