"""Where the databases are: files, folders and globs become a list of files, each with a short label."""

from __future__ import annotations

import glob
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from claudesess_collector.vocabulary import SESSION_FILE, SKIPPED_FOLDERS

from claudesess import files
from claudesess.errors import DatabaseError

DATABASE_SUFFIXES = {".db", ".sqlite", ".sqlite3"}


def databases(path: str | Path) -> tuple[list[Path], list[DatabaseError]]:
    """Find the databases that `path` stands for, and what stood in the way.

    Parameters
    ----------
    path
        A file, a folder (searched at every depth for ``.claude-session.db``), or a glob.

    Returns
    -------
    files, faults
        The files, sorted; a fault for every place that could not be searched, or that holds nothing.
    """
    place = Path(path).expanduser()
    if _is_dir(place):
        return _search(place)
    if place.exists() or place.is_symlink() or not glob.has_magic(str(place)):
        return [place], []
    matched: set[Path] = set()
    faults: list[DatabaseError] = []
    for match in map(Path, glob.glob(str(place), recursive=True, include_hidden=True)):  # noqa: PTH207
        if _is_dir(match):
            found, unread = _search(match)
            matched.update(found)
            faults += [fault for fault in unread if fault.problem != _HOLDS_NONE]
        elif match.suffix in DATABASE_SUFFIXES:
            matched.add(match)
    if not matched and not faults:
        faults.append(DatabaseError(place, "matches no session database", "Check the pattern."))
    return sorted(matched), faults


def labels(paths: Iterable[Path]) -> list[str]:
    """Give each path a short name of its own.

    A ``.claude-session.db`` is called by its folder, any other file by its stem; equal names are
    lengthened by parent folders until they differ.

    Examples
    --------
    >>> labels([Path("/a/web/.claude-session.db"), Path("/b/web/.claude-session.db"), Path("/b/old.db")])
    ['a/web', 'b/web', 'old']
    """
    wholes = [Path(files.key(Path(os.path.abspath(path)))) for path in paths]  # noqa: PTH100  keeps a link's name
    parts = [_label_parts(whole) for whole in wholes]
    depth = [1] * len(parts)
    while True:
        names = ["/".join(part[-n:]) for part, n in zip(parts, depth, strict=True)]
        shared = {name for name, count in Counter(names).items() if count > 1}
        longer = [i for i, name in enumerate(names) if name in shared and depth[i] < len(parts[i])]
        if not longer:  # web.db beside web.sqlite: no parent tells them apart
            return [str(w) if name in shared else name for name, w in zip(names, wholes, strict=True)]
        for i in longer:
            depth[i] += 1


_NAME_IT = "Name the project's folder; files of other names one by one, or by a glob: 'backups/*.db'."
_HOLDS_NONE = f"holds no {SESSION_FILE} at any depth"


def _label_parts(whole: Path) -> list[str]:
    named = whole.parent if whole.name == SESSION_FILE else whole.with_suffix("")
    return [part for part in named.parts if part != whole.anchor] or [str(whole)]


def _is_dir(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _search(folder: Path) -> tuple[list[Path], list[DatabaseError]]:
    faults: list[DatabaseError] = []

    def unread(error: OSError) -> None:
        place = error.filename or folder
        faults.append(
            DatabaseError(place, "cannot be searched", f"{error.strerror}; ask for leave to read it.")
        )

    found = sorted(_walk(folder, unread))
    if not found and not faults:
        faults.append(DatabaseError(folder, _HOLDS_NONE, _NAME_IT))
    return found, faults


def _walk(folder: Path, unread: Callable[[OSError], object]) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder, onerror=unread):
        folders[:] = sorted(name for name in folders if name not in SKIPPED_FOLDERS)
        if SESSION_FILE in names:
            yield Path(parent) / SESSION_FILE
