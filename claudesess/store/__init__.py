"""Session databases as one in-memory DuckDB; nothing else in claudesess knows DuckDB or reads SQLite."""

from claudesess.store.engine import Store
from claudesess.store.opening import open_store

__all__ = ["Store", "open_store"]
