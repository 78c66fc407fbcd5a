"""`claudesess ls`: what there is."""

from __future__ import annotations

import json
from datetime import datetime

import click

from claudesess import text
from claudesess.beginning import beginning
from claudesess.chosen import Chosen, Named, databases_named, sessions_chosen
from claudesess.terminal import say_each, warn_of


@click.command()
@databases_named
@click.option("--sessions", "by_session", is_flag=True, help="A line per session.")
@click.option("--json", "as_json", is_flag=True, help="For scripts: an object per line.")
@sessions_chosen
def ls(named: Named, by_session: bool, as_json: bool, chosen: Chosen) -> None:
    """List what there is: projects, or sessions. Who wrote them, when, how much.

    DATABASES are files, folders (searched for .claude-session.db) or globs; none: my data, the project
    here or what was imported.
    """
    from rich.console import Console

    from claudesess.listing import overview

    with chosen.open(named.find().paths) as store:
        problems = store.list_problems()
        found = overview.sessions(store) if by_session else overview.projects(store)
    warn_of(problems)
    if as_json:
        for row in found:
            click.echo(text.ascii_json(json.dumps(row, default=_iso)))
    elif by_session and not found:
        now = beginning()
        say_each([now.state, *now.lines])
    else:
        contract = overview.SESSIONS if by_session else overview.PROJECTS
        console = Console()
        width = console.width if console.is_terminal else None
        first, *rest = overview.lines(found, contract, chosen.zone, width)
        console.out(first, style="bold", highlight=False)
        if rest:
            console.out(*rest, sep="\n", highlight=False)


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"
