"""The three analyses of databases that were written by the first rules: every number stays what it was.

`fixtures/first_rules` holds the samples as the collector wrote them then, and the frames that were computed of them.
`python tests/test_first_rules.py` writes the frames anew: only where a change of the numbers is meant.
"""

import importlib
import inspect
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from claudesess import frames, open_store

FOLDER = Path(__file__).parent / "fixtures" / "first_rules"
QUESTIONS = ("agent_throughput", "retry_escalation", "compaction_continuity")
DATABASES = sorted(path.stem for path in FOLDER.glob("*.db"))


def computed(question, database):
    metric = importlib.import_module(f"claudesess.metrics.{question}")
    given = inspect.signature(metric.compute).parameters.values()
    with open_store(FOLDER / f"{database}.db") as store:
        relations = [getattr(frames, p.name)(store) for p in given if p.kind is not p.KEYWORD_ONLY]
    return metric.compute(*relations)


def as_text(frame):
    """Every cell as a text that can be read, floats to the last digit."""

    def text(cell):
        return "" if pd.isna(cell) else repr(cell) if isinstance(cell, float) else str(cell)

    return frame.astype(object).map(text)


def fixture(question, database):
    return FOLDER / f"{database}.{question}.csv"


@pytest.mark.slow
@pytest.mark.parametrize("database", DATABASES)
@pytest.mark.parametrize("question", QUESTIONS)
def test_no_number_of_an_analysis_has_changed(question, database):
    expected = pd.read_csv(fixture(question, database), dtype=str, keep_default_na=False)
    found = as_text(computed(question, database)).astype(str)
    floats = [name for name in expected if expected[name].str.fullmatch(r"-?\d*\.\d+(e[+-]\d+)?").any()]
    assert_frame_equal(found.drop(columns=floats), expected.drop(columns=floats), check_dtype=False)
    numbers = (frame[floats].apply(pd.to_numeric) for frame in (found, expected))
    assert_frame_equal(*numbers, check_dtype=False, rtol=1e-12, atol=1e-12)


def test_there_are_databases_and_numbers():
    assert len(DATABASES) == 8
    assert any(len(pd.read_csv(fixture(question, "workshop"))) > 30 for question in QUESTIONS)


if __name__ == "__main__":
    for database in DATABASES:
        for question in QUESTIONS:
            as_text(computed(question, database)).to_csv(fixture(question, database), index=False)
