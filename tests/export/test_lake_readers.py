"""A lake is read by others, without a word of claudesess: the same rows, the project and day as columns."""

from __future__ import annotations

from datetime import date

import duckdb
import pyarrow.dataset as ds
import pytest
from lakes import project

from claudesess import export_parquet, open_store, samples
from claudesess.contracts import RELATIONS
from claudesess.contracts.arrow import schema

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def workshop(tmp_path_factory):
    place = tmp_path_factory.mktemp("lake")
    store = samples.open_sample("workshop")
    export_parquet(store, place)
    return store, place


CALLS = """
    SELECT session_id, count(*) AS n, count(*) FILTER (NOT is_ok) AS n_failed, max(ended_at)::VARCHAR AS last
    FROM {} GROUP BY session_id ORDER BY session_id
"""


def test_duckdb(workshop):
    store, place = workshop
    duckdb.sql("SET TimeZone = 'UTC'")
    theirs = duckdb.sql(CALLS.format(f"'{place}/tool_calls/**/*.parquet'")).fetchall()
    assert theirs == [tuple(row) for row in store.sql(CALLS.format("tool_calls")).values.tolist()]
    days = duckdb.sql(
        f"SELECT DISTINCT lake_project, lake_day FROM '{place}/sessions/**/*.parquet' ORDER BY 2"
    ).fetchall()
    assert days[0] == ("/home/dev/shop", date(2026, 10, 5))


@pytest.mark.parametrize("relation", RELATIONS)
def test_pyarrow_finds_the_types_of_the_contracts(workshop, relation):
    store, place = workshop
    found = ds.dataset(place / relation, partitioning="hive")
    assert found.count_rows() == store.arrow(relation).num_rows
    assert [found.schema.field(name).type for name in schema(RELATIONS[relation]).names] == schema(
        RELATIONS[relation]
    ).types


def test_polars(workshop):
    polars = pytest.importorskip("polars")
    store, place = workshop
    lazy = polars.scan_parquet(place / "tool_calls", hive_partitioning=True)
    of_a_day = lazy.filter(polars.col("lake_day") == date(2026, 10, 5)).collect()
    began = "SELECT session_id FROM sessions WHERE started_at::DATE = '2026-10-05'"
    n = store.sql(f"SELECT count(*) AS n FROM tool_calls WHERE session_id IN ({began})")["n"][0]
    assert (of_a_day.height, lazy.collect().height) == (n, store.arrow("tool_calls").num_rows)


def test_pandas(workshop):
    import pandas as pd

    store, place = workshop
    assert len(pd.read_parquet(place / "tool_calls")) == store.arrow("tool_calls").num_rows


def test_rows_come_back_in_their_order(workshop):
    store, place = workshop
    theirs = duckdb.sql(f"SELECT id FROM '{place}/hook_events/**/*.parquet' ORDER BY db, lake_row").fetchall()
    assert [number for (number,) in theirs] == store.sql("SELECT id FROM hook_events")["id"].tolist()


def test_relations_without_rows_have_their_columns(tmp_path):
    with open_store(project(tmp_path, "shop", ("s", "2026-05-04"))) as store:
        export_parquet(store, tmp_path / "lake")
    found = ds.dataset(tmp_path / "lake" / "compactions", partitioning="hive")
    assert (found.count_rows(), found.schema.names[:3]) == (0, ["db", "session_id", "compaction_id"])
