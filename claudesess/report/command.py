"""`claudesess report`: what the data say, as pages."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from claudesess.terminal import say

if TYPE_CHECKING:
    import pandas as pd

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command()
@click.argument("databases", nargs=-1)
@click.option(
    "--out", type=_FOLDER, default=Path("build/report"), show_default=True, help="Folder for the pages."
)
@click.option(
    "--single", type=click.Path(path_type=Path, dir_okay=False), help="One file instead of a folder."
)
@click.option(
    "--sessions",
    "n_sessions",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    help="So many of the newest sessions get a page, and those to be looked at; 0: none.",
)
@click.option("--utc", "is_utc", is_flag=True, help="Times and days in UTC instead of the zone here.")
@click.option("--anonymise", is_flag=True, help="For sharing: paths, ids and texts become pseudonyms.")
@click.option("--sample", "is_sample", is_flag=True, help="Of the made-up sample project.")
@click.option("--notebooks", type=_FOLDER, help="Execute the notebooks too, and leave them here.")
def report(
    databases: tuple[str, ...],
    out: Path,
    single: Path | None,
    n_sessions: int,
    is_utc: bool,
    anonymise: bool,
    is_sample: bool,
    notebooks: Path | None,
) -> None:
    """Write what DATABASES say as pages that open offline.

    DATABASES are files, folders (searched for .claude-session.db) or globs; none: my data, the project
    here or what was imported.
    """
    from datetime import UTC

    if databases and is_sample:
        raise click.UsageError("Name databases or say --sample, not both.")
    if notebooks is not None:
        from claudesess.report.notebooks import check, leave

        check()
    from claudesess import my_data
    from claudesess.report.beside import Helper, is_worth_it

    data = my_data.find(databases, is_sample=is_sample)
    with ExitStack() as stack:
        # It loads what answers take while this process does the same, and opens the store.
        helper = stack.enter_context(Helper()) if is_worth_it() else None
        from claudesess import open_store
        from claudesess.report.pages import Report, Source
        from claudesess.report.reader import Reader, key_of_user, zone_here

        store = stack.enter_context(open_store(*data.paths))
        lost = _lost(store.problems)
        for fault in lost:
            say(f"Warning: {fault}", err=True)
        zone = UTC if is_utc else zone_here()
        reader = Reader(zone, key_of_user() if anonymise else None)
        said = "the made-up sample project" if is_sample else ", ".join(map(reader.text, data.paths))
        pages = Report(
            store, reader, Source(said, is_sample, tuple(lost)), n_sessions=n_sessions, helper=helper
        )
        written = pages.folder(out) if single is None else pages.single(single)
    if notebooks is not None:
        for notebook in leave(data.paths, notebooks):
            say(f"Executed {notebook}")
    say(f"Open {written.absolute()}")


def _lost(problems: pd.DataFrame) -> list[str]:
    """Say which parts of the data could not be read, in one sentence each."""
    lost = problems[problems["severity"] == "error"]
    where = (lost["path"] + ", " + lost["table"]).fillna(lost["path"])
    said: list[str] = (where + ": " + lost["problem"]).tolist()
    return said
