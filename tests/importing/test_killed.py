"""An import that is killed at any moment, and one import after it: as if nothing had been. `make stress` runs 300 kills."""

import os
import random
import shutil
import signal
import time

import pytest
from counts import by_run
from recorded_stories import NOW_MS, Stories

from claudesess.importing import workers, writing

KILLS, TOGETHER = by_run(few=(5, 3), full=(100, 40))

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")]


def in_a_process_of_its_own(work):
    """Begin something in a process that ends with 0 when it is done."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        work()
        status = 0
    finally:
        os._exit(status)


def killed(work, seconds):
    """Do something in a process of its own and kill it after a while; say whether it was still at it."""
    child = in_a_process_of_its_own(work)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


@pytest.mark.parametrize("prepare", ["nothing", "record", "judge_by_other_rules"])
def test_killed_at_any_moment_and_imported_again_it_is_as_if_it_had_not_been(tmp_path, prepare, monkeypatch):
    monkeypatch.setattr(workers.time, "time_ns", lambda: NOW_MS * 1_000_000)
    monkeypatch.setattr(writing, "_BATCH", 5)  # a session is several transactions where hooks told of it
    past = Stories(tmp_path)
    getattr(past, prepare, lambda: past.into.mkdir())()
    start = tmp_path / "start"
    past.into.rename(start)

    def begin():
        shutil.rmtree(past.into, ignore_errors=True)
        shutil.copytree(start, past.into)

    for _ in range(2):  # the first time Python is slow
        begin()
        began = time.monotonic()
        past.load()
        took = time.monotonic() - began
    whole = past.all_rows()
    chance = random.Random(11)
    n_killed, differing = 0, []
    for _ in range(KILLS):
        begin()
        is_hit = killed(past.load, took * chance.uniform(0, 1.1))
        took = took if is_hit else took * 0.7  # it was measured while others held the processor
        n_killed += is_hit
        past.load()
        rows = past.all_rows()
        differing.append([key for key in whole.keys() | rows.keys() if whole.get(key) != rows.get(key)])
    n_failed = sum(map(bool, differing))
    print(f"kills of an import ({prepare}): tried {KILLS}, hit {n_killed}, failed {n_failed}")
    assert not n_failed, differing
    assert n_killed > KILLS / 3


@pytest.mark.parametrize("prepare", ["nothing", "record"])
def test_imports_of_one_folder_at_once_write_what_one_writes(tmp_path, prepare, monkeypatch):
    """Rows are in another order then, so that numbers of rows do not count."""
    monkeypatch.setattr(workers.time, "time_ns", lambda: NOW_MS * 1_000_000)
    monkeypatch.setattr(writing, "_BATCH", 5)
    past = Stories(tmp_path)
    getattr(past, prepare, lambda: past.into.mkdir())()
    start = tmp_path / "start"
    shutil.copytree(past.into, start)
    past.load()
    whole = past.facts()
    differing = []
    for _ in range(TOGETHER):
        shutil.rmtree(past.into)
        shutil.copytree(start, past.into)
        children = [in_a_process_of_its_own(past.load) for _ in range(4)]
        assert [os.waitpid(child, 0)[1] for child in children] == [0] * 4
        facts = past.facts()
        differing.append([key for key in whole.keys() | facts.keys() if whole.get(key) != facts.get(key)])
    n_failed = sum(map(bool, differing))
    print(f"four imports at once ({prepare}): tried {TOGETHER}, failed {n_failed}")
    assert not n_failed, differing


def test_hooks_that_write_meanwhile_and_an_import_double_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(workers.time, "time_ns", lambda: NOW_MS * 1_000_000)
    monkeypatch.setattr(writing, "_BATCH", 5)
    past = Stories(tmp_path)
    past.record()
    past.load()
    whole = past.calls()
    failed = []
    for _ in range(TOGETHER):
        shutil.rmtree(past.into)
        past.into.mkdir()
        hooks = in_a_process_of_its_own(past.record)
        imports = in_a_process_of_its_own(past.load)
        assert [os.waitpid(child, 0)[1] for child in (hooks, imports)] == [0, 0]
        past.load()
        if past.calls() != whole:
            failed.append(past.calls() - whole or whole - past.calls())
    print(f"hooks beside an import: tried {TOGETHER}, failed {len(failed)}")
    assert not failed
