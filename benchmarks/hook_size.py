"""What the collector's database weighs: events of a typical mix, and where the bytes go.

The mix is that of public transcripts (529 calls, 4 in 100 of them failed): a third of the calls are shell
commands, a fifth reads, a fifth edits. Paths, commands and ids have the lengths that they have there; what
they say is made up.
"""

from __future__ import annotations

import random
import sqlite3
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "collector"))

from claudesess_collector.payload import to_json  # noqa: E402
from claudesess_collector.record import record  # noqa: E402

#: Tool -> calls of 1,000, and of these how many fail.
CALLS = {
    "Bash": (340, 34), "Read": (210, 2), "Edit": (200, 2), "Glob": (80, 0), "Write": (75, 0), "Grep": (45, 0),
    "TodoWrite": (30, 0), "Agent": (10, 0), "WebFetch": (10, 0),
}  # fmt: skip
TURN = 11  # calls between two prompts of a human
TURNS = 9  # turns of a session
FOLDERS = ("src/components/checkout", "src/server/routes/orders", "tests/unit/server", "packages/shared/lib")
NAMES = ("payment-summary", "order-history", "session-store", "use-inventory", "price-format", "audit-log")
COMMANDS = (
    "git status --short", "git diff --stat HEAD~1", "ls -la src/server", "cat package.json | head -40",
    "grep -rn 'TODO' src --include=*.ts", "find . -name '*.test.ts' -newer package.json", "git log -5",
    "wc -l src/server/routes/orders/*.ts", "sed -n '120,180p' src/server/routes/orders/audit-log.ts",
)  # fmt: skip
CHECKS = ("npm test", "npx tsc --noEmit", "npx eslint src", "npx vitest run tests/unit/server")
PROJECT = "/home/dev/projects/webshop"


class Mix:
    """Payloads of sessions, in order, from a fixed seed."""

    def __init__(self, seed: int = 1) -> None:
        self.dice = random.Random(seed)
        tools = [tool for tool, (n, _) in CALLS.items() for _ in range(n)]
        self.tools = tools
        self.session = self.prompt = ""

    def payloads(self) -> Iterator[bytes]:
        """Yield payloads without end."""
        while True:
            self.session = self._uuid()
            yield self._event("SessionStart", source="startup", model="claude-sonnet")
            for _ in range(TURNS):
                self.prompt = self._uuid()
                yield self._event("UserPromptSubmit", prompt="Please look at the next one. " * 6)
                for _ in range(TURN):
                    yield from self._call()
                yield self._event("Stop", stop_hook_active=False)
            yield self._event("SessionEnd", reason="prompt_input_exit")

    def _call(self) -> Iterator[bytes]:
        tool = self.dice.choice(self.tools)
        n, failing = CALLS[tool]
        call = {
            "tool_name": tool,
            "tool_input": self._arguments(tool),
            "tool_use_id": f"toolu_01{self._text(22)}",
            "duration_ms": self.dice.randrange(5, 60_000),
        }
        if self.dice.random() < failing / n:
            if tool == "Bash":
                call["tool_input"] = {"command": self.dice.choice(CHECKS)}
            error = "Exit code 1\n" + "\n".join(f"FAIL {self._path()} > case {n}" for n in range(12))
            yield self._event("PostToolUseFailure", **call, error=error, is_interrupt=False)
            return
        if tool == "Agent":
            agent = {"agent_id": self._text(16).lower(), "agent_type": "general-purpose"}
            yield self._event("SubagentStart", **agent)
            yield self._event("SubagentStop", **agent, stop_hook_active=False)
            call["tool_response"] = {"agentId": agent["agent_id"], "status": "completed"}
        yield self._event("PostToolUse", **{"tool_response": {"stdout": "x" * 900, "stderr": ""}, **call})

    def _arguments(self, tool: str) -> dict[str, object]:
        if tool == "Bash":
            is_check = self.dice.random() < 0.25
            return {"command": self.dice.choice(CHECKS if is_check else COMMANDS), "description": "Look"}
        if tool in ("Glob", "Grep"):
            return {"pattern": self.dice.choice(NAMES), "path": f"{PROJECT}/src"}
        if tool == "TodoWrite":
            return {"todos": []}
        if tool == "Agent":
            return {
                "description": "Find where orders are priced",
                "prompt": "Look",
                "subagent_type": "Explore",
            }
        if tool == "WebFetch":
            return {"url": "https://docs.example.com/guide/" + self.dice.choice(NAMES)}
        new = f"  const {self.dice.choice(NAMES).replace('-', '_')} = await loadOrders(request.query.page);"
        return {"file_path": self._path(), "old_string": "x", "new_string": new, "content": new}

    def _path(self) -> str:
        return f"{PROJECT}/{self.dice.choice(FOLDERS)}/{self.dice.choice(NAMES)}-{self.dice.randrange(9)}.ts"

    def _event(self, name: str, **fields: object) -> bytes:
        common = {
            "session_id": self.session,
            "transcript_path": f"/home/dev/.claude/projects/-home-dev-projects-webshop/{self.session}.jsonl",
            "cwd": PROJECT,
            "prompt_id": self.prompt or None,
            "permission_mode": "default",
            "hook_event_name": name,
        }
        written: str = to_json(common | fields)
        return written.encode()

    def _uuid(self) -> str:
        return str(uuid.UUID(int=self.dice.getrandbits(128), version=4))

    def _text(self, n: int) -> str:
        letters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz123456789"
        return "".join(self.dice.choice(letters) for _ in range(n))


def fill(root: Path, n_events: int) -> Path:
    """Write a database of so many events below a folder and return it, its log emptied into it."""
    project = Path(f"{root}{PROJECT}")
    project.mkdir(parents=True)
    open_files: dict[str, Any] = {}
    at_ms, payloads, dice = 1_800_000_000_000, Mix().payloads(), random.Random(2)
    for _ in range(n_events):
        at_ms += dice.randrange(200, 20_000)
        record(next(payloads), lambda cwd: PROJECT, {}, at_ms, str(root), keep_open=open_files)
    for database in open_files.values():
        database.close()
    return project / ".claude-session.db"


def sizes(path: Path) -> dict[str, int]:
    """Return the bytes of each table and index."""
    with closing(sqlite3.connect(path)) as connection:
        try:
            rows = connection.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC")
            return dict(rows.fetchall())
        except sqlite3.OperationalError:  # a SQLite without dbstat
            return {}


def main() -> None:
    """Print the table."""
    for n_events in (0, 1_000, 3_000, 10_000):
        with tempfile.TemporaryDirectory() as name:
            path = fill(Path(name), n_events or 1)
            n_bytes = path.stat().st_size
            per = f"{n_bytes / n_events:7.0f} KB per 1,000" if n_events else ""
            print(f"{n_events:7,} events {n_bytes / 1000:8.0f} KB {per}", flush=True)
            parts = sizes(path) if n_events == 10_000 else {}
    for part, n_bytes in parts.items():
        if n_bytes * 200 > sum(parts.values()):
            print(f"  {part:34} {n_bytes / n_events:7.1f} KB per 1,000")


if __name__ == "__main__":
    main()
