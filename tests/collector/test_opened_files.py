"""What stands in the place of each file that a hook opens: a pipe, a device, a folder, a link to nothing, a file without end.

The hook is a process with little time and little memory: nothing is felt of it, and the event is there. `make stress`
puts everything everywhere. Each is tried on every place, so a hook that opens a file anew belongs into `PLACES`.
"""

import ctypes
import json
import os
import resource
import sqlite3
import stat
import subprocess
import sys

import pytest
from claudesess_collector import files, spool, vocabulary
from counts import FULL
from stage import COLLECT, SESSION, Project
from tables import each_row

COMMAND = [os.path.realpath(sys.executable), "-I", "-S", str(COLLECT)]
SECONDS = 20  # of a machine that does other things too; a hook takes a tenth of one
MEMORY = 1 << 30
HUGE = 8 << 30  # bytes, of which none is on the disk


def pipe(path):
    os.mkfifo(path)


def device(path):
    try:
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 5))  # /dev/zero
    except PermissionError:
        path.symlink_to("/dev/zero")


def linked_device(path):
    path.symlink_to("/dev/zero")


def huge(path):
    path.touch()
    os.truncate(path, HUGE)


def long_line(path):
    path.write_bytes(b"x" * 15_000_000)


def folder(path):
    path.mkdir()


def link_to_nothing(path):
    path.symlink_to("nothing")


def link_to_itself(path):
    path.symlink_to(path.name)


def closed(path):
    path.touch(0o000)


KINDS = [pipe, linked_device, huge, closed]
if FULL:
    KINDS += [device, long_line, folder, link_to_nothing, link_to_itself]

APP = Project.folder
FAILED = "Exit code 1\ntest_calc.py:3: AssertionError\nFAILED test_calc.py::test_mean - assert 1 == 2"


def event(name, **more):
    fields = {"session_id": SESSION, "cwd": APP, "hook_event_name": name, "tool_use_id": "last", **more}
    return json.dumps(fields).encode()


START = event("SessionStart", source="startup")
END = event("SessionEnd", reason="other")
COMPACTS = event("PreCompact", trigger="auto")
FAILS = event("PostToolUseFailure", tool_name="Bash", tool_input={"command": "pytest -q"}, error=FAILED)
REFUSED = event(
    "PostToolUse",
    tool_name="TaskUpdate",
    tool_input={"taskId": "1", "status": "completed"},
    tool_response={
        "success": False,
        "taskId": "1",
        "error": "TaskCompleted hook feedback:\n[./x ?]: no tests",
    },
)
NOTICE = (
    "<task-notification>\n<task-id>b1</task-id>\n<tool-use-id>behind</tool-use-id>\n"
    f"<output-file>{APP}/b1.output</output-file>\n<status>failed</status>\n"
    '<summary>Background command "pytest" failed with exit code 1</summary>\n</task-notification>'
)


def in_a_repository(project):
    for made in (".git/objects", ".git/info"):
        (project.disk / made).mkdir(parents=True)
    project.file(".git/HEAD", "ref: refs/heads/main\n")
    project.file(".git/config", "[core]\n\trepositoryformatversion = 0\n")


def in_a_worktree(project):
    project.file("main/.git/HEAD", "ref: refs/heads/main\n")
    project.file(".git", f"gitdir: {project.disk}/main/.git/worktrees/one\n")
    (project.disk / "main/.git/worktrees/one").mkdir(parents=True)


def with_settings(project):
    (project.disk / ".claude").mkdir()
    (project.root / "home/dev/.claude").mkdir()


def with_an_edit(project):
    project.edits("calc.py", "x = 1")


def with_one_behind(project):
    project.passes("pytest -q", tool_use_id="before")
    response = {"stdout": "", "backgroundTaskId": "b1"}
    project.tool("Bash", {"command": "pytest -q"}, response, tool_use_id="behind")


