"""What an import says of transcripts is what a count by other means says (`benchmarks/truth.py`)."""

import importlib.util
import sys
from pathlib import Path

import pytest
from counts import by_run

ROOT = Path(__file__).parents[2]
SAMPLES = sorted(path.parent.name for path in ROOT.glob("data/samples/*/transcripts"))
#: An import each; `make stress` takes all.
COUNTED = by_run(few=["background", "edges", "mixed", "retry", "tasks"], full=SAMPLES)


@pytest.fixture(scope="module")
def truth():
    spec = importlib.util.spec_from_file_location("truth", ROOT / "benchmarks/truth.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["truth"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
@pytest.mark.parametrize("sample", COUNTED)
def test_every_quantity_is_counted_alike(truth, sample, tmp_path):
    folder = ROOT / "data/samples" / sample / "transcripts"
    seen = truth.read([folder])
    by_hand = truth.by_hand(seen)
    # The one difference that the page names: a call without a result has no row.
    by_hand["calls"] -= sum(call.result is None for call in seen.calls.values())
    assert truth.by_claudesess([folder], tmp_path) == by_hand
    assert by_hand["calls"] > 0


def test_a_table_marks_what_is_right(truth):
    counts = dict.fromkeys(truth.QUANTITIES, 1200)
    table = truth.table({"truth": counts, "claudesess": counts, "other": {"calls": 7}})
    assert "| calls | 1,200 | **1,200** | 7 |" in table
    assert "| agents | 1,200 | **1,200** | – |" in table
