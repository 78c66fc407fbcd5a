"""Compaction continuity: what a compaction's summary still names, and what the session did again after it."""

from typing import TypeAlias

import altair as alt
import pandas as pd
from claudesess_collector import vocabulary

from claudesess import charts, text
from claudesess.asking import options
from claudesess.charts import panels
from claudesess.contracts import CATEGORY, FLAG, FLOAT, INT, TEXT, TIME, Column, Contract
from claudesess.metrics.compaction_continuity import continuity, mentions, sequel

_PANELS = ("named", "after", "first", "failures", "difference")
_MEASURES = (*mentions.KINDS, "rereads_by_path", "rereads", "repeats", "fixed", "first_edit", "first_pass",
             "failed_calls", "failed_commands")  # fmt: skip
_ALL = "all"

RESULT = Contract(
    "compaction_continuity",
    "one number of one compaction (panel, measure, moment, unit); of all of them, or of those of one trigger "
    "(compaction_id NA)",
    (
        Column("panel", CATEGORY, "Which question the row answers", values=_PANELS, nullable=False),
        Column("measure", CATEGORY, "What was open, counted or waited for", values=_MEASURES, nullable=False),
        Column("moment", CATEGORY, "failures: which side of the compaction", values=("before", "after")),
        Column("unit", CATEGORY, "Unit of value", values=("calls", "s", "share")),
        Column("db", TEXT, "Label of the file; NA where the row covers all compactions"),
        Column("session_id", TEXT, "The client's session"),
        Column("compaction_id", INT, "The compaction; NA where the row covers all"),
        Column("trigger", CATEGORY, "Who asked for it; NA where the row covers all",
               values=vocabulary.TRIGGERS),
        Column("started_at", TIME, "Start of the compaction", unit="UTC"),
        Column("label", TEXT, "File and number of the compaction in it, or `all`", nullable=False),
        Column("n", INT, "Items named, reads, edits, chains or calls that count, firsts seen; NA: no summary",
               unit="count"),
        Column("n_total", INT, "Of so many items, reads, edits, chains, calls, compactions", unit="count"),
        Column("share", FLOAT, "n of n_total", unit="share"),
        Column("value", FLOAT, "first: calls or seconds until then, or watched in vain (all: median); "
               "difference: share after less share before", unit="by unit"),
        Column("low", FLOAT, "Lower 95 % limit of the share, of the median, or of the difference",
               unit="as share or value"),
        Column("high", FLOAT, "Upper 95 % limit; NA with a known `low` means not reached",
               unit="as share or value"),
        Column("is_seen", FLAG, "first: seen before the next compaction or the end; false is censored"),
        Column("n_compactions", INT, "Compactions behind the row", unit="compactions"),
        Column("is_small", FLAG, "Fewer than min_n compactions behind the row", nullable=False),
        Column("items", TEXT, "named: what was not; repeats: what was tried again; one per line"),
    ),
    ("panel", "measure", "moment", "unit", "trigger", "db", "compaction_id"),
)  # fmt: skip


def compute(
    compactions: pd.DataFrame,
    tool_calls: pd.DataFrame,
    file_claims: pd.DataFrame,
    failed_paths: pd.DataFrame,
    session_windows: pd.DataFrame,
    *,
    k: int = 20,
    min_n: int = 5,
) -> pd.DataFrame:
    """Say what each summary still names of what was open, and what the session then did again.

    A drop is not yet a loss: the work may have moved on. ``named`` errs both ways: what a summary says in
    other words is not found, and a text found may belong to something else. What follows a compaction is
    watched until the session's next one or its last event. Calls of agents do not count, their context was
    not compacted; repeats and fixes count whoever made them.

    Parameters
    ----------
    compactions : DataFrame
        One row per compaction; reads all but is_complete and summary_chars.
    tool_calls : DataFrame
        One row per call that ended; reads all but agent_type, tool_use_id, began_at, duration_ms and
        error_id.
    file_claims : DataFrame
        One row per edit, made by the shell too: what was edited in between is no re-read.
    failed_paths : DataFrame
        One row per rejected approach.
    session_windows : DataFrame
        One row per time that a session was open: the time in which it was left counts in no duration.
    k : int
        Most calls compared on either side of a compaction, 1 or more; fewer where there are fewer on one
        side.
    min_n : int
        Fewer compactions than this are marked ``is_small``.

    Returns
    -------
    DataFrame
        `RESULT`: per panel and measure the row of all compactions, then each in order of time. No rows when
        there are no compactions. ``named``: items of the snapshot that the summary names. ``after``: reads of
        lines that were read before and not edited since (``rereads``; by path alone, ``rereads_by_path``),
        edits equal to an approach rejected before (``repeats``), open chains whose check then passed
        (``fixed``). ``first``: calls and seconds until the first edit and the first command that succeeded.
        ``failures``: failed calls, and failed commands, among as many before and after, back to the
        compaction before. ``difference``: these compared, over all compactions and those of each trigger.

    Raises
    ------
    ValueError
        An option is less than 1.

    Notes
    -----
    Items of one compaction are alike, so pooled shares have the limits of `claudesess.stats.clustered_share`.
    Medians of ``first`` are Kaplan–Meier's: not seen counts as longer than watched. Differences are of pooled
    shares, as many calls on either side, with the limits of `claudesess.stats.clustered_difference`.
    Neighbouring windows may share calls. Matching of texts: `mentions` beside this file, of edits:
    `claudesess.relations.approaches`.

    Examples
    --------
    >>> from claudesess.contracts import RELATIONS
    >>> others = ("tool_calls", "file_claims", "failed_paths", "session_windows")
    >>> nothing = [RELATIONS[name].empty() for name in others]
    >>> one = RELATIONS["compactions"].empty().reindex([0]).assign(
    ...     db="a", session_id="s", compaction_id=1, started_at=pd.Timestamp("2026-01-01T10:00Z"),
    ...     summary="Mend calc.py", files=[[{"path": "/p/calc.py"}, {"path": "/p/mean.py"}]])
    >>> compute(one, *nothing).query("measure == 'files'")[["label", "n", "n_total", "items"]]
      label  n  n_total       items
    4   all  1        2        <NA>
    5  a #1  1        2  /p/mean.py
    """
    options.check(compute, k=k, min_n=min_n)
    rows = list(continuity.numbers(compactions, tool_calls, file_claims, failed_paths, session_windows, k))
    if not rows:
        return RESULT.empty()
    each = RESULT.cast(
        pd.DataFrame(rows).reindex(columns=RESULT.names).assign(n_compactions=1, is_small=False)
    )
    each = each.sort_values(["db", "started_at", "compaction_id"], kind="stable")
    parts = []
    for keys, part in each.groupby(["panel", "measure", "moment", "unit"], dropna=False, observed=True):
        whole = continuity.median(part) if keys[0] == "first" else continuity.share(part)
        parts += [pd.DataFrame([dict(zip(RESULT.key, keys, strict=False)) | whole]), part]
    parts.append(pd.DataFrame(continuity.differences(each[each["panel"] == "failures"])))
    result = pd.concat([part.astype(object) for part in parts], ignore_index=True).reindex(
        columns=RESULT.names
    )
    result["label"] = result["label"].fillna(_ALL)
    return RESULT.cast(result.assign(is_small=result["n_compactions"] < min_n))


