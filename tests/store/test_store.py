"""What `open_store` makes of files good and bad, and what a store does when asked."""

from __future__ import annotations

import stat
import subprocess
import sys
import threading
from datetime import UTC
from pathlib import Path

import pandas as pd
import pytest
from handmade import SCHEMA, database, lines, shown, store_of
from tables import each_row

from claudesess import ClaudesessError, Store, frames, open_store, samples
from claudesess.errors import DatabaseError, QueryError
from claudesess.store import shelf

STATE = "INSERT INTO project_state VALUES ('schema_writer', 'claudesess/0.1.0', '2026-05-04 09:00:00');"
CLAIM = "INSERT INTO file_claims (session_id, file_path, timestamp) VALUES ('s', '/w/a.py', '2026-05-04 09:00:00');"


def test_databases_says_what_was_opened(tmp_path: Path) -> None:
    one = database(tmp_path / "one.db", STATE + CLAIM * 2)
    two = database(tmp_path / "two.db")
    databases = open_store(one, two).databases
    assert shown(databases, "db,path,bytes,writer,n_project_state,n_file_claims,n_hook_events") == lines(f"""
        db,path,bytes,writer,n_project_state,n_file_claims,n_hook_events
        one,{one},{one.stat().st_size},claudesess/0.1.0,1,2,0
        two,{two},{two.stat().st_size},,0,0,0
    """)


def cut(path: Path, size: int) -> Path:
    path.write_bytes(path.read_bytes()[:size])
    return path


def bad_files(folder: Path) -> list[tuple[Path, str, str]]:
    text = folder / "text.db"
    text.write_text("dear diary " * 20)
    empty = folder / "empty.db"
    empty.touch()
    return [
        (folder / "absent.db", "does not exist", "Check the path."),
        (text, "is not a SQLite database", "Name a .claude-session.db file."),
        (empty, "is empty", "Nothing was recorded in it"),
        (cut(database(folder / "cut.db"), 50), "is cut off in its header", "Restore it from a backup."),
        (cut(database(folder / "half.db", CLAIM), 20_000), "is damaged or cut off (", "Copy what is left"),
        (
            database(folder / "foreign.db", schema="CREATE TABLE t (x);"),
            "holds none of the nine tables",
            "Name a",
        ),
    ]


@each_row("number", range(6))
def test_a_bad_file_is_an_error_that_says_file_fault_and_fix(tmp_path: Path, number: int) -> None:
    path, fault, fix = bad_files(tmp_path)[number]
    with pytest.raises(DatabaseError) as error:
        open_store(path)
    assert str(error.value).startswith(f"{path} {fault}")
    assert fix in str(error.value)
    assert error.value.path == path


def test_bad_files_do_not_lose_the_good_one(tmp_path: Path) -> None:
    bad = bad_files(tmp_path)
    with open_store(*(path for path, _, _ in bad), database(tmp_path / "good.db", CLAIM)) as store:
        assert store.databases.db.tolist() == ["good"]
        assert store.sql("SELECT db FROM file_claims").db.tolist() == ["good"]
        assert store.problems.db.tolist() == [path.stem for path, _, _ in bad]
        assert store.problems.path.tolist() == [str(path) for path, _, _ in bad]
        assert all(p.startswith(fault) for p, (_, fault, _) in zip(store.problems.problem, bad, strict=True))


def test_only_bad_files_are_one_error_that_names_each(tmp_path: Path) -> None:
    bad = bad_files(tmp_path)
    with pytest.raises(ClaudesessError, match="No database could be read") as error:
        open_store(*(path for path, _, _ in bad))
    assert all(f"{path} {fault}" in str(error.value) for path, fault, _ in bad)


@pytest.mark.slow
def test_a_damaged_page_costs_one_table_its_rows_and_is_said(tmp_path: Path) -> None:
    file = database(tmp_path / "made.db", CLAIM + "INSERT INTO error_log (session_id) VALUES ('s');" * 2000)
    content = bytearray(file.read_bytes())
    size = int.from_bytes(content[16:18], "big")
    content[-3 * size : -size] = b"\xff" * (2 * size)  # the last pages hold error_log and its indexes
    file.write_bytes(content)
    with open_store(file) as store:
        assert store.databases.n_file_claims[0] == 1
        n = store.databases.n_error_log[0]
        assert 0 < n < 2000
        fault = f"the table is cut off after {n:,} rows: database disk image is malformed"
        assert store.problems[["table", "problem", "severity"]].values.tolist() == [
            ["error_log", fault, "error"]
        ]
        said = frames.audit(store).query("issue == 'not_loaded'").iloc[0]
        assert said[["severity", "count", "meaning"]].tolist() == ["error", 1, f"error_log: {fault}"]
        covered = frames.coverage(store).set_index("relation")
        assert covered.loc["error_log", ["n_unreadable", "note"]].tolist() == [1, fault]
        assert covered.loc["error_chains", "note"] == "made from tables that are cut off: error_log"
        assert covered.loc["file_claims", "n_unreadable"] == 0


