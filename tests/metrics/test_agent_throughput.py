"""Measures of agents on sessions of a few agents, with numbers that can be worked out by hand."""

import io
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from asked import told
from tables import each_row

from claudesess import Store, ask

DAY = "2026-03-02 "
TIMES = ("start_at", "end_at", "spawned_at", "ended_at", "last_seen_at")

# One hour. x and y overlap for 20 minutes; z was last heard of at 10:55 and has no end.
SESSION = """db,session_id,start_at,end_at
             a,s1,10:00,11:00"""
AGENTS = """db,session_id,agent_id,agent_type,task_description,spawned_at,ended_at,last_seen_at,status,n_files_changed,n_tool_calls
            a,s1,x,Explore,Find usages,10:00,10:30,10:30,completed,2,4
            a,s1,y,Explore,Run tests,10:10,10:40,10:40,failed,0,6
            a,s1,z,Plan,,10:50,,10:55,running,1,3"""
HEAD = AGENTS.split("\n")[0]


def frame(text):
    """Read a relation from comma-separated lines."""
    given = pd.read_csv(io.StringIO("\n".join(line.strip() for line in text.splitlines())), dtype="string")
    for column in set(TIMES) & set(given):
        given[column] = pd.to_datetime(DAY + given[column], utc=True)
    if "status" in given:
        given["is_ended"] = given["status"].isin(["completed", "failed"])
        end = given["ended_at"].where(given["is_ended"], given["last_seen_at"])
        given["observed_s"] = (end - given["spawned_at"]).dt.total_seconds()
        given = given.assign(
            **{
                name: given[name].astype(float)
                for name in ("n_files_changed", "n_tool_calls")
                if name in given
            }
        )
    return given


def signs(windows, minutes=5):
    """A sign of life every so many minutes while a session was open."""
    rows = [
        {"db": row.db, "session_id": row.session_id, "timestamp": at}
        for row in windows.itertuples()
        for at in pd.date_range(row.start_at, row.end_at, freq=f"{minutes}min")
    ]
    given = pd.DataFrame(rows, columns=["db", "session_id", "timestamp"])
    return given.assign(id=range(len(rows)), event_type="prompt")


class World(NamedTuple):
    """What happened; without `spans` each agent ran from its start to its end or its last sign of life."""

    agents: str = AGENTS
    windows: str = SESSION
    spans: str = ""
    minutes: int = 5  # between signs of life

    def relations(self):
        runs, opened = frame(self.agents), frame(self.windows)
        ends = runs["ended_at"].where(runs["is_ended"], runs["last_seen_at"])
        whole = runs[["db", "session_id", "agent_id"]].assign(start_at=runs["spawned_at"], end_at=ends)
        ran = frame(self.spans) if self.spans else whole.dropna(subset=["start_at", "end_at"])
        return {
            "agent_runs": runs,
            "agent_spans": ran,
            "session_windows": opened,
            "session_metrics": signs(opened, self.minutes),
        }


#: All worlds that are asked about: each has databases of its own in one store, whose names begin with its place.
WORLDS = []


def world(agents=AGENTS, windows=SESSION, *, spans="", minutes=5):
    WORLDS.append(World(agents, windows, spans, minutes))
    return WORLDS[-1]


@cache
def store():
    parts = {}
    for n, one in enumerate(WORLDS):
        for name, rows in one.relations().items():
            parts.setdefault(name, []).append(rows.assign(db=f"{n} " + rows["db"]))
    return Store.from_frames(**{name: pd.concat(each, ignore_index=True) for name, each in parts.items()})


USUAL = world()


def answer(measure, of=USUAL, **how):
    """Ask of a world; an option is asked of all of them at once."""
    own = [f"{WORLDS.index(of)} {db}" for db in "ab"]
    by = how.pop("by", ...)
    whole = asked(measure, **how)
    return whole.again(where={"db": own}) if by is ... else whole.again(where={"db": own}, by=by)


@cache
def asked(measure, **options):
    return ask(store(), f"agent_throughput.{measure}", **options)


def listed(rows, *columns):
    loose = rows[list(columns)].round(3).astype(object)
    return loose.where(loose.notna(), None).values.tolist()


def rates(of=USUAL, **how):
    rows = answer("rate", of, **how).estimates
    return {row["outcome"]: (row["n_events"], row["exposure"]) for row in rows.to_dict("records")}


