"""A second process works out what the first has read: with the same outcome, and gone at the end."""

import logging
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import time
from concurrent.futures import Future
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from counts import first

from claudesess import processes, samples
from claudesess.asking import answer, listing, second
from claudesess.errors import QuestionError
from claudesess.report import ranking
from claudesess.store import Store

QUESTION = "retry_escalation"


BEGUN = second.begun


@pytest.fixture(autouse=True)
def in_two_processes(in_one_process, monkeypatch):
    monkeypatch.setattr(second, "begun", BEGUN)


@pytest.fixture
def store(monkeypatch):
    """A small store, and one question to ask it."""
    monkeypatch.setattr(listing, "questions", lambda: [QUESTION])
    return samples.open_sample("retry")


@pytest.fixture
def started(monkeypatch):
    """List the processes that are started."""
    begun, start = [], BaseProcess.start

    def counting(one):
        begun.append(one)
        start(one)

    monkeypatch.setattr(BaseProcess, "start", counting)
    return begun


def asked(store, also):
    with second.process() as pool:
        return ranking.ask_all(store, pool, also=also)


def with_processors(monkeypatch, n):
    monkeypatch.setattr(processes, "processors", lambda: n)


def where(one):
    """Return in which process an answer was worked out."""
    return one.measure.name, os.getpid()


def refuse(one):
    raise QuestionError(f"{one.measure.name} is not answered")


def die(one):
    if multiprocessing.parent_process() is not None:
        os._exit(9)
    return one.measure.name


@pytest.mark.slow
def test_two_processes_work_out_what_one_does(store, monkeypatch, started):
    with_processors(monkeypatch, 2)
    seen = asked(store, where)
    first = listing.names(QUESTION)[0]
    assert len(started) == 1 and seen[first][0] == first and seen[first][1] != os.getpid()
    assert set(seen) == set(listing.names(QUESTION))
    two = {name: one.work_out() for name, one in ranking.answers(store).items()}
    with_processors(monkeypatch, 1)
    alone = samples.open_sample("retry")
    assert {pid for _, pid in asked(alone, where).values()} == {os.getpid()}
    assert len(started) == 1
    for name, one in ranking.answers(alone).items():
        for part, expected in one.work_out().items():
            if hasattr(expected, "equals"):
                assert expected.equals(two[name][part]), (name, part)
                assert (expected.dtypes == two[name][part].dtypes).all()
            else:
                assert expected == two[name][part]


def test_where_there_is_no_session_nothing_is_started(monkeypatch, started):
    with_processors(monkeypatch, 2)
    assert asked(Store.from_frames(), where) == {}
    assert started == []


def test_an_answer_goes_without_its_store(store):
    for one in ranking.answers(store).values():
        one.read()
        elsewhere = pickle.loads(pickle.dumps(one))
        assert isinstance(elsewhere._store, answer._Elsewhere)
        elsewhere.work_out()


def test_no_copy_is_made_of_an_engine(store):
    """Its threads would be missing, and its locks there."""
    assert processes.copied() is None


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere libraries of the system bear no copies")
def test_a_report_begins_its_process_before_it_loads_the_engine(tmp_path):
    script = (
        "from claudesess import processes, samples\n"
        "from claudesess.asking import listing, second\n"
        "from claudesess.cli import main\n"
        "listing.questions = lambda: ['permissions']\n"
        "begun, copied = second.begun, processes.copied\n"
        "processes.processors = lambda: 2\n"
        "second.begun = lambda modules: print('copied' if copied() else 'afresh') or begun(modules)\n"
        "main()\n"
    )
    command = [
        sys.executable,
        "-c",
        script,
        "report",
        str(samples.sample_path("retry")),
        "--sessions",
        "0",
        "--out",
        str(tmp_path),
    ]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.startswith("copied\n")


