"""`claudesess sql`: a question in SQL, its answer for people and for scripts, its refusals as sentences."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import ExitStack, nullcontext
from functools import cache

import pandas as pd
import pytest
from click.testing import CliRunner
from handmade import ROOT, database, lines

from claudesess import open_store, samples
from claudesess.cli import main
from claudesess.querying import answers

HOSTILE = "[red]x[/red]\x1b]0;t\x07\u202e<b>"
AGENTS = "SELECT db, id, spawn_time, end_time, status = 'running' AS runs FROM agent_registry ORDER BY db, id"


def agent(session: str, name: str, start: str = "2026-05-04 09:00:00.250") -> str:
    quoted = name.replace("'", "''")
    return (
        "INSERT INTO agent_registry (id, session_id, spawn_time, status) "
        f"VALUES ('{quoted}', '{session}', '{start}', 'running');"
    )


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """Two databases with one agent each."""
    folder = tmp_path_factory.mktemp("two")
    return [str(database(folder / f"{name}.db", agent("s", f"{name}-agent"))) for name in ("left", "right")]


@pytest.fixture(scope="module")
def stores():
    """Return how to open a store once for all that only ask it."""
    with ExitStack() as opened:
        yield cache(lambda *paths: opened.enter_context(open_store(*paths)))


@pytest.fixture
def opened_before(stores, monkeypatch):
    """Let the command find what was opened before: a test asks for it that is about the question alone."""
    monkeypatch.setattr("claudesess.open_store", lambda *paths: nullcontext(stores(*paths)))


def sql(*arguments: str, **more):
    return CliRunner().invoke(main, ["sql", *arguments], **more)


@pytest.mark.parametrize(
    ("name", "meant"),
    [("sesions", '"sessions"'), ("tool_cals", '"tool_calls"'), ("pg_clas", None), ("zzz", None)],
)
def test_for_a_misspelt_table_only_ours_are_proposed(opened_before, name, meant):
    done = CliRunner().invoke(main, ["sql", f"SELECT * FROM {name}", "--sample"])
    assert (done.exit_code, f"Table with name {name} does not exist" in done.output) == (1, True)
    assert ("Did you mean" in done.output, "pg_" in done.output.replace(name, "")) == (
        meant is not None,
        False,
    )
    assert meant is None or f"Did you mean {meant}" in done.output


def test_two_databases_for_people(two):
    done = sql(AGENTS, *two)
    assert done.exit_code == 0
    assert [line.rstrip() for line in done.stdout.splitlines()] == [
        "db     id           spawn_time                   end_time  runs",
        "left   left-agent   2026-05-04T09:00:00.250000Z  –         true",
        "right  right-agent  2026-05-04T09:00:00.250000Z  –         true",
    ]


def test_csv_and_json_have_times_in_utc_and_what_is_not_known(two):
    assert sql(AGENTS, two[0], "--csv").stdout == lines("""
        db,id,spawn_time,end_time,runs
        left,left-agent,2026-05-04T09:00:00.250000Z,,true
    """)
    assert json.loads(sql(AGENTS, two[0], "--json").stdout) == {
        "db": "left", "id": "left-agent", "spawn_time": "2026-05-04T09:00:00.250000Z", "end_time": None, "runs": True,
    }  # fmt: skip


def test_parquet_keeps_the_types(two, tmp_path):
    out = tmp_path / "agents.parquet"
    assert sql(AGENTS, *two, "--parquet", str(out)).output == ""
    frame = pd.read_parquet(out)
    assert frame["id"].tolist() == ["left-agent", "right-agent"]
    assert str(frame["spawn_time"].dtype) == "datetime64[us, UTC]"
    refused = sql(AGENTS, *two, "--parquet", str(tmp_path / "none" / "x.parquet"))
    assert (refused.exit_code, "cannot be written" in refused.output) == (1, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["agents.parquet"]


def test_what_people_see_is_not_all_and_what_scripts_get_is(opened_before, two):
    many = "SELECT unnest(range(1003)) AS n"
    done = sql(many, two[0])
    assert (len(done.stdout.splitlines()), done.stderr.startswith("3 more rows;")) == (1001, True)
    assert len(sql(many, two[0], "--csv").stdout.splitlines()) == 1004
    assert len(sql(many, two[0], "--json").stdout.splitlines()) == 1003


def test_a_long_text_is_one_line_for_people_and_whole_for_scripts(opened_before, two):
    text = "SELECT repeat('ab' || chr(10), 100) AS t"
    row = sql(text, two[0]).stdout.splitlines()[1]
    assert row.endswith("…") and len(row) == 120
    assert json.loads(sql(text, two[0], "--json").stdout) == {"t": "ab\n" * 100}


def test_no_rows_are_a_heading(tmp_path):
    empty = str(database(tmp_path / "empty.db"))
    assert sql("SELECT db, tool FROM tool_calls", empty).stdout.split() == ["db", "tool"]
    assert sql("SELECT db, tool FROM tool_calls", empty, "--csv").stdout == "db,tool\n"
    assert sql("SELECT db, tool FROM tool_calls", empty, "--json").output == ""


def test_text_of_a_database_does_nothing_to_a_terminal(tmp_path):
    file = str(database(tmp_path / "made.db", agent("s", HOSTILE)))
    assert sql("SELECT id FROM agent_registry", file).stdout.split() == ["id", "[red]x[/red]�]0;t��<b>"]
    assert json.loads(sql("SELECT id FROM agent_registry", file, "--json").stdout) == {"id": HOSTILE}
    assert "\x1b" not in sql("SELECT id FROM agent_registry", file, "--json").stdout
    assert sql(f"SELECT 1 AS \"{HOSTILE}\"", file).stdout.split()[0] == "[red]x[/red]�]0;t��<b>"  # fmt: skip


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT * FROM nothing", "`claudesess sql` alone lists the tables"),
        ("SELECT nothing FROM sessions", "`claudesess sql` alone lists the tables"),
        ("SELEC 1", "syntax error"),
        ("SELECT 1; SELECT 2", "one statement at a time"),
        ("DROP TABLE sessions", "one that reads"),
        ("COPY (SELECT 1) TO 'x.csv'", "one that reads"),
        ("SELECT * FROM read_csv('/etc/hosts')", "disabled by configuration"),
        ("SELECT error('no')", "no"),
        ("SELECT 99999999999999999999::HUGEINT", "does not fit into 64 bits"),
        (" ", "There is no query"),
    ],
)
def test_what_cannot_be_answered_is_said(opened_before, two, query, said):
    done = sql(query, two[0])
    assert done.exit_code == 1
    assert done.output.startswith("Error: ")
    assert said in done.output and "Traceback" not in done.output


def test_columns_of_one_name_are_refused_where_names_count(opened_before, two, tmp_path):
    twice = "SELECT 1 AS a, 2 AS a"
    assert sql(twice, two[0]).stdout.split() == ["a", "a", "1", "2"]
    assert sql(twice, two[0], "--csv").stdout == "a,a\n1,2\n"
    for form in (["--json"], ["--parquet", str(tmp_path / "x")]):
        assert "Two columns are called 'a'" in sql(twice, two[0], *form).output


JSON_OF = {
    "INTERVAL 90 MINUTE": 5400.0, "[1, NULL]": [1, None], "{'a': [1.5]}": {"a": [1.5]},
    "'a'::BLOB": "61", "DATE '2026-05-04'": "2026-05-04", "'inf'::DOUBLE": None, "'nan'::DOUBLE": None,
    "0.1::DOUBLE + 0.2::DOUBLE": 0.1 + 0.2, "9007199254740993": 9007199254740993, "1.5::DECIMAL(4,2)": 1.5,
    "TIME '10:00'": "10:00:00", "NULL": None, "chr(127)": "\x7f",
}  # fmt: skip


def test_every_type_has_its_json(opened_before, two):
    query = "SELECT " + ", ".join(f"{value} AS v{n}" for n, value in enumerate(JSON_OF))
    done = sql(query, two[0], "--json")
    assert json.loads(done.stdout) == {f"v{n}": told for n, told in enumerate(JSON_OF.values())}
    assert "\x7f" not in done.stdout
    assert sql(query, two[0]).exit_code == 0


def test_the_query_comes_from_standard_input_too(opened_before, two):
    assert sql("-", two[0], "--csv", input="SELECT 1 AS n\n").stdout == "n\n1\n"


def test_without_a_query_the_tables_are_listed():
    done = sql()
    assert done.exit_code == 0
    named = [line.split()[0] for line in done.stdout.splitlines()]
    assert named[0] == "table" and {"sessions", "tool_calls", "session_events"} <= set(named)


def test_one_form_at_a_time(two):
    done = sql("SELECT 1", two[0], "--csv", "--json")
    assert (done.exit_code, "Say one of" in done.output) == (2, True)


@pytest.mark.slow
@pytest.mark.parametrize("form", [[], ["--csv"], ["--json"]])
def test_a_reader_that_goes_away_is_no_error(form):
    command = [sys.executable, "-m", "claudesess", "sql", "SELECT a.* FROM tool_calls a, range(20)"]
    with subprocess.Popen(
        [*command, str(samples.sample_path("retry")), *form],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
    ) as process:  # fmt: skip
        assert process.stdout and process.stderr
        process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read()
    assert "Traceback" not in said and "Broken" not in said and "Error" not in said


def test_a_table_holds_what_was_asked_for_in_its_order():
    drawn = answers.table(pd.DataFrame({"b": [1], "a": [None]}))
    assert [str(column.header) for column in drawn.columns] == ["b", "a"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "asked", [["sql", "SELECT count(*) FROM tool_calls"], ["show", "1111"], ["findings"]]
)
def test_a_command_that_ends_well_leaves_nothing_to_say_of_the_engine(asked):
    done = subprocess.run(
        [sys.executable, "-m", "claudesess", *asked, str(samples.sample_path("retry"))],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "asked",
    [
        ["sql", "SELECT 1 AS a", "{db}", "--parquet", "{out}"],
        ["report", "{db}", "--single", "{out}"],
        ["otlp", "{db}", "--out", "{out}"],
    ],
    ids=lambda asked: asked[0],
)
def test_no_answer_is_written_over_a_database_nor_over_what_is_no_file(tmp_path, asked):
    kept = tmp_path / ".claude-session.db"
    kept.write_bytes(samples.sample_path("retry").read_bytes())
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for place, fault in ((kept, "is a database"), (pipe, "is no file")):
        words = [word.format(db=kept, out=place) for word in asked]
        done = CliRunner().invoke(main, words)
        assert done.exit_code == 1 and f"{place} {fault}" in " ".join(done.output.split())
    assert kept.read_bytes() == samples.sample_path("retry").read_bytes() and pipe.is_fifo()


def test_where_nobody_reads_what_is_printed_a_command_says_so_without_a_traceback():
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m claudesess findings --sample >&-"], capture_output=True, text=True
    )
    assert "Traceback" not in done.stderr