_Panel: TypeAlias = alt.Chart | alt.LayerChart | alt.FacetChart | alt.HConcatChart
_NAMES = {
    "chains": "Open chains of failures",
    "failed_paths": "Failed approaches",
    "files": "Edited files",
    "agents": "Running agents",
    "tasks": "Open tasks",
    "rereads": "Reads of unchanged lines read before",
    "rereads_by_path": "Reads of a file read before, by path alone",
    "repeats": "Edits that repeat a rejected approach",
    "fixed": "Open chains of failures fixed later",
}
_NOTHING = "No compactions were recorded"
_LIMITS = (
    "A drop is not yet a loss: the work may have moved on. Shares named err both ways: what is said in other "
    "words is not found, and a name found may stand for something else."
)


def chart(result: pd.DataFrame) -> alt.VConcatChart:
    """Draw `RESULT`: what summaries name, what was done again, how soon, failures, each compaction.

    Panels without rows are left out; of many compactions the latest 40 are listed one by one.

    Examples
    --------
    >>> chart(RESULT.empty()).to_dict()["title"]["text"]
    ['No compactions were recorded']
    """
    if result.empty:
        return charts.page(charts.empty("No session was compacted."), title=_NOTHING)
    rows = result.assign(name=result["measure"].astype("string").replace(_NAMES))
    whole, each = rows[rows["compaction_id"].isna()], rows[rows["compaction_id"].notna()]
    drawn: list[_Panel] = []
    for panel, title, how in (
        ("named", "What do summaries still name of what was open?", "Word for word"),
        (
            "after",
            "What was done after a compaction?",
            "Until the next one or the session's end; reads of the main thread",
        ),
    ):
        part = whole[(whole["panel"] == panel) & (whole["n_total"] > 0)]
        if len(part):
            drawn.append(_shares(part).properties(title=charts.heading(title, f"{how}. {charts.INTERVALS}")))
    for panel, draw in (("first", sequel.soon), ("difference", sequel.worse)):
        part = whole[(whole["panel"] == panel) & whole["value"].notna()]
        if len(part):
            drawn.append(draw(part))
    shown = each[each["label"].isin(list(dict.fromkeys(each["label"]))[-40:])]
    if (shown["panel"] != "named").any():
        drawn.append(sequel.one_by_one(shown))
    again = each[(each["measure"] == "repeats") & each["items"].notna()].tail(10)
    if len(again):
        head = charts.heading("Rejected approaches that came back", "The latest ten compactions with any")
        drawn.append(panels.quotations(again["label"], again["items"]).properties(title=head))
    if not drawn:
        drawn.append(charts.empty("Neither summaries nor calls were recorded."))
    lines = [_sample(whole, len(each[["db", "compaction_id"]].drop_duplicates())), _LIMITS]
    return charts.page(*drawn, title=_finding(whole), lines=lines)


def _finding(whole: pd.DataFrame) -> str:
    """Say in a sentence what was done again."""
    said = {
        "rereads": "reads after a compaction were of unchanged lines read before",
        "repeats": "edits repeated a rejected approach",
    }
    counted = whole[whole["measure"].isin(said) & (whole["n_total"] > 0)]
    columns = (counted[name] for name in ("n", "n_total", "measure"))
    parts = [f"{n} of {n_total} {said[measure]}" for n, n_total, measure in zip(*columns, strict=True)]
    return ", ".join(parts) or "What did compactions carry over?"


def _sample(whole: pd.DataFrame, n: int) -> str:
    small = ", a small sample: an anecdote" if whole["is_small"].all() else ""
    return f"n = {text.count(n, 'compaction')}{small}."


def _shares(rows: pd.DataFrame) -> _Panel:
    counts = rows[["n", "n_total", "n_compactions"]].astype("string")
    many = rows["n_compactions"].map(lambda n: " compaction" if n == 1 else " compactions")
    note = counts["n"] + " of " + counts["n_total"] + " in " + counts["n_compactions"] + many
    return charts.interval(
        rows.assign(note=note), y=alt.Y("name:N", title=None, sort=None), x="share", low="low", high="high",
        title="Share", text="note", small="is_small", axis=charts.SHARE, width=charts.HALF,
    )  # fmt: skip
