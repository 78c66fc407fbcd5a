"""Tests of one group run in one process, whatever versions of pytest and xdist there are."""

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


@pytest.mark.slow
def test_a_group_is_run_by_one_process(tmp_path):
    for name in ("conftest.py", "counts.py", "kept_open.py"):
        shutil.copyfile(ROOT / "tests" / name, tmp_path / name)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n  slow\n  xdist_group\n")
    for name in ("test_a.py", "test_b.py"):
        (tmp_path / name).write_text(TESTS)
    command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadgroup", "."]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert "32 passed" in done.stdout, done.stdout
    processes = (tmp_path / "group").read_text().split()
    assert (len(processes), len(set(processes))) == (16, 1)
