"""What a hook costs: the collector as a process against the bare interpreter and plain scripts, in turns.

Prints medians and ratios of one run. Absolute times mean nothing on another machine; ratios do, roughly.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from claudesess.install.registration import Registration

ROOT = Path(__file__).parents[1]
PYTHON = os.path.realpath(sys.executable)
HOOK = [PYTHON, *Registration(PYTHON, str(ROOT / "collector" / "collect.py")).handler("PostToolUse")["args"]]
BARE = [PYTHON, "-I", "-S", "-c", "pass"]
READ = [PYTHON, "-I", "-S", "-c", "import sys; sys.stdin.buffer.read()"]
RUNS = 40
LARGE = 20_000_000
# Node with its built-in SQLite, kept in build/: npm brings the platform's binary.
MACHINE = {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
NODE_PACKAGE = f"node-{sys.platform}-{MACHINE}"
NODE = ROOT / "build" / "node" / "node_modules" / NODE_PACKAGE / "bin" / "node"
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


def payload(
    n: int, *, fails: bool = False, passes: bool = False, stdout: str = "calc.py:1:def mean(xs):"
) -> bytes:
    """Return a call's payload, of the shape that the client sends; `passes`: beside what failed, some did."""
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
        found = "E   assert 5 == 2\nFAILED test_calc.py::test_mean - assert"
        message = f"Exit code 1\n{found}\n1 failed{', 3 passed' if passes else ''} in 0.06s"
        said |= {"hook_event_name": "PostToolUseFailure", "error": message, "is_interrupt": False}
        said["tool_input"] = {"command": "python3 -m pytest -q test_calc.py"}
    else:
        response = {"stdout": stdout, "stderr": "", "interrupted": False}
        said |= {"hook_event_name": "PostToolUse", "tool_response": response}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def large_outputs() -> dict[str, str]:
    """Return 20 MB of each kind of output."""
    log = "".join(
        f"2027-01-15 08:00:00 INFO worker {n} took job {n * 7} in {n % 97} ms\n" for n in range(2_000)
    )
    code = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "claudesess").rglob("*.py")))
    return {
        "one line": "x" * LARGE,
        "lines of a log": (log * (LARGE // len(log) + 1))[:LARGE],
        "source code": (code * (LARGE // len(code) + 1))[:LARGE],
    }


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

    def next(self, *, fails: bool = False, passes: bool = False) -> bytes:
        """Return a payload that was not sent before."""
        self.sent += 1
        return payload(self.sent, fails=fails, passes=passes)

    def hook(
        self, environ: dict[str, str], *, fails: bool = False, passes: bool = False
    ) -> Callable[[], float]:
        """Return what times a hook in a project."""
        return lambda: self.time(HOOK, environ, self.next(fails=fails, passes=passes))


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name))
        empty, other, used = bench.project("empty"), bench.project("other"), bench.project("used")
        large = bench.project("large", 1_000_000)
        success = bench.hook(empty)

        def plain(command: list[str]) -> Callable[[], float]:
            return lambda: bench.time(command, other, bench.next())

        def nothing() -> float:
            return bench.time(BARE, empty, b"")

        bench.compare("success / bare interpreter", success, nothing)
        bench.compare("failure / bare interpreter", bench.hook(empty, fails=True), nothing)
        # `passed` may begin a password's name: the output is looked through for one.
        beside = bench.hook(empty, fails=True, passes=True)
        bench.compare("failure beside passed tests / bare interpreter", beside, nothing)
        bench.compare("success / plain python3 script", success, plain([PYTHON, "-c", PLAIN_PYTHON]))
        node = _node()
        if node is None:
            print(
                "success / plain Node script: no Node with node:sqlite here;"
                f" npm install --prefix build/node --no-save --ignore-scripts {NODE_PACKAGE}@24"
            )
        else:
            bench.compare("success / plain Node script", success, plain([node, "-e", PLAIN_NODE]))
        bench.compare("1,000,000 hook events / empty database", bench.hook(large), success)
        for _ in range(1_000):
            bench.hook(used)()
        bench.compare("after 1,000 hooks / after few", bench.hook(used), bench.hook(bench.project("few")))
        _compare_large(bench, empty)


def _node() -> str | None:
    """Return a Node that has SQLite built in."""
    for node in (str(NODE), shutil.which("node")):
        if node and Path(node).exists():
            probe = [node, "-e", "require('node:sqlite')"]
            if not subprocess.run(probe, capture_output=True).returncode:
                return node
    return None


def _compare_large(bench: Bench, environ: dict[str, str]) -> None:
    """Print what 20 MB cost against a process that only reads them, and the memory that they take."""
    for kind, output in large_outputs().items():
        bench.sent += 1
        data = payload(bench.sent, stdout=output)
        bench.compare(
            f"20 MB, {kind} / reading it",
            lambda data=data: bench.time(HOOK, environ, data),  # type: ignore[misc]
            lambda data=data: bench.time(READ, environ, data),  # type: ignore[misc]
        )
        peak = _peak_bytes(HOOK, environ, data)
        label = f"20 MB, {kind}: peak memory / payload"
        print(f"{label:55} {peak / 1e6:7.1f} MB {len(data) / 1e6:7.1f} MB   ratio {peak / len(data):.2f}")


def _peak_bytes(command: list[str], environ: dict[str, str], data: bytes) -> int:
    """Return the peak memory of a process, started by a small one: a child begins with its parent's peak."""
    script = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True);"
        " print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    launcher = [PYTHON, "-I", "-S", "-c", script, *command]
    done = subprocess.run(launcher, input=data, env=environ, check=True, capture_output=True)
    return int(done.stdout) * 1024


if __name__ == "__main__":
    main()
