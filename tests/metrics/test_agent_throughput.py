"""Agent throughput on sessions of a few agents, with numbers that can be worked out by hand."""

import io
import json

import pandas as pd
import pytest

from claudesess.contracts import RELATIONS
from claudesess.metrics import agent_throughput
from claudesess.metrics.agent_throughput import chart, compute

DAY = "2026-03-02 "
TIMES = ("start_at", "end_at", "spawned_at", "ended_at", "last_seen_at")

# One hour. x and y overlap for 20 minutes; z was last heard of at 10:55 and has no end.
SESSION = """db,session_id,start_at,end_at
             a,s1,10:00,11:00"""
AGENTS = """db,session_id,agent_id,agent_type,task_description,spawned_at,ended_at,last_seen_at,status,n_files_changed,n_tool_calls
            a,s1,x,Explore,Find usages,10:00,10:30,10:30,completed,2,4
            a,s1,y,Explore,Run tests,10:10,10:40,10:40,failed,0,6
            a,s1,z,Plan,,10:50,,10:55,running,1,3"""


def frame(name: str, text: str) -> pd.DataFrame:
    """Read a relation from comma-separated lines; columns that are not given are missing, counts are 0."""
    lines = "\n".join(line.strip() for line in text.splitlines())
    given = pd.read_csv(io.StringIO(lines), dtype="string")
    for column in set(TIMES) & set(given):
        given[column] = DAY + given[column]
    if name == "agent_runs":
        given["is_ended"] = given["status"].isin(["completed", "failed"])
        end = given["ended_at"].where(given["is_ended"], given["last_seen_at"])
        given["observed_s"] = (pd.to_datetime(end) - pd.to_datetime(given["spawned_at"])).dt.total_seconds()
    contract = RELATIONS[name]
    filler = {c.name: None if c.nullable else 0 for c in contract.columns if c.name not in given}
    return contract.cast(given.assign(**filler))


def measured(agents: str = AGENTS, windows: str = SESSION, *, spans: str = "", **options) -> pd.DataFrame:
    """Compute; without `spans` each agent ran from its start to its end or its last sign of life."""
    runs = frame("agent_runs", agents)
    ends = runs["ended_at"].where(runs["is_ended"], runs["last_seen_at"])
    whole = runs[["db", "session_id", "agent_id"]].assign(start_at=runs["spawned_at"], end_at=ends)
    ran = frame("agent_spans", spans) if spans else whole.dropna(subset=["start_at", "end_at"])
    return compute(runs, ran, frame("session_windows", windows), **options)


def rows(result: pd.DataFrame, panel: str, group: str | None = "all") -> pd.DataFrame:
    found = result[result["panel"] == panel]
    return (found if group is None else found[found["group"] == group]).reset_index(drop=True)


def wall_h(result: pd.DataFrame) -> float:
    return rows(result, "rate")["wall_s"][0] / 3600


def test_rate_counts_completed_and_failed_agents_over_wall_time():
    rate = rows(measured(), "rate")
    assert rate["status"].astype("string").fillna("both").tolist() == ["both", "completed", "failed"]
    assert rate["value"].tolist() == [2, 1, 1]
    assert rate["n"].tolist() == [2, 1, 1]
    assert rate["n_censored"].fillna(0).tolist() == [1, 0, 0]
    assert rate["wall_s"].tolist() == [3600] * 3
    # exact Poisson limits of 2 events, from a printed table
    assert rate[["low", "high"]].loc[0].tolist() == pytest.approx([0.242, 7.225], abs=1e-3)
    assert rate["interval"].unique().tolist() == ["95 % Poisson"]


def test_busy_time_and_agents_at_once():
    result = measured()
    assert rows(result, "busy")["value"].tolist() == pytest.approx([65 / 60])
    at_least = rows(result, "at_least")
    assert at_least["level"].tolist() == [1, 2]
    assert at_least["value"].tolist() == pytest.approx([45 / 60, 20 / 60])
    assert at_least["n"].tolist() == [3, 3]
    assert at_least["n_censored"].tolist() == [1, 1]
    alone = measured("\n".join(AGENTS.split("\n")[:2]))
    assert rows(alone, "at_least")["value"].tolist() == [0.5, 0]


