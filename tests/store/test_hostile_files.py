"""Files that are damaged, or made to do harm: each is named, none hangs, none is read as if it were whole."""

from __future__ import annotations

import os
import random
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest
from counts import FULL
from handmade import SCHEMA, database, store_of
from tables import each_row

from claudesess import ClaudesessError, Store, open_store, samples
from claudesess.contracts import RAW
from claudesess.errors import DatabaseError, QueryError
from claudesess.store import copy, engine, load, pages, read
from claudesess.store.read import SqliteFile
from claudesess.store.tally import Tally

CLAIM = "INSERT INTO file_claims (session_id, file_path) VALUES ('s', '/w/a.py');"
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
COLUMNS = "id, session_id, timestamp, event_type, dispatcher, payload_summary, exit_code, duration_ms"
SAMPLES = ("retry", "compaction", "edges", "other-writer")


def without(table: str) -> str:
    return SCHEMA + f"DROP TABLE {table};"


@pytest.mark.parametrize(
    ("kind", "made"),
    [
        ("a view", f"CREATE VIEW hook_events AS {ENDLESS} SELECT i AS id, 's' AS session_id FROM n;"),
        ("a virtual table", f"CREATE VIRTUAL TABLE hook_events USING fts5({COLUMNS});"),
    ],
)
def test_what_is_no_real_table_is_not_read(tmp_path: Path, kind: str, made: str) -> None:
    with open_store(database(tmp_path / "made.db", CLAIM, schema=without("hook_events") + made)) as store:
        assert store.databases[["n_hook_events", "n_file_claims"]].values.tolist() == [[0, 1]]
        said = store.problems.query("table == 'hook_events'").problem.tolist()
        assert said == [f"the table is no table but {kind}, and was left out"]


def test_a_view_that_calls_itself_a_table_is_not_read(tmp_path: Path) -> None:
    file = database(tmp_path / "made.db", CLAIM, schema=without("hook_events"))
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        view = f"CREATE VIEW hook_events AS {ENDLESS} SELECT i AS id FROM n"
        connection.execute(
            "INSERT INTO sqlite_master VALUES ('table', 'hook_events', 'hook_events', 2, ?)", [view]
        )
        connection.commit()
    with pytest.raises(DatabaseError, match=r"malformed database schema \(hook_events\)"):
        open_store(file)


@pytest.mark.slow
def test_computed_columns_and_triggers_are_left_alone(tmp_path: Path) -> None:
    schema = SCHEMA.replace("reason_failed TEXT,", "reason_failed TEXT AS (hex(zeroblob(400000000))),") + """
        CREATE TRIGGER t AFTER INSERT ON error_log BEGIN DELETE FROM file_claims; END;
        CREATE INDEX slow ON file_claims (length(hex(zeroblob(10))));
        INSERT INTO failed_paths (approach) VALUES ('a');
    """  # fmt: skip
    with open_store(database(tmp_path / "made.db", CLAIM, schema=schema)) as store:
        assert store.sql("SELECT approach, reason_failed FROM failed_paths").isna().values.tolist() == [
            [False, True]
        ]
        assert store.databases.n_file_claims[0] == 1
        said = store.problems.query("column == 'reason_failed'").problem.tolist()
        assert said == ["the column is missing", "the column is computed by the file and was left out"]


@each_row("suffix", ["", "-wal", "-journal"])
@each_row(
    "make",
    [os.mkfifo, lambda path: path.symlink_to("/dev/zero"), lambda path: path.symlink_to(path.name)],
)
def test_what_is_no_regular_file_is_named_and_left_out(
    tmp_path: Path, suffix: str, make: Callable[[Path], None]
) -> None:
    good = database(tmp_path / "good" / ".claude-session.db", CLAIM)
    if suffix:
        database(tmp_path / "odd" / ".claude-session.db", CLAIM)
    odd = tmp_path / "odd" / f".claude-session.db{suffix}"
    odd.parent.mkdir(exist_ok=True)
    make(odd)
    with open_store(good, tmp_path / "odd" / ".claude-session.db") as store:
        assert store.databases.db.tolist() == ["good"]
        assert store.problems[["db", "severity"]].values.tolist() == [["odd", "error"]]


def test_pages_that_are_told_of_again_and_again_do_not_hang(tmp_path: Path) -> None:
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
    file = database(
        tmp_path / "made.db", f"{many} INSERT INTO file_claims (session_id, file_path) SELECT 's', i FROM n;"
    )
    with closing(sqlite3.connect(file)) as connection:
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'file_claims'").fetchone()[
            0
        ]
    content = bytearray(file.read_bytes())
    head = (root - 1) * 4096
    first = content[head + 12 : head + 14]
    n = int.from_bytes(content[head + 3 : head + 5], "big")
    content[head + 12 : head + 12 + 2 * n] = first * n  # every child is the first one
    file.write_bytes(content)
    with open_store(file) as store:
        said = store.problems.query("table == 'file_claims'").problem.tolist()
        assert "the rows are not in their order: the file is damaged" in said[0]


