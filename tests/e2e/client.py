"""The real client: where it comes from, and how a session of it is run apart from this machine."""

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stories import FILES, INSTRUCTIONS

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
#: The oldest client that knows hooks with `args`, the first with facts of a resume, and the newest.
VERSIONS = ("2.1.139", "2.1.251", "2.1.332")
VERSION = os.environ.get("CLAUDESESS_E2E_CLIENT") or VERSIONS[-1]
IS_NEWEST = VERSIONS[-1] == VERSION
CACHE = ROOT / "build" / "e2e-client" / VERSION
_PATIENCE_S = 120


def is_since(version: str) -> bool:
    """Say whether the client is of a version or newer."""
    return [int(part) for part in VERSION.split(".")] >= [int(part) for part in version.split(".")]


def obstacle() -> str | None:
    """Return why the client cannot be run here, None where it can."""
    if sys.platform != "linux":
        return "needs network namespaces: Linux only"
    if not shutil.which("unshare") or subprocess.run([*_apart(), "true"], capture_output=True).returncode:
        return "`unshare -n` is not permitted here, and the client must not reach the network"
    if not _binary().exists() and not shutil.which("npm"):
        return "the client is not in build/, and npm, which would bring it, is not there"
    return None


def install() -> Path:
    """Return the client's binary; the platform's package is fetched once and kept."""
    binary = _binary()
    if not binary.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        options = ["--prefix", str(CACHE), "--no-save", "--no-audit", "--no-fund", "--ignore-scripts"]
        options += [
            "--fetch-retries",
            "1",
            "--fetch-timeout",
            "60000",
        ]  # a registry out of reach is said soon
        subprocess.run(["npm", "install", *options, f"{_package()}@{VERSION}"], cwd=CACHE, check=True)
    return binary


def _package() -> str:
    machine = {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    libc = "" if platform.libc_ver()[0] == "glibc" else "-musl"
    return f"@anthropic-ai/claude-code-linux-{machine}{libc}"


def _binary() -> Path:
    return CACHE / "node_modules" / _package() / "claude"


def _apart() -> list[str]:
    """Return the command in front that leaves nothing of the network but loopback."""
    unshare = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-r", "-n"]
    return [*unshare, sys.executable, str(HERE / "loopback.py")]


@dataclass(frozen=True)
class Place:
    """A project and a home that nothing else uses."""

    base: Path

    @property
    def project(self) -> Path:
        return self.base / "calc"

    @property
    def home(self) -> Path:
        return self.base / "home"

    @property
    def database(self) -> Path:
        return self.project / ".claude-session.db"

    def environment(self) -> dict[str, str]:
        """Return the whole environment: nothing is inherited."""
        temporary = self.base / "tmp"
        temporary.mkdir(exist_ok=True)
        return {
            "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.home),
            "TMPDIR": str(temporary),
            "ANTHROPIC_API_KEY": "dummy",
            "ANTHROPIC_BASE_URL": "http://127.0.0.1:9",  # nobody; a session is given its model's
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "CLAUDE_CODE_ENABLE_TODO_TOOLS": "1",
            "CLAUDE_CODE_ENABLE_TASKS": "1",  # older clients have the task list only where it is asked for
            "DISABLE_AUTOUPDATER": "1",
            "IS_SANDBOX": "1",
        }

    def run(self, *command: str) -> str:
        """Run a command in the project, with the client's environment; return what it printed."""
        options = {"cwd": self.project, "env": self.environment(), "timeout": _PATIENCE_S}
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, **options)
        return done.stdout

    def apart(self, *command: str) -> str:
        """Run a command likewise, out of the network's reach."""
        return self.run(*_apart(), *command)

    def furnish(self) -> None:
        """Make the project, under git."""
        self.project.mkdir()
        self.home.mkdir()
        for name, text in {**FILES, INSTRUCTIONS: "Say what was done.\n"}.items():
            (self.project / name).write_text(text)
        (self.home / ".gitconfig").write_text("[user]\nname = Dev\nemail = dev@example.com\n")
        self.run("git", "init", "--quiet")
        self.run("git", "add", "--all")
        self.run("git", "commit", "--quiet", "--message", "Start")

    def play(self, story: str, *options: str) -> "Played":
        """Run one session of the client, and return what it printed."""
        out = Path(tempfile.mkdtemp(prefix=f"{story}-", dir=self.base))
        modes = ["--input-format", "stream-json", "--output-format", "stream-json", "--verbose"]
        modes += ["--permission-mode", "bypassPermissions", "--include-hook-events"]
        session = {
            "story": story,
            "out": str(out),
            "project": str(self.project),
            "command": [str(install()), "-p", *modes, *options],
            "environment": self.environment(),
        }
        (out / "session.json").write_text(json.dumps(session))
        self.apart(sys.executable, str(HERE / "drive.py"), str(out / "session.json"))
        return Played(out)


@dataclass(frozen=True)
class Played:
    """What a session left behind besides its transcripts."""

    out: Path

    @property
    def status(self) -> int:
        return json.loads((self.out / "status.json").read_text())

    def hook_responses(self) -> list[dict[str, Any]]:
        """Return the client's own word on the hooks that it ran."""
        lines = (self.out / "stream.jsonl").read_text().splitlines()
        said = [json.loads(line) for line in lines]
        return [line for line in said if line.get("subtype") == "hook_response"]

    def results(self) -> set[str]:
        """Return the calls whose results the client told the model."""
        lines = (self.out / "requests.jsonl").read_text().splitlines()
        return {call_id for line in lines for call_id in json.loads(line)["results"]}


if __name__ == "__main__":
    print(*VERSIONS)
