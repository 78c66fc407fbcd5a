"""When two approaches are the same, and how often one was rejected."""

import pandas as pd
import pytest

from claudesess.relations import approaches

PATH = "/home/dev/calc/src/calc.py"


@pytest.mark.parametrize(
    ("approach", "tool", "path", "line", "same"),
    [
        ("Edit src/calc.py: return x / 1", "Edit", PATH, "return x / 1", True),
        ("Edit src/calc.py: return x / 1", "Edit", PATH, "return x / 10", False),
        ("Edit src/calc.py: return x / 1", "Edit", PATH, "return x / 2", False),
        ("Edit src/calc.py: return x / 1", "Move", PATH, "return x / 1", False),
        ("Edit src/calc.py: return x / 1", "Write", PATH, "return x / 1", False),
        ("Edit src/calc.py: return x / 1", "Edit", "/home/dev/calc/other/calc.py", "return x / 1", False),
        ("Edit calc.py: x", "Edit", "/home/dev/my-calc.py", "x", False),
        ("Edit calc.py: a: b", "Edit", "/p/calc.py", "a: b", True),
        ("Edit /tmp/calc.py: x", "Edit", "/tmp/calc.py", "x", True),
        ("Edit src/calc.py", "Edit", PATH, "", False),
        ("Edit : x", "Edit", PATH, "x", False),
    ],
)
def test_an_edit_is_the_same_approach_by_tool_path_and_first_line(approach, tool, path, line, same):
    assert approaches.is_same(approach, tool, path, line) is same


def test_two_edits_rejected_by_one_run_are_one_rejection():
    moment = pd.Timestamp("2026-01-01T10:00Z")
    rows = pd.DataFrame(
        {
            "db": "a", "session_id": "s", "file_path": "/p/a.py", "approach": "Edit a.py: x",
            "timestamp": [moment, moment, moment + pd.Timedelta("1min")], "context": [{"check": "t"}] * 3,
        }
    )  # fmt: skip
    assert approaches.rejections(rows)["n"].tolist() == [2]


def test_rows_of_a_writer_without_context_or_file_count_too():
    moments = pd.to_datetime(["2026-01-01T10:00Z", "2026-01-01T10:01Z"])
    rows = pd.DataFrame(
        {
            "db": "a",
            "session_id": None,
            "file_path": None,
            "approach": "my idea",
            "timestamp": moments,
            "context": None,
        }
    )
    assert approaches.rejections(rows)["n"].tolist() == [2]
    assert approaches.rejections(rows.head(0)).empty
