"""An export that is killed, at whatever moment, leaves the lake of before or the new one, and no half of either."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from counts import by_run
from lakes import call, change, counted, parquet, project

from claudesess import export_parquet, open_store
from claudesess.errors import ClaudesessError
from claudesess.export.version import Version, alone
from claudesess.store import lake

pytestmark = pytest.mark.slow

N_KILLS, EVERY = by_run(few=(3, 8), full=(100, 1))  # how many kills at random, and which steps are tried
STEPS = [
    (Path, "write_bytes"),
    (Path, "symlink_to"),
    (Path, "replace"),
    (os, "link"),
    (shutil, "rmtree"),
]
EXPORT = """
import sys
from claudesess import export_parquet, open_store
print("ready", flush=True)
with open_store(sys.argv[1]) as store:
    store.sql("SELECT * FROM session_events")
    print("now", flush=True)
    export_parquet(store, sys.argv[2])
"""


class Killed(BaseException):
    """Nothing runs after it."""


@pytest.fixture
def grown(tmp_path):
    """Return a lake of two sessions, and its database, which has three by now."""
    shop, place = project(tmp_path, "shop", ("one", "2026-05-04"), ("two", "2026-05-05")), tmp_path / "lake"
    with open_store(shop) as store:
        export_parquet(store, place)
    change(shop, call("three", "2026-05-06") + call("two", "2026-05-07"))
    return shop, place


def state(place):
    """Return how many sessions and calls there are, for whoever reads the files, and for us."""
    with open_store(place) as store:
        ours = store.sql(
            "SELECT (SELECT count(*) FROM sessions), (SELECT count(*) FROM tool_calls)"
        ).values.tolist()[0]
        assert store.problems.empty
    return counted(place, "sessions"), counted(place, "tool_calls"), *ours


OLD, NEW = (2, 2, 2, 2), (3, 4, 3, 4)


def stopping_at(monkeypatch, step):
    """Kill the export before this step; return what counts the steps."""
    steps = [0]

    def counting(function):
        def stepped(*given, **named):
            steps[0] += 1
            if steps[0] >= step:
                raise Killed
            return function(*given, **named)

        return stepped

    for owner, name in STEPS:
        monkeypatch.setattr(owner, name, counting(getattr(owner, name)))
    leave = Version.leave
    monkeypatch.setattr(Version, "leave", lambda self: None if steps[0] >= step else leave(self))
    return steps


def test_whatever_step_is_the_last(tmp_path, grown, attack):
    shop, place = grown
    seen = []

    def stopped(store, step):
        """Return what is left when this step is not reached, and how many there were."""
        again = tmp_path / f"again{step}"
        shutil.copytree(place, again, symlinks=True)
        with pytest.MonkeyPatch.context() as patch, suppress(Killed):
            steps = stopping_at(patch, step)
            export_parquet(store, again)
        return state(again), steps[0]

    with open_store(shop) as store:
        whole, n_steps = stopped(store, 10_000)
        for step in range(n_steps, 0, -EVERY):
            seen.append(stopped(store, step)[0])
    assert (whole, seen[0], seen[-1]) == (NEW, NEW, OLD)  # the last step removes the export of before
    attack("an export that ends before a step", len(seen), sum(one in (OLD, NEW) for one in seen))


def test_killed_at_any_moment_and_run_again(grown, attack):
    shop, place = grown
    before = place.with_name("before")
    shutil.copytree(place, before, symlinks=True)
    random.seed(20)
    took, held = 0.5, 0
    for number in range(N_KILLS):
        shutil.rmtree(place)
        shutil.copytree(before, place, symlinks=True)
        export = subprocess.Popen(
            [sys.executable, "-c", EXPORT, shop, place], stdout=subprocess.PIPE, text=True
        )
        while export.stdout.readline() != "now\n":
            assert export.poll() is None
        began = time.monotonic()
        if number:
            time.sleep(random.uniform(0, took))
            export.send_signal(signal.SIGKILL)
        export.communicate()
        took = took if number else time.monotonic() - began
        held += state(place) in (OLD, NEW)
    attack("an export that is killed", N_KILLS, held)
    with open_store(shop) as store:
        export_parquet(store, place)
    assert state(place) == NEW
    assert (
        sorted(path.name for path in (place / lake.VERSIONS).iterdir() if path.name != "lock")[0]
        == lake.CURRENT
    )
    assert len(list((place / lake.VERSIONS).iterdir())) == 3  # the version in force, the link to it, the lock


def test_the_first_export_that_is_killed_leaves_no_lake(tmp_path, monkeypatch):
    shop, place = project(tmp_path, "shop", ("one", "2026-05-04")), tmp_path / "lake"
    with open_store(shop) as store:
        with monkeypatch.context() as patch, pytest.raises(Killed):
            stopping_at(patch, 30)
            export_parquet(store, place)
        with pytest.raises(ClaudesessError, match="holds no"):
            open_store(place)
        export_parquet(store, place)
    assert len(open_store(place).sql("SELECT * FROM sessions")) == 1


def test_a_full_disk_leaves_the_lake_of_before(grown, monkeypatch):
    shop, place = grown
    before = parquet(place)

    def full(self, content):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, open_store(shop) as store:
        patch.setattr(Path, "write_bytes", full)
        with pytest.raises(ClaudesessError, match=r"lake cannot be written \(No space left on device\)"):
            export_parquet(store, place)
    assert parquet(place) == before
    assert len(list((place / lake.VERSIONS).iterdir())) == 3


@pytest.mark.skipif(sys.platform == "win32", reason="locks are of POSIX")
def test_of_two_at_once_one_is_told_to_wait(grown):
    shop, place = grown
    with (
        alone(place),
        open_store(shop) as store,
        pytest.raises(ClaudesessError, match="Another export is writing"),
    ):
        export_parquet(store, place)
