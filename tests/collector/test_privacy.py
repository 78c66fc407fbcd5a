"""No secret reaches the file: each is planted in every text of every recorded payload, then the raw bytes are searched.

Paths stay as they are given: a row has to name the file that is there.
"""

import json
from pathlib import Path

import pytest
from corpus import TOKENS, TOLD
from counts import FULL
from tables import each_row

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
SECRETS = [(secret, secret) for secrets in TOKENS.values() for secret in secrets] + TOLD
# What tells the collector which event it is, and where things lie.
GIVEN = {
    "hook_event_name", "tool_name", "session_id", "transcript_path", "cwd", "file_path", "notebook_path", "filePath",
    "changedFiles", "agent_transcript_path",
}  # fmt: skip


def shapes():
    """Return one recorded payload of each event, tool and set of keys."""
    found = {}
    for stream in sorted(SAMPLES.glob("*/hooks.jsonl")):
        for line in stream.read_text(encoding="utf-8").splitlines():
            payload = json.loads(line)["payload"]
            response = payload.get("tool_response")
            keys = (*sorted(payload), *(sorted(response) if isinstance(response, dict) else ()))
            found[payload["hook_event_name"], payload.get("tool_name"), keys] = payload
    return list(found.values())


SHAPES = shapes()


def planted(value, text, key=""):
    if isinstance(value, dict):
        return {name: planted(item, text, name) for name, item in value.items()}
    if isinstance(value, list):
        return [planted(item, text, key) for item in value]
    if isinstance(value, str) and key not in GIVEN:
        mark = "#" if key == "command" else ""
        return f"{value} {mark} {text}" if value.count("\n") < 2 else f"{text}\n{value}"
    return value


def leaked(project, secrets):
    raw = b"".join(path.read_bytes() for path in project.disk.glob(".claude-session.*"))
    said = {secret: (secret, json.dumps(secret)[1:-1]) for _, secret in secrets}
    return [secret for secret, spelled in said.items() if any(one.encode() in raw for one in spelled)]


def test_every_kind_of_event_is_planted():
    assert len({payload["hook_event_name"] for payload in SHAPES}) >= 14
    assert len(SHAPES) >= 30


@pytest.mark.slow
@pytest.mark.parametrize("part", range(8))
def test_no_secret_in_any_text_of_any_event_reaches_the_file(project, part):
    """Each secret in each third shape, by turns (`make stress`: in all)."""
    secrets = SECRETS[part::8]
    for n, (text, _) in enumerate(secrets):
        for m, payload in enumerate(SHAPES):
            if not FULL and (n + m + part) % 3:
                continue
            project.now += 1000
            call = {"session_id": project.session, "tool_use_id": f"{n}-{m} {text}"}
            project.raw(json.dumps({**planted(payload, text), **call}).encode())
    assert leaked(project, secrets) == []
    assert project.column("SELECT sum(exit_code) FROM hook_events") == [0]


@pytest.mark.slow
def test_no_secret_reaches_file_or_spool_through_processes(project):
    secrets = SECRETS[:: len(SECRETS) // 20]
    everything = "\n".join(text for text, _ in secrets)
    for n, payload in enumerate(SHAPES):
        if n == len(SHAPES) // 2:
            project.database.rename(project.disk / "aside")
            project.database.mkdir()  # the second half has to wait in the spool
        done = project.process(json.dumps(planted(payload, everything)).encode())
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert (project.disk / ".claude-session.spool").stat().st_size > 1000
    project.database.rmdir()
    (project.disk / "aside").rename(project.database)
    assert leaked(project, secrets) == []


def test_the_search_finds_what_is_there(project):
    text, secret = "see password=hunter2", "hunter2"
    project.feed(
        "PostToolUse", tool_name="Edit", tool_use_id="t", tool_input={"file_path": f"/p/{secret}.py"}
    )
    assert leaked(project, [(text, secret)]) == [secret]


TOKEN = "ed033b79c9d19fa1df4761953ad9cb8fc954"


@each_row(
    ("event", "more"),
    [
        ("PostToolUse", {"tool_response": {"stdout": "1 passed in 0.1s", "stderr": ""}}),
        ("PostToolUseFailure", {"error": "Exit code 1\n1 failed in 0.1s"}),
        ("PostToolUse", {"tool_response": {"stdout": "", "backgroundTaskId": "b1"}}),
    ],
)
@each_row(
    "given", [f"//registry.example.org/:_authToken={TOKEN}", f"facebook_app = 1527194624358273|{TOKEN}"]
)
def test_no_table_of_our_own_keeps_a_secret_among_what_a_check_was_given(project, event, more, given):
    command = f"pytest -q tests/a.py {given}"
    project.feed(event, tool_name="Bash", tool_use_id="t1", tool_input={"command": command}, **more)
    raw = b"".join(path.read_bytes() for path in project.disk.glob(".claude-session.*"))
    assert TOKEN.encode() not in raw
    tables = ("claudesess_checks", "claudesess_chains", "claudesess_background")
    assert sum(project.column(f"SELECT count(*) FROM {table}")[0] for table in tables) > 0


@each_row(
    ("command", "is_kept"),
    [
        ("cat .env; false", False),
        ("grep -v '#' \"config/.env.local\" && make x", False),
        ("head -3 ~/.netrc | tail -1 && false", False),
        ("cat .env.example; false", True),
        ("docker compose --env-file .env up", True),
        ("cat notes.md; false", True),
    ],
)
def test_of_a_file_made_for_secrets_no_line_is_stored_though_a_command_shows_it(project, command, is_kept):
    """A command that only uses it says what went wrong all the same."""
    project.fails(command, "Exit code 1\nDB_HOST=zebra.example.org")
    (message,) = project.column("SELECT error_message FROM error_log")
    assert ("zebra" in message) == is_kept
    assert message.startswith("$ ")
    assert "Exit code 1" in message


def test_nor_though_an_edit_of_it_fails(project):
    said = {"tool_name": "Edit", "tool_use_id": "t1", "tool_input": {"file_path": "/home/dev/app/.env"}}
    project.feed("PostToolUseFailure", **said, error="EACCES: permission denied\nString: HOST=zebra")
    assert project.column("SELECT instr(error_message, 'zebra') FROM error_log") == [0]
