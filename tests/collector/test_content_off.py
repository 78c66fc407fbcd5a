"""`CLAUDESESS_CONTENT=off`: nothing of what files, commands, outputs and messages say is stored."""

import json
from pathlib import Path

import pytest
from stage import SESSION

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
WORD = "zebrafalcon"
# Texts in which somebody says something; the word goes to their end, where it changes no meaning.
SAYING = {
    "prompt", "stdout", "stderr", "content", "new_string", "old_string", "description", "compact_summary", "text",
    "last_assistant_message", "task_subject", "task_description", "subject", "message", "error", "reason", "query",
    "question", "answer", "originalFile", "newString", "oldString", "activeForm", "title", "result",
}  # fmt: skip


def marked(value, key=""):
    if isinstance(value, dict):
        return {name: marked(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [marked(item, key) for item in value]
    if isinstance(value, str) and key == "command":
        return f"{value} # {WORD}"
    if isinstance(value, str) and (key in SAYING or key == "lines"):
        return f"{value} {WORD}"
    return value


def payload(line):
    """Return a recorded payload with the word in it; why a session ends, or a turn fails, is a code and no text."""
    recorded = json.loads(line)["payload"]
    codes = {"SessionEnd": "reason", "StopFailure": "error"}
    code = codes.get(recorded["hook_event_name"], "")
    return json.dumps(
        {**marked(recorded), **{key: recorded[key] for key in (code,) if key in recorded}}
    ).encode()


def played(project, name, **environ):
    lines = (SAMPLES / name / "hooks.jsonl").read_text(encoding="utf-8").splitlines()
    for line in lines:
        project.now += 1000
        project.raw(payload(line), **environ)
    return b"".join(path.read_bytes() for path in project.disk.glob(".claude-session.*")), len(lines)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(path.parent.name for path in SAMPLES.glob("*/hooks.jsonl")))
def test_no_word_of_content_is_stored(project, name):
    raw, sent = played(project, name, CLAUDESESS_CONTENT="off")
    assert WORD.encode() not in raw
    assert project.rows("SELECT count(*), sum(exit_code) FROM hook_events") == [(sent, 0)]


@pytest.mark.slow
def test_nor_when_the_collector_runs_as_the_client_runs_it(project):
    lines = (SAMPLES / "retry" / "hooks.jsonl").read_text(encoding="utf-8").splitlines()
    for line in lines:
        done = project.process(payload(line), CLAUDESESS_CONTENT="off")
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert WORD.encode() not in b"".join(path.read_bytes() for path in project.disk.glob(".claude-session.*"))
    assert project.rows("SELECT count(*), sum(exit_code) FROM hook_events") == [(len(lines), 0)]


@pytest.mark.slow
def test_without_it_the_word_is_there(project):
    raw, _ = played(project, "retry")
    assert WORD.encode() in raw


@pytest.mark.slow
def test_what_is_counted_stays_the_same(project, tmp_path):
    from stage import Project

    counts = (
        "SELECT attempt_number, resolution, error_category, file_path IS NULL FROM error_log ORDER BY id",
        "SELECT file_path, operation FROM file_claims ORDER BY id",
        "SELECT count(*), count(DISTINCT file_path) FROM failed_paths",
        "SELECT id, agent_type, status FROM agent_registry ORDER BY id",
        "SELECT event_type, payload_summary ->> 'ok', payload_summary ->> 'aim' FROM hook_events ORDER BY id",
    )
    other = Project(tmp_path / "other")
    for name in ("retry", "edges", "verdict"):
        played(project, name)
        played(other, name, CLAUDESESS_CONTENT="off")
    assert [project.rows(query) for query in counts] == [other.rows(query) for query in counts]


def test_a_failure_keeps_program_and_status_and_no_more(project):
    call = {"tool_name": "Bash", "tool_use_id": "t1", "error": f"Exit code 2\nE {WORD}"}
    said = {"session_id": SESSION, "hook_event_name": "PostToolUseFailure"}
    call["tool_input"] = {"command": f"pytest -q -k {WORD}"}
    project.process(json.dumps({**said, **call}).encode(), CLAUDESESS_CONTENT="off")
    assert project.rows("SELECT error_category, error_message FROM error_log") == [
        ("test", "$ pytest\nExit code 2")
    ]


def test_the_spool_keeps_names_only(project):
    project.database.write_bytes(b"no database" * 100)
    for tool, more in (
        ("Bash", {"error": f"Exit code 2\nE {WORD}"}),
        ("Edit", {"tool_response": {"lines": [WORD]}}),
    ):
        call = {
            "tool_name": tool,
            "tool_use_id": tool,
            "tool_input": {"command": WORD, "file_path": "/a.py"},
            **more,
        }
        said = {"session_id": SESSION, "hook_event_name": "PostToolUseFailure", "prompt": WORD}
        project.process(json.dumps({**said, **call}).encode(), CLAUDESESS_CONTENT="off")
    kept = (project.disk / ".claude-session.spool").read_bytes()
    assert kept.count(b"\n") == 1 + 2  # its name, and an event each
    assert WORD.encode() not in kept
    assert b"Exit code 2" in kept
    assert b"/a.py" in kept


@pytest.mark.slow
def test_the_analyses_read_what_is_left(project):
    from claudesess import frames, open_store, overview
    from claudesess.asking import listing

    played(project, "compaction", CLAUDESESS_CONTENT="off")
    with open_store(project.database) as store:
        for question in listing.questions():
            assert overview(store, question).chart().to_dict()
        assert frames.compactions(store)["summary"].isna().all()
        assert frames.compactions(store)["summary_chars"].gt(0).all()
