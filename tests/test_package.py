"""The rules of the house that imports can break: who may import what, and what `import claudesess` costs."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from handmade import ROOT
from tables import each_row

import claudesess

PACKAGE = ROOT / "claudesess"

#: Who may import it, as the first part of a path below claudesess/.
ALLOWED = {
    "duckdb": {"store"},
    "adbc_driver_sqlite": {"store"},
    "adbc_driver_manager": {"store"},
    # Samples run the writer and close its file, prune deletes rows, importing has the past written and counts it;
    # the store asks with it what needs a bound.
    "sqlite3": {"samples", "prune", "importing", "simulate", "store"},
    "altair": {"asking", "charts", "metrics", "lab"},
    "ipywidgets": {"lab"},
}


@cache
def imports(path: Path) -> set[str]:
    """Return the top-level modules that a file imports when it runs, wherever in it."""
    found: set[str] = set()
    todo: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            todo.extend(node.orelse)
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.split(".")[0])
        todo.extend(ast.iter_child_nodes(node))
    return found


@each_row("module", ALLOWED)
def test_heavy_modules_have_one_home(module: str) -> None:
    importers = {
        path.relative_to(PACKAGE).parts[0] for path in PACKAGE.rglob("*.py") if module in imports(path)
    }
    assert importers <= ALLOWED[module]


def test_the_store_has_the_engine_and_the_reader() -> None:
    store = set().union(*(imports(path) for path in (PACKAGE / "store").glob("*.py")))
    assert {"duckdb", "adbc_driver_sqlite"} <= store


def test_the_collector_imports_the_standard_library_alone() -> None:
    own = {path.stem for path in (ROOT / "collector").iterdir() if path.is_dir() or path.suffix == ".py"}
    imported = set().union(*(imports(path) for path in (ROOT / "collector").rglob("*.py")))
    assert imported - own <= set(sys.stdlib_module_names)
    assert "claudesess" not in imported


@pytest.mark.parametrize(
    "how",
    [
        ["-c", "import claudesess.samples.replay as r; print(r.record.__module__)"],
        ["-m", "claudesess", "--version"],
    ],
)
def test_files_in_the_working_folder_do_not_stand_in_for_the_collector(
    how: list[str], tmp_path: Path
) -> None:
    for name in ("recorder", "claudesess_collector", "vocabulary"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('hijacked')")
    ran = subprocess.run([sys.executable, *how], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.split()[0] in ("claudesess,", "claudesess_collector.record")


def test_the_import_path_is_left_as_it_is() -> None:
    code = "import sys; before = list(sys.path); import claudesess.importing.writing as i; i.batch_writer_module(); print(sys.path == before)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "True"


def test_no_two_test_files_have_one_name() -> None:
    """Pytest imports them by their names: of two that are called alike it collects one, and `make test` fails."""
    files = Counter(path.name for path in (ROOT / "tests").rglob("test_*.py"))
    assert [name for name, number in files.items() if number > 1] == [], "name one of them otherwise"


@each_row(
    "used",
    ["pass", "claudesess.samples.names()", "from claudesess.report import library; library.script()"],
)
def test_import_is_cheap(used: str) -> None:
    """Neither are samples, which are found before anything is drawn, nor the script that draws the charts of pages."""
    code = f"import sys, claudesess; {used}; print(sorted({{'pandas', 'duckdb', 'altair', 'pyarrow', 'rich', 'scipy'}} & set(sys.modules)))"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert result.stdout.strip() == "[]"


@pytest.mark.slow
def test_an_answer_loads_statistics_and_drawing_when_they_are_needed() -> None:
    code = """
import sys, claudesess
answer = claudesess.ask(claudesess.samples.open_sample("retry"), "retry_escalation.repeats")
print(len(answer.units) > 0, sorted({"altair", "scipy", "ipywidgets"} & set(sys.modules)))
print(len(answer.estimates) > 0, sorted({"altair", "scipy.stats", "ipywidgets"} & set(sys.modules)))
"""
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert result.stdout.splitlines() == ["True []", "True []"]


def test_public_names_are_there_and_others_are_not() -> None:
    assert {"open_store", "ask", "frames", "ClaudesessError", "__version__"} <= set(dir(claudesess))
    assert claudesess.open_store.__name__ == "open_store"
    assert claudesess.frames.__name__ == "claudesess.relations.frames"
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = claudesess.nothing


def test_explore_is_the_function() -> None:
    assert claudesess.explore.__module__ == "claudesess.lab.explorer"
