"""How a command is split: its simple commands and what follows each, redirections, here-documents, shells within shells."""

import pytest
from claudesess_collector.command_split import PARSED, flat, led_to, operands, split
from tables import each_row

#: A command, and of each simple one its words, `>` where it writes a file, `=` where a variable takes what it prints; what follows it.
SPLIT = [
    ("a b", [("a|b", "")]),
    ("a  b\tc", [("a|b|c", "")]),
    ("a; b", [("a", ";"), ("b", "")]),
    ("a && b || c", [("a", "&&"), ("b", "||"), ("c", "")]),
    ("a | b |& c", [("a", "|"), ("b", "|"), ("c", "")]),
    ("a & b &", [("a", "&"), ("b", "&")]),
    ("a &", [("a", "&")]),
    ("a;", [("a", "")]),
    ("a |", [("a", "")]),
    ("a ||", [("a", "")]),
    ("a\nb\n", [("a", "\n"), ("b", "")]),
    ("a;;b", [("a", ";;"), ("b", "")]),
    ("a \\\n b", [("a|b", "")]),
    ("a\\;b", [("a\\;b", "")]),
    ("a\\ b c", [("a\\ b|c", "")]),
    ("a 'b c' d", [("a|'b c'|d", "")]),
    ("a \"b \\\" c\" d", [("a|\"b \\\" c\"|d", "")]),
    ("a 'b \\' c", [("a|'b \\'|c", "")]),
    ("a `b; c` d", [("a|`b; c`|d", "")]),
    ("a $(b; c) d", [("a|$(b; c)|d", "")]),
    ("a $(b (c); d)", [("a|$(b (c); d)", "")]),
    ("a 'b", [("a|'b", "")]),
    ("a \"b", [("a|\"b", "")]),
    ("a \\", [("a|\\", "")]),
    ("a b\\", [("a|b\\", "")]),
    ("a # b; c", [("a", "")]),
    ("a#b c", [("a#b|c", "")]),
    ("# a\nb", [("b", "")]),
    ("a #", [("a", "")]),
    ("a > b", [("a >", "")]),
    ("a >> b c", [("a|c >", "")]),
    ("a >b", [("a >", "")]),
    ("a>b", [("a >", "")]),
    ("a 2> b", [("a", "")]),
    ("a 2>b c", [("a|c", "")]),
    ("a 2>&1", [("a", "")]),
    ("a >&2", [("a", "")]),
    ("a 1>&2 b", [("a|b", "")]),
    ("a &> b", [("a >", "")]),
    ("a &>> b c", [("a|c >", "")]),
    ("a&>b", [("a >", "")]),
    ("a >| b", [("a >", "")]),
    ("a > /dev/null", [("a", "")]),
    ("a >-", [("a", "")]),
    ("a < b", [("a|<|b", "")]),
    ("a <b c", [("a|<|b|c", "")]),
    ("a<b", [("a|<|b", "")]),
    ("a <(b c) d", [("a|<(b c)|d", "")]),
    ("a 12 b", [("a|12|b", "")]),
    ("a 1>b", [("a >", "")]),
    ("a 12>b", [("a >", "")]),
    ("a >\tb c", [("a|c >", "")]),
    ("a > 'b c' d", [("a|d >", "")]),
    ("a <<E\nb\nE\nc", [("a|<<b", "\n"), ("c", "")]),
    ("a <<'E'\nb; c\nE", [("a|<<b; c", "")]),
    ("a <<\"E\"\nb\nE", [("a|<<b", "")]),
    ("a <<-E\n\tb\n\tE\nc", [("a|<<\tb", "\n"), ("c", "")]),
    ("a <<E; b\nc\nE\nd", [("a|<<c", ";"), ("b", "\n"), ("d", "")]),
    ("a <<E <<F\nb\nE\nc\nF\nd", [("a|<<b|<<c", "\n"), ("d", "")]),
    ("a <<E\nb", [("a|<<b", "")]),
    ("a << E\nb\nE", [("a|<<b", "")]),
    ("a <<E\nE\nb", [("a|<<", "\n"), ("b", "")]),
    ("a <<E\nb\n E \nc", [("a|<<b", "\n"), ("c", "")]),
    ("a <<\\E\nb\nE", [("a|<<b", "")]),
    ("(a; b)", [("a", ";"), ("b", "")]),
    ("(a; b) | c", [("a", ";"), ("b", "|"), ("c", "")]),
    ("(a) && b", [("a", "&&"), ("b", "")]),
    ("( a )", [("a", "")]),
    ("{ a; b; } | c", [("a", ";"), ("b", "|"), ("c", "")]),
    ("{ a; }", [("a", "")]),
    ("{ a; b; }", [("a", ";"), ("b", "")]),
    ("a; }", [("a", "")]),
    ("}", []),
    ("{", [("{", "")]),
    ("bash -c 'a; b'", [("a", ";"), ("b", "")]),
    ("bash -c 'a; b' | c", [("a", ";"), ("b", "|"), ("c", "")]),
    ("bash -lc 'a'", [("a", "")]),
    ("sh -c \"a | b\"; c", [("a", "|"), ("b", ";"), ("c", "")]),
    ("bash x -c 'a'", [("bash|x|-c|'a'", "")]),
    ("bash -x -c 'a'", [("a", "")]),
    ("bash -c a", [("bash|-c|a", "")]),
    ("/bin/bash -c 'a'", [("a", "")]),
    ("zsh -c 'a'", [("a", "")]),
    ("bash --norc -c 'a' b", [("a", "")]),
    ("bash", [("bash", "")]),
    ("dash -ec 'a'", [("a", "")]),
    ("fish -c 'a'", [("fish|-c|'a'", "")]),
    ("x=$(a b) c", [("x=$(a b)|c", "")]),
    ("x=$(a; b)", [("a =", ";"), ("b =", "")]),
    ("x=\"$(a b)\"", [("a|b =", "")]),
    ("x=$((1+2))", [("x=$((1+2))", "")]),
    ("x=1", [("x=1", "")]),
    ("x=1 y=2", [("x=1|y=2", "")]),
    ("$(a)", [("$(a)", "")]),
    ("x=$(a) y=$(b)", [("b =", "")]),
    ("x=(a b)", [("x=(a b)", "")]),
    ("x=`a`", [("x=`a`", "")]),
    ("sudo bash -c 'a'", [("a", "")]),
    ("timeout 5 bash -c 'a'", [("a", "")]),
    ("A=1 bash -c 'a'", [("a", "")]),
    ("time (a; b)", [("a", ";"), ("b", "")]),
    ("env A=1 sh -c 'a'", [("a", "")]),
    ("nice -n 5 sh -c 'a'", [("a", "")]),
    ("sudo -u b sh -c 'a'", [("a", "")]),
    ("sudo", [("sudo", "")]),
    ("A=1", [("A=1", "")]),
    ("A=1 B=2 (a)", [("a", "")]),
    ("docker exec w bash -c 'a; b'", [("a", ";"), ("b", "")]),
    ("docker run w bash -c 'a'", [("a", "")]),
    ("docker ps", [("docker|ps", "")]),
    ("eval 'a; b'", [("a", ";"), ("b", "")]),
    ("a)b", [("a)b", "")]),
    ("a ( b", [("a|( b", "")]),
    ("a (b; c) d", [("a|(b; c)|d", "")]),
    (")", [(")", "")]),
    ("a & & b", [("a", "&"), ("b", "")]),
    ("if a; then b; fi", [("if|a", ";"), ("then|b", ";"), ("fi", "")]),
    ("for i in a b; do c; done", [("for|i|in|a|b", ";"), ("do|c", ";"), ("done", "")]),
    ("case x in a) b;; esac", [("case|x|in|a)|b", ";;"), ("esac", "")]),
    ("a && (b || (c; d))", [("a", "&&"), ("b", "||"), ("c", ";"), ("d", "")]),
    ("bash -c 'bash -c \"bash -c a\"'", [("bash|-c|a", "")]),
    ("a=b=c d", [("a=b=c|d", "")]),
    ("1a=b c", [("1a=b|c", "")]),
    ("=b c", [("=b|c", "")]),
    ("a '' b", [("a|''|b", "")]),
    ("a \"\" b", [("a|\"\"|b", "")]),
    ("a 'b'\"c\"d e", [("a|'b'\"c\"d|e", "")]),
    ("a`b c`d e", [("a`b c`d|e", "")]),
    ("a\r\nb", [("a", "\n"), ("b", "")]),
    ("a b;c d&&e f|g h", [("a|b", ";"), ("c|d", "&&"), ("e|f", "|"), ("g|h", "")]),
]  # fmt: skip


