"""What can be changed in a file of SQL or Python: `mutation.py` draws from it.

Comparisons, arithmetic, boolean operators, constants and bounds; in SQL also joins, windows, sorting and aggregates,
whether it stands in a file of its own or in a string.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent


class Mutant(NamedTuple):
    """One change of one file: the bytes from `start` to `end` become `new`.

    `lines` are those of its statement, none of what is done when the file is loaded: by the first test that needs it.
    """

    path: str
    line: int
    start: int
    end: int
    old: str
    new: str
    text: str
    lines: tuple[int, ...]

    @property
    def change(self) -> str:
        """What was written, and what is written now; what is taken out leaves nothing."""
        return f"{self.old.strip()} → {self.new.strip() or '∅'}"


# --- What can be changed in SQL -------------------------------------------------------------------------------------

_SWAPS = {
    r"<=": ("<", ">"), r">=": (">", "<"), r"<>": ("=",), r"(?<![<>!])=": ("<>",), r"<(?![=>])": ("<=", ">="),
    r"(?<![<-])>(?![=>'])": (">=", "<="), r"IS NOT NULL": ("IS NULL",), r"IS NULL": ("IS NOT NULL",),
    r"IS NOT DISTINCT FROM": ("=",), r"IS DISTINCT FROM": ("<>",), r"\bAND\b": ("OR",), r"\bOR\b(?! REPLACE| IGNORE)": ("AND",),
    r"LEFT JOIN": ("JOIN",), r"ANTI JOIN": ("SEMI JOIN",), r"(?<!LEFT )(?<!ANTI )\bJOIN\b": ("LEFT JOIN",),
    r"UNION ALL": ("UNION",), r"UNION(?! ALL)": ("UNION ALL",), r"\bmax\(": ("min(",), r"\bmin\(": ("max(",),
    r"\barg_max\(": ("arg_min(",), r"\barg_min\(": ("arg_max(",), r"\bbool_or\(": ("bool_and(",), r"\blag\(": ("lead(",),
    r"\blead\(": ("lag(",), r"UNBOUNDED PRECEDING": ("1 PRECEDING",), r"\bDISTINCT (?!FROM)": ("",), r" DESC\b": ("",),
    r"NULLS LAST": ("NULLS FIRST",), r"\bNOT (?!NULL|DISTINCT)": ("",), r"\btrue\b": ("false",), r"\bfalse\b": ("true",),
    r"(?<= )- ": ("+ ",), r"(?<= )\+ ": ("- ",), r"(?<= )/ ": ("* ",),
}  # fmt: skip
_LISTS = r"(?:PARTITION BY |USING \()([^()\n]+?)(?= ORDER BY|\)|\n)"  # of which each name can be left out
_SORTED = r"ORDER BY ([^()\";]+?)(?= ROWS|\)|;|\s*$| LIMIT|\")"
_CLAUSE = re.compile(r"\b(SET|WHERE|AND|OR|ON|WHEN|HAVING|FILTER|SELECT)\b")


def in_sql(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, replacement) of every change of a statement; comments and quoted texts stay."""
    bare = re.sub(r"--[^\n]*|'[^'\n]*'", lambda found: "'" + "_" * (len(found[0]) - 2) + "'", text)
    for pattern, instead in _SWAPS.items():
        for found in re.finditer(pattern, bare):
            clause = _CLAUSE.findall(bare, 0, found.start())
            is_assignment = found[0] == "=" and clause and clause[-1] == "SET"
            is_range = found[0] == "AND" and re.search(r"\bBETWEEN \S+ $", bare[: found.start()])
            if not (is_assignment or is_range):
                yield from ((*found.span(), new) for new in instead)
    for found in re.finditer(
        r"(?<![\w.'\"?])(?<!SELECT )(?<!LIMIT )\d+(?![\w.'])", bare
    ):  # any row, or its first, is asked for
        yield (*found.span(), str(int(found[0]) + 1))
    for found in re.finditer(_LISTS, bare):
        names = found[1].split(", ")
        for n, _ in enumerate(names) if len(names) > 1 else ():
            yield (*found.span(1), ", ".join(names[:n] + names[n + 1 :]))
    for found in re.finditer(_SORTED, bare):
        if not found[1].endswith(("DESC", "NULLS LAST")):
            yield (found.end(1), found.end(1), " DESC")


