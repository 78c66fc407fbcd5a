"""A project on a made-up machine: events go through the real collector, rows come back as tuples."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

COLLECT = Path(__file__).parents[2] / "collector" / "collect.py"
sys.path.insert(0, str(COLLECT.parent))

START_MS = 1_800_000_000_000  # 2027-01-15 08:00:00 UTC
SESSION = "5e550000-0000-4000-8000-000000000001"


class Project:
    """`/home/dev/app` below a temporary root, its clock in our hands."""

    folder = "/home/dev/app"
    session = SESSION

    def __init__(self, root: Path) -> None:
        self.root = root
        self.now = START_MS
        self.environ = {"HOME": "/home/dev", "PATH": "/usr/bin"}
        self.calls = 0
        self.disk = root / self.folder[1:]
        self.disk.mkdir(parents=True)

    def beside(self, name: str) -> "Project":
        """Return another one, of which nothing is recorded yet."""
        return type(self)(self.root / name)

    @property
    def database(self) -> Path:
        return self.disk / ".claude-session.db"

    def file(self, name: str, text: str = "") -> str:
        path = self.disk / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return f"{self.folder}/{name}"

    def feed(self, event: str, after: float = 1.0, session: str | None = SESSION, **fields: object) -> dict:
        """Send one event `after` seconds after the last one; return its payload."""
        self.now += int(after * 1000)
        payload = {"session_id": session, "cwd": self.folder, "hook_event_name": event, **fields}
        self.raw(json.dumps(payload).encode())
        return payload

    def raw(self, data: bytes, **more: str) -> None:
        from claudesess_collector.record import record

        environ = {**self.environ, **more}
        open_files: dict = {}
        record(data, lambda cwd: self.folder, environ, self.now, str(self.root), keep_open=open_files)
        for database in open_files.values():
            database.close()

    def process(self, data: bytes, *options: str, **environ: str) -> subprocess.CompletedProcess:
        """Send bytes to the collector as the client does: a process of its own."""
        started = self.started(*options, **environ)
        with started:
            said, complained = started.communicate(data, timeout=60)
        return subprocess.CompletedProcess(started.args, started.returncode, said, complained)

    def started(self, *options: str, **environ: str) -> subprocess.Popen:
        """Start it, and leave it to the test what it is sent."""
        env = {"CLAUDE_PROJECT_DIR": str(self.disk), "HOME": str(self.root), "PATH": "/usr/bin", **environ}
        command = [os.path.realpath(sys.executable), "-I", "-S", str(COLLECT), *options]
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env
        )

    def tool(
        self, tool: str, arguments: dict, response: object = None, ms: int = 100, **fields: object
    ) -> dict:
        self.calls += 1
        fields.setdefault("tool_use_id", f"toolu_{self.calls:04d}")
        return self.feed(
            "PostToolUse",
            tool_name=tool,
            tool_input=arguments,
            tool_response=response,
            duration_ms=ms,
            **fields,
        )

    def passes(self, command: str, stdout: str = "", **fields: object) -> dict:
        response = {"stdout": stdout, "stderr": "", "interrupted": False}
        return self.tool("Bash", {"command": command}, response, **fields)

    def fails(
        self, command: str, error: str = "Exit code 1\n1 failed in 0.10s", ms: int = 100, **fields: object
    ) -> dict:
        self.calls += 1
        fields.setdefault("tool_use_id", f"toolu_{self.calls:04d}")
        return self.feed(
            "PostToolUseFailure",
            tool_name="Bash",
            tool_input={"command": command},
            error=error,
            duration_ms=ms,
            **fields,
        )

    def edits(self, name: str, line: str, instead_of: str | None = None, **fields: object) -> dict:
        lines = [f"+{line}"] if instead_of is None else [f"-{instead_of}", f"+{line}"]
        patch = [{"oldStart": 1, "oldLines": len(lines) - 1, "newStart": 1, "newLines": 1, "lines": lines}]
        path = f"{self.folder}/{name}"
        return self.tool(
            "Edit", {"file_path": path, "new_string": line}, {"structuredPatch": patch}, ms=10, **fields
        )

    def rows(self, query: str, *values: object) -> list[tuple]:
        with closing(sqlite3.connect(self.database)) as connection:
            return connection.execute(query, values).fetchall()

    def column(self, query: str, *values: object) -> list:
        return [row[0] for row in self.rows(query, *values)]

    def resolutions(self) -> list:
        return self.rows("SELECT attempt_number, resolution FROM error_log ORDER BY id")

    def last_summary(self) -> dict:
        return json.loads(self.column("SELECT payload_summary FROM hook_events ORDER BY id DESC LIMIT 1")[0])
