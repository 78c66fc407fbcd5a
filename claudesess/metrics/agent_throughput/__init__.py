"""Agent throughput: how much agents finish per hour, how many run at once, and how long they take."""

import textwrap
from collections.abc import Callable, Iterator
from typing import Any, Literal

import altair as alt
import numpy as np
import pandas as pd
from claudesess_collector import vocabulary

from claudesess import charts, text
from claudesess.asking import options
from claudesess.charts import panels, timeline
from claudesess.contracts import CATEGORY, FLAG, FLOAT, INT, TEXT, TIME, Column, Contract
from claudesess.metrics.agent_throughput import agents
from claudesess.stats import spans

_PANELS = ("rate", "busy", "at_least", "duration", "files", "calls", "timeline", "running")
_INTERVALS = ("95 % Poisson", "95 % survival", "quartiles")

RESULT = Contract(
    "agent_throughput",
    "one number of one panel: rate (group, status), busy (group), at_least (group, level), duration, files "
    "and calls (group), timeline (agent, start_at), running (start_at)",
    (
        Column("panel", CATEGORY, "Which question the row answers", values=_PANELS, nullable=False),
        Column("group", TEXT, "`all`, what agents were grouped by, a session, or an agent's type"),
        Column("level", INT, "at_least: agents running at once", unit="agents"),
        Column(
            "value",
            FLOAT,
            "rate: agents finished per hour of wall time; busy: agent time / wall time; at_least: share of "
            "wall time with `level` agents or more; duration: median seconds (timeline: seconds observed); "
            "files, calls: median per agent; running: agents running from start_at to end_at",
            unit="by panel",
        ),
        Column("low", FLOAT, "Lower limit of `interval`", unit="as value"),
        Column("high", FLOAT, "Upper limit; NA with a known `low` means not reached", unit="as value"),
        Column("interval", CATEGORY, "What low and high are", values=_INTERVALS),
        Column("n", INT, "Agents behind the value (rate: finished; timeline: in the stretch)", unit="agents"),
        Column("n_censored", INT, "Agents whose end was not seen", unit="agents"),
        Column("n_all", INT, "Agents or sessions there are, of which the panel lists some", unit="count"),
        Column("wall_s", FLOAT, "Time in which a session was open", unit="s"),
        Column("is_small", FLAG, "n is less than min_n"),
        Column("db", TEXT, "Label of the file; NA where the row covers all files"),
        Column("session_id", TEXT, "Session of the row; NA where it covers several"),
        Column("agent_id", TEXT, "timeline: the agent"),
        Column("status", CATEGORY, "timeline, rate: how the agents ended", values=vocabulary.AGENT_STATUSES),
        Column("start_at", TIME, "timeline, running: start", unit="UTC"),
        Column("end_at", TIME, "timeline, running: end, or last sign of life", unit="UTC"),
        Column("label", TEXT, "timeline: the agent's task"),
    ),
    ("panel", "group", "level", "status", "db", "session_id", "agent_id", "start_at"),
)  # fmt: skip


