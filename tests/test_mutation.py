"""What the mutation tool changes, and what it leaves alone."""

import ast
import json
import os
import subprocess
import sys

import mutation
import mutation_changes
import pytest
from tables import each_row


def changed(text, found):
    return [text[:start] + new + text[end:] for start, end, new in sorted(found)]


@each_row(
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
    assert changed(text, mutation_changes.in_sql(text)) == expected


@each_row(
    ("text", "expected"),
    [
        ("a <= b", ["a < b", "a > b"]),
        ("a is not b and c", ["a is b and c", "a is not b or c"]),
        ("n + 1", ["n - 1", "n + 0", "n + 2"]),
        ('"a" + b', []),
        ("not a", ["a"]),
        ("not (a or b)", ["(a or b)", "not (a and b)"]),
        ('a.rsplit("/", 1)[-1]', ['a.rsplit("/", 0)[-1]', 'a.rsplit("/", 1)[-0]', 'a.rsplit("/", 1)[-2]']),
        ('a.split("/", 1)[0]', ['a.split("/", 0)[0]', 'a.split("/", 1)[1]']),
        (
            'a.split("/", 1)[1]',
            ['a.split("/", 0)[1]', 'a.split("/", 2)[1]', 'a.split("/", 1)[0]', 'a.split("/", 1)[2]'],
        ),
        ("max(a)", ["min(a)"]),
        ("def f(a: int = 0) -> int: return a", ["def f(a: int = 1) -> int: return a"]),
        ("def f() -> alt.Chart: return 1 + 1", []),
        ("def f(seed=1, *, n=0): return a", ["def f(seed=1, *, n=1): return a"]),
        ("f(seed=1, n=0)", ["f(seed=1, n=1)"]),
        (
            "a.reset_index(drop=True).b(default_rng(1), n=np.default_rng(2).c(3))",
            [
                "a.reset_index(drop=True).b(default_rng(0), n=np.default_rng(2).c(3))",
                "a.reset_index(drop=True).b(default_rng(2), n=np.default_rng(2).c(3))",
                "a.reset_index(drop=True).b(default_rng(1), n=np.default_rng(2).c(2))",
                "a.reset_index(drop=True).b(default_rng(1), n=np.default_rng(2).c(4))",
            ],
        ),
        ('x("SELECT a FROM t WHERE b = ?")', ['x("SELECT a FROM t WHERE b <> ?")']),
        ('x("a = b")', []),
    ],
)
def test_changes_of_python(text, expected):
    finder = mutation_changes._Finder(text.encode())
    finder.visit(ast.parse(text))
    assert changed(text, finder.found) == expected


def test_a_change_belongs_to_all_lines_of_its_statement(tmp_path, monkeypatch):
    monkeypatch.setattr(mutation_changes, "ROOT", tmp_path)
    (tmp_path / "a.py").write_text(
        "N = 5\ndef f(a=7):\n    if (\n        a < 1\n    ):\n        return a\n    return (a\n        + 2)\n"
    )
    lines = {one.change: one.lines for one in mutation_changes.mutants("a.py")}
    assert lines["< → <="] == (3, 4, 5)
    assert lines["+ → -"] == (7, 8)
    assert lines["5 → 6"] == lines["7 → 8"] == ()  # done when the file is loaded
    (tmp_path / "a.sql").write_text("SELECT a\nFROM t\nWHERE a < b\n")
    assert [(one.line, one.lines) for one in mutation_changes.mutants("a.sql")] == [(3, (0,))] * 2


def _mutant(*lines):
    return mutation_changes.Mutant("a.py", 1, 0, 1, "1", "2", "a = 1", lines)


@each_row(
    ("lines", "expected"),
    [
        # those that run the line, the quickest first, then the others of the file
        ((5,), ["quick", "slower", "other"]),
        ((5, 6), ["quick", "slower", "foreign", "other"]),  # of few files first
        ((), ["quick", "other", "slower", "foreign"]),  # when it is loaded: every test that runs any of it
        ((9,), []),  # no test runs it
    ],
)
def test_tests_of_a_change(lines, expected):
    records = [
        mutation.Record(
            "a", [("slower", 2.0), ("other", 1.0), ("quick", 0.5)], {"a.py": {1: [-1], 5: [0, 2], 7: [1]}}
        ),
        mutation.Record("b", [("foreign", 0.1)], {"a.py": {1: [-1], 6: [0]}, "b.py": {1: [0]}}),
        mutation.Record("c", [("elsewhere", 0.1)], {"b.py": {5: [0]}}),
    ]
    assert [test.name for test in mutation.tests_for(_mutant(*lines), records)] == expected


def test_of_a_table_alone_whoever_loads_it_is_asked():
    records = [
        mutation.Record("a", [("one", 1.0)], {"a.py": {1: [-1]}}),
        mutation.Record("b", [("two", 1.0)], {}),
    ]
    assert [test.name for test in mutation.tests_for(_mutant(), records)] == ["one"]


def test_a_survivor_is_tried_again_when_its_tests_change_and_what_was_killed_is_not(tmp_path, monkeypatch):
    monkeypatch.setattr(mutation, "KEPT", tmp_path)
    monkeypatch.setattr(mutation, "ROOT", tmp_path)
    (tmp_path / "a.py").write_text("a = 1")
    (tmp_path / "test_a.py").write_text("assert 1")
    tests, survivor, killed = (
        [mutation.Test("test_a.py", "one", 1.0, 1)],
        _mutant(1),
        _mutant(1)._replace(new="3"),
    )
    results = mutation.Results()
    results.keep(survivor, mutation.Result(None, 1, 0.5, mutation.digest(["test_a.py"])))
    results.keep(killed, mutation.Result("one", 1, 0.5, mutation.digest(["test_a.py"])))
    again = mutation.Results()
    assert (again.of(survivor, tests).killed_by, again.of(killed, tests).killed_by) == (None, "one")
    (tmp_path / "test_a.py").write_text("assert 2")
    assert (again.of(survivor, tests), again.of(killed, tests).killed_by) == (None, "one")
    (tmp_path / "a.py").write_text("a = 2")
    assert again.of(killed, tests) is None


def test_all_that_is_concluded_belongs_to_a_layer():
    """Measures and relations find their place by themselves; a folder is left out only here."""
    concluding = ("stats", "relations/sql", "estimating", "metrics", "asking")
    root = mutation.ROOT
    files = [path for name in concluding for path in (root / "claudesess" / name).rglob("*.*")]
    files += (root / "collector" / "claudesess_collector").rglob("*.py")
    found = {path.relative_to(root).as_posix() for path in files if path.suffix in (".py", ".sql")}
    without = {
        "claudesess/asking/command.py",  # options and printing
        "collector/claudesess_collector/vocabulary.py",
        "collector/claudesess_collector/vocabulary_keys.py",  # words: tables
    }
    assert sorted(found - set(mutation.wanted([]))) == sorted(without)


@pytest.mark.slow
def test_each_equivalent_change_has_its_line_and_its_reason():
    for path, text, change, reason in mutation.EQUIVALENT:
        assert any((one.text, one.change) == (text, change) for one in mutation_changes.mutants(path)), (
            path,
            text,
            change,
        )
        assert reason


def test_each_layer_has_tests():
    for name in mutation.LAYERS:
        assert mutation.test_files([name]), name


def test_what_is_drawn_does_not_depend_on_what_else_is_there(tmp_path, monkeypatch):
    monkeypatch.setattr(mutation_changes, "ROOT", tmp_path)
    lines = [f"def f{n}(a):\n    return a < {n + 5}\n" for n in range(40)]
    (tmp_path / "a.py").write_text("".join(lines))
    before, n = mutation.drawn(["a.py"], 30, seed=1)
    (tmp_path / "a.py").write_text("".join(["# a line\n", *lines[:20], *lines[22:]]))
    after, _ = mutation.drawn(["a.py"], 30, seed=1)
    gone = {lines[20].split("\n")[1].strip(), lines[21].split("\n")[1].strip()}
    assert n == 160
    kept = {(one.text, one.change) for one in before if one.text not in gone}
    assert kept <= {(one.text, one.change) for one in after}
    assert {(one.text, one.change) for one in before} != {
        (one.text, one.change) for one in mutation.drawn(["a.py"], 30, seed=2)[0]
    }


def test_what_is_named_after_a_file_is_tried_first_then_the_layers_own():
    names = ["x/test_other", "home/test_other", "x/test_chains"]
    records = [
        mutation.Record(f"{name}.py", [(f"{name}.py::one", 1.0)], {"chains.py": {5: [0]}}) for name in names
    ]
    tests = mutation.tests_for(_mutant(5)._replace(path="chains.py"), records, "home")
    assert [test.file for test in tests] == ["x/test_chains.py", "home/test_other.py", "x/test_other.py"]


@pytest.mark.slow
def test_each_test_that_makes_a_relation_runs_its_file(tmp_path):
    """Not the first alone, at which the files of all relations are read."""
    text = """
from claudesess import Store
def test_one(): Store.from_frames().rows("SELECT 1 FROM sessions")
def test_two(): Store.from_frames().rows("SELECT 1 FROM sessions")
def test_three(): Store.from_frames().rows("SELECT 1 FROM agent_spans")
"""
    (tmp_path / "test_made.py").write_text(text, encoding="utf-8")
    task = {"files": [str(tmp_path / "test_made.py")], "order": None, "limit_s": 60, "has_doctests": False, "marked": "not slow"}  # fmt: skip
    done = subprocess.run(
        [sys.executable, "tests/mutation_worker.py"], input=json.dumps(task) + "\n",
        capture_output=True, text=True, cwd=mutation.ROOT, env={**os.environ, "PYTHONPATH": str(mutation.ROOT)},
    )  # fmt: skip
    said = json.loads(done.stdout)["said"]
    names = [name.rpartition("::")[2] for name, _ in said["tests"]]
    assert all(said["lines"].values()) and "tests/counts.py" not in said["lines"]  # nothing of it was run
    making = {
        relation: {names[n] for n in said["lines"][f"claudesess/relations/sql/{relation}.sql"]["0"]}
        for relation in ("sessions", "agent_spans")
    }
    assert making == {"sessions": {"test_one", "test_two"}, "agent_spans": {"test_one", "test_three"}}
