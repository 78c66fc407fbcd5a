"""`claudesess lab`: the notebooks in JupyterLab, on my data."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import click

from claudesess.chosen import Named, databases_named
from claudesess.terminal import say

_NONE = "JupyterLab is not installed here. pip install 'claudesess[lab]' brings it."


@click.command()
@databases_named
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the notebooks [default: one in the user's data folder].",
)
@click.option("--no-start", is_flag=True, help="Lay the notebooks out, and start nothing.")
def lab(named: Named, into: Path | None, no_start: bool) -> None:
    """Open the notebooks in JupyterLab, on DATABASES.

    DATABASES are files, folders (searched for .claude-session.db) or globs; none: my data, the project
    here or what was imported. What you change in the notebooks stays.
    """
    from claudesess import my_data

    if importlib.util.find_spec("nbformat") is None:
        raise click.ClickException(_NONE)
    from claudesess.lab.folder import lay_out

    data = named.find()
    first = lay_out(data.paths, into or my_data.notebooks())
    say(f"The notebooks are in {first.parent.absolute()}")
    if no_start:
        return
    if importlib.util.find_spec("jupyterlab") is None:
        raise click.ClickException(_NONE)
    raise SystemExit(subprocess.run([sys.executable, "-m", "jupyterlab", str(first)], check=False).returncode)