# --- What can be changed in Python ----------------------------------------------------------------------------------

_COMPARED: dict[type, tuple[str, tuple[str, ...]]] = {
    ast.Lt: (r"<", ("<=", ">=")), ast.LtE: (r"<=", ("<", ">")), ast.Gt: (r">", (">=", "<=")), ast.GtE: (r">=", (">", "<")),
    ast.Eq: (r"==", ("!=",)), ast.NotEq: (r"!=", ("==",)), ast.Is: (r"is", ("is not",)), ast.IsNot: (r"is\s+not", ("is",)),
    ast.In: (r"in", ("not in",)), ast.NotIn: (r"not\s+in", ("in",)),
}  # fmt: skip
_COMPUTED: dict[type, tuple[str, str]] = {
    ast.Add: (r"\+", "-"), ast.Sub: (r"-", "+"), ast.Mult: (r"\*", "/"), ast.Div: (r"/", "*"), ast.FloorDiv: (r"//", "/"),
    ast.Mod: (r"%", "*"), ast.Pow: (r"\*\*", "*"), ast.BitAnd: (r"&", "|"), ast.BitOr: (r"\|", "&"), ast.LShift: (r"<<", ">>"),
}  # fmt: skip
_CALLED = {"max": "min", "min": "max", "any": "all", "all": "any"}
_STATEMENT = re.compile(r"\b(SELECT|UPDATE|DELETE FROM|INSERT)\b|[<>=] \?")
_DRAWS = re.compile(r"\balt\.|_Panel|Chart")
_STYLE = ("Contract", "Column")  # tables that say what a column means
#: One seed is as good as another, `strict` asks for an error where there is none, what an index was is a column
#: more that nobody reads, and that nobody writes into what is `frozen` is seen by mypy.
_ANY = ("seed", "strict", "drop", "frozen")
_NO_RULE = ("TYPE_CHECKING", "ORDER")  # the place of a question among the others is style


