"""`claudesess findings`: what costs time, and what to do about it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from claudesess import text
from claudesess.terminal import say, warn_of

if TYPE_CHECKING:
    from claudesess.asking.findings import Findings
    from claudesess.report.look_at import Look

_SESSIONS = 5  # of the rows behind a finding, those with the most events


@click.command()
@click.argument("databases", nargs=-1)
@click.option("--sample", "is_sample", is_flag=True, help="In the made-up sample project.")
@click.option("--json", "as_json", is_flag=True, help="For scripts: an object per line.")
def findings(databases: tuple[str, ...], is_sample: bool, as_json: bool) -> None:
    """Say what costs time in DATABASES, the dearest first, and what to do about it.

    DATABASES are files, folders (searched for .claude-session.db) or globs; none: my data, the project
    here or what was imported.
    """
    if databases and is_sample:
        raise click.UsageError("Name databases or say --sample, not both.")
    from datetime import UTC

    from claudesess import my_data, open_store
    from claudesess.asking.findings import findings as found_in
    from claudesess.report.look_at import look_at
    from claudesess.report.reader import Reader

    with open_store(*my_data.find(databases, is_sample=is_sample).paths) as store:
        problems = store.list_problems()
        found, looks = found_in(store), look_at(store, Reader(UTC))
        told = list(_objects(found, looks)) if as_json else _lines(found, looks)
    warn_of(problems)
    for one in told:
        if isinstance(one, str):
            say(one)
        else:
            click.echo(text.ascii_json(json.dumps(one)))


def _lines(found: Findings, looks: list[Look]) -> list[str]:
    """Return what people read: findings, how they were judged, what is missing, what is to be looked at."""
    lines = [*found.lines, *(["Look at this:"] if looks else [])]
    for look in looks:
        what = f": {text.shortened(look.text, 100)}" if look.text else ""
        lines.append(f"   {look.said}{what} (session {look.session_id[:8]})")
    return lines


def _objects(found: Findings, looks: list[Look]) -> Iterator[dict[str, Any]]:
    for place, one in enumerate(found, start=1):
        sessions = one.rows[["db", "session_id"]].drop_duplicates().head(_SESSIONS)
        numbers = {
            name: None if value != value else value  # NaN is no JSON
            for name, value in (("amount", one.amount), ("minutes", one.minutes), ("p", one.p))
        }
        yield {
            "kind": "finding",
            "place": place,
            "measure": one.measure,
            "said": one.said,
            "step": one.step,
            "cost": one.cost,
            **numbers,
            "n_rows": len(one.rows),
            "sessions": sessions.astype(object).to_dict("records"),
            "also": [
                {"measure": other.measure, "said": other.said, "step": other.step} for other in one.also
            ],
        }
    for missing in found.not_enough:
        yield {"kind": "not_enough_data", "asks": missing}
    for look in looks:
        yield {"kind": "look", **look._asdict()}