def test_files_and_calls_are_medians_with_quartiles():
    result = measured()
    files, calls = rows(result, "files").loc[0], rows(result, "calls").loc[0]
    assert files[["low", "value", "high"]].tolist() == [0.5, 1, 1.5]
    assert calls[["low", "value", "high"]].tolist() == [3.5, 4, 5]
    assert [files["interval"], files["n"], files["n_censored"]] == ["quartiles", 3, 1]
    assert [rows(measured(min_n=n), "files")["is_small"][0] for n in (3, 4)] == [False, True]


@pytest.mark.parametrize(
    ("ends", "median"),
    [
        # At risk 4, 3, 2, 1; still going 3/4 after 10 min, 0 after 40: without the censored ones it would be 10.
        ({10: "completed", 20: "running", 30: "aborted_stale", 40: "completed"}, 40),
        ({10: "completed", 20: "failed", 30: "completed"}, 20),
        ({10: "running", 20: "running"}, None),
    ],
)
def test_duration_keeps_unfinished_agents_as_censored(ends, median):
    lines = [AGENTS.split("\n")[0]]
    for minutes, status in ends.items():
        end = f"10:{minutes}" if status in ("completed", "failed") else ""
        lines.append(f"a,s1,m{minutes},Explore,,10:00,{end},10:{minutes},{status},0,0")
    duration = rows(measured("\n".join(lines)), "duration").loc[0]
    assert duration["value"] == 60 * median if median else pd.isna(duration["value"])
    assert duration["n"] == len(ends)
    assert duration["n_censored"] == sum(status in ("running", "aborted_stale") for status in ends.values())


def test_duration_limits_are_where_the_log_log_band_crosses_one_half():
    lines = [AGENTS.split("\n")[0]]
    lines += [f"a,s1,m{m},Explore,,10:00,10:{m},10:{m},completed,0,0" for m in range(10, 20)]
    duration = rows(measured("\n".join(lines)), "duration").loc[0]
    # Lower band: 0.9 ** exp(1.96) = 0.47 after the first end; upper band: 0.58 after the 7th end, at 16, and
    # 0.2 ** exp(-1.96 * 0.632 / 1.609) = 0.47 after the 8th.
    assert duration[["value", "low", "high"]].tolist() == [14 * 60, 10 * 60, 17 * 60]
    assert duration["interval"] == "95 % survival"


SESSIONS = """db,session_id,start_at,end_at
              a,s1,10:00,11:00
              {db},s2,{start},{end}"""


@pytest.mark.parametrize(
    ("db", "start", "end", "hours"),
    [
        ("a", "20:00", "21:00", 2.0),  # the nine hours between the sessions do not count
        ("a", "10:30", "11:30", 1.5),  # parallel sessions of one file count once
        ("b", "10:30", "11:30", 2.0),  # sessions of two files are two people's hours
    ],
)
def test_wall_time_is_the_time_that_sessions_were_open(db, start, end, hours):
    sessions = SESSIONS.format(db=db, start=start, end=end)
    assert wall_h(measured(windows=sessions)) == hours


TWO_AGENTS = """db,session_id,agent_id,agent_type,spawned_at,ended_at,last_seen_at,status
            a,s1,x,Explore,10:30,11:00,11:00,completed
            {db},s2,y,Explore,10:30,11:00,11:00,completed"""


@pytest.mark.parametrize(("db", "shares"), [("a", [0.5 / 1.5, 0.5 / 1.5]), ("b", [1.0 / 2.0, 0.0])])
def test_agents_of_parallel_sessions_run_at_once_within_a_file_only(db, shares):
    sessions = SESSIONS.format(db=db, start="10:30", end="11:30")
    result = measured(TWO_AGENTS.format(db=db), sessions)
    assert rows(result, "at_least")["value"].tolist() == pytest.approx(shares)


RESUMED = """db,session_id,start_at,end_at
             a,s1,10:00,11:00
             a,s1,12:00,13:00"""