class _Finder(ast.NodeVisitor):
    """Gathers the changes of a module as (start, end, replacement), in bytes."""

    def __init__(self, source: bytes) -> None:
        self.source = source
        self.found: list[tuple[int, int, str]] = []
        self._lines = [0]
        for line in source.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))

    def _start(self, node: ast.AST) -> int:
        return self._lines[node.lineno - 1] + node.col_offset  # type: ignore[attr-defined]

    def _end(self, node: ast.AST) -> int:
        return self._lines[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]

    def _swap(self, start: int, end: int, pattern: str, *instead: str) -> None:
        """Change the operator that stands between two operands."""
        found = re.search(pattern.encode(), self.source[start:end])
        if found:
            self.found += [(start + found.start(), start + found.end(), new) for new in instead]

    def visit_Compare(self, node: ast.Compare) -> None:
        left: ast.AST = node.left
        for op, right in zip(node.ops, node.comparators, strict=True):
            pattern, instead = _COMPARED[type(op)]
            self._swap(self._end(left), self._start(right), pattern, *instead)
            left = right
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        is_text = any(isinstance(side, ast.JoinedStr) or isinstance(getattr(side, "value", None), (str, bytes))
                      for side in (node.left, node.right))  # fmt: skip
        if type(node.op) in _COMPUTED and not is_text:
            self._swap(self._end(node.left), self._start(node.right), *_COMPUTED[type(node.op)])
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        word, instead = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
        for left, right in zip(node.values, node.values[1:], strict=False):
            self._swap(self._end(left), self._start(right), rf"\b{word}\b", instead)
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if isinstance(node.op, (ast.Not, ast.Invert)):
            sign = re.match(
                rb"not\s+|not(?=\()|~", self.source[self._start(node) :]
            )  # a bracket behind it stays
            self.found.append((self._start(node), self._start(node) + len(sign[0] if sign else b""), ""))
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        name = getattr(node.func, "id", None)
        if name in _CALLED:
            self.found.append((self._start(node.func), self._end(node.func), _CALLED[name]))
        if name not in _STYLE and getattr(node.func, "attr", None) != "default_rng":
            self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        """Of what is split the first piece is the same, and the last, however many more are split off."""
        self.generic_visit(node)
        call, place = node.value, ast.unparse(node.slice)
        if isinstance(call, ast.Call) and (getattr(call.func, "attr", None), place) in (
            ("split", "0"),
            ("rsplit", "-1"),
        ):
            most = call.args[1:2]
            more = [
                (self._start(one), self._end(one), repr(one.value + 1))
                for one in most
                if isinstance(one, ast.Constant)
            ]
            self.found = [found for found in self.found if found not in more]

    def visit_keyword(self, node: ast.keyword) -> None:
        if node.arg not in _ANY:
            self.visit(node.value)

    def visit_Constant(self, node: ast.Constant) -> None:
        value = node.value
        if isinstance(value, bool):
            self.found.append((self._start(node), self._end(node), str(not value)))
        elif isinstance(value, (int, float)):
            nearby = [value + 1, value - 1] if value >= 1 else [value + 1]
            self.found += [(self._start(node), self._end(node), repr(new)) for new in nearby]
        elif isinstance(value, str):
            self._statement(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        self._statement(node)

    def _statement(self, node: ast.AST) -> None:
        start, end = self._start(node), self._end(node)
        text = self.source[start:end].decode()
        if _STATEMENT.search(text) and '"""' not in text:
            self.found += [(start + len(text[:first].encode()), start + len(text[:last].encode()), new)
                           for first, last, new in in_sql(text)]  # fmt: skip

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        if not (node.returns and _DRAWS.search(ast.unparse(node.returns))):
            by_place = node.args.args[len(node.args.args) - len(node.args.defaults) :]
            given = [
                *zip(by_place, node.args.defaults, strict=True),
                *zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True),
            ]
            for part in [default for name, default in given if name.arg not in _ANY] + node.body:
                if part is not None:
                    self.visit(part)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_Assign(self, node: ast.Assign) -> None:
        if getattr(node.targets[0], "id", None) not in _NO_RULE:
            self.visit(node.value)

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):  # a docstring
            self.visit(node.value)


def _statements(node: ast.AST, in_function: bool = False) -> Iterator[tuple[int, int, bool]]:
    """Yield the first and the last line of each statement, without what stands in its body, and if it is in a function.

    Outer statements come first.
    """
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            first = min([child.lineno, *(one.lineno for one in getattr(child, "decorator_list", ()))])
            body = getattr(child, "body", None)
            last = body[0].lineno - 1 if body else child.end_lineno or child.lineno
            yield first, max(first, last), in_function
        yield from _statements(child, in_function or isinstance(child, ast.FunctionDef))


def mutants(path: str) -> list[Mutant]:
    """Return every change of a file, in the order of its lines."""
    source = (ROOT / path).read_bytes()
    if path.endswith(".sql"):
        text = source.decode()
        spans = [
            (len(text[:start].encode()), len(text[:end].encode()), new) for start, end, new in in_sql(text)
        ]
        statements = []
    else:
        tree = ast.parse(source)
        finder = _Finder(source)
        finder.visit(tree)
        spans, statements = finder.found, list(_statements(tree))
    made = []
    for start, end, new in sorted(set(spans)):
        first = source.rfind(b"\n", 0, start) + 1
        text = source[first : source.find(b"\n", start)].decode().strip()
        line = source.count(b"\n", 0, start) + 1
        around = [one for one in statements if one[0] <= line <= one[1]]
        low, high, in_function = around[-1] if around else (0, 0, True)  # a file of SQL is one statement
        lines = tuple(range(low, high + 1)) if in_function else ()
        made.append(Mutant(path, line, start, end, source[start:end].decode(), new, text, lines))
    return made
