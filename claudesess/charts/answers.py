"""Drawings of estimates in house style: a point and its limits per group and outcome, quantiles as ranges.

As in `claudesess.charts`, no data logic lives here: rows of `claudesess.contracts.ESTIMATES` are drawn as
they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import altair as alt
import pandas as pd

from claudesess import charts, text
from claudesess.estimating.enough import enough, left_out

MOST = 30
"""Rows that a panel shows; the largest groups come first."""

_MOST_BARE = 10  # rows without limits: so few sessions say little

_MOST_PATH = 38  # characters of a path beside a panel
_NOTHING = "Nothing of this was recorded."


def forest(
    estimates: pd.DataFrame,
    *,
    question: str,
    how: str,
    title: str,
    names: Mapping[str, str] | None = None,
    form: Callable[[float], str] = text.number,
    counts: str = "units",
    per: float = 1,
    **axis: Any,
) -> alt.LayerChart | alt.Chart:
    """Draw a point and its limits per group and outcome, the numbers in words to the right.

    Parameters
    ----------
    estimates
        Rows of `ESTIMATES`, in the order drawn.
    question, how
        Heading, and what the limits are.
    title, axis
        Title of the axis, and more of `charts.interval`.
    names
        Outcomes in words; one that is not among them stands as it is.
    form
        Prints a number.
    counts
        What the units are, in the plural.
    per
        Unit of the axis, in units of the estimate.
    """
    rows = estimates[estimates["n_units"] > 0]
    if rows.empty:
        return charts.empty(_NOTHING, title=question)
    rows, n_few = enough(rows)
    is_bare = "n_sessions" in rows and rows["low"].isna().all() and rows["note"].notna().all()
    most = _MOST_BARE if is_bare else MOST
    shown = rows.head(most)
    marks = shown[["is_small"]].assign(
        name=labels(shown, names or {}),
        text=[words(row, form, counts) for row in shown.to_dict("records")],
        **{limit: shown[limit] / per for limit in ("estimate", "low", "high")},
    )
    small = "Hollow: a small sample." if shown["is_small"].any() else ""
    few = left_out(n_few) if n_few else ""
    more = f"The first {most} of {len(rows)}." if len(rows) > most else ""
    y = alt.Y("name:N", sort=marks["name"].tolist(), title=None)
    panel = charts.interval(
        marks, y=y, x="estimate", low="low", high="high", text="text", small="is_small", title=title, **axis
    )
    # `properties` would copy the whole panel, part by part
    panel.title = charts.heading(question, " ".join(filter(None, (how, small, few, more))))
    return panel


def ranges(
    estimates: pd.DataFrame,
    *,
    question: str,
    how: str,
    title: str,
    names: Mapping[str, str],
    counts: str = "units",
) -> alt.LayerChart | alt.Chart:
    """Draw quartiles as a line and the median as a point: no limits, and said so.

    Parameters
    ----------
    estimates
        Rows of `ESTIMATES` with the statistics p25, p50 and p75.
    question, how, title, names, counts
        As for `forest`.
    """
    keys = ["group", "group_2", "outcome"]
    wide = estimates.drop_duplicates([*keys, "statistic"]).assign(
        statistic=estimates["statistic"].astype(str)
    )
    wide = wide.pivot(
        index=[*keys, "n_units", "n_censored", "is_small"], columns="statistic", values="estimate"
    )
    if wide.empty:
        return charts.empty(_NOTHING, title=question)
    order = estimates.drop_duplicates(keys)[keys]
    rows = order.merge(wide.reset_index(), on=keys)
    rows = rows.rename(columns={"p50": "estimate", "p25": "low", "p75": "high"})
    return forest(rows, question=question, how=how, title=title, names=names, counts=counts)


def labels(rows: pd.DataFrame, names: Mapping[str, str]) -> pd.Series:
    """Name each row by what tells it from the others: its groups, and its outcome where there are several."""
    parts = [_called(rows, name) for name in ("group", "group_2") if rows[name].notna().any()]
    outcome = rows["outcome"].map(lambda one: names.get(one, one), na_action="ignore").astype("string")
    if rows["outcome"].nunique() > 1 or not parts:
        parts.append(outcome)
    label = parts[0].astype("string").fillna("all")
    for part in parts[1:]:
        label = label + " · " + part.astype("string").fillna("all")
    return label


def _called(rows: pd.DataFrame, name: str) -> pd.Series:
    """Name a group, a file by what tells it from the others."""
    if f"{name}_by" not in rows or not (is_file := rows[f"{name}_by"].eq("file_path").fillna(False)).any():
        return rows[name]
    short = text.apart(rows.loc[is_file, name].dropna().astype(str), _MOST_PATH)
    return rows[name].where(~is_file, rows[name].map(lambda one: short.get(one, one), na_action="ignore"))


def words(row: Mapping[Any, Any], form: Callable[[float], str], counts: str) -> str:
    """Print an estimate, its limits, what was counted, and its n.

    Examples
    --------
    >>> row = {"estimate": 0.25, "low": 0.1, "high": 0.5, "n_units": 8, "n_censored": 0, "n_events": 10,
    ...     "exposure": 40.0, "statistic": "share"}
    >>> words(row, text.percent, "compactions")
    '25 % (10 %–50 %) · 10 of 40'
    >>> words(row | {"estimate": 10, "exposure": 1.0, "statistic": "rate"}, text.number, "")
    '10 (0.1–0.5) · n = 10 in 1 h'
    """
    value = "not reached" if pd.isna(row["estimate"]) else form(row["estimate"])
    has_limits = pd.notna(row["low"]) or pd.notna(row["high"])
    limits = f" ({text.limits(row['low'], row['high'], form)})" if has_limits else ""
    n_censored = 0 if pd.isna(row["n_censored"]) else row["n_censored"]
    unseen = f", {n_censored:.0f} not seen to end" if n_censored else ""
    if row.get("statistic") == "rate":
        return f"{value}{limits} · n = {row['n_events']:,.0f} in {text.clock(row['exposure'] * 3600)}{unseen}"
    events, exposure = row.get("n_events"), row.get("exposure")
    # by a horizon, exposure is what is still at risk there: no denominator of what was seen by it
    if pd.notna(events) and pd.notna(exposure) and pd.isna(row.get("horizon", None)):
        return f"{value}{limits} · {events:,.0f} of {exposure:,.0f}{unseen}"
    things = text.singular(counts) if row["n_units"] == 1 else counts
    return f"{value}{limits} · n = {row['n_units']:,.0f} {things}{unseen}"
