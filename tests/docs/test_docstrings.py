"""What is public says all of itself: each parameter and what is returned, in sections that the site is made of."""

import ast
import inspect
import re

import pytest
from handmade import ROOT
from tables import each_row

import claudesess
from claudesess import stats

_SECTION = re.compile(r"^(\w[\w ]*)\n-{3,}\n(.*?)(?=^\w[\w ]*\n-{3,}\n|\Z)", re.MULTILINE | re.DOTALL)


def public():
    """The public functions, and the methods of the store, by name."""
    found = {f"stats.{name}": getattr(stats, name) for name in stats.__all__}
    found |= {name: getattr(claudesess, name) for name in claudesess.__all__}
    methods = {name: method for name, method in vars(claudesess.Store).items() if not name.startswith("_")}
    found |= {f"Store.{name}": getattr(claudesess.Store, name) for name in methods}
    return {name: each for name, each in found.items() if inspect.isroutine(each)}


def named(parameters):
    """The names that a section of parameters explains."""
    lines = [line for line in parameters.split("\n") if line and not line.startswith(" ")]
    return {name.strip().lstrip("*") for line in lines for name in line.split(" : ")[0].split(",")}


@each_row("name", sorted(public()))
def test_a_docstring_explains_every_parameter_and_what_is_returned(name):
    documented = public()[name]
    sections = dict(_SECTION.findall(inspect.getdoc(documented) or ""))
    signature = inspect.signature(documented)
    assert named(sections.get("Parameters", "")) == set(signature.parameters) - {"self", "cls"}
    returns = signature.return_annotation not in (None, "None", inspect.Signature.empty)
    assert ("Returns" in sections) == returns


FILES = sorted(
    [*(ROOT / "claudesess").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py")], key=lambda path: str(path)
)


def parameters_of(function):
    """The parameters of a function, as its code has them."""
    given = function.args
    every = [*given.posonlyargs, *given.args, *given.kwonlyargs, *filter(None, [given.vararg, given.kwarg])]
    return {one.arg for one in every} - {"self", "cls"}


def fields_of(described):
    """The public fields of a class, and all that it has: attributes, methods, what it is made of."""
    public, every = set(), set()
    for node in described.body:
        if isinstance(node, ast.AnnAssign):
            public.add(node.target.id)
    for node in ast.walk(described):
        if isinstance(node, ast.FunctionDef):
            every |= {node.name} | (parameters_of(node) if node.name == "__init__" else set())
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            every.add(node.id if isinstance(node, ast.Name) else node.attr)
    return {name for name in public if not name.startswith("_")}, every | public


def misnamed(code):
    """Return what docstrings with sections name that is not there, and what they leave out."""
    found = []
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.FunctionDef | ast.ClassDef):
            continue
        sections = dict(_SECTION.findall(inspect.cleandoc(ast.get_docstring(node) or "")))
        explained = named(sections.get("Parameters", "")) | named(sections.get("Attributes", ""))
        if not explained:
            continue
        if isinstance(node, ast.FunctionDef):
            needed = there = parameters_of(node)
        else:
            needed, there = fields_of(node)
        found += [f"{node.name}: {name}" for name in sorted((needed - explained) | (explained - there))]
    return found


@pytest.mark.slow
@each_row("path", FILES)
def test_a_docstring_that_lists_names_lists_those_that_are_there(path):
    assert misnamed(path.read_text(encoding="utf-8")) == []


@each_row(
    ("code", "found"),
    [
        ('def f(a, *b, **c):\n    """F.\n\n    Parameters\n    ----------\n    a, *b, **c\n        All."""', []),
        ('def f(a, b):\n    """F.\n\n    Parameters\n    ----------\n    a\n        One."""', ["f: b"]),
        ('class A:\n    """A.\n\n    Attributes\n    ----------\n    x\n        One."""\n    y: int', ["A: x", "A: y"]),
        ('class A:\n    """A.\n\n    Attributes\n    ----------\n    x\n        One."""\n    def x(self): ...', []),
        ('def f(a):\n    """F."""', []),  # a line is enough where it says all
    ],
)  # fmt: skip
def test_a_name_too_much_or_too_little_is_seen(code, found):
    assert misnamed(code) == found
