"""The engine for what is made of one file or one column: to start one takes longer than it is at work."""

from __future__ import annotations

import os
from functools import cache

import duckdb


def connected() -> duckdb.DuckDBPyConnection:
    """Return a connection of its own, with views of its own; times are read in UTC."""
    own = _engine(os.getpid()).cursor()
    own.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
    return own


@cache
def _engine(_process: int) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})
