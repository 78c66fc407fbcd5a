"""Time spans of sessions and agents, and their arithmetic: what they cover, how many overlap.

Spans are rows of a frame with the columns ``start`` and ``end`` (tz-aware, ``start <= end``). Spans that
touch belong together.
"""

import pandas as pd

SESSION = ["db", "session_id"]


def of(relation: pd.DataFrame) -> pd.DataFrame:
    """Return a relation of times (`session_windows`, `agent_spans`) as spans."""
    return relation.rename(columns={"start_at": "start", "end_at": "end"})


def islands(spans: pd.DataFrame, pause_s: float = 0) -> "pd.Series[int]":
    """Give every span the number of its stretch, from 0 in order of time; a longer pause starts another.

    Parameters
    ----------
    spans
        One row per span, in any order.
    pause_s
        Longest time without any span inside a stretch, in seconds.

    Returns
    -------
    Series
        The stretch of every span, with the index of ``spans``.

    Examples
    --------
    >>> day = pd.to_datetime(["2026-01-01T10:00Z", "2026-01-01T10:04Z", "2026-01-01T10:30Z"])
    >>> spans = pd.DataFrame({"start": day, "end": day + pd.Timedelta("5min")})
    >>> islands(spans).tolist(), islands(spans, 21 * 60).tolist()
    ([0, 0, 1], [0, 0, 0])
    """
    ordered = spans.sort_values("start", kind="stable")
    reach = ordered["end"].cummax().shift() + pd.Timedelta(seconds=pause_s)
    return (ordered["start"] > reach).astype("int64").cumsum().reindex(spans.index)


def union(spans: pd.DataFrame) -> pd.DataFrame:
    """Merge spans that overlap or touch: one row (start, end) per stretch, in order of time."""
    merged = spans.groupby(islands(spans)).agg(start=("start", "min"), end=("end", "max"))
    return merged.reset_index(drop=True)


def seconds(spans: pd.DataFrame) -> float:
    """Sum of the lengths, in seconds; what overlaps counts twice (see ``union``)."""
    return float((spans["end"] - spans["start"]).dt.total_seconds().sum())


def clip(spans: pd.DataFrame, windows: pd.DataFrame, on: list[str]) -> pd.DataFrame:
    """Cut spans to the windows that have the same values in the columns ``on``.

    Returns
    -------
    DataFrame
        The columns of ``spans``; one row per span and window that overlap, so that a span may come
        twice. What lies outside is gone.

    Examples
    --------
    >>> at = lambda *minutes: [pd.Timestamp(f"2026-01-01T10:{minute:02}Z") for minute in minutes]
    >>> agents = pd.DataFrame({"s": ["a", "a"], "start": at(1, 7), "end": at(4, 9)})
    >>> seconds(clip(agents, pd.DataFrame({"s": ["a"], "start": at(0), "end": at(8)}), ["s"]))
    240.0
    """
    both = spans.merge(windows[[*on, "start", "end"]], on=on, suffixes=("", "_of_window"))
    both["start"] = both["start"].where(both["start"] > both["start_of_window"], both["start_of_window"])
    both["end"] = both["end"].where(both["end"] < both["end_of_window"], both["end_of_window"])
    return both.loc[both["start"] <= both["end"], spans.columns].reset_index(drop=True)


def levels(spans: pd.DataFrame) -> pd.DataFrame:
    """Count how many spans overlap, over time.

    Returns
    -------
    DataFrame
        One row per time between two changes: start, end, level (0 in a pause). No rows for no spans.

    Examples
    --------
    >>> at = lambda *minutes: [pd.Timestamp(f"2026-01-01T10:{minute:02}Z") for minute in minutes]
    >>> levels(pd.DataFrame({"start": at(0, 2), "end": at(4, 6)}))["level"].tolist()
    [1, 2, 1]
    """
    times = pd.concat([spans["start"], spans["end"]], ignore_index=True)
    change = pd.Series([1] * len(spans) + [-1] * len(spans), dtype="int64").groupby(times).sum()
    change = change[change != 0]
    steps = pd.DataFrame({"start": change.index, "level": change.cumsum().to_numpy()})
    steps.insert(1, "end", steps["start"].shift(-1))
    return steps.iloc[:-1]
