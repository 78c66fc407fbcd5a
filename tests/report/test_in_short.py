"""A session in short: what it was about, what was done, what went wrong and what became of it."""

from datetime import UTC

import pandas as pd
from tables import each_row

from claudesess.contracts import RELATIONS
from claudesess.estimating.words import records
from claudesess.report.in_short import in_a_line, in_short
from claudesess.report.reader import Reader
from claudesess.report.story import story

AT = pd.Timestamp("2026-05-04T09:00:00Z")
BEGIN = {"db": "a", "session_id": "s"}
UNKNOWN = ["Not known: prompts are not recorded, and it names no task."]
UNDONE = ["No file was edited, as far as was seen."]
ASKED = "This session is being continued from another.\n\nAnalysis:\nLet me look:\n\n1. **Request**: Mend the *cart*.\n2. b"
REMINDED = "<analysis>I think.</analysis><summary>\n<system-reminder>\nBe brief.\n</system-reminder>\nMend the sum.\n</summary>"
SECTION = "This session is being continued.\n1. b\nSummary:\n1. Primary Request and Intent:\n   Mend the till.\n2. c"


def whole(name, rows):
    rows = [BEGIN | row for row in rows]
    return records(RELATIONS[name].filled(pd.DataFrame(rows))) if rows else []


def told(events=(), chains=(), files=(), reader=None):
    """Lines below each title, and where each leads; what is told beside them last, in one."""
    reader = reader or Reader(UTC)
    events = whole(
        "session_events", [{"place": place, "happened_at": AT} | row for place, row in enumerate(events, 1)]
    )
    chains = whole("error_chains", [{"started_at": AT} | row for row in chains])
    claims = whole(
        "file_claims",
        [{"id": number, "file_path": path, "timestamp": AT} for number, path in enumerate(files)],
    )
    parts = in_short(events, chains, claims, story(events, chains, reader), reader)
    return {
        part.title: [
            line.words + (f" -> {line.anchor}" if line.anchor else "") for line in (*part.lines, *part.also)
        ]
        for part in parts
    }


def failed(chain, **more):
    return {"event": "call", "what": "Bash", "is_ok": False, "chain_id": chain} | more


def chain(number, tried, n, outcome):
    return {"chain_id": number, "tried": tried, "n_attempts": n, "outcome": outcome}


@each_row(
    ("events", "about"),
    [
        ([], UNKNOWN),
        ([{"event": "task", "text": one} for one in "abcde"], ["Tasks: a; b; c; and 2 more"]),
        (
            [{"event": "agent", "agent_id": one, "text": "Look"} for one in "xx"],
            ["Agents were sent to: Look"],
        ),
        ([{"event": "compaction", "text": ASKED}], ["Its summary begins: “Request: Mend the cart.”"]),
        ([{"event": "compaction", "text": SECTION}], ["Its summary begins: “Mend the till.”"]),
        ([{"event": "compaction", "text": "Summary:"}], UNKNOWN),
        ([{"event": "compaction", "text": REMINDED}], ["Its summary begins: “Mend the sum.”"]),
    ],
)
def test_what_it_was_about(events, about):
    assert told(events)["About"] == about


@each_row(
    ("events", "files", "done"),
    [
        ([], [], UNDONE),
        ([], ["/s/a.py"], ["1 edit of 1 file: /s/a.py"]),
        ([], ["/s/a.py", "/s/b.py", "/s/b.py"], ["3 edits of 2 files: b.py (2), a.py"]),
        ([], ["/mnt/a.py", "/srv/b.py"], ["2 edits of 2 files: /mnt/a.py, /srv/b.py"]),
        ([], [f"/s/{n}" for n in range(7)], ["7 edits of 7 files: 0, 1, 2, 3, 4, and 2 more"]),
        ([{"event": "commit", "text": "c169283 main"}], [], ["1 commit: c169283 -> e1"]),
        ([{"event": "task", "text": "a"}, {"event": "task_done", "text": "a"}], [], ["1 of 1 task completed"]),
    ],
)  # fmt: skip
def test_what_was_done(events, files, done):
    assert told(events, files=files)["Done"] == done


def test_what_was_not_mended_stands_first_and_leads_to_its_moment():
    events = [failed(1), *[failed(2)] * 3, failed(3), *[failed(4)] * 2, failed(5)]
    chains = [
        chain(1, "ruff", 1, "abandoned"), chain(2, "mypy", 3, "fixed"), chain(3, "tsc", 1, "fixed"),
        chain(4, "pytest", 2, "open"), chain(5, "make", 1, "fixed"),
    ]  # fmt: skip
    assert told(events, chains)["Went wrong"] == [
        "5 things failed: 3 fixed, 1 left, 1 with no end seen",
        "`pytest` failed 2 times, and no end was seen -> c4",
        "`ruff` failed once, and was left -> c1",
        "`mypy` failed 3 times, then fixed -> c2",
        "and 2 more, below -> c3",
    ]


def test_what_was_refused_before_it_ran_is_told_apart_from_what_failed():
    refused = {"event": "refused", "what": "Bash"}
    events = [refused | {"chain_id": 1}, failed(1), *[refused | {"chain_id": 2}] * 2, refused]
    chains = [chain(1, "git push", 2, "fixed"), chain(2, "git commit", 2, "fixed")]
    assert told(events, chains)["Went wrong"] == [
        "2 things failed: all fixed",
        "`git push` failed 2 times, 1 of them refused, then fixed -> c1",
        "`git commit` was refused 2 times, then fixed -> c2",
        "1 call was refused -> e5",
    ]


def test_what_else_did_not_go_well_is_counted():
    events = [
        failed(None), {"event": "call", "is_ok": True}, {"event": "verdict", "is_ok": False}, {"event": "tool_error"},
        {"event": "interrupt"}, {"event": "interrupt"}, {"event": "agent", "agent_id": "x", "is_ok": False},
    ]  # fmt: skip
    assert told(events)["Went wrong"] == [
        "1 other call failed -> e1", "1 tool error -> e4", "2 interruptions by the user -> e5", "1 no of a judge -> e3",
        "1 agent failed or was given up -> e7",
    ]  # fmt: skip
    assert told()["Went wrong"] == ["Nothing that was seen."]


def test_a_stranger_is_not_told_what_it_was_about():
    assert list(told([{"event": "task", "text": "a"}], reader=Reader(UTC, key=b"k"))) == [
        "Done",
        "Went wrong",
    ]


@each_row(
    ("events", "files", "line"),
    [
        ([], [], ""),
        ([], ["a.py", "b.py", "c.py"], "a.py, b.py, and 1 more"),
        ([{"event": "agent", "text": "Look"}], ["a.py"], "Look"),
        ([{"event": "agent", "text": "Look"}, {"event": "compaction", "text": ASKED}], [], "Request: Mend the cart."),
        ([{"event": "compaction", "text": ASKED}, {"event": "task", "text": "Mend"}, {"event": "task", "text": "Try"}],
         [], "Mend; and 1 more"),
    ],
)  # fmt: skip
def test_in_a_line_it_is_what_says_most(events, files, line):
    rows = [{"place": place, "happened_at": AT} | row for place, row in enumerate(events, 1)]
    assert in_a_line(whole("session_events", rows), files) == line


def test_a_line_is_not_long():
    [event] = whole("session_events", [{"place": 1, "event": "task", "text": "word " * 60}])
    assert 80 < len(in_a_line([event], [])) <= 90
