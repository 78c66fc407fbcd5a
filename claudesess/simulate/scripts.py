"""What happens in a session, piece by piece, as the payloads that the client's hooks would get.

A session is a head (start and prompt), some *blocks*, and perhaps a tail (stop and end). A block is one
piece of work on files of its own, so that no block changes what another leaves behind: a chain of failing
checks with what is done about it, agents sent out together, or some reading.
"""

import json
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

PROJECT_DIR = "/home/dev/bakery"
PROGRAMS = ("git", "mypy", "python", "python3", "ruff")
SLOTS = 24
MODEL = "claude-opus-5-5"
Payload = dict[str, Any]

Ending = Literal["fixed", "research", "user", "left"]

COMMANDS = {
    "test": "python -m pytest -q tests/test_part{slot}.py",
    "lint": "ruff check src/part{slot}.py",
    "type": "mypy src/part{slot}.py",
}
PASSED = {
    "test": "....\n4 passed in 0.19s",
    "lint": "All checks passed!",
    "type": "Success: no issues found in 1 source file",
}
FAILED = {
    "test": "F...\nE       assert {n} == 7\n\nsrc/part{slot}.py:3: AssertionError\n"
    "FAILED tests/test_part{slot}.py::test_it - assert {n} == 7\n1 failed, 3 passed in 0.21s",
    "lint": "src/part{slot}.py:1:8: F401 [*] `decimal.Decimal` imported but unused\nFound 1 error.",
    "type": "src/part{slot}.py:3: error: Incompatible types in assignment (line {n})  [assignment]\n"
    "Found 1 error in 1 file (checked 1 source file)",
}


@dataclass(frozen=True)
class Chain:
    """A check that passed, and fails after an edit: tried again until something ends it.

    Attributes
    ----------
    category
        ``test``, ``lint`` or ``type``.
    attempts
        Failing runs.
    ending
        ``fixed``: the next run passes; ``research`` and ``user``: help is looked for after the last
        failure, and the run after it passes; ``left``: nothing is seen to happen.
    is_hidden
        The last failing run is piped, and reported as a success.
    compacted_after
        The memory is compacted after so many failures; 0: not at all.
    is_named, is_repeated, is_read_again
        At that compaction: the summary names the command; the first edit after it is one that was rejected
        before it; the file is read again, line for line.
    """

    category: str
    attempts: int
    ending: Ending
    is_hidden: bool = False
    compacted_after: int = 0
    is_named: bool = False
    is_repeated: bool = False
    is_read_again: bool = False


@dataclass(frozen=True)
class Burst:
    """Agents sent out together; `ends`: ``completed``, ``failed`` or ``silent``, in the order of the ends."""

    ends: tuple[str, ...]
    calls: int = 2


@dataclass(frozen=True)
class Reading:
    """Some reads, of as many files."""

    files: int


Block = Chain | Burst | Reading


class Ids(NamedTuple):
    """What names a session: everything that its payloads are made of is made of its id."""

    session: str

    def prompt(self) -> str:
        """Return the id of its one prompt."""
        return f"{self.session[:-4]}0001"

    def agent(self, slot: int, number: int) -> str:
        """Return the id of an agent of a block."""
        return f"a{self.session[:8]}{self.session[-8:-4]}{slot:02d}{number:02d}"

    def call(self, slot: int, number: int) -> str:
        """Return the id of a call of a block."""
        return f"toolu_{self.session[:8]}{slot:02d}{number:04d}"


class Step(NamedTuple):
    """One event: how long it takes until it fires (a typical time), and what the hook gets.

    `pace` says what sets that time: ``work`` or ``agent``; for an agent's end it is the agent's own time.
    """

    wait_s: float
    payload: Payload
    pace: str = "work"


class _Writer:
    """Puts steps of one block together."""

    def __init__(self, ids: Ids, slot: int) -> None:
        self.ids, self.slot, self.steps = ids, slot, list[Step]()
        self._calls = 0

    def event(
        self, name: str, wait_s: float, agent: str | None = None, pace: str = "work", **more: Any
    ) -> None:
        opened: Payload = {
            "session_id": self.ids.session,
            "transcript_path": f"/home/dev/.claude/projects/-home-dev-bakery/{self.ids.session}.jsonl",
            "cwd": PROJECT_DIR,
            "prompt_id": self.ids.prompt(),
            "permission_mode": "acceptEdits",
        }
        if agent is not None:
            opened |= {"agent_id": agent, "agent_type": more.pop("agent_type", "Explore")}
        self.steps.append(Step(wait_s, opened | {"hook_event_name": name} | more, pace))

    def call(self, tool: str, given: Payload, response: Any, wait_s: float = 8.0, **more: Any) -> None:
        self._calls += 1
        self.event(
            "PostToolUse",
            wait_s,
            **more,
            tool_name=tool,
            tool_input=given,
            tool_response=response,
            tool_use_id=self.ids.call(self.slot, self._calls),
            duration_ms=300,
        )

    def read(self, path: str, agent: str | None = None) -> None:
        file = {"filePath": path, "content": "…\n", "numLines": 40, "startLine": 1, "totalLines": 40}
        self.call("Read", {"file_path": path}, {"type": "text", "file": file}, agent=agent)

    def edit(self, path: str, old: str, new: str) -> None:
        hunk = {"oldStart": 3, "oldLines": 1, "newStart": 3, "newLines": 1, "lines": [f"-{old}", f"+{new}"]}
        given = {"file_path": path, "old_string": old, "new_string": new, "replace_all": False}
        response = {
            "filePath": path, "oldString": old, "newString": new, "originalFile": None,
            "structuredPatch": [hunk], "userModified": False, "replaceAll": False,
        }  # fmt: skip
        self.call("Edit", given, response, 12.0)

    def run(self, command: str, printed: str, *, fails: bool, is_hidden: bool = False) -> None:
        given = {"command": command + " | tail -5" if is_hidden else command, "description": "Check"}
        if not fails or is_hidden:
            response = {"stdout": printed, "stderr": "", "interrupted": False, "isImage": False}
            self.call("Bash", given, response, 6.0)
            return
        self._calls += 1
        self.event(
            "PostToolUseFailure", 6.0, tool_name="Bash", tool_input=given,
            tool_use_id=self.ids.call(self.slot, self._calls), error=f"Exit code 1\n{printed}",
            is_interrupt=False, duration_ms=300,
        )  # fmt: skip

    def compact(self, summary: str) -> None:
        self.event("PreCompact", 1.0, trigger="auto", custom_instructions=None)
        helper = self.ids.agent(self.slot, 99)
        self.event("SubagentStop", 15.0, agent=helper, agent_type="", stop_hook_active=False)
        self.event("SessionStart", 1.0, source="compact", model=MODEL)
        self.event("PostCompact", 1.0, trigger="auto", compact_summary=summary)


