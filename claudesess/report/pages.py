"""Notebooks as pages that open offline: charts drawn in the page, text from databases escaped."""

from __future__ import annotations

import functools
import html
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

import nbformat
import papermill
import vl_convert
from nbconvert import HTMLExporter

from claudesess import open_store, paths
from claudesess.charts.offline import SPEC_MIME
from claudesess.errors import ClaudesessError

_TEMPLATES = Path(__file__).parent / "templates"
_BACK = "<p class='source'><a href='index.html'>All questions</a></p>"
_SAMPLE = "the sample project that comes with claudesess (made up)"


@dataclass(frozen=True)
class Page:
    """One written page: the notebook's title and question, and where the page is."""

    title: str
    lead: str
    path: Path


def notebooks() -> list[Path]:
    """Return the notebooks that make up the report, in their order."""
    return sorted(paths.notebooks_dir().glob("[0-9]*.ipynb"))


def faults(paths: Sequence[str | Path]) -> list[str]:
    """Open the databases at `paths`, and say which parts of them are lost: one sentence each.

    Raises
    ------
    ClaudesessError
        No database could be opened.
    """
    with open_store(*paths) as store:
        lost = store.problems[store.problems["severity"] == "error"]
    where = (lost["path"] + ", " + lost["table"]).fillna(lost["path"])
    return (where + ": " + lost["problem"]).tolist()


def write(paths: Sequence[str | Path], out: Path, lost: Sequence[str] = ()) -> Iterator[Page]:
    """Execute every notebook on the databases at `paths` and write each as a page, one after the other.

    Parameters
    ----------
    paths
        Files, folders or globs as `open_store` takes them; empty = the notebooks' own sample.
    out
        Folder for `<notebook>.html` and `index.html`; made when missing.
    lost
        From `faults`: what is missing, which every page says first.

    Yields
    ------
    Page
        After each notebook, so that a caller can show progress; `index.html` stands when all are done.

    Raises
    ------
    ClaudesessError
        A cell failed; the message holds the notebook, the cell and the error.
    """
    out.mkdir(parents=True, exist_ok=True)
    absolute = [str(Path(path).expanduser().absolute()) for path in paths]
    note = _note(", ".join(str(path) for path in paths) or _SAMPLE, lost)
    pages = []
    for notebook in notebooks():
        done = _execute(notebook, absolute)
        page = Page(*_heading(done), out / f"{notebook.stem}.html")
        _write_page(page.path, page.title, _BACK + note + _body(done))
        pages.append(page)
        yield page
    links = "".join(
        f"<li><a href='{page.path.name}'>{html.escape(page.title)}</a><p>{html.escape(page.lead)}</p></li>"
        for page in pages
    )
    _write_page(
        out / "index.html", "What the agents did", f"<h1>What the agents did</h1>{note}<ul>{links}</ul>"
    )


def _note(source: str, lost: Sequence[str]) -> str:
    """Say on a page what it was made of, and what of that is missing."""
    missing = "".join(f"<li>{html.escape(fault)}</li>" for fault in lost)
    warning = (
        f"<div class='lost'>Not all could be read: every number here may be wrong.<ul>{missing}</ul></div>"
    )
    return f"<p class='source'>Data: {html.escape(source)}</p>" + (warning if lost else "")


def _execute(notebook: Path, paths: list[str]) -> nbformat.NotebookNode:
    """Run a notebook, its parameters overridden by `paths`."""
    try:
        done: nbformat.NotebookNode = papermill.execute_notebook(
            str(notebook),
            None,
            parameters={"paths": paths},
            kernel_name="python3",
            progress_bar=False,
            extra_arguments=["--IPKernelApp.log_level=CRITICAL"],
        )
    except papermill.PapermillExecutionError as error:
        raise ClaudesessError(
            f"{notebook.name}: cell {error.cell_index} failed: {error.ename}: {error.evalue}"
        ) from error
    return done


def _heading(notebook: nbformat.NotebookNode) -> tuple[str, str]:
    """Return the title and the first paragraph of a notebook's first cell."""
    first, _, rest = notebook.cells[0].source.partition("\n")
    return first.lstrip("# "), rest.strip().split("\n\n")[0].replace("\n", " ").replace("**", "")


def _body(notebook: nbformat.NotebookNode) -> str:
    """Return a notebook's text and outputs as HTML, without code; each chart becomes a place to draw in."""
    charts = 0
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if SPEC_MIME in data:
                output["data"] = {"text/html": _chart(data[SPEC_MIME], charts)}
                charts += 1
    exporter = HTMLExporter(template_name="basic", exclude_input=True)  # type: ignore[no-untyped-call]
    shown, _ = exporter.from_notebook_node(notebook)
    # What is not known reads better as a dash than as the three spellings that pandas has for it.
    return re.sub(r"<td>(?:&lt;NA&gt;|NaN|NaT|None)</td>", "<td>–</td>", str(shown))


def _chart(spec: dict[str, Any], number: int) -> str:
    # In a script element only `<` can do harm: as \u003c it is the same JSON.
    written = json.dumps(spec).replace("<", "\\u003c")
    return (
        f"<div class='chart' id='chart-{number}'></div>"
        f"<script type='application/json' data-chart='chart-{number}'>{written}</script>"
    )


@functools.cache
def _drawing() -> str:
    """Return the script that draws charts, with its library: made once, the same in each page."""
    bundle: str = vl_convert.javascript_bundle((_TEMPLATES / "draw.js").read_text(encoding="utf-8"))
    return bundle


def _write_page(path: Path, title: str, body: str) -> None:
    has_charts = "data-chart=" in body
    page = Template((_TEMPLATES / "page.html").read_text(encoding="utf-8")).substitute(
        title=html.escape(title),
        style=(_TEMPLATES / "page.css").read_text(encoding="utf-8"),
        body=body,
        scripts=f"<script type='module'>{_drawing()}</script>" if has_charts else "",
    )
    path.write_text(page, encoding="utf-8")
