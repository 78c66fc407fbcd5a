"""Frames as a notebook shows them: so many rows, times to the minute, and a line for what is not seen."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import pandas as pd

from claudesess import text

if TYPE_CHECKING:
    from claudesess.asking.answer import Answer
    from claudesess.store import Store

_WIDE = 100  # columns
ROWS = 60
"""Rows that `table` shows."""


def table(frame: pd.DataFrame | str, rows: int = ROWS, what: str = "rows") -> pd.DataFrame | None:
    r"""Return the first rows of a frame for a notebook to show, and print what a look at them would not tell.

    Parameters
    ----------
    frame
        What is to be shown; a sentence in its place is printed.
    rows
        How many of its rows at most.
    what
        What they are, in the plural.

    Returns
    -------
    DataFrame or None
        At most `rows` rows; a line is printed where there are more. None, with a line, where there are none.

    Examples
    --------
    >>> table(pd.DataFrame({"x": range(3)}), rows=1)
    The first 1 of 3 rows:
       x
    0  0
    >>> table(pd.DataFrame({"x": []}), what="findings")
    No findings.
    >>> table(pd.DataFrame({"text": ["$ make\nExit code 2"]}))
                     text
    0  $ make Exit code 2
    """
    if isinstance(frame, str):
        print(frame)
        return None
    if frame.empty:
        print(f"No {what}.")
        return None
    if len(frame) > rows:
        print(f"The first {rows} of {len(frame):,} {what}:")
    shown = frame.head(rows)
    texts = [str(name) for name in shown if pd.api.types.is_string_dtype(shown[name].dtype)]
    # a line that ends stands in a table as two letters
    return shown.assign(**{name: shown[name].str.replace("\n", " ") for name in texts})


def say(*sentences: str) -> None:
    """Print what is found, each in lines that nobody has to scroll along: further ones are indented.

    Examples
    --------
    >>> say("word " * 21)
    word word word word word word word word word word word word word word word word word word word word
        word
    """
    for one in sentences:
        print("\n".join(text.wrapped(one, _WIDE, further=4)))


def minutes(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Return a frame whose times in some columns are printed to the minute, in UTC: narrow for a table.

    Examples
    --------
    >>> minutes(pd.DataFrame({"at": pd.to_datetime(["2026-05-04T09:00:59Z", None])}), "at")["at"].tolist()
    ['2026-05-04 09:00', '']
    """
    clocks = {name: frame[name].dt.tz_convert("UTC").dt.strftime("%Y-%m-%d %H:%M") for name in columns}
    return frame.assign(**{name: clock.astype("string").fillna("") for name, clock in clocks.items()})


_WORDS = ("measure", "role", "horizon_unit", "statistic", "unit")
_SHOWN = [
    "measure",
    "role",
    "group",
    "group_2",
    "outcome",
    "horizon",
    "horizon_unit",
    "statistic",
    "estimate",
    "low",
    "high",
    "unit",
    "exposure",
    "n_events",
    "n_units",
    "n_sessions",
    "n_pending",
    "n_censored",
    "is_small",
]


def numbers(estimates: pd.DataFrame) -> pd.DataFrame:
    """Return estimates as a table to read: what of, the number, its limits, how many are behind it.

    A word that is the same of all rows stands in none.

    Examples
    --------
    >>> from claudesess import ask, samples
    >>> numbers(ask(samples.open_sample("retry"), "retry_escalation.repeats").estimates).columns.tolist()[:4]
    ['outcome', 'estimate', 'exposure', 'n_events']
    """
    shown = estimates[_SHOWN].dropna(axis="columns", how="all")
    same = [name for name in _WORDS if name in shown and shown[name].nunique(dropna=False) == 1]
    shown = shown.drop(columns=same)
    empty = [
        name for name in ("n_pending", "n_censored") if name in shown and not shown[name].fillna(0).any()
    ]
    return shown.drop(columns=empty).round({"estimate": 3, "low": 3, "high": 3, "exposure": 2})


def missing(store: Store) -> list[str]:
    """Say what this data cannot say, in sentences.

    Examples
    --------
    >>> from claudesess import samples
    >>> missing(samples.open_sample("workshop"))[0]
    'No tokens are known: only imported transcripts tell of them.'
    """
    from claudesess.report.gaps import gaps

    return gaps(store)


def first_findings(store: Store, most: int) -> list[Answer]:
    """Return the answers that a reader should hear of first; only those that say something.

    Examples
    --------
    >>> from claudesess import samples
    >>> len(first_findings(samples.open_sample("compaction"), 1))
    1
    """
    from claudesess.report.ranking import ranked

    return list(islice((answer for answer in ranked(store) if answer.statement), most))
