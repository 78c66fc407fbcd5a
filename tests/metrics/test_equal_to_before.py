"""The measures say what the wide frames before them said, number by number; what differs is listed with its reason.

`fixtures/first_rules` holds databases and the frames that were computed of them. Differences that are meant:

* an hour is an hour of a session: parallel sessions of a file each have theirs, where the frames merged them (rates,
  concurrency); agents of two such sessions are not counted as running at once;
* rates by type of agent are an option (``agent_type=``), since an hour belongs to no type;
* the number of chains by outcome and try is the number by the try, not at it;
* steps after a try that did not occur are rows of 0;
* limits are by session, where they took rows or compactions for independent: only numbers and counts are compared;
* a chain that is open is pending at its last try, where it was at risk: of databases with open chains only what was
  counted is compared (tries that follow each other change meaning, too, since horizons are fixed);
* an agent that failed never completes, and one not seen to end ran while its session was open: durations are compared
  where all agents completed;
* the window after a compaction ends with its fiftieth call.
"""

from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from asked import Asked

from claudesess import open_store

FOLDER = Path(__file__).parents[1] / "fixtures" / "first_rules"
DATABASES = sorted(path.stem for path in FOLDER.glob("*.db"))
#: Sessions of these databases ran side by side: merged hours differ from hours of sessions.
PARALLEL = {"workshop"}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def every():
    """All of them, in one store: to ask it costs little more than to ask one."""
    with open_store(FOLDER / "*.db") as store:
        yield Asked(store)


@pytest.fixture(params=DATABASES)
def database(every, request):
    """One of them, by name, and its answers."""
    return request.param, partial(every, where={"db": request.param})


def before(database, question):
    return pd.read_csv(FOLDER / f"{database}.{question}.csv")


def listed(frame, *columns):
    """Return rows as tuples in order, NA as None, floats to twelve digits."""
    loose = frame[list(columns)].astype(object)
    loose = loose.where(loose.notna(), None)
    rows = [
        tuple(float(f"{cell:.12g}") if isinstance(cell, float | int) else cell for cell in row)
        for row in loose.values
    ]
    return sorted(rows, key=str)


def throughput(database, panel, group=True):
    rows = before(database, "agent_throughput").query("panel == @panel")
    return rows if group else rows[rows["group"] == "all"]


def test_rates(database):
    name, asked = database
    rows = throughput(name, "rate")
    for agent_type in rows["group"].unique():
        found = asked(
            "agent_throughput.rate", agent_type="" if agent_type == "all" else agent_type
        ).estimates.query("unit == 'per open hour'")
        old = rows[rows["group"] == agent_type]
        old = old.assign(status=old["status"].astype(object).fillna("finished"))
        for status in old["status"]:
            new = found[found["outcome"] == status].iloc[0]
            was = old[old["status"] == status].iloc[0]
            assert new["n_events"] == was["n"]
            if status == "finished":
                assert new["n_censored"] == was["n_censored"]
            if name not in PARALLEL and was["wall_s"] > 0:
                assert new["exposure"] * 3600 == pytest.approx(was["wall_s"])
                assert new["estimate"] == pytest.approx(was["value"])


def test_concurrency(database):
    name, asked = database
    found = asked("agent_throughput.concurrency").estimates
    means, shares = found[found["statistic"] == "mean"], found[found["statistic"] == "share"]
    old = before(name, "agent_throughput").query("session_id.isna()")
    busy = old.loc[old["panel"] == "busy", "value"]
    if name not in PARALLEL:
        assert means["estimate"].tolist() == pytest.approx(busy.tolist())
        levels = old[old["panel"] == "at_least"]
        was = levels["value"].tolist()  # to the most there were, two at least; now always to eight
        assert shares["estimate"].tolist() == pytest.approx(was + [0] * (len(shares) - len(was)))
    else:
        assert means["estimate"].tolist() == pytest.approx(busy.tolist(), rel=0.05)


def test_each_session(database):
    name, asked = database
    units = asked("agent_throughput.by_session").units.set_index("session_id")
    old = before(name, "agent_throughput").query("session_id.notna() and panel in ['busy', 'at_least']")
    for row in old.to_dict("records"):
        column = (
            "mean_running" if row["panel"] == "busy" else {1: "some_share", 2: "several_share"}[row["level"]]
        )
        new = units.loc[row["session_id"]]
        assert new[column] == pytest.approx(row["value"])
        assert (new["n_agents"], new["n_open"]) == (row["n"], row["n_censored"])
        assert new["open_h"] * 3600 == pytest.approx(row["wall_s"])


@pytest.mark.parametrize("by", [None, "agent_type"])
def test_durations(database, by):
    name, asked = database
    answer = asked("agent_throughput.duration", by=by)
    old = throughput(name, "duration", group=by is not None)
    old = old[(old["group"] == "all") == (by is None)]
    new = answer.estimates.query("statistic == 'p50'")
    new = new.assign(group=new["group"].fillna("all"))
    assert listed(new, "group", "n_units") == listed(old, "group", "n")
    others = answer.units[answer.units["status"] != "completed"]
    unlike = others["agent_type"].fillna("not known") if by else ["all"] * len(others)
    known = set(new["group"]) - set(unlike)
    assert listed(new[new["group"].isin(known)], "group", "estimate") == listed(
        old[old["group"].isin(known)], "group", "value"
    )


