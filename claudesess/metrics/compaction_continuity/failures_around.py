"""Does more fail after a compaction than before it?

What it cannot say: that a compaction made calls fail, or mended them: it comes in the middle of fights that
would have ended anyhow.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from claudesess.contracts import INT, Column, Units
from claudesess.estimating import (
    Advice,
    By,
    Part,
    Relation,
    differences,
    drawn,
    shaped,
    shares,
    stacked,
    summed,
    words,
)
from claudesess.metrics.compaction_continuity._columns import COMPACTION, MOMENT
from claudesess.metrics.compaction_continuity._placebo import MOST, placebo

if TYPE_CHECKING:
    import altair as alt

UNITS = Units(
    "compaction_continuity.failures_around",
    "one compaction, with how many of its main thread's calls failed, of as many before it as after it",
    (
        *COMPACTION,
        *MOMENT,
        Column(
            "n_calls",
            INT,
            "Calls compared on either side; NA where no call of the session is known",
            unit="calls",
        ),
        Column("n_failed_before", INT, "Of the last ones before it, those that failed", unit="calls"),
        Column("n_failed_after", INT, "Of the first ones after it, those that failed", unit="calls"),
        Column("n_commands", INT, "Shell commands compared on either side", unit="calls"),
        Column(
            "n_commands_failed_before", INT, "Of the last commands before it, those that failed", unit="calls"
        ),
        Column("n_commands_failed_after", INT, "Of the first ones after it, those that failed", unit="calls"),
    ),
    ("db", "compaction_id"),
    at="moment_at",
    covariates=("trigger",),
)
_PAIRS = (("failed calls", "failed calls before", "failed calls after"),
          ("failed commands", "failed commands before", "failed commands after"))  # fmt: skip
CAPTIONS = dict.fromkeys(
    ("failed calls before", "failed calls after"), "Share of calls, as many before a compaction as after"
)


def units(compactions: Relation, tool_calls: Relation, *, k: int = 20) -> pd.DataFrame:
    """Count failures among the last calls before each compaction and as many after it, `k` at most.

    Calls of agents do not count, nor those of which the outcome is not known. Neighbouring compactions may
    share calls.
    """
    return shaped(UNITS, compactions, tool_calls, k=k)


def sums(units: pd.DataFrame, *, by: By = None) -> pd.DataFrame:
    """Add up calls and failures on either side, of all calls and of commands."""
    return summed(
        units, by,
        Part("failed calls before", "n_failed_before", "n_calls"),
        Part("failed calls after", "n_failed_after", "n_calls"),
        Part("failed commands before", "n_commands_failed_before", "n_commands"),
        Part("failed commands after", "n_commands_failed_after", "n_commands"),
    )  # fmt: skip


def estimate(sums: pd.DataFrame) -> pd.DataFrame:
    """Estimate the share that failed on either side, and after less before.

    Notes
    -----
    Limits by session (`claudesess.stats.shares`, `claudesess.stats.differences`). Compactions
    come in the middle of long fights: failures were many before, and would be fewer after in any case.
    """
    return stacked(shares(UNITS, sums), differences(UNITS, sums, pairs=_PAIRS))


@drawn("After random moments before which as many calls had failed", most=MOST, outcome="failed calls after")
def control(
    compactions: Relation, tool_calls: Relation, *, seed: int, draws: int, k: int = 20
) -> pd.DataFrame:
    """Count failures around placebo moments, before which as many of ten calls had failed.

    A change against the change at placebos would alarm too often: they stand out of calmer surroundings, and
    so fall further back. Where as many had failed, what comes after is held against what comes after.
    """
    return placebo(
        UNITS, partial(units, k=k), compactions, tool_calls, seed=seed, draws=draws, is_matched=True
    )


def chart(estimates: pd.DataFrame, units: pd.DataFrame) -> alt.typing.ChartType:
    """Draw the differences, in percentage points."""
    import altair as alt

    from claudesess import text
    from claudesess.charts import answers

    rows = estimates[estimates["role"] == "difference"]
    return answers.forest(
        rows,
        question="Does more fail after a compaction?",
        title="Failed after less failed before",
        how="As many calls before as after, main thread; 95 % limits across 0: no difference shown.",
        form=text.points,
        unit="percentage points",
        counts="compactions",
        axis=alt.Axis(labelExpr="datum.value ? format(100 * datum.value, '+d') : '0'", tickCount=5),
    )


def finding(estimates: pd.DataFrame) -> words.Statement:
    """Say whether a difference is shown; counts where few calls were compared, or there are no limits."""
    from claudesess import text

    keys = ["group_by", "group", "group_2_by", "group_2"]
    sides = {
        name: estimates.loc[estimates["outcome"] == f"failed calls {name}", [*keys, "n_events"]]
        for name in ("before", "after")
    }
    rows = estimates[(estimates["role"] == "difference") & (estimates["outcome"] == "failed calls")]
    rows = rows[rows["estimate"].notna()].drop(columns="n_events")
    for name, side in sides.items():
        rows = rows.merge(side.rename(columns={"n_events": name}), on=keys, how="left")

    def say(row: pd.Series) -> str:
        of = text.count(int(row["n_units"]), "compaction")
        if not _is_judged(row):
            calls = text.things(row["exposure"], "calls")
            before = f"{row['before']:,.0f} of {calls} before {of} failed"
            return f"{before}, {row['after']:,.0f} after"
        before, after = (text.percent(row[name] / row["exposure"]) for name in ("before", "after"))
        unless = ": no difference is shown" if row["low"] <= 0 <= row["high"] else ""
        return f"{before} of calls failed before {of}, {after} after{unless}"

    def sure(row: pd.Series) -> str:
        if not _is_judged(row):
            return words.sessions_of(row)
        return f"{words.sure_of(row, text.points)} points"

    return replace(words.statement(rows, say, sure), about=_sides(rows))


def _sides(rows: pd.DataFrame) -> tuple[words.Key, ...]:
    """Return the numbers on either side of the first difference."""
    first = rows.head(1).assign(role="estimate")
    sides = (first.assign(outcome=f"failed calls {name}") for name in ("before", "after"))
    return tuple(key for side in sides for key in words.keys_of(side))


def _is_judged(row: pd.Series) -> bool:
    return bool(row["exposure"] >= words.PERCENT_FROM) and words.has_limits(row)


def advice(estimates: pd.DataFrame, units: pd.DataFrame) -> Advice:
    """Compact where a piece of work ends, not in the middle of one."""
    return Advice(
        step="Run /compact when a piece of work is finished, before the memory is full amid the next.",
        events=units["n_failed_after"],
        cost="failed calls",
        says=lambda row: words.statement(
            pd.DataFrame([row]), lambda one: f"{words.share_of(one, 'calls after a compaction')} failed"
        ),
    )
