"""What commands look at where nothing is named, and what `claudesess` alone says."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from handmade import database
from tables import each_row

from claudesess import my_data, samples, status
from claudesess.cli import main
from claudesess.errors import NothingFoundError

SESSION = "INSERT INTO agent_registry (id, session_id, spawn_time) VALUES ('a', 's', '2026-05-04 09:00:00');"


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home folder with a project in it; nothing was imported yet."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    (tmp_path / "shop" / "src").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "shop" / "src")
    return tmp_path


def imported():
    past = my_data.imported() / "old"
    past.mkdir(parents=True)
    database(past / ".claude-session.db", SESSION)


def test_what_is_named_is_meant_whatever_there_is(home):
    database(home / "shop" / ".claude-session.db", SESSION)
    assert my_data.find(["x.db"]) == (("x.db",), "given")


def test_else_the_project_one_is_in_upwards(home):
    imported()
    database(home / "shop" / ".claude-session.db", SESSION)
    assert my_data.find() == ((str(home / "shop" / ".claude-session.db"),), "project")


def test_else_what_was_imported(home):
    imported()
    assert my_data.find() == ((str(my_data.imported()),), "imported")


def test_else_a_sentence_with_three_commands(home):
    my_data.imported().mkdir(parents=True)  # an import that found nothing
    with pytest.raises(NothingFoundError) as error:
        my_data.find()
    said = str(error.value)
    assert all(f"claudesess {word}" in said for word in ("import ", "install ", "start --sample"))
    printed = said.replace("\n", "\n  ")  # further lines are indented
    for command in (["ls"], ["prune", "--older-than", "90d"]):
        done = CliRunner().invoke(main, command)
        assert (done.exit_code, printed in done.output) == (1, True), command


def test_the_sample_has_to_be_asked_for(home):
    assert my_data.find(is_sample=True) == ((str(samples.sample_path("workshop")),), "sample")


def test_every_command_takes_the_same(home):
    imported()
    assert CliRunner().invoke(main, ["ls"]).stdout.split("\n")[1].startswith("old")
    refused = CliRunner().invoke(main, ["prune", "--older-than", "90d"]).output
    assert "old/.claude-session.db was not written by the collector" in refused


@each_row("arguments", [["-h"], ["ls", "-h"], ["report", "-h"], ["import", "-h"]])
def test_help_is_short_to_ask_for(arguments):
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0
    assert done.stdout.startswith("Usage: ")


def facts(output):
    """The lines but for what goes on in a further one, which is indented."""
    return [line for line in output.splitlines() if not line.startswith(" ")]


@pytest.mark.slow
def test_alone_it_says_in_five_lines_what_is_there(home):
    none = CliRunner().invoke(main, [])
    assert none.exit_code == 0
    assert len(facts(none.stdout)) == 5
    assert "claudesess import PATH" in none.stdout and "claudesess install" in none.stdout
    (home / "shop" / ".claude-session.db").write_bytes(samples.sample_path("retry").read_bytes())
    said = facts(CliRunner().invoke(main, []).stdout)
    assert [line.partition(":")[0] for line in said] == ["Recording", "Data", "Sessions", "Finding", "Next"]
    assert said[2] == "Sessions:   1 session on 23 Nov 2026"
    assert said[3].startswith("Finding:    none yet. Look at session ")


@pytest.mark.slow
def test_alone_it_counts_sessions_whose_times_nobody_wrote(home):
    timeless = (
        "INSERT INTO agent_registry (id, session_id, spawn_time) VALUES ('a', 's', NULL), ('b', 't', NULL);"
    )
    database(home / "shop" / ".claude-session.db", timeless)
    said = status.lines(home / "shop", {}, home)
    assert said[2] == "Sessions:   2 sessions, when is not known"


def test_alone_it_says_that_a_database_is_damaged_and_goes_on(home):
    (home / "shop" / ".claude-session.db").write_text("no database")
    said = status.lines(home / "shop", {}, home)
    assert len(said) == 5
    assert ".claude-session.db" in said[3]


def test_files_without_rows_are_next_to_nothing_and_what_is_large_or_no_file_is_not(tmp_path):
    empty, log = database(tmp_path / "empty.db"), tmp_path / "empty.db-wal"
    assert my_data.find([empty]).is_next_to_nothing
    assert not my_data.find([tmp_path]).is_next_to_nothing
    assert not my_data.find([empty, tmp_path / "missing.db"]).is_next_to_nothing
    log.write_bytes(bytes(200_000))  # rows that are written, and in the log alone
    assert not my_data.find([empty]).is_next_to_nothing
    assert not my_data.find(is_sample=True).is_next_to_nothing
