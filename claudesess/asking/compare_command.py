"""`claudesess compare`: two sides of the sessions, and what can be said of their difference."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from claudesess import text
from claudesess.asking import texts
from claudesess.chosen import Chosen, Named, databases_named, sessions_chosen
from claudesess.terminal import say_each, warn_of, width

if TYPE_CHECKING:
    from claudesess.asking.compare import Compared, Comparisons
    from claudesess.asking.splits import SplitBy
    from claudesess.store import Store


@click.command()
@databases_named
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
@click.option("--json", "as_json", is_flag=True, help="For scripts: an object per line.")
@sessions_chosen
def compare(
    named: Named,
    at: datetime | None,
    by: str | None,
    measures: tuple[str, ...],
    as_json: bool,
    chosen: Chosen,
) -> None:
    """Compare sessions: before and after a day, or by what differs.

    Neither --at nor --by: the natural ways to split them. DATABASES are files, folders (searched for
    .claude-session.db) or globs; none: my data, the project here or what was imported.
    """
    if at is not None and by is not None:
        raise click.UsageError("Say --at or --by, not both.")

    texts.keep_in_python()
    data = named.find()
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
    from claudesess.stats.compare import FEWEST_A_SIDE

    is_none = all(one.seen.is_refused for one in found.compared)
    if is_none:  # a number of each side, side by side, would be taken for a comparison
        yield f"Nothing can be compared yet: each side needs {FEWEST_A_SIDE} sessions in which it was seen."
    for one in found.compared if is_none else ():
        sides = zip(one.split.names, one.seen.n_sessions, strict=True)
        yield from text.wrapped(f"- {one.what}: {', '.join(f'{name} ({n:,})' for name, n in sides)}", width())
    for sentence in () if is_none else found.findings():
        first, *others = text.wrapped(sentence, width() - 2)
        yield f"- {first}"
        yield from (f"  {line}" for line in others)
    for reason in left_out:
        yield from text.wrapped(f"Left out: {reason}", width())
    if is_none:
        return
    yield from text.wrapped(
        "A split is no experiment: whatever else differs between the sides is in the difference.", width()
    )


def _objects(found: Comparisons, left_out: list[str]) -> Iterator[dict[str, Any]]:
    from claudesess.estimating import words

    yield from words.records(found.table)
    yield from ({"left_out": reason} for reason in left_out)


def _ways(store: Store) -> Iterator[str]:
    """Say the natural splits, with the option that asks for each."""
    from claudesess.stats.compare import FEWEST_A_SIDE

    rows = _ways_as_objects(store)
    if not rows:
        yield "Nothing can be compared: all sessions are alike, there are no two sides."
    elif not any(row["is_enough"] for row in rows):
        yield f"Nothing can be compared yet: each side needs {FEWEST_A_SIDE} sessions. There are:"
    else:
        yield "Sessions can be compared:"
    for row in rows:
        sides = ", ".join(
            _side(text.shortened(row[side], 120), row[f"n_{side}"], FEWEST_A_SIDE)
            for side in ("first", "second")
        )
        command = f"claudesess compare {row['option']}   " if row["is_enough"] else ""
        yield f"   {command}{sides}"


def _side(name: str, n: int, fewest: int) -> str:
    """Say how many sessions a side has, and how many it lacks."""
    return f"{name} ({n:,}{f', {fewest - n:,} more needed' if n < fewest else ''})"


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