def test_where_there_is_next_to_nothing_no_process_begins_and_nothing_is_loaded(monkeypatch, started):
    with_processors(monkeypatch, 2)
    loaded = []
    monkeypatch.setattr(second.importlib, "import_module", loaded.append)
    with second.process("claudesess.charts.offline", is_worth_it=False) as pool:
        assert pool is None
    assert started == loaded == []


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere processes share nothing")
def test_what_both_need_is_loaded_once():
    script = (
        "import sys\n"
        "from claudesess import processes\n"
        "from claudesess.asking import second\n"
        "processes.processors = lambda: 2\n"
        "with second.process('claudesess.stats') as pool:\n"
        "    here = 'claudesess.stats' in sys.modules\n"
        "    print(here, pool.submit(eval, \"'claudesess.stats' in __import__('sys').modules\").result())\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout == "True True\n"


@pytest.mark.parametrize("n", first([1, 2]))
def test_what_is_refused_is_refused_in_the_same_words(store, monkeypatch, n):
    with_processors(monkeypatch, n)
    with pytest.raises(QuestionError, match=r"^retry_escalation\.\w+ is not answered$"):
        asked(store, refuse)
    assert multiprocessing.active_children() == []


@pytest.mark.slow
def test_what_a_process_that_dies_had_to_do_is_done_here(store, monkeypatch):
    with_processors(monkeypatch, 2)
    assert set(asked(store, die)) == set(listing.names(QUESTION))


def test_the_next_is_handed_over_when_one_is_done_and_the_rest_is_taken_from_the_other_end(store):
    every = ranking.answers(store)
    futures = {}

    class Pool:
        def submit(self, _, one, also):
            return futures.setdefault(one.measure.name, Future())

    both = second.Both(Pool(), where, lambda: None)
    for name, one in every.items():
        both.give(name, one)
    names = list(every)
    assert list(futures) == names[:2]
    futures[names[0]].set_result(({}, "second"))  # while the first process is at something else
    assert list(futures) == names[:3]
    for name in names[1:3]:
        futures[name].set_running_or_notify_cancel()
    both._take_the_rest()
    assert (list(futures), list(both._made)) == (names[:3], names[:2:-1])
    for name in names[1:3]:
        futures[name].set_result(({}, "second"))
    assert [both.made()[name] for name in names[:3]] == ["second"] * 3


@pytest.mark.slow
def test_a_pool_that_ends_is_given_nothing_more(store, monkeypatch):
    logged: list[logging.LogRecord] = []
    ear = logging.Handler()
    monkeypatch.setattr(ear, "emit", logged.append)
    monkeypatch.setattr(logging.getLogger("concurrent.futures"), "handlers", [ear])
    with_processors(monkeypatch, 2)
    with second.process("json") as pool:
        both = second.Both(pool, where, lambda: None)
        for name, one in ranking.answers(store).items():
            both.give(name, one)
    assert logged == []  # what a thread of the pool comes to grief about
    both._take_the_rest()
    assert not both._left


@pytest.mark.slow
def test_without_semaphores_there_is_one_process(store, monkeypatch):
    def lacking():
        raise OSError("no semaphores here")

    with_processors(monkeypatch, 2)
    monkeypatch.setattr(processes, "afresh", lacking)
    assert {pid for _, pid in asked(store, where).values()} == {os.getpid()}


@pytest.mark.slow
def test_the_line_of_progress_counts_each_answer_once(store, monkeypatch):
    for n in (1, 2):
        with_processors(monkeypatch, n)
        counted = []
        with second.process() as pool:
            both = second.Both(pool, None, partial(counted.append, 1))
            for name, one in ranking.answers(store).items():
                both.give(name, one)
            both.made()
        assert len(counted) == len(listing.names(QUESTION))


STARTS = """
import signal
from claudesess import processes
signal.signal(signal.SIGINT, signal.default_int_handler)  # who runs tests in the background ignores Ctrl-C
processes.processors = lambda: 2
from claudesess.cli import main
main()
"""


def children(pid):
    """Return the processes that a process has started."""
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
@pytest.mark.parametrize("is_killed", [False, True])
def test_nothing_is_left_of_a_command_that_is_stopped(tmp_path, is_killed):
    command = [sys.executable, "-c", STARTS, "report", "--sample", "--out", str(tmp_path)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, start_new_session=True, **pipes) as reporting:
        while len(started := children(reporting.pid)) < 1:
            assert reporting.poll() is None
            time.sleep(0.05)
        time.sleep(1)
        if is_killed:
            reporting.kill()
        else:
            os.killpg(reporting.pid, signal.SIGINT)
        _, err = reporting.communicate(timeout=60)
    assert reporting.returncode != 0 and "Traceback" not in err
    until = time.monotonic() + 30
    while any(Path("/proc", pid).exists() for pid in started) and time.monotonic() < until:
        time.sleep(0.1)
    assert [pid for pid in started if Path("/proc", pid).exists()] == []
