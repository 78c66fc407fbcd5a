"""Who was asked before which call, how long it paused, and when an entry of the allow-list is proposed."""

import pandas as pd
import pytest
from counts import first
from handmade import lines, shown, store_of
from script import Script
from tables import each_row

from claudesess import ask
from claudesess.asking import listing
from claudesess.asking.findings import findings
from claudesess.estimating.advice import Proposal

TEST = "Bash(npm test:*)"


def units(tmp_path, script):
    with store_of(tmp_path, "".join(script.sql)) as store:
        found = ask(store, "permissions.asked").units
    columns = "event_id,called_at,tool,permit,is_asked,is_granted,pause_min"
    return shown(found, columns).replace("2026-05-04 ", "").replace("+00:00", "")


def test_a_request_is_of_the_next_call_that_is_spelled_alike(tmp_path):
    bash = {"tool": "Bash", "tool_ms": 1000, "ok": True}
    script = (
        Script()
        .event("09:00:00", "user_prompt_submit")
        .event("09:00:31", "post_tool_use", tool="Read", spelling="r", tool_ms=1000, ok=True)
        .event("09:00:40", "permission_request", tool="Bash", spelling="t", permit=TEST)
        # beside it an agent asks for the same, and is the first to get it
        .event("09:00:41", "subagent_start", agent_id="x")
        .event("09:00:42", "permission_request", tool="Bash", spelling="t", permit=TEST, agent_id="x")
        .event("09:01:12", "post_tool_use", **bash, spelling="t", agent_id="x")
        .event("09:02:02", "post_tool_use", **bash, spelling="t")
        # the same again, which nobody asks about
        .event("09:02:18", "post_tool_use", **bash, spelling="t")
        # what has no entry: refused, then asked for again
        .event("09:02:20", "permission_request", tool="Bash", spelling="rm")
        .event("09:02:30", "permission_request", tool="Bash", spelling="rm")
        .event("09:52:19", "post_tool_use", **bash, spelling="rm")
        .event("09:52:30", "permission_request", tool="Bash", spelling="no")
        .event("09:52:40", "stop")
        # still waiting; and of a writer that does not say what it is about
        .event("09:53:00", "permission_request", tool="Bash", spelling="t", permit=TEST)
        .event("09:53:10", "permission_request", tool="Edit")
    )
    assert units(tmp_path, script) == lines("""
        event_id,called_at,tool,permit,is_asked,is_granted,pause_min
        2,09:00:30,Read,,False,,0.5
        6,09:01:11,Bash,Bash(npm test:*),True,True,0.5
        7,09:02:01,Bash,Bash(npm test:*),True,True,1.5
        8,09:02:17,Bash,,False,,0.25
        9,09:02:20,Bash,none proposed,True,False,
        11,09:52:18,Bash,none proposed,True,True,30.0
        12,09:52:30,Bash,none proposed,True,False,
        14,09:53:00,Bash,Bash(npm test:*),True,,
        15,09:53:10,Edit,none proposed,True,,
    """)


def test_an_imported_call_has_no_row(tmp_path):
    script = Script().event("09:00:00", "post_tool_use", tool="Bash", spelling="t", tool_ms=1, imported=True)
    assert len(units(tmp_path, script).splitlines()) == 1


def sessions(n, *, asked_s, other_s=6, refused=(), permit=TEST):
    """So many sessions: of each eight calls the fourth and the last were asked about, and began so much later."""
    script, now = Script(), pd.Timestamp("2026-05-04 06:00:00")
    for number in range(n):
        name = f"s{number}"

        def add(after, kind, name=name, **payload):
            nonlocal now
            now += pd.Timedelta(seconds=after)
            script.event(f"{now:%H:%M:%S}", kind, name, **payload)

        add(60, "user_prompt_submit")
        for call in range(8):
            if call % 4 < 3:
                add(
                    other_s + (number + call) % 3 + 2,
                    "post_tool_use",
                    tool="Read",
                    spelling=f"r{call}",
                    tool_ms=2000,
                )
                continue
            add(2, "permission_request", tool="Bash", spelling="t", permit=permit)
            if (number, call) in refused:
                add(1, "stop")
            else:
                add(asked_s + (number + call) % 3, "post_tool_use", tool="Bash", spelling="t", tool_ms=2000)
    return script


def found(tmp_path, script):
    with store_of(tmp_path, "".join(script.sql)) as store:
        return findings(store).of("permissions.asked")


@pytest.fixture
def _alone(monkeypatch):
    """Of all that is asked for findings only this question is."""
    monkeypatch.setattr(listing, "questions", lambda: ["permissions"])