def compute(
    agent_runs: pd.DataFrame,
    agent_spans: pd.DataFrame,
    session_windows: pd.DataFrame,
    *,
    by: Literal["type", "db", "session", "none"] = "type",
    pause_minutes: int = 30,
    max_rows: int = 30,
    min_n: int = 5,
) -> pd.DataFrame:
    """Say how many agents finish per hour, how many run at once, how long they take and what they touch.

    An hour is an hour of wall time: time in which at least one session of a file was open, added up over
    files. Pauses between sessions do not count, nor those before one was resumed; nor is an agent running
    between its stop and a new start. An agent counts as finished when its end was seen, completed or failed.
    One that was not is censored: it ran at least to its last sign of life, so ``busy``, ``at_least``, files
    and calls are lower bounds where there are such agents. Not counted in time: agents of a missed start.

    Parameters
    ----------
    agent_runs : DataFrame
        One row per agent; reads all but n_failed_calls, n_errors and parent_id.
    agent_spans : DataFrame
        One row per time that an agent ran.
    session_windows : DataFrame
        One row per time that a session was open.
    by : {"type", "db", "session", "none"}
        What to group agents by, besides ``all``.
    pause_minutes : int
        The timeline shows one stretch of one file: agents with no longer pause between them than this.
    max_rows : int
        Most groups, sessions and agents of the timeline listed: those with the most agents, the latest.
    min_n : int
        Fewer agents than this are marked ``is_small``.

    Returns
    -------
    DataFrame
        `RESULT`, in the order of its panels; groups by number of agents, ``all`` first, sessions and agents
        in order of time. No agents in a session's time are a rate of 0, not nothing; no rows when there are
        neither sessions nor agents.

    Raises
    ------
    ValueError
        An option is none of its choices, or less than 1.

    Notes
    -----
    Rate: exact Poisson limits (Garwood 1936), as if agents ended independently of each other; those that one
    session starts together do not, so the limits are rather too narrow. Duration: Kaplan–Meier median, limits
    where the log-log band crosses one half (Brookmeyer & Crowley 1982). Files and calls: quartiles. Shares of
    time describe all the time that was recorded and have no sampling interval.

    Examples
    --------
    One session of an hour; two agents of half an hour, the second started ten minutes after the first.

    >>> at = lambda minutes: pd.Timestamp("2026-01-01T10:00Z") + pd.to_timedelta(minutes, unit="min")
    >>> windows = pd.DataFrame({"db": ["a"], "session_id": ["s"], "start_at": [at(0)], "end_at": [at(60)]})
    >>> spans = pd.DataFrame({"db": "a", "session_id": "s", "agent_id": ["x", "y"],
    ...     "start_at": at([0, 10]), "end_at": at([30, 40])})
    >>> agents = pd.DataFrame({"db": "a", "session_id": "s", "agent_id": ["x", "y"], "agent_type": "Explore",
    ...     "spawned_at": at([0, 10]), "ended_at": at([30, 40]), "last_seen_at": at([30, 40]),
    ...     "is_ended": True, "status": "completed", "task_description": "look", "observed_s": 1800.0,
    ...     "n_files_changed": 0, "n_tool_calls": [3, 5]})
    >>> result = compute(agents, spans, windows, by="none").head(6)
    >>> result[["panel", "level", "value", "low", "high"]].round(2)
          panel  level   value   low  high
    0      rate   <NA>     2.0  0.24  7.22
    1      busy   <NA>     1.0  <NA>  <NA>
    2  at_least      1    0.67  <NA>  <NA>
    3  at_least      2    0.33  <NA>  <NA>
    4  duration   <NA>  1800.0  <NA>  <NA>
    5     files   <NA>     0.0   0.0   0.0
    """
    options.check(compute, by=by, pause_minutes=pause_minutes, max_rows=max_rows, min_n=min_n)
    if agent_runs.empty and session_windows.empty:
        return RESULT.empty()
    windows = spans.of(session_windows)
    names = agents.session_names(windows)
    frames = (windows, agent_runs, spans.clip(spans.of(agent_spans), windows, spans.SESSION))
    windows, runs, ran = (frame.merge(names, on=spans.SESSION, how="left") for frame in frames)
    rows: list[agents.Row] = []
    for group, members, opened in _groups(runs, windows, by, max_rows):
        rows += [*agents.rates(group, members, opened), *agents.duration(group, members)]
        rows += [*agents.median("files", group, members), *agents.median("calls", group, members)]
    rows += agents.occupancy(runs, ran, windows, {"group": agents.ALL})
    rows += agents.by_session(runs, ran, windows, max_rows)
    rows += agents.stretch(runs, ran, pause_minutes * 60, max_rows)
    result = pd.DataFrame(rows, columns=RESULT.names, dtype=object)
    result["is_small"] = result["n"].astype("Int64") < min_n
    order = pd.Categorical(result["panel"], _PANELS).codes
    return RESULT.cast(result.iloc[np.argsort(order, kind="stable")])


def _groups(
    runs: pd.DataFrame, windows: pd.DataFrame, by: str, max_rows: int
) -> Iterator[tuple[str, pd.DataFrame, pd.DataFrame]]:
    """All agents, then the largest groups: name, agents, and the windows in which these could have run."""
    yield agents.ALL, runs, windows
    if by == "none":
        return
    name = runs["agent_type" if by == "type" else by].astype("string").fillna("not known")
    sizes = name.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    if by != "type":
        idle = sorted(set(windows[by]) - set(sizes.index))
        sizes = pd.concat([sizes, pd.Series(0, index=idle)])
    for group in sizes.index[:max_rows]:
        yield str(group), runs[name == group], windows if by == "type" else windows[windows[by] == group]


def chart(result: pd.DataFrame) -> alt.VConcatChart:
    """Draw `RESULT`: rate, agents at once, the busiest stretch, sessions, durations, files and calls.

    Panels without rows are left out; a note stands in for a result without agents.

    Examples
    --------
    >>> chart(RESULT.empty()).to_dict()["title"]["text"]
    ['No session was recorded']
    """
    rows = {name: result[result["panel"] == name] for name in _PANELS}
    if rows["duration"].empty and not rows["rate"]["n"].any():
        return charts.page(charts.empty("There is nothing to draw."), title=_finding(rows))
    shares = rows["at_least"]
    at_once, sessions = shares[shares["session_id"].isna()], shares[shares["session_id"].notna()]
    questions: list[tuple[pd.DataFrame, Callable[[pd.DataFrame], alt.typing.ChartType]]] = [
        (rows["rate"], _rate),
        (at_once, _at_once),
        (rows["timeline"], lambda bars: _timeline(bars, rows["running"])),
        (sessions, lambda bars: _sessions(bars, rows["busy"])),
        (rows["duration"], _duration),
        (rows["files"], lambda counts: _counts(counts, "files changed")),
        (rows["calls"], lambda counts: _counts(counts, "tool calls")),
    ]
    if rows["rate"]["wall_s"].max() < agents.SHORT_S:
        questions = questions[1:]
    drawn = [draw(part) for part, draw in questions if len(part)]
    return charts.page(*drawn, title=_finding(rows), lines=_limits(rows))


