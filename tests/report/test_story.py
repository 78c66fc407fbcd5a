"""What happened in a session, in order: what is one line, what is folded, what is said once."""

import pandas as pd
from tables import each_row

from claudesess.contracts import RELATIONS
from claudesess.estimating.words import records
from claudesess.report.lanes import ANCHOR_OF_NO, anchor_of_approach
from claudesess.report.reader import Reader
from claudesess.report.story import story

AT = pd.Timestamp("2026-05-04T09:00:00Z")
REASON = "git commit -m 'one': " + "loading … " * 40 + "cart.py:3: E501"


def items_of(*rows):
    """Return the lines of a session in which this happened."""
    base = {"db": "a", "session_id": "s", "happened_at": AT}
    every = [base | {"place": place} | row for place, row in enumerate(rows, start=1)]
    events = records(RELATIONS["session_events"].filled(pd.DataFrame(every)))
    return story(events, [], Reader(pd.Timestamp.now("UTC").tz))


def told(*rows):
    """Kind, sentence and text of every line, and of what is folded in it its number."""
    return [(one.kind, one.sentence, one.text, len(one.parts)) for one in items_of(*rows)]


def test_an_agent_and_the_call_that_sent_it_out_are_one_line():
    over, later = AT + pd.Timedelta(minutes=3), AT + pd.Timedelta(minutes=9)
    agent = {
        "event": "agent",
        "agent_id": "x",
        "what": "Plan",
        "text": "Plan it",
        "until_at": over,
        "is_ok": True,
    }
    call = {"event": "call", "what": "Agent", "until_at": over, "is_ok": True}
    assert [one[1] for one in told(agent, call)] == ["Agent Plan: Plan it"]
    assert len(told(agent, call | {"until_at": later})) == 1  # it went on in the background
    for ms, n_lines in (
        (40, 1),
        (-40, 1),
        (1000, 1),
        (1001, 2),
        (-1001, 2),
    ):  # hooks see them one after the other
        ended = {"happened_at": AT - pd.Timedelta(minutes=1), "until_at": AT + pd.Timedelta(ms, "ms")}
        assert len(told(agent, call | ended)) == n_lines, ms
    at_another_time = {"happened_at": AT + pd.Timedelta(minutes=1), "until_at": later}
    assert len(told(agent, call | at_another_time)) == 2  # of another one, of which nothing is known
    assert len(told(agent, call | {"is_ok": False})) == 2


@each_row("n_agents", [0, 1, 2, 3])
def test_an_agent_stands_for_one_of_the_calls_that_were_sent_side_by_side(n_agents):
    ends = [AT + pd.Timedelta(minutes=minutes) for minutes in (3, 4, 5)]
    agents = [
        {
            "event": "agent",
            "agent_id": f"x{n}",
            "what": "Plan",
            "text": f"{n}",
            "until_at": end,
            "is_ok": True,
        }
        for n, end in enumerate(ends)
    ]
    calls = [
        {"event": "call", "what": "Agent", "until_at": end + pd.Timedelta(40, "ms"), "is_ok": True}
        for end in ends
    ]
    among = agents[3 - n_agents :]  # the first are not here
    found = items_of(*among, *calls)
    if n_agents == 0:
        assert [one.sentence for one in found] == ["3 calls: 3 Agent"]
        return
    assert [one.sentence for one in found] == [
        *(f"Agent Plan: {agent['text']}" for agent in among),
        *["Agent"] * (3 - n_agents),
    ]
    assert [one.anchor for one in found[n_agents:]] == [
        f"e{n_agents + place}" for place in range(1, 4 - n_agents)
    ]  # those whose end is no agent's


def test_a_refusal_that_is_a_failed_try_is_told_in_its_chain():
    gated = {"event": "refused", "what": "Bash", "chain_id": 7, "text": "$ git commit"}
    assert [one[0] for one in told(gated)] == ["chain"]
    assert [one[0] for one in told(gated | {"chain_id": None})] == ["grave"]


@each_row(
    ("event", "sentence"),
    [
        ("tool_error", "Tool error: Edit"),
        ("cancelled", "Call cancelled: Edit"),
        ("refused", "Call refused: Edit"),
    ],
)
def test_a_call_that_did_not_run_says_why(event, sentence):
    assert [one[1:3] for one in told({"event": event, "what": "Edit", "text": "not read"})] == [
        (sentence, "not read")
    ]


