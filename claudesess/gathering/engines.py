"""What runs `sums_of` on many databases: this process, Dask, or any executor of `concurrent.futures`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from claudesess import extras
from claudesess.errors import ClaudesessError, QuestionError

Engine = Any
"""None, ``"dask"``, a scheduler's address, a `distributed.Client`, or a `concurrent.futures.Executor`."""

_SCHEMES = ("tcp://", "tls://", "ucx://", "ws://", "wss://", "inproc://")
_ANSWER_S = 20
_PER_WORKER = 3  # one at work, two in hand: the rest waits in the driver, not in the scheduler


@dataclass(frozen=True)
class Running:
    """An engine that runs.

    Attributes
    ----------
    name
        What it is called, as a sentence begins.
    executor
        Takes one database at a time.
    width
        How many databases it is given at once.
    is_there
        Whether it can still answer.
    """

    name: str
    executor: Executor
    width: int
    is_there: Callable[[], bool] = lambda: True


class _Here(Executor):
    """In this process: what is submitted is done before it returns, one database at a time."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


@contextmanager
def running(engine: Engine) -> Iterator[Running]:
    """Start, or reach, an engine; what is started here is stopped afterwards.

    Raises
    ------
    QuestionError
        It is none.
    MissingExtraError
        Dask is not installed.
    ClaudesessError
        No scheduler answers.
    """
    if engine is None:
        yield Running("This process", _Here(), 1)
    elif isinstance(engine, str):
        with _client(engine) as client:
            yield _of_client(client)
    elif hasattr(engine, "get_executor"):
        yield _of_client(engine)
    elif hasattr(engine, "submit"):
        workers = getattr(engine, "_max_workers", None) or os.cpu_count() or 1
        yield Running("The executor", engine, _PER_WORKER * workers)
    else:
        raise QuestionError(
            f"engine is {engine!r}; it must be None, 'dask', the address of a scheduler (tcp://...), "
            "a dask Client, or an executor of concurrent.futures"
        )


@contextmanager
def _client(engine: str) -> Iterator[Any]:
    if engine != "dask" and not engine.startswith(_SCHEMES):
        raise QuestionError(
            f"engine is {engine!r}; it must be 'dask', or the address of a scheduler (tcp://...)"
        )
    with extras.needed("dask", f"engine={engine!r}"):
        from distributed import Client, LocalCluster
    if engine == "dask":
        with (
            LocalCluster(  # type: ignore[no-untyped-call]
                n_workers=os.cpu_count(),
                threads_per_worker=1,
                dashboard_address="127.0.0.1:0",
                silence_logs=50,
            ) as cluster,
            Client(cluster) as client,  # type: ignore[no-untyped-call]
        ):
            yield client
        return
    try:
        client = Client(engine, timeout=_ANSWER_S)  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError, ValueError) as error:
        raise ClaudesessError(
            f"No scheduler answers at {engine} ({error}). Start one: dask scheduler; dask worker {engine}"
        ) from error
    with client:
        yield client


def _of_client(client: Any) -> Running:
    # A plain function of one file, but files change: the same file is read again when it is asked again.
    executor = client.get_executor(pure=False)
    n_threads = sum(client.nthreads().values())

    def is_there() -> bool:
        return client.status == "running" and client.scheduler_comm is not None

    address = client.scheduler.address if client.scheduler is not None else "?"
    return Running(f"The scheduler at {address}", executor, _PER_WORKER * max(n_threads, 2), is_there)
