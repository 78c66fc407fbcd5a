"""`claudesess fleet`: many databases over an engine, and what they say together."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from claudesess import text
from claudesess.chosen import Named, databases_named
from claudesess.terminal import say

if TYPE_CHECKING:
    import pandas as pd

    from claudesess.gathering.fleet import Fleet

_NAMED = 20  # databases left out, and clocks, that are named; the rest is counted


@click.command()
@databases_named
@click.option("--measure", "measures", multiple=True, help="One of them; again for more. Left out: all.")
@click.option(
    "--by", multiple=True, help="Group by this covariate; twice for a pair. Left out: as each does."
)
@click.option(
    "--engine", help="dask: a worker per core here; tcp://...: a scheduler. Left out: this process."
)
@click.option("--draws", default=0, show_default=True, help="How often controls are drawn; 0: not at all.")
@click.option("--json", "as_json", is_flag=True, help="For scripts: an object per estimate, then the rest.")
def fleet(
    named: Named,
    measures: tuple[str, ...],
    by: tuple[str, ...],
    engine: str | None,
    draws: int,
    as_json: bool,
) -> None:
    """Say what DATABASES say together, each asked where it lies.

    DATABASES are files, folders (searched for .claude-session.db), globs, or URLs of the same (s3://...);
    none: my data, the project here or what was imported.
    """
    from claudesess.asking.answer import OWN
    from claudesess.gathering.fleet import fleet as gathered

    if len(by) > 2:
        raise click.UsageError("--by can be given twice, no more.")
    grouped = OWN if not by else by[0] if len(by) == 1 else (by[0], by[1])
    found = gathered(named.find().paths, measures or None, by=grouped, engine=engine, draws=draws)
    if as_json:
        for line in objects(found):
            click.echo(text.ascii_json(line))
        return
    for line in lines(found):
        say(line)
    for line in warnings(found):
        say(line, err=True)


def lines(found: Fleet) -> Iterator[str]:
    """Say what each measure says, in the order in which it was asked."""
    n_sessions = text.count(found.n_sessions, "session")
    yield f"{text.count(found.n_asked, 'database')}, {n_sessions}."
    for one in found.answers.values():
        yield f"{one.measure.asks}"
        yield f"   {one.finding() or _unsaid(len(one.estimates))}"


def _unsaid(n: int) -> str:
    return f"{text.count(n, 'estimate')}: --json lists them." if n else "Nothing was recorded of it."


def warnings(found: Fleet) -> Iterator[str]:
    """Say what was left out, what was lost, and where clocks disagree."""
    yield from _some([f"Left out: {reason}" for reason in found.left_out["reason"]], "left out")
    lost = found.problems
    yield from _some(
        [
            f"Warning: {path}: {sentence}"
            for path, sentence in zip(lost["path"], lost["problem"], strict=True)
        ],
        "warnings",
    )
    yield from _some([f"Clock: {sentence}" for sentence in found.skew["sentence"]], "of clocks")


def _some(lines: list[str], what: str) -> list[str]:
    more = [f"and {len(lines) - _NAMED:,} more {what}"] if len(lines) > _NAMED else []
    return [*lines[:_NAMED], *more]


def objects(found: Fleet) -> Iterator[str]:
    """Yield an object per estimate, database left out, problem and disagreement of clocks."""
    for name, one in found.answers.items():
        yield from _rows("estimate", one.estimates.drop(columns=["question", "measure"]), measure=name)
        if not isinstance(one.control, str):
            yield from _rows("estimate", one.control.drop(columns=["question", "measure"]), measure=name)
    yield from _rows("left_out", found.left_out)
    yield from _rows("problem", found.problems)
    yield from _rows("clock", found.skew)


def _rows(kind: str, rows: pd.DataFrame, **more: str) -> Iterator[str]:
    for row in rows.astype(object).where(rows.notna(), None).to_dict("records"):
        yield json.dumps({"kind": kind, **more, **row})
