"""What the mutation tool changes, and what it leaves alone."""

import ast

import mutation
import pytest


def changed(text, found):
    return [text[:start] + new + text[end:] for start, end, new in sorted(found)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("WHERE a < 5", ["WHERE a <= 5", "WHERE a >= 5", "WHERE a < 6"]),
        ("a LEFT JOIN b", ["a JOIN b"]),
        ("PARTITION BY db, id ORDER BY at)", ["PARTITION BY db ORDER BY at)", "PARTITION BY id ORDER BY at)", "PARTITION BY db, id ORDER BY at DESC)"]),
        ("UPDATE t SET a = ? WHERE b = ?", ["UPDATE t SET a = ? WHERE b <> ?"]),
        ("a BETWEEN x AND y AND b", ["a BETWEEN x AND y OR b"]),
        ("SELECT 'a = 1' -- a = 1", []),
        ("SELECT 1 FROM t LIMIT 1", []),
    ],
)  # fmt: skip
def test_changes_of_sql(text, expected):
    assert changed(text, mutation.in_sql(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a <= b", ["a < b", "a > b"]),
        ("a is not b and c", ["a is b and c", "a is not b or c"]),
        ("n + 1", ["n - 1", "n + 0", "n + 2"]),
        ('"a" + b', []),
        ("not a", ["a"]),
        ("max(a)", ["min(a)"]),
        ("def f(a: int = 0) -> int: return a", ["def f(a: int = 1) -> int: return a"]),
        ("def f() -> alt.Chart: return 1 + 1", []),
        ('x("SELECT a FROM t WHERE b = ?")', ['x("SELECT a FROM t WHERE b <> ?")']),
        ('x("a = b")', []),
    ],
)
def test_changes_of_python(text, expected):
    finder = mutation._Finder(text.encode())
    finder.visit(ast.parse(text))
    assert changed(text, finder.found) == expected


def test_each_file_has_its_tests_and_each_equivalent_change_its_line():
    root = mutation.ROOT
    tests = {name.partition("::")[0] for cover in mutation.COVERS for name in cover.tests}
    assert [name for name in tests if not name.startswith("--") and not (root / name).exists()] == []
    for path, text, change, reason in mutation.EQUIVALENT:
        assert text in (root / path).read_text(encoding="utf-8"), (path, change)
        assert reason
