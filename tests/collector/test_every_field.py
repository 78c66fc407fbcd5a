"""A mark in every text of every kind of event: which columns hold it, and whether the spool does, field by field."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from claudesess_collector.record import record

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
CALL = {"session_id": "s1", "tool_use_id": "t"}
# Kinds of events that no sample has.
MORE = [
    {"hook_event_name": "PermissionDenied", "tool_name": "Bash", "tool_input": {"command": "ls"}, "reason": "no", **CALL},
    {"hook_event_name": "PermissionRequest", "tool_name": "Bash", "tool_input": {"command": "ls"}, "reason": "no", **CALL},
    {"hook_event_name": "Notification", "message": "waits", "title": "A title", "notification_type": "idle_prompt"},
    {"hook_event_name": "ConfigChange", "source": "user_settings", "file_path": "/home/dev/settings.json"},
    {"hook_event_name": "InstructionsLoaded", "file_path": "/home/dev/CLAUDE.md", "memory_type": "User",
     "load_reason": "session_start", "globs": ["*.py"]},
    {"hook_event_name": "UserPromptExpansion", "command_name": "deploy", "command_args": "now", "prompt": "go"},
    {"hook_event_name": "Elicitation", "mcp_server_name": "forms", "message": "Which?", "url": "https://example.org"},
    {"hook_event_name": "SessionStart", "source": "resume", "model": "some-model", "session_title": "A title",
     "agent_type": "reviewer"},
    {"hook_event_name": "Stop", "last_assistant_message": "It fails.", "session_crons": [{"prompt": "look"}],
     "background_tasks": [{"id": "b", "type": "shell", "status": "running", "description": "d", "command": "c"}]},
    *[{"hook_event_name": name, **tool, **CALL} for tool in (
        {"tool_name": "WebSearch", "tool_input": {"query": "how"}, "tool_response": {"results": ["so"]}, "error": "e"},
        {"tool_name": "AskUserQuestion", "tool_input": {"questions": [{"question": "Which?"}]},
         "tool_response": {"answers": {"Which?": "that"}}, "error": "e"},
        {"tool_name": "Skill", "tool_input": {"skill": "review", "args": "all"},
         "tool_response": {"commandName": "review", "agentId": "a9", "agentType": "fork", "result": "done"}, "error": "e"},
        {"tool_name": "mcp__notes__add", "tool_input": {"title": "A", "notes": ["b"]}, "tool_response": "kept",
         "error": "e"},
        {"tool_name": "Grep", "tool_input": {"pattern": "x", "path": "/home/dev"}, "tool_response": {"content": "y"},
         "error": "e"},
        {"tool_name": "PowerShell", "tool_input": {"command": "git log --grep x"}, "tool_response": {"stdout": "y"},
         "error": "Exit code 1"},
    ) for name in ("PreToolUse", "PostToolUse", "PostToolUseFailure")],
]  # fmt: skip

PATHS = {"cwd", "file_path", "notebook_path"}
NAMES = {
    "session_id", "agent_id", "agent_type", "hook_event_name", "tool_name", "tool_use_id", "prompt_id", "source",
    "trigger", "model", "SessionEnd.reason", "StopFailure.error", "task_id", "background_tasks.type",
    "tool_response.agentId", "tool_response.agentType", "tool_response.commandName", "tool_response.task.id",
    "tool_response.taskId", "tool_response.statusChange.to", "tool_response.backgroundTaskId",
}  # fmt: skip
# Names and codes that no row shows, but that decide what becomes of an event.
DECIDING = {
    "tool_input.subagent_type", "tool_input.taskId", "tool_input.task_id", "tool_response.status",
    "tool_response.task_id", "tool_response.task_type", "tool_response.resumedAgentId", "background_tasks.status",
    "tool_response.gitOperation.commit.sha", "tool_response.gitOperation.commit.branch",
}  # fmt: skip
# What of somebody's words is stored, cut and redacted, unless no content may be: field -> the columns that show it.
WORDS = {
    "StopFailure.last_assistant_message": {"session_metrics.value"},
    "TaskCreated.task_subject": {"session_metrics.value"},
    "tool_response.task.subject": {"session_metrics.value", "context_snapshots.content"},
    "PostToolUseFailure.tool_input.command": {"error_log.error_message", "context_snapshots.content"},
    "PostToolUseFailure.tool_input.query": {"error_log.error_message", "context_snapshots.content"},
    "PostToolUseFailure.tool_input.pattern": {"error_log.error_message", "context_snapshots.content"},
    "PostToolUseFailure.error": {"error_log.error_message"},
    "PostCompact.compact_summary": {"context_snapshots.content"},
    "PostToolUse.tool_input.description": {"agent_registry.task_description", "context_snapshots.content"},
    "PostToolUse.tool_input.new_source": {"claudesess_edits.snippet", "hook_events.payload_summary"},
    "PostToolUse.tool_input.command": {"claudesess_background.call"},
    "PermissionDenied.reason": {"session_metrics.value"},
    "PermissionRequest.reason": {"session_metrics.value"},
}


def events():
    """One of each kind: its name, and of calls the tool."""
    found = {}
    for file in sorted(SAMPLES.glob("*/hooks.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            said = json.loads(line)["payload"]
            found.setdefault((said["hook_event_name"], said.get("tool_name")), said)
    return [*found.values(), *MORE]


def places(value, keys=()):
    if isinstance(value, dict):
        for key, item in value.items():
            yield from places(item, (*keys, key))
    elif isinstance(value, list):
        for at, item in enumerate(value[:2]):
            yield from places(item, (*keys, at))
    elif isinstance(value, str):
        yield keys


def put(value, keys, mark):
    if not keys:
        return value + mark
    changed = dict(value) if isinstance(value, dict) else list(value)
    changed[keys[0]] = put(value[keys[0]], keys[1:], mark)
    return changed


def marked(glue):
    """Every event with a mark in one of its texts: the field, the mark, the payload."""
    found = []
    for said in events():
        for keys in places(said):
            mark = f"zebra{len(found)}q"
            one = put({"session_id": "s1", **said}, keys, glue + mark)
            if "tool_use_id" in one and keys != ("tool_use_id",):
                one["tool_use_id"] = f"toolu_{len(found)}"
            if keys != ("session_id",):
                one["session_id"] = "s1"
            field = ".".join([said["hook_event_name"], *(key for key in keys if isinstance(key, str))])
            found.append((field, mark, one))
    return found


def played(project, stream, content, *, locked=False):
    environ = {"HOME": "/home/dev", "PATH": "/usr/bin", "CLAUDESESS_CONTENT": content}
    if locked:
        project.database.mkdir()
    ends = [{"session_id": "s1", "hook_event_name": name} for name in ("PreCompact", "SessionEnd")]
    opened = {}
    for one in [*(one for _, _, one in stream), *ends]:
        project.now += 10
        raw = json.dumps(one).encode()
        record(raw, lambda cwd: project.folder, environ, project.now, str(project.root), keep_open=opened)
    for database in opened.values():
        database.close()


def columns(project):
    """Every text of the database, with the column that it stands in."""
    with closing(sqlite3.connect(project.database)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in names:
            cursor = connection.execute(f"SELECT * FROM {table}")
            for row in cursor:
                for (column, *_), value in zip(cursor.description, row, strict=True):
                    if isinstance(value, str) and "zebra" in value:
                        yield f"{table}.{column}", value


def shown(project, stream):
    """Field -> the columns in which its mark stands."""
    texts = list(columns(project))
    found = {}
    for field, mark, _ in stream:
        there = {column for column, text in texts if mark in text}
        if there:
            found.setdefault(field, set()).update(there)
    return found


def is_one_of(field, kinds):
    rest = field.partition(".")[2]
    return bool({field, rest, rest.rpartition(".")[2] if rest.startswith("tool_input.") else rest} & kinds)


def words_of(field):
    return WORDS.get(field) or WORDS.get(field.partition(".")[2], set())


@pytest.mark.slow
@pytest.mark.parametrize("glue", [" ", ""], ids=["sentence", "word"])
@pytest.mark.parametrize("content", ["", "off"], ids=["on", "off"])
def test_only_these_fields_show(project, attack, content, glue):
    """Without content a sentence shows in paths alone, wherever a name could stand; a plain word is a name."""
    stream = marked(glue)
    played(project, stream, content)
    found = shown(project, stream)
    kinds = PATHS if content == "off" and glue else PATHS | NAMES
    more = {
        field: there - (words_of(field) if not content else set())
        for field, there in found.items()
        if not is_one_of(field, kinds)
    }
    assert {field: there for field, there in more.items() if there} == {}
    assert len(stream) > 500
    attack(
        f"a mark in a field, content {content or 'on'}, {'a sentence' if glue else 'a word'}",
        len(stream),
        len(stream),
    )


@pytest.mark.slow
@pytest.mark.parametrize("content", ["", "off"], ids=["on", "off"])
def test_the_spool_shows_no_more_than_the_database(project, content):
    """Names, paths, and texts that are to be stored; with the file gone all of it waits, and nothing of the rest."""
    stream = marked(" ")
    played(project, stream, content, locked=True)
    kept = (project.disk / ".claude-session.spool").read_text(encoding="utf-8")
    fields = {field for field, mark, _ in stream if mark in kept}
    kinds = PATHS | {"transcript_path", "agent_transcript_path"} | (set() if content else NAMES | DECIDING)
    more = {field for field in fields if not is_one_of(field, kinds) and (content or not words_of(field))}
    assert more == set()
    assert not (project.disk / ".claude-session.lost").exists()
