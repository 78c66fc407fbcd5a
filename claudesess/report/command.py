"""`claudesess report`: what the data say, as pages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from claudesess.asking import second, texts
from claudesess.chosen import Chosen, Named, anonymising, databases_named, place_of, sessions_chosen
from claudesess.terminal import progress, say, warn_of

if TYPE_CHECKING:
    from claudesess.my_data import MyData
    from claudesess.report.pages import Report
    from claudesess.report.reader import Reader
    from claudesess.store import Store

LOADED = ("claudesess.stats", "claudesess.charts.offline")
"""Modules of which pages are worked out and drawn."""

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command()
@databases_named
@click.option(
    "--out",
    type=_FOLDER,
    help="Folder for the pages [default: build/report, with -anonymised or -of-sample behind it].",
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
@sessions_chosen
@anonymising
@click.option("--notebooks", type=_FOLDER, help="Execute the notebooks too, and leave them here.")
def report(
    named: Named,
    out: Path | None,
    single: Path | None,
    n_sessions: int,
    anonymise: bool,
    notebooks: Path | None,
    chosen: Chosen,
) -> None:
    """Write what DATABASES say as pages that open offline.

    DATABASES are files, folders (searched for .claude-session.db) or globs; none: my data, the project
    here or what was imported.
    """
    texts.keep_in_python()
    from claudesess import pseudonyms
    from claudesess.report.reader import Reader

    if notebooks is not None:
        from claudesess.report.notebooks import leave, require

        require()
    data = named.find()
    with (
        second.process(*LOADED, is_worth_it=not data.is_next_to_nothing) as pool,
        chosen.open(data.paths) as store,
    ):
        reader = Reader(chosen.zone, pseudonyms.key() if anonymise else None)
        pages = report_of(store, data, reader, n_sessions=n_sessions)
        pages.ask(pool)
        folder = out or place_of("build/report", is_anonymised=anonymise, is_sample=named.is_sample)
        written = drawn(pages, folder, single)
    if notebooks is not None:
        for notebook in leave(data.paths, notebooks):
            say(f"Executed {notebook}")
    say(f"Open {written.absolute()}")


def drawn(report: Report, folder: Path, single: Path | None = None) -> Path:
    """Draw the pages of a report into a folder, or all into one file, and show how far it is."""
    with progress("Drawing pages", report.n_steps) as advance:
        return report.folder(folder, advance) if single is None else report.single(single, advance)


def report_of(store: Store, data: MyData, reader: Reader, *, n_sessions: int = 10) -> Report:
    """Return the report of my data; what of it could not be read is warned of."""
    from claudesess.noting import verdicts
    from claudesess.report.pages import Report, Source

    lost = warn_of(store.list_problems())
    is_sample = data.origin == "sample"
    name = "the made-up sample project" if is_sample else ", ".join(map(reader.text, data.paths))
    source = Source(name, is_sample, tuple(lost))
    return Report(store, reader, source, n_sessions=n_sessions, noted=verdicts.of_user(store, data))
