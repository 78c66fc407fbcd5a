"""SQLite types cells, not columns: what does not fit reads as NA and is counted, wherever it sits."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from handmade import SCHEMA, database, lines, shown, store_of
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import each_row

from claudesess import frames, open_store
from claudesess.store.read import SqliteFile

MANY = """
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150000)
    INSERT INTO hook_events (session_id, timestamp, event_type) SELECT 's', '2026-05-04 09:00:00', 'stop' FROM n;
"""


@pytest.mark.slow
def test_columns_that_are_null_for_long_and_then_odd(tmp_path: Path) -> None:
    odd = """
        INSERT INTO hook_events (id, dispatcher, exit_code, duration_ms) VALUES (150001, 'late', 7, 'soon');
        INSERT INTO hook_events (id, dispatcher, duration_ms) VALUES (150002, x'00ff', 2.5);
        INSERT INTO hook_events (id, dispatcher, duration_ms) VALUES (150003, CAST(x'6166ff' AS TEXT), 12);
    """
    with store_of(tmp_path, MANY + odd) as store:
        assert shown(
            store.sql("SELECT id, dispatcher, exit_code, duration_ms FROM hook_events WHERE id > 150000")
        ) == lines("""
            id,dispatcher,exit_code,duration_ms
            150001,late,7,
            150002,,,
            150003,,,12
        """)
        assert store.databases.n_hook_events[0] == 150_003
        assert shown(store.problems, "db,table,column,problem,count,example") == lines(r"""
            db,table,column,problem,count,example
            made,hook_events,dispatcher,the cell is not text and reads as NA,1,blob b'\x00\xff'
            made,hook_events,duration_ms,the cell is not an integer and reads as NA,2,text 'soon'
            made,hook_events,dispatcher,the text is not UTF-8 and reads as NA,1,b'af\xff'
        """)


@pytest.mark.slow
@each_row(
    ("cells", "n_readings"),
    [
        ("'lint', 2", 1),
        ("NULL, NULL", 1),
        ("'', 0", 1),
        ("x'', 1", 2),
        ("x'6c', 1", 2),
        ("'lint', 'soon'", 2),
        ("'lint', 2.5", 2),
        ("'lint', x''", 2),
        ("CAST(x'ff' AS TEXT), 1", 1),  # what is no UTF-8 is met by all readings
    ],
)
def test_cells_are_looked_at_one_by_one_only_where_one_does_not_fit(
    cells: str, n_readings: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readings: list[bool] = []
    batches = SqliteFile.batches

    def noted(*given: Any, is_guarded: bool, **named: Any) -> Any:
        readings.append(is_guarded)
        return batches(*given, is_guarded=is_guarded, **named)

    monkeypatch.setattr(SqliteFile, "batches", noted)
    insert = "INSERT INTO error_log (error_category, attempt_number) VALUES"
    with store_of(tmp_path, f"{insert} ('lint', 1); {insert} ({cells}); {insert} ('test', 3)") as store:
        found = store.sql("SELECT id, attempt_number FROM error_log")
        assert found.id.tolist() == [1, 2, 3]
        assert found.attempt_number.tolist()[::2] == [1, 3]
    assert readings == [False, True][:n_readings]


def test_a_number_where_the_file_takes_any_cell_for_a_text_is_none(tmp_path: Path) -> None:
    schema = SCHEMA.replace("error_category TEXT,", "error_category,")
    assert schema != SCHEMA
    insert = "INSERT INTO error_log (error_category) VALUES ('lint'), (7), (2.5), ('7')"
    with open_store(database(tmp_path / "made.db", insert, schema=schema)) as store:
        assert shown(store.sql("SELECT id, error_category FROM error_log")) == lines("""
            id,error_category
            1,lint
            2,
            3,
            4,7
        """)
        assert store.problems["count"].tolist() == [2]


def test_times_of_other_writers(tmp_path: Path) -> None:
    times = ["2026-05-04 09:00:00", "2026-05-04T09:00:00Z", "2026-05-04 09:00:00.125", "2026-05-04T11:00:00+02:00",
             "noon", "infinity", ""]  # fmt: skip
    values = ", ".join(f"('s', '/w/a.py', '{time}')" for time in times)
    insert = f"INSERT INTO file_claims (session_id, file_path, timestamp) VALUES {values}, ('s', '/w', NULL);"
    with store_of(tmp_path, insert) as store:
        assert shown(frames.file_claims(store), "id,timestamp") == lines("""
            id,timestamp
            1,2026-05-04 09:00:00.000+00:00
            2,2026-05-04 09:00:00.000+00:00
            3,2026-05-04 09:00:00.125+00:00
            4,2026-05-04 09:00:00.000+00:00
            5,
            6,
            7,
            8,
        """)
        assert shown(store.problems, "table,column,problem,count,example") == lines("""
            table,column,problem,count,example
            file_claims,timestamp,the text is not a time and reads as NA,3,noon
        """)


def test_a_year_that_only_arrow_knows_is_no_time_and_takes_no_other_with_it(tmp_path: Path) -> None:
    insert = "INSERT INTO file_claims (session_id, file_path, timestamp) VALUES ('s', '/w/a.py', '{}');"
    years = ("0000", "0001", "1899", "2026", "9999")
    files = [database(tmp_path / f"{y}.db", insert.format(f"{y}-05-04 09:00:00")) for y in years]
    with open_store(*files) as store:
        assert shown(frames.file_claims(store), "db,timestamp") == lines("""
            db,timestamp
            0000,
            0001,
            1899,
            2026,2026-05-04 09:00:00+00:00
            9999,
        """)
        assert shown(store.problems, "db,problem,example") == lines("""
            db,problem,example
            0000,the text is not a time and reads as NA,0000-05-04 09:00:00
            0001,the text is not a time and reads as NA,0001-05-04 09:00:00
            1899,the text is not a time and reads as NA,1899-05-04 09:00:00
            9999,the text is not a time and reads as NA,9999-05-04 09:00:00
        """)


def test_nobody_is_called_nothing(tmp_path: Path) -> None:
    insert = "INSERT INTO error_log (session_id, agent_id, file_path) VALUES ('', '', ''), ('s', 'a', 'f');"
    with store_of(tmp_path, insert) as store:
        assert store.sql(
            "SELECT session_id, agent_id, file_path FROM error_log"
        ).isna().to_numpy().tolist() == [
            [True, True, False],
            [False, False, False],
        ]


cells = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8),
    st.binary(max_size=8),
)


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=24))
def test_any_cells_keep_what_fits_and_count_what_does_not(tmp_path_factory, rows) -> None:
    file = database(tmp_path_factory.mktemp("cells") / "made.db", schema=SCHEMA)
    with closing(sqlite3.connect(file)) as connection:
        connection.executemany("INSERT INTO error_log (task_id, attempt_number) VALUES (?, ?)", rows)
        connection.commit()
        # SQLite itself turns some cells over as they come in (text '7' in an integer column is 7)
        held = connection.execute("SELECT task_id, attempt_number FROM error_log ORDER BY id").fetchall()
    with open_store(file) as store:
        loaded = store.sql("SELECT task_id, attempt_number FROM error_log ORDER BY id")
        odd = store.problems.set_index("column")["count"].to_dict()
    for name, kind, values in zip(loaded, [str, int], zip(*held, strict=True), strict=True):
        assert [None if pd.isna(v) else v for v in loaded[name]] == [
            v if isinstance(v, kind) else None for v in values
        ]
        assert odd.get(name, 0) == sum(v is not None and not isinstance(v, kind) for v in values)
