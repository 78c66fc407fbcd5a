"""Which lines were read, whether reads cover others, and moments that fall together; the rest is tested through the
metric that asks.
"""

import pandas as pd
import pytest

from claudesess.contracts import RELATIONS
from claudesess.metrics.compaction_continuity import aftermath

MOMENT = 20


def at(second):
    return pd.Timestamp("2026-01-01T10:00Z") + pd.Timedelta(seconds=second)


def relation(name, rows):
    contract = RELATIONS[name]
    return contract.cast(pd.DataFrame(rows, columns=contract.names).assign(db="a", session_id="s"))


def session(reads=(), edits=(), rejected=()):
    """Make a session of one file: lines 1 to 9 are read, and it is changed, at these seconds."""
    read = {"tool": "Read", "path": "/p/a.py", "read_start": 1, "read_end": 9, "is_ok": True}
    calls = [{**read, "call_id": n, "ended_at": at(second)} for n, second in enumerate(reads)]
    edit = {"tool": "Edit", "path": "/p/a.py", "snippet": "x = 1", "is_ok": True}
    calls += [{**edit, "call_id": 100 + n, "ended_at": at(second)} for n, second in enumerate(edits)]
    claims = [
        {"id": n, "file_path": "/p/a.py", "operation": "Edit", "timestamp": at(second)}
        for n, second in enumerate(edits)
    ]
    failed = [
        {"id": n, "file_path": "/p/a.py", "approach": "Edit a.py: x = 1", "timestamp": at(second)}
        for n, second in enumerate(rejected)
    ]
    return aftermath.session(
        relation("tool_calls", calls), relation("file_claims", claims), relation("failed_paths", failed),
        relation("session_windows", []),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("reads", "edits", "again"),
    [
        ((10, 30), (), 1),
        ((10, 30), (9,), 1),
        ((10, 30), (10,), 0),  # edited at the very moment of the first read: nobody knows what it showed
        ((10, 30), (30,), 0),  # or of the second
        ((10, 30), (31,), 1),
        ((20, 30), (), 1),  # the moment itself belongs to what came before it
        ((21, 30), (), 0),
        ((10, 40), (), 1),  # the end of the window belongs to it
        ((10, 41), (), 0),
    ],
)
def test_a_read_again_at_the_moment_of_an_edit_or_of_the_compaction(reads, edits, again):
    found = aftermath.reads_again(session(reads, edits), at(MOMENT), at(40))
    assert found.same_lines == again


@pytest.mark.parametrize(
    ("edits", "rejected", "expected"),
    [
        ((30,), (10,), (1, 1)),
        ((30,), (20,), (1, 1)),
        ((30,), (21,), (1, 0)),  # rejected after the compaction only
        ((20,), (10,), (0, 0)),
        ((40,), (10,), (1, 1)),
        ((41,), (10,), (0, 0)),
    ],
)
def test_a_repeat_comes_after_the_compaction_and_its_rejection_before(edits, rejected, expected):
    n, again = aftermath.repeats(session(edits=edits, rejected=rejected), at(MOMENT), at(40))
    assert (n, len(again)) == expected


@pytest.mark.parametrize(
    ("ranges", "lines", "expected"),
    [
        ([(1, 10)], (1, 10), True),
        ([(1, 10)], (3, 5), True),
        ([(1, 10)], (5, 11), False),
        ([(1, 5), (6, 10)], (2, 9), True),
        ([(6, 10), (1, 4)], (2, 9), False),
        ([(1, 3), (2, 8), (8, 12)], (1, 12), True),
        ([(20, 30)], (1, 2), False),
        ([], (1, 1), False),
    ],
)
def test_ranges_cover_lines(ranges, lines, expected):
    assert aftermath.covers(ranges, lines) is expected