def test_the_pause_before_a_session_was_resumed_does_not_count():
    agents = AGENTS + "\n a,s1,w,Plan,Wait,10:45,12:15,12:15,completed,0,0"
    result = measured(agents, RESUMED)
    assert wall_h(result) == 2
    # 30 + 30 + 5 minutes as before, and of the last agent 10:45-11:00 and 12:00-12:15
    assert rows(result, "busy")["value"].tolist() == pytest.approx([95 / 120])


def test_the_pause_before_an_agent_was_taken_up_again_does_not_count():
    spans = """db,session_id,agent_id,start_at,end_at
               a,s1,x,10:00,10:01
               a,s1,x,10:20,10:21"""
    result = measured("\n".join(AGENTS.split("\n")[:2]), spans=spans)
    assert rows(result, "busy")["value"].tolist() == pytest.approx([2 / 60])
    bars = rows(result, "timeline", None)
    assert bars["start_at"].dt.strftime("%H:%M").tolist() == ["10:00", "10:20"]
    assert bars["n"].tolist() == [1, 1]


def test_an_agent_whose_start_was_missed_finished_but_has_no_place_in_time():
    agents = AGENTS.replace("10:00,10:30,10:30", ",10:30,10:30")
    result = measured(agents)
    assert rows(result, "rate")["n"][0] == 2
    assert rows(result, "at_least")["value"].tolist() == pytest.approx([35 / 60, 0])
    assert rows(result, "at_least")["n"].tolist() == [2, 2]
    assert rows(result, "duration")["n"].tolist() == [2]
    assert rows(result, "timeline", None)["agent_id"].tolist() == ["y", "z"]


def test_groups_by_type_share_the_wall_time():
    rate = rows(measured(), "rate", None)
    assert rate["group"].tolist() == ["all"] * 3 + ["Explore", "Plan"]
    assert rate["value"].tolist() == [2, 1, 1, 2, 0]
    unknown = rows(measured(AGENTS.replace("Plan", "")), "calls", None)
    assert unknown["group"].tolist() == ["all", "Explore", "not known"]


def test_groups_by_session_and_by_file_have_their_own_wall_time():
    sessions = SESSIONS.format(db="b", start="20:00", end="20:30")
    by_file = rows(measured(windows=sessions, by="db"), "rate", None).tail(2)
    assert by_file[["group", "value", "wall_s"]].values.tolist() == [["a", 2, 3600], ["b", 0, 1800]]
    by_session = rows(measured(windows=sessions, by="session"), "rate", None).tail(2)
    assert by_session["group"].tolist() == ["2026-03-02 10:00 · s1 · a", "2026-03-02 20:00 · s2 · b"]
    assert by_session["value"].tolist() == [2, 0]
    assert rows(measured(by="none"), "rate", None)["group"].unique().tolist() == ["all"]


def test_each_session_when_there_are_several():
    sessions = SESSIONS.format(db="a", start="20:00", end="20:30")
    found = rows(measured(windows=sessions), "at_least", None)
    found = found[found["session_id"].notna()]
    facts = found[["db", "session_id", "n", "n_all", "wall_s"]].drop_duplicates()
    assert facts.values.tolist() == [["a", "s1", 3, 2, 3600], ["a", "s2", 0, 2, 1800]]
    assert found["value"].tolist() == pytest.approx([45 / 60, 20 / 60, 0, 0])


def test_timeline_and_how_many_ran():
    result = measured()
    bars, steps = rows(result, "timeline", None), rows(result, "running", None)
    assert bars["agent_id"].tolist() == ["x", "y", "z"]
    assert bars["group"].tolist() == ["Explore", "Explore", "Plan"]
    assert bars["label"].fillna("?").tolist() == ["Find usages", "Run tests", "?"]
    assert bars["status"].tolist() == ["completed", "failed", "running"]
    assert bars["value"].tolist() == [1800, 1800, 300]
    assert bars["n_censored"].tolist() == [0, 0, 1]
    assert bars["end_at"].dt.strftime("%H:%M").tolist() == ["10:30", "10:40", "10:55"]
    assert steps["start_at"].dt.strftime("%H:%M").tolist() == ["10:00", "10:10", "10:30", "10:40", "10:50"]
    assert steps["value"].tolist() == [1, 2, 1, 0, 1]


