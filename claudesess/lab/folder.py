"""The notebooks as a folder of the reader's own, on the reader's own data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from claudesess import paths

_LINE = re.compile(r"^paths = .*$", re.MULTILINE)


def lay_out(databases: Sequence[str], folder: Path) -> Path:
    """Put every notebook into a folder, made to look at some databases; return the first.

    Parameters
    ----------
    databases
        As `claudesess.open_store` takes them.
    folder
        Made when missing. A notebook that is there already stays as its reader left it, but for the line
        that names the databases; a new one comes without what it said of the sample.
    """
    import nbformat

    folder.mkdir(parents=True, exist_ok=True)
    absolute = [str(Path(one).expanduser().absolute()) for one in databases]
    every = sorted(paths.notebooks_dir().glob("[0-9]*.ipynb"))
    for original in every:
        own = folder / original.name
        is_new = not own.exists()
        notebook = nbformat.read(original if is_new else own, as_version=4)  # type: ignore[no-untyped-call]
        for cell in notebook.cells:
            if "parameters" in cell.metadata.get("tags", []):
                cell.source = _LINE.sub(lambda _: f"paths = {absolute!r}", cell.source)
            if is_new and cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        nbformat.write(notebook, own)  # type: ignore[no-untyped-call]
    return folder / every[0].name
