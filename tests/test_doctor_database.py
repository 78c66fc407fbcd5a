"""What can be wrong with a database, and with git around it; looking changes nothing."""

import sqlite3
import subprocess
from contextlib import closing

import pytest
from handmade import SCHEMA

from claudesess import open_store
from claudesess.doctor.examine import examine, probe
from claudesess.install import Target, install, registration


@pytest.fixture
def place(tmp_path):
    home, project = tmp_path / "home", tmp_path / "project"
    home.mkdir()
    project.mkdir()
    environ = {"HOME": str(home), "PATH": "/usr/bin:/bin", "CLAUDESESS_CACHE": str(home / "cache")}
    return Target(None, environ, home), project


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(probe, "RUNS", 1)


def look(place, project, **environ):
    return examine(project, {**place.environ, **environ}, place.home)


def said(report, about):
    return [(remark.level, remark.message) for remark in report.remarks if remark.about == about]


def fixes(report):
    return {remark.about: remark.fix for remark in report.remarks if remark.level == "action"}


def database(project, script=""):
    path = project / ".claude-session.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SCHEMA + script)
    path.chmod(0o600)
    return path


def test_what_can_be_wrong_with_a_database(place):
    place, project = place
    path = database(
        project,
        "DROP TABLE llm_verdicts; CREATE VIEW v AS SELECT 1; INSERT INTO hook_events (timestamp, exit_code) VALUES ('2026-06-01 10:00:00', 1);",
    )
    path.chmod(0o644)
    (project / ".claude-session.spool").write_bytes(b"x" * 1500)
    report = look(place, project)
    assert said(report, "mode") == [("action", f"Others on this machine may open {path} (mode 644).")]
    assert fixes(report)["mode"] == f"Run `chmod 600 {path}*`."
    assert said(report, "spool") == [
        ("action", "2 kB of events wait in .claude-session.spool: not written yet.")
    ]
    assert said(report, "failed") == [("action", "The collector failed inside at 1 events.")]
    assert said(report, "database") == [
        ("action", f"{path} holds the view v: the collector does not write to it."),
        ("note", f"{path} lacks llm_verdicts."),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("00000000000000000000\n", []),
        ("00000000000000001200\n", [("action", "1,200 events were lost: .claude-session.lost counts them.")]),
        ("", []),
    ],
)
def test_events_that_found_no_room_are_told(place, text, expected):
    place, project = place
    database(project)
    (project / ".claude-session.lost").write_text(text)
    assert said(look(place, project), "lost") == expected


def test_patterns_of_secrets_that_are_not_used_are_told_with_their_lines(place):
    place, project = place
    path = project / ".claude-session-secrets"
    path.write_text("# ours\nACME-[0-9]{4,8}\nACME-[0-9]+\n[A-Z]{4}-1\n")
    assert said(look(place, project), "secrets") == [
        (
            "action",
            f"Line 3 of {path} is not used: it has a repeat without an end: say how long at most, as in {{8,64}}.",
        ),
        ("action", f"Line 4 of {path} is not used: it does not begin with 3 plain characters."),
    ]
    path.write_text("ACME-[0-9]{4,8}\n")
    assert said(look(place, project), "secrets") == [("ok", f"1 patterns of secrets of your own: {path}.")]


def test_no_database_at_all(place):
    place, project = place
    path = project / ".claude-session.db"
    path.write_bytes(b"text, much of it" * 300)
    path.chmod(0o600)
    assert said(look(place, project), "database") == [("action", f"{path} is not a SQLite database.")]
    path.unlink()
    path.symlink_to(project / "elsewhere.db")
    report = look(place, project)
    assert said(report, "database") == [
        ("action", f"{path} is a symbolic link: the collector writes through none.")
    ]
    assert not (project / "elsewhere.db").exists()


