"""A contract casts frames to exactly what it promises, and says what it cannot cast."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from handmade import lines, shown
from hypothesis import given
from hypothesis import strategies as st
from tables import each_row

from claudesess.contracts import (
    CATEGORY,
    DERIVED,
    DTYPES,
    FLAG,
    FLOAT,
    INT,
    OBJECT,
    RAW,
    RELATIONS,
    TEXT,
    TIME,
    Column,
    Contract,
)  # fmt: skip
from claudesess.errors import ContractError

EVENT = Contract(
    "event",
    "one event",
    (
        Column("name", TEXT, "A name"),
        Column("n", INT, "A number", unit="count"),
        Column("share", FLOAT, "A share", unit="share"),
        Column("is_ok", FLAG, "A flag"),
        Column("seen_at", TIME, "A time", unit="UTC"),
        Column("kind", CATEGORY, "A kind", values=("small", "large")),
        Column("items", OBJECT, "Some things", unit="list"),
    ),
    ("name",),
)


def loose(**changes: object) -> pd.DataFrame:
    row = {"items": [1], "kind": "large", "seen_at": "2026-05-04 09:00:00", "is_ok": 1, "share": 1, "n": 2.0,
           "name": "a", "more": "x"}  # fmt: skip
    return pd.DataFrame([row | changes])


def test_cast_orders_types_and_leaves_out() -> None:
    frame = EVENT.cast(loose())
    assert frame.dtypes.astype(str).to_dict() == {
        "name": "string", "n": "Int64", "share": "Float64", "is_ok": "boolean",
        "seen_at": "datetime64[us, UTC]", "kind": "category", "items": "object",
    }  # fmt: skip
    assert shown(frame) == lines("""
        name,n,share,is_ok,seen_at,kind,items
        a,2,1.0,True,2026-05-04 09:00:00+00:00,large,[1]
    """)


def test_cast_keeps_missing_missing() -> None:
    frame = EVENT.cast(pd.DataFrame([dict.fromkeys(EVENT.names)]))
    assert frame.isna().all(axis=None)
    assert frame["items"][0] is None


def test_cast_keeps_unknown_categories_after_the_known() -> None:
    frame = EVENT.cast(pd.concat([loose(kind="zebra"), loose(kind="ant"), loose()]))
    assert list(frame["kind"]) == ["zebra", "ant", "large"]
    assert list(frame["kind"].cat.categories) == ["small", "large", "ant", "zebra"]


def test_filled_adds_what_is_not_there_in_its_type() -> None:
    given_frame = pd.concat([loose(), loose()])[["n", "more"]]
    frame = EVENT.filled(given_frame)
    assert frame.drop(columns="n").isna().all(axis=None)
    assert frame["n"].tolist() == [2, 2]
    assert frame["items"].tolist() == [None, None]
    assert frame.dtypes.tolist() == EVENT.cast(pd.concat([loose(), loose()])).dtypes.tolist()


def test_what_is_cast_again_is_not_the_same_memory() -> None:
    once = EVENT.cast(loose())
    again = EVENT.cast(once)
    again.loc[0, "name"], again.loc[0, "n"], again.loc[0, "kind"] = "b", 3, "small"
    assert once[["name", "n", "kind"]].values.tolist() == [["a", 2, "large"]]


def test_cast_reads_zones_and_leaves_the_input_alone() -> None:
    given_frame = loose(seen_at="2026-05-04T11:00:00+02:00")
    before = given_frame.copy()
    assert EVENT.cast(given_frame)["seen_at"][0] == pd.Timestamp("2026-05-04 09:00", tz="UTC")
    pd.testing.assert_frame_equal(given_frame, before)


@each_row(
    ("frame", "message"),
    [
        (loose().drop(columns=["n", "kind"]), "event: the frame lacks n, kind"),
        (loose(n=1.5), "event.n is no Int64"),
        (loose(seen_at="noon"), "event.seen_at is no datetime64"),
    ],
)
def test_cast_says_what_is_wrong(frame: pd.DataFrame, message: str) -> None:
    with pytest.raises(ContractError, match=message):
        EVENT.cast(frame)


def test_a_contract_is_checked_when_it_is_written() -> None:
    with pytest.raises(ContractError, match="is none of"):
        Column("n", "int", "A number")
    with pytest.raises(ContractError, match="named twice"):
        Contract("twice", "", (Column("n", INT, ""), Column("n", INT, "")))
    with pytest.raises(ContractError, match="a key is no column"):
        Contract("keyless", "", (Column("n", INT, ""),), ("id",))
    with pytest.raises(ContractError, match="event has no column 'm'"):
        EVENT.column("m")


@each_row("contract", RELATIONS.values())
def test_empty_frames_have_every_column_in_its_type(contract: Contract) -> None:
    empty = contract.empty()
    assert [str(dtype) for dtype in empty.dtypes] == [column.dtype for column in contract.columns]
    assert len(empty) == 0


@each_row("contract", RELATIONS.values())
def test_the_dictionary_is_complete(contract: Contract) -> None:
    assert contract.names[0] == "db"
    assert contract.key[0] == "db"
    assert contract.grain
    for column in contract.columns:
        assert column.dtype in DTYPES
        assert column.doc
        assert (column.dtype == CATEGORY) == bool(column.values)
        assert (column.dtype == OBJECT) == (column.unit in ("list", "dict"))
        for suffix, unit in {"_ms": "ms", "_s": "s"}.items():
            assert not column.name.endswith(suffix) or column.unit == unit
        assert not column.name.startswith("n_") or column.unit == "count"


@each_row("contract", DERIVED.values())
def test_derived_relations_have_one_name_for_one_thing(contract: Contract) -> None:
    for column in contract.columns:
        assert (column.dtype == TIME) == column.name.endswith("_at")
        assert column.name not in ("id", "path", "file", "timestamp", "agent", "session", "attempt_number")
        assert (column.dtype == FLAG) == column.name.startswith("is_")


@each_row("contract", RELATIONS.values())
def test_every_relation_has_a_time(contract: Contract) -> None:
    """By it `coverage` says since when there are rows, and a lake which day they are of."""
    assert TIME in {column.dtype for column in contract.columns}, f"{contract.name} needs a column `…_at`"


def test_raw_tables_have_the_columns_of_the_schema() -> None:
    import sqlite3

    from handmade import SCHEMA

    connection = sqlite3.connect(":memory:")
    connection.executescript(SCHEMA)
    for name, contract in RAW.items():
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
        assert contract.names == ["db", *columns]


@pytest.mark.slow
@given(
    st.lists(
        st.tuples(
            st.none() | st.text(max_size=5),
            st.none() | st.integers(-(2**53), 2**53),
            st.none() | st.booleans(),
            st.none() | st.sampled_from(["small", "large", "odd"]),
        ),
        max_size=6,
    )
)
def test_casting_twice_changes_nothing(rows: list[tuple[object, ...]]) -> None:
    frame = pd.DataFrame(rows, columns=["name", "n", "is_ok", "kind"], dtype=object)
    once = EVENT.cast(frame.assign(share=None, seen_at=None, items=None))
    pd.testing.assert_frame_equal(EVENT.cast(once), once)
    missing = [[value is None for value in row] for row in rows]
    assert once[["name", "n", "is_ok", "kind"]].isna().to_numpy().tolist() == missing


def test_a_frame_is_made_of_arrays_and_of_values_for_all_rows() -> None:
    columns = (
        Column("name", "string", "."),
        Column("kind", "category", ".", values=("a", "b")),
        Column("n", "Int64", "."),
        Column("share", "Float64", "."),
        Column("is_small", "boolean", "."),
        Column("note", "string", "."),
    )
    made = Contract("x", "y", columns).made(
        {
            "name": np.array(["p", None], dtype=object), "kind": "b", "n": np.array([1.0, np.nan]),
            "share": np.array([0.5, np.nan]), "is_small": np.array([True, False]),
        },
        2,
    )  # fmt: skip
    assert made.astype(object).where(made.notna(), None).values.tolist() == [
        ["p", "b", 1, 0.5, True, None],
        [None, "b", None, None, False, None],
    ]
    assert made.dtypes.astype(str).tolist() == [column.dtype for column in columns]


def test_a_frame_is_not_made_of_halves_where_numbers_are_whole() -> None:
    with pytest.raises(ContractError, match=r"x\.n is no Int64"):
        Contract("x", "y", (Column("n", "Int64", "."),)).made({"n": np.array([1.5])}, 1)