def test_a_column_s_default_makes_no_batch_larger_than_memory(tmp_path: Path) -> None:
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
    default = f"ALTER TABLE file_claims ADD COLUMN operation DEFAULT '{'x' * 100_000}';"
    schema = SCHEMA.replace("operation TEXT, -- Write, Edit", "")
    rows = f"{many} INSERT INTO file_claims (session_id, file_path) SELECT 's', i FROM n; {default}"
    file = database(tmp_path / "made.db", rows, schema=schema)  # 200 MB in a file of 350 kB
    names = {column: column for column in ("file_path", "operation")}
    tally = Tally()
    with SqliteFile(file) as made:
        n_rows = [batch.num_rows for batch in made.batches(RAW["file_claims"], names, tally)]
    assert n_rows[0] == (64 << 20) // 100_004 == 671
    assert (tally.rows, tally.fault) == (sum(n_rows), "the table is larger than its file")


@each_row(
    ("size", "more", "is_short"),
    [
        (4096, "", True),
        (512, "", True),
        (65536, "", True),
        (512, "'" + "x" * 600 + "'", False),
        (4096, "'" + "x" * 5000 + "'", False),
    ],
)
def test_the_longest_row_is_looked_for_where_one_may_be_long(
    tmp_path: Path, size: int, more: str, is_short: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "_FEW_LEAVES", 1)
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900)"
    rows = f"{many} INSERT INTO file_claims (session_id, file_path) SELECT 's', 'a/file/' || i FROM n;"
    rows += f"INSERT INTO file_claims (session_id, file_path) VALUES ('s', {more});" * bool(more)
    file = database(tmp_path / "made.db", rows, schema=f"PRAGMA page_size = {size};\n{SCHEMA}")
    with SqliteFile(file) as made:
        plan = load.planned(made, RAW["file_claims"], None, 1)
        assert plan.are_rows_short is is_short
        assert sum(
            load.written(made, plan, span, tmp_path / "part").rows for span in plan.spans
        ) == 900 + bool(more)


def test_a_row_is_longer_than_it_is_stored_by_a_column_s_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "_FEW_LEAVES", 1)
    rows = CLAIM * 9 + f"ALTER TABLE file_claims ADD COLUMN operation DEFAULT '{'x' * 2_000}';"
    file = database(tmp_path / "made.db", rows, schema=SCHEMA.replace("operation TEXT, -- Write, Edit", ""))
    with SqliteFile(file) as made:
        assert pages.hold_whole_rows(file, pages.leaves(file, made.layout("file_claims")[0]).pages)
        assert not load.planned(made, RAW["file_claims"], None, 1).are_rows_short


