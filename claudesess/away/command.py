"""`claudesess since`: what happened while somebody was away."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from claudesess.chosen import Named, databases_named, priced


@click.command()
@click.argument("moment")
@databases_named
@click.option("--all", "is_whole", is_flag=True, help="List everything, not ten of a kind.")
@click.option("--json", "as_json", is_flag=True, help="For scripts: an object per line, each with its thing.")
@click.option("--utc", "is_utc", is_flag=True, help="MOMENT and times in UTC instead of the zone here.")
@priced
def since(
    moment: str,
    named: Named,
    is_whole: bool,
    as_json: bool,
    is_utc: bool,
    prices: Path | None,
) -> None:
    """Say what happened since MOMENT, and who waits for you.

    Agents, failing checks, files, commits, compactions, tokens.

    MOMENT is a time of day ("18:00", the last one that has been), an age ("2h", "90m", "3d"), a day
    ("yesterday", "monday 9:00") or a date ("2026-10-12 18:00"), in the zone here. What was going on then
    counts; what was over before does not. DATABASES are files, folders (searched for .claude-session.db) or
    globs; none: my data, the project here or what was imported.
    """
    from claudesess import open_store, spending, terminal
    from claudesess.away import page, when
    from claudesess.away.happened import happened
    from claudesess.beginning import beginning
    from claudesess.report.reader import Reader
    from claudesess.zones import zone_here

    zone, now = UTC if is_utc else zone_here(), _now()
    at = when.moment(moment, now, zone)
    table = None if prices is None else spending.prices(prices)
    with open_store(*named.find().paths) as store:
        found = happened(store, at, now)
        [seen] = store.rows("SELECT max(last_seen_at) AS last_at FROM sessions")
    if as_json:
        from claudesess.querying import answers

        for thing, frame in found._asdict().items():
            frame.insert(0, "thing", thing)
            click.echo(answers.json_lines(frame), nl=False)
        return
    console = terminal.console()
    if all(frame.empty for frame in found) and seen["last_at"] is None:
        begin = beginning()
        terminal.say_each([begin.state, *begin.lines])
        return
    most = None if is_whole else page.MOST
    for line in page.lines(found, at, now, Reader(zone), prices=table, most=most, last=seen["last_at"]):
        terminal.print_hung(line, console)


def _now() -> datetime:
    return datetime.now(UTC)
