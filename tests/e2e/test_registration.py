"""Registered and taken out again, as the client sees it."""

import json
import sqlite3

from client import ROOT, Place, install
from evidence import of_the_newest
from registration import CLAUDESESS


def count(place: Place) -> int:
    with sqlite3.connect(place.database) as connection:
        return connection.execute("SELECT count(*) FROM hook_events").fetchone()[0]


@of_the_newest  # older ones do not know --strict, or a field of the manifest, which they leave out
def test_the_client_finds_plugin_and_marketplace_valid(place: Place) -> None:
    for folder in (ROOT / "collector", ROOT):
        assert "Validation passed" in place.apart(
            str(install()), "plugin", "validate", str(folder), "--strict"
        )


@of_the_newest
def test_the_client_offers_the_skill_of_the_plugin(place: Place) -> None:
    said = place.apart(str(install()), "plugin", "validate", str(ROOT / "collector"))
    assert "skills: claudesess:findings" in said


def test_uninstalled_records_nothing_more(place: Place) -> None:
    place.run(CLAUDESESS, "install")
    place.play("short")
    # SessionStart, InstructionsLoaded, UserPromptSubmit, PostToolUse(Read), Stop, SessionEnd
    assert count(place) == 6
    place.run(CLAUDESESS, "uninstall")
    assert place.play("short").hook_responses() == []
    assert count(place) == 6


def test_doctor_has_nothing_to_say_after_a_recorded_session(place: Place) -> None:
    place.run(CLAUDESESS, "install")
    place.play("short")
    findings = json.loads(place.run(CLAUDESESS, "doctor", "--json"))
    assert findings["needs_action"] is False
