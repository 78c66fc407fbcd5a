"""Retry escalation: after how many failed attempts a check is fixed, or somebody else is asked."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import altair as alt
import numpy as np
import pandas as pd

from claudesess import charts, stats, text
from claudesess.asking import options
from claudesess.charts import panels
from claudesess.contracts import CATEGORY, FLAG, FLOAT, INT, TEXT, Column, Contract
from claudesess.contracts.derived import FIRST_EVENTS
from claudesess.metrics.retry_escalation import approaches
from claudesess.stats import competing_risks

_CAUSES = FIRST_EVENTS[:-1]
_ESCALATED = ("escalated_research", "escalated_user")
_PANELS = ("incidence", "attempts", "afterwards", "repeats")
_ALL = "all"

RESULT = Contract(
    "retry_escalation",
    "one number of one panel: incidence and attempts (group, event, attempt), afterwards (group, event), "
    "repeats (file, session, edited file, approach; and one row for all)",
    (
        Column("panel", CATEGORY, "Which question the row answers", values=_PANELS, nullable=False),
        Column("group", TEXT, "`all`, or one value of what chains were grouped by", nullable=False),
        Column("event", CATEGORY, "What was seen first", values=(*FIRST_EVENTS, "retried")),
        Column("attempt", INT, "Failed attempts so far", unit="attempts"),
        Column("n_at_risk", INT, "Chains that got to the attempt without an earlier event", unit="chains"),
        Column("n", INT, "Chains with the event at the attempt; fixed after all; repeats", unit="count"),
        Column("n_total", INT, "Chains of the group; escalated chains; rejections", unit="count"),
        Column("n_effective", FLOAT, "Independent observations that the share is worth", unit="count"),
        Column("share", FLOAT, "Incidence by the attempt; in attempts n of n_at_risk, else n of n_total",
               unit="share"),
        Column("share_low", FLOAT, "Lower 95 % limit", unit="share"),
        Column("share_high", FLOAT, "Upper 95 % limit", unit="share"),
        Column("is_small", FLAG, "The share is worth fewer than min_n observations", nullable=False),
        Column("db", TEXT, "Label of the file; NA where the row covers all files"),
        Column("session_id", TEXT, "Session of a repeated approach"),
        Column("file_path", TEXT, "File of a repeated approach"),
        Column("approach", TEXT, "Approach that was rejected more than once"),
    ),
    ("panel", "group", "event", "attempt", "db", "session_id", "file_path", "approach"),
)  # fmt: skip


def compute(
    error_chains: pd.DataFrame,
    failed_paths: pd.DataFrame | None = None,
    *,
    by: Literal["category", "db", "none"] = "category",
    kinds: Literal["checks", "all"] = "checks",
    max_attempt: int = 10,
    min_n: int = 5,
) -> pd.DataFrame:
    """Say what became of failing checks, attempt by attempt, and which rejected approaches came back.

    A chain (failures of one check in one session since its last success) ends at the first thing that was
    seen to happen to it: fixed, escalated to research or to the user, abandoned. These compete: a chain that
    was escalated can no longer be fixed unaided. A chain still open is censored: at risk up to and including
    its last attempt, no success, and not dropped. The shares are then estimates, which take it that open
    chains will end as the others did. Not counted: calls refused before they ran, which leave no failure.

    Parameters
    ----------
    error_chains : DataFrame
        One row per chain; reads db, kind, error_category, first_event, first_event_attempt, closed_at,
        outcome.
    failed_paths : DataFrame, optional
        One row per rejected approach; without it there is no panel ``repeats``. An approach is its tool, file
        and first added line: edits that add no line (deletions, shell) cannot be compared and are left out,
        edits that differ only below the same first line count as the same.
    by : {"category", "db", "none"}
        What to group chains by, besides ``all``.
    kinds : {"checks", "all"}
        Which chains count: failing checks (test, lint, type, build), or git, runs and looks too. Chains of
        writers that record no kind always count.
    max_attempt : int
        Last attempt shown, 1 or more; later ones are not pooled into it.
    min_n : int
        A share worth fewer chains (or rejections) than this is marked ``is_small``.

    Returns
    -------
    DataFrame
        `RESULT`, ordered by panel, group (``all`` first), event and attempt; no rows where there is nothing.
        ``incidence``: Aalen–Johansen share of each event by each attempt. ``attempts``: what came right after
        each attempt, ``retried`` and ``open`` included, where it occurred. ``afterwards``: of the chains that
        were escalated, those fixed later. ``repeats``: how often each approach was rejected again; the row
        without a session sums up.

    Raises
    ------
    ValueError
        An option is none of its choices, or less than 1.

    Notes
    -----
    Estimators: `claudesess.stats.competing_risks`; Wilson limits for plain shares. An edit that several
    checks rejected is one approach: repeats are counted per check, and the largest count is taken.

    Examples
    --------
    Three chains: fixed after one failure, escalated after two, open after two.

    >>> chains = pd.DataFrame({
    ...     "db": "a", "error_category": "test", "closed_at": pd.NaT, "outcome": ["fixed", "open", "open"],
    ...     "first_event": ["fixed", "escalated_user", "open"], "first_event_attempt": [1, 2, 2]})
    >>> result = compute(chains, by="none").query("panel == 'incidence'")
    >>> result = result.query("event in ['fixed', 'escalated_user']")
    >>> result[["event", "attempt", "n_at_risk", "n", "share"]].round(2)
                event  attempt  n_at_risk  n  share
    0           fixed        1          3  1   0.33
    1           fixed        2          2  0   0.33
    4  escalated_user        1          3  0    0.0
    5  escalated_user        2          2  1   0.33
    """
    options.check(compute, by=by, kinds=kinds, max_attempt=max_attempt, min_n=min_n)
    if kinds == "checks" and "kind" in error_chains:
        error_chains = error_chains[error_chains["kind"].isna() | (error_chains["kind"] == "check")]
    rows = [
        panel.assign(group=group)
        for group, chains in _groups(error_chains, by)
        for panel in _chain_panels(chains)
    ]
    if failed_paths is not None:
        rows.append(approaches.came_back(failed_paths).assign(panel="repeats", group=_ALL))
    rows = [panel for panel in rows if len(panel)]
    if not rows:
        return RESULT.empty()
    result = pd.concat(rows, ignore_index=True).reindex(columns=RESULT.names)
    result = result[~(result["attempt"] > max_attempt)]
    result["is_small"] = result["n_effective"].fillna(result["n_total"]) < min_n
    order = pd.Categorical(result["panel"], _PANELS).codes
    return RESULT.cast(result.iloc[np.argsort(order, kind="stable")])


def _groups(chains: pd.DataFrame, by: str) -> list[tuple[str, pd.DataFrame]]:
    """All chains first, then each group; a group of unknown category is named so, not dropped."""
    if by == "none":
        return [(_ALL, chains)]
    names = chains["error_category" if by == "category" else "db"].astype("string").fillna("not known")
    return [(_ALL, chains), *((str(name), chains[names == name]) for name in sorted(names.unique()))]


def _chain_panels(chains: pd.DataFrame) -> list[pd.DataFrame]:
    """Incidence, attempts and afterwards of one group of chains."""
    if chains.empty:
        return []
    event = chains["first_event"].astype(str).to_numpy()
    attempt = chains["first_event_attempt"].to_numpy(dtype=int)
    causes = [*_CAUSES, *sorted(set(event) - set(FIRST_EVENTS))]
    incidence = competing_risks.cumulative_incidence(attempt, event.tolist(), causes)
    incidence = incidence.rename(columns={"n_events": "n"}).assign(panel="incidence", n_total=len(chains))
    return [incidence, _after_each_attempt(incidence), _afterwards(chains, event)]


def _after_each_attempt(incidence: pd.DataFrame) -> pd.DataFrame:
    """Count what came right after each attempt: the events, `open`, and `retried` for all that went on."""
    events = incidence[["event", "attempt", "n_at_risk", "n", "n_total", "n_censored"]]
    whole = events.groupby("attempt", as_index=False).agg(
        {"n_at_risk": "first", "n_total": "first", "n_censored": "first", "n": "sum"}
    )
    retried = whole.assign(event="retried", n=whole["n_at_risk"] - whole["n"] - whole["n_censored"])
    waiting = whole.assign(event="open", n=whole["n_censored"])
    counts = pd.concat([events, waiting, retried], ignore_index=True)
    counts = counts[counts["n"] > 0]
    low, high = stats.wilson(counts["n"] / counts["n_at_risk"], counts["n_at_risk"])
    return counts.assign(
        panel="attempts",
        n_effective=counts["n_at_risk"],
        share=counts["n"] / counts["n_at_risk"],
        share_low=low,
        share_high=high,
    )


def _afterwards(chains: pd.DataFrame, event: np.ndarray[Any, Any]) -> pd.DataFrame:
    """Of the chains first escalated: how many were fixed later on (a lower bound: some may still be)."""
    fixed = chains["closed_at"].notna() | (chains["outcome"].astype("string") == "fixed").fillna(False)
    rows = []
    for kind in _ESCALATED:
        n_total, n = int((event == kind).sum()), int((fixed & (event == kind)).sum())
        share = stats.share_interval(n, n_total)
        rows.append(("afterwards", kind, n, n_total, n_total, share.share, share.low, share.high))
    names = ["panel", "event", "n", "n_total", "n_effective", "share", "share_low", "share_high"]
    frame = pd.DataFrame(rows, columns=names)
    return frame[frame["n_total"] > 0]


_Panel: TypeAlias = alt.Chart | alt.LayerChart | alt.FacetChart
_NAMES = {
    "fixed": "Fixed unaided",
    "escalated_research": "Escalated to research",
    "escalated_user": "Escalated to the user",
    "abandoned": "Abandoned",
    "open": "Still open",
    "retried": "Tried again, failed again",
}
_COLOURS = {_NAMES[event]: colour for event, colour in charts.OUTCOME.items()}
_COLOURS[_NAMES["retried"]] = "#D5D9DE"
_NOTHING = "No failing checks were recorded"
_PERCENT_FROM = 20  # fewer chains than this are counted, not turned into percent
_LIMITS = (
    "A chain = failures of one check in one session since its last success. Chains still open count as at "
    "risk, never as fixed. Calls refused before they ran leave no failure: counts are lower bounds."
)


def chart(result: pd.DataFrame) -> alt.VConcatChart:
    """Draw `RESULT`: incidence, what followed each attempt, groups, escalated chains later on, repeats.

    Panels without rows are left out; a note stands in for a result without rows.

    Examples
    --------
    >>> chart(RESULT.empty()).to_dict()["title"]["text"]
    ['No failing checks were recorded']
    """
    of = result["group"] + " (n = " + result["n_total"].astype("string") + ")"
    rows = result.assign(name=result["event"].astype("string").replace(_NAMES), of=of)
    incidence, attempts, afterwards, repeats = (
        rows[(rows["panel"] == panel) & (rows["group"] == _ALL)] for panel in _PANELS
    )
    if rows.empty:
        return charts.page(charts.empty("Nothing failed, or nothing was recorded."), title=_NOTHING)
    drawn: list[_Panel] = []
    if len(incidence):
        drawn += [_by_attempt(incidence), _what_followed(attempts)]
    groups = rows[rows["panel"] == "incidence"].groupby(["group", "event"], sort=False, observed=True).tail(1)
    if groups["group"].nunique() > 2:
        drawn.append(_by_group(groups))
    if len(afterwards):
        drawn.append(_fixed_later(afterwards))
    if len(repeats):
        drawn.append(_came_back(repeats))
    return charts.page(*drawn, title=_finding(incidence, attempts), lines=[_sample(incidence), _LIMITS])


def _finding(incidence: pd.DataFrame, attempts: pd.DataFrame) -> str:
    """Say in a sentence what became of the chains: in shares where these are sound, else in counts."""
    if incidence.empty:
        return _NOTHING
    n, n_open = int(incidence["n_total"].max()), int(attempts.loc[attempts["event"] == "open", "n"].sum())
    waiting = f"; {n_open} still open" if n_open else ""
    worth = incidence.groupby("attempt")["n_effective"].min().astype(float)
    sound = worth[worth >= _PERCENT_FROM]
    if sound.empty or n_open > n / 2:
        counts = incidence.groupby("event", observed=True)["n"].sum()
        asked = counts["escalated_research"] + counts["escalated_user"]
        checks = text.count(n, "failing check")
        return f"Of {checks}, {counts['fixed']} fixed unaided, {asked} escalated{waiting}"
    by = int(sound.index.max())
    last = incidence[incidence["attempt"] == by].set_index("event")["share"].astype(float)
    asked = last["escalated_research"] + last["escalated_user"]
    fixed = ("an estimated " if n_open else "") + text.percent(last["fixed"])
    share = f"{fixed} of failing checks were fixed unaided, {text.percent(asked)} escalated"
    return f"By attempt {by}, {share}{waiting}"


def _sample(incidence: pd.DataFrame) -> str:
    n = int(incidence["n_total"].max()) if len(incidence) else 0
    small = ", a small sample: an anecdote" if n and incidence["is_small"].all() else ""
    return f"n = {text.count(n, 'chain')}{small}."


def _by_attempt(rows: pd.DataFrame) -> _Panel:
    title = "What is seen first, by attempt?"
    how = "Cumulative incidence, 95 % limits (Aalen–Johansen: the events compete, open chains are censored)"
    drawn = panels.curves(rows, x="attempt", meanings=_COLOURS, title="Failed attempts")
    return drawn.properties(title=charts.heading(title, how))


def _what_followed(rows: pd.DataFrame) -> _Panel:
    axes = ("Failed attempts so far", "Chains")
    drawn = panels.stacked(rows, x="attempt", y="n", top="n_at_risk", meanings=_COLOURS, titles=axes)
    title = "What came right after each failed attempt?"
    return drawn.properties(title=charts.heading(title, "Above each bar: chains at risk"))


def _by_group(rows: pd.DataFrame) -> _Panel:
    how = "Cumulative incidence by the last attempt seen in the group, 95 % limits; hollow = small sample"
    drawn = panels.forest(rows, y="of", meanings=_COLOURS)
    return drawn.properties(title=charts.heading("Does it differ by group?", how))


def _fixed_later(rows: pd.DataFrame) -> _Panel:
    how = "A lower bound: what is still open may yet be fixed. 95 % limits; hollow = small sample"
    note = rows["n"].astype("string") + " of " + rows["n_total"].astype("string")
    drawn = charts.interval(
        rows.assign(note=note), y=alt.Y("name:N", title=None), x="share", low="share_low", high="share_high",
        title="Share fixed later", text="note", small="is_small", axis=charts.SHARE, width=charts.HALF,
    )  # fmt: skip
    return drawn.properties(title=charts.heading("Were escalated checks fixed later?", how))


def _came_back(rows: pd.DataFrame) -> _Panel:
    whole, again = rows.iloc[0], rows.iloc[1:11]
    limits = text.limits(whole["share_low"], whole["share_high"], text.percent)
    title = charts.heading(
        f"{whole['n']} of {whole['n_total']} rejections were of an approach already rejected in that session",
        f"{text.percent(whole['share'])} (95 % limits {limits}). Same tool, file, first line; worst ten.",
    )
    if again.empty:
        return charts.empty("No approach came back.", height=40).properties(title=title)
    marks = again["n_total"].astype("string") + " ×"
    return panels.quotations(marks, again["db"] + " · " + again["approach"]).properties(title=title)
