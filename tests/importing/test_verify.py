"""Counting both sides: whatever the importer loses, the count of the transcripts does not lose with it."""

import ast
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from made_transcripts import CWD, RUN, SESSION, Transcript

from claudesess.importing import verify, verify_rows, verify_transcripts
from claudesess.transcripts import find, lines
from claudesess.transcripts.parse import calls

AGENT = "a1"


@pytest.fixture
def told(past):
    """A session with a failure, an edit, an agent and a compaction."""
    made = Transcript().prompt().call("c1", **RUN).failed("c1")
    made.call("c2", "Edit", file_path=f"{CWD}/a.py", old_string="a", new_string="b")
    made.result("c2", told={"filePath": f"{CWD}/a.py"}).call("c3", "Task", prompt="p")
    made.result("c3", "agentId: a1").compacted(preTokens=9).answer(tokens=(1, 2, 3, 4)).write(past.folder)
    agent = Transcript(agent=AGENT, prefix="a", at=6).prompt("p").call("c4", **RUN).failed("c4").answer()
    agent.write(past.folder / SESSION / "subagents", f"agent-{AGENT}.jsonl")
    return past


def differences(past):
    sessions, _ = find.sessions([past.folder])
    (counts,) = verify.compare(sessions, past.into)
    return {name: count.open_difference for name, count in counts.counts.items() if count.open_difference}


def test_nothing_is_lost(told):
    told.load()
    assert differences(told) == {}
    ((session, counts),) = [
        (one.session_id, {name: count.by_transcripts for name, count in one.counts.items()})
        for one in verify.compare(find.sessions([told.folder])[0], told.into)
    ]
    assert session == SESSION
    assert counts == {
        "calls, run or not": 4, "marked failed, or not run": 2, "edits": 1, "agents": 1, "compactions": 1, "tokens": 585,
    }  # fmt: skip


LOST = {
    '"c1"': {"calls, run or not": -1, "marked failed, or not run": -1, "tokens": -115},
    '"c2"': {"calls, run or not": -1, "edits": -1, "tokens": -115},
    '"c3"': {"calls, run or not": -1, "tokens": -115},
    '"isCompactSummary"': {"compactions": -1},
    '"end_turn"': {"tokens": -125},
}


@pytest.mark.parametrize("word", LOST)
def test_a_line_that_the_importer_loses_is_missed(told, monkeypatch, word):
    read = lines.Reading.lines

    def read_less(reading):
        return ((at, line) for at, line in read(reading) if word not in json.dumps(line))

    with monkeypatch.context() as context:
        context.setattr(lines.Reading, "lines", read_less)
        told.load()
    assert differences(told) == LOST[word]


def test_an_agent_that_the_importer_loses_is_missed(told, monkeypatch):
    with monkeypatch.context() as context:
        context.setattr(find.SessionFiles, "agents", ())
        told.load()
    assert differences(told) == {"calls, run or not": -1, "marked failed, or not run": -1}
    with monkeypatch.context() as context:
        context.setattr(find.SessionFiles, "agents", ())
        context.setattr(calls.Calls, "_before", lambda *_: [])
        assert differences(told) == {"calls, run or not": -1, "marked failed, or not run": -1}


def test_an_agents_file_that_the_importer_does_not_find_is_missed(told, monkeypatch):
    files = find._files

    def fewer(places, faults):
        return (path for path in files(places, faults) if "agent-" not in path.name)

    with monkeypatch.context() as context:
        context.setattr(find, "_files", fewer)
        told.load()
        assert differences(told) == {
            "calls, run or not": -1,
            "marked failed, or not run": -1,
            "tokens": -230,
        }


def test_a_pair_that_the_importer_does_not_make_is_missed(told, monkeypatch):
    with monkeypatch.context() as context:
        context.setattr(calls.Calls, "_asked", lambda *_: None)
        told.load()
    assert differences(told)["calls, run or not"] == -4


def test_what_is_told_twice_is_one_too_many(told):
    told.load()
    with closing(sqlite3.connect(told.database)) as connection, connection:
        connection.execute(
            "INSERT INTO hook_events (session_id, event_type, payload_summary) SELECT session_id, event_type,"
            " payload_summary FROM hook_events WHERE event_type = 'post_tool_use_failure' LIMIT 1"
        )
    assert differences(told) == {"calls, run or not": 1, "marked failed, or not run": 1}


def test_it_uses_nothing_by_which_transcripts_are_parsed():
    names = set()
    for module in (verify, verify_rows, verify_transcripts):
        for node in ast.walk(ast.parse(Path(module.__file__).read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                names |= {f"{node.module}.{alias.name}" for alias in node.names}
    ours = {name for name in names if name.startswith("claudesess.")}
    assert {name for name in ours if ".verify_" not in name} == {
        "claudesess.files",
        "claudesess.text",
        "claudesess.importing.recorded.Recorded",
        "claudesess.transcripts.copies",
        "claudesess.transcripts.find.SessionFiles",
    }
