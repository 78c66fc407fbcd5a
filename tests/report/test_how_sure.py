"""What a page says of how sure a number is: why it has no limits, and of how much the end was not seen."""

from __future__ import annotations

from datetime import UTC
from functools import cache

import pandas as pd
from tables import each_row

from claudesess import Store, ask
from claudesess.report import questions
from claudesess.report.reader import Reader

BEGIN = pd.Timestamp("2026-05-04T09:00:00Z")


@cache
def store_of(of):
    """A store of kinds of agents: so many that ended and so many that did not, each of a session of its own."""
    end = BEGIN + pd.Timedelta(minutes=5)
    rows = [
        {"db": "a", "session_id": f"{kind}{place}", "agent_id": f"{kind}{place}", "agent_type": kind,
         "status": "completed" if place < ended else "running", "is_ended": place < ended, "spawned_at": BEGIN,
         "ended_at": end if place < ended else pd.NaT, "last_seen_at": end, "observed_s": 300.0,
         "n_files_changed": 1}
        for kind, ended, running in of
        for place in range(ended + running)
    ]  # fmt: skip
    runs = pd.DataFrame(rows)
    times = runs[["db", "session_id", "agent_id"]].assign(start_at=BEGIN, end_at=end)
    windows = times.drop(columns="agent_id")
    return Store.from_frames(agent_runs=runs, agent_spans=times, session_windows=windows)


def seen(measure, of, **by):
    store = store_of(tuple((kind, *n) for kind, n in of.items()))
    return questions.seen(ask(store, measure, **by), Reader(UTC))


@each_row(
    ("of", "by", "said"),
    [
        ({"Explore": (5, 3), "Plan": (5, 2), "other": (4, 1)}, {}, "6 were not seen to end: they lasted at least as long as they were watched."),
        ({"Explore": (5, 3), "Plan": (5, 2), "other": (4, 1)}, {"by": None}, "6 were not seen to end: they lasted at least as long as they were watched."),
        ({"Explore": (5, 1), "Plan": (5, 0)}, {}, "1 was not seen to end: it lasted at least as long as it was watched."),
        ({"Explore": (5, 0)}, {}, None),
    ],
)  # fmt: skip
def test_of_all_groups_together_it_is_said_once_how_many_were_not_seen_to_end(of, by, said):
    for measure in ("agent_throughput.duration", "agent_throughput.rate"):
        lines = questions._limits(seen(measure, of, **by))
        assert [line for line in lines if "not seen to end" in line] == ([said] if said else [])


def test_units_that_are_grouped_in_two_ways_are_counted_once():
    rows = pd.DataFrame(
        [("kind", "a", 2), ("kind", "a", 3), ("kind", "b", 1), (None, None, 4), ("day", "1", None)],
        columns=["group_by", "group", "n_pending"],
    ).assign(group_2_by=None, group_2=None)
    assert questions._unseen(rows, "n_pending") == 4
    assert questions._unseen(rows.head(0), "n_pending") == 0


@each_row(
    ("measure", "n", "interval"),
    [
        ("agent_throughput.duration", 9, "95 % confidence limits, the session being the unit of sampling."),
        ("agent_throughput.duration", 2, "None: too few sessions."),
        ("agent_throughput.files_and_calls", 9, "None: all that was recorded is counted."),
        ("agent_throughput.files_and_calls", 2, "None: all that was recorded is counted."),
        ("agent_throughput.timeline", 2, "None: all that was recorded is counted."),
    ],
)
def test_a_number_without_limits_says_for_which_reason(measure, n, interval):
    one = seen(measure, {"Explore": (n, 0)})
    assert one.interval == interval
    assert ("Fewer than 3 sessions: no limits." in questions._limits(one)) == ("few" in interval)
