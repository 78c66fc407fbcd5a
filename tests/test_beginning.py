"""How to begin: which past sessions wait for an import, and what is said where there is nothing."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from importing.made_transcripts import SESSION, Transcript

from claudesess import beginning
from claudesess.cli import main
from claudesess.samples import replay


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home with one transcript of a project that is there."""
    monkeypatch.delenv("CLAUDE_CONFIG_DIR", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    (tmp_path / "shop").mkdir()
    monkeypatch.chdir(tmp_path / "shop")
    return tmp_path


def written(home, *prompts):
    made = Transcript(cwd=f"{home}/shop")
    for prompt in prompts:
        made.prompt(prompt).answer()
    made.write(home / ".claude" / "projects" / "-shop")


def imported(home, *options):
    assert CliRunner().invoke(main, ["import", *options]).exit_code == 0


def by_hooks(home, session=SESSION):
    payload = {
        "hook_event_name": "SessionStart",
        "session_id": session,
        "cwd": f"{home}/shop",
        "source": "startup",
    }
    at_ms = int(datetime(2026, 3, 2, 9, tzinfo=UTC).timestamp() * 1000)
    replay._feed_in_process([replay.Firing(at_ms, json.dumps(payload).encode())], f"{home}/shop", Path("/"))


HELD = {
    "nobody": (lambda home: None, 1),
    "the user's data": (imported, 0),
    "its project, by an import": (lambda home: imported(home, "--per-project"), 0),
    "its project, by hooks": (by_hooks, 0),
    "its project holds another": (lambda home: by_hooks(home, "another"), 1),
}


@pytest.mark.parametrize("who", HELD)
def test_a_session_waits_only_if_neither_the_user_s_data_nor_its_project_holds_it(home, who):
    hold, n_waiting = HELD[who]
    written(home, "Fix it.")
    hold(home)
    assert beginning.beginning().n_past == n_waiting


def test_an_imported_session_that_went_on_waits_again(home):
    written(home, "Fix it.")
    imported(home)
    written(home, "Fix it.", "Go on.")
    assert beginning.beginning().n_past == 1


def test_that_recording_is_on_is_said_in_the_same_words_everywhere():
    on, off = beginning.Beginning(True, 0), beginning.Beginning(False, 0)
    sentence = " Recording is on: sessions that start now will be here."
    assert (on.state.count(sentence), on.error_text("None.").count(sentence)) == (1, 1)
    assert "Recording" not in off.state + off.error_text("None.")
