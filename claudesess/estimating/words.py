"""Findings in words: counts where n is small or there are no limits, shares with their limits elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from claudesess import text
from claudesess.estimating.enough import enough

PERCENT_FROM = 20
"""Fewer observations than this are counted, not turned into percent."""

MOST_TITLE = 90
"""Characters of a title."""

_NAMED = 3  # groups that a sentence names
_SHORTEST = 24  # characters of a name that are left in a title
_ABOUT = ["group", "group_2", "outcome", "statistic", "horizon", "unit"]

Key = tuple[object, ...]


@dataclass(frozen=True)
class Statement:
    """What is said of estimates; false where nothing is.

    Attributes
    ----------
    title
        What, and how much: at most `MOST_TITLE` characters, no full stop. What is code stands in backticks.
    detail
        What else is seen, in sentences.
    others
        The same of the other groups, in a sentence: what a chart beside it shows, too.
    sure
        What it rests on, in sentences: sessions, limits.
    about
        `keys_of` the estimates that it is about, the first one first.
    """

    title: str = ""
    detail: str = ""
    sure: str = ""
    about: tuple[Key, ...] = ()
    others: str = ""

    def __bool__(self) -> bool:
        """Say whether anything is said."""
        return bool(self.title)

    def __str__(self) -> str:
        """Say all of it."""
        parts = (f"{self.title}." if self.title else "", self.detail, self.others, self.sure)
        return " ".join(filter(None, parts))

    @property
    def seen(self) -> str:
        """All that is seen besides the title, where no chart stands beside it."""
        return f"{self.detail} {self.others}".strip()

    def surer(self, *sentences: str) -> Statement:
        """Return it with more of what it rests on."""
        return replace(self, sure=" ".join(filter(None, (self.sure, *sentences))))

    def further(self, sentences: str) -> Statement:
        """Return it with more detail."""
        return replace(self, detail=f"{self.detail} {sentences}".strip())

    def first(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return estimates with those in front that it is about, in its order."""
        place = [self.place_of(key) for key in keys_of(rows)]
        return rows.iloc[sorted(range(len(rows)), key=place.__getitem__)]

    def place_of(self, key: Key) -> int:
        """Return where an estimate stands among those that it is about; behind all where it is none."""
        return self.about.index(key) if key in self.about else len(self.about)


def keys_of(rows: pd.DataFrame) -> list[Key]:
    """Return what tells estimates of one measure from each other: groups, outcome, statistic, horizon, unit.

    Examples
    --------
    >>> rows = pd.DataFrame({"group": ["a", None], "outcome": "red", "unit": "share"})
    >>> keys_of(rows)
    [('a', None, 'red', None, None, 'share'), (None, None, 'red', None, None, 'share')]
    """
    nothing = [None] * len(rows)
    return list(zip(*(_values(rows[name]) if name in rows else nothing for name in _ABOUT), strict=True))


