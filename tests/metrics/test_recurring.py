"""Which failures come back: calls and messages of a few sessions beside what should be said of them."""

from io import StringIO

import pandas as pd
import planted
import pytest
import scipy
from compacted import at, listed, relation
from counts import by_run
from tables import each_row

from claudesess import Store, ask
from claudesess.asking import listing

# Five sessions push; three of them fail first, each with a message of its own branch. One commit is refused.
CALLS = """
second,session_id,kind,aim,is_ok
0,s1,vcs,push,false
9,s1,vcs,push,true
100,s2,vcs,push,false
200,s3,vcs,push,true
300,s4,vcs,push,false
400,s5,vcs,push,true
410,s5,check,t,false
420,s5,check,t,true
500,s6,check,t,true
"""
CHAINS = """
second,session_id,chain_id,kind,aim,tried,closed
0,s1,1,vcs,push,git push origin,9
100,s2,2,vcs,push,git push,
300,s4,3,vcs,push,git push,
410,s5,4,check,t,pytest a.py,420
"""
SAID = "Exit code 128\nfatal: The branch {} has no upstream branch.\nTo push it, use\n\n    git push -u origin {}\n"

NONE = "No failure came back in 3 sessions or more"


@pytest.fixture
def store():
    calls, chains = (pd.read_csv(StringIO(text)).assign(db="a") for text in (CALLS, CHAINS))
    calls = calls.assign(call_id=calls["second"], ended_at=calls["second"].map(at), tool="Bash")
    edit = {"call_id": 415, "session_id": "s5", "tool": "Edit", "kind": "run", "is_ok": True,
            "ended_at": at(415), "file_path": "/p/shop/a.py", "db": "a"}  # fmt: skip
    calls = pd.concat([calls.astype(object), pd.DataFrame([edit]).astype(object)])
    chains = chains.assign(
        started_at=chains["second"].map(at), last_failed_at=chains["second"].map(at), n_attempts=1,
        closed_at=chains["closed"].map(at, na_action="ignore"), error_category="runtime", first_event="open",
        first_event_attempt=1, outcome="open", is_hidden=False,
    )  # fmt: skip
    said = [f"$ {tried}\n{SAID.format(n, n) if n < 4 else 'E       assert 1 == 2'}" for n, tried in
            zip(chains["chain_id"], chains["tried"], strict=True)]  # fmt: skip
    errors = chains.assign(id=chains["chain_id"], error_message=said, timestamp=chains["started_at"])
    windows = pd.DataFrame(
        {"db": "a", "session_id": [f"s{n}" for n in range(1, 7)], "start_at": at(0), "end_at": at(600)}
    )
    return Store.from_frames(
        tool_calls=relation("tool_calls", calls), error_chains=relation("error_chains", chains),
        error_log=relation("error_log", errors), session_windows=relation("session_windows", windows),
    )  # fmt: skip


def test_aims_and_the_sessions_that_tried_them(store):
    units = ask(store, "checks.recurring").units
    push = units[units["aim"] == "push"]
    assert listed(
        push, "session_id", "tried", "n_runs", "n_failures", "is_failed", "is_again", "lost_min"
    ) == [
        ["s1", "git push", 2, 1, True, None, 0.15],
        ["s2", "git push", 1, 1, True, True, 0.0],
        ["s3", "git push", 1, 0, False, False, 0.0],
        ["s4", "git push", 1, 1, True, True, 0.0],
        ["s5", "git push", 1, 0, False, False, 0.0],
    ]
    assert listed(
        units[units["aim"] == "t"], "session_id", "is_failed", "is_again", "message", "mended_in"
    ) == [
        ["s5", True, None, "assert 1 == 2", "shop/a.py"],
        ["s6", False, False, None, None],
    ]
    assert listed(push.head(1), "message", "remedy") == [
        ["fatal: The branch 1 has no upstream branch.", "git push -u origin 1"]
    ]


