"""A model that says what a script says: the Messages API on loopback, as far as the client calls it.

A script gives each conversation its answers, in order. Conversations are told apart by what they ask:
the one whose first message holds `[sub:NAME]` is that agent's, the one that asks for a summary is a compaction's,
any other with tools is the main thread's. What is beyond a script gets a short answer that ends the turn.
"""

import json
import re
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

MAIN, SUMMARY = "main", "summary"
_TAG = re.compile(r"\[sub:(\w+)\]")
_TASK_ID = re.compile(r"<task-id>(\w+)</task-id>")
_ASKS_FOR_SUMMARY = "create a detailed summary of the conversation"


@dataclass(frozen=True)
class Call:
    """A tool call of an answer."""

    tool: str
    input: dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """One answer: texts and tool calls. It waits until the agents named in `after` have said their last word.

    `status` answers with an API error instead; `hold` never answers.
    """

    blocks: tuple[str | Call, ...] = ()
    after: tuple[str, ...] = ()
    status: int = 200
    hold: bool = False


def call(tool: str, **arguments: Any) -> Call:
    return Call(tool, arguments)


def answer(*blocks: str | Call, after: tuple[str, ...] = ()) -> Answer:
    return Answer(blocks, after)


@dataclass
class Script:
    """The answers of every conversation; the main thread's by human turn."""

    turns: list[list[Answer]]
    agents: dict[str, list[Answer]] = field(default_factory=dict)
    summary: str = "Nothing happened."


class Model:
    """Serves one script."""

    def __init__(self, script: Script, log: Path) -> None:
        self._script = script
        self._log = log
        self._changed = threading.Condition()
        self._turn = -1
        self._given: dict[str, int] = {}
        self._prefix = uuid.uuid4().hex[:16]  # no two calls share an id, in no session
        self._calls = 0
        self._ended: set[str] = set()
        self.holds = 0  # answers held back
        self.reported: set[str] = set()  # agents whose end the main thread was told
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def begin_turn(self) -> None:
        """From here on the main thread's answers are those of the next human turn."""
        with self._changed:
            self._turn += 1
            self._given[MAIN] = 0

    def _next(self, request: dict[str, Any]) -> Answer:
        name = conversation_of(request)
        with self._changed:
            if name is None:
                return answer("ok")
            if name == SUMMARY:
                return answer(f"<summary>{self._script.summary}</summary>")
            if name == MAIN:
                self.reported |= set(_TASK_ID.findall(json.dumps(request["messages"])))
            answers = self._script.turns[self._turn] if name == MAIN else self._script.agents[name]
            index = self._given.get(name, 0)
            self._given[name] = index + 1
            given = answers[index] if index < len(answers) else _beyond(answers)
            self._changed.wait_for(lambda: self._ended.issuperset(given.after), timeout=30)
            if name != MAIN and index >= len(answers) - 1:
                self._ended.add(name)
                self._changed.notify_all()
            self.holds += given.hold
        return given

    def _blocks(self, given: Answer) -> list[dict[str, Any]]:
        blocks: list[dict[str, Any]] = []
        for block in given.blocks:
            if isinstance(block, str):
                blocks.append({"type": "text", "text": block})
                continue
            with self._changed:
                self._calls += 1
                number = self._calls
            blocks.append(
                {
                    "type": "tool_use",
                    "id": f"toolu_{self._prefix}{number:04}",
                    "name": block.tool,
                    "input": block.input,
                }
            )
        return blocks

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        model = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: Any) -> None:
                pass

            def do_GET(self) -> None:
                model.note(self.path, None)
                self._send(
                    404,
                    "application/json",
                    b'{"type":"error","error":{"type":"not_found_error","message":"no"}}',
                )

            do_HEAD = do_GET

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                path = self.path.partition("?")[0]
                if path == "/v1/messages/count_tokens":
                    model.note(path, None)
                    return self._send(200, "application/json", b'{"input_tokens":1000}')
                if path != "/v1/messages":
                    return self.do_GET()
                request = json.loads(body)
                model.note(path, request)
                given = model._next(request)
                if given.hold:
                    threading.Event().wait()
                if given.status != 200:
                    error = {
                        "type": "error",
                        "error": {"type": "invalid_request_error", "message": "scripted"},
                    }
                    return self._send(given.status, "application/json", json.dumps(error).encode())
                message = _message(request.get("model", ""), model._blocks(given))
                if request.get("stream"):
                    return self._send(200, "text/event-stream", b"".join(_events(message)))
                return self._send(200, "application/json", json.dumps(message).encode())

            def _send(self, status: int, kind: str, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

        return Handler

    def note(self, path: str, request: dict[str, Any] | None) -> None:
        """Keep what was asked, to look at when a run goes wrong."""
        name = conversation_of(request) if request else None
        last = _text(request["messages"][-1]) if request else ""
        asked = {"path": path, "conversation": name, "last": last[-300:], "results": _results(request or {})}
        with self._changed, self._log.open("a", encoding="utf-8") as log:
            log.write(json.dumps(asked) + "\n")


def conversation_of(request: dict[str, Any]) -> str | None:
    """Return whose request this is; None for the client's own small questions (titles and the like)."""
    messages = request["messages"]
    if _ASKS_FOR_SUMMARY in _text(messages[-1]):
        return SUMMARY
    if not request.get("tools"):
        return None
    tag = _TAG.search(_text(messages[0]))
    return tag[1] if tag else MAIN


def _text(message: dict[str, Any]) -> str:
    content = message["content"]
    if isinstance(content, str):
        return content
    return "\n".join(block.get("text") or "" for block in content)


def _results(request: dict[str, Any]) -> list[str]:
    """Return the calls whose results the model is told."""
    contents = [message["content"] for message in request.get("messages", ())]
    blocks = [block for content in contents if isinstance(content, list) for block in content]
    return [block["tool_use_id"] for block in blocks if block.get("type") == "tool_result"]


def _beyond(answers: list[Answer]) -> Answer:
    """What is said when the script is at its end; an API error stays one, for the client may try again."""
    return answers[-1] if answers and answers[-1].status != 200 else answer("Noted.")


def _message(model: str, blocks: list[dict[str, Any]]) -> dict[str, Any]:
    is_call = any(block["type"] == "tool_use" for block in blocks)
    return {
        "id": f"msg_{uuid.uuid4().hex}",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": blocks,
        "stop_reason": "tool_use" if is_call else "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 1000, "output_tokens": 10},
    }


def _events(message: dict[str, Any]) -> Iterator[bytes]:
    """Yield a whole answer as the events of a stream."""
    yield _event("message_start", message={**message, "content": [], "stop_reason": None})
    for index, block in enumerate(message["content"]):
        if block["type"] == "text":
            start, delta = {**block, "text": ""}, {"type": "text_delta", "text": block["text"]}
        else:
            start = {**block, "input": {}}
            delta = {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
        yield _event("content_block_start", index=index, content_block=start)
        yield _event("content_block_delta", index=index, delta=delta)
        yield _event("content_block_stop", index=index)
    stop = {"stop_reason": message["stop_reason"], "stop_sequence": None}
    yield _event("message_delta", delta=stop, usage=message["usage"])
    yield _event("message_stop")


def _event(kind: str, **rest: Any) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **rest})}\n\n".encode()
