"""What claudesess and other tools count on the same transcripts, beside a count by other means.

python benchmarks/truth.py FOLDER... [--install] [--page docs/truth.md]

FOLDERs hold transcripts, one project each. `--install` brings the other tools, each at the version of `PEERS`
and into a folder of its own below `build/peers` (an index and npm are needed, once). Without it those are
asked that are there. A tool that does not print a quantity has a dash.

The truth is counted by this script alone: lines are read as JSON, calls are paired with results over all
files, an answer of several lines counts once, with its last figures. It imports nothing of claudesess.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
INSTALLED = ROOT / "build" / "peers"

# What is counted: its name, and what it means exactly.
QUANTITIES = {
    "sessions": "sessions with a line of their own or of one of their agents",
    "prompts": "what a person typed, also while the model worked; no notice, output, summary",
    "calls": "tool calls of the main thread and of agents, each once, whether or not they were answered",
    "failed calls": "calls whose result is marked as an error, refused ones not among them",
    "refused calls": "calls that the user declined",
    "hidden failures": "calls of a shell reported as a success whose output says that its check failed",
    "edits": "calls of Edit, MultiEdit, Write, NotebookEdit that succeeded",
    "agents": "subagents that ran; the client's own summariser is none",
    "compactions": "times the context of a main thread was compacted",
    "interrupts": "times the user stopped the main thread",
    "output tokens": "an answer of several lines once, with its last figure; agents and summariser included",
    "input tokens": "as above, not from the cache",
    "cache-read tokens": "as above",
    "cache-write tokens": "as above",
    "span": "seconds from the first to the last line of a session, summed over sessions",
}
Counts = dict[str, int]


# ---- by hand ----

_EDITS = {"Edit", "MultiEdit", "Write", "NotebookEdit"}
_EDITS_SQL = ", ".join(f"'{tool}'" for tool in sorted(_EDITS))
_SHELLS = {"Bash", "PowerShell"}
_SPAWNS = {"Task", "Agent"}
_DECLINED = re.compile(
    r"The user doesn't want to (proceed|take this action)|user rejected|The agent's tool use was declined"
)
_INTERRUPTED = "[Request interrupted by user"
# What a check prints that failed: a word of its command, and a line of its output.
_FAILED_CHECKS = [
    (re.compile(command), re.compile(output, re.MULTILINE))
    for command, output in (
        (r"\b(pytest|tox|nox|make|just)\b", r"^=+ .*\b[1-9]\d* (failed|error)|^FAILED \S+::"),
        (r"\bunittest\b|manage\.py test", r"^FAILED \((failures|errors)="),
        (r"\bcargo (test|nextest|clippy|build|check)", r"^test result: FAILED|^error(\[E\d+\])?: "),
        (r"\bgo (test|vet|build)", r"^--- FAIL: |^FAIL\b"),
        (
            r"\bmix test",
            r"^\d+ (tests?|doctests?).*, [1-9]\d* failures?|^\*\* \(|^ +\(\w+ [\d.]+\) \S+:\d+: ",
        ),
        (r"\bmix credo", r"found [1-9]\d* "),
        (r"\bmix dialyzer", r"^\S+\.exs?:\d+|Halting VM with exit status [1-9]"),
        (r"\bmix (compile|format)", r"^== Compilation error|^\*\* \("),
        (
            r"\b(jest|vitest|npm (run )?test|yarn test|pnpm test|mocha)\b",
            r"^\s*Tests?:?\s+[1-9]\d* failed|^\s*[1-9]\d* failing$",
        ),
        (r"\btsc\b", r"\berror TS\d+:"),
        (r"\beslint\b", r"[1-9]\d* problems? \([1-9]\d* error"),
        (r"\bruff (check|format)|\bflake8\b", r"^Found [1-9]\d* error|^\S+\.py:\d+:\d+: [A-Z]+\d+ "),
        (r"\bmypy\b", r"^Found [1-9]\d* errors? in "),
    )
]


@dataclass
class _Call:
    tool: str
    command: str = ""
    result: str | None = None
    is_error: bool = False

    def hides_a_failure(self) -> bool:
        if self.tool not in _SHELLS or self.is_error or self.result is None:
            return False
        return any(
            command.search(self.command) and output.search(self.result) for command, output in _FAILED_CHECKS
        )


@dataclass
class _Seen:
    """What the lines of all files say, by the ids of the client, so that a copied line counts once."""

    calls: dict[str, _Call] = field(default_factory=dict)
    usage: dict[str, dict[str, int]] = field(default_factory=dict)
    first_usage: dict[str, dict[str, int]] = field(default_factory=dict)
    agents: set[str] = field(default_factory=set)
    without_id: set[str] = field(default_factory=set)
    times: dict[str, list[str]] = field(default_factory=dict)
    compactions: set[str] = field(default_factory=set)
    summaries: set[str] = field(default_factory=set)
    prompts: dict[str, tuple[str, str]] = field(default_factory=dict)
    queued: list[tuple[str, str]] = field(default_factory=list)
    interrupts: set[str] = field(default_factory=set)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8", errors="replace") as file:
        for text in file:
            try:
                line = json.loads(text)
            except ValueError:
                continue
            if isinstance(line, dict):
                yield line


def _text(content: object) -> str:
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "\n".join(
        part["text"] for part in parts if isinstance(part, dict) and isinstance(part.get("text"), str)
    )


def _read(seen: _Seen, path: Path) -> None:
    is_agents_file = path.stem.startswith("agent-")
    is_summariser = path.stem.startswith("agent-acompact")
    for line in _lines(path):
        kind, session = line.get("type"), line.get("sessionId")
        if session and line.get("timestamp") and kind != "queue-operation":
            seen.times.setdefault(session, []).append(line["timestamp"])
        if session and kind == "cost-state":  # the last sign of a session that was left in good order
            end = (line["startTime"] + line["totalDuration"]) / 1000
            seen.times.setdefault(session, []).append(datetime.fromtimestamp(end, UTC).isoformat())
        if session and kind == "queue-operation" and line.get("operation") == "enqueue":
            seen.queued.append((session, _text(line.get("content"))))
        if not session or kind not in ("user", "assistant", "system"):
            continue
        message: dict[str, Any] = line["message"] if isinstance(line.get("message"), dict) else {}
        content = message.get("content")
        is_side = bool(line.get("isSidechain")) or is_agents_file
        identity = line.get("uuid") or f"{path}:{line.get('timestamp')}"
        if is_agents_file and not is_summariser:
            seen.agents.add(line.get("agentId") or path.stem.removeprefix("agent-"))
        if kind == "system":
            if line.get("subtype") == "compact_boundary" and not is_side:
                seen.compactions.add(identity)
        elif kind == "assistant":
            _read_answer(seen, message, content, identity)
        elif not is_summariser:
            _read_user(seen, line, content, identity, is_side)


def _read_answer(seen: _Seen, message: dict[str, Any], content: object, identity: str) -> None:
    if isinstance(message.get("usage"), dict) and message.get("model") != "<synthetic>":
        seen.usage[message.get("id") or identity] = message["usage"]
        seen.first_usage.setdefault(message.get("id") or identity, message["usage"])
    for part in content if isinstance(content, list) else []:
        if part.get("type") == "tool_use":
            call = seen.calls.setdefault(part["id"], _Call(""))
            call.tool, call.command = part.get("name", ""), str(part.get("input", {}).get("command", ""))


def _read_user(seen: _Seen, line: dict[str, Any], content: object, identity: str, is_side: bool) -> None:
    results = (
        [part for part in content if part.get("type") == "tool_result"] if isinstance(content, list) else []
    )
    for part in results:
        call = seen.calls.setdefault(part["tool_use_id"], _Call(""))
        call.result, call.is_error = _text(part.get("content")), bool(part.get("is_error"))
        told = line.get("toolUseResult")
        if isinstance(told, dict) and "totalDurationMs" in told:
            if told.get("agentId"):
                seen.agents.add(told["agentId"])
            else:
                seen.without_id.add(part["tool_use_id"])
    text = _text(content)
    if line.get("isCompactSummary"):
        seen.summaries.add(identity)
    elif text.startswith(_INTERRUPTED) and not is_side:
        seen.interrupts.add(identity)
    elif not results and not is_side and not line.get("isMeta") and _is_typed(text):
        seen.prompts[identity] = (line["sessionId"], text)


def _is_typed(text: str) -> bool:
    # Markup is the client's: a notice, an output. A command that is a prompt begins with its message; as it
    # waits, it does not say whether it is one.
    return bool(text.strip()) and (
        not text.lstrip().startswith(("<", "/")) or text.startswith("<command-message>")
    )


def _seconds(times: list[str]) -> float:
    moments = [datetime.fromisoformat(time) for time in times]
    return (max(moments) - min(moments)).total_seconds()


def read(folders: list[Path]) -> _Seen:
    seen = _Seen()
    for folder in folders:
        for path in sorted(folder.rglob("*.jsonl")):
            _read(seen, path)
    return seen


def by_hand(seen: _Seen) -> Counts:
    """Count every quantity from what the lines say."""
    calls = [call for call in seen.calls.values() if call.tool]
    failed = [call for call in calls if call.is_error]
    refused = [call for call in failed if _DECLINED.search(call.result or "")]
    shown = set(seen.prompts.values())
    queued = {each for each in seen.queued if _is_typed(each[1]) and each not in shown}
    tokens = {name: sum(usage.get(name) or 0 for usage in seen.usage.values()) for name in _USAGE}
    return {
        "sessions": len(seen.times),
        "prompts": len(seen.prompts) + len(queued),
        "calls": len(calls),
        "failed calls": len(failed) - len(refused),
        "refused calls": len(refused),
        "hidden failures": sum(call.hides_a_failure() for call in calls),
        "edits": sum(call.tool in _EDITS and call.result is not None and not call.is_error for call in calls),
        "agents": len(seen.agents) + len(seen.without_id),
        "compactions": len(seen.compactions) or len(seen.summaries),
        "interrupts": len(seen.interrupts),
        "output tokens": tokens["output_tokens"],
        "input tokens": tokens["input_tokens"],
        "cache-read tokens": tokens["cache_read_input_tokens"],
        "cache-write tokens": tokens["cache_creation_input_tokens"],
        "span": int(sum(_seconds(times) for times in seen.times.values())),
    }


_USAGE = ("output_tokens", "input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")


# ---- by claudesess ----

_QUERIES = {
    "sessions": "SELECT count(*) FROM sessions",
    "prompts": "SELECT sum(n_prompts) FROM sessions",
    # Those that ran and those refused before they ran; a commit that a gate refused is in both tables.
    "calls": """SELECT (SELECT count(*) FROM tool_calls WHERE NOT is_refused)
        + (SELECT count(*) FROM session_metrics WHERE event_type IN ('tool_refused', 'tool_error'))""",
    "failed calls": """SELECT (SELECT count(*) FROM hook_events WHERE event_type = 'post_tool_use_failure')
        + (SELECT count(*) FROM session_metrics
            WHERE event_type IN ('tool_refused', 'tool_error')
                AND value NOT LIKE 'The user doesn''t want%')""",
    "refused calls": """SELECT count(*) FROM session_metrics
        WHERE event_type = 'tool_refused' AND value LIKE 'The user doesn''t want%'""",
    "hidden failures": "SELECT count(*) FROM tool_calls WHERE is_hidden AND NOT is_ok",
    "edits": f"SELECT count(*) FROM tool_calls WHERE is_ok AND tool IN ({_EDITS_SQL})",
    "agents": "SELECT count(*) FROM agent_runs",
    "compactions": "SELECT count(*) FROM compactions",
    "interrupts": "SELECT count(*) FROM session_metrics WHERE event_type = 'interrupt'",
    "output tokens": "SELECT sum(output_tokens) FROM model_answers",
    "input tokens": "SELECT sum(input_tokens) FROM model_answers",
    "cache-read tokens": "SELECT sum(cache_read_tokens) FROM model_answers",
    "cache-write tokens": "SELECT sum(cache_write_tokens) FROM model_answers",
    "span": "SELECT floor(sum(epoch(last_seen_at - started_at))) FROM sessions",
}


def by_claudesess(folders: list[Path], home: Path) -> Counts:
    """Import the folders as a user would, and ask the tables."""
    command = [sys.executable, "-m", "claudesess"]
    env = {"HOME": str(home), "PATH": os.environ["PATH"], "CLAUDESESS_CACHE": "off", "PYTHONPATH": str(ROOT)}
    into = home / "databases"
    subprocess.run([*command, "import", "--into", into, *folders], env=env, check=True, capture_output=True)
    asked = subprocess.run(
        [*command, "sql", _at_once(_QUERIES), into, "--json"], env=env, check=True, capture_output=True
    )
    return {quantity: int(count) for quantity, count in json.loads(asked.stdout).items()}


def _at_once(queries: dict[str, str]) -> str:
    return "SELECT " + ", ".join(f'({query}) AS "{name}"' for name, query in queries.items())


# ---- by others ----


@dataclass(frozen=True)
class Peer:
    """Another tool: what installs it, and what asks it on a home folder with transcripts."""

    package: str
    version: str
    ask: Callable[["Peer", Path], Counts]
    is_npm: bool = False
    beside: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        """Where it is installed."""
        return INSTALLED / self.package.replace("/", "-").lstrip("@")

    @property
    def programs(self) -> Path:
        """Where its programs are."""
        return self.folder / "node_modules" / self.package / "bin" if self.is_npm else self.folder / "bin"

    @property
    def name(self) -> str:
        """How the page calls it."""
        return self.package.split("/")[-1].removesuffix("-linux-x64")

    def install(self) -> None:
        """Bring this version into a folder of its own."""
        if self.is_npm:
            subprocess.run(
                ["npm", "install", "--prefix", self.folder, f"{self.package}@{self.version}"], check=True
            )
            (self.programs / self.name).chmod(0o755)
            return
        subprocess.run([sys.executable, "-m", "venv", self.folder], check=True)
        wanted = [f"{self.package}=={self.version}", *self.beside]
        subprocess.run([self.folder / "bin" / "pip", "install", "--quiet", *wanted], check=True)

    def is_installed(self) -> bool:
        """Whether its programs are there."""
        return any(self.programs.glob("*"))

    def run(self, home: Path, program: str, *arguments: str | Path) -> str:
        """Return what one of its programs prints, in an environment made from nothing."""
        env = {
            "HOME": str(home),
            "PATH": f"{self.programs}:/usr/bin:/bin",
            "TERM": "dumb",
            "COLUMNS": "200",
            "NO_COLOR": "1",
        }
        done = subprocess.run(
            [self.programs / program, *arguments],
            env=env,
            cwd=home,
            capture_output=True,
            text=True,
            timeout=600,
        )
        if done.returncode:
            raise RuntimeError(f"{self.package}: {done.stderr.strip()[-300:] or done.stdout.strip()[-300:]}")
        return done.stdout


def _projects(home: Path) -> list[Path]:
    return sorted((home / ".claude" / "projects").iterdir())


def _number(text: str) -> int:
    return int(text.replace(",", ""))


def _ccusage(peer: Peer, home: Path) -> Counts:
    sessions = json.loads(peer.run(home, "ccusage", "session", "--json", "--offline"))["session"]
    keys = ("outputTokens", "inputTokens", "cacheReadTokens", "cacheCreationTokens")
    output, fresh, read, written = (sum(session[key] for session in sessions) for key in keys)
    return {"sessions": len(sessions)} | _tokens(output, fresh, read, written)


def _tokens(output: int, fresh: int, read: int, written: int) -> Counts:
    names = ("output tokens", "input tokens", "cache-read tokens", "cache-write tokens")
    return dict(zip(names, (output, fresh, read, written), strict=True))


def _analyzer(peer: Peer, home: Path) -> Counts:
    page = peer.run(home, "csa", home / ".claude" / "projects")
    labels = (r"OUT \(generated\)", r"IN  fresh \(full \$\)", "IN  cache-read", "IN  cache-write")
    found = [re.search(rf"{label}\s*:\s*([\d,]+) tok", page) for label in labels]
    sessions = re.search(r"\((\d+) sessions", page)
    assert sessions is not None
    return {"sessions": int(sessions[1])} | _tokens(*(_number(match[1]) for match in found if match))


def _diagnostics(peer: Peer, home: Path) -> Counts:
    sessions = json.loads(peer.run(home, "csd", "export"))
    agents = re.search(r"Subagents\s+(\d+)", peer.run(home, "csd", "subagents"))
    return {
        "sessions": len(sessions),
        "output tokens": sum(session["output_tokens"] for session in sessions),
        "span": int(sum(session["wall_seconds"] for session in sessions)),
    } | ({"agents": int(agents[1])} if agents else {})


_ANALYTICS = {
    "sessions": "SELECT count(DISTINCT sessionId) FROM sessions",
    "prompts": "SELECT count(*) FROM user_turns",
    "calls": "SELECT count(*) FROM tool_uses",
    "failed calls": """SELECT (SELECT count(*) FROM tool_results WHERE is_error = 'true')
        - (SELECT count(*) FROM permission_denials)""",
    "refused calls": "SELECT count(*) FROM permission_denials",
    "edits": f"""SELECT count(*) FROM tool_uses JOIN tool_results USING (tool_use_id)
        WHERE tool_name IN ({_EDITS_SQL}) AND is_error = 'false'""",
    "agents": "SELECT count(*) FROM agent_spawns",
    "interrupts": "SELECT count(*) FROM interrupt_events",
    "output tokens": "SELECT sum(output_tokens) FROM model_turns",
    "input tokens": "SELECT sum(input_tokens) FROM model_turns",
    "cache-read tokens": "SELECT sum(cache_read_tokens) FROM model_turns",
    "cache-write tokens": "SELECT sum(cache_creation_tokens) FROM model_turns",
    "span": """SELECT sum(epoch(last::TIMESTAMP - first::TIMESTAMP))::BIGINT FROM
        (SELECT min(first_seen) AS first, max(last_seen) AS last FROM sessions GROUP BY sessionId)""",
}


def _analytics(peer: Peer, home: Path) -> Counts:
    peer.run(home, "agent-session-analytics", "ingest")
    (row,) = json.loads(peer.run(home, "agent-session-analytics", "sql", _at_once(_ANALYTICS)))
    return {name: int(value) for name, value in row.items()}


_SNIFFLY = """
import json, sys
from sniffly.core.processor import ClaudeLogProcessor
print(json.dumps(ClaudeLogProcessor(sys.argv[1]).process_logs()[1], default=str))
"""


def _sniffly(peer: Peer, home: Path) -> Counts:
    total: Counts = {}
    for project in _projects(home):
        said = json.loads(peer.run(home, "python", "-c", _SNIFFLY, project).splitlines()[-1])
        overview, tokens = said["overview"], said["overview"]["total_tokens"]
        counts = {
            "sessions": overview["sessions"],
            "calls": sum(said["tools"]["usage_counts"].values()),
            "failed calls": said["errors"]["total"],
            "compactions": overview["message_types"].get("compact_summary", 0),
            "prompts": said["user_interactions"]["user_commands_analyzed"],
        } | _tokens(tokens["output"], tokens["input"], tokens["cache_read"], tokens["cache_creation"])
        total = {name: total.get(name, 0) + count for name, count in counts.items()}
    return total


def _code_log(peer: Peer, home: Path) -> Counts:
    of_session: dict[str, dict[str, str]] = {}
    for path in sorted((home / ".claude" / "projects").glob("*/*.jsonl")):
        made = home / "page.json"
        peer.run(home, "claude-code-log", "convert", path, "-o", made)
        for session in json.loads(made.read_text())["sessions"]:
            figures = dict(re.findall(r"([\w ]+): (\d+)", session["token_summary"] or ""))
            if session["parent_session_id"] is None:  # what it calls forks are parts of a session
                of_session.setdefault(session["id"], figures)
    labels = (" Output", " Input", " Cache Read", " Cache Creation")
    output, fresh, read, written = (
        sum(int(figures.get(label, 0)) for figures in of_session.values()) for label in labels
    )
    return {"sessions": len(of_session)} | _tokens(output, fresh, read, written)


def _strace(peer: Peer, home: Path) -> Counts:
    counts = {"sessions": 0, "calls": 0, "failed calls": 0}
    for path in sorted((home / ".claude" / "projects").glob("*/*.jsonl")):
        peer.run(home, "agent-strace", "--trace-dir", home / "traces", "import", path)
        page = re.sub(
            r"\x1b\[[\d;]*m",
            "",
            peer.run(home, "agent-strace", "--trace-dir", home / "traces", "stats", path.stem),
        )
        counts["sessions"] += 1
        for name, label in (("calls", "Tool calls"), ("failed calls", "Errors")):
            found = re.search(rf"{label}:\s+(\d+)", page)
            counts[name] += int(found[1]) if found else 0
    return counts


def _history(peer: Peer, home: Path) -> Counts:
    rows = [line.split("\t") for line in peer.run(home, "claude-history", "projects").splitlines()[1:]]
    calls = 0
    for path in (home / ".claude" / "projects").glob("*/*.jsonl"):
        found = re.search(r"(\d+) tool uses", peer.run(home, "claude-history", "summary", path.stem))
        calls += int(found[1]) if found else 0
    return {"sessions": sum(int(row[1]) for row in rows), "calls": calls}


PEERS = (
    Peer("@ccusage/ccusage-linux-x64", "20.0.24", _ccusage, is_npm=True),
    Peer("agent-session-analytics", "0.2.1", _analytics, beside=("duckdb-cli",)),
    Peer("agent-strace", "0.103.0", _strace),
    Peer("claude-code-log", "1.7.0", _code_log),
    Peer("claude-history", "0.8.0", _history),
    Peer("claude-session-analyzer", "0.1.0", _analyzer),
    Peer("claude-session-diagnostics", "1.1.0", _diagnostics),
    Peer("sniffly", "0.1.5", _sniffly),
)


# ---- the table ----

_PAGE = """# Counted by whom