def test_a_damaged_database(place):
    place, project = place
    path = database(project, "INSERT INTO hook_events (session_id) VALUES ('" + "x" * 200_000 + "');")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    data = bytearray(path.read_bytes())
    data[4096 * 3 : 4096 * 8] = b"\xff" * 4096 * 5
    path.write_bytes(data)
    report = look(place, project)
    assert any(message.startswith(f"{path} is damaged") for _, message in said(report, "database"))
    assert fixes(report)["database"].startswith("Move the file away")


@pytest.mark.parametrize("is_large", [True, False])
def test_a_text_that_an_index_holds_otherwise(place, monkeypatch, is_large):
    monkeypatch.setattr("claudesess.store.read.COMPARED_WHOLE", 0 if is_large else 1 << 20)
    place, project = place
    path = database(project, "INSERT INTO file_claims (session_id, file_path) VALUES ('marked', '/w/a.py');")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        find = "SELECT rootpage FROM sqlite_master WHERE name = 'file_claims'"
        begin = (connection.execute(find).fetchone()[0] - 1) * 4096
    data = bytearray(path.read_bytes())
    data[begin : begin + 4096] = data[begin : begin + 4096].replace(b"marked", b"barked")
    path.write_bytes(data)
    with open_store(path) as store:
        assert store.sql("SELECT session_id FROM file_claims").session_id.tolist() == ["barked"]
        assert store.problems.empty is is_large  # of a large file an index is compared by doctor alone
    assert said(look(place, project), "database") == [
        ("action", f"{path} is damaged: row 1 missing from index idx_claims_session.")
    ]


def git(project, *words):
    identity = ["-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run(["git", "-C", project, *identity, *words], check=True, capture_output=True)


def test_git(place):
    place, project = place
    git(project, "init", "--quiet")
    path = database(project)
    report = look(place, project)
    assert said(report, "git") == [
        ("action", "git does not ignore .claude-session.db: `git add .` would take it.")
    ]
    git(project, "add", path.name)
    assert "git tracks" in said(look(place, project), "git")[0][1]
    git(project, "rm", "--cached", "--quiet", path.name)
    install(Target(project, place.environ, place.home), registration())
    assert said(look(place, project), "git") == [("ok", "git ignores .claude-session.db.")]


def test_the_repository_runs_nothing_while_it_is_looked_at(place):
    place, project = place
    git(project, "init", "--quiet")
    database(project)
    trap = project / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {project}/sprung\n")
    trap.chmod(0o755)
    git(project, "config", "core.fsmonitor", str(trap))
    look(place, project)
    assert not (project / "sprung").exists()


@pytest.mark.parametrize(("when", "notes"), [("now", 1), ("now', '-2 days", 0)])
def test_events_that_arrive_without_a_registration_are_explained(place, when, notes):
    place, project = place
    stamp = f"strftime('%Y-%m-%d %H:%M:%f', '{when}')"
    database(
        project, f"INSERT INTO hook_events (session_id, timestamp, event_type) VALUES ('s', {stamp}, 'stop');"
    )
    report = look(place, project)
    assert fixes(report)["registered"] == "Run `claudesess install`."
    assert len(said(report, "unregistered")) == notes
    install(place, registration())
    assert said(look(place, project), "unregistered") == []


@pytest.mark.parametrize("name", ["db", "db-wal", "db-shm", "spool"])
@pytest.mark.parametrize("is_link", [True, False], ids=["link", "folder"])
def test_what_stands_in_the_place_of_a_file_of_ours_is_named(place, tmp_path, name, is_link):
    _, project = place
    if name != "db":
        database(project)
    path = project / f".claude-session.{name}"
    path.symlink_to(tmp_path / "outside") if is_link else path.mkdir()
    report = look(*place)
    fault = (
        "a symbolic link: the collector writes through none"
        if is_link
        else "no regular file: the collector cannot use it"
    )
    assert ("action", f"{path} is {fault}.") in said(report, "database")
    assert said(report, "spool") == said(report, "mode") == []
    assert not (tmp_path / "outside").exists()
