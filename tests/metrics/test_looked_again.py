"""What a sender looks at again after an agent has: calls of a minute beside what should be counted of them."""

from io import StringIO

import pandas as pd
import planted
import pytest
from compacted import at, each_a_database, listed, relation
from tables import each_row

from claudesess import Store, ask
from claudesess.asking import listing

# Agent x looks at a (lines 1-40), b, and a search; it comes back at :20. The main thread looks at:
CALLS = """
second,agent_id,tool,kind,file_path,lines,spelling
5,,Read,probe,/p/a,1-40,ra
10,x,Read,probe,/p/a,1-40,ra
11,x,Read,probe,/p/b,1-9,rb
12,x,Grep,probe,,,g
13,x,WebFetch,run,,,w
20,,Agent,run,,,send
21,,Read,probe,/p/a,3-9,ra
22,,Read,probe,/p/b,5-12,rb
23,,Read,probe,/p/a,1-2,ra
24,,Grep,probe,,,g
25,,WebFetch,run,,,w
26,y,Read,probe,/p/b,1-9,rb
"""
RUNS = """
agent_id,parent_id,status,agent_type,second
x,,completed,Explore,20
y,,completed,Plan,27
z,x,completed,Plan,12.5
"""


def relations(*changed, dropped=(), status="completed", by="s"):
    """The calls but for some lines, and files that were changed at :15."""
    calls = pd.read_csv(StringIO(CALLS), dtype={"read_start": "Int64"})
    calls = calls[~calls["second"].isin(dropped)]
    lines = calls["lines"].str.extract(r"(\d+)-(\d+)").astype(float)
    calls = calls.assign(
        db="a", session_id="s", call_id=calls["second"], is_ok=True, ended_at=calls["second"].map(at),
        read_start=lines[0], read_end=lines[1],
    )  # fmt: skip
    runs = pd.read_csv(StringIO(RUNS))
    counts = dict.fromkeys(("n_tool_calls", "n_failed_calls", "n_files_changed", "n_errors"), 0)
    runs = runs.assign(
        db="a", session_id="s", ended_at=runs["second"].map(at), is_ended=True, **counts,
        status=runs["status"].where(runs["agent_id"] != "x", status),
    )  # fmt: skip
    claims = pd.DataFrame(
        {"db": "a", "id": range(len(changed)), "session_id": by, "file_path": changed, "operation": "Edit"}
    ).assign(timestamp=at(15))
    return {
        "tool_calls": relation("tool_calls", calls),
        "agent_runs": relation("agent_runs", runs),
        "file_claims": relation("file_claims", claims),
    }


# Of x: a, the search and the page are looked at again; of b other lines are. Nobody called after y; z came back to x.
CASES = [
    ((), {}, 10, (4, 5, 3)),
    (("/p/other",), {}, 10, (3, 5, 2)),  # something was changed: the search may find something else
    (("/p/a",), {}, 10, (2, 5, 1)),
    (("/p/a",), {"by": "another"}, 10, (2, 5, 1)),
    ((), {}, 3, (4, 3, 1)),  # of so many calls
    ((), {"dropped": [21]}, 10, (4, 4, 3)),  # a once more at :23
    ((), {"dropped": [21, 23]}, 10, (4, 3, 2)),  # :05 was before
    ((), {"dropped": [21, 22, 23, 24, 25]}, 10, None),  # the sender made no call after it
    ((), {"status": "failed"}, 10, None),
]


@pytest.fixture(scope="module")
def of_cases():
    with each_a_database(relations(*changed, **given) for changed, given, *_ in CASES) as opened:
        return {calls: ask(opened, "agents.looked_again", calls=calls).units for calls in (3, 10)}


@each_row("n", range(len(CASES)))
def test_what_counts_as_looked_at_again(of_cases, n):
    *_, calls, expected = CASES[n]
    own = of_cases[calls][of_cases[calls]["db"] == f"d{n}"]
    rows = listed(own, "agent_id", "sender", "n_looks", "n_watched", "n_again")
    found = {row[0]: row[1:] for row in rows}
    assert found.get("x") == (None if expected is None else ["main thread", *expected])
    assert found["z"] == ["another agent", 0, 1, 0]
    assert "y" not in found


def test_the_finding_and_what_is_advised():
    with Store.from_frames(**relations()) as opened:
        answer = ask(opened, "agents.looked_again")
        assert answer.finding().startswith(
            "3 of 4 things that agents looked at were looked at again. By whoever had sent them, soon "
            "after and unchanged. In 1 session. If every agent had come back at some other call of its sender:"
        )
        advice = listing.measure("agents.looked_again").module.advice(answer.estimates, answer.units)
    assert (advice.events.sum(), advice.cost, advice.each) == (3, "calls", 1.0)


def test_what_was_planted_is_counted_and_nothing_else():
    given, planned = planted.looked_again(0.4, 2, own=0.0)
    with given as opened:
        units = ask(opened, "agents.looked_again").units
    found = units.set_index("agent_id")["n_again"]
    expected = pd.Series({f"s{session}a{agent}": n for (session, agent), n in planned.items()})
    # one more where another agent's thing is looked at again soon after this one, too
    assert (found.reindex(expected.index) >= expected).all()
    assert 1 <= found.sum() / expected.sum() < 1.25