def test_timeline_shows_the_last_agents_of_the_stretch_with_most():
    bars = rows(measured(max_rows=2), "timeline", None)
    assert bars[["agent_id", "n", "n_all"]].values.tolist() == [["y", 3, 3], ["z", 3, 3]]
    assert rows(measured(max_rows=2), "running", None)["start_at"].min() == bars["start_at"].min()
    split = rows(measured(pause_minutes=9), "timeline", None)
    assert split[["agent_id", "n", "n_all"]].values.tolist() == [["x", 2, 3], ["y", 2, 3]]


def test_no_agent_is_a_rate_of_zero_with_its_limit():
    nothing = (RELATIONS[name].empty() for name in ("agent_runs", "agent_spans"))
    result = compute(*nothing, frame("session_windows", SESSION))
    rate = rows(result, "rate").loc[0]
    assert [rate["value"], rate["low"], rate["n"]] == [0, 0, 0]
    assert rate["high"] == pytest.approx(3.689, abs=1e-3)
    assert "No agent ran in 1.0 h" in json.dumps(chart(result).to_dict())


def test_an_agent_of_a_session_without_times_is_counted_all_the_same():
    result = measured(windows=SESSION.splitlines()[0])
    assert rows(result, "rate")["n"][0] == 2
    assert rows(result, "rate")["value"].isna().all()
    assert result["panel"].isin(["busy", "at_least", "timeline", "running"]).sum() == 0
    assert chart(result).to_dict()["title"]["text"] == ["2 agents finished in 0 s of wall time"]


def test_order_of_panels_and_all_first():
    result = measured()
    assert result["panel"].drop_duplicates().tolist() == list(agent_throughput.RESULT.columns[0].values)
    assert result.groupby("panel", observed=True)["group"].first().tolist()[:6] == ["all"] * 6


def test_chart_states_finding_n_and_limits():
    title = chart(measured()).to_dict()["title"]
    assert title["text"] == ["2 agents finished in 1.0 h of wall time: 2 per hour; up to 2 ran at once"]
    said = " ".join(title["subtitle"])
    assert "n = 2 is a small sample" in said
    assert "1 agent without a seen end: times and counts are lower bounds" in said
    assert "extrapolated" not in said


def test_chart_of_less_than_an_hour_does_not_boast_of_a_rate():
    title = chart(measured(windows=SESSION.replace("11:00", "10:59"))).to_dict()["title"]
    assert "per hour;" not in "".join(title["text"])
    assert "extrapolated" in " ".join(title["subtitle"])


def test_chart_has_a_titled_panel_for_each_question():
    titles = ["".join(panel["title"]["text"]) for panel in chart(measured()).to_dict()["vconcat"]]
    assert titles == [
        "How many agents finish per hour?",
        "How many agents run at once?",
        "Who ran when? 2 March 2026, a",
        "How long does an agent take?",
        "How many files changed per agent?",
        "How many tool calls per agent?",
    ]


def test_chart_shows_numbers_as_people_read_them():
    text = json.dumps(chart(measured()).to_dict(), ensure_ascii=False)
    assert "2 (0.24–7.22) · n = 2" in text
    assert "30 min (no limits) · n = 3, 1 unfinished" in text
    assert "Plan: task not known" in text


def test_chart_draws_time_in_utc_and_ends_not_seen_as_open():
    lanes, steps = chart(measured()).to_dict()["vconcat"][2]["vconcat"]
    assert lanes["layer"][0]["encoding"]["x"]["scale"]["type"] == "utc"
    assert steps["encoding"]["x"]["scale"]["type"] == "utc"
    assert lanes["layer"][2]["mark"]["shape"] == "triangle-right"
    assert lanes["layer"][2]["transform"] == [{"filter": "datum.is_open"}]