def test_an_aim_has_limits_from_three_sessions_on(store):
    rows = ask(store, "checks.recurring").estimates
    rows = rows[(rows["group_by"] == "aim").fillna(False) & rows["outcome"].isin(["failed", "failures"])]
    few = "fewer than 3 sessions: no limits"
    assert listed(rows.sort_values(["group", "outcome"]), "group", "outcome", "n_sessions", "note") == [
        ["push", "failed", 5, None], ["push", "failures", 5, None], ["t", "failed", 2, few], ["t", "failures", 2, few],
    ]  # fmt: skip
    assert rows[rows["group"] == "push"][["low", "high"]].notna().all(axis=None)
    assert rows[rows["group"] == "t"][["low", "high"]].isna().all(axis=None)


# Seconds of the failure and of the success, of windows in which the session was open, and minutes that were lost.
LOST = [
    ((60, 180), [(0, 600)], 2.0),
    ((60, 180), [(0, 90), (150, 600)], 1.0),
    ((60, 180), [(60, 120)], 1.0),
    ((60, 180), [(180, 600)], 0.0),
    ((60, 180), [(240, 600)], 0.0),  # it was never open meanwhile
    ((60, None), [(0, 600)], 0.0),
]


def test_time_is_lost_while_the_session_was_open():
    chains = pd.DataFrame([times for times, _, _ in LOST], columns=["started_at", "closed_at"]).assign(
        db="a", session_id=[f"s{n}" for n in range(len(LOST))], chain_id=range(len(LOST)), kind="check", aim="t", n_attempts=1,
        first_event="open", first_event_attempt=1, outcome="open", is_hidden=False,
    )  # fmt: skip
    for name in ("started_at", "closed_at"):
        chains[name] = chains[name].map(at, na_action="ignore")
    opened = [{"session_id": f"s{n}", "start_at": at(start), "end_at": at(end)}
              for n, (_, spans, _) in enumerate(LOST) for start, end in spans]  # fmt: skip
    with Store.from_frames(
        error_chains=relation("error_chains", chains.assign(last_failed_at=chains["started_at"])),
        session_windows=relation("session_windows", pd.DataFrame(opened).assign(db="a")),
    ) as given:
        units = ask(given, "checks.recurring").units
    assert listed(units.sort_values("session_id"), "lost_min") == [[lost] for *_, lost in LOST]


@each_row(
    ("kind", "expected"),
    [("check", [["a", "t"]]), ("vcs", [["a", "push"]]), ("run", [["b", "push"]]), ("all", [["a", "push"], ["a", "t"], ["b", "push"]])],
)  # fmt: skip
def test_an_aim_is_of_the_kind_of_its_calls_and_chains_in_its_own_database(kind, expected):
    tries = [("a", "vcs", "push", True), ("b", "run", "push", True), ("a", "check", "t", False)]
    every = pd.DataFrame(tries, columns=["db", "kind", "aim", "is_ok"]).assign(
        session_id="s", tool="Bash", call_id=[1, 2, 3]
    )
    failed = every.tail(1).assign(
        chain_id=1, started_at=at(1), n_attempts=1, first_event="open", first_event_attempt=1, outcome="open", is_hidden=False
    )  # fmt: skip
    with Store.from_frames(
        tool_calls=relation("tool_calls", every.head(2).assign(ended_at=at(1))),
        error_chains=relation("error_chains", failed),
    ) as given:
        units = ask(given, "checks.recurring", kind=kind).units
    assert listed(units.sort_values(["db", "aim"]), "db", "aim") == expected


def test_what_is_said_is_of_the_sessions_first_chain_of_the_aim_and_without_what_surrounds_it():
    messages = ["$ pytest\nE   │\tassert 1 == 2 \r", "$ pytest\nassert 3 == 4"]
    rows = pd.DataFrame(
        {"chain_id": [1, 2], "id": [1, 2], "error_message": messages, "kind": "check", "aim": "t"}
    )
    rows = rows.assign(
        db="a", session_id="s", started_at=at(1), last_failed_at=at(1), timestamp=at(1), n_attempts=1,
        first_event="open", first_event_attempt=1, outcome="open", is_hidden=False,
    )  # fmt: skip
    with Store.from_frames(
        error_chains=relation("error_chains", rows), error_log=relation("error_log", rows)
    ) as given:
        units = ask(given, "checks.recurring").units
    assert listed(units, "n_failures", "message") == [[2, "assert 1 == 2"]]


