"""`claudesess start`: from nothing to the pages of my data, in one line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from claudesess import my_data
from claudesess.asking import texts
from claudesess.beginning import beginning
from claudesess.chosen import Chosen
from claudesess.errors import NothingFoundError
from claudesess.terminal import say

if TYPE_CHECKING:
    from claudesess.my_data import MyData

_NONE = (
    "There is nothing to look at yet: no transcript of the client in {transcripts}, no recorded session in "
    "{folder} or above."
)


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the pages [default: in the user's data folder].",
)
@click.option("--no-open", "is_shut", is_flag=True, help="Do not open the first page in the browser.")
@click.option("--sample", "is_sample", is_flag=True, help="Of the made-up sample project.")
def start(out: Path | None, is_shut: bool, is_sample: bool) -> None:
    """Read past sessions, say what costs time, open the pages.

    Transcripts of the client are imported first, where there are any. Then it is about my data: the project
    here or what was imported. Without a display the first page's path is printed alone.
    """
    texts.keep_in_python()
    from claudesess.asking import second
    from claudesess.asking.command import lines
    from claudesess.report import ranking
    from claudesess.report.command import LOADED, drawn, report_of
    from claudesess.report.look_at import look_at
    from claudesess.report.reader import Reader
    from claudesess.starting import browser

    data = my_data.find(is_sample=True) if is_sample else _data()
    folder = out or my_data.pages(is_sample=is_sample)
    chosen = Chosen()
    reader = Reader(chosen.zone)
    with (
        second.process(*LOADED, is_worth_it=not data.is_next_to_nothing) as pool,
        chosen.open(data.paths) as store,
    ):
        report = report_of(store, data, reader)
        report.ask(pool)
        for line in lines(ranking.found(store), look_at(store, reader), report.noted):
            say(line)
        if out is None:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        page = drawn(report, folder)
    say(f"Open {page.absolute()}")
    if not is_shut and browser.is_seen(os.environ):
        browser.show(page)


def _data() -> MyData:
    """Import what the client keeps; return my data.

    Raises
    ------
    NothingFoundError
        There is none; the message says what to do.
    """
    from claudesess.importing import command
    from claudesess.transcripts import find

    transcripts = find.default_folder(os.environ, Path.home())
    if transcripts.is_dir() and find.hold([transcripts], 1):
        command.read([], my_data.imported())
    try:
        return my_data.find()
    except NothingFoundError:
        none = _NONE.format(transcripts=transcripts, folder=Path.cwd())
        raise NothingFoundError(beginning().error_text(none)) from None
