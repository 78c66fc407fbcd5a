"""Sessions as OpenTelemetry traces (OTLP as JSON), by the conventions for generative AI: a trace each."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from claudesess import __version__
from claudesess.export.sessions import Agent, Answer, Call, Moment, Run, Session

SCHEMA = "https://opentelemetry.io/schemas/1.41.1"
"""The revision whose names are used: the last that held the conventions for generative AI itself."""

_CLIENT = "claude-code"
_PROVIDER = "anthropic"
_INTERNAL, _CLIENT_KIND, _ERROR = 1, 3, 2  # SpanKind and StatusCode


class Span(NamedTuple):
    """One span before it is written; `key` is what its id is made of, times are in microseconds."""

    key: str
    parent: str | None
    name: str
    start: int
    end: int
    attributes: dict[str, Any]
    kind: int = _INTERNAL
    error: str | None = None
    link: str | None = None


def lines(sessions: Iterable[Session]) -> Iterator[str]:
    """Write each session that has a time as a line: `TracesData` as JSON, which a request may have as body.

    Parameters
    ----------
    sessions
        As `claudesess.export.sessions.sessions` yields them.
    """
    for session in sessions:
        if session.span is not None:
            yield json.dumps(traces_data(session), separators=(",", ":"))


def traces_data(session: Session) -> dict[str, Any]:
    """Return a session as `TracesData`; one without any time has no spans.

    Parameters
    ----------
    session
        As `claudesess.export.sessions.sessions` yields it.

    Notes
    -----
    The session is the root, each time during which an agent ran an ``invoke_agent``, each call an
    ``execute_tool``, each answer of the model a ``chat`` without a length, for only its end is known. A span
    hangs below the nearest of those who made it that was there from its beginning to its end; who spawned an
    agent and ended before it is linked. Ids are made of the client's own, so that they are the same in every
    export.
    """
    about = session.about
    resource = _attributes(
        {
            "service.name": _CLIENT,
            "service.version": about.client_version,
            "claudesess.project": about.project,
            "claudesess.db": about.db,
        }
    )
    written = [_span(one, about.session_id) for one in _spans(session)]
    if written:
        written[0]["events"] = [_happened(one) for one in session.moments]
    scope = {"scope": {"name": "claudesess", "version": __version__}, "spans": written, "schemaUrl": SCHEMA}
    return {
        "resourceSpans": [{"resource": {"attributes": resource}, "scopeSpans": [scope], "schemaUrl": SCHEMA}]
    }


def _spans(session: Session) -> Iterator[Span]:
    """Yield the spans of a session, the root first."""
    span, about = session.span, session.about
    if span is None:
        return
    named: dict[str, Any] = {"gen_ai.conversation.id": about.session_id, "gen_ai.provider.name": _PROVIDER}
    root: dict[str, Any] = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": _CLIENT, **named}
    root |= {"gen_ai.request.model": about.model, "claudesess.is_open": about.is_open}
    yield Span("session", None, f"invoke_agent {_CLIENT}", *span, root)
    tree = _Tree(session)
    for key, run in tree.runs.items():
        yield _of_run(key, run, session.agents.get(run.agent_id), tree, named)
    seen: Counter[str] = Counter()
    for call in sorted(session.calls, key=lambda one: one.call_id):
        yield _of_call(_key(call, seen), call, session.agents.get(call.agent_id or ""), tree, named)
    for answer in session.answers:
        yield _of_answer(answer, session.agents.get(answer.agent_id or ""), tree, named)


def _key(call: Call, seen: Counter[str]) -> str:
    """Return what a call is known by: some gateways give several calls one id."""
    own = call.tool_use_id or f"row {call.call_id}"
    seen[own] += 1
    return f"call {own} {seen[own]}"


class _Tree:
    """Where spans hang."""

    def __init__(self, session: Session) -> None:
        self._agents = session.agents
        self.runs: dict[str, Run] = {}
        self._of_agent: dict[str, list[tuple[str, Run]]] = {}
        for run in session.runs:
            own = self._of_agent.setdefault(run.agent_id, [])
            key = f"agent {run.agent_id} {len(own) + 1}"
            own.append((key, run))
            self.runs[key] = run

    def above(self, agent_id: str | None, start: int, end: int) -> str:
        """Return the nearest run that lasts from a start to an end: of an agent, or of who spawned it."""
        for one in self._line(agent_id):
            for key, run in self._of_agent.get(one, []):
                if run.start <= start and end <= run.end:
                    return key
        return "session"

    def spawner(self, agent_id: str | None, start: int) -> str | None:
        """Return the run of an agent during which something began."""
        own = self._of_agent.get(agent_id or "", [])
        return next((key for key, run in own if run.start <= start <= run.end), None)

    def _line(self, agent_id: str | None) -> Iterable[str]:
        """Return an agent and who spawned it, up to the main thread; nobody where that is a circle."""
        line: dict[str, None] = {}
        while agent_id is not None:
            if agent_id in line:
                return ()
            line[agent_id] = None
            agent = self._agents.get(agent_id)
            agent_id = agent.parent_id if agent else None
        return line


def _of_run(key: str, run: Run, agent: Agent | None, tree: _Tree, named: dict[str, Any]) -> Span:
    parent_id = agent.parent_id if agent else None
    parent = tree.above(parent_id, run.start, run.end)
    spawner = tree.spawner(parent_id, run.start)
    is_failed = agent is not None and agent.status == "failed"
    attributes = {
        "gen_ai.operation.name": "invoke_agent",
        **named,
        **_of_agent(run.agent_id, agent),
        "error.type": "_OTHER" if is_failed else None,
        "claudesess.agent.task": agent and agent.task,
        "claudesess.agent.status": agent and agent.status,
    }
    name = f"invoke_agent {agent.kind}" if agent and agent.kind else "invoke_agent"
    error = "the agent failed" if is_failed else None
    link = spawner if spawner != parent else None
    return Span(key, parent, name, run.start, run.end, attributes, error=error, link=link)


def _of_call(key: str, call: Call, agent: Agent | None, tree: _Tree, named: dict[str, Any]) -> Span:
    is_failed = call.is_ok is False
    attributes = {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": call.tool or "not known",
        "gen_ai.tool.call.id": call.tool_use_id,
        **named,
        **_of_agent(call.agent_id, agent),
        "error.type": (call.category or "_OTHER") if is_failed else None,
        "file.path": call.file_path,
        "claudesess.is_ok": call.is_ok,
        "claudesess.time": call.time,
    }
    parent = tree.above(call.agent_id, call.start, call.end)
    error = (call.message or "the call failed") if is_failed else None
    name = f"execute_tool {call.tool}" if call.tool else "execute_tool"
    return Span(key, parent, name, call.start, call.end, attributes, error=error)


def _of_answer(answer: Answer, agent: Agent | None, tree: _Tree, named: dict[str, Any]) -> Span:
    attributes = {
        "gen_ai.operation.name": "chat",
        **named,
        **_of_agent(answer.agent_id, agent),
        "gen_ai.request.model": answer.model,
        "gen_ai.response.model": answer.model,
        "gen_ai.response.id": answer.message_id,
        "gen_ai.usage.input_tokens": answer.read_tokens,
        "gen_ai.usage.output_tokens": answer.output_tokens,
        "gen_ai.usage.cache_read.input_tokens": answer.cache_read_tokens,
        "gen_ai.usage.cache_creation.input_tokens": answer.cache_write_tokens,
    }
    key = f"answer {answer.message_id or answer.answer_id} {answer.agent_id or ''}"
    parent = tree.above(answer.agent_id, answer.at, answer.at)
    name = f"chat {answer.model}" if answer.model else "chat"
    return Span(key, parent, name, answer.at, answer.at, attributes, kind=_CLIENT_KIND)


def _of_agent(agent_id: str | None, agent: Agent | None) -> dict[str, Any]:
    name = agent.kind if agent else None
    return {"gen_ai.agent.id": agent_id, "gen_ai.agent.name": _CLIENT if agent_id is None else name}


# What is written


def _span(span: Span, session_id: str) -> dict[str, Any]:
    trace_id = _id("trace", session_id, length=16)
    written: dict[str, Any] = {
        "traceId": trace_id,
        "spanId": _id(session_id, span.key, length=8),
        "name": span.name,
        "kind": span.kind,
        "startTimeUnixNano": _nanoseconds(span.start),
        "endTimeUnixNano": _nanoseconds(span.end),
        "attributes": _attributes(span.attributes),
    }
    if span.parent is not None:
        written["parentSpanId"] = _id(session_id, span.parent, length=8)
    if span.error is not None:
        written["status"] = {"code": _ERROR, "message": span.error}
    if span.link is not None:
        written["links"] = [{"traceId": trace_id, "spanId": _id(session_id, span.link, length=8)}]
    return written


def _happened(moment: Moment) -> dict[str, Any]:
    about = {"claudesess.what": moment.what, "claudesess.text": moment.text}
    return {
        "timeUnixNano": _nanoseconds(moment.at),
        "name": f"claudesess.{moment.kind}",
        "attributes": _attributes(about),
    }


def _id(*parts: str, length: int) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[: 2 * length]


def _nanoseconds(microseconds: int) -> str:
    return str(microseconds * 1_000)  # 64 bits are text in this JSON


def _attributes(values: dict[str, Any]) -> list[dict[str, Any]]:
    """Write what is known as attributes, each with its type."""
    return [{"key": key, "value": _value(value)} for key, value in values.items() if value is not None]


def _value(value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"boolValue": value}
    return {"intValue": str(value)} if isinstance(value, int) else {"stringValue": str(value)}
