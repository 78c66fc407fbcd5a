"""What the client's own transcripts say happened in a session: the truth that the database is held against."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_NOTIFICATION = re.compile(r"<task-id>(\w+)</task-id>.*?<status>(\w+)</status>", re.DOTALL)


@dataclass
class Call:
    """A tool call and how it ended: `succeeded`, `failed`, `refused` before it ran, or `unfinished`."""

    id: str
    tool: str
    input: dict[str, Any]
    agent_id: str | None
    ending: str = "unfinished"
    result: Any = None

    @property
    def path(self) -> str | None:
        return self.input.get("file_path")

    @property
    def changed(self) -> list[str]:
        """Files that the shell changed."""
        diff = self.result.get("bashEditDiff", {}) if isinstance(self.result, dict) else {}
        return diff.get("changedFiles", [])


@dataclass
class Agent:
    """A spawned agent, from the file beside its transcript."""

    id: str
    type: str
    task: str
    parent: str | None
    is_finished: bool  # its last answer was an end of turn


@dataclass
class Session:
    """One session's transcripts read together."""

    id: str
    calls: list[Call] = field(default_factory=list)
    agents: list[Agent] = field(default_factory=list)
    human_prompts: list[str] = field(default_factory=list)  # prompt ids
    reports: list[tuple[str, str]] = field(
        default_factory=list
    )  # agent id, status: prompts that the client wrote
    compactions: list[str] = field(default_factory=list)  # triggers
    summaries: list[str] = field(default_factory=list)
    stop_hook_ms: list[int] = field(default_factory=list)

    def ended(self, *endings: str) -> list[Call]:
        return [call for call in self.calls if call.ending in endings]


def read(home: Path, session_id: str) -> Session:
    """Read the main transcript and every agent's."""
    (main,) = home.glob(f".claude/projects/*/{session_id}.jsonl")
    session = Session(session_id)
    _read_calls(session, main, None)
    for line in _lines(main):
        _read_turn(session, line)
    for path in sorted(main.with_suffix("").glob("subagents/agent-*.jsonl")):
        agent_id = path.stem.removeprefix("agent-")
        facts_path = path.with_suffix(".meta.json")
        _read_calls(session, path, agent_id)
        if facts_path.exists():
            session.agents.append(_agent(agent_id, json.loads(facts_path.read_text()), path))
    return session


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _read_calls(session: Session, path: Path, agent_id: str | None) -> None:
    calls: dict[str, Call] = {}
    for line in _lines(path):
        if line["type"] not in ("assistant", "user"):
            continue
        content = line["message"]["content"]
        for block in content if isinstance(content, list) else []:
            if block["type"] == "tool_use":
                calls[block["id"]] = Call(block["id"], block["name"], block["input"], agent_id)
            elif block["type"] == "tool_result":
                call = calls[block["tool_use_id"]]
                call.ending, call.result = _ending(block), line.get("toolUseResult")
    session.calls += calls.values()


def _ending(block: dict[str, Any]) -> str:
    if not block.get("is_error"):
        return "succeeded"
    return "refused" if str(block["content"]).startswith("<tool_use_error>") else "failed"


def _agent(agent_id: str, facts: dict[str, Any], path: Path) -> Agent:
    answers = [line for line in _lines(path) if line["type"] == "assistant"]
    is_finished = bool(answers) and answers[-1]["message"]["stop_reason"] == "end_turn"
    return Agent(agent_id, facts["agentType"], facts["description"], facts.get("parentAgentId"), is_finished)


def _read_turn(session: Session, line: dict[str, Any]) -> None:
    """Read prompts, compactions and the client's own measure of its hooks from a line of the main transcript."""
    attachment = line.get("attachment", {})
    if attachment.get("type") == "queued_command":  # said to the model in the middle of a turn
        session.reports += _NOTIFICATION.findall(attachment["prompt"])
    elif line.get("promptSource") == "sdk" and not str(line["message"]["content"]).startswith(
        "<task-notification>"
    ):
        session.human_prompts.append(line["promptId"])
    elif line.get("promptSource") == "system" and not line.get("queueTranscriptOnly"):
        session.reports += _NOTIFICATION.findall(line["message"]["content"])
    elif line.get("isCompactSummary"):
        session.summaries.append(line["message"]["content"])
    elif line.get("subtype") == "compact_boundary":
        session.compactions.append(line["compactMetadata"]["trigger"])
    elif line.get("subtype") == "stop_hook_summary":
        session.stop_hook_ms += [hook["durationMs"] for hook in line["hookInfos"]]
