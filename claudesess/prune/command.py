"""`claudesess prune`: old sessions go, their room comes back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from claudesess import text
from claudesess.errors import ClaudesessError
from claudesess.terminal import say

if TYPE_CHECKING:
    from claudesess.prune.pruning import Pruning


@click.command()
@click.argument("databases", nargs=-1)
@click.option("--older-than", required=True, help="Age of a session's last sign of life: 36h, 90d, 12w, 1y.")
@click.option("--yes", is_flag=True, help="Do it; without this, it is only counted.")
def prune(databases: tuple[str, ...], older_than: str, yes: bool) -> None:
    """Delete old sessions from DATABASES and give back their room.

    DATABASES are files, folders (searched for .claude-session.db) or globs; none: my data, the project
    here or what was imported.
    """
    from claudesess import my_data
    from claudesess.prune import pruning
    from claudesess.store import find

    limit = pruning.age(older_than)
    faults: list[ClaudesessError] = []
    paths: dict[Path, None] = {}
    for place in my_data.find(databases).paths:
        found, unfound = find.databases(place)
        faults += unfound
        paths |= dict.fromkeys(found)
    for path in paths:
        try:
            _say(pruning.prune(path, limit, datetime.now(UTC), do=yes))
        except ClaudesessError as error:
            faults.append(error)
    if faults:
        raise click.ClickException("\n".join(text.plain(str(fault)) for fault in faults))


def _say(done: Pruning) -> None:
    sessions = f"{done.n_sessions:,} of {done.n_sessions + done.n_kept:,} sessions"
    say(f"{done.path}: {sessions} {'deleted' if done.is_done else 'would go'}")
    for table, n in done.rows.items():
        say(f"  {n:>9,}  {table}")
    if not done.is_done:
        say(f"Nothing was deleted ({done.bytes_before:,} bytes). Do it with --yes.")
    elif done.left:
        say(f"The room was not given back yet ({done.left}): run this again later.")
    else:
        say(f"{done.bytes_before:,} bytes before, {done.bytes_after:,} after.")
