"""`claudesess otlp`: sessions as OTLP, parsed by OpenTelemetry's own protocol buffers."""

from __future__ import annotations

import base64
import json
from itertools import pairwise
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from google.protobuf import json_format
from handmade import database
from one_session import script, session
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status, TracesData
from script import Script

from claudesess import open_store, samples
from claudesess.cli import main
from claudesess.export import otlp
from claudesess.export.sessions import sessions

pytestmark = pytest.mark.slow

IDS = ("traceId", "spanId", "parentSpanId")
S = 1_000_000_000
NINE = 1_777_885_200 * S


def parsed(line: str) -> TracesData:
    """Parse a line: ids are hexadecimal in OTLP's JSON, and base64 in that of protocol buffers."""

    def converted(value):
        if isinstance(value, dict):
            return {
                key: base64.b64encode(bytes.fromhex(one)).decode() if key in IDS else converted(one)
                for key, one in value.items()
            }
        return [converted(one) for one in value] if isinstance(value, list) else value

    return json_format.ParseDict(converted(json.loads(line)), TracesData())


def spans(path) -> list[Span]:
    with open_store(path) as store:
        every = [parsed(line) for line in otlp.lines(sessions(store))]
    return [
        span
        for one in every
        for resource in one.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]


def about(span: Span) -> dict:
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in span.attributes}


def tree(found: list[Span]) -> list[tuple]:
    names = {span.span_id: span.name for span in found}
    return [
        (names.get(one.parent_span_id, ""), one.name, (one.start_time_unix_nano - NINE) / S,
         (one.end_time_unix_nano - NINE) / S)
        for one in found
    ]  # fmt: skip


def test_spans_value_by_value(tmp_path):
    found = spans(session(tmp_path))
    root = "invoke_agent claude-code"
    assert tree(found) == [
        ("", root, 0, 60),
        (root, "invoke_agent Explore", 10, 30),
        (root, "invoke_agent Plan", 20, 40),  # outlived the agent that spawned it
        (root, "execute_tool Read", 2, 5),
        (root, "execute_tool Read", 4, 6),
        ("invoke_agent Explore", "execute_tool Read", 14, 15),
        ("invoke_agent Plan", "execute_tool Read", 32, 33),
        ("invoke_agent Plan", "execute_tool Bash", 34.5, 35),
        (root, "chat m-1", 7, 7),
    ]
    (link,) = found[2].links
    assert link.span_id == found[1].span_id
    assert [(one.name, (one.time_unix_nano - NINE) / S) for one in found[0].events] == [
        ("claudesess.session_start", 0), ("claudesess.prompt", 1), ("claudesess.compaction", 50),
        ("claudesess.session_end", 60),
    ]  # fmt: skip


def test_attributes_by_the_names_of_the_conventions(tmp_path):
    found = spans(session(tmp_path))
    agent, call, failed, answer = (found[place] for place in (1, 3, 7, 8))
    named = {"gen_ai.conversation.id": "s", "gen_ai.provider.name": "anthropic"}
    assert about(agent) == named | {
        "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.id": "a1", "gen_ai.agent.name": "Explore",
        "claudesess.agent.task": "Find usages", "claudesess.agent.status": "completed",
    }  # fmt: skip
    assert about(call) == named | {
        "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "Read", "gen_ai.tool.call.id": "t1",
        "gen_ai.agent.name": "claude-code", "file.path": "/home/me/shop/a.py", "claudesess.is_ok": True,
    }  # fmt: skip
    assert about(failed)["error.type"] == "test"
    assert (failed.status.code, failed.status.message) == (Status.STATUS_CODE_ERROR, "$ pytest\nE")
    assert call.status.code == Status.STATUS_CODE_UNSET
    assert about(answer) == named | {
        "gen_ai.operation.name": "chat", "gen_ai.agent.name": "claude-code", "gen_ai.request.model": "m-1",
        "gen_ai.response.model": "m-1", "gen_ai.response.id": "m1", "gen_ai.usage.input_tokens": 9109,
        "gen_ai.usage.output_tokens": 40, "gen_ai.usage.cache_read.input_tokens": 9000,
        "gen_ai.usage.cache_creation.input_tokens": 100,
    }  # fmt: skip
    assert (call.kind, answer.kind) == (Span.SPAN_KIND_INTERNAL, Span.SPAN_KIND_CLIENT)