@each_row(
    ("until", "whose", "sentence"),
    [
        (AT + pd.Timedelta("10s"), "user", "The turn ended; it waited for the user"),
        (AT + pd.Timedelta("10s"), "machine", "The turn ended; the client itself went on"),
        (pd.NaT, None, "The turn ended; nothing more was seen"),
    ],
)
def test_a_wait_says_who_was_waited_for(until, whose, sentence):
    assert told({"event": "wait", "until_at": until, "what": whose})[0][1] == sentence


@each_row(("n", "lines"), [(1, 1), (2, 2), (3, 1)])
def test_approaches_that_were_rejected_together_are_one_line(n, lines):
    rejected = {"event": "rejected", "text": "Edit a.py: x\npytest: assert 1 == 2"}
    found = told(*[rejected] * n)
    assert len(found) == lines
    assert (found[0] == ("rejected", "3 approaches rejected", "", 3)) is (n == 3)


def test_calls_and_rejected_approaches_are_not_folded_together():
    call, rejected = {"event": "call", "what": "Read", "is_ok": True}, {"event": "rejected", "text": "x"}
    assert [one[1:] for one in told(*[call] * 3, *[rejected] * 3)] == [
        ("3 calls: 3 Read", "", 3),
        ("3 approaches rejected", "", 3),
    ]


def test_of_a_long_reason_the_check_and_what_it_said_are_left():
    [(_, approach, text, _)] = told({"event": "rejected", "text": f"Edit cart.py: x\n{REASON}"})
    assert approach == "Approach rejected: Edit cart.py: x"  # the check is an event of its own
    why = text.removeprefix("rejected by ")
    assert why.startswith("git commit -m 'one': ") and why.endswith("cart.py:3: E501") and len(why) < 190


@each_row(
    ("event", "what", "sentence"),
    [
        ("session_start", "startup", "Session started"),
        ("session_start", "compact", "Session started: again, after a compaction"),
        ("session_end", "prompt_input_exit", "Session ended: by the user"),
        ("session_end", "a_word_of_tomorrow", "Session ended: a word of tomorrow"),
        ("compaction", "manual", "Context compacted: by hand"),
    ],
)
def test_a_word_of_the_client_is_said_as_people_say_it(event, what, sentence):
    assert told({"event": event, "what": what})[0][1] == sentence


def test_what_is_to_be_looked_at_is_found_at_its_moment():
    again = {"event": "rejected", "text": "Edit a.py: x\npytest: assert 1 == 2"}
    refusal = {"event": "verdict", "is_ok": False, "what": "block"}
    rows = (again, {"event": "prompt"}, refusal, refusal | {"is_ok": True}, {"event": "prompt"}, again)
    places = {anchor: item.anchor for item in items_of(*rows) for anchor in item.more_anchors}
    assert places == {anchor_of_approach("Edit a.py: x"): "e6", ANCHOR_OF_NO: "e3"}


def test_a_call_that_was_cancelled_is_folded_with_those_about_it():
    read, cancelled = {"event": "call", "what": "Read"}, {"event": "cancelled", "what": "Read"}
    assert [one[1:] for one in told(read, cancelled, read, cancelled)] == [
        ("2 calls: 2 Read; 2 calls cancelled", "", 4)
    ]
    assert [one[1] for one in told(*[cancelled] * 3)] == ["3 calls cancelled"]


@each_row(("ms", "length"), [(999, ""), (1000, "1 s"), (90_000, "1 min 30 s")])
def test_what_takes_no_second_has_no_length(ms, length):
    [one] = items_of({"event": "call", "what": "Read", "until_at": AT + pd.Timedelta(ms, "ms")})
    assert one.length == length


def test_files_are_named_by_what_tells_them_apart():
    every = ("/home/dev/shop/src/cart.py", "/home/dev/shop/tests/test_cart.py")
    found = told(*({"event": "call", "what": "Edit", "is_ok": True, "file_path": one} for one in every))
    assert [one[1] for one in found] == ["Edit src/cart.py", "Edit tests/test_cart.py"]