def _finding(rows: dict[str, pd.DataFrame]) -> str:
    """Say in a sentence what was seen."""
    if rows["rate"].empty:
        return "No session was recorded"
    rate = rows["rate"].iloc[0]
    wall = text.clock(rate["wall_s"])
    if not rate["n"] + rate["n_censored"]:
        return f"No agent ran in {wall} of wall time"
    seen = rows["at_least"].loc[
        rows["at_least"]["session_id"].isna() & (rows["at_least"]["value"] > 0), "level"
    ]
    peak = f"; up to {seen.iloc[-1]} ran at once" if len(seen) else ""
    finished = text.count(rate["n"], "agent")
    hourly = f": {text.number(rate['value'])} per hour" if rate["wall_s"] >= 3600 else ""
    return f"{finished} finished in {wall} of wall time{hourly}{peak}"


def _limits(rows: dict[str, pd.DataFrame]) -> list[str]:
    """Say how far the finding goes."""
    rate = rows["rate"].iloc[0]
    lines = [f"Agent time / wall time = {text.number(value)}." for value in rows["busy"]["value"].head(1)]
    if rate["is_small"]:
        lines.append(f"n = {rate['n']} is a small sample." if rate["n"] else "None was seen to finish.")
    if rate["wall_s"] < agents.SHORT_S:
        lines.append("Less than ten minutes were recorded: too little for a rate per hour.")
    elif rate["wall_s"] < 3600:
        lines.append("Less than an hour was recorded: rates per hour are extrapolated.")
    if rate["n_censored"]:
        unfinished = text.count(rate["n_censored"], "agent")
        lines.append(f"{unfinished} without a seen end: times and counts are lower bounds.")
    return [" ".join(lines)]


def _rate(rows: pd.DataFrame) -> alt.LayerChart:
    limits = (
        "95 % limits (exact Poisson, agents taken as independent: rather too narrow). An hour is wall time "
        "with a session open; n = agents that finished"
    )
    return panels.estimates(
        rows, "How many agents finish per hour?", limits, "Agents finished", unit="per hour"
    )


def _duration(rows: pd.DataFrame) -> alt.LayerChart:
    limits = (
        "95 % limits (Kaplan–Meier; arrow: not reached). Unfinished agents count as long as they were watched"
    )
    in_minutes = (rows[["value", "low", "high"]] > 180).any(axis=None)
    unit: dict[str, Any] = {"unit": "min", "per": 60} if in_minutes else {"unit": "s"}
    return panels.estimates(
        rows, "How long does an agent take?", limits, "Median duration", text.clock, **unit
    )


def _counts(rows: pd.DataFrame, thing: str) -> alt.LayerChart:
    limits = "Point: median; line: from the lower to the upper quartile"
    return panels.estimates(rows, f"How many {thing} per agent?", limits, f"{thing.capitalize()} per agent")


def _at_once(rows: pd.DataFrame) -> alt.LayerChart:
    wall = text.clock(rows["wall_s"].iloc[0])
    bars = rows[["level", "value"]].assign(text=[text.percent(share) for share in rows["value"]])
    head = charts.heading("How many agents run at once?", f"Share of the wall time of {wall}")
    return timeline.levels(bars).properties(title=head)


def _timeline(rows: pd.DataFrame, steps: pd.DataFrame) -> alt.VConcatChart:
    tasks = [textwrap.shorten(task, 48, placeholder=" …") for task in rows["label"].fillna("task not known")]
    names = rows["group"].fillna("type not known") + ": " + pd.Series(tasks, index=rows.index, dtype="string")
    first, listed = rows.iloc[0], rows["agent_id"].nunique()
    head = charts.heading(
        f"Who ran when? {first['start_at']:%-d %B %Y}, {first['db']}",
        f"The stretch with most agents: {first['n']} of {first['n_all']}"
        + (f", the last {listed} of them" if listed < first["n"] else "")
        + (". An arrow: no end was seen" if rows["n_censored"].any() else ""),
    )
    bars = rows.assign(text=names, is_open=rows["n_censored"] > 0)
    return timeline.timeline(bars, steps).properties(title=head)


def _sessions(rows: pd.DataFrame, busy: pd.DataFrame) -> alt.LayerChart:
    means = dict(zip(busy["group"], busy["value"], strict=True))
    texts = [
        f"{means[row['group']]:.2f} · {text.count(row['n'], 'agent')} · {text.clock(row['wall_s'])}"
        for row in rows.to_dict("records")
    ]
    listed = f"{len(busy) - 1} of {text.count(rows['n_all'].iloc[0], 'session')}"
    legend = f"{listed}, by start (UTC). Right: agents running on average, agents, wall time"
    head = charts.heading("How parallel was each session?", legend)
    return timeline.shares(rows.assign(name=rows["group"], text=texts)).properties(title=head)
