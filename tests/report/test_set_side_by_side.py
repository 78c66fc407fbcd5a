"""Which groups of a measure are set side by side on the page of its question."""

from datetime import UTC

import pandas as pd
import pytest
from tables import each_row

from claudesess import Store, ask
from claudesess.report import questions
from claudesess.report.reader import Reader


def called(*, of):
    """Calls of tasks of a kind of agent, two an agent, each of a session of its own."""
    begin = pd.Timestamp("2026-05-04T09:00:00Z")
    rows = [
        {"db": "a", "session_id": f"{kind}{place}", "agent_id": f"{kind}{place}", "agent_type": kind,
         "status": "failed" if place % 2 else "completed", "spawned_at": begin, "is_ended": True,
         "ended_at": begin + pd.Timedelta(minutes=5), "last_seen_at": begin + pd.Timedelta(minutes=5)}
        for kind, n in of.items()
        for place in range(n)
    ]  # fmt: skip
    return pd.DataFrame(rows)


@pytest.mark.slow
@each_row(
    ("of", "names", "n_too_few"),
    [
        ({"Explore": 4, "Plan": 3}, ["Explore", "Plan"], 0),
        ({"Explore": 4, "Plan": 3, "other": 2}, ["Explore", "Plan"], 1),
        ({"Explore": 9, "Plan": 2}, None, None),
        ({"Explore": 2, "Plan": 2}, None, None),
    ],
)
def test_groups_of_fewer_than_three_sessions_are_not_set_beside_others(of, names, n_too_few):
    with Store.from_frames(agent_runs=called(of=of)) as store:
        answer = ask(store, "agents.per_agent", by="status")
        groups = questions.drawn(answer, Reader(UTC)).groups
    if names is None:
        assert groups == []
    else:
        [one] = groups
        shown = {strip.name.partition(" · ")[0] for block in one.blocks for strip in block.strips}
        said = (one.by, sorted(shown), one.n_too_few, one.n_bare)
        assert said == ("Agent type", names, n_too_few, 0)


def test_databases_are_set_side_by_side():
    agents = called(of={"Explore": 4})
    with Store.from_frames(agent_runs=pd.concat([agents, agents.assign(db="b")])) as store:
        answer = ask(store, "agents.per_agent", by="status")
        [one] = questions.drawn(answer, Reader(UTC)).groups
    assert one.by == "Database"


@pytest.mark.slow
def test_nothing_is_estimated_of_groups_that_cannot_have_limits(monkeypatch):
    asked = []
    with Store.from_frames(agent_runs=called(of={"Explore": 9, "Plan": 2})) as store:
        answer = ask(store, "agents.per_agent", by="status")
        again = answer.again
        monkeypatch.setattr(type(answer), "again", lambda self, by: asked.append(by) or again(by=by))
        questions.drawn(answer, Reader(UTC))
    assert asked == []


def tried(category, attempts, event="fixed", *, n):
    """Chains of failures of a kind, each of a session of its own, with what happened at the last attempt."""
    begin = pd.Timestamp("2026-05-04T09:00:00Z")
    return [
        {"db": "a", "chain_id": hash((category, event, attempts, place)) % 10**9,
         "session_id": f"{category}{event}{attempts}{place}", "kind": "check",
         "error_category": category, "tried": "make", "aim": "x", "started_at": begin, "closed_at": begin,
         "n_attempts": attempts, "first_event": event, "first_event_attempt": attempts, "outcome": event}
        for place in range(n)
    ]  # fmt: skip


def test_groups_are_of_the_number_that_the_title_has():
    rows = [
        *tried("test", 2, n=30), *tried("test", 5, n=20), *tried("test", 1, "abandoned", n=5),
        *tried("lint", 1, n=9), *tried("lint", 1, "abandoned", n=3),
    ]  # fmt: skip
    with Store.from_frames(error_chains=pd.DataFrame(rows)) as store:
        answer = ask(store, "retry_escalation.outcome_by_attempt")
        [group] = questions.drawn(answer, Reader(UTC)).groups
    assert "by attempt 5" in answer.wording.title
    assert {block.caption.rpartition(", ")[2] for block in group.blocks} == {"by attempt 5"}
    assert not any(strip.is_told for block in group.blocks for strip in block.strips)


def test_what_two_groups_do_not_share_is_not_drawn():
    rows = pd.DataFrame(
        [
            ("failed", "a", 5), ("failed", "b", 3),
            ("hidden", "a", 5), ("hidden", "b", 2),  # of one group alone there are limits
        ],
        columns=["outcome", "group", "n_sessions"],
    ).assign(statistic="share", horizon=None, unit="share")  # fmt: skip
    left = questions._side_by_side(rows)
    assert left[["outcome", "group"]].values.tolist() == [["failed", "a"], ["failed", "b"]]


@pytest.mark.slow
def test_groups_without_a_number_beside_others_are_counted_and_said(monkeypatch):
    of = {"Explore": 4, "Plan": 3, "other": 3, "rare": 2}
    with Store.from_frames(agent_runs=called(of=of)) as store:
        answer = ask(store, "agents.per_agent", by="status")
        again = answer.again

        def without(self, by):
            other = again(by=by)
            is_other = (other.estimates["group"] == "other").fillna(False)
            other.__dict__["estimates"] = other.estimates.assign(
                estimate=other.estimates["estimate"].mask(is_other)
            )
            return other

        monkeypatch.setattr(type(answer), "again", without)
        [one] = questions.drawn(answer, Reader(UTC)).groups
    assert (one.n_too_few, one.n_bare) == (1, 1)
    assert sorted({strip.name.partition(" · ")[0] for strip in one.blocks[0].strips}) == ["Explore", "Plan"]
