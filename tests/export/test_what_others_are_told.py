"""What other tools are told is what is stored: no text where none is, and texts through one function."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from click.testing import CliRunner
from handmade import database
from one_session import script, session

from claudesess import open_store
from claudesess.cli import main
from claudesess.export import otlp, scout
from claudesess.export.sessions import sessions
from claudesess.export.trace import trace

pytestmark = pytest.mark.slow

TEXTS = ("/home/me/shop", "Find usages", "Explore", "pytest", '"a1"', '"t1"', "m-1")


def everything(path, word=str) -> str:
    with open_store(path) as store:
        found = list(sessions(store, word=word))
        rows = scout.transcripts(store, word=word).to_json(orient="records")
        return json.dumps(trace(found)) + "".join(otlp.lines(found)) + rows.replace("\\/", "/")


def test_every_text_goes_through_one_function(tmp_path):
    path = session(tmp_path)
    assert all(one in everything(path) for one in TEXTS)
    seen = []
    hidden = everything(path, lambda text: seen.append(text) or f"w{len(text)}")
    assert [one for one in TEXTS if one in hidden] == []
    assert {"/home/me/shop", "Find usages", "Explore", "a1", "t1", "m-1"} <= set(seen)
    assert "claude-code" in hidden and "session_start" in hidden  # words of ours


def test_for_a_stranger_nothing_of_the_data_is_in_any_file(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))  # the key of this user
    path, out = session(tmp_path), tmp_path / "out"
    out.mkdir()
    for command in (["trace", "s"], ["otlp"], ["scout"]):
        where = out if command == ["scout"] else out / f"{command[0]}.json"
        done = CliRunner().invoke(main, [*command, str(path), "--out", str(where), "--anonymise"])
        assert done.exit_code == 0, done.output
    written = "".join(file.read_text() for file in sorted(out.glob("*.json")))
    written += pd.read_parquet(out / "claudesess.parquet").to_json()
    # types of agents and models are the client's words
    assert [
        one for one in ("/home/me", "shop", "Find usages", "pytest", '"a1"', '"t1"') if one in written
    ] == []
    assert "Explore" in written and "Read" in written and "session_start" in written


def test_what_is_not_stored_is_not_told(tmp_path):
    off = [line.replace("Find usages", "").replace("$ pytest\nE", "") for line in script().sql]
    path = database(tmp_path / "made.db", "".join(off))
    assert not [one for one in ("Find usages", "pytest") if one in everything(path)]


def test_a_session_is_told_by_how_its_id_begins(tmp_path):
    with open_store(session(tmp_path)) as store:
        (one,) = sessions(store, "s")
    assert (one.about.session_id, len(one.calls), len(one.runs)) == ("s", 5, 2)


@pytest.mark.parametrize("text", ["\x7f", "\x1b]0;x\x07", "\u202e", "</script>", "\ud83d"])
def test_hostile_text_stays_text(text, tmp_path):
    made = script().row(
        "failed_paths",
        session_id="s",
        timestamp="2026-05-04 09:00:55",
        approach="x" + text.encode("utf-8", "replace").decode(),
    )
    path = database(tmp_path / "made.db", "".join(made.sql))
    with open_store(path) as store:
        (line,) = otlp.lines(sessions(store))
    assert line.isascii()
    json.loads(line)
