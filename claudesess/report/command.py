"""`claudesess report`: the analyses as pages."""

from __future__ import annotations

from pathlib import Path

import click

from claudesess.errors import ClaudesessError
from claudesess.terminal import say


@click.command()
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

    from claudesess.report import pages

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    try:
        # A wrong path is said at once, not from inside a notebook.
        lost = pages.faults(databases) if databases else []
        for fault in lost:
            say(f"Warning: {fault}", err=True)
        with Progress(*columns, console=console) as progress:
            task = progress.add_task("Running the notebooks", total=len(pages.notebooks()))
            for page in pages.write(databases, out, lost):
                progress.update(task, advance=1, description=page.title)
    except ClaudesessError as error:
        raise click.ClickException(str(error)) from error
    say(f"Open {(out / 'index.html').absolute()}")
