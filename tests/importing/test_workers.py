"""Who imports what: each process has databases of its own as long as there are enough."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from made_transcripts import Transcript
from tables import each_row

from claudesess.importing import jobs, plan, workers
from claudesess.transcripts import find

A, B, C = Path("a.db"), Path("b.db"), Path("c.db")


@dataclass(frozen=True)
class Task:
    """What is to be done, without the files."""

    database: Path
    n_bytes: int = jobs._SHARE


def taken(waiting, worker):
    return [task.database for task in waiting.share(worker)]


def test_a_process_stays_with_its_database_and_takes_one_that_nobody_holds():
    waiting = jobs.JobQueue([Task(A), Task(B), Task(A), Task(C), Task(B)])
    assert [taken(waiting, worker) for worker in (0, 1, 0, 1, 0, 1)] == [[A], [B], [A], [B], [C], []]


def test_a_process_helps_where_most_is_left():
    waiting = jobs.JobQueue([Task(A), Task(B), Task(B), Task(B), Task(C)])
    assert [taken(waiting, worker) for worker in (0, 1, 2)] == [[A], [B], [C]]
    assert [taken(waiting, worker) for worker in (0, 2, 1)] == [[B], [B], []]


@each_row("n_bytes", [1, jobs._SHARE // 3, 2 * jobs._SHARE])
def test_every_task_is_given_once_in_shares_of_bounded_size(n_bytes):
    todo = [Task((A, B, C)[n % 3], n_bytes + n) for n in range(100)]
    waiting, given = jobs.JobQueue(todo), []
    while share := waiting.share(len(given) % 2):
        assert len({task.database for task in share}) == 1
        assert len(share) <= jobs._SHARE_JOBS
        assert sum(task.n_bytes for task in share[:-1]) < jobs._SHARE
        given += share
    assert sorted(given, key=todo.index) == todo


@pytest.fixture
def many(past):
    """Several hundred small sessions of one project, planned."""
    for n in range(400):
        session = f"{n:08}-0000-4000-8000-000000000009"
        made = (
            Transcript(session, prefix=f"s{n}-", at=n)
            .prompt()
            .call("c1", "Read", file_path="/a")
            .result("c1")
        )
        made.answer().write(past.folder)
    todo = plan.plan(find.sessions([past.folder])[0], past.into)
    for job in todo.jobs:
        job.database.parent.mkdir(parents=True, exist_ok=True)
    return todo


@pytest.mark.slow
def test_a_process_that_is_killed_ends_the_import_instead_of_waiting_for_ever(many):
    with workers.Crew({}) as crew:
        stream = workers.side_by_side(many.jobs, many.databases, crew, lambda: False)
        next(stream)
        multiprocessing.active_children()[0].kill()
        with pytest.raises(BrokenExecutor):
            list(stream)


@pytest.mark.slow
def test_databases_are_settled_whoever_dies_before_the_end(many, past, monkeypatch):
    finish = workers.Crew.finish

    def finish_alone(crew, databases):
        for process in multiprocessing.active_children():
            process.kill()
            process.join()
        finish(crew, databases)

    monkeypatch.setattr(workers.Crew, "finish", finish_alone)
    with workers.Crew({}) as crew:
        assert len(list(workers.side_by_side(many.jobs, many.databases, crew, lambda: False))) == len(
            many.jobs
        )
    assert past.rows("SELECT value FROM project_state WHERE key = 'project_dir'") == [
        (many.jobs[0].project_dir,)
    ]


def test_a_small_import_needs_nothing_of_what_processes_need(past, monkeypatch):
    def refuse(method):
        raise OSError("no semaphores here")

    monkeypatch.setattr(multiprocessing, "get_context", refuse)
    Transcript().prompt().answer().write(past.folder)
    assert len(past.load()) == 1


@pytest.mark.slow
def test_who_stops_finishes_what_is_read_and_begins_nothing_else(many, past):
    stopped = []
    with workers.Crew({}) as crew:
        crew.start()
        stream = workers.side_by_side(many.jobs, many.databases, crew, lambda: bool(stopped))
        done = [next(stream)]
        stopped.append(True)
        done += stream
    assert len(done) < len(many.jobs)
    assert past.rows("SELECT count(DISTINCT session_id) FROM hook_events") == [(len(done),)]


STARTS = """
from claudesess.cli import main
from claudesess.importing import plan
plan.MUCH = 1
print("here", flush=True)
main()
"""


@pytest.mark.slow
@pytest.mark.parametrize("delay_s", [0.02, 0.06, 0.1, 0.15, 0.2, 0.3])
def test_ctrl_c_while_processes_come_up_prints_no_traceback(many, past, delay_s):
    """The terminal sends it to all of them."""
    command = [sys.executable, "-c", STARTS, "import", str(past.folder), "--into", str(past.into / "new")]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, start_new_session=True, **pipes) as importing:
        importing.stdout.readline()
        time.sleep(delay_s)
        os.killpg(importing.pid, signal.SIGINT)
        _, said = importing.communicate(timeout=60)
    assert "Traceback" not in said
    assert importing.returncode == 0 or "Aborted!" in said


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs /proc")
def test_the_processes_of_an_import_that_is_killed_end_too(many, past):
    command = [sys.executable, "-c", STARTS, "import", str(past.folder), "--into", str(past.into / "new")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as importing:
        children = Path(f"/proc/{importing.pid}/task/{importing.pid}/children")
        while len(begun := [int(one) for one in children.read_text().split()]) < 2:
            time.sleep(0.01)
        time.sleep(0.3)
        importing.kill()
    for _ in range(1000):
        if not any(map(_runs, begun)):
            return
        time.sleep(0.02)
    raise AssertionError([one for one in begun if _runs(one)])


def _runs(process):
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except OSError:
        return False
