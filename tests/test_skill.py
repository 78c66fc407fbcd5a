"""The plugin's skill: found by the client, and true of the commands and of what they print."""

import json
import re
import shlex
from datetime import date

import click
import pytest
from click.testing import CliRunner
from handmade import ROOT

from claudesess import my_data, samples
from claudesess.cli import main
from claudesess.estimating.advice import PLACES
from claudesess.noting import notes

SKILL = ROOT / "collector" / "skills" / "findings" / "SKILL.md"
TEXT = SKILL.read_text(encoding="utf-8")
#: Names of keys and values, as the skill prints them: `n_rows`.
QUOTED = set(re.findall(r"`([a-z_ ]+)`", TEXT))


def front():
    """Return the front matter: a line each."""
    head = TEXT.split("---\n")[1]
    return dict(line.split(": ", 1) for line in head.splitlines())


def test_the_front_matter_is_what_the_client_reads():
    said = front()
    assert set(said) == {"name", "description", "allowed-tools"}
    assert said["name"] == SKILL.parent.name
    assert re.fullmatch(r"[a-z0-9-]{1,64}", said["name"])
    assert len(said["description"]) <= 1024
    assert not set(said["description"]) & set("<>:#")  # plain YAML, and no tag


def test_it_may_run_what_only_reads_and_nothing_else():
    assert front()["allowed-tools"] == "Bash(claudesess findings *)"


def test_every_command_that_it_names_is_there_with_its_options():
    named = re.findall(r"`(?:uvx )?claudesess ([^`]+)`", TEXT)
    assert len(named) >= 7
    for words in map(shlex.split, named):
        command = main.get_command(click.Context(main), words[0])
        assert command is not None, words
        known = {flag for one in command.params for flag in one.opts}
        assert {word for word in words if word.startswith("--")} <= known, words


@pytest.fixture(scope="module")
def printed(tmp_path_factory, of_sample):
    """What is printed of data of every kind, with a note."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(home))
        patch.setattr("claudesess.report.ranking.found", lambda store: of_sample)
        patch.setattr(
            "claudesess.report.ranking.ask_all", lambda store, pool: None
        )  # whose answers they are made of
        notes.add(my_data.notes(), "Wrote it down", date(2026, 10, 12), "checks.recurring")
        done = CliRunner().invoke(main, ["findings", "--json", str(samples.sample_path("workshop"))])
    return [json.loads(line) for line in done.output.splitlines()]


@pytest.mark.slow
@pytest.mark.xdist_group("findings of the sample")
def test_every_key_that_is_printed_is_explained_and_no_other(printed):
    kinds = {one["kind"] for one in printed}
    assert kinds == {"finding", "note", "not_enough_data", "look"}
    keys = {key for one in printed for key in one} | {"kind", "text"}
    assert keys <= QUOTED
    values = {
        "min",
        "calls",
        "failed calls",
        *PLACES,
        "helped",
        "did not help",
        "cannot tell yet",
        "at least",
    }
    commands = {one for one in QUOTED if "claudesess" in one}
    assert QUOTED - keys - values - kinds - commands == set()


@pytest.mark.slow
@pytest.mark.xdist_group("findings of the sample")
def test_what_it_says_of_a_finding_is_true(printed):
    found = [one for one in printed if one["kind"] == "finding"]
    assert [one["place"] for one in found] == [1, 2, 3]
    assert found[0]["minutes"] >= found[1]["minutes"]
    assert set(found[0]["proposal"]) == {"kind", "text"}
    assert {one["cost"] for one in found} <= {"min", "calls", "failed calls"}