@pytest.mark.parametrize("by", [None, "agent_type"])
@pytest.mark.parametrize("outcome", ["files", "calls"])
def test_files_and_calls(database, by, outcome):
    name, asked = database
    found = asked("agent_throughput.files_and_calls", by=by).estimates
    found = found[found["outcome"] == outcome]
    old = throughput(name, outcome)
    old = old[(old["group"] == "all") == (by is None)]
    for statistic, column in (("p25", "low"), ("p50", "value"), ("p75", "high")):
        new = found[found["statistic"] == statistic].assign(group=found["group"].fillna("all"))
        assert listed(new, "group", "estimate", "n_units", "n_censored") == listed(
            old, "group", column, "n", "n_censored"
        )


def test_timeline(database):
    name, asked = database
    units = asked("agent_throughput.timeline").units
    old = throughput(name, "timeline")
    shown = units[units["agent_id"].isin(old["agent_id"])]
    times = shown.assign(start=shown["start_at"].astype(str), end=shown["end_at"].astype(str))
    was = old.assign(start=pd.to_datetime(old["start_at"], format="ISO8601").astype(str),
                     end=pd.to_datetime(old["end_at"], format="ISO8601").astype(str))  # fmt: skip
    columns = ("start", "end", "status")
    assert [row[1:] for row in listed(times, "agent_id", *columns)] == [
        row[1:] for row in listed(was, "agent_id", *columns)
    ]
    assert shown["is_open"].sum() == old["n_censored"].sum()
    agents = asked(
        "agent_throughput.duration"
    ).units  # with those of a missed start, which ran at no known time
    assert (old["n_all"] == len(agents)).all()
    assert set(shown["n_in_stretch"]) == set(old["n"])


@pytest.mark.parametrize("by", [None, "error_category"])
def test_incidence(database, by):
    name, asked = database
    answer = asked("retry_escalation.outcome_by_attempt", by=by)
    old = before(name, "retry_escalation").query("panel == 'incidence'")
    old = old[(old["group"] == "all") == (by is None)]
    old = old.assign(by_then=old.astype({"n": float}).groupby(["group", "event"])["n"].cumsum())
    old = old[old["attempt"].isin([1, 2, 3, 5])].astype({"attempt": "Float64"})
    found = answer.estimates.query("statistic == 'share'")
    new = found.assign(group=found["group"].fillna("all")).merge(
        old[["group", "event", "attempt"]], left_on=["group", "outcome", "horizon"],
        right_on=["group", "event", "attempt"],
    )  # fmt: skip
    assert listed(new, "group", "outcome", "horizon", "n_units", "n_events") == listed(
        old, "group", "event", "attempt", "n_total", "by_then"
    )
    undecided = answer.units[answer.units["first_event"] == "open"]
    name_of = undecided[by].astype("string").fillna("not known") if by else ["all"] * len(undecided)
    pending = set(name_of)
    new, old = new[~new["group"].isin(pending)], old[~old["group"].isin(pending)]
    assert listed(new, "group", "outcome", "horizon", "exposure", "estimate") == listed(
        old, "group", "event", "attempt", "n_at_risk", "share"
    )


def test_what_came_next(database):
    name, asked = database
    found = asked("retry_escalation.next_step").estimates
    found = found[(found["n_events"] > 0) & (found["group"].astype(int) <= 10)]
    old = before(name, "retry_escalation").query("panel == 'attempts' and group == 'all'")
    ours = ("outcome", "n_events", "exposure", "estimate")
    theirs = ("event", "n", "n_at_risk", "share")
    assert listed(found, *ours) == listed(old, *theirs)


def test_after_an_escalation(database):
    name, asked = database
    found = asked("retry_escalation.after_an_escalation").estimates
    old = before(name, "retry_escalation").query("panel == 'afterwards' and group == 'all'")
    ours = ("group", "n_events", "n_units", "estimate")
    theirs = ("event", "n", "n_total", "share")
    assert listed(found, *ours) == listed(old, *theirs)


def test_rejected_again(database):
    name, asked = database
    answer = asked("retry_escalation.repeats")
    old = before(name, "retry_escalation").query("panel == 'repeats'")
    whole, each = old[old["session_id"].isna() & old["approach"].isna()], old[old["approach"].notna()]
    ours = ("n_events", "exposure", "estimate")
    theirs = ("n", "n_total", "share")
    assert listed(answer.estimates, *ours) == listed(whole, *theirs)
    again = answer.units[answer.units["n_again"] > 0]
    names = ("session_id", "file_path", "approach")
    assert listed(again, *names, "n_again", "n_rejections") == listed(each, *names, "n", "n_total")


