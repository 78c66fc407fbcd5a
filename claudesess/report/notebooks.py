"""Notebooks executed on the same data, for `claudesess report --notebooks`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import nbformat
import papermill

from claudesess import paths
from claudesess.errors import ClaudesessError


def notebooks() -> list[Path]:
    """Return the notebooks that come with claudesess, in their order."""
    return sorted(paths.notebooks_dir().glob("[0-9]*.ipynb"))


def leave(databases: Sequence[str], folder: Path) -> Iterator[Path]:
    """Execute every notebook on `databases` and leave it in a folder, one after the other.

    Parameters
    ----------
    databases
        Files, folders or globs as `open_store` takes them; empty = the notebooks' own sample.
    folder
        Made when missing.

    Raises
    ------
    ClaudesessError
        A cell failed; the message holds the notebook, the cell and the error.
    """
    folder.mkdir(parents=True, exist_ok=True)
    absolute = [str(Path(path).expanduser().absolute()) for path in databases]
    for notebook in notebooks():
        nbformat.write(execute(notebook, absolute), folder / notebook.name)  # type: ignore[no-untyped-call]
        yield folder / notebook.name


def execute(notebook: Path, databases: Sequence[str]) -> nbformat.NotebookNode:
    """Run a notebook, its parameters overridden by the databases."""
    try:
        done: nbformat.NotebookNode = papermill.execute_notebook(
            str(notebook),
            None,
            parameters={"paths": list(databases)},
            kernel_name="python3",
            progress_bar=False,
            extra_arguments=["--IPKernelApp.log_level=CRITICAL"],
        )
    except papermill.PapermillExecutionError as error:
        raise ClaudesessError(
            f"{notebook.name}: cell {error.cell_index} failed: {error.ename}: {error.evalue}"
        ) from error
    done.metadata.pop("widgets", None)  # megabytes; an explorer keeps a picture of itself
    return done
