"""Which instructions were in force, by the client's events and by what its transcript quotes; what goes on meanwhile."""

import json
import os
from hashlib import blake2b

import pytest

TOLD = "SELECT event_type, key, value FROM session_metrics WHERE event_type IN ('instructions', 'config') ORDER BY id"


def hash_of(text):
    return blake2b(text.strip().encode(), digest_size=6).hexdigest()


def test_each_file_is_noted_once_and_again_when_it_is_another_text(project):
    path = project.file("CLAUDE.md", "Be brief.\n")
    load = {"file_path": path, "memory_type": "Project"}
    project.feed("InstructionsLoaded", load_reason="session_start", **load)
    project.feed("InstructionsLoaded", after=5, load_reason="compact", **load)
    project.file("CLAUDE.md", "Be exact.\n")
    project.feed("InstructionsLoaded", after=5, load_reason="compact", **load)
    project.feed("InstructionsLoaded", file_path="/home/dev/gone.md", load_reason="include")
    project.feed("InstructionsLoaded", session="other", load_reason="session_start", **load)
    assert project.rows(TOLD) == [
        ("instructions", path, hash_of("Be brief.")),
        ("instructions", path, hash_of("Be exact.")),
        ("instructions", "/home/dev/gone.md", None),
        ("instructions", path, hash_of("Be exact.")),
    ]


def test_settings_that_change(project):
    path = project.file(".claude/settings.json", "{}")
    project.feed("ConfigChange", source="project_settings", file_path=path)
    project.feed("ConfigChange", source="policy_settings")
    project.feed("ConfigChange")
    assert project.rows(TOLD) == [("config", path, hash_of("{}")), ("config", "policy_settings", None)]


def test_what_the_transcript_quotes_is_what_the_event_would_have_told(project):
    """A plugin's hooks may be read too late for the event."""
    path = project.file("CLAUDE.md", "\nBe brief: ✓\n")
    files = [{"path": path, "type": "Project", "content": "Be brief: ✓"}, {"path": 1}, "what"]
    line = {"type": "attachment", "uuid": "u1", "attachment": {"type": "instructions", "files": files}}
    (project.root / "t.jsonl").write_text(json.dumps(line, ensure_ascii=False) + "\n")
    project.feed("Stop", transcript_path="/t.jsonl")
    project.feed("InstructionsLoaded", file_path=path, load_reason="session_start")
    assert project.rows(TOLD) == [("instructions", path, hash_of("Be brief: ✓"))]


def test_no_file_holds_the_hook_up(project):
    os.mkfifo(project.disk / "CLAUDE.md")
    (project.disk / "folder.md").mkdir()
    for name in ("CLAUDE.md", "folder.md", "a\0b.md"):
        project.feed("InstructionsLoaded", file_path=f"{project.folder}/{name}")
    assert {value for _, _, value in project.rows(TOLD)} == {None}
    assert project.column("SELECT DISTINCT exit_code FROM hook_events") == [0]


@pytest.mark.parametrize("of_agent", [False, True])
def test_what_goes_on_while_the_main_thread_waits(project, of_agent):
    tasks = [
        {"id": "a1", "type": "subagent", "status": "running"},
        {"id": "a2", "type": "subagent", "status": "running"},
        {"id": "b1", "type": "shell"},
        {"id": "b2", "type": "shell", "status": "completed"},
        "what",
    ]
    project.feed("Stop", background_tasks=tasks, **({"agent_id": "a1"} if of_agent else {}))
    project.feed("Stop", background_tasks=[])
    told = project.rows("SELECT key, value FROM session_metrics WHERE event_type = 'background'")
    assert told == ([] if of_agent else [("shell", "1"), ("subagent", "2")])