def continuity(database, panel, measure, *, each=False, **where):
    rows = before(database, "compaction_continuity").query("panel == @panel and measure == @measure")
    for column, value in where.items():
        rows = rows[rows[column] == value]
    return rows[rows["compaction_id"].notna()] if each else rows[rows["compaction_id"].isna()]


def test_named(database):
    name, asked = database
    answer = asked("compaction_continuity.named")
    known = answer.units.groupby(["kind", "compaction_id"], observed=True)["is_named"].sum(min_count=1)
    for kind in ("chains", "failed_paths", "files", "agents", "tasks"):
        old = continuity(name, "named", kind)
        new = answer.estimates[answer.estimates["group"] == kind]
        new, old = new[new["exposure"] > 0], old[old["n_total"] > 0]
        assert listed(new, "n_events", "exposure", "estimate") == listed(old, "n", "n_total", "share")
        for row in continuity(name, "named", kind, each=True).query("n_total > 0").to_dict("records"):
            here = known.loc[(kind, row["compaction_id"])]
            assert (pd.isna(here) and pd.isna(row["n"])) or here == row["n"]


@pytest.mark.parametrize(
    ("measure", "outcome", "was"),
    [
        ("rereads", "same lines", "rereads"),
        ("rereads", "same file", "rereads_by_path"),
        ("repeats", "repeated", "repeats"),
        ("fixed", "fixed", "fixed"),
    ],
)
def test_what_was_done_after(database, measure, outcome, was):
    name, asked = database
    answer = asked(f"compaction_continuity.{measure}")
    new = answer.estimates[answer.estimates["outcome"] == outcome]
    new, old = new[new["exposure"] > 0], continuity(name, "after", was).query("n_total > 0")
    assert listed(new, "n_events", "exposure", "estimate") == listed(old, "n", "n_total", "share")
    if measure != "fixed":
        column, total = {"rereads": ("n_same_lines", "n_reads"), "rereads_by_path": ("n_same_file", "n_reads"),
                         "repeats": ("n_repeats", "n_edits")}[was]  # fmt: skip
        units = answer.units[answer.units[total].notna()]
        assert listed(units, "compaction_id", column, total) == listed(
            continuity(name, "after", was, each=True), "compaction_id", "n", "n_total"
        )
    if measure == "repeats":
        assert listed(
            answer.units[answer.units["approaches"].notna()], "compaction_id", "approaches"
        ) == listed(
            continuity(name, "after", was, each=True).query("items.notna()"), "compaction_id", "items"
        )


@pytest.mark.parametrize(
    ("outcome", "was", "prefix"),
    [("first edit", "first_edit", "edit"), ("first success", "first_pass", "pass")],
)
@pytest.mark.parametrize("unit", ["calls", "s"])
def test_time_to_recover(database, outcome, was, prefix, unit):
    name, asked = database
    answer = asked("compaction_continuity.time_to_recover")
    new = answer.estimates[(answer.estimates["outcome"] == outcome) & (answer.estimates["unit"] == unit)]
    new = new[new["statistic"] == "p50"]
    old = continuity(name, "first", was, unit=unit)
    assert listed(new, "estimate", "n_events", "n_units") == listed(
        old[old["n_compactions"] > 0], "value", "n", "n_total"
    )
    each = continuity(name, "first", was, each=True, unit=unit).query("value.notna()")
    units = answer.units[answer.units[f"{prefix}_{unit}"].notna()]
    assert listed(units, "compaction_id", f"{prefix}_{unit}", f"is_{prefix}_seen") == listed(
        each, "compaction_id", "value", "is_seen"
    )


@pytest.mark.parametrize(
    ("kind", "prefix", "n"),
    [("calls", "n_failed", "n_calls"), ("commands", "n_commands_failed", "n_commands")],
)
def test_failures_around(database, kind, prefix, n):
    name, asked = database
    answer = asked("compaction_continuity.failures_around")
    for moment in ("before", "after"):
        new = answer.estimates[answer.estimates["outcome"] == f"failed {kind} {moment}"]
        old = continuity(name, "failures", f"failed_{kind}", moment=moment).query("n_total > 0")
        assert listed(new[new["exposure"] > 0], "n_events", "exposure", "estimate") == listed(
            old, "n", "n_total", "share"
        )
        units = answer.units[answer.units[n].notna()]
        assert listed(units, "compaction_id", f"{prefix}_{moment}", n) == listed(
            continuity(name, "failures", f"failed_{kind}", each=True, moment=moment),
            "compaction_id",
            "n",
            "n_total",
        )


@pytest.mark.parametrize("by", [None, "trigger"])
@pytest.mark.parametrize("kind", ["calls", "commands"])
def test_differences(database, kind, by):
    name, asked = database
    found = asked("compaction_continuity.failures_around", by=by).estimates
    new = found[(found["role"] == "difference") & (found["outcome"] == f"failed {kind}")]
    old = continuity(name, "difference", f"failed_{kind}")
    old = old[old["trigger"].isna() == (by is None)].query("n_compactions > 0")
    assert listed(new[new["group"].fillna("") != "not known"], "group", "estimate", "n_units") == listed(
        old, "trigger", "value", "n_compactions"
    )
