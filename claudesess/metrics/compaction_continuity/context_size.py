"""Is the context compacted too late: do more calls fail, and more reads repeat, the fuller it is?

What it cannot say: that a full context makes calls fail: long sessions are full and hard at once.
Compare within sessions only, as the control does.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from claudesess.contracts import FLAG, INT, TEXT, TIME, Column, Units
from claudesess.contracts.estimates import SESSION
from claudesess.contracts.raw import DB
from claudesess.estimating import (
    By,
    Part,
    Relation,
    drawn,
    knees,
    less,
    shaped,
    shares,
    stacked,
    summed,
    words,
)
from claudesess.estimating.controls import files_of, repeated
from claudesess.estimating.sums import group_numbers

if TYPE_CHECKING:
    import altair as alt

UNITS = Units(
    "compaction_continuity.context_size",
    "one call of the main thread of which the size of the context is known",
    (
        DB,
        SESSION,
        Column("call_id", INT, "The call"),
        Column("ended_at", TIME, "Its end", unit="UTC"),
        Column("tool", TEXT, "Its tool"),
        Column("tokens", INT, "Context of the model's answer that made it", unit="tokens"),
        Column("context", TEXT, "The same in steps of ten thousand tokens"),
        Column("is_full", FLAG, "Above the median over the session's calls"),
        Column("is_failed", FLAG, "It failed; NA where that is not known"),
        Column(
            "is_read_again",
            FLAG,
            "A read of lines that the context still holds, unchanged; NA for what is no read of known lines",
        ),
    ),
    ("db", "call_id"),
    at="ended_at",
    covariates=("context", "tool"),
)
_STEP = re.compile(r"(\d+)–\d+ k")
_FAILED, _AGAIN = "failed", "read again"
NOTHING = "How full the context was is not known: only transcripts tell (`claudesess import`)"
CAPTIONS = {_FAILED: "Share of calls that failed, by tokens of context"}


def units(
    tool_calls: Relation, model_answers: Relation, compactions: Relation, file_claims: Relation
) -> pd.DataFrame:
    """List the calls with the size of the context that they came from.

    Only imported transcripts tell the size. Calls of agents do not count, which have a context of their own.
    """
    return shaped(UNITS, tool_calls, model_answers, compactions, file_claims)


def sums(units: pd.DataFrame, *, by: By = "context") -> pd.DataFrame:
    """Add up calls and failures, reads and repeated ones; and those of the fuller half of each session."""
    names = ("is_failed", "is_read_again")
    full = units.assign(**{name: units[name].where(units["is_full"].fillna(False)) for name in names})
    halves = [
        Part(f"{name} in the fuller half", column)
        for name, column in zip((_FAILED, _AGAIN), names, strict=True)
    ]
    return stacked(
        summed(units, by, Part(_FAILED, "is_failed"), Part(_AGAIN, "is_read_again")),
        summed(full, less(by, "context"), *halves),
    )


def estimate(sums: pd.DataFrame) -> pd.DataFrame:
    """Estimate the shares; by context also the knee: from where on more fails, or is read again.

    Notes
    -----
    Limits by session: `claudesess.stats.shares`. A knee is a step, found within sessions
    (`claudesess.stats.knee`), where it is clear and its place is known to a quarter; else none is seen.
    """
    rows = shares(UNITS, sums)
    is_by = (sums["group_by"] == "context").fillna(False)
    begins = {name: _begin(name) for name in sums.loc[is_by, "group"].unique()}
    level_at = {name: at for name, at in begins.items() if not np.isnan(at)}
    if not level_at:
        return rows
    rows = rows.sort_values("group", key=lambda names: names.map(begins), kind="stable", na_position="last")
    return stacked(rows, knees(UNITS, sums[is_by], level_at=level_at, unit="tokens"))


def _begin(name: str) -> float:
    """Return the tokens at which a step of the context begins.

    Examples
    --------
    >>> _begin("120–130 k"), _begin("not known")
    (120000.0, nan)
    """
    found = _STEP.fullmatch(name)
    return 1_000 * float(found[1]) if found else np.nan


@drawn("If the context had been as full at other times of the session", outcome="failed in the fuller half")
def control(
    tool_calls: Relation,
    model_answers: Relation,
    compactions: Relation,
    file_claims: Relation,
    *,
    seed: int,
    draws: int,
) -> pd.DataFrame:
    """Move the sizes of each session along its calls by a number drawn at random, round the end."""
    from claudesess import stats

    calls = units(tool_calls, model_answers, compactions, file_claims)
    session, sessions = group_numbers(calls, ["db", "session_id"])
    n_calls = np.bincount(session, minlength=len(sessions))
    begin = np.cumsum(n_calls) - n_calls
    [luck] = stats.luck(np.tile(files_of(sessions), draws), seed=seed)
    by = np.floor(luck.reshape(draws, -1) * n_calls).astype(np.int64)
    own = np.arange(len(calls)) - begin[session]
    moved = (begin[session] + (own + by[:, session]) % n_calls[session]).ravel()
    copies = repeated(calls, draws)
    return copies.assign(**{name: copies[name].array[moved] for name in ("tokens", "context", "is_full")})


def chart(estimates: pd.DataFrame, units: pd.DataFrame) -> alt.typing.ChartType:
    """Draw the share of calls that failed, by the size of the context."""
    from claudesess import charts, text
    from claudesess.charts import answers

    rows = estimates[(estimates["outcome"] == _FAILED) & (estimates["statistic"] == "share")]
    return answers.forest(
        rows,
        question="Do more calls fail the fuller the context is?",
        how="Calls of the main thread, by tokens of context. 95 % limits by session.",
        title="Share of calls that failed",
        form=text.percent,
        axis=charts.SHARE,
        counts="calls",
    )


def finding(estimates: pd.DataFrame) -> words.Statement:
    """Say from how many tokens on more fails, and that it pays to compact before; or that no knee is seen."""

    def say(row: pd.Series) -> str:
        return f"{words.share_of(row, 'calls')} failed"

    rows = estimates[(estimates["outcome"] == _FAILED) & (estimates["exposure"] > 0)]
    full = estimates[(estimates["outcome"] == f"{_FAILED} in the fuller half") & (estimates["exposure"] > 0)]
    found = estimates[estimates["statistic"] == "knee"]
    if rows.empty:
        return words.Statement()
    half = words.by_group(full, lambda row: f"{say(row)} ({words.sure_of_share(row)})")
    fuller = words.sentence(f"in the fuller half of each session {half}")
    if found.empty:
        return words.statement(rows, say).further(fuller)
    knees = [_knee(found[found["outcome"] == name], name) for name in (_FAILED, _AGAIN)]
    seen = [one for one in knees if one]
    if not seen:
        largest = max(map(_begin, rows["group"])) / 1000 + 10
        title = (
            f"No size of the context is seen from which on more fails, up to {largest:,.0f} thousand tokens"
        )
        return words.Statement(title, f"Nor one from which on more reads repeat. {fuller}", about=_keys(rows))
    title, limits = seen[0]
    more = [f"{what} ({sure})" for what, sure in seen[1:]]
    detail = words.sentence("; ".join([*more, "it pays to compact before"]))
    return words.Statement(title, f"{detail} {fuller}", words.sentence(limits), about=_keys(rows))


def _keys(rows: pd.DataFrame) -> tuple[words.Key, ...]:
    return tuple(words.keys_of(rows))


def _knee(rows: pd.DataFrame, name: str) -> tuple[str, str] | None:
    """Say where a knee is, and its limits; nothing where none is seen."""
    estimated = rows[rows["estimate"].notna()]
    if estimated.empty:
        return None
    at, low, high = (float(estimated[column].iloc[0]) / 1000 for column in ("estimate", "low", "high"))
    what = "more calls fail" if name == _FAILED else "more reads repeat what is still there"
    statement = f"From {at:,.0f} thousand tokens of context on {what}"
    return statement, f"95 % limits {low:,.0f}–{high:,.0f} thousand tokens"
