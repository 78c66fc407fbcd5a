"""`claudesess ls`: what databases hold, for people and for scripts."""

import json
import time
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from click.testing import CliRunner
from handmade import database, lines, shown
from rich.cells import cell_len
from tables import each_row

from claudesess import open_store, samples
from claudesess.cli import main
from claudesess.listing import overview

NAMES = ("retry", "crash", "other-writer", "compaction")


@pytest.mark.slow
def test_projects_value_by_value():
    with open_store(*map(samples.sample_path, NAMES)) as store:
        found = overview.PROJECTS.cast(pd.DataFrame(overview.projects(store)))
    columns = "db,writer,n_sessions,n_tool_calls,n_failed_calls,n_refused_calls,n_agents,n_compactions"
    assert shown(found, columns) == lines("""
        db,writer,n_sessions,n_tool_calls,n_failed_calls,n_refused_calls,n_agents,n_compactions
        crash,claudesess/0.1.0+rules.18,2,2,0,0,1,0
        compaction,claudesess/0.1.0+rules.18,1,14,3,0,0,2
        retry,claudesess/0.1.0+rules.18,1,21,4,0,3,0
        other-writer,,2,1,0,0,4,2
    """)
    assert found["last_at"].is_monotonic_decreasing


def test_sessions_have_the_time_that_they_were_open():
    with samples.open_sample("crash") as store:
        found = overview.sessions(store)
    assert round(sum(row["open_h"] for row in found) * 3600, 3) == 4.242
    assert [row["is_open"] for row in found] == [False, True]
    assert list(found[0]) == overview.SESSIONS.names


def test_the_command_for_people_and_for_scripts(tmp_path):
    for name in ("retry", "crash"):
        (tmp_path / name).mkdir()
        (tmp_path / name / ".claude-session.db").write_bytes(samples.sample_path(name).read_bytes())
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / ".claude-session.db").write_text("no database")
    done = CliRunner().invoke(main, ["ls", str(tmp_path)])
    assert done.exit_code == 0
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["db", "crash", "retry"]
    assert "Warning: " in done.stderr
    rows = CliRunner().invoke(main, ["ls", "--sessions", "--json", str(tmp_path)]).stdout.splitlines()
    assert [json.loads(row)["db"] for row in rows] == ["crash", "crash", "retry"]


@pytest.mark.parametrize("options", [[], ["--sessions"]])
def test_people_are_shown_calls_and_no_name_of_a_writer(opened_once, options):
    said = CliRunner().invoke(main, ["ls", "--sample", *options]).stdout
    assert "claudesess/" not in said
    assert {"calls", "failed", "refused"} < set(said.splitlines()[0].split())


@pytest.mark.slow
def test_calls_are_counted_alike_where_sessions_are_listed_and_where_one_is_shown(opened_once):
    listed = CliRunner().invoke(main, ["ls", "--sample", "--sessions"]).stdout.splitlines()
    heads, cells = listed[0].split(), next(line for line in listed if "192aa65d" in line)
    n_calls, n_failed = (cells.split()[heads.index(name) - len(heads)] for name in ("calls", "failed"))
    shown_alone = CliRunner().invoke(main, ["show", "192aa65d", "--sample"]).stdout
    assert f"{n_calls} calls, {n_failed} failed," in shown_alone


def test_text_of_a_database_is_no_markup(tmp_path):
    script = """
        INSERT INTO session_metrics (timestamp, session_id, event_type, key, value)
        VALUES ('2026-10-05T08:00:00.000Z', '[red]x[/red]', 'prompt', 'human', '');
    """
    file = database(tmp_path / "made.db", script)
    assert "[red]x[/red]" in CliRunner().invoke(main, ["ls", "--sessions", str(file)]).stdout


def test_nothing_recorded_and_nothing_there(tmp_path):
    done = CliRunner().invoke(main, ["ls", str(database(tmp_path / "empty.db"))])
    assert done.exit_code == 0
    assert done.stdout.splitlines()[1].split()[:3] == ["empty", "0.1", "–"]
    done = CliRunner().invoke(main, ["ls", "--sessions", str(tmp_path / "empty.db")])
    assert (
        done.stdout.startswith("Nothing was recorded here yet.")
        and "claudesess start --sample" in done.stdout
    )
    assert CliRunner().invoke(main, ["ls", str(tmp_path / "nowhere")]).exit_code == 1


@pytest.mark.slow
def test_ten_thousand_sessions_are_laid_out_without_measuring_each_line_again():
    row = {column.name: None for column in overview.SESSIONS.columns}
    found = [row | {"db": "größe", "session_id": f"s-{number}", "open_h": 1.5} for number in range(10_000)]
    begun = time.process_time()
    drawn = overview.lines(found, overview.SESSIONS, UTC)
    assert time.process_time() - begun < 5  # 0.6 s; as a table of Rich 14 s
    assert len(drawn) == 10_001
    assert len({cell_len(line) for line in drawn}) == 1
    assert [word for word in drawn[1].split() if word != "–"] == ["größe", "s-0", "1.50"]


@each_row(
    ("width", "left_out"),
    [
        (None, ""),
        (200, ""),
        (128, "end"),  # the same of both
        (70, "end, last_seen_at, source, open_h, refused, compactions"),
    ],
)
def test_in_a_narrow_terminal_columns_are_left_out_and_named(width, left_out):
    row = {column.name: 0 for column in overview.SESSIONS.columns} | {"db": "shop", "is_open": False}
    at = datetime(2026, 5, 4, 9, tzinfo=UTC)
    changing = [name for name in row if name.startswith("n_") or name == "open_h"]
    found = [
        row | dict.fromkeys(changing, number) | {"session_id": f"{number}" * 13, "source": source,
               "started_at": at + timedelta(hours=number), "last_seen_at": at + timedelta(hours=9 + number)}
        for number, source in ((1, "startup"), (2, "resume"))
    ]  # fmt: skip
    drawn = overview.lines(found, overview.SESSIONS, UTC, width)
    told = f"Not in {width} columns, but with --json: {left_out}"
    assert " ".join(line.strip() for line in drawn[3:]) == (told if left_out else "")
    assert all(len(line) <= (width or 999) for line in drawn)
    assert {"db", "session_id", "started_at", "calls", "failed"} <= set(drawn[0].split())
