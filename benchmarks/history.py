"""Import of a folder of transcripts against `ccusage`, which reads the same folder and only adds up tokens.

    python benchmarks/history.py [--gigabytes 1.0] [--rounds 5] [--copies-of FOLDER]

The folder is made up: sessions of two hundred calls, lines of the kinds, sizes and proportions that those
of client 2.1 have (more than half of them tell of progress). Every id is fresh. With --copies-of it holds the
transcripts of a folder again and again, with fresh ids, a day later each, no command as it was before.
ccusage is looked for below `build/node`, the compiled one, and one that was a program for Node:
npm install --prefix build/node --no-save ccusage@18.0.11 @ccusage/ccusage-linux-x64@20.0.24 (here of Linux).
Times are told by the clock and by what processors did: where others work too, the clock tells little.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from claudesess.transcripts import find, header

ROOT = Path(__file__).resolve().parents[1]
CALLS = 200
SOURCE = "".join(f"    value_{n} = compute(value_{n - 1}, {n})  # step {n}\n" for n in range(120))
PASSED = "tests/test_m.py " + "." * 40 + " [100%]\n\n========== 40 passed in 0.31s ==========\n"
RESULTS: dict[str, tuple[float, Callable[[random.Random, dict[str, Any]], Any]]] = {
    "Bash": (0.38, lambda rng, asked: {"stdout": printed(rng, asked["command"]), "stderr": ""}),
    "Edit": (0.27, lambda *_: {"filePath": "/p/a.py", "originalFile": SOURCE * 2, "structuredPatch": []}),
    "Read": (0.25, lambda *_: {"file": {"content": SOURCE, "startLine": 1, "numLines": 120}}),
    "Grep": (0.10, lambda *_: {"mode": "content", "content": SOURCE[:900], "numLines": 9}),
}  # fmt: skip
REPEATED = 0.23  # share of commands that were run before, in 175 of real transcripts
INPUTS: dict[str, Callable[[random.Random, int], dict[str, Any]]] = {
    "Bash": lambda rng, n: {"command": command(rng), "description": "Run the tests"},
    "Edit": lambda rng, n: {
        "file_path": f"/p/m{n % 30}.py",
        "old_string": SOURCE[:400],
        "new_string": SOURCE[40:440],
    },
    "Read": lambda rng, n: {"file_path": f"/p/m{n % 30}.py"},
    "Grep": lambda rng, n: {"pattern": f"value_{n}"},
}
# What is fresh in a copy: ids, the day, each command.
FRESH = re.compile(
    rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?:toolu|msg)_\w{20,}|(?<=\"agentId\":\")a(?!compact)[\w-]+"
    rb"|(?<=agent-)a(?!compact)[\w-]+|(?<=\"timestamp\":\")\d{4}-\d\d-\d\d|(?<=\"input\":{\"command\":\")"
)


def command(rng: random.Random) -> str:
    """Return a command: one that was run before, or another one."""
    if rng.random() < REPEATED:
        return f"pytest -q tests/test_{rng.randrange(9)}.py"
    n = rng.getrandbits(40)
    return rng.choice(
        [
            f"cd /p && pytest -q tests/test_m.py -k 'case_{n} and not slow' 2>&1 | tail -{n % 50}",
            f'grep -rn "value_{n}" src/ --include="*.py" | sort | uniq -c | head -20',
            f"git add -A && git commit -q -m 'Make step {n}' && git log --oneline -3",
            f"sed -n '{n % 900},{n % 900 + 60}p' src/m{n}.py",
        ]
    )


def printed(rng: random.Random, command: str) -> str:
    """Return what a command prints."""
    return PASSED if "pytest" in command else SOURCE[: rng.randrange(200, 3000)]


class MadeUp:
    """One made-up session, line by line."""

    def __init__(self, number: int) -> None:
        self.rng = random.Random(number)
        self.id = self.uuid()
        self.at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=number)
        self.cwd = f"/home/dev/project-{number % 5}"

    def uuid(self) -> str:
        """Return a fresh id."""
        return str(uuid.UUID(int=self.rng.getrandbits(128)))

    def line(self, kind: str, **fields: Any) -> str:
        """Return a line; the clock goes on."""
        self.at += timedelta(milliseconds=self.rng.randrange(50, 2000))
        said = {
            "parentUuid": self.uuid(), "isSidechain": False, "userType": "external", "cwd": self.cwd,
            "sessionId": self.id, "version": "2.1.39", "gitBranch": "main", "type": kind, **fields,
            "uuid": self.uuid(),
            "timestamp": self.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        }  # fmt: skip
        return json.dumps(said, separators=(",", ":")) + "\n"

    def lines(self) -> Iterator[str]:
        """Yield the session."""
        for n in range(CALLS):
            if n % 40 == 0:
                yield self.line("user", message={"role": "user", "content": "Make the next step. " * 20})
            yield from self.call(n)
        yield self.answer(CALLS, [{"type": "text", "text": "Done."}], "end_turn")

    def call(self, n: int) -> Iterator[str]:
        """Yield what a call leaves: the model's lines, progress, the result."""
        tool = self.rng.choices(list(RESULTS), [share for share, _ in RESULTS.values()])[0]
        call_id = f"toolu_{self.rng.getrandbits(96):024x}"
        yield self.answer(n, [{"type": "text", "text": "I look at the next step. " * 8}], None)
        asked = INPUTS[tool](self.rng, n)
        yield self.answer(n, [{"type": "tool_use", "id": call_id, "name": tool, "input": asked}], None)
        for _ in range(7):
            data = {"type": "hook_progress", "hookEvent": "PostToolUse", "hookName": f"PostToolUse:{tool}"}
            yield self.line("progress", data={**data, "command": "run-the-hook " * 20}, toolUseID=call_id)
        is_error = tool == "Bash" and self.rng.random() < 0.08
        told: Any = "Error: Exit code 1\n" + SOURCE[:1200] if is_error else RESULTS[tool][1](self.rng, asked)
        content = told if is_error else SOURCE[:1500]
        block = {"type": "tool_result", "tool_use_id": call_id, "content": content, "is_error": is_error}
        yield self.line("user", message={"role": "user", "content": [block]}, toolUseResult=told)

    def answer(self, n: int, content: list[dict[str, Any]], stop: str | None) -> str:
        """Return one line of an answer."""
        usage = {"input_tokens": 9, "output_tokens": 40 + n, "cache_read_input_tokens": 9000 + n}
        message = {
            "model": "claude-opus-4-6", "id": f"msg_{self.id[:8]}{n:016}", "type": "message",
            "role": "assistant", "content": content, "stop_reason": stop,
            "usage": {**usage, "cache_creation_input_tokens": 300},
        }  # fmt: skip
        return self.line("assistant", message=message, requestId=f"req_{self.id[:8]}{n}")


