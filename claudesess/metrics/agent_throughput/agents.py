"""What agents did, as rows for a metric: how many finished, how long they took, how many ran at once.

All frames here carry ``session``, a name for people (see ``session_names``), besides db and session_id.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from claudesess import stats
from claudesess.stats import spans

ALL = "all"
SHORT_S = 600  # of wall time: too little to say what would have come of an hour
Row = dict[str, Any]
_COUNTED = {"files": "n_files_changed", "calls": "n_tool_calls"}


def session_names(windows: pd.DataFrame) -> pd.DataFrame:
    """Name sessions by their beginning and as much of id and file as tells them apart.

    Returns
    -------
    DataFrame
        One row per session: db, session_id, session.

    Examples
    --------
    >>> began = pd.to_datetime(["2026-01-01T10:00Z", "2026-01-01T10:00Z"])
    >>> ids = ["33333333-aaaa-4000", "33333333-bbbb-4000"]
    >>> session_names(pd.DataFrame({"db": "calc", "session_id": ids, "start": began}))["session"].tolist()
    ['2026-01-01 10:00 · 33333333-a', '2026-01-01 10:00 · 33333333-b']
    """
    first = windows.groupby(spans.SESSION, as_index=False)["start"].min()
    ids = first["session_id"].astype("string")
    length = next((k for k in range(8, 64) if ids.str[:k].nunique() == ids.nunique()), 64)
    name = first["start"].dt.strftime("%Y-%m-%d %H:%M") + " · " + ids.str[:length]
    if first["db"].nunique() > 1:
        name = name + " · " + first["db"]
    named: pd.DataFrame = first[spans.SESSION].assign(session=name)
    return named


def open_s(windows: pd.DataFrame) -> float:
    """Seconds in which a session was open; parallel sessions of one file count once."""
    return sum(spans.seconds(spans.union(part)) for _, part in windows.groupby("db"))


def rates(group: str, runs: pd.DataFrame, windows: pd.DataFrame) -> list[Row]:
    """Count agents finished per hour; for all of them also by how they ended, where some failed."""
    wall_s, ended = open_s(windows), runs["is_ended"]
    kinds: dict[str | None, pd.Series[bool]] = {None: ended}
    if group == ALL and (ended & (runs["status"] == "failed")).any():
        kinds |= {status: ended & (runs["status"] == status) for status in ("completed", "failed")}
    rows = []
    for status, counted in kinds.items():
        n = int(counted.sum())
        low, high = stats.rate_interval(n, wall_s / 3600)
        rate = n * 3600 / wall_s if wall_s else None
        limits = {"low": low, "high": high, "interval": "95 % Poisson", "wall_s": wall_s}
        counts = {"n": n, "n_censored": int((~ended).sum()) if status is None else None}
        rows.append({"panel": "rate", "group": group, "status": status, "value": rate, **limits, **counts})
    return rows


def duration(group: str, runs: pd.DataFrame) -> list[Row]:
    """Estimate the median time to the end; an agent without one counts as long as it was watched."""
    known = runs[runs["observed_s"].notna()]
    if known.empty:
        return []
    curve = stats.survival(known["observed_s"].astype(float), known["is_ended"].astype(bool))
    half, low, high = stats.median_interval(curve)
    counts = {"n": len(known), "n_censored": int((~known["is_ended"]).sum())}
    limits = {"low": low, "high": high, "interval": "95 % survival"}
    return [{"panel": "duration", "group": group, "value": half, **limits, **counts}]


def median(panel: str, group: str, runs: pd.DataFrame) -> list[Row]:
    """Find median and quartiles per agent of a count (panels ``files`` and ``calls``)."""
    known = runs.dropna(subset=[_COUNTED[panel]])
    if known.empty:
        return []
    low, half, high = known[_COUNTED[panel]].astype(float).quantile([0.25, 0.5, 0.75])
    counts = {"n": len(known), "n_censored": int((~known["is_ended"]).sum())}
    limits = {"value": half, "low": low, "high": high, "interval": "quartiles"}
    return [{"panel": panel, "group": group, **limits, **counts}]


def occupancy(
    runs: pd.DataFrame, ran: pd.DataFrame, windows: pd.DataFrame, where: Mapping[str, Any], most: int = 0
) -> list[Row]:
    """Agent time over wall time, and the share of wall time with 1, 2, ... `most` (0: all) agents at once.

    Parameters
    ----------
    runs
        One row per agent; reads spawned_at and is_ended.
    ran, windows
        Spans of these agents and of the sessions, the ones cut to the others.
    where
        Columns to add to every row.
    most
        Highest level; 0 for as many as ran at once, 2 at least.

    Returns
    -------
    list of dict
        A row of panel ``busy`` and the rows of panel ``at_least``; none without wall time.
    """
    wall = open_s(windows)
    if not wall:
        return []
    held = [spans.levels(part) for _, part in ran.groupby("db")]
    levels = pd.concat(held) if held else spans.levels(ran)
    length_s = (levels["end"] - levels["start"]).dt.total_seconds()
    placed = runs[runs["spawned_at"].notna()]
    base = {"n": len(placed), "n_censored": int((~placed["is_ended"]).sum()), "wall_s": wall, **where}
    rows = [{"panel": "busy", "value": spans.seconds(ran) / wall, **base}]
    peak = most or max([2, *levels["level"]])
    for level in range(1, peak + 1):
        share = length_s[levels["level"] >= level].sum() / wall
        rows.append({"panel": "at_least", "level": level, "value": share, **base})
    return rows


def by_session(runs: pd.DataFrame, ran: pd.DataFrame, windows: pd.DataFrame, max_rows: int) -> list[Row]:
    """Occupancy of each session, for those with the most agents; nothing where there is just one."""
    sessions = windows.groupby("session").agg({"db": "first", "session_id": "first", "start": "min"})
    if len(sessions) < 2:
        return []
    sessions["n"] = runs["session"].value_counts().reindex(sessions.index, fill_value=0)
    listed = sessions.sort_values(["n", "start"]).tail(max_rows).sort_values("start")
    rows = []
    for name, session in listed.iterrows():
        where = {
            "group": name,
            "db": session["db"],
            "session_id": session["session_id"],
            "n_all": len(sessions),
        }
        members, spent, opened = (frame[frame["session"] == name] for frame in (runs, ran, windows))
        rows += occupancy(members, spent, opened, where, most=2)
    return rows


def stretch(runs: pd.DataFrame, ran: pd.DataFrame, pause_s: float, max_rows: int) -> list[Row]:
    """Timeline of the stretch of one file with the most agents, and how many of them ran at once.

    Parameters
    ----------
    runs
        One row per agent.
    ran
        Spans of these agents; more than one of an agent that was taken up again.
    pause_s
        Longest pause between two agents of a stretch, in seconds.
    max_rows
        Most agents listed: the last ones of the stretch.

    Returns
    -------
    list of dict
        Rows of panel ``timeline`` (one per agent and time that it ran) and ``running`` (one per time between
        two changes).
    """
    if ran.empty:
        return []
    files = [
        part["db"].astype(str) + spans.islands(part, pause_s).map(" {}".format)
        for _, part in ran.groupby("db")
    ]
    place = pd.concat(files).reindex(ran.index)
    size = ran.groupby(place).agg({"agent_id": "nunique", "start": "max"}).sort_values(["agent_id", "start"])
    busiest = ran[place == size.index[-1]].sort_values(["start", "agent_id"])
    began = busiest.drop_duplicates("agent_id")["agent_id"]
    bars = busiest[busiest["agent_id"].isin(began.tail(max_rows))][["db", "agent_id", "start", "end"]]
    is_last = ~bars.duplicated("agent_id", keep="last")
    bars = bars.rename(columns={"start": "start_at", "end": "end_at"}).assign(is_last=is_last)
    bars = bars.merge(runs, on=["db", "agent_id"])
    first = bars["start_at"].min()
    n_censored = (bars["is_last"] & ~bars["is_ended"]).astype(int)
    bars = bars.assign(panel="timeline", n=len(began), n_all=len(runs), n_censored=n_censored)
    bars = bars.rename(columns=_BAR)[["panel", "db", "session_id", "start_at", "end_at", *_BAR.values()]]
    steps = spans.levels(busiest).rename(columns={"start": "start_at", "end": "end_at", "level": "value"})
    steps = steps[steps["end_at"] > first].assign(panel="running", db=bars["db"].iloc[0])
    steps["start_at"] = steps["start_at"].clip(lower=first)
    return [*bars.to_dict("records"), *steps.to_dict("records")]


_BAR = {
    "agent_id": "agent_id",
    "agent_type": "group",
    "task_description": "label",
    "observed_s": "value",
    "status": "status",
    "n": "n",
    "n_all": "n_all",
    "n_censored": "n_censored",
}
