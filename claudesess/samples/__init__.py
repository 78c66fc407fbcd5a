"""The sample databases: recorded stories, one made-up larger project, and how they are built again."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from claudesess import paths
from claudesess.errors import ClaudesessError
from claudesess.samples import replay

if TYPE_CHECKING:
    from claudesess.store import Store

#: A stream longer than this is fed within one process: starting one for each firing would take minutes.
_LONG_STREAM = 1_000


def names() -> list[str]:
    """Name the samples that can be opened.

    Returns
    -------
    list of str
        Folder names, in alphabetical order.

    Examples
    --------
    >>> "retry" in names()
    True
    """
    return sorted(folder.parent.name for folder in paths.samples_dir().glob("*/*.db"))


def sample_path(name: str) -> Path:
    """Return the database file of a sample.

    Parameters
    ----------
    name : str
        One of :func:`names`.

    Returns
    -------
    Path
        ``data/samples/<name>/<name>.db``; the folder's README is its data sheet.

    Raises
    ------
    ClaudesessError
        There is no such sample; the message lists those that are there.
    """
    path = paths.samples_dir() / name / f"{name}.db"
    if name not in names() or not path.is_file():
        raise ClaudesessError(f"no sample named {name!r}; there are: {', '.join(names())}")
    return path


def open_sample(name: str) -> Store:
    """Open a sample as any other database.

    Parameters
    ----------
    name : str
        One of :func:`names`.

    Returns
    -------
    Store
        Holding that one database; its ``db`` label is `name`.

    Raises
    ------
    ClaudesessError
        There is no such sample.
    """
    from claudesess.store import open_store

    return open_store(sample_path(name))


def stream(name: str) -> tuple[list[replay.Firing], replay.Scene]:
    """Return what a sample's database is replayed from.

    Parameters
    ----------
    name : str
        A sample with a recorded stream (``hooks.jsonl``) or a generator of one (``generator/``).

    Returns
    -------
    tuple of (list of Firing, Scene)
        The firings in their order, and the machine on which they happened.

    Raises
    ------
    ClaudesessError
        The sample has neither, or there is no such sample.
    """
    folder = paths.samples_dir() / name
    if (folder / "hooks.jsonl").is_file():
        return replay.read_firings(folder / "hooks.jsonl"), replay.read_scene(folder)
    if name not in buildable():
        raise ClaudesessError(f"{name!r} is not replayed from a stream; these are: {', '.join(buildable())}")
    made = generator(name).generate()
    scene = replay.Scene(made.project_dir, made.files, made.programs)
    return [replay.firing(event) for event in made.events], scene


def generator(name: str) -> ModuleType:
    """Load the generator of a made-up sample.

    Parameters
    ----------
    name : str
        A sample with a folder ``generator/``, a Python package outside of claudesess.

    Returns
    -------
    module
        Its ``generate()`` gives the events, the truth about them and the scene.
    """
    package = f"claudesess_generator_{name}"
    if package not in sys.modules:
        folder = paths.samples_dir() / name / "generator"
        spec = importlib.util.spec_from_file_location(
            package, folder / "__init__.py", submodule_search_locations=[str(folder)]
        )
        assert spec is not None and spec.loader is not None
        sys.modules[package] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[package])
    return sys.modules[package]


def build(name: str, into: Path | None = None) -> Path:
    """Replay a sample through the collector and write its database anew.

    Parameters
    ----------
    name : str
        A sample that :func:`stream` knows.
    into : Path or None
        Folder for the database; the sample's own when None.

    Returns
    -------
    Path
        The database. A generated sample's ``truth.json`` is written beside it.
    """
    from rich.progress import track

    firings, scene = stream(name)
    into = into or paths.samples_dir() / name
    shown = track(firings, description=f"{name:<12}", total=len(firings))
    made = replay.replay(shown, scene, into / f"{name}.db", in_process=len(firings) > _LONG_STREAM)
    if (paths.samples_dir() / name / "generator").is_dir():
        truth = json.dumps(generator(name).generate().truth, indent=1, ensure_ascii=False)
        (into / "truth.json").write_text(truth + "\n", encoding="utf-8")
    return made


def buildable() -> list[str]:
    """Name the samples that are replayed from a stream, recorded or generated."""
    folders = paths.samples_dir()
    sources = [*folders.glob("*/hooks.jsonl"), *folders.glob("*/generator")]
    return sorted(source.parent.name for source in sources)