def head(ids: Ids) -> list[Step]:
    """Return how a session begins."""
    made = _Writer(ids, 98)
    made.event("SessionStart", 0.0, source="startup", model=MODEL)
    made.event("UserPromptSubmit", 5.0, prompt="Please go on with the bakery.")
    return made.steps


def tail(ids: Ids) -> list[Step]:
    """Return how a session ends that nobody cuts off."""
    made = _Writer(ids, 97)
    made.event("Stop", 4.0, stop_hook_active=False)
    made.event("SessionEnd", 20.0, reason="prompt_input_exit")
    return made.steps


def block(ids: Ids, slot: int, what: Block) -> list[Step]:
    """Return what happens in a block of a session; the slot says on which files."""
    made = _Writer(ids, slot)
    if isinstance(what, Chain):
        _chain(made, what)
    elif isinstance(what, Burst):
        _burst(made, what)
    else:
        for number in range(what.files):
            made.read(f"{PROJECT_DIR}/docs/page{slot}_{number % 4}.md")
    return made.steps


def _chain(made: _Writer, what: Chain) -> None:
    slot = made.slot
    path = f"{PROJECT_DIR}/src/part{slot}.py"
    command = COMMANDS[what.category].format(slot=slot)
    lines = [f"    return sum(xs) / {number}" for number in range(what.attempts + 2)]
    made.read(path)
    made.run(command, PASSED[what.category], fails=False)
    old = "    return 0"
    again = False
    for number in range(1, what.attempts + 1):
        # Not the line that stands there: one that was taken out again.
        new = lines[1] if again else lines[number]
        if new == old:
            new = lines[0]
        made.edit(path, old, new)
        old, again = new, False
        printed = FAILED[what.category].format(slot=slot, n=number)
        made.run(command, printed, fails=True, is_hidden=what.is_hidden and number == what.attempts)
        if number == what.compacted_after:
            made.compact(
                f"<summary>Work on the bakery.{f' Open: {command}' if what.is_named else ''}</summary>"
            )
            if what.is_read_again:
                made.read(path)
            again = what.is_repeated
    if what.ending == "research":
        query = f"{command} fails"
        made.call("WebSearch", {"query": query}, {"query": query, "results": []})
    elif what.ending == "user":
        asked = {"question": f"{command} fails. Change it?", "header": "Check", "multiSelect": False}
        asked["options"] = [{"label": "Yes", "description": "Change it"}]
        made.call("AskUserQuestion", {"questions": [asked]}, {"questions": [asked], "answers": {}}, 40.0)
    if what.ending != "left":
        made.edit(path, old, lines[-1])
        made.run(command, PASSED[what.category], fails=False)


def _burst(made: _Writer, what: Burst) -> None:
    agents = [made.ids.agent(made.slot, number) for number in range(len(what.ends))]
    for number, agent in enumerate(agents):
        given = {"description": f"Look at part {number}", "prompt": "Look.", "subagent_type": "Explore"}
        response = {
            "isAsync": True, "status": "async_launched", "agentId": agent, "prompt": "Look.",
            "description": given["description"],
        }  # fmt: skip
        made.call("Agent", given, response, 3.0)
        made.event("SubagentStart", 1.0, agent=agent)
    for number in range(what.calls):
        for agent in agents:
            made.read(f"{PROJECT_DIR}/docs/page{made.slot}_{number % 4}.md", agent=agent)
    for agent, ended in zip(agents, what.ends, strict=True):
        if ended == "completed":
            made.event("SubagentStop", 60.0, agent=agent, pace="agent", stop_hook_active=False)
        elif ended == "failed":
            message = "API Error: 529 Overloaded"
            made.event(
                "StopFailure",
                60.0,
                agent=agent,
                pace="agent",
                error="overloaded",
                last_assistant_message=message,
            )


def files() -> dict[str, str]:
    """Return the files of the project, relative to it."""
    made = {"pyproject.toml": '[project]\nname = "bakery"\n[tool.ruff]\n[tool.mypy]\n'}
    for slot in range(SLOTS):
        made[f"src/part{slot}.py"] = "def mean(xs):\n    # the whole bakery\n    return 0\n"
        made[f"tests/test_part{slot}.py"] = "def test_it():\n    assert True\n"
    return made


def raw(payload: Payload) -> bytes:
    """Return a payload as the client writes it."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
