"""The command line: `claudesess report`."""

from __future__ import annotations

from pathlib import Path

import click

import claudesess
from claudesess.errors import ClaudesessError


@click.group()
@click.version_option(claudesess.__version__, prog_name="claudesess")
def main() -> None:
    """Look back at what coding agents did."""


@main.command()
@click.argument("databases", nargs=-1)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path("build/report"), show_default=True
)
def report(databases: tuple[str, ...], out: Path) -> None:
    """Write the three analyses of DATABASES as pages that open offline.

    DATABASES are files, folders (searched for .claude-session.db) or globs; none: the sample project.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from claudesess import report as pages

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    try:
        if databases:
            claudesess.open_store(
                *databases
            ).close()  # a wrong path is said at once, not from inside a notebook
        with Progress(*columns, console=console) as progress:
            task = progress.add_task("Running the notebooks", total=len(pages.notebooks()))
            for page in pages.write(databases, out):
                progress.update(task, advance=1, description=page.title)
    except ClaudesessError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Open {(out / 'index.html').absolute()}")
