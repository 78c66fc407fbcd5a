"""The short cuts around `os` say what `os` says."""

import os.path

from claudesess_collector import system
from hypothesis import given
from hypothesis import strategies as st
from tables import each_row

PATHS = st.text(st.sampled_from("/.ab "), max_size=12) | st.text(
    st.characters(blacklist_characters="\0"), max_size=5
)


@given(PATHS)
def test_normal(path):
    assert system.normal(path) == os.path.normpath(path)


@given(PATHS, PATHS)
def test_joined(folder, path):
    assert system.joined(folder, path) == os.path.join(folder, path)  # noqa: PTH118 (what it stands for)


def test_variable():
    assert system.variable("PATH") == os.environ["PATH"]
    assert system.variable("NO_SUCH_VARIABLE") == ""


@each_row("path", ["", "nothing", "a\0b", "\ud800", "file", "link", "folder", "to-file", "to-folder"])
def test_what_stands_at_a_path(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_bytes(b"123")
    (tmp_path / "folder").mkdir()
    for link, goal in (("link", "nothing"), ("to-file", "file"), ("to-folder", "folder")):
        (tmp_path / link).symlink_to(goal)
    stands = ("file", "link", "folder", "to-file", "to-folder")
    assert (system.kind_of(path) is not None) == (path in stands)
    assert (system.kind_of(path) == system.REGULAR) == (path == "file")
    assert system.is_file(path) == os.path.isfile(path) == (path in ("file", "to-file"))  # noqa: PTH113
    assert system.is_folder(path) == os.path.isdir(path) == (path in ("folder", "to-folder"))  # noqa: PTH112
    assert system.size_of("file") == 3
    assert system.size_of("nothing") == 0


@each_row(
    ("path", "name"),
    [("/a/b.py", "b.py"), ("a/b/", "b"), ("b", "b"), ("/", ""), ("", ""), ("a b/c d", "c d")],
)
def test_the_last_name_of_a_path(path, name):
    assert system.last_name(path) == name
