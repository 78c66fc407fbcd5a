"""`claudesess cache`: what is kept of databases that were read."""

from __future__ import annotations

import os

import click

from claudesess.terminal import say


@click.command()
@click.option("--clear", is_flag=True, help="Empty it: databases are read anew.")
def cache(clear: bool) -> None:
    """Say where the cache of databases is and how large. It may be cleared at any time."""
    from claudesess.store import cache as kept

    found = kept.of_user(os.environ)
    if found is None:
        say(f"{kept.VARIABLE}={kept.OFF}: nothing is kept.")
        return
    if clear:
        say(f"{found.folder}: {found.clear() / 1e6:,.1f} MB cleared.")
        return
    n, size = found.size()
    say(f"{found.folder}: {size / 1e6:,.1f} MB of {n} databases.")