@pytest.mark.parametrize("name", ["retry", "compaction", "background", "crash", "workshop", "other-writer"])
def test_spans_of_a_sample_are_trees_with_times_inside_those_above(name):
    found = spans(samples.sample_path(name))
    by_id = {span.span_id: span for span in found}
    assert len(by_id) == len(found) > 0
    roots = [span for span in found if not span.parent_span_id]
    assert len(roots) == len({span.trace_id for span in found})
    for span in found:
        assert (len(span.trace_id), len(span.span_id)) == (16, 8)
        assert span.start_time_unix_nano <= span.end_time_unix_nano
        if span.parent_span_id:
            above = by_id[span.parent_span_id]
            assert above.trace_id == span.trace_id
            assert above.start_time_unix_nano <= span.start_time_unix_nano
            assert span.end_time_unix_nano <= above.end_time_unix_nano
        for link in span.links:
            assert link.span_id in by_id


def test_who_spawned_each_other_hang_below_the_session(tmp_path):
    made = script().row("session_metrics", session_id="s", event_type="subagent_parent", key="a1", value="a2")
    found = spans(database(tmp_path / "made.db", "".join(made.sql)))
    root = found[0].span_id
    assert [span.parent_span_id for span in found[1:3]] == [root, root]


def test_a_long_line_of_agents_is_followed_in_as_many_steps():
    compared = []

    class Id(str):
        __hash__ = str.__hash__

        def __eq__(self, other):
            compared.append(other)
            return str.__eq__(self, other)

    names = [Id(n) for n in range(1000)]
    spawned = dict(pairwise(names))
    agents = {one: SimpleNamespace(parent_id=spawned.get(one)) for one in names}
    line = otlp._Tree(SimpleNamespace(agents=agents, runs=[]))._line(names[0])
    assert len(line) == 1000
    assert len(compared) < 1000


def ids(path) -> dict[bytes, str]:
    return {span.span_id: span.name for span in spans(path)}


def test_ids_stay_the_same_also_when_the_session_goes_on(tmp_path):
    before = ids(session(tmp_path))
    more = script().event("09:02:00", "post_tool_use", tool="Read", ok=True, tool_use_id="t9")
    after = ids(database(tmp_path / "elsewhere" / "other.db", "".join(more.sql)))
    assert before.items() <= after.items()
    assert len(after) == len(before) + 1


def test_what_is_written_names_its_revision(tmp_path):
    with open_store(session(tmp_path)) as store:
        (line,) = otlp.lines(sessions(store))
    (resource,) = parsed(line).resource_spans
    assert (
        resource.schema_url == resource.scope_spans[0].schema_url == "https://opentelemetry.io/schemas/1.41.1"
    )


def test_a_session_of_several_databases_is_one_trace_the_fullest(tmp_path):
    short = (
        Script().event("09:00:00", "session_start").event("09:00:01", "post_tool_use", tool="Read", ok=True)
    )
    database(tmp_path / "a" / ".claude-session.db", "".join(short.sql))
    database(tmp_path / "b" / ".claude-session.db", "".join(script().sql))
    assert len(spans(tmp_path)) == 9


def test_the_command(tmp_path):
    path, out = session(tmp_path), tmp_path / "out.jsonl"
    done = CliRunner().invoke(main, ["otlp", str(path), "--out", str(out)])
    assert (done.exit_code, done.stdout) == (0, f"{out}: 1 session, each a trace\n")
    assert len(out.read_text().splitlines()) == 1
    none = CliRunner().invoke(main, ["otlp", str(path), "--out", str(out), "--since", "2026-05-05", "--utc"])
    assert (none.exit_code, out.read_text()) == (0, "")
    assert CliRunner().invoke(main, ["otlp", str(path), "--session", "x"]).exit_code == 1
