"""`claudesess findings`: what costs time, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from claudesess import text
from claudesess.asking import texts
from claudesess.beginning import beginning
from claudesess.chosen import Chosen, Named, databases_named, sessions_chosen
from claudesess.terminal import say_each, warn_of, width

if TYPE_CHECKING:
    from claudesess.asking.findings import Finding, Findings
    from claudesess.noting.verdicts import Verdict
    from claudesess.report.look_at import Look

_SESSIONS = 5  # of the rows behind a finding, those with the most events


@click.command()
@databases_named
@click.option(
    "--all", "is_whole", is_flag=True, help="List the questions that cannot be held against chance yet, too."
)
@click.option("--json", "as_json", is_flag=True, help="For scripts: an object per line.")
@sessions_chosen
def findings(named: Named, is_whole: bool, as_json: bool, chosen: Chosen) -> None:
    """Say what costs time, the dearest first, and what to do.

    DATABASES are files, folders (searched for .claude-session.db) or globs; none: my data, the project
    here or what was imported.
    """
    texts.keep_in_python()
    from claudesess.asking import second
    from claudesess.noting import verdicts
    from claudesess.report import ranking
    from claudesess.report.look_at import look_at
    from claudesess.report.reader import Reader

    data = named.find()
    with (
        second.process("claudesess.stats", is_worth_it=not data.is_next_to_nothing) as pool,
        chosen.open(data.paths) as store,
    ):
        problems = store.list_problems()
        if as_json or ranking.has_sessions(store):
            ranking.ask_all(store, pool)
            given = ranking.found(store), look_at(store, Reader(chosen.zone)), verdicts.of_user(store, data)
            printed = list(_objects(*given)) if as_json else lines(*given, is_whole=is_whole)
        else:  # of no session there is nothing to ask
            now = beginning()
            printed = [now.state, *now.lines]
    warn_of(problems)
    say_each(printed)


def lines(found: Findings, looks: list[Look], noted: list[Verdict], *, is_whole: bool = False) -> list[str]:
    """Return what people read: findings, how they were judged, notes, what to look at, what is missing."""
    from claudesess.report.look_at import next_step

    printed = [
        *found.judgements,
        *(["What you changed:"] if noted else []),
        *(f"   {one.line}" for one in noted),
    ]
    printed += ["Look at this:"] if looks else []
    for look in looks:
        what = f": “{text.shortened(look.text, 100)}”" if look.text else ""
        printed.append(f"   - {look.reason}{what} (session {look.session_id[:8]})")
    if not found:
        printed.append(f"Next:  {next_step(looks)}")
    if is_whole:
        printed += found.missing
    elif found.too_few:
        printed.append(f"{found.too_few}: claudesess findings --all lists them.")
    return [line for whole in printed for line in text.wrapped(whole, width())]


def _objects(found: Findings, looks: list[Look], noted: list[Verdict]) -> Iterator[dict[str, Any]]:
    for place, one in enumerate(found, start=1):
        yield _finding_object(place, one)
    for missing in found.not_enough:
        yield {"kind": "not_enough_data", "asks": missing}
    for verdict in noted:
        yield {
            "kind": "note",
            "id": verdict.note.note_id,
            "text": verdict.note.text,
            "at": f"{verdict.note.at:%Y-%m-%d}",
            "measure": verdict.note.measure,
            "judgement": verdict.judgement,
            "why": verdict.why,
            "n_a_side": verdict.n_a_side,
        }
    for look in looks:
        yield {"kind": "look", **look._asdict()}


def _finding_object(place: int, one: Finding) -> dict[str, Any]:
    sessions = one.rows[["db", "session_id"]].drop_duplicates().head(_SESSIONS)
    numbers = {
        name: None if value != value else value  # NaN is no JSON
        for name, value in (("amount", one.amount), ("minutes", one.minutes), ("p", one.p))
    }
    return {
        "kind": "finding",
        "place": place,
        "measure": one.measure,
        "title": one.statement.title,
        "costs": one.costs,
        "detail": one.statement.seen,
        "step": one.step,
        "proposal": None if one.proposal is None else one.proposal._asdict(),
        "sure": one.statement.sure,
        "cost": one.cost,
        **numbers,
        "n_rows": len(one.rows),
        "sessions": sessions.astype(object).to_dict("records"),
        "also": [
            {"measure": other.measure, "title": other.statement.title, "step": other.step}
            for other in one.also
        ],
    }