def make(folder: Path, n_bytes: int) -> tuple[int, int]:
    """Write sessions until the folder holds so many bytes; return how many, and their lines."""
    done = sessions = n_lines = 0
    while done < n_bytes:
        session = MadeUp(sessions)
        path = folder / "projects" / session.cwd.replace("/", "-") / f"{session.id}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = list(session.lines())
        path.write_text("".join(lines))
        done, sessions, n_lines = done + path.stat().st_size, sessions + 1, n_lines + len(lines)
    return sessions, n_lines


def copy(source: Path, folder: Path, n_bytes: int) -> tuple[int, int]:
    """Write copies of transcripts until the folder holds so many bytes; return how many, and their lines.

    They lie where the client puts them: in a folder called by the project.
    """
    files = {}
    for session in find.sessions([source])[0]:
        for path in session.paths:
            for file in (path, path.with_suffix(".meta.json")):
                if file.is_file() and session.main is not None:
                    name = Path(header.slug(session.project_dir), file.relative_to(session.main.parent))
                    files[name] = file.read_bytes()
    done = sessions = n_lines = number = 0
    while done < n_bytes:
        number += 1
        for name, text in files.items():
            path = folder / "projects" / os.fsdecode(copied(os.fsencode(name), number))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(copied(text, number))
            if path.suffix == ".jsonl":
                done, n_lines = done + path.stat().st_size, n_lines + text.count(b"\n")
                sessions += not path.stem.startswith("agent-")
    return sessions, n_lines