def test_missing_and_further_tables_and_columns(tmp_path: Path) -> None:
    schema = """
        CREATE TABLE "File_Claims" (ID INTEGER PRIMARY KEY, File_Path TEXT, mood TEXT);
        INSERT INTO file_claims VALUES (7, '/w/a.py', 'fine');
        CREATE TABLE claudesess_cache (x);
        CREATE TABLE pets (x);
        CREATE TABLE base (id, session_id, timestamp, event_type);
        INSERT INTO base VALUES (1, 's', '2026-05-04 09:00:00', 'stop');
        CREATE VIEW hook_events AS SELECT *, 'stop' AS dispatcher, NULL AS payload_summary, 0 AS exit_code,
            1 AS duration_ms FROM base;
        CREATE VIEW error_log AS SELECT * FROM nowhere;
    """
    with open_store(database(tmp_path / "made.db", schema=schema)) as store:
        assert shown(store.sql("SELECT * FROM file_claims")) == lines("""
            db,id,session_id,agent_id,file_path,operation,timestamp
            made,7,,,/w/a.py,,
        """)
        assert len(store.sql("SELECT * FROM hook_events")) == 0
        assert shown(store.problems, "table,column,problem") == lines("""
            table,column,problem
            project_state,,the table is missing
            agent_registry,,the table is missing
            file_claims,session_id,the column is missing
            file_claims,agent_id,the column is missing
            file_claims,operation,the column is missing
            file_claims,timestamp,the column is missing
            file_claims,mood,the column is not of the schema and was left out
            session_metrics,,the table is missing
            failed_paths,,the table is missing
            error_log,,"the table is no table but a view, and was left out"
            context_snapshots,,the table is missing
            hook_events,,"the table is no table but a view, and was left out"
            llm_verdicts,,the table is missing
            base,,the table is not of the schema and was left out
            pets,,the table is not of the schema and was left out
        """)


def test_sql_binds_values_and_answers_in_nullable_types(tmp_path: Path) -> None:
    hostile = "'; DROP TABLE file_claims; --"
    with store_of(tmp_path, CLAIM + CLAIM) as store:
        assert len(store.sql("SELECT * FROM file_claims WHERE file_path = ?", [hostile])) == 0
        frame = store.sql(
            "SELECT sum(id) AS total, avg(id) AS mean, bool_or(id > 1) AS is_any, min(timestamp) AS first_at,"
            " $name AS name, NULL::BIGINT AS nothing, 0.5 AS half FROM file_claims", {"name": hostile},
        )  # fmt: skip
        assert frame.dtypes.astype(str).tolist() == [
            "Int64", "Float64", "boolean", "datetime64[us, UTC]", "string", "Int64", "Float64",
        ]  # fmt: skip
        assert shown(frame) == lines(f"""
            total,mean,is_any,first_at,name,nothing,half
            3,1.5,True,2026-05-04 09:00:00+00:00,{hostile},,0.5
        """)
        assert store.sql("DESCRIBE file_claims")["column_name"][0] == "db"
        assert store.sql("PIVOT file_claims ON operation USING count(*)").shape[0] > 0


@each_row(
    "query",
    [
        "SELEC 1", "SELECT * FROM nothing", "SELECT * FROM frame", "SELECT ?", "INSTALL sqlite; LOAD sqlite", "",
        "DELETE FROM file_claims", "DROP TABLE file_claims", "CREATE TABLE mine (x INT)", "SELECT 1; SELECT 2",
        "INSERT INTO file_claims (id) VALUES (1) RETURNING id", "SELECT (1e30)::HUGEINT AS big",
    ],
)  # fmt: skip
def test_a_query_that_cannot_be_answered(tmp_path: Path, query: str) -> None:
    frame = pd.DataFrame({"x": [1]})  # a variable is no table
    with store_of(tmp_path, "") as store, pytest.raises((QueryError, ClaudesessError)):
        store.sql(query)
    assert len(frame) == 1


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    with store_of(tmp_path, CLAIM) as store:
        assert repr(store) == "<Store: 1 database, 0 hook events, 0 problems>"
    store.close()
    assert repr(store) == "<Store: 1 database, 0 hook events, 0 problems, closed>"
    with pytest.raises(ClaudesessError, match=r"The store is closed. Open it again"):
        store.sql("SELECT 1")


@pytest.mark.slow
def test_a_store_opens_where_the_working_folder_is_gone(tmp_path: Path) -> None:
    script = (
        "import os, pathlib, sys; from claudesess import open_store; os.chdir(sys.argv[1]); os.rmdir(sys.argv[1]);"
        "print(len(open_store(sys.argv[2]).sql('SELECT * FROM file_claims')))"
    )
    gone = tmp_path / "gone"
    gone.mkdir()
    path = database(tmp_path / "one.db", CLAIM * 2)
    run = subprocess.run(
        [sys.executable, "-c", script, gone, path], capture_output=True, text=True, check=False
    )
    assert (run.stdout, run.returncode) == ("2\n", 0), run.stderr


