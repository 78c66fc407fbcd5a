"""Texts of a database and names of folders say what they like; they do nothing to a terminal, a chart or a picture."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from counts import FULL, by_run

import claudesess
from claudesess import paths, text
from claudesess.cli import main

STORIES = by_run(few=["mixed"], full=["mixed", "retry", "compaction", "background", "tasks", "verdict"])
#: A clipboard set, a window's title, colours by one byte, text turned around, hidden text, half a pair, no character.
HOSTILE = (
    "\x1b]52;c;QQ==\x07\x1b]0;t\x07\x9b31m\u202ex\u2066\U000e0041\x00\x08\x7f\ufffe\r\nWarning: <b>&amp;\"'|"
)
FOLDERS = {
    "terminal": HOSTILE.replace("\x00", "").replace("/", ""),
    "no UTF-8": os.fsdecode(b"\xff\x9b31m"),
    "lines": "a\nWarning: b\rc\td",
    "markup": "[red]x[/red] {y} %s",
}
#: Each folder and each way of spoiling once at least; `make stress` tries all with all.
SPOILT = [
    (folder, how)
    for n, folder in enumerate(FOLDERS)
    for m, how in enumerate((None, "texts", "all"))
    if FULL or (n + m) % 3 == 1
]
TIMES = ("timestamp", "spawn_time", "end_time", "updated_at", "started_at", "created_at")


def spoil(database, how):
    """Put a hostile text behind every text, in JSON too; with `how` == `all` times are no times any more."""
    with closing(sqlite3.connect(database)) as connection, connection:
        tables = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        ).fetchall()
        connection.create_function("spoilt", 1, spoilt)
        for (table,) in tables:
            for _, name, kind, *_ in connection.execute(f"PRAGMA table_info({table})").fetchall():
                if kind == "TEXT" and (how == "all" or name not in TIMES):
                    connection.execute(f"UPDATE OR IGNORE {table} SET {name} = spoilt({name})")


def spoilt(value):
    if value is None:
        return None
    try:
        return json.dumps(within(json.loads(value)))
    except ValueError:
        return value + HOSTILE if not value.startswith("20") else value


def within(value):
    if isinstance(value, dict):
        return {key: within(item) for key, item in value.items()}
    if isinstance(value, list):
        return [within(item) for item in value]
    return value + HOSTILE + "\ud800" if isinstance(value, str) else value


@pytest.fixture
def project(tmp_path):
    def made(story, folder, how):
        place = tmp_path / folder
        place.mkdir(parents=True)
        shutil.copyfile(paths.samples_dir() / story / f"{story}.db", place / ".claude-session.db")
        if how is not None:
            spoil(place / ".claude-session.db", how)
        return place

    return made


def commands(place, home):
    """All that prints of what a database or a folder is called."""
    here, out = str(place), str(home / "past")
    return [
        ["ls", here], ["ls", "--sessions", here], ["ls", "--json", here], ["ls", "--json", "--sessions", here],
        ["ls", f"{here}/none"], ["ls", f"{here}/*.db"], ["doctor", "--project", here], ["doctor", "--json", "--project", here],
        ["prune", "--older-than", "1h", here], ["prune", "--older-than", "1h", "--yes", here], ["prune", "--older-than", here],
        ["prune", "--older-than", "1h", f"{here}/none", here], ["import", here, "--into", out], ["import", f"{here}/none"],
        ["import", here, "--into", f"{here}/past", "--check"], ["install", "--project", here], ["uninstall", "--project", here],
        ["install", "--project", f"{here}/.claude-session.db"], ["install", "--python", here], ["report", f"{here}/none"], [here],
        ["show", "", here], ["show", "", here, "--all"], ["show", f"{here}/none", here],
        ["since", "2020-01-01", here], ["since", "2020-01-01", here, "--all"], ["since", "2020-01-01", here, "--json"], ["since", here],
        ["sql", "SELECT * FROM session_events", here], ["sql", "SELECT * FROM tool_calls", here, "--json"],
        ["sql", f"SELECT '{here}", here], ["sql", "SELECT 1", f"{here}/none"],
    ]  # fmt: skip


def ran(arguments, monkeypatch, home):
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    return CliRunner().invoke(main, arguments)


@pytest.mark.slow
@pytest.mark.parametrize(("folder", "how"), SPOILT)
@pytest.mark.parametrize("story", STORIES)
def test_no_command_prints_what_does_something(project, story, how, folder, tmp_path, monkeypatch):
    home = tmp_path / "home"
    home.mkdir()
    place = project(story, FOLDERS[folder], how)
    failed = []
    tried = commands(place, home)
    for arguments in tried:
        done = ran(arguments, monkeypatch, home)
        is_told = done.exception is None or isinstance(done.exception, SystemExit)
        if not is_told or text.plain_lines(done.output) != done.output or "\nWarning: b" in done.output:
            failed.append((arguments, repr(done.exception), done.output))
    print(f"commands on hostile texts ({story}, {how}, {folder}): tried {len(tried)}, failed {len(failed)}")
    assert not failed


@pytest.mark.slow
@pytest.mark.parametrize("how", by_run(few=["texts"], full=["texts", "all"]))
@pytest.mark.parametrize("story", STORIES)
def test_no_chart_holds_what_does_something(project, story, how, tmp_path):
    place = project(story, "made", how)
    failed, specs = [], []
    with claudesess.open_store(place) as store:
        for name in claudesess.measures()["measure"]:
            spec = json.dumps(claudesess.ask(store, name).chart().to_dict(), ensure_ascii=False)
            specs.append(spec)
            if text.plain_lines(spec) != spec or any(
                sign in spec for sign in ("\\u00", "\\ud8", "\\r", "\\b")
            ):
                failed.append(name)
    print(f"charts of hostile texts ({story}, {how}): tried {len(specs)}, failed {len(failed)}")
    assert not failed
    (tmp_path / "specs").write_text("\n".join(specs))
    draw = "import sys, vl_convert\nfor spec in open(sys.argv[1]): vl_convert.vegalite_to_png(spec)"
    assert (
        subprocess.run([sys.executable, "-c", draw, str(tmp_path / "specs")], capture_output=True).returncode
        == 0
    )


def test_a_text_of_a_million_characters_is_bounded_and_labels_stand_in_the_tooltip():
    import altair as alt
    import pandas as pd

    from claudesess import charts

    rows = pd.DataFrame({"name": ["x" * 1_000_000], "value": [1.0], "low": [0.5], "high": [2.0]})
    panel = charts.interval(rows, y=alt.Y("name:N"), x="value", low="low", high="high", title="Time")
    spec = charts.page(panel, title="y" * 1_000_000).to_dict()
    (data,) = spec["datasets"].values()
    assert len(data[0]["name"]) == 2000
    assert sum(map(len, spec["title"]["text"])) == 600
    assert spec["config"]["axis"]["labelLimit"] == charts.LABEL
    assert spec["vconcat"][0]["layer"][-1]["encoding"]["tooltip"][0]["field"] == "name"


def test_a_colour_is_found_again_whatever_its_value_is_called():
    import altair as alt
    import pandas as pd

    from claudesess import charts

    rows = pd.DataFrame({"status": [f"a{HOSTILE}", "completed"], "n": [1, 2]})
    chart = (
        alt.Chart(rows).mark_bar().encode(x="n", color=charts.colour("status", charts.STATUS, rows["status"]))
    )
    spec = charts.house(chart).to_dict()
    (data,) = spec["datasets"].values()
    assert {row["status"] for row in data} == set(spec["encoding"]["color"]["scale"]["domain"])
    assert rows["status"][0] == f"a{HOSTILE}"  # nobody's frame is changed


def test_every_print_of_a_command_goes_one_way():
    """`click.echo` is for what is written as JSON alone."""
    folder = Path(claudesess.__file__).parent
    found = [
        f"{path.parent.name}: {line.strip()}"
        for path in folder.rglob("*.py")
        for line in path.read_text().splitlines()
        if "click.echo(" in line
    ]
    assert all("json" in line for line in found if not line.startswith("claudesess: ")), found