def copied(text: bytes, number: int) -> bytes:
    """Return a text with everything fresh that is FRESH, the same wherever it stands in this copy."""

    def fresh(found: re.Match[bytes]) -> bytes:
        was = found[0]
        if not was:
            return b"COPY=%d " % number
        if was[:1].isdigit() and len(was) == 10:
            return (date.fromisoformat(was.decode()) + timedelta(days=number)).isoformat().encode()
        digits = hashlib.md5(b"%d %s" % (number, was), usedforsecurity=False).hexdigest()
        if was.startswith((b"toolu_", b"msg_")):
            return was.partition(b"_")[0] + f"_{digits[:24]}".encode()
        return (str(uuid.UUID(digits)) if was.count(b"-") == 4 else f"a{digits[:7]}").encode()

    return FRESH.sub(fresh, text)


class Took(NamedTuple):
    """Seconds by the clock, and of all processors; the most memory that one process had, in bytes."""

    clock: float
    cpu: float
    peak: int


def timed(command: list[str], env: dict[str, str]) -> Took:
    """Return what a command took, with all that it started."""
    start = time.perf_counter()
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Took(time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)


def peers() -> dict[str, list[str]]:
    """Return the commands of the ccusage that are there."""
    compiled = sorted(ROOT.glob("build/node/node_modules/@ccusage/*/bin/ccusage"))[:1]
    found = {}
    for path in compiled:
        path.chmod(0o755)  # npm unpacks it without
        found["ccusage"] = [str(path)]
    node, script = shutil.which("node"), ROOT / "build/node/node_modules/ccusage/dist/index.js"
    if node is not None and script.is_file():
        found["ccusage for Node"] = [node, str(script)]
    return {name: [*command, "daily", "--offline"] for name, command in found.items()}


def tell(times: dict[str, list[Took]]) -> None:
    """Print medians, and the ratios of runs that followed each other."""
    for name, taken in times.items():
        clock, cpu, peak = (statistics.median(values) for values in zip(*taken, strict=True))
        print(f"{name:>16} {clock:8.2f} s  {cpu:8.2f} s of CPU  {peak / 1e6:5.0f} MB")
    for name in [name for name in times if name.startswith("ccusage")]:
        for unit in ("clock", "cpu"):
            pairs = zip(times["first"], times[name], strict=True)
            ratios = [getattr(one, unit) / getattr(two, unit) for one, two in pairs]
            spread = f"{len(ratios)} pairs, {min(ratios):.2f} to {max(ratios):.2f}"
            print(f"import / {name}, by {unit}: {statistics.median(ratios):.2f} ({spread})")
    seconds = [statistics.median([one.clock for one in times[name]]) for name in ("second", "first")]
    print(f"second import / first: {seconds[0] / seconds[1]:.2f}")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--gigabytes", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--copies-of", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="claudesess-history-") as temporary:
        folder, into = Path(temporary, "client"), Path(temporary, "past")
        n_bytes = int(options.gigabytes * 1e9)
        source = options.copies_of
        n_sessions, n_lines = copy(source, folder, n_bytes) if source else make(folder, n_bytes)
        print(f"{options.gigabytes} GB, {n_sessions:,} sessions, {n_lines:,} lines, {os.cpu_count()} cores")
        env = {"HOME": temporary, "PATH": "/usr/bin:/bin", "CLAUDE_CONFIG_DIR": str(folder)}
        script = "from claudesess.cli import main; main()"
        importing = [sys.executable, "-c", script, "import", "--into", str(into)]
        others = peers()
        times: dict[str, list[Took]] = {name: [] for name in (*others, "first", "second")}
        for number in range(options.rounds + 1):
            shutil.rmtree(into, ignore_errors=True)
            taken = {name: timed(command, env) for name, command in others.items()}
            taken |= {name: timed(importing, env) for name in ("first", "second")}
            for name in times if number else ():  # the first one only warms up
                times[name].append(taken[name])
        tell(times)
        print("load: {:.1f} {:.1f} {:.1f}".format(*os.getloadavg()))


if __name__ == "__main__":
    main()