def test_what_does_not_fit_into_memory_lies_in_a_folder_of_the_users_own(tmp_path: Path) -> None:
    with store_of(tmp_path, CLAIM) as store:
        setting = store.sql("SELECT current_setting('temp_directory') AS folder").folder[0]
        assert stat.S_IMODE(Path(setting).stat().st_mode) == 0o700
    assert not Path(setting).exists()


def test_threads_may_share_a_store(tmp_path: Path) -> None:
    counts = []
    with store_of(tmp_path, CLAIM * 3) as store:
        ask = lambda: counts.append(int(store.sql("SELECT n_files FROM sessions").n_files[0]))  # noqa: E731
        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert counts == [1] * 8


def test_the_schema_of_the_tests_is_the_collectors() -> None:
    assert SCHEMA.count("CREATE TABLE") == 9


@pytest.mark.slow
def test_what_was_made_of_a_store_goes_with_it():
    import gc
    import weakref

    store = Store.from_frames()
    gone = weakref.ref(store)
    store.once("itself", [store].copy)  # as answers hold the store that they are of
    store.close()
    del store
    gc.collect()
    assert gone() is None


@pytest.mark.slow
@each_row(
    ("most", "together"),
    [(2, [1, 1, 1, 1]), (3, [1, 1, 1, 1]), (4, [2, 2]), (5, [2, 2]), (6, [3, 1]), (8, [4])],
)
def test_of_databases_with_few_rows_facts_are_made_in_one_go(
    tmp_path: Path, monkeypatch, most, together
) -> None:
    """Four databases of one, three, two and two events: so many at once as have so many rows, each with its own."""
    event = "INSERT INTO hook_events (session_id, timestamp, event_type) VALUES ('{}', '2026-05-04 09:00', 'stop');"
    files = [
        database(tmp_path / f"{n}.db", "".join(event.format(f"{n}-{one}") for one in range(rows)))
        for n, rows in enumerate((1, 3, 2, 2))
    ]
    made, derive = [], shelf._derive

    def noted(some, *rest):
        made.append(len(some))
        derive(some, *rest)

    monkeypatch.setattr(shelf, "_ROWS_AT_ONCE", most)
    monkeypatch.setattr(shelf, "_derive", noted)
    with open_store(*files) as store:
        found = store.rows("SELECT db, session_id FROM _hook_facts ORDER BY ALL")
    assert sorted(made) == sorted(together)
    expected = [(str(n), f"{n}-{one}") for n, rows in enumerate((1, 3, 2, 2)) for one in range(rows)]
    assert [tuple(row.values()) for row in found] == expected


def test_rows_are_what_a_frame_holds_as_plain_values() -> None:
    with samples.open_sample("retry") as store:
        query = (
            "SELECT session_id, started_at, started_at::TIMESTAMP AS clock, NULL::TIMESTAMPTZ AS never, n_errors,"
            " is_open FROM sessions"
        )
        rows, frame = store.rows(query), store.sql(query)
        with pytest.raises(QueryError):
            store.rows("SELECT nothing")
    (row,) = rows
    assert list(row) == list(frame.columns)
    assert row["started_at"] == frame["started_at"][0].to_pydatetime()
    assert row["started_at"].tzinfo is UTC
    assert row["clock"] == frame["clock"][0].to_pydatetime()  # of no zone
    assert (row["never"], row["n_errors"], row["is_open"]) == (None, 4, bool(frame["is_open"][0]))


@pytest.mark.slow
def test_no_bar_is_drawn_over_what_a_script_prints():
    """A process without a file of its own passes for a person to the engine, which draws how far a slow query is."""
    asked = "SELECT current_setting('enable_progress_bar') AS is_drawn"
    code = f"from claudesess import samples; print(samples.open_sample('retry').sql({asked!r})['is_drawn'].tolist())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[False]\n"


def test_a_table_is_made_once_of_a_query_and_its_very_values():
    with samples.open_sample("retry") as store:
        query, one, other = "SELECT unnest($numbers) AS n, count(*) AS of_it FROM sessions", [1, 2], [1, 2]
        made = [store.table_of(query, {"numbers": numbers}) for numbers in (one, one, other)]
        assert made[0] == made[1] != made[2]
        assert store.rows(f"SELECT n FROM {made[0]} ORDER BY n") == [{"n": 1}, {"n": 2}]
        with pytest.raises(QueryError, match="nothing"):
            store.table_of("SELECT nothing FROM sessions")
    with pytest.raises(ClaudesessError, match="closed"):
        store.table_of("SELECT 1 AS n")
