"""An anonymised lake: nothing of the data's texts is in it, and it answers as the data do."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pandas as pd
import pytest
from counts import by_run
from handmade import SCHEMA, database
from lakes import project, texts
from tables import each_row

from claudesess import ClaudesessError, ask, export_parquet, frames, measures, open_store, samples
from claudesess.contracts import RAW, RELATIONS
from claudesess.pseudonyms import Pseudonyms, key

N_PLANTED = by_run(few=400, full=2_000)
SHAPES = [
    "{0}", "/home/{0}/plan.py", "{0}/x y/z", "C:\\{0}\\a.py", "see {0} there", "$ pytest {0}\n{0} failed\nexit status hidden\n{0}",
    "Edit {0}.py: return {0}", "Write {0}", '{{"tool": "{0}", "{0}": 1}}', '["{0}", {{"path": "/w/{0}"}}]', '{{"broken": "{0}',
    '{{"files": "- {0}\\n- {0}", "range": "{0}"}}', '{{"compact_summary": "{0}", "chains": [{{"tried": "{0}"}}]}}', "$ {0}", "{0}: {0}",
    "/w/{0}/.claude/worktrees/{0}/a.py", "claude-{0}", "2026-05-04 {0}", "v1.2.{0}", "toolu_{0}", "[{0}", "{0}\n{0}", "  {0}  ", "jane.{0}@example.com",
]  # fmt: skip


class Planter:
    """Texts that nobody else has, each in another shape."""

    def __init__(self):
        self.marks = []

    def text(self):
        number = len(self.marks)
        self.marks.append(f"qu{number:04}kk")
        return SHAPES[number % len(SHAPES)].format(self.marks[-1])

    def row(self, contract, is_odd):
        """Return a row of a table with a text in each of its cells that may hold one; odd: in all others, too."""
        cells = {}
        for column in contract.columns[1:]:
            if column.dtype in ("string", "category", "object"):
                cells[column.name] = self.text()
            elif column.name != "id" and is_odd:
                cells[column.name] = f"not {self.text()}"
        values = ", ".join("'" + text.replace("'", "''") + "'" for text in cells.values())
        return f"INSERT INTO {contract.name} ({', '.join(cells)}) VALUES ({values});"


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """Return a database with many marks, in what it is called, in foreign tables and columns, and in every text."""
    planter = Planter()
    folder = tmp_path_factory.mktemp("x") / "qufolderkk" / "my qulabelkk"
    schema = SCHEMA.replace(
        "CREATE TABLE IF NOT EXISTS file_claims (", "CREATE TABLE IF NOT EXISTS file_claims (qucolumnkk TEXT,"
    )
    assert "qucolumnkk" in schema
    script, number = "CREATE TABLE qutablekk (a TEXT);", 0
    while len(planter.marks) < N_PLANTED:
        number += 1
        script += "".join(planter.row(contract, is_odd=number % 3 == 0) for contract in RAW.values())
    path = database(folder / "quname.kk.db", script, schema=schema)
    (path.parent / "qubadkk.db").write_text("no database")
    return path, [*planter.marks, "qufolderkk", "qulabelkk", "qucolumnkk", "qutablekk", "quname", "qubadkk"]


@pytest.fixture(scope="module")
def spoilt(planted, tmp_path_factory):
    """Return a store of it, and of a file that is none; marks are found where they are, as its plain lake shows."""
    path, marks = planted
    plain = tmp_path_factory.mktemp("plain") / "lake"
    with open_store(path, path.parent / "qubadkk.db") as store:
        assert len(store.problems) > 5
        export_parquet(store, plain)
        said = texts(plain)
        assert sum(mark in said for mark in marks) > 0.9 * N_PLANTED
        yield store


@pytest.mark.slow
@pytest.mark.parametrize("level", ["equal", "dropped"])
def test_nothing_that_was_planted_is_in_any_byte(tmp_path, planted, spoilt, level, attack):
    _, marks = planted
    export_parquet(spoilt, tmp_path / "lake", anonymise=True, level=level, key=tmp_path / "key")
    said = texts(tmp_path / "lake")
    attack(f"texts that must not be in a lake ({level})", len(marks), sum(mark not in said for mark in marks))
    assert (tmp_path / "key").read_bytes().hex() not in said
    with open_store(tmp_path / "lake") as store:
        told = store.problems.to_csv() + store.databases.to_csv()
    assert not [mark for mark in marks if mark in told]


def numbers(frame):
    found = frame.select_dtypes(["number", "boolean", "datetimetz"])
    return found.sort_values(list(found), ignore_index=True)  # rows are in the order of ids, which are others


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    place = tmp_path_factory.mktemp("shared")
    store = open_store(
        *(samples.sample_path(name) for name in ("compaction", "mixed", "other-writer", "workshop"))
    )
    export_parquet(store, place / "lake", anonymise=True, key=place / "key")
    return store, open_store(place / "lake")


@pytest.mark.slow
@pytest.mark.parametrize("relation", RELATIONS)
def test_rows_numbers_and_times_stay_and_equal_texts_stay_equal(shared, relation):
    one, other = (frames.load(store, relation) for store in shared)
    pd.testing.assert_frame_equal(numbers(one), numbers(other))
    for name in one:
        if one[name].dtype != object and (relation, name) not in [
            ("compactions", "summary"),
            ("session_events", "text"),
        ]:
            assert (one[name].nunique(), one[name].isna().sum()) == (
                other[name].nunique(),
                other[name].isna().sum(),
            ), name


ASKED = [name for name, is_view in measures()[["measure", "is_view"]].values.tolist() if not is_view]


@pytest.mark.slow
@pytest.mark.parametrize("measure", [name for name in ASKED if name != "compaction_continuity.named"])
def test_measures_count_the_same(shared, measure):
    one, other = (
        ask(store, measure, by=None).estimates[["horizon", "estimate", "n_events", "n_units"]]
        for store in shared
    )
    order = ["horizon", "n_units", "n_events", "estimate"]
    pd.testing.assert_frame_equal(
        one.sort_values(order, ignore_index=True), other.sort_values(order, ignore_index=True)
    )


@pytest.mark.slow
def test_what_a_summary_names_is_not_known(shared):
    _, anonymised = shared
    assert ask(anonymised, "compaction_continuity.named").units["is_named"].isna().all()
    assert set(anonymised.problems["problem"]) >= {
        "texts are pseudonyms, and summaries of compactions were left out"
    }


@each_row(
    ("text", "equal", "dropped"),
    [
        ("Bash", "Bash", "Bash"),
        ("general-purpose", "general-purpose", "general-purpose"),
        ("", "", ""),
        ("12", "12", "12"),
        ("2026-05-04 09:00:00.123", "2026-05-04 09:00:00.123", "2026-05-04 09:00:00.123"),
        ("2.1.332", "2.1.332", "2.1.332"),
        ("10.0.0.1", "text-*", "text-*"),
        ("4111111111111111", "*", "*"),
        ("claude-opus-4-1", "claude-opus-4-1", "claude-opus-4-1"),
        ("/home/jane/plan.py", "path-*", "path-*"),
        ("/w/.worktrees/x/a.py", "path-*/.worktrees/path-*", "path-*/.worktrees/path-*"),
        ("two words", "text-*", "text"),
        ("$ make test\nexit status hidden\nall red", "$ text-*\nexit status hidden\ntext-*", "$ text\nexit status hidden\ntext"),
        ("Edit /w/a.py: return 1", "Edit path-*: text-*", "Edit path-*: text"),
        ('{"tool": "Bash", "tool_ms": 3, "jane": 7, "range": "2-9"}', '{"tool": "Bash", "tool_ms": 3, "text-*": null, "range": "2-9"}', None),
        ('{"files": "- /w/a.py\\n- b"}', '{"files": "- path-*\\n- text-*"}', None),
        ('{"compact_summary": "all done"}', '{"compact_summary": null}', None),
        ('["/w/a.py", true]', '["path-*", true]', None),
        ('{"broken', "text-*", "text-*"),
    ],
)  # fmt: skip
def test_what_becomes_of_a_text(text, equal, dropped):
    import re

    def told(level):
        return re.sub(r"[0-9a-f]{12}", "*", Pseudonyms(b"k" * 16, level).text(text))

    assert told("equal") == equal
    assert told("dropped") == (equal if dropped is None else dropped)


def test_a_pseudonym_is_that_of_the_report():
    from datetime import UTC

    from claudesess.report.reader import Reader

    assert Reader(UTC, b"k" * 16).text("/home/jane/plan.py") == Pseudonyms(b"k" * 16).text(
        "/home/jane/plan.py"
    )


@pytest.mark.slow
def test_two_exports_tell_one_text_alike_and_another_key_another(tmp_path):
    shop = project(tmp_path, "shop", ("s", "2026-05-04"))

    def session(name, file):
        with open_store(shop) as store:
            export_parquet(store, tmp_path / name, anonymise=True, key=tmp_path / file)
        return open_store(tmp_path / name).sql("SELECT session_id FROM sessions")["session_id"][0]

    one, again, other = session("a", "key"), session("b", "key"), session("c", "other key")
    assert one == again != other
    with (
        open_store(shop) as store,
        pytest.raises(ClaudesessError, match="anonymised with another key or level"),
    ):
        export_parquet(store, tmp_path / "a", anonymise=True, key=tmp_path / "other key")
    with open_store(shop) as store, pytest.raises(ClaudesessError, match="a lake that is anonymised"):
        export_parquet(store, tmp_path / "a")


def test_the_users_key_is_made_once_and_is_for_nobody_else(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    made = key()
    file = tmp_path / "claudesess" / "pseudonyms.key"
    assert (file.read_bytes(), len(made), key()) == (made, 32, made)
    assert os.name == "nt" or stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["pseudonyms.key"]


def test_a_key_that_is_none_is_refused(tmp_path):
    (tmp_path / "short").write_bytes(b"short")
    with pytest.raises(ClaudesessError, match="fewer than 16 bytes"):
        key(tmp_path / "short")
    with pytest.raises(ClaudesessError, match="cannot be used"):
        key(tmp_path)


@pytest.mark.slow
def test_the_manifest_says_how_it_is_anonymised(tmp_path):
    with open_store(project(tmp_path, "shop", ("s", "2026-05-04"))) as store:
        export_parquet(store, tmp_path / "lake", anonymise=True, level="dropped", key=tmp_path / "key")
    said = json.loads(Path(tmp_path / "lake" / "manifest.json").read_text())["pseudonyms"]
    assert (said["level"], len(said["key"])) == ("dropped", 12)
