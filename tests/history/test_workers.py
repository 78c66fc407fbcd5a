"""Who imports what: each process has databases of its own as long as there are enough."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from claudesess.history import workers

A, B, C = Path("a.db"), Path("b.db"), Path("c.db")


@dataclass(frozen=True)
class Task:
    """What is to be done, without the files."""

    database: Path
    n_bytes: int = workers._SHARE


def taken(waiting, worker):
    return [task.database for task in waiting.share(worker)]


def test_a_process_stays_with_its_database_and_takes_one_that_nobody_holds():
    waiting = workers._Waiting([Task(A), Task(B), Task(A), Task(C), Task(B)])
    assert [taken(waiting, worker) for worker in (0, 1, 0, 1, 0, 1)] == [[A], [B], [A], [B], [C], []]


def test_a_process_helps_where_most_is_left():
    waiting = workers._Waiting([Task(A), Task(B), Task(B), Task(B), Task(C)])
    assert [taken(waiting, worker) for worker in (0, 1, 2)] == [[A], [B], [C]]
    assert [taken(waiting, worker) for worker in (0, 2, 1)] == [[B], [B], []]


@pytest.mark.parametrize("n_bytes", [1, workers._SHARE // 3, 2 * workers._SHARE])
def test_every_task_is_given_once_in_shares_of_bounded_size(n_bytes):
    tasks = [Task((A, B, C)[n % 3], n_bytes + n) for n in range(100)]
    waiting, given = workers._Waiting(tasks), []
    while share := waiting.share(len(given) % 2):
        assert len({task.database for task in share}) == 1
        assert len(share) <= workers._SHARE_TASKS
        assert sum(task.n_bytes for task in share[:-1]) < workers._SHARE
        given += share
    assert sorted(given, key=tasks.index) == tasks
