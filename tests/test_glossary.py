"""No name of the code is a word that could mean anything: package and collector use the words of the glossary."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from handmade import ROOT
from tables import each_row

#: Words that stood for many things each: what an event says is `fields`, what is not decided `pending`, ...
VAGUE = {"told", "said", "known", "held", "waiting", "past", "display", "tasks"}
FILES = sorted([*(ROOT / "claudesess").rglob("*.py"), *(ROOT / "collector").rglob("*.py")])
#: A check is what an agent runs: simulated sessions draw which one, other functions and fields are no checks.
OF_AGENTS = {"claudesess/simulate/checks.py"}


def named(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield every name that a file gives: variables, parameters, fields, functions, classes, imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id if isinstance(node, ast.Name) else node.attr
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.alias):
            yield node.lineno, (node.asname or node.name).rpartition(".")[2]


def vague(code: str, is_of_agents: bool = False) -> list[str]:
    """Return the names that say nothing; `CHECK`, a kind of program, is the agents' in every file."""
    words = VAGUE if is_of_agents else VAGUE | {"check"}
    found = [name for _, name in sorted(named(ast.parse(code))) if name.strip("_").lower() in words]
    return [name for name in found if name != "CHECK"]


@each_row("path", FILES)
def test_names_are_words_of_the_glossary(path) -> None:
    code = path.read_text(encoding="utf-8")
    assert vague(code, str(path.relative_to(ROOT)) in OF_AGENTS) == []


@each_row(
    ("code", "expected"),
    [
        ("said = 1", ["said"]),
        ("for _told in (): pass", ["_told"]),
        ("[held for held in ()]", ["held"]),
        ("if (known := 1): pass", ["known"]),
        ("def f(past, *, tasks=()): self._waiting = 1", ["past", "tasks", "_waiting"]),
        ("lambda said: 1", ["said"]),
        ("class Told:\n    display: str", ["Told", "display"]),
        ("def check(): pass", ["check"]),
        ("from a.b import f as check, CHECK", ["check"]),
        ("is_known = said_of(words.said, check=one.check)", []),  # other names, and names that others gave
    ],
)
def test_a_vague_name_is_found(code, expected) -> None:
    assert sorted(vague(code)) == sorted(expected)


def test_a_check_is_what_an_agent_runs() -> None:
    assert vague("check = held = 1", is_of_agents=True) == ["held"]
