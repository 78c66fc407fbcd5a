"""Notebooks are reports: short, no functions, every chart cell after the frame that it draws, outputs up to date."""

import ast
import json
from pathlib import Path

import pytest
from nbval.plugin import IPyNbFile, coalesce_streams

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
IGNORED = "nbval-ignore-output"


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    return request.param


@pytest.fixture
def cells(notebook):
    return json.loads(notebook.read_text(encoding="utf-8"))["cells"]


def source(cell):
    return "".join(cell["source"])


def test_there_are_three():
    names = [path.stem for path in NOTEBOOKS]
    assert names == ["01_agent_throughput", "02_retry_escalation", "03_compaction_continuity"]


def test_short_and_without_function_definitions(cells):
    assert len(cells) <= 20
    for cell in cells:
        if cell["cell_type"] == "code":
            tree = ast.parse(source(cell))
            assert not [
                node
                for node in ast.walk(tree)
                if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Lambda))
            ]


def test_outputs_are_kept_and_only_chart_cells_are_not_compared(cells):
    for cell in cells:
        if cell["cell_type"] != "code":
            continue
        tags = cell["metadata"].get("tags", [])
        assert tags in ([], ["parameters"], [IGNORED])
        assert (IGNORED in tags) == (".chart(" in source(cell))
        if IGNORED in tags:
            (output,) = cell["outputs"]
            assert {"image/png", "application/vnd.vegalite.v6+json"} <= set(output["data"])
    assert [cell for cell in cells if IGNORED in cell.get("metadata", {}).get("tags", [])]


@pytest.mark.slow
@pytest.mark.xdist_group("executed")
def test_running_it_again_gives_what_is_kept(request, notebook, executed):
    """By the rules of `pytest --nbval`, cell by cell, without executing the notebook for that alone."""
    done = [cell for cell in executed[notebook].cells if cell.cell_type == "code"]
    done = [cell for cell in done if "injected-parameters" not in cell.metadata.get("tags", [])]
    kept = list(IPyNbFile.from_parent(request.session, path=notebook).collect())
    assert [item.cell.source for item in kept] == [cell.source for cell in done]
    for item, again in zip(kept, done, strict=True):
        assert item.cell.execution_count, f"{item.name} was not run before it was kept"
        is_as_kept = not item.options["check"] or item.compare_outputs(
            coalesce_streams(again.outputs), coalesce_streams(item.cell.outputs)
        )
        assert is_as_kept, "\n".join([item.name, item.cell.source, *item.comparison_traceback])


def test_each_begins_with_coverage_and_audit_and_ends_with_limits(cells):
    code = [source(cell) for cell in cells if cell["cell_type"] == "code"]
    assert "frames.coverage(store)" in code[3]
    assert '"note"' in code[4]
    assert "frames.audit(store)" in code[5]
    assert '"examples"' in code[5]
    assert source(cells[-1]).startswith("## Limits")


def test_no_path_of_the_machine_is_in_an_output(cells):
    text = json.dumps([cell.get("outputs", []) for cell in cells])
    assert str(Path.home()) not in text
    assert str(Path(__file__).parents[1]) not in text
