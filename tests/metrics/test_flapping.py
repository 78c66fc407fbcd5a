"""Which checks flap: runs and edits of a minute beside the reruns that should come out."""

from io import StringIO

import pandas as pd
import planted
import pytest
from compacted import at, each_a_database, listed, relation
from tables import each_row

from claudesess import Store, ask

# Seconds; each run took two. The other agent's edit and the other session's count, a look does not.
CALLS = """
second,session_id,agent_id,kind,tool,aim,spelling,is_ok
2,s,,check,Bash,t,t,true
10,s,,check,Bash,t,t,false
20,s,x,check,Bash,t,t,true
25,s,,probe,Read,r,r,true
30,s,,check,Bash,t,t,
40,s,,check,Bash,t,t,false
50,s,,check,Bash,t,t,true
60,s,,check,Bash,t,t,true
65,s,,run,Bash,m,m,true
70,s,,check,Bash,t,t,false
80,s,,check,Bash,t,elsewhere,true
90,u,,check,Bash,t,t,true
"""
CLAIMS = """
second,session_id,agent_id
45,s,x
59,u,
"""
CHAIN = {"chain_id": 1, "aim": "t", "tried": "pytest a.py", "n_attempts": 1, "first_event": "open",
         "first_event_attempt": 1, "outcome": "open", "is_hidden": False}  # fmt: skip


@pytest.fixture
def store():
    calls, claims = (pd.read_csv(StringIO(text)).assign(db="a") for text in (CALLS, CLAIMS))
    began, ended = ((calls["second"] - less).map(at) for less in (2, 0))
    calls = calls.assign(call_id=calls["second"], began_at=began, ended_at=ended)
    claims = claims.assign(
        id=claims["second"], timestamp=claims["second"].map(at), operation="Edit", file_path="/p/a"
    )
    return Store.from_frames(
        tool_calls=relation("tool_calls", calls), file_claims=relation("file_claims", claims),
        error_chains=relation("error_chains", pd.DataFrame([CHAIN])),
    )  # fmt: skip


def test_reruns_with_nothing_edited_since_the_earlier_run_began(store):
    # :40 follows :20, since nobody knows how :30 went; :50, :60 and :70 come after an edit or a command
    assert listed(
        ask(store, "checks.flapping").units, "call_id", "was_ok", "is_ok", "is_flip", "is_again"
    ) == [
        [10, True, False, True, None],
        [20, False, True, True, True],
        [40, True, False, True, True],
    ]


def rerun(calls=(), edits=()):
    """A check that ran from 8 to 10 and from 28 to 30, other calls (kind, tool, end), and when files were edited."""
    ends = [("check", "Bash", 10), *calls, ("check", "Bash", 30)]
    rows = pd.DataFrame(ends, columns=["kind", "tool", "second"])
    ended = rows["second"].map(at)
    rows = rows.assign(
        db="a", session_id="s", call_id=rows.index, aim=rows["kind"], spelling="c", is_ok=True, ended_at=ended,
        began_at=ended - pd.Timedelta(seconds=2),
    )  # fmt: skip
    claims = pd.DataFrame({"timestamp": [at(second) for second in edits]}).assign(
        db="a", session_id="s", id=range(len(edits)), operation="Edit", file_path="/p/a"
    )
    return {"tool_calls": relation("tool_calls", rows), "file_claims": relation("file_claims", claims)}


#: What happened between two runs, and how many reruns there are for it.
BETWEEN = {
    "a run": (rerun(calls=[("run", "Bash", 20)]), 0),
    "git": (rerun(calls=[("vcs", "Bash", 20)]), 0),
    "a run of PowerShell": (rerun(calls=[("run", "PowerShell", 20)]), 0),
    "a look": (rerun(calls=[("probe", "Bash", 20)]), 1),
    "a tool that changes nothing": (rerun(calls=[("run", "Read", 20)]), 1),
    "an edit before the first began": (rerun(edits=[7.999]), 1),
    "an edit as the first began": (rerun(edits=[8]), 0),
    "an edit as the last ended": (rerun(edits=[30]), 0),
    "an edit after that": (rerun(edits=[30.001]), 1),
}


@pytest.fixture(scope="module")
def between():
    with each_a_database(given for given, _ in BETWEEN.values()) as opened:
        return ask(opened, "checks.flapping").units


@each_row("case", BETWEEN)
def test_what_may_have_changed_something_makes_it_no_rerun(between, case):
    own = between[between["db"] == f"d{list(BETWEEN).index(case)}"]
    assert len(own) == BETWEEN[case][1]


def test_a_check_that_went_from_passed_to_failed_is_named(store):
    answer = ask(store, "checks.flapping")
    assert listed(answer.estimates, "group", "outcome", "n_events", "exposure") == [
        ["t", "flipped", 3, 3.0],
        ["t", "passed, then failed", 2, 3.0],
        [None, "flipped again", 2, 2.0],
    ]
    assert answer.finding().startswith(
        "`pytest a.py`: 3 of 3 reruns without an edit flipped. Of all, 3 of 3 reruns without an edit flipped. "
        "Run these again before mending anything, and make them steady. In 1 session. "
    )


def test_a_check_that_was_only_seen_to_pass_after_a_failure_may_have_been_mended_by_hand(store):
    answer = ask(store, "checks.flapping", where={"agent_type": None})
    assert answer.finding().startswith("1 of 1 rerun without an edit flipped. No check is seen to be flaky. ")


@pytest.mark.slow
@pytest.mark.parametrize("flaps", [0.05, 0.1, 0.2])
def test_the_planted_share_lies_within_the_limits(flaps):
    with planted.runs(40, flaps=flaps) as store:
        rows = ask(store, "checks.flapping", by="db").estimates.query("outcome == 'flipped'")
    assert rows["n_units"].min() > 50
    inside = (rows["low"] <= flaps) & (flaps <= rows["high"])
    assert inside.mean() >= 0.9


@pytest.mark.slow
def test_of_checks_that_never_flap_none_is_named():
    with planted.runs(10, flaps=0.0) as store:
        answer = ask(store, "checks.flapping")
        assert answer.estimates["n_events"].sum() == 0
        assert "No check is seen to be flaky" in answer.finding()


def test_planted_checks_that_flap_come_first():
    with planted.runs(1, flaps=0.4, flaky=0.25, seed=5) as store:
        rows = ask(store, "checks.flapping").estimates.query("outcome == 'flipped'")
    named = rows[rows["n_events"] >= 2]
    assert 0 < len(named) < 6
    assert (rows.loc[~rows.index.isin(named.index), "n_events"] == 0).all()


def test_checks_of_another_group_say_nothing_of_what_these_are_like():
    with planted.runs(2, flaps=0.2, flap_spread=1.5) as store:
        whole = ask(store, "checks.flapping", by=("aim", "db")).estimates
        alone = ask(store, "checks.flapping", where={"db": "p1"}).estimates
    own = whole[(whole["group_2"] == "p1").fillna(False)].query("outcome == 'flipped'")
    names = ["group", "estimate", "low", "high"]
    expected = alone.query("outcome == 'flipped'")[names].reset_index(drop=True)
    pd.testing.assert_frame_equal(own[names].reset_index(drop=True), expected)
