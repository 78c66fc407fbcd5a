"""Notebooks executed on the same data, for `claudesess report --notebooks`, by extra `notebook`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from claudesess import extras, paths
from claudesess.errors import ClaudesessError

if TYPE_CHECKING:
    import nbformat


def notebooks() -> list[Path]:
    """Return the notebooks that come with claudesess, in their order."""
    return sorted(paths.notebooks_dir().glob("[0-9]*.ipynb"))


def require() -> None:
    """Say with a `MissingExtraError` that notebooks cannot be executed here."""
    with extras.needed("notebook", "Executing notebooks"):
        import ipykernel  # noqa: F401
        import nbclient  # noqa: F401


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
    import nbformat

    folder.mkdir(parents=True, exist_ok=True)
    absolute = [str(Path(path).expanduser().absolute()) for path in databases]
    for notebook in notebooks():
        nbformat.write(execute(notebook, absolute), folder / notebook.name)  # type: ignore[no-untyped-call]
        yield folder / notebook.name


def execute(notebook: Path, databases: Sequence[str]) -> nbformat.NotebookNode:
    """Run a notebook, its parameters overridden by the databases where there are any."""
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    book: nbformat.NotebookNode = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]
    if databases:
        _override(book, f"paths = {list(databases)!r}")
    client = NotebookClient(
        book,
        kernel_name="python3",
        record_timing=False,
        store_widget_state=False,
        extra_arguments=["--IPKernelApp.log_level=CRITICAL"],
    )
    try:
        client.execute()
    except CellExecutionError as error:
        raise ClaudesessError(
            f"{notebook.name}: cell {_failed(book)} failed: {error.ename}: {error.evalue}"
        ) from error
    book.metadata.pop("widgets", None)  # megabytes; an explorer keeps a picture of itself
    return book


def _override(book: nbformat.NotebookNode, source: str) -> None:
    """Put a cell behind the one with the parameters."""
    import nbformat

    place = next(
        number for number, cell in enumerate(book.cells) if "parameters" in cell.metadata.get("tags", [])
    )
    cell = nbformat.v4.new_code_cell(source, metadata={"tags": ["injected-parameters"]})  # type: ignore[no-untyped-call]
    book.cells.insert(place + 1, cell)


def _failed(book: nbformat.NotebookNode) -> int:
    """Return the number of the cell that raised, the first being 1."""
    outputs = [cell.get("outputs", []) for cell in book.cells]
    return 1 + next(
        number for number, every in enumerate(outputs) if any(one.output_type == "error" for one in every)
    )


if __name__ == "__main__":
    for executed in leave([], paths.notebooks_dir()):
        print(executed)
