"""Units that stand for others on a question's page: which of them, and which of their columns."""

from datetime import UTC

import pandas as pd
import pytest

from claudesess.asking import listing
from claudesess.contracts import FLAG
from claudesess.report import questions
from claudesess.report.reader import Reader

AT = pd.Timestamp("2026-05-04T09:00:00Z")


def examples(name, *rows):
    """Return the title, the words above columns, and the cells, of what a measure counts."""
    contract = listing.measure(name).units
    begin = {"db": "a", "session_id": "s", contract.at: AT}
    units = contract.filled(pd.DataFrame([begin | row for row in rows]))
    made = questions._examples(units, contract, Reader(UTC), {}, None)
    return made.title, [head.word for head in made.heads], [row.cells for row in made.rows]


@pytest.mark.parametrize(
    ("name", "row", "heads"),
    [
        ("compaction_continuity.named",
         {"number": 3, "trigger": "auto", "kind": "files", "place": 2, "item": "a.py", "is_named": True},
         ["Trigger", "Kind", "Item", "Named"]),
        ("agent_throughput.by_session",
         {"open_h": 1.0, "n_agents": 1, "n_open": 1, "most_at_once": 1, "mean_running": 0.1},
         ["Time open", "Agents", "Still open", "Most at once", "Mean running"]),
    ],
)  # fmt: skip
def test_how_it_went_is_shown_and_no_two_columns_are_called_alike(name, row, heads):
    assert examples(name, row)[1] == heads


def test_what_is_the_same_of_all_is_left_out():
    same = {
        "kind": "check",
        "error_category": "test",
        "agent_type": "Plan",
        "tried": "a",
        "file_path": "a.py",
    }
    row = same | {"n_attempts": 2, "first_event": "fixed", "first_event_attempt": 1, "outcome": "fixed"}
    other = {"n_attempts": 3, "first_event": "open", "first_event_attempt": 3, "outcome": "open"}
    heads = examples("retry_escalation.outcome_by_attempt", row, row | other)[1]
    assert heads == ["Attempts", "What came first", "At try", "In the end"]


def test_what_has_no_name_but_a_hash_stands_for_nothing():
    tried = {"aim": "x", "tried": "git push", "n_runs": 1}
    title, _, rows = examples("checks.recurring", tried, {"aim": "y", "n_runs": 9})
    assert (title, [row[0] for row in rows]) == (
        "The only one of which is known what was tried",
        ["git push"],
    )
    assert examples("checks.recurring", {"aim": "y", "n_runs": 9})[0] == "The only one"


def test_what_happened_to_no_example_has_no_column():
    call = {"check_run": "make", "is_hidden": True, "is_passed": False, "is_unknown": False}
    some = examples("checks.hidden_status", call | {"is_failed": True, "is_red": True})
    assert (some[1], some[2]) == (
        ["Check run", "Hidden", "Failed", "Had failed"],
        [["make", "yes", "yes", "yes"]],
    )
    chain = {"tried": "make", "kind": "check", "error_category": "build"}
    heads = examples("retry_escalation.after_an_escalation", chain | {"is_fixed": False})[1]
    assert heads == ["Kind", "Error category", "Tried", "Fixed"]  # it is the one thing that is asked


def test_what_is_the_same_of_all_units_tells_none_apart():
    row = {"attempt": 1, "kind": "check", "error_category": "test", "wait_min": 1.0, "asking_min": 10.0}
    heads = examples("checks.when_to_ask", row, row | {"attempt": 2, "wait_min": 2.0})[1]
    assert heads == ["Attempt", "Until the next"]


def made_of(name, *rows, events=None):
    contract = listing.measure(name).units
    begin = {"db": "a", "session_id": "s", contract.at: AT}
    units = contract.filled(pd.DataFrame([begin | row for row in rows]))
    return questions._examples(units, contract, Reader(UTC), {}, events)


def test_what_all_examples_have_alike_is_said_once():
    row = {"kind": "check", "error_category": "test", "agent_type": "Plan", "is_fixed": True}
    rest = [row | {"tried": f"make {n}", "agent_type": None} for n in "abcdef"]  # older: not among the latest
    latest = [row | {"tried": f"npm {n}"} for n in "abcde"]
    shown = made_of("retry_escalation.after_an_escalation", *latest, *rest)
    assert ([one.word for one in shown.heads], shown.alike) == (["Tried"], ["agent type: Plan", "fixed: yes"])


def test_of_lengths_that_are_the_same_in_every_row_one_is_shown():
    rows = [{"active_h": n, "open_h": n, "n_failures": n + 1} for n in (1.0, 2.0)]
    heads = [one.word for one in made_of("retry_escalation.failures", *rows).heads]
    assert heads == ["Active", "Failures"]
    rows[1]["open_h"] = 3.0
    assert "Time open" in [one.word for one in made_of("retry_escalation.failures", *rows).heads]


def test_what_the_title_of_examples_says_is_not_said_of_each():
    call = {"is_hidden": True, "is_failed": True, "is_red": True}
    quiet = call | {"check_run": "tox", "is_failed": False, "is_red": False}
    shown = made_of(
        "checks.hidden_status",
        *(call | {"check_run": one} for one in ("make", "npm test")),
        quiet,
        events=pd.Series([1, 1, 0]),
    )
    assert (shown.title, shown.alike) == ("The latest 2 that cost something", [])


def test_only_what_is_long_has_room_of_its_own():
    contract = listing.measure("retry_escalation.after_an_escalation").units
    row = {
        "db": "a",
        "session_id": "s",
        contract.at: AT,
        "agent_type": "Plan",
        "tried": "python -m pytest -q tests",
    }
    made = questions._examples(contract.filled(pd.DataFrame([row])), contract, Reader(UTC), {}, None)
    assert [(one.word, one.is_long) for one in made.heads] == [("Agent type", False), ("Tried", True)]


def test_whether_something_happened_is_said_in_words_of_every_measure():
    names = [name for question in listing.questions() for name in listing.names(question)]
    flags = [one for name in names for one in listing.measure(name).units.columns if one.dtype == FLAG]
    assert len(flags) > 10
    assert {questions._cell(value, one, {}) for one in flags for value in (True, False)} == {"yes", "no"}