@each_row(("command", "expected"), SPLIT)
def test_a_command_is_split_at_what_joins_its_parts(command, expected):
    found = [
        ("|".join(one.words) + " >" * one.writes + " =" * one.is_means, one.after) for one in flat(command)
    ]
    assert found == expected


@pytest.mark.parametrize(("deep", "is_inside"), [(3, True), (4, False)])
def test_so_many_shells_within_shells_are_looked_into(deep, is_inside):
    command = "a"
    for _ in range(deep):
        command = f"({command})"
    assert (flat(command)[0].words == ["a"]) is is_inside


def test_of_a_long_command_the_beginning_is_looked_at():
    assert split("a" * PARSED)[0].words == ["a" * PARSED]
    assert [one.words for one in split("a " * (PARSED // 2 - 1) + "b;c;d")][-1][-1] == "b"


@each_row(
    ("words", "left"),
    [
        ("a b", "a b"), ("-x a", "a"), ("--x a", "a"), ("-n 5 a", "a"), ("--with y a", "a"), ("A=1 a", "a"), ("-- a", "-- a"), ("5 a", "5 a"), ("-x -n 5 A=1 a -y", "a -y"),
        ("-n", ""), ("-n 5", ""), ("-x", ""), ("", ""), ("a -n 5", "a -n 5"), ("--with=y a", "a"), ("'-x' a", "'-x' a"),
    ],
)  # fmt: skip
def test_options_before_a_command_are_left_out_with_their_values(words, left):
    assert operands(words.split()) == left.split()


def test_numbers_and_what_is_to_stay_and_other_options_with_values():
    assert operands(["5s", "-x", "10", "a"], numbers=False) == ["a"]
    assert operands(["-x", "--test", "a"], keep={"--test", ""}) == ["--test", "a"]
    assert operands(["", "a"], keep={""}) == ["", "a"]
    assert operands(["-z", "5", "a"], valued=("-z",)) == ["a"]
    assert operands(["-n", "5", "a"], valued=("-z",)) == ["5", "a"]


@each_row(
    ("folder", "target", "there"),
    [
        ("/p", "a", "/p/a"), ("/p", "/a", "/a"), ("/p/b", "../a", "/p/a"), ("/p", "$A", "/p"), ("/p", "-", "/p"), ("/p", "`a`", "/p"), ("/p", "~", "/p"),
        ("/home/dev/app", "~/a", "/home/dev/a"), ("/Users/dev/app", "~/a", "/Users/dev/a"), ("/root/app", "~/a", "/root/a"), ("/mnt/home/dev/x", "~/a", "/mnt/home/dev/a"),
        ("/mnt/x/home/dev/y", "~/a", "/mnt/x/home/dev/y"), ("/home", "~/a", "/home"), ("/home/dev", "~/a", "/home/dev/a"), ("/p/root/x", "~/a", "/p/root/x"),
        ("/data/data/x/files/home/y", "~/a", "/data/data/x/files/home/a"), ("/data/x/home/y", "~/a", "/data/x/home/y"), ("/srv/app", "~/a", "/srv/app"),
        ("/a/b/c/d/files/home/x", "~/a", "/a/b/c/d/files/home/x"), ("/a/b/c/files/home/x", "~/a", "/a/b/c/files/home/a"),
    ],
)  # fmt: skip
def test_the_folder_to_which_a_step_leads(folder, target, there):
    assert led_to(folder, target) == there