@pytest.mark.parametrize("unit", ["per active hour", "per open hour"])
def test_rate_counts_agents_by_hours_of_sessions(unit):
    rows = answer("rate").estimates.query("unit == @unit")
    columns = ("outcome", "estimate", "n_events", "exposure", "n_censored")
    assert listed(rows, *columns) == [
        ["finished", 2, 2, 1, 1], ["completed", 1, 1, 1, 0], ["failed", 1, 1, 1, 0], ["started", 3, 3, 1, 0],
    ]  # fmt: skip
    assert listed(rows.head(1), "low", "high", "n_sessions", "is_small", "note") == [
        [None, None, 1, True, "fewer than 3 sessions: no limits"]
    ]


@pytest.mark.parametrize(("of", "active"), [(USUAL, 1), (world(minutes=6), 0)])
def test_an_hour_of_silence_longer_than_five_minutes_is_open_and_not_active(of, active):
    rows = answer("rate", of).estimates.query("outcome == 'finished'")
    assert listed(rows, "unit", "exposure", "n_events") == [
        ["per active hour", active, 2],
        ["per open hour", 1, 2],
    ]


THREE = world(
    AGENTS + "\n a,s3,w,Plan,,14:00,14:10,14:10,completed,0,0",
    SESSION + "\n a,s2,12:00,13:00\n a,s3,14:00,15:00",
)


def test_rates_have_limits_by_session():
    # Rates 2, 0, 1 of an hour each: 1 on average. Left out one by one, the logs of .5, 1.5, 1: jackknife variance
    # 2/3 (.4805 + .1644 + 0) = .4299, above the 1/3 of a count of three; t(.975, 2 df) = 4.303.
    row = answer("rate", THREE).estimates.iloc[0]
    spread = 4.303 * 0.4299**0.5
    assert [row["estimate"], row["low"], row["high"]] == pytest.approx(
        [1, np.exp(-spread), np.exp(spread)], rel=2e-3
    )


def test_rate_of_one_type_is_over_the_same_hours():
    assert rates(agent_type="Plan") == {
        "finished": (0, 1),
        "completed": (0, 1),
        "failed": (0, 1),
        "started": (1, 1),
    }


IDLE = world(windows=SESSION + "\n b,s9,10:00,13:00")


def test_a_session_without_agents_is_exposed_too():
    assert rates(IDLE)["started"] == (3, 4)
    rows = answer("rate", IDLE, by="db").estimates
    rows = rows.query("outcome == 'finished' and unit == 'per open hour'")
    rows = rows.assign(group=rows["group"].str[-1])
    assert sorted(listed(rows, "group", "estimate")) == [["a", 2], ["b", 0]]


def test_no_agent_is_a_rate_of_zero_with_its_limit():
    windows = frame(SESSION + "\n a,s2,12:00,13:00\n a,s3,14:00,15:00")
    given = Store.from_frames(session_windows=windows, session_metrics=signs(windows))
    found = ask(given, "agent_throughput.rate")
    row = found.estimates.iloc[0]
    assert [row["estimate"], row["low"], row["n_events"]] == [0, 0, 0]
    assert row["high"] == pytest.approx(3.689 / 3, abs=1e-3)  # of a Poisson count of none in three hours
    assert row["note"] == "no event: a Poisson limit"
    assert (
        found.finding()
        == "0 agents finished in 3 h of activity, 0 per active hour. In 3 sessions, 95 % limits 0–1.23."
    )


TIMELESS = world(windows=SESSION.splitlines()[0])


def test_an_agent_of_a_session_without_times_is_counted_all_the_same():
    rows = answer("rate", TIMELESS).estimates
    assert listed(rows.head(1), "n_events", "estimate", "n_units") == [[2, None, 0]]
    assert answer("concurrency", TIMELESS).estimates.empty


SESSIONS = """db,session_id,start_at,end_at
              a,s1,10:00,11:00
              {db},s2,{start},{end}"""


@each_row(
    "of",
    [
        # the nine hours between the sessions do not count
        world(windows=SESSIONS.format(db="a", start="20:00", end="21:00")),
        # parallel sessions each have their hours
        world(windows=SESSIONS.format(db="a", start="10:30", end="11:30")),
        world(windows=SESSIONS.format(db="b", start="10:30", end="11:30")),
    ],
)
def test_hours_are_hours_of_sessions(of):
    assert rates(of)["finished"] == (2, 2.0)


def test_hours_and_agents_of_a_session_over_midnight_are_of_either_day():
    agents = HEAD + "\n a,s1,x,Explore,,23:50,00:10,00:10,completed,0,0"
    given = frame(agents).assign(ended_at=pd.Timestamp("2026-03-03T00:10Z"))
    windows = frame(SESSION).assign(
        start_at=pd.Timestamp("2026-03-02T23:00Z"), end_at=pd.Timestamp("2026-03-03T02:00Z")
    )
    units = ask(Store.from_frames(agent_runs=given, session_windows=windows), "agent_throughput.rate").units
    assert listed(units, "day", "open_h", "n_started", "n_finished") == [
        ["2026-03-02", 1, 1, 0],
        ["2026-03-03", 2, 0, 1],
    ]


