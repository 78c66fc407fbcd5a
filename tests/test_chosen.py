"""The options by which commands look at some sessions only: --since, --until, --project, --utc."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from counts import slow
from handmade import database
from script import Script
from tables import each_row

from claudesess.chosen import Chosen
from claudesess.cli import main

BERLIN = {"TZ": "Europe/Berlin"}  # two hours ahead on 4 May


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two projects: sessions that began at 21:59 and 22:00 UTC in one, at noon in the other."""
    for project, began in {
        "shop": {"early": "21:59:00", "late": "22:00:00"},
        "docs": {"noon": "12:00:00"},
    }.items():
        script = Script().row("project_state", key="project_dir", value=f"/home/me/{project}")
        for session, clock in began.items():
            script.event(clock, "session_start", session, source="startup")
        database(tmp_path / project / ".claude-session.db", "".join(script.sql))
    return tmp_path


def sessions(folder: Path, *options: str) -> list[str]:
    done = CliRunner(env=BERLIN).invoke(main, ["ls", "--sessions", "--json", str(folder), *options])
    assert done.exit_code == 0, done.output
    return sorted(json.loads(line)["session_id"] for line in done.stdout.splitlines())


@pytest.mark.parametrize(
    ("options", "found"),
    [
        slow([], ["early", "late", "noon"]),
        (["--since", "2026-05-05"], ["late"]),
        slow(["--since", "2026-05-05", "--utc"], []),
        slow(["--until", "2026-05-05"], ["early", "noon"]),
        slow(["--until", "2199-01-01"], ["early", "late", "noon"]),
        slow(["--project", "shop"], ["early", "late"]),
        (["--project", "shop", "--project", "docs", "--until", "2026-05-04T12:00:01Z"], ["noon"]),
    ],
)  # fmt: skip
def test_sessions_are_chosen_by_when_they_began_and_by_project(options, found, folder):
    assert sessions(folder, *options) == found


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--since", "soon"], "'soon' is no moment"),
        (["--since", "2199-01-01"], "still to come"),
        (["--project", "shoop"], "There is no project 'shoop'. There are: /home/me/docs, /home/me/shop."),
        (["--since", "2026-05-05", "--until", "2026-05-04"], "since has to be before until"),
    ],
)
def test_what_cannot_be_chosen_is_said(options, said, folder):
    done = CliRunner(env=BERLIN).invoke(main, ["ls", str(folder), *options])
    assert done.exit_code == 1
    assert said in " ".join(done.output.split())


@pytest.mark.slow
def test_a_list_tells_times_in_the_zone_here(folder):
    for options, clock in (([], "2026-05-05 00:00"), (["--utc"], "2026-05-04 22:00")):
        done = CliRunner(env=BERLIN).invoke(main, ["ls", "--sessions", str(folder), *options])
        assert clock in next(line for line in done.stdout.splitlines() if " late " in line)


READERS = (
    "compare", "export", "findings", "fleet", "lab", "ls", "otlp", "report", "scout", "show", "since", "sql", "trace",
)  # fmt: skip
#: With these all that is there is meant; the others take some sessions alone.
WHOLE = ("export", "fleet", "lab", "sql")


@each_row("command", [name for name in READERS if name not in WHOLE])
def test_every_command_about_sessions_has_them(command):
    said = CliRunner().invoke(main, [command, "--help"]).stdout
    own = () if command == "since" else ("--since TIME", "--until TIME", "--project NAME")
    assert all(option in said for option in (*own, "--utc"))


def test_every_command_that_reads_data_takes_the_sample_alike(tmp_path):
    named = {
        name: {one.opts[0] for one in command.params if one.name in ("is_sample", "databases")}
        for name, command in main.commands.items()
    }
    own = {"start": {"--sample"}, "prune": {"databases"}}  # one reads no databases that are named, one writes
    assert {name: options for name, options in named.items() if options} == own | {
        name: {"--sample", "databases"} for name in READERS
    }
    for command in READERS:
        first = {"show": ["x"], "trace": ["x"], "since": ["2h"], "sql": ["SELECT 1"]}.get(command, [])
        more = ["--parquet", str(tmp_path)] if command == "export" else []
        both = CliRunner().invoke(main, [command, *first, str(tmp_path), *more, "--sample"])
        assert (both.exit_code, "not both" in both.output) == (2, True), command


@pytest.mark.slow
@pytest.mark.parametrize(
    "command", [["show", "192aa65d"], ["sql", "SELECT session_id FROM sessions"], ["ls", "--sessions"]]
)
def test_the_sample_is_read(command):
    done = CliRunner().invoke(main, [*command, "--sample"])
    assert (done.exit_code, "192aa65d" in done.output) == (0, True)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "written"),
    [
        ([], "otlp.jsonl"),
        (["--anonymise"], "otlp-of-sample-anonymised.jsonl"),
        (["--sample"], "otlp-of-sample.jsonl"),
    ],
)
def test_what_is_for_others_never_lies_where_ones_own_does(options, written, folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    of = [str(folder)] if not options else options if "--sample" in options else [*options, "--sample"]
    assert CliRunner().invoke(main, ["otlp", *of]).exit_code == 0
    assert [one.name for one in tmp_path.glob("*.jsonl")] == [written]


@pytest.mark.slow
def test_a_session_outside_is_not_shown(folder):
    assert (
        CliRunner(env=BERLIN).invoke(main, ["show", "late", str(folder), "--since", "2026-05-05"]).exit_code
        == 0
    )
    none = CliRunner(env=BERLIN).invoke(main, ["show", "early", str(folder), "--since", "2026-05-05"])
    assert "No session begins with 'early'" in none.output


def test_days_are_cut_where_times_are_told(folder, monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Berlin")
    for chosen, zone in ((Chosen(), "Europe/Berlin"), (Chosen(is_utc=True), "UTC")):
        with chosen.open([str(folder)]) as store:
            assert (str(store.zone), str(chosen.zone)) == (zone, zone)
