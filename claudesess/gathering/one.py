"""What is done where a database lies: open it, make units, return what of them adds up.

`sums_of` is a plain function of plain values: any engine can run it.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
import pyarrow as pa

from claudesess.asking.answer import Answer, ask
from claudesess.contracts import SUMS, TEXT
from claudesess.errors import INTERRUPTED, DatabaseError
from claudesess.gathering import clocks, places
from claudesess.gathering.places import Place
from claudesess.store.opening import open_labelled

if TYPE_CHECKING:
    from claudesess.store import Store

RESULT, COMPARED, DRAWN = "result", "compared", "drawn"
"""What is gathered of a measure: `SUMS` of the result, of the part held against the control, of its draws."""


@dataclass(frozen=True)
class Asked:
    """What is asked of every database.

    Parameters
    ----------
    measures
        Names, each with its options.
    how
        What else `claudesess.ask` takes: ``by`` (left out: the measure's own), ``where``, ``since``,
        ``until``.
    draws
        How often controls are drawn; 0: not at all.
    """

    measures: Mapping[str, Mapping[str, Any]]
    how: Mapping[str, Any] = field(default_factory=dict)
    draws: int = 0

    def answers(self, store: Store) -> Iterator[Answer]:
        """Ask a store every measure."""
        for name, given in self.measures.items():
            yield ask(store, name, **self.how, **given)


class Sums(NamedTuple):
    """What one database adds.

    Attributes
    ----------
    place
        The database.
    fault
        Why it adds nothing; empty where it does.
    tables
        `SUMS` by measure and kind: `RESULT`, `COMPARED`, `DRAWN`.
    seen
        What its clock can be told by: `claudesess.gathering.clocks.SEEN`.
    written_at
        When its file was last written, as far as that is known.
    problems
        What of it could not be read: rows of `claudesess.contracts.PROBLEMS`.
    """

    place: Place
    fault: str
    tables: dict[tuple[str, str], pa.Table]
    seen: pa.Table | None = None
    written_at: datetime | None = None
    problems: tuple[tuple[Any, ...], ...] = ()


def sums_of(place: Place, asked: Asked) -> Sums:
    """Open one database, make the units of each measure, and return what of them adds up.

    A database that cannot be read, or asked, is an answer too: it says why.

    Parameters
    ----------
    place
        The database. A URL is copied into a temporary folder, which is gone afterwards.
    asked
        What is asked.

    Examples
    --------
    >>> from claudesess import samples
    >>> place = Place(0, "retry", str(samples.sample_path("retry")))
    >>> made = sums_of(place, Asked({"retry_escalation.repeats": {}}))
    >>> made.tables["retry_escalation.repeats", "result"].select(["n_events", "exposure"]).to_pylist()
    [{'n_events': 0.0, 'exposure': 3.0}]
    >>> sums_of(place._replace(path="no.db"), Asked({})).fault
    'no.db does not exist. Check the path.'
    """
    try:
        with _here(place) as file, open_labelled(file, place.db, is_kept=not place.is_url) as store:
            written_at = places.written_at(place)
            tables = dict(_tables(store, asked))
            lost = store.problems[store.problems["severity"] == "error"]
            problems = lost.assign(path=place.path).astype(object).itertuples(index=False, name=None)
            return Sums(place, "", tables, clocks.seen(store), written_at, tuple(problems))
    except DatabaseError as error:
        return Sums(place, str(DatabaseError(place.path, error.problem, error.fix)), {})
    except Exception as error:  # whatever one database does, the others are to be gathered
        if str(error) == INTERRUPTED:  # no database did that
            raise
        return Sums(place, f"{place.path} cannot be asked ({type(error).__name__}: {error})", {})


def _tables(store: Store, asked: Asked) -> Iterator[tuple[tuple[str, str], pa.Table]]:
    for answer in asked.answers(store):
        name = answer.measure.name
        is_drawn = asked.draws and answer.measure.is_controlled
        yield (name, RESULT), packed(answer.sums if is_drawn else answer.sums_alone())
        if is_drawn:
            beside = answer.control_sums(answer.drawn(asked.draws))
            yield (name, COMPARED), packed(beside.compared)
            yield (name, DRAWN), packed(beside.drawn)


@contextlib.contextmanager
def _here(place: Place) -> Iterator[Path]:
    """Yield the file of a place; of a URL a copy, as long as it is needed."""
    if not place.is_url:
        yield Path(place.path)
        return
    with tempfile.TemporaryDirectory(prefix="claudesess-") as folder:
        yield places.copied(place, Path(folder))


_PACKED = {column.name: column for column in SUMS.columns}


def packed(sums: pd.DataFrame) -> pa.Table:
    """Return sums in little space: names and groups come again and again.

    Examples
    --------
    >>> SUMS.empty().equals(unpacked(packed(SUMS.empty())))
    True
    """
    table = pa.Table.from_pandas(sums, preserve_index=False).replace_schema_metadata(None)
    for place, name in enumerate(table.column_names):
        if name in _PACKED and _PACKED[name].dtype == TEXT:
            texts = table.column(name).cast(pa.string()).dictionary_encode()
            table = table.set_column(place, name, texts.cast(pa.dictionary(pa.int32(), pa.string())))
    return table


def unpacked(table: pa.Table) -> pd.DataFrame:
    """Return sums as they were."""
    texts = [
        pa.field(f.name, pa.string() if pa.types.is_dictionary(f.type) else f.type) for f in table.schema
    ]
    frame: pd.DataFrame = table.cast(pa.schema(texts)).to_pandas()
    sums = SUMS.cast(frame)
    return sums if "draw" not in frame else sums.assign(draw=frame["draw"].to_numpy(int))