What claudesess and other tools count on the same public transcripts, beside a count by other means: a script
that reads the lines as JSON, pairs calls with results over all files, and shares nothing with claudesess. A
number that is right is **bold**; a dash: the tool does not print it.

{table}

{n_files} transcripts ({about}), read on {day}. What is counted:

{meanings}

## Where a number is another one

- claudesess has no row for a call that never got a result (the session ended first); here {n_unanswered}.
- Some tools take the tokens of the *first* line of an answer. The client writes an answer in several lines,
  and only the last says how many tokens it had: of the first lines the sum is {n_first:,}.
- Too few calls: the files of agents are not read. Too few prompts: those typed while the model works.
- A summary or a notice that the client put in is no prompt of a person, its summariser no subagent.

Make this table again, with transcripts of your own:
`python benchmarks/truth.py FOLDER... --install --page docs/truth.md`.
"""


def _cell(value: int | None, right: int) -> str:
    if value is None:
        return "–"
    return f"**{value:,}**" if value == right else f"{value:,}"


def table(columns: dict[str, Counts]) -> str:
    truth = columns["truth"]
    lines = ["| | " + " | ".join(columns) + " |", "|---|" + "---:|" * len(columns)]
    for quantity in QUANTITIES:
        cells = [f"{truth[quantity]:,}"]
        cells += [
            _cell(counts.get(quantity), truth[quantity])
            for name, counts in columns.items()
            if name != "truth"
        ]
        lines.append(f"| {quantity} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _home(folders: list[Path], home: Path) -> list[Path]:
    """Lay copies of the folders out as the client does: a project each, a transcript named as its session."""
    copies = []
    for folder in folders:
        copy = home / ".claude" / "projects" / f"-home-me-{folder.name}"
        shutil.copytree(folder, copy)
        for path in copy.glob("*.jsonl"):
            sessions = (line["sessionId"] for line in _lines(path) if line.get("sessionId"))
            path.rename(path.with_name(f"{next(sessions, path.stem)}.jsonl"))
        copies.append(copy)
    return copies


def main() -> int:
    """Count, print the table, and write the page where one is named."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--install", action="store_true", help="bring the other tools")
    parser.add_argument("--page", type=Path, help="write the page here")
    parser.add_argument("--about", help="whose transcripts these are, for the page")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(temporary)
        folders = _home(given.folders, home)
        seen = read(folders)
        columns = {"truth": by_hand(seen), "claudesess": by_claudesess(folders, home)}
        for peer in PEERS:
            if given.install and not peer.is_installed():
                peer.install()
            if peer.is_installed():
                columns[f"{peer.name} {peer.version}"] = peer.ask(peer, home)
            else:
                print(f"Not installed, left out: {peer.package}", file=sys.stderr)
    rows = table(columns)
    print(rows)
    if given.page:
        meanings = "\n".join(f"- *{name}*: {meaning}" for name, meaning in QUANTITIES.items())
        given.page.write_text(
            _PAGE.format(
                table=rows,
                n_files=sum(len(list(folder.rglob("*.jsonl"))) for folder in given.folders),
                about=given.about or ", ".join(folder.name for folder in given.folders),
                day=datetime.now().date().isoformat(),
                meanings=meanings,
                n_unanswered=sum(bool(call.tool) and call.result is None for call in seen.calls.values()),
                n_first=sum(usage.get("output_tokens") or 0 for usage in seen.first_usage.values()),
            )
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
