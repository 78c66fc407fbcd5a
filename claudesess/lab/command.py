"""`claudesess lab`: the notebooks in JupyterLab, on my data."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import click

from claudesess.chosen import require_one_source
from claudesess.terminal import say

_NONE = "JupyterLab is not installed here. pip install 'claudesess[lab]' brings it."


@click.command()
@click.argument("databases", nargs=-1)
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the notebooks [default: one in the user's data folder].",
)
@click.option("--sample", "is_sample", is_flag=True, help="Of the made-up sample project.")
@click.option("--no-start", is_flag=True, help="Lay the notebooks out, and start nothing.")
def lab(databases: tuple[str, ...], into: Path | None, is_sample: bool, no_start: bool) -> None:
    """Open the notebooks in JupyterLab, on DATABASES.

    DATABASES are files, folders (searched for .claude-session.db) or globs; none: my data, the project
    here or what was imported. What you change in the notebooks stays.
    """
    from claudesess import my_data

    require_one_source(databases, is_sample=is_sample)
    if importlib.util.find_spec("nbformat") is None:
        raise click.ClickException(_NONE)
    from claudesess.lab.folder import lay_out

    data = my_data.find(databases, is_sample=is_sample)
    first = lay_out(data.paths, into or my_data.notebooks())
    say(f"The notebooks are in {first.parent.absolute()}")
    if no_start:
        return
    if importlib.util.find_spec("jupyterlab") is None:
        raise click.ClickException(_NONE)
    raise SystemExit(subprocess.run([sys.executable, "-m", "jupyterlab", str(first)], check=False).returncode)