def test_a_log_whose_middle_is_damaged_is_named(tmp_path: Path) -> None:
    file = tmp_path / "made.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(SCHEMA)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.executescript(CLAIM * 9)
        wal = tmp_path / "made.db-wal"
        content = bytearray(wal.read_bytes())
        main = file.read_bytes()
    content[len(content) // 2] ^= 1
    file.write_bytes(main)
    wal.write_bytes(content)
    copied = copy._state(file)
    with open_store(file) as store:
        assert 0 <= store.databases.n_file_claims[0] < 9
        assert store.problems.problem.tolist() == [
            "the log is damaged: rows that were written last are missing"
        ]
    assert copy._state(file) == copied


def put_into_page(file: Path, number: int, content: bytes) -> None:
    with file.open("r+b") as opened:
        opened.seek((number - 1) * 4096)
        opened.write(content)


def root_of(file: Path, name: str) -> int:
    with closing(sqlite3.connect(file)) as connection:
        found = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", [name]).fetchone()
    return int(found[0])


@each_row(
    ("more", "rows"),
    [(CLAIM * 7, "2 rows"), ("DELETE FROM file_claims WHERE id = 2;", "2 rows")],
)
def test_a_page_that_is_older_than_the_rest_is_named(
    tmp_path: Path, more: str, rows: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read, "COMPARED_WHOLE", 0)  # as of a large file, whose pages alone are looked at
    file = database(tmp_path / "made.db", CLAIM * 2)
    root = root_of(file, "file_claims")
    older = file.read_bytes()[(root - 1) * 4096 : root * 4096]
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(more)
        n = connection.execute("SELECT count(*) FROM file_claims").fetchone()[0]
    put_into_page(file, root, older)
    with SqliteFile(file) as made:
        assert made.soundness() == []  # each page is as SQLite wrote it
    with open_store(file) as store:
        assert store.problems[["table", "problem", "severity"]].values.tolist() == [
            ["file_claims", f"the table is damaged: {rows} can be read, and SQLite counts {n}", "error"]
        ]
        assert store.databases.n_file_claims[0] == 2


def test_a_table_without_a_column_of_ours_is_not_damaged(tmp_path: Path) -> None:
    schema = without("file_claims") + "CREATE TABLE file_claims (pet, mood);"
    rows = "INSERT INTO file_claims VALUES (1, 2), (3, 4);"
    with open_store(database(tmp_path / "made.db", rows, schema=schema)) as store:
        assert store.sql("SELECT * FROM file_claims").empty
        assert set(store.problems.problem) == {
            "the column is missing",
            "the column is not of the schema and was left out",
        }


def test_a_damaged_index_takes_no_row_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "COMPARED_WHOLE", 0)
    file = database(tmp_path / "made.db", CLAIM * 9)
    empty = bytes([10, 0, 0, 0, 0, 16, 0, 0]) + bytes(4088)  # a page of an index without entries
    with closing(sqlite3.connect(file)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM pragma_index_list('file_claims')")]
    for name in names:
        put_into_page(file, root_of(file, name), empty)
    with open_store(file) as store:
        assert len(store.sql("SELECT * FROM file_claims WHERE session_id = 's'")) == 9
        assert store.problems.problem.tolist() == [
            "the table is damaged: 9 rows can be read, and SQLite counts 0"
        ]


def everything(path: Path) -> tuple[dict[str, pd.DataFrame], int]:
    with open_store(path) as store:
        return {t: store.sql(f"SELECT * EXCLUDE (db) FROM {t}") for t in RAW}, len(store.problems)


def damaged(content: bytearray, chance: random.Random) -> str:
    page = chance.randrange(len(content) // 4096) * 4096
    kind = chance.choice(["a bit", "bytes", "cut", "zeros", "pages changed places", "a page's head"])
    if kind == "a bit":
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    elif kind == "bytes":
        for _ in range(16):
            content[chance.randrange(len(content))] = chance.randrange(256)
    elif kind == "cut":
        del content[chance.randrange(len(content)) :]
    elif kind == "zeros":
        content[page : page + 4096] = bytes(4096)
    elif kind == "a page's head":
        content[page + chance.randrange(40)] ^= 1 << chance.randrange(8)
    else:
        other = chance.randrange(len(content) // 4096) * 4096
        content[page : page + 4096], content[other : other + 4096] = (
            content[other : other + 4096], content[page : page + 4096],
        )  # fmt: skip
    return kind


@pytest.mark.slow
@pytest.mark.parametrize("sample", SAMPLES)
def test_a_damaged_file_is_never_read_as_complete(sample: str, tmp_path: Path) -> None:
    """Damage within a text leaves a text: nothing in a SQLite file can tell. Rows are never lost in silence."""
    source = samples.sample_path(sample)
    whole, n_problems = everything(source)
    chance = random.Random(sample)
    found: Counter[str] = Counter()
    for _ in range(150 if FULL else 8):
        content = bytearray(source.read_bytes())
        kind = damaged(content, chance)
        file = tmp_path / f"{sample}.db"
        file.write_bytes(content)
        try:
            rows, n = everything(file)
        except DatabaseError:
            found["refused"] += 1
            continue
        if n > n_problems:
            found["named"] += 1
        elif all(rows[name].equals(whole[name]) for name in RAW):
            found["equal"] += 1
        else:
            found["other text"] += 1
            assert {t: len(rows[t]) for t in RAW} == {t: len(whole[t]) for t in RAW}, kind
    print(sample, dict(found))


def of_claims_alone(path: Path, size: int = 4096) -> Path:
    """Make a file whose last page, which nothing stands behind, is one of rows."""
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)"
    rows = f"{many} INSERT INTO file_claims (session_id, file_path) SELECT 's', '/w/' || i FROM n;"
    others = "".join(f"DROP INDEX idx_claims_{name};" for name in ("session", "agent", "timestamp"))
    file = database(path, others + rows, schema=f"PRAGMA page_size = {size};\n{SCHEMA}")
    assert file.stat().st_size // size in pages.leaves(file, root_of(file, "file_claims")).pages
    return file


@pytest.mark.slow
@each_row("size", [512, 4096])
def test_no_number_of_a_damaged_page_leads_out_of_the_file(tmp_path: Path, size: int) -> None:
    """Any number may stand where a page says how much it holds, and where."""
    file = of_claims_alone(tmp_path / "made.db", size)
    root = root_of(file, "file_claims")
    whole, chance = file.read_bytes(), random.Random(size)
    n_pages = len(whole) // size
    found: Counter[bool | None] = Counter()
    for _ in range(2_000 if FULL else 400):
        content = bytearray(whole)
        for page in chance.choices([root, n_pages, chance.randint(2, n_pages)], k=chance.randint(1, 3)):
            start = (page - 1) * size
            if chance.random() < 0.3:
                content[start + 8 : start + size] = bytes(size - 8)
            if chance.random() < 0.3:  # about as many cells as fill a page with where they lie
                content[start + 3 : start + 5] = (size // 2 + chance.randint(-6, 1)).to_bytes(2, "big")
            for _ in range(chance.randint(1, 2)):  # most of what leads anywhere stands in the first bytes
                place = start + chance.randrange(chance.choice([6, 16, 64, size]))
                content[place] = chance.choice([0, 1, 5, 8, 13, 127, 255, chance.randrange(256)])
        file.write_bytes(content)
        leaves = pages.leaves(file, root)
        found[leaves and pages.hold_whole_rows(file, leaves.pages)] += 1
    assert set(found) == {None, False, True}


def test_a_page_that_names_more_rows_than_it_has_room_for_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "_FEW_LEAVES", 1)
    file = of_claims_alone(tmp_path / "made.db")
    n_rows = 2048
    head = bytes([13, 0, 0, *n_rows.to_bytes(2, "big")])
    put_into_page(file, file.stat().st_size // 4096, head + bytes(4096 - len(head)))
    with open_store(file) as store:
        found = store.problems.query("table == 'file_claims' and severity == 'error'").problem.tolist()
    assert len(found) == 1
    assert found[0].startswith(("the table is damaged", "the table is cut off"))


@pytest.fixture(scope="module")
def with_a_claim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store for queries, none of which changes it."""
    with store_of(tmp_path_factory.mktemp("queried"), CLAIM) as store:
        yield store


@each_row(
    "query",
    [
        "SELECT * FROM read_text('/etc/passwd')", "SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM glob('/etc/*')", "SELECT * FROM read_parquet('https://example.org/a.parquet')",
        "COPY file_claims TO '/tmp/out.csv'", "ATTACH '/tmp/other.db'", "INSTALL httpfs", "LOAD httpfs",
        "SET enable_external_access = true", "SET memory_limit = '1TB'", "PRAGMA database_list; SELECT 1",
        "EXPORT DATABASE '/tmp/out'", "CALL pragma_version()", "SELECT * FROM sniff_csv('/etc/passwd')",
        "SELECT MAP {'a': 1} AS m, UNNEST([1, 2]), x", "SELECT (1e38)::HUGEINT AS big",
        "SELECT '" + "(" * 5000, "SELECT " + "(" * 20_000 + "1" + ")" * 20_000, "SELECT 1 \0 2", "\ud800",
        "SELECT repeat('x', 100000000000)", "SELECT error('boom')", "SELECT 'a'::INTEGER", "SELECT 1 FROM ? ",
        "SELECT * FROM file_claims WHERE file_path ~ '('", "SELECT (SELECT id FROM range(2) AS t(id))",
    ],
)  # fmt: skip
def test_no_query_leaves_the_store_or_fails_without_a_sentence(with_a_claim: Store, query: str) -> None:
    with pytest.raises(ClaudesessError):
        with_a_claim.sql(query)


@each_row(
    "query",
    ["SELECT INTERVAL 1 MONTH AS i", "SELECT MAP {'a': 1} AS m", "SELECT DATE '9999-12-31' AS d", "SELECT 'a'::BLOB AS b",
     "SELECT TIME '12:00' AS t", "SELECT [1, NULL] AS l", "SELECT {'a': 1} AS s", "SELECT uuid() AS u",
     "SELECT TIMESTAMP '290000-01-01' AS far", "SELECT '101'::BIT AS b", "SELECT 'x'::ENUM('x') AS e", "SELECT NULL AS n"],
)  # fmt: skip
def test_any_type_is_answered_or_refused_in_words(with_a_claim: Store, query: str) -> None:
    try:
        assert len(with_a_claim.sql(query)) == 1
    except QueryError as error:
        assert "cast it" in str(error)


def test_an_answer_too_large_to_look_at_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "MOST_BYTES", 1 << 20)
    with (
        store_of(tmp_path, "") as store,
        pytest.raises(QueryError, match="takes more than 1 MB; ask for less"),
    ):
        store.sql("SELECT * FROM range(10_000_000_000)")
