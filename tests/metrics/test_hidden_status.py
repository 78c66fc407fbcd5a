"""Checks: a few calls beside the numbers that should come out."""

import pandas as pd
from compacted import at, listed, relation

from claudesess import Store, ask, samples


def calls(*rows: tuple[object, ...], columns: str) -> pd.DataFrame:
    """Return calls of checks, ten seconds apart."""
    frame = pd.DataFrame(rows, columns=columns.split())
    seconds = pd.Series(range(len(frame))) * 10
    given = {"call_id": range(len(frame)), "ended_at": seconds.map(at), "tool": "Bash", "kind": "check"}
    more = {name: value for name, value in given.items() if name not in frame}
    return relation("tool_calls", frame.assign(**more))


# How it went as far as it is known, and whether its exit status was hidden
HIDDEN = [
    (True, False), (True, True), (False, True), (None, True),
    (False, False),  # reported as a failure
    (None, False),  # interrupted
]  # fmt: skip


def test_hidden_checks_are_counted_by_how_they_went():
    store = Store.from_frames(tool_calls=calls(*HIDDEN, columns="is_ok is_hidden"))
    answer = ask(store, "checks.hidden_status")
    assert listed(answer.estimates, "outcome", "n_events", "exposure") == [
        ["red", 1, 4.0],
        ["failed", 1, 3.0],
        ["passed", 1, 3.0],
        ["not known", 1, 3.0],
    ]
    assert answer.finding().startswith(
        "1 of 4 checks reported as passed had failed. Of 3 with a hidden exit status 1 failed, 1 passed, "
        "1 not known. Run checks without a pipe, or after `set -o pipefail`. In 1 session. "
    )


def test_a_row_says_who_ran_what_and_how_it_went():
    rows = [("a", "t", True, True, None), ("a", "u", None, False, "x"), ("b", "t", True, False, None)]
    runs = calls(*rows, columns="db aim is_hidden is_ok agent_id").assign(session_id="s", agent_type="Plan")
    failed = pd.DataFrame(
        [("a", 1, "t", "pytest a.py"), ("a", 2, "u", "cd x && mypy"), ("a", 3, "u", "mypy"), ("b", 4, "t", "git add a && git commit -m x"), ("a", 5, "v", "no")],
        columns=["db", "chain_id", "aim", "tried"],
    ).assign(n_attempts=1, first_event="open", first_event_attempt=1, outcome="open", session_id="s", is_hidden=False)  # fmt: skip
    more = calls(("a", "u", False, True, "x"), columns="db aim is_hidden is_ok agent_id").assign(
        session_id="s", agent_type="Plan", call_id=9
    )
    given = Store.from_frames(
        tool_calls=relation("tool_calls", pd.concat([runs, more], ignore_index=True)),
        error_chains=relation("error_chains", failed),
    )
    with given as opened:
        units = ask(opened, "checks.hidden_status").units
    assert listed(units, "db", "call_id", "agent_type", "check_run", "is_hidden", "is_failed", "is_passed", "is_unknown", "is_red") == [
        ["a", 0, "main thread", "pytest a.py", True, False, True, False, False],
        ["a", 9, "Plan", "mypy", False, None, None, None, False],
        ["b", 2, "main thread", "git commit", True, True, False, False, True],
    ]  # fmt: skip


def test_its_control_knows_of_each_how_it_went():
    store = Store.from_frames(tool_calls=calls(*HIDDEN, columns="is_ok is_hidden"))
    control = ask(store, "checks.hidden_status").control.query("role == 'control' and exposure > 0")
    n_events = dict(zip(control["outcome"], control["n_events"], strict=True))
    assert n_events["not known"] == 0 < min(n_events["failed"], n_events["passed"])
    assert n_events["failed"] + n_events["passed"] == control["exposure"].iloc[0]


def test_one_that_was_seen_stands_for_a_hidden_one_of_its_session_else_of_its_database():
    rows = [
        ("a", "s", True, True),
        ("a", "s", False, True),
        ("a", "t", True, False),
        ("a", "u", None, True),
        ("b", "s", True, True),
        ("c", None, True, True),  # of which session is not known
        ("c", "s", True, False),
    ]
    runs = calls(*rows, columns="db session_id is_ok is_hidden").assign(aim="t")
    with Store.from_frames(tool_calls=relation("tool_calls", runs)) as opened:
        drawn = ask(opened, "checks.hidden_status").drawn(3)
    assert listed(drawn, "db", "session_id", "is_failed", "is_passed", "draw") == [
        [db, session, False, True, draw]
        for draw in range(3)
        for db, session in (("a", "s"), ("a", "s"), ("a", "u"), ("c", None))
    ]


def test_where_no_status_was_hidden_nothing_is_said_of_hidden_ones():
    store = Store.from_frames(tool_calls=calls((True, False), (False, False), columns="is_ok is_hidden"))
    assert ask(store, "checks.hidden_status").finding() == ""


def test_of_a_database_that_does_not_say_which_were_hidden_nothing_is_said():
    hidden = {
        "chain_id": 1,
        "n_attempts": 1,
        "first_event": "open",
        "first_event_attempt": 1,
        "outcome": "open",
    }
    store = Store.from_frames(
        tool_calls=calls((True, None), (False, None), columns="is_ok is_hidden"),
        error_chains=relation("error_chains", pd.DataFrame([hidden | {"is_hidden": True}])),
    )
    assert ask(store, "checks.hidden_status").units.empty


def test_checks_behind_a_pipe_in_a_recording():
    with samples.open_sample("piped") as store:
        rows = ask(store, "checks.hidden_status").estimates
    assert listed(rows, "outcome", "n_events", "exposure") == PIPED


PIPED = [["red", 2, 4.0], ["failed", 2, 4.0], ["passed", 1, 4.0], ["not known", 1, 4.0]]