@pytest.mark.slow
def test_what_failed_in_three_sessions_is_named_with_whose_it_is(store):
    answer = ask(store, "checks.recurring")
    assert answer.finding().startswith(
        "`git push` failed in 3 of 5 sessions that tried it. In a. Named is what failed in 3 sessions or more"
    )
    two = ask(store, "checks.recurring", where={"session_id": ["s1", "s2"]})
    assert two.finding().startswith(f"{NONE}. 2 of 2 things tried in a session failed there.")


@pytest.mark.slow
def test_what_is_advised_is_the_line_of_what_cost_most_and_costs_what_that_took_when_it_failed_again(store):
    answer = ask(store, "checks.recurring")
    recurring = listing.measure("checks.recurring").module
    advice = recurring.advice(answer.estimates, answer.units)
    line = (
        "Instead of `git push`: `git push -u origin …` (else: “fatal: The branch … has no upstream branch”)"
    )
    assert advice.step(None) == "Put it where every session reads it."
    assert advice.proposal(None) == ("rule", line)
    assert (advice.events.sum(), advice.cost, advice.each) == (2, "min", 0.0)  # neither was mended
    lost = answer.units.assign(lost_min=[9.0, 2.0, 9.0, 4.0, 9.0, 9.0, 9.0])
    assert recurring.advice(answer.estimates, lost).each == 3.0
    # The minutes of another thing that comes back as well are no part of it.
    other = lost[lost["aim"] == "push"].assign(aim="other", lost_min=1.0, tried="ls")
    both = pd.concat([lost, other], ignore_index=True)
    estimates = recurring.estimate(recurring.sums(both))
    advice = recurring.advice(estimates, both)
    assert (advice.each * 4, advice.events.sum()) == (6.0, 2)  # of four that failed again, two are its own
    row = estimates[estimates["outcome"] == "failed again"].iloc[0]
    assert str(advice.says(row)) == (
        "`git push` failed in 3 of 5 sessions that tried it. 6 min were lost in sessions after the first, in a. "
        "1 other thing comes back, too. Named is what failed in 3 sessions or more, and more often than things "
        "tried do. 4 of 9 things tried that had failed before failed again (in 5 sessions)."
    )
    few = ask(store, "checks.recurring", where={"session_id": ["s1", "s2"]})
    assert recurring.advice(few.estimates, few.units).step == ""


def test_a_failure_of_several_projects_is_a_habit(store):
    recurring = listing.measure("checks.recurring").module
    answer = ask(store, "checks.recurring")
    units = answer.units.assign(project=answer.units["session_id"])
    assert "In more than one project: a habit." in str(recurring.finding(answer.estimates, units))


@pytest.mark.slow
def test_planted_rates_are_ranked_as_they_are():
    store, rate = planted.failures(1, sessions=80, checks=30)
    with store:
        rows = ask(store, "checks.recurring").estimates.query("outcome == 'failures'")
    found = rows.set_index("group")["estimate"].astype(float)
    assert scipy.stats.spearmanr(found, rate["p0"].reindex(found.index)).statistic >= 0.9


#: Projects whose checks fail alike, how many of them may be named, and projects of few sessions.
ALIKE, MOST, SHORT = by_run(few=(6, 1, 4), full=(20, 2, 10))


def said_of_each(projects, **planted_as):
    store, _ = planted.failures(projects, **planted_as)
    with store:
        whole = ask(store, "checks.recurring")
        return [whole.again(where={"db": f"p{n}"}).finding() for n in range(projects)]


@pytest.mark.slow
def test_of_checks_that_fail_alike_none_is_named_and_of_few_sessions_none_either():
    assert sum(not said.startswith(NONE) for said in said_of_each(ALIKE, rate_spread=0.0)) <= MOST
    assert all(said.startswith(NONE) for said in said_of_each(SHORT, sessions=2, rate=2.0))
