"""At which attempt it should have asked: a few chains beside what the next tries brought and took."""

from io import StringIO

import numpy as np
import pandas as pd
import planted
import pytest
from compacted import at, listed, relation

from claudesess import Store, ask

# What is first seen to happen after which failure; chain 3 is left after its third, 4 is open, 5 is no check.
CHAINS = """
chain_id,session_id,kind,first_event,first_event_attempt,closed
1,s,check,fixed,1,180
2,s,check,fixed,2,1300
3,t,check,abandoned,3,
4,t,check,open,1,
5,t,vcs,fixed,1,5000
6,u,check,fixed,4,7240
"""
# 3 was taken up again later; the session was left between its second and third failure
ATTEMPTS = """
chain_id,session_id,attempt,second
1,s,1,60
2,s,1,1000
2,s,2,1120
3,t,1,2000
3,t,2,2060
3,t,3,2900
3,t,4,3500
4,t,1,4000
5,t,1,4900
6,u,1,7000
6,u,2,7060
6,u,3,7120
6,u,4,7180
"""


@pytest.fixture
def store():
    chains, attempts = (pd.read_csv(StringIO(text)).assign(db="a") for text in (CHAINS, ATTEMPTS))
    chains = chains.assign(
        closed_at=chains["closed"].map(at, na_action="ignore"), started_at=at(0), n_attempts=1,
        outcome=chains["first_event"], is_hidden=False, error_category="test",
    )  # fmt: skip
    attempts = attempts.assign(error_id=range(len(attempts)), failed_at=attempts["second"].map(at))
    windows = [("s", 0, 1500), ("t", 1900, 2120), ("t", 2840, 6000), ("u", 7000, 7300)]
    windows = pd.DataFrame({"db": "a", "session_id": [w[0] for w in windows],
                            "start_at": [at(w[1]) for w in windows], "end_at": [at(w[2]) for w in windows]})  # fmt: skip
    return Store.from_frames(
        error_chains=relation("error_chains", chains), error_attempts=relation("error_attempts", attempts),
        session_windows=relation("session_windows", windows),
    )  # fmt: skip


def test_tries_up_to_the_first_event_and_the_time_to_the_next(store):
    assert listed(ask(store, "checks.when_to_ask").units, "chain_id", "attempt", "is_fixed", "wait_min") == [
        [1, 1, True, 2.0],
        [2, 1, False, 2.0],
        [2, 2, True, 3.0],
        [3, 1, False, 1.0],
        [3, 2, False, 2.0],  # a minute before the session was left, one after
        [3, 3, None, None],
        [4, 1, None, None],
        [6, 1, False, 1.0],
        [6, 2, False, 1.0],
        [6, 3, False, 1.0],
        [6, 4, True, 1.0],
    ]


def test_what_is_saved_against_going_on_as_long_as_anybody_did(store):
    rows = ask(store, "checks.when_to_ask", minutes=6).estimates
    # fixed: 1 of 4, 1 of 3, none of 1, 1 of 1, at 3/2, 2, 1 and 1 minutes; asking costs 6.
    # C(1) = 6; C(2) = 3/2 + 3/4 · 6 = 6; C(3) = 3/2 + 3/4 · 2 + 1/2 · 6 = 6; C(4) = 3 + 1/2 + 1/2 · 6;
    # and with the fourth all are fixed: C(5) = 3 + 1/2 + 1/2 = 4
    assert listed(
        rows[rows["outcome"].str.startswith("saved")], "outcome", "horizon", "estimate", "n_units"
    ) == [
        ["saved at best", None, -2.0, 5],
        ["saved", 1.0, -2.0, 5],
        ["saved", 2.0, -2.0, 3],
        ["saved", 3.0, -2.0, 2],
        ["saved", 4.0, -2.5, 1],
    ]
    fixed = rows[rows["outcome"] == "fixed by the next try"]
    assert listed(fixed.head(2), "horizon", "n_events", "exposure") == [[1.0, 1, 4.0], [2.0, 1, 3.0]]


@pytest.mark.slow
def test_where_nothing_is_saved_it_says_so(store):
    assert (
        ask(store, "checks.when_to_ask")
        .finding()
        .startswith(
            "No failure is shown at which asking would have saved time. Of 5 chains of failures, where an answer "
            "costs 10 min. In 3 sessions, "
        )
    )


def test_where_nobody_went_on_long_enough_no_number_is_given(store):
    answer = ask(store, "checks.when_to_ask", by="session_id")
    saved = answer.estimates.query("outcome == 'saved at best'").set_index("group")
    assert saved["estimate"].isna().to_dict() == {"s": True, "t": True, "u": False}
    assert saved.loc["t", "note"] == (
        "nobody was seen to try again after failure 4: what going on costs is not known"
    )


def best(hazards, minutes=10.0, wait=2.0):
    """Return the failure at which asking costs least, going on one by one."""
    failing, spent, cost = 1.0, 0.0, []
    for hazard in [*hazards, *[hazards[-1]] * 6][:6]:
        cost.append(spent + failing * minutes)
        spent += failing * wait
        failing *= 1 - hazard
    return int(np.argmin(cost)) + 1


@pytest.mark.slow
@pytest.mark.parametrize("hazards", [(0.6, 0.3, 0.02), (0.1, 0.05), (0.6, 0.5, 0.4, 0.05)])
def test_the_planted_optimum_is_found_within_one_failure(hazards):
    with planted.tries(hazards, 40) as store:
        rows = ask(store, "checks.when_to_ask", by="db").estimates.query("outcome == 'saved'")
    found = rows.loc[rows.groupby("group")["estimate"].idxmax(), "horizon"].astype(float)
    assert len(found) == 40
    assert (abs(found - best(hazards)) <= 1).mean() >= 0.9


@pytest.mark.slow
def test_where_going_on_pays_nothing_is_shown():
    with planted.tries((0.5, 0.5), 40) as store:
        rows = ask(store, "checks.when_to_ask", by="db").estimates.query("outcome == 'saved at best'")
    assert (rows["low"] > 0).fillna(False).sum() <= 4


@pytest.mark.slow
def test_asking_is_said_where_it_would_have_saved_time():
    with planted.tries((0.6, 0.3, 0.02), 1) as store:
        said = ask(store, "checks.when_to_ask").finding()
    assert said.startswith("Asking at failure 3 would have saved ")
    assert "where an answer costs 10 min: stop and ask there. In " in said
    assert " s. If every try of a session had the same chance, whichever it was: " in said
