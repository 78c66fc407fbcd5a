"""What a hook costs: the collector as a process against the bare interpreter and plain scripts, in turns.

Prints medians and ratios of one run. Absolute times mean nothing on another machine; ratios do, roughly.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
COLLECT = ROOT / "collector" / "collect.py"
PYTHON = os.path.realpath(sys.executable)
RUNS = 40
PLAIN_PYTHON = """
import json, os, sqlite3, sys
p = json.load(sys.stdin)
db = sqlite3.connect(os.path.join(os.environ["CLAUDE_PROJECT_DIR"], ".claude-session.db"), timeout=5)
summary = json.dumps({"tool": p["tool_name"], "tool_use_id": p["tool_use_id"], "ok": True})
db.execute("INSERT INTO hook_events (session_id, event_type, dispatcher, payload_summary, exit_code)"
           " VALUES (?, 'post_tool_use', 'post_tool_use', ?, 0)", (p["session_id"], summary))
db.commit()
"""
PLAIN_NODE = """
const { DatabaseSync } = require("node:sqlite");
const p = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const db = new DatabaseSync(process.env.CLAUDE_PROJECT_DIR + "/.claude-session.db");
const summary = JSON.stringify({ tool: p.tool_name, tool_use_id: p.tool_use_id, ok: true });
db.prepare("INSERT INTO hook_events (session_id, event_type, dispatcher, payload_summary, exit_code)" +
  " VALUES (?, 'post_tool_use', 'post_tool_use', ?, 0)").run(p.session_id, summary);
"""


def payload(n: int, *, fails: bool = False, filler: int = 0) -> bytes:
    """Return a call's payload, of the shape that the client sends."""
    said: dict[str, object] = {
        "session_id": "11111111-aaaa-4000-8000-000000000001",
        "transcript_path": "/home/dev/.claude/projects/x/1.jsonl",
        "cwd": "/home/dev/app",
        "prompt_id": "b0aaa6f9-64d7-4296-a7ba-a434246e6d09",
        "tool_name": "Bash",
        "tool_input": {"command": "grep -rn mean . --include=*.py", "description": "Find it"},
        "tool_use_id": f"toolu_{n:024d}",
        "duration_ms": 224,
    }
    if fails:
        message = "Exit code 1\nE   assert 5 == 2\nFAILED test_calc.py::test_mean - assert\n1 failed in 0.06s"
        said |= {"hook_event_name": "PostToolUseFailure", "error": message, "is_interrupt": False}
        said["tool_input"] = {"command": "python3 -m pytest -q test_calc.py"}
    else:
        response = {"stdout": "calc.py:1:def mean(xs):" + "x" * filler, "stderr": "", "interrupted": False}
        said |= {"hook_event_name": "PostToolUse", "tool_response": response}
    return json.dumps(said).encode()


class Bench:
    """Commands that take turns, each with a project folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sent = 0

    def project(self, name: str, rows: int = 0) -> dict[str, str]:
        """Return the environment for a project whose database holds `rows` hook events."""
        place = self.folder / name
        place.mkdir()
        database = sqlite3.connect(place / ".claude-session.db")
        database.executescript((ROOT / "collector" / "schema.sql").read_text(encoding="utf-8"))
        with database:
            database.executemany(
                "INSERT INTO hook_events (session_id, event_type, payload_summary)"
                " VALUES (?, 'post_tool_use', ?)",
                ((f"session {n % 1000}", '{"tool": "Read", "ok": true, "bytes": 900}') for n in range(rows)),
            )
        database.close()
        return {"CLAUDE_PROJECT_DIR": str(place), "HOME": str(self.folder), "PATH": os.environ["PATH"]}

    def time(self, command: list[str], environ: dict[str, str], data: bytes) -> float:
        """Return the wall time of one process."""
        start = time.perf_counter()
        subprocess.run(command, input=data, env=environ, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - start

    def compare(self, label: str, first: Callable[[], float], second: Callable[[], float]) -> None:
        """Run both in turns; print both medians and the median of the ratios pair by pair."""
        first(), second()
        pairs = [(first(), second()) for _ in range(RUNS)]
        medians = [statistics.median(times) * 1e3 for times in zip(*pairs, strict=True)]
        ratio = statistics.median(a / b for a, b in pairs)
        print(f"{label:55} {medians[0]:7.1f} ms {medians[1]:7.1f} ms   ratio {ratio:.2f}", flush=True)

    def next(self, *, fails: bool = False, filler: int = 0) -> bytes:
        """Return a payload that was not sent before."""
        self.sent += 1
        return payload(self.sent, fails=fails, filler=filler)


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name))
        collector, bare = [PYTHON, "-I", "-S", str(COLLECT)], [PYTHON, "-I", "-S", "-c", "pass"]
        empty, other = bench.project("empty"), bench.project("other")
        large = bench.project("large", 1_000_000)

        def success() -> float:
            return bench.time(collector, empty, bench.next())

        def failure() -> float:
            return bench.time(collector, empty, bench.next(fails=True))

        def plain(command: list[str]) -> Callable[[], float]:
            return lambda: bench.time(command, other, bench.next())

        def nothing() -> float:
            return bench.time(bare, empty, b"")

        bench.compare("success / bare interpreter", success, nothing)
        bench.compare("failure / bare interpreter", failure, nothing)
        bench.compare("success / plain python3 script", success, plain([PYTHON, "-c", PLAIN_PYTHON]))
        node = shutil.which("node")
        if (
            node
            and not subprocess.run([node, "-e", "require('node:sqlite')"], capture_output=True).returncode
        ):
            bench.compare("success / plain Node script", success, plain([node, "-e", PLAIN_NODE]))
        else:
            print("success / plain Node script: no Node with node:sqlite here")
        bench.compare(
            "1,000,000 hook events / empty database",
            lambda: bench.time(collector, large, bench.next()),
            success,
        )
        _compare_large(bench, collector, empty)
        _print_size()


def _compare_large(bench: Bench, collector: list[str], environ: dict[str, str]) -> None:
    """Print what 20 MB cost against a process that only reads them, and the memory that they take."""
    data = bench.next(filler=20_000_000)
    read = [PYTHON, "-I", "-S", "-c", "import sys; sys.stdin.buffer.read()"]
    bench.compare(
        "20 MB payload / reading it",
        lambda: bench.time(collector, environ, data),
        lambda: bench.time(read, environ, data),
    )
    peak_kb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    label = "peak memory of any process above / payload"
    print(f"{label:55} {peak_kb / 1024:7.1f} MB   ratio {peak_kb * 1024 / len(data):.2f}")


def _print_size() -> None:
    """Print the bytes of database per 1,000 events of the sample project."""
    total = events = 0
    for database in sorted((ROOT / "data" / "samples").glob("workshop/*.db")):
        total += database.stat().st_size
        events += sqlite3.connect(database).execute("SELECT count(*) FROM hook_events").fetchone()[0]
    print(f"{'database of the sample project per 1,000 events':55} {total / events:7.0f} KB")


if __name__ == "__main__":
    main()
