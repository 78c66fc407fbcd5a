"""Estimates as rows that a page draws without a script: a name, a point, its limits, the number."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from claudesess import text
from claudesess.estimating import words
from claudesess.estimating.forms import in_unit, limits
from claudesess.estimating.sums import NOT_KNOWN
from claudesess.estimating.words import Key, Statement

if TYPE_CHECKING:
    import pandas as pd

_STATISTICS = {
    "share": "Share", "rate": "Rate", "mean": "Mean", "p25": "First quarter", "p50": "Half",
    "p75": "Third quarter", "p90": "Nine in ten", "p95": "95 in 100", "p99": "99 in 100",
}  # fmt: skip
_GLANCE = ("p50", "share", "rate", "mean")  # of several statistics of one thing the first is shown
_MOST_PATH = 34  # characters of a path beside a small chart
_BEYOND = 1.25  # times the largest number: there a limit that was not reached runs out
_TIMES = ("s", "min")
_TOPS = (0.1, 0.25, 0.5, 1.0)  # where the scale of shares may end
# covariates whose values are somebody's own words
_OWN = ("db", "project", "model", "file_path", "agent_type", "agent_types", "client_version")
_PATHS = ("project", "file_path")
_Row = dict[str, Any]  # of ESTIMATES, None where nothing is known


class Strip(NamedTuple):
    """One estimate to draw: its name (of a path the end), and all of it; places are per cent of the width."""

    name: str
    whole: str
    value: str
    limits: str
    counted: str
    at: float | None
    low: float | None
    high: float | None
    control: float | None
    control_value: str
    is_small: bool
    is_told: bool
    bare: str  # why it has no limits
    outcome: str
    n_sessions: int


class Block(NamedTuple):
    """Estimates on one scale, of many the first: what is counted, where the scale begins and ends.

    `zero` is the place of nothing, where the scale begins below it.
    """

    caption: str
    first: str
    last: str
    zero: float | None
    strips: list[Strip]
    n_all: int

    def head(self, most: int) -> list[Strip]:
        """Return the first rows, so many at most."""
        return self.strips[: _whole([one.outcome for one in self.strips], most)]


class Row(NamedTuple):
    """One estimate in words, for a table."""

    name: str
    statistic: str
    value: str
    limits: str
    counted: str
    n: int
    n_sessions: int
    unseen: str
    note: str


def blocks(
    estimates: pd.DataFrame,
    statement: Statement,
    names: Mapping[str, str],
    captions: Mapping[str, str],
    *,
    control: pd.DataFrame | None = None,
    most: int | None = None,
) -> list[Block]:
    """Return small charts: of each group and outcome one number, in front what is told of them.

    Parameters
    ----------
    estimates
        Rows of `claudesess.contracts.ESTIMATES`.
    statement
        The words beside the charts.
    names
        Values of groups and outcomes in words.
    captions
        What is counted, by outcome or by unit; `aim: failed` is of that outcome by aim alone. What has no
        caption is not shown.
    control
        The same estimates where nothing should be found.
    most
        Rows of a chart at most.
    """
    rows = _glance(words.records(estimates), statement, captions)
    beside_of = _held_against(control)
    charts: dict[tuple[str, float], list[_Row]] = {}
    for row in rows:
        at = row["horizon"]
        charts.setdefault((_caption(row, captions), -1.0 if at is None else at), []).append(row)
    return [
        _block(caption, _by_outcome(own, statement), statement, names, beside_of, most)
        for (caption, _), own in charts.items()
    ]


def _by_outcome(rows: list[_Row], statement: Statement) -> list[_Row]:
    """Return rows of groups outcome by outcome; one that no group has is left out, unless it is told of."""
    outcomes = list(dict.fromkeys(row["outcome"] for row in rows))
    if len(outcomes) == 1 or all(row["group_by"] is None for row in rows):
        return rows
    some = {
        row["outcome"]
        for row in rows
        if row["estimate"] or row["high"] or words.key_of(row) in statement.about
    }
    return [row for outcome in outcomes if outcome in some for row in rows if row["outcome"] == outcome]


def _whole(outcomes: Sequence[str], most: int | None) -> int:
    """Return how many rows are shown: of an outcome all of its groups or none, where one has room.

    Examples
    --------
    >>> _whole("aaabbbccc", 7), _whole("aaabbbccc", 9), _whole("aaabbbccc", 2), _whole("abc", 2)
    (6, 9, 2, 2)
    """
    if most is None or most >= len(outcomes) or outcomes[most] != outcomes[most - 1]:
        return len(outcomes[:most])
    return outcomes.index(outcomes[most]) or most


def _caption(row: _Row, captions: Mapping[str, str]) -> str:
    of_group = captions.get(f"{row['group_by']}: {row['outcome']}")
    return of_group or captions.get(row["outcome"]) or captions.get(row["unit"], "")


def _glance(rows: list[_Row], statement: Statement, captions: Mapping[str, str]) -> list[_Row]:
    """Return the rows that stand for an answer at one glance: of each thing one, in front what is told."""
    shown = [row for row in rows if row["role"] == "estimate" and row["n_units"] and _caption(row, captions)]
    shown = [row for row in shown if row["estimate"] is not None and not _is_borrowed(row)]
    shown.sort(key=lambda row: statement.place_of(words.key_of(row)))
    places = _told_of(shown, statement)
    alike = {key[3:] for key in statement.about}

    def rank(row: _Row) -> tuple[bool, int, float]:
        key = words.key_of(row)
        is_else = key not in statement.about and key[3:] not in alike
        return is_else, _GLANCE.index(row["statistic"]), -(row["horizon"] or 0)

    best: dict[Key, int] = {}
    for place in sorted(
        (at for at in places if shown[at]["statistic"] in _GLANCE), key=lambda at: rank(shown[at])
    ):
        best.setdefault(words.key_of(shown[place])[:3], place)
    return [shown[place] for place in sorted(best.values())]


def _is_borrowed(row: _Row) -> bool:
    """Whether a number is only what others are like: of itself nothing was seen, and it has no limits."""
    return row["n_events"] == 0 and bool(row["estimate"]) and row["low"] is None


def _told_of(rows: list[_Row], statement: Statement) -> list[int]:
    """Return the places of those of a group that is told of, or of a grouping of which nothing is told."""
    groups = {key[:2] for key in statement.about}
    groupings = [(row["group_by"], row["group_2_by"]) for row in rows]
    is_of = [words.key_of(row)[:2] in groups for row in rows]
    leading = {grouping for grouping, is_told in zip(groupings, is_of, strict=True) if is_told}
    return [place for place, grouping in enumerate(groupings) if is_of[place] or grouping not in leading]


def _block(
    caption: str,
    rows: list[_Row],
    statement: Statement,
    names: Mapping[str, str],
    beside_of: Mapping[Key, float],
    most: int | None,
) -> Block:
    n_all, n_shown = len(rows), _whole([str(row["outcome"]) for row in rows], most)
    short, whole = labels(rows, names, _short_of(rows))[:n_shown], labels(rows, names)[:n_shown]
    rows = rows[:n_shown]
    unit = str(rows[0]["unit"])
    controls = [beside_of.get(words.key_of(row)) for row in rows]
    numbers = [row[name] for row in rows for name in ("estimate", "low", "high")]
    ends = [one for one in (*numbers, *controls) if one is not None]
    bottom, top = min(0.0, *ends), max(0.0, *ends)
    if unit == "share" and bottom == 0:
        top = next((one for one in _TOPS if top <= one), 1.0)
    elif any(row["low"] is not None and row["high"] is None for row in rows):
        top = _further(top, unit)

    def place(value: float | None) -> float | None:
        return None if value is None else round(100 * (value - bottom) / ((top - bottom) or 1), 2)

    first = statement.about[:1]
    strips = [
        Strip(
            name,
            in_full,
            in_unit(row["estimate"], row["unit"]),
            limits(row["low"], row["high"], row["unit"]),
            _seen(row),
            place(row["estimate"]),
            place(row["low"]),
            place(row["high"]),
            place(beside),
            "" if beside is None else in_unit(beside, unit),
            bool(row["is_small"]),
            words.key_of(row) in first,
            "" if row["low"] is not None or not row["note"] else str(row["note"]),
            str(row["outcome"]),
            int(row["n_sessions"]),
        )
        for name, in_full, row, beside in zip(short, whole, rows, controls, strict=True)
    ]
    horizons = {row["horizon"] for row in rows} - {None}
    until = f", by {_horizon(rows[0])}" if len(horizons) == 1 else ""
    zero = place(0) if bottom < 0 else None
    return Block(f"{caption}{until}", in_unit(bottom, unit), in_unit(top, unit), zero, strips, n_all)


def _further(top: float, unit: str) -> float:
    """Return where a scale ends of which a limit is beyond all that was seen: not at a point itself."""
    return top * _BEYOND if unit in _TIMES else float(math.ceil(top * _BEYOND))


def _held_against(control: pd.DataFrame | None) -> dict[Key, float]:
    """Return the number of each row of a control."""
    rows = [] if control is None else words.records(control[control["role"] == "control"])
    return {words.key_of(row): row["estimate"] for row in rows if row["estimate"] is not None}


def _seen(row: _Row) -> str:
    """Say how much was counted: of a share what of how many, else the number of units."""
    counted = _counted(row)
    is_share = row["statistic"] in ("share", "mean") and " of " in counted
    return counted if is_share or row["statistic"] == "rate" else f"n = {row['n_units']:,.0f}"


def table(estimates: pd.DataFrame, names: Mapping[str, str], most: int) -> tuple[list[Row], int]:
    """Return the first estimates in words, `most` of them, and how many there are."""
    every = [row for row in words.records(estimates) if row["n_units"]]
    lines = [
        Row(
            name if row["horizon"] is None else f"{name} · by {_horizon(row)}",
            "Difference" if is_difference else _STATISTICS.get(str(row["statistic"]), str(row["statistic"])),
            in_unit(row["estimate"], row["unit"], is_difference=is_difference),
            limits(row["low"], row["high"], row["unit"], is_difference=is_difference),
            _counted(row),
            int(row["n_units"]),
            int(row["n_sessions"]),
            _unseen(row),
            row["note"] or "",
        )
        for name, row in zip(labels(every, names)[:most], every, strict=False)
        for is_difference in [row["role"] == "difference"]
    ]
    return lines, len(every)


def _short_of(rows: list[_Row]) -> dict[str, str]:
    """Return what tells the paths apart that rows are grouped by."""
    paths = [
        str(row[name])
        for row in rows
        for name in ("group", "group_2")
        if row[f"{name}_by"] in _PATHS and row[name] not in (None, NOT_KNOWN)
    ]
    return text.apart(paths, _MOST_PATH)


def labels(rows: list[_Row], names: Mapping[str, str], short: Mapping[str, str] | None = None) -> list[str]:
    """Name each row by its groups, as `short` has paths, and by its outcome where there are several."""
    shown = [name for name in ("group", "group_2") if any(row[name] is not None for row in rows)]
    if len({row["outcome"] for row in rows} - {None}) > 1 or not shown:
        shown.append("outcome")
    return [
        " · ".join(
            (short or {}).get(str(row[name])) or _called(row[name], row.get(f"{name}_by"), names)
            for name in shown
            if row[name] is not None
        )
        or "All"
        for row in rows
    ]


def _called(value: object, by: object, names: Mapping[str, str]) -> str:
    """Say a value of a covariate or an outcome: a bare number behind what it is a number of."""
    if by is not None and value == NOT_KNOWN:
        return _first_up(f"{str(by).replace('_', ' ')} not known")
    if by in _OWN and str(value) not in names:
        return str(value)
    if str(value).isdigit() and str(value) not in names:
        return f"{str(by).replace('_', ' ')} {value}"
    return word(value, names)


def word(value: object, names: Mapping[str, str]) -> str:
    """Say a value of a group or an outcome as people would."""
    if (called := names.get(str(value))) is not None:
        return called
    name = str(value)
    plain = name.replace("_", " ") if name.replace("_", "").isalpha() else name
    is_prose = plain.replace(" ", "").isalpha() and plain.islower()
    return _first_up(plain) if is_prose else plain


def _first_up(words: str) -> str:
    return words[:1].upper() + words[1:]


def _horizon(row: _Row) -> str:
    unit = str(row["horizon_unit"])
    if unit == "attempts":
        return f"attempt {row['horizon']:.0f}"
    return text.clock(row["horizon"]) if unit == "s" else f"{row['horizon']:g} {unit}"


def _counted(row: _Row) -> str:
    events, exposure = row["n_events"], row["exposure"]
    if events is None:
        return ""
    if row["statistic"] == "rate":
        return f"{events:,.0f} in {text.clock(float(exposure) * 3600)}"
    if exposure is None or row["horizon"] is not None:  # by a horizon, exposure is what is still at risk
        return f"{events:,.0f}"
    return f"{events:,.0f} of {exposure:,.0f}"


def _unseen(row: _Row) -> str:
    parts = ((row["n_pending"], "not decided yet"), (row["n_censored"], "not seen to end"))
    return ", ".join(f"{n:,.0f} {what}" for n, what in parts if n)
