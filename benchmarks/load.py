"""How long `open_store` takes on a million rows, beside other ways from SQLite into DuckDB or pandas.

Run it with ``python benchmarks/load.py``. Every contender runs in a process of its own, in turns, and times
itself after its imports, by the clock and by what processors did; the page cache is warm. What is in it:

open_store      the private copy of the file, the table checked by SQLite and cell by cell, times parsed, as
                Parquet (`CLAUDESESS_CACHE=off`)
extension       DuckDB's own sqlite extension: attach, CREATE TABLE AS SELECT *; no copy, checks or times
cursor          the standard library's cursor, Arrow batches, DuckDB; no copy, checks or times
read_sql        pandas.read_sql; no copy, checks or times

DuckDB downloads the extension when it first needs it, unless a package brings it along; that package wants a
DuckDB of its own, so it gets an environment of its own in build/.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import time
import venv
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "bench"
EXTENSION = ["duckdb==1.5.5", "duckdb-extensions==1.5.5", "duckdb-extension-sqlite-scanner==1.5.5"]
BASE = "extension"


def open_store(path: str) -> int:
    import adbc_driver_sqlite  # noqa: F401
    import pandas as pd  # noqa: F401

    import claudesess
    from claudesess.store import load

    claudesess.open_store  # noqa: B018  loads what it needs
    load.prepare()
    start = now()
    store = claudesess.open_store(path)
    return finished(start, int(store.sql("SELECT count(*) AS n FROM hook_events").n[0]))  # reads the table


def extension(path: str) -> int:
    import duckdb
    from duckdb_extensions import import_extension  # type: ignore[import-not-found]

    import_extension("sqlite_scanner")
    start = now()
    engine = duckdb.connect()
    engine.execute("LOAD sqlite_scanner")
    engine.execute(f"ATTACH '{path}' AS source (TYPE sqlite, READ_ONLY)")
    engine.execute("CREATE TABLE hook_events AS SELECT * FROM source.hook_events")
    return finished(start, engine.execute("SELECT count(*) FROM hook_events").fetchall()[0][0])


def cursor(path: str) -> int:
    import duckdb
    import pyarrow as pa

    names = ["id", "session_id", "timestamp", "event_type", "dispatcher", "payload_summary", "exit_code",
             "duration_ms"]  # fmt: skip
    start = now()
    batches = []
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT * FROM hook_events")
        while chunk := rows.fetchmany(50_000):
            columns = [pa.array(cells) for cells in zip(*chunk, strict=True)]
            batches.append(pa.RecordBatch.from_arrays(columns, names))
    engine = duckdb.connect()
    engine.register("incoming", pa.Table.from_batches(batches))
    engine.execute("CREATE TABLE hook_events AS SELECT * FROM incoming")
    return finished(start, engine.execute("SELECT count(*) FROM hook_events").fetchall()[0][0])


def read_sql(path: str) -> int:
    import pandas as pd

    start = now()
    with closing(sqlite3.connect(path)) as connection:
        frame = pd.read_sql("SELECT * FROM hook_events", connection)
    return finished(start, len(frame))


CONTENDERS = {function.__name__: function for function in (open_store, extension, cursor, read_sql)}


def now() -> tuple[float, float]:
    """By the clock, and what processors did."""
    return time.perf_counter(), time.process_time()


def finished(start: tuple[float, float], rows: int) -> int:
    print(*(then - first for first, then in zip(start, now(), strict=True)))
    return rows


def built(path: Path, rows: int) -> Path:
    """Make the database, unless it is there: events of plausible size, in WAL mode."""
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".part")
    fresh.unlink(missing_ok=True)
    with closing(sqlite3.connect(fresh)) as connection:
        connection.executescript((ROOT / "collector" / "schema.sql").read_text(encoding="utf-8"))
        connection.executemany(
            "INSERT INTO hook_events (session_id, timestamp, event_type, dispatcher, payload_summary,"
            " exit_code, duration_ms) VALUES (?, ?, 'post_tool_use', 'post_tool_use', ?, 0, ?)",
            (event(number) for number in range(rows)),
        )
        connection.commit()
    return fresh.rename(path)


def event(number: int) -> tuple[str, str, str, int]:
    seconds = number // 4
    clock = f"{seconds // 3600 % 24:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{number % 1000:03d}"
    payload = {
        "tool": "Bash", "tool_use_id": f"toolu_{number:024d}", "prompt_id": f"{number // 50:032x}",
        "path": f"/home/dev/app/src/module_{number % 500}.py", "tool_ms": number % 5000, "ok": True,
        "check": f"{number % 1000:012x}", "bytes": number % 9000 + 300,
    }  # fmt: skip
    day = seconds // 86400 % 28 + 1
    return f"{number // 2000:032x}", f"2026-01-{day:02d} {clock}", json.dumps(payload), number % 40


def interpreter_with_extension() -> str | None:
    """Return a Python that has the extension, made at first; None where it cannot be had."""
    home = BUILD / "venv"
    python = home / "bin" / "python"
    check = [str(python), "-c", "import duckdb, duckdb_extensions"]
    if not python.exists():
        venv.create(home, with_pip=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *EXTENSION], check=False)
    return str(python) if subprocess.run(check, capture_output=True, check=False).returncode == 0 else None


def timed(python: str, contender: str, path: Path, rows: int) -> tuple[float, float]:
    os.environ["CLAUDESESS_CACHE"] = "off"
    command = [python, __file__, "--contender", contender, "--database", str(path), "--rows", str(rows)]
    ran = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    clock, work = map(float, ran.stdout.split())
    return clock, work


def compare(rows: int, rounds: int) -> None:
    path = built(BUILD / f"events-{rows}.db", rows)
    pythons = dict.fromkeys(CONTENDERS, sys.executable)
    other = interpreter_with_extension()
    if other is None:
        print("The sqlite extension cannot be installed here: no ratios.")
        del pythons[BASE]
    else:
        pythons[BASE] = other
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in pythons}
    for _ in range(rounds):
        for name, python in pythons.items():
            seconds[name].append(timed(python, name, path, rows))
    print(f"{rows:,} rows, {path.stat().st_size / 1e6:.0f} MB, {rounds} rounds in turns, warm page cache")
    print(f"{'':12}{'median':>9}{'fastest':>9}{'ratio':>7}{'CPU':>9}{'fastest':>9}{'ratio':>7}")
    medians = {
        name: [statistics.median(kind) for kind in zip(*each, strict=True)] for name, each in seconds.items()
    }
    for name, own in sorted(medians.items(), key=lambda item: item[1]):
        fastest = map(min, zip(*seconds[name], strict=True))
        ratios = [f"{one / base:.2f}" for one, base in zip(own, medians.get(BASE, ()), strict=False)] or [
            "",
            "",
        ]
        cells = [
            f"{one:8.2f}s{least:8.2f}s{ratio:>7}"
            for one, least, ratio in zip(own, fastest, ratios, strict=True)
        ]
        print(f"{name:12}{''.join(cells)}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Time open_store beside other loaders.")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--contender", choices=CONTENDERS, help=argparse.SUPPRESS)
    parser.add_argument("--database", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.contender is None:
        compare(given.rows, given.rounds)
    elif CONTENDERS[given.contender](given.database) != given.rows:
        sys.exit(f"{given.contender} lost rows")


if __name__ == "__main__":
    main()
