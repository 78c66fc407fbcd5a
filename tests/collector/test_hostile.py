"""A repository that ships a database, a configuration or modules of its own: nothing of it runs, nothing is written outside."""

import json
import os
import sqlite3
import subprocess
from pathlib import Path

import pytest
from tables import each_row

SPOOL = ".claude-session.spool"


def kept(project):
    """How many events wait; the first line is the spool's name."""
    return len((project.disk / SPOOL).read_bytes().splitlines()) - 1


SCHEMA = Path(__file__).parents[2] / "collector" / "schema.sql"


def call(n=0):
    fields = {"tool_name": "Write", "tool_input": {"file_path": "/a", "content": "x"}, "tool_use_id": f"t{n}"}
    return json.dumps({"session_id": "s1", "hook_event_name": "PostToolUse", **fields}).encode()


def compact():
    return json.dumps({"session_id": "s1", "hook_event_name": "PreCompact", "trigger": "auto"}).encode()


def assert_unfelt(done):
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@each_row(
    "trap",
    [
        "CREATE TRIGGER t AFTER INSERT ON hook_events BEGIN INSERT INTO project_state VALUES ('ran', 'yes', ''); END",
        "DROP TABLE file_claims; CREATE VIEW file_claims AS SELECT 1 AS id",
        "CREATE TEMP TABLE x (a); CREATE VIEW v AS SELECT load_extension('x')",
    ],
)
def test_a_shipped_database_with_triggers_or_views_is_not_written_and_the_event_is_kept(project, trap):
    with sqlite3.connect(project.database) as connection:
        connection.executescript(SCHEMA.read_text() + trap)
    assert_unfelt(project.process(call()))
    assert project.rows("SELECT count(*) FROM hook_events") == [(0,)]
    assert project.rows("SELECT count(*) FROM project_state") == [(0,)]
    assert kept(project) == 1


@pytest.mark.parametrize(
    "absurd",
    [
        "CREATE TABLE hook_events (x)",
        "CREATE TABLE hook_events (id INTEGER PRIMARY KEY, session_id CHECK (0))",
    ],
)
def test_an_absurd_schema_is_not_felt(project, absurd):
    with sqlite3.connect(project.database) as connection:
        connection.execute(absurd)
    assert_unfelt(project.process(call()))
    assert kept(project) == 1


@each_row("name", [".claude-session.db", ".claude-session.db-wal", ".claude-session.db-shm", SPOOL])
@each_row("exists", [True, False])
def test_links_out_of_the_project_are_not_followed(project, tmp_path, name, exists):
    outside = tmp_path / "outside"
    if exists:
        outside.write_bytes(b"precious")
    (project.disk / name).symlink_to(outside)
    if name == SPOOL:
        project.database.mkdir()  # so that the spool is needed
    for n in range(3):
        assert_unfelt(project.process(call(n)))
    assert outside.read_bytes() == b"precious" if exists else not outside.exists()


def git(where, *words):
    subprocess.run(
        ["git", "-c", "user.name=n", "-c", "user.email=e@x", *words],
        cwd=where,
        check=True,
        capture_output=True,
    )


@pytest.mark.parametrize("setting", ["filter.x.clean", "core.fsmonitor"])
def test_no_program_of_the_repositorys_configuration_is_run(project, tmp_path, setting):
    ran = tmp_path / "ran"
    git(project.disk, "init", "-b", "main")
    (project.disk / ".gitattributes").write_text("* filter=x\n")
    project.file("a.py", "1")
    git(project.disk, "add", "-A")
    git(project.disk, "commit", "-m", "one")
    git(project.disk, "config", setting, f"touch {ran}; cat")
    project.file("a.py", "2")
    os.utime(project.disk / "a.py", (1, 1))
    assert_unfelt(project.process(compact()))
    assert json.loads(project.column("SELECT content FROM context_snapshots")[0])["git"] is None
    assert not ran.exists()


def test_a_git_file_that_points_elsewhere_is_not_asked(project, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    git(elsewhere, "init", "--bare")
    (project.disk / ".git").write_text(f"gitdir: {elsewhere}\n")
    assert_unfelt(project.process(compact()))
    assert json.loads(project.column("SELECT content FROM context_snapshots")[0])["git"] is None


def test_a_worktree_of_an_ordinary_repository_is_asked(project, tmp_path):
    main = tmp_path / "main"
    main.mkdir()
    git(main, "init", "-b", "trunk")
    git(main, "commit", "--allow-empty", "-m", "one")
    project.disk.rmdir()
    git(main, "worktree", "add", "-b", "side", str(project.disk))
    assert_unfelt(project.process(compact()))
    assert json.loads(project.column("SELECT content FROM context_snapshots")[0])["git"]["branch"] == "side"


@each_row("text", ["'); DROP TABLE hook_events; --", '" OR 1=1', "a\x00b", "%s%n{0}", "$(touch /tmp/x)"])
def test_sql_and_shell_in_every_string_are_text(project, text):
    keys = [
        "session_id",
        "agent_id",
        "agent_type",
        "tool_name",
        "tool_use_id",
        "prompt",
        "prompt_id",
        "error",
        "reason",
        "source",
        "trigger",
        "cwd",
        "task_id",
    ]
    for event in (
        "SessionStart",
        "PostToolUse",
        "PostToolUseFailure",
        "SubagentStart",
        "SubagentStop",
        "SessionEnd",
    ):
        fields = dict.fromkeys(keys, text) | {"tool_input": {"file_path": text, "command": text}}
        assert_unfelt(project.process(json.dumps({**fields, "hook_event_name": event}).encode()))
    assert project.rows("SELECT count(*), sum(exit_code) FROM hook_events") == [(6, 0)]