@pytest.mark.usefixtures("_alone")
def test_what_is_asked_again_and_again_and_always_granted_is_proposed(tmp_path):
    (one,) = found(tmp_path, sessions(12, asked_s=60))
    assert one.proposal == Proposal("permission", TEST)
    assert one.statement.title == "`Bash(npm test:*)`: asked for 24 times, always granted, 1 min 01 s later"
    assert (
        one.step
        == "Let it pass unasked, where you would let an agent run whatever code the project's checks run."
    )
    assert one.note == 'claudesess note "…" --finding permissions.asked'
    # 24 calls began 61 s after what came before; at random 21 s: forty seconds each, all in one week
    assert 10 < one.amount < 24 * 40 / 60 + 1


@pytest.mark.usefixtures("_alone")
@pytest.mark.parametrize(
    "script",
    first(
        [
            sessions(12, asked_s=6),  # they begin as soon as any call does
            sessions(12, asked_s=60, refused={(5, 3)}),  # somebody wants to be asked
            sessions(12, asked_s=60, permit=None),  # no check: no entry for it is ever proposed
            sessions(5, asked_s=60),  # too few sessions
        ]
    ),
    ids=["no wait", "refused once", "no check", "few sessions"],
)
def test_nothing_is_proposed(tmp_path, script):
    assert found(tmp_path, script) == []


def test_a_control_deals_the_requests_of_each_session_out_to_its_calls(tmp_path):
    with store_of(tmp_path, "".join(sessions(6, asked_s=30, refused={(0, 3)}).sql)) as store:
        answer = ask(store, "permissions.asked")
        own, drawn = answer.units, answer.drawn(3)
    assert drawn.groupby("draw").size().tolist() == [len(own)] * 3
    for column in ("is_asked", "is_granted", "pause_min"):
        each = (
            drawn.groupby(["draw", "session_id"], observed=True)[column]
            .sum()
            .groupby("session_id", observed=True)
        )
        assert (each.nunique() == 1).all()
        assert each.first().to_dict() == pytest.approx(
            own.groupby("session_id", observed=True)[column].sum().to_dict()
        )
    timed = drawn[drawn["pause_min"].notna()]
    first = timed[timed["draw"] == 0]["is_asked"].tolist()
    assert any(timed[timed["draw"] == n]["is_asked"].tolist() != first for n in (1, 2))


PULL = "Bash(git pull:*)"


def told(*calls):
    """Return what is said and proposed of calls: entry, whether it was granted, minutes of the pause before it."""
    measure = listing.measure("permissions.asked").module
    rows = pd.DataFrame(calls, columns=["permit", "is_granted", "pause_min"]).assign(
        db="a", session_id="s", is_asked=True
    )
    units = measure.UNITS.filled(rows.astype({"is_granted": "boolean"}))
    estimates = measure.estimate(measure.sums(units))
    return str(measure.finding(estimates)), measure.advice(estimates, units), estimates


@each_row(
    ("calls", "said"),
    [
        ([(TEST, True, 1.0)], "`Bash(npm test:*)`: 1 call began 1 min after what came before, asked about."),
        # what was asked most often stands first, and what has no entry is told as other calls
        ([(TEST, True, 1.0), (PULL, True, 2.0), (PULL, True, 4.0)], "`Bash(git pull:*)`: 2 calls began 3 min after"),
        ([(TEST, True, 5.0), ("none proposed", True, 1.0), ("none proposed", True, 1.0)], "Where no entry is proposed: 2 calls began 1 min after"),
        ([(TEST, True, 1.0), (TEST, True, 1.0), ("none proposed", True, 5.0)], "`Bash(npm test:*)`: 2 calls began 1 min after"),
        ([(TEST, False, None), (TEST, True, None)], "`Bash(npm test:*)`: 1 of 2 requests for permission was granted."),
        ([], ""),
    ],
)  # fmt: skip
def test_what_is_said_of_entries_in_which_order(calls, said):
    assert told(*calls)[0].startswith(said) and bool(said) == bool(told(*calls)[0])


@each_row(
    ("calls", "proposed"),
    [
        ([(TEST, True, 1.0)], {TEST}),
        ([(TEST, True, 1.0), (TEST, None, 1.0)], {TEST}),
        ([(TEST, True, 1.0), (TEST, False, 1.0)], set()),
        ([(TEST, True, 1.0), (PULL, False, 1.0)], {TEST}),
        ([("none proposed", True, 1.0)], set()),
        ([(None, True, 1.0)], set()),
    ],
)
def test_an_entry_is_proposed_that_was_never_refused(calls, proposed):
    _, advice, estimates = told(*calls)
    rows = [row for _, row in estimates.iterrows() if advice.step(row)]
    assert {row["group"] for row in rows} == proposed
    assert {advice.proposal(row) for row in rows} == {Proposal("permission", one) for one in proposed}
    assert advice.events.sum() == len(calls)
    assert not any(advice.step(row) for _, row in estimates.assign(group_by="db").iterrows())
