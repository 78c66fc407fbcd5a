"""`claudesess show`: one session in the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from claudesess.chosen import Chosen, Named, databases_named, priced, sessions_chosen
from claudesess.errors import ClaudesessError

if TYPE_CHECKING:
    from claudesess.store import Store


@click.command()
@click.argument("session", required=False)
@databases_named
@click.option("--all", "is_whole", is_flag=True, help="Every call and every text, nothing folded or cut.")
@sessions_chosen
@priced
def show(session: str | None, named: Named, is_whole: bool, prices: Path | None, chosen: Chosen) -> None:
    """Show SESSION, an id or how it begins; none: the one seen last.

    In short what it was about, what was done and what went wrong; main thread and agents as lanes; then
    what happened in order.

    DATABASES are files, folders (searched for .claude-session.db) or globs; none: my data, the project
    here or what was imported.
    """
    from claudesess import spending, terminal
    from claudesess.estimating.words import records
    from claudesess.report.reader import Reader
    from claudesess.showing import page

    console = terminal.console()
    table = None if prices is None else spending.prices(prices)
    with chosen.open(named.find().paths) as store:
        reader = Reader(chosen.zone)
        happened = store.session(session or _last(store))
        for place, (_, events) in enumerate(happened.groupby("db", sort=False)):
            if place:
                console.print()
                console.print(f"The same session in another database, {place + 1}:", markup=False)
            drawn = page.lines(
                store, records(events), reader, console.width,
                prices=table, is_whole=is_whole, is_ascii=console.options.ascii_only,
            )  # fmt: skip
            for line in drawn:
                terminal.print_hung(line, console)


def _last(store: Store) -> str:
    found = store.rows(
        "SELECT session_id FROM sessions ORDER BY last_seen_at DESC NULLS LAST, session_id LIMIT 1"
    )
    if not found:
        from claudesess.beginning import beginning

        raise ClaudesessError(beginning().error_text("There is no session in these databases yet."))
    return str(found[0]["session_id"])