ALONE = world("\n".join(AGENTS.split("\n")[:2]))


def test_the_mean_running_and_agents_at_once():
    rows = answer("concurrency").estimates.head(3)
    assert listed(rows, "outcome", "statistic", "estimate") == [
        ["running", "mean", 1.083], ["1 or more", "share", 0.75], ["2 or more", "share", 0.333],
    ]  # fmt: skip
    alone = answer("concurrency", ALONE).estimates
    assert listed(alone, "estimate") == [[0.5], [0.5], *[[0]] * 7]


PARALLEL = world(
    HEAD
    + "\n a,s1,x,Explore,,10:30,11:00,11:00,completed,0,0\n a,s2,y,Explore,,10:30,11:00,11:00,completed,0,0",
    SESSIONS.format(db="a", start="10:30", end="11:30"),
)


def test_agents_of_parallel_sessions_do_not_run_at_once():
    rows = answer("concurrency", PARALLEL).estimates.head(3)
    assert listed(rows, "outcome", "estimate") == [["running", 0.5], ["1 or more", 0.5], ["2 or more", 0]]


# s1 is open for an hour, x runs in its second half; s2 from 10:20 to 10:50, y runs in it for a quarter of an hour
BY_ITSELF = world(
    HEAD
    + "\n a,s1,x,Explore,,10:30,11:00,11:00,completed,0,0\n a,s2,y,Explore,,10:25,10:40,10:40,completed,0,0",
    SESSION + "\n a,s2,10:20,10:50",
)


def test_who_runs_changes_in_each_session_by_itself():
    rows = answer("concurrency", BY_ITSELF).estimates.head(2)
    assert listed(rows, "outcome", "estimate") == [["running", 0.5], ["1 or more", 0.5]]


RESUMED = """db,session_id,start_at,end_at
             a,s1,10:00,11:00
             a,s1,12:00,13:00"""
WAITED = world(AGENTS + "\n a,s1,w,Plan,Wait,10:45,12:15,12:15,completed,0,0", RESUMED)


def test_the_pause_before_a_session_was_resumed_does_not_count():
    assert rates(WAITED)["finished"] == (3, 2)
    # 30 + 30 + 5 minutes as before, and of the last agent 10:45-11:00 and 12:00-12:15
    assert answer("concurrency", WAITED).estimates["estimate"].iloc[0] == pytest.approx(95 / 120)


SPANS = """db,session_id,agent_id,start_at,end_at
           a,s1,x,10:00,10:01
           a,s1,x,10:20,10:21"""
TAKEN_UP = world(ALONE.agents, spans=SPANS)


def test_the_pause_before_an_agent_was_taken_up_again_does_not_count():
    assert answer("concurrency", TAKEN_UP).estimates["estimate"].iloc[0] == pytest.approx(2 / 60)
    bars = answer("timeline", TAKEN_UP).units
    assert bars["start_at"].dt.strftime("%H:%M").tolist() == ["10:00", "10:20"]


LATER = world(windows=SESSIONS.format(db="a", start="20:00", end="20:30"))
NO_TIME = world(HEAD, SESSION.replace("11:00", "10:00"))


def test_each_session_also_one_without_agents():
    units = answer("by_session", LATER).units
    assert listed(units, "session_id", "open_h", "n_agents", "n_open", "most_at_once") == [
        ["s1", 1, 3, 1, 2], ["s2", 0.5, 0, 0, 0],
    ]  # fmt: skip
    assert listed(units, "mean_running", "some_share", "several_share") == [[1.083, 0.75, 0.333], [0, 0, 0]]


def test_a_session_that_was_open_for_no_time_has_no_shares():
    units = answer("by_session", NO_TIME).units
    assert listed(units, "open_h", "n_agents", "most_at_once", "mean_running", "some_share") == [
        [0, 0, 0, None, None]
    ]


def test_files_and_calls_are_medians_and_quartiles():
    rows = answer("files_and_calls", by=None).estimates
    assert listed(rows.sort_values(["outcome", "statistic"], ascending=[False, True]), "outcome", "statistic", "estimate", "n_units", "n_censored") == [
        ["files", "p25", 0.5, 3, 1], ["files", "p50", 1, 3, 1], ["files", "p75", 1.5, 3, 1],
        ["calls", "p25", 3.5, 3, 1], ["calls", "p50", 4, 3, 1], ["calls", "p75", 5, 3, 1],
    ]  # fmt: skip


