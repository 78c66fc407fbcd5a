"""What agents cost and of how many nothing comes, by hand; which types are worse is found again."""

import pandas as pd
import planted
import pytest
from compacted import at, listed, relation
from counts import by_run
from tables import each_row

from claudesess import Store, ask, findings
from claudesess.asking import listing
from claudesess.contracts import ESTIMATES

# Agent, type, how it ended, seconds, calls, failed ones; the last one runs still.
RUNS = [
    ("a", "Plan", "completed", 60, 10, 1),
    ("b", "Plan", "failed", 120, 5, 4),
    ("c", "Explore", "completed", 30, 5, 0),
    ("d", "Explore", "aborted_stale", 240, 0, 0),
    ("e", "Explore", "running", 600, 9, 9),
]
ANSWERS = [("a", 10, 5, 100, 1), ("a", 1, None, 2000, 1), ("c", 7, 7, 7, 7), (None, 99, 99, 99, 99)]


@pytest.fixture
def store():
    names = ["agent_id", "agent_type", "status", "observed_s", "n_tool_calls", "n_failed_calls"]
    runs = pd.DataFrame(RUNS, columns=names).assign(
        db="a", session_id="s", ended_at=[at(second) for second in range(5)], n_files_changed=0, n_errors=0,
        is_ended=True,
    )  # fmt: skip
    tokens = ["agent_id", "input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens"]
    answers = pd.DataFrame(ANSWERS, columns=tokens).assign(db="a", session_id="s", answer_id=range(4))
    with Store.from_frames(
        agent_runs=relation("agent_runs", runs), model_answers=relation("model_answers", answers)
    ) as opened:
        yield opened


def test_agents_that_are_over_with_what_they_took(store):
    units = ask(store, "agents.per_agent").units
    assert listed(units, "agent_id", "observed_min", "tokens", "n_failed_calls", "is_lost") == [
        ["a", 1.0, 18, 1, False],  # what came from the cache is left out
        ["b", 2.0, None, 4, True],
        ["c", 0.5, 21, 0, False],
        ["d", 4.0, None, 0, True],
    ]


def test_the_finding_and_what_is_advised(store):
    answer = ask(store, "agents.per_agent")
    assert answer.finding().startswith(
        "Explore: 1 of 2 agents ended without a result. 0 % of their calls failed, 21 tokens each. By agent type, "
        "Plan: 1 of 2 agents ended without a result, 33 % of their calls failed, 18 tokens each. "
        "Explore: in 1 session; Plan: in 1 session."
    )
    advice = listing.measure("agents.per_agent").module.advice(answer.estimates, answer.units)
    assert (advice.events.tolist(), advice.cost, advice.each) == ([0, 1, 0, 1], "min", 3.0)
    assert advice.step(pd.Series({"group": "Plan"})).startswith("Give agents of the type Plan smaller tasks")
    row = answer.estimates.query("group == 'Plan' and outcome == 'no result' and statistic == 'share'").iloc[
        0
    ]
    assert str(advice.says(row)) == "Plan: 1 of 2 agents ended without a result. In 1 session."
    assert advice.step(pd.Series({"group": None})) == advice.step(pd.Series({"group": "not known"})) == ""


@each_row(("n_plans", "first"), [(1, "Explore"), (2, "Explore"), (3, "Plan")])
def test_the_type_of_most_agents_is_told_first(n_plans, first):
    rows = [
        {"group_by": "agent_type", "group": name, "outcome": "no result", "statistic": "share", "unit": "share", "estimate": 0.5,
         "low": 0.1, "high": 0.9, "n_events": 1, "exposure": n, "n_units": n, "n_sessions": 1}
        for name, n in (("Explore", 2), ("Plan", n_plans))
    ]  # fmt: skip
    estimates = ESTIMATES.cast(pd.DataFrame(rows).reindex(columns=ESTIMATES.names))
    assert listing.measure("agents.per_agent").module.finding(estimates).title.startswith(f"{first}: ")


def test_a_type_of_three_agents_is_drawn_towards_the_others():
    with planted.ended_agents((0.1,) * 6, 1) as opened:
        answer = ask(opened, "agents.per_agent")
        few = answer.units["agent_id"].isin(answer.units[answer.units["agent_type"] == "t0"]["agent_id"][3:])
        units = answer.units[~few].assign(is_lost=lambda rows: rows["is_lost"] | (rows["agent_type"] == "t0"))
        module = answer.measure.module
        rows = module.estimate(module.sums(units)).query("outcome == 'no result' and group == 't0'")
    found = rows.set_index("statistic")["estimate"]
    assert found["share"] == 1.0
    assert found["mean"] < 0.8


def named(lost, projects):
    """Count the projects in which the findings name a type, and which."""
    with planted.ended_agents(lost, projects) as opened:
        whole = ask(opened, "agents.per_agent")
        each = [whole.again(where={"db": f"p{n}"}) for n in range(projects)]
        found = [findings(opened, {"agents.per_agent": one}) for one in each]
    return [{one.claim["group"] for one in seen} for seen in found]


#: Projects with a type of which nothing comes, of how many it is named at least, and projects without: `make stress` takes
#: more. Of forty it is named in 34 (limits 71 to 94 %): what is so rare is not always shown.
PLANTED, NAMED, ALIKE = by_run(few=(5, 3, 8), full=(40, 28, 40))


@pytest.mark.slow
def test_the_type_of_which_nothing_comes_is_named_and_of_like_ones_none():
    found = named((0.6, 0.05, 0.05, 0.05, 0.05), PLANTED)
    assert found.count({"t0"}) >= NAMED
    assert found.count({"t0"}) + found.count(set()) == PLANTED
    assert sum(bool(groups) for groups in named((0.15,) * 5, ALIKE)) <= 0.05 * ALIKE
