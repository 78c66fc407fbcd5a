"""What the collector's own tables save: a keyed look-up against a search in hook_events, side by side.

Prints the median time of both on one session of 1,000, 10,000 and 100,000 events, and their ratio.
"""

import json
import sqlite3
import statistics
import time
from pathlib import Path

SCHEMA = Path(__file__).parents[1] / "collector" / "schema.sql"
OWN = "CREATE TABLE claudesess_chains (session_id, chain, PRIMARY KEY (session_id, chain)) WITHOUT ROWID"
SEARCH = (
    "SELECT 1 FROM hook_events WHERE session_id = 's' AND instr(payload_summary, ?) ORDER BY id DESC LIMIT 1"
)
KEYED = "SELECT 1 FROM claudesess_chains WHERE session_id = 's' AND chain = ?"


def database(n_events: int) -> sqlite3.Connection:
    """Return a database in memory with one session."""
    connection = sqlite3.connect(":memory:")
    connection.executescript(SCHEMA.read_text(encoding="utf-8"))
    connection.execute(OWN)
    summaries = (
        json.dumps({"tool": "Bash", "tool_use_id": f"toolu_{n:024d}", "ok": True, "chain": f"{n:012x}"})
        for n in range(n_events)
    )
    insert = "INSERT INTO hook_events (session_id, payload_summary) VALUES ('s', ?)"
    connection.executemany(insert, ((summary,) for summary in summaries))
    return connection


def median_s(connection: sqlite3.Connection, query: str, runs: int = 40) -> float:
    """Return the median time of a query for something that is not there."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        connection.execute(query, ("no such chain",)).fetchall()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    """Print the table."""
    print(f"{'events':>8} {'search':>10} {'keyed':>10} {'ratio':>8}")
    for n_events in (1_000, 10_000, 100_000):
        connection = database(n_events)
        search, keyed = median_s(connection, SEARCH), median_s(connection, KEYED)
        print(f"{n_events:8,} {search * 1e6:8.0f}µs {keyed * 1e6:8.1f}µs {search / keyed:8.0f}")


if __name__ == "__main__":
    main()
