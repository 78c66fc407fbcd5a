"""Small databases made by hand, and frames shown as text, for tests of everything that reads."""

from __future__ import annotations

import io
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from textwrap import dedent

import pandas as pd

from claudesess import Store, open_store

ROOT = Path(__file__).parent.parent
SCHEMA = (ROOT / "collector" / "schema.sql").read_text(encoding="utf-8")
NOBODY = 65534


def database(path: Path, script: str = "", *, schema: str = SCHEMA) -> Path:
    """Make a database file of its own, in rollback mode, without any other file beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA synchronous = OFF")  # nobody cuts the power of a test
        connection.executescript(schema + script)
        connection.execute("PRAGMA journal_mode = DELETE")
    return path


def store_of(folder: Path, script: str) -> Store:
    """Open a store of one database, labelled `made`."""
    return open_store(database(folder / "made.db", script))


def shown(frame: pd.DataFrame, columns: str | None = None) -> str:
    """Show a frame as comma-separated lines; missing values are empty."""
    wanted = frame if columns is None else frame[columns.split(",")]
    return wanted.to_csv(index=False)


def lines(text: str) -> str:
    """Return an expected frame as `shown` has it."""
    return dedent(text).strip() + "\n"


def table(text: str) -> pd.DataFrame:
    """Read a frame from comma-separated lines."""
    return pd.read_csv(io.StringIO(dedent(text).strip()))


def state(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Return every file of a folder: mtime, inode and content."""
    return {
        file.name: (file.stat().st_mtime_ns, file.stat().st_ino, file.read_bytes())
        for file in folder.iterdir()
        if file.is_file()
    }


def opened_unprivileged(path: Path, known: Path) -> str:
    """Open `path` as a user to whom permissions apply; return its number of file_claims, or the error.

    `known` is opened first: modules that load later could be out of that user's reach.
    """
    code = f"""
import os, sys
from claudesess import ClaudesessError, open_store
open_store(sys.argv[2]).databases, open_store(sys.argv[2]).problems  # loads what they take
if os.geteuid() == 0:
    os.setgroups([]), os.setgid({NOBODY}), os.setuid({NOBODY})
try:
    print(open_store(sys.argv[1]).databases.n_file_claims[0])
except ClaudesessError as error:
    print(error)
"""
    command = [sys.executable, "-c", code, str(path), str(known)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True).stdout.strip()