def ending(ends):
    """Return agents that began at ten, by the minute of their end or last sign of life."""
    lines = [HEAD]
    for minutes, status in ends.items():
        end = f"10:{minutes}" if status in ("completed", "failed") else ""
        lines.append(f"a,s1,m{minutes},Explore,,10:00,{end},10:{minutes},{status},0,0")
    return world("\n".join(lines))


@each_row(
    ("of", "n", "n_open", "median"),
    [
        # Those still going on were watched to 11:00: of four one has completed by 10, two by 40, which is a half.
        (ending({10: "completed", 20: "running", 30: "aborted_stale", 40: "completed"}), 4, 2, 40),
        # Who failed never completes: a third has by 10, two thirds by 30.
        (ending({10: "completed", 20: "failed", 30: "completed"}), 3, 0, 30),
        (ending({10: "running", 20: "running"}), 2, 2, None),
    ],
)
def test_duration_keeps_unfinished_agents_as_censored(of, n, n_open, median):
    rows = answer("duration", of, by=None).estimates.query("statistic == 'p50'")
    assert listed(rows, "estimate", "n_units", "n_censored") == [[60 * median if median else None, n, n_open]]


def lasting(*agents, windows=SESSION, spans=""):
    """Return agents of `agent,status,end,last sign of life`."""
    lines = [HEAD]
    for agent in agents:
        name, status, end, seen = agent.split(",")
        lines.append(f"a,s1,{name},Explore,,10:00,{end},{seen},{status},0,0")
    return world("\n".join(lines), windows, spans=spans)


def durations(of):
    return listed(answer("duration", of).units, "observed_s", "is_ended")


# The second time that the session was open says nothing of an agent of the first.
AGAIN = SESSION + "\n a,s1,12:00,13:00"


@each_row(
    ("of", "expected"),
    [
        (lasting("x,running,,10:20", windows=AGAIN), [[3600, False]]),  # to 11:00, not to 10:20
        (lasting("x,aborted_stale,10:20,10:20", windows=AGAIN), [[3600, False]]),
        (lasting("x,completed,10:20,10:20", windows=AGAIN), [[1200, True]]),
        # a last sign at the very moment at which it opened or closed
        (lasting("x,running,,10:00", "y,running,,11:00", windows=AGAIN), [[3600, False], [3600, False]]),
    ],
)
def test_an_agent_not_seen_to_end_ran_while_its_session_was_open(of, expected):
    assert durations(of) == expected


# Somebody stopped it at 10:40: it ran beyond its last sign of life, and its end is known.
STOPPED = lasting(
    "x,aborted_stale,10:40,10:20", spans="db,session_id,agent_id,start_at,end_at\n a,s1,x,10:00,10:40"
)


def test_an_agent_that_is_known_dead_did_not_run_on():
    assert durations(STOPPED) == [[1200, True]]
    # It was given up after a day of silence in a session that went on: to its last sign of life.
    runs = pd.concat(
        [frame(HEAD + f"\n {db},s1,x,Explore,,10:00,10:20,10:20,aborted_stale,0,0") for db in "abc"]
    )
    ends = map(pd.Timestamp, ("2026-03-04T11:00Z", "2026-03-03T10:20:01Z", "2026-03-03T10:20Z"))
    long = pd.concat([frame(SESSION).assign(db=db, end_at=end) for db, end in zip("abc", ends, strict=True)])
    store = Store.from_frames(agent_runs=runs, session_windows=long)
    expected = [[1200, False], [1200, False], [1200 + 86_400, False]]
    assert listed(ask(store, "agent_throughput.duration").units, "observed_s", "is_ended") == expected


TEN = world(
    "\n".join([HEAD, *(f"a,s{m % 3},m{m},Explore,,10:00,10:{m},10:{m},completed,0,0" for m in range(10, 20))])
)
OF_ONE = world(TEN.agents.replace("s1", "s0").replace("s2", "s0"))


def test_durations_are_a_half_nine_in_ten_and_shares_by_some_times():
    rows = answer("duration", TEN).estimates
    assert listed(rows, "statistic", "horizon", "estimate", "unit", "n_events", "n_sessions") == [
        ["p50", None, 14 * 60, "s", 10, 3],
        ["p90", None, 18 * 60, "s", 10, 3],
        ["share", 60, 0, "share", 0, 3],
        ["share", 300, 0, "share", 0, 3],
        ["share", 900, 0.6, "share", 6, 3],
        ["share", 3600, 1, "share", 10, 3],
    ]
    assert rows["low"].notna().all()
    alone = answer("duration", OF_ONE).estimates
    assert alone[["low", "high"]].isna().all(axis=None)
    assert alone["note"].str.contains("fewer than 3 sessions: no limits").all()


