"""Made-up transcripts: one line of the client's log per call, with the fields that matter."""

import itertools
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SESSION = "77777777-0000-4000-8000-000000000007"
CWD = "/home/dev/made-up"


class Transcript:
    """Lines of one file; the clock goes on by a second at every line."""

    def __init__(self, session=SESSION, *, version="2.1.330", cwd=CWD, agent=None, prefix="", at=0, **common):
        self.lines = []
        self.session = session
        self.prefix = prefix
        self._numbers = itertools.count(1)
        self._clock = START + timedelta(seconds=at)
        self._common = {"sessionId": session, "version": version, "cwd": cwd, **common}
        if agent is not None:
            self._common |= {"agentId": agent, "isSidechain": True}

    def time(self):
        self._clock += timedelta(seconds=1)
        return self._clock.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def wait(self, seconds):
        self._clock += timedelta(seconds=seconds)
        return self

    def raw(self, text):
        self.lines.append(text)
        return self

    def line(self, kind, **fields):
        uuid = f"{self.prefix}{self.session[:8]}-{next(self._numbers)}"
        told = {"type": kind, "uuid": uuid, "timestamp": self.time(), **self._common, **fields}
        return self.raw(json.dumps(told, separators=(",", ":")))  # as the client writes it

    def prompt(self, text="Go on.", **fields):
        return self.line("user", message={"role": "user", "content": text}, **fields)

    def answer(self, text="Done.", *, message_id=None, stop="end_turn", tokens=(10, 5, 100, 0), **fields):
        return self._assistant([{"type": "text", "text": text}], message_id, stop, tokens, **fields)

    def call(
        self, call_id, tool="Bash", message_id=None, stop="tool_use", tokens=(10, 5, 100, 0), **arguments
    ):
        block = {"type": "tool_use", "id": call_id, "name": tool, "input": arguments}
        return self._assistant([block], message_id, stop, tokens)

    def _assistant(self, content, message_id, stop, tokens, **fields):
        names = ("input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")
        message = {
            "id": message_id or f"msg_{self.prefix}{len(self.lines)}",
            "model": "claude-made-up-1",
            "content": content,
            "stop_reason": stop,
            "usage": dict(zip(names, tokens, strict=True)),
        }
        return self.line("assistant", **{"message": message, **fields})

    def result(self, call_id, content="", *, error=False, told=None, **fields):
        block = {"type": "tool_result", "tool_use_id": call_id, "content": content, "is_error": error}
        if told is not None:
            fields["toolUseResult"] = told
        return self.line("user", message={"role": "user", "content": [block]}, **fields)

    def failed(self, call_id, message="Exit code 1\nE assert 1 == 2", **fields):
        return self.result(call_id, message, error=True, told=f"Error: {message}", **fields)

    def compacted(self, **metadata):
        self.line("system", subtype="compact_boundary", compactMetadata={"trigger": "auto", **metadata})
        summary = {"role": "user", "content": "This session is being continued. Summary: made up."}
        return self.line("user", message=summary, isCompactSummary=True)

    def text(self):
        return "".join(line + "\n" for line in self.lines)

    def write(self, folder, name=None):
        path = Path(folder) / (name or f"{self.session}.jsonl")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.text(), encoding="utf-8")
        return path


RUN = {"command": "pytest -q", "description": "Run the tests"}


def story(session=SESSION, **options):
    """A check that fails, and an edit."""
    made = Transcript(session, **options).prompt("Fix it.").call("c1", **RUN).failed("c1")
    made.call("c2", "Edit", file_path=f"{CWD}/a.py", old_string="a", new_string="b")
    return made.result("c2", "done", told={"filePath": f"{CWD}/a.py", "structuredPatch": []})


def ended(made):
    """The check succeeds, and the session is over."""
    return made.call("c3", **RUN).result("c3", told={"stdout": "1 passed", "stderr": ""}).answer()