# What a hook opens: where, which event does it, what has to be there before.
PLACES = [
    (".claude-session.db", FAILS, None),
    (".claude-session.db-journal", FAILS, None),
    (".claude-session.db-wal", FAILS, None),
    (".claude-session.db-shm", FAILS, None),
    (".claude-session.spool", FAILS, None),
    (".claude-session.lost", START, None),
    (".claude-session-secrets", FAILS, None),
    ("../.claude/.claude-session-secrets", FAILS, with_settings),
    (".claude/settings.json", REFUSED, with_settings),
    (".claude/settings.local.json", REFUSED, with_settings),
    ("../.claude/settings.json", REFUSED, with_settings),
    ("package.json", START, None),
    (".git", START, None),
    (".git/info/exclude", START, in_a_repository),
    (".git/commondir", START, in_a_repository),
    (".git/HEAD", END, in_a_repository),
    (".git/config", COMPACTS, in_a_repository),
    (".git/index", COMPACTS, in_a_repository),
    ("main/.git/worktrees/one/commondir", START, in_a_worktree),
    ("CLAUDE.md", event("InstructionsLoaded", file_path=f"{APP}/CLAUDE.md"), None),
    ("skill.md", event("ConfigChange", source="skills", file_path=f"{APP}/skill.md"), None),
    ("t.jsonl", event("Stop", transcript_path=f"{APP}/t.jsonl"), None),
    ("a.jsonl", event("SubagentStop", agent_id="a1", agent_transcript_path=f"{APP}/a.jsonl"), None),
    ("b1.output", event("UserPromptSubmit", prompt=NOTICE), with_one_behind),
    ("test_calc.py", FAILS, with_an_edit),
]


def cleared(path):
    if path.is_dir() and not path.is_symlink():
        for below in sorted(path.rglob("*"), reverse=True):
            below.rmdir() if below.is_dir() else below.unlink()
        path.rmdir()
    else:
        path.unlink(missing_ok=True)


def sent(project, data):
    """Send an event to a hook of little memory that no file is open to by force; say whether nothing was felt of it."""

    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        for capability in (1, 2):  # of root's: to read and to look at what nobody may
            ctypes.CDLL(None).prctl(24, capability)

    env = {"CLAUDE_PROJECT_DIR": APP, "HOME": "/home/dev", "PATH": "/usr/bin"}
    command = [*COMMAND, "--root", str(project.root)]
    try:
        done = subprocess.run(
            command, input=data, env=env, capture_output=True, preexec_fn=limit, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        return False
    return (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def is_kept(project, before):
    """Say whether an event more is written whole, waits or is counted as lost."""
    try:
        written = project.column("SELECT exit_code FROM hook_events")[before:]
    except sqlite3.DatabaseError:
        written = []
    if written:
        return written == [0]
    path = project.disk / vocabulary.SPOOL_FILE
    waits = path.is_file() and len(path.read_bytes().splitlines()) == 2
    return waits or spool.n_lost(str(project.disk / vocabulary.LOST_FILE)) == 1


@pytest.mark.slow
@pytest.mark.parametrize(("place", "data", "prepared"), PLACES, ids=[place for place, *_ in PLACES])
def test_whatever_stands_in_the_place_of_a_file_nothing_is_felt(tmp_path, attack, place, data, prepared):
    held = 0
    for put in KINDS:
        project = Project(tmp_path / put.__name__)
        project.feed("SessionStart", source="resume")
        if prepared is not None:
            prepared(project)
        before = project.column("SELECT count(*) FROM hook_events")[0]
        path = project.disk / place
        cleared(path)
        put(path)
        is_quiet = sent(project, data)
        if path.is_symlink() or not path.is_file():
            cleared(path)  # the test reads what is there, too
        held += is_quiet and is_kept(project, before)
    attack(f"{', '.join(put.__name__ for put in KINDS)} for {place}", len(KINDS), held)


@each_row("put", [pipe, device, folder, link_to_nothing, link_to_itself])
def test_only_a_regular_file_is_opened(tmp_path, put):
    put(tmp_path / "x")
    with pytest.raises(OSError):
        files.head_of(str(tmp_path / "x"), 10)


@each_row("path", ["", "/a\0b", "/\ud800", "/nothing"])
def test_a_path_that_is_none_is_an_oserror_like_any_other(path):
    with pytest.raises(OSError):
        files.head_of(path, 10)


@each_row(
    ("at", "most", "rest"),
    [
        (0, 99, (0, b"abcdef")),
        (2, 99, (2, b"cdef")),
        (2, 3, (3, b"def")),
        (6, 99, (6, b"")),
        (7, 99, (0, b"abcdef")),
    ],
)
def test_what_comes_behind_a_place_is_read_from_its_end(tmp_path, at, most, rest):
    (tmp_path / "x").write_bytes(b"abcdef")
    assert files.rest_of(str(tmp_path / "x"), at, most) == rest
    assert files.head_of(str(tmp_path / "x"), 2) == b"ab"


def test_a_file_without_end_is_read_as_far_as_asked(tmp_path):
    huge(tmp_path / "x")
    assert files.head_of(str(tmp_path / "x"), 3) == b"\0\0\0"
    assert files.rest_of(str(tmp_path / "x"), 5, 3) == (HUGE - 3, b"\0\0\0")
