"""Transcripts do not tell a tool at work from a wait for leave: whoever prints such a time says so."""

import pytest
from click.testing import CliRunner
from counts import slow
from handmade import database
from script import Script

from claudesess import text
from claudesess.asking import listing
from claudesess.cli import main

COMMANDS = {
    "show": ["show", "--utc", "s"],
    "since": ["since", "2026-05-04 08:00", "--utc"],
    "trace": ["trace", "--out", "{out}", "s"],
    "otlp": ["otlp", "--out", "{out}"],
}
REPORT = ["report", "--utc", "--out", "{out}"]
QUICK = ("show",)
CASES = [
    (command, is_imported) if name in QUICK else slow(command, is_imported)
    for name, command in COMMANDS.items()
    for is_imported in (True, False)
]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Two databases of the same session, by whether it was imported."""

    def written(is_imported):
        told = {"imported": True} if is_imported else {}
        script = (
            Script()
            .event("09:00:00", "session_start", source="startup", **told)
            .event("09:00:01", "user_prompt_submit", **told)
            .event("09:00:10", "post_tool_use", tool="Bash", tool_ms=5_000, ok=True, **told)
            .event("09:00:20", "stop", **told)
        )
        return str(database(tmp_path_factory.mktemp("made") / "made.db", "".join(script.sql)))

    return {is_imported: written(is_imported) for is_imported in (True, False)}


@pytest.mark.parametrize(("command", "is_imported"), [*CASES, slow(REPORT, True)])
def test_an_imported_time_is_tools_or_permission(
    made, opened_once, tmp_path, monkeypatch, command, is_imported
):
    monkeypatch.setattr(
        listing, "questions", lambda: ["agent_throughput"]
    )  # of a report it is the session's page
    out = tmp_path / "out"
    done = CliRunner().invoke(main, [one.format(out=out) for one in [*command, made[is_imported]]])
    assert done.exit_code == 0, done.output
    files = [path for path in (out.rglob("*") if out.is_dir() else [out]) if path.is_file()]
    # what a measure cannot say stands in every report; here it is asked of the page of the session
    files = [path for path in files if command is not REPORT or path.name.startswith("session-")]
    said = done.output + "".join(path.read_text() for path in files)
    assert (text.TOOLS_OR_PERMISSION in said) == is_imported
