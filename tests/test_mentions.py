"""What a summary names, word for word."""

import pytest

from claudesess.metrics.compaction_continuity import mentions


@pytest.mark.parametrize(
    ("text", "phrase", "expected"),
    [
        ("File: calc.py.", "calc.py", True),
        ("File: ./src/calc.py, done", "calc.py", True),
        ("File: test_calc.py", "calc.py", False),
        ("File: calc.py.bak", "calc.py", False),
        ("File: my-calc.py", "calc.py", False),
        ("tried `return sum(xs)/1` first", "return sum(xs) / 1", True),
        ("tried return sum(xs) / 10", "return sum(xs) / 1", False),
        ("tried return sum(xs) / 1.5", "return sum(xs) / 1", False),
        ("To do: FIX  the\nmean", "Fix the mean.", True),
        ("Fix them ean", "Fix the mean", False),
        ("a lone } in prose", "}", False),
        ("anything", "", False),
    ],
)
def test_a_phrase_is_found_as_whole_words(text, phrase, expected):
    assert mentions.says(text, phrase) is expected


@pytest.mark.parametrize(
    ("kind", "items", "expected"),
    [
        ("files", [{"path": "/p/calc.py"}, {"path": "/p/a/__init__.py"}, {"path": "/p/b/__init__.py"}],
         [True, True, False]),
        ("tasks", [{"id": "1", "subject": "Add median()"}, {"id": "2", "subject": "Write docs"}], [True, False]),
        ("agents", [{"id": "x", "task": "Look for callers"}, {"id": "y", "task": None}], [True, False]),
        ("failed_paths", [{"approach": "Edit calc.py: sum(xs) / 7"}, {"approach": "Edit calc.py: sum(xs) / 1"}],
         [True, False]),
        ("failed_paths", [{"approach": "Edit calc.py"}, {"approach": "sort first"}], [False, True]),
        ("chains", [{"tried": "python3 -m pytest -q test_calc.py"}, {"tried": "ruff check calc.py"}], [True, False]),
        ("chains", [{"tried": "npm run build"}, {"tried": "pytest a.py::test_mode"}], [True, False]),
        ("chains", [{"tried": "cargo test -- --test-threads=1"}, {"tried": "vitest src/sum.test.ts"}], [False, True]),
    ],
)  # fmt: skip
def test_what_a_summary_names(kind, items, expected):
    summary = """<analysis>Write docs, ruff check calc.py, sum(xs) / 1, b/__init__.py</analysis>
    <summary>Goal: add median(). Files: calc.py, a/__init__.py. Failed: `sum(xs)/7`, sort first.
    Test: test_calc.py::test_mean, sum.test.ts, npm run build. Agent: look for callers.</summary>"""
    assert mentions.named(summary, kind, items) == expected


def test_a_summary_cut_before_its_end_still_counts():
    assert mentions.named(
        "<analysis>no</analysis><summary>calc.py and", "files", [{"path": "/p/calc.py"}]
    ) == [True]
    assert mentions.kept("plain text") == "plain text"
