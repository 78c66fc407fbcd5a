"""How tests are spread over processes, and told of, whatever versions of pytest and xdist there are."""

import shutil
import subprocess
import sys

import pytest
from handmade import ROOT

TESTS = """
import os
import pytest

@pytest.mark.slow
@pytest.mark.xdist_group("costly")
@pytest.mark.parametrize("n", range(8))
def test_of_a_group(n):
    with open("group", "a") as file:
        file.write(f"{os.getpid()} ")

@pytest.mark.slow
@pytest.mark.parametrize("n", range(8))
def test_of_none(n):
    pass
"""

OUTCOMES = """
import pytest

@pytest.fixture
def unmade():
    raise RuntimeError("not made")

@pytest.fixture
def untidy():
    yield
    raise RuntimeError("not cleared away")

def test_passes(): pass
def test_fails(): assert 1 == 2
def test_is_skipped(): pytest.skip("not here")
def test_has_nothing(unmade): pass
def test_leaves_something(untidy): pass
"""


def run(folder, **files):
    """Run test files by our conftest in two processes; return what pytest says."""
    for name in ("conftest.py", "counts.py", "kept_open.py"):
        shutil.copyfile(ROOT / "tests" / name, folder / name)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n  slow\n  xdist_group\n")
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadgroup", "."]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True).stdout


@pytest.mark.slow
def test_whatever_does_not_end_well_is_told(tmp_path):
    said = run(tmp_path, test_outcomes=OUTCOMES)
    assert "1 failed, 2 passed, 1 skipped, 2 errors" in said, said
    for words in (
        "assert 1 == 2",
        "not made",
        "not cleared away",
        "CLAUDESESS_SEED=1",
        "at setup of test_has",
        "at teardown of test_l",
    ):
        assert words in said, said


@pytest.mark.slow
def test_a_group_is_run_by_one_process(tmp_path):
    said = run(tmp_path, test_a=TESTS, test_b=TESTS)
    assert "32 passed" in said, said
    processes = (tmp_path / "group").read_text().split()
    assert (len(processes), len(set(processes))) == (16, 1)
