"""Files, folders and globs become a list of databases, each with a label of its own."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest
from handmade import database
from hypothesis import given
from hypothesis import strategies as st
from tables import each_row

from claudesess import open_store
from claudesess.errors import NothingFoundError
from claudesess.store import find

SESSION = ".claude-session.db"


@each_row(
    ("paths", "expected"),
    [
        (["/a/web/.claude-session.db"], ["web"]),
        (["/a/web.db", "/b/api.sqlite"], ["web", "api"]),
        (["/a/web/.claude-session.db", "/b/web/.claude-session.db"], ["a/web", "b/web"]),
        (["/x/a/web/.claude-session.db", "/y/a/web.db", "/y/b/c.db"], ["x/a/web", "y/a/web", "c"]),
        (["/a/web.db", "/a/web.sqlite"], ["/a/web.db", "/a/web.sqlite"]),
        (["/.claude-session.db"], ["/.claude-session.db"]),
        ([], []),
    ],
)
def test_labels(paths: list[str], expected: list[str]) -> None:
    assert find.labels(map(Path, paths)) == expected


names = st.sampled_from(["a", "b", "web", "web.db", SESSION])


@pytest.mark.slow
@given(st.lists(st.lists(names, min_size=1, max_size=4).map(lambda p: PurePosixPath("/", *p)), unique=True))
def test_labels_are_never_shared(paths: list[PurePosixPath]) -> None:
    found = find.labels(map(Path, paths))
    assert len(set(found)) == len(paths)
    assert all(found)


def test_folders_are_searched_and_other_peoples_skipped(tmp_path: Path) -> None:
    for folder in ["web", "deep/er/api", "node_modules/lib", "web/.venv/x"]:
        database(tmp_path / folder / SESSION)
    database(tmp_path / "other.db")
    assert open_store(tmp_path).databases.db.tolist() == ["api", "web"]
    assert open_store(str(tmp_path / "web")).databases.db.tolist() == ["web"]


def test_globs_take_databases_and_folders(tmp_path: Path) -> None:
    database(tmp_path / "one.db")
    database(tmp_path / "two" / SESSION)
    (tmp_path / "notes.txt").write_text("no database")
    (tmp_path / "one.db-wal").write_bytes(b"")
    (tmp_path / "empty").mkdir()
    with open_store(tmp_path / "*") as store:
        assert store.databases.db.tolist() == ["one", "two"]
        assert len(store.problems) == 0
    assert open_store(f"{tmp_path}/**/{SESSION}").databases.db.tolist() == ["two"]


def test_a_name_with_brackets_is_a_name_first(tmp_path: Path) -> None:
    file = database(tmp_path / "odd [1]*'; DROP TABLE x; --.db")
    assert open_store(file).databases.db.tolist() == ["odd [1]*'; DROP TABLE x; --"]


def test_a_file_named_twice_is_opened_once(tmp_path: Path) -> None:
    file = database(tmp_path / "one" / SESSION)
    (tmp_path / "link.db").symlink_to(file)
    assert open_store(file, tmp_path / "link.db", tmp_path).databases.db.tolist() == ["one"]


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("", "holds no .claude-session.db at any depth. Name the project's folder"),
        ("*.db", "matches no session database. Check the pattern"),
    ],
)
def test_nothing_found_says_where_and_what_to_do(tmp_path: Path, place: str, message: str) -> None:
    with pytest.raises(NothingFoundError, match=message) as error:
        open_store(tmp_path / place)
    assert str(tmp_path) in str(error.value)


def test_no_path_at_all() -> None:
    with pytest.raises(NothingFoundError, match="No path was given"):
        open_store()
