"""How a command is spelled: on one line, without what only sets up or reports; its folder, and whether a status gets lost."""

from claudesess_collector.command_spelling import spell
from claudesess_collector.command_split import PARSED
from tables import each_row

#: A command, its spelling, the folder that it leads to from `/p`, whether a status gets lost.
SPELLED = [
    ("a", "a", "/p", False), ("a | tail", "a", "/p", True), ("a | grep b | head", "a", "/p", True), ("a && b | tail", "a && b", "/p", True),
    ("a | b", "a | b", "/p", True), ("a | b | tail", "a | b", "/p", True), ("a; exit 3", "a", "/p", True), ("a; true", "a", "/p", True),
    ("a; :", "a", "/p", True), ("a; return", "a", "/p", True), ("a; echo b", "a ; echo b", "/p", True),
    ("pytest; echo b", "pytest", "/p", True), ("pytest; printf b", "pytest", "/p", True), ("pytest && echo b", "pytest", "/p", False),
    ("pytest | tail; echo b", "pytest", "/p", True), ("pytest; echo a; exit 1", "pytest", "/p", True),
    ("echo a; echo b", "echo a ; echo b", "/p", False), ("echo a; exit", "echo a", "/p", False), ("exit 3", "exit 3", "/p", False),
    ("cd x", "cd x", "/p", False), ("cd x && a", "a", "/p/x", False), ("cd x; cd y; a", "a", "/p/x/y", False), ("cd x\na", "a", "/p/x", False),
    ("cd x || a", "cd x || a", "/p", False), ("cd x | a", "cd x | a", "/p", False), ("cd && a", "a", "/p", False),
    ("cd ~ && a", "a", "/p", False), ("cd - && a", "a", "/p", False), ("cd 'x y' && a", "a", "/p/x y", False),
    ("pushd x && a", "a", "/p/x", False), ("cd /x && a | tail", "a", "/x", True), ("a && cd x", "a && cd x", "/p", False),
    ("cd -P x && a", "a", "/p/x", False), ("A=1 a", "a", "/p", False), ("A=1 B=2 a b", "a b", "/p", False), ("A=1", "A=1", "/p", False),
    ("A=1; a", "a", "/p", False), ("export A=1", "export A=1", "/p", False), ("export A=1; a", "a", "/p", False),
    ("set -e; a", "a", "/p", False), ("source x; a", "a", "/p", False), (". x; a", "a", "/p", False), ("unset A; a", "a", "/p", False),
    ("ulimit -n 5; a", "a", "/p", False), ("shopt -s x; a", "a", "/p", False), ("set -e", "set -e", "/p", False),
    ("'export' A=1; a", "a", "/p", False), ("a; export B=1", "a", "/p", True), ("a\nb", "a ; b", "/p", True), ("a;b", "a ; b", "/p", True),
    ("a & b", "a & b", "/p", True), ("a &", "a", "/p", True), ("a || true", "a", "/p", True), ("a || exit 1", "a", "/p", False),
    ("a || exit 0", "a", "/p", True), ("a || false", "a || false", "/p", False), ("a || return 2", "a", "/p", False),
    ("a || 'exit' 1", "a", "/p", False), ("set -o pipefail; a | tail", "a", "/p", False), ("set -e; a; b", "a ; b", "/p", False),
    ("set -o errexit; a; b", "a ; b", "/p", False), ("a; exit $?", "a", "/p", False), ("a | tail; exit ${PIPESTATUS[0]}", "a", "/p", False),
    ("a; exit 1", "a", "/p", True), ("a; return $x", "a", "/p", False), ("a;; b", "a ;; b", "/p", True),
    ("a && b && c", "a && b && c", "/p", False), ("a && b; c", "a && b ; c", "/p", True), ("a; b && c", "a ; b && c", "/p", True),
    ("pytest && ls; ls", "pytest && ls ; ls", "/p", True), ("ls; pytest && ls", "ls ; pytest && ls", "/p", False),
    ("ls | tail; a", "ls ; a", "/p", True), ("ls; ls", "ls ; ls", "/p", True), ("ls", "ls", "/p", False),
    ("echo a | tail", "echo a", "/p", False), ("cd x; echo b", "echo b", "/p/x", False), ("A=1; echo b", "echo b", "/p", False),
    ("A=1 a; b", "a ; b", "/p", True), ("A=1 echo a; ls", "echo a ; ls", "/p", False), ("pytest | tail &", "pytest", "/p", True),
    ("a | b || c", "a | b || c", "/p", True), ("a || b | c", "a || b | c", "/p", True), ("a || b; c", "a || b ; c", "/p", True),
    ("tail a; b", "tail a ; b", "/p", False), ("a | 'tail'", "a", "/p", True), ("a > b", "a", "/p", False), ("a > b | tail", "a", "/p", True),
    ("{ a; b; }", "a ; b", "/p", True), ("(a) | tail", "a", "/p", True), ("a # b", "a", "/p", False), ("a \\\n b", "a b", "/p", False),
    ("# a", "# a", "/p", False), ("", "", "/p", False), ("a |", "a", "/p", False), ("tail", "tail", "/p", False),
    ("tail | head", "tail", "/p", False), ("a | tail && b", "a && b", "/p", True), ("a | tail; b", "a ; b", "/p", True),
    ("a | tail | b", "a | b", "/p", True), ("a | cat | sort | uniq | wc | c", "a | c", "/p", True),
]  # fmt: skip


@each_row(("command", "tried", "folder", "is_hidden"), SPELLED)
def test_how_a_command_is_spelled(command, tried, folder, is_hidden):
    assert spell(command, "/p") == (tried, folder, is_hidden)


def test_of_a_long_command_the_rest_is_kept_as_it_is():
    command = "a  " + "b" * (PARSED - 3) + "  ; c"
    assert spell(command, "/p")[0] == "a " + "b" * (PARSED - 3) + "  ; c"
