"""From nothing to findings and pages in one line; what is said where there is nothing."""

import re
import stat

import past_sessions
import pytest
from click.testing import CliRunner
from handmade import database

from claudesess.asking import listing
from claudesess.cli import main
from claudesess.starting import browser

SESSION = "INSERT INTO agent_registry (id, session_id, spawn_time) VALUES ('a', 's', '2026-05-04 09:00:00');"


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home without anything in it, and a folder to stand in."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "CLAUDE_CONFIG_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path


def start(*options):
    done = CliRunner().invoke(main, ["start", *options])
    return done.exit_code, done.output.splitlines()


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_where_nothing_is_there_it_says_what_to_do_and_writes_nothing(home):
    status, said = start()
    assert status == 1
    assert f"{home}/.claude/projects" in said[0] and f"{home}/here" in said[0]
    assert [line.split("  ")[2] for line in said[1:]] == [
        "claudesess install", "claudesess import PATH", "claudesess start --sample",
    ]  # fmt: skip
    assert files(home) == []


def test_a_folder_of_the_client_without_a_transcript_is_nothing(home):
    (home / ".claude" / "projects" / "-home-dev-shop").mkdir(parents=True)
    assert start()[0] == 1
    assert files(home) == []


def alone():
    """What the command says by itself, each line whole: what goes on in a further one is indented."""
    return re.sub(r"\n +", " ", CliRunner().invoke(main, []).output).splitlines()


@pytest.mark.slow
def test_alone_it_says_how_many_past_sessions_wait(home):
    *_, sessions, _, step = alone()
    assert (sessions, step.startswith("Next:       claudesess install records")) == (
        "Sessions:   none yet",
        True,
    )
    database(home / "here" / ".claude-session.db")  # a database without a session tells nothing yet, either
    *_, data, sessions, _, with_database = alone()
    assert (data.startswith("Data:       this project"), sessions, with_database) == (
        True,
        "Sessions:   none yet",
        step,
    )
    (home / "here" / ".claude-session.db").unlink()
    past_sessions.write(home / ".claude" / "projects")
    *_, sessions, _, step = alone()
    assert sessions == "Sessions:   none yet; 12 past sessions wait for an import"
    assert step.startswith(
        "Next:       claudesess start reads past sessions and shows what they say: 12 past sessions wait; "
    )
    assert CliRunner().invoke(main, ["import"]).exit_code == 0
    *_, sessions, _, step = CliRunner().invoke(main, []).output.splitlines()
    assert ("wait" in sessions, "claudesess report" in step) == (False, True)


def test_where_hooks_are_installed_nobody_is_told_to_install(home):
    nothing = (["ls"], ["since", "2h"], ["findings"], ["report"], ["start"], ["import"], ["show", "x"])
    before = [CliRunner().invoke(main, command).output for command in nothing]
    assert all("claudesess install" in one for one in before)
    assert CliRunner().invoke(main, ["install"]).exit_code == 0
    after = [CliRunner().invoke(main, command).output for command in nothing]
    assert not [one for one in after if "claudesess install" in one or "Recording is on" not in one]


@pytest.mark.slow
def test_past_sessions_become_findings_and_pages_in_the_user_s_folder(home, monkeypatch):
    past_sessions.write(home / ".claude" / "projects")
    monkeypatch.setenv("DISPLAY", ":0")
    shown = []
    monkeypatch.setattr(browser, "show", shown.append)
    status, said = start()
    assert status == 0
    assert f"Read: {past_sessions.N_SESSIONS} sessions, " in "\n".join(said)
    (first,) = [place for place, line in enumerate(said) if line.startswith("1. ")]
    assert "of an approach that the session had rejected before" in said[first]
    assert said[first + 1].startswith("   At least ")
    page = home / "data" / "claudesess" / "report" / "index.html"
    assert (said[-1], shown) == (f"Open {page}", [page])
    assert "of an approach that the session had rejected before" in page.read_text(encoding="utf-8")
    assert stat.S_IMODE(page.parent.stat().st_mode) == 0o700
    assert files(home / "here") == []


@pytest.mark.slow
def test_what_the_project_here_recorded_needs_no_transcript_and_may_stay_shut(home, monkeypatch):
    database(home / "here" / ".claude-session.db", SESSION)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(browser, "show", None)  # calling it fails
    monkeypatch.setattr(listing, "questions", lambda: ["agent_throughput"])
    status, said = start("--no-open", "--out", str(home / "pages"))
    assert (status, said[-1]) == (0, f"Open {home}/pages/index.html")


def test_a_browser_that_stays_is_not_waited_for_and_told_the_page(tmp_path, monkeypatch):
    told, page = tmp_path / "told", tmp_path / "my page.html"
    script = tmp_path / "browser"
    script.write_text(f'#!/bin/sh\necho "$1" > {told}.new && mv {told}.new {told}\nread forever\nsleep 60\n')
    script.chmod(0o700)
    monkeypatch.setenv("BROWSER", f"{script} %s")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "webbrowser.py").write_text("raise SystemExit('hijacked')")
    running = browser.show(page)
    try:
        while running.poll() is None and not told.exists():
            pass
        assert running.poll() is None  # it reads from nobody's terminal, and goes on sleeping
        assert told.read_text() == page.as_uri() + "\n"
    finally:
        running.kill()
        running.wait()
