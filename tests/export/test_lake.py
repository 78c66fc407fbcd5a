"""A store that is written as a lake and opened again is the same; only what has changed is written."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path

import pandas as pd
import pyarrow.dataset as ds
import pytest
from click.testing import CliRunner
from handmade import database
from lakes import call, change, counted, parquet, project

import claudesess
from claudesess import ClaudesessError, ask, export_parquet, frames, open_store, samples
from claudesess.cli import main
from claudesess.contracts import RAW, RELATIONS
from claudesess.errors import NothingFoundError
from claudesess.store import copy, lake

pytestmark = pytest.mark.slow

MEASURES = ["retry_escalation.outcome_by_attempt", "compaction_continuity.rereads", "agent_throughput.rate"]
MONDAY, TUESDAY = "2026-05-04", "2026-05-05"


@pytest.fixture(autouse=True)
def quick_clock(monkeypatch):
    monkeypatch.setattr(copy, "CLOCK_TICK_NS", 0)
    monkeypatch.setattr(copy, "_COARSE_TICK_NS", 0)


def exported(place, *paths, **how):
    with open_store(*paths) as store:
        return export_parquet(store, place, **how)


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """Return three samples as a store of their databases, and as one of a lake."""
    place = tmp_path_factory.mktemp("lake")
    store = open_store(*(samples.sample_path(name) for name in ("retry", "compaction", "other-writer")))
    export_parquet(store, place)
    return store, open_store(place)


@pytest.mark.parametrize("relation", RELATIONS)
def test_every_relation_is_the_same_after_the_round(both, relation):
    store, again = both
    pd.testing.assert_frame_equal(frames.load(store, relation), frames.load(again, relation))


def test_what_is_said_of_the_databases_is_the_same(both):
    store, again = both
    pd.testing.assert_frame_equal(store.databases, again.databases)
    pd.testing.assert_frame_equal(store.problems, again.problems)
    pd.testing.assert_frame_equal(frames.coverage(store), frames.coverage(again))


@pytest.mark.parametrize("measure", MEASURES)
def test_measures_answer_the_same(both, measure):
    one, other = (ask(store, measure) for store in both)
    pd.testing.assert_frame_equal(one.units, other.units)
    pd.testing.assert_frame_equal(one.estimates, other.estimates)


def test_partitions_are_the_project_and_the_day_on_which_the_session_began(tmp_path):
    file = project(tmp_path, "shop", ("late", MONDAY), ("late", TUESDAY), ("next", TUESDAY))
    change(
        file,
        f"INSERT INTO hook_events (timestamp, event_type) VALUES ('{TUESDAY} 10:00:00', 'unparsed'), (NULL, 'stop');",
    )
    exported(tmp_path / "lake", file)
    partitions = {
        path.rpartition("/")[0]: path for path in parquet(tmp_path / "lake") if path.startswith("hook_events")
    }
    days = {partition: lake_rows(tmp_path / "lake", path) for partition, path in partitions.items()}
    assert (
        days
        == {
            "hook_events/lake_project=%2Fw%2Fshop/lake_day=2026-05-04": 4,  # both days of `late`
            "hook_events/lake_project=%2Fw%2Fshop/lake_day=2026-05-05": 3,  # `next`, and a row of no session on its own day
            "hook_events/lake_project=%2Fw%2Fshop/lake_day=__HIVE_DEFAULT_PARTITION__": 1,
        }
    )


def lake_rows(place, path):
    manifest = json.loads((place / "manifest.json").read_text())
    return next(file["rows"] for file in manifest["files"] if file["path"] == path)


def test_a_second_time_nothing_is_written(tmp_path):
    file = project(tmp_path, "shop", ("s", MONDAY))
    place = tmp_path / "lake"
    first = exported(place, file)
    before = parquet(place), (place / "manifest.json").stat().st_ino
    again = exported(place, file)
    assert (first.n_read, first.n_written > 0) == (1, True)
    assert (again.n_read, again.n_written, again.n_files) == (0, 0, first.n_files)
    assert (parquet(place), (place / "manifest.json").stat().st_ino) == before


def test_a_session_that_grew_rewrites_its_own_partitions_alone(tmp_path):
    shop = project(tmp_path, "shop", ("one", MONDAY), ("two", TUESDAY))
    blog = project(tmp_path, "blog", ("three", MONDAY))
    place = tmp_path / "lake"
    exported(place, shop, blog)
    before = parquet(place)
    change(shop, call("two", "2026-05-06"))
    done = exported(place, shop, blog)
    changed = {
        path.rpartition("/")[0].partition("/")[2]
        for path, inode in parquet(place).items()
        if before.get(path) != inode
    }
    assert changed == {"lake_project=%2Fw%2Fshop/lake_day=2026-05-05"}
    assert (done.n_databases, done.n_read) == (2, 1)
    assert (counted(place, "tool_calls"), counted(place, "sessions")) == (4, 3)


def test_a_lake_holds_what_the_store_holds_and_says_what_has_gone(tmp_path):
    shop, blog = project(tmp_path, "shop", ("one", MONDAY)), project(tmp_path, "blog", ("two", MONDAY))
    place = tmp_path / "lake"
    exported(place, shop, blog)
    change(shop, "DELETE FROM hook_events;")  # as `claudesess prune` does
    assert exported(place, shop, blog).gone == ()
    assert counted(place, "sessions") == 1
    shop.unlink()
    assert exported(place, blog).gone == (str(shop),)
    assert open_store(place).databases["db"].tolist() == ["blog"]


def test_databases_that_cannot_be_read_are_named_in_the_lake(tmp_path):
    shop = project(tmp_path, "shop", ("one", MONDAY))
    (tmp_path / "bad.db").write_text("no database")
    exported(tmp_path / "lake", shop, tmp_path / "bad.db")
    problems = open_store(tmp_path / "lake").problems
    assert problems[["path", "severity"]].values.tolist() == [[str(tmp_path / "bad.db"), "error"]]


def test_some_sessions_alone_are_another_lake(tmp_path):
    shop = project(tmp_path, "shop", ("one", MONDAY), ("two", TUESDAY))
    place = tmp_path / "lake"
    for since, expected in ((TUESDAY, ["two"]), (None, ["one", "two"])):
        with open_store(shop, since=since) as store:
            assert export_parquet(store, place).n_read == 1
        assert (
            open_store(place).sql("SELECT session_id FROM sessions ORDER BY 1")["session_id"].tolist()
            == expected
        )
    assert open_store(place, since=TUESDAY).sql("SELECT session_id FROM sessions")["session_id"].tolist() == [
        "two"
    ]


HOSTILE = ["../../up", "a=b/c", "line\nbreak", "..", "", " ", "%2E%2E", "__HIVE_DEFAULT_PARTITION__", "x" * 4_000, "é" * 90, "a'b\"c*?[", "~"]  # fmt: skip


def test_no_name_of_a_project_leads_out_of_the_lake(tmp_path):
    for number, name in enumerate(HOSTILE):
        value = name.replace("'", "''")
        script = f"INSERT INTO project_state (key, value) VALUES ('project_root', '{value}');"
        database(tmp_path / "dbs" / f"{number:02}.db", call("s", MONDAY) + script)
    place = tmp_path / "in" / "lake"
    exported(place, tmp_path / "dbs" / "*.db")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dbs", "in"]
    assert sorted(path.name for path in (tmp_path / "in").iterdir()) == ["lake"]
    with open_store(place) as store:
        projects = store.sql("SELECT project FROM session_covariates ORDER BY db")["project"].tolist()
    assert projects == [name or f"{number:02}" for number, name in enumerate(HOSTILE)]
    told = ds.dataset(place / "sessions", partitioning="hive").to_table()
    by_label = dict(zip(told["db"].to_pylist(), told["lake_project"].to_pylist(), strict=True))
    whole = {label: name for label, name in by_label.items() if not name.startswith(("x" * 15, "é" * 15))}
    assert whole == {f"{n:02}": {"": f"{n:02}", lake.NOT_KNOWN: f"~{name}"}.get(name, name)
                     for n, name in enumerate(HOSTILE) if len(name) < 90}  # fmt: skip
    assert {label: name[:16] for label, name in by_label.items() if label not in whole} == {
        "08": "x" * 15 + "~",
        "09": "é" * 15 + "~",
    }


def test_a_folder_whose_name_is_no_utf_8(tmp_path):
    folder = tmp_path / os.fsdecode(b"caf\xff")
    file = database(folder / ".claude-session.db", call("s", MONDAY))
    exported(tmp_path / "lake", file)
    assert open_store(tmp_path / "lake").databases["db"].tolist() == ["caf\\xff"]


def test_the_manifest_says_what_is_in_it(tmp_path):
    exported(tmp_path / "lake", project(tmp_path, "shop", ("s", MONDAY)))
    said = json.loads((tmp_path / "lake" / "manifest.json").read_text())
    assert (said["claudesess_lake"], said["claudesess"]) == (1, claudesess.__version__)
    columns = {column["name"]: column for column in said["relations"]["tool_calls"]["columns"]}
    assert [columns["duration_ms"][name] for name in ("type", "unit", "meaning")] == [
        "int64",
        "ms",
        "Time the tool took, by the client; of an imported call tools or permission, from the call to its result",
    ]
    assert [columns["lake_day"][name] for name in ("type", "nullable")] == ["date32[day]", True]
    for file in said["files"]:
        content = (tmp_path / "lake" / file["path"]).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file["bytes"], file["sha256"])


def test_no_column_is_called_as_those_of_the_lake():
    own = {lake.PROJECT, lake.DAY, lake.PLACE}
    assert [name for name, contract in RELATIONS.items() if own & set(contract.names)] == []


def damaged(place, relation, how):
    path = next(path for path in sorted(parquet(place)) if path.startswith(f"{relation}/"))
    how(place / path)
    return path


def cut(file):
    file.write_bytes(file.read_bytes()[:-20])


def flipped(file):
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


@pytest.mark.parametrize(
    ("how", "said"), [(Path.unlink, "is missing"), (cut, "is damaged"), (flipped, "is damaged")]
)
def test_a_part_that_is_no_good_is_named_and_the_rest_goes_on(tmp_path, how, said):
    place = tmp_path / "lake"
    shop = project(tmp_path, "shop", ("one", MONDAY), ("two", TUESDAY))
    exported(place, shop)
    path = damaged(place, "hook_events", how)
    with open_store(place) as store:
        assert store.sql("SELECT session_id FROM sessions")["session_id"].tolist() == ["two"]
        told = store.problems.query("severity == 'error'")
        assert told[["table", "problem", "count", "example"]].values.tolist() == [
            ["hook_events", f"a part of the lake {said}, and was left out", 2, path],
        ]  # fmt: skip
    exported(place, shop)  # nothing has changed but the lake: it is made whole
    assert counted(place, "hook_events") == 4


def test_a_damaged_manifest_is_said_and_written_anew(tmp_path):
    place, shop = tmp_path / "lake", project(tmp_path, "shop", ("one", MONDAY))
    exported(place, shop)
    manifest = (place / "manifest.json").resolve()
    whole = manifest.read_text()
    for wrong in (
        whole[:-9],
        whole.replace("shop/.claude", "shoq/.claude"),
        whole.replace('_lake": 1', '_lake": 2'),
        "[" * 99_999,
        "",
    ):
        manifest.write_text(wrong)
        with pytest.raises(
            ClaudesessError, match=r"manifest\.json is (damaged|of another format)\. Export it again"
        ):
            open_store(place)
    exported(place, shop)
    assert (place / "manifest.json").read_text() == whole


@pytest.mark.parametrize(
    "path",
    ["../../secret.parquet", "hook_events/../../secret.parquet", "/secret.parquet", "sessions/a/b.parquet"],
)
def test_a_manifest_of_somebody_else_leads_nowhere(tmp_path, path):
    place = tmp_path / "lake"
    exported(place, project(tmp_path, "shop", ("one", MONDAY)))
    manifest = (place / "manifest.json").resolve()
    said = json.loads(manifest.read_text())
    said["files"][0]["path"] = path
    said.pop("digest")
    manifest.write_text(json.dumps({**said, "digest": lake._digest(said)}))
    with pytest.raises(ClaudesessError, match="is damaged"):
        open_store(place)


def test_a_lake_that_was_exported_anew_meanwhile_is_opened_again(tmp_path):
    place, shop = tmp_path / "lake", project(tmp_path, "shop", ("one", MONDAY))
    exported(place, shop)
    with open_store(place) as store:
        assert len(store.sql("SELECT * FROM file_claims")) == 0
        change(shop, call("two", TUESDAY))
        exported(place, shop)
        with pytest.raises(ClaudesessError, match=r"has been exported anew\. Open it again"):
            store.sql("SELECT * FROM hook_events")


def test_a_copy_of_a_lake_is_read_but_not_written(tmp_path):
    place, shop = tmp_path / "lake", project(tmp_path, "shop", ("one", MONDAY))
    exported(place, shop)
    shutil.copytree((place / "manifest.json").resolve().parent, tmp_path / "copy")
    assert len(open_store(tmp_path / "copy").sql("SELECT * FROM tool_calls")) == 1
    with pytest.raises(ClaudesessError, match="holds other things"):
        exported(tmp_path / "copy", shop)


def test_other_folders_are_left_alone(tmp_path):
    shop = project(tmp_path, "shop", ("one", MONDAY))
    (tmp_path / "page").mkdir()
    (tmp_path / "page" / "manifest.json").write_text('{"name": "an app"}')
    with pytest.raises(ClaudesessError, match="holds other things"):
        exported(tmp_path / "page", shop)
    with pytest.raises(NothingFoundError):
        open_store(tmp_path / "page")


def test_lakes_and_databases_are_one_store(tmp_path):
    shop, blog = project(tmp_path, "shop", ("one", MONDAY)), project(tmp_path, "blog", ("two", MONDAY))
    exported(tmp_path / "lake", shop, blog)
    with open_store(shop, tmp_path / "lake") as store:
        assert store.databases["db"].tolist() == ["shop", "lake/shop", "blog"]
        calls = store.sql("SELECT db, session_id FROM tool_calls ORDER BY db").values.tolist()
        assert calls == [["blog", "two"], ["lake/shop", "one"], ["shop", "one"]]
    with open_store(tmp_path / "lake", projects="blog") as store:
        assert store.databases["db"].tolist() == ["blog"]


def test_a_table_is_read_when_it_is_asked_for(tmp_path, monkeypatch):
    exported(tmp_path / "lake", project(tmp_path, "shop", ("one", MONDAY)))
    read = []
    table = lake.Lake.table
    monkeypatch.setattr(
        lake.Lake,
        "table",
        lambda self, db, contract, target: read.append(contract.name) or table(self, db, contract, target),
    )
    with open_store(tmp_path / "lake") as store:
        assert (store.databases["n_hook_events"].tolist(), read) == ([2], [])
        store.sql("SELECT * FROM hook_events")
        assert read == ["hook_events"]


def test_frames_are_exported_too(tmp_path):
    store = claudesess.Store.from_frames(
        tool_calls=pd.DataFrame({"session_id": ["s"], "call_id": [1], "tool": ["Read"]})
    )
    export_parquet(store, tmp_path / "lake")
    assert counted(tmp_path / "lake", "tool_calls") == 1
    assert {len(open_store(tmp_path / "lake").sql(f"SELECT * FROM {name}")) for name in RAW} == {0}


def test_the_command(tmp_path):
    shop, blog, place = (
        project(tmp_path, "shop", ("one", MONDAY)),
        project(tmp_path, "blog"),
        tmp_path / "lake",
    )

    def run(*words):
        done = CliRunner().invoke(main, ["export", "--parquet", str(place), *map(str, words)])
        return done.exit_code, done.output.replace(str(tmp_path), "")

    n = len(RELATIONS) + 1  # project_state has two files
    assert run(shop, blog) == (0, f"/lake: 2 databases in {n} files; 2 read anew, {n} files written.\n")
    assert run(shop, blog) == (0, f"/lake: 2 databases in {n} files; nothing has changed.\n")
    assert run(shop)[1].splitlines()[1:] == ["No longer in it: /blog/.claude-session.db"]
    code, said = run(shop, "--anonymise", "--key", tmp_path / "key")
    assert (code, said) == (1, "Error: /lake holds a lake that is not anonymised. Name another folder.\n")
    assert run(shop, "--key", tmp_path / "key")[0] == 2