def test_timeline_in_stretches():
    units = answer("timeline").units
    columns = ("agent_id", "agent_type", "task", "status", "is_open", "stretch", "n_in_stretch")
    assert listed(units, *columns) == [
        ["x", "Explore", "Find usages", "completed", False, 0, 3],
        ["y", "Explore", "Run tests", "failed", False, 0, 3],
        ["z", "Plan", None, "running", True, 0, 3],
    ]
    assert listed(answer("timeline", pause_minutes=9).units, "agent_id", "n_in_stretch") == [
        ["x", 2],
        ["y", 2],
        ["z", 1],
    ]
    assert listed(answer("timeline", pause_minutes=10).units, "n_in_stretch") == [[3], [3], [3]]


AT_ONCE = world("\n".join([HEAD, *(f"a,s1,{name},Plan,,10:00,10:30,10:30,completed,0,0" for name in "yx")]))


def test_agents_that_began_at_once_stand_by_their_names():
    assert listed(answer("timeline", AT_ONCE).units, "agent_id") == [["x"], ["y"]]


# After a pause two begin at once, of which one runs longer; after another one two that also end at once.
AFTER_PAUSES = world(
    "\n".join([HEAD, *(f"a,s1,{name},Plan,,{start},{end},{end},completed,0,0" for name, start, end in (
        ("o", "10:00", "10:05"), ("x", "11:30", "11:40"), ("y", "11:30", "11:50"), ("v", "13:00", "13:10"), ("w", "13:00", "13:10")))])
)  # fmt: skip


def test_agents_that_began_at_once_after_a_pause_are_of_one_stretch():
    assert listed(answer("timeline", AFTER_PAUSES).units, "agent_id", "stretch") == [
        ["o", 0], ["x", 1], ["y", 1], ["v", 2], ["w", 2],
    ]  # fmt: skip


@pytest.mark.slow
def test_the_timeline_draws_time_in_utc_ends_not_seen_as_open_and_how_many_ran():
    lanes, steps = answer("timeline").chart().to_dict()["vconcat"][0]["vconcat"]
    assert lanes["layer"][0]["encoding"]["x"]["scale"]["type"] == "utc"
    assert lanes["layer"][2]["mark"]["shape"] == "triangle-right"
    assert lanes["layer"][2]["transform"] == [{"filter": "datum.is_open"}]
    spec = answer("timeline").chart().to_dict()
    rows = spec["datasets"][steps["data"]["name"]]
    assert [row["value"] for row in rows] == [1, 2, 1, 0, 1, 0]


def test_the_timeline_says_how_many_ran_at_once_and_when():
    one = answer("timeline")
    title = one.measure.chart(None, one.units, one.wording).to_dict()["title"]
    assert title["text"] == ["2 agents at most ran at once on 2 March 2026"]


@each_row(
    ("measure", "said"),
    [
        ("rate", "2 agents finished in 1 h of activity, 2 per active hour. In 1 session."),
        ("concurrency", "1.08 agents ran on average in 1 h of sessions. In 1 session."),
        ("duration", "Explore: half of 2 agents completed within 30 min. In 1 session."),
        ("by_session", "Half of 1 session had at most 2 agents at once. In 1 session."),
        ("files_and_calls", "Explore: half of 2 agents changed at most 1 file. By agent type, Plan: half of 1 agent "
         "changed at most 1 file. Explore: in 1 session; Plan: in 1 session."),
    ],
)  # fmt: skip
def test_what_is_said(measure, said):
    assert told(answer(measure)) == (said, None)


SHORT = world(windows=SESSION.replace("11:00", "10:55"))


def test_the_finding_does_not_boast_of_a_rate_in_less_than_an_hour():
    assert (
        answer("rate").finding() == "2 agents finished in 1 h of activity, 2 per active hour. In 1 session."
    )
    assert answer("rate", SHORT).finding() == "2 agents finished in 55 min of activity. In 1 session."


def test_the_chart_shows_numbers_as_people_read_them():
    text = str(answer("duration").chart().to_dict())
    assert "Explore · half" in text
    assert "30 min · n = 2 agents" in text
    assert "not reached · n = 1 agent, 1 not seen to end" in text
    assert "2 · n = 2 in 1 h, 1 not seen to end" in str(answer("rate").chart().to_dict())
