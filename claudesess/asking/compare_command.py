"""`claudesess compare`: two sides of the sessions, and what can be said of their difference."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from claudesess import text
from claudesess.chosen import Chosen, require_one_source, sessions_chosen
from claudesess.terminal import say_each, warn_of, width

if TYPE_CHECKING:
    from claudesess.asking.compare import Compared, Comparisons
    from claudesess.asking.splits import SplitBy
    from claudesess.store import Store


@click.command()
@click.argument("databases", nargs=-1)
@click.option(
    "--at",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Sessions that began before this day against those from it on.",
)
@click.option(
    "--by",
    metavar="COVARIATE=FIRST,SECOND",
    help="Sides by what sets sessions apart, such as model=A,B; with one value, against all others. "
    'A value with a comma in it stands in quotes: "A,B",C.',
)
@click.option(
    "--of",
    "measures",
    metavar="MEASURE",
    multiple=True,
    help="Such as checks.hidden_status [default: the first of each question].",
)
@click.option("--sample", "is_sample", is_flag=True, help="In the made-up sample project.")
@click.option("--json", "as_json", is_flag=True, help="For scripts: an object per line.")
@sessions_chosen
def compare(
    databases: tuple[str, ...],
    at: datetime | None,
    by: str | None,
    measures: tuple[str, ...],
    is_sample: bool,
    as_json: bool,
    chosen: Chosen,
) -> None:
    """Compare sessions of DATABASES: before and after a day, or by what sets them apart.

    Neither --at nor --by: the natural ways to split them. DATABASES are files, folders (searched for
    .claude-session.db) or globs; none: my data, the project here or what was imported.
    """
    require_one_source(databases, is_sample=is_sample)
    if at is not None and by is not None:
        raise click.UsageError("Say --at or --by, not both.")
    from claudesess import my_data

    data = my_data.find(databases, is_sample=is_sample)
    with chosen.open(data.paths) as store:
        problems = store.list_problems()
        split = _split(at, by)
        if split is None:
            printed: list[str | dict[str, Any]] = [*(_ways_as_objects if as_json else _ways)(store)]
        else:
            found, left_out = _compared(store, split, measures)
            printed = [*(_objects(found, left_out) if as_json else _lines(found, left_out))]
    warn_of(problems)
    say_each(printed)


def _split(at: datetime | None, by: str | None) -> SplitBy | None:
    if at is not None:
        return at.date()
    if by is None:
        return None
    name, _, values = by.partition("=")
    try:
        sides = tuple(one for row in csv.reader([values]) for one in row if one)
    except csv.Error:  # a line break
        sides = ()
    if len(sides) not in (1, 2):
        raise click.UsageError(f"--by {by}: say COVARIATE=FIRST,SECOND, such as model=A,B.")
    return {name: sides if len(sides) == 2 else sides[0]}


def _listed(*values: str) -> str:
    """Put values behind each other as `--by` reads them."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(values)
    return line.getvalue()


def _compared(store: Store, split: SplitBy, measures: tuple[str, ...]) -> tuple[Comparisons, list[str]]:
    """Compare by each measure; what cannot be asked is told, and the others are."""
    from claudesess.asking.compare import Comparisons, compared, together
    from claudesess.asking.splits import split_of
    from claudesess.errors import QuestionError

    sides = split_of(split, store.zone)
    found: list[Compared] = []
    left_out: list[str] = []
    for name in measures or _first_of_each_question(sides.by):
        try:
            found.append(compared(store, name, sides))
        except QuestionError as error:
            left_out.append(str(error) if str(error).startswith(name) else f"{name}: {error}")
    if not found:
        nothing = f"No measure can be split by {sides.by!r}. `claudesess compare` alone lists what can be."
        raise QuestionError(" ".join(dict.fromkeys(left_out)) or nothing)
    return Comparisons(together(found)), left_out


def _first_of_each_question(by: str) -> list[str]:
    """Return of each question the first measure that can be split so."""
    from claudesess.asking import listing

    def can_be(name: str) -> bool:
        measure = listing.measure(name)
        return not measure.is_view and (by == "started_at" or by in measure.covariates)

    every = [list(filter(can_be, listing.names(question))) for question in listing.questions()]
    return [names[0] for names in every if names]


def _lines(found: Comparisons, left_out: list[str]) -> Iterator[str]:
    for sentence in found.findings():
        first, *others = text.wrapped(sentence, width() - 2)
        yield f"- {first}"
        yield from (f"  {line}" for line in others)
    for reason in left_out:
        yield from text.wrapped(f"Left out: {reason}", width())
    yield from text.wrapped(
        "A split is no experiment: whatever else differs between the sides is in the difference.", width()
    )


def _objects(found: Comparisons, left_out: list[str]) -> Iterator[dict[str, Any]]:
    from claudesess.estimating import words

    yield from words.records(found.table)
    yield from ({"left_out": reason} for reason in left_out)


def _ways(store: Store) -> Iterator[str]:
    """Say the natural splits, with the option that asks for each."""
    rows = _ways_as_objects(store)
    yield "Sessions can be compared:" if rows else "All sessions are alike: there are no two sides."
    for row in rows:
        enough = "" if row["is_enough"] else "; too few, eight are needed"
        sides = f"{row['first']} ({row['n_first']}), {row['second']} ({row['n_second']}{enough})"
        yield f"   claudesess compare {row['option']}   {text.shortened(sides, 120)}"


def _ways_as_objects(store: Store) -> list[dict[str, Any]]:
    import shlex

    from claudesess.asking.splits import splits
    from claudesess.estimating import words

    rows = words.records(splits(store))
    for row in rows:
        is_date = row["by"] == "started_at"
        values = f"{row['by']}={_listed(row['first'], row['second'])}"
        row["option"] = f"--at {row['split']}" if is_date else f"--by {shlex.quote(values)}"
        del row["split"]
    return rows
