"""Notebooks teach: short, no functions, the finding first, then what it is made of; outputs up to date."""

import ast
import json
from pathlib import Path

import pytest
from nbval.plugin import IPyNbFile, coalesce_streams

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
IGNORED = "nbval-ignore-output"
DRAWN = (".chart(", "claudesess.explore(")
QUESTIONS = NOTEBOOKS[1:]


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    return request.param


@pytest.fixture
def cells(notebook):
    return json.loads(notebook.read_text(encoding="utf-8"))["cells"]


def source(cell):
    return "".join(cell["source"])


def test_there_are_four():
    names = [path.stem for path in NOTEBOOKS]
    assert names == [
        "00_first_look",
        "01_agent_throughput",
        "02_retry_escalation",
        "03_compaction_continuity",
    ]


def test_short_and_without_function_definitions(cells):
    assert len(cells) <= 14
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
        assert (IGNORED in tags) == any(one in source(cell) for one in DRAWN)
        if IGNORED in tags:
            (output,) = cell["outputs"]
            alive = "vnd.jupyter.widget-view" if "explore" in source(cell) else "vnd.vegalite.v6"
            assert {"image/png", f"application/{alive}+json"} <= set(output["data"])
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


def test_each_begins_with_its_finding(cells):
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    (output,) = code[1]["outputs"]
    assert "95 % limits" in "".join(output["text"])


@pytest.mark.parametrize("notebook", QUESTIONS, ids=lambda path: path.stem)
def test_a_question_shows_units_estimates_control_and_a_comparison(cells):
    code = "\n".join(source(cell) for cell in cells if cell["cell_type"] == "code")
    shown = [
        "ask(",
        ".finding()",
        ".chart()",
        "answer.units[",
        "answer.estimates",
        "answer.control",
        ".again(by=",
    ]
    assert [one for one in shown if one not in code] == []


def test_what_the_data_can_say_is_one_cell_shared_by_all(cells):
    assert len([cell for cell in cells if source(cell) == "say(*missing(store))"]) == 1


def test_no_state_of_widgets_is_kept_beside_their_picture(notebook):
    assert "widgets" not in json.loads(notebook.read_text(encoding="utf-8"))["metadata"]


def test_no_path_of_the_machine_is_in_an_output(cells):
    text = json.dumps([cell.get("outputs", []) for cell in cells])
    assert str(Path.home()) not in text
    assert str(Path(__file__).parents[1]) not in text
