"""What had to wait becomes the rows that it would have become at once, whatever it was; nothing else of it was kept."""

import json
import sqlite3
from contextlib import closing

import pytest
from claudesess_collector.record import record
from counts import FULL, slow
from made import SECRETS, leaked
from stage import COLLECT
from tables import each_row

from claudesess.samples import replay

SOME = SECRETS if FULL else SECRETS[::6]
SAMPLES = COLLECT.parents[1] / "data" / "samples"
NAMES = sorted(path.parent.name for path in SAMPLES.glob("*/hooks.jsonl"))
QUICK = ("compaction", "mixed", "retry", "tasks")


def tables(database):
    """Every row of every table, but the notes of what was seen, which hold no fact, and of the last event here."""
    with closing(sqlite3.connect(database)) as connection:
        names = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        return {
            name: [row for row in connection.execute(f"SELECT * FROM {name}") if "nonsense" not in row]
            for name in names
            if name not in ("claudesess_seen", "sqlite_sequence")
        }


class Machine:
    """A story's machine, its events sent one by one."""

    def __init__(self, root, scene, content):
        replay._lay(scene, root)
        self.root, self.folder = root, scene.project_dir
        self.database = replay._below(root, f"{self.folder}/.claude-session.db")
        self.spool = self.database.with_name(".claude-session.spool")
        self.environ = {**replay._environment(self.folder), "CLAUDESESS_CONTENT": content}

    def send(self, raw, at_ms):
        opened = {}
        record(raw, lambda cwd: self.folder, self.environ, at_ms, str(self.root), keep_open=opened)
        for database in opened.values():
            database.close()

    def send_to_the_spool(self, raw, at_ms):
        """Send while something else stands in the database's place."""
        aside = self.database.with_name("aside")
        if self.database.exists():
            self.database.rename(aside)
        self.database.mkdir()
        self.send(raw, at_ms)
        self.database.rmdir()
        if aside.exists():
            aside.rename(self.database)

    def take_up(self, at_ms):
        for n in range(400):  # of a slow machine, each takes up less
            self.send(b'{"hook_event_name": "Nonsense"}', at_ms + n * 5000)
            if not self.spool.exists():
                return
        raise AssertionError("something waits still")


@pytest.mark.parametrize(
    "content", [pytest.param("", id="on"), pytest.param("off", id="off", marks=pytest.mark.slow)]
)
@pytest.mark.parametrize("name", [name if name in QUICK else slow(name) for name in NAMES])
def test_a_recording_becomes_the_same_rows(tmp_path, name, content):
    """All of it waits, and is taken up by one event at the end."""
    scene, firings = replay.read_scene(SAMPLES / name), replay.read_firings(SAMPLES / name / "hooks.jsonl")
    straight, waiting = (Machine(tmp_path / way, scene, content) for way in ("straight", "waiting"))
    for one in firings:
        straight.send(one.raw, one.at_ms)
        waiting.send_to_the_spool(one.raw, one.at_ms)
    straight.take_up(firings[-1].at_ms + 10)
    waiting.take_up(firings[-1].at_ms + 10)
    found = tables(waiting.database)
    for table, rows in tables(straight.database).items():
        assert found[table] == rows, table


def call(name, tool, arguments, **more):
    said = {"hook_event_name": name, "tool_name": tool, "tool_input": arguments, "duration_ms": 5, **more}
    return {"session_id": "s1", "cwd": "/home/dev/app", **said}


def story(secret, n):
    """Calls that hold a secret in every place from which a row takes its words."""
    run = {"command": f"pytest -q tests/test_a.py --note '{secret}' # {secret}"}
    return [
        call("PostToolUse", "Edit", {"file_path": "/home/dev/app/a.py", "new_string": f"key = {secret}"},
             tool_response={}, tool_use_id=f"e{n}"),
        call("PostToolUse", "Write", {"file_path": "/home/dev/app/.env", "content": secret}, tool_response={},
             tool_use_id=f"w{n}"),
        call("PostToolUseFailure", "Bash", run, tool_use_id=f"f{n}",
             error=f"Exit code 1\ntests/test_a.py:3: AssertionError\n{secret}\n1 failed in 0.1s"),
        call("PostToolUse", "Bash", {"command": f"ruff check {n}.py | grep '{secret}'"}, tool_use_id=f"h{n}",
             tool_response={"stdout": f"a.py:1:1: F401 unused\n{secret}\nFound 3 errors.", "stderr": secret}),
        call("PostToolUse", "TaskUpdate", {"taskId": f"{n}"}, tool_use_id=f"t{n}",
             tool_response={"success": False, "error": f"TaskCompleted hook feedback:\n[Is it done?]: no, {secret}"}),
        {"session_id": "s1", "hook_event_name": "UserPromptSubmit", "prompt": f"use {secret}", "n": n},
        {"session_id": "s1", "hook_event_name": "Stop", "last_assistant_message": f"It fails: {secret}", "n": n},
    ]  # fmt: skip


@each_row(
    "around",
    [
        '\'sql.Open("mysql", "bob:{}@tcp(db:3306)/shop")\'',
        "'password=\"{}\"/x'",
        "tests/'token: \"{}\"'/x.py",
    ],
)
def test_nor_is_one_that_a_path_seems_to_go_through(tmp_path, around):
    """A word of a command, without its quotes: a target, as it stands there."""
    secret = "Qz7fGdSal" + "RZy833kW1"
    machine = Machine(tmp_path, replay.Scene("/home/dev/app"), "")
    command = f"pytest -q tests/test_a.py {around.format(secret)}"
    failed = call(
        "PostToolUseFailure", "Bash", {"command": command}, error="Exit code 1\n1 failed", tool_use_id="t"
    )
    machine.send_to_the_spool(json.dumps(failed).encode(), 1_800_000_000_000)
    waiting = machine.spool.read_bytes()
    machine.take_up(1_800_000_000_001)
    assert secret.encode() not in waiting + machine.database.read_bytes()
    assert b"tests/test_a.py" in waiting


@pytest.mark.slow
@pytest.mark.parametrize("content", ["", "off"], ids=["on", "off"])
def test_secrets_wait_nowhere_and_change_no_row(tmp_path, attack, content):
    scene = replay.Scene("/home/dev/app")
    straight, waiting = (Machine(tmp_path / way, scene, content) for way in ("straight", "waiting"))
    sent = [one for n, secret in enumerate(SOME) for one in story(secret.text, n)]
    for n, said in enumerate(sent):
        straight.send(json.dumps(said).encode(), 1_800_000_000_000 + n)
        waiting.send_to_the_spool(json.dumps(said).encode(), 1_800_000_000_000 + n)
    assert leaked(waiting.spool.read_bytes(), SOME) == []
    straight.take_up(1_800_000_100_000)
    waiting.take_up(1_800_000_100_000)
    found = tables(waiting.database)
    for table, rows in tables(straight.database).items():
        assert found[table] == rows, table
    assert (
        leaked(
            b"".join(path.read_bytes() for path in waiting.database.parent.glob(".claude-session.*")), SOME
        )
        == []
    )
    attack(f"secrets that wait, content {content or 'on'}, {len(sent)} events", len(SOME), len(SOME))