def records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return each row as a dict, None where nothing is known: what is looked at row by row, quickly.

    Examples
    --------
    >>> records(pd.DataFrame({"group": ["a", None], "low": [0.5, float("nan")]}))
    [{'group': 'a', 'low': 0.5}, {'group': None, 'low': None}]
    """
    names = list(map(str, rows))
    each = zip(*(_values(rows[name]) for name in names), strict=True)
    return [dict(zip(names, values, strict=True)) for values in each]


def key_of(row: Mapping[str, Any]) -> Key:
    """Return the same as `keys_of` for one of `records`."""
    return tuple(row.get(name) for name in _ABOUT)


def _values(column: pd.Series) -> list[Any]:
    """Return the values of a column, None where there is none."""
    return [None if value is pd.NA or value != value else value for value in column.tolist()]


def statement(
    rows: pd.DataFrame,
    say: Callable[[pd.Series], str],
    sure: Callable[[pd.Series], str] = lambda row: sure_of_share(row),
    *,
    more: Callable[[pd.Series], str] = lambda row: "",
    name: Callable[[str], str] = str,
) -> Statement:
    """Say estimates: the first row as the title, a few others below it.

    Parameters
    ----------
    rows
        Of `claudesess.contracts.ESTIMATES`, the one to begin with in front.
    say, more, sure
        Say a row shortly, what else there is of it, and what it rests on.
    name
        Says what a group is called.

    Examples
    --------
    >>> rows = pd.DataFrame({"group_by": "agent_type", "group": ["a", "b"], "group_2": None, "outcome": "x",
    ...     "n_units": [3, 2], "n_sessions": 2})
    >>> print(statement(rows, lambda row: f"{row['n_units']} agents failed", sessions_of))
    a: 3 agents failed. By agent type, b: 2 agents failed. a: in 2 sessions; b: in 2 sessions.
    """
    if rows.empty:
        return Statement()
    rows, _ = enough(rows)
    if (none := _none_of_any(rows)) is not None:
        return Statement(_capital(say(none)), about=tuple(keys_of(rows)))
    shown = [rows.iloc[place] for place in range(min(_NAMED, len(rows)))]
    names = [_names(row, name) for row in shown]
    others = [
        f"{called}: {', '.join(filter(None, (say(row), more(row))))}"
        for called, row in zip(names[1:], shown[1:], strict=True)
    ]
    others += [f"and {len(rows) - _NAMED} more"] if len(rows) > _NAMED else []
    by = f"by {grouped}, " if (grouped := _grouping(rows, name)) and others else ""
    resting = [
        f"{called}: {sure(row)}" if called and len(shown) > 1 else sure(row)
        for called, row in zip(names, shown, strict=True)
    ]
    return Statement(
        titled(names[0], say(shown[0])),
        sentence(more(shown[0])),
        f"{'; '.join(resting)}." if names[0] and len(shown) > 1 else sentence(resting[0]),
        tuple(keys_of(rows)),
        sentence(by + "; ".join(others)) if others else "",
    )


def _none_of_any(rows: pd.DataFrame) -> pd.Series | None:
    """Return the one share of all groups where nothing happened in any of several: it is said once."""
    if (
        len(rows) < 2
        or not {"statistic", "exposure", "n_events"} <= set(rows)
        or rows["outcome"].nunique() > 1
    ):
        return None
    if rows["group"].isna().any() or not rows["statistic"].eq("share").all() or rows["n_events"].gt(0).any():
        return None
    total: dict[Any, Any] = rows.iloc[0].to_dict() | dict.fromkeys(("group", "group_2", "low", "high"))
    return pd.Series(total | {name: rows[name].sum() for name in ("n_events", "exposure", "n_units")})


def titled(name: str, words: str) -> str:
    """Return a title that begins with a name, cut where it is long.

    Examples
    --------
    >>> titled("", "half of it"), titled("a" * 90 + "/b.py", "3 of 4 rounds failed the next check")[-45:]
    ('Half of it', 'aaa/b.py: 3 of 4 rounds failed the next check')
    """
    if not name:
        return _capital(words)
    most = max(_SHORTEST, MOST_TITLE - len(words) - 2)
    if len(name) > most:
        name = text.code(name.strip("`"), most - 2) if name.startswith("`") else "…" + name[1 - most :]
    return f"{name}: {words}"


def _names(row: pd.Series, name: Callable[[str], str] = str) -> str:
    return " × ".join(name(str(row[one])) for one in ("group", "group_2") if pd.notna(row.get(one)))


def _grouping(rows: pd.DataFrame, name: Callable[[str], str] = str) -> str:
    """Say what rows are grouped by; nothing where groups have names in words, which say it themselves."""
    if rows["group"].notna().any() and all(name(one) != one for one in rows["group"].dropna().astype(str)):
        return ""
    named = [name for name in ("group_by", "group_2_by") if name in rows and rows[name].notna().any()]
    return " and ".join(str(rows[name].iloc[0]).replace("_", " ") for name in named)


def sessions_of(row: pd.Series) -> str:
    """Say in how many sessions something was seen.

    Examples
    --------
    >>> sessions_of(pd.Series({"n_sessions": 1})), sessions_of(pd.Series({"n_sessions": 14}))
    ('in 1 session', 'in 14 sessions')
    """
    return f"in {text.count(int(row['n_sessions']), 'session')}"


def has_limits(row: pd.Series) -> bool:
    """Whether an estimate has limits, or one of them.

    Examples
    --------
    >>> has_limits(pd.Series({"low": 0.1, "high": None})), has_limits(pd.Series({"low": None, "high": None}))
    (True, False)
    """
    return bool(pd.notna(row["low"]) or pd.notna(row["high"]))


def share_of(row: pd.Series, what: str) -> str:
    """Say a share: ``3 of 5 reads``; in percent only from twenty on.

    Examples
    --------
    >>> row = pd.Series({"n_events": 1, "exposure": 5, "low": .04, "high": .6, "n_sessions": 4})
    >>> share_of(row, "reads")
    '1 of 5 reads'
    >>> row = pd.Series({"exposure": 36, "estimate": .25, "low": .1, "high": .5, "n_sessions": 4})
    >>> share_of(row, "reads")
    '25 % of 36 reads'
    """
    of = text.things(row["exposure"], what)
    return (
        f"{text.percent(row['estimate'])} of {of}" if _in_percent(row) else f"{row['n_events']:,.0f} of {of}"
    )


def were(row: pd.Series) -> str:
    """Say the verb behind `share_of`: of one that is counted, or counted of, ``was``.

    Examples
    --------
    >>> row = pd.Series({"n_events": 1, "exposure": 5, "low": .04, "high": .6, "n_sessions": 4})
    >>> were(row), were(row.replace(1, 2)), were(row.replace(5, 36)), were(row.replace({1: 0, 5: 1}))
    ('was', 'were', 'were', 'was')
    """
    return "was" if 1 in (row["n_events"], row["exposure"]) and not _in_percent(row) else "were"


def sure_of_share(row: pd.Series) -> str:
    """Say what a share rests on: its sessions, and its limits where it is said in percent.

    Examples
    --------
    >>> row = pd.Series({"exposure": 36, "estimate": .25, "low": .1, "high": .5, "n_sessions": 4})
    >>> sure_of_share(row), sure_of_share(row.replace(36, 5))
    ('in 4 sessions, 95 % limits 10 %–50 %', 'in 4 sessions')
    """
    return sure_of(row, text.percent) if _in_percent(row) else sessions_of(row)


def sure_of(row: pd.Series, form: Callable[[float], str]) -> str:
    """Say what a number rests on: its sessions, and its limits where it has any.

    Examples
    --------
    >>> sure_of(pd.Series({"n_sessions": 3, "low": 1.0, "high": 2.5}), text.number)
    'in 3 sessions, 95 % limits 1–2.5'
    >>> sure_of(pd.Series({"n_sessions": 1, "low": None, "high": None}), text.number)
    'in 1 session'
    """
    limits = f", 95 % limits {text.limits(row['low'], row['high'], form)}" if has_limits(row) else ""
    return f"{sessions_of(row)}{limits}"


def _in_percent(row: pd.Series) -> bool:
    return bool(row["exposure"] >= PERCENT_FROM) and has_limits(row)


def hourly(row: pd.Series) -> str:
    """Say in how many active hours something was counted, and from an hour on how often per hour.

    Examples
    --------
    >>> row = pd.Series({"exposure": 2.0, "estimate": 1.5, "low": .5, "high": 4, "n_sessions": 3})
    >>> hourly(row), sure_of_hourly(row)
    ('2 h of activity, 1.5 per active hour', 'in 3 sessions, 95 % limits 0.5–4')
    """
    hours = f"{text.clock(row['exposure'] * 3600)} of activity"
    return hours if row["exposure"] < 1 else f"{hours}, {text.number(row['estimate'])} per active hour"


def sure_of_hourly(row: pd.Series) -> str:
    """Say what a rate rests on."""
    return sessions_of(row) if row["exposure"] < 1 else sure_of(row, text.number)


def noted(estimates: pd.DataFrame, note: str) -> pd.DataFrame:
    """Return estimates with a note behind their own.

    Examples
    --------
    >>> noted(pd.DataFrame({"note": ["few", None]}), "asked with k=5")["note"].tolist()
    ['few; asked with k=5', 'asked with k=5']
    """
    own = estimates["note"].astype("string")
    return estimates.assign(note=(own + "; ").fillna("") + note)


def by_group(rows: pd.DataFrame, say: Callable[[pd.Series], str], name: Callable[[str], str] = str) -> str:
    """Say the first groups of estimates, each with its name; the one row of all without.

    Examples
    --------
    >>> rows = pd.DataFrame({"group_by": "agent_type", "group": ["a", "b"], "n_units": [3, 2]})
    >>> by_group(rows, lambda row: f"{row['n_units']} agents")
    'by agent type, a: 3 agents; b: 2 agents'
    """
    rows, _ = enough(rows)
    parts = []
    for row in (rows.iloc[place] for place in range(min(_NAMED, len(rows)))):
        names = _names(row, name)
        parts.append(f"{names}: {say(row)}" if names else say(row))
    by = _grouping(rows, name)
    more = f"; and {len(rows) - _NAMED} more" if len(rows) > _NAMED else ""
    return (f"by {by}, " if by and parts else "") + "; ".join(parts) + more


def fewest(units: pd.DataFrame) -> pd.Series:
    """Return in which words each aim was tried, the fewest, for those of which that is known.

    Examples
    --------
    >>> rows = pd.DataFrame({"aim": ["x", "x", "y"], "tried": ["npm test -s", "npm test", None]})
    >>> fewest(rows).to_dict()
    {'x': 'npm test'}
    """
    worded = units[["aim", "tried"]].dropna().astype(str)
    worded = worded.assign(length=worded["tried"].str.len()).sort_values(["length", "tried"])
    return worded.drop_duplicates("aim").set_index("aim")["tried"]


def sentence(words: str) -> str:
    """Return what was said as a sentence, or nothing.

    Examples
    --------
    >>> sentence("3 of 5 reads"), sentence("")
    ('3 of 5 reads.', '')
    """
    return f"{_capital(words)}." if words else ""


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"
