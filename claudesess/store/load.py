"""One table of one file becomes Parquet: every cell in its type, what did not fit counted and named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from claudesess.contracts import CATEGORY, Contract
from claudesess.store import pages
from claudesess.store.pages import Leaves
from claudesess.store.read import ReadError, Span, SqliteFile, plain
from claudesess.store.tally import Tally, added, is_number
from claudesess.text import count

_GROUP_ROWS = 131_072
#: A table of more pages is read in as many pieces at once as there are readers; of fewer, in one go.
_MANY_LEAVES = 2_048
#: A table of fewer pages is read anew when it grew, and asked for its longest row: nothing would be won.
_FEW_LEAVES = 128
_MOST_PARTS = 24
#: Columns of which many rows have one value, beside the categories.
_FEW_VALUES = {"session_id", "agent_id", "agent_type", "dispatcher", "key", "file_path"}


@dataclass(frozen=True)
class Problem:
    """Something that was not loaded, as a row of `Store.problems`."""

    db: str | None
    path: str
    table: str | None
    column: str | None
    problem: str
    severity: str = "warning"
    count: int | None = None
    example: str | None = None


class Part(NamedTuple):
    """One Parquet file: the rows of a table that follow those of the part before it."""

    name: str
    last: int | None  # number of its last row at most; None: to the end
    rows: int
    digest: str = ""  # of the file's bytes, where it is kept for later


@dataclass(frozen=True)
class TableFacts:
    """What became of one table of one file."""

    rows: int = 0
    problems: tuple[Problem, ...] = ()
    parts: tuple[Part, ...] = ()
    layout: str = ""  # how its bytes are to be read; empty where nothing shows which rows are still the same
    leaves: str = ""  # packed
    moment: str = ""  # of the file, where it is kept for later


@dataclass
class Plan:
    """How one table of one file is to be read."""

    contract: Contract
    problems: list[Problem] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    number: str | None = None
    layout: str = ""
    leaves: Leaves | None = None
    are_rows_short: bool = False  # each lies in its page as a whole
    kept: list[Part] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)


def planned(file: SqliteFile, contract: Contract, before: TableFacts | None, readers: int) -> Plan:
    """Plan the reading of a table; `before`: what was kept of it when the file held less."""
    plan = Plan(contract)
    name = contract.name
    if name not in file.tables:
        kinds = {found.name.lower(): found.kind for found in file.objects}
        kind = "virtual table" if kinds.get(name) == "table" else kinds.get(name)
        missing = "the table is missing"
        refused = f"the table is no table but a {kind}, and was left out"
        plan.problems.append(_problem(name, None, missing if kind is None else refused))
        return plan
    try:
        there, computed = file.columns(name)
        plan.number = file.row_number(name, there)
        root, layout = file.layout(name)
    except ReadError as error:
        plan.problems.append(_problem(name, None, f"the table cannot be read: {plain(error)}", "error"))
        return plan
    own = [column.name for column in contract.columns[1:]]  # all but db
    plan.names = {name: there[name] for name in own if name in there}
    plan.problems += [
        _problem(name, column, "the column is missing") for column in own if column not in there
    ]
    plan.problems += [
        _problem(name, there[column], "the column is not of the schema and was left out", "info")
        for column in there
        if column not in own
    ]
    plan.problems += [
        _problem(name, column, "the column is computed by the file and was left out") for column in computed
    ]
    if file.is_empty(name):  # as most tables of a small database are: there is nothing to write
        return plan
    n_same = 0
    if plan.number is not None and len(there) == len(plan.names) and not computed:
        found = pages.leaves(file.path, root)
        if found is not None and len(found) >= _FEW_LEAVES:
            plan.leaves, plan.layout = found, layout
            n_same = _n_same(found, layout, before)
            # Rows of pages that are still the same were looked at when they were kept.
            plan.are_rows_short = not file.has_long_default(name) and pages.hold_whole_rows(
                file.path, found.pages[n_same:]
            )
    _set_spans(plan, before, n_same, readers)
    return plan


def _n_same(found: Leaves, layout: str, before: TableFacts | None) -> int:
    """Count the first pages whose rows are known to be those that were kept."""
    kept = pages.unpacked(before.leaves) if before is not None and before.layout == layout else None
    return 0 if kept is None else pages.n_same(kept, found)


def _set_spans(plan: Plan, before: TableFacts | None, n_same: int, readers: int) -> None:
    if not plan.names:
        return
    if plan.leaves is None:
        plan.spans = [Span()]
        return
    n_kept = 0
    if before is not None and n_same and len(before.parts) < _MOST_PARTS:
        last = plan.leaves.lasts[n_same - 1]
        plan.kept = [part for part in before.parts if part.last is not None and part.last <= last]
        if plan.kept:
            n_kept = int(np.flatnonzero(plan.leaves.lasts == plan.kept[-1].last)[0]) + 1
    n_new = len(plan.leaves) - 1 - n_kept
    n_pieces = readers if n_new > _MANY_LEAVES else 1
    # The last page stands apart: rows will be added to it, and the parts before it stay as they are.
    places = [n_kept + n_new * piece // n_pieces for piece in range(1, n_pieces + 1)] if n_new > 0 else []
    ends = [
        plan.kept[-1].last if plan.kept else None,
        *(int(plan.leaves.lasts[place - 1]) for place in places),
        None,
    ]
    plan.spans = [Span(after, last) for after, last in pairwise(ends)]


def prepare() -> None:
    """Load what reads files and computes cells: once, before threads do it, and only where a file is read.

    It brings pandas, too, which a store that the cache fills need not have.
    """
    import pyarrow.compute
    import pyarrow.parquet  # noqa: F401


def written(file: SqliteFile, plan: Plan, span: Span, target: Path) -> Tally:
    """Write the rows of a span as Parquet; return what was met.

    Most tables hold what they should: only where one does not, its cells are looked at one by one.
    """
    try:
        return _written(file, plan, span, target, is_guarded=False)
    except ReadError:
        return _written(file, plan, span, target, is_guarded=True)


def _written(file: SqliteFile, plan: Plan, span: Span, target: Path, *, is_guarded: bool) -> Tally:
    import pyarrow.parquet as pq

    from claudesess.store.cells import schema, typed

    tally = Tally()
    pending: list[pa.Table] = []
    n_waiting = 0
    kinds = schema(plan.contract)
    batches = file.batches(
        plan.contract, plan.names, tally, number=plan.number, span=span, are_short=plan.are_rows_short,
        is_guarded=is_guarded,
    )  # fmt: skip
    with pq.ParquetWriter(
        target, kinds, compression="zstd", compression_level=1, use_dictionary=_repeated(plan.contract)
    ) as writer:
        for batch in batches:
            pending.append(typed(batch, plan.contract, tally))
            n_waiting += batch.num_rows
            if n_waiting >= _GROUP_ROWS:
                writer.write_table(pa.concat_tables(pending))
                pending, n_waiting = [], 0
        if n_waiting:
            writer.write_table(pa.concat_tables(pending))
    return tally


def _repeated(contract: Contract) -> list[str]:
    """Name the columns with few values: as dictionaries the others would be no smaller, and take longer."""
    return [
        column.name
        for column in contract.columns[1:]
        if column.dtype == CATEGORY or column.name in _FEW_VALUES
    ]


def facts(file: SqliteFile, plan: Plan, parts: list[Part], tallies: list[Tally]) -> TableFacts:
    """Return what became of a table that was read as planned."""
    tally = added(tallies)
    kept = plan.layout if plan.are_rows_short and not tally.is_odd else ""
    return TableFacts(
        tally.rows + sum(part.rows for part in plan.kept),
        (*plan.problems, *_odd_cells(file, plan, tally)),
        (*plan.kept, *parts),
        kept,
        pages.packed(plan.leaves) if kept and plan.leaves is not None else "",
    )


def with_damage(found: TableFacts, table: str, line: str) -> TableFacts:
    """Return the facts of a table whose structure is damaged, unless its reading has said so already."""
    if any(problem.severity == "error" for problem in found.problems):
        return found
    damage = _problem(table, None, f"the table is damaged: {line}", "error")
    return replace(found, problems=(damage, *found.problems), layout="", leaves="")


def _odd_cells(file: SqliteFile, plan: Plan, tally: Tally) -> Iterator[Problem]:
    table, names = plan.contract.name, plan.names
    if tally.fault:
        rows = count(tally.rows, "row")
        yield _problem(table, None, f"the table is cut off after {rows}: {tally.fault}", "error")
    for name in filter(tally.strays.get, names):
        column = plan.contract.column(name)
        example = file.example(table, column, names[name])
        kind = "an integer" if is_number(column) else "text"
        problem = f"the cell is not {kind} and reads as NA"
        yield _problem(table, name, problem, count=tally.strays[name], example=example)
    for name in filter(tally.broken.get, names):
        problem = "the text is not UTF-8 and reads as NA"
        yield _problem(table, name, problem, count=tally.broken[name], example=tally.broken_example[name])
    for name in filter(tally.unread.get, names):
        problem = "the text is not a time and reads as NA"
        yield _problem(table, name, problem, count=tally.unread[name], example=tally.unread_example[name])


def _problem(
    table: str, column: str | None, problem: str, severity: str = "warning", **cells: Any
) -> Problem:
    return Problem(None, "", table, column, problem, severity, **cells)
