"""`claudesess export`: what the data say, as files that other tools read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from claudesess.chosen import Named, anonymising, databases_named
from claudesess.terminal import say, warn_of
from claudesess.text import count

if TYPE_CHECKING:
    from claudesess.export.parquet import Exported
    from claudesess.pseudonyms import Level


@click.command()
@databases_named
@click.option(
    "--parquet",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="A lake in this folder: new, or one of before, of which only what has changed is written.",
)
@anonymising
@click.option(
    "--level",
    type=click.Choice(["equal", "dropped"]),
    default="equal",
    show_default=True,
    help="Of pseudonyms: equal texts have equal ones, or all texts of several words read alike.",
)
@click.option(
    "--key",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File with the key of the pseudonyms, made where there is none.  [default: your own]",
)
def export(named: Named, folder: Path, anonymise: bool, level: Level, key: Path | None) -> None:
    """Write all that DATABASES say as Parquet. DuckDB, polars, pyarrow and Spark read it.

    DATABASES are files, folders (searched for .claude-session.db), globs or lakes; none: my data, the
    project here or what was imported. The folder then holds these and no others.
    """
    from claudesess import open_store
    from claudesess.export.parquet import export_parquet

    if key is not None and not anonymise:
        raise click.UsageError("--key is for --anonymise.")
    with open_store(*named.find().paths) as store:
        done = export_parquet(store, folder, anonymise=anonymise, level=level, key=key)
        warn_of(store.list_problems())
    say(_sentence(done))
    for path in done.gone:
        say(f"No longer in it: {path}")


def _sentence(done: Exported) -> str:
    there = f"{done.folder}: {count(done.n_databases, 'database')} in {count(done.n_files, 'file')}"
    if not done.n_read and not done.n_written:
        return f"{there}; nothing has changed."
    return f"{there}; {done.n_read:,} read anew, {count(done.n_written, 'file')} written."
