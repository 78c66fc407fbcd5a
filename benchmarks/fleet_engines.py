"""One fleet over several engines: seconds, CPU seconds, memory of the driver, and whether the rows are equal.

Databases are samples copied with sessions of their own, or simulated ones (``--sessions``). Run it with
``python benchmarks/fleet_engines.py --databases 100 --engines here processes dask``; ``replayed`` sends the
sums of one database again and again under other names: what 10,000 cost the driver alone.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path
from typing import Any

BUILD = Path(__file__).resolve().parent.parent / "build" / "fleet-engines"
SMALL = ("retry", "compaction", "mixed", "tasks", "verdict", "stopblock")
ENGINES = ("here", "processes", "dask", "replayed")
MEASURES = ("retry_escalation.outcome_by_attempt", "retry_escalation.failures")


def copies(n: int, names: tuple[str, ...]) -> list[Path]:
    """Copy samples so that there are `n` databases, each with sessions of its own."""
    from claudesess import samples

    made = []
    for number in range(n):
        name = names[number % len(names)]
        file = BUILD / f"{name}-{number:05}" / ".claude-session.db"
        made.append(file)
        if file.is_file():
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_suffix(".new")
        shutil.copyfile(samples.sample_path(name), new)
        with closing(sqlite3.connect(new)) as connection, connection:
            connection.execute("PRAGMA synchronous = OFF")
            tables = [
                row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
            ]
            for table in tables:
                columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
                if "session_id" in columns:
                    connection.execute(
                        f"UPDATE {table} SET session_id = ? || substr(session_id, 6)", [f"{number:05}"]
                    )
        new.rename(file)
    return made


class Replayed(Executor):
    """Answers with what the first database added, under the name of each and with sessions of its own."""

    def __init__(self) -> None:
        self.first: Any = None

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Answer at once."""
        import pyarrow as pa

        future: Future[Any] = Future()
        place, asked = args
        if self.first is None:
            self.first = fn(place, asked)
            future.set_result(self.first)
            return future

        def renamed(table: pa.Table) -> pa.Table:
            sessions = [f"{place.number:05}{str(one)[5:]}" for one in table.column("session_id").to_pylist()]
            named = {"session_id": sessions, "db": [place.db] * len(table)}
            for name, values in named.items():
                if name in table.column_names:
                    kind = table.schema.field(name).type
                    at = table.column_names.index(name)
                    table = table.set_column(
                        at, pa.field(name, kind), pa.array(values, pa.string()).cast(kind)
                    )
            return table

        first = self.first
        tables = {key: renamed(table) for key, table in first.tables.items()}
        future.set_result(first._replace(place=place, tables=tables, seen=renamed(first.seen)))
        return future


def measured(engine: str, files: list[str], measures: tuple[str, ...] | None, workers: int) -> dict[str, Any]:
    """Ask over one engine; return what it cost, and a digest of the rows."""
    import pandas as pd

    import claudesess

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.monotonic()
    if engine == "processes":
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            fleet = claudesess.fleet(files, measures, engine=pool)
    else:
        fleet = claudesess.fleet(
            files, measures, engine={"here": None, "replayed": Replayed()}.get(engine, engine)
        )
    gathered = time.monotonic() - start
    own = resource.getrusage(resource.RUSAGE_SELF)
    rows = [one.estimates.round(9).to_csv(index=False) for one in fleet.answers.values()]
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "engine": engine,
        "databases": fleet.n_asked,
        "left out": len(fleet.left_out),
        "sessions": fleet.n_sessions,
        "s": round(gathered, 1),
        "estimates s": round(time.monotonic() - start - gathered, 1),
        "driver CPU s": round(own.ru_utime + own.ru_stime, 1),
        "workers CPU s": round(children.ru_utime + children.ru_stime, 1),
        "driver MB before": before // 1024,
        "driver MB gathered": own.ru_maxrss // 1024,
        "driver MB at last": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "sums MB": round(fleet.nbytes / 2**20, 1),
        "rows": int(pd.util.hash_pandas_object(pd.Series(rows)).sum() % 10**9),
    }


def main() -> None:
    """Print an object per engine."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--databases", type=int, default=100)
    parser.add_argument("--samples", nargs="+", default=SMALL, help="which are copied, in turn")
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=ENGINES[:3])
    parser.add_argument("--measures", nargs="*", default=MEASURES, help="none: all")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="of the pool of processes")
    parser.add_argument("--only", choices=ENGINES, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only:
        n_files = 1 if given.only == "replayed" else given.databases
        files = [str(file) for file in copies(n_files, tuple(given.samples))]
        files += [f"replayed/{number}.db" for number in range(given.databases - n_files)]
        print(
            json.dumps(measured(given.only, files, tuple(given.measures) or None, given.workers)), flush=True
        )
        return
    for engine in given.engines:
        command = [sys.executable, __file__, "--only", engine, *sys.argv[1:]]
        subprocess.run(command, env=os.environ | {"CLAUDESESS_CACHE": "off"}, check=True)


if __name__ == "__main__":
    main()
